// FIXME: this must be accepted: a borrow of a place can be taken again after the wait.
use multitask::{task, yield_};

struct Person {
    name: Option<String>,
}

#[task]
fn length(person: Person) -> usize {
    if let Some(name) = &person.name {
        yield_!();
        return name.len();
    }
    0
}

fn main() {
    assert_eq!(multitask::block_on(length(Person { name: None })), 0);
}
