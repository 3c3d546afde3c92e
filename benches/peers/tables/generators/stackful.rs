//! Generators with a stack of their own.

use corosensei::{Coroutine, CoroutineResult, Yielder};

/// What a body hands its items to.
pub(crate) type Items<T> = Yielder<(), T>;

/// An iterator over what a function hands out.
pub(crate) struct Stackful<T: 'static>(Coroutine<(), T, ()>);

impl<T> Stackful<T> {
    pub(crate) fn new(body: impl FnOnce(&Items<T>) + 'static) -> Self {
        Stackful(Coroutine::new(move |items, ()| body(items)))
    }
}

impl<T> Iterator for Stackful<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self.0.resume(()) {
            CoroutineResult::Yield(item) => Some(item),
            CoroutineResult::Return(()) => None,
        }
    }
}
