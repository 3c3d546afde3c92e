//! What a running task can ask of whatever resumes it.

use core::marker::PhantomData;

/// Handed to a task at each resume, and by it to the operations it waits for.
#[derive(Debug)]
pub struct Context<'a> {
    turn: PhantomData<&'a mut ()>,
}

impl Context<'_> {
    /// A context without a task manager, for a task that is resumed by hand.
    pub fn detached() -> Self {
        Context { turn: PhantomData }
    }

    /// Asks for the running task to be resumed after the others had their turn.
    pub fn give_way(&mut self) {}
}
