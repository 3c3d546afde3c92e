//! Name resolution: which local each identifier of a body stands for.
//!
//! Afterwards every binding and mention of a local is a [`Name`] of its own in the tree, shorthand (`Point { x }`) is
//! written out, and the arguments of macros are resolved like any expression. What is left to a name as the user wrote
//! it is no local: an item, a constant, a field.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Block, Expr, Item, Local, Macro, Pat, Stmt,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    LocalData, Locals,
    lenders::{Lender, lenders},
    macros,
    paths::path,
    pattern::{collect_bindings, local_of},
    search::any_pat,
    spill::{is_borrowing_view, may_borrow},
    views::is_view,
};
use crate::{
    cfg,
    diag::{Errors, text},
    edition::drops_before_else,
    names::{LocalId, MentionId, Name, path_expr},
};

/// Resolves a body whose arguments are bound by `arguments`, in order.
pub(crate) fn resolve(body: &mut Block, locals: &mut Locals, errors: &mut Errors, arguments: &[(String, LocalId)]) {
    let mut scope = Scope::default();
    for (name, local) in arguments {
        scope.insert(name.clone(), Some(*local));
    }
    let mut resolver = Resolver { locals, errors, scopes: vec![scope], enclosing: Enclosing::Task };
    resolver.visit_block_mut(body);
}

/// What a name stands for in a scope: a local, or something that hides one.
type Scope = HashMap<String, Option<LocalId>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Enclosing {
    Task,
    Closure,
    Async,
    Const,
}

struct Resolver<'a> {
    locals: &'a mut Locals,
    errors: &'a mut Errors,
    scopes: Vec<Scope>,
    enclosing: Enclosing,
}

impl Resolver<'_> {
    fn lookup(&self, name: &str) -> Option<LocalId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied().flatten()
    }

    fn mention(&mut self, local: LocalId, span: Span) -> syn::Ident {
        Name::Mention(local, self.locals.new_mention()).encode(span)
    }

    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope::default());
        f(self);
        self.scopes.pop();
    }

    fn enclosed(&mut self, enclosing: Enclosing, f: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.enclosing, enclosing);
        self.scoped(f);
        self.enclosing = before;
    }

    /// Binds the names of `pattern` in the innermost scope.
    fn bind(&mut self, pattern: &mut Pat) {
        let mut binder = Binder { resolver: self, bound: Scope::default() };
        binder.visit_pat_mut(pattern);
        let bound = binder.bound;
        self.scopes.last_mut().expect("a body has a scope").extend(bound);
    }

    /// The items of a block hide locals of the blocks around it, from its first line on.
    fn hide_items(&mut self, block: &Block) {
        let scope = self.scopes.last_mut().expect("a body has a scope");
        for stmt in &block.stmts {
            let Stmt::Item(item) = stmt else { continue };
            self.locals.has_items = true;
            match item {
                Item::Fn(item) => scope.insert(item.sig.ident.to_string(), None),
                Item::Const(item) => scope.insert(item.ident.to_string(), None),
                Item::Static(item) => scope.insert(item.ident.to_string(), None),
                Item::Struct(item) => scope.insert(item.ident.to_string(), None),
                Item::Use(item) => {
                    hide_imports(&item.tree, scope);
                    None
                }
                _ => None,
            };
        }
    }

    fn check_yield(&mut self, mac: &Macro) {
        let message = match self.enclosing {
            Enclosing::Task => return,
            Enclosing::Closure => text::YIELD_IN_CLOSURE,
            Enclosing::Async => text::YIELD_IN_ASYNC,
            Enclosing::Const => text::YIELD_IN_CONST,
        };
        self.errors.at(mac, message);
    }

    fn resolve_macro(&mut self, mac: &mut Macro) {
        if macros::is_yield(mac) {
            self.check_yield(mac);
        }
        let name = macros::name(mac);
        if mentions_yield(mac.tokens.clone()) && cfg::is_in(mac.tokens.clone()) {
            self.errors.at(mac, text::CFG_IN_MACRO);
        }
        macros::write_out_message(mac);
        let is_of_others = macros::is_of_others(&name);
        let resolved = macros::with_arguments(mac, |arguments| {
            if let Some(position) = macros::format_position(&name).filter(|_| !is_of_others) {
                let this = std::cell::RefCell::new(&mut *self);
                arguments.write_out_captures(position, |name, span| {
                    // The name is resolved below, with the other arguments.
                    this.borrow().lookup(name).map(|_| path_expr(syn::Ident::new(name, span)))
                });
            }
            for argument in &mut arguments.list {
                self.visit_expr_mut(&mut argument.expr);
            }
        });
        let is_unknown = is_of_others || macros::argument_use(&name, 0) == macros::ArgumentUse::Unknown;
        if !macros::is_yield(mac) && (is_unknown || !resolved) {
            macros::note_named(mac, |name, span| Some(self.mention(self.lookup(name)?, span)));
        }
        if !resolved {
            if mentions_yield(mac.tokens.clone()) {
                self.errors.at(mac, text::YIELD_IN_MACRO);
            }
            mac.tokens = self.resolve_tokens(std::mem::take(&mut mac.tokens), macros::tells(&name));
        }
    }

    /// Resolves what may be a local in the tokens of a macro of which nothing is known.
    ///
    /// `has_fields`: what stands before a `=` is the name of something else.
    fn resolve_tokens(&mut self, tokens: TokenStream, has_fields: bool) -> TokenStream {
        let mut after_dot = false;
        let mut tokens = tokens.into_iter().peekable();
        std::iter::from_fn(|| {
            let token = tokens.next()?;
            let names = has_fields && matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '=');
            Some((token, names))
        })
        .map(|(token, names)| {
            let is_field =
                std::mem::replace(&mut after_dot, matches!(&token, TokenTree::Punct(p) if p.as_char() == '.'));
            match token {
                TokenTree::Group(group) => {
                    let mut inner =
                        proc_macro2::Group::new(group.delimiter(), self.resolve_tokens(group.stream(), false));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                TokenTree::Ident(ident) if !is_field && !names => match self.lookup(&ident.to_string()) {
                    Some(local) => TokenTree::Ident(self.mention(local, ident.span())),
                    None => TokenTree::Ident(ident),
                },
                token => token,
            }
        })
        .collect()
    }
}

/// The expression that stands in an invisible group, as a macro's `$e:expr` does: in parentheses, where it may need them.
fn visible(group: &mut syn::ExprGroup) -> Expr {
    let expr = std::mem::replace(&mut *group.expr, Expr::Verbatim(TokenStream::new()));
    match expr {
        Expr::Group(mut group) => visible(&mut group),
        Expr::Path(_) | Expr::Lit(_) | Expr::Macro(_) | Expr::Paren(_) => expr,
        expr => {
            let paren_token = syn::token::Paren(expr.span());
            Expr::Paren(syn::ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(expr) })
        }
    }
}

/// `let ref r = place;` as `let r = &place;`, which means the same.
fn write_out_ref(local: &mut Local) {
    if let Local { pat: Pat::Ident(pat), init: Some(init), .. } = local
        && init.diverge.is_none()
        && pat.subpat.is_none()
        && let Some(by_ref) = pat.by_ref.take()
    {
        let (mutability, value) = (pat.mutability.take(), &init.expr);
        *init.expr = match **value {
            Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => {
                syn::parse_quote_spanned!(by_ref.span=> & #mutability (#value))
            }
            _ => syn::parse_quote_spanned!(by_ref.span=> & #mutability #value),
        };
    }
}

/// `if let pat = value { .. } else { .. }` as a `match`, which before edition 2024 means the same: the value lives to the
/// end of the statement.
fn write_out_if_let(expr: &mut Expr) {
    let Expr::If(e) = expr else { return };
    let Expr::Let(condition) = &*e.cond else { return };
    let (pat, value, then) = (&condition.pat, &*condition.expr, &e.then_branch);
    let otherwise = e.else_branch.as_ref().map(|(_, branch)| &**branch);
    let otherwise = otherwise.cloned().unwrap_or_else(|| syn::parse_quote!({}));
    let arms = vec![syn::parse_quote!(#pat => #then), syn::parse_quote!(_ => #otherwise,)];
    *expr = super::branch::match_expr(value.clone(), arms);
}

/// Whether the left side of an assignment is a place, and no pattern.
fn is_assignable(expr: &Expr) -> bool {
    !matches!(expr, Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) | Expr::Infer(_))
}

/// The left side of `(a, b.c) = value` as a pattern, whose bindings are then assigned.
fn assigned_pattern(left: &Expr, assignments: &mut Vec<Stmt>) -> Pat {
    let mut all = |exprs: &syn::punctuated::Punctuated<Expr, syn::Token![,]>| -> Vec<Pat> {
        exprs.iter().map(|expr| assigned_pattern(expr, assignments)).collect()
    };
    match left {
        Expr::Infer(_) => syn::parse_quote!(_),
        Expr::Range(range) if range.start.is_none() && range.end.is_none() => syn::parse_quote!(..),
        Expr::Tuple(e) => {
            let parts = all(&e.elems);
            syn::parse_quote!((#(#parts,)*))
        }
        Expr::Array(e) => {
            let parts = all(&e.elems);
            syn::parse_quote!([#(#parts),*])
        }
        Expr::Call(e) => {
            let (path, parts) = (&e.func, all(&e.args));
            syn::parse_quote!(#path(#(#parts),*))
        }
        Expr::Struct(e) => {
            let path = &e.path;
            let members = e.fields.iter().map(|field| &field.member);
            let parts: Vec<_> = e.fields.iter().map(|field| assigned_pattern(&field.expr, assignments)).collect();
            let rest = e.dot2_token.map(|_| quote::quote!(..));
            syn::parse_quote!(#path { #(#members: #parts,)* #rest })
        }
        place => {
            let part = crate::names::internal(&format!("__part_{}", assignments.len()));
            assignments.push(syn::parse_quote!(#place = #part;));
            syn::parse_quote!(#part)
        }
    }
}

fn hide_imports(tree: &syn::UseTree, scope: &mut Scope) {
    match tree {
        syn::UseTree::Path(path) => hide_imports(&path.tree, scope),
        syn::UseTree::Name(name) => {
            scope.insert(name.ident.to_string(), None);
        }
        syn::UseTree::Rename(rename) => {
            scope.insert(rename.rename.to_string(), None);
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| hide_imports(tree, scope)),
        syn::UseTree::Glob(_) => {}
    }
}

/// Whether `tokens` hold a `yield_!`, at any depth.
pub(crate) fn mentions_yield(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "yield_" || ident == "yield_from" => {
                if matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '!') {
                    return true;
                }
            }
            TokenTree::Group(group) if mentions_yield(group.stream()) => return true,
            _ => {}
        }
    }
    false
}

impl VisitMut for Resolver<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scoped(|this| {
            this.hide_items(block);
            for stmt in &mut block.stmts {
                this.visit_stmt_mut(stmt);
            }
        });
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => self.visit_local_mut(local),
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Macro(stmt_macro) => {
                let mac = stmt_macro.mac.clone();
                let mut expr = Expr::Macro(syn::ExprMacro { attrs: std::mem::take(&mut stmt_macro.attrs), mac });
                self.visit_expr_mut(&mut expr);
                *stmt = Stmt::Expr(expr, stmt_macro.semi_token);
            }
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        write_out_ref(local);
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.bind(&mut local.pat);
        self.locals.note_let(local);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Group(group) = expr {
            *expr = visible(group);
        }
        match expr {
            Expr::Path(path) => {
                if path.qself.is_none()
                    && let Some(ident) = path.path.get_ident()
                    && let Some(local) = self.lookup(&ident.to_string())
                {
                    let ident = self.mention(local, ident.span());
                    path.path = ident.into();
                }
            }
            Expr::Macro(mac) => {
                match macros::name(&mac.mac).as_str() {
                    "matches" => {
                        if let Some(open) = macros::open_matches(&mac.mac) {
                            *expr = open;
                            return self.visit_expr_mut(expr);
                        }
                    }
                    "dbg" => {
                        if let Some(open) = macros::open_dbg(&mac.mac) {
                            *expr = open;
                            return self.visit_expr_mut(expr);
                        }
                    }
                    _ => {}
                }
                self.resolve_macro(&mut mac.mac);
            }
            Expr::If(e) => {
                self.scoped(|this| {
                    this.visit_expr_mut(&mut e.cond);
                    this.visit_block_mut(&mut e.then_branch);
                });
                if let Some((_, branch)) = &mut e.else_branch {
                    self.visit_expr_mut(branch);
                }
                if matches!(*e.cond, Expr::Let(_)) && !drops_before_else() {
                    write_out_if_let(expr);
                }
            }
            Expr::While(e) => self.scoped(|this| {
                this.visit_expr_mut(&mut e.cond);
                this.visit_block_mut(&mut e.body);
            }),
            Expr::Let(e) => {
                self.visit_expr_mut(&mut e.expr);
                self.bind(&mut e.pat);
                self.locals.note_borrowed_parts(&e.pat, &e.expr);
            }
            Expr::ForLoop(e) => {
                self.visit_expr_mut(&mut e.expr);
                self.scoped(|this| {
                    this.bind(&mut e.pat);
                    if is_over_numbers(&e.expr) {
                        this.locals.note_copies(&e.pat);
                    }
                    this.visit_block_mut(&mut e.body);
                });
            }
            Expr::Match(e) => {
                self.visit_expr_mut(&mut e.expr);
                for arm in &mut e.arms {
                    self.scoped(|this| {
                        this.bind(&mut arm.pat);
                        this.locals.note_borrowed_parts(&arm.pat, &e.expr);
                        if let Some((_, guard)) = &mut arm.guard {
                            this.visit_expr_mut(guard);
                        }
                        this.visit_expr_mut(&mut arm.body);
                    });
                }
            }
            Expr::Closure(e) => self.enclosed(Enclosing::Closure, |this| {
                for input in &mut e.inputs {
                    this.bind(input);
                }
                this.visit_expr_mut(&mut e.body);
            }),
            Expr::Async(e) => self.enclosed(Enclosing::Async, |this| this.visit_block_mut(&mut e.block)),
            Expr::Const(e) => self.enclosed(Enclosing::Const, |this| this.visit_block_mut(&mut e.block)),
            Expr::Await(e) => {
                if self.enclosing == Enclosing::Task {
                    self.errors.at_span(e.await_token.span, text::AWAIT);
                }
                self.visit_expr_mut(&mut e.base);
            }
            Expr::Struct(e) => {
                for field in &mut e.fields {
                    if field.colon_token.is_none() {
                        field.colon_token = Some(Default::default());
                    }
                    self.visit_expr_mut(&mut field.expr);
                }
                if let Some(rest) = &mut e.rest {
                    self.visit_expr_mut(rest);
                }
            }
            Expr::Assign(e) if !is_assignable(&e.left) => {
                let mut assignments = Vec::new();
                let (pat, right) = (assigned_pattern(&e.left, &mut assignments), &e.right);
                *expr = syn::parse_quote!({ let #pat = #right; #(#assignments)* });
                visit_mut::visit_expr_mut(self, expr);
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Gives the bindings of one pattern their ids.
struct Binder<'a, 'b> {
    resolver: &'a mut Resolver<'b>,
    bound: Scope,
}

impl VisitMut for Binder<'_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Ident(ident) => {
                let name = ident.ident.to_string();
                let plain = ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none();
                // `None`, `MAX`: by convention a constant or a variant. A binding that breaks the convention is left
                // alone too: where it would have to be kept, the compiler says that it does not know it.
                if plain && name.starts_with(char::is_uppercase) {
                    return;
                }
                let local = match self.bound.get(&name) {
                    Some(Some(local)) => *local,
                    _ => self.resolver.locals.new_local(LocalData {
                        name: name.clone(),
                        span: ident.ident.span(),
                        // `ref mut` is the kind of a borrow.
                        mutable: ident.by_ref.is_none() && ident.mutability.is_some(),
                        ..LocalData::default()
                    }),
                };
                self.bound.insert(name, Some(local));
                ident.ident = Name::Binding(local).encode(ident.ident.span());
                if let Some((_, sub)) = &mut ident.subpat {
                    self.visit_pat_mut(sub);
                }
            }
            Pat::Struct(pat) => {
                for field in &mut pat.fields {
                    if field.colon_token.is_none() {
                        field.colon_token = Some(Default::default());
                    }
                    self.visit_pat_mut(&mut field.pat);
                }
            }
            pat => visit_mut::visit_pat_mut(self, pat),
        }
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

impl Locals {
    /// What a pattern binds of a borrow is borrowed too.
    fn note_borrowed_parts(&mut self, pat: &Pat, value: &Expr) {
        if let Expr::Reference(_) = value {
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            for local in bound {
                self[local].must_be_trivial = true;
                self[local].reference = true;
            }
        }
    }

    /// What a pattern binds of a call may borrow from what that is made on.
    pub(super) fn note_borrowers(&mut self, pat: &Pat, value: &Expr) {
        if may_borrow(value) {
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            bound.into_iter().for_each(|local| self[local].may_borrow = true);
        }
        let mut lenders = match local_of(value) {
            Some(local) if self[local].lenders.is_empty() && !self[local].reference => Vec::new(),
            Some(_) => {
                let place = value.clone();
                vec![Lender { place, is_receiver: false, is_value: true, is_given: false, waits: false }]
            }
            None => lenders(value),
        };
        lenders.retain(|lender| path(&lender.place).is_some_and(|path| !self[path.root].temporary));
        if !lenders.is_empty() {
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            bound.into_iter().for_each(|local| self[local].lenders.clone_from(&lenders));
        }
    }

    /// What a pattern binds by value of a value that is `Copy` is `Copy`, too.
    fn note_copies(&mut self, pat: &Pat) {
        any_pat(pat, |pat| {
            if let Pat::Ident(ident) = pat
                && ident.by_ref.is_none()
                && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
            {
                self[local].copy = true;
            }
            false
        });
    }

    /// The same for the parts that are `Copy` by their looks of a value that is taken apart where it is made.
    fn note_copied_parts(&mut self, pat: &Pat, value: &Expr) {
        match (pat, value) {
            (Pat::Tuple(pat), Expr::Tuple(value)) if pat.elems.len() == value.elems.len() => {
                // A `..` in the place of one element stands for that one.
                pat.elems.iter().zip(&value.elems).for_each(|(pat, value)| self.note_copied_parts(pat, value));
            }
            (pat, value) if is_copy_expr(value) => self.note_copies(pat),
            _ => {}
        }
    }

    /// Notes what the statement says of the local that it declares.
    fn note_let(&mut self, stmt: &Local) {
        let (pat, written) = match &stmt.pat {
            Pat::Type(pat) => (&*pat.pat, Some(&*pat.ty)),
            pat => (pat, None),
        };
        if let Some(init) = &stmt.init {
            self.note_borrowers(pat, &init.expr);
        }
        if written.is_some_and(is_static) {
            // It lies elsewhere.
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            bound.into_iter().for_each(|local| self[local].lenders.clear());
        }
        let Pat::Ident(ident) = pat else {
            if let Some(init) = &stmt.init {
                self.note_borrowed_parts(pat, &init.expr);
                self.note_copied_parts(pat, &init.expr);
            }
            return;
        };
        let Some(Name::Binding(local)) = Name::decode(&ident.ident) else { return };
        let data = &mut self[local];
        data.declared_without_value = stmt.init.is_none();
        let Some(init) = &stmt.init else { return };
        data.copy = written.is_some_and(|ty| is_copy_type(ty) || matches!(ty, syn::Type::BareFn(_)))
            || is_copy_expr(&init.expr);
        data.must_be_trivial = is_borrowing_view(&init.expr);
        data.copy_unknown = matches!(&*init.expr, Expr::Closure(_) | Expr::Async(_));
        if ident.by_ref.is_none() && ident.subpat.is_none() && init.diverge.is_none() && is_view(&init.expr) {
            data.copy |= matches!(&*init.expr, Expr::Reference(e) if e.mutability.is_none());
            data.borrow = Some((*init.expr).clone());
            data.borrow_type = written.map(|ty| Box::new(ty.clone()));
            data.reference = true;
        }
        // One of another type is a pointer to a function.
        if let Expr::Closure(closure) = &*init.expr
            && closure.capture.is_none()
            && written.is_none_or(|ty| matches!(ty, syn::Type::Infer(_)))
        {
            data.borrow = Some((*init.expr).clone());
            data.is_closure = true;
        }
    }
}

/// Whether an expression is an iterator over a range, whose items are numbers, characters or addresses: `Copy` all.
pub(crate) fn is_over_numbers(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => is_over_numbers(&e.expr),
        Expr::Range(e) => e.start.is_some(),
        Expr::MethodCall(e) => match (e.method.to_string().as_str(), e.args.len()) {
            ("rev", 0) | ("skip" | "take" | "step_by", 1) => is_over_numbers(&e.receiver),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a type has the lifetime `'static` in it.
fn is_static(ty: &syn::Type) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.0 |= lifetime.ident == "static";
        }
    }
    let mut search = Search(false);
    syn::visit::visit_type(&mut search, ty);
    search.0
}

/// Whether a type is `Copy` by its looks.
pub(crate) fn is_copy_type(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => {
            path.qself.is_none()
                && path.path.get_ident().is_some_and(|ident| {
                    matches!(
                        ident.to_string().as_str(),
                        "u8" | "u16"
                            | "u32"
                            | "u64"
                            | "u128"
                            | "usize"
                            | "i8"
                            | "i16"
                            | "i32"
                            | "i64"
                            | "i128"
                            | "isize"
                            | "f32"
                            | "f64"
                            | "bool"
                            | "char"
                    )
                })
        }
        syn::Type::Reference(reference) => reference.mutability.is_none(),
        syn::Type::Paren(paren) => is_copy_type(&paren.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_copy_type),
        syn::Type::BareFn(_) | syn::Type::Never(_) => true,
        _ => false,
    }
}

/// Whether an expression evaluates to something `Copy` by its looks.
fn is_copy_expr(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Paren(e) => is_copy_expr(&e.expr),
        Expr::Unary(e) => !matches!(e.op, syn::UnOp::Deref(_)) && is_copy_expr(&e.expr),
        Expr::Cast(e) => is_copy_type(&e.ty),
        Expr::Tuple(e) => e.elems.iter().all(is_copy_expr),
        Expr::Binary(e) => match e.op {
            syn::BinOp::Eq(_)
            | syn::BinOp::Ne(_)
            | syn::BinOp::Lt(_)
            | syn::BinOp::Le(_)
            | syn::BinOp::Gt(_)
            | syn::BinOp::Ge(_)
            | syn::BinOp::And(_)
            | syn::BinOp::Or(_) => true,
            _ => is_copy_expr(&e.left) && is_copy_expr(&e.right),
        },
        Expr::MethodCall(e) => e.args.is_empty() && matches!(e.method.to_string().as_str(), "len" | "is_empty"),
        _ => false,
    }
}

impl Locals {
    pub(crate) fn new_mention(&mut self) -> MentionId {
        self.mentions += 1;
        MentionId(self.mentions - 1)
    }
}
