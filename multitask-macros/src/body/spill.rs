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

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Pat, spanned::Spanned, visit::Visit};

use super::{
    Code, LocalData, Step,
    branch::Rest,
    build::Builder,
    macros, mentioned_locals,
    methods::{Receiver, consumes_temporary, receiver},
    pattern::{collect_bindings, local_of},
    resolve::mentions_yield,
};
use crate::{
    diag::text,
    names::{LocalId, Name, path_expr},
};

/// How an operand is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    /// Evaluated to a value.
    Value,
    /// Used as a place if it is one: a receiver, what is borrowed, what is assigned to.
    Place,
    /// A place, too; what is none lives to the end of the statement.
    Held,
}

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
                self.found |= !is_place(&e.expr) && !is_constant(&e.expr);
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
fn borrows_receiver(call: &syn::ExprMethodCall) -> bool {
    !is_place(&call.receiver) && !is_constant(&call.receiver) && !consumes_temporary(&call.method.to_string())
}

/// Whether an expression makes a reference, or an iterator that borrows, by the names of the standard library: neither
/// has a destructor.
pub(crate) fn is_borrowing_view(expr: &Expr) -> bool {
    let Expr::MethodCall(call) = expr else { return false };
    let method = call.method.to_string();
    if method.starts_with("unwrap") || method == "expect" {
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
        Expr::Reference(e) => is_constant(&e.expr) || (e.mutability.is_none() && is_literal(&e.expr)),
        Expr::Tuple(e) => e.elems.iter().all(is_constant),
        Expr::Cast(e) => is_constant(&e.expr),
        _ => false,
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Array(e) => e.elems.iter().all(is_literal),
        _ => false,
    }
}

/// A closure that takes nothing by value when it is made.
pub(crate) fn is_borrowing_closure(expr: &Expr) -> bool {
    matches!(expr, Expr::Closure(closure) if closure.capture.is_none())
}

impl Builder<'_> {
    /// Takes the yields (or what `split` says) out of `expr`: statements to be executed before go to `out`.
    pub(crate) fn spill(&mut self, expr: Expr, split: Split, out: &mut Vec<Step>) -> Expr {
        self.operands_are_temporaries = std::mem::take(&mut self.ends_with_value);
        if !needs_split(&expr, split) {
            return expr;
        }
        let mut expr = expr;
        let yields = has_yield(&expr);
        match &mut expr {
            Expr::MethodCall(call) if self.may_take(call, out) => {
                let taken = std::mem::replace(&mut *call.receiver, Expr::Verbatim(TokenStream::new()));
                *call.receiver = self.spill(taken, Split::YieldsAndTemporaries, out);
                self.hold_or_take(&mut call.receiver, out);
                // The call will be there twice: its arguments must be simple.
                let operands = call.args.iter_mut().map(|arg| (arg, Operand::Value)).collect();
                self.spill_operands(operands, Split::YieldsAndTemporaries, out);
                call.args.iter_mut().for_each(|arg| self.save(arg, out));
                expr
            }
            Expr::MethodCall(call) => {
                let borrows = borrows_receiver(call);
                let mode = match is_place(&call.receiver) {
                    true if self.moves_receiver(call) => Operand::Value,
                    true => Operand::Place,
                    false if borrows => Operand::Held,
                    false => Operand::Value,
                };
                let mut operands = vec![(&mut *call.receiver, mode)];
                operands.extend(call.args.iter_mut().map(|arg| (arg, Operand::Value)));
                self.spill_operands(operands, split, out);
                if borrows && split == Split::YieldsAndTemporaries && self.is_value(&call.receiver) {
                    self.hold(&mut call.receiver, out);
                }
                expr
            }
            Expr::Call(call) => {
                let mut operands = vec![(&mut *call.func, Operand::Place)];
                operands.extend(call.args.iter_mut().map(|arg| (arg, Operand::Value)));
                self.spill_operands(operands, split, out);
                expr
            }
            Expr::Binary(e) if !matches!(e.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                let left = mentioned_locals(e.left.to_token_stream());
                let changes = || assigned_locals(std::iter::once(&*e.right)).iter().any(|local| left.contains(local));
                let indirect = !matches!(&*e.left, Expr::Path(_) | Expr::Field(_));
                if is_compound_assignment(&e.op) && (has_call(&e.left) || (indirect && changes())) {
                    self.errors.at(&e.left, text::COMPOUND_ORDER);
                }
                let operands = if is_compound_assignment(&e.op) {
                    // Of built-in types: the right side first. Of others the left side is a place, and no matter.
                    vec![(&mut *e.right, Operand::Value), (&mut *e.left, Operand::Place)]
                } else {
                    let mode = if is_comparison(&e.op) { Operand::Held } else { Operand::Value };
                    vec![(&mut *e.left, mode), (&mut *e.right, mode)]
                };
                self.spill_operands(operands, split, out);
                if split == Split::YieldsAndTemporaries && is_comparison(&e.op) {
                    for operand in [&mut e.left, &mut e.right] {
                        if self.is_saved(operand) || may_be_held(operand) {
                            self.hold(operand, out);
                        }
                    }
                }
                expr
            }
            Expr::Assign(e) => {
                self.spill_operands(vec![(&mut *e.right, Operand::Value), (&mut *e.left, Operand::Place)], split, out);
                expr
            }
            Expr::Index(e) => {
                self.spill_operands(vec![(&mut *e.expr, Operand::Held), (&mut *e.index, Operand::Value)], split, out);
                self.hold_base(&mut e.expr, split, out);
                expr
            }
            Expr::Tuple(e) => {
                self.spill_operands(e.elems.iter_mut().map(|e| (e, Operand::Value)).collect(), split, out);
                expr
            }
            Expr::Array(e) => {
                self.spill_operands(e.elems.iter_mut().map(|e| (e, Operand::Value)).collect(), split, out);
                expr
            }
            Expr::Struct(e) => {
                let mut operands: Vec<_> = e.fields.iter_mut().map(|f| (&mut f.expr, Operand::Value)).collect();
                operands.extend(e.rest.iter_mut().map(|rest| (&mut **rest, Operand::Place)));
                self.spill_operands(operands, split, out);
                match &e.rest {
                    Some(base) if split == Split::YieldsAndTemporaries && self.is_value(base) => {
                        self.open_base(e.clone(), out)
                    }
                    _ => expr,
                }
            }
            Expr::Range(e) => {
                let operands = e.start.iter_mut().chain(e.end.iter_mut()).map(|e| (&mut **e, Operand::Value)).collect();
                self.spill_operands(operands, split, out);
                expr
            }
            Expr::Repeat(e) => self.spill_one(&mut e.expr, Operand::Value, split, out).then(expr),
            Expr::Unary(e) => {
                let is_place = matches!(e.op, syn::UnOp::Deref(_));
                self.spill_one(&mut e.expr, if is_place { Operand::Place } else { Operand::Value }, split, out);
                if is_place {
                    self.hold_base(&mut e.expr, split, out);
                }
                expr
            }
            Expr::Field(e) => {
                self.spill_one(&mut e.base, Operand::Place, split, out);
                self.hold_base(&mut e.base, split, out);
                expr
            }
            Expr::Reference(e) => {
                self.spill_one(&mut e.expr, Operand::Place, split, out);
                self.hold_base(&mut e.expr, split, out);
                expr
            }
            Expr::Cast(e) => self.spill_one(&mut e.expr, Operand::Value, split, out).then(expr),
            Expr::Paren(syn::ExprParen { expr: inner, .. }) => {
                self.spill_operands(vec![(&mut **inner, Operand::Place)], split, out);
                // What has become a temporary needs no parentheses, and is known as one without them.
                if self.is_saved(inner) { std::mem::replace(inner, Expr::Verbatim(TokenStream::new())) } else { expr }
            }
            Expr::Try(e) => self.spill_one(&mut e.expr, Operand::Value, split, out).then(expr),
            Expr::Return(syn::ExprReturn { expr: Some(e), .. }) | Expr::Break(syn::ExprBreak { expr: Some(e), .. }) => {
                self.spill_one(e, Operand::Value, split, out).then(expr)
            }
            Expr::Macro(mac) if yields && macros::ends_its_temporaries(&macros::name(&mac.mac)) => {
                // A block, and its value goes to a temporary.
                let span = expr.span();
                let mut steps = Vec::new();
                let taken = std::mem::replace(&mut expr, Expr::Verbatim(TokenStream::new()));
                let tail = Code::Plain(self.spill_ending(taken, &mut steps));
                let code = self.block_of(steps, tail);
                let local = self.temporary("value", span);
                self.push_let(local, code, out);
                self.mention(local, span)
            }
            Expr::Macro(mac) if !macros::is_yield(&mac.mac) && !macros::name(&mac.mac).starts_with("debug_") => {
                // They are those of an expression in the macro.
                self.operands_are_temporaries = false;
                self.spill_macro(&mut mac.mac, split, out);
                expr
            }
            // A value that is matched lives to the end of the statement.
            Expr::Match(e) if !arms_yield(e) => {
                self.spill_one(&mut e.expr, Operand::Place, split, out);
                if self.is_saved(&e.expr) {
                    let value = &e.expr;
                    *e.expr = syn::parse_quote!(::core::convert::identity(#value));
                }
                if split == Split::YieldsAndTemporaries {
                    self.hold_matched(e, out);
                }
                // It may begin a statement, and go on after its arms: that of a `dbg!` does.
                syn::parse_quote!((#e))
            }
            // A construct with a state of its own: its value goes to a temporary.
            _ if yields => {
                let span = expr.span();
                self.is_operand = matches!(expr, Expr::Match(_));
                let code = self.code(expr);
                self.is_operand = false;
                let local = self.temporary("value", span);
                self.push_let(local, code, out);
                self.mention(local, span)
            }
            // A block, a closure, a loop without a yield: what lives in it ends in it.
            _ => expr,
        }
    }

    /// Whether a method takes a local by value, by its name: out of its place before the arguments are evaluated.
    fn moves_receiver(&self, call: &syn::ExprMethodCall) -> bool {
        receiver(&call.method.to_string()) == Receiver::Value
            && local_of(&call.receiver).is_some_and(|local| {
                let data = &self.locals[local];
                data.borrow.is_none() && !data.reference && !data.lent
            })
    }

    /// Whether it makes a difference if a method takes a value by value or borrows it, and its name does not tell: there
    /// are operands, or temporaries, that are dropped before or after it if its arguments wait, or panic.
    pub(super) fn may_take(&self, call: &syn::ExprMethodCall, out: &[Step]) -> bool {
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
    pub(super) fn hold_or_take(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        if is_constant(expr) {
            return;
        }
        let span = expr.span();
        let held = self.held(span, out);
        let aside = self.temporary("receiver", span);
        self.locals[held].aside = Some(aside);
        let data = &mut self.locals[aside];
        (data.is_aside, data.declared_without_value) = (true, true);
        let binding = path_expr(Name::Binding(aside).encode(span));
        out.push(Step::Plain(syn::parse_quote!(let mut #binding;)));
        let value = std::mem::replace(expr, self.mention(held, span));
        let assignment = self.assignment(held, &value);
        out.push(Step::Plain(assignment));
    }

    /// A value that is used as a place lives to the end of the statement.
    fn hold_base(&mut self, base: &mut Expr, split: Split, out: &mut Vec<Step>) {
        if split == Split::YieldsAndTemporaries && self.is_value(base) && !is_constant(base) {
            self.hold(base, out);
        }
    }

    /// Whether an expression is no place of the user's.
    fn is_value(&self, expr: &Expr) -> bool {
        self.is_saved(expr) || !is_place(expr)
    }

    /// `Pair { left, ..base }` where what is not taken of the base lives to the end of the statement.
    fn open_base(&mut self, mut e: syn::ExprStruct, out: &mut Vec<Step>) -> Expr {
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
    fn hold_matched(&mut self, e: &mut syn::ExprMatch, out: &mut Vec<Step>) {
        if !self.is_value(&e.expr) || is_constant(&e.expr) {
            return;
        }
        let mut leaves_unnamed = false;
        for arm in &mut e.arms {
            let Rest { held, unnamed } = self.hold_rest(&mut arm.pat, out);
            leaves_unnamed |= unnamed.is_some();
            let body = &arm.body;
            if !held.is_empty() {
                arm.body = syn::parse_quote!({ #(#held)* #body });
                arm.comma = Some(Default::default());
            }
        }
        if leaves_unnamed {
            *e.expr = self.without_destructor(&e.expr);
        }
    }

    /// The same as [`Builder::spill`], where a value is wanted. A part of a temporary is moved out of it, or copied.
    pub(super) fn spill_value(&mut self, expr: Expr, split: Split, out: &mut Vec<Step>) -> Expr {
        if split != Split::YieldsAndTemporaries {
            return self.spill(expr, split, out);
        }
        let expr = match part_of_tuple(expr) {
            Ok((tuple, index)) => return self.spill_part(tuple, index, out),
            Err(expr) => self.spill(expr, split, out),
        };
        if !is_part(&expr) || !self.is_in_temporary(&expr) {
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
                let assignment = self.assignment(held, elem);
                out.push(Step::Plain(assignment));
            }
        }
        tuple.elems.into_iter().nth(index).expect("the index is that of an element")
    }

    /// Whether a place lies in a temporary.
    fn is_in_temporary(&self, place: &Expr) -> bool {
        match place {
            Expr::Field(syn::ExprField { base: place, .. })
            | Expr::Index(syn::ExprIndex { expr: place, .. })
            | Expr::Paren(syn::ExprParen { expr: place, .. })
            | Expr::Unary(syn::ExprUnary { expr: place, .. }) => self.is_in_temporary(place),
            place => self.is_saved(place),
        }
    }

    fn spill_one(&mut self, expr: &mut Expr, mode: Operand, split: Split, out: &mut Vec<Step>) -> Spilled {
        self.spill_operands(vec![(expr, mode)], split, out);
        Spilled
    }

    /// Spills operands that are evaluated in this order.
    fn spill_operands(&mut self, mut operands: Vec<(&mut Expr, Operand)>, split: Split, out: &mut Vec<Step>) {
        let are_temporaries = std::mem::take(&mut self.operands_are_temporaries);
        let Some(last) = operands.iter().rposition(|(expr, _)| needs_split(expr, split)) else { return };
        let operands_around = self.operands_around;
        for index in 0..=last {
            let (done, rest) = operands.split_at_mut(index + 1);
            let (expr, mode) = &mut done[index];
            let taken = std::mem::replace(&mut **expr, Expr::Verbatim(TokenStream::new()));
            self.operands_around = operands_around || self.first_operand(out).is_some();
            let spill = if *mode == Operand::Value { Self::spill_value } else { Self::spill };
            if index == last {
                **expr = spill(self, taken, split, out);
                continue;
            }
            // What is borrowed to the end of the statement lives on during the yields that follow.
            **expr = spill(self, taken, Split::YieldsAndTemporaries, out);
            let assigned = assigned_locals(rest.iter().take(last - index).map(|(expr, _)| &**expr));
            let changes = mentioned_locals(expr.to_token_stream()).iter().any(|local| assigned.contains(local));
            match mode {
                Operand::Held if self.is_saved(expr) || may_be_held(expr) => self.hold(expr, out),
                _ if changes => self.save_value(expr, out),
                Operand::Value => self.save(expr, out),
                Operand::Place | Operand::Held => self.save_place(expr, out),
            }
            if let Some(saved) = local_of(expr).filter(|_| are_temporaries && self.is_saved(expr)) {
                self.locals[saved].is_held = true;
            }
        }
        self.operands_around = operands_around;
    }

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
        self.save_value(expr, out);
    }

    /// Puts the value of an operand into a temporary.
    fn save_value(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        let span = expr.span();
        let local = self.temporary("value", span);
        let value = std::mem::replace(expr, self.mention(local, span));
        self.locals[local].must_be_trivial = is_borrowing_view(&value);
        self.push_let(local, Code::Plain(value), out);
    }

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
        if self.first_operand(out).is_some() && !is_view {
            self.declare_held(local, out);
            let assignment = self.assignment(local, &value);
            out.push(Step::Plain(assignment));
        } else {
            self.push_let(local, Code::Plain(value), out);
        }
    }

    /// Makes the temporary of an operand one that lives to the end of the statement.
    fn hold_saved(&mut self, saved: LocalId, expr: &mut Expr, out: &mut Vec<Step>) {
        let data = &self.locals[saved];
        if data.is_held || data.must_be_trivial {
            return;
        }
        let declares = |step: &Step| declared_locals(step).contains(&saved);
        if self.first_operand(out).is_some_and(|index| !declares(&out[index])) {
            let held = self.held(expr.span(), out);
            let value = std::mem::replace(expr, self.mention(held, expr.span()));
            let assignment = self.assignment(held, &value);
            out.push(Step::Plain(assignment));
        } else {
            self.locals[saved].is_held = true;
        }
    }

    /// A temporary without a value yet, for one that lives to the end of the statement.
    pub(super) fn held(&mut self, span: proc_macro2::Span, out: &mut Vec<Step>) -> LocalId {
        let local = self.temporary("held", span);
        self.locals[local].is_held = true;
        self.declare_held(local, out);
        local
    }

    /// Declares a temporary that lives to the end of the statement.
    ///
    /// When the statement is left, operands that have been evaluated are dropped first, and then such values, whatever
    /// the order in which they were made: so it is declared before the first operand.
    fn declare_held(&mut self, local: LocalId, out: &mut Vec<Step>) {
        let data = &mut self.locals[local];
        data.declared_without_value = true;
        let binding = path_expr(Name::Binding(local).encode(data.span));
        let index = self.first_operand(out).unwrap_or(out.len());
        out.insert(index, Step::Plain(syn::parse_quote!(let mut #binding;)));
    }

    pub(super) fn assignment(&mut self, local: LocalId, value: &Expr) -> syn::Stmt {
        let assigned = self.mention(local, value.span());
        syn::parse_quote!(#assigned = #value;)
    }

    /// The first statement that declares an operand which none of the others has taken.
    fn first_operand(&self, out: &[Step]) -> Option<usize> {
        let is_taken = |local: LocalId, by: &[Step]| match self
            .locals
            .ids()
            .find(|&held| self.locals[held].aside == Some(local))
        {
            // First it is assigned to.
            Some(held) => by.iter().skip(1).any(|step| step.mentions(held)),
            None => by.iter().any(|step| step.mentions(local)),
        };
        out.iter().enumerate().position(|(index, step)| {
            let operands = declared_locals(step).into_iter().filter(|&local| self.is_operand_temporary(local));
            operands.into_iter().any(|local| !is_taken(local, &out[index + 1..]))
        })
    }

    /// Adds the statements of a part of a statement to those of the whole.
    fn append(&mut self, steps: Vec<Step>, out: &mut Vec<Step>) {
        for step in steps {
            let held = declared_locals(&step).into_iter().find(|&local| self.locals[local].is_held);
            match (held, step) {
                (Some(local), Step::Plain(syn::Stmt::Local(syn::Local { init: None, .. }))) => {
                    self.declare_held(local, out);
                }
                (Some(local), Step::Plain(syn::Stmt::Local(syn::Local { init: Some(init), .. })))
                    if self.first_operand(out).is_some() && !self.locals[local].must_be_trivial =>
                {
                    self.declare_held(local, out);
                    let assignment = self.assignment(local, &init.expr);
                    out.push(Step::Plain(assignment));
                }
                (Some(local), Step::Let { pat, code, diverge: None })
                    if matches!(pat, Pat::Ident(_)) && self.first_operand(out).is_some() =>
                {
                    self.declare_held(local, out);
                    let span = pat.span();
                    let value = self.temporary("value", span);
                    self.push_let(value, code, out);
                    let value = self.mention(value, span);
                    let assignment = self.assignment(local, &value);
                    out.push(Step::Plain(assignment));
                }
                (_, step) => out.push(step),
            }
        }
    }

    /// Whether a local is the temporary of an operand.
    fn is_operand_temporary(&self, local: LocalId) -> bool {
        self.locals[local].temporary && !self.locals[local].is_held
    }

    /// Saves what is evaluated inside a place: the index operands.
    pub(super) fn save_place(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
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
        if let Expr::Reference(reference) = scrutinee
            && is_place(&reference.expr)
        {
            self.save_variable_indices(&mut reference.expr, out);
        }
    }

    /// Saves the index operands of a place that may have another value when the place is evaluated again.
    pub(super) fn save_variable_indices(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
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
    fn is_saved(&self, expr: &Expr) -> bool {
        local_of(expr).is_some_and(|local| self.locals[local].temporary)
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
            Code::Plain(expr) => out.push(Step::Plain(syn::parse_quote!(let #pat = #expr;))),
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

/// The locals that a statement declares.
fn declared_locals(step: &Step) -> Vec<LocalId> {
    let mut bound = Vec::new();
    if let Step::Plain(syn::Stmt::Local(syn::Local { pat, .. })) | Step::Let { pat, .. } = step {
        collect_bindings(pat, &mut bound);
    }
    bound
}

/// `(a, b).1` as the tuple, and which of its elements.
fn part_of_tuple(expr: Expr) -> Result<(syn::ExprTuple, usize), Expr> {
    let Expr::Field(syn::ExprField { base, member: syn::Member::Unnamed(syn::Index { index, .. }), .. }) = &expr else {
        return Err(expr);
    };
    let mut base = &**base;
    while let Expr::Paren(inner) = base {
        base = &inner.expr;
    }
    match base {
        Expr::Tuple(tuple) if (*index as usize) < tuple.elems.len() => Ok((tuple.clone(), *index as usize)),
        _ => Err(expr),
    }
}

/// Whether a place is a part of another one.
fn is_part(place: &Expr) -> bool {
    match place {
        Expr::Field(_) | Expr::Index(_) => is_place(place),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_place(place),
        Expr::Paren(e) => is_part(&e.expr),
        _ => false,
    }
}

/// Whether there is a yield in an arm of a `match`.
fn arms_yield(e: &syn::ExprMatch) -> bool {
    let in_guard = |arm: &syn::Arm| arm.guard.as_ref().is_some_and(|(_, guard)| has_yield(guard));
    e.arms.iter().any(|arm| has_yield(&arm.body) || in_guard(arm))
}

/// Whether what is compared may be a value with a destructor.
fn may_be_held(operand: &Expr) -> bool {
    !is_place(operand) && !is_constant(operand) && !matches!(operand, Expr::Reference(e) if is_place(&e.expr))
}

/// Says that the operand has been spilled in place.
struct Spilled;

impl Spilled {
    fn then(self, expr: Expr) -> Expr {
        expr
    }
}

/// The locals that are assigned to, or borrowed to be changed, in `exprs`.
fn assigned_locals<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Vec<LocalId> {
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
fn has_call(expr: &Expr) -> bool {
    struct Calls(bool);
    impl<'ast> Visit<'ast> for Calls {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            self.0 |= matches!(expr, Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) | Expr::Block(_));
            syn::visit::visit_expr(self, expr);
        }
    }
    let mut calls = Calls(false);
    calls.visit_expr(expr);
    calls.0
}

fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

fn is_compound_assignment(op: &syn::BinOp) -> bool {
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
