//! What is known of a task without looking at it.

use core::cell::Cell;

use super::chunk::MOST;

/// A byte for each task of a chunk.
pub(crate) struct Marks([Cell<u8>; MOST]);

/// What may be done with a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Alive,
    /// Running, and to be dropped when it comes back.
    Cancelled,
    /// The task is being dropped.
    Ending,
    Finished,
}

/// The bits of the phase.
const PHASE: u8 = 0b11;
/// There is a handle by which the task can be joined.
const ATTACHED: u8 = 1 << 2;
/// Its manager has it.
const MANAGED: u8 = 1 << 3;
/// Its manager has a name for it.
const NAMED: u8 = 1 << 4;
/// It has ended with what is to be reported if nobody joins it.
const FAILED: u8 = 1 << 5;
/// It has ended, and how has not been told to who joins it.
const UNTOLD: u8 = 1 << 6;

impl Marks {
    pub(super) const fn new() -> Self {
        Marks([const { Cell::new(0) }; MOST])
    }

    #[inline]
    fn of(&self, place: usize) -> &Cell<u8> {
        &self.0[place % MOST]
    }

    fn set(&self, place: usize, mark: u8) {
        let marks = self.of(place);
        marks.set(marks.get() | mark);
    }

    /// Whether none of `others` is left.
    fn clear(&self, place: usize, mark: u8, others: u8) -> bool {
        let marks = self.of(place);
        marks.set(marks.get() & !mark);
        marks.get() & others == 0
    }

    /// A task has come, and a handle of it.
    pub(super) fn begin(&self, place: usize) {
        self.of(place).set(ATTACHED | MANAGED);
    }

    #[inline]
    pub(super) fn phase(&self, place: usize) -> Phase {
        match self.of(place).get() & PHASE {
            0 => Phase::Alive,
            1 => Phase::Cancelled,
            2 => Phase::Ending,
            _ => Phase::Finished,
        }
    }

    pub(super) fn set_phase(&self, place: usize, phase: Phase) {
        let marks = self.of(place);
        marks.set(marks.get() & !PHASE | phase as u8);
    }

    /// A task has ended.
    pub(super) fn finish(&self, place: usize) {
        self.set_phase(place, Phase::Finished);
        self.set(place, UNTOLD);
    }

    /// How a task ended is told, which is done once: whether it had not been.
    pub(super) fn tell(&self, place: usize) -> bool {
        let marks = self.of(place);
        marks.replace(marks.get() & !UNTOLD) & UNTOLD != 0
    }

    pub(super) fn is_attached(&self, place: usize) -> bool {
        self.of(place).get() & ATTACHED != 0
    }

    pub(super) fn has_failed(&self, place: usize) -> bool {
        self.of(place).get() & FAILED != 0
    }

    pub(super) fn note_failure(&self, place: usize) {
        self.set(place, FAILED);
    }

    pub(super) fn note_name(&self, place: usize) {
        self.set(place, NAMED);
    }

    /// Whether something is to be seen to when nobody has the task any more.
    pub(super) fn is_remarkable(&self, place: usize) -> bool {
        self.of(place).get() & (NAMED | FAILED) != 0
    }

    /// Nobody will join the task any more. True if its manager has let go of it, too.
    pub(super) fn detach(&self, place: usize) -> bool {
        self.clear(place, ATTACHED, MANAGED)
    }

    /// The manager lets go of the task. True if nobody can join it, either.
    pub(super) fn let_go(&self, place: usize) -> bool {
        self.clear(place, MANAGED, ATTACHED)
    }
}
