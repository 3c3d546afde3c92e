// In an associated function the name alone means another function. One that calls itself is known by its name, and the
// macro does not see the `impl` around it. Write the path of the other one: `self::connect(..)`.

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
        attempts > 0 && yield_!(connect(attempts))
    }
}

fn main() {
    multitask::block_on(Client::connect(3));
}
