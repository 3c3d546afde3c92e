//! Receiving: which messages a task wants now.

use core::{fmt, task::Poll};
use std::rc::Rc;

use super::{Message, mailbox::Messages};
use crate::{
    Context, Operation,
    queue::{Closed, SmartGet},
};

/// Accepts messages with these names, and no others.
pub fn accept<N>(names: impl IntoIterator<Item = N>) -> Selection<N> {
    Selection { accepted: Some(names.into_iter().collect()), ..Selection::all() }
}

/// Accepts every message but those with these names, which are kept for later.
pub fn defer<N>(names: impl IntoIterator<Item = N>) -> Selection<N> {
    Selection::all().defer(names)
}

/// Accepts every message but those with these names, which are dropped.
pub fn discard<N>(names: impl IntoIterator<Item = N>) -> Selection<N> {
    Selection::all().discard(names)
}

/// Which messages a task wants now, by their names: what [`accept`], [`defer`] and [`discard`] make.
///
/// A message that is deferred, or that is not accepted, stays where it is. A name that is in several lists is discarded
/// rather than deferred, and deferred rather than accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection<N = &'static str> {
    /// All, if there is no list.
    accepted: Option<Vec<N>>,
    deferred: Vec<N>,
    discarded: Vec<N>,
}

impl<N> Selection<N> {
    /// Every message is accepted.
    pub(super) const fn all() -> Self {
        Selection { accepted: None, deferred: Vec::new(), discarded: Vec::new() }
    }

    /// Keeps messages with these names, too, for later.
    #[must_use]
    pub fn defer(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.deferred.extend(names);
        self
    }

    /// Drops messages with these names, too: those that are there, and those that come while the task waits.
    #[must_use]
    pub fn discard(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.discarded.extend(names);
        self
    }
}

/// What becomes of a message.
#[derive(PartialEq, Eq)]
enum Fate {
    Accept,
    Keep,
    Discard,
}

impl<N: Eq> Selection<N> {
    fn fate(&self, name: &N) -> Fate {
        if self.discarded.contains(name) {
            Fate::Discard
        } else if self.deferred.contains(name) {
            Fate::Keep
        } else if self.accepted.as_ref().is_none_or(|accepted| accepted.contains(name)) {
            Fate::Accept
        } else {
            Fate::Keep
        }
    }
}

/// The operation of [`Mailbox::receive`](super::Mailbox::receive) and [`receive_if`](super::Mailbox::receive_if).
#[must_use = "an operation does nothing before a task yields it"]
pub struct Receive<V = (), N = &'static str> {
    messages: Rc<Messages<V, N>>,
    /// Shared with what looks for a message while this waits.
    selection: Rc<Selection<N>>,
    get: Option<SmartGet<Message<V, N>, Predicate<V, N>>>,
}

type Predicate<V, N> = Box<dyn FnMut(&Message<V, N>) -> bool>;

impl<V, N> Receive<V, N> {
    pub(super) fn new(messages: Rc<Messages<V, N>>, selection: Selection<N>) -> Self {
        Receive { messages, selection: Rc::new(selection), get: None }
    }
}

impl<V: 'static, N: Eq + 'static> Receive<V, N> {
    /// A wait for the next message that does not stay where it is.
    fn look(&self) -> SmartGet<Message<V, N>, Predicate<V, N>> {
        let selection = self.selection.clone();
        let wanted: Predicate<V, N> = Box::new(move |message| selection.fate(&message.name) != Fate::Keep);
        self.messages.queue.get_if(wanted)
    }
}

impl<V: 'static, N: Eq + 'static> Operation for Receive<V, N> {
    type Output = Message<V, N>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Message<V, N>> {
        loop {
            let mut get = wait.get.take().unwrap_or_else(|| wait.look());
            match SmartGet::poll(&mut get, || unreachable!("it is stored"), cx) {
                Poll::Pending => {
                    wait.get = Some(get);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(message)) if wait.selection.fate(&message.name) == Fate::Discard => {}
                Poll::Ready(Ok(message)) => return Poll::Ready(message),
                Poll::Ready(Err(Closed)) => unreachable!("the queue of a mailbox is never closed"),
            }
        }
    }

    fn what() -> &'static str {
        "Mailbox::receive"
    }
}

impl<V, N> fmt::Debug for Receive<V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receive").field("waiting", &self.get.is_some()).finish_non_exhaustive()
    }
}
