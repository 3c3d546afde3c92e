//! `let`: borrows that are taken again, and `else` blocks that wait.

use syn::{
    Expr, Pat, Stmt, parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    Code, Labeled, Seq, Step,
    again::makes_borrow,
    branch::{as_value, match_expr, syn_arm},
    build::Builder,
    macros,
    methods::{is_unwrapped, takes_out},
    pattern::{binds_all, binds_reference, borrow_of, borrows_value, is_exclusive_borrow, pattern_of_borrow},
    search::any_pat,
    spill::{block_has_yield, has_yield, is_part, is_place},
    views::{is_view, is_view_of_place},
};
use crate::{
    diag::text,
    names::{LocalId, Name},
};

impl Builder<'_> {
    /// `let pat = init else { .. }` as a `match` whose value is all that `pat` binds.
    pub(super) fn open_let_else(&mut self, pat: Pat, init: &Expr, diverge: &Expr) -> (Pat, Expr) {
        let (pat, init, typed) = self.split_type(pat, init.clone());
        let Opened { inner, outer, values } = self.open_pattern(pat);
        // What is matched, and its temporaries, end before the `else` begins.
        let found = syn_arm(inner, parse_quote!(::core::option::Option::Some(#values)));
        let missed = syn_arm(parse_quote!(_), parse_quote!(::core::option::Option::None));
        let mut arms = vec![found, missed];
        let is_taken = self.can_be_taken(&init) && self.take_scrutinee(&init, &mut arms);
        let init = if is_taken { as_value(init) } else { init };
        let matched = match_expr(init, arms);
        let span = matched.span();
        let matched: Expr = parse_quote!({ #typed #matched });
        let parts = self.temporary("parts", span);
        let (bound, value) = (Name::Binding(parts).encode(span), self.mention(parts, span));
        let expr = parse_quote!(match #matched {
            ::core::option::Option::Some(#bound) => #value,
            ::core::option::Option::None => #diverge,
        });
        (outer, expr)
    }

    /// `let pat = init;` in which the pattern leaves a part of the value, which is dropped before the temporaries of the
    /// statement: as a `match` whose value is all that `pat` binds.
    pub(super) fn open_let(&mut self, pat: Pat, init: &Expr) -> (Pat, Expr) {
        let (pat, init, typed) = self.split_type(pat, init.clone());
        let Opened { inner, outer, values } = self.open_pattern(pat);
        let matched = match_expr(init, vec![syn_arm(inner, values)]);
        (outer, parse_quote!({ #typed #matched }))
    }

    /// The pattern of a `let` alone, and what it matches, of the type that was written; where a place is matched, beside a
    /// statement that says so.
    fn split_type(&mut self, pat: Pat, init: Expr) -> (Pat, Expr, Option<Stmt>) {
        let Pat::Type(syn::PatType { pat, ty, .. }) = pat else { return (pat, init, None) };
        if is_place(&init) && !has_yield(&init) {
            let typed = parse_quote!(if false { let _: &#ty = &#init; });
            return (*pat, init, Some(typed));
        }
        if is_part(&init) {
            self.errors.at(&ty, text::TYPED_PART);
        }
        (*pat, parse_quote!(::core::convert::identity::<#ty>(#init)), None)
    }

    fn open_pattern(&mut self, pat: Pat) -> Opened {
        let mut inner = pat;
        let mut renamer = Renamed::new(self);
        renamer.visit_pat_mut(&mut inner);
        let renamed = renamer.into_renamed();
        let mut outer: Vec<Pat> = Vec::new();
        let mut values: Vec<Expr> = Vec::new();
        for (local, replacement) in renamed {
            let span = self.locals[local].span;
            let ident = Name::Binding(local).encode(span);
            let mutability = self.locals[local].mutable.then(<syn::Token![mut]>::default);
            outer.push(Pat::Ident(syn::PatIdent { attrs: Vec::new(), by_ref: None, mutability, ident, subpat: None }));
            values.push(self.mention(replacement, span));
        }
        Opened { inner, outer: parse_quote!((#(#outer,)*)), values: parse_quote!((#(#values,)*)) }
    }

    /// `let pat = &place else { .. }` whose `else` waits: it is asked before whether the pattern matches, which changes
    /// nothing. So nothing is borrowed while the `else` waits, and what is bound is so by a `let` that does not wait.
    pub(super) fn diverge_before(&mut self, pat: &Pat, place: &Expr, diverge: &mut Expr, seq: &mut Seq) {
        let krate = self.krate;
        let diverges = std::mem::replace(diverge, parse_quote!({ #krate::__private::wrong_state() }));
        let pat = if let Pat::Type(pat) = pat { &pat.pat } else { pat };
        let mut pat = pat.clone();
        let place = if self.is_part_of_place(place) { self.part_again(place) } else { self.mentioned_again(place) };
        Renamed::new(self).visit_pat_mut(&mut pat);
        self.stmt(parse_quote!(if match #place { #pat => false, _ => true } #diverges), seq);
    }

    /// What evaluates to a borrow of locals, unless it waits and then leaves: it is entered where it is run, in a block with
    /// a label, when the locals are in the frame already. So what is borrowed stays where it is, and is not kept.
    pub(super) fn entered_in_frame(&mut self, body: Code) -> Code {
        Code::Labeled(Box::new(Labeled { label: self.fresh_label().name, body }))
    }

    /// `let (ref a, _) = init;` as `let &(ref a, _) = &init;`: what is bound can be borrowed again then. A value lives as
    /// long as a local does, and becomes one.
    pub(super) fn let_by_reference(&mut self, mut stmt: syn::Local, seq: &mut Seq) -> syn::Local {
        let Some(init) = stmt.init.as_mut().filter(|_| borrows_value(&stmt.pat)) else { return stmt };
        let span = init.expr.span();
        if !is_place(&init.expr) {
            if init.diverge.is_some() {
                self.errors.at(&stmt.pat, text::REF_IN_LET_ELSE);
                return stmt;
            }
            let matched = self.temporary("matched", span);
            let (binding, mention) = (Name::Binding(matched).encode(span), self.mention(matched, span));
            // With a part, all of the value lives on.
            let mut whole = &mut *init.expr;
            while let Expr::Field(syn::ExprField { base, .. }) = whole {
                whole = base;
            }
            let value = std::mem::replace(whole, mention);
            self.stmt(parse_quote!(let #binding = #value;), seq);
        }
        let is_exclusive = any_pat(&stmt.pat, is_exclusive_borrow);
        *init.expr = borrow_of(&init.expr, is_exclusive, span);
        stmt.pat = pattern_of_borrow(&stmt.pat, is_exclusive);
        stmt
    }

    /// Makes the initialiser of `let r = &place` one that can be evaluated again.
    pub(super) fn settle_borrow(&mut self, mut stmt: syn::Local, out: &mut Vec<Step>) -> syn::Local {
        let Some(init) = &mut stmt.init else { return stmt };
        let pat = match &stmt.pat {
            Pat::Type(pat) => &*pat.pat,
            pat => pat,
        };
        // What `last` of an iterator evaluates to is no borrow; what is taken apart, or unwrapped, most likely is.
        let is_opened = !matches!(pat, Pat::Ident(_)) || is_unwrapped(&init.expr) || makes_borrow(&init.expr);
        if is_opened && self.is_part_of_place(&init.expr) {
            self.save_indices_of_let(&mut init.expr, out);
            self.note_again(pat, &init.expr, None);
            return stmt;
        }
        if !is_view(&init.expr) {
            // An item by its number, if it is a call.
            if !matches!((pat, &*init.expr), (Pat::Ident(_), Expr::Path(_))) && self.is_borrow(&init.expr) {
                self.note_again(pat, &init.expr, None);
            }
            return stmt;
        }
        self.settle_view(&mut init.expr, out);
        let is_choice = matches!(*init.expr, Expr::If(_)) && is_view_of_place(&init.expr);
        if !matches!(pat, Pat::Ident(_)) && (self.is_borrow(&init.expr) || is_choice) {
            self.note_again(pat, &init.expr, None);
        }
        if let Pat::Ident(ident) = pat
            && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
            && self.locals[local].borrow.is_some()
        {
            self.locals[local].borrow = Some((*init.expr).clone());
        }
        stmt
    }
}

/// Whether an expression may evaluate to a borrow of a local, by its looks: a method of it makes what is no value of its
/// own, as far as its name says.
pub(super) fn may_lend_local(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => may_lend_local(&e.expr),
        Expr::Try(e) => may_lend_local(&e.expr),
        Expr::Call(e) => e.args.iter().any(|arg| matches!(arg, Expr::Reference(e) if is_place(&e.expr))),
        Expr::MethodCall(e) if takes_out(&e.method.to_string()) || has_yield(expr) => false,
        Expr::MethodCall(e) => is_place(&e.receiver) || may_lend_local(&e.receiver),
        _ => false,
    }
}

/// The same of what `match` and `if let` evaluate to, where nothing but branches that leave can wait.
pub(super) fn may_lend_unless_it_leaves(expr: &Expr) -> bool {
    let goes_on = |expr: &Expr| !has_yield(expr) || leaves(expr);
    match expr {
        Expr::Match(e) => {
            let holds_still = |arm: &syn::Arm| arm.guard.as_ref().is_none_or(|(_, guard)| !has_yield(guard));
            may_lend_local(&e.expr) && e.arms.iter().all(|arm| holds_still(arm) && goes_on(&arm.body))
        }
        Expr::If(e) => {
            let then = e.then_branch.stmts.last();
            matches!(&*e.cond, Expr::Let(e) if may_lend_local(&e.expr))
                && (!block_has_yield(&e.then_branch) || then.is_some_and(stmt_leaves))
                && e.else_branch.as_ref().is_some_and(|(_, otherwise)| goes_on(otherwise))
        }
        _ => false,
    }
}

/// Whether the last thing that an expression does is to leave what is around it.
pub(super) fn leaves(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(e) => is_ending(&e.mac),
        Expr::Block(e) => e.label.is_none() && e.block.stmts.last().is_some_and(stmt_leaves),
        _ => false,
    }
}

pub(super) fn stmt_leaves(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(expr, _) => leaves(expr),
        Stmt::Macro(e) => is_ending(&e.mac),
        Stmt::Local(_) | Stmt::Item(_) => false,
    }
}

fn is_ending(mac: &syn::Macro) -> bool {
    matches!(&*macros::name(mac), "panic" | "unreachable" | "todo" | "unimplemented")
}

/// A pattern in two steps: one that binds temporaries, the value of them all, and a pattern for that.
struct Opened {
    inner: Pat,
    values: Expr,
    outer: Pat,
}

/// Whether a pattern leaves parts of a value behind.
pub(super) fn leaves_part(pat: &Pat) -> bool {
    !binds_all(pat) && !binds_reference(pat)
}

/// Gives the bindings of a pattern other locals.
pub(super) struct Renamed<'a, 'b> {
    renamed: Vec<(LocalId, LocalId)>,
    builder: &'a mut Builder<'b>,
}

impl<'a, 'b> Renamed<'a, 'b> {
    pub(super) fn new(builder: &'a mut Builder<'b>) -> Self {
        Renamed { renamed: Vec::new(), builder }
    }

    /// Each local, and the one that has taken its place.
    pub(super) fn into_renamed(self) -> Vec<(LocalId, LocalId)> {
        self.renamed
    }
}

impl VisitMut for Renamed<'_, '_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        if let Some(Name::Binding(local)) = Name::decode(&pat.ident) {
            let known = self.renamed.iter().find(|(renamed, _)| *renamed == local).map(|(_, replacement)| *replacement);
            let replacement = known.unwrap_or_else(|| {
                let replacement = self.builder.temporary("part", pat.ident.span());
                self.builder.locals[replacement].mutable = false;
                self.renamed.push((local, replacement));
                replacement
            });
            pat.ident = Name::Binding(replacement).encode(pat.ident.span());
            if pat.by_ref.is_none() {
                pat.mutability = None;
            }
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}

pub(super) fn let_stmt(pat: &Pat, expr: &Expr, diverge: Option<&Expr>) -> Stmt {
    match diverge {
        None => parse_quote!(let #pat = #expr;),
        Some(diverge) => parse_quote!(let #pat = #expr else #diverge;),
    }
}
