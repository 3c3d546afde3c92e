use multitask::{task, yield_};

#[task]
fn connect(attempts: u32) -> bool {
    yield_!();
    attempts > 2
}

struct Client;

impl Client {
    #[task]
    fn connect(attempts: u32) -> bool {
        attempts > 0 && yield_!(self::connect(attempts))
    }

    /// Nothing that is called whatever happens is the function itself.
    #[task]
    fn connected(attempts: u32) -> bool {
        yield_!(Client::connect(attempts))
    }
}

fn main() {
    assert!(multitask::block_on(Client::connect(3)));
    assert!(multitask::block_on(Client::connected(3)));
}
