//! Every kind of wait for what other tasks do is cancelled in every way.

use std::{task::Poll, time::Duration};

use multitask::{
    Context, Operation, Task, TaskManager, all, any, call,
    call::{Callback, Calls},
    combine::Any2,
    give_way,
    message::{Mailbox, Message, accept},
    queue::{Broadcast, Queue, Receiver, SmartQueue},
    signal::{Event, Signal, Subscription},
    sleep,
    sync::{Mutex, MutexGuard, Semaphore},
};

use super::SHORT;

const LONG: Duration = Duration::from_secs(3600);

/// A task that waits for one thing.
struct Waits<W, P>(W, P);

impl<T, W, P: FnMut(&mut W, &mut Context<'_>) -> Poll<T>> Task for Waits<W, P> {
    type Output = T;

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        (self.1)(&mut self.0, cx)
    }
}

fn waits<O: Operation>(operation: O) -> impl Task<Output = O::Output> {
    Waits(operation.begin(), |wait: &mut O::Wait, cx: &mut Context<'_>| {
        O::poll(wait, || unreachable!("it is stored"), cx)
    })
}

/// One of each thing that a task can wait for here, such that it has to.
struct Things {
    queues: [Queue<u32>; 3],
    choosy: [SmartQueue<u32>; 2],
    news: (Broadcast<u32>, Receiver<u32>),
    mailbox: Mailbox<u32>,
    signal: (Signal<u32>, Subscription<u32>),
    event: Event,
    calls: (Callback<u32, u32>, Calls<u32, u32>),
    semaphore: Semaphore,
    mutex: (Mutex<u32>, MutexGuard<u32>),
}

impl Things {
    fn new() -> Things {
        let (news, signal, mutex, mailbox) = (Broadcast::new(), Signal::new(), Mutex::new(0), Mailbox::new());
        mailbox.address().send(Message::new("unwanted", 0)).unwrap();
        Things {
            queues: [Queue::new(), Queue::bounded(0), Queue::with_contents([0], 1)],
            choosy: [SmartQueue::new(), SmartQueue::with_contents([1], 1)],
            news: (news.clone(), news.subscribe()),
            mailbox,
            signal: (signal.clone(), signal.subscribe()),
            event: Event::new(),
            calls: call(),
            semaphore: Semaphore::new(0),
            mutex: (mutex.clone(), mutex.try_lock().expect("nobody has it")),
        }
    }

    /// All that can be seen of them, and with it how many wait.
    fn look(&self) -> String {
        let Things { queues, choosy, news, mailbox, signal, event, calls, semaphore, mutex } = self;
        let kind = signal.0.kind();
        format!(
            "{queues:?} {choosy:?} {news:?} {mailbox:?} {signal:?} {kind:?} {event:?} {calls:?} {semaphore:?} {mutex:?}"
        )
    }

    /// Hands each kind of wait to `check`.
    fn each_wait(&self, check: &mut Check) {
        let Things { queues: [empty, hands, full], choosy, news, mailbox, signal, calls, .. } = self;
        check.wait(self, "Queue::get", || empty.get());
        check.wait(self, "Queue::get, without room", || hands.get());
        check.wait(self, "Queue::put, without room", || hands.put(1));
        check.wait(self, "Queue::put", || full.put(1));
        check.wait(self, "SmartQueue::get", || choosy[0].get());
        check.wait(self, "SmartQueue::get_if", || choosy[1].get_if(|n| *n == 2));
        check.wait(self, "SmartQueue::put", || choosy[1].put(1));
        check.wait(self, "Receiver::get", || news.1.get());
        check.wait(self, "Mailbox::receive_if", || mailbox.receive_if(accept(["wanted"])));
        check.wait(self, "Mailbox::receive_if, discarding", || {
            mailbox.receive_if(accept(["wanted"]).discard(["noise"]))
        });
        check.wait(self, "Signal::wait", || signal.0.wait());
        check.wait(self, "Subscription::wait", || signal.1.wait());
        check.wait(self, "Kind::wait", || signal.0.kind().wait());
        check.wait(self, "Event::wait", || self.event.wait());
        check.wait(self, "Calls::wait", || calls.1.wait());
        check.wait(self, "Semaphore::acquire", || self.semaphore.acquire());
        check.wait(self, "Mutex::lock", || self.mutex.0.lock());
        check.wait(self, "Queue::get with a limit", || empty.get().timeout(LONG));
        check.wait(self, "Queue::get and put", || all((empty.get(), full.put(1))));
    }
}

/// Cancels waits in every way, and looks at what is left.
#[derive(Default)]
struct Check {
    count: usize,
}

impl Check {
    fn wait<O: Operation<Wait: 'static> + 'static>(&mut self, things: &Things, name: &str, make: impl Fn() -> O) {
        self.count += 1;
        let before = things.look();
        let check = |how: &str, manager: TaskManager| {
            assert!(!manager.has_timeouts() && !manager.has_runnable(), "{name}, {how}: {manager:?}");
            assert_eq!(things.look(), before, "{name}, {how}");
        };
        let manager = TaskManager::new();
        let handle = manager.add(waits(make()));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert!(!handle.is_finished(), "{name} does not wait");
        assert!(things.look() != before, "{name}: it cannot be seen that it waits");
        handle.cancel();
        check("by its handle", manager);

        let manager = TaskManager::new();
        assert!(manager.block_on(waits(make().timeout(SHORT))).is_err());
        check("by a timeout", manager);

        let manager = TaskManager::new();
        assert!(matches!(manager.block_on(waits(any((make(), sleep(SHORT))))), Any2::Second(())));
        check("because another was first", manager);

        let manager = TaskManager::new();
        manager.add(waits(make()));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        drop(manager);
        check("with its manager", TaskManager::new());

        // Attempted by one task after the other: the last one is who waits.
        let (managers, mut task) = ([TaskManager::new(), TaskManager::new()], waits(make()));
        for manager in &managers {
            assert!(
                matches!(manager.block_on(waits(any((&mut task, give_way())))), Any2::Second(())),
                "{name} does not wait"
            );
        }
        drop(task);
        for manager in managers {
            check("moved to another task", manager);
        }
    }
}

#[test]
fn cancelling_at_every_kind_of_wait_leaves_nothing() {
    let (things, mut check) = (Things::new(), Check::default());
    things.each_wait(&mut check);
    assert_eq!(check.count, 19);
}

/// A wait that one task has begun and another one goes on with: that one is woken.
fn check_moved<O: Operation<Output: 'static, Wait: 'static> + 'static>(
    name: &str,
    operation: O,
    happens: impl FnOnce(),
) {
    let (first, second, mut task) = (TaskManager::new(), TaskManager::new(), waits(operation));
    assert!(matches!(first.block_on(waits(any((&mut task, give_way())))), Any2::Second(())), "{name} does not wait");
    let handle = second.add(task);
    second.run().unwrap();
    assert!(!handle.is_finished(), "{name} does not wait");
    happens();
    assert!(second.has_runnable(), "{name}: the wrong task was woken");
    second.run().unwrap();
    assert!(handle.is_finished(), "{name} waits on");
}

#[test]
fn who_asked_last_is_woken() {
    let Things { queues: [empty, _, full], choosy: [choosy, choosy_full], event, semaphore, signal, mailbox, .. } =
        Things::new();
    check_moved("Queue::get", empty.get(), || empty.try_put(1).unwrap());
    check_moved("Queue::put", full.put(1), || assert_eq!(full.try_get(), Ok(0)));
    check_moved("SmartQueue::get_if", choosy.get_if(|n| *n == 2), || choosy.try_put(2).unwrap());
    check_moved("SmartQueue::put", choosy_full.put(2), || assert_eq!(choosy_full.try_get(), Ok(1)));
    check_moved("Event::wait", event.wait(), || event.set());
    check_moved("Semaphore::acquire", semaphore.acquire(), || semaphore.add(1));
    check_moved("Signal::wait", signal.0.wait(), || assert_eq!(signal.0.emit(1), 2));
    let wanted = Message::new("wanted", 1);
    check_moved("Mailbox::receive_if", mailbox.receive_if(accept(["wanted"])), || {
        mailbox.address().send(wanted).unwrap()
    });
}
