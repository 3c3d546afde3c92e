// The way out: an operation that takes a reference, or one that keeps the message.
use multitask::{Context, Operation, task, yield_};
use std::task::Poll;

/// Sends a message: it borrows the channel, so it is begun again after each wait.
struct Send<'a> {
    channel: &'a mut Channel,
    message: String,
}

#[derive(Default)]
struct Channel(Vec<String>);

impl Channel {
    fn send(&mut self, message: String) -> Send<'_> {
        Send { channel: self, message }
    }
}

impl Operation for Send<'_> {
    type Output = ();
    type Wait = ();
    fn begin(self) {}
    fn poll(_: &mut (), again: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
        let Send { channel, message } = again();
        channel.0.push(message);
        Poll::Ready(())
    }
}

#[task]
fn talk() {
    let mut channel = Channel::default();
    let message = String::from("hello");
    yield_!(channel.send(message));
}

fn main() {}
