//! `match` with a guard that waits.
//!
//! A guard sees what its pattern binds where it is, in what is matched; only an arm takes it from there. So the arm is
//! *selected* first, by a `match` that takes nothing ([`Select`](super::Select)), and then a `match` whose guards know
//! the outcome binds and goes on. A pattern may match in several ways (`(Some(x), _) | (_, Some(x)) if ..`), and its
//! guard is asked for each: the outcome is the arm, and in how many ways it had been asked for.

use quote::ToTokens;
use syn::{Expr, Pat, parse_quote, spanned::Spanned, visit_mut::VisitMut};

use super::{
    Code, LocalData, Select, SelectArm, Step,
    build::Builder,
    lets::Renamed,
    search::any_pat,
    spill::{Split, has_yield, is_place},
    with_mentions,
};
use crate::names::{LocalId, Name};

impl Builder<'_> {
    /// Whether the arms of a `match` must be selected first: a guard has a yield, or what an arm binds of a borrow will be
    /// bound again, and the pattern alone does not say how.
    pub(super) fn needs_selection(&self, scrutinee: &Expr, arms: &[syn::Arm]) -> bool {
        arms.iter().any(|arm| {
            let Some((_, guard)) = &arm.guard else { return false };
            let bound_again = has_yield(&arm.body) && self.is_borrow(scrutinee);
            has_yield(guard) || (bound_again && has_alternatives(&arm.pat))
        })
    }

    /// A `match` whose arms are selected first.
    pub(super) fn match_with_guards(&mut self, scrutinee: Expr, mut arms: Vec<syn::Arm>) -> Code {
        let mut steps = Vec::new();
        let span = scrutinee.span();
        let is_operand = std::mem::take(&mut self.is_operand);
        let (place, matched) = self.keep_scrutinee(scrutinee, &mut steps);
        let select = self.select(place, &arms);
        let accepted = self.number("accepted", span);
        self.push_let(accepted, Code::Select(Box::new(select)), &mut steps);
        for (index, arm) in arms.iter_mut().enumerate() {
            let Some((_, guard)) = &mut arm.guard else { continue };
            let (arm_index, chosen) = (index + 1, self.mention(accepted, span));
            **guard = parse_quote!(#chosen.0 == #arm_index);
            if has_alternatives(&arm.pat) {
                let ways = self.number("ways", span);
                self.push_let(ways, Code::Plain(parse_quote!(0)), &mut steps);
                let [counted, ways] = [ways; 2].map(|ways| self.mention(ways, span));
                let way = self.mention(accepted, span);
                **guard = parse_quote!(#guard && { #counted += 1; #ways == #way.1 });
            }
        }
        self.is_operand = is_operand;
        let chosen = self.choose_arm(matched, arms, Some(accepted));
        self.spilled(steps, chosen)
    }

    /// What is matched, as a place that stays while guards wait, and as what the chosen arm then takes apart.
    fn keep_scrutinee(&mut self, mut scrutinee: Expr, steps: &mut Vec<Step>) -> (Expr, Expr) {
        self.save_borrowed_indices(&mut scrutinee, steps);
        if self.is_borrow(&scrutinee) || self.is_part_of_place(&scrutinee) {
            return (self.mentioned_again(&scrutinee), scrutinee);
        }
        if is_place(&scrutinee) {
            self.save_place(&mut scrutinee, steps);
            return (self.mentioned_again(&scrutinee), scrutinee);
        }
        let span = scrutinee.span();
        let value = self.spill(scrutinee, Split::YieldsAndTemporaries, steps);
        let local = self.temporary("matched", span);
        self.push_let(local, Code::Plain(value), steps);
        let value = self.mention(local, span);
        (self.mention(local, span), parse_quote!(::core::convert::identity(#value)))
    }

    fn select(&mut self, scrutinee: Expr, arms: &[syn::Arm]) -> Select {
        let last = arms.iter().rposition(|arm| arm.guard.is_some()).map_or(0, |last| last + 1);
        let arms = arms[..last].iter().map(|arm| self.select_arm(arm)).collect();
        Select { node: self.node(), scrutinee, arms }
    }

    /// The pattern and the guard of an arm, with locals of their own for what the pattern binds.
    fn select_arm(&mut self, arm: &syn::Arm) -> SelectArm {
        let mut pat = arm.pat.clone();
        let mut renamer = Renamed::new(self);
        renamer.visit_pat_mut(&mut pat);
        let renamed = renamer.into_renamed();
        for (_, part) in &renamed {
            self.locals[*part].bound_by_guard = true;
        }
        let guard = arm.guard.as_ref().map(|(_, guard)| {
            let guard = self.with_parts(guard, &renamed);
            self.code(guard)
        });
        SelectArm { pat, guard }
    }

    /// `expr`, with other locals in the place of some.
    fn with_parts(&mut self, expr: &Expr, renamed: &[(LocalId, LocalId)]) -> Expr {
        let tokens = with_mentions(expr.to_token_stream(), &mut |local, ident| {
            let (_, part) = renamed.iter().find(|(renamed, _)| *renamed == local)?;
            Some(Name::Mention(*part, self.locals.new_mention()).encode(ident.span()))
        });
        syn::parse2(tokens).expect("a name is as good as another")
    }

    /// A copy of `expr` with mentions of its own.
    pub(super) fn mentioned_again(&mut self, expr: &Expr) -> Expr {
        let tokens = with_mentions(expr.to_token_stream(), &mut |local, ident| {
            Some(Name::Mention(local, self.locals.new_mention()).encode(ident.span()))
        });
        syn::parse2(tokens).expect("a name is as good as another")
    }

    /// A temporary for a number.
    fn number(&mut self, name: &str, span: proc_macro2::Span) -> LocalId {
        self.locals.new_local(LocalData {
            name: name.to_owned(),
            span,
            mutable: true,
            copy: true,
            temporary: true,
            ..LocalData::default()
        })
    }
}

/// Whether a pattern may match a value in several ways.
pub(super) fn has_alternatives(pat: &Pat) -> bool {
    any_pat(pat, |pat| matches!(pat, Pat::Or(_)))
}
