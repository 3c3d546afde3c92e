//! The syntax tree of a resolved body, as a [`Body`].

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, Pat, Stmt, parse_quote, spanned::Spanned};

use super::{
    Body, Code, Given, Labeled, Locals, NodeId, Seq, Step, Yield, Yielded,
    branch::has_let,
    chains::{is_needed_after_wait, is_search},
    lets::{leaves_part, let_stmt, may_lend_local, may_lend_unless_it_leaves},
    macros,
    pattern::binds_reference,
    spill::{Changes, Split, has_temporaries, has_yield, is_ending_macro, is_place, needs_split},
};
use crate::{
    args::{Args, Kind},
    diag::{Errors, text},
    edition,
    names::LocalId,
    recursion::Itself,
};

/// Builds the body.
pub(crate) fn build(
    block: Block,
    locals: Locals,
    arguments: Vec<LocalId>,
    args: &Args,
    itself: Option<Itself>,
    errors: &mut Errors,
) -> Body {
    let mut builder = Builder {
        errors,
        krate: &args.krate,
        kind: &args.kind,
        itself,
        drops_before_else: edition::drops_before_else(),
        nodes: 0,
        text: if locals.has_items { block.to_token_stream() } else { TokenStream::new() },
        locals,
        items: Vec::new(),
        yield_paths: Vec::new(),
        ends_with_value: false,
        is_operand: false,
        operands_are_temporaries: false,
        operands_around: false,
        given: Vec::new(),
        changes: Changes::default(),
    };
    let left_by_macros = macros::may_leave(&block);
    let root = builder.seq(block, None);
    let Builder { locals, items, yield_paths, itself, given, .. } = builder;
    let itself = itself.filter(Itself::is_called);
    Body { locals, arguments, root, items, yield_paths, itself, given, left_by_macros }
}

pub(crate) struct Builder<'a> {
    pub(crate) locals: Locals,
    pub(crate) errors: &'a mut Errors,
    pub(super) krate: &'a syn::Path,
    kind: &'a Kind,
    /// The function, if its calls of itself can be known.
    itself: Option<Itself>,
    /// See [`edition`].
    pub(super) drops_before_else: bool,
    pub(super) nodes: usize,
    /// The whole body, if there are items in it.
    pub(super) text: TokenStream,
    pub(super) items: Vec<syn::Item>,
    pub(super) yield_paths: Vec<syn::Path>,
    /// The temporaries of what is built next end with its value, as those of a tail.
    pub(super) ends_with_value: bool,
    /// What is built next is a `match` whose value is an operand.
    pub(super) is_operand: bool,
    /// So the operands of the outermost expression there are dropped among the temporaries, and not before them.
    pub(super) operands_are_temporaries: bool,
    /// What is built next is an operand, and others have been evaluated before.
    pub(super) operands_around: bool,
    pub(super) given: Vec<Given>,
    /// What the arguments of the operation that is split change.
    pub(super) changes: Changes,
}

impl Builder<'_> {
    pub(super) fn node(&mut self) -> NodeId {
        self.nodes += 1;
        NodeId(self.nodes - 1)
    }

    /// An expression, with or without yields.
    pub(crate) fn code(&mut self, expr: Expr) -> Code {
        let ends_with_value = std::mem::take(&mut self.ends_with_value);
        if !has_yield(&expr) {
            return Code::Plain(expr);
        }
        match expr {
            Expr::Macro(mac) if macros::is_yield(&mac.mac) => self.yield_(mac.mac),
            expr @ Expr::Macro(_) if is_ending_macro(&expr) => {
                let mut steps = Vec::new();
                let expr = self.spill_ending(expr, &mut steps);
                self.spilled(steps, Code::Plain(expr))
            }
            Expr::Macro(mac) if macros::name(&mac.mac).starts_with("debug_assert") => {
                let mut mac = mac;
                let name = macros::name(&mac.mac);
                let assert = Ident::new(name.trim_start_matches("debug_"), mac.mac.path.span());
                mac.mac.path = parse_quote!(::core::#assert);
                self.code(parse_quote!(if ::core::cfg!(debug_assertions) { #mac }))
            }
            Expr::Paren(e) => {
                self.ends_with_value = ends_with_value;
                self.code(*e.expr)
            }
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
                // A condition may begin with a block.
                let cond = if has_let(&cond) { quote!(#cond) } else { quote!((#cond)) };
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
                self.ends_with_value = ends_with_value;
                let expr = self.spill(expr, Split::Yields, &mut steps);
                self.spilled(steps, Code::Plain(expr))
            }
        }
    }

    /// The tail of a block: its temporaries end with it.
    fn tail(&mut self, expr: Expr) -> Code {
        self.ends_with_value = self.drops_before_else;
        let code = self.code(expr);
        self.ends_with_value = false;
        code
    }

    /// A block of statements that the compiler has made.
    pub(super) fn spilled(&mut self, steps: Vec<Step>, tail: Code) -> Code {
        if steps.is_empty() {
            return tail;
        }
        let mut seq = Seq::new(self.node());
        seq.is_spill = true;
        seq.steps = steps;
        seq.tail = Some(tail);
        Code::Seq(Box::new(seq))
    }

    pub(super) fn yield_(&mut self, mac: syn::Macro) -> Code {
        self.yield_paths.push(mac.path.clone());
        let span = mac.span();
        let is_from = macros::name(&mac) == "yield_from";
        let mut steps = Vec::new();
        let what = match self.kind {
            Kind::Task if is_from => Err(text::YIELD_FROM_IN_TASK),
            Kind::Task => self.yielded_operation(&mac, &mut steps),
            Kind::Coroutine(_) if is_from => self.yielded_from(&mac, &mut steps),
            Kind::Coroutine(_) => self.yielded_value(&mac, &mut steps),
        };
        match what {
            Ok(what) => {
                let text = macros::written(&mac);
                let code = Code::Yield(Box::new(Yield { node: self.node(), what, span, text }));
                self.spilled(steps, code)
            }
            Err(refusal) => {
                self.errors.at(&mac, refusal);
                Code::Plain(Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac }))
            }
        }
    }

    fn yielded_operation(&mut self, mac: &syn::Macro, steps: &mut Vec<Step>) -> Result<Yielded, &'static str> {
        if mac.tokens.is_empty() {
            return Ok(Yielded::Turn);
        }
        let operation: Expr = mac.parse_body().map_err(|_| text::YIELD_ARGUMENTS)?;
        Ok(match self.call_of_itself(&operation, steps) {
            Some(call) => call,
            None => {
                let mut yielded = self.split_yielded(operation, steps);
                if let Yielded::Operation { operation, arguments } = &mut yielded {
                    self.read_numbers_once(operation, arguments);
                }
                yielded
            }
        })
    }

    /// What is yielded, if it is a call of the function itself.
    fn call_of_itself(&mut self, expr: &Expr, steps: &mut Vec<Step>) -> Option<Yielded> {
        if let Expr::Paren(e) = expr {
            return self.call_of_itself(&e.expr, steps);
        }
        if !self.itself.as_mut()?.takes_for_call(expr) {
            return None;
        }
        match self.spill(expr.clone(), Split::YieldsAndTemporaries, steps) {
            Expr::Call(call) => Some(Yielded::Itself(call.args.into_iter().collect())),
            _ => unreachable!("a call stays one when its operands are taken out"),
        }
    }

    fn split_yielded(&mut self, operation: Expr, steps: &mut Vec<Step>) -> Yielded {
        // What is evaluated after a yield in it is still evaluated before another one.
        let operation = match has_yield(&operation) {
            true => self.spill(operation, Split::YieldsAndTemporaries, steps),
            false => operation,
        };
        let (operation, arguments) = self.split_operation(operation, steps);
        Yielded::Operation { operation, arguments }
    }

    fn yielded_value(&mut self, mac: &syn::Macro, steps: &mut Vec<Step>) -> Result<Yielded, &'static str> {
        let value: Expr =
            if mac.tokens.is_empty() { parse_quote!(()) } else { mac.parse_body().map_err(|_| text::YIELD_VALUE)? };
        // Its temporaries live to the end of the statement.
        Ok(Yielded::Value(self.spill(value, Split::YieldsAndTemporaries, steps)))
    }

    fn yielded_from(&mut self, mac: &syn::Macro, steps: &mut Vec<Step>) -> Result<Yielded, &'static str> {
        let sub: Expr = mac.parse_body().map_err(|_| text::YIELD_FROM_ARGUMENTS)?;
        if let Some(call) = self.call_of_itself(&sub, steps) {
            return Ok(call);
        }
        if self.may_lend(&sub) {
            return Ok(self.split_yielded(sub, steps));
        }
        Ok(Yielded::From(self.spill(sub, Split::YieldsAndTemporaries, steps)))
    }

    /// A block; it must not have a label.
    pub(super) fn seq(&mut self, block: Block, keyword: Option<Ident>) -> Seq {
        // What the body itself imports, its items may use.
        let is_body = self.nodes == 0;
        let items = block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_)));
        let text = if items { block.to_token_stream() } else { TokenStream::new() };
        let mut seq = Seq::new(self.node());
        seq.keyword = keyword;
        let operands_around = std::mem::take(&mut self.operands_around);
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
        let mut stmts = stmts.into_iter();
        while let Some(mut stmt) = stmts.next() {
            if let Stmt::Local(syn::Local { pat, init: Some(init), .. }) = &mut stmt
                && is_search(&init.expr)
                && is_needed_after_wait(pat, stmts.as_slice(), tail.as_ref())
            {
                self.settle_search(&mut init.expr, &mut seq.steps);
            }
            if let Stmt::Local(syn::Local { init: Some(init), .. }) = &mut stmt
                && init.diverge.is_none()
            {
                self.extend_temporaries(&mut init.expr, stmts.as_slice(), tail.as_ref(), &mut seq.steps);
            }
            match stmt {
                Stmt::Item(syn::Item::Use(item)) if !is_body => seq.imports.push(item),
                Stmt::Item(item) => self.item(item, &text),
                stmt => self.stmt(stmt, &mut seq),
            }
        }
        seq.tail = tail.map(|expr| self.tail(expr));
        self.operands_around = operands_around;
        seq
    }

    pub(super) fn stmt(&mut self, stmt: Stmt, seq: &mut Seq) {
        match stmt {
            Stmt::Item(_) => unreachable!("the items of a block are declared apart"),
            Stmt::Macro(syn::StmtMacro { attrs, mac, semi_token })
                if macros::is_yield(&mac) || semi_token.is_some() =>
            {
                self.stmt(Stmt::Expr(Expr::Macro(syn::ExprMacro { attrs, mac }), semi_token), seq);
            }
            Stmt::Macro(_) => seq.steps.push(Step::Plain(stmt)),
            Stmt::Local(local) => {
                let local = self.let_by_reference(local, seq);
                let waits = local.init.as_ref().is_some_and(|init| {
                    has_yield(&init.expr) || init.diverge.as_ref().is_some_and(|(_, diverge)| has_yield(diverge))
                });
                if !waits {
                    let local = self.settle_borrow(local, &mut seq.steps);
                    return seq.steps.push(Step::Plain(Stmt::Local(local)));
                }
                let local = self.settle_borrow(local, &mut seq.steps);
                let Some(init) = local.init else { return };
                if matches!(local.pat, Pat::Wild(_)) {
                    // The value is dropped with the temporaries of the statement, as that of an expression; where it is
                    // a part of a value, all of that.
                    let mut value = *init.expr;
                    while let Expr::Field(field) = value {
                        value = *field.base;
                    }
                    let discarded = Stmt::Expr(value, Some(Default::default()));
                    return self.stmt(discarded, seq);
                }
                let mut diverge = init.diverge.map(|(_, diverge)| *diverge);
                if let Some(diverge) = diverge.as_mut().filter(|diverge| has_yield(diverge))
                    && (self.is_borrow(&init.expr) || self.is_part_of_place(&init.expr))
                {
                    self.diverge_before(&local.pat, &init.expr, diverge, seq);
                }
                // What is left of the value ends before them.
                let has_temporaries = has_temporaries(&init.expr) && !self.is_part_of_place(&init.expr);
                match &diverge {
                    Some(diverge) if has_yield(diverge) || has_temporaries && !binds_reference(&local.pat) => {
                        let lends = has_yield(diverge) && may_lend_local(&init.expr);
                        let (pat, expr) = self.open_let_else(local.pat, &init.expr, diverge);
                        let code = self.code(expr);
                        let code = if lends { self.entered_in_frame(code) } else { code };
                        return seq.steps.push(Step::Let { pat, code, diverge: None });
                    }
                    None if has_temporaries && leaves_part(&local.pat) => {
                        let (pat, expr) = self.open_let(local.pat, &init.expr);
                        return seq.steps.push(Step::Let { pat, code: self.code(expr), diverge: None });
                    }
                    _ => {}
                }
                let lends = may_lend_unless_it_leaves(&init.expr);
                let code = self.code(*init.expr);
                let code = if lends { self.entered_in_frame(code) } else { code };
                seq.steps.push(match self.ended(code) {
                    // What was borrowed is a local now.
                    Code::Plain(expr) => Step::Plain(let_stmt(&local.pat, &expr, diverge.as_ref())),
                    code => Step::Let { pat: local.pat, code, diverge },
                });
            }
            Stmt::Expr(expr, semi) => {
                if !has_yield(&expr) {
                    return seq.steps.push(Step::Plain(Stmt::Expr(expr, semi)));
                }
                // What is matched ends with the statement, after a value that is dropped there.
                self.is_operand = semi.is_some() && may_have_value(&expr);
                let code = self.code(expr);
                self.is_operand = false;
                seq.steps.push(Step::Discard(discarded(code)));
            }
        }
    }

    /// The initialiser of a `let`, or the whole of an arm: on a panic its operands are dropped before its temporaries, as
    /// in a statement. Those of a block's tail would be dropped together.
    pub(super) fn ended(&mut self, mut code: Code) -> Code {
        if let Code::Seq(seq) = &mut code
            && seq.is_spill
            && let Some(Code::Plain(tail)) = &mut seq.tail
        {
            self.end_like_statement(tail);
        }
        code
    }

    /// Makes an expression, which is to be a block's tail, drop its operands before its temporaries.
    pub(super) fn end_like_statement(&mut self, tail: &mut Expr) {
        if needs_split(tail, Split::YieldsAndTemporaries) && !extends_temporary(tail) {
            let label = self.fresh_label().name;
            *tail = parse_quote!(#label: { break #label #tail });
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

/// Whether an expression is a `match` that may evaluate to more than `()`, by its looks.
fn may_have_value(expr: &Expr) -> bool {
    let ends_with_statement = |block: &Block| !matches!(block.stmts.last(), Some(Stmt::Expr(_, None) | Stmt::Macro(_)));
    match expr {
        Expr::Paren(e) => may_have_value(&e.expr),
        Expr::Match(e) => e.arms.iter().any(|arm| match &*arm.body {
            Expr::Block(e) => !ends_with_statement(&e.block),
            body => !has_yield(body),
        }),
        _ => false,
    }
}

/// A statement's code: its value is dropped before the temporaries of the statement.
pub(super) fn discarded(code: Code) -> Code {
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

/// Whether a temporary in `expr` lives on with the local that `expr` initialises.
fn extends_temporary(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(e) => !is_place(&e.expr),
        Expr::Paren(e) => extends_temporary(&e.expr),
        Expr::Cast(e) => extends_temporary(&e.expr),
        Expr::Tuple(e) => e.elems.iter().any(extends_temporary),
        Expr::Array(e) => e.elems.iter().any(extends_temporary),
        Expr::Call(e) => e.args.iter().any(extends_temporary),
        Expr::Struct(e) => e.fields.iter().any(|field| extends_temporary(&field.expr)),
        _ => false,
    }
}
