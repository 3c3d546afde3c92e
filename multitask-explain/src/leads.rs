//! Where a task goes from each place where it can be suspended: to the next ones, or to its end.
//!
//! The body is walked backwards: what follows a construct is known when it is looked at.

use std::collections::{BTreeSet, HashMap};

use syn::{Expr, Stmt, visit::Visit};

use crate::body::{Body, Code, Head, NodeId, Seq, Step, Yielded, macros};

/// Where a piece of code may lead.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Targets {
    /// The yields at which the task may be suspended next.
    pub(crate) yields: BTreeSet<NodeId>,
    /// It may return.
    pub(crate) returns: bool,
}

impl Targets {
    fn end() -> Targets {
        Targets { yields: BTreeSet::new(), returns: true }
    }

    fn and(mut self, other: Targets) -> Targets {
        self.yields.extend(other.yields);
        self.returns |= other.returns;
        self
    }
}

/// Where a body leads.
pub(crate) struct Leads {
    /// Before it has begun.
    pub(crate) first: Targets,
    /// From each yield, when it is over.
    pub(crate) from: HashMap<NodeId, Targets>,
}

/// Finds where `body` leads from everywhere.
pub(crate) fn leads(body: &Body) -> Leads {
    let mut walk = Walk { from: HashMap::new(), labels: HashMap::new() };
    let first = walk.seq(&body.root, Targets::end());
    Leads { first, from: walk.from }
}

/// Where the `break` and the `continue` of a label lead.
#[derive(Clone, Default)]
struct Label {
    break_: Targets,
    continue_: Targets,
}

struct Walk {
    from: HashMap<NodeId, Targets>,
    labels: HashMap<String, Label>,
}

/// Each of these finds where the beginning of some code leads, of which the end leads to `after`.
impl Walk {
    fn code(&mut self, code: &Code, after: Targets) -> Targets {
        match code {
            Code::Plain(expr) => self.plain(expr, after),
            Code::Yield(code) => {
                self.from.insert(code.node, after);
                let here = Targets { yields: BTreeSet::from([code.node]), returns: false };
                match &code.what {
                    Yielded::Operation { operation, arguments } => arguments
                        .iter()
                        .map(|argument| &argument.value)
                        .chain([operation])
                        .fold(here, |here, expr| here.and(self.exits(expr))),
                    Yielded::Turn => here,
                    Yielded::Value(expr) | Yielded::From(expr) => here.and(self.exits(expr)),
                    Yielded::Itself(arguments) => {
                        arguments.iter().fold(here, |here, argument| here.and(self.exits(argument)))
                    }
                }
            }
            Code::Seq(seq) => self.seq(seq, after),
            Code::Choose(choose) => match &choose.head {
                Head::If { condition, then, otherwise } => {
                    let then = self.code(then, after.clone());
                    then.and(self.code(otherwise, after)).and(self.exits(condition))
                }
                Head::Match { scrutinee, arms, .. } => arms.iter().fold(self.exits(scrutinee), |targets, arm| {
                    let guard = arm.guard.as_ref().map(|guard| self.exits(guard)).unwrap_or_default();
                    targets.and(guard).and(self.code(&arm.body, after.clone()))
                }),
            },
            Code::Select(select) => {
                let guards: Vec<_> = select.guards().collect();
                guards.into_iter().rev().fold(after.clone(), |next, guard| {
                    let otherwise = next.and(after.clone());
                    // Its pattern may match in another way, too.
                    let again = self.code(guard, otherwise.clone());
                    self.code(guard, otherwise.clone().and(again)).and(otherwise)
                })
            }
            Code::Loop(code) => {
                let mut head = Targets::default();
                loop {
                    let label = Label { break_: after.clone(), continue_: head.clone() };
                    self.labels.insert(code.label.to_string(), label);
                    let again = self.code(&code.body, head.clone());
                    if again == head {
                        return head;
                    }
                    head = again;
                }
            }
            Code::Labeled(code) => {
                let label = Label { break_: after.clone(), continue_: Targets::default() };
                self.labels.insert(code.label.to_string(), label);
                self.code(&code.body, after)
            }
        }
    }

    fn seq(&mut self, seq: &Seq, after: Targets) -> Targets {
        let tail = match &seq.tail {
            Some(tail) => self.code(tail, after),
            None => after,
        };
        seq.steps.iter().rev().fold(tail, |after, step| match step {
            Step::Plain(stmt) => self.stmt(stmt, after),
            Step::Discard(code) => self.code(code, after),
            Step::Let { code, diverge, .. } => {
                let diverge = diverge.as_ref().map(|diverge| self.exits(diverge)).unwrap_or_default();
                self.code(code, after.and(diverge))
            }
        })
    }

    // ---- code without yields ----

    fn stmt(&self, stmt: &Stmt, after: Targets) -> Targets {
        match stmt {
            Stmt::Expr(expr, _) => self.plain(expr, after),
            Stmt::Local(local) => {
                let Some(init) = &local.init else { return after };
                let diverge = init.diverge.as_ref().map(|(_, diverge)| self.exits(diverge)).unwrap_or_default();
                self.plain(&init.expr, after).and(diverge)
            }
            Stmt::Macro(stmt) if panics(&stmt.mac) => Targets::default(),
            Stmt::Item(_) | Stmt::Macro(_) => after,
        }
    }

    fn plain(&self, expr: &Expr, after: Targets) -> Targets {
        let exits = self.exits(expr);
        if diverges(expr) { exits } else { exits.and(after) }
    }

    /// Where `expr` leads by `return`, `?`, `break` and `continue`.
    fn exits(&self, expr: &Expr) -> Targets {
        let mut exits = Exits { labels: &self.labels, found: Targets::default() };
        exits.visit_expr(expr);
        exits.found
    }
}

struct Exits<'a> {
    labels: &'a HashMap<String, Label>,
    found: Targets,
}

impl Exits<'_> {
    fn add(&mut self, targets: Targets) {
        self.found = std::mem::take(&mut self.found).and(targets);
    }

    /// The target of a `break` or `continue`; one without a label stays in a loop that does not wait.
    fn jump(&mut self, label: Option<&syn::Lifetime>, target: impl FnOnce(&Label) -> &Targets) {
        if let Some(label) = label.and_then(|label| self.labels.get(&label.to_string())) {
            self.add(target(label).clone());
        }
    }
}

impl<'ast> Visit<'ast> for Exits<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Return(_) | Expr::Try(_) => self.add(Targets::end()),
            Expr::Break(e) => self.jump(e.label.as_ref(), |label| &label.break_),
            Expr::Continue(e) => self.jump(e.label.as_ref(), |label| &label.continue_),
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let arguments = macros::arguments(mac).map(|arguments| arguments.list).unwrap_or_default();
        for argument in arguments {
            let mut inner = Exits { labels: self.labels, found: Targets::default() };
            inner.visit_expr(&argument.expr);
            self.add(inner.found);
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether the end of `expr` is never reached, by its looks.
fn diverges(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(mac) => panics(&mac.mac),
        Expr::Block(e) if e.label.is_none() => e.block.stmts.iter().any(|stmt| match stmt {
            Stmt::Expr(expr, _) => diverges(expr),
            Stmt::Macro(stmt) => panics(&stmt.mac),
            Stmt::Local(_) | Stmt::Item(_) => false,
        }),
        Expr::If(e) => {
            let then = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch.clone() });
            e.else_branch.as_ref().is_some_and(|(_, otherwise)| diverges(&then) && diverges(otherwise))
        }
        Expr::Match(e) => e.arms.iter().all(|arm| diverges(&arm.body)),
        _ => false,
    }
}

fn panics(mac: &syn::Macro) -> bool {
    matches!(macros::name(mac).as_str(), "panic" | "unreachable" | "todo" | "unimplemented")
}
