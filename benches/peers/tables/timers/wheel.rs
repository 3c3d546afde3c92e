//! A timer wheel, as one writes it for values that are numbers: buckets that are vectors, cancelling by a generation.

use std::mem;

use super::Timers;

const BITS: u32 = 6;
const BUCKETS: usize = 1 << BITS;
const LEVELS: usize = 11;

#[derive(Clone, Copy)]
struct Slot {
    generation: u32,
    value: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Key {
    index: u32,
    generation: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    tick: u64,
    key: Key,
}

struct Level {
    occupied: u64,
    buckets: [Vec<Entry>; BUCKETS],
}

pub(super) struct Wheel {
    slots: Vec<Slot>,
    free: Vec<u32>,
    levels: [Level; LEVELS],
    elapsed: u64,
    garbage: usize,
}

impl Wheel {
    /// A timer lies at the level of the highest digit in which its tick differs from the wheel's.
    fn place(&mut self, entry: Entry) {
        // What is due already is so at the next tick.
        let tick = entry.tick.max(self.elapsed + 1);
        let level = (63 - (tick ^ self.elapsed).leading_zeros()) / BITS;
        let bucket = (tick >> (level * BITS)) as usize % BUCKETS;
        let level = &mut self.levels[level as usize];
        level.occupied |= 1 << bucket;
        level.buckets[bucket].push(entry);
    }

    fn is_set(&self, key: Key) -> bool {
        self.slots[key.index as usize].generation == key.generation
    }

    fn release(&mut self, key: Key) -> u32 {
        let slot = &mut self.slots[key.index as usize];
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(key.index);
        slot.value
    }

    fn sweep(&mut self) {
        let slots = &self.slots;
        for bucket in self.levels.iter_mut().flat_map(|level| &mut level.buckets) {
            bucket.retain(|entry| slots[entry.key.index as usize].generation == entry.key.generation);
        }
        self.garbage = 0;
    }

    /// The occupied bucket that comes first, and the tick at which it begins.
    fn first(&self) -> Option<(usize, usize, u64)> {
        let level = self.levels.iter().position(|level| level.occupied != 0)?;
        let bucket = self.levels[level].occupied.trailing_zeros() as usize;
        let shift = level as u32 * BITS;
        let above = self.elapsed.checked_shr(shift + BITS).unwrap_or(0);
        let start = above.checked_shl(shift + BITS).unwrap_or(0) | (bucket as u64) << shift;
        Some((level, bucket, start))
    }
}

impl Timers for Wheel {
    type Key = Key;

    fn new() -> Self {
        let level = || Level { occupied: 0, buckets: [const { Vec::new() }; BUCKETS] };
        let levels = std::array::from_fn(|_| level());
        Wheel { slots: Vec::new(), free: Vec::new(), levels, elapsed: 0, garbage: 0 }
    }

    fn insert(&mut self, tick: u64, value: u32) -> Key {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, value });
            self.slots.len() as u32 - 1
        });
        let slot = &mut self.slots[index as usize];
        slot.value = value;
        let key = Key { index, generation: slot.generation };
        self.place(Entry { tick, key });
        key
    }

    fn cancel(&mut self, key: Key) {
        if self.is_set(key) {
            self.release(key);
            self.garbage += 1;
            if self.garbage > self.slots.len() - self.free.len() + 256 {
                self.sweep();
            }
        }
    }

    fn advance(&mut self, now: u64, mut fire: impl FnMut(u32)) {
        while let Some((level, bucket, start)) = self.first().filter(|first| first.2 <= now) {
            self.elapsed = start;
            self.levels[level].occupied &= !(1 << bucket);
            let mut entries = mem::take(&mut self.levels[level].buckets[bucket]);
            for entry in entries.drain(..) {
                if !self.is_set(entry.key) {
                    self.garbage -= 1;
                } else if entry.tick <= start {
                    fire(self.release(entry.key));
                } else {
                    self.place(entry);
                }
            }
            // Its room serves again.
            self.levels[level].buckets[bucket] = entries;
        }
        self.elapsed = self.elapsed.max(now);
    }
}
