//! Expressions that borrow places and do nothing else, so that they can be evaluated again: `&place`, `(&a, 3)`,
//! `Some(&a)`, `if yes { &a } else { &b }`, `match side { Left => &mut a, Right => &mut b }`.

use syn::{Expr, Stmt, parse_quote, spanned::Spanned};

use super::{
    Code, Step,
    branch::has_let,
    build::Builder,
    lets::{leaves, stmt_leaves},
    pattern::collect_bindings,
    search::any_expr,
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
        Expr::If(_) | Expr::Match(_) => {
            let mut choice = Choice::default();
            !has_yield(expr) && choice.take_apart(&mut expr.clone()) && !choice.views.is_empty()
        }
        _ => false,
    }
}

/// One of several views.
#[derive(Default)]
struct Choice {
    views: Vec<Expr>,
}

impl Choice {
    /// Puts the number of a view in the place of each that `expr` may evaluate to, and says whether it can be no other.
    fn take_apart(&mut self, expr: &mut Expr) -> bool {
        match expr {
            Expr::Paren(e) => self.take_apart(&mut e.expr),
            Expr::Block(e) if e.label.is_none() => self.take_tail(&mut e.block),
            Expr::If(e) => {
                !has_let(&e.cond)
                    && self.take_tail(&mut e.then_branch)
                    && e.else_branch.as_mut().is_some_and(|(_, otherwise)| self.take_apart(otherwise))
            }
            Expr::Match(e) => e.arms.iter_mut().all(|arm| {
                let mut bound = Vec::new();
                collect_bindings(&arm.pat, &mut bound);
                bound.is_empty() && self.take_apart(&mut arm.body)
            }),
            view if is_view_of_place(view) && has_plain_indices(view) => {
                let number = self.views.len();
                self.views.push(std::mem::replace(view, parse_quote!(#number)));
                true
            }
            other => leaves(other),
        }
    }

    fn take_tail(&mut self, block: &mut syn::Block) -> bool {
        match block.stmts.as_mut_slice() {
            [Stmt::Expr(expr, None)] => self.take_apart(expr),
            stmts => stmts.last().is_some_and(stmt_leaves),
        }
    }
}

/// Whether the indices in what is borrowed can be evaluated though something else is borrowed.
fn has_plain_indices(view: &Expr) -> bool {
    fn is_plain(index: &Expr) -> bool {
        match index {
            Expr::Field(e) => is_plain(&e.base),
            Expr::Cast(e) => is_plain(&e.expr),
            Expr::Range(e) => e.start.iter().chain(&e.end).all(|end| is_plain(end)),
            index => matches!(index, Expr::Path(_)) || is_constant(index),
        }
    }
    !any_expr(view, |expr| matches!(expr, Expr::Index(e) if !is_plain(&e.index)))
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
            Expr::If(e) => is_settled(e),
            _ => false,
        }
}

/// Whether this is what [`Builder::settle_view`] makes of a choice.
fn is_settled(e: &syn::ExprIf) -> bool {
    let is_known = match &*e.cond {
        Expr::Binary(e) => is_place(&e.left) && is_constant(&e.right),
        condition => is_place(condition) || is_constant(condition),
    };
    is_known
        && match e.else_branch.as_ref().map(|(_, otherwise)| &**otherwise) {
            Some(Expr::If(e)) => is_settled(e),
            otherwise => matches!(otherwise, Some(Expr::Block(_))),
        }
}

/// Whether the borrow of `expr` is that of a constant, by its looks.
pub(super) fn is_promoted(expr: &Expr) -> bool {
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

impl Builder<'_> {
    /// Makes `view` one that can be evaluated again: what may change in it is saved first, and a value that it borrows
    /// becomes a local, which lives as long as what is made of the view.
    pub(super) fn settle_view(&mut self, view: &mut Expr, out: &mut Vec<Step>) {
        let mut operands = Vec::new();
        self.settle_parts(view, &mut operands, out);
        self.save_together(operands, out);
    }

    /// The same, but for the operands in it, which are found.
    fn settle_parts<'e>(&mut self, view: &'e mut Expr, operands: &mut Vec<&'e mut Expr>, out: &mut Vec<Step>) {
        match view {
            Expr::Reference(e) if is_promoted(&e.expr) => {}
            Expr::Reference(e) => {
                if !is_place(&e.expr) {
                    // They come before it.
                    self.save_together(std::mem::take(operands), out);
                }
                self.keep_borrowed(&mut e.expr, out);
                self.variable_indices(&mut e.expr, operands);
            }
            Expr::Paren(e) => self.settle_parts(&mut e.expr, operands, out),
            Expr::Tuple(e) => e.elems.iter_mut().for_each(|part| self.settle_parts(part, operands, out)),
            Expr::Array(e) => e.elems.iter_mut().for_each(|part| self.settle_parts(part, operands, out)),
            Expr::Call(e) => e.args.iter_mut().for_each(|part| self.settle_parts(part, operands, out)),
            Expr::If(_) | Expr::Match(_) => {
                self.save_together(std::mem::take(operands), out);
                self.settle_choice(view, out);
            }
            _ => {}
        }
    }

    /// Which of the views it is, is decided once.
    fn settle_choice(&mut self, view: &mut Expr, out: &mut Vec<Step>) {
        let span = view.span();
        let mut number = view.clone();
        let mut choice = Choice::default();
        choice.take_apart(&mut number);
        let local = self.temporary("choice", span);
        self.locals[local].copy = true;
        self.push_let(local, Code::Plain(parse_quote!({ #number })), out);
        let mut choices = choice.views.into_iter().enumerate().rev().map(|(index, mut view)| {
            self.settle_view(&mut view, out);
            (index, self.mention(local, span), view)
        });
        let Some((_, _, last)) = choices.next() else { return };
        *view = choices.fold(
            parse_quote!({ #last }),
            |otherwise: Expr, (index, choice, view)| parse_quote!(if #choice == #index { #view } else #otherwise),
        );
    }

    /// Makes a local of the value in which a borrowed place lies.
    fn keep_borrowed(&mut self, place: &mut Expr, out: &mut Vec<Step>) {
        match place {
            Expr::Path(_) => {}
            Expr::Field(e) => self.keep_borrowed(&mut e.base, out),
            Expr::Index(e) => self.keep_borrowed(&mut e.expr, out),
            Expr::Paren(e) => self.keep_borrowed(&mut e.expr, out),
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => self.keep_borrowed(&mut e.expr, out),
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
