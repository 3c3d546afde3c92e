//! A task that waits for other tasks, as one calls functions: they return values, and errors.
//!
//!     cargo run --example child_tasks
//!
//! prints
//!
//!     None
//!     1
//!     (2, 3)
//!     caught exception: foo

use std::{error::Error, io};

use multitask::{task, yield_};

#[task]
fn parent() {
    println!("{:?}", yield_!(return_none()));
    println!("{}", yield_!(return_one()));
    println!("{:?}", yield_!(return_many()));
    if let Err(error) = yield_!(raise_exception()) {
        println!("caught exception: {error}");
    }
}

#[task]
fn return_none() -> Option<i32> {
    yield_!();
    None
}

#[task]
fn return_one() -> i32 {
    yield_!();
    1
}

#[task]
fn return_many() -> (i32, i32) {
    yield_!();
    (2, 3)
}

#[task]
fn raise_exception() -> Result<(), Box<dyn Error>> {
    yield_!();
    Err("foo")?
}

fn main() -> io::Result<()> {
    multitask::add(parent());
    multitask::run()
}
