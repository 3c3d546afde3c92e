//! What the expansion of `#[task]` calls. Nothing here is meant for other eyes, and none of it is stable.
#![allow(missing_docs, reason = "the traits of a method lookup say what they do together, in their module")]

mod again;
mod arguments;
mod flow;
mod locals;
mod machine;
mod recursion;

pub use again::{StartAgain, nth};
pub use arguments::{
    Argument, Gone, HoldCopy, HoldForStored, HoldMoved, Kept, NeverAgain, OperationKind, Witness, argument, attempt,
    begin, operation_kind, witness,
};
pub use flow::{FromResidual, Try};
pub use locals::{
    Elsewhere, Here, Refused, RetainCopy, RetainOther, Retained, Retention, check, get, get_mut, no_destructor,
    output_of, refused, retention, set, take, unwrap, wrong_state,
};
pub use machine::{Machine, Step, machine};
pub use recursion::{CallKind, Callee, Nest, PrepareOperation, PrepareTask, Recursive, call_kind};
