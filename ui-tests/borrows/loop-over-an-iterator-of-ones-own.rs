// What else an iterator of one's own does when it is started again, nobody knows. The way out: collect, or indices.
use multitask::{task, yield_};

struct Shelf(Vec<u32>);

struct Books<'a>(std::slice::Iter<'a, u32>);

impl Iterator for Books<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0.next().copied()
    }
}

impl Shelf {
    fn iter(&self) -> Books<'_> {
        Books(self.0.iter())
    }
}

#[task]
fn total(shelf: Shelf) -> u32 {
    let mut total = 0;
    for n in shelf.iter() {
        yield_!();
        total += n;
    }
    total
}

fn main() {}
