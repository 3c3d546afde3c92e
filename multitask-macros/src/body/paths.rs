//! The places that expressions are about, and which of them are parts of one another.
//!
//! A borrow that is taken again must lead to where it led before. rustc sees to that by itself, but for what is behind a
//! reference: after `let x = &cursor.view[0];` the field `cursor.view` may be assigned to while `x` is in use, if it is a
//! reference, and `x` still leads to where the field led before.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, Pat, UnOp, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use super::{
    Locals, mentioned_locals,
    methods::borrows_exclusively,
    pattern::{collect_bindings, is_exclusive_borrow, local_of},
    search::{any_expr, any_pat},
};
use crate::names::{LocalId, Name, internal};

/// A step from a place to a part of it. What dereferencing leads to counts as the place itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Field(String),
    Element,
}

/// A place: a local, and the way to a part of it.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) root: LocalId,
    pub(crate) members: Vec<Member>,
}

impl Path {
    pub(crate) fn of(local: LocalId) -> Path {
        Path { root: local, members: Vec::new() }
    }

    /// Whether one of the two places may be a part of the other.
    pub(crate) fn overlaps(&self, root: LocalId, members: &[Member]) -> bool {
        self.root == root && self.members.iter().zip(members).all(|(own, other)| own == other)
    }
}

/// The places from which the borrow that `local` is is taken again. Those of what it is itself taken from by a borrow
/// that is taken again are among them.
pub(crate) fn borrowed_places(local: LocalId, locals: &Locals) -> Vec<Path> {
    let mut found = Vec::new();
    collect(local, locals, &mut vec![local], &mut found);
    found
}

fn collect(local: LocalId, locals: &Locals, seen: &mut Vec<LocalId>, found: &mut Vec<Path>) {
    let Some(borrow) = &locals[local].borrow else { return };
    for path in places(borrow).into_iter().filter_map(path) {
        let root = path.root;
        if locals[root].is_counter {
            continue;
        }
        if locals[root].borrow.is_some() && !seen.contains(&root) {
            seen.push(root);
            match locals[root].borrow.as_ref().and_then(borrowed_place) {
                Some(mut place) => {
                    place.members.extend(path.members.iter().cloned());
                    found.push(place);
                }
                None => found.extend(mentioned_locals(locals[root].borrow.to_token_stream()).into_iter().map(Path::of)),
            }
            collect(root, locals, seen, found);
        }
        found.push(path);
    }
}

/// The place that `&place` borrows.
fn borrowed_place(borrow: &Expr) -> Option<Path> {
    match borrow {
        Expr::Reference(reference) => path(&reference.expr),
        Expr::Paren(e) => borrowed_place(&e.expr),
        _ => None,
    }
}

/// The place that an expression is.
pub(crate) fn path(place: &Expr) -> Option<Path> {
    if let Some(local) = local_of(place) {
        return Some(Path::of(local));
    }
    let (base, member) = step(place)?;
    let mut path = path(base)?;
    path.members.extend(member);
    Some(path)
}

/// What a place is a part of, and which.
fn step(place: &Expr) -> Option<(&Expr, Option<Member>)> {
    match place {
        Expr::Paren(e) => Some((&e.expr, None)),
        Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => Some((&e.expr, None)),
        Expr::Field(e) => Some((&e.base, Some(Member::Field(e.member.to_token_stream().to_string())))),
        Expr::Index(e) => Some((&e.expr, Some(Member::Element))),
        _ => None,
    }
}

/// The places that an expression mentions, those in them left out.
pub(super) fn places(expr: &Expr) -> Vec<&Expr> {
    let mut places = Places::default();
    places.visit_expr(expr);
    places.found
}

/// The places on the way to what a borrow is of, that may be references.
///
/// Of `&cursor.view[0]` these are `cursor` and `cursor.view`; what a method or a pattern takes apart is one itself.
pub(crate) fn places_on_the_way(borrow: &Expr, is_part: bool) -> Vec<Expr> {
    let mut places = Places { found: Vec::new(), borrowed: Vec::new() };
    places.visit_expr(borrow);
    let mut found: Vec<Expr> = Vec::new();
    for place in places.found {
        let mut here = Some(place);
        if !is_part && places.borrowed.iter().any(|borrowed| std::ptr::eq(*borrowed, place)) {
            here = step(place).map(|(base, _)| base);
        }
        while let Some(place) = here {
            if !matches!(place, Expr::Paren(_)) && !found.contains(place) {
                found.push(place.clone());
            }
            here = step(place).map(|(base, _)| base);
        }
    }
    found
}

/// An expression that tells, by its type, whether a borrow leads through a shared reference. `again` tells it of a local
/// that is a borrow itself, and taken again: what that leads through counts, and not that it is a reference.
pub(crate) fn way_of(krate: &syn::Path, borrow: &Expr, is_part: bool, again: &dyn Fn(LocalId) -> Option<Expr>) -> Expr {
    let span = borrow.span();
    let private = quote_spanned!(span=> #krate::__private);
    let mut way = parse_quote_spanned!(span=> #private::Within);
    let mut places = places_on_the_way(borrow, is_part);
    places.retain(|place| {
        let borrowed = local_of(place).and_then(again);
        if let Some(borrowed) = &borrowed {
            way = parse_quote_spanned!(span=> #way.or(#borrowed));
        }
        borrowed.is_none()
    });
    let places = places.iter().map(|place| (quote!(Way), quote_spanned!(span=> #private::type_of(&#place))));
    let receiver = marked_receiver(borrow);
    let receiver = receiver.map(|place| (quote!(ReceiverWay), quote_spanned!(span=> #private::type_of(#place))));
    for (step, ty) in places.chain(parts_on_the_way(&private, borrow)).chain(receiver) {
        // After the `break` nothing is evaluated, or borrowed.
        let ty = quote_spanned!(span=> 'ty: { break 'ty (::core::marker::PhantomData); #ty });
        way = parse_quote_spanned!(span=> #way.or((&&#private::#step(#ty)).leads()));
    }
    way
}

/// The way to what a method borrows from `place`, which is one of the standard library.
pub(crate) fn standard_way(krate: &syn::Path, place: &Expr, way: &Expr) -> Expr {
    let private = quote!(#krate::__private);
    let ty = quote!('ty: { break 'ty (::core::marker::PhantomData); #private::type_of(&#place) });
    parse_quote!(#way.or((&&#private::ReceiverWay(#ty)).leads()))
}

/// The path of the crate for a call about which an error may be told: that is where the call begins.
pub(crate) fn crate_at(krate: &syn::Path, span: Span) -> syn::Path {
    let mut krate = krate.clone();
    for colon in krate.leading_colon.iter_mut().flat_map(|colons| &mut colons.spans) {
        *colon = span.resolved_at(*colon);
    }
    for segment in &mut krate.segments {
        segment.ident.set_span(span.resolved_at(segment.ident.span()));
    }
    krate
}

/// Whether an expression is a function of ours.
pub(super) fn is_private(callee: &Expr, name: &str) -> bool {
    let Expr::Path(callee) = callee else { return false };
    let mut segments = callee.path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == name)
        && segments.next().is_some_and(|module| module.ident == "__private")
}

/// The borrow of what a method is called on that borrows a part; see [`Builder::part_again`](super::build::Builder).
pub(super) fn marked_receiver(borrow: &Expr) -> Option<Expr> {
    let mut receiver = None;
    any_expr(borrow, |expr| {
        if let Expr::Call(call) = expr
            && (is_private(&call.func, "part_of") || is_private(&call.func, "part_of_mut"))
        {
            receiver = call.args.first().cloned();
        }
        receiver.is_some()
    });
    receiver
}

/// The parts that a pattern goes through to what it binds, as [`way_of`] wants them.
fn parts_on_the_way(private: &TokenStream, borrow: &Expr) -> Vec<(TokenStream, TokenStream)> {
    let Some((scrutinee, arm)) = matched(borrow) else { return Vec::new() };
    let Some(bound) = local_of(&arm.body) else { return Vec::new() };
    let part = internal("__part");
    let mut found = Vec::new();
    for depth in 1.. {
        let mut pat = arm.pat.clone();
        let mut cut = Cut { bound, depth, part: &part, is_done: false };
        cut.visit_pat_mut(&mut pat);
        if !cut.is_done {
            return found;
        }
        let ty =
            quote_spanned!(borrow.span()=> match #scrutinee { #pat => #private::type_of_value(#part), _ => loop {} });
        found.push((quote!(PartWay), ty));
    }
    found
}

/// The `match` by which a pattern binds something again.
fn matched(borrow: &Expr) -> Option<(&Expr, &syn::Arm)> {
    match borrow {
        Expr::Match(e) => Some((&e.expr, e.arms.first()?)),
        Expr::Block(e) => match e.block.stmts.last()? {
            syn::Stmt::Expr(expr, None) => matched(expr),
            _ => None,
        },
        _ => None,
    }
}

/// Replaces a part of a pattern, `depth` steps from its root to what it binds, by a binding, and drops the others.
struct Cut<'a> {
    bound: LocalId,
    depth: usize,
    part: &'a Ident,
    is_done: bool,
}

impl VisitMut for Cut<'_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        if !bound.contains(&self.bound) {
            *pat = parse_quote!(_);
            return;
        }
        if let Pat::Or(or) = pat {
            let case = or.cases.iter().find(|case| {
                let mut bound = Vec::new();
                collect_bindings(case, &mut bound);
                bound.contains(&self.bound)
            });
            *pat = case.expect("what a pattern binds, one of its cases does").clone();
            return self.visit_pat_mut(pat);
        }
        if self.depth == 0 {
            let binds =
                |ident: &Ident| matches!(Name::decode(ident), Some(Name::Binding(local)) if local == self.bound);
            self.is_done = !matches!(pat, Pat::Ident(pat) if binds(&pat.ident));
            let part = self.part;
            *pat = parse_quote!(#part);
            return;
        }
        self.depth -= usize::from(!matches!(pat, Pat::Paren(_)));
        visit_mut::visit_pat_mut(self, pat);
    }
}

/// Whether a borrow is an exclusive one by its looks: nobody else reaches what it leads to while it lives.
pub(crate) fn is_exclusive(borrow: &Expr) -> bool {
    any_expr(borrow, |expr| match expr {
        Expr::Reference(e) => e.mutability.is_some(),
        Expr::MethodCall(e) => borrows_exclusively(&e.method.to_string()),
        Expr::Match(e) => e.arms.iter().any(|arm| any_pat(&arm.pat, |pat: &Pat| is_exclusive_borrow(pat))),
        _ => false,
    })
}

/// Finds the places in an expression that are parts of no other place in it, and the indices of those.
#[derive(Default)]
struct Places<'e> {
    found: Vec<&'e Expr>,
    /// Those right behind a `&`.
    borrowed: Vec<&'e Expr>,
}

impl<'e> Visit<'e> for Places<'e> {
    fn visit_expr(&mut self, expr: &'e Expr) {
        match expr {
            Expr::Reference(e) => self.borrowed.push(&e.expr),
            // What its patterns bind is theirs.
            Expr::Match(e) => return self.visit_expr(&e.expr),
            _ => {}
        }
        if path(expr).is_none() {
            return visit::visit_expr(self, expr);
        }
        self.found.push(expr);
        let mut place = Some(expr);
        while let Some(here) = place {
            if let Expr::Index(e) = here {
                self.visit_expr(&e.index);
            }
            place = step(here).map(|(base, _)| base);
        }
    }
}
