// At the next resume it would be the first again. The way out: a local that says how far it has come.
use multitask::{task, yield_};

struct Node {
    value: u8,
    next: Option<Box<Node>>,
}

#[task(lend)]
fn sum(mut node: &Node) -> u8 {
    let mut sum = node.value;
    while let Some(next) = &node.next {
        yield_!();
        sum += next.value;
        node = next;
    }
    sum
}

fn main() {}
