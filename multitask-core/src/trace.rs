//! What the crate `tracing` is told, where that feature is on: a span for each task, which is entered while the task
//! runs, and an event for each wait from outside. Where it is off, nothing of this is there.

#[cfg(feature = "tracing")]
pub(crate) use on::{TaskSpan, waits};

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{TaskSpan, waits};

#[cfg(feature = "tracing")]
mod on {
    use core::cell::RefCell;

    use tracing::{Level, Span, event, field, span};

    use crate::{TaskId, clock::Time, handle::Origin, io::source::Direction};

    /// The span of a task, while there is one.
    pub(crate) struct TaskSpan(RefCell<Span>);

    impl TaskSpan {
        pub(crate) fn none() -> Self {
            TaskSpan(RefCell::new(Span::none()))
        }

        pub(crate) fn begin(&self, name: impl FnOnce() -> (Origin, TaskId)) {
            let (Origin { what, place }, id) = name();
            self.0.replace(span!(
                target: "multitask",
                Level::DEBUG,
                "task",
                id = %id,
                name = field::Empty,
                what,
                place = %place,
            ));
        }

        /// Lets go of the span.
        pub(crate) fn end(&self) {
            self.0.replace(Span::none());
        }

        pub(crate) fn set_name(&self, name: &str) {
            self.0.borrow().record("name", name);
        }

        pub(crate) fn enter<R>(&self, act: impl FnOnce() -> R) -> R {
            let span = self.0.borrow().clone();
            span.in_scope(act)
        }

        /// Tells how the task ended.
        pub(crate) fn ended(&self, how: &'static str) {
            self.enter(|| event!(target: "multitask", Level::DEBUG, how, "ended"));
        }
    }

    /// Tells what the running task waits for.
    pub(crate) mod waits {
        use super::*;

        pub(crate) fn until(tick: u64) {
            let time = Time::of_tick(tick).instant();
            event!(target: "multitask", Level::TRACE, until = ?time, "waits for a time");
        }

        pub(crate) fn for_descriptor(direction: Direction, number: Option<i32>) {
            event!(target: "multitask", Level::TRACE, ?direction, number, "waits for a descriptor");
        }

        pub(crate) fn for_thread(what: &str) {
            event!(target: "multitask", Level::TRACE, what, "waits for another thread");
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use crate::{TaskId, handle::Origin};

    pub(crate) struct TaskSpan;

    impl TaskSpan {
        #[inline]
        pub(crate) fn none() -> Self {
            TaskSpan
        }

        #[inline]
        pub(crate) fn begin(&self, _: impl FnOnce() -> (Origin, TaskId)) {}

        #[inline]
        pub(crate) fn end(&self) {}

        #[inline]
        pub(crate) fn set_name(&self, _: &str) {}

        #[inline]
        pub(crate) fn enter<R>(&self, act: impl FnOnce() -> R) -> R {
            act()
        }

        #[inline]
        pub(crate) fn ended(&self, _: &'static str) {}
    }

    pub(crate) mod waits {
        use crate::io::source::Direction;

        #[inline]
        pub(crate) fn until(_: u64) {}

        #[inline]
        pub(crate) fn for_descriptor(_: Direction, _: Option<i32>) {}

        #[inline]
        pub(crate) fn for_thread(_: &str) {}
    }
}
