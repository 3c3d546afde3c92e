//! What the expansion of `#[task]` calls. Nothing here is meant for other eyes, and none of it is stable.
#![allow(missing_docs, reason = "the traits of a method lookup say what they do together, in their module")]

#[macro_use]
mod lists;

mod again;
mod arguments;
mod borrower;
mod closures;
mod delegate;
mod failure;
mod flow;
mod held;
mod kind;
mod lending;
mod locals;
mod machine;
mod made;
mod manner;
mod moves;
mod owned;
mod parts;
mod pieces;
mod places;
mod quiet;
mod receiver;
mod recursion;
mod refused;
mod shadow;
mod standard;
mod stop;
mod stretch;

pub use again::{
    Drained, DrainedOther, StartAgain, Started, limited, nth, nth_at, numbered, numbered_item, of_turn,
    place_of_max_by, place_of_max_by_key, place_of_min_by, place_of_min_by_key, skipping, started,
};
pub use arguments::{
    Argument, Gone, GoneText, HoldCopy, HoldForMachine, HoldForStored, HoldMoved, HoldText, HoldTextForMachine,
    HoldTextForStored, Kept, MadeInPlace, NeverAgain, OperationKind, Suspends, TextArgument, Witness, argument,
    attempt, begin, kind_of, operation_kind, unknown_kind, unknown_witness, witness,
};
pub use borrower::{
    AdaptedBorrower, Borrower, Borrows, BorrowsFromReceiver, BorrowsFromUnknown, DroppedBorrower, Guards,
    LeadsElsewhere, Lends, References, adapted_borrower, borrower, dropped_borrower,
};
pub use closures::{Outcome, alike, borrowing_closure, like, outcome};
pub use delegate::{
    CalleeOf, Delegate, Items, Iterable, KindOf, PrepareCoroutine, PrepareIterator, PrepareLent, SubKind, forward,
    sub_kind,
};
pub use failure::{
    Failing, FailsForDebugging, FailsInWords, Fallible, MayFail, NeverFails, failing, failing_lent, fallible,
};
pub use flow::{FromResidual, Try};
pub use held::{
    Changes, Copied, EvaluatedLater, Held, Operand, OperandBorrowed, OperandCopied, PartWay, ReceiverOfOther,
    ReceiverStandard, ReceiverWay, Scalar, Stays, TakenAgain, Through, Turn, Way, WayThrough, WayWithin, Within,
    evaluated_later, operand, right_first, turn, type_of, type_of_value,
};
pub use kind::{Exchange, Kind, Port, Tasks, absent_port, give, given, given_after};
pub use lending::{
    ArgsOf, Captures, Lent, LentMachine, LentTask, Mentions, PortOf, RecursiveLent, RefusedLent, Stored, YieldCall,
    YieldOther, Yielded, lent_machine, refused_call, stored, yielded,
};
pub use locals::{
    Elsewhere, Here, Retain, RetainCopy, RetainOther, RetainQuiet, Retained, Retention, get, get_mut, no_destructor,
    retention, retention_of_three, retention_of_two, set, take, unwrap, without_destructor, wrong_state,
};
pub use machine::{
    CoroutineMachine, Frame, FrameOf, Judge, Machine, NeverFailing, StartedAlone, StartedByResume, Starts, Step,
    coroutine, failing_machine, give_way, is_described, machine, start, start_whole, suspended, suspended_for_turn,
};
pub use made::{BeginAgain, BeginOnce, Made, Making, Waiting, attempt_last, attempt_made, attempt_waiting, making};
pub use manner::{IsBegunAgain, IsStored, Manner, MannerOfOther, MannerOfStored};
pub use moves::{
    Decide, Decision, Leaves, Moves, Neutral, Probe, TakenOnce, Treats, Verdict, decide, gone, neutral, neutral_of,
    neutral_output, never, note, probe, reach, taken_once, touch, verdict,
};
pub use multitask_captures::opaque;
pub use owned::{
    AsCopy, AsItself, Behind, BesideText, BorrowsButIsCopied, CopyOfText, Given, Itself, ItselfToMove, Mentioned,
    NoCopy, One, Owned, Owning, OwningOther, OwningText, Plain, Text, WayOfKept, owning, way,
};
pub use parts::{MovesOut, Part, PartCopy, PartMoved, part};
pub use pieces::{
    Emptied, Empties, HasParts, IsCopied, IsEmptied, IsPointer, NothingLeft, Opens, Pick, Piece, PieceCopied,
    PieceLent, PieceMoved, Pointer, Remainder, RemainderCopied, RemainderKept, RemainderLent, StaysInPlace, StaysWhole,
    Whole, emptied, in_any_order, nothing_taken, opened, owner, pick, piece, pointer, remainder, stays_in_place,
    taken_whole, whole,
};
pub use places::{Anywhere, Evaluate, Never, NoPlaces, Other, Place, Places, PlacesOfCall, Sort, Sorted};
pub use receiver::{
    CallByName, CallCopy, CallIterator, CallOther, HasConsuming, OfIterators, OfOptions, OfOrdered, Receiver, Slot,
    receiver,
};
pub use recursion::{
    CallKind, Callee, Calls, CoroutineOfItself, MachineOfItself, Nest, PrepareCall, PrepareOperation, PrepareTask,
    Recursive, StepOfItself, call_itself, call_kind, coroutine_of_itself, machine_of_itself, returned,
};
pub use refused::{Refused, refused};
pub use shadow::{
    AskOperation, AskOther, Asked, Keeper, Typed, absent, asked, check, keeper, kept_from, lent, lent_mut, output_of,
    return_of, same, typed, unknown,
};
pub use standard::{Standard, part_of, part_of_mut, standard_mut};
pub use stop::{run_to_stop, stop};
pub use stretch::{Assigned, Edited, Looked, Stretch, Stretching, StretchingOther, StretchingText, stretching};
