//! Operands that may change while those after them are evaluated.
//!
//! rustc lets nobody change what an operand borrows. But a number is copied: `self.count < yield_!(self.next())` compares
//! what the count was before the call. And what lies behind a shared reference is what it led to.

use quote::ToTokens;
use syn::{Expr, parse_quote, parse_quote_spanned, spanned::Spanned, visit::Visit};

use super::shape::{is_compound_assignment, is_place};
use crate::{
    body::{
        Code, LocalData, Locals, Step,
        build::Builder,
        macros,
        methods::{Receiver, only_looks, receiver},
        paths::{Path, path, places, way_of},
        pattern::local_of,
        visit_mentions,
    },
    names::Name,
};

/// The places that the evaluation of some expressions may change.
#[derive(Default)]
pub(in crate::body) struct Changes(Vec<Path>);

impl Changes {
    pub(in crate::body) fn of<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Changes {
        let mut changes = Changes(Vec::new());
        exprs.for_each(|expr| changes.visit_expr(expr));
        changes
    }

    /// The same, of a block.
    pub(in crate::body) fn of_block(block: &syn::Block) -> Changes {
        let mut changes = Changes(Vec::new());
        changes.visit_block(block);
        changes
    }

    /// Whether a place that `expr` mentions may be among them.
    pub(in crate::body) fn include_any(&self, expr: &Expr, locals: &Locals) -> bool {
        places(expr).into_iter().any(|place| self.include(place, locals))
    }

    /// Whether a place may be among them.
    pub(super) fn include(&self, place: &Expr, locals: &Locals) -> bool {
        let Some(place) = path(place) else { return false };
        let data = &locals[place.root];
        // Nothing changes behind a shared reference.
        (data.mutable || !data.copy) && self.0.iter().any(|changed| changed.overlaps(place.root, &place.members))
    }

    fn add(&mut self, place: &Expr) {
        self.0.extend(path(place));
    }
}

impl<'ast> Visit<'ast> for Changes {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(e) => self.add(&e.left),
            Expr::Binary(e) if is_compound_assignment(&e.op) => self.add(&e.left),
            Expr::Reference(e) if e.mutability.is_some() => self.add(&e.expr),
            Expr::MethodCall(e) => {
                if !only_looks(&e.method.to_string()) {
                    self.add(&e.receiver);
                }
                e.args.iter().filter(|argument| local_of(argument).is_some()).for_each(|argument| self.add(argument));
            }
            // An exclusive reference is lent to a call by its name alone.
            Expr::Call(e) => {
                e.args.iter().filter(|argument| local_of(argument).is_some()).for_each(|argument| self.add(argument));
            }
            Expr::Macro(mac) => match macros::arguments(&mac.mac) {
                Some(arguments) => arguments.list.iter().for_each(|argument| self.visit_expr(&argument.expr)),
                None => visit_mentions(mac.mac.to_token_stream(), &mut |local, _| self.0.push(Path::of(local))),
            },
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }
}

impl Builder<'_> {
    /// Puts a borrow into a temporary; it is taken again, unless it leads elsewhere then.
    pub(super) fn save_view(&mut self, view: &mut Expr, out: &mut Vec<Step>) {
        let span = view.span();
        if let Expr::Reference(reference) = view {
            self.save_place(&mut reference.expr, out);
        }
        let local = self.view("value", view.clone(), out, self.view_data(span));
        *view = self.mention(local, span);
    }

    /// Saves the value of a place as it is now, if it is copied, or what it is a part of may lead elsewhere.
    pub(super) fn save_copied(&mut self, place: &mut Expr, out: &mut Vec<Step>) {
        self.save_place(place, out);
        let (krate, span) = (self.krate, place.span());
        let saved = self.temporary("saved", span);
        self.locals[saved].copy = true;
        let borrow = parse_quote_spanned!(span=> &#place);
        let way = way_of(krate, &borrow, false, &|local| self.way_again(local));
        let value =
            parse_quote_spanned!(span=> #way.saved(&#place, (&&#krate::__private::operand(&#place)).copied(&#place)));
        let value = self.mentioned_again(&value);
        self.push_let(saved, Code::Plain(value), out);
        let saved = self.mention(saved, span);
        let value = parse_quote_spanned!(span=> #saved.at(|| &#place));
        let data = LocalData { is_part: true, ..self.view_data(span) };
        let local = self.view("value", value, out, data);
        let value = self.mention(local, span);
        *place = parse_quote_spanned!(span=> *#value);
    }

    /// Asks the compiler whether a receiver is copied before the arguments of a call are evaluated, which change it.
    pub(super) fn check_not_copied(&mut self, call: &syn::ExprMethodCall, out: &mut Vec<Step>) {
        let place = &call.receiver;
        let span = place.span();
        let krate = &self.krate_at(span);
        let may_be_copied = receiver(&call.method.to_string()) != Receiver::Reference;
        let borrow: Expr = parse_quote_spanned!(span=> &#place);
        let way = way_of(krate, &borrow, true, &|local| self.way_again(local));
        let operand: Expr = match may_be_copied {
            true => parse_quote_spanned!(span=> (&&#krate::__private::operand(#borrow)).stays()),
            false => parse_quote_spanned!(span=> #krate::__private::Stays),
        };
        let check = parse_quote_spanned!(span=> #krate::__private::evaluated_later(&#way.stays(#operand)));
        let check = self.mentioned_again(&check);
        // For its type alone: the place is evaluated by the call.
        out.push(Step::Plain(parse_quote!(if false { #check; })));
    }

    fn view_data(&self, span: proc_macro2::Span) -> LocalData {
        LocalData { span, temporary: true, must_be_trivial: true, ..LocalData::default() }
    }

    fn view(&mut self, name: &str, borrow: Expr, out: &mut Vec<Step>, data: LocalData) -> crate::names::LocalId {
        let local = self.locals.new_local(LocalData { name: name.to_owned(), borrow: Some(borrow.clone()), ..data });
        let ident = Name::Binding(local).encode(self.locals[local].span);
        let binding = crate::names::path_expr(ident);
        out.push(Step::Plain(parse_quote!(let #binding = #borrow;)));
        local
    }
}

/// Whether an operand is a borrow of a place that may change.
pub(super) fn is_view_of(expr: &Expr, changes: &Changes, locals: &Locals) -> bool {
    matches!(expr, Expr::Reference(e) if e.mutability.is_none() && is_place(&e.expr) && changes.include(&e.expr, locals))
}
