use multitask::{task, yield_};

struct Options {
    name: String,
    path: String,
    count: usize,
}

#[task]
fn renamed(base: Options) -> Options {
    let options = Options { name: String::from("new"), ..{ base } };
    yield_!();
    options
}

fn main() {
    let base = Options { name: String::new(), path: String::new(), count: 3 };
    let Options { name, path, count } = multitask::block_on(renamed(base));
    assert_eq!((&*name, &*path, count), ("new", "", 3));
}
