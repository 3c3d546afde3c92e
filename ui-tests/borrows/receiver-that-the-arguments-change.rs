// What is `Copy` is copied before the arguments are evaluated; the task would come to it after the wait, when `advance`
// has changed it.
use multitask::{task, yield_};

#[derive(Clone, Copy)]
struct Position(usize);

impl Position {
    fn plus(self, offset: usize) -> usize {
        self.0 + offset
    }
}

struct Cursor {
    position: Position,
}

impl Cursor {
    fn advance(&mut self) -> usize {
        self.position.0 += 1;
        self.position.0
    }
}

#[task]
fn read(n: usize) -> usize {
    yield_!();
    n
}

#[task]
fn end(mut cursor: Cursor) -> usize {
    cursor.position.plus(yield_!(read(cursor.advance())))
}

fn main() {}
