//! Values in a line: they enter at its end and leave from anywhere, each in constant time.

use core::cmp::Ordering;
use std::collections::VecDeque;

/// A list whose values are found by their tickets; that of one that has left finds nothing.
///
/// The values behind the first one stand in a ring, which costs least where the first one leaves first. One that leaves
/// from within leaves a gap there. So the places of the ring are those of tickets that follow one another, and it need
/// not hold the tickets. When there are more gaps than values, those that are there move to another ring, which does.
#[derive(Debug)]
pub(crate) struct Line<T> {
    /// Apart, since often there is just one. There is none exactly if the line is empty; the rings are empty then, too.
    first: Option<(u64, T)>,
    /// Those that come next, if gaps have ever been closed; in the order of the tickets, with `None` for each new gap.
    moved: VecDeque<(u64, Option<T>)>,
    /// Those that come after them, with `None` for each gap.
    rest: VecDeque<Option<T>>,
    /// The number of the ticket of the first place of `rest`, if there is any.
    start: u64,
    len: usize,
    last: u64,
}

/// The number of a value among all that were ever in a line.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Ticket {
    low: u32,
    middle: u16,
    high: u8,
    room: Room,
}

/// A byte that has one value, so that all others are left for what is around a ticket: where it is in a wait, they tell
/// the states of the machine that waits.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Room {
    ForOthers,
}

impl Ticket {
    #[inline]
    fn new(number: u64) -> Self {
        Ticket { low: number as u32, middle: (number >> 32) as u16, high: (number >> 48) as u8, room: Room::ForOthers }
    }

    #[inline]
    fn number(self) -> u64 {
        let Ticket { low, middle, high, room: Room::ForOthers } = self;
        u64::from(low) | (u64::from(middle) << 32) | (u64::from(high) << 48)
    }
}

impl PartialEq for Ticket {
    #[inline]
    fn eq(&self, other: &Ticket) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Ticket {}

impl PartialOrd for Ticket {
    #[inline]
    fn partial_cmp(&self, other: &Ticket) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ticket {
    #[inline]
    fn cmp(&self, other: &Ticket) -> Ordering {
        self.number().cmp(&other.number())
    }
}

/// So many gaps are left alone, however few values there are.
const GAPS_ALLOWED: usize = 16;

/// Where in a line a value stands, or has stood.
enum Place {
    Moved(usize),
    Rest(usize),
}

impl<T> Line<T> {
    pub(crate) const fn new() -> Self {
        Line { first: None, moved: VecDeque::new(), rest: VecDeque::new(), start: 0, len: 0, last: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) -> Ticket {
        self.last += 1;
        debug_assert!(self.last < 1 << 56, "nobody counts that far");
        let ticket = Ticket::new(self.last);
        self.len += 1;
        match self.first {
            None => self.first = Some((self.last, value)),
            Some(_) => {
                if self.rest.is_empty() {
                    self.start = self.last;
                }
                self.rest.push_back(Some(value));
            }
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
        if self.len > 0 {
            self.first = self.take_first_of_rest();
        } else if !self.rest.is_empty() || !self.moved.is_empty() {
            // There are but gaps.
            self.rest.clear();
            self.moved.clear();
        }
        Some(value)
    }

    fn take_first_of_rest(&mut self) -> Option<(u64, T)> {
        while let Some((number, value)) = self.moved.pop_front() {
            if let Some(value) = value {
                return Some((number, value));
            }
        }
        loop {
            let value = self.rest.pop_front()?;
            self.start += 1;
            if let Some(value) = value {
                return Some((self.start - 1, value));
            }
        }
    }

    fn remove_from_rest(&mut self, ticket: Ticket) -> Option<T> {
        let value = self.find_in_rest(ticket).and_then(|place| self.at_mut(place).take())?;
        self.len -= 1;
        if self.moved.len() + self.rest.len() > 2 * self.len + GAPS_ALLOWED {
            self.close_gaps();
        }
        Some(value)
    }

    #[cold]
    fn close_gaps(&mut self) {
        self.moved.retain(|(_, value)| value.is_some());
        let rest = self.rest.drain(..).zip(self.start..).map(|(value, number)| (number, value));
        self.moved.extend(rest.filter(|(_, value)| value.is_some()));
    }

    /// Where behind the first one a ticket stands; there may be a gap.
    fn find_in_rest(&self, ticket: Ticket) -> Option<Place> {
        if let Some(index) = ticket.number().checked_sub(self.start)
            && index < self.rest.len() as u64
        {
            return Some(Place::Rest(index as usize));
        }
        self.moved.binary_search_by_key(&ticket.number(), |(found, _)| *found).ok().map(Place::Moved)
    }

    fn at(&self, place: Place) -> &Option<T> {
        match place {
            Place::Moved(index) => &self.moved[index].1,
            Place::Rest(index) => &self.rest[index],
        }
    }

    fn at_mut(&mut self, place: Place) -> &mut Option<T> {
        match place {
            Place::Moved(index) => &mut self.moved[index].1,
            Place::Rest(index) => &mut self.rest[index],
        }
    }

    #[inline]
    pub(crate) fn get(&self, ticket: Ticket) -> Option<&T> {
        match &self.first {
            Some((first, value)) if *first == ticket.number() => Some(value),
            _ => self.at(self.find_in_rest(ticket)?).as_ref(),
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, ticket: Ticket) -> Option<&mut T> {
        if self.is_first(ticket) {
            return self.first.as_mut().map(|(_, value)| value);
        }
        let place = self.find_in_rest(ticket)?;
        self.at_mut(place).as_mut()
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<Ticket> {
        self.first.as_ref().map(|(number, _)| Ticket::new(*number))
    }

    #[inline]
    pub(crate) fn is_first(&self, ticket: Ticket) -> bool {
        self.first.as_ref().is_some_and(|(first, _)| *first == ticket.number())
    }

    /// The ticket after this one; none if its value has left.
    #[inline]
    pub(crate) fn next(&self, ticket: Ticket) -> Option<Ticket> {
        if self.len <= 1 { None } else { self.next_of_several(ticket) }
    }

    fn next_of_several(&self, ticket: Ticket) -> Option<Ticket> {
        if self.is_first(ticket) {
            return self.first_from(Place::Moved(0));
        }
        match self.find_in_rest(ticket)? {
            Place::Moved(index) => {
                self.moved[index].1.as_ref()?;
                self.first_from(Place::Moved(index + 1))
            }
            Place::Rest(index) => {
                self.rest[index].as_ref()?;
                self.first_from(Place::Rest(index + 1))
            }
        }
    }

    /// The first ticket there or behind.
    fn first_from(&self, place: Place) -> Option<Ticket> {
        let index = match place {
            Place::Rest(index) => index,
            Place::Moved(index) => {
                let found = self.moved.range(index..).find(|(_, value)| value.is_some());
                if let Some((number, _)) = found {
                    return Some(Ticket::new(*number));
                }
                0
            }
        };
        let gaps = self.rest.range(index..).position(Option::is_some)?;
        Some(Ticket::new(self.start + (index + gaps) as u64))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        let first = self.first.as_ref().map(|(number, value)| (*number, value));
        let moved = self.moved.iter().filter_map(|(number, value)| Some((*number, value.as_ref()?)));
        let rest = self.rest.iter().zip(self.start..).filter_map(|(value, number)| Some((number, value.as_ref()?)));
        first.into_iter().chain(moved).chain(rest).map(|(number, value)| (Ticket::new(number), value))
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
    fn gaps_are_bounded() {
        let mut line = Line::new();
        let tickets: Vec<_> = (0..1000).map(|n| line.push(n)).collect();
        for ticket in &tickets[1..999] {
            assert!(line.remove(*ticket).is_some() && line.remove(*ticket).is_none());
            assert!(line.moved.len() + line.rest.len() <= 2 * line.len() + GAPS_ALLOWED);
        }
        assert_eq!((contents(&line), line.next(tickets[0])), (vec![0, 999], Some(tickets[999])));
        for n in 0..100 {
            let ticket = line.push(n);
            assert_eq!(line.remove(ticket), Some(n));
        }
        assert_eq!((line.remove(tickets[999]), line.next(tickets[0])), (Some(999), None));
        assert!(line.moved.len() + line.rest.len() <= 2 + GAPS_ALLOWED);
        assert_eq!((line.remove(tickets[0]), line.first()), (Some(0), None));
    }

    /// A line beside a plain list: values that enter and leave at random, more of them at first, then fewer.
    #[test]
    fn the_line_agrees_with_a_list() {
        let (seeds, steps) = if cfg!(miri) { (2, 60) } else { (100u64, 600) };
        for seed in 1..=seeds {
            let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut below = |limit: usize| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                (random >> 11) as usize % limit
            };
            let (mut line, mut list, mut gone) = (Line::new(), Vec::new(), Vec::new());
            for n in 0..steps {
                if below(steps) > n {
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
