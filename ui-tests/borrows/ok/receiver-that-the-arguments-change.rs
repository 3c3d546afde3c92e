use multitask::{block_on, task, yield_};

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
    let position = cursor.position;
    position.plus(yield_!(read(cursor.advance())))
}

fn main() {
    assert_eq!(block_on(end(Cursor { position: Position(1) })), 3);
}
