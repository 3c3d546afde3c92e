//! `if`, `if let`, chains of conditions, and `match`.
//!
//! What a scrutinee evaluates to, and what it borrows from, lives as long as rustc says: to the end of the `match`, or of
//! the block that an `if let` guards (and of its `else`, before edition 2024). A pattern that takes only a part of a value
//! therefore binds the rest, too.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Expr, Pat, Stmt, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    Arm, Choose, Code, Head, Seq, Step,
    build::Builder,
    chains::is_needed_after_wait_in,
    guards::has_alternatives,
    lets::leaves_part,
    paths::crate_at,
    pattern::{
        binds_all, borrow_of, borrows_value, collect_bindings, is_exclusive_borrow, local_of, pattern_of_borrow,
    },
    search::any_pat,
    spill::{Split, has_temporaries, has_yield, is_place, needs_split},
};
use crate::names::{LocalId, Name, internal, path_expr};

impl Builder<'_> {
    pub(super) fn if_(&mut self, e: syn::ExprIf) -> Code {
        let then = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch });
        let otherwise = e.else_branch.map_or_else(|| parse_quote!({}), |(_, expr)| *expr);
        match *e.cond {
            Expr::Let(mut condition) => {
                let mut steps = Vec::new();
                if is_needed_after_wait_in(&condition.pat, &then) {
                    self.settle_search(&mut condition.expr, &mut steps);
                }
                let code = self.if_let(condition, then, otherwise);
                self.spilled(steps, code)
            }
            condition
                if has_let(&condition)
                    && (needs_split(&condition, Split::YieldsAndTemporaries)
                        || borrows_matched(&condition)
                        || leaves_part_in_chain(&condition)) =>
            {
                self.chain(condition, &then, &otherwise)
            }
            condition if has_yield(&condition) => {
                // In a block: its temporaries end before the branch begins.
                let condition = parse_quote!({ #condition });
                self.match_(condition, vec![syn_arm(parse_quote!(true), then), syn_arm(parse_quote!(false), otherwise)])
            }
            condition => {
                let code = self.choose_if(condition, then, otherwise, Vec::new());
                self.ended_with_branches(code)
            }
        }
    }

    /// What a condition borrows from, and what its patterns leave, ends with the branch, and not with the statement.
    fn ended_with_branches(&self, mut code: Code) -> Code {
        if let Code::Seq(seq) = &mut code
            && self.drops_before_else
        {
            seq.is_spill = false;
        }
        code
    }

    pub(super) fn if_let(&mut self, mut e: syn::ExprLet, then: Expr, otherwise: Expr) -> Code {
        if self.can_be_taken(&e.expr) && takes_part(&e.pat) {
            return self.match_(*e.expr, vec![syn_arm(*e.pat, then), syn_arm(parse_quote!(_), otherwise)]);
        }
        if !self.drops_before_else && has_yield(&otherwise) {
            // What is matched lives to the end of the `else`.
            return self.match_(*e.expr, vec![syn_arm(*e.pat, then), syn_arm(parse_quote!(_), otherwise)]);
        }
        let has_temporaries =
            if self.is_part_of_place(&e.expr) { self.holds_in_operands(&e.expr) } else { has_temporaries(&e.expr) };
        let ends_before_else = has_temporaries || borrows_matched(&Expr::Let(e.clone()));
        if self.drops_before_else && ends_before_else && !is_empty_block(&otherwise) {
            // What the condition borrows from is dropped before the `else`.
            return self.chain(Expr::Let(e), &then, &otherwise);
        }
        let mut steps = Vec::new();
        if borrows_value(&e.pat) && (has_yield(&then) || !is_place(&e.expr)) {
            self.match_by_reference(&mut e.expr, [&mut *e.pat], &mut steps);
        }
        self.save_borrowed_indices(&mut e.expr, &mut steps);
        let yields = has_yield(&e.expr);
        if yields || !self.is_part_of_place(&e.expr) {
            *e.expr = self.spill(*e.expr, Split::YieldsAndTemporaries, &mut steps);
        }
        if yields {
            *e.expr = as_value(*e.expr);
        }
        let code = self.choose_if(Expr::Let(e), then, otherwise, steps);
        self.ended_with_branches(code)
    }

    /// An `if` whose condition has no yield.
    pub(super) fn choose_if(&mut self, mut condition: Expr, then: Expr, otherwise: Expr, steps: Vec<Step>) -> Code {
        if has_yield(&then) {
            self.note_condition_again(&condition);
        }
        let mut then = self.code(then);
        let otherwise = self.code(otherwise);
        if let (Code::Plain(then), Code::Plain(otherwise)) = (&then, &otherwise) {
            return self.spilled(steps, Code::Plain(parse_quote!(if #condition #then else { #otherwise })));
        }
        let mut steps = steps;
        self.bind_condition(&mut condition, &mut then, &mut steps);
        let choose = Choose {
            node: self.node(),
            head: Head::If { condition, then: Box::new(then), otherwise: Box::new(otherwise) },
        };
        self.spilled(steps, Code::Choose(Box::new(choose)))
    }

    /// See [`Builder::note_again`]; for each `let` of a condition.
    fn note_condition_again(&mut self, condition: &Expr) {
        match condition {
            Expr::Let(e) if self.is_borrow(&e.expr) || self.is_part_of_place(&e.expr) => {
                self.note_again(&e.pat, &e.expr, None);
            }
            Expr::Let(e) => self.note_elements_again(&e.pat, &e.expr),
            Expr::Binary(e) => {
                self.note_condition_again(&e.left);
                self.note_condition_again(&e.right);
            }
            _ => {}
        }
    }

    /// A chain of conditions with a `let` in it, and a yield: one `if` in another, and a way out of them all.
    pub(super) fn chain(&mut self, condition: Expr, then: &Expr, otherwise: &Expr) -> Code {
        let label = self.fresh_label().name;
        let mut links = Vec::new();
        split_chain(condition, &mut links);
        let mut nest: Expr = parse_quote!({ break #label #then });
        for link in links.into_iter().rev() {
            nest = match link {
                Expr::Let(e) if has_yield(&e.expr) => {
                    let (pat, expr) = (e.pat, e.expr);
                    parse_quote!({ match (#expr) { #pat => #nest, _ => {} } })
                }
                link => parse_quote!({ if #link #nest }),
            };
        }
        self.code(parse_quote!(#label: { #nest #otherwise }))
    }

    /// The bindings of the patterns in a condition belong to the block that it guards.
    pub(super) fn bind_condition(&mut self, condition: &mut Expr, then: &mut Code, out: &mut Vec<Step>) {
        match condition {
            Expr::Let(e) => {
                if let Some(skipped) = self.bind_arm(&mut e.pat, &e.expr, then, out) {
                    *e.expr = self.without_rest(&e.expr, &skipped);
                }
            }
            Expr::Binary(e) => {
                self.bind_condition(&mut e.left, then, out);
                self.bind_condition(&mut e.right, then, out);
            }
            Expr::Paren(e) => self.bind_condition(&mut e.expr, then, out),
            _ => {}
        }
    }

    /// Whether a scrutinee is a local that a pattern may take apart: none of which is known that it is a reference.
    pub(super) fn can_be_taken(&self, scrutinee: &Expr) -> bool {
        local_of(scrutinee).is_some_and(|local| {
            let data = &self.locals[local];
            !data.copy && !data.reference && !data.is_part && !data.temporary
        })
    }

    pub(super) fn match_(&mut self, mut scrutinee: Expr, mut arms: Vec<syn::Arm>) -> Code {
        let mut steps = Vec::new();
        let is_operand = std::mem::take(&mut self.is_operand);
        let outlives_arm = is_operand && !is_place(&scrutinee);
        let waits =
            |arm: &syn::Arm| has_yield(&arm.body) || arm.guard.as_ref().is_some_and(|(_, guard)| has_yield(guard));
        if arms.iter().any(|arm| borrows_value(&arm.pat) && (waits(arm) || outlives_arm)) {
            self.match_by_reference(&mut scrutinee, arms.iter_mut().map(|arm| &mut arm.pat), &mut steps);
        }
        if arms.iter().any(|arm| is_needed_after_wait_in(&arm.pat, &arm.body)) {
            self.settle_search(&mut scrutinee, &mut steps);
        }
        self.is_operand = is_operand;
        let code = self.match_value(scrutinee, arms);
        self.spilled(steps, code)
    }

    /// Makes a `match` on a value or a place, with patterns that have `ref` in them, one on a borrow of it: so it stays
    /// where it is while an arm waits, and what is bound can be borrowed again.
    pub(super) fn match_by_reference<'p>(
        &mut self,
        scrutinee: &mut Expr,
        pats: impl IntoIterator<Item = &'p mut Pat>,
        out: &mut Vec<Step>,
    ) {
        let span = scrutinee.span();
        if !is_place(scrutinee) {
            *scrutinee = self.spill(scrutinee.clone(), Split::YieldsAndTemporaries, out);
            // What was a part of a value is a place in it now.
            if !is_place(scrutinee) || is_local(scrutinee) {
                self.hold(scrutinee, out);
            }
        }
        let pats: Vec<_> = pats.into_iter().collect();
        let is_exclusive = pats.iter().any(|pat| any_pat(pat, is_exclusive_borrow));
        *scrutinee = borrow_of(scrutinee, is_exclusive, span);
        pats.into_iter().for_each(|pat| *pat = pattern_of_borrow(pat, is_exclusive));
    }

    fn match_value(&mut self, scrutinee: Expr, arms: Vec<syn::Arm>) -> Code {
        if self.needs_selection(&scrutinee, &arms) {
            return self.match_with_guards(scrutinee, arms);
        }
        if !arms.iter().any(|arm| has_yield(&arm.body)) {
            let mut steps = Vec::new();
            // Only the scrutinee yields.
            let scrutinee = self.spill(scrutinee, Split::Yields, &mut steps);
            let scrutinee = as_value(scrutinee);
            let tail = parse_quote!(match #scrutinee { #(#arms)* });
            return self.spilled(steps, Code::Plain(tail));
        }
        self.choose_arm(scrutinee, arms, None)
    }

    /// A `match` whose arms may wait. `accepted` is the arm, if it has been selected before.
    pub(super) fn choose_arm(
        &mut self,
        mut scrutinee: Expr,
        mut arms: Vec<syn::Arm>,
        accepted: Option<LocalId>,
    ) -> Code {
        let is_operand = std::mem::take(&mut self.is_operand);
        let mut steps = Vec::new();
        // A value that is matched, and what it borrows from, live to the end of the `match`.
        let is_borrow = self.is_borrow(&scrutinee) || self.is_part_of_place(&scrutinee);
        let yields = !is_borrow && has_yield(&scrutinee);
        let takes = self.can_be_taken(&scrutinee) && self.take_scrutinee(&scrutinee, &mut arms);
        if !is_borrow {
            scrutinee = self.spill(scrutinee, Split::YieldsAndTemporaries, &mut steps);
        }
        self.save_borrowed_indices(&mut scrutinee, &mut steps);
        if yields {
            scrutinee = as_value(scrutinee);
        }
        let mut leaves_unnamed = false;
        let mut skipped = None;
        let arms = arms
            .into_iter()
            .map(|arm| {
                let mut pat = arm.pat;
                if has_yield(&arm.body) && self.can_be_matched_again(&scrutinee, &arm.guard, &pat) {
                    self.note_again(&pat, &scrutinee, accepted.filter(|_| arm.guard.is_some()));
                } else if has_yield(&arm.body) && (arm.guard.is_none() || !has_alternatives(&pat)) {
                    self.note_elements_again(&pat, &scrutinee);
                }
                let body = self.code(*arm.body);
                let mut body = self.ended(body);
                skipped = self.bind_arm(&mut pat, &scrutinee, &mut body, &mut steps).or(skipped.take());
                if let Code::Plain(value) = &mut body
                    && is_operand
                    && is_value(&scrutinee)
                {
                    let Rest { held, unnamed } = self.hold_rest_beside_borrows(&mut pat, &scrutinee, &mut steps);
                    self.end_like_statement(value);
                    *value = parse_quote!({ #(#held)* #value });
                    leaves_unnamed |= unnamed.is_some();
                }
                Arm { pat, guard: arm.guard.map(|(_, guard)| *guard), body }
            })
            .collect();
        if let Some(skipped) = skipped {
            scrutinee = self.without_rest(&scrutinee, &skipped);
        } else if leaves_unnamed {
            scrutinee = self.without_destructor(&scrutinee);
        }
        let choose = Choose { node: self.node(), head: Head::Match { scrutinee, takes, arms } };
        self.spilled(steps, Code::Choose(Box::new(choose)))
    }

    /// Whether what an arm binds can be had again from what is matched. That the pattern matches may say in which way.
    fn can_be_matched_again(&self, scrutinee: &Expr, guard: &Option<(syn::Token![if], Box<Expr>)>, pat: &Pat) -> bool {
        self.is_borrow(scrutinee) || self.is_part_of_place(scrutinee) && (guard.is_none() || !has_alternatives(pat))
    }

    /// Makes the arms of a `match` on a local such that the local can be moved into it: if they take parts of it, each
    /// takes all of it, or nothing, and then puts it back.
    pub(super) fn take_scrutinee(&mut self, scrutinee: &Expr, arms: &mut [syn::Arm]) -> bool {
        let Some(local) = local_of(scrutinee) else { return false };
        if !arms.iter().any(|arm| takes_part(&arm.pat))
            || !arms.iter().all(|arm| binds_all(&arm.pat) || !has_bindings(&arm.pat))
        {
            return false;
        }
        for arm in arms.iter_mut().filter(|arm| !binds_all(&arm.pat)) {
            self.locals[local].is_put_back |= !self.locals[local].mutable;
            self.locals[local].mutable = true;
            let span = arm.pat.span();
            let rest = self.temporary("rest", span);
            let bound = path_expr(Name::Binding(rest).encode(span));
            let (rest, local) = (self.mention(rest, span), self.mention(local, span));
            let (pat, body) = (&arm.pat, &arm.body);
            arm.pat = parse_quote!(#bound @ (#pat));
            arm.body = parse_quote!({ #local = #rest; #body });
        }
        true
    }

    /// Binds what a pattern skips of a value, too: statements for the arm that put it where it lives as long as the
    /// temporaries of `out`.
    pub(super) fn hold_rest(&mut self, pat: &mut Pat, out: &mut Vec<Step>) -> Rest {
        self.hold_rest_of(pat, false, out)
    }

    /// The same; of what may be text nothing is held, if it is.
    fn hold_rest_of(&mut self, pat: &mut Pat, may_be_text: bool, out: &mut Vec<Step>) -> Rest {
        let span = pat.span();
        let (rests, unnamed) = if !has_bindings(pat) && skips_differently(pat) {
            let (rest, bound) = self.rest(span);
            *pat = parse_quote!(#bound @ (#pat));
            (vec![rest], None)
        } else {
            let mut holder = HoldRest { builder: self, rests: Vec::new(), unnamed: None };
            holder.visit_pat_mut(pat);
            (holder.rests, holder.unnamed)
        };
        // The parts of a value are dropped in their order, locals in the opposite one.
        let hold = |rest| {
            let value = self.mention(rest, span);
            let copy_unknown = self.locals[rest].copy_unknown;
            self.hold_part(value, copy_unknown, may_be_text, out)
        };
        let held = rests.into_iter().rev().map(hold).collect();
        Rest { held, unnamed }
    }

    /// What a pattern skips, and the name that it gives to it: without `mut`, which does not go with a pattern that borrows.
    fn rest(&mut self, span: Span) -> (LocalId, Ident) {
        let rest = self.temporary("rest", span);
        self.locals[rest].mutable = false;
        (rest, Name::Binding(rest).encode(span))
    }

    /// A statement that puts a part of what was matched where it lives as long as the temporaries of `out`.
    fn hold_part(&mut self, mut value: Expr, copy_unknown: bool, may_be_text: bool, out: &mut Vec<Step>) -> Stmt {
        let span = value.span();
        let held = self.held(span, out);
        self.locals[held].copy_unknown = copy_unknown;
        if may_be_text {
            let krate = self.krate;
            let (text, nowhere) = (internal("__text"), internal("__nowhere"));
            value = parse_quote_spanned!(span=> match #value {
                #text => {
                    let mut #nowhere = ::core::option::Option::None;
                    (&&#krate::__private::retention(&#text)).retain(#text, &mut #nowhere)
                }
            });
        }
        self.assignment(held, &value)
    }

    fn may_be_text(&self, expr: &Expr) -> bool {
        local_of(expr).is_some_and(|local| !self.locals[local].lenders.is_empty())
    }

    /// The same as `hold_rest`, but for the elements of a tuple that are borrows.
    fn hold_rest_beside_borrows(&mut self, pat: &mut Pat, scrutinee: &Expr, out: &mut Vec<Step>) -> Rest {
        let Expr::Tuple(tuple) = scrutinee else { return self.hold_rest(pat, out) };
        if let Pat::Wild(skipped) = pat {
            let skipped = std::iter::repeat_n(&*skipped, tuple.elems.len());
            *pat = parse_quote!((#(#skipped,)*));
        }
        let borrowed = self.borrowed_elements(tuple);
        // The last one first, as in `hold_rest`.
        let values = tuple.elems.iter().enumerate().rev().filter(|(index, _)| !borrowed.contains(index));
        match pat {
            Pat::Tuple(pat) if is_alike(pat, tuple) => {
                let mut all = Rest::default();
                for (index, element) in values {
                    let may_be_text = self.may_be_text(element);
                    let Rest { held, unnamed } = self.hold_rest_of(&mut pat.elems[index], may_be_text, out);
                    all.held.extend(held);
                    all.unnamed = unnamed.or(all.unnamed);
                }
                all
            }
            pat if !borrowed.is_empty() && !has_bindings(pat) && skips_differently(pat) => {
                let span = pat.span();
                let (rest, bound) = self.rest(span);
                *pat = parse_quote!(#bound @ (#pat));
                let parts: Vec<_> = (0..tuple.elems.len()).map(|index| internal(&format!("__part_{index}"))).collect();
                let mut held = Vec::new();
                for (index, element) in values {
                    let may_be_text = self.may_be_text(element);
                    held.push(self.hold_part(path_expr(parts[index].clone()), false, may_be_text, out));
                }
                let rest = as_value(self.mention(rest, span));
                Rest { held: vec![parse_quote!(match #rest { (#(#parts,)*) => { #(#held)* } })], unnamed: None }
            }
            pat => self.hold_rest(pat, out),
        }
    }

    /// A scrutinee of which a pattern leaves a part that it does not name; that must be nothing that is dropped.
    pub(super) fn without_destructor(&self, scrutinee: &Expr) -> Expr {
        let span = scrutinee.span();
        let krate = self.krate_at(span);
        parse_quote_spanned!(span=> #krate::__private::without_destructor(#scrutinee))
    }

    /// The same where what the pattern skips would have to be kept; errors are told of that.
    fn without_rest(&self, scrutinee: &Expr, skipped: &TokenStream) -> Expr {
        let krate = &self.krate_at(skipped.span());
        let matched = internal("__matched");
        // Where errors are told.
        let mut told = matched.clone();
        told.set_span(skipped.span().resolved_at(matched.span()));
        let checked = quote_spanned!(skipped.span()=> (&&&#krate::__private::remainder(&#told)).checked(#told));
        parse_quote_spanned!(scrutinee.span()=> match (#scrutinee) { #matched => #checked })
    }

    /// See [`crate_at`].
    pub(super) fn krate_at(&self, span: Span) -> syn::Path {
        crate_at(self.krate, span)
    }

    /// Gives the bindings of `pat` to the block that it leads to, if that may wait.
    ///
    /// What a pattern leaves behind of a value lives as long as the temporaries in `out`. Evaluates to where the pattern
    /// skips what it cannot bind.
    pub(super) fn bind_arm(
        &mut self,
        pat: &mut Pat,
        scrutinee: &Expr,
        body: &mut Code,
        out: &mut Vec<Step>,
    ) -> Option<TokenStream> {
        if body.is_plain() {
            return None;
        }
        self.locals.note_borrowers(pat, scrutinee);
        let is_reference = self.is_borrow(scrutinee) || self.is_part_of_place(scrutinee);
        let Rest { held, unnamed } = match is_value(scrutinee) && !is_reference {
            true => self.hold_rest_beside_borrows(pat, scrutinee, out),
            false => Rest::default(),
        };
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        let taken = std::mem::replace(body, Code::Plain(Expr::Verbatim(Default::default())));
        let mut seq = match taken {
            Code::Seq(seq) if seq.keyword.is_none() => *seq,
            code => {
                let mut seq = Seq::new(self.node());
                seq.tail = Some(code);
                seq
            }
        };
        seq.bound.extend(bound);
        seq.steps.splice(0..0, held.into_iter().map(Step::Plain));
        *body = Code::Seq(Box::new(seq));
        unnamed
    }
}

/// Whether each part of a pattern is matched against one element of a tuple.
pub(super) fn is_alike(pat: &syn::PatTuple, tuple: &syn::ExprTuple) -> bool {
    tuple.elems.len() == pat.elems.len() && !pat.elems.iter().any(|pat| matches!(pat, Pat::Rest(_)))
}

/// Whether a condition is, or has in its chain, a `let`.
pub(crate) fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) => has_let(&e.left) || has_let(&e.right),
        _ => false,
    }
}

/// The conditions that are joined by `&&`, in order.
pub(super) fn split_chain(condition: Expr, links: &mut Vec<Expr>) {
    match condition {
        Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) && has_let(&Expr::Binary(e.clone())) => {
            split_chain(*e.left, links);
            split_chain(*e.right, links);
        }
        condition => links.push(condition),
    }
}

/// Whether a pattern in a condition borrows from a value that ends with the branch.
fn borrows_matched(condition: &Expr) -> bool {
    any_let(condition, |e| borrows_value(&e.pat) && !is_place(&e.expr))
}

/// Whether a pattern leaves a part of a value, which is dropped after what it binds where a later condition does not hold.
fn leaves_part_in_chain(condition: &Expr) -> bool {
    match condition {
        Expr::Binary(e) => any_let(&e.left, |e| leaves_part(&e.pat) && !is_place(&e.expr)),
        _ => false,
    }
}

/// Whether `found` holds for a `let` among conditions.
fn any_let(condition: &Expr, found: fn(&syn::ExprLet) -> bool) -> bool {
    match condition {
        Expr::Let(e) => found(e),
        Expr::Binary(e) => any_let(&e.left, found) || any_let(&e.right, found),
        Expr::Paren(e) => any_let(&e.expr, found),
        _ => false,
    }
}

pub(super) fn syn_arm(pat: Pat, body: Expr) -> syn::Arm {
    parse_quote!(#pat => #body,)
}

fn is_value(scrutinee: &Expr) -> bool {
    !is_place(scrutinee) && !matches!(scrutinee, Expr::Reference(_))
}

/// A `match` on an expression that could not be written there without parentheses.
pub(super) fn match_expr(scrutinee: Expr, arms: Vec<syn::Arm>) -> Expr {
    Expr::Match(syn::ExprMatch {
        attrs: Vec::new(),
        match_token: Default::default(),
        expr: Box::new(scrutinee),
        brace_token: Default::default(),
        arms,
    })
}

/// Whether a pattern takes every part of what it matches, and there is one.
pub(super) fn takes_part(pat: &Pat) -> bool {
    has_bindings(pat) && binds_all(pat)
}

fn has_bindings(pat: &Pat) -> bool {
    let mut bound = Vec::new();
    collect_bindings(pat, &mut bound);
    !bound.is_empty()
}

/// Whether there are parts of a pattern that match in different ways, or are not written.
fn skips_differently(pat: &Pat) -> bool {
    any_pat(pat, |pat| match pat {
        Pat::Or(or) => !or.cases.iter().all(binds_all),
        Pat::Rest(_) => true,
        Pat::Struct(pat) => pat.rest.is_some(),
        _ => false,
    })
}

/// A scrutinee that has become a temporary stays a value, which lives to the end of the `match`.
pub(super) fn as_value(scrutinee: Expr) -> Expr {
    if is_local(&scrutinee) { parse_quote!(::core::convert::identity(#scrutinee)) } else { scrutinee }
}

fn is_empty_block(expr: &Expr) -> bool {
    matches!(expr, Expr::Block(e) if e.block.stmts.is_empty())
}

pub(super) fn is_local(expr: &Expr) -> bool {
    local_of(expr).is_some()
}

/// What a pattern skips of a value.
#[derive(Default)]
pub(super) struct Rest {
    /// Statements that put it where it lives on.
    pub(super) held: Vec<Stmt>,
    /// Where the pattern skips what it cannot bind.
    pub(super) unnamed: Option<TokenStream>,
}

/// Binds what a pattern skips of a value, so that it lives on.
struct HoldRest<'a, 'b> {
    builder: &'a mut Builder<'b>,
    rests: Vec<LocalId>,
    unnamed: Option<TokenStream>,
}

impl VisitMut for HoldRest<'_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Wild(_) => {
                let (rest, ident) = self.builder.rest(pat.span());
                self.rests.push(rest);
                *pat = Pat::Ident(syn::PatIdent {
                    attrs: Vec::new(),
                    by_ref: None,
                    mutability: None,
                    ident,
                    subpat: None,
                });
            }
            // It takes all, whatever is asked of that.
            Pat::Ident(pat) if pat.by_ref.is_none() => {}
            Pat::Rest(rest) => self.unnamed = Some(rest.to_token_stream()),
            Pat::Struct(pat) => {
                if let Some(rest) = &pat.rest {
                    self.unnamed = Some(rest.to_token_stream());
                }
                visit_mut::visit_pat_struct_mut(self, pat);
            }
            Pat::TupleStruct(pat) if pat.path.segments.last().is_some_and(|segment| segment.ident == "Err") => {
                let before = self.builder.locals.len();
                visit_mut::visit_pat_tuple_struct_mut(self, pat);
                for local in self.builder.locals.ids().skip(before) {
                    self.builder.locals[local].copy_unknown = true;
                }
            }
            Pat::Slice(slice) => self.visit_elements(slice),
            // The cases of an or-pattern bind the same names: what one skips cannot be bound.
            Pat::Or(or) if or.cases.iter().all(binds_all) => {}
            Pat::Or(or) => self.unnamed = Some(or.to_token_stream()),
            // A reference has no destructor, and what is behind it belongs to another.
            Pat::Reference(_) => {}
            pat => visit_mut::visit_pat_mut(self, pat),
        }
    }
}

impl HoldRest<'_, '_> {
    /// The elements of an array are dropped in their order, unless some have been moved: then what is before these comes
    /// after what is behind them.
    fn visit_elements(&mut self, slice: &mut syn::PatSlice) {
        let earlier = std::mem::take(&mut self.rests);
        // Neighbours of which nothing is moved are dropped together.
        let mut groups: Vec<Vec<LocalId>> = Vec::new();
        let (mut ends_group, mut moves_parts) = (true, false);
        for pat in &mut slice.elems {
            let moves = any_pat(pat, |pat| matches!(pat, Pat::Ident(pat) if pat.by_ref.is_none() && is_name(pat)));
            moves_parts |= moves && !is_binding(pat);
            self.visit_pat_mut(pat);
            let rests = std::mem::take(&mut self.rests);
            match groups.last_mut() {
                Some(group) if !moves && !ends_group => group.extend(rests),
                _ => groups.push(rests),
            }
            ends_group = moves;
        }
        // If the parts that are taken of an element are `Copy`, it has not been moved.
        if moves_parts && groups.iter().flatten().count() > 1 {
            self.unnamed = Some(slice.to_token_stream());
        }
        self.rests = earlier;
        self.rests.extend(groups.into_iter().rev().flatten());
    }
}

/// Whether a pattern binds all that it matches to one name.
fn is_binding(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(pat) if pat.subpat.is_none())
}

/// Whether it binds a local; it may be a constant.
fn is_name(pat: &syn::PatIdent) -> bool {
    matches!(Name::decode(&pat.ident), Some(Name::Binding(_)))
}
