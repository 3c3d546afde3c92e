//! Errors: all of a stage are collected, and reported together.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects what is wrong with a function.
#[derive(Default)]
pub(crate) struct Errors {
    found: Option<syn::Error>,
}

impl Errors {
    /// Reports `message` at all of `tokens`.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Reports `message` at `span`.
    pub(crate) fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Adds an error that came from elsewhere.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(found) => found.combine(error),
            None => self.found = Some(error),
        }
    }

    /// Ends a stage: the errors so far, if there are any.
    pub(crate) fn finish(&mut self) -> syn::Result<()> {
        match self.found.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// The errors as tokens that make the compiler report them.
pub(crate) fn report(error: &syn::Error) -> TokenStream {
    error.to_compile_error()
}

/// The texts of the refusals, each in the words of the user.
pub(crate) mod text {
    pub(crate) const YIELD_OUTSIDE: &str =
        "`yield_!` can only be used directly in the body of a function that is marked `#[task]`";
    pub(crate) const YIELD_IN_CLOSURE: &str = "`yield_!` cannot be used in a closure: only the task itself can wait; write a loop, or make the closure's body a task of its own";
    pub(crate) const YIELD_IN_ASYNC: &str =
        "`yield_!` cannot be used in an `async` block: only the task itself can wait";
    pub(crate) const YIELD_IN_CONST: &str = "`yield_!` cannot be used in a constant expression";
    pub(crate) const YIELD_IN_MACRO: &str = "`yield_!` cannot be used here: the arguments of this macro are not plain expressions; bind the value with `let` before";
    pub(crate) const YIELD_ARGUMENTS: &str = "`yield_!` takes one operation, or nothing to give way";
    pub(crate) const YIELD_VALUE: &str = "`yield_!` takes one value here: a generator, or a coroutine, hands it out";
    pub(crate) const YIELD_FROM_ARGUMENTS: &str = "`yield_from!` takes one coroutine, or one iterator";
    pub(crate) const YIELD_FROM_OUTSIDE: &str =
        "`yield_from!` can only be used directly in the body of a function that is marked `#[task(yields = ..)]`";
    pub(crate) const YIELD_FROM_IN_TASK: &str = "`yield_from!` belongs to generators and coroutines, `#[task(yields = ..)]`: a task waits for another one with `yield_!(child)`";
    pub(crate) const ARGUMENTS: &str =
        "`#[task]` takes `yields = Type`, `resumes = Type`, `lend`, `crate = path`, or nothing";
    pub(crate) const ARGUMENT_TWICE: &str = "this is said twice";
    pub(crate) const RESUMES_ALONE: &str =
        "say what it hands out, too: `yields = ..`; a coroutine that hands out nothing has `yields = ()`";
    pub(crate) const NOT_ASYNC: &str =
        "a task is not an `async fn`: remove `async`, and wait with `yield_!` in place of `.await`";
    pub(crate) const NOT_CONST: &str = "a task cannot be a `const fn`: remove `const`";
    pub(crate) const NOT_VARIADIC: &str = "a task cannot take a variable number of arguments";
    pub(crate) const NOT_EXTERN: &str = "a task cannot have another ABI than Rust's: remove `extern`";
    pub(crate) const ARGUMENT_PATTERN: &str = "this pattern leaves a part of the argument behind: name the argument, and take it apart with `let` in the body";
    pub(crate) const REF_IN_LET_ELSE: &str = "`ref` borrows here from a value that ends before the `else` if the pattern does not match: bind the value with `let` before";
    pub(crate) const TYPED_PART: &str = "this type is that of a part of a temporary, which is taken apart where a wait is in the statement: bind the whole with `let` before";
    pub(crate) const CFG_IN_MACRO: &str = "`#[cfg]` beside a `yield_!` among the arguments of a macro belongs to the macro: bind the value with `let` before";
    pub(crate) const ITEM_IN_BLOCK: &str = "this name stands for something else in another part of the function: items of a block with a `yield_!` are declared once for the whole function; give it a name of its own";
    pub(crate) const LEND_VALUE: &str =
        "only a reference can be lent: write `&` or `&mut` before the type, or remove `#[lend]`";
    pub(crate) const LEND_NAMED: &str =
        "a reference that is lent lives as long as one resume: leave the lifetime away, or remove `#[lend]`";
    pub(crate) const LEND_MUT: &str = "is lent anew at each resume, so a change of the reference itself would be lost: remove `mut`, and keep how far you have come in a local";
    pub(crate) const LEND_OUTPUT: &str = "what is lent is there as long as one resume, so the task cannot return a reference to it: return where to find it (an index, a range), or give the parameter a lifetime with a name, which keeps it";
    pub(crate) const LEND_YIELDS: &str = "what is lent is there as long as one resume, so no reference to it can be handed out: hand out where to find it (an index, a range), or give the parameter a lifetime with a name, which keeps it";
    pub(crate) const AWAIT: &str = "a task is not `async`: wait with `yield_!(..)` in place of `.await`";
}
