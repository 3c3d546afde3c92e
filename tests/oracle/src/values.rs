//! Values that tell what becomes of them.

use std::fmt::{self, Debug, Display};

use crate::trace::{note, tell};

/// A value whose making and dropping are in the trace.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loud(String);

/// Makes a [`Loud`].
pub fn loud(name: impl Display) -> Loud {
    tell(format_args!("make {name}"));
    Loud(name.to_string())
}

impl Loud {
    /// Its name; not an event.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Uses it, by reference.
    pub fn touch(&self) -> usize {
        tell(format_args!("touch {self:?}"));
        self.0.len()
    }

    /// Changes its name.
    pub fn rename(&mut self, name: impl Display) {
        tell(format_args!("rename {self:?} to {name}"));
        self.0 = name.to_string();
    }

    /// Uses it up.
    pub fn into_name(self) -> String {
        tell(format_args!("use up {self:?}"));
        self.0.clone()
    }

    /// The same as [`Loud::renamed`], by a name that tells that it takes `self` by value.
    pub fn into_renamed(self, name: impl Display) -> Loud {
        self.renamed(name)
    }

    /// Makes another one of it.
    pub fn renamed(self, name: impl Display) -> Loud {
        tell(format_args!("replace {self:?} by {name}"));
        Loud(name.to_string())
    }
}

impl Debug for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Clone for Loud {
    fn clone(&self) -> Self {
        loud(format_args!("{self:?}'"))
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        note(format_args!("drop {self:?}"));
    }
}

/// Two values, to be taken apart.
#[derive(Debug)]
pub struct Pair {
    /// The first.
    pub left: Loud,
    /// The second.
    pub right: Loud,
}

/// Evaluates to `value`, and tells that it did.
pub fn value<T: Debug>(name: impl Display, value: T) -> T {
    tell(format_args!("{name} = {value:?}"));
    value
}

/// Evaluates to `a`; `b` is dropped.
pub fn first<A, B>(a: A, b: B) -> A {
    tell("first");
    drop(b);
    a
}

/// Evaluates to `b`; `a` is dropped.
pub fn second<A, B>(a: A, b: B) -> B {
    tell("second");
    drop(a);
    b
}

/// Evaluates to `value`, and looks at what it was borrowed beside.
pub fn beside<A: Debug + ?Sized, B>(borrowed: &A, value: B) -> B {
    tell(format_args!("beside {borrowed:?}"));
    value
}
