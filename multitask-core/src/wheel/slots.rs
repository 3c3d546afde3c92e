//! Which timers are set, which have fired, and which are garbage: two bits for each.

/// The number of a timer, for its handle. It is not given away again before the handle lets go of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slot(u32);

/// A slot for each timer. Two have it: the timer's entry in the wheel, and its handle.
///
/// While both do, the timer is set. If the entry goes first, it has fired; if the handle does, it is cancelled, and the
/// entry is garbage. When both have gone the slot is free. So no slot stands for two timers, and none needs a generation;
/// and all that is known of a million timers stays in a cache.
#[derive(Debug)]
pub(super) struct Slots {
    words: Vec<Word>,
    /// Where a free slot is looked for.
    at: usize,
    /// How many timers have fired whose handles are still there.
    fired: usize,
}

/// The bits of so many slots.
#[derive(Clone, Copy, Default, Debug)]
struct Word {
    entries: u64,
    handles: u64,
}

const BITS: usize = u64::BITS as usize;

impl Slots {
    pub(super) const fn new() -> Self {
        Slots { words: Vec::new(), at: 0, fired: 0 }
    }

    /// Takes a free slot, for an entry and a handle. So many entries there are.
    #[inline]
    pub(super) fn take(&mut self, entries: usize) -> Slot {
        loop {
            if let Some(word) = self.words.get_mut(self.at) {
                let taken = word.entries | word.handles;
                if taken != u64::MAX {
                    let bit = taken.trailing_ones();
                    word.entries |= 1 << bit;
                    word.handles |= 1 << bit;
                    return Slot((self.at * BITS) as u32 | bit);
                }
                self.at += 1;
            } else {
                self.go_on(entries);
            }
        }
    }

    /// At the end of all: begins again, if it is worth it, and makes room otherwise.
    ///
    /// Of so many slots that an eighth is free, those that are found pay for the walk.
    #[cold]
    fn go_on(&mut self, entries: usize) {
        let all = self.words.len() * BITS;
        if all - entries - self.fired > all / 8 {
            self.at = 0;
        } else {
            assert!(all < u32::MAX as usize, "fewer than 2^32 timers at a time");
            self.words.push(Word::default());
        }
    }

    /// How many times 64 slots there are.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// All entries have gone, of which none had a handle.
    pub(super) fn drop_all_entries(&mut self) {
        self.words.iter_mut().for_each(|word| word.entries = 0);
    }

    /// Whether the entry is there.
    pub(super) fn has_entry(&self, slot: Slot) -> bool {
        self.words[slot.word()].entries & slot.bit() != 0
    }

    /// Whether the handle is there.
    pub(super) fn has_handle(&self, slot: Slot) -> bool {
        self.words[slot.word()].handles & slot.bit() != 0
    }

    /// The entry has gone. Whether the handle is there.
    pub(super) fn drop_entry(&mut self, slot: Slot) -> bool {
        let word = &mut self.words[slot.word()];
        word.entries &= !slot.bit();
        let is_set = word.handles & slot.bit() != 0;
        self.fired += usize::from(is_set);
        is_set
    }

    /// The handle has gone. Whether the entry is there.
    #[inline]
    pub(super) fn drop_handle(&mut self, slot: Slot) -> bool {
        let word = &mut self.words[slot.word()];
        debug_assert!(word.handles & slot.bit() != 0, "a handle lets go once");
        word.handles &= !slot.bit();
        let is_set = word.entries & slot.bit() != 0;
        if !is_set {
            self.fired -= 1;
        }
        is_set
    }

    /// The entry goes if it is garbage. Whether the handle is there. Without a branch for what cannot be predicted.
    pub(super) fn drop_garbage(&mut self, slot: Slot) -> bool {
        let word = &mut self.words[slot.word()];
        word.entries &= word.handles | !slot.bit();
        word.handles & slot.bit() != 0
    }
}

impl Slot {
    fn word(self) -> usize {
        self.0 as usize / BITS
    }

    fn bit(self) -> u64 {
        1 << (self.0 as usize % BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_free_when_both_have_let_go() {
        let mut slots = Slots::new();
        let [fired, cancelled, set] = [0, 1, 2].map(|entries| slots.take(entries));
        assert!(slots.drop_entry(fired) && slots.drop_handle(cancelled));
        assert!(!slots.has_entry(fired) && slots.has_handle(fired));
        assert!(slots.has_entry(cancelled) && !slots.has_handle(cancelled));
        assert!(slots.has_entry(set) && slots.has_handle(set));
        assert_eq!((slots.take(2), slots.fired), (Slot(3), 1));
        assert!(!slots.drop_handle(fired) && !slots.drop_entry(cancelled));
        assert_eq!((slots.take(2), slots.take(3), slots.take(4)), (fired, cancelled, Slot(4)));
        assert_eq!(slots.fired, 0);
    }

    #[test]
    fn only_garbage_is_dropped() {
        let mut slots = Slots::new();
        let [cancelled, set] = [0, 1].map(|entries| slots.take(entries));
        slots.drop_handle(cancelled);
        assert!(!slots.drop_garbage(cancelled) && slots.drop_garbage(set));
        assert!(!slots.has_entry(cancelled) && slots.has_entry(set));
        assert_eq!(slots.take(1), cancelled);
    }

    #[test]
    fn what_is_free_is_used_again_and_there_is_no_long_search() {
        let mut slots = Slots::new();
        let mut entries = 0;
        let mut take = |slots: &mut Slots, freed: usize| {
            entries -= freed;
            let slot = slots.take(entries);
            entries += 1;
            slot
        };
        let all: Vec<_> = (0..10 * BITS).map(|_| take(&mut slots, 0)).collect();
        assert_eq!(slots.words.len(), 10);
        // One in sixteen: not worth a walk.
        let others = &all[..9 * BITS];
        for slot in others.iter().step_by(16) {
            assert!(slots.drop_entry(*slot) && !slots.drop_handle(*slot));
        }
        assert_eq!(take(&mut slots, 9 * BITS / 16), Slot(10 * BITS as u32));
        // One in four.
        for slot in others.iter().skip(1).step_by(4) {
            assert!(slots.drop_entry(*slot) && !slots.drop_handle(*slot));
        }
        assert_eq!(take(&mut slots, 9 * BITS / 4), Slot(10 * BITS as u32 + 1));
        for number in 2..BITS as u32 {
            assert_eq!(take(&mut slots, 0), Slot(10 * BITS as u32 + number));
        }
        let again: Vec<_> = (0..180).map(|_| take(&mut slots, 0)).collect();
        assert!(again.is_sorted_by_key(|slot| slot.0) && again[179].0 < 10 * BITS as u32);
        assert_eq!((again[0], slots.words.len()), (all[0], 11));
    }
}
