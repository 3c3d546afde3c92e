//! Parts of temporaries: `make().name` where a wait follows in the statement.
//!
//! What is left of the value lives to the end of the statement, so it is kept whole. A part of it that is `Copy` is
//! copied; any other one would be moved out of the frame, which is refused in words that say what to write.

/// A part of a temporary, by method lookup: `(&&part(&temporary.name)).get()`.
#[derive(Debug)]
pub struct Part<'p, T>(&'p T);

/// The [`Part`] at `place`.
pub fn part<T>(place: &T) -> Part<'_, T> {
    Part(place)
}

/// A type whose values can be moved out of what they are a part of: there is none.
#[diagnostic::on_unimplemented(
    message = "a part of a temporary cannot be moved out of it where a wait follows",
    label = "this `{Self}` is moved, and what it is a part of is kept to the end of the statement",
    note = "bind the whole value with `let` in a statement of its own, and take it apart there: `let (name, _) = make();`"
)]
pub trait MovesOut {}

mod kinds {
    use super::{MovesOut, Part};

    pub trait PartCopy<T> {
        fn get(&self) -> T;
    }

    impl<T: Copy> PartCopy<T> for &Part<'_, T> {
        fn get(&self) -> T {
            *self.0
        }
    }

    pub trait PartMoved<T> {
        fn get(&self) -> T
        where
            T: MovesOut;
    }

    impl<T> PartMoved<T> for Part<'_, T> {
        fn get(&self) -> T
        where
            T: MovesOut,
        {
            unreachable!("there is no such type")
        }
    }
}

pub use kinds::{PartCopy, PartMoved};
