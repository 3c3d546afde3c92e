//! Parts of an exclusive borrow that are mentioned together: `let (a, b) = &mut pair; .. swap(a, b)`.
//!
//! Each part alone is borrowed again where it is mentioned. Two of them, in one expression, would be two exclusive borrows
//! of the whole: there the pattern is matched again once, around the expression.

use quote::ToTokens;
use syn::{Expr, parse_quote, visit_mut::VisitMut};

use super::rewrite::{Rewriter, SharedMentions};
use crate::{
    analyse::Keep,
    body::{has_let, mentioned_locals, paths::is_exclusive, pattern::collect_bindings},
    names::{LocalId, path_expr},
};

impl Rewriter<'_, '_> {
    /// The pattern, by its number, of which an expression mentions several parts.
    pub(super) fn mentioned_together(&self, expr: &Expr) -> Option<usize> {
        if self.lowerer.body.locals.matched_again.is_empty() || !evaluates_to_value(expr) {
            return None;
        }
        let mut parts = Vec::new();
        self.collect_parts(expr, &mut parts);
        let patterns = parts.iter().filter_map(|&part| self.lowerer.body.locals[part].bound_with);
        let mut seen = Vec::new();
        for (pattern, _) in patterns {
            if seen.contains(&pattern) {
                return Some(pattern);
            }
            seen.push(pattern);
        }
        None
    }

    /// The parts of exclusive borrows that are borrowed again for `expr`, also those that others are borrowed of.
    fn collect_parts(&self, expr: &Expr, parts: &mut Vec<LocalId>) {
        for local in mentioned_locals(expr.to_token_stream()) {
            if parts.contains(&local) || !self.is_borrowed_again(local) {
                continue;
            }
            let data = &self.lowerer.body.locals[local];
            let Some(borrow) = &data.borrow else { continue };
            if data.bound_with.is_some() && self.is_exclusive_borrow(borrow) {
                parts.push(local);
            }
            self.collect_parts(borrow, parts);
        }
    }

    /// Whether a borrow is an exclusive one, or a part of one.
    fn is_exclusive_borrow(&self, borrow: &Expr) -> bool {
        is_exclusive(borrow)
            || mentioned_locals(borrow.to_token_stream()).into_iter().any(|local| {
                let data = &self.lowerer.body.locals[local];
                match &data.borrow {
                    Some(borrow) => self.is_exclusive_borrow(borrow),
                    None => data.reference && !data.copy,
                }
            })
    }

    fn is_borrowed_again(&self, local: LocalId) -> bool {
        matches!(self.lowerer.facts.keep(local), Keep::Derived | Keep::DerivedUnlessShared)
            && !self.is_declared_here(local)
            && !self.bound.contains_key(&local)
    }

    /// Puts the `match` around an expression.
    pub(super) fn bind_together(&mut self, together: usize, expr: &mut Expr) {
        let locals = &self.lowerer.body.locals;
        let again = &locals.matched_again[together];
        let (mut scrutinee, mut pat) = (again.scrutinee.clone(), again.pat.clone());
        SharedMentions { rewriter: self }.visit_expr_mut(&mut scrutinee);
        let mut parts = Vec::new();
        collect_bindings(&pat, &mut parts);
        self.visit_pat_mut(&mut pat);
        let bound = locals.ids().filter_map(|local| match locals[local].bound_with {
            Some((pattern, part)) if pattern == together && parts.contains(&part) => {
                Some((local, self.lowerer.variable(part)))
            }
            _ => None,
        });
        let bound: Vec<_> = bound.collect();
        self.bound.extend(bound.iter().map(|(local, variable)| (*local, path_expr(variable.clone()))));
        self.visit_expr_mut(expr);
        bound.iter().for_each(|(local, _)| {
            self.bound.remove(local);
        });
        let private = self.lowerer.private();
        // What is borrowed of a part may want its variable to be `mut`, which a pattern that goes through a reference
        // cannot say.
        let variables: Vec<_> = bound.into_iter().map(|(_, variable)| variable).collect();
        *expr = parse_quote!((match #scrutinee {
            #pat => match (#(#variables,)*) { (#(mut #variables,)*) => #expr },
            _ => #private::wrong_state(),
        }));
    }
}

/// Whether an expression is one whose parts are evaluated together, and no place.
fn evaluates_to_value(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Assign(_)
            | Expr::Binary(_)
            | Expr::Call(_)
            | Expr::Cast(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Repeat(_)
            | Expr::Struct(_)
            | Expr::Tuple(_)
    ) && !has_let(expr)
}
