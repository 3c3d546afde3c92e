//! What there is to say of a machine, as data: from its [`Body`] and [`Facts`], in the user's terms.

use syn::{Pat, Stmt};

use crate::{
    analyse::{Facts, Keep},
    args::Args,
    body::{Body, Code, Head, LocalData, NodeId, Seq, Step, pattern::collect_bindings},
    conditions,
    diag::Errors,
    expand::{self, Analysed},
    find::Task,
    item::Item,
    leads::{Leads, Targets, leads},
    names::LocalId,
    outline::{LONGEST_LINE, Outline, one_line},
};

/// A machine.
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// What it is made of, in the order in which it comes to that.
    pub(crate) parts: Vec<Part>,
    /// The first is that in which it has not begun.
    pub(crate) states: Vec<State>,
}

/// A part of a machine.
pub(crate) enum Part {
    /// A loop, a branch, a block of the user's, in which the task can be suspended.
    Construct(Construct),
    Kept(Kept),
    /// The task can be suspended here: in this one of the states.
    Wait(usize),
}

pub(crate) struct Construct {
    pub(crate) line: usize,
    /// Its head, as it is written.
    pub(crate) text: String,
    pub(crate) parts: Vec<Part>,
    /// Which construct it is of the outline.
    index: usize,
}

/// A local that outlives a suspension.
pub(crate) struct Kept {
    /// None for what the user has not written.
    pub(crate) line: Option<usize>,
    pub(crate) name: String,
    pub(crate) how: How,
}

/// How a local outlives a suspension.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    AsItIs,
    /// In an `Option`, because it is moved out of.
    Moved,
    /// In an `Option`, because it gets its value later.
    Later,
    /// For its destructor alone.
    ToDrop,
    /// For its destructor alone, in an `Option`, because it may be moved out of before.
    ToDropUnlessMoved,
    /// As a copy, if it is text that borrows.
    AsItIsOrCopied,
    /// It is not kept, but borrows again.
    BorrowsAgain,
    /// It is not kept, but lent by the caller whenever the task runs.
    Lent,
}

/// A state in which the machine rests.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) line: Option<usize>,
    /// The yield, as it is written.
    pub(crate) text: String,
    pub(crate) holds: Vec<String>,
    /// What it holds for its destructor alone.
    pub(crate) holds_to_drop: Vec<String>,
    /// The states that it may be in next, by number.
    pub(crate) next: Vec<usize>,
    pub(crate) returns: bool,
}

/// Describes the machine of a task in `source`, where `conditions` hold besides those of this machine.
pub(crate) fn describe(task: &Task, source: &str, conditions: &[String]) -> syn::Result<Description> {
    let mut item: Item = syn::parse2(task.item.clone())?;
    conditions::resolve(&mut item, conditions).map_err(|error| syn::Error::new_spanned(&item.sig, error))?;
    let mut errors = Errors::default();
    let mut args = Args::parse(task.args.clone(), &mut errors);
    // As it is written: what the compiler makes of it has other constructs.
    let outline = item.body.as_ref().map(|body| Outline::new(body, source));
    let mut description =
        Description { name: task.name.clone(), line: task.line, parts: Vec::new(), states: Vec::new() };
    let analysed = expand::analyse(&mut item, &mut args, errors)?;
    let (Some(Analysed { body, facts, .. }), Some(outline)) = (analysed, outline) else {
        return Ok(description);
    };
    let mut walk = Walk {
        body: &body,
        facts: &facts,
        outline: &outline,
        held: Vec::new(),
        nodes: Vec::new(),
        description: &mut description,
    };
    walk.body();
    walk.set_targets(&leads(&body));
    Ok(description)
}

impl How {
    fn of(keep: Keep, data: &LocalData) -> Option<How> {
        match keep {
            _ if data.lent => Some(How::Lent),
            Keep::No | Keep::NoIfTrivial => None,
            Keep::Derived | Keep::DerivedUnlessShared => Some(How::BorrowsAgain),
            Keep::Whole => Some(How::AsItIs),
            Keep::Optional if data.declared_without_value => Some(How::Later),
            Keep::Optional => Some(How::Moved),
            Keep::Owned | Keep::OwnedOptional | Keep::OwnedAssigned => Some(How::AsItIsOrCopied),
            Keep::Unmentioned | Keep::Carried => Some(How::ToDrop),
            Keep::UnmentionedOptional => Some(How::ToDropUnlessMoved),
        }
    }
}

/// Goes through a body in the order in which it is executed.
struct Walk<'a> {
    body: &'a Body,
    facts: &'a Facts,
    outline: &'a Outline,
    /// What is held where the walk is.
    held: Vec<(String, How)>,
    /// The yields that the states stand for, from the second state on.
    nodes: Vec<NodeId>,
    description: &'a mut Description,
}

impl Walk<'_> {
    fn body(&mut self) {
        let arguments = self.body.arguments.iter().map(|&local| &self.body.locals[local]);
        let arguments = arguments.filter(|data| !data.lent).map(name).collect();
        self.description.states.push(State { holds: arguments, ..State::default() });
        self.declare(&self.body.arguments);
        self.seq(&self.body.root);
    }

    fn code(&mut self, code: &Code) {
        match code {
            Code::Plain(_) => {}
            Code::Yield(code) => self.wait(code.node, code.span),
            Code::Seq(seq) => self.seq(seq),
            Code::Choose(choose) => match &choose.head {
                Head::If { then, otherwise, .. } => {
                    self.code(then);
                    self.code(otherwise);
                }
                Head::Match { arms, .. } => arms.iter().for_each(|arm| self.code(&arm.body)),
            },
            Code::Select(select) => select.guards().for_each(|guard| self.code(guard)),
            Code::Loop(code) => self.code(&code.body),
            Code::Labeled(code) => self.code(&code.body),
        }
    }

    fn seq(&mut self, seq: &Seq) {
        let outside = self.held.len();
        self.declare(&seq.bound);
        for step in &seq.steps {
            match step {
                Step::Plain(Stmt::Local(local)) => self.bind(&local.pat),
                Step::Plain(_) => {}
                Step::Let { pat, code, .. } => {
                    self.code(code);
                    self.bind(pat);
                }
                Step::Discard(code) => self.code(code),
            }
        }
        seq.tail.iter().for_each(|tail| self.code(tail));
        self.held.truncate(outside);
    }

    fn bind(&mut self, pat: &Pat) {
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        self.declare(&bound);
    }

    fn declare(&mut self, locals: &[LocalId]) {
        for &local in locals {
            let data = &self.body.locals[local];
            let Some(how) = How::of(self.facts.keep(local), data) else { continue };
            let name = name(data);
            self.held.push((name.clone(), how));
            self.add(data.span, Part::Kept(Kept { line: line(data.span), name, how }));
        }
    }

    fn wait(&mut self, node: NodeId, span: proc_macro2::Span) {
        let mut state = State { line: line(span), text: text(span, LONGEST_LINE), ..State::default() };
        for (name, how) in &self.held {
            match how {
                How::AsItIs | How::AsItIsOrCopied | How::Moved | How::Later => state.holds.push(name.clone()),
                How::ToDrop | How::ToDropUnlessMoved => state.holds_to_drop.push(name.clone()),
                How::BorrowsAgain | How::Lent => {}
            }
        }
        self.nodes.push(node);
        self.description.states.push(state);
        self.add(span, Part::Wait(self.nodes.len()));
    }

    /// Adds a part to the constructs that are around it in the source.
    fn add(&mut self, span: proc_macro2::Span, part: Part) {
        let mut parts = &mut self.description.parts;
        for index in self.outline.around(span.byte_range().start) {
            let is_it = |part: &Part| matches!(part, Part::Construct(construct) if construct.index == index);
            let at = parts.iter().position(is_it).unwrap_or_else(|| {
                let construct = self.outline.construct(index);
                let (line, text) = (construct.line, construct.text.clone());
                parts.push(Part::Construct(Construct { line, text, parts: Vec::new(), index }));
                parts.len() - 1
            });
            let Part::Construct(construct) = &mut parts[at] else { unreachable!("it has been found, or added") };
            parts = &mut construct.parts;
        }
        parts.push(part);
    }

    fn set_targets(&mut self, leads: &Leads) {
        let all: Vec<&Targets> =
            std::iter::once(&leads.first).chain(self.nodes.iter().map(|node| &leads.from[node])).collect();
        for (state, targets) in self.description.states.iter_mut().zip(all) {
            state.returns = targets.returns;
            let is_next = |&number: &usize| targets.yields.contains(&self.nodes[number - 1]);
            state.next = (1..=self.nodes.len()).filter(is_next).collect();
        }
    }
}

/// What a local is called; of a temporary, what it is for.
fn name(data: &LocalData) -> String {
    if !data.temporary {
        return data.name.clone();
    }
    if line(data.span).is_none() {
        return "an argument".to_owned();
    }
    let text = text(data.span, 40);
    match data.name.as_str() {
        "iter" => format!("the iterator of `{text}`"),
        "turn" => format!("the turn of `{text}`"),
        "rest" => format!("what `{text}` skips"),
        _ => format!("the value of `{text}`"),
    }
}

/// What is written at a place in the source.
fn text(span: proc_macro2::Span, longest: usize) -> String {
    one_line(&span.source_text().unwrap_or_default(), longest)
}

/// The line of a place; none where nothing is written.
fn line(span: proc_macro2::Span) -> Option<usize> {
    if span.byte_range().is_empty() { None } else { Some(span.start().line) }
}
