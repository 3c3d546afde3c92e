//! What a program's locals are at some point of it: their types, and what has become of them.

use std::collections::BTreeSet;

use super::types::Type;

/// A local, by its position in [`Scope`].
pub(crate) type Id = usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loan {
    Shared,
    Exclusive,
}

/// A local.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) mutable: bool,
    pub(crate) initialised: bool,
    /// The generator counts with it: nothing else assigns to it.
    pub(crate) reserved: bool,
    /// Paths that may have been moved out of.
    moved: BTreeSet<String>,
    shared: usize,
    exclusive: usize,
    /// What it borrows, until it goes out of scope.
    borrows: Vec<(Id, Loan)>,
    /// How many loops and closures were around where it was declared.
    level: usize,
}

/// An expression that denotes a local, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) text: String,
    /// The text where a method is called on it.
    pub(crate) receiver: String,
    pub(crate) ty: Type,
    pub(crate) root: Id,
    movable: bool,
    mutable: bool,
    pub(crate) is_whole: bool,
}

/// All locals that are in scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    locals: Vec<Local>,
    /// How many loops and closures are around, which may run more than once.
    pub(crate) level: usize,
    /// What is generated leaves the function in the end: it runs once.
    pub(crate) leaving: bool,
}

impl Scope {
    pub(crate) fn declare(&mut self, name: &str, ty: Type, mutable: bool) -> Id {
        self.locals.push(Local {
            name: name.to_owned(),
            ty,
            mutable,
            initialised: true,
            reserved: false,
            moved: BTreeSet::new(),
            shared: 0,
            exclusive: 0,
            borrows: Vec::new(),
            level: self.level,
        });
        self.locals.len() - 1
    }

    pub(crate) fn local(&mut self, id: Id) -> &mut Local {
        &mut self.locals[id]
    }

    pub(crate) fn height(&self) -> usize {
        self.locals.len()
    }

    /// Forgets the locals from `height` on.
    pub(crate) fn end(&mut self, height: usize) {
        while self.locals.len() > height {
            let local = self.locals.pop().expect("there are more than `height`");
            for (id, loan) in local.borrows {
                self.release(id, loan);
            }
        }
    }

    pub(crate) fn lend(&mut self, id: Id, loan: Loan) {
        match loan {
            Loan::Shared => self.locals[id].shared += 1,
            Loan::Exclusive => self.locals[id].exclusive += 1,
        }
    }

    pub(crate) fn release(&mut self, id: Id, loan: Loan) {
        match loan {
            Loan::Shared => self.locals[id].shared -= 1,
            Loan::Exclusive => self.locals[id].exclusive -= 1,
        }
    }

    /// `borrower` borrows from `id` until it goes out of scope.
    pub(crate) fn lend_to(&mut self, borrower: Id, id: Id, loan: Loan) {
        self.lend(id, loan);
        self.locals[borrower].borrows.push((id, loan));
    }

    pub(crate) fn visible_names(&self) -> Vec<String> {
        let names: BTreeSet<_> = self.locals.iter().map(|local| local.name.clone()).collect();
        names.into_iter().collect()
    }

    fn is_visible(&self, id: Id) -> bool {
        !self.locals[id + 1..].iter().any(|later| later.name == self.locals[id].name)
    }

    /// All places.
    fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (root, local) in self.locals.iter().enumerate().filter(|(_, local)| local.initialised && !local.reserved) {
            if self.is_visible(root) {
                let whole = Place {
                    text: local.name.clone(),
                    receiver: local.name.clone(),
                    ty: local.ty.clone(),
                    root,
                    movable: true,
                    mutable: local.mutable,
                    is_whole: true,
                };
                collect(whole, &mut places);
            }
        }
        places
    }

    /// Whether a part of the place, or all of what it is a part of, may have been moved.
    fn is_moved(&self, place: &Place) -> bool {
        let is_part = |part: &str, whole: &str| {
            part.trim_start_matches('*')
                .strip_prefix(whole.trim_start_matches('*'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
        };
        self.locals[place.root].moved.iter().any(|moved| is_part(moved, &place.text) || is_part(&place.text, moved))
    }

    /// Places that can be read, or borrowed.
    pub(crate) fn readable(&self) -> Vec<Place> {
        let mut places = self.places();
        places.retain(|place| self.locals[place.root].exclusive == 0 && !self.is_moved(place));
        places
    }

    /// Forgets all locals but those that a closure copies.
    pub(crate) fn only_copies(&mut self) {
        for local in &mut self.locals {
            local.initialised &= local.ty.is_copy() && !matches!(local.ty, Type::Ref(_)) && local.exclusive == 0;
            local.mutable = false;
        }
    }

    /// Places that can be moved out of.
    pub(crate) fn movable(&self) -> Vec<Place> {
        let mut places = self.readable();
        places.retain(|place| {
            let local = &self.locals[place.root];
            place.movable && local.shared == 0 && (local.level == self.level || self.leaving)
        });
        places
    }

    /// Places that can be borrowed to be changed.
    pub(crate) fn changeable(&self) -> Vec<Place> {
        let mut places = self.readable();
        places.retain(|place| place.mutable && self.locals[place.root].shared == 0);
        places
    }

    /// Places that can be assigned to: also after they have been moved.
    pub(crate) fn assignable(&self) -> Vec<Place> {
        let mut places = self.places();
        places.retain(|place| {
            let local = &self.locals[place.root];
            place.mutable && local.shared == 0 && local.exclusive == 0 && (place.is_whole || !self.is_moved(place))
        });
        places
    }

    pub(crate) fn move_out(&mut self, place: &Place) {
        if !place.ty.is_copy() {
            self.locals[place.root].moved.insert(place.text.clone());
        }
    }

    /// The place has a value again.
    pub(crate) fn assign(&mut self, place: &Place) {
        if place.is_whole {
            self.locals[place.root].moved.clear();
        }
    }

    /// What may have become of the locals on one of two ways.
    pub(crate) fn merge(&mut self, other: &Scope) {
        for (local, other) in self.locals.iter_mut().zip(&other.locals) {
            local.moved.extend(other.moved.iter().cloned());
            local.initialised &= other.initialised;
        }
    }
}

/// Adds a place, and the places in it.
fn collect(place: Place, places: &mut Vec<Place>) {
    let part = |text: String, receiver: String, ty: &Type| Place {
        text,
        receiver,
        ty: ty.clone(),
        is_whole: false,
        ..place.clone()
    };
    let field = |name: &str, ty: &Type| {
        let text = format!("{}.{name}", place.receiver);
        part(text.clone(), text, ty)
    };
    match &place.ty {
        Type::Pair => {
            collect(field("left", &Type::Loud), places);
            collect(field("right", &Type::Loud), places);
        }
        Type::Tuple(types) => {
            types.iter().enumerate().for_each(|(index, ty)| collect(field(&index.to_string(), ty), places));
        }
        Type::Box(of) => collect(part(format!("*{}", place.text), place.receiver.clone(), of), places),
        Type::Ref(of) | Type::RefMut(of) => {
            let mutable = matches!(place.ty, Type::RefMut(_));
            let inner = part(format!("*{}", place.text), place.receiver.clone(), of);
            collect(Place { movable: false, mutable, ..inner }, places);
        }
        Type::Array(of, length) => {
            for index in 0..*length {
                let text = format!("{}[{index}]", place.receiver);
                collect(Place { movable: false, ..part(text.clone(), text, of) }, places);
            }
        }
        _ => {}
    }
    places.push(place);
}
