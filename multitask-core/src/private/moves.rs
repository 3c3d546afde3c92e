//! Whether an expression moves a local, for code that must differ: `job.finish()` moves `job` out of the frame if the
//! method takes `self` by value, and leaves it there if not. The macro cannot tell, but the compiler can, and it says so
//! by what a closure captures:
//!
//! ```ignore
//! let (verdict, outcome) = (verdict(), outcome());
//! if false {
//!     never();
//!     let probe = probe(&job);
//!     note(&verdict, || { touch(&probe); like(&outcome, probe.value.finish()); });
//! }
//! match decide(&verdict) {
//!     Decision::Moves(way) => { reach(way); take(&mut slot).finish() }
//!     Decision::Leaves(way) => { reach(way); get_mut(&mut slot).finish() }
//! }
//! ```
//!
//! A closure that moves its [`Probe`] holds it, and is `UnwindSafe`, but not `Unpin`; one that does not holds a
//! reference to it, and is `Unpin`, but not `UnwindSafe`. So just one implementation of [`Treats`] fits, and tells the
//! type of the verdict. Of the two ways the other one begins with a call that returns an uninhabited type: what follows
//! is never reached, and the compiler does not ask whether it moves what it must not.

use alloc::boxed::Box;
use core::{
    cell::Cell,
    convert::Infallible,
    marker::{PhantomData, PhantomPinned},
    panic::UnwindSafe,
};

/// Stands for a local in a closure that is only compiled.
pub struct Probe<T> {
    /// The local.
    pub value: T,
    _marks: PhantomData<(PhantomPinned, Cell<()>)>,
}

impl<T> UnwindSafe for Probe<T> {}

/// The probe of a local.
pub fn probe<T>(_local: &T) -> Probe<T> {
    unreachable!("code that must only compile was run")
}

/// Makes a closure capture all of a probe, and not a part of it.
pub fn touch<T>(_probe: &Probe<T>) {}

/// Stands for an argument, whatever a closure that captures it is.
pub struct Neutral<T>(PhantomData<fn() -> T>);

/// The stand-in of an argument.
pub fn neutral<T>(_argument: T) -> Neutral<T> {
    Neutral(PhantomData)
}

/// The stand-in of a local.
pub fn neutral_of<T>(_local: &T) -> Neutral<T> {
    Neutral(PhantomData)
}

/// What a macro takes out of the frame where it evaluates it: once, or the program does not compile.
pub struct TakenOnce<F>(F);

/// See [`TakenOnce`].
pub fn taken_once<T, F: FnOnce() -> T>(take: F) -> TakenOnce<F> {
    TakenOnce(take)
}

impl<T, F: FnOnce() -> T> TakenOnce<F> {
    /// The value.
    #[inline]
    pub fn take(self) -> T {
        (self.0)()
    }
}

/// The stand-in of what a function returns.
pub fn neutral_output<T>() -> Neutral<T> {
    Neutral(PhantomData)
}

impl<T> Neutral<T> {
    /// The argument.
    pub fn get(&self) -> T {
        unreachable!("code that must only compile was run")
    }

    /// The local: a place that may be moved from.
    pub fn place(&self) -> Box<T> {
        unreachable!("code that must only compile was run")
    }
}

/// What the compiler has found, as a type.
pub struct Verdict<V>(PhantomData<V>);

/// A verdict that [`note`] decides.
pub fn verdict<V>() -> Verdict<V> {
    Verdict(PhantomData)
}

/// Notes what a closure captures.
pub fn note<F: FnOnce() -> T + Treats<V>, V, T>(_verdict: &Verdict<V>, _closure: F) {}

/// The probe is moved.
pub struct Moves;

/// The probe is left where it is.
pub struct Leaves;

/// What becomes of a probe in a closure that mentions it, and else only what is neutral.
pub trait Treats<V> {}

impl<F: UnwindSafe> Treats<Moves> for F {}

impl<F: Unpin> Treats<Leaves> for F {}

/// One of two ways; the other one is uninhabited.
pub enum Decision<M, L> {
    /// It moves the local.
    Moves(M),
    /// It leaves the local where it is.
    Leaves(L),
}

/// [`Moves`] or [`Leaves`].
pub trait Decide {
    /// Uninhabited in [`Leaves`].
    type Moves;
    /// Uninhabited in [`Moves`].
    type Leaves;

    /// The way.
    fn decide() -> Decision<Self::Moves, Self::Leaves>;
}

impl Decide for Moves {
    type Moves = ();
    type Leaves = Infallible;

    fn decide() -> Decision<(), Infallible> {
        Decision::Moves(())
    }
}

impl Decide for Leaves {
    type Moves = Infallible;
    type Leaves = ();

    fn decide() -> Decision<Infallible, ()> {
        Decision::Leaves(())
    }
}

/// The way to go.
pub fn decide<V: Decide>(_verdict: &Verdict<V>) -> Decision<V::Moves, V::Leaves> {
    V::decide()
}

/// What follows is reached only if `W` is inhabited.
pub fn reach<W>(way: W) -> W {
    way
}

/// What follows is never reached.
pub fn never() -> Infallible {
    unreachable!("code that must only compile was run")
}

/// Stands for what a local had that has been moved, where an expression is not evaluated again.
pub fn gone<T>() -> T {
    unreachable!("an operation that owns its arguments was begun again")
}
