//! Tasks whose output may say that they have failed.

use alloc::string::String;
use core::{fmt, marker::PhantomData, task::Poll};

use super::{LentTask, Nest, lending::delegate_lent_task};
use crate::{Context, Report, Task};

/// A machine, and how to tell a failure from another output.
pub struct Failing<M, J> {
    machine: M,
    judge: J,
}

/// Says of a task which outputs are failures; `judge` is inferred against this signature.
pub fn failing<T: Task, J: Fn(&T::Output) -> Option<String>>(machine: T, judge: J) -> Failing<T, J> {
    Failing { machine, judge }
}

/// The same, of a machine some of whose parameters are lent.
pub fn failing_lent<M: LentTask, J: Fn(&M::Output) -> Option<String>>(machine: M, judge: J) -> Failing<M, J> {
    Failing { machine, judge }
}

impl<T: Task, J: Fn(&T::Output) -> Option<String>> Task for Failing<T, J> {
    type Output = T::Output;

    #[inline]
    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T::Output> {
        self.machine.resume(cx)
    }

    #[inline]
    fn step<'n>(&mut self, cx: &mut Context<'_>, nest: &mut Nest<'n>) -> Poll<T::Output>
    where
        Self: 'n,
    {
        self.machine.step(cx, nest)
    }

    fn describe(&mut self, report: &mut Report) {
        self.machine.describe(report);
    }

    fn failure(&self, output: &T::Output) -> Option<String> {
        (self.judge)(output)
    }

    fn what() -> &'static str {
        <T as Task>::what()
    }
}

impl<M: LentTask, J: Fn(&M::Output) -> Option<String>> LentTask for Failing<M, J> {
    type Kind = M::Kind;
    type Args = M::Args;
    type Output = M::Output;

    delegate_lent_task!(failing => failing.machine);

    fn failure(&self, output: &M::Output) -> Option<String> {
        (self.judge)(output)
    }

    fn what() -> &'static str {
        M::what()
    }
}

impl<M: fmt::Debug, J> fmt::Debug for Failing<M, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}

/// Tells an output that may be a failure from others, by method lookup: `(&&&&fallible(&output)).failure(&output)`. The
/// words are those of the error, as far as it has any.
#[derive(Debug)]
pub struct Fallible<T>(PhantomData<fn(T)>);

/// The [`Fallible`] of `_output`.
pub fn fallible<T>(_output: &T) -> Fallible<T> {
    Fallible(PhantomData)
}

mod kinds {
    use alloc::string::{String, ToString};
    use core::fmt;

    use super::Fallible;

    pub trait FailsInWords<T> {
        fn failure(&self, output: &T) -> Option<String>;
    }

    impl<T, E: fmt::Display> FailsInWords<Result<T, E>> for &&&Fallible<Result<T, E>> {
        fn failure(&self, output: &Result<T, E>) -> Option<String> {
            output.as_ref().err().map(E::to_string)
        }
    }

    pub trait FailsForDebugging<T> {
        fn failure(&self, output: &T) -> Option<String>;
    }

    impl<T, E: fmt::Debug> FailsForDebugging<Result<T, E>> for &&Fallible<Result<T, E>> {
        fn failure(&self, output: &Result<T, E>) -> Option<String> {
            output.as_ref().err().map(|error| alloc::format!("{error:?}"))
        }
    }

    pub trait MayFail<T> {
        fn failure(&self, output: &T) -> Option<String>;
    }

    impl<T, E> MayFail<Result<T, E>> for &Fallible<Result<T, E>> {
        fn failure(&self, output: &Result<T, E>) -> Option<String> {
            output.as_ref().err().map(|_| String::from("an error without words"))
        }
    }

    pub trait NeverFails<T> {
        fn failure(&self, output: &T) -> Option<String>;
    }

    impl<T> NeverFails<T> for Fallible<T> {
        fn failure(&self, _: &T) -> Option<String> {
            None
        }
    }
}

pub use kinds::{FailsForDebugging, FailsInWords, MayFail, NeverFails};
