//! Temporaries whose lives a `let` extends to the end of its block, where a wait follows: they become locals of it.
//!
//! `let x = (own(), &made());` is `let extended; let x = (own(), { extended = made(); &extended });`, so that all is
//! evaluated in its order. What is borrowed where the whole of the initialiser is borrows is left to
//! [`Builder::settle_view`], but for what is extended within it.

use proc_macro2::Span;
use syn::{Block, Expr, Stmt, parse_quote, spanned::Spanned};

use super::{
    Step,
    build::Builder,
    lenders::is_constructor,
    spill::{has_yield, stmt_has_yield},
    views::{is_promoted, is_view},
};
use crate::names::{LocalId, Name, path_expr};

impl Builder<'_> {
    /// Makes locals of what the `let` with the initialiser `init` extends; `rest` and `tail` follow it in its block.
    pub(super) fn extend_temporaries(
        &mut self,
        init: &mut Expr,
        rest: &[Stmt],
        tail: Option<&Expr>,
        out: &mut Vec<Step>,
    ) {
        // An operand before a wait is saved where it is.
        let is_branch = matches!(init, Expr::If(_) | Expr::Match(_) | Expr::Block(_));
        if (is_branch || !has_yield(init)) && (rest.iter().any(stmt_has_yield) || tail.is_some_and(has_yield)) {
            let is_settled = is_view(init) && !matches!(init, Expr::If(_) | Expr::Match(_));
            self.extend(init, is_settled, out);
        }
    }

    fn extend(&mut self, expr: &mut Expr, is_settled: bool, out: &mut Vec<Step>) {
        match expr {
            Expr::Reference(e) if is_promoted(&e.expr) => {}
            Expr::Reference(e) => {
                let is_behind = is_dereferenced(&e.expr);
                let base = base(&mut e.expr);
                if matches!(base, Expr::Path(_)) {
                    return;
                }
                self.extend(base, false, out);
                if is_settled || is_behind && !makes_box(base) {
                    return;
                }
                let span = base.span();
                let local = self.extended(span, out);
                let value = std::mem::replace(base, self.mention(local, span));
                let assignment = self.assignment(local, &value);
                *expr = parse_quote!({ #assignment #expr });
            }
            Expr::Paren(e) => self.extend(&mut e.expr, is_settled, out),
            Expr::Cast(e) => self.extend(&mut e.expr, false, out),
            Expr::Tuple(e) => e.elems.iter_mut().for_each(|part| self.extend(part, is_settled, out)),
            Expr::Array(e) => e.elems.iter_mut().for_each(|part| self.extend(part, is_settled, out)),
            Expr::Struct(e) => e.fields.iter_mut().for_each(|field| self.extend(&mut field.expr, false, out)),
            Expr::Call(e) if is_constructor(&e.func) => {
                e.args.iter_mut().for_each(|part| self.extend(part, is_settled, out));
            }
            Expr::Block(e) if e.label.is_none() => self.extend_tail(&mut e.block, out),
            Expr::Unsafe(e) => self.extend_tail(&mut e.block, out),
            Expr::If(e) => {
                if let Some((_, otherwise)) = &mut e.else_branch {
                    self.extend_tail(&mut e.then_branch, out);
                    self.extend(otherwise, false, out);
                }
            }
            Expr::Match(e) => e.arms.iter_mut().for_each(|arm| self.extend(&mut arm.body, false, out)),
            _ => {}
        }
    }

    fn extend_tail(&mut self, block: &mut Block, out: &mut Vec<Step>) {
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() {
            self.extend(tail, false, out);
        }
    }

    /// A local that is initialised later, and dropped after those that are declared after it.
    fn extended(&mut self, span: Span, out: &mut Vec<Step>) -> LocalId {
        let local = self.temporary("extended", span);
        let data = &mut self.locals[local];
        data.declared_without_value = true;
        data.is_held = true;
        let binding = path_expr(Name::Binding(local).encode(span));
        out.push(Step::Plain(parse_quote!(let mut #binding;)));
        local
    }
}

/// The value in which a place lies, or the local.
fn base(place: &mut Expr) -> &mut Expr {
    match place {
        Expr::Field(syn::ExprField { base: place, .. })
        | Expr::Index(syn::ExprIndex { expr: place, .. })
        | Expr::Paren(syn::ExprParen { expr: place, .. })
        | Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr: place, .. }) => base(place),
        value => value,
    }
}

/// Whether a place lies behind something.
fn is_dereferenced(place: &Expr) -> bool {
    match place {
        Expr::Field(syn::ExprField { base: place, .. })
        | Expr::Index(syn::ExprIndex { expr: place, .. })
        | Expr::Paren(syn::ExprParen { expr: place, .. }) => is_dereferenced(place),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// Whether an expression evaluates to what owns that to which it leads, by its looks: `Box::new(..)`. Others may be
/// references, which lead to what lies elsewhere.
fn makes_box(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    matches!(&*call.func, Expr::Path(callee) if callee.path.segments.last().is_some_and(|last| last.ident == "new"))
}
