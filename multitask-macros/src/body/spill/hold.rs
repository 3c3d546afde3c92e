//! Values that live to the end of the statement.

use quote::ToTokens;
use syn::{
    Expr, Pat,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    find::{Split, borrows_receiver, has_temporaries},
    shape::{is_borrowing_view, is_constant, is_place},
};
use crate::{
    body::{
        Code, Step,
        branch::Rest,
        build::Builder,
        mentioned_locals,
        methods::{Receiver, receiver},
        pattern::{borrows_value, local_of},
    },
    names::{LocalId, Name, path_expr},
};

impl Builder<'_> {
    /// Puts a value that lives to the end of the statement into a temporary.
    pub(crate) fn hold(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if is_constant(expr) {
            return;
        }
        if let Some(saved) = local_of(expr).filter(|_| self.is_saved(expr)) {
            self.hold_saved(saved, expr, out);
            return;
        }
        let span = expr.span();
        let local = self.temporary("held", span);
        let value = std::mem::replace(expr, self.mention(local, span));
        let is_view = is_borrowing_view(&value);
        let data = &mut self.locals[local];
        data.is_held = true;
        data.must_be_trivial = is_view;
        let taken = mentioned_locals(value.to_token_stream());
        if self.first_operand_but(&taken, out).is_some() && !is_view {
            self.declare_held(local, out);
            self.assign(local, &value, out);
        } else {
            self.push_let(local, Code::Plain(value), out);
        }
    }

    /// Makes the temporary of an operand one that lives to the end of the statement.
    pub(super) fn hold_saved(&mut self, saved: LocalId, expr: &mut Expr, out: &mut Vec<Step>) {
        let data = &self.locals[saved];
        if data.is_held || data.must_be_trivial {
            return;
        }
        let declares = |step: &Step| step.declared().contains(&saved);
        if self.first_operand(out).is_some_and(|index| !declares(&out[index])) {
            let held = self.held(expr.span(), out);
            let value = std::mem::replace(expr, self.mention(held, expr.span()));
            self.assign(held, &value, out);
        } else {
            self.locals[saved].is_held = true;
        }
    }

    /// A temporary without a value yet, for one that lives to the end of the statement.
    pub(in crate::body) fn held(&mut self, span: proc_macro2::Span, out: &mut Vec<Step>) -> LocalId {
        let local = self.temporary("held", span);
        self.locals[local].is_held = true;
        self.declare_held(local, out);
        local
    }

    /// Declares a temporary that lives to the end of the statement.
    ///
    /// When the statement is left, operands that have been evaluated are dropped first, and then such values, whatever
    /// the order in which they were made: so it is declared before the first operand.
    pub(super) fn declare_held(&mut self, local: LocalId, out: &mut Vec<Step>) {
        let data = &mut self.locals[local];
        data.declared_without_value = true;
        let binding = path_expr(Name::Binding(local).encode(data.span));
        let index = self.first_operand(out).unwrap_or(out.len());
        out.insert(index, Step::Plain(syn::parse_quote!(let mut #binding;)));
    }

    pub(in crate::body) fn assignment(&mut self, local: LocalId, value: &Expr) -> syn::Stmt {
        let assigned = self.mention(local, value.span());
        syn::parse_quote!(#assigned = #value;)
    }

    /// The same, as the next statement.
    pub(super) fn assign(&mut self, local: LocalId, value: &Expr, out: &mut Vec<Step>) {
        let assignment = self.assignment(local, value);
        out.push(Step::Plain(assignment));
    }

    /// The first statement that declares an operand which none of the others has taken.
    pub(super) fn first_operand(&self, out: &[Step]) -> Option<usize> {
        self.first_operand_but(&[], out)
    }

    /// The same, where the operands `taken` are about to be taken, too.
    fn first_operand_but(&self, taken: &[LocalId], out: &[Step]) -> Option<usize> {
        let is_taken = |local: LocalId, by: &[Step]| match self.locals[local].aside_of {
            // First it is assigned to.
            Some(held) => by.iter().skip(1).any(|step| step.mentions(held)),
            None => by.iter().any(|step| step.mentions(local)),
        };
        out.iter().enumerate().position(|(index, step)| {
            let operands = step.declared().into_iter().filter(|&local| self.is_operand_temporary(local));
            operands.into_iter().any(|local| !taken.contains(&local) && !is_taken(local, &out[index + 1..]))
        })
    }

    /// Adds the statements of a part of a statement to those of the whole.
    pub(super) fn append(&mut self, steps: Vec<Step>, out: &mut Vec<Step>) {
        for step in steps {
            let held = step.declared().into_iter().find(|&local| self.locals[local].is_held);
            match (held, step) {
                (Some(local), Step::Plain(syn::Stmt::Local(syn::Local { init: None, .. }))) => {
                    self.declare_held(local, out);
                }
                (Some(local), Step::Plain(syn::Stmt::Local(syn::Local { init: Some(init), .. })))
                    if self.first_operand(out).is_some() && !self.locals[local].must_be_trivial =>
                {
                    self.declare_held(local, out);
                    self.assign(local, &init.expr, out);
                }
                (Some(local), Step::Let { pat, code, diverge: None })
                    if matches!(pat, Pat::Ident(_)) && self.first_operand(out).is_some() =>
                {
                    self.declare_held(local, out);
                    let span = pat.span();
                    let value = self.temporary("value", span);
                    self.push_let(value, code, out);
                    let value = self.mention(value, span);
                    self.assign(local, &value, out);
                }
                (_, step) => out.push(step),
            }
        }
    }

    /// Whether a local is the temporary of an operand.
    fn is_operand_temporary(&self, local: LocalId) -> bool {
        self.locals[local].temporary && !self.locals[local].is_held
    }

    /// A value that is used as a place lives to the end of the statement.
    pub(super) fn hold_base(&mut self, base: &mut Expr, split: Split, out: &mut Vec<Step>) {
        if split == Split::YieldsAndTemporaries && self.is_value(base) && !is_constant(base) {
            self.hold(base, out);
        }
    }

    /// The temporary that a place lies in, if it does, lives to the end of the statement.
    pub(super) fn hold_root(&mut self, place: &mut Expr, out: &mut Vec<Step>) {
        match place {
            Expr::Field(syn::ExprField { base: place, .. })
            | Expr::Index(syn::ExprIndex { expr: place, .. })
            | Expr::Paren(syn::ExprParen { expr: place, .. })
            | Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr: place, .. }) => self.hold_root(place, out),
            place if self.is_saved(place) => self.hold(place, out),
            _ => {}
        }
    }

    /// The temporaries whose parts an expression borrows live to the end of the statement.
    pub(super) fn hold_borrowed(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        struct Borrowed<'a, 'b>(&'a mut Builder<'b>, &'a mut Vec<Step>);
        impl VisitMut for Borrowed<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                match expr {
                    Expr::Closure(_) | Expr::Async(_) | Expr::Block(_) => {}
                    Expr::Reference(e) if is_place(&e.expr) => self.0.hold_root(&mut e.expr, self.1),
                    expr => visit_mut::visit_expr_mut(self, expr),
                }
            }
        }
        Borrowed(self, out).visit_expr_mut(expr);
    }

    /// `Pair { left, ..base }` where what is not taken of the base lives to the end of the statement.
    pub(super) fn open_base(&mut self, mut e: syn::ExprStruct, out: &mut Vec<Step>) -> Expr {
        let Some(rest) = &mut e.rest else { return Expr::Struct(e) };
        let mut lets = Vec::new();
        for field in &mut e.fields {
            lets.push(self.let_temporary("field", &mut field.expr));
        }
        lets.push(self.let_temporary("base", rest));
        let base = &**rest;
        for field in e.fields.iter().rev() {
            let member = &field.member;
            let held = self.held(base.span(), out);
            lets.push(self.assignment(held, &syn::parse_quote!(#base.#member)));
        }
        syn::parse_quote!({ #(#lets)* #e })
    }

    /// A statement that puts the value of `expr` into a temporary of a block without yields, and leaves that in its place.
    fn let_temporary(&mut self, name: &str, expr: &mut Expr) -> syn::Stmt {
        let span = expr.span();
        let local = self.temporary(name, span);
        let binding = path_expr(Name::Binding(local).encode(span));
        let value = std::mem::replace(expr, self.mention(local, span));
        syn::parse_quote!(let #binding = #value;)
    }

    /// What the patterns of a `match` leave behind of a value lives to the end of the statement.
    pub(super) fn hold_matched(&mut self, e: &mut syn::ExprMatch, out: &mut Vec<Step>) {
        if !self.is_value(&e.expr) || is_constant(&e.expr) {
            return;
        }
        if e.arms.iter().any(|arm| borrows_value(&arm.pat)) {
            return self.match_by_reference(&mut e.expr, e.arms.iter_mut().map(|arm| &mut arm.pat), out);
        }
        let mut leaves_unnamed = false;
        for arm in &mut e.arms {
            let Rest { held, unnamed } = self.hold_rest(&mut arm.pat, out);
            leaves_unnamed |= unnamed.is_some();
            if !held.is_empty() {
                self.end_like_statement(&mut arm.body);
                let body = &arm.body;
                arm.body = syn::parse_quote!({ #(#held)* #body });
                arm.comma = Some(Default::default());
            }
        }
        if leaves_unnamed {
            *e.expr = self.without_destructor(&e.expr);
        }
    }

    /// Whether a method takes a local by value, by its name: out of its place before the arguments are evaluated.
    pub(super) fn moves_receiver(&self, call: &syn::ExprMethodCall) -> bool {
        receiver(&call.method.to_string()) == Receiver::Value
            && local_of(&call.receiver).is_some_and(|local| {
                let data = &self.locals[local];
                data.borrow.is_none() && !data.reference && !data.lent
            })
    }

    /// Whether it makes a difference if a method takes a value by value or borrows it, and its name does not tell: there
    /// are operands, or temporaries, that are dropped before or after it if its arguments wait, or panic.
    pub(in crate::body) fn may_take(&self, call: &syn::ExprMethodCall, out: &[Step]) -> bool {
        let has_closure = |arg: &Expr| matches!(arg, Expr::Closure(_));
        borrows_receiver(call)
            && receiver(&call.method.to_string()) == Receiver::Unknown
            && !is_borrowing_view(&call.receiver)
            && !call.args.iter().all(is_constant)
            && !call.args.iter().any(has_closure)
            && (self.operands_around || self.first_operand(out).is_some() || call.args.iter().any(has_temporaries))
    }

    /// Puts a receiver into a temporary that lives to the end of the statement, or else, if the call takes it by value,
    /// into one that is an operand.
    pub(in crate::body) fn hold_or_take(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if is_constant(expr) {
            return;
        }
        let span = expr.span();
        let held = self.held(span, out);
        let aside = self.temporary("receiver", span);
        self.locals[held].aside = Some(aside);
        let data = &mut self.locals[aside];
        (data.aside_of, data.declared_without_value) = (Some(held), true);
        let binding = path_expr(Name::Binding(aside).encode(span));
        out.push(Step::Plain(syn::parse_quote!(let mut #binding;)));
        let value = std::mem::replace(expr, self.mention(held, span));
        self.assign(held, &value, out);
    }
}
