//! The syntax tree of a resolved body, as a [`Body`].

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Block, Expr, Lifetime, Pat, Stmt, parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    Arm, Body, Choose, Code, Head, Labeled, LocalData, Locals, Loop, NodeId, Seq, Step, Yield, macros,
    spill::{Split, has_yield, is_place, needs_split},
};
use crate::{
    diag::{Errors, text},
    edition,
    names::{LocalId, Name, internal},
};

/// Builds the body. `krate` is the path of the library.
pub(crate) fn build(
    block: Block,
    locals: Locals,
    arguments: Vec<LocalId>,
    krate: &syn::Path,
    errors: &mut Errors,
) -> Body {
    let mut builder = Builder {
        locals,
        errors,
        krate,
        drops_before_else: edition::drops_before_else(),
        nodes: 0,
        text: block.to_token_stream(),
        items: Vec::new(),
        yield_paths: Vec::new(),
    };
    let root = builder.seq(block, None);
    let Builder { locals, items, yield_paths, .. } = builder;
    Body { locals, arguments, root, items, yield_paths }
}

pub(crate) struct Builder<'a> {
    pub(crate) locals: Locals,
    pub(crate) errors: &'a mut Errors,
    krate: &'a syn::Path,
    /// See [`edition`].
    drops_before_else: bool,
    nodes: usize,
    /// The whole body.
    text: TokenStream,
    items: Vec<syn::Item>,
    yield_paths: Vec<syn::Path>,
}

impl Builder<'_> {
    fn node(&mut self) -> NodeId {
        self.nodes += 1;
        NodeId(self.nodes - 1)
    }

    /// An expression, with or without yields.
    pub(crate) fn code(&mut self, expr: Expr) -> Code {
        if !has_yield(&expr) {
            return Code::Plain(expr);
        }
        match expr {
            Expr::Macro(mac) if macros::is_yield(&mac.mac) => self.yield_(mac.mac),
            Expr::Macro(mac) if macros::name(&mac.mac).starts_with("debug_assert") => {
                let mut mac = mac;
                let name = macros::name(&mac.mac);
                let assert = Ident::new(name.trim_start_matches("debug_"), mac.mac.path.span());
                mac.mac.path = parse_quote!(::core::#assert);
                self.code(parse_quote!(if ::core::cfg!(debug_assertions) { #mac }))
            }
            Expr::Paren(e) => self.code(*e.expr),
            Expr::Group(e) => self.code(*e.expr),
            Expr::Block(e) => {
                let seq = self.seq(e.block, None);
                match e.label {
                    None => Code::Seq(Box::new(seq)),
                    Some(label) => {
                        Code::Labeled(Box::new(Labeled { label: label.name, body: Code::Seq(Box::new(seq)) }))
                    }
                }
            }
            Expr::Unsafe(e) => {
                let keyword = e.to_token_stream().into_iter().find_map(|token| match token {
                    TokenTree::Ident(keyword) => Some(keyword),
                    _ => None,
                });
                Code::Seq(Box::new(self.seq(e.block, keyword)))
            }
            Expr::If(e) => self.if_(e),
            Expr::Match(e) => self.match_(*e.expr, e.arms),
            Expr::Loop(e) => {
                let body = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.body });
                self.loop_(e.label, body)
            }
            Expr::While(e) => {
                let (label, cond, body) = (e.label, e.cond, e.body);
                let label = label.unwrap_or_else(|| self.fresh_label());
                let name = &label.name;
                let body: Expr = parse_quote!(if #cond #body else { break #name });
                self.loop_(Some(label), body)
            }
            Expr::ForLoop(e) => self.for_(e),
            Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) => {
                let (left, right) = (e.left, e.right);
                self.code(parse_quote!(if #left { #right } else { false }))
            }
            Expr::Binary(e) if matches!(e.op, syn::BinOp::Or(_)) => {
                let (left, right) = (e.left, e.right);
                self.code(parse_quote!(if #left { true } else { #right }))
            }
            expr => {
                let mut steps = Vec::new();
                let expr = self.spill(expr, Split::Yields, &mut steps);
                self.spilled(steps, Code::Plain(expr))
            }
        }
    }

    /// A block of statements that the compiler has made.
    fn spilled(&mut self, steps: Vec<Step>, tail: Code) -> Code {
        if steps.is_empty() {
            return tail;
        }
        let mut seq = Seq::new(self.node());
        seq.is_spill = true;
        seq.steps = steps;
        seq.tail = Some(tail);
        Code::Seq(Box::new(seq))
    }

    fn yield_(&mut self, mac: syn::Macro) -> Code {
        self.yield_paths.push(mac.path.clone());
        let span = mac.span();
        let krate = self.krate;
        let operation: Expr = if mac.tokens.is_empty() {
            parse_quote!(#krate::give_way())
        } else {
            match syn::parse2(mac.tokens.clone()) {
                Ok(expr) => expr,
                Err(_) => {
                    self.errors.at(&mac, text::YIELD_ARGUMENTS);
                    return Code::Plain(Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac }));
                }
            }
        };
        let mut steps = Vec::new();
        let operation = self.spill(operation, Split::Yields, &mut steps);
        let (operation, arguments) = self.split_operation(operation, &mut steps);
        let code = Code::Yield(Box::new(Yield { node: self.node(), operation, arguments, span }));
        self.spilled(steps, code)
    }

    /// An item in a block that waits. It is declared once, around the expansion of the whole body: nothing else there
    /// may mean something else by its name.
    fn item(&mut self, item: syn::Item, block: &TokenStream) {
        if let Some(name) = item_name(&item)
            && count(&self.text, name) != count(block, name)
        {
            self.errors.at(&item, text::ITEM_IN_BLOCK);
        }
        self.items.push(item);
    }

    /// A block; it must not have a label.
    fn seq(&mut self, block: Block, keyword: Option<Ident>) -> Seq {
        let items = block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_)));
        let text = if items { block.to_token_stream() } else { TokenStream::new() };
        let mut seq = Seq::new(self.node());
        seq.keyword = keyword;
        let mut stmts = block.stmts;
        let tail = match stmts.pop() {
            Some(Stmt::Expr(expr, None)) => Some(expr),
            Some(Stmt::Macro(syn::StmtMacro { attrs, mac, semi_token: None })) => {
                Some(Expr::Macro(syn::ExprMacro { attrs, mac }))
            }
            last => {
                stmts.extend(last);
                None
            }
        };
        for stmt in stmts {
            match stmt {
                Stmt::Item(syn::Item::Use(item)) => seq.imports.push(item),
                Stmt::Item(item) => self.item(item, &text),
                stmt => self.stmt(stmt, &mut seq),
            }
        }
        seq.tail = tail.map(|expr| self.code(expr));
        seq
    }

    fn stmt(&mut self, stmt: Stmt, seq: &mut Seq) {
        match stmt {
            Stmt::Item(_) => unreachable!("the items of a block are declared apart"),
            Stmt::Macro(syn::StmtMacro { attrs, mac, semi_token })
                if macros::is_yield(&mac) || semi_token.is_some() =>
            {
                self.stmt(Stmt::Expr(Expr::Macro(syn::ExprMacro { attrs, mac }), semi_token), seq);
            }
            Stmt::Macro(_) => seq.steps.push(Step::Plain(stmt)),
            Stmt::Local(local) => {
                let waits = local.init.as_ref().is_some_and(|init| {
                    has_yield(&init.expr) || init.diverge.as_ref().is_some_and(|(_, diverge)| has_yield(diverge))
                });
                if !waits {
                    let local = self.settle_borrow(local, &mut seq.steps);
                    return seq.steps.push(Step::Plain(Stmt::Local(local)));
                }
                self.check_cfg(&local.attrs);
                let local = self.settle_borrow(local, &mut seq.steps);
                let Some(init) = local.init else { return };
                if matches!(local.pat, Pat::Wild(_)) && !matches!(&*init.expr, Expr::Field(_)) {
                    // The value is dropped with the temporaries of the statement, as that of an expression.
                    let discarded = Stmt::Expr(*init.expr, Some(Default::default()));
                    return self.stmt(discarded, seq);
                }
                let diverge = init.diverge.map(|(_, diverge)| *diverge);
                if let Some(diverge) = diverge.as_ref().filter(|diverge| has_yield(diverge)) {
                    let (pat, expr) = self.open_let_else(local.pat, &init.expr, diverge);
                    return seq.steps.push(Step::Let { pat, code: self.code(expr), diverge: None });
                }
                let code = self.code(*init.expr);
                seq.steps.push(match code {
                    // What was borrowed is a local now.
                    Code::Plain(expr) => Step::Plain(let_stmt(&local.pat, &expr, diverge.as_ref())),
                    code => Step::Let { pat: local.pat, code, diverge },
                });
            }
            Stmt::Expr(expr, semi) => {
                if !has_yield(&expr) {
                    return seq.steps.push(Step::Plain(Stmt::Expr(expr, semi)));
                }
                self.check_cfg(attributes(&expr));
                let code = self.code(expr);
                seq.steps.push(Step::Discard(discarded(code)));
            }
        }
    }

    /// `let pat = init else { .. }` as `let (a, b) = match init { pat => (a, b), _ => .. }`.
    fn open_let_else(&mut self, pat: Pat, init: &Expr, diverge: &Expr) -> (Pat, Expr) {
        let mut bound = Vec::new();
        collect_bindings(&pat, &mut bound);
        let mut inner = Renamed { renamed: Vec::new(), builder: self };
        let mut inner_pat = pat;
        inner.visit_pat_mut(&mut inner_pat);
        let renamed = inner.renamed;
        let mut outer: Vec<Pat> = Vec::new();
        let mut values: Vec<Expr> = Vec::new();
        for (local, replacement) in renamed {
            let span = self.locals[local].span;
            let ident = Name::Binding(local).encode(span);
            let mutability = self.locals[local].mutable.then(<syn::Token![mut]>::default);
            outer.push(Pat::Ident(syn::PatIdent { attrs: Vec::new(), by_ref: None, mutability, ident, subpat: None }));
            values.push(self.mention(replacement, span));
        }
        let pat = parse_quote!((#(#outer,)*));
        let init = if is_place(init) || matches!(init, Expr::Reference(_)) {
            init.clone()
        } else {
            // In a block: its temporaries end before the `else` begins.
            parse_quote!({ #init })
        };
        (pat, parse_quote!(match #init { #inner_pat => (#(#values,)*), _ => #diverge }))
    }

    /// Makes the initialiser of `let r = &place` one that can be evaluated again: what may change in it is saved first,
    /// and a value that it borrows becomes a local, which lives as long as `r` does.
    fn settle_borrow(&mut self, mut stmt: syn::Local, out: &mut Vec<Step>) -> syn::Local {
        let Some(init) = &mut stmt.init else { return stmt };
        let Expr::Reference(reference) = &mut *init.expr else { return stmt };
        self.save_borrowed(reference, out);
        let pat = match &stmt.pat {
            Pat::Type(pat) => &*pat.pat,
            pat => pat,
        };
        if let Pat::Ident(ident) = pat
            && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
            && self.locals[local].borrow.is_some()
        {
            self.locals[local].borrow = Some((*init.expr).clone());
        }
        stmt
    }

    fn check_cfg(&mut self, attrs: &[syn::Attribute]) {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")) {
            self.errors.at(attr, text::CFG_ON_WAIT);
        }
    }

    fn if_(&mut self, e: syn::ExprIf) -> Code {
        let then = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch });
        let otherwise = e.else_branch.map_or_else(|| parse_quote!({}), |(_, expr)| *expr);
        match *e.cond {
            Expr::Let(condition) => self.if_let(condition, then, otherwise),
            condition if has_let(&condition) && needs_split(&condition, Split::YieldsAndTemporaries) => {
                self.chain(condition, &then, &otherwise)
            }
            condition if has_yield(&condition) => {
                // In a block: its temporaries end before the branch begins.
                let condition = parse_quote!({ #condition });
                self.match_(condition, vec![syn_arm(parse_quote!(true), then), syn_arm(parse_quote!(false), otherwise)])
            }
            condition => self.choose_if(condition, then, otherwise, Vec::new()),
        }
    }

    fn if_let(&mut self, mut e: syn::ExprLet, then: Expr, otherwise: Expr) -> Code {
        if self.can_be_taken(&e.expr) && takes_part(&e.pat) {
            return self.match_(*e.expr, vec![syn_arm(*e.pat, then), syn_arm(parse_quote!(_), otherwise)]);
        }
        if !self.drops_before_else && has_yield(&otherwise) {
            // What is matched lives to the end of the `else`.
            return self.match_(*e.expr, vec![syn_arm(*e.pat, then), syn_arm(parse_quote!(_), otherwise)]);
        }
        let mut steps = Vec::new();
        let before = self.locals.len();
        let yields = has_yield(&e.expr);
        *e.expr = self.spill(*e.expr, Split::YieldsAndTemporaries, &mut steps);
        let mut otherwise = otherwise;
        if yields && is_local(&e.expr) {
            let value = &e.expr;
            *e.expr = parse_quote!(::core::convert::identity(#value));
        } else if self.drops_before_else {
            // What the condition borrows from is dropped before the `else`.
            let held = self.locals.ids().skip(before).filter(|&local| !self.locals[local].must_be_trivial);
            for local in held.collect::<Vec<_>>() {
                let temporary = self.mention(local, otherwise.span());
                otherwise = parse_quote!({ ::core::mem::drop(#temporary); #otherwise });
            }
        }
        self.choose_if(Expr::Let(e), then, otherwise, steps)
    }

    /// An `if` whose condition has no yield.
    fn choose_if(&mut self, mut condition: Expr, then: Expr, otherwise: Expr, steps: Vec<Step>) -> Code {
        let mut then = self.code(then);
        let otherwise = self.code(otherwise);
        if let (Code::Plain(then), Code::Plain(otherwise)) = (&then, &otherwise) {
            return self.spilled(steps, Code::Plain(parse_quote!(if #condition #then else { #otherwise })));
        }
        self.bind_condition(&mut condition, &mut then);
        let choose = Choose { node: self.node(), head: Head::If { condition, then, otherwise } };
        self.spilled(steps, Code::Choose(Box::new(choose)))
    }

    /// A chain of conditions with a `let` in it, and a yield: one `if` in another, and a way out of them all.
    fn chain(&mut self, condition: Expr, then: &Expr, otherwise: &Expr) -> Code {
        let label = self.fresh_label().name;
        let mut links = Vec::new();
        split_chain(condition, &mut links);
        let mut nest: Expr = parse_quote!({ break #label #then });
        for link in links.into_iter().rev() {
            nest = match link {
                Expr::Let(e) if has_yield(&e.expr) => {
                    let (pat, expr) = (e.pat, e.expr);
                    parse_quote!({ match #expr { #pat => #nest, _ => {} } })
                }
                link => parse_quote!({ if #link #nest }),
            };
        }
        self.code(parse_quote!(#label: { #nest #otherwise }))
    }

    /// The bindings of the patterns in a condition belong to the block that it guards.
    fn bind_condition(&mut self, condition: &mut Expr, then: &mut Code) {
        match condition {
            Expr::Let(e) => self.bind_arm(&mut e.pat, &e.expr, then),
            Expr::Binary(e) => {
                self.bind_condition(&mut e.left, then);
                self.bind_condition(&mut e.right, then);
            }
            Expr::Paren(e) => self.bind_condition(&mut e.expr, then),
            _ => {}
        }
    }

    /// Whether a scrutinee is a local that a pattern may take apart: none of which is known that it is a reference.
    fn can_be_taken(&self, scrutinee: &Expr) -> bool {
        local_of(scrutinee).is_some_and(|local| {
            let data = &self.locals[local];
            !data.copy && !data.reference && !data.temporary
        })
    }

    fn match_(&mut self, scrutinee: Expr, mut arms: Vec<syn::Arm>) -> Code {
        for (_, guard) in arms.iter().filter_map(|arm| arm.guard.as_ref()) {
            if has_yield(guard) {
                self.errors.at(guard, text::YIELD_IN_GUARD);
            }
        }
        let mut steps = Vec::new();
        if arms.iter().any(|arm| has_yield(&arm.body)) {
            arms.iter().for_each(|arm| self.check_cfg(&arm.attrs));
        } else {
            // Only the scrutinee yields. It stays a value, which lives to the end of the `match`.
            let value = self.spill(scrutinee, Split::Yields, &mut steps);
            let tail = parse_quote!(match ::core::convert::identity(#value) { #(#arms)* });
            return self.spilled(steps, Code::Plain(tail));
        }
        // A value that is matched, and what it borrows from, live to the end of the `match`.
        let yields = has_yield(&scrutinee);
        let takes = self.can_be_taken(&scrutinee) && self.take_scrutinee(&scrutinee, &mut arms);
        let mut scrutinee = self.spill(scrutinee, Split::YieldsAndTemporaries, &mut steps);
        if takes || (yields && is_local(&scrutinee)) {
            scrutinee = parse_quote!(::core::convert::identity(#scrutinee));
        }
        let arms = arms
            .into_iter()
            .map(|arm| {
                let mut pat = arm.pat;
                let mut body = self.code(*arm.body);
                self.bind_arm(&mut pat, &scrutinee, &mut body);
                Arm { pat, guard: arm.guard.map(|(_, guard)| *guard), body }
            })
            .collect();
        let choose = Choose { node: self.node(), head: Head::Match { scrutinee, arms } };
        self.spilled(steps, Code::Choose(Box::new(choose)))
    }

    /// Makes the arms of a `match` on a local such that the local can be moved into it: if they take parts of it, each
    /// takes all of it, and what the last one does not take is put back.
    fn take_scrutinee(&mut self, scrutinee: &Expr, arms: &mut [syn::Arm]) -> bool {
        let Some((last, others)) = arms.split_last_mut() else { return false };
        if !others.iter().chain([&*last]).any(|arm| takes_part(&arm.pat))
            || !others.iter().all(|arm| binds_all(&arm.pat))
        {
            return false;
        }
        if let Pat::Wild(_) = last.pat {
            let Some(local) = local_of(scrutinee) else { return false };
            self.locals[local].mutable = true;
            let rest = self.temporary("rest", last.pat.span());
            let ident = Name::Binding(rest).encode(last.pat.span());
            let (rest, local) = (self.mention(rest, last.pat.span()), self.mention(local, last.pat.span()));
            let body = &last.body;
            last.pat =
                Pat::Ident(syn::PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None });
            last.body = parse_quote!({ #local = #rest; #body });
            return true;
        }
        binds_all(&last.pat)
    }

    /// Gives the bindings of `pat` to the block that it leads to, if that may wait.
    ///
    /// What a pattern leaves behind of a value lives to the end of the `match`. So that it does here, too, the parts
    /// that the pattern skips are bound with the others.
    fn bind_arm(&mut self, pat: &mut Pat, scrutinee: &Expr, body: &mut Code) {
        if body.is_plain() {
            return;
        }
        if !is_place(scrutinee) && !matches!(scrutinee, Expr::Reference(_)) {
            let mut holder = HoldRest { builder: self };
            holder.visit_pat_mut(pat);
        }
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        let taken = std::mem::replace(body, Code::Plain(Expr::Verbatim(Default::default())));
        let mut seq = match taken {
            Code::Seq(seq) if seq.keyword.is_none() => *seq,
            code => {
                let mut seq = Seq::new(self.node());
                seq.tail = Some(code);
                seq
            }
        };
        seq.bound.extend(bound);
        *body = Code::Seq(Box::new(seq));
    }

    fn loop_(&mut self, label: Option<syn::Label>, body: Expr) -> Code {
        let label = label.unwrap_or_else(|| self.fresh_label());
        let mut body = body;
        Relabel { label: &label.name, in_loop: false }.visit_expr_mut(&mut body);
        let body = self.code(body);
        Code::Loop(Box::new(Loop { label: label.name, body }))
    }

    fn for_(&mut self, e: syn::ExprForLoop) -> Code {
        let span = e.expr.span();
        let mut steps = Vec::new();
        let iterable = self.spill(*e.expr, Split::YieldsAndTemporaries, &mut steps);
        let iterator = self.locals.new_local(LocalData {
            name: "iter".to_owned(),
            span,
            mutable: true,
            temporary: true,
            ..LocalData::default()
        });
        let value = parse_quote!(::core::iter::IntoIterator::into_iter(#iterable));
        self.push_let(iterator, Code::Plain(value), &mut steps);
        let label = e.label.unwrap_or_else(|| self.fresh_label());
        let name = &label.name;
        let (pat, body) = (e.pat, e.body);
        let mention = self.mention(iterator, span);
        let body = parse_quote! {
            match ::core::iter::Iterator::next(&mut #mention) {
                ::core::option::Option::None => break #name,
                ::core::option::Option::Some(#pat) => #body
            }
        };
        let code = self.loop_(Some(label), body);
        self.spilled(steps, code)
    }

    fn fresh_label(&mut self) -> syn::Label {
        let ident = internal(&format!("__loop_{}", self.node().0));
        syn::Label {
            name: Lifetime { apostrophe: proc_macro2::Span::mixed_site(), ident },
            colon_token: Default::default(),
        }
    }
}

impl Seq {
    pub(crate) fn new(node: NodeId) -> Seq {
        Seq {
            node,
            keyword: None,
            is_spill: false,
            imports: Vec::new(),
            steps: Vec::new(),
            tail: None,
            bound: Vec::new(),
        }
    }

    /// The statements, and the tail, which a spilled block always has.
    pub(crate) fn into_parts(self) -> (Vec<Step>, Code) {
        (self.steps, self.tail.unwrap_or_else(|| Code::Plain(parse_quote!(()))))
    }
}

/// A statement's code: its value is dropped before the temporaries of the statement.
fn discarded(code: Code) -> Code {
    match code {
        Code::Seq(mut seq) if seq.is_spill => {
            let tail = seq.tail.take().map(|tail| match tail {
                Code::Plain(expr) => Step::Plain(Stmt::Expr(expr, Some(Default::default()))),
                tail => Step::Discard(discarded(tail)),
            });
            seq.steps.extend(tail);
            Code::Seq(seq)
        }
        code => code,
    }
}

/// How often `name` stands in `tokens`.
fn count(tokens: &TokenStream, name: &Ident) -> usize {
    let count = |token| match token {
        TokenTree::Group(group) => count(&group.stream(), name),
        TokenTree::Ident(ident) => usize::from(ident == *name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(count).sum()
}

/// The name that an item declares, where it is the only one.
fn item_name(item: &syn::Item) -> Option<&Ident> {
    match item {
        syn::Item::Const(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Fn(item) => Some(&item.sig.ident),
        syn::Item::Macro(item) => item.ident.as_ref(),
        syn::Item::Mod(item) => Some(&item.ident),
        syn::Item::Static(item) => Some(&item.ident),
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        syn::Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// Whether a condition is, or has in its chain, a `let`.
fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) => has_let(&e.left) || has_let(&e.right),
        _ => false,
    }
}

/// The conditions that are joined by `&&`, in order.
fn split_chain(condition: Expr, links: &mut Vec<Expr>) {
    match condition {
        Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) && has_let(&Expr::Binary(e.clone())) => {
            split_chain(*e.left, links);
            split_chain(*e.right, links);
        }
        condition => links.push(condition),
    }
}

fn let_stmt(pat: &Pat, expr: &Expr, diverge: Option<&Expr>) -> Stmt {
    match diverge {
        None => parse_quote!(let #pat = #expr;),
        Some(diverge) => parse_quote!(let #pat = #expr else #diverge;),
    }
}

fn syn_arm(pat: Pat, body: Expr) -> syn::Arm {
    parse_quote!(#pat => #body,)
}

/// The attributes of a statement's expression, where they are checked.
fn attributes(expr: &Expr) -> &[syn::Attribute] {
    match expr {
        Expr::Macro(e) => &e.attrs,
        Expr::If(e) => &e.attrs,
        Expr::Match(e) => &e.attrs,
        Expr::Block(e) => &e.attrs,
        Expr::Loop(e) => &e.attrs,
        Expr::While(e) => &e.attrs,
        Expr::ForLoop(e) => &e.attrs,
        Expr::MethodCall(e) => &e.attrs,
        Expr::Call(e) => &e.attrs,
        Expr::Try(e) => &e.attrs,
        Expr::Assign(e) => &e.attrs,
        Expr::Return(e) => &e.attrs,
        Expr::Break(e) => &e.attrs,
        _ => &[],
    }
}

/// The locals that a pattern binds, in order.
pub(crate) fn collect_bindings(pat: &Pat, out: &mut Vec<LocalId>) {
    struct Collector<'a>(&'a mut Vec<LocalId>);
    impl<'ast> syn::visit::Visit<'ast> for Collector<'_> {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            if let Some(Name::Binding(local)) = Name::decode(&pat.ident)
                && !self.0.contains(&local)
            {
                self.0.push(local);
            }
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    syn::visit::Visit::visit_pat(&mut Collector(out), pat);
}

/// Whether a pattern takes every part of what it matches.
pub(crate) fn binds_all(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(pat) => pat.by_ref.is_none() && pat.subpat.is_none(),
        Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) | Pat::Const(_) => true,
        Pat::Paren(pat) => binds_all(&pat.pat),
        Pat::Tuple(pat) => pat.elems.iter().all(binds_all),
        Pat::TupleStruct(pat) => pat.elems.iter().all(binds_all),
        Pat::Struct(pat) => pat.rest.is_none() && pat.fields.iter().all(|field| binds_all(&field.pat)),
        Pat::Or(pat) => pat.cases.iter().all(binds_all),
        _ => false,
    }
}

/// Whether a pattern takes every part of what it matches, and there is one.
fn takes_part(pat: &Pat) -> bool {
    let mut bound = Vec::new();
    collect_bindings(pat, &mut bound);
    !bound.is_empty() && binds_all(pat)
}

/// The local that an expression is.
pub(crate) fn local_of(expr: &Expr) -> Option<LocalId> {
    let Expr::Path(path) = expr else { return None };
    match Name::of_path(path)? {
        Name::Mention(local, _) => Some(local),
        Name::Binding(_) | Name::Argument(_) => None,
    }
}

fn is_local(expr: &Expr) -> bool {
    local_of(expr).is_some()
}

/// Binds what a pattern skips of a value, so that it lives on.
struct HoldRest<'a, 'b> {
    builder: &'a mut Builder<'b>,
}

impl VisitMut for HoldRest<'_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Wild(_) => {
                let local = self.builder.temporary("rest", pat.span());
                let ident = Name::Binding(local).encode(pat.span());
                *pat = Pat::Ident(syn::PatIdent {
                    attrs: Vec::new(),
                    by_ref: None,
                    mutability: None,
                    ident,
                    subpat: None,
                });
            }
            Pat::Rest(rest) => self.builder.errors.at(rest, text::REST_IN_ARM),
            Pat::Struct(pat) => {
                if let Some(rest) = &pat.rest {
                    self.builder.errors.at(rest, text::REST_IN_ARM);
                }
                visit_mut::visit_pat_struct_mut(self, pat);
            }
            // The cases of an or-pattern bind the same names: what one skips cannot be bound.
            Pat::Or(_) => {}
            // A reference has no destructor, and what is behind it belongs to another.
            Pat::Reference(_) => {}
            pat => visit_mut::visit_pat_mut(self, pat),
        }
    }
}

/// Gives the bindings of a pattern other locals.
struct Renamed<'a, 'b> {
    renamed: Vec<(LocalId, LocalId)>,
    builder: &'a mut Builder<'b>,
}

impl VisitMut for Renamed<'_, '_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        if let Some(Name::Binding(local)) = Name::decode(&pat.ident) {
            let known = self.renamed.iter().find(|(renamed, _)| *renamed == local).map(|(_, replacement)| *replacement);
            let replacement = known.unwrap_or_else(|| {
                let replacement = self.builder.temporary("part", pat.ident.span());
                self.renamed.push((local, replacement));
                replacement
            });
            pat.ident = Name::Binding(replacement).encode(pat.ident.span());
            pat.mutability = None;
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }
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
