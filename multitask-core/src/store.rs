//! Where a manager keeps its added tasks: those of one type, and from one place in the program, side by side.
//!
//! So a task needs no allocation of its own, and nothing that says of what type it is. What lies side by side is a *chunk*,
//! which the handles of its tasks share with the manager, since they may outlive it.

use core::{
    any::TypeId,
    hash::{BuildHasherDefault, Hasher},
    hint::black_box,
    panic::Location,
    ptr,
};
use std::{
    collections::HashMap,
    rc::{Rc, Weak},
};

use crate::{
    Task,
    handle::{Added, Chunk, From, Head, MOST},
    manager::Shared,
};

/// The chunks of a manager.
#[derive(Default)]
pub(crate) struct Store {
    chunks: Vec<Option<Kept>>,
    /// The numbers among them that can be used again.
    vacant: Vec<u32>,
    arenas: Vec<Arena>,
    numbers: HashMap<Kind, u32, BuildHasherDefault<KindHasher>>,
    /// The arena of the latest task, since the next one is often of the same kind.
    latest: Option<(Kind, u32)>,
    /// Whether it is noted when tasks come back from a resume.
    notes_returns: bool,
}

/// A chunk, and which of its places are free: a bit for each.
struct Kept {
    chunk: Rc<Chunk>,
    free: u64,
    all: u64,
    /// Among the manager's own; none of a chunk that came from another manager, which takes no task any more.
    arena: Option<u32>,
    /// Its index among those with room, while it has some.
    index: u32,
}

/// All tasks of a kind.
struct Arena {
    /// The numbers of the chunks that have room.
    open: Vec<u32>,
    /// How many places the next chunk is to have.
    next: usize,
}

/// The type of a task, and where it was added.
type Kind = (TypeId, usize);

/// A place of an added task: the number of the chunk, and the place there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Home(u32);

impl Home {
    /// That of a task which is on a stack.
    pub(crate) const NONE: Home = Home(u32::MAX);

    /// Of no task.
    pub(crate) const NOWHERE: Home = Home(u32::MAX - 1);

    #[inline]
    pub(crate) fn new(number: u32, place: usize) -> Self {
        Home(number * MOST as u32 + place as u32)
    }

    /// The place in a chunk that has the first one at `first`; more than it has places if it is not there.
    #[inline]
    pub(crate) fn since(self, first: Home) -> usize {
        self.0.wrapping_sub(first.0) as usize
    }

    #[inline]
    pub(crate) fn number(self) -> usize {
        self.0 as usize / MOST
    }

    #[inline]
    pub(crate) fn place(self) -> usize {
        self.0 as usize % MOST
    }
}

impl Store {
    /// A free place for a task, which the caller is to fill.
    pub(crate) fn reserve<T: Task + 'static>(
        &mut self,
        place: &'static Location<'static>,
        manager: impl Fn() -> Weak<Shared>,
    ) -> (Home, Rc<Chunk>) {
        let kind = (TypeId::of::<T>(), ptr::from_ref(place).addr());
        self.take_place(kind, |places| Chunk::new::<T>(places, From { manager: manager(), place }))
    }

    /// What is the same for all types.
    fn take_place(&mut self, kind: Kind, make: impl FnOnce(usize) -> Rc<Chunk>) -> (Home, Rc<Chunk>) {
        let arena = match self.latest {
            Some((latest, arena)) if latest == kind => arena,
            _ => self.arena(kind),
        };
        let number = match self.arenas[arena as usize].open.last() {
            Some(number) => *number,
            None => self.add_chunk(arena, make),
        };
        let kept = self.chunks[number as usize].as_mut().expect("a chunk that has room is there");
        let place = kept.free.trailing_zeros() as usize;
        kept.free &= kept.free - 1;
        if kept.free == 0 {
            self.arenas[arena as usize].open.pop();
        }
        (Home::new(number, place), kept.chunk.clone())
    }

    fn arena(&mut self, kind: Kind) -> u32 {
        let arenas = &mut self.arenas;
        let arena = *self.numbers.entry(kind).or_insert_with(|| {
            arenas.push(Arena { open: Vec::new(), next: 4 });
            arenas.len() as u32 - 1
        });
        self.latest = Some((kind, arena));
        arena
    }

    #[cold]
    fn add_chunk(&mut self, arena: u32, make: impl FnOnce(usize) -> Rc<Chunk>) -> u32 {
        let places = self.arenas[arena as usize].next;
        let chunk = make(places);
        let all = u64::MAX >> (MOST - chunk.head.places);
        let number = self.take_in(Kept { chunk, free: all, all, arena: Some(arena), index: 0 });
        let arena = &mut self.arenas[arena as usize];
        arena.open.push(number);
        // Of most kinds there are few.
        arena.next = (places * 4).min(MOST);
        number
    }

    fn take_in(&mut self, kept: Kept) -> u32 {
        let number = self.vacant.pop().unwrap_or_else(|| {
            self.chunks.push(None);
            self.chunks.len() as u32 - 1
        });
        assert!((number as usize) < u32::MAX as usize / MOST, "fewer than 2^32 tasks at a time");
        kept.chunk.head.number.set(number);
        if self.notes_returns {
            kept.chunk.head.note_returns();
        }
        self.chunks[number as usize] = Some(kept);
        number
    }

    /// The chunk in which a task has its place; none of a task on a stack.
    #[inline]
    pub(crate) fn chunk(&self, home: Home) -> Option<Rc<Chunk>> {
        Some(self.chunks.get(home.number())?.as_ref()?.chunk.clone())
    }

    /// Has the processor fetch what is needed to resume a task.
    pub(crate) fn fetch(&self, home: Home) {
        if let Some(Some(kept)) = self.chunks.get(home.number()) {
            kept.chunk.fetch(home.place());
            black_box(Rc::strong_count(&kept.chunk));
        }
    }

    /// The task that has a place, unless it is on a stack.
    pub(crate) fn task(&self, home: Home) -> Option<Added> {
        Some(Added { chunk: self.chunk(home)?, place: home.place() })
    }

    /// Where a task is.
    pub(crate) fn home(added: &Added) -> Home {
        Home::new(added.chunk.head.number.get(), added.place)
    }

    /// A place is free again. A chunk in which all are is given back, if another one has room for the next task.
    pub(crate) fn give_back(&mut self, head: &Head, place: usize) {
        let number = head.number.get();
        // None if it has not moved here with the other chunks of a manager, since this one is gone.
        let Some(Some(kept)) = self.chunks.get_mut(number as usize) else { return };
        debug_assert!(ptr::eq(&kept.chunk.head, head), "a chunk is where its number says");
        let was_full = kept.free == 0;
        kept.free |= 1 << place;
        let is_empty = kept.free == kept.all;
        let Some(arena) = kept.arena else {
            if is_empty {
                self.remove(number);
            }
            return;
        };
        let arena = &mut self.arenas[arena as usize];
        if was_full {
            kept.index = arena.open.len() as u32;
            arena.open.push(number);
        }
        if is_empty && arena.open.len() > 1 {
            let index = kept.index;
            arena.open.swap_remove(index as usize);
            if let Some(moved) = arena.open.get(index as usize).copied() {
                self.chunks[moved as usize].as_mut().expect("a chunk that has room is there").index = index;
            }
            self.remove(number);
        }
    }

    fn remove(&mut self, number: u32) {
        self.chunks[number as usize] = None;
        self.vacant.push(number);
    }

    /// From now on it is noted when tasks come back from a resume.
    pub(crate) fn note_returns(&mut self) {
        self.notes_returns = true;
        self.chunks.iter().flatten().for_each(|kept| kept.chunk.head.note_returns());
    }

    /// Takes over the chunks of another manager. What handles of their tasks know is that manager, so they get no other
    /// tasks.
    pub(crate) fn take_over(&mut self, other: Store) {
        for kept in other.chunks.into_iter().flatten() {
            if kept.free != kept.all {
                self.take_in(Kept { arena: None, ..kept });
            }
        }
    }
}

/// A kind is told from others well enough by all its bits added up.
#[derive(Default)]
struct KindHasher(u64);

impl Hasher for KindHasher {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = self.0.rotate_left(29) ^ word;
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use core::task::Poll;

    use super::*;
    use crate::Context;

    struct Nothing<const N: usize>;

    impl<const N: usize> Task for Nothing<N> {
        type Output = [u8; N];

        fn resume(&mut self, _: &mut Context<'_>) -> Poll<[u8; N]> {
            Poll::Pending
        }
    }

    /// The same address each time, which evaluating it anew does not promise.
    static HERE: &Location<'static> = Location::caller();

    fn add<const N: usize>(store: &mut Store) -> Home {
        store.reserve::<Nothing<N>>(HERE, Weak::new).0
    }

    fn give_back(store: &mut Store, home: Home) {
        let added = store.task(home).expect("it is there");
        store.give_back(&added.chunk.head, added.place);
    }

    fn chunks(store: &Store) -> usize {
        store.chunks.iter().flatten().count()
    }

    #[test]
    fn tasks_of_a_kind_lie_side_by_side() {
        let mut store = Store::default();
        let homes: Vec<_> = (0..4).flat_map(|_| [add::<1>(&mut store), add::<2>(&mut store)]).collect();
        assert_eq!(homes.iter().map(|home| home.number()).collect::<Vec<_>>(), [0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(homes.iter().map(|home| home.place()).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2, 3, 3]);
    }

    #[test]
    fn a_place_is_used_again_and_an_empty_chunk_is_given_back() {
        let mut store = Store::default();
        let homes: Vec<_> = (0..1000).map(|_| add::<1>(&mut store)).collect();
        give_back(&mut store, homes[500]);
        assert_eq!(add::<1>(&mut store), homes[500]);
        let most = chunks(&store);
        assert!((16..20).contains(&most), "{most}");
        homes.iter().for_each(|home| give_back(&mut store, *home));
        assert_eq!(chunks(&store), 1);
        let again: Vec<_> = (0..1000).map(|_| add::<1>(&mut store)).collect();
        assert!(chunks(&store) <= most);
        again.iter().rev().for_each(|home| give_back(&mut store, *home));
        assert_eq!(chunks(&store), 1);
    }

    #[test]
    fn chunks_of_large_tasks_have_fewer_places() {
        let mut store = Store::default();
        let homes: Vec<_> = (0..3).map(|_| add::<10_000>(&mut store)).collect();
        assert_eq!(
            homes.iter().map(|home| (home.number(), home.place())).collect::<Vec<_>>(),
            [(0, 0), (1, 0), (2, 0)]
        );
    }

    #[test]
    fn what_is_taken_over_has_another_number_and_goes_when_it_is_empty() {
        let [mut store, mut other] = [Store::default(), Store::default()];
        add::<2>(&mut store);
        let (_, chunk) = other.reserve::<Nothing<1>>(HERE, Weak::new);
        let added = Added { chunk, place: 0 };
        store.take_over(other);
        assert_eq!(Store::home(&added), Home::new(1, 0));
        store.give_back(&added.chunk.head, 0);
        assert_eq!(chunks(&store), 1);
    }
}
