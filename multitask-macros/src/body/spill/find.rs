//! Whether there is anything in an expression that makes it worth splitting.

use syn::{Expr, visit::Visit};

use super::shape::{is_comparison, is_constant, is_place, may_be_held};
use crate::body::{macros, methods::consumes_temporary, resolve::mentions_yield};

/// What makes an expression worth splitting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    Yields,
    /// Also values that a method borrows to the end of the statement.
    YieldsAndTemporaries,
    /// Those alone.
    Temporaries,
}

/// Whether there is a yield in `expr`; not counting closures and items, where it cannot be.
pub(crate) fn has_yield(expr: &Expr) -> bool {
    needs_split(expr, Split::Yields)
}

/// Whether there is a yield in `block`.
pub(crate) fn block_has_yield(block: &syn::Block) -> bool {
    let mut finder = Finder { split: Split::Yields, found: false };
    finder.visit_block(block);
    finder.found
}

pub(crate) fn stmt_has_yield(stmt: &syn::Stmt) -> bool {
    let mut finder = Finder { split: Split::Yields, found: false };
    finder.visit_stmt(stmt);
    finder.found
}

pub(crate) fn needs_split(expr: &Expr, split: Split) -> bool {
    let mut finder = Finder { split, found: false };
    finder.visit_expr(expr);
    finder.found
}

/// Whether there may be values in `expr` that live to the end of the statement.
pub(crate) fn has_temporaries(expr: &Expr) -> bool {
    needs_split(expr, Split::Temporaries)
}

struct Finder {
    split: Split,
    found: bool,
}

impl Finder {
    fn temporaries(&self) -> bool {
        self.split != Split::Yields
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Macro(mac) => {
                self.visit_macro(&mac.mac);
                if macros::name(&mac.mac) == "vec" {
                    // Its elements are operands of the statement's own.
                    let elements = macros::arguments(&mac.mac).map(|arguments| arguments.list).unwrap_or_default();
                    self.found |= elements.iter().any(|element| needs_split(&element.expr, self.split));
                }
                return;
            }
            Expr::MethodCall(call) if self.temporaries() => {
                self.found |= borrows_receiver(call);
            }
            Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr: place, .. })
            | Expr::Index(syn::ExprIndex { expr: place, .. })
            | Expr::Field(syn::ExprField { base: place, .. })
                if self.temporaries() =>
            {
                self.found |= !is_place(place) && !is_constant(place);
            }
            Expr::Reference(e) if self.temporaries() => {
                self.found |= !is_place(&e.expr) && !is_constant(expr);
            }
            Expr::Struct(syn::ExprStruct { rest: Some(base), .. }) if self.temporaries() => {
                self.found |= !is_place(base) && !is_constant(base);
            }
            // They are borrowed by the method that compares.
            Expr::Binary(e) if self.temporaries() && is_comparison(&e.op) => {
                self.found |= [&e.left, &e.right].into_iter().any(|operand| may_be_held(operand));
            }
            // What is matched lives to the end of the statement, what the arms evaluate does not.
            Expr::Match(e) if self.temporaries() => {
                self.found |= self.split == Split::YieldsAndTemporaries && has_yield(expr)
                    || !is_place(&e.expr) && !is_constant(&e.expr);
                return self.visit_expr(&e.expr);
            }
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.found |= match self.split {
            Split::Yields | Split::YieldsAndTemporaries => macros::is_yield(mac) || mentions_yield(mac.tokens.clone()),
            // Those in what is yielded belong to the statement.
            Split::Temporaries => {
                macros::is_yield(mac) && mac.parse_body().is_ok_and(|yielded: Expr| has_temporaries(&yielded))
            }
        };
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}
}

/// Whether the method may borrow a receiver that is no place, which then lives to the end of the statement.
pub(super) fn borrows_receiver(call: &syn::ExprMethodCall) -> bool {
    !is_place(&call.receiver) && !is_constant(&call.receiver) && !consumes_temporary(&call.method.to_string())
}
