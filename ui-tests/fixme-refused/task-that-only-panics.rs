// FIXME: this must be accepted: the unreachable call is one of the expansion.
#![deny(warnings)]
use multitask::task;

#[task]
fn todo() {
    unimplemented!("later");
}

fn main() {
    let _never_run = todo;
}
