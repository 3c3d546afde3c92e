//! The macros of `multitask`: use them from there.

#![forbid(unsafe_code)]

mod analyse;
mod args;
mod body;
mod cfg;
mod diag;
mod edition;
mod emit;
mod expand;
mod item;
mod lending;
mod lookup;
mod lower;
mod machine;
mod names;
mod place;
mod recursion;
mod shadow;

use proc_macro::TokenStream;

/// Turns a function whose body contains [`yield_!`](macro@yield_) into one that returns a task, or a coroutine.
#[proc_macro_attribute]
pub fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::task(args.into(), item.into()).into()
}

/// Waits for an operation, or for a child task, and evaluates to its output; `yield_!()` gives way to other tasks.
///
/// In a coroutine: hands out a value, and evaluates to what the coroutine is resumed with.
#[proc_macro]
pub fn yield_(input: TokenStream) -> TokenStream {
    expand_outside(shadow::Marked::Yield, input, diag::text::YIELD_OUTSIDE)
}

/// Hands on everything that a coroutine, or an iterator, yields, and evaluates to what it returns.
#[proc_macro]
pub fn yield_from(input: TokenStream) -> TokenStream {
    expand_outside(shadow::Marked::YieldFrom, input, diag::text::YIELD_FROM_OUTSIDE)
}

/// A yield that `#[task]` has not compiled.
fn expand_outside(which: shadow::Marked, input: TokenStream, refusal: &str) -> TokenStream {
    // The expansion of a task names the macro, too, by the user's path and with a mark.
    if let Some(expansion) = shadow::expand_marked(which, &input.into()) {
        return expansion.into();
    }
    diag::report(&syn::Error::new(proc_macro2::Span::call_site(), refusal)).into()
}
