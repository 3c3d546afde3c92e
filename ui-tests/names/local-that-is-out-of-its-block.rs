use multitask::{task, yield_};

#[task]
fn number() -> u32 {
    {
        let inner = 1;
        yield_!();
        println!("{inner}");
    }
    inner
}

fn main() {}
