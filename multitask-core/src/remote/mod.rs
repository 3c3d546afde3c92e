//! Other threads: how they reach a manager, and how tasks wait for them.

mod completion;
mod foreign;
mod future;
mod handle;
mod inbox;

pub use self::{
    completion::{Abandoned, Completer, Completion, completion},
    foreign::ForeignWait,
    future::{WaitForFuture, future},
    handle::{KeepAlive, ManagerGone, Remote},
};
pub(crate) use self::{
    foreign::ForeignWaits,
    inbox::{Inbox, Letter},
};
