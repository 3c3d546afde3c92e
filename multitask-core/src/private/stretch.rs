//! Text that borrows from the frame, is needed after a wait, and is assigned to: `rest = &rest[n..];`.
//!
//! As in [`owned`](super::owned) a copy is kept. What is assigned is a part of it most often, and then nothing is copied.
//! It may be assigned to while parts of what it led to before are in use, so nothing goes before the next resume.

use alloc::boxed::Box;
use core::{
    cell::{Cell, OnceCell},
    marker::PhantomData,
    mem::size_of,
    ops::{Deref, DerefMut},
};

use super::{AsCopy, AsItself, Given, ItselfToMove, TextArgument, Within};

/// The type of a local that is assigned to.
#[derive(Debug)]
pub struct Stretching<T>(PhantomData<T>);

/// The type of a local that may be such text.
pub fn stretching<T>(_local: &T) -> Stretching<T> {
    Stretching(PhantomData)
}

/// Of text.
pub trait StretchingText {
    fn kept(&self) -> AsCopy;
}

/// Of anything else.
pub trait StretchingOther {
    fn kept(&self) -> AsItself;
}

impl<S: Stretch + ?Sized> StretchingText for &Stretching<&S> {
    fn kept(&self) -> AsCopy {
        AsCopy
    }
}

impl<T> StretchingOther for Stretching<T> {
    fn kept(&self) -> AsItself {
        AsItself
    }
}

impl AsCopy {
    pub fn keep_assigned<S: Stretch + ?Sized>(self, local: &S) -> Assigned<S> {
        Assigned::new(local)
    }
}

impl AsItself {
    pub fn keep_assigned<T>(self, local: T) -> ItselfToMove<T> {
        self.keep_to_move(local)
    }
}

/// A `str`, or a slice of what is `Copy`.
pub trait Stretch {
    fn to_boxed(&self) -> Box<Self>;

    fn length(&self) -> usize;

    fn part(&self, start: usize, length: usize) -> &Self;

    /// Where `part` begins in it; none if it lies elsewhere.
    fn start_of(&self, part: &Self) -> Option<usize>;
}

impl<T: Copy> Stretch for [T] {
    fn to_boxed(&self) -> Box<[T]> {
        self.into()
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn part(&self, start: usize, length: usize) -> &[T] {
        &self[start..][..length]
    }

    fn start_of(&self, part: &[T]) -> Option<usize> {
        let bytes = part.as_ptr().addr().checked_sub(self.as_ptr().addr())?;
        let start = bytes.checked_div(size_of::<T>())?;
        (start + part.len() <= self.len()).then_some(start)
    }
}

impl Stretch for str {
    fn to_boxed(&self) -> Box<str> {
        self.into()
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn part(&self, start: usize, length: usize) -> &str {
        &self[start..][..length]
    }

    fn start_of(&self, part: &str) -> Option<usize> {
        self.as_bytes().start_of(part.as_bytes())
    }
}

/// A copy, and those of what has been assigned since the last resume.
#[derive(Debug)]
struct Copies<S: ?Sized> {
    copy: Box<S>,
    next: OnceCell<Box<Copies<S>>>,
}

impl<S: Stretch + ?Sized> Copies<S> {
    fn new(text: &S) -> Self {
        Copies { copy: text.to_boxed(), next: OnceCell::new() }
    }
}

/// A local that is kept as a part of a copy.
#[derive(Debug)]
pub struct Assigned<S: ?Sized> {
    copies: Copies<S>,
    /// Which of the copies it is a part of, and which part.
    current: Cell<usize>,
    start: Cell<usize>,
    length: Cell<usize>,
}

impl<S: Stretch + ?Sized> Assigned<S> {
    fn new(text: &S) -> Self {
        let copies = Copies::new(text);
        Assigned { copies, current: Cell::new(0), start: Cell::new(0), length: Cell::new(text.length()) }
    }

    fn text(&self) -> &S {
        let mut copies = &self.copies;
        for _ in 0..self.current.get() {
            copies = copies.next.get().expect("there is a copy for each part");
        }
        copies.copy.part(self.start.get(), self.length.get())
    }

    pub fn assign(&self, text: &S) {
        let mut copies = &self.copies;
        for current in 0.. {
            if let Some(start) = copies.copy.start_of(text) {
                return self.lead_to(current, start, text);
            }
            if copies.next.get().is_none() {
                // The next one is where it is found then.
                copies.next.get_or_init(|| Box::new(Copies::new(text)));
                return self.lead_to(current + 1, 0, text);
            }
            copies = copies.next.get().expect("it is there");
        }
    }

    fn lead_to(&self, current: usize, start: usize, text: &S) {
        self.current.set(current);
        self.start.set(start);
        self.length.set(text.length());
    }

    /// Moved out of: it is `Copy`, and may be borrowed.
    pub fn give(&self) -> &S {
        self.text()
    }

    /// Nothing, of the type of the local.
    pub fn typed(&self) -> Option<&S> {
        None
    }

    pub fn slot(&self) -> Given<&S> {
        Given(self.text())
    }

    pub fn local(&self) -> Looked<'_, S> {
        Looked(self.text())
    }

    /// Nothing is changed there: what is would be lost.
    pub fn local_mut(&self) -> Looked<'_, S> {
        self.local()
    }

    /// What is made of it there is assigned in the end.
    pub fn edit(&self) -> Edited<'_, S> {
        Edited { text: self.text(), assigned: self }
    }

    /// At a resume, when nothing borrows from it: what has been assigned is all that is needed.
    pub fn settle(&mut self) {
        if self.copies.next.get().is_some() {
            *self = Assigned::new(self.text());
        }
    }

    /// What is known of an argument that this is.
    pub fn argument_of_text<A>(&self, argument: A) -> TextArgument<A> {
        TextArgument(argument)
    }

    /// The way to what the local leads to.
    pub fn way<K, W>(&self, _kept: K, _way: W) -> Within {
        Within
    }

    /// What leaves the frame, and what [`of`](Assigned::of) makes a local of.
    pub fn leave(self) -> (Assigned<S>, ()) {
        (self, ())
    }

    pub fn of(&self, _nothing: ()) -> &S {
        self.text()
    }
}

impl<T> ItselfToMove<T> {
    pub fn assign(&mut self, local: T) {
        self.put_back(local);
    }

    pub fn settle(&mut self) {}

    pub fn edit(&mut self) -> &mut T {
        self.local_mut()
    }
}

/// Text where it is mentioned, and not changed.
#[derive(Debug)]
pub struct Looked<'k, S: ?Sized>(&'k S);

impl<'k, S: ?Sized> Deref for Looked<'k, S> {
    type Target = &'k S;

    fn deref(&self) -> &&'k S {
        &self.0
    }
}

/// Text that a call may change, or an assignment.
#[derive(Debug)]
pub struct Edited<'k, S: Stretch + ?Sized> {
    text: &'k S,
    assigned: &'k Assigned<S>,
}

impl<'k, S: Stretch + ?Sized> Deref for Edited<'k, S> {
    type Target = &'k S;

    fn deref(&self) -> &&'k S {
        &self.text
    }
}

impl<'k, S: Stretch + ?Sized> DerefMut for Edited<'k, S> {
    fn deref_mut(&mut self) -> &mut &'k S {
        &mut self.text
    }
}

impl<S: Stretch + ?Sized> Drop for Edited<'_, S> {
    fn drop(&mut self) {
        if !core::ptr::eq(self.text, self.assigned.text()) {
            self.assigned.assign(self.text);
        }
    }
}
