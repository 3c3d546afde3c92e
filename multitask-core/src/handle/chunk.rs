//! Added tasks of one type, side by side, and what becomes of each.

use core::{
    any::Any,
    cell::{Cell, OnceCell},
    hint::black_box,
    panic::Location,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    rc::{Rc, Weak},
    time::Instant,
};

use super::{
    JoinError,
    cells::{AnyCell, AnyCells, AnyContent, Cells, End, How},
    joiners::Joiners,
    marks::{Marks, Phase},
};
use crate::{
    Context, State, Task, TaskId,
    failure::Cause,
    manager::{Schedule, Shared},
    slab::Key,
    store::Home,
    trace::TaskSpan,
};

/// How many places a chunk has at most.
pub(crate) const MOST: usize = 64;

/// So large is a chunk at most, unless a single task is larger.
const BYTES: usize = 16 * 1024;

/// Tasks of one type that were added in one place of the program. Each is found by its place here, below [`MOST`].
///
/// A place is a task's from when it was added until its manager has let go of it and nobody can join it any more.
///
/// The type of the cells is known where it is made, and forgotten then. They are behind a pointer, since of what lies in the
/// same memory as a value whose type is not known, the address has to be computed each time.
#[repr(C)]
pub(crate) struct Chunk {
    cells: Box<dyn AnyCells>,
    pub(crate) head: Head,
}

/// A task in a manager.
#[derive(Clone)]
pub(crate) struct Added {
    pub(crate) chunk: Rc<Chunk>,
    pub(crate) place: usize,
}

/// Where a task comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) what: &'static str,
    pub(crate) place: &'static Location<'static>,
}

/// How the latest of resumes ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resumed {
    /// The task waits, and this is where the next one is, for which the context is by now: in another chunk, or nowhere.
    Waiting(Home),
    Finished,
    /// There was none: the task is running further out, and has called a loop of its manager.
    Running,
}

/// What a chunk knows of its tasks besides themselves. First what each resume looks at.
#[repr(C)]
pub(crate) struct Head {
    /// How many reasons there are to look at a task that comes back: for each that is running, and to be dropped then, and
    /// one more if it is noted when that was.
    attention: Cell<u32>,
    /// That of the chunk among those of its manager.
    pub(crate) number: Cell<u32>,
    joiners: OnceCell<Joiners>,
    pub(super) marks: Marks,
    from: From,
    /// How many there is room for.
    pub(crate) places: usize,
    /// When each has come back, if it is noted.
    returns: OnceCell<Box<[Cell<Option<Instant>>]>>,
}

/// Where the tasks of a chunk were added.
#[derive(Clone)]
pub(crate) struct From {
    /// To whom.
    pub(crate) manager: Weak<Shared>,
    pub(crate) place: &'static Location<'static>,
}

impl Head {
    fn new(places: usize, from: From) -> Self {
        let (number, attention) = (Cell::new(0), Cell::new(0));
        let (returns, joiners) = (OnceCell::new(), OnceCell::new());
        Head { marks: Marks::new(), number, places, attention, returns, from, joiners }
    }

    /// From now on it is noted when each task has come back.
    pub(crate) fn note_returns(&self) {
        if self.returns.set((0..self.places).map(|_| Cell::new(None)).collect()).is_ok() {
            self.attention.update(|reasons| reasons + 1);
        }
    }

    /// The manager that the tasks were added to.
    #[inline]
    pub(super) fn manager(&self) -> Option<Rc<Shared>> {
        self.from.manager.upgrade()
    }

    pub(super) fn is_finished(&self, place: usize) -> bool {
        self.marks.phase(place) == Phase::Finished
    }

    /// Has the running task, which joins another one, woken when that ends; evaluates to the number by which it is forgotten.
    pub(super) fn set_joiner(&self, place: usize, cx: &Context<'_>) -> u64 {
        let (manager, task) = cx.running();
        let joiners = self.joiners.get_or_init(|| Joiners::new(self.places));
        joiners.set(place, &self.from.manager, manager, task)
    }

    /// Nobody waits for a task any more.
    pub(super) fn forget_joiner(&self, place: usize) {
        if let Some(joiners) = self.joiners.get() {
            joiners.clear(place);
        }
    }

    /// The same if the joiner is still that of the number.
    pub(super) fn forget_joiner_of(&self, place: usize, serial: u64) {
        if let Some(joiners) = self.joiners.get() {
            joiners.forget(place, serial);
        }
    }

    fn wake_joiner(&self, place: usize) {
        if let Some(joiners) = self.joiners.get() {
            joiners.wake(place, &self.from.manager);
        }
    }

    /// The place of the first task, as its manager names it.
    #[inline]
    pub(super) fn first(&self) -> Home {
        Home::new(self.number.get(), 0)
    }

    /// Whether [`look_at`](Head::look_at) is to be called for a task that comes back.
    #[inline]
    pub(super) fn wants_attention(&self) -> bool {
        self.attention.get() > 0
    }

    /// Looks at a task that has come back: notes when, if that is to be noted, and drops it if it has been cancelled
    /// meanwhile. Whether it has.
    #[cold]
    pub(super) fn look_at(&self, place: usize, cell: &AnyCell, cx: &mut Context<'_>) -> bool {
        if let Some(returns) = self.returns.get() {
            returns[place].set(Some(cx.running().0.clock.now()));
        }
        self.end_if_cancelled(place, cell)
    }

    /// Drops a task that has been cancelled while its code ran. Whether it has.
    fn end_if_cancelled(&self, place: usize, cell: &AnyCell) -> bool {
        let is_cancelled = self.marks.phase(place) == Phase::Cancelled;
        if is_cancelled {
            self.end(place, cell, &mut *cell.content.borrow_mut(), End::Cancelled);
        }
        is_cancelled
    }

    /// Drops the task where it is, and says how it ended. A panic while it is dropped counts as one of the task.
    fn end(&self, place: usize, cell: &AnyCell, content: &mut dyn AnyContent, end: End) {
        self.begin_end(place);
        let end = cell.drop_content(content).unwrap_or(end);
        let how = end.how();
        content.end(end);
        self.finish_end(place, &cell.span, how);
    }

    /// Before a task that has come to its end is dropped.
    pub(super) fn begin_end(&self, place: usize) {
        if self.marks.phase(place) == Phase::Cancelled {
            self.attention.update(|reasons| reasons - 1);
        }
        self.marks.set_phase(place, Phase::Ending);
    }

    /// After it has been dropped; what became of it is in its place.
    pub(super) fn finish_end(&self, place: usize, span: &TaskSpan, how: How) {
        span.ended(how.word());
        if let How::Failed | How::Panicked = how {
            self.marks.note_failure(place);
        }
        self.marks.finish(place);
        self.wake_joiner(place);
    }
}

impl Chunk {
    /// A chunk with as many places as are asked for, or fewer if tasks are large.
    pub(crate) fn new<T: Task + 'static>(places: usize, from: From) -> Rc<Self> {
        let places = places.min(BYTES / Cells::<T>::BYTES).clamp(1, MOST);
        Rc::new(Chunk { head: Head::new(places, from), cells: Box::new(Cells::<T>::new(places)) })
    }

    /// The cells of a chunk with tasks of that type.
    fn cells<T: Task + 'static>(&self) -> &Cells<T> {
        let cells: &dyn Any = &*self.cells;
        cells.downcast_ref().expect("who asks knows the type of the tasks")
    }

    /// Takes in a task, in a place that is free.
    pub(crate) fn fill<T: Task + 'static>(&self, place: usize, task: T, key: Key) {
        self.head.marks.begin(place);
        self.cells::<T>().fill(place, task, || (self.origin(), TaskId(key)));
    }

    /// What is left of a task that has ended, if it has not been joined.
    pub(super) fn take_rest<T: Task + 'static>(&self, place: usize) -> Option<Result<T::Output, JoinError>> {
        self.cells::<T>().take_rest(place)
    }

    /// Resumes a task once, then those of the chunk that are next, each once, until the next one is elsewhere, or one does
    /// not wait.
    ///
    /// A panic of a task goes through, and is then to be handed to [`Added::panicked`].
    #[inline]
    pub(crate) fn resume(&self, home: Home, cx: &mut Context<'_>, schedule: &mut Schedule) -> Resumed {
        self.cells.resume(&self.head, home, cx, schedule)
    }

    /// Has the processor fetch what is looked at to resume a task and to end it.
    pub(crate) fn fetch(&self, place: usize) {
        let Head { marks, attention, joiners, .. } = &self.head;
        let is_running = self.cells.cell(place).content.try_borrow().is_err();
        black_box((is_running, marks.phase(place), attention.get(), joiners.get().is_some()));
    }

    /// Drops a task, which has panicked.
    fn panicked(&self, place: usize, payload: Box<dyn Any + Send>) {
        let cell = self.cells.cell(place);
        self.head.end(place, cell, &mut *cell.content.borrow_mut(), End::panicked(payload));
    }

    /// Drops a task now, or after the resume that is under way.
    pub(super) fn cancel(&self, place: usize) {
        if self.head.marks.phase(place) != Phase::Alive {
            return;
        }
        let cell = self.cells.cell(place);
        match cell.content.try_borrow_mut() {
            Ok(mut content) => self.head.end(place, cell, &mut *content, End::Cancelled),
            Err(_) => {
                self.head.marks.set_phase(place, Phase::Cancelled);
                self.head.attention.update(|reasons| reasons + 1);
            }
        }
    }

    /// Why a task has failed, if it has.
    pub(super) fn failure(&self, place: usize) -> Option<Cause> {
        if self.head.marks.has_failed(place) { self.cells.cell(place).content.borrow_mut().failure() } else { None }
    }

    /// Where a task is suspended; `None` if it is running.
    fn state(&self, place: usize) -> Option<State> {
        let cell = self.cells.cell(place);
        // Code of the task runs for it, which might even cancel the task.
        let mut content = cell.content.try_borrow_mut().ok()?;
        if !content.is_task() {
            return None;
        }
        let state = catch_unwind(AssertUnwindSafe(|| State::of_described(&mut *content))).unwrap_or_default();
        drop(content);
        self.head.end_if_cancelled(place, cell);
        Some(state)
    }

    /// Drops what is left of a task that has ended, which nobody can join: a panic of its destructor is nobody's.
    #[inline(never)]
    fn clear(&self, place: usize) {
        let cell = self.cells.cell(place);
        cell.span.end();
        let content = &mut *cell.content.borrow_mut();
        if content.needs_drop() {
            // Where it is, since nobody else can come to it.
            drop(catch_unwind(AssertUnwindSafe(|| content.clear())));
        } else {
            content.clear();
        }
    }

    /// What the tasks are called if they have no name, and where they were added.
    pub(super) fn origin(&self) -> Origin {
        Origin { what: self.cells.what(), place: self.head.from.place }
    }

    /// Notes that a task was given a name.
    pub(super) fn note_name(&self, place: usize, name: &str) {
        self.head.marks.note_name(place);
        self.cells.cell(place).span.set_name(name);
    }
}

impl Added {
    /// Drops the task, which has panicked.
    pub(crate) fn panicked(&self, payload: Box<dyn Any + Send>) {
        self.chunk.panicked(self.place, payload);
    }

    /// Drops the task now, or after the resume that is under way.
    pub(crate) fn cancel(&self) {
        self.chunk.cancel(self.place);
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.chunk.head.is_finished(self.place)
    }

    /// Whether there is a handle by which the task can be joined.
    pub(crate) fn is_attached(&self) -> bool {
        self.chunk.head.marks.is_attached(self.place)
    }

    /// Why the task has failed, if it has.
    pub(crate) fn failure(&self) -> Option<Cause> {
        self.chunk.failure(self.place)
    }

    /// Where the task is suspended; `None` if it is running.
    pub(crate) fn state(&self) -> Option<State> {
        self.chunk.state(self.place)
    }

    /// When the task has come back from its latest resume, if that is noted.
    pub(crate) fn returned(&self) -> Option<Instant> {
        self.chunk.head.returns.get()?[self.place].get()
    }

    pub(crate) fn origin(&self) -> Origin {
        self.chunk.origin()
    }

    /// Says that the manager has let go of the task, which has ended. True if nobody can join it, either: what was left
    /// of it is dropped, and the place is free.
    #[inline]
    pub(crate) fn let_go(&self) -> bool {
        let is_last = self.chunk.head.marks.let_go(self.place);
        if is_last {
            self.chunk.clear(self.place);
        }
        is_last
    }
}
