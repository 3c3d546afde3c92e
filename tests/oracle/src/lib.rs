//! The oracle: one body, compiled twice from the same tokens, must leave the same trace as a task and as a future.
//!
//! `#[task]` promises that a body behaves exactly like that of an `async fn` in which each `yield_!(operation)` is
//! `operation.await`. [`case!`] makes a test of a body: it compiles the body as both, runs the two under every schedule
//! (to the end; dropped at each suspension; a panic at each event) and compares what they did: which values were made,
//! what was evaluated, what was dropped, in which order, and what came out. See [`compare`].
//!
//! Bodies that yield values have a macro of their own, [`case_exchange!`].
//!
//! A body speaks with the words of two modules: [`values`] whose making and dropping are told, and [`operations`] to
//! wait for, which tell when they are made, begun, finished and dropped.

mod case;
pub mod compare;
pub mod exchange;
pub mod operations;
pub mod parser;
pub mod sizes;
pub mod trace;
pub mod values;

/// What a body may say. `yield_!` is not in it: it differs between the two readings of a body.
pub mod prelude {
    pub use crate::{
        case, case_beside_plain, case_exchange,
        operations::{append, fill, look, measure, op, ready, slow},
        trace::{note, tell},
        values::{Loud, Pair, beside, first, loud, second, value},
    };
}

/// The meanings of `yield_!`.
pub mod readings {
    /// In a task.
    pub mod as_task {
        pub use multitask::{task, yield_};
    }

    /// In an `async fn`. The future is boxed so that a function may call itself.
    pub mod as_future {
        pub use crate::__await as yield_;
    }

    /// In a plain function.
    pub mod as_plain {
        pub use crate::__run as yield_;
    }
}
