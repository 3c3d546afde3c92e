//! The macros of `multitask`: use them from there.

#![forbid(unsafe_code)]

mod analyse;
mod args;
mod body;
mod diag;
mod edition;
mod emit;
mod expand;
mod item;
mod lower;
mod machine;
mod names;
mod recursion;
mod shadow;

use proc_macro::TokenStream;

/// Turns a function whose body contains [`yield_!`](macro@yield_) into one that returns a task.
#[proc_macro_attribute]
pub fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::task(args.into(), item.into()).into()
}

/// Waits for an operation, or for a child task, and evaluates to its output; `yield_!()` gives way to other tasks.
#[proc_macro]
pub fn yield_(input: TokenStream) -> TokenStream {
    // The expansion of a task names the macro, too, by the user's path and with a mark.
    if let Some(expansion) = shadow::expand_marked(&input.into()) {
        return expansion.into();
    }
    diag::report(&syn::Error::new(proc_macro2::Span::call_site(), diag::text::YIELD_OUTSIDE)).into()
}
