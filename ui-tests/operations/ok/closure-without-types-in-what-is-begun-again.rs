use multitask::{Context, Operation, task, yield_};
use std::task::Poll;

/// Changes what it borrows, so it is begun again after each wait.
struct Change<'a, F>(&'a mut Vec<u8>, F);

impl<F: Fn(u8) -> u8> Operation for Change<'_, F> {
    type Output = ();
    type Wait = ();
    fn begin(self) {}
    fn poll(_: &mut (), again: impl FnOnce() -> Self, _: &mut Context<'_>) -> Poll<()> {
        let Change(list, f) = again();
        list.iter_mut().for_each(|n| *n = f(*n));
        Poll::Ready(())
    }
}

fn change<F: Fn(u8) -> u8>(list: &mut Vec<u8>, f: F) -> Change<'_, F> {
    Change(list, f)
}

#[task]
fn double() -> Vec<u8> {
    let mut list = vec![1, 2];
    yield_!(change(&mut list, |n: u8| n.wrapping_mul(2)));
    list
}

fn main() {
    assert_eq!(multitask::block_on(double()), [2, 4]);
}
