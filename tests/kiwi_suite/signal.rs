//! `TestWaitForSignal`.

use multitask::{
    TaskManager,
    signal::{Emission, Gone, Kind, Signal, SignalId},
    task, yield_,
};

/// Waits for one signal.
#[task]
fn wait_for(signal: Signal<u32>) -> Result<u32, Gone> {
    yield_!(signal.wait())
}

/// In the original it is an error to wait for a signal that an object does not have. Here that does not compile, and what
/// is left is a signal that nobody can emit any more.
#[test]
fn test_bad_arguments() {
    #[task]
    fn wait_for_nothing() -> Result<u32, Gone> {
        let wait = Signal::new().wait();
        yield_!(wait)
    }
    assert_eq!(TaskManager::new().block_on(wait_for_nothing()), Err(Gone));
}

#[test]
fn test_good_arguments() {
    let _unused = Signal::<u32>::new().wait();
    let _unused = Kind::<u32>::new().wait();
}

#[test]
fn test_signal() {
    let (manager, signal) = (TaskManager::new(), Signal::new());
    let task = manager.add(wait_for(signal.clone()));
    manager.run().unwrap();
    assert_eq!(signal.emit(123), 1);
    manager.run().unwrap();
    assert!(task.is_finished());
    assert_eq!(manager.block_on(task).unwrap(), Ok(123));
}

#[test]
fn test_emission_hook() {
    #[task]
    fn wait_for_any(kind: Kind<u32>) -> Result<(SignalId, u32), Gone> {
        let Emission { emitter, value } = yield_!(kind.wait())?;
        Ok((emitter, value))
    }
    let (manager, kind) = (TaskManager::new(), Kind::new());
    let [_, object] = [kind.signal(), kind.signal()];
    let task = manager.add(wait_for_any(kind));
    manager.run().unwrap();
    assert_eq!(object.emit(123), 1);
    manager.run().unwrap();
    assert!(task.is_finished());
    assert_eq!(manager.block_on(task).unwrap(), Ok((object.id(), 123)));
}
