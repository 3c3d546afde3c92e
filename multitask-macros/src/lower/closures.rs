//! Closures that borrow, made again where they are mentioned: `let add = |n| n + base;`.
//!
//! Each is a type of its own then. That the types of its arguments and of its value are the same everywhere, as they were
//! when there was one closure, is said by variables that have no value but a type.

use proc_macro2::Ident;
use quote::quote;
use syn::{Expr, Pat, parse_quote};

use super::Lowerer;
use crate::{
    analyse::Keep,
    names::{LocalId, internal},
};

impl Lowerer<'_> {
    /// Whether the local is a closure that is made again.
    pub(super) fn is_remade_closure(&self, local: LocalId) -> bool {
        self.body.locals[local].is_closure && self.facts.keep(local) == Keep::Derived
    }

    /// The variables that stand for the types of all closures that are made again.
    pub(super) fn outcomes(&self) -> Vec<Ident> {
        let closures = self.body.locals.ids().filter(|&local| self.is_remade_closure(local));
        let closures = closures.filter_map(|local| match &self.body.locals[local].borrow {
            Some(Expr::Closure(closure)) => Some((local, closure.inputs.len())),
            _ => None,
        });
        closures.flat_map(|(local, inputs)| (0..=inputs).map(move |index| outcome(local, index))).collect()
    }

    /// The closure `local`, with the types that it has everywhere.
    pub(super) fn typed_closure(&self, local: LocalId, closure: &mut syn::ExprClosure) {
        let private = self.private();
        let mut typed = Vec::new();
        for (index, input) in closure.inputs.iter_mut().enumerate() {
            let (outcome, argument) = (outcome(local, index), internal(&format!("__argument_{index}")));
            let (pat, ty) = match &*input {
                Pat::Type(input) => ((*input.pat).clone(), Some(&input.ty)),
                pat => (pat.clone(), None),
            };
            typed.push(quote! {
                #private::alike(&#outcome, &#argument);
                let #pat = #argument;
            });
            let ty = ty.map(|ty| quote!(: #ty));
            *input = Pat::Verbatim(quote!(#argument #ty));
        }
        let (outcome, body) = (outcome(local, closure.inputs.len()), &closure.body);
        let typed: Expr = parse_quote!({ #(#typed)* #private::like(&#outcome, #body) });
        *closure.body = typed;
    }
}

fn outcome(local: LocalId, index: usize) -> Ident {
    internal(&format!("__closure_{}_{index}", local.0))
}
