use multitask::{Context, Operation, task, yield_};
use std::task::Poll;

/// Sends a message: it borrows the channel, so it is begun again after each wait.
struct Send<'a> {
    channel: &'a mut Channel,
    message: &'a str,
}

#[derive(Default)]
struct Channel(Vec<String>);

impl Channel {
    fn send<'a>(&'a mut self, message: &'a str) -> Send<'a> {
        Send { channel: self, message }
    }
}

impl Operation for Send<'_> {
    type Output = ();
    type Wait = ();
    fn begin(self) {}
    fn poll(_: &mut (), again: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
        let Send { channel, message } = again();
        channel.0.push(message.to_owned());
        Poll::Ready(())
    }
}

#[task]
fn talk() -> Vec<String> {
    let mut channel = Channel::default();
    let message = String::from("hello");
    yield_!(channel.send(&message));
    channel.0
}

fn main() {
    assert_eq!(multitask::block_on(talk()), ["hello"]);
}
