//! Lent parameters: references that a machine is handed at each resume, and does not keep.
//!
//! What is handed in is a list, `(first, (second, ()))`, with a place for each parameter: a reference where it is lent,
//! [`Stored`] where it is kept. Its type depends on the lifetime of one resume. The macro writes that as
//! `dyn for<'r> Lent<'r, Args = (&'r mut Socket, (Stored<u32>, ()))>`, which is [`Lent`] by itself: a function from lifetimes to types
//! that needs no item, so it may mention `Self` and the type parameters around.

use alloc::{boxed::Box, string::String};
use core::{fmt, marker::PhantomData, task::Poll};

use super::{
    FrameOf, Kind, Nest, Step,
    machine::{Frame, Running, function_of},
};
use crate::{Call, Lending};

/// The arguments of a resume, by its lifetime.
pub trait Lent<'r> {
    /// The list of arguments.
    type Args;
}

/// The arguments of a resume of `M`.
pub type ArgsOf<'r, M> = <<M as LentTask>::Args as Lent<'r>>::Args;

/// Stands in the list for an argument that the machine keeps.
#[derive(Debug)]
pub struct Stored<T>(PhantomData<fn(T)>);

/// The [`Stored`] of any argument.
pub fn stored<T>() -> Stored<T> {
    Stored(PhantomData)
}

/// What each resume of `M` is handed besides.
pub type PortOf<'c, M> = <<M as LentTask>::Kind as Kind>::Port<'c>;

/// A machine some of whose parameters are lent.
#[diagnostic::on_unimplemented(message = "`{Self}` is not the machine of a `#[task(lend)]`")]
pub trait LentTask {
    /// Whether it is a task or a coroutine.
    type Kind: Kind;

    /// The arguments of a resume.
    type Args: ?Sized + for<'r> Lent<'r>;

    /// What the machine evaluates to when it is finished.
    type Output;

    /// See [`Task::step`](crate::Task).
    fn step<'r, 'n>(
        &mut self,
        args: ArgsOf<'r, Self>,
        port: &mut PortOf<'_, Self>,
        nest: &mut Nest<'n, Self::Kind>,
    ) -> Poll<Self::Output>
    where
        Self: 'n;

    /// The same arguments for a shorter time.
    fn lend_on<'s, 'r>(&self, args: &'s mut ArgsOf<'r, Self>) -> ArgsOf<'s, Self>;

    /// Panics where a coroutine cannot be started, or resumed.
    fn check(&self, starts: bool);

    /// Whether it has finished.
    fn is_complete(&self) -> bool;

    /// Whether it can still be run.
    fn is_live(&self) -> bool;

    /// See [`Task::failure`](crate::Task::failure).
    fn failure(&self, output: &Self::Output) -> Option<String> {
        let _ = output;
        None
    }

    /// See [`Task::what`](crate::Task).
    fn what() -> &'static str
    where
        Self: Sized,
    {
        core::any::type_name::<Self>()
    }
}

/// The kind of a machine, and its arguments.
type Signature<K, A> = PhantomData<fn() -> (K, *const A)>;

/// A frame, the function that runs it to its next suspension, and the one that lends its arguments on.
pub struct LentMachine<K, A: ?Sized, O, S, F, Q, G> {
    frame: Frame<O, S>,
    step: F,
    asks: Q,
    lend_on: G,
    signature: Signature<K, A>,
}

/// Makes the machine, which owns some of its arguments; `step` and `lend_on` are inferred against this signature.
pub fn lent_machine<K, A, O, S, F, Q, G, R>(owned: O, step: F, asks: Q, lend_on: G) -> LentMachine<K, A, O, S, F, Q, G>
where
    K: Kind,
    A: ?Sized + for<'r> Lent<'r>,
    F: for<'s, 'n, 'r> FnMut(Step<'s, 'n, O, S, K>, <A as Lent<'r>>::Args, &mut K::Port<'_>) -> Poll<R>,
    Q: Fn(&Frame<O, S>) -> bool,
    G: for<'s, 'r> Fn(&'s mut <A as Lent<'r>>::Args) -> <A as Lent<'s>>::Args,
{
    LentMachine { frame: Frame::Unresumed(owned), step, asks, lend_on, signature: PhantomData }
}

impl<K, A, O, S, F, Q, G, R> LentTask for LentMachine<K, A, O, S, F, Q, G>
where
    K: Kind,
    Frame<O, S>: FrameOf<K>,
    A: ?Sized + for<'r> Lent<'r>,
    F: for<'s, 'n, 'r> FnMut(Step<'s, 'n, O, S, K>, <A as Lent<'r>>::Args, &mut K::Port<'_>) -> Poll<R>,
    Q: Fn(&Frame<O, S>) -> bool,
    G: for<'s, 'r> Fn(&'s mut <A as Lent<'r>>::Args) -> <A as Lent<'s>>::Args,
{
    type Kind = K;
    type Args = A;
    type Output = R;

    fn step<'r, 'n>(&mut self, args: ArgsOf<'r, Self>, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<R>
    where
        Self: 'n,
    {
        let running = Running(&mut self.frame);
        let poll = (self.step)(Step::new(running.0, nest, &self.asks), args, port);
        running.end(poll)
    }

    fn lend_on<'s, 'r>(&self, args: &'s mut ArgsOf<'r, Self>) -> ArgsOf<'s, Self> {
        (self.lend_on)(args)
    }

    fn check(&self, starts: bool) {
        FrameOf::<K>::check(&self.frame, starts);
    }

    fn is_complete(&self) -> bool {
        self.frame.is_complete()
    }

    fn is_live(&self) -> bool {
        self.frame.is_live()
    }

    fn what() -> &'static str {
        function_of::<F>()
    }
}

impl<K, A: ?Sized, O: fmt::Debug, S: fmt::Debug, F, Q, G> fmt::Debug for LentMachine<K, A, O, S, F, Q, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame.fmt(f)
    }
}

/// Has a wrapper run as the machine in it, whose parameters are its own: `machine` is the wrapper in `$inner`.
macro_rules! delegate_lent_task {
    ($outer:ident => $inner:expr) => {
        #[inline]
        fn step<'r, 'n>(
            &mut self,
            args: $crate::private::ArgsOf<'r, Self>,
            port: &mut $crate::private::PortOf<'_, Self>,
            nest: &mut $crate::private::Nest<'n, Self::Kind>,
        ) -> core::task::Poll<Self::Output>
        where
            Self: 'n,
        {
            let $outer = self;
            $inner.step(args, port, nest)
        }

        fn lend_on<'s, 'r>(
            &self,
            args: &'s mut $crate::private::ArgsOf<'r, Self>,
        ) -> $crate::private::ArgsOf<'s, Self> {
            let $outer = self;
            $inner.lend_on(args)
        }

        fn check(&self, starts: bool) {
            let $outer = self;
            $inner.check(starts);
        }

        fn is_complete(&self) -> bool {
            let $outer = self;
            $inner.is_complete()
        }

        fn is_live(&self) -> bool {
            let $outer = self;
            $inner.is_live()
        }
    };
}

pub(super) use delegate_lent_task;

/// The machine of a call that may be a recursive one, so that its type must not be a part of its caller's.
///
/// It is no frame of its own on the stack of a recursion: each resume lends it what the frames around it own, and so
/// goes through all of them.
pub type RecursiveLent<'a, M> = Box<
    dyn LentTask<Kind = <M as LentTask>::Kind, Args = <M as LentTask>::Args, Output = <M as LentTask>::Output> + 'a,
>;

impl<M: LentTask + ?Sized> LentTask for Box<M> {
    type Kind = M::Kind;
    type Args = M::Args;
    type Output = M::Output;

    delegate_lent_task!(machine => **machine);

    fn failure(&self, output: &M::Output) -> Option<String> {
        (**self).failure(output)
    }
}

/// Has a machine's type mention a lifetime, which it may then capture.
pub trait Captures<'a> {}

impl<T: ?Sized> Captures<'_> for T {}

/// Has a machine's type mention another type, whose lifetimes it may then capture.
pub trait Mentions<U: ?Sized> {}

impl<T: ?Sized, U: ?Sized> Mentions<U> for T {}

/// The call of a function that was refused; the errors keep it from ever being run.
pub fn refused_call<'p, K: Kind, A: ?Sized + for<'r> Lent<'r>, T>() -> Call<'p, RefusedLent<K, A, T>> {
    unreachable!("a function that does not compile was run")
}

/// See [`refused_call`].
pub struct RefusedLent<K, A: ?Sized, T>(Signature<K, A>, PhantomData<fn() -> T>);

impl<K: Kind, A: ?Sized + for<'r> Lent<'r>, T> LentTask for RefusedLent<K, A, T> {
    type Kind = K;
    type Args = A;
    type Output = T;

    fn step<'r, 'n>(&mut self, _: ArgsOf<'r, Self>, _: &mut K::Port<'_>, _: &mut Nest<'n, K>) -> Poll<T>
    where
        Self: 'n,
    {
        unreachable!("a function that does not compile was run")
    }

    fn lend_on<'s, 'r>(&self, _: &'s mut ArgsOf<'r, Self>) -> ArgsOf<'s, Self> {
        unreachable!("a function that does not compile was run")
    }

    fn check(&self, _: bool) {}

    fn is_complete(&self) -> bool {
        false
    }

    fn is_live(&self) -> bool {
        false
    }
}

/// Tells a call whose arguments are lent from what else is yielded, by method lookup: `(&yielded(&x)).prepare(x)`.
#[derive(Debug)]
pub struct Yielded<T>(PhantomData<fn() -> T>);

/// The [`Yielded`] of `_value`.
pub fn yielded<T>(_value: &T) -> Yielded<T> {
    Yielded(PhantomData)
}

mod kinds {
    use super::{Call, Lending, LentTask, Yielded};

    pub trait YieldCall<'p, M: LentTask> {
        fn prepare_yield(&self, call: Call<'p, M>) -> Lending<'p, M>;
    }

    impl<'p, M: LentTask> YieldCall<'p, M> for Yielded<Call<'p, M>> {
        fn prepare_yield(&self, call: Call<'p, M>) -> Lending<'p, M> {
            call.lend()
        }
    }

    pub trait YieldOther<T> {
        fn prepare_yield(&self, value: T) -> T;
    }

    impl<T> YieldOther<T> for &Yielded<T> {
        fn prepare_yield(&self, value: T) -> T {
            value
        }
    }
}

pub use kinds::{YieldCall, YieldOther};
