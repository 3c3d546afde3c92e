//! The traits and the runtime of `multitask`: see the crate `multitask-rs` for the whole, and for `#[task]`.
//!
//! A [`Task`] is a computation that can be suspended, and an [`Operation`] is what it waits for. A `TaskManager` runs
//! tasks: it resumes those that can run, and waits for sockets and timers when there is none.
//!
//! Without the feature `std` there are just tasks and operations, on `no_std` with `alloc`: such a task is resumed by
//! hand, with [`Context::detached`].
#![forbid(unsafe_code)]
#![cfg_attr(not(any(feature = "std", test)), no_std)]

extern crate alloc;

pub mod combine;
mod context;
mod coroutine;
mod lending;
mod operation;
#[doc(hidden)]
pub mod private;
// The name by which expansions of `#[task]` find it in the facade.
#[cfg(test)]
use private as __private;
mod state;
mod task;

#[cfg(feature = "std")]
mod alarm;
#[cfg(feature = "blocking")]
mod blocking;
#[cfg(feature = "std")]
pub mod call;
#[cfg(feature = "std")]
mod clock;
#[cfg(feature = "std")]
mod deadline;
#[cfg(feature = "std")]
mod failure;
#[cfg(feature = "std")]
mod group;
#[cfg(feature = "std")]
mod handle;
#[cfg(feature = "std")]
mod idle;
#[cfg(feature = "std")]
mod interval;
#[cfg(feature = "std")]
pub mod io;
#[cfg(feature = "std")]
mod line;
#[cfg(feature = "std")]
mod listing;
#[cfg(feature = "std")]
mod local;
#[cfg(feature = "std")]
mod manager;
#[cfg(feature = "std")]
pub mod message;
#[cfg(feature = "std")]
pub mod net;
#[cfg(feature = "std")]
mod poller;
#[cfg(all(feature = "std", unix))]
pub mod process;
#[cfg(feature = "std")]
pub mod queue;
#[cfg(feature = "std")]
mod ready;
#[cfg(feature = "std")]
mod remote;
#[cfg(feature = "std")]
pub mod signal;
#[cfg(all(test, unix))]
mod simulated;
#[cfg(feature = "std")]
mod slab;
#[cfg(feature = "std")]
mod store;
#[cfg(feature = "std")]
pub mod sync;
#[cfg(feature = "std")]
mod time;
#[cfg(feature = "std")]
mod trace;
#[cfg(feature = "std")]
mod turn;
#[cfg(feature = "std")]
mod waiters;
#[cfg(feature = "std")]
mod wheel;

pub use combine::{all, any};
pub use context::Context;
pub use coroutine::{Coroutine, CoroutineState};
pub use lending::{Call, Lending};
pub use operation::{GiveWay, IntoOperation, Operation, Ready, give_way, ready};
pub use state::{Entry, Place, Report, State};
pub use task::Task;

#[cfg(feature = "std")]
pub use {
    call::call,
    combine::Timeout,
    context::Waiter,
    deadline::Deadline,
    failure::{FailurePolicy, TaskFailure},
    group::{FirstFailure, Group, JoinAll, NextFinished, TryJoinAll},
    handle::{CancelOnDrop, Join, JoinError, JoinWait, TaskHandle, TaskId},
    idle::{Idle, idle},
    interval::{Interval, Tick, TickWait, interval},
    listing::{TaskInfo, TaskList, TaskStatus, Wait},
    local::{add, block_on, default_task_manager, now, run},
    manager::{MergeError, TaskManager},
    remote::{
        Abandoned, Completer, Completion, ForeignWait, KeepAlive, ManagerGone, Remote, WaitForFuture, completion,
        future,
    },
    sync::acquire,
    time::{Sleep, sleep, sleep_until},
};

#[cfg(all(feature = "std", unix))]
pub use io::{read, readable, readline, writable, write, write_all};

#[cfg(feature = "blocking")]
pub use self::blocking::{Blocking, blocking};
