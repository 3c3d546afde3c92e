use multitask::{task, yield_};

struct Node {
    value: u8,
    next: Option<Box<Node>>,
}

impl Node {
    fn value_at(&self, depth: usize) -> Option<u8> {
        if depth == 0 { Some(self.value) } else { self.next.as_ref()?.value_at(depth - 1) }
    }
}

#[task(lend)]
fn sum(first: &Node) -> u8 {
    let mut sum = 0;
    let mut depth = 0;
    while let Some(value) = first.value_at(depth) {
        yield_!();
        sum += value;
        depth += 1;
    }
    sum
}

fn main() {
    let last = Node { value: 2, next: None };
    let first = Node { value: 1, next: Some(Box::new(last)) };
    assert_eq!(multitask::block_on(sum(&first)), 3);
}
