//! Values in a line: they enter at its end and leave from anywhere, each in constant time.

use core::num::NonZeroU64;
use std::collections::VecDeque;

/// A list whose values are found by their tickets; that of one that has left finds nothing.
///
/// The values behind the first one stand in a ring, which costs least where the first one leaves first. One that leaves
/// from within leaves a gap there; gaps are closed when there are more of them than values.
#[derive(Debug)]
pub(crate) struct Line<T> {
    /// Apart, since often there is just one. There is none exactly if the line is empty; the ring is empty then, too.
    first: Option<(Ticket, T)>,
    /// In the order of the tickets, with `None` for each gap. No gap is last.
    rest: VecDeque<(Ticket, Option<T>)>,
    len: usize,
    last: u64,
}

/// The number of a value among all that were ever in a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Ticket(NonZeroU64);

/// So many gaps are left alone, however few values there are.
const GAPS_ALLOWED: usize = 16;

impl<T> Line<T> {
    pub(crate) const fn new() -> Self {
        Line { first: None, rest: VecDeque::new(), len: 0, last: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) -> Ticket {
        self.last += 1;
        let ticket = Ticket(NonZeroU64::new(self.last).expect("nobody counts to 2^64"));
        self.len += 1;
        match self.first {
            None => self.first = Some((ticket, value)),
            Some(_) => self.rest.push_back((ticket, Some(value))),
        }
        ticket
    }

    #[inline]
    pub(crate) fn remove(&mut self, ticket: Ticket) -> Option<T> {
        if !self.is_first(ticket) {
            return self.remove_from_rest(ticket);
        }
        let (_, value) = self.first.take()?;
        self.len -= 1;
        if !self.rest.is_empty() {
            self.first = self.take_first_of_rest();
        }
        Some(value)
    }

    fn take_first_of_rest(&mut self) -> Option<(Ticket, T)> {
        loop {
            if let (ticket, Some(value)) = self.rest.pop_front()? {
                return Some((ticket, value));
            }
        }
    }

    fn remove_from_rest(&mut self, ticket: Ticket) -> Option<T> {
        let index = self.find_in_rest(ticket)?;
        let value = self.rest[index].1.take()?;
        self.len -= 1;
        while self.rest.back().is_some_and(|(_, value)| value.is_none()) {
            self.rest.pop_back();
        }
        if self.rest.len() > 2 * self.len + GAPS_ALLOWED {
            self.rest.retain(|(_, value)| value.is_some());
        }
        Some(value)
    }

    /// Where in the ring a ticket stands; there may be a gap.
    fn find_in_rest(&self, ticket: Ticket) -> Option<usize> {
        let (first, _) = self.rest.front()?;
        // It stands there unless gaps before it have been closed.
        let index = ticket.0.get().checked_sub(first.0.get())? as usize;
        match self.rest.get(index) {
            Some((found, _)) if *found == ticket => Some(index),
            _ => self.rest.binary_search_by_key(&ticket, |(found, _)| *found).ok(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, ticket: Ticket) -> Option<&T> {
        match &self.first {
            Some((first, value)) if *first == ticket => Some(value),
            _ => self.rest[self.find_in_rest(ticket)?].1.as_ref(),
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, ticket: Ticket) -> Option<&mut T> {
        if self.is_first(ticket) {
            return self.first.as_mut().map(|(_, value)| value);
        }
        let index = self.find_in_rest(ticket)?;
        self.rest[index].1.as_mut()
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<Ticket> {
        self.first.as_ref().map(|(ticket, _)| *ticket)
    }

    #[inline]
    pub(crate) fn is_first(&self, ticket: Ticket) -> bool {
        self.first() == Some(ticket)
    }

    /// The ticket after this one; none if its value has left.
    #[inline]
    pub(crate) fn next(&self, ticket: Ticket) -> Option<Ticket> {
        if self.rest.is_empty() {
            return None;
        }
        let index = if self.is_first(ticket) {
            0
        } else {
            let index = self.find_in_rest(ticket)?;
            self.rest[index].1.as_ref()?;
            index + 1
        };
        self.rest.range(index..).find(|(_, value)| value.is_some()).map(|(ticket, _)| *ticket)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        let first = self.first.as_ref().map(|(ticket, value)| (*ticket, value));
        first.into_iter().chain(self.rest.iter().filter_map(|(ticket, value)| Some((*ticket, value.as_ref()?))))
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

    #[test]
    fn gaps_are_bounded_and_closed_behind_the_last_value() {
        let mut line = Line::new();
        let tickets: Vec<_> = (0..1000).map(|n| line.push(n)).collect();
        for ticket in &tickets[1..999] {
            assert!(line.remove(*ticket).is_some() && line.remove(*ticket).is_none());
            assert!(line.rest.len() <= 2 * line.len() + GAPS_ALLOWED);
        }
        assert_eq!((contents(&line), line.next(tickets[0])), (vec![0, 999], Some(tickets[999])));
        for n in 0..100 {
            let ticket = line.push(n);
            assert_eq!(line.remove(ticket), Some(n));
        }
        assert_eq!((line.remove(tickets[999]), line.rest.len()), (Some(999), 0));
        assert_eq!((line.remove(tickets[0]), line.first()), (Some(0), None));
    }

    /// A line beside a plain list: values that enter and leave at random, more of them at first, then fewer.
    #[test]
    fn the_line_agrees_with_a_list() {
        for seed in 1..=if cfg!(miri) { 1 } else { 100u64 } {
            let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut below = |limit: usize| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                (random >> 11) as usize % limit
            };
            let (mut line, mut list, mut gone) = (Line::new(), Vec::new(), Vec::new());
            for n in 0..600 {
                if below(600) > n {
                    list.push((line.push(n), n));
                } else if !list.is_empty() {
                    let place = if below(2) == 0 { 0 } else { below(list.len()) };
                    let (ticket, value) = list.remove(place);
                    assert_eq!(line.remove(ticket), Some(value), "seed {seed}");
                    gone.push(ticket);
                }
                assert!(line.iter().map(|(ticket, value)| (ticket, *value)).eq(list.iter().copied()), "seed {seed}");
                assert_eq!((line.len(), line.first()), (list.len(), list.first().map(|(ticket, _)| *ticket)));
                let place = below(list.len() + 1);
                if let Some((ticket, value)) = list.get(place) {
                    assert_eq!(line.get(*ticket), Some(value));
                    assert_eq!(line.get_mut(*ticket), Some(&mut value.clone()));
                    assert_eq!(line.next(*ticket), list.get(place + 1).map(|(ticket, _)| *ticket));
                }
                if !gone.is_empty() {
                    let ticket = gone[below(gone.len())];
                    assert_eq!((line.get(ticket), line.next(ticket)), (None, None));
                    assert_eq!(line.remove(ticket), None);
                }
            }
        }
    }
}
