//! `send`: owned data stay with the wait, borrowed data are borrowed again for each attempt.

use core::{fmt, task::Poll};
use std::{io, rc::Rc, sync::Arc};

use super::channel::Channel;
use crate::{Context, Operation, private::NeverAgain};

/// What can be sent: bytes, owned or borrowed.
///
/// It is implemented for `Vec<u8>`, `String`, arrays and the like, and for a reference to anything that is
/// `AsRef<[u8]>`.
pub trait Data: Sized {
    /// What stays with the wait: the data if they are owned, nothing if they are borrowed.
    type Kept;

    /// Takes in the data before the first attempt.
    fn keep(self) -> Self::Kept;

    /// The bytes for an attempt. `again` borrows the data anew; it is not called where they are kept.
    fn with_bytes<R>(kept: &Self::Kept, again: impl FnOnce() -> Self, act: impl FnOnce(&[u8]) -> R) -> R;
}

impl<T: AsRef<[u8]> + ?Sized> Data for &T {
    type Kept = ();

    fn keep(self) {}

    fn with_bytes<R>((): &(), again: impl FnOnce() -> Self, act: impl FnOnce(&[u8]) -> R) -> R {
        act(again().as_ref())
    }
}

macro_rules! keep_owned {
    ($($data:ty $(, const $N:ident)?;)*) => { $(
        impl$(<const $N: usize>)? Data for $data {
            type Kept = Self;

            fn keep(self) -> Self {
                self
            }

            fn with_bytes<R>(kept: &Self, _: impl FnOnce() -> Self, act: impl FnOnce(&[u8]) -> R) -> R {
                act(kept.as_ref())
            }
        }
    )* };
}

keep_owned! {
    Vec<u8>;
    String;
    Box<[u8]>;
    Rc<[u8]>;
    Arc<[u8]>;
    [u8; N], const N;
}

/// The operation of the methods `send` of streams.
#[must_use = "an operation does nothing before a task yields it"]
pub struct Send<C, D> {
    pub(crate) channel: C,
    pub(crate) data: D,
}

/// The wait of a [`Send`]: a handle of the stream, and the data if they are owned.
pub struct SendWait<C: Channel, K> {
    // Before the channel: a wait ends before its descriptor may close.
    wait: C::Wait,
    channel: C,
    kept: K,
}

impl<C: Channel, D: Data> Operation for Send<C, D> {
    type Output = io::Result<usize>;
    type Wait = SendWait<C, D::Kept>;

    fn begin(self) -> Self::Wait {
        SendWait { wait: C::Wait::default(), channel: self.channel, kept: self.data.keep() }
    }

    fn poll(wait: &mut Self::Wait, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let SendWait { wait, channel, kept } = wait;
        D::with_bytes(kept, || again().data, |bytes| channel.poll_write(wait, bytes, cx))
    }

    fn what() -> &'static str {
        "send"
    }
}

/// Data that are kept are not borrowed again.
#[diagnostic::do_not_recommend]
impl<C: Channel, D: Data<Kept = D>> NeverAgain<Send<C, D>> for SendWait<C, D> {}

impl<C: fmt::Debug, D> fmt::Debug for Send<C, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Send").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl<C: Channel + fmt::Debug, K> fmt::Debug for SendWait<C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendWait").field("channel", &self.channel).finish_non_exhaustive()
    }
}
