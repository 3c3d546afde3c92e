//! Spilling: an expression with a yield inside becomes statements, and an expression without one.
//!
//! The rules, for an expression whose operands are evaluated from left to right:
//!
//! * An operand before the last one that yields is *saved*: its value goes to a temporary, by value, and from there to
//!   where it is used.
//! * A place (a local, a field, an index) that is not read but borrowed or assigned to is left where it is; the index
//!   operands in it are saved. So is a borrow of a place: taking it later makes no difference.
//! * A constant is left where it is.
//! * What follows the last yield is left alone.
//! * A value that lives to the end of the statement because a method borrows it (the guard in `m.lock().unwrap().len()`),
//!   because it is compared, matched or taken apart, or because it is the base of a struct, is *held*: it goes to a
//!   temporary too, wherever a yield follows in the statement. Of what is moved out of in part the rest is held.
//!
//! Temporaries belong to a block around the statement, and so are dropped with it, the last one first. Held values are
//! declared before the first operand, since an operand is dropped as soon as the expression that it belongs to is left;
//! but for those of a tail itself, which is all that there is around them.

mod changes;
mod find;
mod hold;
mod save;
mod shape;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, spanned::Spanned};

use super::{
    Step, branch::as_value, build::Builder, macros, mentioned_locals, methods::takes_number, pattern::local_of,
};
use crate::{diag::text, names::LocalId};
use changes::is_view_of;
use find::borrows_receiver;
pub(super) use save::indices;
use shape::{
    arms_yield, assigned_locals, has_call, is_comparison, is_compound_assignment, is_lazy, may_be_held, part_of_tuple,
};

pub(super) use changes::Changes;
pub(crate) use find::{Split, block_has_yield, has_temporaries, has_yield, needs_split, stmt_has_yield};
pub(super) use shape::is_part;
pub(crate) use shape::{is_borrowing_closure, is_borrowing_view, is_constant, is_place, may_borrow};

/// How an operand is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operand {
    /// Evaluated to a value.
    Value,
    /// Used as a place if it is one: a receiver, what is borrowed, what is assigned to.
    Place,
    /// A place, too; what is none lives to the end of the statement.
    Held,
}

impl Builder<'_> {
    /// Takes the yields (or what `split` says) out of `expr`: statements to be executed before go to `out`.
    pub(crate) fn spill(&mut self, mut expr: Expr, split: Split, out: &mut Vec<Step>) -> Expr {
        self.operands_are_temporaries = std::mem::take(&mut self.ends_with_value);
        if !needs_split(&expr, split) {
            return expr;
        }
        if has_yield(&expr) && has_state(&expr) {
            return self.spill_construct(expr, out);
        }
        match expr {
            Expr::Struct(e) => self.spill_struct(e, split, out),
            Expr::Match(e) => self.spill_match(e, split, out),
            Expr::Paren(mut e) => {
                self.spill_one(&mut e.expr, Operand::Place, split, out);
                // What has become a temporary needs no parentheses, and is known as one without them.
                if self.is_saved(&e.expr) { *e.expr } else { Expr::Paren(e) }
            }
            _ => {
                self.spill_parts(&mut expr, split, out);
                expr
            }
        }
    }

    /// Spills the operands of an expression, which stays what it is.
    fn spill_parts(&mut self, expr: &mut Expr, split: Split, out: &mut Vec<Step>) {
        match expr {
            Expr::MethodCall(call) if self.may_take(call, out) => self.spill_call_twice(call, out),
            Expr::MethodCall(call) => self.spill_method_call(call, split, out),
            Expr::Call(call) => {
                let arguments = call.args.iter_mut().map(|arg| (arg, Operand::Value));
                let operands = std::iter::once((&mut *call.func, Operand::Place)).chain(arguments).collect();
                self.spill_operands(operands, split, out);
            }
            Expr::Binary(e) if !is_lazy(&e.op) => self.spill_binary(e, split, out),
            Expr::Assign(e) => {
                self.spill_operands(vec![(&mut *e.right, Operand::Value), (&mut *e.left, Operand::Place)], split, out);
            }
            Expr::Index(e) => {
                self.spill_operands(vec![(&mut *e.expr, Operand::Held), (&mut *e.index, Operand::Value)], split, out);
                self.hold_base(&mut e.expr, split, out);
            }
            Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. }) => {
                self.spill_operands(elems.iter_mut().map(|elem| (elem, Operand::Value)).collect(), split, out);
            }
            Expr::Range(e) => {
                let ends = e.start.iter_mut().chain(e.end.iter_mut());
                self.spill_operands(ends.map(|end| (&mut **end, Operand::Value)).collect(), split, out);
            }
            Expr::Field(syn::ExprField { base: place, .. })
            | Expr::Reference(syn::ExprReference { expr: place, .. })
            | Expr::RawAddr(syn::ExprRawAddr { expr: place, .. })
            | Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr: place, .. }) => {
                self.spill_one(place, Operand::Place, split, out);
                self.hold_base(place, split, out);
            }
            Expr::Unary(syn::ExprUnary { expr: value, .. })
            | Expr::Repeat(syn::ExprRepeat { expr: value, .. })
            | Expr::Cast(syn::ExprCast { expr: value, .. })
            | Expr::Try(syn::ExprTry { expr: value, .. })
            | Expr::Return(syn::ExprReturn { expr: Some(value), .. })
            | Expr::Break(syn::ExprBreak { expr: Some(value), .. }) => {
                self.spill_one(value, Operand::Value, split, out);
            }
            Expr::Macro(mac) => {
                // They are those of an expression in the macro.
                self.operands_are_temporaries = false;
                self.spill_macro(&mut mac.mac, split, out);
            }
            // A block, a closure, a loop, a lazy operator without a yield: what lives in it ends in it.
            _ => {}
        }
    }

    /// A construct with a state of its own: its value goes to a temporary.
    fn spill_construct(&mut self, expr: Expr, out: &mut Vec<Step>) -> Expr {
        let span = expr.span();
        self.is_operand = matches!(expr, Expr::Match(_));
        let code = match expr {
            // In a block, with which its temporaries end.
            expr @ Expr::Macro(_) if is_ending_macro(&expr) => self.code(syn::parse_quote!({ #expr })),
            expr => self.code(expr),
        };
        self.is_operand = false;
        let local = self.temporary("value", span);
        self.push_let(local, code, out);
        self.mention(local, span)
    }

    fn spill_method_call(&mut self, call: &mut syn::ExprMethodCall, split: Split, out: &mut Vec<Step>) {
        let borrows = borrows_receiver(call);
        let waiting = call.args.iter().take(call.args.iter().rposition(has_yield).map_or(0, |last| last + 1));
        let changes = Changes::of(waiting.clone()).include(&call.receiver, &self.locals);
        let is_number = changes && takes_number(&call.method.to_string());
        let assigned = assigned_locals(waiting);
        let is_assigned = || mentioned_locals(call.receiver.to_token_stream()).iter().any(|l| assigned.contains(l));
        let may_be_copied = changes && !is_number && !is_assigned();
        let mode = match is_place(&call.receiver) {
            true if is_number || self.moves_receiver(call) => Operand::Value,
            true => Operand::Place,
            false if borrows => Operand::Held,
            false => Operand::Value,
        };
        let arguments = call.args.iter_mut().map(|arg| (arg, Operand::Value));
        self.spill_operands(std::iter::once((&mut *call.receiver, mode)).chain(arguments).collect(), split, out);
        if may_be_copied {
            self.check_not_copied(call, out);
        }
        if borrows && split == Split::YieldsAndTemporaries && self.is_value(&call.receiver) {
            self.hold(&mut call.receiver, out);
        }
    }

    /// A call that will be there twice, for a receiver that it takes and for one that it borrows. Its arguments must be
    /// simple.
    fn spill_call_twice(&mut self, call: &mut syn::ExprMethodCall, out: &mut Vec<Step>) {
        self.spill_receiver(call, out);
        let arguments = call.args.iter_mut().map(|arg| (arg, Operand::Value)).collect();
        self.spill_operands(arguments, Split::YieldsAndTemporaries, out);
        call.args.iter_mut().for_each(|arg| self.save(arg, out));
    }

    /// Puts a receiver that the call may take where it lives until then.
    pub(super) fn spill_receiver(&mut self, call: &mut syn::ExprMethodCall, out: &mut Vec<Step>) {
        let taken = std::mem::replace(&mut *call.receiver, Expr::Verbatim(TokenStream::new()));
        *call.receiver = self.spill(taken, Split::YieldsAndTemporaries, out);
        self.hold_or_take(&mut call.receiver, out);
    }

    fn spill_binary(&mut self, e: &mut syn::ExprBinary, split: Split, out: &mut Vec<Step>) {
        if is_compound_assignment(&e.op) {
            let has_order = order_matters(e);
            // Of numbers: the right side first. Of others the left side is a place, and no matter.
            let operands = vec![(&mut *e.right, Operand::Value), (&mut *e.left, Operand::Place)];
            self.spill_operands(operands, split, out);
            if has_order {
                self.check_right_first(e, out);
            }
            return;
        }
        let mode = if is_comparison(&e.op) { Operand::Held } else { Operand::Value };
        self.spill_operands(vec![(&mut *e.left, mode), (&mut *e.right, mode)], split, out);
        if split == Split::YieldsAndTemporaries && is_comparison(&e.op) {
            for operand in [&mut e.left, &mut e.right] {
                if self.is_saved(operand) || may_be_held(operand) {
                    self.hold(operand, out);
                } else {
                    self.hold_root(operand, out);
                }
            }
        }
    }

    /// Asks the compiler whether the right side of a compound assignment is evaluated first: that of numbers is.
    fn check_right_first(&mut self, e: &syn::ExprBinary, out: &mut Vec<Step>) {
        let (left, right) = (&e.left, &e.right);
        let (private, krate) = (self.krate, self.krate_at(left.span()));
        let check = syn::parse_quote_spanned!(left.span()=> #krate::__private::right_first(&(#left), &(#right)));
        let check = self.mentioned_again(&check);
        // For the types alone.
        out.push(Step::Plain(syn::parse_quote!(if false { #private::__private::never(); #check; })));
    }

    fn spill_struct(&mut self, mut e: syn::ExprStruct, split: Split, out: &mut Vec<Step>) -> Expr {
        let fields = e.fields.iter_mut().map(|field| (&mut field.expr, Operand::Value));
        let base = e.rest.iter_mut().map(|base| (&mut **base, Operand::Place));
        self.spill_operands(fields.chain(base).collect(), split, out);
        match &e.rest {
            Some(base) if split == Split::YieldsAndTemporaries && self.is_value(base) => self.open_base(e, out),
            _ => Expr::Struct(e),
        }
    }

    /// A `match` whose arms do not wait.
    fn spill_match(&mut self, mut e: syn::ExprMatch, split: Split, out: &mut Vec<Step>) -> Expr {
        self.spill_one(&mut e.expr, Operand::Place, split, out);
        if self.is_saved(&e.expr) {
            // It stays a value, which lives to the end of the statement.
            *e.expr = as_value(*e.expr);
        }
        if split == Split::YieldsAndTemporaries {
            self.hold_matched(&mut e, out);
        }
        // It may begin a statement, and go on after its arms: that of a `dbg!` does.
        syn::parse_quote!((#e))
    }

    /// The same as [`Builder::spill`], where a value is wanted. A part of a temporary is moved out of it, or copied.
    pub(super) fn spill_value(&mut self, expr: Expr, split: Split, out: &mut Vec<Step>) -> Expr {
        if split != Split::YieldsAndTemporaries {
            return self.spill(expr, split, out);
        }
        if let Some((tuple, index)) = part_of_tuple(&expr) {
            return self.spill_part(tuple.clone(), index, out);
        }
        let expr = self.spill(expr, split, out);
        if !is_part(&expr) || !is_place(&expr) || !self.is_in_temporary(&expr) {
            return expr;
        }
        let krate = self.krate;
        let mut part = syn::parse_quote_spanned!(expr.span()=> (&&#krate::__private::part(&#expr)).get());
        self.save_value(&mut part, out);
        part
    }

    /// The element `index` of a tuple that is written there; the others live to the end of the statement.
    fn spill_part(&mut self, mut tuple: syn::ExprTuple, index: usize, out: &mut Vec<Step>) -> Expr {
        self.spill_operands(
            tuple.elems.iter_mut().map(|elem| (elem, Operand::Value)).collect(),
            Split::YieldsAndTemporaries,
            out,
        );
        tuple.elems.iter_mut().for_each(|elem| self.save(elem, out));
        // The elements of a tuple are dropped in their order, locals in the opposite one.
        for (other, elem) in tuple.elems.iter_mut().enumerate().rev() {
            if other != index && self.is_saved(elem) {
                let held = self.held(elem.span(), out);
                self.assign(held, elem, out);
            }
        }
        tuple.elems.into_iter().nth(index).expect("the index is that of an element")
    }

    fn spill_one(&mut self, expr: &mut Expr, mode: Operand, split: Split, out: &mut Vec<Step>) {
        self.spill_operands(vec![(expr, mode)], split, out);
    }

    /// Spills operands that are evaluated in this order.
    fn spill_operands(&mut self, mut operands: Vec<(&mut Expr, Operand)>, split: Split, out: &mut Vec<Step>) {
        let are_temporaries = std::mem::take(&mut self.operands_are_temporaries);
        let Some(last) = operands.iter().rposition(|(expr, _)| needs_split(expr, split)) else { return };
        let operands_around = self.operands_around;
        let mut held = false;
        for index in 0..=last {
            let (done, rest) = operands.split_at_mut(index + 1);
            let (expr, mode) = &mut done[index];
            self.operands_around = operands_around || self.first_operand(out).is_some();
            if index == last {
                self.spill_operand(expr, *mode, split, out);
                continue;
            }
            // What is borrowed to the end of the statement lives on during the yields that follow.
            self.spill_operand(expr, *mode, Split::YieldsAndTemporaries, out);
            let rest = || rest.iter().take(last - index).map(|(expr, _)| &**expr);
            self.settle_operand(expr, *mode, &assigned_locals(rest()), &Changes::of(rest()), out);
            held |= are_temporaries && self.hold_if_saved(expr);
        }
        let is_simple = |(expr, _): &(&mut Expr, Operand)| self.is_saved(expr) || is_constant(expr);
        if held && !operands[last..].iter().all(is_simple) {
            // Their temporaries are dropped before those operands, which are moved when all is evaluated.
            for (expr, mode) in &mut operands[last..] {
                self.hold_borrowed(expr, out);
                self.spill_operand(expr, *mode, Split::YieldsAndTemporaries, out);
                self.settle_operand(expr, *mode, &[], &Changes::of(std::iter::empty()), out);
                self.hold_if_saved(expr);
            }
        }
        self.operands_around = operands_around;
    }

    /// Has the temporary of an operand dropped among those that live to the end; whether it has one.
    fn hold_if_saved(&mut self, expr: &Expr) -> bool {
        let saved = local_of(expr).filter(|_| self.is_saved(expr));
        if let Some(saved) = saved {
            self.locals[saved].is_held = true;
        }
        saved.is_some()
    }

    fn spill_operand(&mut self, expr: &mut Expr, mode: Operand, split: Split, out: &mut Vec<Step>) {
        let taken = std::mem::replace(expr, Expr::Verbatim(TokenStream::new()));
        *expr = match mode {
            Operand::Value => self.spill_value(taken, split, out),
            Operand::Place | Operand::Held => self.spill(taken, split, out),
        };
    }

    /// Puts an operand where it lives until the others, which may assign to the locals `assigned`, are evaluated.
    fn settle_operand(
        &mut self,
        expr: &mut Expr,
        mode: Operand,
        assigned: &[LocalId],
        changes: &Changes,
        out: &mut Vec<Step>,
    ) {
        let is_assigned = mentioned_locals(expr.to_token_stream()).iter().any(|local| assigned.contains(local));
        match mode {
            Operand::Held if self.is_saved(expr) || may_be_held(expr) => self.hold(expr, out),
            _ if is_assigned => self.save_value(expr, out),
            Operand::Held if changes.include(expr, &self.locals) => self.save_copied(expr, out),
            Operand::Value if is_view_of(expr, changes, &self.locals) => self.save_view(expr, out),
            Operand::Value => self.save(expr, out),
            Operand::Place | Operand::Held => self.save_place(expr, out),
        }
    }

    /// Takes the yields out of a macro that ends its temporaries itself.
    pub(crate) fn spill_ending(&mut self, mut expr: Expr, out: &mut Vec<Step>) -> Expr {
        if let Expr::Macro(mac) = &mut expr {
            self.spill_macro(&mut mac.mac, Split::Yields, out);
        }
        expr
    }

    fn spill_macro(&mut self, mac: &mut syn::Macro, split: Split, out: &mut Vec<Step>) {
        let name = macros::name(mac);
        let fallible = macros::is_assertion(&name);
        let checked = macros::format_position(&name).unwrap_or(0);
        let span = mac.span();
        let parsed = macros::evaluates_all(&name)
            && macros::with_arguments(mac, |arguments| {
                if fallible && arguments.list.iter().skip(checked).any(|argument| has_yield(&argument.expr)) {
                    self.errors.at_span(span, text::YIELD_IN_MACRO);
                }
                let operands = arguments
                    .list
                    .iter_mut()
                    .enumerate()
                    .filter(|(index, _)| !fallible || *index < checked)
                    .map(|(index, argument)| match macros::argument_use(&name, index) {
                        macros::ArgumentUse::Shared | macros::ArgumentUse::Receiver => {
                            (&mut argument.expr, Operand::Held)
                        }
                        _ => (&mut argument.expr, Operand::Value),
                    })
                    .collect();
                self.spill_operands(operands, split, out);
            });
        if !parsed {
            self.errors.at(mac, text::YIELD_IN_MACRO);
        }
    }
}

/// Whether it makes a difference which side of a compound assignment is evaluated first.
fn order_matters(e: &syn::ExprBinary) -> bool {
    let left = mentioned_locals(e.left.to_token_stream());
    let changes = || assigned_locals(std::iter::once(&*e.right)).iter().any(|local| left.contains(local));
    let indirect = !matches!(&*e.left, Expr::Path(_) | Expr::Field(_));
    has_call(&e.left) || (indirect && changes())
}

/// Whether an expression with a yield has a state of its own, and is not evaluated operand by operand.
fn has_state(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(e) => is_lazy(&e.op),
        Expr::Match(e) => arms_yield(e),
        Expr::Macro(mac) => {
            macros::is_yield(&mac.mac) || is_ending_macro(expr) || macros::name(&mac.mac).starts_with("debug_")
        }
        Expr::If(_) | Expr::Block(_) | Expr::Unsafe(_) | Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => true,
        _ => false,
    }
}

/// Whether an expression is a macro whose temporaries end with it.
pub(super) fn is_ending_macro(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(mac) if macros::ends_its_temporaries(&macros::name(&mac.mac)))
}
