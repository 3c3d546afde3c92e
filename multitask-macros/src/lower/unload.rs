//! Unloading: after the last wait of a block its kept locals become ordinary locals again.
//!
//! Behind a reference to the frame nothing can be moved in part, nor by a method that takes `self` by value, and from
//! its name alone the macro cannot tell such a method. Where nothing can be suspended any more there is no need for the
//! frame: the locals move out of it, in the order in which they were declared, and the rest is the user's own code. It
//! costs a move, so it is done only where something in the rest may need it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, Stmt, visit::Visit};

use super::{Lowerer, Place, Scope};
use crate::{
    analyse::Keep,
    body::{Code, Seq, Step, mentioned_locals, spill::is_place},
    names::{LocalId, Name, internal},
};

/// A part of a block whose state is open.
pub(super) struct Level {
    pub(super) from: usize,
    pub(super) kept: Vec<LocalId>,
    /// The variable that refers to the state.
    pub(super) at: Ident,
}

impl Lowerer<'_> {
    /// The statement that moves the locals of `levels` out, if `rest` and the tail may need that.
    pub(super) fn unload(&self, seq: &Seq, rest: &[Step], levels: &[Level], scope: &mut Scope) -> Option<TokenStream> {
        let owned: Vec<LocalId> = levels.iter().flat_map(|level| level.kept.iter().copied()).collect();
        let mut search = Search { owned: &owned, lowerer: self, found: false, assigned: Vec::new() };
        for step in rest {
            if let Step::Plain(stmt) = step {
                search.visit_stmt(stmt);
            }
        }
        if let Some(Code::Plain(tail)) = &seq.tail {
            search.visit_expr(tail);
        }
        if !search.found {
            return None;
        }
        let assigned = search.assigned;
        let outermost = levels.iter().position(|level| !level.kept.is_empty())?;
        let pattern = self.unload_pattern(seq, &levels[outermost..]);
        let at = &levels[outermost].at;
        let name = format_ident!("__Scope{}_{}", seq.node.0, levels[outermost].from);
        let private = self.private();
        let mut bare = TokenStream::new();
        let tokens = rest.iter().map(|step| match step {
            Step::Plain(stmt) => stmt.to_token_stream(),
            _ => TokenStream::new(),
        });
        let tail = seq.tail.as_ref().map(|tail| match tail {
            Code::Plain(expr) => expr.to_token_stream(),
            _ => TokenStream::new(),
        });
        let mentioned = mentioned_locals(tokens.chain(tail).collect());
        for &local in &owned {
            scope.places.insert(local, Place::Variable);
            // What is mentioned, and not assigned to before, has a value.
            if !mentioned.contains(&local) || assigned.contains(&local) {
                continue;
            }
            let variable = self.variable(local);
            let value = match self.facts.keep(local) {
                Keep::Optional | Keep::UnmentionedOptional => quote!(#private::unwrap(#variable)),
                Keep::Carried => {
                    let carrier = self.carrier(local);
                    quote!(#private::Retained::take(&mut #variable, &mut #carrier))
                }
                Keep::No | Keep::NoIfTrivial | Keep::Derived | Keep::Whole | Keep::Unmentioned => continue,
            };
            bare.extend(quote!(let mut #variable = #value;));
            scope.places.insert(local, Place::Bare);
        }
        let taken = internal("__taken");
        Some(quote! {
            let #taken = ::core::mem::replace(#at, #name::Start);
            let #pattern = #taken else { #private::wrong_state() };
            #bare
        })
    }

    /// The pattern of the nested states, from the outermost one that holds locals.
    fn unload_pattern(&self, seq: &Seq, levels: &[Level]) -> TokenStream {
        let mut pattern = quote!(_);
        for (index, level) in levels.iter().enumerate().rev() {
            if index + 1 < levels.len() {
                let name = format_ident!("__Block{}_{}", seq.node.0, level.from);
                pattern = quote!(#name::Rest { at: #pattern });
            }
            if !level.kept.is_empty() {
                let name = format_ident!("__Scope{}_{}", seq.node.0, level.from);
                let bindings = level.kept.iter().map(|&local| {
                    let (field, variable) = (self.field(local), self.variable(local));
                    quote!(#field: mut #variable)
                });
                pattern = quote!(#name::In { #(#bindings,)* at: #pattern });
            }
        }
        pattern
    }
}

/// Looks for what cannot be done behind a reference.
struct Search<'a, 'b> {
    owned: &'a [LocalId],
    lowerer: &'a Lowerer<'b>,
    found: bool,
    assigned: Vec<LocalId>,
}

impl Search<'_, '_> {
    /// The local, of those to be unloaded, in whose place `expr` lies.
    fn root(&self, expr: &Expr) -> Option<LocalId> {
        match expr {
            Expr::Path(path) => match Name::of_path(path) {
                Some(Name::Mention(local, _)) if self.owned.contains(&local) => {
                    (!self.lowerer.body.locals[local].copy).then_some(local)
                }
                _ => None,
            },
            Expr::Field(e) => self.root(&e.base),
            Expr::Paren(e) => self.root(&e.expr),
            _ => None,
        }
    }

    fn is_part(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Field(_)) && self.root(expr).is_some()
    }
}

impl<'ast> Visit<'ast> for Search<'_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(Name::Mention(local, mention)) = Name::of_path(path) {
                    self.found |= self.owned.contains(&local) && self.lowerer.facts.moves(mention);
                }
            }
            Expr::Macro(mac) => {
                let (owned, facts) = (self.owned, self.lowerer.facts);
                crate::body::visit_mentions(mac.mac.tokens.clone(), &mut |local, mention| {
                    self.found |= owned.contains(&local) && facts.moves(mention);
                });
            }
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                self.found |= !borrows_self(&method) && self.root(&call.receiver).is_some();
                self.found |= call.args.iter().any(|arg| self.is_part(arg));
            }
            Expr::Call(call) => {
                self.found |= self.root(&call.func).is_some() || call.args.iter().any(|arg| self.is_part(arg));
            }
            Expr::Match(e) => self.found |= is_place(&e.expr) && self.root(&e.expr).is_some(),
            Expr::Let(e) => self.found |= is_place(&e.expr) && self.root(&e.expr).is_some(),
            Expr::Closure(_) => self.found = true,
            Expr::Tuple(e) => self.found |= e.elems.iter().any(|elem| self.is_part(elem)),
            Expr::Struct(e) => self.found |= e.fields.iter().any(|field| self.is_part(&field.expr)),
            Expr::Return(e) => self.found |= e.expr.as_ref().is_some_and(|expr| self.is_part(expr)),
            Expr::Assign(e) => {
                if let Some(local) = self.root(&e.left) {
                    self.assigned.push(local);
                }
            }
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Local(syn::Local { init: Some(init), .. }) = stmt {
            self.found |= is_place(&init.expr) && self.root(&init.expr).is_some();
        }
        syn::visit::visit_stmt(self, stmt);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Methods that borrow `self`, by their names in the standard library.
fn borrows_self(method: &str) -> bool {
    method.starts_with("as_")
        || method.starts_with("to_")
        || method.starts_with("is_")
        || method.starts_with("push")
        || method.starts_with("read")
        || method.starts_with("write")
        || method.starts_with("contains")
        || method.ends_with("_mut")
        || matches!(
            method,
            "len"
                | "iter"
                | "get"
                | "insert"
                | "remove"
                | "clone"
                | "clear"
                | "extend"
                | "first"
                | "last"
                | "fill"
                | "pop"
                | "pop_front"
                | "pop_back"
                | "borrow"
                | "lock"
                | "set"
                | "replace"
                | "take"
                | "starts_with"
                | "ends_with"
                | "trim"
                | "chars"
                | "bytes"
                | "lines"
                | "split"
                | "find"
                | "sort"
                | "swap"
                | "truncate"
                | "drain"
                | "extend_from_slice"
                | "copy_from_slice"
                | "entry"
                | "keys"
                | "values"
                | "flush"
                | "next"
                | "peek"
        )
}
