use multitask::{task, yield_};

struct Counter {
    n: u32,
}

impl Counter {
    #[task(lend)]
    fn bump(&mut self, by: u32) -> u32 {
        self.n += by;
        yield_!();
        self.n
    }

    #[task]
    fn twice(&mut self) -> u32 {
        yield_!(self.bump(1)) + yield_!(self.bump(2))
    }
}

#[task]
fn by_two(counter: &mut Counter) -> u32 {
    yield_!();
    yield_!(counter.bump(2))
}

#[task(lend)]
fn add(counter: &mut Counter, by: u32) {
    yield_!();
    counter.n += by;
}

#[task]
fn often(counter: &mut Counter) -> u32 {
    for by in 0..3 {
        yield_!(add(counter, by));
    }
    counter.n
}

fn main() {}
