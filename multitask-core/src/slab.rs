//! A slab whose keys are never taken for one another.

use core::{mem, num::NonZeroU32};

/// Values under keys; a key of a value that was removed finds nothing, also after its place has been used again.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    /// The slot to fill next; `slots.len()` if there is no free one.
    next: u32,
    len: usize,
}

/// Where a value is in a [`Slab`], and which of the values that were ever there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key {
    pub(crate) index: u32,
    pub(crate) generation: NonZeroU32,
}

impl Key {
    /// A key of nothing.
    pub(crate) const ABSENT: Key = Key { index: u32::MAX, generation: NonZeroU32::MIN };
}

#[derive(Debug)]
struct Slot<T> {
    generation: NonZeroU32,
    content: Content<T>,
}

#[derive(Debug)]
enum Content<T> {
    Full(T),
    Free { next: u32 },
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Slab { slots: Vec::new(), next: 0, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> Key {
        self.len += 1;
        let index = self.next;
        if let Some(slot) = self.slots.get_mut(index as usize) {
            let Content::Free { next } = mem::replace(&mut slot.content, Content::Full(value)) else {
                unreachable!("the list of free slots holds free ones")
            };
            self.next = next;
            return Key { index, generation: slot.generation };
        }
        self.next = index.checked_add(1).expect("fewer than 2^32 values at a time");
        self.slots.push(Slot { generation: NonZeroU32::MIN, content: Content::Full(value) });
        Key { index, generation: NonZeroU32::MIN }
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        match self.slots.get(key.index as usize) {
            Some(Slot { generation, content: Content::Full(value) }) if *generation == key.generation => Some(value),
            _ => None,
        }
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slots.get_mut(key.index as usize).filter(|slot| slot.generation == key.generation)?;
        let Content::Full(_) = slot.content else { return None };
        let content = mem::replace(&mut slot.content, Content::Free { next: self.next });
        // A slot whose generations are used up stays empty for good.
        if let Some(generation) = slot.generation.checked_add(1) {
            slot.generation = generation;
            self.next = key.index;
        }
        self.len -= 1;
        match content {
            Content::Full(value) => Some(value),
            Content::Free { .. } => unreachable!("it was there a moment ago"),
        }
    }

    /// The values, in the order of their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| match &slot.content {
            Content::Full(value) => Some((Key { index: index as u32, generation: slot.generation }, value)),
            Content::Free { .. } => None,
        })
    }

    /// The key of the value that is at `index` now.
    pub(crate) fn key_at(&self, index: u32) -> Option<Key> {
        match self.slots.get(index as usize)? {
            Slot { generation, content: Content::Full(_) } => Some(Key { index, generation: *generation }),
            Slot { content: Content::Free { .. }, .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_find_what_came_later() {
        let mut slab = Slab::new();
        let first = slab.insert("first");
        assert_eq!(slab.remove(first), Some("first"));
        let second = slab.insert("second");
        assert_eq!(second.index, first.index);
        assert_eq!(slab.get(first), None);
        assert_eq!(slab.remove(first), None);
        assert_eq!(slab.get(second), Some(&"second"));
        assert_eq!(slab.len(), 1);
    }

    #[test]
    fn free_places_are_used_before_new_ones() {
        let mut slab = Slab::new();
        let keys: Vec<_> = (0..4).map(|n| slab.insert(n)).collect();
        slab.remove(keys[1]);
        slab.remove(keys[2]);
        let again = [slab.insert(5).index, slab.insert(6).index, slab.insert(7).index];
        assert_eq!(again, [2, 1, 4]);
    }

    #[test]
    fn iteration_finds_what_is_there_under_its_key() {
        let mut slab = Slab::new();
        let keys: Vec<_> = "abcd".chars().map(|value| slab.insert(value)).collect();
        slab.remove(keys[1]);
        slab.remove(keys[3]);
        let later = slab.insert('e');
        let found: Vec<_> = slab.iter().map(|(key, value)| (key, *value)).collect();
        assert_eq!(found, [(keys[0], 'a'), (keys[2], 'c'), (later, 'e')]);
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_left_alone() {
        let mut slab = Slab::new();
        let first = slab.insert(0);
        slab.slots[0].generation = NonZeroU32::MAX;
        let last = Key { generation: NonZeroU32::MAX, ..first };
        assert_eq!(slab.remove(last), Some(0));
        assert_eq!(slab.insert(1).index, 1);
        assert_eq!(slab.get(last), None);
    }
}
