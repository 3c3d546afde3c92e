//! Recursion: the stacks of frames on which tasks that call themselves run.
//!
//! A function that is known to call itself has a machine with a stack of its frames, which are all of one type: see
//! [`itself`]. The rest is of what is not known for that: methods, functions that call each other, calls that are given up
//! after a time.
//!
//! A child lies in its parent's frame, and its type in its parent's type. That cannot be where a task may reach itself
//! again, so there the macro wraps the call with [`call_kind`]: of the callee the parent knows just the output. It is run
//! where the call is, on the thread's own stack ([`Callee::start`]), and most calls come to their end there. One that is
//! suspended goes into a cell of its own.
//!
//! Frames that lie in cells are resumed by a [`Driver`](stack::Driver), innermost first: a resume costs the same at any
//! depth, and dropping them does not recurse. A frame is handed the driver's [`Nest`], and puts its own callees there, the
//! innermost first, since each goes into a cell when it returns. So does a callee for which there is no room any more on
//! the thread's stack; it is then run by the driver.
//!
//! The outermost cell of a recursion is driven from the frame that holds it. A task without recursion between them hands
//! the nest on, so that mutual recursion shares one driver; an operation that may finish on its own account (a timeout)
//! does not, and the recursion below it has a driver of its own.

mod callee;
mod itself;
mod prepare;
mod stack;

pub use self::{
    callee::{Callee, Recursive},
    itself::{
        Calls, CoroutineOfItself, MachineOfItself, StepOfItself, call_itself, coroutine_of_itself, machine_of_itself,
        returned,
    },
    prepare::{CallKind, PrepareCall, PrepareOperation, PrepareTask, call_kind},
    stack::Nest,
};
