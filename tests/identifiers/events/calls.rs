//! Callbacks that tasks wait for.

use multitask::{
    TaskManager, call,
    call::{CallError, Callback, Calls, NeverCalled, Reply, Unanswered},
    task, yield_,
};

use super::SHORT;
use crate::support::Log;

/// Takes calls, and answers each with twice its argument.
#[task]
fn doubler(calls: Calls<u32, u32>, log: Log<u32>) -> NeverCalled {
    loop {
        match yield_!(calls.wait()) {
            Ok(called) => {
                log.push(called.args);
                let _unheard = called.answer.give(called.args * 2);
            }
            Err(never) => return never,
        }
    }
}

#[test]
fn k36_a_callback_calls_a_task() {
    #[task]
    fn caller(callback: Callback<u32, u32>) -> u32 {
        let reply = callback.call(21).expect("it waits for calls");
        yield_!(reply).expect("it answers")
    }
    let (manager, log) = (TaskManager::new(), Log::new());
    let (callback, calls) = call();
    let doubler = manager.add(doubler(calls, log.clone()));
    manager.run().unwrap();
    assert_eq!(manager.block_on(caller(callback.clone())), 42);
    // Whoever is no task has the answer by a loop within the loop, or an answer that was settled before.
    assert_eq!(manager.block_on(callback.call(4).unwrap()), Ok(8));
    let plain = callback.into_fn(7);
    assert_eq!(plain(1), 7);
    manager.run().unwrap();
    assert_eq!(log.take(), [21, 4, 1]);
    drop(plain);
    assert_eq!(manager.block_on(doubler).unwrap(), NeverCalled);
}

#[test]
fn d_k12_calls_are_kept_and_those_in_vain_are_told() {
    let (manager, log) = (TaskManager::new(), Log::new());
    let (callback, calls) = call::<u32, u32>();
    // Before anybody waits, and several.
    let early: Vec<Reply<u32>> = [1, 2, 3].map(|n| callback.call(n).unwrap()).into();
    assert_eq!(calls.len(), 3);
    let doubler = manager.add(doubler(calls, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [1, 2, 3]);
    let answers: Vec<_> = early.into_iter().map(|reply| manager.block_on(reply)).collect();
    assert_eq!(answers, [Ok(2), Ok(4), Ok(6)]);
    // After it has gone: also who has called before, and was not answered.
    let late = callback.call(4).unwrap();
    doubler.cancel();
    assert_eq!(manager.block_on(late), Err(Unanswered));
    assert!(callback.is_in_vain());
    assert_eq!(callback.call(5).unwrap_err(), CallError(5));
    assert_eq!(callback.into_fn(6)(5), 6);
}

#[test]
fn a_wait_for_calls_that_is_cancelled_takes_none() {
    #[task]
    fn impatient(calls: Calls<u32>) -> (bool, u32) {
        let timed_out = yield_!(calls.wait().timeout(SHORT)).is_err();
        (timed_out, yield_!(calls.wait()).expect("it is called").args)
    }
    let (manager, (callback, calls)) = (TaskManager::new(), call());
    let task = manager.add(impatient(calls));
    manager.run().unwrap();
    callback.call(1).unwrap();
    assert_eq!(manager.block_on(task).unwrap(), (true, 1));
}
