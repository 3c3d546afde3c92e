//! Loops: all of them become `loop`, with a label.

use proc_macro2::{Ident, Span};
use syn::{
    Block, Expr, Lifetime, Pat, Stmt, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    Code, LocalData, Loop,
    again::Restarted,
    branch::match_expr,
    build::Builder,
    macros,
    resolve::is_over_numbers,
    spill::{Split, block_has_yield, has_yield, is_place},
};
use crate::names::{Name, internal, path_expr};

impl Builder<'_> {
    pub(super) fn loop_(&mut self, label: Option<syn::Label>, body: Expr) -> Code {
        let label = label.unwrap_or_else(|| self.fresh_label());
        let mut body = body;
        Relabel { label: &label.name, in_loop: false }.visit_expr_mut(&mut body);
        let body = self.code(body);
        Code::Loop(Box::new(Loop { label: label.name, body }))
    }

    pub(super) fn for_(&mut self, e: syn::ExprForLoop) -> Code {
        let span = e.expr.span();
        let mut steps = Vec::new();
        let mut e = e;
        let restarted = if !block_has_yield(&e.body) {
            None
        } else if has_yield(&e.expr) {
            self.restarted(&e, span)
        } else {
            self.settle_drain(&mut e.expr);
            self.restarted(&e, span).or_else(|| self.restarted_chain(&e, span))
        };
        let iterable = match restarted {
            Some(_) => *e.expr.clone(),
            None => self.spill(*e.expr.clone(), Split::YieldsAndTemporaries, &mut steps),
        };
        if !block_has_yield(&e.body) {
            // Only the list waits.
            *e.expr = iterable;
            return self.spilled(steps, Code::Plain(Expr::ForLoop(e)));
        }
        let label = e.label.clone().unwrap_or_else(|| self.fresh_label());
        let name = &label.name;
        if let Some(Restarted { before, advance, item }) = restarted {
            steps.extend(before);
            let turn = turn(item, *e.pat, e.body, name);
            let mut body: syn::ExprBlock = parse_quote!({ #advance; });
            body.block.stmts.push(Stmt::Expr(turn, None));
            let code = self.loop_(Some(label), Expr::Block(body));
            return self.spilled(steps, code);
        }
        let iterator = self.locals.new_local(LocalData {
            name: "iter".to_owned(),
            span,
            mutable: true,
            temporary: true,
            ..LocalData::default()
        });
        let value = core_call(["iter", "IntoIterator", "into_iter"], iterable);
        self.push_let(iterator, Code::Plain(value), &mut steps);
        if is_over_numbers(&e.expr) && matches!(*e.pat, Pat::Wild(_)) {
            *e.pat = self.unneeded_number(span);
        }
        let mention = self.mention(iterator, span);
        let iterator = Expr::Reference(syn::ExprReference {
            attrs: Vec::new(),
            and_token: Default::default(),
            mutability: Some(Default::default()),
            expr: Box::new(mention),
        });
        let next = core_call(["iter", "Iterator", "next"], iterator);
        let turn = turn(next, *e.pat, e.body, name);
        let code = self.loop_(Some(label), turn);
        self.spilled(steps, code)
    }

    /// What is drained in a loop that waits is taken out before it, if it is of the standard library: until the loop has
    /// ended nobody can tell.
    fn settle_drain(&self, iterable: &mut Expr) {
        match iterable {
            Expr::Paren(e) => self.settle_drain(&mut e.expr),
            Expr::MethodCall(call) if call.method == "drain" && is_place(&call.receiver) => {
                let krate = self.krate_at(iterable.span());
                *iterable =
                    parse_quote_spanned!(iterable.span()=> #krate::__private::Drained(#iterable).into_settled());
            }
            Expr::MethodCall(call) => self.settle_drain(&mut call.receiver),
            _ => {}
        }
    }

    /// A pattern in the place of `_` for what need not be kept to be dropped.
    fn unneeded_number(&mut self, span: Span) -> Pat {
        let item = self.temporary("item", span);
        self.locals[item].copy = true;
        let bound = path_expr(Name::Binding(item).encode(span));
        parse_quote!(#bound)
    }

    pub(super) fn fresh_label(&mut self) -> syn::Label {
        let ident = internal(&format!("__loop_{}", self.node().0));
        syn::Label { name: Lifetime { apostrophe: Span::mixed_site(), ident }, colon_token: Default::default() }
    }
}

/// One turn of a loop: `body` with `pat` bound to the item, or the end if there is none.
///
/// It is made of nodes, and neither printed nor parsed: that would take longer than all the rest.
fn turn(item: Expr, pat: Pat, body: Block, label: &Lifetime) -> Expr {
    let end = Expr::Break(syn::ExprBreak {
        attrs: Vec::new(),
        break_token: Default::default(),
        label: Some(label.clone()),
        expr: None,
    });
    let none =
        Pat::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: core_path(["option", "Option", "None"]) });
    let some = Pat::TupleStruct(syn::PatTupleStruct {
        attrs: Vec::new(),
        qself: None,
        path: core_path(["option", "Option", "Some"]),
        paren_token: Default::default(),
        elems: std::iter::once(pat).collect(),
    });
    let body = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: body });
    match_expr(item, vec![arm(none, end), arm(some, body)])
}

fn arm(pat: Pat, body: Expr) -> syn::Arm {
    syn::Arm {
        attrs: Vec::new(),
        pat,
        guard: None,
        fat_arrow_token: Default::default(),
        body: Box::new(body),
        comma: Some(Default::default()),
    }
}

/// `::core::a::B::c`
fn core_path(path: [&str; 3]) -> syn::Path {
    let segments = std::iter::once("core").chain(path);
    syn::Path {
        leading_colon: Some(Default::default()),
        segments: segments.map(|name| syn::PathSegment::from(Ident::new(name, Span::call_site()))).collect(),
    }
}

/// `::core::a::B::c(argument)`
fn core_call(path: [&str; 3], argument: Expr) -> Expr {
    let func = Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: core_path(path) });
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(func),
        paren_token: Default::default(),
        args: std::iter::once(argument).collect(),
    })
}

/// Gives the `break`s and `continue`s of a loop that name no label the loop's.
struct Relabel<'a> {
    label: &'a Lifetime,
    in_loop: bool,
}

impl VisitMut for Relabel<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let before = std::mem::replace(&mut self.in_loop, true);
                visit_mut::visit_expr_mut(self, expr);
                self.in_loop = before;
            }
            Expr::Break(e) => {
                if e.label.is_none() && !self.in_loop {
                    e.label = Some(self.label.clone());
                }
                visit_mut::visit_expr_break_mut(self, e);
            }
            Expr::Continue(e) => {
                if e.label.is_none() && !self.in_loop {
                    e.label = Some(self.label.clone());
                }
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if macros::is_yield(mac) || !mac.tokens.is_empty() {
            macros::with_arguments(mac, |arguments| {
                arguments.list.iter_mut().for_each(|argument| self.visit_expr_mut(&mut argument.expr));
            });
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
