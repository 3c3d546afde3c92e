//! The body of a task as the compiler sees it: code with yields taken apart, code without left as it is.
//!
//! [`resolve`] finds the locals, [`build`] makes a [`Body`] of the syntax tree. In a `Body` a yield stands only where it
//! can be suspended at: as the whole of a statement, of an initialiser, of a tail. Everything that the user wrote
//! around it has become statements before and after it, in the order in which it is evaluated.

mod again;
mod branch;
pub(crate) mod build;
pub(crate) mod captures;
mod chains;
mod extended;
mod guards;
pub(crate) mod items;
mod lenders;
mod lets;
mod loops;
pub(crate) mod macros;
pub(crate) mod methods;
pub(crate) mod operation;
pub(crate) mod paths;
pub(crate) mod pattern;
pub(crate) mod resolve;
pub(crate) mod search;
pub(crate) mod spill;
pub(crate) mod views;

pub(crate) use branch::has_let;
pub(crate) use lenders::Lender;

use std::{
    collections::BTreeSet,
    ops::{Index, IndexMut},
};

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Lifetime, Pat, Stmt};

use crate::{
    names::{LocalId, MentionId, Name},
    recursion::Itself,
};

/// What is known of a local from its declaration.
#[derive(Clone)]
pub(crate) struct LocalData {
    /// What the user calls it; what the compiler calls a temporary.
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) mutable: bool,
    /// `let x;`
    pub(crate) declared_without_value: bool,
    /// `Copy` by its looks: a literal, a written type.
    pub(crate) copy: bool,
    /// The initialiser, where it is a borrow: `let r = &place`.
    pub(crate) borrow: Option<Expr>,
    /// The type that was written, where `borrow` is the initialiser: it may make a difference to what is borrowed.
    pub(crate) borrow_type: Option<Box<syn::Type>>,
    /// `borrow` is a closure, which borrows what it captures.
    pub(crate) is_closure: bool,
    /// Whether it is `Copy` may not be known where that would be asked: a closure of the same body, an error whose type
    /// follows from what comes later.
    pub(crate) copy_unknown: bool,
    /// Made by the compiler.
    pub(crate) temporary: bool,
    /// A temporary that lives to the end of its statement.
    pub(crate) is_held: bool,
    /// A receiver that lives to the end of its statement, unless the call takes it by value. Then this local has it
    /// instead, an operand, which is dropped before the temporaries of the statement.
    pub(crate) aside: Option<LocalId>,
    /// The receiver that this local has instead: it is always an `Option`, and mentioned nowhere by itself.
    pub(crate) aside_of: Option<LocalId>,
    /// Bound by a pattern that takes a borrow apart; `borrow` has it again.
    pub(crate) is_part: bool,
    /// With which others it is bound by a pattern, if `borrow` matches that again; and what it is called there.
    pub(crate) bound_with: Option<(usize, LocalId)>,
    /// What it is a part of is kept, if it lies behind a shared reference, or an unknown method evaluates to it; and so is
    /// it.
    pub(crate) unless_shared: bool,
    /// Bound by a pattern while its guard is evaluated: bound anew whenever that goes on.
    pub(crate) bound_by_guard: bool,
    /// How far a loop has come that starts its iterator again.
    pub(crate) is_counter: bool,
    /// A reference by its looks.
    pub(crate) reference: bool,
    /// A parameter that is handed in at each resume.
    pub(crate) lent: bool,
    /// What it is made of by a call may be borrowed by it.
    pub(crate) may_borrow: bool,
    /// It is not `mut`, but an arm of a `match` puts back what it has taken.
    pub(crate) is_put_back: bool,
    /// What it may borrow from, by its initialiser, if it may be text.
    pub(crate) lenders: Vec<Lender>,
    /// A value that borrows, and has no destructor by its looks; the compiler checks that.
    pub(crate) must_be_trivial: bool,
}

impl Default for LocalData {
    fn default() -> Self {
        LocalData {
            name: String::new(),
            span: Span::call_site(),
            mutable: false,
            declared_without_value: false,
            copy: false,
            borrow: None,
            borrow_type: None,
            is_closure: false,
            copy_unknown: false,
            temporary: false,
            is_held: false,
            aside: None,
            aside_of: None,
            is_part: false,
            bound_with: None,
            unless_shared: false,
            bound_by_guard: false,
            is_counter: false,
            reference: false,
            lent: false,
            may_borrow: false,
            is_put_back: false,
            lenders: Vec::new(),
            must_be_trivial: false,
        }
    }
}

/// All locals of a body, arguments included.
#[derive(Clone, Default)]
pub(crate) struct Locals {
    data: Vec<LocalData>,
    /// How many mentions there are.
    pub(crate) mentions: usize,
    /// Whether a block of the body has items.
    pub(crate) has_items: bool,
    /// Patterns that are matched again.
    pub(crate) matched_again: Vec<MatchedAgain>,
    /// Mentions of exclusive references, as operands, that only lend them, since they are needed again.
    pub(crate) lending_mentions: BTreeSet<MentionId>,
}

/// A pattern that takes a borrow apart, as it is matched again.
#[derive(Clone)]
pub(crate) struct MatchedAgain {
    pub(crate) scrutinee: Expr,
    pub(crate) pat: Pat,
}

impl Locals {
    /// Whether a local is an exclusive reference by its looks.
    pub(crate) fn is_exclusive_reference(&self, local: LocalId) -> bool {
        let data = &self[local];
        data.reference && !data.copy && data.borrow.is_none()
    }

    pub(crate) fn new_local(&mut self, data: LocalData) -> LocalId {
        self.data.push(data);
        LocalId(self.data.len() - 1)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = LocalId> + use<> {
        (0..self.data.len()).map(LocalId)
    }

    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }
}

impl Index<LocalId> for Locals {
    type Output = LocalData;

    fn index(&self, local: LocalId) -> &LocalData {
        &self.data[local.0]
    }
}

impl IndexMut<LocalId> for Locals {
    fn index_mut(&mut self, local: LocalId) -> &mut LocalData {
        &mut self.data[local.0]
    }
}

/// A construct that has a state of its own, by its position in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) usize);

/// The body of a task.
pub(crate) struct Body {
    pub(crate) locals: Locals,
    /// The arguments, in order.
    pub(crate) arguments: Vec<LocalId>,
    pub(crate) root: Seq,
    /// Items that are declared in blocks that wait, to be declared once for all pieces of the expansion.
    pub(crate) items: Vec<syn::Item>,
    /// Paths by which the user named `yield_!`, to be mentioned in the expansion.
    pub(crate) yield_paths: Vec<syn::Path>,
    /// The function, if there is a [`Yielded::Itself`] in the body.
    pub(crate) itself: Option<Itself>,
    pub(crate) given: Vec<Given>,
    /// There is a macro in it of which nothing is known: its text may have a `return`, whose value is what the user's
    /// function returns.
    pub(crate) left_by_macros: bool,
}

/// A mention of an exclusive reference, as an operand, that gives it away.
pub(crate) struct Given {
    pub(crate) local: LocalId,
    pub(crate) mention: MentionId,
    /// The function that it is given to, as it is called, if it is an argument of what is yielded.
    pub(crate) callee: Option<syn::Path>,
}

/// An argument that is an exclusive reference, and that the task keeps.
pub(crate) struct KeptReference {
    pub(crate) name: String,
    /// Whether it may be given away.
    pub(crate) is_given: bool,
}

impl Body {
    /// The arguments that are exclusive references, if no other local has the same name.
    pub(crate) fn kept_references(&self) -> Vec<KeptReference> {
        let locals = &self.locals;
        let is_kept = |local: &&LocalId| locals.is_exclusive_reference(**local) && !locals[**local].lent;
        let is_unique =
            |local: &&LocalId| locals.ids().all(|other| other == **local || locals[other].name != locals[**local].name);
        let kept = self.arguments.iter().filter(is_kept).filter(is_unique);
        let describe = |local: &LocalId| {
            let is_given = self.given.iter().any(|given| given.local == *local);
            KeptReference { name: locals[*local].name.clone(), is_given }
        };
        kept.map(describe).collect()
    }

    /// The names of what the task waits for.
    pub(crate) fn callees(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.root.callees(&mut names);
        names
    }
}

/// An expression.
pub(crate) enum Code {
    /// Without a yield.
    Plain(Expr),
    Yield(Box<Yield>),
    Seq(Box<Seq>),
    Choose(Box<Choose>),
    Select(Box<Select>),
    Loop(Box<Loop>),
    Labeled(Box<Labeled>),
}

/// One `yield_!` or `yield_from!`.
pub(crate) struct Yield {
    pub(crate) node: NodeId,
    pub(crate) what: Yielded,
    pub(crate) span: Span,
    /// The yield as it is written, in one line.
    pub(crate) text: String,
}

/// What is yielded.
pub(crate) enum Yielded {
    /// A task waits for an operation; a coroutine hands on what a call yields that may be lent its arguments.
    Operation {
        /// Evaluated for every attempt; it mentions its arguments by position.
        operation: Expr,
        /// Evaluated once, in order, before the operation begins.
        arguments: Vec<Argument>,
    },
    /// A task waits for its next turn.
    Turn,
    /// A coroutine hands out a value.
    Value(Expr),
    /// A coroutine hands on what another one, or an iterator, yields, which it keeps.
    From(Expr),
    /// The function calls itself, with these arguments: the callee is a frame of the same machine.
    Itself(Vec<Expr>),
}

/// An argument of an operation that is evaluated once.
pub(crate) struct Argument {
    pub(crate) value: Expr,
    /// It may be evaluated where it was written: it is a closure whose parameters have the types that the call says, or
    /// follows one.
    pub(crate) may_stay: bool,
}

/// A block: statements, of which at least one, or the tail, has a yield.
pub(crate) struct Seq {
    pub(crate) node: NodeId,
    /// The keyword before the block, if it has one.
    pub(crate) keyword: Option<Ident>,
    /// Made by spilling: no block of the user's.
    pub(crate) is_spill: bool,
    /// The imports of the block, for each piece of it.
    pub(crate) imports: Vec<syn::ItemUse>,
    pub(crate) steps: Vec<Step>,
    pub(crate) tail: Option<Code>,
    /// Locals that are bound where the block is entered: those of a pattern that chose it.
    pub(crate) bound: Vec<LocalId>,
}

/// A statement of a [`Seq`].
pub(crate) enum Step {
    Plain(Stmt),
    /// `let pat: ty = code else { .. };`
    Let {
        pat: Pat,
        code: Code,
        diverge: Option<Expr>,
    },
    /// `code;`
    Discard(Code),
}

/// `if` and `match`.
pub(crate) struct Choose {
    pub(crate) node: NodeId,
    pub(crate) head: Head,
}

pub(crate) enum Head {
    /// The condition has no yield.
    If { condition: Expr, then: Box<Code>, otherwise: Box<Code> },
    /// The scrutinee has no yield. `takes`: it is a local, which moves into the arm that matches.
    Match { scrutinee: Expr, takes: bool, arms: Vec<Arm> },
}

pub(crate) struct Arm {
    pub(crate) pat: Pat,
    pub(crate) guard: Option<Expr>,
    pub(crate) body: Code,
}

/// Which arm of a `match` with waiting guards is the one. Evaluates to its number, from one, and in how many ways its
/// pattern had matched when its guard held; to zeros if it has no guard.
pub(crate) struct Select {
    pub(crate) node: NodeId,
    /// A place, which stays as it is while a guard waits.
    pub(crate) scrutinee: Expr,
    /// Up to the last one with a guard.
    pub(crate) arms: Vec<SelectArm>,
}

pub(crate) struct SelectArm {
    pub(crate) pat: Pat,
    pub(crate) guard: Option<Code>,
}

/// `loop`, to which the other loops have been reduced.
pub(crate) struct Loop {
    pub(crate) label: Lifetime,
    pub(crate) body: Code,
}

/// `'label: { .. }`
pub(crate) struct Labeled {
    pub(crate) label: Lifetime,
    pub(crate) body: Code,
}

impl Step {
    /// The locals that the statement declares.
    fn declared(&self) -> Vec<LocalId> {
        let mut declared = Vec::new();
        if let Step::Plain(Stmt::Local(syn::Local { pat, .. })) | Step::Let { pat, .. } = self {
            pattern::collect_bindings(pat, &mut declared);
        }
        declared
    }

    /// Whether there is a mention of `local`.
    fn mentions(&self, local: LocalId) -> bool {
        let mut found = false;
        self.visit_tokens(&mut |tokens| found = found || mentioned_locals(tokens).contains(&local));
        found
    }

    /// Calls `visit` for each expression and statement without a yield.
    fn visit_tokens(&self, visit: &mut impl FnMut(TokenStream)) {
        match self {
            Step::Plain(stmt) => visit(stmt.to_token_stream()),
            Step::Let { code, diverge, .. } => {
                code.visit_tokens(visit);
                visit(diverge.to_token_stream());
            }
            Step::Discard(code) => code.visit_tokens(visit),
        }
    }
}

impl Code {
    /// Whether there is a `continue` in it.
    pub(crate) fn has_continue(&self) -> bool {
        fn finds(tokens: TokenStream) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Group(group) => finds(group.stream()),
                TokenTree::Ident(ident) => ident == "continue",
                TokenTree::Punct(_) | TokenTree::Literal(_) => false,
            })
        }
        let mut found = false;
        self.visit_tokens(&mut |tokens| found = found || finds(tokens));
        found
    }

    fn visit_tokens(&self, visit: &mut impl FnMut(TokenStream)) {
        match self {
            Code::Plain(expr) => visit(expr.to_token_stream()),
            Code::Yield(code) => match &code.what {
                Yielded::Operation { operation, arguments } => {
                    visit(operation.to_token_stream());
                    arguments.iter().for_each(|argument| visit(argument.value.to_token_stream()));
                }
                Yielded::Turn => {}
                Yielded::Value(expr) | Yielded::From(expr) => visit(expr.to_token_stream()),
                Yielded::Itself(arguments) => arguments.iter().for_each(|argument| visit(argument.to_token_stream())),
            },
            Code::Seq(seq) => {
                seq.steps.iter().for_each(|step| step.visit_tokens(visit));
                seq.tail.iter().for_each(|tail| tail.visit_tokens(visit));
            }
            Code::Choose(choose) => match &choose.head {
                Head::If { condition, then, otherwise } => {
                    visit(condition.to_token_stream());
                    then.visit_tokens(visit);
                    otherwise.visit_tokens(visit);
                }
                Head::Match { scrutinee, arms, .. } => {
                    visit(scrutinee.to_token_stream());
                    for arm in arms {
                        visit(arm.guard.to_token_stream());
                        arm.body.visit_tokens(visit);
                    }
                }
            },
            Code::Select(select) => {
                visit(select.scrutinee.to_token_stream());
                select.guards().for_each(|guard| guard.visit_tokens(visit));
            }
            Code::Loop(code) => code.body.visit_tokens(visit),
            Code::Labeled(code) => code.body.visit_tokens(visit),
        }
    }

    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Code::Plain(_))
    }

    /// The first yield in the text.
    pub(crate) fn first_wait(&self) -> Option<Span> {
        match self {
            Code::Plain(_) => None,
            Code::Yield(code) => Some(code.span),
            Code::Seq(seq) => seq.first_wait(),
            Code::Choose(choose) => match &choose.head {
                Head::If { then, otherwise, .. } => then.first_wait().or_else(|| otherwise.first_wait()),
                Head::Match { arms, .. } => arms.iter().find_map(|arm| arm.body.first_wait()),
            },
            Code::Select(select) => select.guards().find_map(Code::first_wait),
            Code::Loop(code) => code.body.first_wait(),
            Code::Labeled(code) => code.body.first_wait(),
        }
    }

    fn visit_unloaded(&self, found: &mut impl FnMut(MentionId)) {
        match self {
            Code::Plain(_) | Code::Yield(_) => {}
            Code::Seq(seq) => seq.visit_unloaded(&[], found),
            Code::Choose(choose) => match &choose.head {
                Head::If { then, otherwise, .. } => {
                    then.visit_unloaded(found);
                    otherwise.visit_unloaded(found);
                }
                Head::Match { arms, .. } => arms.iter().for_each(|arm| arm.body.visit_unloaded(found)),
            },
            Code::Select(select) => select.guards().for_each(|guard| guard.visit_unloaded(found)),
            Code::Loop(code) => code.body.visit_unloaded(found),
            Code::Labeled(code) => code.body.visit_unloaded(found),
        }
    }

    fn callees(&self, names: &mut BTreeSet<String>) {
        match self {
            Code::Plain(_) => {}
            Code::Yield(code) => match &code.what {
                Yielded::Operation { operation: expr, .. } | Yielded::From(expr) => {
                    crate::recursion::callees(expr, names);
                }
                Yielded::Turn | Yielded::Value(_) | Yielded::Itself(_) => {}
            },
            Code::Seq(seq) => seq.callees(names),
            Code::Choose(choose) => match &choose.head {
                Head::If { then, otherwise, .. } => {
                    then.callees(names);
                    otherwise.callees(names);
                }
                Head::Match { arms, .. } => arms.iter().for_each(|arm| arm.body.callees(names)),
            },
            Code::Select(select) => select.guards().for_each(|guard| guard.callees(names)),
            Code::Loop(code) => code.body.callees(names),
            Code::Labeled(code) => code.body.callees(names),
        }
    }
}

impl Select {
    pub(crate) fn guards(&self) -> impl Iterator<Item = &Code> {
        self.arms.iter().filter_map(|arm| arm.guard.as_ref())
    }
}

impl Seq {
    /// The first yield in the text.
    pub(crate) fn first_wait(&self) -> Option<Span> {
        let steps = self.steps.iter().filter_map(|step| match step {
            Step::Plain(_) => None,
            Step::Let { code, .. } | Step::Discard(code) => Some(code),
        });
        steps.chain(&self.tail).find_map(Code::first_wait)
    }

    /// Where the statements begin that come after everything in the block that can be suspended; none where the tail can.
    pub(crate) fn end_of_waits(&self) -> Option<usize> {
        if self.tail.as_ref().is_some_and(|tail| !tail.is_plain()) {
            return None;
        }
        let last = self.steps.iter().rposition(|step| !matches!(step, Step::Plain(_)));
        last.map(|last| last + 1)
    }

    /// The locals that the block declares itself.
    fn declared(&self) -> Vec<LocalId> {
        let mut declared = self.bound.clone();
        declared.extend(self.steps.iter().flat_map(Step::declared));
        declared
    }

    /// Calls `found` for each mention of a block's own local after all that can be suspended in the block.
    pub(crate) fn visit_unloaded(&self, arguments: &[LocalId], found: &mut impl FnMut(MentionId)) {
        if let Some(end) = self.end_of_waits() {
            let mut declared = self.declared();
            declared.extend_from_slice(arguments);
            let mut tokens = TokenStream::new();
            for step in &self.steps[end..] {
                if let Step::Plain(stmt) = step {
                    stmt.to_tokens(&mut tokens);
                }
            }
            if let Some(Code::Plain(tail)) = &self.tail {
                tail.to_tokens(&mut tokens);
            }
            visit_mentions(tokens, &mut |local, mention| {
                if declared.contains(&local) {
                    found(mention);
                }
            });
        }
        for step in &self.steps {
            if let Step::Let { code, .. } | Step::Discard(code) = step {
                code.visit_unloaded(found);
            }
        }
        self.tail.iter().for_each(|tail| tail.visit_unloaded(found));
    }

    fn callees(&self, names: &mut BTreeSet<String>) {
        for step in &self.steps {
            match step {
                Step::Plain(_) => {}
                Step::Let { code, .. } | Step::Discard(code) => code.callees(names),
            }
        }
        self.tail.iter().for_each(|tail| tail.callees(names));
    }
}

/// Calls `found` for each mention of a local in `tokens`.
pub(crate) fn visit_mentions(tokens: TokenStream, found: &mut impl FnMut(LocalId, MentionId)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => visit_mentions(group.stream(), found),
            TokenTree::Ident(ident) => {
                if let Some(Name::Mention(local, mention)) = Name::decode(&ident) {
                    found(local, mention);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Calls `found` for each local that is bound in `tokens`.
pub(crate) fn visit_bindings(tokens: TokenStream, found: &mut impl FnMut(LocalId)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => visit_bindings(group.stream(), found),
            TokenTree::Ident(ident) => {
                if let Some(Name::Binding(local)) = Name::decode(&ident) {
                    found(local);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// `tokens` with other identifiers for some mentions of locals.
fn with_mentions(tokens: TokenStream, replace: &mut impl FnMut(LocalId, &Ident) -> Option<Ident>) -> TokenStream {
    let replaced = |token| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), with_mentions(group.stream(), replace));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        TokenTree::Ident(ident) => match Name::decode(&ident) {
            Some(Name::Mention(local, _)) => TokenTree::Ident(replace(local, &ident).unwrap_or(ident)),
            Some(Name::Binding(_) | Name::Argument(_)) | None => TokenTree::Ident(ident),
        },
        token => token,
    };
    tokens.into_iter().map(replaced).collect()
}

/// The locals that `tokens` mention, each once.
pub(crate) fn mentioned_locals(tokens: TokenStream) -> Vec<LocalId> {
    let mut locals = Vec::new();
    visit_mentions(tokens, &mut |local, _| {
        if !locals.contains(&local) {
            locals.push(local);
        }
    });
    locals
}
