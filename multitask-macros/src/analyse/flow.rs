//! The control-flow graph of a body, for the analyses alone.
//!
//! A node is an event; what an expression does besides is not in the graph. Leaving the function ends a path.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Block, Expr, Pat, Stmt};

use super::set::LocalSet;
use crate::{
    body::{
        Body, Code, Head, Locals, Select, Seq, Step, Yielded,
        captures::{Parts, captures},
        macros, mentioned_locals,
        methods::{Receiver, looks_at_text, only_looks, receiver},
        paths::{Member, Path, borrowed_places, is_exclusive, places_on_the_way},
        pattern::{can_be_opened, collect_bindings, local_of, takes_all_or_none},
        resolve::is_copy_type,
        search::any_pat,
        spill::is_place,
        views::is_view_of_place,
        visit_mentions,
    },
    names::{LocalId, MentionId, Name},
};

/// Whether a borrow can be taken again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Derived {
    No,
    Yes,
    /// What it is taken from may lead elsewhere by then, where that is a shared reference.
    UnlessShared,
}

/// How a mention uses its local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Copied or moved.
    Value,
    Shared,
    Mutable,
    /// Called, or the receiver of a method that may take `self` by value.
    Receiver,
    /// One of these: a scrutinee, a part that is copied or moved.
    Unknown,
}

/// What becomes of the part that a mention is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    #[default]
    Unknown,
    /// It is copied or moved, by itself.
    Value,
    /// A pattern copies or moves parts of it.
    Opened,
    /// A `move` closure copies or moves parts of it, or it is dereferenced for its value: the local itself is moved where
    /// it is a pointer.
    Captured,
    Assigned,
}

pub(crate) enum Event {
    /// `mention` is none where a derived borrow is mentioned, which uses what it borrows; `members` lead to the part that
    /// is meant, which is what `part` says becomes of.
    Use {
        local: LocalId,
        mention: Option<MentionId>,
        usage: Use,
        members: Vec<Member>,
        part: Part,
    },
    Assign(LocalId),
    Declare(LocalId),
    /// The expansion goes on in another piece of code, or is suspended there and then.
    Leave {
        in_scope: LocalSet,
        suspended: bool,
    },
    Join,
    /// The end of the body.
    End,
}

pub(crate) struct Graph {
    pub(crate) events: Vec<Event>,
    pub(crate) successors: Vec<Vec<usize>>,
    predecessors: Vec<Vec<usize>>,
    derived: LocalSet,
    /// The events in which a local is an operand, or is given to another by itself: nothing can be made of it there but a
    /// copy, or it is moved. Where something else is expected of it, a reference may only be lent.
    taken: Vec<usize>,
}

impl Graph {
    /// Whether the local is a borrow that can be taken again.
    pub(crate) fn is_derived(&self, local: LocalId, locals: &Locals, live: &[LocalSet]) -> Derived {
        let Some(borrow) = locals[local].borrow.as_ref().filter(|_| self.derived.contains(&local)) else {
            return Derived::No;
        };
        let bases = mentioned_locals(borrow.to_token_stream());
        let is_assigned = bases.iter().any(|&base| {
            !locals[base].is_counter && self.is_assigned_while(base, &|index| live[index].contains(&local))
        });
        if is_assigned || (locals[local].is_closure && self.may_change_outside(borrow, locals)) {
            return Derived::No;
        }
        if locals[local].is_closure {
            return Derived::Yes;
        }
        self.changes(local, locals, live)
    }

    /// What becomes, while the local is needed, of the places that it is taken from.
    fn changes(&self, local: LocalId, locals: &Locals, live: &[LocalSet]) -> Derived {
        let Some(borrow) = &locals[local].borrow else { return Derived::No };
        if !locals[local].unless_shared && places_on_the_way(borrow, locals[local].is_part).is_empty() {
            return Derived::Yes;
        }
        let is_exclusive = is_exclusive(borrow);
        let places = borrowed_places(local, locals);
        let mut derived = if locals[local].unless_shared { Derived::UnlessShared } else { Derived::Yes };
        for (index, event) in self.events.iter().enumerate() {
            let Event::Use { local: used, mention: Some(_), usage, members, .. } = event else { continue };
            let data = &locals[*used];
            if !live[index].contains(&local)
                || (data.copy && !data.mutable)
                || !places.iter().any(|place| place.overlaps(*used, members))
            {
                continue;
            }
            match usage {
                Use::Mutable => return Derived::No,
                Use::Shared => {}
                Use::Value if data.copy && members.is_empty() => {}
                // Nobody else reaches an exclusive borrow.
                Use::Value | Use::Receiver | Use::Unknown if is_exclusive => {}
                Use::Value | Use::Receiver | Use::Unknown => derived = Derived::UnlessShared,
            }
        }
        derived
    }

    /// Whether something may change a variable that a closure captures, other than the closure.
    ///
    /// If the variable is a reference, the closure may have captured what is behind it.
    fn may_change_outside(&self, closure: &Expr, locals: &Locals) -> bool {
        let mut inside = BTreeSet::new();
        let mut captured = BTreeSet::new();
        visit_mentions(closure.to_token_stream(), &mut |local, mention| {
            inside.insert(mention);
            captured.insert(local);
        });
        self.events.iter().any(|event| match event {
            Event::Use { local, mention: Some(mention), usage, .. } => {
                locals[*local].mutable
                    && captured.contains(local)
                    && !inside.contains(mention)
                    && !matches!(usage, Use::Value | Use::Shared)
            }
            _ => false,
        })
    }

    /// Whether the local may be in the frame before the event at `index`, or what is left of it after the event.
    ///
    /// It is not if the event comes before all suspensions in the local's scope and then the function returns, as in
    /// `return local`.
    pub(crate) fn is_kept_around(&self, index: usize, local: LocalId) -> bool {
        let declared = |event: &Event| matches!(event, Event::Declare(declared) if *declared == local);
        let kept = |event: &Event| matches!(event, Event::Leave { in_scope, .. } if in_scope.contains(&local));
        self.meets(index, &self.predecessors, kept, declared)
            || self.meets(index, &self.successors, |event| matches!(event, Event::Leave { .. } | Event::End), |_| false)
    }

    /// Whether the frame has the local, or what is left of it, before or after the event at `index`.
    pub(crate) fn is_in_frame_around(&self, index: usize, local: LocalId) -> bool {
        let declared = |event: &Event| matches!(event, Event::Declare(declared) if *declared == local);
        let kept = |event: &Event| matches!(event, Event::Leave { in_scope, .. } if in_scope.contains(&local));
        self.meets(index, &self.predecessors, kept, declared) || self.meets(index, &self.successors, kept, declared)
    }

    /// Whether a part of a local, or what it is a part of, may be mentioned after the event at `index` before it is assigned
    /// to. If its value has been taken there, it is `Copy` then.
    pub(crate) fn is_part_mentioned_after(&self, index: usize, local: LocalId, members: &[Member]) -> bool {
        let part = Path { root: local, members: members.to_vec() };
        let of_whole = |event: &Event| matches!(event, Event::Assign(of) | Event::Declare(of) if *of == local);
        let assigned = |event: &Event| match event {
            Event::Use { local: of, members: assigned, part: Part::Assigned, .. } => {
                *of == local && members.starts_with(assigned)
            }
            event => of_whole(event),
        };
        let mentioned = |event: &Event| match event {
            Event::Use { local: of, members: used, .. } => part.overlaps(*of, used) && !assigned(event),
            _ => false,
        };
        self.successors[index].iter().any(|&next| self.meets(next, &self.successors, mentioned, assigned))
    }

    /// Whether there is an event along `edges`, from that at `start` on, for which `found` holds, before one for which
    /// `stop` does.
    fn meets(
        &self,
        start: usize,
        edges: &[Vec<usize>],
        found: impl Fn(&Event) -> bool,
        stop: impl Fn(&Event) -> bool,
    ) -> bool {
        let mut seen = vec![false; self.events.len()];
        let mut work = vec![start];
        while let Some(index) = work.pop() {
            if found(&self.events[index]) {
                return true;
            }
            if stop(&self.events[index]) {
                continue;
            }
            for &next in &edges[index] {
                if !std::mem::replace(&mut seen[next], true) {
                    work.push(next);
                }
            }
        }
        false
    }

    /// The locals that are read by value and mentioned again: they are `Copy`, or the program is wrong.
    pub(crate) fn copied(&self, live: &[LocalSet]) -> LocalSet {
        let taken = self.taken.iter().filter_map(|&index| match &self.events[index] {
            Event::Use { local, usage: Use::Value, .. } if live[index].contains(local) => Some(*local),
            _ => None,
        });
        taken.collect()
    }

    /// Whether there is an assignment to the whole local.
    pub(crate) fn is_assigned(&self, local: LocalId) -> bool {
        self.is_assigned_while(local, &|_| true)
    }

    /// The same, at one of the events for which `holds` does.
    fn is_assigned_while(&self, local: LocalId, holds: &dyn Fn(usize) -> bool) -> bool {
        let mut events = self.events.iter().enumerate();
        events.any(|(index, event)| matches!(event, Event::Assign(assigned) if *assigned == local) && holds(index))
    }
}

/// Makes the graph of a body.
pub(crate) fn graph(body: &Body) -> Graph {
    let derived = body.locals.ids().filter(|&local| can_be_derived(&body.locals, local)).collect();
    let mut builder = GraphBuilder {
        locals: &body.locals,
        graph: Graph {
            events: Vec::new(),
            successors: Vec::new(),
            predecessors: Vec::new(),
            derived,
            taken: Vec::new(),
        },
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
    let mut graph = builder.graph;
    graph.predecessors = reversed(&graph.successors);
    graph
}

fn reversed(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); edges.len()];
    for (start, ends) in edges.iter().enumerate() {
        ends.iter().for_each(|&end| reversed[end].push(start));
    }
    reversed
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

    // ---- code with yields ----

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

    // ---- code without yields ----

    fn block(&mut self, block: &Block) {
        self.scoped(|this| block.stmts.iter().for_each(|stmt| this.stmt(stmt)));
    }

    fn stmt(&mut self, stmt: &Stmt) {
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

    fn value(&mut self, expr: &Expr) {
        self.expr(expr, Use::Value);
    }

    /// An expression that patterns are matched against.
    fn scrutinee<'p>(&mut self, expr: &Expr, pats: impl IntoIterator<Item = &'p Pat>) {
        if !is_place(expr) {
            return self.value(expr);
        }
        if pats.into_iter().any(binds_value) {
            self.part = Part::Opened;
        }
        self.expr(expr, Use::Unknown);
    }

    /// The same of patterns without guards: what leads to a value that they take apart whole may be a box, which is taken.
    fn unguarded<'p>(&mut self, expr: &Expr, pats: impl IntoIterator<Item = &'p Pat> + Clone) {
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
    fn taken(&mut self, expr: &Expr) {
        if local_of(expr).is_some() {
            let index = self.graph.events.len();
            self.graph.taken.push(index);
        }
        self.value(expr);
    }

    /// What the graph has several times, though it is evaluated once.
    fn repeated(&mut self, f: impl FnOnce(&mut Self)) {
        let taken = self.graph.taken.len();
        f(self);
        self.graph.taken.truncate(taken);
    }

    /// A condition; where it does not hold, the path goes to `no`.
    fn condition(&mut self, expr: &Expr, no: usize) {
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
    fn expr(&mut self, expr: &Expr, usage: Use) {
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
            Expr::MethodCall(e) => {
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
            Expr::Call(e) => {
                self.expr(&e.func, callee(&e.func));
                e.args.iter().for_each(|arg| self.value(arg));
            }
            Expr::Assign(e) => {
                match &*e.left {
                    // What a pattern skips stays where it is.
                    Expr::Infer(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) => {
                        self.scrutinee(&e.right, []);
                    }
                    _ => self.value(&e.right),
                }
                self.assign(&e.left);
            }
            Expr::Binary(e) => self.binary(e),
            Expr::Let(_) => {
                let no = self.detached_join();
                self.condition(expr, no);
                self.go_to(no);
                self.continue_at(no);
            }
            Expr::If(e) => {
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
            Expr::Match(e) => {
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
            Expr::Loop(e) => self.looped(label(&e.label), |this| this.block(&e.body)),
            Expr::While(e) => self.looped(label(&e.label), |this| {
                let end = this.loops.last().expect("a loop is around").end;
                this.scoped(|this| {
                    this.condition(&e.cond, end);
                    this.block(&e.body);
                });
            }),
            Expr::ForLoop(e) => {
                self.value(&e.expr);
                self.looped(label(&e.label), |this| {
                    let end = this.loops.last().expect("a loop is around").end;
                    this.push(Event::Join);
                    this.go_to(end);
                    this.scoped(|this| {
                        this.bind(&e.pat);
                        this.block(&e.body);
                    });
                });
            }
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
            expr => self.tokens(expr.to_token_stream()),
        }
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
        let Some(arguments) = macros::arguments(mac) else { return self.tokens(mac.tokens.clone()) };
        for (index, argument) in arguments.list.iter().enumerate() {
            if name == "matches" {
                self.scrutinee(&argument.expr, []);
                continue;
            }
            let usage = match macros::argument_use(&name, index) {
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

    fn tokens(&mut self, tokens: TokenStream) {
        visit_mentions(tokens, &mut |local, mention| self.use_(local, Some(mention), Use::Unknown));
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
        pat => crate::body::pattern::binds_all(pat),
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
