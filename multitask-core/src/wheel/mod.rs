//! The timer wheel: values that come back when their tick is over.
//!
//! A tick is a number of 64 bits, seen as digits of six. A timer lies at the *level* of the highest digit in which its
//! tick differs from the wheel's own, in the *bucket* of that digit's value. When the wheel comes to a bucket of the
//! lowest level, what is in it is due; when it comes to one of a higher level, its timers move down. So a timer moves at
//! most once for each level, and setting and cancelling one costs the same however many there are.
//!
//! The wheel knows no clock: it is told the time, by [`Wheel::advance`].
//!
//! Buckets are vectors, and cancelling a timer leaves its entry there, as garbage that is found out by its key. A
//! bucket's entries lie side by side, which is what makes firing cheap. Garbage is swept when there is more of it than
//! of timers.

mod level;

use self::level::Level;
use crate::slab::{Key, Slab};

/// Garbage below this amount is never swept.
const GARBAGE_ALLOWED: usize = 256;

/// Values that come back at a tick.
#[derive(Debug)]
pub(crate) struct Wheel<T> {
    timers: Slab<T>,
    /// Timers that were set for a time that was over by then.
    due: Vec<Entry>,
    /// A level exists from the first time that it is needed.
    levels: Vec<Level>,
    /// The latest tick that the wheel was told of. Everything in `levels` is later.
    elapsed: u64,
    /// How many entries there are of timers that were cancelled.
    garbage: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    tick: u64,
    key: Key,
}

impl<T> Wheel<T> {
    /// A wheel that is at `elapsed`.
    pub(crate) const fn at(elapsed: u64) -> Self {
        Wheel { timers: Slab::new(), due: Vec::new(), levels: Vec::new(), elapsed, garbage: 0 }
    }

    /// How many timers are set.
    pub(crate) fn len(&self) -> usize {
        self.timers.len()
    }

    /// Sets a timer: `value` comes back from the first `advance` to `tick` or beyond.
    pub(crate) fn insert(&mut self, tick: u64, value: T) -> Key {
        let key = self.timers.insert(value);
        self.place(Entry { tick, key });
        key
    }

    /// Takes a timer back; `None` if it has fired or been cancelled before.
    pub(crate) fn cancel(&mut self, key: Key) -> Option<T> {
        let value = self.timers.remove(key)?;
        self.garbage += 1;
        if self.garbage > self.timers.len() + GARBAGE_ALLOWED {
            self.sweep();
        }
        Some(value)
    }

    /// The value of a timer that is still to fire.
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.timers.get(key)
    }

    /// Calls a function with each timer that is set, in no order.
    pub(crate) fn for_each(&self, mut act: impl FnMut(u64, &T)) {
        let levels = self.levels.iter().flat_map(Level::entries);
        for entry in self.due.iter().chain(levels) {
            if let Some(value) = self.timers.get(entry.key) {
                act(entry.tick, value);
            }
        }
    }

    /// A tick at which to advance: the next timer's, or an earlier one at which timers move down.
    pub(crate) fn next_tick(&self) -> Option<u64> {
        if self.timers.is_empty() {
            return None;
        }
        if !self.due.is_empty() {
            return Some(self.elapsed);
        }
        self.first_bucket().map(|(_, _, start)| start)
    }

    /// The tick of the next timer itself. It is looked for, most often in one bucket.
    pub(crate) fn first_tick(&self) -> Option<u64> {
        if !self.due.is_empty() {
            return Some(self.elapsed);
        }
        self.levels.iter().flat_map(Level::buckets).find_map(|bucket| {
            let set = bucket.iter().filter(|entry| self.timers.contains(entry.key));
            set.map(|entry| entry.tick).min()
        })
    }

    /// Moves on to `now`: what was set for then or earlier comes back, earliest first, and in the order in which it was
    /// set where the tick is the same.
    pub(crate) fn advance(&mut self, now: u64, mut fire: impl FnMut(T)) {
        loop {
            self.fire_due(&mut fire);
            match self.first_bucket() {
                Some((level, bucket, start)) if start <= now => self.reach(level, bucket, start, &mut fire),
                _ => break,
            }
        }
        self.elapsed = self.elapsed.max(now);
    }

    fn fire_due(&mut self, fire: &mut impl FnMut(T)) {
        if self.due.is_empty() {
            return;
        }
        let mut due = core::mem::take(&mut self.due);
        due.sort_by_key(|entry| entry.tick);
        due.drain(..).for_each(|entry| self.fire(entry, fire));
        self.due = due;
    }

    /// Comes to the start of a bucket, before which nothing is due.
    fn reach(&mut self, level: usize, bucket: usize, start: u64, fire: &mut impl FnMut(T)) {
        self.elapsed = start;
        let mut entries = self.levels[level].take(bucket);
        for entry in entries.drain(..) {
            // Entries that move down keep their order, and come before those that are set from now on.
            if level == 0 { self.fire(entry, fire) } else { self.place(entry) }
        }
        self.levels[level].give_back(bucket, entries);
    }

    fn fire(&mut self, entry: Entry, fire: &mut impl FnMut(T)) {
        match self.timers.remove(entry.key) {
            Some(value) => fire(value),
            None => self.garbage -= 1,
        }
    }

    fn place(&mut self, entry: Entry) {
        if entry.tick <= self.elapsed {
            return self.due.push(entry);
        }
        let level = level::level_of(self.elapsed, entry.tick);
        if self.levels.len() <= level {
            self.add_levels(level);
        }
        self.levels[level].push(level::bucket_of(entry.tick, level), entry);
    }

    #[cold]
    fn add_levels(&mut self, last: usize) {
        self.levels.resize_with(last + 1, Level::new);
    }

    /// The occupied bucket that comes first: a level's buckets all come before those of the level above.
    fn first_bucket(&self) -> Option<(usize, usize, u64)> {
        self.levels.iter().enumerate().find_map(|(level, buckets)| {
            let bucket = buckets.first()?;
            Some((level, bucket, level::start_of(self.elapsed, level, bucket)))
        })
    }

    #[cold]
    fn sweep(&mut self) {
        self.garbage = 0;
        let timers = &self.timers;
        if timers.is_empty() {
            self.due.clear();
            self.levels.iter_mut().for_each(Level::clear);
            return;
        }
        level::retain(&mut self.due, |entry| timers.contains(entry.key));
        for level in &mut self.levels {
            level.retain(|entry| timers.contains(entry.key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn advance(wheel: &mut Wheel<u64>, now: u64) -> Vec<u64> {
        let mut fired = Vec::new();
        wheel.advance(now, |value| fired.push(value));
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
            assert_eq!(wheel.cancel(key), Some(n));
            assert_eq!(wheel.cancel(key), None);
            assert!(wheel.garbage <= live.len() + GARBAGE_ALLOWED);
        }
        let entries: usize = {
            let mut count = wheel.due.len();
            for level in &mut wheel.levels {
                level.retain(|_| {
                    count += 1;
                    true
                });
            }
            count
        };
        assert_eq!(entries, live.len() + wheel.garbage);
        assert_eq!(advance(&mut wheel, 2_000_000), (0..100).collect::<Vec<_>>());
        assert_eq!((wheel.len(), wheel.garbage), (0, 0));
    }

    #[test]
    fn each_timer_that_is_set_is_found_with_its_tick() {
        let mut wheel = Wheel::at(0);
        advance(&mut wheel, 100);
        let ticks = [50, 101, 163, 164, 5_000, 1 << 40];
        let keys = ticks.map(|tick| wheel.insert(tick, tick));
        wheel.cancel(keys[2]);
        let mut found = Vec::new();
        wheel.for_each(|tick, value| found.push((tick, *value)));
        found.sort_unstable();
        assert_eq!(found, [50, 101, 164, 5_000, 1 << 40].map(|tick| (tick, tick)));
    }

    #[test]
    fn only_cancelled_timers_are_nothing_to_wait_for() {
        let mut wheel = Wheel::at(0);
        let key = wheel.insert(10, 10);
        wheel.cancel(key);
        assert_eq!(wheel.next_tick(), None);
        assert!(wheel.get(key).is_none());
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
                        assert_eq!(wheel.cancel(key), model.remove(&place));
                    }
                    _ => {
                        // Sometimes exactly to where the wheel says that something may happen.
                        now = match wheel.next_tick() {
                            Some(next) if numbers.below(3) == 0 => now.max(next),
                            _ => now + numbers.distance(),
                        };
                        let later = model.split_off(&(now + 1, 0));
                        let expected: Vec<_> = core::mem::replace(&mut model, later).into_values().collect();
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
            let rest: Vec<_> = core::mem::take(&mut model).into_values().collect();
            assert_eq!(advance(&mut wheel, u64::MAX), rest, "seed {seed}");
        }
    }
}
