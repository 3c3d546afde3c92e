//! What the expansion of `#[task]` calls. Nothing here is meant for other eyes, and none of it is stable.
#![allow(missing_docs, reason = "the traits of a method lookup say what they do together, in their module")]

mod arguments;
mod machine;
mod recursion;

pub use arguments::{
    Argument, Gone, HoldCopy, HoldForStored, HoldMoved, Kept, NeverAgain, OperationKind, Witness, argument, attempt,
    begin, operation_kind, witness,
};
pub use machine::{Machine, machine};
pub use recursion::{CallKind, Callee, Nest, PrepareOperation, PrepareTask, Recursive, call_kind};
