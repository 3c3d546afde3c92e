//! Borrows that a pattern takes apart: `if let Some(x) = &slot`, `match &pair`, `for x in &list`.
//!
//! A reference into a local cannot be kept in the frame beside it. It is taken again wherever it is mentioned after a
//! suspension, as that of a `let r = &place` is: the pattern is matched again. A loop over a borrowed local keeps how far
//! it has come, and starts its iterator again; `private::again` of the core crate says which iterators are started again
//! cheaply, and to the same effect.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Pat, parse_quote, parse_quote_spanned, spanned::Spanned, visit_mut::VisitMut};

use super::{
    MatchedAgain, Step,
    branch::is_alike,
    build::Builder,
    guards::has_alternatives,
    lets::Renamed,
    methods::{borrows_exclusively, is_unwrapped, unwraps},
    paths::{is_exclusive, is_private, marked_receiver, way_of},
    pattern::{borrow_of, collect_bindings, local_of},
    search::any_pat,
    spill::{Changes, has_yield, indices, is_borrowing_closure, is_constant, is_place},
    views::is_view_of_place,
};
use crate::names::{LocalId, Name, internal};

impl Builder<'_> {
    /// Whether matching `scrutinee` once more gives the same, because it borrows.
    pub(super) fn is_borrow(&self, scrutinee: &Expr) -> bool {
        match scrutinee {
            Expr::Reference(reference) => is_place(&reference.expr),
            Expr::Tuple(tuple) => {
                let is_same = |element| is_constant(element) || self.is_borrowed_element(element);
                tuple.elems.iter().any(|element| self.is_borrowed_element(element)) && tuple.elems.iter().all(is_same)
            }
            Expr::Call(call) => {
                local_of(call.args.last().unwrap_or(scrutinee)).is_some_and(|local| self.locals[local].is_counter)
            }
            expr => local_of(expr).is_some_and(|local| self.is_reference(local)),
        }
    }

    /// The same of an element of a tuple, into which an exclusive reference that is a local would move.
    fn is_borrowed_element(&self, element: &Expr) -> bool {
        self.is_borrow(element) && local_of(element).is_none_or(|local| self.locals[local].copy)
    }

    /// The elements of a tuple that are matched again by themselves, beside others that are values, by their numbers.
    pub(super) fn borrowed_elements(&self, tuple: &syn::ExprTuple) -> Vec<usize> {
        let is_borrowed = |element| self.is_borrowed_element(element) || self.is_part_of_place(element);
        let elements = tuple.elems.iter().enumerate();
        elements.filter(|(_, element)| is_borrowed(element)).map(|(index, _)| index).collect()
    }

    /// Notes how what `pat` binds of the borrows in a tuple is had again.
    pub(super) fn note_elements_again(&mut self, pat: &Pat, scrutinee: &Expr) {
        if let (Expr::Tuple(tuple), Pat::Tuple(pat)) = (scrutinee, pat)
            && is_alike(pat, tuple)
        {
            for index in self.borrowed_elements(tuple) {
                self.note_again(&pat.elems[index], &tuple.elems[index], None);
            }
        }
    }

    /// Whether a local is a reference for good, by its looks: a parameter, a borrow, or a part of what is borrowed.
    fn is_reference(&self, local: LocalId) -> bool {
        let data = &self.locals[local];
        !data.mutable && !data.is_closure && (data.is_part || data.reference)
    }

    /// Whether an expression is a call by which the standard library borrows a part of what lies in a place, and nothing
    /// in it may be another when the call is made again: `list.last()`, `slot.as_mut()`, `map.get(&key).unwrap()`.
    pub(super) fn is_part_of_place(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        let receiver = checked(&call.receiver);
        if is_unwrapped(expr) {
            return call.args.iter().all(is_constant) && self.is_part_of_place(receiver);
        }
        let arguments = PARTS.iter().find(|(name, _)| call.method == name).map(|(_, arguments)| *arguments);
        arguments == Some(call.args.len())
            && (is_place(receiver) || self.is_part_of_place(receiver))
            && call.args.iter().all(|argument| self.stays_the_same(argument))
    }

    /// The compiler is to check that what such calls are made on has no destructor, if it is what another one makes: it
    /// would live as long as what is borrowed of it.
    pub(super) fn check_receivers(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        self.check_receivers(&mut call.receiver);
        if matches!(*call.receiver, Expr::MethodCall(_)) && !unwraps(&call.method) {
            *call.receiver = self.without_destructor(&call.receiver);
        }
    }

    /// Whether an argument can be saved, or is a borrow of what nobody can change. A part of a local may be behind a
    /// reference, and change with it.
    fn stays_the_same(&self, argument: &Expr) -> bool {
        match argument {
            Expr::Reference(reference) => {
                is_constant(&reference.expr)
                    || local_of(&reference.expr).is_some_and(|local| !self.locals[local].mutable)
            }
            argument => !has_yield(argument) && !is_borrowing_closure(argument),
        }
    }

    /// The same call for later, with a mark on what it is called on: if that is of the standard library, the call does the
    /// same again.
    pub(super) fn part_again(&mut self, expr: &Expr) -> Expr {
        let mut again = self.mentioned_again(expr);
        self.mark_receiver(&mut again);
        again
    }

    fn mark_receiver(&self, expr: &mut Expr) {
        let call = match expr {
            Expr::Call(check) => return check.args.iter_mut().for_each(|call| self.mark_receiver(call)),
            Expr::MethodCall(call) if !is_place(&call.receiver) => return self.mark_receiver(&mut call.receiver),
            Expr::MethodCall(call) => call,
            _ => return,
        };
        let is_exclusive = borrows_exclusively(&call.method.to_string());
        let krate = self.krate;
        let borrow: Expr = match is_exclusive {
            true if makes_copy(call) => parse_quote!(#krate::__private::part_of_mut),
            true => parse_quote!(#krate::__private::standard_mut),
            false => parse_quote!(#krate::__private::part_of),
        };
        let place = borrow_of(&call.receiver, is_exclusive, call.receiver.span());
        *call.receiver = parse_quote_spanned!(call.receiver.span()=> #borrow(#place));
    }

    /// Notes how what `pat` binds of a borrow is had again. `accepted` says in which way it matched, if it had a guard.
    pub(super) fn note_again(&mut self, pat: &Pat, scrutinee: &Expr, accepted: Option<LocalId>) {
        let part = self.is_part_of_place(scrutinee).then(|| self.part_again(scrutinee));
        let scrutinee = part.as_ref().unwrap_or(scrutinee);
        let unless_other = marked_receiver(scrutinee).is_some();
        let mut inner = pat.clone();
        let mut renamer = Renamed::new(self);
        renamer.visit_pat_mut(&mut inner);
        let renamed = renamer.into_renamed();
        let copied = copied_bindings(pat);
        let is_one_way = (accepted.is_none() || !has_alternatives(pat)) && !may_advance(scrutinee);
        let together = is_one_way.then(|| {
            let (scrutinee, pat) = (scrutinee.clone(), inner.clone());
            self.locals.matched_again.push(MatchedAgain { scrutinee, pat });
            self.locals.matched_again.len() - 1
        });
        for (local, part) in renamed.into_iter().filter(|(local, _)| !copied.contains(local)) {
            let span = self.locals[local].span;
            let value = self.mention(part, span);
            let krate = self.krate;
            let otherwise = quote!(_ => #krate::__private::wrong_state());
            let again = match accepted.filter(|_| has_alternatives(pat)) {
                None => parse_quote!(match #scrutinee { #inner => #value, #otherwise }),
                Some(accepted) => {
                    let (way, accepted) = (internal("__way"), self.mention(accepted, span));
                    let counted = quote!({ #way += 1; #way == #accepted.1 });
                    parse_quote!({ let mut #way = 0; match #scrutinee { #inner if #counted => #value, #otherwise } })
                }
            };
            let data = &mut self.locals[local];
            data.borrow = Some(again);
            data.is_part = true;
            data.bound_with = together.map(|together| (together, part));
            data.unless_shared |= unless_other;
        }
    }

    /// How to loop over a borrowed local without keeping its iterator; none where what is looped over is no such thing.
    pub(super) fn restarted(&mut self, e: &syn::ExprForLoop, span: proc_macro2::Span) -> Option<Restarted> {
        let iterable = &*e.expr;
        let part = local_of(iterable).filter(|&local| self.is_taken_again(local));
        let roots = part.map(|part| vec![part]).or_else(|| borrowed_roots(iterable))?;
        if roots.iter().all(|root| self.can_be_kept(*root)) {
            return None;
        }
        let mut before = Vec::new();
        let mut iterable = match part {
            // An exclusive reference is lent to each turn, and given to none.
            Some(local) if self.locals[local].lent && !self.locals[local].copy => parse_quote!(&mut *#iterable),
            _ => iterable.clone(),
        };
        self.save_arguments(&mut iterable, true, &mut before);
        let counter = self.counter("turn", parse_quote!(::core::primitive::usize::MAX), span, &mut before);
        let (assigned, read, turn) =
            (self.mention(counter, span), self.mention(counter, span), self.mention(counter, span));
        let private = {
            let krate = self.krate;
            quote!(#krate::__private)
        };
        let iterator = quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#iterable));
        let item = if Changes::of_block(&e.body).include_any(&iterable, &self.locals) {
            let held = self.held_iterator(&iterable, &iterator, &mut before);
            self.mark_unless_shared(&e.pat);
            parse_quote_spanned!(span=> #private::turn(&mut #held, || #iterator, #turn))
        } else {
            parse_quote_spanned!(span=> #private::nth(#iterator, #turn))
        };
        Some(Restarted { before, advance: parse_quote!(#assigned = #read.wrapping_add(1)), item })
    }

    /// Whether an iterator over what lies in a local can be kept: a shared reference is no part of the frame's own.
    pub(super) fn can_be_kept(&self, root: LocalId) -> bool {
        let data = &self.locals[root];
        !self.is_taken_again(root) && (data.temporary || data.copy)
    }

    /// Whether a local is a borrow that is taken again after each wait, or that each resume is handed.
    fn is_taken_again(&self, local: LocalId) -> bool {
        let data = &self.locals[local];
        data.is_part || data.lent || (!data.mutable && data.borrow.as_ref().is_some_and(is_view_of_place))
    }

    /// See [`way_of`]; of a local that is taken again.
    pub(super) fn way_again(&self, local: LocalId) -> Option<Expr> {
        let data = &self.locals[local];
        let borrow = data.borrow.as_ref().filter(|_| self.is_taken_again(local))?;
        Some(way_of(self.krate, borrow, data.is_part, &|local| self.way_again(local)))
    }

    /// An iterator over what may lead elsewhere in the next turn, because it lies behind a shared reference: there it can
    /// be kept.
    fn held_iterator(&mut self, iterable: &Expr, iterator: &TokenStream, out: &mut Vec<Step>) -> Expr {
        let span = iterable.span();
        let local = self.temporary("iter", span);
        let way = way_of(self.krate, iterable, true, &|local| self.way_again(local));
        let value = self.mentioned_again(&parse_quote_spanned!(span=> #way.hold(#iterator)));
        self.push_let(local, super::Code::Plain(value), out);
        self.mention(local, span)
    }

    /// What the pattern of such a loop binds is kept with the iterator.
    fn mark_unless_shared(&mut self, pat: &Pat) {
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        bound.into_iter().for_each(|local| self.locals[local].unless_shared = true);
    }

    /// The arguments of an iterator and its adapters, and the indices of what it borrows, are evaluated once. What they
    /// borrow from lives as long as a loop, and not as long as a search, in `out`.
    pub(super) fn save_arguments(&mut self, iterable: &mut Expr, is_loop: bool, out: &mut Vec<Step>) {
        let save = if is_loop { Self::save_held } else { Self::save };
        match iterable {
            Expr::MethodCall(call) => {
                self.save_arguments(&mut call.receiver, is_loop, out);
                for argument in &mut call.args {
                    match borrowed_roots(argument) {
                        Some(_) => self.save_arguments(argument, is_loop, out),
                        None => save(self, argument, out),
                    }
                }
            }
            Expr::Paren(e) => self.save_arguments(&mut e.expr, is_loop, out),
            Expr::Range(range) => range.start.iter_mut().chain(&mut range.end).for_each(|end| save(self, end, out)),
            Expr::Reference(reference) => self.save_arguments(&mut reference.expr, is_loop, out),
            place if is_place(place) => {
                let mut operands = Vec::new();
                indices(place, &mut operands);
                operands.into_iter().for_each(|operand| save(self, operand, out));
            }
            _ => {}
        }
    }
}

/// Methods of the standard library that borrow a part of what they are called on, and how many arguments they have.
const PARTS: [(&str, usize); 37] = [
    ("as_bytes", 0),
    ("as_deref", 0),
    ("as_deref_mut", 0),
    ("as_mut", 0),
    ("as_mut_slice", 0),
    ("as_mut_str", 0),
    ("as_ref", 0),
    ("as_slice", 0),
    ("as_str", 0),
    ("back", 0),
    ("back_mut", 0),
    ("first", 0),
    ("first_key_value", 0),
    ("first_mut", 0),
    ("front", 0),
    ("front_mut", 0),
    ("get", 1),
    ("get_key_value", 1),
    ("get_mut", 1),
    ("last", 0),
    ("last_key_value", 0),
    ("last_mut", 0),
    ("peek", 0),
    ("rsplit_once", 1),
    ("split_at", 1),
    ("split_at_mut", 1),
    ("split_first", 0),
    ("split_first_mut", 0),
    ("split_last", 0),
    ("split_last_mut", 0),
    ("split_once", 1),
    ("strip_prefix", 1),
    ("strip_suffix", 1),
    ("trim", 0),
    ("trim_ascii", 0),
    ("trim_end", 0),
    ("trim_start", 0),
];

/// What a check is made of; see [`Builder::check_receivers`].
fn checked(receiver: &Expr) -> &Expr {
    match receiver {
        Expr::Call(call) if is_private(&call.func, "without_destructor") => &call.args[0],
        receiver => receiver,
    }
}

/// Whether what a method borrows exclusively may be `Copy`: `peek` of an iterator wants to change that, one of another type
/// need not.
fn makes_copy(call: &syn::ExprMethodCall) -> bool {
    call.method == "peek"
}

/// Whether the name of a method says that it evaluates to a borrow, whatever type has it.
pub(super) fn makes_borrow(expr: &Expr) -> bool {
    let Expr::MethodCall(call) = expr else { return false };
    let name = call.method.to_string();
    name.starts_with("as_") || name.starts_with("trim")
}

/// The parts of a loop that starts its iterator again.
pub(super) struct Restarted {
    /// Statements before the loop.
    pub(super) before: Vec<Step>,
    /// Evaluated at the head of each turn.
    pub(super) advance: Expr,
    /// What the loop's pattern is matched against in each turn, in `Some`.
    pub(super) item: Expr,
}

/// Whether this is the turn of a loop whose iterator may be a kept one: of what lies behind a shared reference.
fn may_advance(scrutinee: &Expr) -> bool {
    let Expr::Call(call) = scrutinee else { return false };
    call.args.iter().any(|argument| matches!(argument, Expr::Closure(iterator) if !is_exclusive(&iterator.body)))
}

/// What a pattern copies out of a borrow: `n` of `&(n, ref text)`. It stays what it was.
fn copied_bindings(pat: &Pat) -> Vec<LocalId> {
    let mut copied = Vec::new();
    any_pat(pat, |pat| {
        if let Pat::Reference(reference) = pat {
            any_pat(&reference.pat, |pat| {
                if let Pat::Ident(ident) = pat
                    && ident.by_ref.is_none()
                    && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
                {
                    copied.push(local);
                }
                false
            });
        }
        false
    });
    copied
}

/// The locals that an iterator borrows from: `&place`, `place.iter()`, and adapters of it. None if it may be another.
pub(super) fn borrowed_roots(iterable: &Expr) -> Option<Vec<LocalId>> {
    let call = match iterable {
        Expr::Reference(reference) => return root(&reference.expr).map(|root| vec![root]),
        Expr::Paren(e) => return borrowed_roots(&e.expr),
        Expr::Range(_) => return Some(Vec::new()),
        Expr::MethodCall(call) => call,
        _ => return None,
    };
    match (call.method.to_string().as_str(), call.args.len()) {
        ("enumerate" | "rev" | "copied" | "flatten", 0) | ("skip" | "take" | "step_by", 1) => {
            borrowed_roots(&call.receiver)
        }
        ("zip" | "chain", 1) => {
            let mut roots = borrowed_roots(&call.receiver)?;
            roots.extend(borrowed_roots(&call.args[0])?);
            Some(roots)
        }
        ("iter" | "iter_mut" | "chars" | "char_indices" | "bytes" | "keys" | "values" | "values_mut", 0)
        | ("lines" | "split_whitespace" | "split_ascii_whitespace", 0)
        | ("chunks" | "chunks_mut" | "chunks_exact" | "rchunks" | "windows" | "split" | "rsplit", 1)
        | ("range" | "range_mut" | "split_inclusive" | "split_terminator", 1) => {
            root(&call.receiver).map(|root| vec![root])
        }
        _ => None,
    }
}

/// The local in whose place `expr` lies.
fn root(expr: &Expr) -> Option<LocalId> {
    match expr {
        Expr::Field(e) => root(&e.base),
        Expr::Index(e) => root(&e.expr),
        Expr::Paren(e) => root(&e.expr),
        Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => root(&e.expr),
        Expr::MethodCall(call) if call.args.is_empty() && call.method.to_string().starts_with("as_") => {
            root(&call.receiver)
        }
        expr => local_of(expr),
    }
}
