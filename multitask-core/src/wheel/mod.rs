//! The timer wheel: values that come back when their tick is over.
//!
//! A tick is a number of 64 bits, seen as digits of six. A timer lies at the *level* of the highest digit in which its
//! tick differs from the wheel's own, in the *bucket* of that digit's value. When the wheel comes to a bucket of the
//! lowest level, what is in it is due; when it comes to one of a higher level, its timers move down. So a timer moves at
//! most once for each level, and setting and cancelling one costs the same however many there are.
//!
//! The wheel knows no clock: it is told the time, by [`Wheel::advance`].
//!
//! Buckets are vectors, and cancelling a timer leaves its entry there, as garbage that is found out by its slot. A
//! bucket's entries lie side by side, which is what makes firing cheap; and neither to set a timer nor to cancel or fire
//! it is anything else looked up but two bits. Garbage is swept when there is more than twice as much of it as of timers.

mod level;
mod slots;

use core::{mem, ops::ControlFlow};

pub(crate) use self::slots::Slot;
use self::{level::Level, slots::Slots};

/// Garbage below this amount is never swept: 12 KB.
const GARBAGE_ALLOWED: usize = 1024;

/// A wheel in which no timer is set is cleared when it has so much garbage, which costs next to nothing.
const GARBAGE_CLEARED: usize = 256;

/// So many levels there are, at most. What the tick of an entry there says beyond its bucket's has to fit into 32 bits.
const LEVELS: usize = 6;

/// Values that come back at a tick.
#[derive(Debug)]
pub(crate) struct Wheel<T> {
    slots: Slots,
    /// What fires next, from `fired` on: what was in the bucket that the wheel has come to.
    firing: Vec<Entry<T>>,
    fired: usize,
    /// Timers that were set for a time that was over by then.
    due: Vec<Dated<T>>,
    /// A level exists from the first time that it is needed.
    levels: Vec<Level<T>>,
    /// What would lie at a higher level: two years away.
    far: Vec<Dated<T>>,
    /// When the first of those moves down.
    far_start: u64,
    /// The latest tick that the wheel was told of. Everything in `levels` is later.
    elapsed: u64,
    /// How many timers are set.
    set: usize,
    /// How many entries there are of timers that were cancelled.
    garbage: usize,
}

/// What lies in a bucket.
#[derive(Clone, Copy, Debug)]
struct Entry<T> {
    /// The lower half of its tick. The bucket says the rest.
    tick: u32,
    slot: Slot,
    value: T,
}

/// What lies in none.
#[derive(Clone, Copy, Debug)]
struct Dated<T> {
    tick: u64,
    entry: Entry<T>,
}

impl<T: Copy> Wheel<T> {
    /// A wheel that is at `elapsed`.
    pub(crate) const fn at(elapsed: u64) -> Self {
        Wheel {
            slots: Slots::new(),
            firing: Vec::new(),
            fired: 0,
            due: Vec::new(),
            levels: Vec::new(),
            far: Vec::new(),
            far_start: u64::MAX,
            elapsed,
            set: 0,
            garbage: 0,
        }
    }

    /// How many timers are set.
    pub(crate) fn len(&self) -> usize {
        self.set
    }

    /// Sets a timer: `value` comes back from the first `advance` to `tick` or beyond. Who has the slot has to
    /// [let go](Wheel::let_go) of it.
    #[inline]
    pub(crate) fn insert(&mut self, tick: u64, value: T) -> Slot {
        let slot = self.slots.take(self.set + self.garbage);
        self.set += 1;
        self.place(tick, Entry { tick: tick as u32, slot, value });
        slot
    }

    /// Lets go of a timer, which is cancelled if it is still to fire: whether it was.
    pub(crate) fn let_go(&mut self, slot: Slot) -> bool {
        let was_set = self.slots.drop_handle(slot);
        if was_set {
            self.set -= 1;
            self.garbage += 1;
            if self.set == 0 {
                self.clear();
            } else if self.garbage > 2 * self.set + GARBAGE_ALLOWED {
                self.sweep();
            }
        }
        was_set
    }

    /// Whether a timer that nobody has let go of is still to fire.
    pub(crate) fn is_set(&self, slot: Slot) -> bool {
        self.slots.has_entry(slot)
    }

    /// Calls a function with each timer that is set, in no order.
    pub(crate) fn for_each(&self, mut act: impl FnMut(u64, T)) {
        let dated = self.due.iter().chain(&self.far).map(|dated| (dated.tick, &dated.entry));
        let firing = self.firing[self.fired..].iter().map(|entry| (self.elapsed, entry));
        let in_levels =
            self.buckets().flat_map(|(start, bucket)| bucket.iter().map(move |entry| (entry.tick(start), entry)));
        for (tick, entry) in firing.chain(dated).chain(in_levels) {
            if self.slots.has_handle(entry.slot) {
                act(tick, entry.value);
            }
        }
    }

    /// A tick at which to advance: the next timer's, or an earlier one at which timers move down.
    pub(crate) fn next_tick(&self) -> Option<u64> {
        if self.set == 0 {
            return None;
        }
        if self.is_late() {
            return Some(self.elapsed);
        }
        self.first_bucket().map(|(_, _, start)| start)
    }

    /// The tick of the next timer itself. It is looked for, most often in one bucket.
    pub(crate) fn first_tick(&self) -> Option<u64> {
        if self.is_late() {
            return Some(self.elapsed);
        }
        let is_set = |entry: &Entry<T>| self.slots.has_handle(entry.slot);
        let mut buckets = self.buckets();
        let near = buckets.find_map(|(start, bucket)| {
            bucket.iter().filter(|entry| is_set(entry)).map(|entry| entry.tick(start)).min()
        });
        near.or_else(|| self.far.iter().filter(|far| is_set(&far.entry)).map(|far| far.tick).min())
    }

    /// Whether anything is due before the wheel moves on.
    fn is_late(&self) -> bool {
        !self.firing.is_empty() || !self.due.is_empty()
    }

    /// Moves on to `now`: what was set for then or earlier comes back, earliest first, and in the order in which it was
    /// set where the tick is the same.
    ///
    /// Unless `fire` says that it is enough: then the next `advance` begins with what is left.
    pub(crate) fn advance(&mut self, now: u64, mut fire: impl FnMut(T) -> ControlFlow<()>) {
        loop {
            if self.fire_all(&mut fire).is_break() {
                return;
            }
            match self.first_bucket() {
                _ if !self.due.is_empty() => self.take_due(),
                Some((level, bucket, start)) if start <= now => self.reach(level, bucket, start),
                _ => break,
            }
        }
        self.elapsed = self.elapsed.max(now);
    }

    /// Fires all that the wheel has come to.
    fn fire_all(&mut self, fire: &mut impl FnMut(T) -> ControlFlow<()>) -> ControlFlow<()> {
        while let Some(entry) = self.firing.get(self.fired).copied() {
            self.fired += 1;
            if self.slots.drop_entry(entry.slot) {
                self.set -= 1;
                fire(entry.value)?;
            } else {
                self.garbage -= 1;
            }
        }
        self.firing.clear();
        self.fired = 0;
        ControlFlow::Continue(())
    }

    #[cold]
    fn take_due(&mut self) {
        self.due.sort_by_key(|dated| dated.tick);
        self.firing.extend(self.due.drain(..).map(|dated| dated.entry));
    }

    /// Comes to the start of a bucket, before which nothing is due.
    fn reach(&mut self, level: usize, bucket: usize, start: u64) {
        self.elapsed = start;
        if level == LEVELS {
            return self.reach_far();
        }
        let mut entries = self.levels[level].take(bucket);
        if level == 0 {
            mem::swap(&mut self.firing, &mut entries);
        }
        for entry in entries.drain(..) {
            // Entries that move down keep their order, and come before those that are set from now on.
            self.place(entry.tick(start), entry);
        }
        self.levels[level].give_back(bucket, entries);
    }

    #[cold]
    fn reach_far(&mut self) {
        self.far_start = u64::MAX;
        for dated in mem::take(&mut self.far) {
            self.place(dated.tick, dated.entry);
        }
    }

    #[inline(always)]
    fn place(&mut self, tick: u64, entry: Entry<T>) {
        if tick <= self.elapsed {
            return self.due.push(Dated { tick, entry });
        }
        let level = level::level_of(self.elapsed, tick);
        if self.levels.len() <= level {
            if level >= LEVELS {
                return self.place_far(Dated { tick, entry });
            }
            self.add_levels(level);
        }
        self.levels[level].push(level::bucket_of(tick, level), entry);
    }

    #[cold]
    fn place_far(&mut self, dated: Dated<T>) {
        self.far_start = self.far_start.min(level::start_of_period(dated.tick, LEVELS));
        self.far.push(dated);
    }

    #[cold]
    fn add_levels(&mut self, last: usize) {
        self.levels.resize_with(last + 1, Level::new);
    }

    /// The occupied bucket that comes first: a level's buckets all come before those of the level above. What is far
    /// away counts as a bucket of the last one.
    fn first_bucket(&self) -> Option<(usize, usize, u64)> {
        let near = self.levels.iter().enumerate().find_map(|(level, buckets)| {
            let bucket = buckets.first()?;
            Some((level, bucket, level::start_of(self.elapsed, level, bucket)))
        });
        near.or_else(|| (!self.far.is_empty()).then_some((LEVELS, 0, self.far_start)))
    }

    /// All buckets, each with its first tick, in the order in which they are due.
    fn buckets(&self) -> impl Iterator<Item = (u64, &[Entry<T>])> {
        self.levels.iter().enumerate().flat_map(move |(level, buckets)| {
            buckets.buckets().map(move |(number, bucket)| (level::start_of(self.elapsed, level, number), bucket))
        })
    }

    /// Drops all entries, where none is of a timer that is set, unless there is more to clear than entries to drop.
    #[cold]
    fn clear(&mut self) {
        if self.garbage < GARBAGE_CLEARED.max(self.slots.words()) {
            return;
        }
        self.garbage = 0;
        self.slots.drop_all_entries();
        self.firing.clear();
        self.fired = 0;
        self.due.clear();
        self.far.clear();
        self.levels.iter_mut().for_each(Level::clear);
    }

    #[cold]
    fn sweep(&mut self) {
        self.garbage = 0;
        let slots = &mut self.slots;
        self.firing.drain(..mem::take(&mut self.fired));
        self.firing.retain(|entry| slots.drop_garbage(entry.slot));
        for dated in [&mut self.due, &mut self.far] {
            dated.retain(|dated| slots.drop_garbage(dated.entry.slot));
        }
        for level in &mut self.levels {
            level.retain(|entry| slots.drop_garbage(entry.slot));
        }
    }
}

impl<T> Entry<T> {
    /// Its tick, in a bucket that begins with `start`.
    fn tick(&self, start: u64) -> u64 {
        start + u64::from(self.tick.wrapping_sub(start as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn advance(wheel: &mut Wheel<u64>, now: u64) -> Vec<u64> {
        let mut fired = Vec::new();
        wheel.advance(now, |value| {
            fired.push(value);
            ControlFlow::Continue(())
        });
        fired
    }

    #[test]
    fn a_timer_fires_at_its_tick_and_not_before() {
        for tick in (0..40).flat_map(|bit| [(1u64 << bit) - 1, 1 << bit, (1 << bit) + 1]) {
            let mut wheel = Wheel::at(0);
            wheel.insert(tick, tick);
            if tick > 0 {
                assert_eq!(advance(&mut wheel, tick - 1), []);
            }
            assert!(wheel.next_tick().unwrap() <= tick);
            assert_eq!(wheel.first_tick(), Some(tick));
            assert_eq!(advance(&mut wheel, tick), [tick]);
            assert_eq!(wheel.next_tick(), None);
        }
    }

    #[test]
    fn the_last_tick_of_all_can_be_waited_for() {
        let mut wheel = Wheel::at(0);
        wheel.insert(u64::MAX, 1);
        assert_eq!(advance(&mut wheel, u64::MAX - 1), []);
        assert_eq!(advance(&mut wheel, u64::MAX), [1]);
    }

    #[test]
    fn equal_ticks_fire_in_the_order_in_which_they_were_set() {
        let mut wheel = Wheel::at(0);
        let tick = 3 * 4096 + 5 * 64 + 7;
        // The first is set two levels up, the second when the wheel is in the same bucket there, and so on.
        for (value, now) in
            [(0, 0), (1, 3 * 4096), (2, 3 * 4096 + 1), (3, 3 * 4096 + 5 * 64), (4, tick - 1), (5, tick - 1)]
        {
            assert_eq!(advance(&mut wheel, now), []);
            wheel.insert(tick, value);
        }
        assert_eq!(advance(&mut wheel, tick), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn timers_set_for_the_past_fire_first_and_by_deadline() {
        let mut wheel = Wheel::at(0);
        advance(&mut wheel, 100);
        wheel.insert(101, 101);
        wheel.insert(50, 50);
        wheel.insert(20, 20);
        wheel.insert(100, 100);
        assert_eq!(wheel.next_tick(), Some(100));
        assert_eq!(advance(&mut wheel, 101), [20, 50, 100, 101]);
    }

    #[test]
    fn cancelled_timers_leave_a_bounded_amount_of_garbage() {
        let mut wheel = Wheel::at(0);
        let live: Vec<_> = (0..100).map(|n| wheel.insert(1000 + n, n)).collect();
        for n in 0..if cfg!(miri) { 1_000 } else { 100_000 } {
            let key = wheel.insert(n * 7 % 1_000_000, n);
            assert!(wheel.let_go(key));
            assert!(wheel.garbage <= 2 * live.len() + GARBAGE_ALLOWED);
        }
        let entries: usize = {
            let in_levels: usize = wheel.buckets().map(|(_, bucket)| bucket.len()).sum();
            wheel.firing.len() + wheel.due.len() + wheel.far.len() + in_levels
        };
        assert_eq!(entries, live.len() + wheel.garbage);
        assert_eq!(advance(&mut wheel, 2_000_000), (0..100).collect::<Vec<_>>());
        assert_eq!((wheel.len(), wheel.garbage), (0, 0));
    }

    #[test]
    fn a_wheel_without_timers_is_cleared() {
        let mut wheel = Wheel::at(0);
        advance(&mut wheel, 100);
        for round in 0..3 {
            let distances = [0, 1, 100, 10_000, 1 << 40];
            let all: Vec<_> = (0..300).map(|n| wheel.insert(50 + distances[n as usize % 5] + n, n)).collect();
            let fired = wheel.insert(101, 7);
            let before = wheel.garbage;
            assert_eq!(before, 0, "{round}");
            all.into_iter().for_each(|slot| assert!(wheel.let_go(slot)));
            assert_eq!((wheel.len(), wheel.garbage), (1, 300));
            assert!(wheel.let_go(fired));
            assert_eq!((wheel.len(), wheel.garbage), (0, 0));
            assert_eq!(wheel.buckets().count() + wheel.due.len() + wheel.far.len(), 0);
        }
        assert_eq!(wheel.slots.words(), 301usize.div_ceil(64));
        wheel.insert(200, 1);
        assert_eq!(advance(&mut wheel, 200), [1]);
    }

    #[test]
    fn an_advance_that_is_stopped_goes_on_where_it_was() {
        let mut wheel = Wheel::at(0);
        let set: Vec<_> = [7, 5, 7, 7, 70, 70].into_iter().zip(0..).map(|(tick, n)| wheel.insert(tick, n)).collect();
        let mut fired = Vec::new();
        let mut advance_by = |wheel: &mut Wheel<u64>, now, most: usize| {
            let end = fired.len() + most;
            wheel.advance(now, |value| {
                fired.push(value);
                if fired.len() < end { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            fired.clone()
        };
        assert_eq!(advance_by(&mut wheel, 100, 2), [1, 0]);
        assert_eq!((wheel.next_tick(), wheel.first_tick(), wheel.len()), (Some(7), Some(7), 4));
        // What is left may still be cancelled; what is set now comes after it.
        assert!(wheel.let_go(set[2]));
        wheel.insert(6, 6);
        let mut left = Vec::new();
        wheel.for_each(|tick, value| left.push((tick, value)));
        left.sort_unstable();
        assert_eq!(left, [(6, 6), (7, 3), (70, 4), (70, 5)]);
        assert_eq!(advance_by(&mut wheel, 100, 2), [1, 0, 3, 6]);
        assert_eq!(advance_by(&mut wheel, 100, 5), [1, 0, 3, 6, 4, 5]);
        assert_eq!((wheel.next_tick(), wheel.len(), wheel.garbage, wheel.elapsed), (None, 0, 0, 100));
    }

    #[test]
    fn each_timer_that_is_set_is_found_with_its_tick() {
        let mut wheel = Wheel::at(0);
        advance(&mut wheel, 100);
        let ticks = [50, 101, 163, 164, 5_000, 1 << 40];
        let keys = ticks.map(|tick| wheel.insert(tick, tick));
        wheel.let_go(keys[2]);
        let mut found = Vec::new();
        wheel.for_each(|tick, value| found.push((tick, value)));
        found.sort_unstable();
        assert_eq!(found, [50, 101, 164, 5_000, 1 << 40].map(|tick| (tick, tick)));
    }

    #[test]
    fn only_cancelled_timers_are_nothing_to_wait_for() {
        let mut wheel = Wheel::at(0);
        let key = wheel.insert(10, 10);
        wheel.let_go(key);
        assert_eq!((wheel.next_tick(), wheel.first_tick()), (None, None));
    }

    /// A generator of numbers that are the same in each run (xorshift).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % limit
        }

        /// Near, far and very far, equally often.
        fn distance(&mut self) -> u64 {
            let bits = self.below(30);
            self.below(1 << bits)
        }
    }

    /// A wheel beside a sorted map: the same schedule fires the same values in the same order.
    #[test]
    fn the_wheel_agrees_with_a_sorted_map() {
        for seed in 1..=if cfg!(miri) { 2 } else { 200 } {
            let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ seed);
            let mut wheel = Wheel::at(0);
            let mut model = BTreeMap::new();
            let mut keys = Vec::new();
            let mut now = 0;
            for serial in 0..if cfg!(miri) { 60 } else { 600 } {
                match numbers.below(10) {
                    0..5 => {
                        let tick = (now + numbers.distance()).saturating_sub(numbers.below(8));
                        keys.push(((tick, serial), wheel.insert(tick, serial)));
                        model.insert((tick, serial), serial);
                    }
                    5..8 if !keys.is_empty() => {
                        let (place, key) = keys.swap_remove(numbers.below(keys.len() as u64) as usize);
                        assert_eq!(wheel.let_go(key), model.remove(&place).is_some());
                    }
                    _ => {
                        // Sometimes exactly to where the wheel says that something may happen.
                        now = match wheel.next_tick() {
                            Some(next) if numbers.below(3) == 0 => now.max(next),
                            _ => now + numbers.distance(),
                        };
                        let later = model.split_off(&(now + 1, 0));
                        let expected: Vec<_> = mem::replace(&mut model, later).into_values().collect();
                        assert_eq!(advance(&mut wheel, now), expected, "seed {seed}, now {now}");
                    }
                }
                assert_eq!(wheel.len(), model.len());
                let first = model.keys().next().map(|(tick, _)| *tick);
                match (wheel.next_tick(), first) {
                    (Some(next), Some(first)) => assert!(next <= first.max(now), "{next} {first} {now}"),
                    (next, first) => assert_eq!(next.is_some(), first.is_some()),
                }
            }
            let rest: Vec<_> = mem::take(&mut model).into_values().collect();
            assert_eq!(advance(&mut wheel, u64::MAX), rest, "seed {seed}");
        }
    }
}
