//! Closures that borrow, made again where they are mentioned: `let add = |n| n + base;`.
//!
//! Each is a type of its own then. That the types of its arguments and of its value are the same everywhere, as they were
//! when there was one closure, is said by variables that have no value but a type.

use proc_macro2::Ident;
use quote::quote;
use syn::{Expr, Pat, Stmt, parse_quote};

use super::Lowerer;
use crate::{
    analyse::Keep,
    body::methods::is_lazy_adapter,
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
            Some(Expr::Closure(closure)) => {
                Some((local, closure.inputs.len() + usize::from(!evaluates_to_closure(closure))))
            }
            _ => None,
        });
        closures.flat_map(|(local, types)| (0..types).map(move |index| outcome(local, index))).collect()
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
        let value =
            if evaluates_to_closure(closure) { quote!(#body) } else { quote!(#private::like(&#outcome, #body)) };
        let typed: Expr = parse_quote!({ #(#typed)* #value });
        *closure.body = typed;
    }
}

/// Whether a closure evaluates to another one, or to what has been made with one: to a type of its own wherever it is made
/// again.
fn evaluates_to_closure(closure: &syn::ExprClosure) -> bool {
    matches!(closure.output, syn::ReturnType::Default) && has_closure(&closure.body)
}

fn has_closure(value: &Expr) -> bool {
    match value {
        Expr::Closure(_) => true,
        Expr::Paren(e) => has_closure(&e.expr),
        Expr::Tuple(e) => e.elems.iter().any(has_closure),
        Expr::Block(e) => matches!(e.block.stmts.last(), Some(Stmt::Expr(value, None)) if has_closure(value)),
        Expr::MethodCall(e) if is_lazy_adapter(&e.method.to_string()) => {
            has_closure(&e.receiver) || e.args.iter().any(has_closure)
        }
        Expr::Call(e) => {
            matches!(&*e.func, Expr::Path(callee) if may_hold_argument(&callee.path)) && e.args.iter().any(has_closure)
        }
        _ => false,
    }
}

/// Whether what a function evaluates to looks like having its argument in it: `Box::new`, `Some`.
fn may_hold_argument(callee: &syn::Path) -> bool {
    callee.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        name.starts_with(char::is_uppercase)
            || matches!(&*name, "from_fn" | "new" | "once_with" | "repeat_with" | "successors")
    })
}

fn outcome(local: LocalId, index: usize) -> Ident {
    internal(&format!("__closure_{}_{index}", local.0))
}
