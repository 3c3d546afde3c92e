//! `TestCallback`.

use std::time::Duration;

use multitask::{
    TaskManager,
    call::{Callback, Calls},
    sleep, task, yield_,
};

/// In the original the callback is handed to a timer of the main loop; here to a task that sleeps first.
#[test]
fn test_callback() {
    #[task]
    fn timer(callback: Callback<(u32, u32, &'static str)>) {
        yield_!(sleep(Duration::from_millis(10)));
        callback.call((123, 456, "bar")).expect("somebody waits for it");
    }
    #[task]
    fn waiter(calls: Calls<(u32, u32, &'static str)>) -> (u32, u32, &'static str) {
        yield_!(calls.wait()).expect("it is called").args
    }
    let (manager, (callback, calls)) = (TaskManager::new(), multitask::call());
    manager.add(timer(callback));
    assert_eq!(manager.block_on(waiter(calls)), (123, 456, "bar"));
}
