//! Operands that are evaluated before a yield go to temporaries.

use syn::{Expr, Pat, spanned::Spanned};

use super::shape::{is_borrowing_closure, is_borrowing_view, is_constant, is_place, may_borrow};
use crate::{
    body::{Code, LocalData, Step, build::Builder, pattern::local_of},
    names::{LocalId, Name, path_expr},
};

impl Builder<'_> {
    /// Puts the value of an operand into a temporary, unless it can as well be evaluated later.
    pub(crate) fn save(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if is_constant(expr) || is_borrowing_closure(expr) || self.is_saved(expr) {
            return;
        }
        if let Expr::Reference(reference) = expr
            && is_place(&reference.expr)
        {
            return self.save_place(&mut reference.expr, out);
        }
        if let Expr::Paren(syn::ExprParen { expr, .. }) = expr {
            return self.save(expr, out);
        }
        if !self.lends_reference(expr, None) {
            self.save_value(expr, out);
        }
    }

    /// Puts the value of an operand into a temporary.
    pub(super) fn save_value(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        let span = expr.span();
        let local = self.temporary("value", span);
        let value = std::mem::replace(expr, self.mention(local, span));
        self.locals[local].must_be_trivial = is_borrowing_view(&value);
        self.push_let(local, Code::Plain(value), out);
    }

    /// Saves what is evaluated inside a place: the index operands.
    pub(in crate::body) fn save_place(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        match expr {
            Expr::Path(_) => {}
            Expr::Field(e) => self.save_place(&mut e.base, out),
            Expr::Paren(e) => self.save_place(&mut e.expr, out),
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => self.save_place(&mut e.expr, out),
            Expr::Index(e) => {
                self.save_place(&mut e.expr, out);
                if let Expr::Range(range) = &mut *e.index {
                    range.start.iter_mut().chain(range.end.iter_mut()).for_each(|end| self.save(end, out));
                } else {
                    self.save(&mut e.index, out);
                }
            }
            _ => self.save(expr, out),
        }
    }

    /// Saves the index operands in a scrutinee that borrows a place.
    pub(crate) fn save_borrowed_indices(&mut self, scrutinee: &mut Expr, out: &mut Vec<Step>) {
        if let Expr::Tuple(tuple) = scrutinee {
            tuple.elems.iter_mut().for_each(|element| self.save_borrowed_indices(element, out));
        } else if let Expr::Reference(reference) = scrutinee
            && is_place(&reference.expr)
        {
            self.save_variable_indices(&mut reference.expr, out);
        } else if self.is_part_of_place(scrutinee) {
            self.check_receivers(scrutinee);
            self.save_arguments_of_part(scrutinee, out);
        }
    }

    /// Saves what may have another value when a part is borrowed again.
    fn save_arguments_of_part(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        match expr {
            Expr::Call(check) => check.args.iter_mut().for_each(|call| self.save_arguments_of_part(call, out)),
            Expr::MethodCall(call) => {
                self.save_arguments_of_part(&mut call.receiver, out);
                // A variable, too: it may be a reference to what changes.
                for argument in call.args.iter_mut().filter(|argument| !matches!(argument, Expr::Reference(_))) {
                    self.save(argument, out);
                }
            }
            place => self.save_variable_indices(place, out),
        }
    }

    /// Saves the index operands of a place that may have another value when the place is evaluated again.
    pub(in crate::body) fn save_variable_indices(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        match expr {
            Expr::Field(syn::ExprField { base: expr, .. })
            | Expr::Paren(syn::ExprParen { expr, .. })
            | Expr::Unary(syn::ExprUnary { expr, .. }) => self.save_variable_indices(expr, out),
            Expr::Index(e) => {
                self.save_variable_indices(&mut e.expr, out);
                if let Expr::Range(range) = &mut *e.index {
                    for end in range.start.iter_mut().chain(range.end.iter_mut()) {
                        self.save_variable(end, out);
                    }
                } else {
                    self.save_variable(&mut e.index, out);
                }
            }
            _ => {}
        }
    }

    fn save_variable(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if let Expr::Path(path) = expr {
            match Name::of_path(path) {
                Some(Name::Mention(local, _)) if self.locals[local].mutable => {}
                _ => return,
            }
        }
        self.save(expr, out);
    }

    /// A temporary that was made for this very value.
    pub(super) fn is_saved(&self, expr: &Expr) -> bool {
        local_of(expr).is_some_and(|local| self.locals[local].temporary)
    }

    /// Whether an expression is no place of the user's.
    pub(super) fn is_value(&self, expr: &Expr) -> bool {
        self.is_saved(expr) || !is_place(expr)
    }

    /// Whether a place lies in a temporary.
    pub(super) fn is_in_temporary(&self, place: &Expr) -> bool {
        match place {
            Expr::Field(syn::ExprField { base: place, .. })
            | Expr::Index(syn::ExprIndex { expr: place, .. })
            | Expr::Paren(syn::ExprParen { expr: place, .. })
            | Expr::Unary(syn::ExprUnary { expr: place, .. }) => self.is_in_temporary(place),
            place => self.is_saved(place),
        }
    }

    /// A new temporary.
    pub(crate) fn temporary(&mut self, name: &str, span: proc_macro2::Span) -> LocalId {
        self.locals.new_local(LocalData {
            name: name.to_owned(),
            span,
            mutable: true,
            temporary: true,
            ..LocalData::default()
        })
    }

    /// An expression that mentions `local`.
    pub(crate) fn mention(&mut self, local: LocalId, span: proc_macro2::Span) -> Expr {
        path_expr(Name::Mention(local, self.locals.new_mention()).encode(span))
    }

    /// `let local = code;`
    pub(crate) fn push_let(&mut self, local: LocalId, code: Code, out: &mut Vec<Step>) {
        let ident = Name::Binding(local).encode(self.locals[local].span);
        let mutability = self.locals[local].mutable.then(<syn::Token![mut]>::default);
        let pat = Pat::Ident(syn::PatIdent { attrs: Vec::new(), by_ref: None, mutability, ident, subpat: None });
        match code {
            Code::Plain(expr) => {
                self.locals[local].may_borrow = may_borrow(&expr);
                out.push(Step::Plain(plain_let(pat, expr)));
            }
            // The temporaries of an operation belong to the statement, not to the yield.
            Code::Seq(seq) if seq.imports.is_empty() && seq.keyword.is_none() && seq.is_spill => {
                let (steps, tail) = seq.into_parts();
                self.append(steps, out);
                self.push_let(local, tail, out);
            }
            code => out.push(Step::Let { pat, code, diverge: None }),
        }
    }
}

/// `let pat = expr;`, without being printed and parsed.
fn plain_let(pat: Pat, expr: Expr) -> syn::Stmt {
    syn::Stmt::Local(syn::Local {
        attrs: Vec::new(),
        let_token: Default::default(),
        pat,
        init: Some(syn::LocalInit { eq_token: Default::default(), expr: Box::new(expr), diverge: None }),
        semi_token: Default::default(),
    })
}
