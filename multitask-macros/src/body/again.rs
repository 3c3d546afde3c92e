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
    LocalData, Step,
    build::Builder,
    guards::has_alternatives,
    lets::Renamed,
    methods::is_unwrapped,
    paths::{WAY_LOOKUPS, way_of},
    pattern::{borrow_of, collect_bindings, local_of},
    search::any_pat,
    spill::{Changes, has_yield, is_constant, is_place},
};
use crate::names::{LocalId, Name, internal};

impl Builder<'_> {
    /// Whether matching `scrutinee` once more gives the same, because it borrows.
    pub(super) fn is_borrow(&self, scrutinee: &Expr) -> bool {
        match scrutinee {
            Expr::Reference(reference) => is_place(&reference.expr),
            Expr::Call(call) => {
                local_of(call.args.last().unwrap_or(scrutinee)).is_some_and(|local| self.locals[local].is_counter)
            }
            _ => false,
        }
    }

    /// Whether an expression is a call by which the standard library borrows a part of what lies in a place, and nothing
    /// in it may be another when the call is made again: `list.last()`, `slot.as_mut()`, `map.get(&key).unwrap()`.
    pub(super) fn is_part_of_place(&self, expr: &Expr) -> bool {
        let Expr::MethodCall(call) = expr else { return false };
        let receiver = &*call.receiver;
        if is_unwrapped(expr) {
            return call.args.iter().all(is_constant) && self.is_part_of_place(receiver);
        }
        let arguments = PARTS.iter().find(|(name, _)| call.method == name).map(|(_, arguments)| *arguments);
        arguments == Some(call.args.len())
            && (is_place(receiver) || self.is_part_of_place(receiver))
            && call.args.iter().all(|argument| self.stays_the_same(argument))
    }

    /// Whether an argument can be saved, or is a borrow of what nobody can change. A part of a local may be behind a
    /// reference, and change with it.
    fn stays_the_same(&self, argument: &Expr) -> bool {
        match argument {
            Expr::Reference(reference) => {
                is_constant(&reference.expr)
                    || local_of(&reference.expr).is_some_and(|local| !self.locals[local].mutable)
            }
            argument => !has_yield(argument),
        }
    }

    /// The same call for later: it is to be one of the standard library.
    pub(super) fn part_again(&mut self, expr: &Expr) -> Expr {
        let mut again = self.mentioned_again(expr);
        let krate = self.krate;
        let mut call = &mut again;
        let mut borrow: Expr = parse_quote!(#krate::__private::standard);
        while let Expr::MethodCall(inner) = call {
            if matches!(*inner.receiver, Expr::MethodCall(_)) {
                call = &mut inner.receiver;
                continue;
            }
            let is_exclusive = inner.method == "peek" || inner.method.to_string().ends_with("_mut");
            if is_exclusive {
                borrow = parse_quote!(#krate::__private::standard_mut);
            }
            let place = borrow_of(&inner.receiver, is_exclusive, inner.receiver.span());
            *inner.receiver = parse_quote_spanned!(inner.receiver.span()=> #borrow(#place));
            break;
        }
        again
    }

    /// Notes how what `pat` binds of a borrow is had again. `accepted` says in which way it matched, if it had a guard.
    pub(super) fn note_again(&mut self, pat: &Pat, scrutinee: &Expr, accepted: Option<LocalId>) {
        let part = self.is_part_of_place(scrutinee).then(|| self.part_again(scrutinee));
        let scrutinee = part.as_ref().unwrap_or(scrutinee);
        let mut inner = pat.clone();
        let mut renamer = Renamed::new(self);
        renamer.visit_pat_mut(&mut inner);
        let renamed = renamer.into_renamed();
        let copied = copied_bindings(pat);
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
        }
    }

    /// How to loop over a borrowed local without keeping its iterator; none where what is looped over is no such thing.
    pub(super) fn restarted(&mut self, e: &syn::ExprForLoop, span: proc_macro2::Span) -> Option<Restarted> {
        let iterable = &*e.expr;
        let part = local_of(iterable).filter(|&local| self.locals[local].is_part || self.locals[local].lent);
        let root = part.or_else(|| borrowed_root(iterable))?;
        let data = &self.locals[root];
        // A shared reference is no part of the frame's own: an iterator over what is behind it can be kept.
        if !data.is_part && !data.lent && (data.temporary || data.copy) {
            return None;
        }
        let counter = self.locals.new_local(LocalData {
            name: "turn".to_owned(),
            span,
            mutable: true,
            copy: true,
            temporary: true,
            is_counter: true,
            ..LocalData::default()
        });
        let mut before = Vec::new();
        let mut iterable = match part {
            // An exclusive reference is lent to each turn, and given to none.
            Some(local) if self.locals[local].lent && !self.locals[local].copy => parse_quote!(&mut *#iterable),
            _ => iterable.clone(),
        };
        self.save_arguments(&mut iterable, &mut before);
        self.push_let(counter, super::Code::Plain(parse_quote!(::core::primitive::usize::MAX)), &mut before);
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

    /// An iterator over what may lead elsewhere in the next turn, because it lies behind a shared reference: there it can
    /// be kept.
    fn held_iterator(&mut self, iterable: &Expr, iterator: &TokenStream, out: &mut Vec<Step>) -> Expr {
        let span = iterable.span();
        let local = self.temporary("iter", span);
        self.lookups.extend(WAY_LOOKUPS);
        let way = way_of(self.krate, iterable, true);
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

    /// The arguments of an iterator and its adapters, and the indices of what it borrows, are evaluated once.
    fn save_arguments(&mut self, iterable: &mut Expr, out: &mut Vec<Step>) {
        match iterable {
            Expr::MethodCall(call) => {
                self.save_arguments(&mut call.receiver, out);
                call.args.iter_mut().for_each(|argument| self.save(argument, out));
            }
            Expr::Reference(reference) => self.save_arguments(&mut reference.expr, out),
            place if is_place(place) => self.save_place(place, out),
            _ => {}
        }
    }
}

/// Methods of the standard library that borrow a part of what they are called on, and how many arguments they have.
const PARTS: [(&str, usize); 16] = [
    ("last", 0),
    ("last_mut", 0),
    ("first", 0),
    ("first_mut", 0),
    ("get", 1),
    ("get_mut", 1),
    ("front", 0),
    ("front_mut", 0),
    ("back", 0),
    ("back_mut", 0),
    ("peek", 0),
    ("as_ref", 0),
    ("as_mut", 0),
    ("as_deref", 0),
    ("as_deref_mut", 0),
    ("as_slice", 0),
];

/// The parts of a loop that starts its iterator again.
pub(super) struct Restarted {
    /// Statements before the loop.
    pub(super) before: Vec<Step>,
    /// Evaluated at the head of each turn.
    pub(super) advance: Expr,
    /// What the loop's pattern is matched against in each turn, in `Some`.
    pub(super) item: Expr,
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

/// The local that an iterator borrows from: `&place`, `place.iter()`, and adapters of it.
fn borrowed_root(iterable: &Expr) -> Option<LocalId> {
    let call = match iterable {
        Expr::Reference(reference) => return root(&reference.expr),
        Expr::MethodCall(call) => call,
        _ => return None,
    };
    match (call.method.to_string().as_str(), call.args.len()) {
        ("enumerate" | "rev" | "copied", 0) | ("skip" | "take" | "step_by", 1) => borrowed_root(&call.receiver),
        ("iter" | "iter_mut" | "chars" | "char_indices" | "bytes" | "keys" | "values" | "values_mut", 0)
        | ("lines" | "split_whitespace", 0)
        | ("chunks" | "chunks_mut" | "chunks_exact" | "windows" | "split", 1) => root(&call.receiver),
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
