//! Operands that are evaluated before a yield go to temporaries.

use syn::{Expr, Pat, parse_quote, spanned::Spanned};

use super::{
    find::{Split, has_temporaries, has_yield, needs_split},
    shape::{is_borrowing_closure, is_borrowing_view, is_constant, is_place, may_borrow},
};
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

    /// The same of an operand of what is matched or looped over: what it borrows from lives to the end of that, and is held
    /// in `out`.
    pub(crate) fn save_held(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if needs_split(expr, Split::YieldsAndTemporaries) {
            *expr = self.spill(expr.clone(), Split::YieldsAndTemporaries, out);
        }
        self.save(expr, out);
    }

    /// Saves the index operands in a scrutinee that borrows a place.
    pub(crate) fn save_borrowed_indices(&mut self, scrutinee: &mut Expr, out: &mut Vec<Step>) {
        self.check_receivers_of_part(scrutinee);
        let mut operands = Vec::new();
        self.operands_of_borrow(scrutinee, &mut operands);
        operands.into_iter().for_each(|operand| self.save_held(operand, out));
    }

    /// Whether it would hold anything.
    pub(crate) fn holds_in_operands(&self, scrutinee: &Expr) -> bool {
        let mut scrutinee = scrutinee.clone();
        let mut operands = Vec::new();
        self.operands_of_borrow(&mut scrutinee, &mut operands);
        operands.iter().any(|operand| has_temporaries(operand))
    }

    /// The same in the initialiser of a `let`.
    pub(crate) fn save_indices_of_let(&mut self, init: &mut Expr, out: &mut Vec<Step>) {
        self.check_receivers_of_part(init);
        let mut operands = Vec::new();
        self.operands_of_borrow(init, &mut operands);
        self.save_together(operands, out);
    }

    /// Saves operands of a `let`: what they borrow from ends with it, that of all of them together.
    pub(crate) fn save_together(&mut self, mut operands: Vec<&mut Expr>, out: &mut Vec<Step>) {
        let ends_together = operands.iter().any(|operand| has_yield(operand))
            || operands.len() > 1 && operands.iter().any(|operand| has_temporaries(operand));
        if !ends_together {
            return operands.into_iter().for_each(|operand| self.save(operand, out));
        }
        operands.retain(|operand| !is_constant(operand) && !self.is_saved(operand));
        let (mut bound, mut values): (Vec<Expr>, Vec<Expr>) = Default::default();
        for operand in operands {
            let span = operand.span();
            let local = self.temporary("value", span);
            bound.push(path_expr(Name::Binding(local).encode(span)));
            values.push(std::mem::replace(operand, self.mention(local, span)));
        }
        let pat = parse_quote!((#(mut #bound,)*));
        let code = self.code(parse_quote!((#(#values,)*)));
        out.push(match self.ended(code) {
            Code::Plain(value) => Step::Plain(plain_let(pat, value)),
            code => Step::Let { pat, code, diverge: None },
        });
    }

    fn check_receivers_of_part(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Tuple(tuple) => tuple.elems.iter_mut().for_each(|element| self.check_receivers_of_part(element)),
            part if self.is_part_of_place(part) => self.check_receivers(part),
            _ => {}
        }
    }

    /// Finds the operands of what borrows a place that may have another value when it is evaluated again.
    fn operands_of_borrow<'e>(&self, expr: &'e mut Expr, found: &mut Vec<&'e mut Expr>) {
        if self.is_part_of_place(expr) {
            return self.arguments_of_part(expr, found);
        }
        match expr {
            Expr::Tuple(tuple) => {
                tuple.elems.iter_mut().for_each(|element| self.operands_of_borrow(element, found));
            }
            Expr::Reference(reference) => self.variable_indices(&mut reference.expr, found),
            _ => {}
        }
    }

    fn arguments_of_part<'e>(&self, expr: &'e mut Expr, found: &mut Vec<&'e mut Expr>) {
        match expr {
            Expr::Call(check) => check.args.iter_mut().for_each(|call| self.arguments_of_part(call, found)),
            Expr::MethodCall(call) => {
                self.arguments_of_part(&mut call.receiver, found);
                for argument in &mut call.args {
                    match argument {
                        Expr::Reference(_) => {}
                        // It is not `Copy` itself.
                        Expr::Range(range) => {
                            range.start.iter_mut().chain(&mut range.end).for_each(|end| found.push(end))
                        }
                        // A variable, too: it may be a reference to what changes.
                        argument => found.push(argument),
                    }
                }
            }
            place => self.variable_indices(place, found),
        }
    }

    /// Finds the index operands of a place that may have another value when the place is evaluated again.
    pub(in crate::body) fn variable_indices<'e>(&self, place: &'e mut Expr, found: &mut Vec<&'e mut Expr>) {
        let mut all = Vec::new();
        indices(place, &mut all);
        found.extend(all.into_iter().filter(|operand| self.is_variable(operand)));
    }

    /// Whether an operand is anything but a variable that does not change.
    fn is_variable(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => {
                matches!(Name::of_path(path), Some(Name::Mention(local, _)) if self.locals[local].mutable)
            }
            _ => true,
        }
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

/// Finds the index operands of a place; those of an expression that is none are its own.
pub(in crate::body) fn indices<'e>(place: &'e mut Expr, found: &mut Vec<&'e mut Expr>) {
    match place {
        Expr::Field(syn::ExprField { base: place, .. })
        | Expr::Paren(syn::ExprParen { expr: place, .. })
        | Expr::Unary(syn::ExprUnary { expr: place, .. }) => indices(place, found),
        Expr::Index(e) => {
            indices(&mut e.expr, found);
            match &mut *e.index {
                Expr::Range(range) => range.start.iter_mut().chain(&mut range.end).for_each(|end| found.push(end)),
                index => found.push(index),
            }
        }
        _ => {}
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
