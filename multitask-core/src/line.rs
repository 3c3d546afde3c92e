//! Values in a line: they enter at its end and leave from anywhere, each in constant time.

use crate::slab::{Key, Slab};

/// A list whose values are found by keys; a key of one that has left finds nothing.
#[derive(Debug)]
pub(crate) struct Line<T> {
    nodes: Slab<Node<T>>,
    first: u32,
    last: u32,
}

#[derive(Debug)]
struct Node<T> {
    value: T,
    previous: u32,
    next: u32,
}

/// The index of no node: the slab does not use it.
const NONE: u32 = u32::MAX;

impl<T> Line<T> {
    pub(crate) const fn new() -> Self {
        Line { nodes: Slab::new(), first: NONE, last: NONE }
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn push(&mut self, value: T) -> Key {
        let key = self.nodes.insert(Node { value, previous: self.last, next: NONE });
        match self.last {
            NONE => self.first = key.index,
            last => self.nodes.at_mut(last).next = key.index,
        }
        self.last = key.index;
        key
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let Node { value, previous, next } = self.nodes.remove(key)?;
        match previous {
            NONE => self.first = next,
            previous => self.nodes.at_mut(previous).next = next,
        }
        match next {
            NONE => self.last = previous,
            next => self.nodes.at_mut(next).previous = previous,
        }
        Some(value)
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.nodes.get(key).map(|node| &node.value)
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.nodes.get_mut(key).map(|node| &mut node.value)
    }

    pub(crate) fn first(&self) -> Option<Key> {
        self.nodes.key_at(self.first)
    }

    pub(crate) fn is_first(&self, key: Key) -> bool {
        self.first == key.index
    }

    /// A value, and the key after its own.
    pub(crate) fn get_mut_and_next(&mut self, key: Key) -> Option<(&mut T, Option<Key>)> {
        let next = self.next(key);
        self.get_mut(key).map(|value| (value, next))
    }

    /// The key after `key`; none if that has left.
    pub(crate) fn next(&self, key: Key) -> Option<Key> {
        self.nodes.key_at(self.nodes.get(key)?.next)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        let mut next = self.first();
        core::iter::from_fn(move || {
            let key = next?;
            next = self.next(key);
            Some((key, self.get(key)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents<T: Copy>(line: &Line<T>) -> Vec<T> {
        line.iter().map(|(_, value)| *value).collect()
    }

    #[test]
    fn what_enters_first_is_first() {
        let mut line = Line::new();
        for n in 0..4 {
            line.push(n);
        }
        assert_eq!(contents(&line), [0, 1, 2, 3]);
    }

    #[test]
    fn a_value_leaves_from_anywhere_and_the_others_keep_their_order() {
        for gone in 0..4 {
            let mut line = Line::new();
            let keys: Vec<_> = (0..4).map(|n| line.push(n)).collect();
            assert_eq!(line.remove(keys[gone]), Some(gone));
            assert_eq!(line.remove(keys[gone]), None);
            assert_eq!((line.get(keys[gone]), line.next(keys[gone])), (None, None));
            line.push(4);
            let expected: Vec<_> = (0..5).filter(|n| *n != gone).collect();
            assert_eq!(contents(&line), expected, "without {gone}");
        }
    }

    #[test]
    fn a_line_that_was_emptied_is_as_good_as_new() {
        let mut line = Line::new();
        for round in 0..3 {
            let keys = [line.push(round), line.push(round + 1)];
            assert_eq!(contents(&line), [round, round + 1]);
            assert!(line.remove(keys[1]).is_some() && line.remove(keys[0]).is_some());
            assert_eq!((line.first(), line.len()), (None, 0));
        }
    }
}
