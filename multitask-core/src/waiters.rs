//! The tasks that wait for one thing: a queue's item, a lock, an event.

use core::num::NonZeroU32;
use std::rc::Weak;

use crate::{
    Context, Waiter,
    line::{Line, Ticket},
    manager::Shared,
    slab::{Key, Slab},
};

/// Tasks in the order in which they came, each with a value of its own.
///
/// Those at the head have been *called*: what they wait for is theirs, they have been made runnable, and will leave when
/// they run. One that is cancelled leaves too; whoever owns the thing then calls the next one in its place.
#[derive(Debug)]
pub(crate) struct Waiters<T = ()> {
    line: Line<Waiting<T>>,
    called: usize,
    /// The first that has not been called.
    next: Option<Ticket>,
    tasks: Tasks,
}

#[derive(Debug)]
struct Waiting<T> {
    task: TaskHere,
    value: T,
}

/// Whose keys are in a line. Nearly always all are of one manager, so a line has that once, and not with each task.
#[derive(Debug)]
struct Tasks {
    manager: Weak<Shared>,
    strangers: Option<Box<Slab<Waiter>>>,
}

/// A task in a line: its key, or the place among strangers of one that another manager has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct TaskHere(Key);

/// In place of the generation of a task. No task has it.
const STRANGER: NonZeroU32 = NonZeroU32::MAX;

impl Tasks {
    const fn new() -> Self {
        Tasks { manager: Weak::new(), strangers: None }
    }

    /// A task comes. Where there is no other one its manager becomes that of the line.
    #[inline]
    fn enter(&mut self, waiter: Waiter, is_alone: bool) -> TaskHere {
        let (manager, task) = waiter.into_parts();
        if self.manager.ptr_eq(&manager) {
            return TaskHere(task);
        }
        if is_alone {
            self.manager = manager;
            return TaskHere(task);
        }
        self.enter_stranger(Waiter::from_parts(manager, task))
    }

    #[cold]
    #[inline(never)]
    fn enter_stranger(&mut self, waiter: Waiter) -> TaskHere {
        let strangers = self.strangers.get_or_insert_with(|| Box::new(Slab::new()));
        TaskHere(Key { index: strangers.insert(waiter).index, generation: STRANGER })
    }

    #[inline]
    fn wake(&self, TaskHere(task): TaskHere) {
        if task.generation == STRANGER {
            self.stranger(task).into_iter().for_each(Waiter::wake);
        } else if let Some(manager) = self.manager.upgrade() {
            manager.wake(task);
        }
    }

    #[cold]
    fn stranger(&self, task: Key) -> Option<&Waiter> {
        let strangers = self.strangers.as_ref()?;
        strangers.get(strangers.key_at(task.index)?)
    }

    /// A task goes.
    #[inline]
    fn leave(&mut self, TaskHere(task): TaskHere) {
        if task.generation == STRANGER {
            self.leave_stranger(task);
        }
    }

    #[cold]
    #[inline(never)]
    fn leave_stranger(&mut self, task: Key) {
        let Some(strangers) = &mut self.strangers else { return };
        let key = strangers.key_at(task.index);
        drop(key.and_then(|key| strangers.remove(key)));
        if strangers.is_empty() {
            self.strangers = None;
        }
    }

    fn is(&self, TaskHere(task): TaskHere, waiter: &Waiter) -> bool {
        if task.generation == STRANGER {
            return self.stranger(task).is_some_and(|stranger| stranger.same_task(waiter));
        }
        waiter.is(&self.manager, task)
    }
}

/// What a task leaves behind when it leaves.
#[derive(Debug)]
pub(crate) struct Left<T> {
    pub(crate) was_called: bool,
    pub(crate) value: T,
}

impl<T> Waiters<T> {
    pub(crate) const fn new() -> Self {
        Waiters { line: Line::new(), called: 0, next: None, tasks: Tasks::new() }
    }

    /// How many tasks are in the line.
    pub(crate) fn len(&self) -> usize {
        self.line.len()
    }

    /// How many tasks have been called, and have not come yet.
    pub(crate) fn called(&self) -> usize {
        self.called
    }

    /// How many tasks wait to be called.
    pub(crate) fn waiting(&self) -> usize {
        self.len() - self.called
    }

    /// A task enters at the end.
    #[inline]
    pub(crate) fn enter(&mut self, value: T, waiter: Waiter) -> Ticket {
        let task = self.tasks.enter(waiter, self.line.len() == 0);
        let ticket = self.line.push(Waiting { task, value });
        self.next.get_or_insert(ticket);
        ticket
    }

    /// Makes the first task that has not been called runnable: what it waits for is there. False if there is none.
    #[inline]
    pub(crate) fn call_next(&mut self) -> bool {
        let Some(ticket) = self.next else { return false };
        self.tasks.wake(self.line.get(ticket).expect("the next one to call is in the line").task);
        self.next = self.line.next(ticket);
        self.called += 1;
        true
    }

    pub(crate) fn call_all(&mut self) {
        while self.call_next() {}
    }

    /// Lets the first task that has not been called out of the line, makes it runnable, and hands over its value.
    #[inline]
    pub(crate) fn release_next(&mut self) -> Option<T> {
        self.next.and_then(|ticket| self.release(ticket))
    }

    fn release(&mut self, ticket: Ticket) -> Option<T> {
        self.next = self.line.next(ticket);
        let Waiting { task, value } = self.line.remove(ticket)?;
        self.tasks.wake(task);
        self.tasks.leave(task);
        Some(value)
    }

    /// Makes every task that has not been called runnable, so that it looks.
    pub(crate) fn wake_waiting(&self) {
        let waiting = self.line.iter().filter(|(ticket, _)| !self.is_before_next(*ticket));
        waiting.for_each(|(_, waiting)| self.tasks.wake(waiting.task));
    }

    pub(crate) fn is_in_line(&self, ticket: Ticket) -> bool {
        self.line.get(ticket).is_some()
    }

    #[inline]
    pub(crate) fn is_called(&self, ticket: Ticket) -> bool {
        self.is_before_next(ticket) && self.is_in_line(ticket)
    }

    /// Whether a task is called if it is in the line at all.
    fn is_before_next(&self, ticket: Ticket) -> bool {
        self.next.is_none_or(|next| ticket < next)
    }

    /// A task that was called leaves: evaluates to how many of the called ones stand before it, which is none unless they
    /// run in another order than they came in. `None` if it was not called, and waits on.
    #[inline]
    pub(crate) fn leave_if_called(&mut self, ticket: Ticket) -> Option<usize> {
        if !self.is_before_next(ticket) {
            return None;
        }
        let place = if self.line.is_first(ticket) { 0 } else { self.place(ticket) };
        let Waiting { task, .. } = self.line.remove(ticket)?;
        self.tasks.leave(task);
        self.called -= 1;
        Some(place)
    }

    fn place(&self, ticket: Ticket) -> usize {
        self.line.iter().take_while(|(other, _)| *other < ticket).count()
    }

    /// The running task waits on. It may be another one than before, if what waits has been moved.
    pub(crate) fn stay(&mut self, ticket: Ticket, cx: &Context<'_>) {
        let waiter = cx.waiter();
        let is_alone = self.line.len() == 1;
        if let Some(waiting) = self.line.get_mut(ticket)
            && !self.tasks.is(waiting.task, &waiter)
        {
            self.tasks.leave(waiting.task);
            waiting.task = self.tasks.enter(waiter, is_alone);
        }
    }

    /// A task leaves, be it that it was called or that it is cancelled. `None` if it was released.
    pub(crate) fn leave(&mut self, ticket: Ticket) -> Option<Left<T>> {
        let was_called = self.is_before_next(ticket);
        if self.next == Some(ticket) {
            self.next = self.line.next(ticket);
        }
        let Waiting { task, value } = self.line.remove(ticket)?;
        self.tasks.leave(task);
        self.called -= usize::from(was_called);
        Some(Left { was_called, value })
    }
}

impl<T> Default for Waiters<T> {
    fn default() -> Self {
        Waiters::new()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{manager::Shared, ready::Next, slab::Key, store::Home};

    /// A manager with tasks, and the line that they wait in, by their numbers.
    struct Line {
        manager: Rc<Shared>,
        tasks: Vec<Key>,
        waiters: Waiters<usize>,
        tickets: Vec<Ticket>,
    }

    impl Line {
        fn of(count: usize) -> Line {
            let manager = Shared::new();
            let tasks: Vec<_> = (0..count).map(|_| manager.tasks().insert(Home::NONE)).collect();
            let mut line = Line { manager, tasks, waiters: Waiters::new(), tickets: Vec::new() };
            line.woken();
            for (number, task) in line.tasks.iter().enumerate() {
                let waiter = Context::of(&line.manager, *task).waiter();
                line.tickets.push(line.waiters.enter(number, waiter));
            }
            line
        }

        /// The tasks that have become runnable, in order.
        fn woken(&mut self) -> Vec<usize> {
            let mut woken = Vec::new();
            while let Next::Run(task, _) = self.manager.tasks().next() {
                woken.extend(self.tasks.iter().position(|other| *other == task));
            }
            woken
        }

        fn counts(&self) -> (usize, usize) {
            (self.waiters.called(), self.waiters.waiting())
        }
    }

    #[test]
    fn tasks_of_several_managers_wait_in_one_line() {
        let managers = [(); 3].map(|()| Shared::new());
        let tasks = managers.each_ref().map(|manager| manager.tasks().insert(Home::NONE));
        let woken = |at: usize| matches!(managers[at].tasks().next(), Next::Run(task, _) if task == tasks[at]);
        let context = |at: usize| Context::of(&managers[at], tasks[at]);
        assert!((0..3).all(woken));
        let mut waiters = Waiters::new();
        let tickets = [0, 1, 2].map(|at| waiters.enter(at, context(at).waiter()));
        assert!(waiters.call_next() && waiters.call_next());
        assert_eq!([0, 1, 2].map(woken), [true, true, false]);
        assert_eq!(waiters.leave_if_called(tickets[0]), Some(0));
        // It goes on as the task of another manager.
        waiters.stay(tickets[2], &context(0));
        assert_eq!(waiters.release_next(), Some(2));
        assert_eq!([0, 1, 2].map(woken), [true, false, false]);
        assert!(waiters.leave(tickets[1]).is_some_and(|left| left.was_called && left.value == 1));
        assert!(waiters.tasks.strangers.is_none());
        // An empty line takes the manager of who comes.
        waiters.enter(1, context(1).waiter());
        assert!(waiters.tasks.strangers.is_none() && waiters.call_next() && woken(1));
    }

    #[test]
    fn tasks_are_called_in_the_order_in_which_they_came() {
        let mut line = Line::of(3);
        assert!(line.waiters.call_next() && line.waiters.call_next());
        assert_eq!((line.woken(), line.counts()), (vec![0, 1], (2, 1)));
        assert_eq!(line.waiters.leave_if_called(line.tickets[2]), None);
        // The second one runs first, and knows that there is one before it.
        assert_eq!(line.waiters.leave_if_called(line.tickets[1]), Some(1));
        assert_eq!(line.waiters.leave_if_called(line.tickets[0]), Some(0));
        line.waiters.call_all();
        assert_eq!((line.woken(), line.counts()), (vec![2], (1, 0)));
        assert!(!line.waiters.call_next());
    }

    #[test]
    fn who_leaves_is_not_called() {
        for gone in 0..3 {
            let mut line = Line::of(3);
            let left = line.waiters.leave(line.tickets[gone]).expect("it is in the line");
            assert!(!left.was_called && left.value == gone);
            assert!(line.waiters.leave(line.tickets[gone]).is_none());
            line.waiters.call_all();
            let others: Vec<_> = (0..3).filter(|number| *number != gone).collect();
            assert_eq!((line.woken(), line.counts()), (others, (2, 0)));
        }
    }

    #[test]
    fn who_was_called_and_leaves_says_so() {
        let mut line = Line::of(2);
        line.waiters.call_next();
        assert!(line.waiters.leave(line.tickets[0]).is_some_and(|left| left.was_called));
        assert_eq!(line.counts(), (0, 1));
        line.woken();
        line.waiters.call_next();
        assert_eq!(line.woken(), [1]);
    }

    #[test]
    fn who_is_released_is_not_in_the_line_any_more() {
        let mut line = Line::of(2);
        assert_eq!(line.waiters.release_next(), Some(0));
        assert_eq!((line.woken(), line.counts()), (vec![0], (0, 1)));
        assert!(!line.waiters.is_in_line(line.tickets[0]) && line.waiters.is_in_line(line.tickets[1]));
        assert_eq!((line.waiters.release_next(), line.waiters.release_next()), (Some(1), None));
    }

    #[test]
    fn those_that_wait_can_be_woken_without_being_called() {
        let mut line = Line::of(3);
        line.waiters.call_next();
        line.woken();
        line.waiters.wake_waiting();
        assert_eq!((line.woken(), line.counts()), (vec![1, 2], (1, 2)));
    }
}
