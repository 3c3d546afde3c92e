//! Unloading: after the last wait of a block its kept locals become ordinary locals again.
//!
//! Behind a reference to the frame nothing can be moved in part, nor by a method that takes `self` by value, and from
//! its name alone the macro cannot tell such a method. Where nothing can be suspended any more there is no need for the
//! frame: the locals move out of it, in the order in which they were declared, and the rest is the user's own code. It
//! costs a move, so it is done only where something in the rest may need it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, visit::Visit};

use super::{
    Lowerer, Place, Scope,
    block::{Waiting, block_name},
};
use crate::{
    analyse::{Keep, Use},
    body::{Code, Seq, Step, macros, methods::borrows, pattern::local_of, visit_mentions},
    names::{LocalId, MentionId, Name, internal},
};

/// A part of a block whose state is open.
pub(super) struct Level {
    pub(super) from: usize,
    pub(super) kept: Vec<LocalId>,
    /// The variable that refers to the state.
    pub(super) at: Ident,
}

impl Lowerer<'_> {
    /// The statement that moves the locals of `levels` out, if `rest` and the tail may need that; and the outermost level
    /// that has any.
    ///
    /// The step that has just waited binds its value after that.
    pub(super) fn unload(
        &self,
        seq: &Seq,
        waited: &Waiting<'_>,
        rest: &[Step],
        levels: &[Level],
        scope: &mut Scope,
    ) -> Option<(usize, TokenStream)> {
        let owned: Vec<LocalId> = levels.iter().flat_map(|level| level.kept.iter().copied()).collect();
        let mut search = Search { owned: &owned, lowerer: self, found: false, assigned: Vec::new() };
        for step in rest {
            if let Step::Plain(stmt) = step {
                search.visit_stmt(stmt);
            }
        }
        if let Some(Code::Plain(tail)) = &seq.tail {
            search.visit_expr(tail);
            if seq.node == self.body.root.node {
                search.visit_output(tail);
            }
        }
        if !search.found {
            return None;
        }
        let assigned = search.assigned;
        let outermost = levels.iter().position(|level| !level.kept.is_empty())?;
        let pattern = self.unload_pattern(seq, &levels[outermost..]);
        let at = &levels[outermost].at;
        let empty = self.empty(seq, levels[outermost].from);
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
        let diverge = match waited {
            Waiting::Step(Step::Let { diverge, .. }) => diverge.to_token_stream(),
            Waiting::Step(_) | Waiting::Tail(_) => TokenStream::new(),
        };
        let mut mentioned = Vec::new();
        visit_mentions(tokens.chain(tail).chain([diverge]).collect(), &mut |local, mention| {
            if !self.facts.is_unreached(mention) {
                mentioned.push(local);
            }
        });
        // Dropped in the reverse of the order of their declarations: those of the pattern, then those that are declared anew.
        let mut is_anew = false;
        for &local in &owned {
            let variable = self.variable(local);
            // What is mentioned, and not assigned to before, has a value; but for what may be aside.
            let may_be_aside = self.body.locals[local].aside.is_some();
            let has_value = mentioned.contains(&local) && !assigned.contains(&local) && !may_be_aside;
            let is_held = self.facts.keep(local) == Keep::DerivedUnlessShared;
            let value = match self.facts.keep(local) {
                Keep::Optional | Keep::UnmentionedOptional if has_value => Some(quote!(#private::unwrap(#variable))),
                Keep::Carried if has_value => {
                    let carrier = self.carrier(local);
                    Some(quote!(#private::Retained::take(&mut #variable, &mut #carrier)))
                }
                keep if keep.is_owned() && has_value => {
                    let left = internal(&format!("__left_{}", local.0));
                    bare.extend(quote!(let (#left, mut #variable) = #variable.leave();));
                    Some(quote!(#left.of(#variable)))
                }
                _ => is_anew.then(|| quote!(#variable)),
            };
            if let Some(value) = value {
                is_anew = true;
                bare.extend(quote!(let mut #variable = #value;));
            }
            scope.places.insert(local, if has_value && !is_held { Place::Bare } else { Place::Variable });
        }
        // What is not bound holds nothing any more.
        let unload = quote! {
            let #pattern = ::core::mem::replace(#at, #empty) else { #private::wrong_state() };
            #bare
        };
        Some((outermost, unload))
    }

    /// The pattern of the nested states, from the outermost one that holds locals.
    fn unload_pattern(&self, seq: &Seq, levels: &[Level]) -> TokenStream {
        let mut pattern = quote!(_);
        for (index, level) in levels.iter().enumerate().rev() {
            if index + 1 < levels.len() {
                let name = block_name(seq, level.from);
                pattern = quote!(#name::Rest { at: #pattern });
            }
            if !level.kept.is_empty() {
                let bindings = level.kept.iter().map(|&local| {
                    let (field, variable) = (self.field(local), self.variable(local));
                    quote!(#field: mut #variable)
                });
                pattern = self.full(seq, level.from, &quote!(#(#bindings,)* at: #pattern));
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
            Expr::Field(e) => self.root(&e.base),
            Expr::Paren(e) => self.root(&e.expr),
            expr => local_of(expr).filter(|local| self.owned.contains(local)),
        }
    }

    /// Whether what is done with the local at this mention may need the local itself.
    fn needs(&self, local: LocalId, mention: MentionId) -> bool {
        let data = &self.lowerer.body.locals[local];
        let facts = self.lowerer.facts;
        self.owned.contains(&local)
            && !facts.is_copy(local)
            && (facts.moves(mention)
                || (matches!(facts.usage(mention), Use::Receiver | Use::Unknown) && !data.reference))
    }

    /// A value that leaves the function may borrow through a reference, which must then be more than lent.
    fn visit_output(&mut self, expr: &Expr) {
        visit_mentions(expr.to_token_stream(), &mut |local, _| {
            let data = &self.lowerer.body.locals[local];
            self.found |= self.owned.contains(&local) && data.reference && !data.copy;
        });
    }
}

impl<'ast> Visit<'ast> for Search<'_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(Name::Mention(local, mention)) = Name::of_path(path) {
                    self.found |= self.needs(local, mention);
                }
            }
            Expr::Macro(mac) => match macros::arguments(&mac.mac) {
                Some(arguments) => arguments.list.iter().for_each(|argument| self.visit_expr(&argument.expr)),
                None => visit_mentions(mac.mac.tokens.clone(), &mut |local, mention| {
                    self.found |= self.needs(local, mention);
                }),
            },
            Expr::MethodCall(call) if borrows(&call.method.to_string()) && self.root(&call.receiver).is_some() => {
                return call.args.iter().for_each(|arg| self.visit_expr(arg));
            }
            Expr::Closure(_) => self.found = true,
            Expr::Return(syn::ExprReturn { expr: Some(expr), .. }) => self.visit_output(expr),
            Expr::Assign(e) => {
                if let Some(local) = self.root(&e.left) {
                    self.assigned.push(local);
                }
            }
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
