//! The tasks that wait for one thing: a queue's item, a lock, an event.

use crate::{Context, Waiter, line::Line, slab::Key};

/// Tasks in the order in which they came, each with a value of its own.
///
/// Those at the head have been *called*: what they wait for is theirs, they have been made runnable, and will leave when
/// they run. One that is cancelled leaves too; whoever owns the thing then calls the next one in its place.
#[derive(Debug)]
pub(crate) struct Waiters<T = ()> {
    line: Line<Waiting<T>>,
    called: usize,
    /// The first that has not been called.
    next: Option<Key>,
}

#[derive(Debug)]
struct Waiting<T> {
    waiter: Waiter,
    called: bool,
    value: T,
}

/// What a task leaves behind when it leaves.
#[derive(Debug)]
pub(crate) struct Left<T> {
    pub(crate) was_called: bool,
    pub(crate) value: T,
}

impl<T> Waiters<T> {
    pub(crate) const fn new() -> Self {
        Waiters { line: Line::new(), called: 0, next: None }
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
    pub(crate) fn enter(&mut self, value: T, waiter: Waiter) -> Key {
        let key = self.line.push(Waiting { waiter, called: false, value });
        self.next.get_or_insert(key);
        key
    }

    /// Makes the first task that has not been called runnable: what it waits for is there. False if there is none.
    pub(crate) fn call_next(&mut self) -> bool {
        let Some(key) = self.next else { return false };
        let (waiting, next) = self.line.get_mut_and_next(key).expect("the next one to call is in the line");
        waiting.called = true;
        waiting.waiter.wake();
        self.next = next;
        self.called += 1;
        true
    }

    pub(crate) fn call_all(&mut self) {
        while self.call_next() {}
    }

    /// Lets the first task that has not been called out of the line, makes it runnable, and hands over its value.
    #[inline]
    pub(crate) fn release_next(&mut self) -> Option<T> {
        self.next.and_then(|key| self.release(key))
    }

    fn release(&mut self, key: Key) -> Option<T> {
        self.next = self.line.next(key);
        let waiting = self.line.remove(key)?;
        waiting.waiter.wake();
        Some(waiting.value)
    }

    /// Makes every task that has not been called runnable, so that it looks.
    pub(crate) fn wake_waiting(&self) {
        self.line.iter().filter(|(_, waiting)| !waiting.called).for_each(|(_, waiting)| waiting.waiter.wake());
    }

    pub(crate) fn is_in_line(&self, key: Key) -> bool {
        self.line.get(key).is_some()
    }

    pub(crate) fn is_called(&self, key: Key) -> bool {
        self.line.get(key).is_some_and(|waiting| waiting.called)
    }

    /// A task that was called leaves: evaluates to how many of the called ones stand before it, which is none unless they
    /// run in another order than they came in. `None` if it was not called, and waits on.
    pub(crate) fn leave_if_called(&mut self, key: Key) -> Option<usize> {
        if !self.is_called(key) {
            return None;
        }
        let place = if self.line.is_first(key) { 0 } else { self.place(key) };
        self.line.remove(key);
        self.called -= 1;
        Some(place)
    }

    fn place(&self, key: Key) -> usize {
        self.line.iter().take_while(|(other, _)| *other != key).count()
    }

    /// The running task waits on. It may be another one than before, if what waits has been moved.
    pub(crate) fn stay(&mut self, key: Key, cx: &Context<'_>) {
        let waiter = cx.waiter();
        if let Some(waiting) = self.line.get_mut(key)
            && !waiting.waiter.same_task(&waiter)
        {
            waiting.waiter = waiter;
        }
    }

    /// A task leaves, be it that it was called or that it is cancelled. `None` if it was released.
    pub(crate) fn leave(&mut self, key: Key) -> Option<Left<T>> {
        if self.next == Some(key) {
            self.next = self.line.next(key);
        }
        let Waiting { called, value, .. } = self.line.remove(key)?;
        self.called -= usize::from(called);
        Some(Left { was_called: called, value })
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
    use crate::{
        manager::Shared,
        ready::{Body, Next},
    };

    /// A manager with tasks, and the line that they wait in, by their numbers.
    struct Line {
        manager: Rc<Shared>,
        tasks: Vec<Key>,
        waiters: Waiters<usize>,
        places: Vec<Key>,
    }

    impl Line {
        fn of(count: usize) -> Line {
            let manager = Rc::new(Shared::new());
            let tasks: Vec<_> = (0..count).map(|_| manager.tasks.borrow_mut().insert(Body::OnStack)).collect();
            let mut line = Line { manager, tasks, waiters: Waiters::new(), places: Vec::new() };
            line.woken();
            for (number, task) in line.tasks.iter().enumerate() {
                let waiter = Context::of(&line.manager, *task).waiter();
                line.places.push(line.waiters.enter(number, waiter));
            }
            line
        }

        /// The tasks that have become runnable, in order.
        fn woken(&mut self) -> Vec<usize> {
            let mut woken = Vec::new();
            while let Next::Run(task, _) = self.manager.tasks.borrow_mut().next() {
                woken.extend(self.tasks.iter().position(|other| *other == task));
            }
            woken
        }

        fn counts(&self) -> (usize, usize) {
            (self.waiters.called(), self.waiters.waiting())
        }
    }

    #[test]
    fn tasks_are_called_in_the_order_in_which_they_came() {
        let mut line = Line::of(3);
        assert!(line.waiters.call_next() && line.waiters.call_next());
        assert_eq!((line.woken(), line.counts()), (vec![0, 1], (2, 1)));
        assert_eq!(line.waiters.leave_if_called(line.places[2]), None);
        // The second one runs first, and knows that there is one before it.
        assert_eq!(line.waiters.leave_if_called(line.places[1]), Some(1));
        assert_eq!(line.waiters.leave_if_called(line.places[0]), Some(0));
        line.waiters.call_all();
        assert_eq!((line.woken(), line.counts()), (vec![2], (1, 0)));
        assert!(!line.waiters.call_next());
    }

    #[test]
    fn who_leaves_is_not_called() {
        for gone in 0..3 {
            let mut line = Line::of(3);
            let left = line.waiters.leave(line.places[gone]).expect("it is in the line");
            assert!(!left.was_called && left.value == gone);
            assert!(line.waiters.leave(line.places[gone]).is_none());
            line.waiters.call_all();
            let others: Vec<_> = (0..3).filter(|number| *number != gone).collect();
            assert_eq!((line.woken(), line.counts()), (others, (2, 0)));
        }
    }

    #[test]
    fn who_was_called_and_leaves_says_so() {
        let mut line = Line::of(2);
        line.waiters.call_next();
        assert!(line.waiters.leave(line.places[0]).is_some_and(|left| left.was_called));
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
        assert!(!line.waiters.is_in_line(line.places[0]) && line.waiters.is_in_line(line.places[1]));
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
