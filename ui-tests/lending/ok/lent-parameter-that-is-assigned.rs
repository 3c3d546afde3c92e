use multitask::{task, yield_};

struct Node {
    value: u8,
    next: Option<Box<Node>>,
}

#[task(lend)]
fn sum(first: &Node) -> u8 {
    let mut sum = first.value;
    let mut depth = 0;
    while let Some(next) = std::iter::successors(Some(first), |node| node.next.as_deref()).nth(depth + 1) {
        sum += next.value;
        yield_!();
        depth += 1;
    }
    sum
}

fn main() {
    let last = Node { value: 2, next: None };
    let first = Node { value: 1, next: Some(Box::new(last)) };
    let _ = sum(&first);
}
