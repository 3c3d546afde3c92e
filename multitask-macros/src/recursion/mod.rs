//! Which calls may be recursive.
//!
//! A child lies in its parent's frame, unless it may be a call back into the parent: then it needs a frame of its own
//! (`private::recursion` of the core crate), and the macro must say so. It sees one function at a time, so it remembers,
//! while a crate is compiled, which task calls which, by name. The last function of a cycle to be expanded closes it;
//! one call of each cycle is enough to wrap. That two functions share a name can only make a call be wrapped without
//! need, which changes nothing but its cost.
//!
//! A function's calls of itself need no wrapper where they are certain to be that: see [`Itself`].

pub(crate) mod itself;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Expr, parse_quote_spanned,
    spanned::Spanned,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

pub(crate) use itself::Itself;

type Calls = BTreeMap<String, BTreeSet<String>>;

static CALLS: Mutex<Calls> = Mutex::new(BTreeMap::new());

/// The calls of one task that may lead back to it.
pub(crate) struct Recursion {
    names: BTreeSet<String>,
}

impl Recursion {
    /// Notes that the task `name` waits for calls of `callees`, and finds those that may lead back.
    pub(crate) fn note(name: &str, callees: BTreeSet<String>) -> Recursion {
        let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(name.to_owned()).or_default().extend(callees.iter().cloned());
        let names = callees.into_iter().filter(|callee| leads_to(&calls, callee, name)).collect();
        Recursion { names }
    }

    /// Whether the task may call itself, if only by way of others.
    pub(crate) fn is_recursive(&self) -> bool {
        !self.names.is_empty()
    }

    /// The expression of an operation, with the calls in it that may be recursive wrapped.
    ///
    /// A call that is all of it is started at once, if it is handed what a machine is run with.
    pub(crate) fn wrap(&self, operation: &Expr, krate: &syn::Path, run_with: Option<[&Ident; 2]>) -> Expr {
        let mut operation = operation.clone();
        if self.names.is_empty() {
            return operation;
        }
        let wrapper = &mut Wrapper { names: &self.names, krate };
        match run_with {
            Some(run_with) if self.leads_back(&operation) => {
                visit_mut::visit_expr_mut(wrapper, &mut operation);
                wrapper.started(&operation, run_with)
            }
            _ => {
                wrapper.visit_expr_mut(&mut operation);
                operation
            }
        }
    }

    /// Whether a call in `operation` may be recursive.
    pub(crate) fn wraps(&self, operation: &Expr) -> bool {
        if self.names.is_empty() {
            return false;
        }
        let mut called = BTreeSet::new();
        callees(operation, &mut called);
        called.iter().any(|name| self.names.contains(name))
    }

    /// Whether `sub`, of which a coroutine hands on what it yields, may be a call that leads back.
    pub(crate) fn leads_back(&self, sub: &Expr) -> bool {
        callee(sub).is_some_and(|name| self.names.contains(&name))
    }
}

/// Whether a chain of calls leads from `from` to `to`.
fn leads_to(calls: &Calls, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut work = vec![from];
    while let Some(name) = work.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            work.extend(calls.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

/// The name of what an expression calls.
fn callee(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        },
        Expr::MethodCall(call) => Some(call.method.to_string()),
        _ => None,
    }
}

/// The names of all that an expression calls.
pub(crate) fn callees(operation: &Expr, names: &mut BTreeSet<String>) {
    struct Collector<'a>(&'a mut BTreeSet<String>);
    impl<'ast> Visit<'ast> for Collector<'_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            self.0.extend(callee(expr));
            syn::visit::visit_expr(self, expr);
        }
    }
    Collector(names).visit_expr(operation);
}

struct Wrapper<'a> {
    names: &'a BTreeSet<String>,
    krate: &'a syn::Path,
}

impl Wrapper<'_> {
    fn started(&self, expr: &Expr, [port, nest]: [&Ident; 2]) -> Expr {
        self.wrapped(expr, |call| quote!(start(#call, #port, #nest, ::core::marker::PhantomData)))
    }

    fn wrapped(&self, expr: &Expr, method: impl FnOnce(&Ident) -> TokenStream) -> Expr {
        let krate = self.krate;
        let call = crate::names::internal("__call");
        let method = method(&call);
        parse_quote_spanned!(expr.span()=> { let #call = #expr; (&&&#krate::__private::call_kind(&#call)).#method })
    }
}

impl VisitMut for Wrapper<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if callee(expr).is_some_and(|name| self.names.contains(&name)) {
            *expr = self.wrapped(expr, |call| quote!(prepare(#call)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_last_function_of_a_cycle_wraps_its_call() {
        assert!(Recursion::note("t_first", names(&["t_second", "t_leaf"])).names.is_empty());
        assert!(Recursion::note("t_second", names(&["t_third"])).names.is_empty());
        assert_eq!(Recursion::note("t_third", names(&["t_leaf", "t_first"])).names, names(&["t_first"]));
    }

    #[test]
    fn a_function_that_calls_itself_wraps_that_call() {
        assert_eq!(Recursion::note("t_self", names(&["t_self", "t_other"])).names, names(&["t_self"]));
    }
}
