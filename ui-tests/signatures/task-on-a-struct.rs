// Only a function can be a task.
use multitask::task;

#[task]
struct Printer {
    message: String,
}

fn main() {
    println!("{}", Printer { message: String::new() }.message);
}
