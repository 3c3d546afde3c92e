// `yield_from!` takes a coroutine or what can be iterated over, with the same kind of values.
use multitask::{task, yield_from};

#[task(yields = u32)]
fn from_a_number() {
    yield_from!(7);
}

#[task(yields = u32)]
fn from_other_values() {
    yield_from!(vec!["one"]);
}

fn main() {
    from_a_number();
    from_other_values();
}
