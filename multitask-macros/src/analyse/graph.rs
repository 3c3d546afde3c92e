//! The control-flow graph of a body, for the analyses alone, and what is asked of it.
//!
//! A node is an event; what an expression does besides is not in the graph. Leaving the function ends a path.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::Expr;

use super::set::LocalSet;
use crate::{
    body::{
        Locals, mentioned_locals,
        paths::{Member, Path, borrowed_places, is_exclusive, places_on_the_way},
        visit_mentions,
    },
    names::{LocalId, MentionId},
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
    /// The locals that are a borrow of a place, and always the same one.
    pub(super) derived: LocalSet,
    /// The events in which a local is an operand, or is given to another by itself: nothing can be made of it there but a
    /// copy, or it is moved. Where something else is expected of it, a reference may only be lent.
    pub(super) taken: Vec<usize>,
}

impl Graph {
    /// One without events.
    pub(super) fn new(derived: LocalSet) -> Self {
        Self { events: Vec::new(), successors: Vec::new(), predecessors: Vec::new(), derived, taken: Vec::new() }
    }

    /// To be called when all events are there.
    pub(super) fn note_predecessors(&mut self) {
        self.predecessors = vec![Vec::new(); self.successors.len()];
        for (start, ends) in self.successors.iter().enumerate() {
            ends.iter().for_each(|&end| self.predecessors[end].push(start));
        }
    }

    /// Whether the local is a borrow that can be taken again.
    pub(crate) fn is_derived(&self, local: LocalId, locals: &Locals, live: &[LocalSet]) -> Derived {
        let Some(borrow) = locals[local].borrow.as_ref().filter(|_| self.derived.contains(&local)) else {
            return Derived::No;
        };
        let bases = mentioned_locals(borrow.to_token_stream());
        let is_assigned = bases.iter().any(|&base| {
            !locals[base].is_counter && self.is_assigned_while(base, &|index| live[index].contains(&local))
        });
        if is_assigned || (locals[local].is_closure && self.may_change_outside(local, borrow, locals, live)) {
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

    /// Whether something may change a variable that a closure captures, while the closure is needed, other than the
    /// closure; a part that it does not mention is no matter.
    ///
    /// If the variable is a reference, the closure may have captured what is behind it.
    fn may_change_outside(&self, local: LocalId, closure: &Expr, locals: &Locals, live: &[LocalSet]) -> bool {
        let mut inside = BTreeSet::new();
        visit_mentions(closure.to_token_stream(), &mut |_, mention| {
            inside.insert(mention);
        });
        let used = self.events.iter().filter_map(|event| match event {
            Event::Use { local, mention: Some(mention), members, .. } if inside.contains(mention) => {
                Some(Path { root: *local, members: members.clone() })
            }
            _ => None,
        });
        let captured: Vec<Path> = used.collect();
        self.events.iter().enumerate().any(|(index, event)| match event {
            Event::Use { local: used, mention: Some(mention), usage, members, .. } => {
                locals[*used].mutable
                    && live[index].contains(&local)
                    && captured.iter().any(|path| path.overlaps(*used, members))
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

    /// Whether a closure without `move` captures what is in the frame where it is made: it cannot take it from there, and a
    /// borrow of it cannot be kept.
    pub(crate) fn captures_from_frame(&self, closure: LocalId, body: Option<&Expr>) -> bool {
        let made = |event: &Event| matches!(event, Event::Declare(declared) if *declared == closure);
        let Some(index) = self.events.iter().position(made) else { return false };
        let captured = body.map(|body| mentioned_locals(body.to_token_stream()));
        captured.into_iter().flatten().any(|local| {
            let declared = |event: &Event| matches!(event, Event::Declare(declared) if *declared == local);
            let kept = |event: &Event| matches!(event, Event::Leave { in_scope, .. } if in_scope.contains(&local));
            self.meets(index, &self.predecessors, kept, declared)
        })
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
