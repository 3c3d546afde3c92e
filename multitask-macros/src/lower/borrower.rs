//! Values that would be kept across a wait, and borrow from a local, by the names of the methods that make them.
//!
//! rustc refuses them in words about the expansion. What has the name of a method of the standard library that borrows is
//! asked for its type before, so that there are words for the user.

use proc_macro2::Span;
use quote::{quote, quote_spanned};
use syn::{Expr, parse_quote_spanned, spanned::Spanned};

use super::rewrite::Rewriter;
use crate::{
    analyse::Keep,
    body::{
        methods::{is_lazy_adapter, lends, unwraps},
        paths::{crate_at, way_of},
        spill::is_place,
    },
    names::{LocalId, internal},
};

impl Rewriter<'_, '_> {
    /// Has the compiler ask for the type of what a `let` keeps, if its initialiser may borrow.
    ///
    /// `init` is the user's, `rewritten` is what has become of it.
    pub(super) fn check_kept(&mut self, declared: &[LocalId], init: &Expr, rewritten: &mut Expr) {
        let Some(Lender { receiver, span, is_adapted }) = lender(init) else { return };
        let keeps = |found: fn(Keep) -> bool| declared.iter().any(|local| found(self.lowerer.facts.keep(*local)));
        let ask = if keeps(|keep| matches!(keep, Keep::Whole | Keep::Optional) || keep.is_owned()) {
            if is_adapted { quote!(adapted_borrower) } else { quote!(borrower) }
        } else if keeps(|keep| matches!(keep, Keep::Unmentioned | Keep::UnmentionedOptional | Keep::Carried)) {
            quote!(dropped_borrower)
        } else {
            return;
        };
        // All of it by the rules of the macro's own code: a call is where all of its tokens are, or nowhere.
        let span = span.resolved_at(Span::call_site());
        let krate = crate_at(self.lowerer.krate, span);
        let private = quote_spanned!(span=> #krate::__private);
        let borrow = parse_quote_spanned!(span=> &#receiver);
        let mut way = way_of(&krate, &borrow, true, &|local| self.way(local));
        let mut receiver = receiver.clone();
        self.visit_borrowed(&mut way);
        self.visit_borrowed(&mut receiver);
        let value = internal("__kept");
        let receiver =
            quote_spanned!(span=> 'ty: { break 'ty (::core::marker::PhantomData); #private::type_of(&#receiver) });
        *rewritten = parse_quote_spanned! {span=>
            match #rewritten {
                #value => {
                    if false {
                        (&&&#private::#ask(&#value, #receiver)).check(#way);
                    }
                    #value
                }
            }
        };
    }
}

/// What an expression borrows from that is made of a borrow alone.
struct Lender<'e> {
    /// The place that a method is called on which borrows from it.
    receiver: &'e Expr,
    span: Span,
    /// Whether adapters of iterators have made another value of it.
    is_adapted: bool,
}

fn lender(init: &Expr) -> Option<Lender<'_>> {
    match init {
        Expr::Paren(e) => lender(&e.expr),
        // What a loop is over.
        Expr::Call(e) => match &*e.func {
            Expr::Path(path) if path.path.segments.last()?.ident == "into_iter" => lender(e.args.first()?),
            _ => None,
        },
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            if lends(&name) && is_place(&call.receiver) {
                return Some(Lender { receiver: &call.receiver, span: init.span(), is_adapted: false });
            }
            let is_adapter = is_lazy_adapter(&name);
            if !is_adapter && !unwraps(&call.method) {
                return None;
            }
            let lender = lender(&call.receiver)?;
            Some(Lender { is_adapted: lender.is_adapted || is_adapter, ..lender })
        }
        _ => None,
    }
}
