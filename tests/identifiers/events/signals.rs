//! Events and signals.

use multitask::{
    TaskHandle, TaskManager,
    signal::{Emission, Event, Gone, Kind, Signal, Subscription},
    task, yield_,
};

use super::SHORT;
use crate::support::Log;

#[task]
fn hear_one(signal: Signal<u32>, log: Log<u32>) {
    log.push(yield_!(signal.wait()).expect("the signal is there"));
}

#[task]
fn hear_all(heard: Subscription<u32>, log: Log<u32>) -> Gone {
    loop {
        match yield_!(heard.wait()) {
            Ok(value) => log.push(value),
            Err(gone) => return gone,
        }
    }
}

#[test]
fn k34_a_signal_of_one_object_or_of_any_of_a_kind() {
    #[task]
    fn hear_kind(kind: Kind<u32>, objects: [Signal<u32>; 2], log: Log<(usize, u32)>) {
        loop {
            let emission = yield_!(kind.wait()).expect("the kind is there");
            let object = objects.iter().position(|object| object.id() == emission.emitter);
            log.push((object.expect("it is one of the two"), emission.value));
        }
    }
    let (manager, kind) = (TaskManager::new(), Kind::new());
    let objects = [kind.signal(), kind.signal()];
    let (one, all) = (Log::new(), Log::new());
    manager.add(hear_one(objects[0].clone(), one.clone()));
    let hearer = manager.add(hear_kind(kind.clone(), objects.clone(), all.clone()));
    for (object, value, heard) in [(1, 10, 1), (0, 20, 2), (0, 30, 1)] {
        manager.run().unwrap();
        assert_eq!(objects[object].emit(value), heard);
    }
    manager.run().unwrap();
    assert_eq!((one.take(), all.take()), (vec![20], vec![(1, 10), (0, 20), (0, 30)]));
    // Who has gone is not listening.
    hearer.cancel();
    assert_eq!(objects[0].emit(40), 0);
}

#[test]
fn k34_an_event_stays() {
    #[task]
    fn wait_twice(event: Event, log: Log<&'static str>) {
        yield_!(event.wait());
        log.push("once");
        event.clear();
        yield_!(event.wait());
        log.push("twice");
    }
    let (manager, event, log) = (TaskManager::new(), Event::new(), Log::new());
    event.set();
    manager.add(wait_twice(event.clone(), log.clone()));
    manager.run().unwrap();
    assert_eq!((log.take(), event.is_set()), (vec!["once"], false));
    // To clear it at once takes nothing from who has waited.
    event.set();
    event.clear();
    manager.run().unwrap();
    assert_eq!((log.take(), event.is_set()), (vec!["twice"], false));
}

#[test]
fn k38_several_tasks_wait_for_one_thing() {
    let (manager, signal, event, log) = (TaskManager::new(), Signal::new(), Event::new(), Log::new());
    #[task]
    fn wait_for_event(event: Event, log: Log<u32>) {
        yield_!(event.wait());
        log.push(0);
    }
    for _ in 0..3 {
        manager.add(hear_one(signal.clone(), log.clone()));
        manager.add(wait_for_event(event.clone(), log.clone()));
    }
    manager.run().unwrap();
    assert_eq!(signal.emit(7), 3);
    manager.run().unwrap();
    assert_eq!(log.take(), [7, 7, 7]);
    event.set();
    manager.run().unwrap();
    assert_eq!(log.take(), [0, 0, 0]);
}

#[test]
fn d_k13_no_emission_is_lost_and_nobody_waits_for_the_gone() {
    let (manager, signal, log) = (TaskManager::new(), Signal::new(), Log::new());
    // Nobody listens: no answer of a listener comes back, just how many there are.
    assert_eq!(signal.emit(0), 0);
    let heard = signal.subscribe();
    assert_eq!([signal.emit(1), signal.emit(2)], [1, 1]);
    let hearer = manager.add(hear_all(heard, log.clone()));
    manager.run().unwrap();
    assert_eq!(log.take(), [1, 2]);
    signal.emit(3);
    signal.emit(4);
    drop(signal);
    assert_eq!(manager.block_on(hearer).unwrap(), Gone);
    assert_eq!(log.take(), [3, 4]);

    // The same for a kind, and for a wait that has begun.
    #[task]
    fn hear_kind(heard: Subscription<Emission<u32>>) -> Gone {
        yield_!(heard.wait()).expect_err("nobody emits it")
    }
    let kind = Kind::new();
    let (object, hearer) = (kind.signal(), manager.add(hear_kind(kind.subscribe())));
    manager.run().unwrap();
    drop(kind);
    manager.run().unwrap();
    assert!(!hearer.is_finished());
    drop(object);
    assert_eq!(manager.block_on(hearer).unwrap(), Gone);
}

#[test]
fn a_task_may_emit_what_it_waits_for() {
    #[task]
    fn both(signal: Signal<u32>) -> (u32, u32) {
        let heard = signal.subscribe();
        assert_eq!(signal.emit(1), 1);
        let first = yield_!(heard.wait()).expect("it is there");
        assert_eq!((signal.emit(2), heard.len()), (1, 1));
        (first, heard.try_take().expect("it is there").expect("it was emitted"))
    }
    assert_eq!(TaskManager::new().block_on(both(Signal::new())), (1, 2));
}

/// A wait that is given up is not listening any more, and has taken nothing from the others.
#[test]
fn cancelled_waits_leave_nothing() {
    #[task]
    fn impatient(signal: Signal<u32>, heard: Subscription<u32>, event: Event) {
        assert!(yield_!(signal.wait().timeout(SHORT)).is_err());
        assert!(yield_!(heard.wait().timeout(SHORT)).is_err());
        assert!(yield_!(event.wait().timeout(SHORT)).is_err());
    }
    let (manager, signal, event, log) = (TaskManager::new(), Signal::new(), Event::new(), Log::new());
    let heard = signal.subscribe();
    manager.block_on(impatient(signal.clone(), heard.clone(), event.clone()));
    assert!(!manager.has_timeouts());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiting: 0 }");
    assert_eq!(signal.emit(1), 1);
    // Cancelled when the emission is as good as its own: it is for the next one.
    let tasks = [(); 2].map(|()| manager.add(hear_all(heard.clone(), log.clone())));
    manager.run().unwrap();
    assert_eq!(log.take(), [1]);
    signal.emit(2);
    tasks[0].cancel();
    manager.run().unwrap();
    assert_eq!(log.take(), [2]);
    tasks.iter().for_each(TaskHandle::cancel);
    signal.emit(3);
    assert_eq!(heard.try_take(), Ok(Some(3)));
}
