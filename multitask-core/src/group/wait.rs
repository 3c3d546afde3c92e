//! Waiting for the tasks of a group.

use core::{error::Error, fmt, task::Poll};
use std::{collections::BTreeMap, rc::Rc};

use super::{Members, Serial};
use crate::{Context, JoinError, Operation, Waiter};

/// A task's place among those that wait for a group.
struct Place<T> {
    members: Rc<Members<T>>,
    waiter: Option<Waiter>,
}

impl<T> Place<T> {
    fn new(members: &Rc<Members<T>>) -> Self {
        Place { members: members.clone(), waiter: None }
    }

    /// Has the running task woken when a task of the group has finished.
    fn wait(&mut self, cx: &Context<'_>) {
        let waiter = cx.waiter();
        self.members.register(waiter.clone());
        self.waiter = Some(waiter);
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if let Some(waiter) = &self.waiter {
            self.members.waiters.borrow_mut().retain(|other| !other.same_task(waiter));
        }
    }
}

/// The operation of [`Group::next`](super::Group::next).
#[must_use = "an operation does nothing before a task yields it"]
pub struct NextFinished<T> {
    place: Place<T>,
}

impl<T> NextFinished<T> {
    pub(super) fn new(members: &Rc<Members<T>>) -> Self {
        NextFinished { place: Place::new(members) }
    }
}

impl<T> Operation for NextFinished<T> {
    type Output = Option<Result<T, JoinError>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !cx.may_go_on() {
            return Poll::Pending;
        }
        let members = &wait.place.members;
        let next = match members.join_next() {
            None if !members.is_empty() => {
                wait.place.wait(cx);
                return Poll::Pending;
            }
            next => next,
        };
        cx.count_ready();
        Poll::Ready(next.map(|(_, outcome)| outcome))
    }

    fn what() -> &'static str {
        "Group::next"
    }
}

/// The operation of [`Group::join_all`](super::Group::join_all).
#[must_use = "an operation does nothing before a task yields it"]
pub struct JoinAll<T> {
    place: Place<T>,
}

impl<T> JoinAll<T> {
    pub(super) fn new(members: &Rc<Members<T>>) -> Self {
        JoinAll { place: Place::new(members) }
    }
}

impl<T> Operation for JoinAll<T> {
    type Output = Vec<Result<T, JoinError>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match wait.place.members.join_all() {
            Some(outcomes) => Poll::Ready(outcomes),
            None => {
                wait.place.wait(cx);
                Poll::Pending
            }
        }
    }

    fn what() -> &'static str {
        "Group::join_all"
    }
}

/// The operation of [`Group::try_join_all`](super::Group::try_join_all).
#[must_use = "an operation does nothing before a task yields it"]
pub struct TryJoinAll<T, E> {
    place: Place<Result<T, E>>,
    values: BTreeMap<Serial, T>,
}

impl<T, E> TryJoinAll<T, E> {
    pub(super) fn new(members: &Rc<Members<Result<T, E>>>) -> Self {
        TryJoinAll { place: Place::new(members), values: BTreeMap::new() }
    }
}

impl<T, E> Operation for TryJoinAll<T, E> {
    type Output = Result<Vec<T>, FirstFailure<E>>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some((serial, outcome)) = wait.place.members.join_next() {
            let failure = match outcome {
                Ok(Ok(value)) => {
                    wait.values.insert(serial, value);
                    continue;
                }
                Ok(Err(error)) => FirstFailure::Error(error),
                Err(error) => FirstFailure::Ended(error),
            };
            wait.place.members.cancel_all();
            drop(wait.place.members.join_all());
            return Poll::Ready(Err(failure));
        }
        if wait.place.members.is_empty() {
            return Poll::Ready(Ok(core::mem::take(&mut wait.values).into_values().collect()));
        }
        wait.place.wait(cx);
        Poll::Pending
    }

    fn what() -> &'static str {
        "Group::try_join_all"
    }
}

/// How the first task of a group failed: see [`Group::try_join_all`](super::Group::try_join_all).
#[derive(Debug)]
pub enum FirstFailure<E> {
    /// Its output is this error.
    Error(E),
    /// It has none: the task panicked, or was cancelled.
    Ended(JoinError),
}

impl<E: fmt::Display> fmt::Display for FirstFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FirstFailure::Error(error) => error.fmt(f),
            FirstFailure::Ended(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for FirstFailure<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            FirstFailure::Error(error) => Some(error),
            FirstFailure::Ended(error) => Some(error),
        }
    }
}

macro_rules! debug_of_waits {
    ($($name:ident<$($parameter:ident),*>)*) => { $(
        impl<$($parameter),*> fmt::Debug for $name<$($parameter),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("waiting", &self.place.waiter.is_some()).finish_non_exhaustive()
            }
        }
    )* };
}

debug_of_waits! { NextFinished<T> JoinAll<T> TryJoinAll<T, E> }
