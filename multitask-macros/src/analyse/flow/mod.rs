//! From a body to its graph: code with yields, and the order in which its parts run.

mod plain;

use std::collections::HashMap;

use quote::ToTokens;
use syn::Pat;

use super::graph::{Event, Graph, Part, Use};
use crate::{
    body::{
        Body, Code, Head, Locals, Select, Seq, Step, Yielded, mentioned_locals, paths::Member,
        pattern::collect_bindings, views::is_view_of_place,
    },
    names::{LocalId, MentionId},
};

/// Makes the graph of a body.
pub(crate) fn graph(body: &Body) -> Graph {
    let derived = body.locals.ids().filter(|&local| can_be_derived(&body.locals, local)).collect();
    let mut builder = GraphBuilder {
        locals: &body.locals,
        graph: Graph::new(derived),
        current: None,
        scope: Vec::new(),
        targets: HashMap::new(),
        loops: Vec::new(),
        closures: 0,
        members: Vec::new(),
        part: Part::Unknown,
    };
    builder.push(Event::Join);
    for &argument in &body.arguments {
        builder.declare(argument);
    }
    builder.seq(&body.root);
    builder.push(Event::End);
    builder.graph.note_predecessors();
    builder.graph
}

/// Whether a local is a borrow of a place, and always the same one.
fn can_be_derived(locals: &Locals, local: LocalId) -> bool {
    let data = &locals[local];
    if data.is_part {
        return !data.mutable;
    }
    if data.is_closure {
        return true;
    }
    !data.mutable && data.borrow.as_ref().is_some_and(is_view_of_place)
}

/// Where `break` and `continue` of a label go.
#[derive(Clone, Copy)]
struct Target {
    end: usize,
    head: usize,
}

struct GraphBuilder<'a> {
    locals: &'a Locals,
    graph: Graph,
    /// The last event; none where nothing is reached.
    current: Option<usize>,
    scope: Vec<LocalId>,
    targets: HashMap<String, Target>,
    /// The loops around that have no label of the user's.
    loops: Vec<Target>,
    /// How many closures are around: `return` and `?` do not leave the function there.
    closures: usize,
    /// The way from the place that is about to be found to the part of it that is meant, backwards.
    members: Vec<Member>,
    /// What becomes of that part.
    part: Part,
}

impl GraphBuilder<'_> {
    fn push(&mut self, event: Event) -> usize {
        let index = self.graph.events.len();
        self.graph.events.push(event);
        self.graph.successors.push(Vec::new());
        if let Some(current) = self.current {
            self.graph.successors[current].push(index);
        }
        self.current = Some(index);
        index
    }

    /// A node that nothing leads to yet.
    fn detached_join(&mut self) -> usize {
        let before = self.current.take();
        let index = self.push(Event::Join);
        self.current = before;
        index
    }

    fn go_to(&mut self, target: usize) {
        if let Some(current) = self.current {
            self.graph.successors[current].push(target);
        }
    }

    fn continue_at(&mut self, node: usize) {
        self.current = Some(node);
    }

    fn use_(&mut self, local: LocalId, mention: Option<MentionId>, usage: Use) {
        let members = self.members.drain(..).rev().collect();
        let part = std::mem::take(&mut self.part);
        self.push(Event::Use { local, mention, usage, members, part });
        if self.graph.derived.contains(&local) {
            let borrow = self.locals[local].borrow.clone();
            for base in borrow.iter().flat_map(|borrow| mentioned_locals(borrow.to_token_stream())) {
                self.use_(base, None, Use::Shared);
            }
        }
    }

    fn declare(&mut self, local: LocalId) {
        self.scope.push(local);
        if !self.locals[local].declared_without_value {
            self.push(Event::Declare(local));
        }
    }

    fn bind(&mut self, pat: &Pat) {
        let mut bound = Vec::new();
        collect_bindings(pat, &mut bound);
        bound.into_iter().for_each(|local| self.declare(local));
    }

    fn leave(&mut self, suspended: bool) {
        let in_scope = self.scope.iter().copied().collect();
        self.push(Event::Leave { in_scope, suspended });
    }

    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        let height = self.scope.len();
        f(self);
        self.scope.truncate(height);
    }

    /// What the graph has several times, though it is evaluated once.
    fn repeated(&mut self, f: impl FnOnce(&mut Self)) {
        let taken = self.graph.taken.len();
        f(self);
        self.graph.taken.truncate(taken);
    }

    fn code(&mut self, code: &Code) {
        match code {
            Code::Plain(expr) => self.value(expr),
            Code::Yield(code) => self.yield_(&code.what),
            Code::Seq(seq) => self.seq(seq),
            Code::Choose(choose) => self.choose(&choose.head),
            Code::Select(select) => {
                self.leave(false);
                self.select(select);
            }
            Code::Loop(code) => {
                self.leave(false);
                self.looped(Some(code.label.to_string()), |this| this.code(&code.body));
            }
            Code::Labeled(code) => {
                self.leave(false);
                self.labeled(code.label.to_string(), |this| this.code(&code.body));
            }
        }
    }

    fn yield_(&mut self, what: &Yielded) {
        match what {
            Yielded::Operation { operation, arguments } => {
                arguments.iter().for_each(|argument| self.value(&argument.value));
                self.repeated(|this| this.value(operation));
                self.leave(true);
                // Begun again.
                self.repeated(|this| this.value(operation));
            }
            Yielded::Turn => self.leave(true),
            Yielded::Value(expr) => {
                self.taken(expr);
                self.leave(true);
            }
            Yielded::From(expr) => {
                self.value(expr);
                self.leave(true);
            }
            Yielded::Itself(arguments) => {
                arguments.iter().for_each(|argument| self.value(argument));
                self.leave(true);
            }
        }
    }

    fn seq(&mut self, seq: &Seq) {
        self.scoped(|this| {
            // The bindings of the pattern that led here are declared already; here they are in scope.
            this.scope.extend(seq.bound.iter().copied());
            for step in &seq.steps {
                match step {
                    Step::Plain(stmt) => this.stmt(stmt),
                    Step::Discard(code) => {
                        this.code(code);
                        this.after(code);
                    }
                    Step::Let { pat, code, diverge } => {
                        this.code(code);
                        this.after(code);
                        if let Some(diverge) = diverge {
                            this.branch(|this| this.value(diverge));
                        }
                        this.bind(pat);
                    }
                }
            }
            if let Some(tail) = &seq.tail {
                this.code(tail);
                this.after(tail);
            }
        });
    }

    /// What follows a construct is another part of the expansion than what is before it; if nothing else, then the end of
    /// its value.
    fn after(&mut self, code: &Code) {
        if !matches!(code, Code::Yield(_) | Code::Plain(_)) {
            self.leave(false);
        }
    }

    fn choose(&mut self, head: &Head) {
        let end = self.detached_join();
        match head {
            Head::If { condition, then, otherwise } => {
                let no = self.detached_join();
                self.scoped(|this| {
                    this.condition(condition, no);
                    this.code(then);
                    this.go_to(end);
                });
                self.continue_at(no);
                self.code(otherwise);
                self.go_to(end);
            }
            Head::Match { scrutinee, takes, arms } => {
                if *takes {
                    self.value(scrutinee)
                } else if arms.iter().all(|arm| arm.guard.is_none()) {
                    self.unguarded(scrutinee, arms.iter().map(|arm| &arm.pat))
                } else {
                    self.scrutinee(scrutinee, arms.iter().map(|arm| &arm.pat))
                }
                let head = self.push(Event::Join);
                for arm in arms {
                    self.continue_at(head);
                    self.scoped(|this| {
                        this.bind(&arm.pat);
                        if let Some(guard) = &arm.guard {
                            this.value(guard);
                        }
                        this.code(&arm.body);
                        this.go_to(end);
                    });
                }
            }
        }
        self.continue_at(end);
    }

    /// What is matched is matched again after a wait, and each guard is evaluated once for each way in which its
    /// pattern matches.
    fn select(&mut self, select: &Select) {
        self.repeated(|this| this.selection(select));
    }

    fn selection(&mut self, select: &Select) {
        let head = self.push(Event::Join);
        let end = self.detached_join();
        self.expr(&select.scrutinee, Use::Unknown);
        self.go_to(end);
        for arm in &select.arms {
            self.scoped(|this| {
                this.bind(&arm.pat);
                arm.guard.iter().for_each(|guard| this.code(guard));
                this.push(Event::Join);
                this.go_to(end);
                this.go_to(head);
            });
        }
        self.continue_at(end);
    }

    fn looped(&mut self, label: Option<String>, body: impl FnOnce(&mut Self)) {
        let head = self.push(Event::Join);
        let end = self.detached_join();
        let target = Target { end, head };
        if let Some(label) = label {
            self.targets.insert(label, target);
        }
        self.loops.push(target);
        body(self);
        self.loops.pop();
        self.go_to(head);
        self.continue_at(end);
    }

    fn labeled(&mut self, label: String, body: impl FnOnce(&mut Self)) {
        let end = self.detached_join();
        self.targets.insert(label, Target { end, head: end });
        body(self);
        self.go_to(end);
        self.continue_at(end);
    }

    /// What may happen, or not.
    fn branch(&mut self, f: impl FnOnce(&mut Self)) {
        let before = self.push(Event::Join);
        f(self);
        let after = self.current.take();
        self.continue_at(before);
        let join = self.push(Event::Join);
        if let Some(after) = after {
            self.graph.successors[after].push(join);
        }
    }
}
