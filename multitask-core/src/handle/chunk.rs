//! Added tasks of one type, side by side, and what becomes of each.

use core::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    hint::black_box,
    mem::{self, needs_drop},
    panic::Location,
    task::Poll,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    rc::{Rc, Weak},
    time::Instant,
};

use super::{
    JoinError,
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

/// The tasks of a chunk, their type unknown.
pub(crate) trait AnyCells: Any {
    /// See [`Chunk::resume`].
    fn resume(&self, head: &Head, home: Home, cx: &mut Context<'_>, schedule: &mut Schedule) -> Resumed;

    /// Drops a task, which has panicked.
    fn panicked(&self, head: &Head, place: usize, payload: Box<dyn Any + Send>);

    /// Drops a task now, or after the resume that is under way.
    fn cancel(&self, head: &Head, place: usize);

    /// Why a task has failed, if it has.
    fn failure(&self, place: usize) -> Option<Cause>;

    /// Where a task is suspended; `None` if it is running.
    fn state(&self, head: &Head, place: usize) -> Option<State>;

    /// What the tasks are called if they have no name.
    fn what(&self) -> &'static str;

    fn set_name_of_span(&self, place: usize, name: &str);

    /// Drops what is left of a task that has ended, which nobody can join: a panic of its destructor is nobody's.
    fn clear(&self, place: usize);

    /// Whether code of a task is running.
    fn is_running(&self, place: usize) -> bool;
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
}

/// The tasks of a chunk, their type known.
struct Cells<T: Task>(Box<[TaskCell<T>]>);

/// The content is borrowed exactly while code of the task runs.
struct TaskCell<T: Task> {
    content: RefCell<Content<T>>,
    span: TaskSpan,
}

/// A task, then what became of it.
enum Content<T: Task> {
    Empty,
    Task(T),
    Output(T::Output),
    /// An output that says in these words that the task has failed. Apart, so that a cell is no larger for it.
    Failure(Box<(T::Output, String)>),
    Cancelled,
    Panicked(Box<Payload>),
}

/// What a task panicked with.
struct Payload(Box<dyn Any + Send>);

impl<T: Task> Content<T> {
    fn panicked(payload: Box<dyn Any + Send>) -> Self {
        Content::Panicked(Box::new(Payload(payload)))
    }

    /// Puts something where nothing is that has to be dropped.
    ///
    /// Forgotten, so that it need not be found out once more that there is nothing.
    #[inline]
    fn replace(&mut self, content: Self) {
        debug_assert!(matches!(self, Content::Empty) || !needs_drop::<T>() && matches!(self, Content::Task(_)));
        mem::forget(mem::replace(self, content));
    }

    /// How the task ended, in a word.
    fn how(&self) -> &'static str {
        match self {
            Content::Output(_) => "finished",
            Content::Cancelled => "cancelled",
            Content::Panicked(_) => "panicked",
            Content::Failure(_) => "failed",
            Content::Task(_) | Content::Empty => "not ended",
        }
    }

    fn into_outcome(self) -> Option<Result<T::Output, JoinError>> {
        match self {
            Content::Output(output) => Some(Ok(output)),
            Content::Failure(failure) => Some(Ok(failure.0)),
            Content::Cancelled => Some(Err(JoinError::Cancelled)),
            Content::Panicked(payload) => Some(Err(JoinError::Panicked(payload.0))),
            Content::Task(_) | Content::Empty => None,
        }
    }
}

impl<T: Task> Cells<T> {
    /// Drops the task where it is, and says how it ended. A panic while it is dropped counts as one of the task.
    #[inline(never)]
    fn end(&self, head: &Head, place: usize, content: &mut Content<T>, mut outcome: Content<T>) {
        if head.marks.phase(place) == Phase::Cancelled {
            head.attention.update(|reasons| reasons - 1);
        }
        head.marks.set_phase(place, Phase::Ending);
        let span = &self.0[place].span;
        if needs_drop::<T>() {
            let dropped = catch_unwind(AssertUnwindSafe(|| span.enter(|| *content = Content::Empty)));
            if let Err(payload) = dropped {
                outcome = Content::panicked(payload);
            }
        }
        span.ended(outcome.how());
        if matches!(outcome, Content::Failure(_) | Content::Panicked(_)) {
            head.marks.note_failure(place);
        }
        content.replace(outcome);
        head.marks.finish(place);
        head.wake_joiner(place);
    }

    /// Looks at a task that has come back: notes when, if that is to be noted, and drops it if it has been cancelled
    /// meanwhile. Whether it has.
    #[cold]
    fn look_at(&self, head: &Head, place: usize, cx: &mut Context<'_>) -> bool {
        if let Some(returns) = head.returns.get() {
            returns[place].set(Some(cx.running().0.clock.now()));
        }
        self.end_if_cancelled(head, place)
    }

    /// Drops a task that has been cancelled while its code ran. Whether it has.
    fn end_if_cancelled(&self, head: &Head, place: usize) -> bool {
        let is_cancelled = head.marks.phase(place) == Phase::Cancelled;
        if is_cancelled {
            self.end(head, place, &mut self.0[place].content.borrow_mut(), Content::Cancelled);
        }
        is_cancelled
    }

    /// What is left of a task that has ended, if it has not been joined.
    fn take_rest(&self, place: usize) -> Option<Result<T::Output, JoinError>> {
        let cell = &self.0[place];
        cell.span.end();
        let mut content = cell.content.borrow_mut();
        // Tasks may be large, so nothing is moved where there is nothing.
        if let Content::Empty = *content { None } else { mem::replace(&mut *content, Content::Empty).into_outcome() }
    }
}

/// Resumes a task, and judges its output.
#[inline]
fn resume<T: Task>(task: &mut T, cx: &mut Context<'_>) -> Poll<Content<T>> {
    task.resume(cx).map(|output| match task.failure(&output) {
        Some(words) => Content::Failure(Box::new((output, words))),
        None => Content::Output(output),
    })
}

impl<T: Task + 'static> AnyCells for Cells<T> {
    fn resume(&self, head: &Head, mut home: Home, cx: &mut Context<'_>, schedule: &mut Schedule) -> Resumed {
        let first = Home::new(head.number.get(), 0);
        loop {
            let place = home.since(first);
            let Some(cell) = self.0.get(place) else { return Resumed::Waiting(home) };
            let Ok(mut content) = cell.content.try_borrow_mut() else { return Resumed::Running };
            let Content::Task(task) = &mut *content else { return Resumed::Running };
            if let Poll::Ready(outcome) = cell.span.enter(|| resume(task, cx)) {
                self.end(head, place, &mut content, outcome);
                return Resumed::Finished;
            }
            drop(content);
            if head.attention.get() > 0 && self.look_at(head, place, cx) {
                return Resumed::Finished;
            }
            home = schedule.next(cx);
        }
    }

    fn panicked(&self, head: &Head, place: usize, payload: Box<dyn Any + Send>) {
        self.end(head, place, &mut self.0[place].content.borrow_mut(), Content::panicked(payload));
    }

    fn cancel(&self, head: &Head, place: usize) {
        if head.marks.phase(place) != Phase::Alive {
            return;
        }
        match self.0[place].content.try_borrow_mut() {
            Ok(mut content) => self.end(head, place, &mut content, Content::Cancelled),
            Err(_) => {
                head.marks.set_phase(place, Phase::Cancelled);
                head.attention.update(|reasons| reasons + 1);
            }
        }
    }

    fn failure(&self, place: usize) -> Option<Cause> {
        match &mut *self.0[place].content.borrow_mut() {
            Content::Failure(failure) => Some(Cause::Error(mem::take(&mut failure.1))),
            Content::Panicked(payload) => Some(Cause::Panic(super::error::words(&*payload.0).map(str::to_owned))),
            Content::Output(_) | Content::Cancelled | Content::Task(_) | Content::Empty => None,
        }
    }

    fn state(&self, head: &Head, place: usize) -> Option<State> {
        // Code of the task runs for it, which might even cancel the task.
        let mut content = self.0[place].content.try_borrow_mut().ok()?;
        let Content::Task(task) = &mut *content else { return None };
        let state = catch_unwind(AssertUnwindSafe(|| State::of(task))).unwrap_or_default();
        drop(content);
        self.end_if_cancelled(head, place);
        Some(state)
    }

    fn what(&self) -> &'static str {
        <T as Task>::what()
    }

    fn set_name_of_span(&self, place: usize, name: &str) {
        self.0[place].span.set_name(name);
    }

    fn is_running(&self, place: usize) -> bool {
        self.0[place].content.try_borrow().is_err()
    }

    fn clear(&self, place: usize) {
        let cell = &self.0[place];
        cell.span.end();
        let mut content = cell.content.borrow_mut();
        match &*content {
            Content::Output(_) if !needs_drop::<T::Output>() => *content = Content::Empty,
            Content::Empty | Content::Cancelled => *content = Content::Empty,
            // Where it is, since nobody else can come to it.
            _ => drop(catch_unwind(AssertUnwindSafe(|| *content = Content::Empty))),
        }
    }
}

impl Chunk {
    /// A chunk with as many places as are asked for, or fewer if tasks are large.
    pub(crate) fn new<T: Task + 'static>(places: usize, from: From) -> Rc<Self> {
        let fitting = BYTES / size_of::<TaskCell<T>>();
        let cell = |_| TaskCell { content: RefCell::new(Content::<T>::Empty), span: TaskSpan::none() };
        let places = places.min(fitting).clamp(1, MOST);
        let cells = Cells((0..places).map(cell).collect());
        Rc::new(Chunk { head: Head::new(places, from), cells: Box::new(cells) })
    }

    /// The cells of a chunk with tasks of that type.
    fn cells<T: Task + 'static>(&self) -> &Cells<T> {
        let cells: &dyn Any = &*self.cells;
        cells.downcast_ref().expect("who asks knows the type of the tasks")
    }

    /// Takes in a task, in a place that is free.
    pub(crate) fn fill<T: Task + 'static>(&self, place: usize, task: T, key: Key) {
        self.head.marks.begin(place);
        let cell = &self.cells::<T>().0[place];
        cell.span.begin(|| self.origin(), TaskId(key));
        cell.content.borrow_mut().replace(Content::Task(task));
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
        black_box((self.cells.is_running(place), marks.phase(place), attention.get(), joiners.get().is_some()));
    }

    /// Drops a task now, or after the resume that is under way.
    pub(super) fn cancel(&self, place: usize) {
        self.cells.cancel(&self.head, place);
    }

    /// Why a task has failed, if it has.
    pub(super) fn failure(&self, place: usize) -> Option<Cause> {
        if self.head.marks.has_failed(place) { self.cells.failure(place) } else { None }
    }

    /// What the tasks are called if they have no name, and where they were added.
    pub(super) fn origin(&self) -> Origin {
        Origin { what: self.cells.what(), place: self.head.from.place }
    }

    /// Notes that a task was given a name.
    pub(super) fn note_name(&self, place: usize, name: &str) {
        self.head.marks.note_name(place);
        self.cells.set_name_of_span(place, name);
    }
}

impl Added {
    /// Drops the task, which has panicked.
    pub(crate) fn panicked(&self, payload: Box<dyn Any + Send>) {
        self.chunk.cells.panicked(&self.chunk.head, self.place, payload);
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
        self.chunk.cells.state(&self.chunk.head, self.place)
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
    pub(crate) fn let_go(&self) -> bool {
        let is_last = self.chunk.head.marks.let_go(self.place);
        if is_last {
            self.chunk.cells.clear(self.place);
        }
        is_last
    }
}
