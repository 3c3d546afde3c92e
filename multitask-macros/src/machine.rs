//! The second intermediate form: the states of a machine, and the code that runs it. All that `emit` needs.

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;

/// A state machine.
pub(crate) struct Machine {
    /// The user's items.
    pub(crate) items: Vec<syn::Item>,
    /// The variables of the arguments, in order.
    pub(crate) arguments: Vec<Argument>,
    /// Statements that put arguments into the form that they are kept in.
    pub(crate) options: TokenStream,
    /// The states of its constructs, outer ones after those inside them.
    pub(crate) states: Vec<State>,
    /// What the frame holds where the body is suspended: its state, and the locals that are kept.
    pub(crate) suspended: Vec<Ident>,
    /// A pattern of the frame where the body is suspended; none if it cannot be.
    pub(crate) is_suspended: Option<TokenStream>,
    /// Variables that carry values from one piece of the code to another, where it is not suspended in between.
    pub(crate) carriers: Vec<Ident>,
    /// Variables without a value, that stand for types of closures.
    pub(crate) outcomes: Vec<Ident>,
    /// Variables whose types say whether a call takes its receiver by value.
    pub(crate) verdicts: Vec<Ident>,
    /// Whether the code names the core's type for the state of a yield.
    pub(crate) has_waiting: bool,
    /// Assigns the state at the first suspension to the frame; none if the body cannot be suspended.
    pub(crate) enter: Option<TokenStream>,
    /// Evaluates to the output, or returns `Pending`.
    pub(crate) run: TokenStream,
    /// See [`Body`](crate::body::Body).
    pub(crate) left_by_macros: bool,
    /// The function's name in its first call of itself: where there is one, there may be several frames.
    pub(crate) itself: Option<Ident>,
}

/// An argument of the function.
pub(crate) struct Argument {
    pub(crate) variable: Ident,
    /// It is handed in at each resume, and not kept.
    pub(crate) is_lent: bool,
}

/// The states of one construct.
pub(crate) struct State {
    pub(crate) name: Ident,
    pub(crate) variants: Vec<Variant>,
}

/// One state; its fields are dropped in this order.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) fields: Vec<Ident>,
}

impl State {
    /// Of a construct that is never over while its state is there, and that is begun where its state is made.
    pub(crate) fn remove_start(&mut self) {
        self.variants.retain(|variant| variant.name != "Start");
    }
}

impl Variant {
    /// Not begun, or over.
    pub(crate) fn start() -> Variant {
        Variant { name: format_ident!("Start"), fields: Vec::new() }
    }
}
