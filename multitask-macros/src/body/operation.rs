//! The argument of `yield_!`: what of it is evaluated for each attempt, and what once.
//!
//! An operation that borrows is begun again after each wait, from its expression. The expression is split:
//!
//! * The call that makes the operation, and those of combinators on it (`.timeout(..)`), stay: they are made again.
//! * Borrows of places stay: they are what is taken again. So do accessors on them by their conventional names
//!   (`as_bytes`, `as_mut`, ..), and constants; and numbers that locals hold, where another local stays.
//! * So do borrows of closures that borrow: another closure does the same.
//! * Every other argument is evaluated once, before the first attempt; see `private::arguments` of the core crate for
//!   what later attempts find in its place. A closure of which only the call says what its parameters are may be made
//!   where it was written, in the first attempt; so may the arguments after it, which keeps their order.

use quote::ToTokens;
use syn::{
    Expr, Pat,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    Argument, Given, Step,
    build::Builder,
    mentioned_locals,
    methods::{consumes_temporary, unwraps},
    pattern::{collect_bindings, local_of, mention_of},
    spill::{Changes, Split, is_borrowing_closure, is_borrowing_view, is_constant, is_place, needs_split},
    visit_bindings,
};
use crate::names::{LocalId, Name};

/// Methods that make an operation of an operation.
const COMBINATORS: [&str; 4] = ["timeout", "deadline", "map", "lend"];

/// Functions that make an operation of several.
const GROUPS: [&str; 2] = ["any", "all"];

pub(crate) fn is_group(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|segment| GROUPS.contains(&segment.ident.to_string().as_str()))
}

/// Methods that do nothing but give access to what their receiver holds, by the conventions of the standard library.
fn is_accessor(method: &str) -> bool {
    method.starts_with("as_")
        || matches!(method, "unwrap" | "expect" | "deref" | "deref_mut" | "trim" | "trim_start" | "trim_end")
}

/// Whether `expr` only reads or borrows locals, so that evaluating it again gives the same.
fn is_view(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(e) => is_view(&e.base),
        Expr::Index(e) => is_view(&e.expr) && is_view_index(&e.index),
        Expr::Paren(e) => is_view(&e.expr),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_view(&e.expr),
        Expr::Reference(e) => is_view(&e.expr),
        Expr::MethodCall(e) => {
            is_accessor(&e.method.to_string())
                && is_view(&e.receiver)
                && e.args.iter().all(|arg| is_constant(arg) || is_view_index(arg))
        }
        _ => false,
    }
}

/// Arithmetic on locals and constants, as in an index.
fn is_view_index(expr: &Expr) -> bool {
    match expr {
        Expr::Range(e) => e.start.iter().chain(e.end.iter()).all(|end| is_view_index(end)),
        Expr::Binary(e) => is_view_index(&e.left) && is_view_index(&e.right),
        Expr::Cast(e) => is_view_index(&e.expr),
        Expr::Paren(e) => is_view_index(&e.expr),
        expr => is_constant(expr) || is_view(expr),
    }
}

/// Whether an expression is a closure that borrows locals, which is made anew for each attempt.
///
/// It cannot be kept beside what it borrows, and what it changes is not in it.
pub(crate) fn is_made_again(expr: &Expr) -> bool {
    let mut declared = Vec::new();
    let Expr::Closure(closure) = expr else { return false };
    visit_bindings(closure.to_token_stream(), &mut |local| declared.push(local));
    is_borrowing_closure(expr)
        && mentioned_locals(closure.to_token_stream()).iter().any(|local| !declared.contains(local))
}

/// Whether an expression is a closure, or a call of one, that has parameters without types.
fn has_untyped_closure(expr: &Expr) -> bool {
    match expr {
        Expr::Closure(closure) => closure.inputs.iter().any(|input| !matches!(input, Pat::Type(_))),
        Expr::Paren(e) => has_untyped_closure(&e.expr),
        Expr::Call(call) => call.args.iter().any(has_untyped_closure),
        _ => false,
    }
}

/// Whether the types of a closure's parameters must be known where it is made: it calls a method of one, or takes it
/// apart. Of one that it skips nothing else would say that it may be a reference of any lifetime.
pub(crate) fn needs_parameter_types(expr: &Expr) -> bool {
    struct Finder {
        parameters: Vec<LocalId>,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
            let untyped = closure.inputs.iter().filter(|input| !matches!(input, Pat::Type(_)));
            self.found |= untyped.clone().any(|input| matches!(input, Pat::Wild(_)));
            untyped.for_each(|input| collect_bindings(input, &mut self.parameters));
            self.visit_expr(&closure.body);
        }

        fn visit_expr(&mut self, expr: &'ast Expr) {
            let base = match expr {
                Expr::MethodCall(e) => Some(&e.receiver),
                Expr::Field(e) => Some(&e.base),
                Expr::Index(e) => Some(&e.expr),
                Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => Some(&e.expr),
                _ => None,
            };
            self.found |= base.and_then(|base| local_of(base)).is_some_and(|local| self.parameters.contains(&local));
            visit::visit_expr(self, expr);
        }
    }
    let mut finder = Finder { parameters: Vec::new(), found: false };
    finder.visit_expr(expr);
    finder.found
}

/// The arguments; from the first closure on that has parameters without types, they may stay where they are.
fn arguments(values: Vec<Expr>) -> Vec<Argument> {
    let mut may_stay = false;
    let argument = |value| {
        may_stay |= has_untyped_closure(&value);
        Argument { value, may_stay }
    };
    values.into_iter().map(argument).collect()
}

/// What the arguments of what makes an operation change when they are evaluated.
fn changes(maker: &Expr) -> Changes {
    let mut found = Vec::new();
    evaluated(maker, &mut found);
    Changes::of(found.into_iter())
}

/// What is evaluated of an expression that makes an operation, but for the call itself.
fn evaluated<'e>(maker: &'e Expr, found: &mut Vec<&'e Expr>) {
    match maker {
        Expr::Paren(e) => evaluated(&e.expr, found),
        Expr::MethodCall(e) => {
            if COMBINATORS.contains(&e.method.to_string().as_str()) && !is_place(&e.receiver) {
                evaluated(&e.receiver, found);
            } else {
                evaluated_argument(&e.receiver, found);
            }
            e.args.iter().for_each(|arg| evaluated_argument(arg, found));
        }
        Expr::Call(e) => {
            let is_group = matches!(&*e.func, Expr::Path(path) if is_group(&path.path));
            for arg in &e.args {
                match arg {
                    Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. })
                        if is_group =>
                    {
                        elems.iter().for_each(|elem| evaluated(elem, found));
                    }
                    arg => evaluated_argument(arg, found),
                }
            }
        }
        expr => found.push(expr),
    }
}

/// The same of an argument: by its name, or by a borrow of it, a place is only given to the call.
fn evaluated_argument<'e>(arg: &'e Expr, found: &mut Vec<&'e Expr>) {
    match arg {
        Expr::Path(_) => {}
        Expr::Reference(syn::ExprReference { expr, .. })
        | Expr::Paren(syn::ExprParen { expr, .. })
        | Expr::Field(syn::ExprField { base: expr, .. })
        | Expr::Unary(syn::ExprUnary { expr, .. }) => evaluated_argument(expr, found),
        Expr::Index(e) => {
            evaluated_argument(&e.expr, found);
            found.push(&e.index);
        }
        arg => found.push(arg),
    }
}

impl Builder<'_> {
    /// Whether an expression may be a call of a coroutine that is lent something, by its looks.
    pub(crate) fn may_lend(&self, sub: &Expr) -> bool {
        match sub {
            Expr::Call(call) => is_place(&call.func) && call.args.iter().any(|arg| self.may_be_lent(arg)),
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                is_view(&call.receiver) && !is_borrowing_view(sub) && !consumes_temporary(&method)
            }
            _ => false,
        }
    }

    /// Whether an argument is a reference that can be taken again.
    fn may_be_lent(&self, arg: &Expr) -> bool {
        match local_of(arg) {
            Some(local) => {
                let data = &self.locals[local];
                data.lent || data.reference || data.borrow.is_some()
            }
            None => matches!(arg, Expr::Reference(_) | Expr::MethodCall(_)) && !is_constant(arg),
        }
    }

    /// Splits the expression of an operation into what is evaluated again and what is evaluated once.
    ///
    /// Values that must live as long as the wait go to temporaries, in `out`.
    pub(crate) fn split_operation(&mut self, expr: Expr, out: &mut Vec<Step>) -> (Expr, Vec<Argument>) {
        let mut expr = expr;
        let mut once = Vec::new();
        let around = std::mem::replace(&mut self.changes, changes(&expr));
        self.split_maker(&mut expr, &mut once, out);
        self.changes = around;
        (expr, arguments(once))
    }

    /// Has the numbers that are given to an operation evaluated once, too, where it names no local besides: then it need
    /// not be evaluated again, and what they are read from is not kept for the wait.
    pub(crate) fn read_numbers_once(&self, expr: &mut Expr, arguments: &mut Vec<Argument>) {
        if arguments.iter().any(|argument| argument.may_stay) {
            return;
        }
        let (mut alone, mut once) = (expr.clone(), Vec::new());
        self.take_numbers(&mut alone, arguments, &mut once);
        let is_all = once.iter().filter(|value| local_of(value).is_none()).count() == arguments.len();
        if is_all && mentioned_locals(alone.to_token_stream()).is_empty() {
            *expr = alone;
            *arguments = once.into_iter().map(|value| Argument { value, may_stay: false }).collect();
        }
    }

    /// Takes numbers out of what makes an operation, in the order in which they are evaluated among the other `arguments`.
    fn take_numbers(&self, expr: &mut Expr, arguments: &[Argument], once: &mut Vec<Expr>) {
        match expr {
            Expr::Path(path) => {
                let value = match Name::of_path(path) {
                    Some(Name::Argument(index)) => arguments[index].value.clone(),
                    _ if local_of(expr).is_some_and(|local| self.is_number(local)) => expr.clone(),
                    _ => return,
                };
                *expr = crate::names::path_expr(Name::Argument(once.len()).encode(expr.span()));
                once.push(value);
            }
            Expr::Paren(e) => self.take_numbers(&mut e.expr, arguments, once),
            Expr::Call(e) => e.args.iter_mut().for_each(|arg| self.take_numbers(arg, arguments, once)),
            Expr::MethodCall(e) => {
                if local_of(&e.receiver).is_none() {
                    self.take_numbers(&mut e.receiver, arguments, once);
                }
                e.args.iter_mut().for_each(|arg| self.take_numbers(arg, arguments, once));
            }
            Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. }) => {
                elems.iter_mut().for_each(|elem| self.take_numbers(elem, arguments, once));
            }
            _ => {}
        }
    }

    /// Whether a local is `Copy`, and borrows nothing, by its looks.
    fn is_number(&self, local: LocalId) -> bool {
        let data = &self.locals[local];
        data.copy && data.borrow.is_none() && !data.reference && !data.lent && !data.is_part && !data.temporary
    }

    /// `expr` makes an operation.
    fn split_maker(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        match expr {
            Expr::Paren(e) => self.split_maker(&mut e.expr, once, out),
            // What makes it may be consumed, and is not there again.
            Expr::MethodCall(call) if unwraps(&call.method) && !is_view(&call.receiver) => {
                self.evaluate_once(expr, once, out);
            }
            Expr::MethodCall(call) => {
                if COMBINATORS.contains(&call.method.to_string().as_str()) && !is_place(&call.receiver) {
                    self.split_maker(&mut call.receiver, once, out);
                } else if !is_view(&call.receiver) {
                    self.settle(once, out);
                    if self.may_take(call, out) {
                        self.spill_receiver(call, out);
                    } else {
                        self.hold_receiver(&mut call.receiver, out);
                    }
                }
                for arg in &mut call.args {
                    if local_of(arg).is_some_and(|local| self.locals[local].reference && !self.locals[local].copy) {
                        // `sock.read(buf)`: an exclusive reference is lent to each attempt. To a function, which is
                        // likely to be a task that keeps it, it is given.
                        *arg = syn::parse_quote!(&mut *#arg);
                    } else {
                        self.split_argument(arg, once, out);
                    }
                }
            }
            Expr::Call(call) => {
                let callee = match &*call.func {
                    Expr::Path(path) => Some(path.path.clone()),
                    _ => None,
                };
                let group = callee.as_ref().is_some_and(is_group);
                if !is_place(&call.func) {
                    self.evaluate_once(&mut call.func, once, out);
                }
                for arg in &mut call.args {
                    if group {
                        self.split_group(arg, once, out);
                    } else if !self.lends_reference(arg, callee.as_ref()) {
                        self.split_argument(arg, once, out);
                    }
                }
            }
            expr if is_constant(expr) => {}
            expr => self.evaluate_once(expr, once, out),
        }
    }

    /// Whether an operand is an exclusive reference that is needed again, so that it is only lent. One that is not is given
    /// away: to a function, which is likely to be a task that keeps it.
    pub(super) fn lends_reference(&mut self, arg: &mut Expr, callee: Option<&syn::Path>) -> bool {
        let Some((local, mention)) = mention_of(arg) else { return false };
        if !self.locals.is_exclusive_reference(local) || self.locals[local].lent {
            return false;
        }
        let lends = self.locals.lending_mentions.contains(&mention);
        if lends {
            *arg = syn::parse_quote!(&mut *#arg);
        } else {
            self.given.push(Given { local, mention, callee: callee.cloned() });
        }
        lends
    }

    /// `expr` is a tuple or an array of operations.
    fn split_group(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        match expr {
            Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. }) => {
                elems.iter_mut().for_each(|elem| self.split_maker(elem, once, out));
            }
            expr => self.evaluate_once(expr, once, out),
        }
    }

    fn split_argument(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        if local_of(expr).is_some_and(|local| self.locals[local].lent && !self.locals[local].copy) {
            // What is lent to this machine can just be lent on.
            *expr = syn::parse_quote!(&mut *#expr);
            return;
        }
        let read_again = match local_of(expr) {
            Some(local) => {
                let data = &self.locals[local];
                data.copy || (data.borrow.is_some() && !data.is_closure)
            }
            None => is_constant(expr) || matches!(expr, Expr::Reference(_) | Expr::MethodCall(_)) && is_view(expr),
        };
        // What another argument changes is read in its order.
        if read_again && !self.changes.include_any(expr, &self.locals) {
            return;
        }
        match expr {
            Expr::MethodCall(call)
                if is_accessor(&call.method.to_string()) && !unwraps(&call.method) && call.args.is_empty() =>
            {
                // The accessor borrows from a value that is made here.
                self.settle(once, out);
                self.hold_accessed(&mut call.receiver, out);
            }
            Expr::Reference(reference) if is_made_again(&reference.expr) => {}
            Expr::Reference(reference) if is_place(&reference.expr) => {
                self.split_place(&mut reference.expr, once, out);
            }
            Expr::Reference(reference) => {
                self.settle(once, out);
                self.hold_receiver(&mut reference.expr, out);
            }
            expr => self.evaluate_once(expr, once, out),
        }
    }

    /// The index operands of a place are evaluated once.
    fn split_place(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        match expr {
            Expr::Field(e) => self.split_place(&mut e.base, once, out),
            Expr::Paren(e) => self.split_place(&mut e.expr, once, out),
            Expr::Unary(e) => self.split_place(&mut e.expr, once, out),
            Expr::Index(e) => {
                self.split_place(&mut e.expr, once, out);
                match &mut *e.index {
                    Expr::Range(range) => {
                        for end in range.start.iter_mut().chain(range.end.iter_mut()) {
                            self.split_index(end, once, out);
                        }
                    }
                    index => self.split_index(index, once, out),
                }
            }
            _ => {}
        }
    }

    fn split_index(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        if !is_view_index(expr) || self.changes.include_any(expr, &self.locals) {
            self.evaluate_once(expr, once, out);
        }
    }

    /// Puts a value that the operation borrows into a temporary.
    fn hold_receiver(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        let taken = std::mem::replace(expr, Expr::Verbatim(Default::default()));
        *expr = self.spill(taken, Split::YieldsAndTemporaries, out);
        self.hold(expr, out);
    }

    /// Puts the value that a chain of accessors begins with into a temporary.
    fn hold_accessed(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        match expr {
            _ if is_view(expr) => {}
            Expr::MethodCall(call) if is_accessor(&call.method.to_string()) && !unwraps(&call.method) => {
                self.hold_accessed(&mut call.receiver, out);
            }
            expr => self.hold_receiver(expr, out),
        }
    }

    fn evaluate_once(&mut self, expr: &mut Expr, once: &mut Vec<Expr>, out: &mut Vec<Step>) {
        let span = expr.span();
        let argument = crate::names::path_expr(Name::Argument(once.len()).encode(span));
        let mut value = std::mem::replace(expr, argument);
        if needs_split(&value, Split::YieldsAndTemporaries) {
            self.settle(once, out);
            value = self.spill_value(value, Split::YieldsAndTemporaries, out);
        }
        once.push(value);
    }

    /// Evaluates the arguments so far, because something else is about to be evaluated in a statement.
    fn settle(&mut self, once: &mut [Expr], out: &mut Vec<Step>) {
        for value in once {
            self.save(value, out);
        }
    }
}
