//! Rewriting: the user's code without yields, in the terms of the expansion.
//!
//! A mention of a local becomes what reaches it from there: its variable, a place behind a reference, the value taken
//! out of an `Option`, a borrow taken again. `return`, `?` and `continue` leave the machine's function, or a loop of
//! it, as they should. Everything else stays as the user wrote it.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, Pat, Stmt, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{Lowerer, Place, Scope, turn_label};
use crate::{
    analyse::{Keep, Part, Use},
    body::{
        Lender,
        captures::{Parts, captures},
        macros,
        paths::{Path, path, standard_way, way_of},
        pattern::{collect_bindings, local_of},
    },
    names::{LocalId, MentionId, Name, internal, path_expr},
};

/// What stands for an argument of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ArgumentForm {
    /// Its value.
    Value,
    /// Its type alone, where the expression must only compile.
    Witness,
    /// What is held of it for the next attempts.
    Held,
}

impl ArgumentForm {
    /// The variable of the argument at `index`.
    pub(super) fn variable(self, index: usize) -> Ident {
        match self {
            ArgumentForm::Value => internal(&format!("__argument_{index}")),
            ArgumentForm::Witness => internal(&format!("__witness_{index}")),
            ArgumentForm::Held => internal(&format!("held_{index}")),
        }
    }
}

pub(super) struct Rewriter<'a, 'b> {
    pub(super) lowerer: &'b Lowerer<'a>,
    scope: &'b Scope,
    pub(super) form: ArgumentForm,
    /// How many closures are around.
    pub(super) closures: usize,
    /// Locals that a `move` closure around has taken.
    captured: HashSet<LocalId>,
    /// What is mentioned is a part of what is assigned to.
    in_assignee: bool,
    /// Parts that a `match` around has bound, and what they are there.
    pub(super) bound: HashMap<LocalId, Expr>,
}

impl<'a, 'b> Rewriter<'a, 'b> {
    pub(super) fn new(lowerer: &'b Lowerer<'a>, scope: &'b Scope, form: ArgumentForm) -> Self {
        Rewriter {
            lowerer,
            scope,
            form,
            closures: 0,
            captured: HashSet::new(),
            in_assignee: false,
            bound: HashMap::new(),
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> TokenStream {
        let mut expr = expr.clone();
        self.visit_expr_mut(&mut expr);
        expr.into_token_stream()
    }

    pub(super) fn pat(&mut self, pat: &Pat) -> TokenStream {
        let mut pat = pat.clone();
        self.visit_pat_mut(&mut pat);
        pat.into_token_stream()
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) -> TokenStream {
        let mut stmts = Vec::new();
        self.push_stmt(stmt.clone(), &mut stmts);
        quote!(#(#stmts)*)
    }

    /// Adds a statement, and what must follow it.
    fn push_stmt(&mut self, mut stmt: Stmt, out: &mut Vec<Stmt>) {
        let mut declared = Vec::new();
        if let Stmt::Local(local) = &stmt {
            collect_bindings(&local.pat, &mut declared);
        }
        if declared.iter().any(|&local| self.lowerer.is_remade_closure(local)) {
            // It is made where it is mentioned; of what is made of it here, nothing would say what its arguments are.
            return;
        }
        if let Stmt::Local(local) = &mut stmt {
            self.declare_later(local);
            let check = self.open_let(local);
            if !check.is_empty() {
                out.push(Stmt::Expr(Expr::Verbatim(check), None));
            }
        }
        let init = match &stmt {
            Stmt::Local(syn::Local { init: Some(init), .. }) => Some(init.expr.clone()),
            _ => None,
        };
        self.visit_stmt_mut(&mut stmt);
        if let (Some(written), Stmt::Local(syn::Local { init: Some(init), .. })) = (&init, &mut stmt) {
            self.check_kept(&declared, written, &mut init.expr);
        }
        out.push(stmt);
        let options = self.lowerer.after_bindings(&declared, self.scope);
        if !options.is_empty() {
            out.push(Stmt::Expr(Expr::Verbatim(options), None));
        }
    }

    /// `let x;` of a local that is kept: an empty `Option`.
    fn declare_later(&mut self, stmt: &mut syn::Local) {
        if stmt.init.is_some() {
            return;
        }
        let (pat, ty) = match &stmt.pat {
            Pat::Type(pat) => (&*pat.pat, Some(&pat.ty)),
            pat => (pat, None),
        };
        let Pat::Ident(ident) = pat else { return };
        let Some(Name::Binding(local)) = Name::decode(&ident.ident) else { return };
        if self.keep(local).is_optional() {
            let ident = &ident.ident;
            let ty = ty.map(|ty| quote!(: ::core::option::Option<#ty>));
            *stmt = match parse_quote!(let mut #ident #ty = ::core::option::Option::None;) {
                Stmt::Local(local) => local,
                _ => unreachable!("a `let` is a `let`"),
            };
        }
    }

    pub(super) fn keep(&self, local: LocalId) -> Keep {
        self.lowerer.facts.keep(local)
    }

    /// Whether the local is in an `Option` here.
    pub(super) fn is_optional(&self, local: LocalId) -> bool {
        self.keep(local).is_optional() && self.scope.place(local) != Place::Bare && !self.captured.contains(&local)
    }

    /// Whether a `move` closure around has taken the local.
    pub(super) fn is_captured(&self, local: LocalId) -> bool {
        self.captured.contains(&local)
    }

    pub(super) fn is_behind_reference(&self, local: LocalId) -> bool {
        self.scope.place(local) == Place::Frame && !self.captured.contains(&local)
    }

    /// An exclusive reference to the `Option` of a local.
    pub(super) fn slot(&self, local: LocalId, span: Span) -> TokenStream {
        let variable = self.variable(local, span);
        if self.is_behind_reference(local) {
            quote_spanned!(span=> &mut *#variable)
        } else {
            quote_spanned!(span=> &mut #variable)
        }
    }

    /// The variable, with the span of a mention.
    pub(super) fn variable(&self, local: LocalId, span: Span) -> Ident {
        let mut variable = self.lowerer.variable(local);
        let hygiene = variable.span();
        variable.set_span(span.resolved_at(hygiene));
        variable
    }

    pub(super) fn mention(&mut self, local: LocalId, mention: Option<MentionId>, span: Span) -> Expr {
        let variable = self.variable(local, span);
        let span = generated(span);
        if let Some(part) = self.bound.get(&local) {
            return part.clone();
        }
        match self.keep(local) {
            Keep::Derived if !self.is_declared_here(local) => return self.derive(local),
            Keep::DerivedUnlessShared if !self.is_declared_here(local) => {
                let again = self.derive(local);
                return parse_quote_spanned!(span=> #variable.again(|| #again));
            }
            keep if self.is_owned(local) => {
                let moves = self.closures == 0 && mention.is_some_and(|mention| self.lowerer.facts.moves(mention));
                let usage = mention.map_or(Use::Shared, |mention| self.lowerer.facts.usage(mention));
                return match usage {
                    _ if self.in_assignee => Expr::Verbatim(quote_spanned!(span=> (*#variable.edit()))),
                    _ if moves && keep != Keep::Owned => parse_quote_spanned!(span=> #variable.give()),
                    Use::Mutable | Use::Receiver | Use::Unknown => {
                        Expr::Verbatim(quote_spanned!(span=> (*#variable.local_mut())))
                    }
                    Use::Value | Use::Shared => Expr::Verbatim(quote_spanned!(span=> (*#variable.local()))),
                };
            }
            _ => {}
        }
        if self.is_optional(local) {
            let private = self.lowerer.private();
            let moves = self.closures == 0 && mention.is_some_and(|mention| self.lowerer.facts.moves(mention));
            if moves {
                return self.taken(local, span);
            }
            let usage = mention.map_or(Use::Shared, |mention| self.lowerer.facts.usage(mention));
            let data = &self.lowerer.body.locals[local];
            // A closure that borrows it exclusively would be one with a destructor, by its looks.
            let is_read = self.closures > 0 && usage == Use::Unknown && !data.mutable && !data.reference;
            return if matches!(usage, Use::Mutable | Use::Receiver | Use::Unknown) && !is_read {
                let slot = self.slot(local, span);
                Expr::Verbatim(quote_spanned!(span=> (*#private::get_mut(#slot))))
            } else if self.is_behind_reference(local) {
                Expr::Verbatim(quote_spanned!(span=> (*#private::get(&*#variable))))
            } else {
                Expr::Verbatim(quote_spanned!(span=> (*#private::get(&#variable))))
            };
        }
        if self.is_behind_reference(local) {
            if self.keep(local) == Keep::Carried {
                return self.carried(local, mention, span);
            }
            return Expr::Verbatim(quote_spanned!(span=> (*#variable)));
        }
        path_expr(variable)
    }

    /// A local that is in the frame, or in the variable that carries it.
    fn carried(&self, local: LocalId, mention: Option<MentionId>, span: Span) -> Expr {
        let private = self.lowerer.private();
        let variable = self.variable(local, span);
        let carrier = self.lowerer.carrier(local);
        let moves = self.closures == 0 && mention.is_some_and(|mention| self.lowerer.facts.moves(mention));
        if moves {
            return self.taken(local, span);
        }
        match mention.map(|mention| self.lowerer.facts.usage(mention)) {
            Some(Use::Mutable | Use::Receiver | Use::Unknown) if self.lowerer.body.locals[local].mutable => {
                Expr::Verbatim(quote_spanned!(span=> (*#private::Retained::get_mut(&mut *#variable, &mut #carrier))))
            }
            _ => Expr::Verbatim(quote_spanned!(span=> (*#private::Retained::get(&*#variable, &#carrier)))),
        }
    }

    /// The value of a local that may be moved out of the frame, taken out of it.
    pub(super) fn taken(&self, local: LocalId, span: Span) -> Expr {
        let private = self.lowerer.private();
        if self.is_optional(local) {
            let slot = self.slot(local, span);
            return parse_quote_spanned!(span=> #private::take(#slot));
        }
        if self.is_owned(local) {
            let variable = self.variable(local, span);
            return parse_quote_spanned!(span=> #variable.give());
        }
        let (variable, carrier) = (self.variable(local, span), self.lowerer.carrier(local));
        parse_quote_spanned!(span=> #private::Retained::take(&mut *#variable, &mut #carrier))
    }

    /// Whether the call at this mention may take the local out of the frame.
    pub(super) fn may_consume(&self, local: LocalId, mention: MentionId) -> bool {
        let is_carried = self.keep(local) == Keep::Carried && self.is_behind_reference(local);
        let is_owned = self.is_owned(local) && self.keep(local) != Keep::Owned;
        let is_kept = self.is_optional(local) || is_carried || is_owned;
        self.closures == 0 && self.lowerer.facts.may_move(mention) && is_kept
    }

    /// Whether the local is kept here as a copy, or as what stands for one.
    pub(super) fn is_owned(&self, local: LocalId) -> bool {
        self.keep(local).is_owned() && !self.is_declared_here(local)
    }

    /// Whether a derived borrow is still in the variable that the user declared.
    pub(super) fn is_declared_here(&self, local: LocalId) -> bool {
        self.scope.place(local) == Place::Bare || self.captured.contains(&local)
    }

    /// The borrow, taken again.
    fn derive(&mut self, local: LocalId) -> Expr {
        let data = &self.lowerer.body.locals[local];
        let mut expr = data.borrow.clone().expect("only a borrow is derived");
        let form = std::mem::replace(&mut self.form, ArgumentForm::Value);
        if data.is_closure {
            self.visit_expr_mut(&mut expr);
            if let Expr::Closure(closure) = &mut expr {
                self.lowerer.typed_closure(local, closure);
            }
            let private = self.lowerer.private();
            expr = parse_quote_spanned!(generated(data.span)=> #private::borrowing_closure(#expr));
        } else {
            SharedMentions { rewriter: self }.visit_expr_mut(&mut expr);
            if let Some(ty) = &data.borrow_type {
                let borrow = internal("__borrow");
                expr = parse_quote!({ let #borrow: #ty = #expr; #borrow });
            }
        }
        self.form = form;
        parse_quote!((#expr))
    }

    /// See [`way_of`]; of a local that is derived.
    pub(super) fn way(&self, local: LocalId) -> Option<Expr> {
        let is_derived = matches!(self.keep(local), Keep::Derived | Keep::DerivedUnlessShared);
        let data = &self.lowerer.body.locals[local];
        if data.lent {
            let krate = self.lowerer.krate;
            return Some(parse_quote!(#krate::__private::Within));
        }
        if self.keep(local).is_owned() {
            return Some(self.owned_way(local));
        }
        let borrow = data.borrow.as_ref().filter(|_| is_derived)?;
        Some(way_of(self.lowerer.krate, borrow, data.is_part, &|local| self.way(local)))
    }

    /// The way to what a local leads to that may be kept as a copy: to that, or where its type says.
    fn owned_way(&self, local: LocalId) -> Expr {
        let krate = self.lowerer.krate;
        let span = self.lowerer.body.locals[local].span;
        let mention = path_expr(Name::Mention(local, MentionId(0)).encode(span));
        let own = way_of(krate, &parse_quote!(&#mention), true, &|_| None);
        let (private, variable) = (quote!(#krate::__private), self.lowerer.variable(local));
        let ty = quote!('way: {
            break 'way (::core::marker::PhantomData);
            #private::type_of_value(#variable.way((&&#private::owning(&#mention)).kept(), #own))
        });
        parse_quote!(#private::way(#ty))
    }

    /// Whether one of the places that the local may borrow from lies in the frame, told by its type.
    pub(super) fn lenders_way(&mut self, local: LocalId) -> Expr {
        let mut way = self.unvisited_lenders_way(local, true);
        self.visit_borrowed(&mut way);
        way
    }

    /// `is_here`: what is in no frame is there, since it is mentioned in this piece of the code.
    fn unvisited_lenders_way(&self, local: LocalId, is_here: bool) -> Expr {
        let krate = self.lowerer.krate;
        let mut found: Expr = parse_quote!(#krate::__private::Through);
        for Lender { place, is_receiver, is_value, waits, .. } in &self.lowerer.body.locals[local].lenders {
            let is_here = is_here && !(*waits && path(place).is_some_and(|path| !self.keep(path.root).in_frame()));
            let root = local_of(place);
            let again = root.and_then(|root| self.way(root));
            // It may have been borrowed itself, since the last wait.
            if let Some(root) = root.filter(|root| self.is_younger_than_wait(*root)) {
                let is_here = is_here && !self.keep(root).in_frame();
                let way = self.unvisited_lenders_way(root, is_here);
                found = parse_quote!(#found.or_within(#way));
            }
            let is_gone = |path: Path| !is_here && self.is_younger_than_wait(path.root);
            if path(place).is_none_or(is_gone) {
                continue;
            }
            if *is_value && again.is_none() {
                continue;
            }
            let borrow = parse_quote!(&#place);
            let way = way_of(krate, &borrow, true, &|local| self.way(local));
            let way = if *is_receiver && again.is_none() { standard_way(krate, place, &way) } else { way };
            found = parse_quote!(#found.or_within(#way));
        }
        found
    }

    /// Whether the local is not needed after a wait that it was there before.
    fn is_younger_than_wait(&self, local: LocalId) -> bool {
        match self.keep(local) {
            Keep::No | Keep::NoIfTrivial | Keep::Carried | Keep::Unmentioned | Keep::UnmentionedOptional => true,
            Keep::Derived
            | Keep::DerivedUnlessShared
            | Keep::Whole
            | Keep::Optional
            | Keep::Owned
            | Keep::OwnedOptional
            | Keep::OwnedAssigned => false,
        }
    }

    /// Whether a call may change a local that may be kept as a copy, as `read` of a slice does.
    fn may_edit(&self, call: &syn::ExprMethodCall) -> bool {
        let Expr::Path(path) = &*call.receiver else { return false };
        let Some(Name::Mention(local, mention)) = Name::of_path(path) else { return false };
        let facts = self.lowerer.facts;
        self.keep(local) == Keep::OwnedAssigned
            && self.is_owned(local)
            && !facts.moves(mention)
            && matches!(facts.usage(mention), Use::Mutable | Use::Receiver | Use::Unknown)
    }

    /// The same call, after which what it has made of the local is kept.
    fn edit(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        let Some(local) = local_of(&call.receiver) else { return };
        let variable = self.variable(local, call.receiver.span());
        call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        let [edited, value] = ["__edited", "__value"].map(internal);
        call.receiver = parse_quote!((*#edited));
        *expr = parse_quote!({
            let mut #edited = #variable.edit();
            let #value = #call;
            #value
        });
    }

    /// Rewrites an expression that is evaluated for its type, or borrowed: nothing in it moves.
    pub(super) fn visit_borrowed(&mut self, expr: &mut Expr) {
        SharedMentions { rewriter: self }.visit_expr_mut(expr);
    }

    /// A borrow as it is held across waits: itself, if it leads through a shared reference.
    pub(super) fn held(&mut self, local: LocalId) -> TokenStream {
        let mut way = self.way(local).expect("only a borrow is derived");
        SharedMentions { rewriter: self }.visit_expr_mut(&mut way);
        let variable = self.lowerer.variable(local);
        quote!(#way.hold(#variable))
    }

    fn leave(&self, value: &TokenStream, span: Span) -> Expr {
        let value = match self.lowerer.body.left_by_macros {
            true => value.clone(),
            false => quote_spanned!(generated(span)=> __Poll::Ready(#value)),
        };
        Expr::Return(syn::ExprReturn {
            attrs: Vec::new(),
            return_token: syn::Token![return](generated(span)),
            expr: Some(Box::new(Expr::Verbatim(value))),
        })
    }

    fn question_mark(&mut self, e: &syn::ExprTry) -> Expr {
        let private = self.lowerer.private();
        let span = generated(e.question_token.span());
        let operand = &e.expr;
        let (value, residual) = (internal("__value"), internal("__residual"));
        let leave = self.leave(&quote_spanned!(span=> #private::FromResidual::from_residual(#residual)), span);
        // In parentheses, since an operator may follow where a `match` would be a statement.
        parse_quote_spanned! {span=>
            (match #private::Try::branch(#operand) {
                ::core::ops::ControlFlow::Continue(#value) => #value,
                ::core::ops::ControlFlow::Break(#residual) => #leave,
            })
        }
    }

    /// A `move` closure takes the kept locals that it mentions, or parts of them, out of the frame when it is made.
    fn capture(&mut self, expr: &mut Expr) {
        let mut taken = Vec::new();
        let mut prelude = TokenStream::new();
        for capture in captures(expr) {
            let local = capture.local;
            let keep = self.keep(local);
            let is_derived = matches!(keep, Keep::Derived | Keep::DerivedUnlessShared) || keep.is_owned();
            let is_kept = self.is_behind_reference(local) || self.is_optional(local) || is_derived;
            let mention = capture.mentions.iter().copied().max();
            let in_parts =
                mention.is_some_and(|mention| self.lowerer.facts.moves_part(mention) == Some(Part::Captured));
            if self.is_captured(local) || !(is_kept || in_parts) {
                continue;
            }
            let value = match &capture.parts {
                Parts::Fields(fields) if in_parts => self.captured_parts(local, mention, fields, expr.span()),
                Parts::Fields(_) | Parts::Whole => self.mention(local, mention, expr.span()),
            };
            if capture.is_opened && in_parts {
                let place = self.mention(local, None, expr.span());
                let private = self.lowerer.private_at(expr.span());
                let span = generated(expr.span());
                prelude.extend(quote_spanned!(span=> #private::taken_whole(&(&&&#private::pointer(&#place)).way());));
            }
            let variable = self.variable(local, expr.span());
            let mutability = self.lowerer.body.locals[local].mutable.then(|| quote!(mut));
            prelude.extend(quote!(let #mutability #variable = #value;));
            taken.push(local);
        }
        self.captured.extend(taken.iter().copied());
        self.closures += 1;
        visit_mut::visit_expr_mut(self, expr);
        self.closures -= 1;
        taken.iter().for_each(|local| {
            self.captured.remove(local);
        });
        if !taken.is_empty() {
            *expr = parse_quote!({ #prelude #expr });
        }
    }

    /// Puts statements before an expression.
    fn put_before(&self, stmts: TokenStream, expr: &mut Expr) {
        if !stmts.is_empty() {
            *expr = Expr::Verbatim(quote!(({ #stmts #expr })));
        }
    }

    /// Returns the statements that must be before it.
    pub(super) fn rewrite_macro(&mut self, mac: &mut syn::Macro) -> TokenStream {
        let around = self.bound.clone();
        let before = self.name_locals(mac);
        let parsed = macros::with_arguments(mac, |arguments| {
            arguments.list.iter_mut().for_each(|argument| self.visit_expr_mut(&mut argument.expr));
        });
        if !parsed {
            mac.tokens = self.rewrite_tokens(std::mem::take(&mut mac.tokens));
        }
        self.bound = around;
        before
    }

    /// Variables of the names by which a macro knows locals: those in its texts, and fields of what it tells.
    fn name_locals(&mut self, mac: &mut syn::Macro) -> TokenStream {
        let mut before = TokenStream::new();
        let mut name = |this: &mut Self, local: LocalId, mention: Option<MentionId>, span: Span| {
            let variable = this.variable(local, span);
            let ident = Ident::new(&this.lowerer.body.locals[local].name, span);
            let is_printed = !this.is_optional(local) && !this.is_owned(local) && this.keep(local) != Keep::Carried;
            let is_named = variable == ident && (this.keep(local) != Keep::Derived || this.is_declared_here(local));
            if ident == "self" {
                return;
            }
            if let Some(bound) = this.bound.get(&local) {
                if ident != bound.to_token_stream().to_string() {
                    before.extend(quote!(let #ident = &#bound;));
                }
            } else if mention.is_none() || !is_printed || !is_named {
                let place = this.mention(local, mention, span);
                before.extend(quote!(let #ident = &#place;));
                let again = if mention.is_some() { parse_quote!((*#ident)) } else { path_expr(ident) };
                this.bound.insert(local, again);
            }
        };
        for (local, span) in macros::told_by_name(mac) {
            name(self, local, None, span);
        }
        for (local, mention, span) in macros::named(mac) {
            name(self, local, Some(mention), span);
        }
        macros::forget_named(mac);
        before
    }

    fn rewrite_tokens(&mut self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|token| match token {
                TokenTree::Group(group) => {
                    let mut inner = proc_macro2::Group::new(group.delimiter(), self.rewrite_tokens(group.stream()));
                    inner.set_span(group.span());
                    TokenStream::from(TokenTree::Group(inner))
                }
                TokenTree::Ident(ident) => match Name::decode(&ident) {
                    Some(Name::Mention(local, mention)) => {
                        self.mention(local, Some(mention), ident.span()).into_token_stream()
                    }
                    Some(Name::Binding(_) | Name::Argument(_)) | None => TokenStream::from(TokenTree::Ident(ident)),
                },
                TokenTree::Literal(literal) => {
                    self.note_captures(&literal.to_string());
                    TokenStream::from(TokenTree::Literal(literal))
                }
                token => TokenStream::from(token),
            })
            .collect()
    }

    /// In a macro of which nothing is known a text may be a format string, which names variables.
    fn note_captures(&self, text: &str) {
        if text.starts_with('"') {
            let captures = macros::captures(text);
            let named = self.lowerer.body.locals.ids().filter(|local| {
                let variable = &self.lowerer.variables[local.0];
                captures.iter().any(|capture| variable == capture)
            });
            self.lowerer.named.borrow_mut().extend(named);
        }
    }
}

impl VisitMut for Rewriter<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(together) = self.mentioned_together(expr) {
            return self.bind_together(together, expr);
        }
        match expr {
            Expr::Path(path) => match Name::of_path(path) {
                Some(Name::Mention(local, mention)) => *expr = self.mention(local, Some(mention), path.span()),
                Some(Name::Argument(index)) => {
                    let variable = self.form.variable(index);
                    *expr = match self.form {
                        ArgumentForm::Value => path_expr(variable),
                        ArgumentForm::Witness => parse_quote!(#variable.absent()),
                        ArgumentForm::Held => parse_quote!(#variable.again()),
                    };
                }
                Some(Name::Binding(_)) | None => {}
            },
            Expr::Field(_) => match self.piece(expr) {
                Some(piece) => *expr = piece,
                None => visit_mut::visit_expr_mut(self, expr),
            },
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => match self.unboxed(&e.expr) {
                Some(value) => *expr = value,
                None => visit_mut::visit_expr_mut(self, expr),
            },
            Expr::Struct(e) => {
                let check = self.struct_check(e);
                visit_mut::visit_expr_mut(self, expr);
                self.put_before(check.unwrap_or_default(), expr);
            }
            Expr::Let(e) => {
                if let Some(opened) =
                    self.opened(&e.expr, &[&e.pat], &[], true).filter(|opened| opened.check.is_empty())
                {
                    *e.expr = opened.scrutinee;
                    *e.pat = opened.pats.into_iter().next().expect("there is one pattern");
                }
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Match(e) => {
                let pats: Vec<_> = e.arms.iter().map(|arm| &arm.pat).collect();
                let guards: Vec<_> = e.arms.iter().map(|arm| arm.guard.as_ref().map(|(_, guard)| &**guard)).collect();
                if let Some(opened) = self.opened(&e.expr, &pats, &guards, false) {
                    *e.expr = opened.scrutinee;
                    for (arm, pat) in e.arms.iter_mut().zip(opened.pats) {
                        arm.pat = pat;
                        // It is evaluated where the value is taken apart.
                        arm.guard.take_if(|_| opened.check.is_empty());
                    }
                    visit_mut::visit_expr_mut(self, expr);
                    return self.put_before(opened.check, expr);
                }
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Assign(e) => {
                let local = local_of(&e.left).filter(|&local| self.is_optional(local));
                self.visit_expr_mut(&mut e.right);
                if let Some(local) = local_of(&e.left).filter(|&local| self.is_owned(local)) {
                    let (variable, right) = (self.variable(local, e.left.span()), &e.right);
                    let (assign, value) = match self.keep(local) {
                        Keep::OwnedAssigned => (quote!(assign), internal("__value")),
                        _ => (quote!(put_back), internal("__value")),
                    };
                    *expr = parse_quote!(match (#right) { #value => #variable.#assign(#value) });
                    return;
                }
                let Some(local) = local else {
                    self.in_assignee = matches!(&*e.left, Expr::Tuple(_) | Expr::Array(_));
                    self.visit_expr_mut(&mut e.left);
                    self.in_assignee = false;
                    return;
                };
                let private = self.lowerer.private();
                let span = e.left.span();
                let (slot, right) = (self.slot(local, span), &e.right);
                let value = internal("__value");
                let set = match self.lowerer.body.locals[local].aside {
                    None => quote_spanned!(span=> #private::set(#slot, #value)),
                    Some(aside) => {
                        let (verdict, aside) = (verdict_of(local), self.slot(aside, span));
                        quote_spanned!(span=> match #private::decide(&#verdict) {
                            #private::Decision::Moves(_) => #private::set(#aside, #value),
                            #private::Decision::Leaves(_) => #private::set(#slot, #value),
                        })
                    }
                };
                // The value first: it may be made of what the local holds.
                *expr = parse_quote_spanned!(span=> match (#right) { #value => #set });
            }
            Expr::MethodCall(call) if self.may_edit(call) => self.edit(expr),
            Expr::MethodCall(_) | Expr::Call(_) => match self.consuming_call(expr) {
                Some(call) => *expr = call,
                None => visit_mut::visit_expr_mut(self, expr),
            },
            Expr::Try(e) if self.closures == 0 => {
                self.visit_expr_mut(&mut e.expr);
                *expr = self.question_mark(e);
            }
            Expr::Return(e) if self.closures == 0 => {
                let value = match &mut e.expr {
                    Some(value) => {
                        self.visit_expr_mut(value);
                        value.to_token_stream()
                    }
                    None => quote!(()),
                };
                *expr = self.leave(&value, e.return_token.span());
            }
            Expr::Continue(e) if self.closures == 0 => {
                let target = e.label.as_ref().and_then(|label| self.scope.loops.get(&label.to_string()));
                if let Some(turn) = target {
                    let turn = turn_label(turn);
                    *expr = parse_quote!(break #turn);
                }
            }
            Expr::Closure(closure) if closure.capture.is_some() => self.capture(expr),
            Expr::Async(block) if block.capture.is_some() => self.capture(expr),
            Expr::Closure(_) | Expr::Async(_) => {
                self.closures += 1;
                visit_mut::visit_expr_mut(self, expr);
                self.closures -= 1;
            }
            Expr::Macro(mac) => match self.consuming_macro(&mac.mac, false) {
                Some(taking) => *expr = taking,
                None => {
                    let named = self.rewrite_macro(&mut mac.mac);
                    self.put_before(named, expr);
                }
            },
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for stmt in stmts {
            self.push_stmt(stmt, &mut block.stmts);
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Item(_) => {}
            Stmt::Macro(mac) => match self.consuming_macro(&mac.mac, mac.semi_token.is_some()) {
                Some(taking) => *stmt = Stmt::Expr(taking, mac.semi_token),
                None => {
                    let named = self.rewrite_macro(&mut mac.mac);
                    if !named.is_empty() {
                        *stmt = Stmt::Expr(Expr::Verbatim(quote!({ #named #mac })), None);
                    }
                }
            },
            // It may be several statements, or none.
            Stmt::Expr(Expr::Macro(mac), semi @ Some(_)) => match self.consuming_macro(&mac.mac, true) {
                Some(taking) => *stmt = Stmt::Expr(taking, *semi),
                None => {
                    let named = self.rewrite_macro(&mut mac.mac);
                    if !named.is_empty() {
                        *stmt = Stmt::Expr(Expr::Verbatim(quote!({ #named #mac; })), None);
                    }
                }
            },
            stmt => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        if let Pat::Ident(ident) = pat
            && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
        {
            ident.ident = self.variable(local, ident.ident.span());
            if self.lowerer.body.locals[local].mutable && ident.by_ref.is_none() {
                // Where the user wrote the name, so that errors call it by that.
                ident.mutability = Some(syn::Token![mut](ident.ident.span()));
            }
        }
        visit_mut::visit_pat_mut(self, pat);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Rewrites the expression of a borrow that is taken again: nothing in it moves.
pub(super) struct SharedMentions<'r, 'a, 'b> {
    pub(super) rewriter: &'r mut Rewriter<'a, 'b>,
}

impl VisitMut for SharedMentions<'_, '_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(Name::Mention(local, mention)) = Name::of_path(path) {
                    let usage = self.rewriter.lowerer.facts.usage(mention);
                    let mention = (usage == Use::Mutable).then_some(mention);
                    *expr = self.rewriter.mention(local, mention, path.span());
                }
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        self.rewriter.visit_pat_mut(pat);
    }
}

/// The place of `span`, as code of the expansion: what lints say of the user's code does not apply to it.
pub(super) fn generated(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// The variable whose type says whether a call takes the receiver `held`; see [`LocalData::aside`](crate::body::LocalData).
pub(super) fn verdict_of(held: LocalId) -> Ident {
    internal(&format!("__verdict_{}", held.0))
}
