// At the next resume it would be the whole again. The way out: a local that says how far it has come.
use multitask::{task, yield_};

#[task(lend)]
fn send(mut bytes: &[u8], sent: &mut Vec<u8>) {
    while !bytes.is_empty() {
        yield_!();
        sent.push(bytes[0]);
        bytes = &bytes[1..];
    }
}

fn main() {}
