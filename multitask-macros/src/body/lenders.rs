//! What a local may borrow from, by the looks of its initialiser: `line` of `line.split(' ').nth(1).unwrap_or("")`.
//!
//! The borrow cannot be kept in the frame beside `line`, and nothing says how to take it again. If it is of text, a copy
//! is kept; see `private::owned` of the core crate, which asks for the types.

use quote::ToTokens;
use syn::{Expr, Pat, Stmt};

use super::{
    mentioned_locals,
    methods::is_generic_in_output,
    paths::path,
    pattern::{binds_reference, local_of},
    resolve::mentions_yield,
    search::any_pat,
    spill::{is_constant, is_place},
    visit_bindings,
};
use crate::names::{LocalId, Name};

/// A place that a local may borrow from.
#[derive(Clone)]
pub(crate) struct Lender {
    pub(crate) place: Expr,
    /// A method is called on it: if that is one of the standard library, what it evaluates to may borrow.
    pub(crate) is_receiver: bool,
    /// It is given to a call as it is: it lends only if it is a reference.
    pub(crate) is_value: bool,
    /// It is given to a function of which nothing is known: what that evaluates to may be anything.
    pub(crate) is_given: bool,
    /// There is a wait where it is borrowed from: if it is kept nowhere, it is gone since.
    pub(crate) waits: bool,
}

/// What `init` may borrow from, if its value may be text.
pub(super) fn lenders(init: &Expr) -> Vec<Lender> {
    let tokens = init.to_token_stream();
    let waits = mentions_yield(tokens.clone());
    let mut search = Search { found: Vec::new(), bound: Vec::new(), in_function: false, waits };
    visit_bindings(tokens, &mut |local| search.bound.push(local));
    if !matches!(init, Expr::Path(_) | Expr::Field(_) | Expr::Index(_)) && search.expr(init) {
        search.found
    } else {
        Vec::new()
    }
}

struct Search {
    found: Vec<Lender>,
    /// They are gone where the initialiser has been evaluated; what they are made of is found itself.
    bound: Vec<LocalId>,
    /// What is looked at is an argument of a function of which nothing is known.
    in_function: bool,
    /// See [`Lender`].
    waits: bool,
}

impl Search {
    /// Adds what the value of `expr` may borrow from; none if its type may not be known yet.
    fn expr(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(e) => self.expr(&e.expr),
            Expr::Try(e) => self.expr(&e.expr),
            Expr::Unary(e) => self.expr(&e.expr),
            Expr::Reference(e) if is_place(&e.expr) => self.place(&e.expr, false, false),
            Expr::Reference(e) => self.expr(&e.expr),
            Expr::Tuple(e) => e.elems.iter().all(|e| self.expr(e)),
            Expr::Call(e) if matches!(*e.func, Expr::Path(_)) => {
                let around = self.in_function;
                self.in_function |= !is_constructor(&e.func);
                let all = e.args.iter().all(|argument| self.expr(argument));
                self.in_function = around;
                all
            }
            Expr::MethodCall(call) => self.call(call),
            Expr::If(e) => {
                self.expr(&e.cond)
                    && self.block(&e.then_branch)
                    && e.else_branch.as_ref().is_none_or(|(_, otherwise)| self.expr(otherwise))
            }
            Expr::Let(e) => self.matched(&e.expr, &[&e.pat]),
            Expr::Match(e) => {
                let pats: Vec<_> = e.arms.iter().map(|arm| &arm.pat).collect();
                self.matched(&e.expr, &pats) && e.arms.iter().all(|arm| self.expr(&arm.body))
            }
            Expr::Block(e) => self.block(&e.block),
            expr if is_place(expr) => self.place(expr, false, true),
            _ => true,
        }
    }

    /// What patterns without a binding look at lends nothing; of a local itself parts are taken, if it is no reference.
    fn matched(&mut self, scrutinee: &Expr, pats: &[&Pat]) -> bool {
        let binds =
            |pat: &&&Pat| any_pat(pat, |pat| matches!(pat, Pat::Ident(pat) if Name::decode(&pat.ident).is_some()));
        let mut binding = pats.iter().filter(binds).peekable();
        if binding.peek().is_none() {
            return true;
        }
        let by_value = local_of(scrutinee).is_some() && !binding.any(|pat| binds_reference(pat));
        if is_place(scrutinee) { self.place(scrutinee, false, by_value) } else { self.expr(scrutinee) }
    }

    fn block(&mut self, block: &syn::Block) -> bool {
        block.stmts.iter().all(|stmt| match stmt {
            Stmt::Local(local) => local.init.as_ref().is_none_or(|init| self.expr(&init.expr)),
            Stmt::Expr(expr, None) => self.expr(expr),
            _ => true,
        })
    }

    fn call(&mut self, call: &syn::ExprMethodCall) -> bool {
        let method = call.method.to_string();
        if is_generic_in_output(&method) && method != "unwrap_or_default" {
            return false;
        }
        if makes_value(&method) {
            return true;
        }
        // What stands in for what is not there.
        let takes_others = method.starts_with("unwrap_or") || method.starts_with("map_or") || method == "or";
        let others = !takes_others || call.args.iter().all(|argument| self.expr(argument));
        others
            && match &*call.receiver {
                place if is_place(place) => self.place(place, true, false),
                receiver => self.expr(receiver),
            }
    }

    fn place(&mut self, place: &Expr, is_receiver: bool, is_value: bool) -> bool {
        // Where an index is gone, or waits, what it is an index of says enough.
        let mut place = place;
        let is_gone = |local: &LocalId| self.bound.contains(local);
        while mentioned_locals(place.to_token_stream()).iter().any(is_gone) || mentions_yield(place.to_token_stream()) {
            match place {
                Expr::Index(e) => place = &e.expr,
                Expr::Field(e) => place = &e.base,
                Expr::Paren(e) => place = &e.expr,
                Expr::Unary(e) => place = &e.expr,
                _ => return true,
            }
        }
        if !is_constant(place) && path(place).is_some() {
            let (is_given, waits) = (self.in_function, self.waits);
            self.found.push(Lender { place: place.clone(), is_receiver, is_value, is_given, waits });
        }
        true
    }
}

/// Whether what is called is a variant or a struct, `Some(text)`, by its looks.
pub(super) fn is_constructor(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
}

/// Whether a method of the standard library evaluates to a value of its own, which borrows nothing.
fn makes_value(method: &str) -> bool {
    method.starts_with("to_")
        || method.starts_with("is_")
        || method.starts_with("into_")
        || method.starts_with("contains")
        || method.ends_with("_with")
        || matches!(
            method,
            "all"
                | "any"
                | "clone"
                | "concat"
                | "copied"
                | "count"
                | "join"
                | "len"
                | "position"
                | "repeat"
                | "rposition"
        )
}
