// The way out: `#[task]` on `hello`, or a call without `add`.
fn hello() {
    println!("hello");
}

fn main() {
    multitask::add(hello());
}
