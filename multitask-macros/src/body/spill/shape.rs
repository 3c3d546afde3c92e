//! What an expression is, by its looks.

use syn::{Expr, visit::Visit};

use super::find::has_yield;
use crate::{
    body::{
        macros,
        methods::{is_generic_in_output, is_plain_adapter},
        search::any_expr,
    },
    names::{LocalId, Name},
};

/// Whether an expression makes a reference, or an iterator that borrows, by the names of the standard library: neither
/// has a destructor.
pub(crate) fn is_borrowing_view(expr: &Expr) -> bool {
    let Expr::MethodCall(call) = expr else { return false };
    let method = call.method.to_string();
    if method.starts_with("unwrap") || method == "expect" {
        return is_borrowing_view(&call.receiver);
    }
    // An adapter has what its arguments are.
    let is_trivial = |argument| is_constant(argument) || is_borrowing_closure(argument);
    if is_plain_adapter(&method) && call.args.iter().all(is_trivial) {
        return is_borrowing_view(&call.receiver);
    }
    let takes_reference = method.ends_with("_mut") && method != "borrow_mut";
    takes_reference
        || method.starts_with("as_")
        || method.starts_with("trim")
        || method.starts_with("split")
        || method.starts_with("rsplit")
        || method.starts_with("chunks")
        || method.starts_with("or_insert")
        || matches!(
            method.as_str(),
            "iter" | "chars" | "char_indices" | "bytes" | "lines" | "windows" | "keys" | "values" | "or_default"
        )
}

/// Whether an expression is a call that may evaluate to a borrow of what it is made on, and whose type is known without
/// what becomes of its value, by its looks.
pub(crate) fn may_borrow(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => may_borrow(&e.expr),
        Expr::Try(e) => may_borrow(&e.expr),
        Expr::Unary(e) => may_borrow(&e.expr),
        Expr::Call(call) => {
            let is_borrow = |argument: &Expr| matches!(argument, Expr::Reference(e) if is_place(&e.expr));
            matches!(*call.func, Expr::Path(_)) && call.args.iter().any(is_borrow) && !has_yield(expr)
        }
        Expr::MethodCall(call) => {
            let borrows = is_place(&call.receiver) || may_borrow(&call.receiver);
            borrows && !is_generic_in_output(&call.method.to_string()) && !has_yield(expr)
        }
        _ => false,
    }
}

/// Whether an expression denotes a place: something that can be borrowed again later.
pub(crate) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(e) => is_place(&e.base),
        Expr::Index(e) => is_place(&e.expr),
        Expr::Paren(e) => is_place(&e.expr),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_place(&e.expr),
        _ => false,
    }
}

/// Whether evaluating an expression later makes no difference, whatever happens in between.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(path) => Name::of_path(path).is_none(),
        Expr::Paren(e) => is_constant(&e.expr),
        Expr::Unary(e) => !matches!(e.op, syn::UnOp::Deref(_)) && is_constant(&e.expr),
        Expr::Reference(e) => is_constant(&e.expr) || (e.mutability.is_none() && is_promoted(&e.expr)),
        Expr::Tuple(e) => e.elems.iter().all(is_constant),
        Expr::Cast(e) => is_constant(&e.expr),
        _ => false,
    }
}

/// Whether a borrow of `expr` is one of a constant, by its looks.
fn is_promoted(expr: &Expr) -> bool {
    match expr {
        Expr::Array(e) => e.elems.iter().all(is_promoted),
        Expr::Tuple(e) => e.elems.iter().all(is_promoted),
        Expr::Repeat(e) => is_promoted(&e.expr),
        expr => is_constant(expr),
    }
}

/// A closure that takes nothing by value when it is made.
pub(crate) fn is_borrowing_closure(expr: &Expr) -> bool {
    matches!(expr, Expr::Closure(closure) if closure.capture.is_none())
}

/// Whether what is compared may be a value with a destructor.
pub(super) fn may_be_held(operand: &Expr) -> bool {
    !is_place(operand) && !is_constant(operand) && !matches!(operand, Expr::Reference(e) if is_place(&e.expr))
}

/// `(a, b).1` as the tuple, and which of its elements.
pub(super) fn part_of_tuple(expr: &Expr) -> Option<(&syn::ExprTuple, usize)> {
    let Expr::Field(syn::ExprField { base, member: syn::Member::Unnamed(index), .. }) = expr else { return None };
    let mut base = &**base;
    while let Expr::Paren(inner) = base {
        base = &inner.expr;
    }
    let index = index.index as usize;
    match base {
        Expr::Tuple(tuple) if index < tuple.elems.len() => Some((tuple, index)),
        _ => None,
    }
}

/// Whether what is written is a part of something, and no value of its own.
pub(in crate::body) fn is_part(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => is_part(&e.expr),
        Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// Whether there is a yield in an arm of a `match`.
pub(super) fn arms_yield(e: &syn::ExprMatch) -> bool {
    let in_guard = |arm: &syn::Arm| arm.guard.as_ref().is_some_and(|(_, guard)| has_yield(guard));
    e.arms.iter().any(|arm| has_yield(&arm.body) || in_guard(arm))
}

/// The locals that are assigned to, or borrowed to be changed, in `exprs`.
pub(super) fn assigned_locals<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Vec<LocalId> {
    struct Collector(Vec<LocalId>);
    impl Collector {
        fn add(&mut self, place: &Expr) {
            match place {
                Expr::Path(path) => {
                    if let Some(Name::Mention(local, _)) = Name::of_path(path) {
                        self.0.push(local);
                    }
                }
                Expr::Field(syn::ExprField { base: place, .. })
                | Expr::Index(syn::ExprIndex { expr: place, .. })
                | Expr::Paren(syn::ExprParen { expr: place, .. })
                | Expr::Unary(syn::ExprUnary { expr: place, .. }) => self.add(place),
                _ => {}
            }
        }
    }
    impl<'ast> Visit<'ast> for Collector {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Assign(e) => self.add(&e.left),
                Expr::Binary(e) if is_compound_assignment(&e.op) => self.add(&e.left),
                Expr::Reference(e) if e.mutability.is_some() => self.add(&e.expr),
                Expr::Macro(mac) => {
                    if let Some(arguments) = macros::arguments(&mac.mac) {
                        arguments.list.iter().for_each(|argument| self.visit_expr(&argument.expr));
                    }
                }
                _ => {}
            }
            syn::visit::visit_expr(self, expr);
        }
    }
    let mut collector = Collector(Vec::new());
    exprs.for_each(|expr| collector.visit_expr(expr));
    collector.0
}

/// Whether evaluating a place calls anything.
pub(super) fn has_call(expr: &Expr) -> bool {
    any_expr(expr, |expr| matches!(expr, Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) | Expr::Block(_)))
}

/// Whether the right operand is evaluated only if it matters.
pub(super) fn is_lazy(op: &syn::BinOp) -> bool {
    matches!(op, syn::BinOp::And(_) | syn::BinOp::Or(_))
}

pub(super) fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

pub(super) fn is_compound_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
