//! `Signal`: emitted by one, heard by everyone who listens.

use core::{cell::Cell, error::Error, fmt, task::Poll};
use std::rc::Rc;

use crate::{
    Context, Operation,
    queue::{Broadcast, Closed, Get, Receiver, TryGetError, WeakBroadcast},
};

/// Something that an object emits again and again, each time with a value.
///
/// [`wait`](Signal::wait) waits for the next emission. What is emitted while a task does not wait is nothing to it, so a
/// task that must not miss any [subscribes](Signal::subscribe) first, and waits for its subscription.
///
/// The value is a handle: clones of it are the same signal. When the last one is dropped nobody can emit it any more, and
/// whoever waits for it is told: the wait ends with [`Gone`]. A task that is to notice that should not keep a handle, but
/// a [`Subscription`].
///
/// Emitting resumes nobody: those who listen are made runnable. It may be done anywhere, also by a task that waits for
/// the same signal in another place.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::signal::{Gone, Signal};
///
/// let clicked = Signal::new();
/// let clicks = clicked.subscribe();
/// assert_eq!(clicked.emit((3, 4)), 1);
/// drop(clicked);
/// // In a task:
/// assert_eq!(yield_!(clicks.wait()), Ok((3, 4)));
/// assert_eq!(yield_!(clicks.wait()), Err(Gone));
/// ```
pub struct Signal<T> {
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    id: SignalId,
    own: Broadcast<T>,
    kind: Kind<T>,
}

impl<T> Signal<T> {
    /// A signal of a kind of its own.
    pub fn new() -> Self {
        Kind::new().signal()
    }

    /// The kind that it is of.
    pub fn kind(&self) -> Kind<T> {
        self.shared.kind.clone()
    }

    /// Which signal of its kind it is.
    pub fn id(&self) -> SignalId {
        self.shared.id
    }

    /// Emits the signal, and evaluates to how many listen: to it or to its kind.
    ///
    /// Each of them gets a clone of the value.
    pub fn emit(&self, value: T) -> usize
    where
        T: Clone,
    {
        let Shared { id, own, kind } = &*self.shared;
        let any = &kind.shared.any;
        if any.receiver_count() == 0 {
            return own.put(value);
        }
        own.put(value.clone()) + any.put(Emission { emitter: *id, value })
    }

    /// Waits for the next emission, from the moment on at which a task yields this.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn wait(&self) -> WaitForSignal<T> {
        WaitForSignal::from_now_on(&self.shared.own)
    }

    /// Listens from now on: what is emitted is kept until it is taken.
    pub fn subscribe(&self) -> Subscription<T> {
        Subscription { receiver: self.shared.own.subscribe() }
    }
}

/// Clones are the same signal.
impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        Signal { shared: self.shared.clone() }
    }
}

impl<T> Default for Signal<T> {
    fn default() -> Self {
        Signal::new()
    }
}

impl<T> fmt::Debug for Signal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal")
            .field("id", &self.shared.id.0)
            .field("listeners", &self.shared.own.receiver_count())
            .finish_non_exhaustive()
    }
}

/// What several signals have in common: to wait for it is to wait for any of them.
///
/// The value is a handle: clones of it are the same kind. A wait ends with [`Gone`] when the kind's last handle and all
/// signals of the kind are gone.
///
/// # Examples
///
/// ```
#[doc = include_str!("../yield_in_docs.txt")]
/// use multitask_core::signal::Kind;
///
/// let clicked = Kind::new();
/// let [ok, cancel] = [clicked.signal(), clicked.signal()];
/// let clicks = clicked.subscribe();
/// cancel.emit("twice");
/// // In a task:
/// let click = yield_!(clicks.wait()).unwrap();
/// assert_eq!(click.value, "twice");
/// assert!(click.emitter == cancel.id() && click.emitter != ok.id());
/// ```
pub struct Kind<T> {
    shared: Rc<KindShared<T>>,
}

struct KindShared<T> {
    any: Broadcast<Emission<T>>,
    next: Cell<u64>,
}

impl<T> Kind<T> {
    /// A kind of which there is no signal yet.
    pub fn new() -> Self {
        Kind { shared: Rc::new(KindShared { any: Broadcast::new(), next: Cell::new(0) }) }
    }

    /// A new signal of this kind.
    pub fn signal(&self) -> Signal<T> {
        let id = self.shared.next.get();
        self.shared.next.set(id + 1);
        Signal { shared: Rc::new(Shared { id: SignalId(id), own: Broadcast::new(), kind: self.clone() }) }
    }

    /// Waits for the next emission of any signal of this kind, from the moment on at which a task yields this.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn wait(&self) -> WaitForSignal<Emission<T>> {
        WaitForSignal::from_now_on(&self.shared.any)
    }

    /// Listens to all signals of this kind from now on: what they emit is kept until it is taken.
    pub fn subscribe(&self) -> Subscription<Emission<T>> {
        Subscription { receiver: self.shared.any.subscribe() }
    }
}

/// Clones are the same kind.
impl<T> Clone for Kind<T> {
    fn clone(&self) -> Self {
        Kind { shared: self.shared.clone() }
    }
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Kind::new()
    }
}

impl<T> fmt::Debug for Kind<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kind").field("listeners", &self.shared.any.receiver_count()).finish_non_exhaustive()
    }
}

/// Which signal of its kind one is; see [`Signal::id`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SignalId(u64);

/// What a signal of a [`Kind`] has emitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Emission<T> {
    /// The signal that was emitted.
    pub emitter: SignalId,
    /// What it was emitted with.
    pub value: T,
}

/// The error of waiting for a signal that nobody can emit any more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what would emit the signal is gone")
    }
}

impl Error for Gone {}

/// Listens to a [`Signal`], or to all of a [`Kind`], from the moment on at which it was made.
///
/// The value is a handle: tasks with clones of it share the emissions, each goes to one of them. When the last one is
/// dropped, what was not taken is.
pub struct Subscription<T> {
    receiver: Receiver<T>,
}

impl<T> Subscription<T> {
    /// Takes the first emission that was not taken yet, or waits for one. One that is cancelled takes nothing.
    ///
    /// # Panics
    ///
    /// If it has to wait without a task manager.
    pub fn wait(&self) -> WaitForSignal<T> {
        WaitForSignal { listening: Listening::To { get: self.receiver.get(), _receiver: None } }
    }

    /// Takes the first emission that was not taken yet, if there is one.
    ///
    /// # Errors
    ///
    /// If there is none, and there will not be one.
    pub fn try_take(&self) -> Result<Option<T>, Gone> {
        match self.receiver.try_get() {
            Ok(value) => Ok(Some(value)),
            Err(TryGetError::Empty) => Ok(None),
            Err(TryGetError::Closed) => Err(Gone),
        }
    }

    /// How many emissions were not taken yet.
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether all emissions were taken.
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }
}

/// Clones are the same subscription.
impl<T> Clone for Subscription<T> {
    fn clone(&self) -> Self {
        Subscription { receiver: self.receiver.clone() }
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscription").field(&self.receiver).finish()
    }
}

/// The operation of [`Signal::wait`], [`Kind::wait`] and [`Subscription::wait`].
#[must_use = "an operation does nothing before a task yields it"]
pub struct WaitForSignal<T> {
    listening: Listening<T>,
}

enum Listening<T> {
    FromNowOn(WeakBroadcast<T>),
    To {
        get: Get<T>,
        /// If it is for this wait alone, which has to keep it.
        _receiver: Option<Receiver<T>>,
    },
}

impl<T> WaitForSignal<T> {
    fn from_now_on(broadcast: &Broadcast<T>) -> Self {
        WaitForSignal { listening: Listening::FromNowOn(broadcast.downgrade()) }
    }
}

impl<T> Operation for WaitForSignal<T> {
    type Output = Result<T, Gone>;
    type Wait = Self;

    fn begin(self) -> Self {
        self
    }

    fn poll(wait: &mut Self, _: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Listening::FromNowOn(broadcast) = &wait.listening {
            let Some(receiver) = broadcast.subscribe() else { return Poll::Ready(Err(Gone)) };
            wait.listening = Listening::To { get: receiver.get(), _receiver: Some(receiver) };
        }
        let Listening::To { get, .. } = &mut wait.listening else { unreachable!("it was set just now") };
        Get::poll(get, || unreachable!("it is stored"), cx).map_err(|Closed| Gone)
    }

    fn what() -> &'static str {
        "Signal::wait"
    }
}

impl<T> fmt::Debug for WaitForSignal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listening = matches!(self.listening, Listening::To { .. });
        f.debug_struct("WaitForSignal").field("listening", &listening).finish_non_exhaustive()
    }
}
