//! Code without yields: what its statements and expressions use, declare and assign to.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, Pat, Stmt};

use super::{GraphBuilder, Target};
use crate::{
    analyse::graph::{Event, Part, Use},
    body::{
        captures::{Parts, captures},
        macros,
        methods::{Receiver, looks_at_text, only_looks, receiver},
        paths::Member,
        pattern::{binds_all, can_be_opened, local_of, mention_of, takes_all_or_none},
        resolve::is_copy_type,
        search::any_pat,
        spill::is_place,
        visit_mentions,
    },
    names::{LocalId, MentionId, Name},
};

impl GraphBuilder<'_> {
    fn block(&mut self, block: &Block) {
        self.scoped(|this| block.stmts.iter().for_each(|stmt| this.stmt(stmt)));
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &local.init {
                    if matches!(local.pat, Pat::Ident(_)) {
                        self.taken(&init.expr)
                    } else if takes_all(&local.pat) {
                        self.value(&init.expr)
                    } else {
                        self.unguarded(&init.expr, [&local.pat])
                    }
                    if let Some((_, diverge)) = &init.diverge {
                        self.branch(|this| this.value(diverge));
                    }
                }
                self.bind(&local.pat);
            }
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => self.value(expr),
            Stmt::Macro(stmt) => self.macro_(&stmt.mac),
        }
    }

    pub(super) fn value(&mut self, expr: &Expr) {
        self.expr(expr, Use::Value);
    }

    /// An expression that patterns are matched against.
    pub(super) fn scrutinee<'p>(&mut self, expr: &Expr, pats: impl IntoIterator<Item = &'p Pat>) {
        if !is_place(expr) {
            return self.value(expr);
        }
        let (mut opens, mut may_take) = (false, false);
        for pat in pats {
            opens |= binds_value(pat);
            may_take |= binds_value(pat) && binds_all(pat);
        }
        if opens {
            self.part = Part::Opened;
        }
        // Where it takes all of a local, that may be taken out of the frame.
        let may_take = may_take && local_of(expr).is_some_and(|local| !self.locals[local].temporary);
        self.expr(expr, if may_take { Use::Receiver } else { Use::Unknown });
    }

    /// The same of patterns without guards: what leads to a value that they take apart whole may be a box, which is taken.
    pub(super) fn unguarded<'p>(&mut self, expr: &Expr, pats: impl IntoIterator<Item = &'p Pat> + Clone) {
        if self.is_dereferenced(expr)
            && pats.clone().into_iter().any(binds_value)
            && pats.clone().into_iter().all(|pat| takes_all_or_none(pat) && can_be_opened(pat))
        {
            self.part = Part::Captured;
            return self.expr(expr, Use::Unknown);
        }
        self.scrutinee(expr, pats);
    }

    /// Whether an expression is what a local of the user's leads to.
    fn is_dereferenced(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => {
                local_of(&e.expr).is_some_and(|local| !self.locals[local].temporary)
            }
            _ => false,
        }
    }

    /// A value of which nothing is expected that a reference would be lent for.
    pub(super) fn taken(&mut self, expr: &Expr) {
        if local_of(expr).is_some() {
            let index = self.graph.events.len();
            self.graph.taken.push(index);
        }
        self.value(expr);
    }

    /// A condition; where it does not hold, the path goes to `no`.
    pub(super) fn condition(&mut self, expr: &Expr, no: usize) {
        match expr {
            Expr::Let(e) => {
                self.unguarded(&e.expr, [&*e.pat]);
                self.push(Event::Join);
                self.go_to(no);
                self.bind(&e.pat);
            }
            Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) => {
                self.condition(&e.left, no);
                self.condition(&e.right, no);
            }
            Expr::Paren(e) => self.condition(&e.expr, no),
            expr => {
                self.value(expr);
                self.push(Event::Join);
                self.go_to(no);
            }
        }
    }

    /// An expression whose place, if it is one, is used as `usage`.
    pub(super) fn expr(&mut self, expr: &Expr, usage: Use) {
        if !is_place(expr) {
            self.members.clear();
            self.part = Part::Unknown;
        }
        match expr {
            Expr::Path(path) => match Name::of_path(path) {
                Some(Name::Mention(local, mention)) => self.use_(local, Some(mention), usage),
                Some(Name::Binding(_) | Name::Argument(_)) | None => {}
            },
            Expr::Field(e) => {
                self.members.push(Member::Field(e.member.to_token_stream().to_string()));
                if usage == Use::Value {
                    self.part = Part::Value;
                }
                self.expr(&e.base, part(usage));
            }
            Expr::Index(e) => {
                self.members.push(Member::Element);
                // What lies in it is not moved out.
                self.part = Part::Unknown;
                self.expr(&e.expr, if usage == Use::Value { Use::Shared } else { usage });
                self.value(&e.index);
            }
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => {
                let is_moved = usage == Use::Value && local_of(&e.expr).is_some();
                if is_moved {
                    self.part = Part::Captured;
                } else if self.part != Part::Captured {
                    self.part = Part::Unknown;
                }
                self.expr(&e.expr, part(usage));
            }
            Expr::Paren(e) => self.expr(&e.expr, usage),
            Expr::Reference(e) => {
                self.expr(&e.expr, if e.mutability.is_some() { Use::Mutable } else { Use::Shared });
            }
            Expr::RawAddr(e) => self.expr(&e.expr, Use::Mutable),
            Expr::MethodCall(e) => self.method_call(e),
            Expr::Call(e) => {
                self.expr(&e.func, callee(&e.func));
                e.args.iter().for_each(|arg| self.value(arg));
            }
            Expr::Assign(e) => self.assignment(e),
            Expr::Binary(e) => self.binary(e),
            Expr::Let(_) => {
                let no = self.detached_join();
                self.condition(expr, no);
                self.go_to(no);
                self.continue_at(no);
            }
            Expr::If(e) => self.if_(e),
            Expr::Match(e) => self.match_(e),
            Expr::Loop(e) => self.looped(label(&e.label), |this| this.block(&e.body)),
            Expr::While(e) => self.while_(e),
            Expr::ForLoop(e) => self.for_(e),
            Expr::Block(e) => match &e.label {
                None => self.block(&e.block),
                Some(label) => self.labeled(label.name.to_string(), |this| this.block(&e.block)),
            },
            Expr::Unsafe(e) => self.block(&e.block),
            Expr::Const(_) => {}
            Expr::Async(syn::ExprAsync { capture: Some(_), .. })
            | Expr::Closure(syn::ExprClosure { capture: Some(_), .. }) => self.capture_by_value(expr),
            Expr::Async(e) => self.capture(|this| this.block(&e.block)),
            Expr::Closure(e) => self.capture(|this| {
                this.scoped(|this| {
                    e.inputs.iter().for_each(|input| this.bind(input));
                    this.value(&e.body);
                });
            }),
            Expr::Try(e) => self.value(&e.expr),
            Expr::Await(e) => self.value(&e.base),
            Expr::Return(e) => {
                e.expr.iter().for_each(|expr| self.value(expr));
                if self.closures == 0 {
                    self.current = None;
                }
            }
            Expr::Break(e) => {
                e.expr.iter().for_each(|expr| self.value(expr));
                self.jump(e.label.as_ref(), |target| target.end);
            }
            Expr::Continue(e) => self.jump(e.label.as_ref(), |target| target.head),
            Expr::Macro(e) => self.macro_(&e.mac),
            Expr::Array(e) => e.elems.iter().for_each(|elem| self.value(elem)),
            Expr::Tuple(e) => e.elems.iter().for_each(|elem| self.value(elem)),
            Expr::Struct(e) => {
                e.fields.iter().for_each(|field| self.value(&field.expr));
                if let Some(rest) = &e.rest {
                    self.part = Part::Opened;
                    self.expr(rest, Use::Unknown);
                }
            }
            Expr::Range(e) => e.start.iter().chain(e.end.iter()).for_each(|end| self.value(end)),
            Expr::Repeat(e) => self.value(&e.expr),
            Expr::Cast(e) if is_copy_type(&e.ty) => self.taken(&e.expr),
            Expr::Cast(e) => self.value(&e.expr),
            Expr::Unary(e) => self.value(&e.expr),
            Expr::Lit(_) | Expr::Infer(_) => {}
            // What syn does not parse, or the language does not have yet.
            expr => self.tokens(expr.to_token_stream(), &[]),
        }
    }

    fn method_call(&mut self, e: &syn::ExprMethodCall) {
        let method = e.method.to_string();
        let usage = match method.as_str() {
            _ if receiver(&method) == Receiver::Value => Use::Value,
            method if only_looks(method) => Use::Shared,
            method if looks_at_text(method) && self.is_unchanging(&e.receiver) => Use::Shared,
            _ if receiver(&method) == Receiver::Reference => Use::Unknown,
            _ => callee(&e.receiver),
        };
        self.expr(&e.receiver, usage);
        e.args.iter().for_each(|arg| self.value(arg));
    }

    fn if_(&mut self, e: &syn::ExprIf) {
        let (no, end) = (self.detached_join(), self.detached_join());
        self.scoped(|this| {
            this.condition(&e.cond, no);
            this.block(&e.then_branch);
            this.go_to(end);
        });
        self.continue_at(no);
        if let Some((_, otherwise)) = &e.else_branch {
            self.value(otherwise);
        }
        self.go_to(end);
        self.continue_at(end);
    }

    fn match_(&mut self, e: &syn::ExprMatch) {
        match e.arms.first() {
            Some(arm) if takes_all_by_name(&arm.pat) => self.value(&e.expr),
            _ if e.arms.iter().all(|arm| arm.guard.is_none()) => {
                self.unguarded(&e.expr, e.arms.iter().map(|arm| &arm.pat));
            }
            _ => self.scrutinee(&e.expr, e.arms.iter().map(|arm| &arm.pat)),
        }
        let (head, end) = (self.push(Event::Join), self.detached_join());
        for arm in &e.arms {
            self.continue_at(head);
            self.scoped(|this| {
                this.bind(&arm.pat);
                if let Some((_, guard)) = &arm.guard {
                    this.value(guard);
                }
                this.value(&arm.body);
                this.go_to(end);
            });
        }
        self.continue_at(end);
    }

    fn while_(&mut self, e: &syn::ExprWhile) {
        self.looped(label(&e.label), |this| {
            let end = this.innermost_end();
            this.scoped(|this| {
                this.condition(&e.cond, end);
                this.block(&e.body);
            });
        });
    }

    fn for_(&mut self, e: &syn::ExprForLoop) {
        self.value(&e.expr);
        self.looped(label(&e.label), |this| {
            let end = this.innermost_end();
            this.push(Event::Join);
            this.go_to(end);
            this.scoped(|this| {
                this.bind(&e.pat);
                this.block(&e.body);
            });
        });
    }

    /// Where the innermost loop ends, whose body is being walked.
    fn innermost_end(&self) -> usize {
        self.loops.last().expect("a loop is around").end
    }

    fn assignment(&mut self, e: &syn::ExprAssign) {
        match &*e.left {
            // What a pattern skips stays where it is.
            Expr::Infer(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) => {
                self.scrutinee(&e.right, []);
            }
            _ => self.value(&e.right),
        }
        self.assign(&e.left);
    }

    fn binary(&mut self, e: &syn::ExprBinary) {
        use syn::BinOp;
        match e.op {
            BinOp::And(_) | BinOp::Or(_) => {
                self.value(&e.left);
                self.branch(|this| this.value(&e.right));
            }
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                self.expr(&e.left, Use::Shared);
                self.expr(&e.right, Use::Shared);
            }
            BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::BitXor(_)
            | BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::Shl(_)
            | BinOp::Shr(_) => {
                self.taken(&e.left);
                self.taken(&e.right);
            }
            _ => {
                self.value(&e.right);
                self.expr(&e.left, Use::Mutable);
            }
        }
    }

    fn assign(&mut self, left: &Expr) {
        match local_of(left) {
            Some(local) => {
                self.push(Event::Assign(local));
            }
            None => {
                self.part = Part::Assigned;
                self.expr(left, Use::Mutable);
            }
        }
    }

    fn jump(&mut self, label: Option<&syn::Lifetime>, to: impl Fn(&Target) -> usize) {
        let target = match label {
            Some(label) => self.targets.get(&label.to_string()).copied(),
            None => self.loops.last().copied(),
        };
        if let Some(target) = target {
            self.go_to(to(&target));
        }
        self.current = None;
    }

    /// A closure or an `async` block: what it mentions, it uses where it is made.
    fn capture(&mut self, f: impl FnOnce(&mut Self)) {
        self.closures += 1;
        let start = self.graph.events.len();
        self.branch(f);
        self.closures -= 1;
        // What it does inside moves nothing out of the frame.
        for event in &mut self.graph.events[start..] {
            if let Event::Use { usage, part, .. } = event {
                if matches!(usage, Use::Value | Use::Receiver) {
                    *usage = Use::Unknown;
                }
                *part = Part::Unknown;
            }
        }
    }

    /// With `move`, and so when it is made, whatever it does with its captures; the last mention stands for all.
    fn capture_by_value(&mut self, expr: &Expr) {
        for capture in captures(expr) {
            let usage = if capture.parts.is_whole() { Use::Value } else { Use::Unknown };
            for mention in capture.mentions {
                if capture.is_opened {
                    self.part = Part::Captured;
                }
                if let Parts::Fields(fields) = &capture.parts {
                    self.part = Part::Captured;
                    if let [(member, _)] = fields.as_slice() {
                        self.members.push(Member::Field(member.to_token_stream().to_string()));
                    }
                }
                self.use_(capture.local, Some(mention), usage);
            }
        }
    }

    fn macro_(&mut self, mac: &syn::Macro) {
        let name = macros::name(mac);
        for (local, mention, _) in macros::named(mac) {
            self.use_(local, Some(mention), Use::Shared);
        }
        let bare = if self.closures == 0 { macros::bare_mentions(mac) } else { Vec::new() };
        let Some(arguments) = macros::arguments(mac) else {
            let mut mac = mac.clone();
            macros::forget_named(&mut mac);
            return self.tokens(mac.tokens, &bare);
        };
        for (index, argument) in arguments.list.iter().enumerate() {
            if name == "matches" {
                self.scrutinee(&argument.expr, []);
                continue;
            }
            let usage = match macros::argument_use(&name, index) {
                _ if mention_of(&argument.expr).is_some_and(|mention| bare.contains(&mention)) => Use::Receiver,
                macros::ArgumentUse::Shared => Use::Shared,
                macros::ArgumentUse::Receiver | macros::ArgumentUse::Unknown => Use::Unknown,
                macros::ArgumentUse::Value => Use::Value,
            };
            if macros::is_evaluated(&name, index) {
                self.expr(&argument.expr, usage);
            } else {
                self.branch(|this| this.expr(&argument.expr, usage));
            }
        }
        if matches!(name.as_str(), "panic" | "todo" | "unimplemented" | "unreachable") && self.closures == 0 {
            self.current = None;
        }
    }

    /// Whether an expression is a local that is not `mut`, and no reference by its looks: it may still be a `&mut`.
    fn is_unchanging(&self, receiver: &Expr) -> bool {
        local_of(receiver).is_some_and(|local| {
            let data = &self.locals[local];
            !data.mutable && !data.reference && !data.lent && data.borrow.is_none()
        })
    }

    /// `bare`: the mentions that may take their locals.
    fn tokens(&mut self, tokens: TokenStream, bare: &[(LocalId, MentionId)]) {
        visit_mentions(tokens, &mut |local, mention| {
            let usage = if bare.contains(&(local, mention)) { Use::Receiver } else { Use::Unknown };
            self.use_(local, Some(mention), usage);
        });
    }
}

/// How what is called, or what a method is called on, is used.
fn callee(expr: &Expr) -> Use {
    match expr {
        Expr::Paren(e) => callee(&e.expr),
        Expr::Path(_) => Use::Receiver,
        _ => Use::Unknown,
    }
}

/// How the whole is used if a part of it is used so.
fn part(usage: Use) -> Use {
    match usage {
        Use::Value => Use::Unknown,
        usage => usage,
    }
}

/// Whether a pattern copies or moves a part of what it matches.
fn binds_value(pat: &Pat) -> bool {
    any_pat(pat, |pat| match pat {
        Pat::Ident(pat) => pat.by_ref.is_none() && matches!(Name::decode(&pat.ident), Some(Name::Binding(_))),
        _ => false,
    })
}

/// Whether `let pat = place` takes the place whole.
fn takes_all(pat: &Pat) -> bool {
    match pat {
        Pat::Type(pat) => takes_all(&pat.pat),
        pat => binds_all(pat),
    }
}

/// Whether a pattern always matches, and takes what it matches by one name.
fn takes_all_by_name(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(pat) => {
            pat.by_ref.is_none() && pat.subpat.is_none() && matches!(Name::decode(&pat.ident), Some(Name::Binding(_)))
        }
        _ => false,
    }
}

fn label(label: &Option<syn::Label>) -> Option<String> {
    label.as_ref().map(|label| label.name.to_string())
}
