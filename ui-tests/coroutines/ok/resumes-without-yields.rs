use multitask::{
    Coroutine,
    CoroutineState::{Complete, Yielded},
    task, yield_,
};

#[task(yields = (), resumes = u32)]
fn sum() -> u32 {
    yield_!() + yield_!()
}

fn main() {
    let mut sum = sum();
    assert_eq!(sum.start(), Yielded(()));
    assert_eq!(sum.resume(3), Yielded(()));
    assert_eq!(sum.resume(4), Complete(7));
}
