//! Expressions that borrow places and do nothing else, so that they can be evaluated again: `&place`, `(&a, 3)`,
//! `Some(&a)`, `if yes { &a } else { &b }`.

use syn::{Expr, Stmt, parse_quote, spanned::Spanned};

use super::{
    Code, Step,
    build::Builder,
    spill::{has_yield, is_constant, is_place},
};

/// Whether `expr` is a borrow, or puts borrows together. Only types are made that have no destructor then.
pub(crate) fn is_view(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(_) => true,
        Expr::Paren(e) => is_view(&e.expr),
        Expr::Tuple(e) => are_views(e.elems.iter()),
        Expr::Array(e) => are_views(e.elems.iter()),
        Expr::Call(e) => wraps(&e.func) && are_views(e.args.iter()),
        Expr::If(e) => {
            let otherwise = e.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
            !matches!(*e.cond, Expr::Let(_))
                && tail(&e.then_branch).is_some_and(is_view_of_place)
                && matches!(otherwise, Some(Expr::Block(e)) if tail(&e.block).is_some_and(is_view_of_place))
        }
        _ => false,
    }
}

fn are_views<'e>(mut parts: impl Iterator<Item = &'e Expr> + Clone) -> bool {
    parts.clone().all(|part| is_view(part) || is_constant(part)) && parts.any(is_view)
}

/// The same, and all that is borrowed are places: evaluating `expr` again makes nothing new.
pub(crate) fn is_view_of_place(expr: &Expr) -> bool {
    let of_places =
        |parts: &syn::punctuated::Punctuated<Expr, _>| parts.iter().all(|e| is_constant(e) || is_view_of_place(e));
    is_view(expr)
        && match expr {
            Expr::Reference(e) => is_place(&e.expr) || is_promoted(&e.expr),
            Expr::Paren(e) => is_view_of_place(&e.expr),
            Expr::Tuple(e) => of_places(&e.elems),
            Expr::Array(e) => of_places(&e.elems),
            Expr::Call(e) => of_places(&e.args),
            Expr::If(e) => is_place(&e.cond) || is_constant(&e.cond),
            _ => false,
        }
}

/// Whether the borrow of `expr` is that of a constant, by its looks.
fn is_promoted(expr: &Expr) -> bool {
    match expr {
        Expr::Array(e) => e.elems.iter().all(is_promoted),
        Expr::Tuple(e) => e.elems.iter().all(is_promoted),
        Expr::Reference(e) => e.mutability.is_none() && is_promoted(&e.expr),
        Expr::Binary(e) => is_promoted(&e.left) && is_promoted(&e.right),
        expr => is_constant(expr),
    }
}

/// The variants of the standard library by which values are wrapped.
fn wraps(callee: &Expr) -> bool {
    matches!(callee, Expr::Path(path) if path.path.get_ident().is_some_and(|name| name == "Some" || name == "Ok" || name == "Err"))
}

/// The expression that a block is.
fn tail(block: &syn::Block) -> Option<&Expr> {
    match block.stmts.as_slice() {
        [Stmt::Expr(expr, None)] => Some(expr),
        _ => None,
    }
}

impl Builder<'_> {
    /// Makes `view` one that can be evaluated again: what may change in it is saved first, and a value that it borrows
    /// becomes a local, which lives as long as what is made of the view.
    pub(super) fn settle_view(&mut self, view: &mut Expr, out: &mut Vec<Step>) {
        match view {
            Expr::Reference(e) if is_promoted(&e.expr) => {}
            Expr::Reference(e) => {
                self.keep_borrowed(&mut e.expr, out);
                self.save_variable_indices(&mut e.expr, out);
            }
            Expr::Paren(e) => self.settle_view(&mut e.expr, out),
            Expr::Tuple(e) => e.elems.iter_mut().for_each(|part| self.settle_view(part, out)),
            Expr::Array(e) => e.elems.iter_mut().for_each(|part| self.settle_view(part, out)),
            Expr::Call(e) => e.args.iter_mut().for_each(|part| self.settle_view(part, out)),
            Expr::If(e) if !has_yield(&e.cond) => {
                let condition = &e.cond;
                let span = condition.span();
                let local = self.temporary("condition", span);
                self.locals[local].copy = true;
                self.push_let(local, Code::Plain(parse_quote!({ #condition })), out);
                *e.cond = self.mention(local, span);
            }
            _ => {}
        }
    }

    /// Makes a local of the value in which a borrowed place lies.
    fn keep_borrowed(&mut self, place: &mut Expr, out: &mut Vec<Step>) {
        match place {
            Expr::Path(_) => {}
            Expr::Field(e) => self.keep_borrowed(&mut e.base, out),
            Expr::Index(e) => self.keep_borrowed(&mut e.expr, out),
            Expr::Paren(e) => self.keep_borrowed(&mut e.expr, out),
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => self.keep_borrowed(&mut e.expr, out),
            Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Loop(_) | Expr::Unsafe(_) => {}
            value => {
                let span = value.span();
                let local = self.temporary("borrowed", span);
                let value = std::mem::replace(value, self.mention(local, span));
                let code = self.code(value);
                self.push_let(local, code, out);
            }
        }
    }
}
