//! One level of the wheel: 64 buckets, each as wide as the whole level below.

use core::{iter, mem};

use super::Entry;

/// A digit of a tick has this many bits, and a level a bucket for each of its values.
pub(super) const BITS: u32 = 6;
pub(super) const BUCKETS: usize = 1 << BITS;

/// A bucket that is emptied keeps room for this many entries.
const KEPT_ROOM: usize = 64;

#[derive(Debug)]
pub(super) struct Level<T> {
    /// Bit `n` is set exactly when bucket `n` holds an entry.
    occupied: u64,
    buckets: [Vec<Entry<T>>; BUCKETS],
}

/// The level at which a timer for `tick` lies while the wheel is at `elapsed`: the highest digit in which they differ.
///
/// `tick` must be later than `elapsed`. All digits above that one are the same, and in that one `tick` is the larger, so
/// within a level no bucket stands for two different times.
pub(super) fn level_of(elapsed: u64, tick: u64) -> usize {
    debug_assert!(elapsed < tick);
    ((elapsed ^ tick).ilog2() / BITS) as usize
}

/// The bucket for `tick` at a level: its digit there.
pub(super) fn bucket_of(tick: u64, level: usize) -> usize {
    (tick >> (level as u32 * BITS)) as usize % BUCKETS
}

/// The first tick of a bucket, for a wheel that is at `elapsed`.
pub(super) fn start_of(elapsed: u64, level: usize, bucket: usize) -> u64 {
    let shift = level as u32 * BITS;
    let above = elapsed.checked_shr(shift + BITS).unwrap_or(0).checked_shl(shift + BITS).unwrap_or(0);
    above | (bucket as u64) << shift
}

/// The first tick of the time in which a whole level goes around once, of which `tick` is one.
pub(super) fn start_of_period(tick: u64, level: usize) -> u64 {
    let shift = level as u32 * BITS;
    tick >> shift << shift
}

impl<T: Copy> Level<T> {
    pub(super) fn new() -> Self {
        Level { occupied: 0, buckets: [const { Vec::new() }; BUCKETS] }
    }

    pub(super) fn push(&mut self, bucket: usize, entry: Entry<T>) {
        self.occupied |= 1 << bucket;
        self.buckets[bucket].push(entry);
    }

    /// The bucket that is due next: none of the buckets before the wheel's own place is occupied.
    pub(super) fn first(&self) -> Option<usize> {
        (self.occupied != 0).then(|| self.occupied.trailing_zeros() as usize)
    }

    /// The buckets that hold an entry, each with its number, in the order in which they are due.
    pub(super) fn buckets(&self) -> impl Iterator<Item = (usize, &[Entry<T>])> {
        let mut left = self.occupied;
        iter::from_fn(move || {
            let bucket = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some((bucket, self.buckets[bucket].as_slice()))
        })
    }

    /// Empties a bucket.
    pub(super) fn take(&mut self, bucket: usize) -> Vec<Entry<T>> {
        self.occupied &= !(1 << bucket);
        mem::take(&mut self.buckets[bucket])
    }

    /// Empties all buckets. Those that have been used since the last time keep their room, since they will be again.
    pub(super) fn clear(&mut self) {
        self.occupied = 0;
        for entries in &mut self.buckets {
            give_back_room(entries, entries.len());
            entries.clear();
        }
    }

    /// Gives back the room of a bucket that was taken and is empty now.
    pub(super) fn give_back(&mut self, bucket: usize, room: Vec<Entry<T>>) {
        if self.buckets[bucket].capacity() == 0 && room.capacity() <= KEPT_ROOM {
            debug_assert!(room.is_empty());
            self.buckets[bucket] = room;
        }
    }

    /// Drops the entries that `keep` is false for.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry<T>) -> bool) {
        let mut left = self.occupied;
        while left != 0 {
            let bucket = left.trailing_zeros() as usize;
            left &= left - 1;
            let entries = &mut self.buckets[bucket];
            let used = entries.len();
            retain(entries, &mut keep);
            give_back_room(entries, used);
            if entries.is_empty() {
                self.occupied &= !(1 << bucket);
            }
        }
    }
}

/// Like `Vec::retain`, without a branch for each entry: which of them are garbage cannot be predicted.
fn retain<T: Copy>(entries: &mut Vec<Entry<T>>, mut keep: impl FnMut(&Entry<T>) -> bool) {
    let mut kept = 0;
    for index in 0..entries.len() {
        let entry = entries[index];
        entries[kept] = entry;
        kept += usize::from(keep(&entry));
    }
    entries.truncate(kept);
}

/// Has a bucket of which little has been used no larger than it should be.
fn give_back_room<T>(entries: &mut Vec<Entry<T>>, used: usize) {
    if entries.capacity() / 4 > used.max(KEPT_ROOM) {
        entries.shrink_to(used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_the_highest_digit_that_differs() {
        for tick in 1..64 {
            assert_eq!(level_of(0, tick), 0, "{tick}");
        }
        for tick in [64, 65, 127, 128, 64 * 64 - 1] {
            assert_eq!(level_of(0, tick), 1, "{tick}");
        }
        for level in 2..10 {
            let width = 64u64.pow(level);
            for tick in [width, width + 1, width * 64 - 1] {
                assert_eq!(level_of(0, tick), level as usize, "{tick}");
            }
        }
        assert_eq!(level_of(0, u64::MAX), 10);
        // One tick ahead, and a wrap-around in the lowest digits.
        assert_eq!(level_of(63, 64), 1);
        assert_eq!(level_of(64 * 64 - 1, 64 * 64), 2);
        assert_eq!(level_of(64, 65), 0);
    }

    #[test]
    fn the_bucket_is_the_digit() {
        for tick in 0..64 {
            assert_eq!(bucket_of(tick, 0), tick as usize);
            assert_eq!(bucket_of(tick, 1), 0);
            assert_eq!(bucket_of(tick << 6 | 5, 1), tick as usize);
            assert_eq!(bucket_of(tick << 54 | 5, 9), tick as usize);
        }
        assert_eq!(bucket_of(u64::MAX, 10), 15);
    }

    #[test]
    fn a_bucket_starts_at_its_digit_with_zeros_below() {
        assert_eq!(start_of(3, 0, 7), 7);
        assert_eq!(start_of(64 + 3, 0, 7), 64 + 7);
        assert_eq!(start_of(64 + 3, 1, 7), 7 * 64);
        assert_eq!(start_of(5 * 4096 + 64 + 3, 1, 7), 5 * 4096 + 7 * 64);
        assert_eq!(start_of(u64::MAX >> 10, 9, 3), 3 << 54);
        assert_eq!(start_of(123, 10, 15), 15 << 60);
    }

    #[test]
    fn every_bucket_starts_no_later_than_what_lies_in_it() {
        for elapsed in [0, 1, 63, 64, 4095, 4096, 1 << 40, (1 << 60) - 1] {
            for ahead in (0..63).flat_map(|bit| [1u64 << bit, (1 << bit) + 1, (2 << bit) - 1]) {
                let tick = elapsed + ahead;
                let level = level_of(elapsed, tick);
                let start = start_of(elapsed, level, bucket_of(tick, level));
                assert!(elapsed < start && start <= tick, "{elapsed} {start} {tick}");
            }
        }
    }
}
