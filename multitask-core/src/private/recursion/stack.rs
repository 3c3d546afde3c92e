//! Frames in cells, and who runs them.

use alloc::{rc::Rc, vec::Vec};
use core::{
    cell::RefCell,
    fmt,
    mem::{self, ManuallyDrop},
    task::Poll,
};

use crate::{
    Context, Report,
    private::kind::{Kind, Runs, Tasks},
};

/// How much of the thread's stack the frames of nested calls may take, in bytes.
const ROOM: usize = 8 * 1024;

/// What a call takes of it besides its frame.
const OVERHEAD: usize = 256;

/// Where a frame puts the callee that is to run before it goes on.
pub struct Nest<'n, K: Kind = Tasks> {
    pub(super) driven: bool,
    /// Whether the innermost of the added frames is still to be run; otherwise it is suspended.
    to_be_run: bool,
    /// How much of [`ROOM`] is left.
    room: usize,
    /// The frames that were added in this resume, innermost first.
    added: Vec<Rc<dyn Frame<K> + 'n>>,
}

impl<'n, K: Kind> Nest<'n, K> {
    /// For a machine that no driver runs. Nothing is added to it, so there is nothing to drop.
    #[inline]
    pub(crate) fn absent() -> ManuallyDrop<Self> {
        ManuallyDrop::new(Nest { driven: false, to_be_run: false, room: 0, added: Vec::new() })
    }

    #[inline]
    pub(super) fn of_driver() -> Self {
        Nest { driven: true, to_be_run: false, room: ROOM, added: Vec::new() }
    }

    /// Runs a callee where it is, if there is room for it.
    #[inline]
    pub(super) fn run_here<M: Runs<K> + 'n>(
        &mut self,
        machine: &mut M,
        port: &mut K::Port<'_>,
    ) -> Option<Poll<M::Output>> {
        let needed = size_of::<M>().saturating_add(OVERHEAD);
        self.room = self.room.checked_sub(needed)?;
        let poll = machine.run(port, self);
        self.room += needed;
        Some(poll)
    }

    /// Takes in a callee that is suspended.
    pub(super) fn add_suspended(&mut self, frame: Rc<dyn Frame<K> + 'n>) {
        self.added.push(frame);
    }

    /// Takes in a callee that has not been run.
    pub(super) fn add_new(&mut self, frame: Rc<dyn Frame<K> + 'n>) {
        self.added.push(frame);
        self.to_be_run = true;
    }
}

impl<K: Kind> fmt::Debug for Nest<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nest").field("driven", &self.driven).finish_non_exhaustive()
    }
}

/// A machine in a cell, with its output unknown.
pub(super) trait Frame<K: Kind> {
    /// Resumes the machine; true when it has finished.
    fn run<'n>(&self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> bool
    where
        Self: 'n;

    /// Drops the machine, or its output, and leaves the cell empty.
    fn clear(&self);
}

/// A machine in a cell, with its output known.
pub(super) trait Call<O, K: Kind>: Frame<K> {
    /// The output, once `run` has returned true.
    fn take_output(&self) -> Option<O>;
}

enum CallState<M, O> {
    Running(M),
    Finished(O),
    Empty,
}

/// See [`Frame`].
pub(super) struct CallCell<M, O>(RefCell<CallState<M, O>>);

impl<M, O> CallCell<M, O> {
    pub(super) fn new(machine: M) -> Self {
        CallCell(RefCell::new(CallState::Running(machine)))
    }
}

impl<K: Kind, M: Runs<K>> Frame<K> for CallCell<M, M::Output> {
    fn run<'n>(&self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> bool
    where
        Self: 'n,
    {
        let mut state = self.0.borrow_mut();
        let CallState::Running(machine) = &mut *state else { unreachable!("a driver runs only what has not finished") };
        match machine.run(port, nest) {
            Poll::Pending => false,
            Poll::Ready(output) => {
                *state = CallState::Finished(output);
                true
            }
        }
    }

    fn clear(&self) {
        // The borrow ends before the destructors run: they are the user's.
        let state = self.0.replace(CallState::Empty);
        drop(state);
    }
}

impl<K: Kind, M: Runs<K>> Call<M::Output, K> for CallCell<M, M::Output> {
    fn take_output(&self) -> Option<M::Output> {
        let mut state = self.0.borrow_mut();
        if !matches!(*state, CallState::Finished(_)) {
            return None;
        }
        match mem::replace(&mut *state, CallState::Empty) {
            CallState::Finished(output) => Some(output),
            CallState::Running(_) | CallState::Empty => None,
        }
    }
}

/// Runs a recursion: a stack of frames, of which the last is resumed.
pub(super) struct Driver<'a, K: Kind> {
    frames: Vec<Rc<dyn Frame<K> + 'a>>,
    nest: Nest<'a, K>,
}

impl<'a, K: Kind + 'a> Driver<'a, K> {
    /// The driver of the frames that were added to `nest`.
    pub(super) fn new(nest: Nest<'a, K>) -> Self {
        let mut driver = Driver { frames: Vec::new(), nest };
        driver.take_added();
        driver
    }

    /// Runs the innermost frame, and goes on with whatever became innermost; true when the outermost has finished.
    pub(super) fn run(&mut self, port: &mut K::Port<'_>) -> bool {
        while let Some(innermost) = self.frames.last() {
            self.nest.room = ROOM;
            if innermost.run(port, &mut self.nest) {
                self.frames.pop();
                continue;
            }
            if self.nest.added.is_empty() {
                return false;
            }
            self.take_added();
            if !self.is_to_be_run() {
                return false;
            }
        }
        true
    }

    #[inline(never)]
    fn take_added(&mut self) {
        while let Some(frame) = self.nest.added.pop() {
            self.frames.push(frame);
        }
    }

    /// Whether the innermost frame has never been run; it is about to be, then.
    pub(super) fn is_to_be_run(&mut self) -> bool {
        mem::take(&mut self.nest.to_be_run)
    }
}

impl Driver<'_, Tasks> {
    /// Tells where the frames are suspended, each around its callee.
    pub(super) fn describe(&self, report: &mut Report) {
        let since = report.mark();
        for frame in self.frames.iter().rev() {
            let _ = frame.run(&mut Context::describing_since(report, since), &mut Nest::of_driver());
        }
    }
}

impl<K: Kind> Drop for Driver<'_, K> {
    /// Innermost first, one frame at a time: what a frame holds of its callee is an empty cell by then.
    fn drop(&mut self) {
        while let Some(frame) = self.frames.pop() {
            frame.clear();
        }
    }
}
