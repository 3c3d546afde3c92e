//! What `any` and `all` take: several operations at once.

use alloc::vec::Vec;

use crate::IntoOperation;

/// Several operations: a tuple of two to twelve of anything that `yield_!` takes, or an array or a `Vec` of one type.
///
/// See [`any`](super::any) and [`all`](super::all).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a group of operations",
    label = "neither a tuple, an array nor a `Vec` of operations",
    note = "`any` and `all` take a tuple of two to twelve operations or tasks, `any((a, b))`, or an array or a `Vec` of one type"
)]
pub trait IntoGroup {
    /// The tuple, the array or the `Vec` of the operations themselves.
    type Group;

    /// The operations themselves.
    fn into_group(self) -> Self::Group;
}

impl<I: IntoOperation, const N: usize> IntoGroup for [I; N] {
    type Group = [I::Operation; N];

    fn into_group(self) -> Self::Group {
        self.map(I::into_operation)
    }
}

impl<I: IntoOperation> IntoGroup for Vec<I> {
    type Group = Vec<I::Operation>;

    fn into_group(self) -> Self::Group {
        self.into_iter().map(I::into_operation).collect()
    }
}

macro_rules! group_of_tuple {
    ($($I:ident)*) => {
        impl<$($I: IntoOperation),*> IntoGroup for ($($I,)*) {
            type Group = ($($I::Operation,)*);

            #[allow(non_snake_case, reason = "each value is named after its type")]
            fn into_group(self) -> Self::Group {
                let ($($I,)*) = self;
                ($($I.into_operation(),)*)
            }
        }
    };
}

/// Calls a macro with `name: types, variants and indices` for each length of a tuple.
macro_rules! for_each_tuple {
    ($apply:ident) => {
        $apply! { Any2: A First 0, B Second 1 }
        $apply! { Any3: A First 0, B Second 1, C Third 2 }
        $apply! { Any4: A First 0, B Second 1, C Third 2, D Fourth 3 }
        $apply! { Any5: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4 }
        $apply! { Any6: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5 }
        $apply! { Any7: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6 }
        $apply! { Any8: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6, H Eighth 7 }
        $apply! {
            Any9: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6, H Eighth 7, I Ninth 8
        }
        $apply! {
            Any10: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6, H Eighth 7,
            I Ninth 8, J Tenth 9
        }
        $apply! {
            Any11: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6, H Eighth 7,
            I Ninth 8, J Tenth 9, K Eleventh 10
        }
        $apply! {
            Any12: A First 0, B Second 1, C Third 2, D Fourth 3, E Fifth 4, F Sixth 5, G Seventh 6, H Eighth 7,
            I Ninth 8, J Tenth 9, K Eleventh 10, L Twelfth 11
        }
    };
}
pub(super) use for_each_tuple;

macro_rules! group_of_listed {
    ($name:ident: $($O:ident $variant:ident $index:tt),*) => { group_of_tuple! { $($O)* } };
}
for_each_tuple!(group_of_listed);

/// The operations of a group for one attempt, which are evaluated when the first of them that borrows asks for its own.
pub(super) struct Anew<F, G> {
    again: Option<F>,
    group: Option<G>,
}

impl<G, F: FnOnce() -> G> Anew<F, G> {
    pub(super) fn new(again: F) -> Self {
        Anew { again: Some(again), group: None }
    }

    pub(super) fn get(&mut self) -> &mut G {
        if let Some(again) = self.again.take() {
            self.group = Some(again());
        }
        self.group.as_mut().expect("it has been evaluated")
    }
}

/// Why an operation can be taken out of an [`Anew`].
pub(super) const TAKEN_ONCE: &str = "an attempt begins an operation again at most once";
