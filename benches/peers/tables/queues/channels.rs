//! The channels of the peers, each as a way to send and to receive.

/// A way to send numbers to a task. The receiver ends when there is no sender.
pub(super) trait Channel {
    const NAME: &'static str;
    type Sender: Clone + 'static;
    type Receiver: 'static;

    fn new(capacity: usize) -> (Self::Sender, Self::Receiver);

    async fn send(sender: &Self::Sender, item: u64);

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64>;
}

pub(super) struct AsyncChannel;

impl Channel for AsyncChannel {
    const NAME: &'static str = "async-channel";
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn new(capacity: usize) -> (Self::Sender, Self::Receiver) {
        async_channel::bounded(capacity)
    }

    async fn send(sender: &Self::Sender, item: u64) {
        sender.send(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }
}

pub(super) struct Flume;

impl Channel for Flume {
    const NAME: &'static str = "flume";
    type Sender = flume::Sender<u64>;
    type Receiver = flume::Receiver<u64>;

    fn new(capacity: usize) -> (Self::Sender, Self::Receiver) {
        flume::bounded(capacity)
    }

    async fn send(sender: &Self::Sender, item: u64) {
        sender.send_async(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv_async().await.ok()
    }
}

pub(super) struct Kanal;

impl Channel for Kanal {
    const NAME: &'static str = "kanal";
    type Sender = kanal::AsyncSender<u64>;
    type Receiver = kanal::AsyncReceiver<u64>;

    fn new(capacity: usize) -> (Self::Sender, Self::Receiver) {
        kanal::bounded_async(capacity)
    }

    async fn send(sender: &Self::Sender, item: u64) {
        sender.send(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }
}

pub(super) struct TokioMpsc;

impl Channel for TokioMpsc {
    const NAME: &'static str = "tokio mpsc";
    type Sender = tokio::sync::mpsc::Sender<u64>;
    type Receiver = tokio::sync::mpsc::Receiver<u64>;

    fn new(capacity: usize) -> (Self::Sender, Self::Receiver) {
        tokio::sync::mpsc::channel(capacity)
    }

    async fn send(sender: &Self::Sender, item: u64) {
        sender.send(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await
    }
}

/// It has no capacity.
pub(super) struct LocalChannel;

impl Channel for LocalChannel {
    const NAME: &'static str = "local-channel (unbounded)";
    type Sender = local_channel::mpsc::Sender<u64>;
    type Receiver = local_channel::mpsc::Receiver<u64>;

    fn new(_: usize) -> (Self::Sender, Self::Receiver) {
        local_channel::mpsc::channel()
    }

    async fn send(sender: &Self::Sender, item: u64) {
        sender.send(item).expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await
    }
}
