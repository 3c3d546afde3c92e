//! The analyses: what must be known of a body before it is lowered.
//!
//! [`flow`] makes a control-flow [`graph`] of events (a local is mentioned, assigned to, declared; the task is suspended),
//! [`Facts`] holds what follows from it. Types are not known here. Two lemmas stand in for them:
//!
//! * A local that is read by value and mentioned again on some path must be `Copy`, or the program is wrong.
//! * A local that is read by value and not mentioned again may be moved, whether it is `Copy` or not.

mod flow;
mod graph;
mod set;

use crate::{
    body::{Body, Lender, LocalData, Locals, pattern::local_of},
    names::{LocalId, MentionId},
};
use graph::{Derived, Event, Graph};

pub(crate) use graph::{Part, Use};
pub(crate) use set::LocalSet;

/// How a local is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// An ordinary local of the expansion: not needed in another piece of it, or lent, and there in each.
    No,
    /// The same, provided that it has no destructor: it looks like an iterator that borrows.
    NoIfTrivial,
    /// A borrow that is taken again wherever it is mentioned after a suspension.
    Derived,
    /// The same, unless it leads through a shared reference, which may lead elsewhere by then: then it is kept.
    DerivedUnlessShared,
    /// Kept in the frame, as it is.
    Whole,
    /// Kept in the frame as an `Option`: it is moved out of, or initialised later.
    Optional,
    /// Kept in the frame as it is, or as a copy, if it is text that borrows from the frame.
    Owned,
    /// The same; it is moved out of.
    OwnedOptional,
    /// The same; it is assigned to.
    OwnedAssigned,
    /// Kept in the frame only for its destructor: no other piece mentions it.
    Unmentioned,
    /// The same, as an `Option`: it may have been moved.
    UnmentionedOptional,
    /// Kept in the frame only for its destructor, and mentioned in another piece that is reached without a suspension:
    /// a value that has no destructor, and may borrow from the frame, goes there in a variable.
    Carried,
}

impl Keep {
    /// Whether the frame has a field for it.
    pub(crate) fn in_frame(self) -> bool {
        match self {
            Keep::No | Keep::NoIfTrivial | Keep::Derived => false,
            Keep::DerivedUnlessShared
            | Keep::Whole
            | Keep::Optional
            | Keep::Owned
            | Keep::OwnedOptional
            | Keep::OwnedAssigned
            | Keep::Unmentioned
            | Keep::UnmentionedOptional
            | Keep::Carried => true,
        }
    }

    /// Whether it is an `Option` from its declaration on.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Keep::Optional | Keep::UnmentionedOptional)
    }

    /// Whether a copy may be kept of it.
    pub(crate) fn is_owned(self) -> bool {
        matches!(self, Keep::Owned | Keep::OwnedOptional | Keep::OwnedAssigned)
    }
}

/// What is known of a body.
pub(crate) struct Facts {
    keep: Vec<Keep>,
    /// By mention: it takes the value out of the local.
    moves: Vec<bool>,
    /// By mention: it may take the value out of the local, if the call that it is in does.
    may_move: Vec<bool>,
    /// By mention: how it may take a part out of the local, of which the rest is kept.
    moves_part: Vec<Option<Part>>,
    /// The locals of which it may.
    moved_in_parts: LocalSet,
    /// By mention: how it is used.
    uses: Vec<Option<Use>>,
    /// By mention: it is in code that is never reached.
    unreached: Vec<bool>,
    /// What is `Copy`, by its looks or by how it is used.
    copies: LocalSet,
    /// What is mentioned after a suspension that it was there before.
    across_waits: LocalSet,
}

impl Facts {
    pub(crate) fn keep(&self, local: LocalId) -> Keep {
        self.keep[local.0]
    }

    /// Whether the mention takes the value out of the local.
    pub(crate) fn moves(&self, mention: MentionId) -> bool {
        self.moves[mention.0]
    }

    /// Whether the local is mentioned again after the mention, which may be reached.
    pub(crate) fn is_needed_again(&self, mention: MentionId) -> bool {
        self.uses[mention.0].is_some() && !self.moves(mention) && !self.is_unreached(mention)
    }

    /// Whether the mention is in code that is never reached, after a `return` for example.
    pub(crate) fn is_unreached(&self, mention: MentionId) -> bool {
        self.unreached[mention.0]
    }

    /// Whether the local is `Copy`, by its looks or by how it is used.
    pub(crate) fn is_copy(&self, local: LocalId) -> bool {
        self.copies.contains(&local)
    }

    /// Whether the local is needed after a wait.
    pub(crate) fn is_needed_after_wait(&self, local: LocalId) -> bool {
        self.across_waits.contains(&local)
    }

    /// Whether the mention takes the value out of the local if the call that it is in does.
    pub(crate) fn may_move(&self, mention: MentionId) -> bool {
        self.may_move[mention.0]
    }

    /// How the mention may take a part out of the local, of which the rest is kept.
    pub(crate) fn moves_part(&self, mention: MentionId) -> Option<Part> {
        self.moves_part[mention.0]
    }

    /// Whether a part may be taken out of the local, of which the rest is kept.
    pub(crate) fn is_moved_in_parts(&self, local: LocalId) -> bool {
        self.moved_in_parts.contains(&local)
    }

    pub(crate) fn usage(&self, mention: MentionId) -> Use {
        self.uses[mention.0].unwrap_or(Use::Unknown)
    }
}

/// Analyses a body.
pub(crate) fn analyse(body: &Body) -> Facts {
    let graph = flow::graph(body);
    let live = live_after(&graph);
    let locals = &body.locals;
    let mut copies = graph.copied(&live);
    locals.ids().filter(|&local| locals[local].copy).for_each(|local| copies.insert(local));
    let mut uses = vec![None; locals.mentions];
    let mut moves = vec![true; locals.mentions];
    let mut may_move = vec![false; locals.mentions];
    for (index, event) in graph.events.iter().enumerate() {
        if let Event::Use { local, mention: Some(mention), usage, part, .. } = event {
            uses[mention.0] = Some(*usage);
            // The expression of an operation is there twice; what is evaluated again does not move.
            let (data, is_copy) = (&locals[*local], copies.contains(local));
            let is_last = !live[index].contains(local);
            moves[mention.0] &= *usage == Use::Value && is_last && !is_copy;
            // If it takes the local, it is not begun again.
            let may_move_whole = *usage == Use::Receiver || *part == Part::Captured;
            may_move[mention.0] = may_move_whole && is_last && !is_copy && can_be_taken(data);
        }
    }
    let moves: Vec<bool> = moves.iter().zip(&uses).map(|(moves, usage)| *moves && usage.is_some()).collect();
    let (initialised, reached) = maybe_initialised(&graph, &moves);
    let assigned = maybe_assigned_after(&graph);
    // Where a block cannot be suspended any more its locals leave the frame, and move like any others.
    let mut frame_moves: Vec<bool> = moves.iter().zip(&may_move).map(|(moves, may_move)| *moves || *may_move).collect();
    body.root.visit_unloaded(&body.arguments, &mut |mention| frame_moves[mention.0] = false);
    let flow = Flow {
        graph: &graph,
        live: &live,
        initialised: &initialised,
        assigned: &assigned,
        reached: &reached,
        copies: &copies,
    };
    let mut keep: Vec<Keep> = locals.ids().map(|local| flow.keep(local, locals, &frame_moves)).collect();
    let (moves_part, moved_in_parts) = flow.moved_parts(body, &keep);
    let unreached = flow.unreached_mentions(locals.mentions);
    let across_waits = across_waits(&graph, &live);
    let may_be_text = |local: &LocalId| {
        let is_kept = across_waits.contains(local) || locals[*local].mutable;
        is_kept && may_be_text(&locals[*local], locals) && !moved_in_parts.contains(local)
    };
    for local in locals.ids().filter(may_be_text) {
        keep[local.0] = match keep[local.0] {
            Keep::Whole if !locals[local].mutable => Keep::Owned,
            Keep::Optional if !locals[local].mutable || locals[local].is_put_back => Keep::OwnedOptional,
            // What a function evaluates to is likely to be changed in place.
            Keep::Whole | Keep::Optional
                if graph.is_assigned(local) && !locals[local].lenders.iter().any(|lender| lender.is_given) =>
            {
                Keep::OwnedAssigned
            }
            keep => keep,
        };
    }
    Facts { keep, moves, may_move, moves_part, moved_in_parts, uses, unreached, copies, across_waits }
}

/// The locals that are mentioned after a suspension, with the value that they had before.
fn across_waits(graph: &Graph, live: &[LocalSet]) -> LocalSet {
    let mut across = LocalSet::default();
    for (event, live) in graph.events.iter().zip(live) {
        if matches!(event, Event::Leave { suspended: true, .. }) {
            across.union_with(live);
        }
    }
    across
}

/// Whether a method that takes `self` by value can be called on a local. A reference is lent to it.
fn can_be_taken(data: &LocalData) -> bool {
    !data.reference && data.borrow.is_none() && !data.must_be_trivial
}

/// Whether a local may be text that borrows from another one.
fn may_be_text(data: &LocalData, locals: &Locals) -> bool {
    let may_lend = |lender: &Lender| {
        !lender.is_value
            || local_of(&lender.place).is_some_and(|local| {
                let data = &locals[local];
                data.borrow.is_some() || data.reference || !data.lenders.is_empty()
            })
    };
    let is_plain = !data.declared_without_value && data.aside.is_none() && !data.temporary;
    is_plain && data.lenders.iter().any(may_lend)
}

/// What is known of each event of a graph.
struct Flow<'g> {
    graph: &'g Graph,
    live: &'g [LocalSet],
    initialised: &'g [LocalSet],
    assigned: &'g [LocalSet],
    reached: &'g [bool],
    copies: &'g LocalSet,
}

impl Flow<'_> {
    fn keep(&self, local: LocalId, locals: &Locals, frame_moves: &[bool]) -> Keep {
        let Flow { graph, live, initialised, assigned, .. } = *self;
        let (data, is_copy) = (&locals[local], self.copies.contains(&local));
        if data.bound_by_guard || data.lent {
            return Keep::No;
        }
        if data.aside_of.is_some() || data.aside.is_some() {
            return Keep::Optional;
        }
        let trivial = is_copy || (data.borrow.is_some() && !data.is_closure);
        let mut assigned_after = false;
        let (mut destroyed, mut mentioned, mut mentioned_after_suspension) = (false, false, false);
        for (index, event) in graph.events.iter().enumerate() {
            let Event::Leave { in_scope, suspended } = event else { continue };
            if in_scope.contains(&local) {
                let is_live = live[index].contains(&local);
                mentioned |= is_live;
                mentioned_after_suspension |= is_live && *suspended;
                destroyed |= initialised[index].contains(&local) && !trivial;
                assigned_after |= assigned[index].contains(&local);
            }
        }
        if self.is_mentioned_unreached(local) {
            (mentioned, mentioned_after_suspension) = (true, true);
        }
        if !mentioned && !destroyed && !assigned_after {
            return Keep::No;
        }
        let borrows_frame = || data.is_closure && graph.captures_from_frame(local, data.borrow.as_ref());
        if !mentioned && !assigned_after && (data.must_be_trivial || borrows_frame()) {
            return Keep::NoIfTrivial;
        }
        if !assigned_after && (mentioned || !data.is_closure) {
            match graph.is_derived(local, locals, live) {
                Derived::Yes => return Keep::Derived,
                Derived::UnlessShared if mentioned => return Keep::DerivedUnlessShared,
                Derived::UnlessShared => return Keep::Derived,
                Derived::No => {}
            }
        }
        let is_moved = graph.events.iter().enumerate().any(|(index, event)| {
        matches!(event, Event::Use { local: used, mention: Some(mention), .. } if *used == local && frame_moves[mention.0])
            && graph.is_kept_around(index, local)
    });
        let is_assigned = graph.is_assigned(local);
        if data.is_held && data.declared_without_value && !data.copy_unknown && !mentioned && !assigned_after {
            return Keep::UnmentionedOptional;
        }
        if mentioned_after_suspension || is_assigned || is_copy || data.declared_without_value || data.copy_unknown {
            if is_moved || data.declared_without_value { Keep::Optional } else { Keep::Whole }
        } else if mentioned {
            Keep::Carried
        } else if is_moved {
            Keep::UnmentionedOptional
        } else {
            Keep::Unmentioned
        }
    }

    /// The mentions that may take a part out of a local of which the rest is kept; and those locals.
    fn moved_parts(&self, body: &Body, keep: &[Keep]) -> (Vec<Option<Part>>, LocalSet) {
        let graph = self.graph;
        let mut found = vec![None; body.locals.mentions];
        for (index, event) in graph.events.iter().enumerate() {
            let Event::Use { local, mention: Some(mention), part, members, .. } = event else { continue };
            let may_move = match part {
                Part::Value => !graph.is_part_mentioned_after(index, *local, members),
                Part::Opened | Part::Captured => true,
                Part::Unknown | Part::Assigned => false,
            };
            let is_kept = keep[local.0].in_frame() && keep[local.0] != Keep::DerivedUnlessShared;
            if may_move && is_kept && can_be_taken(&body.locals[*local]) && graph.is_in_frame_around(index, *local) {
                found[mention.0] = Some((*local, *part));
            }
        }
        body.root.visit_unloaded(&body.arguments, &mut |mention| found[mention.0] = None);
        let locals = found.iter().flatten().map(|(local, _)| *local).collect();
        (found.into_iter().map(|found| found.map(|(_, part)| part)).collect(), locals)
    }

    /// The mentions in code that is never reached.
    fn unreached_mentions(&self, mentions: usize) -> Vec<bool> {
        let mut unreached = vec![None; mentions];
        for (event, &reached) in self.graph.events.iter().zip(self.reached) {
            if let Event::Use { mention: Some(mention), .. } = event {
                // The expression of an operation is there twice.
                let unreached = &mut unreached[mention.0];
                *unreached = Some(unreached.unwrap_or(true) && !reached);
            }
        }
        unreached.into_iter().map(|unreached| unreached.unwrap_or(false)).collect()
    }

    /// Whether the local is mentioned in code that is never reached, but must compile.
    fn is_mentioned_unreached(&self, local: LocalId) -> bool {
        self.graph.events.iter().zip(self.reached).any(|(event, &reached)| match event {
            Event::Use { local: used, mention: Some(_), .. } => !reached && *used == local,
            Event::Assign(assigned) => !reached && *assigned == local,
            _ => false,
        })
    }
}

/// For each event, the locals that may be mentioned after it before they are assigned to.
fn live_after(graph: &Graph) -> Vec<LocalSet> {
    backwards(graph, |event, set| match event {
        Event::Use { local, .. } => {
            set.insert(*local);
        }
        Event::Assign(local) | Event::Declare(local) => {
            set.remove(local);
        }
        Event::Leave { .. } | Event::Join | Event::End => {}
    })
}

/// For each event, the locals that may be assigned to after it.
fn maybe_assigned_after(graph: &Graph) -> Vec<LocalSet> {
    backwards(graph, |event, set| match event {
        Event::Assign(local) => {
            set.insert(*local);
        }
        Event::Declare(local) => {
            set.remove(local);
        }
        Event::Use { .. } | Event::Leave { .. } | Event::Join | Event::End => {}
    })
}

/// What holds after each event, from what each event says of what is before it; to a fixed point.
fn backwards(graph: &Graph, transfer: impl Fn(&Event, &mut LocalSet)) -> Vec<LocalSet> {
    let mut after = vec![LocalSet::default(); graph.events.len()];
    let mut before = after.clone();
    let mut changed = true;
    while changed {
        changed = false;
        for index in (0..graph.events.len()).rev() {
            for &next in &graph.successors[index] {
                after[index].union_with(&before[next]);
            }
            let mut set = after[index].clone();
            transfer(&graph.events[index], &mut set);
            changed |= before[index].union_with(&set);
        }
    }
    after
}

/// For each event, the locals that may hold a value when it happens, and whether it does: forwards to a fixed point.
fn maybe_initialised(graph: &Graph, moves: &[bool]) -> (Vec<LocalSet>, Vec<bool>) {
    let mut before = vec![LocalSet::default(); graph.events.len()];
    let mut reached = vec![false; graph.events.len()];
    let mut work = vec![0];
    reached[0] = true;
    while let Some(index) = work.pop() {
        let mut set = before[index].clone();
        match &graph.events[index] {
            Event::Use { local, mention: Some(mention), .. } if moves[mention.0] => {
                set.remove(local);
            }
            Event::Assign(local) | Event::Declare(local) => {
                set.insert(*local);
            }
            Event::Use { .. } | Event::Leave { .. } | Event::Join | Event::End => {}
        }
        for &next in &graph.successors[index] {
            if before[next].union_with(&set) || !reached[next] {
                reached[next] = true;
                work.push(next);
            }
        }
    }
    (before, reached)
}
