//! What could go wrong with messages in the original.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use multitask::{
    JoinError, TaskManager,
    message::{Address, Mailbox, Message, accept},
    task, yield_,
};

use super::{SHORT, send};
use crate::support::{Count, Log, Noted};

#[test]
fn d_k4_waits_that_are_satisfied_at_once_leave_no_timer() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> u32 {
        let mut sum = 0;
        for name in ["a", "b", "c"] {
            let receive = mailbox.receive_if(accept([name])).timeout(Duration::from_secs(3600));
            sum += yield_!(receive).expect("it is there").value;
        }
        sum
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    send(&mailbox.address(), &["c", "b", "a"]);
    assert_eq!(manager.block_on(receiver(mailbox)), 3);
    assert!(!manager.has_timeouts());
    // It would wait for an hour, if a timer was left.
    manager.run().unwrap();
}

#[test]
fn d_k5_nothing_is_dropped_that_nobody_said_to_drop() {
    #[task]
    fn receiver(mailbox: Mailbox<Noted<u32>>, drops: Log<u32>) -> usize {
        for _ in 0..10 {
            assert!(yield_!(mailbox.receive_if(accept(["other"])).timeout(Duration::ZERO)).is_err());
        }
        assert_eq!(drops.len(), 0);
        mailbox.len()
    }
    let (mailbox, drops) = (Mailbox::new(), Log::new());
    for value in 0..5 {
        mailbox.address().send(Message::new("message", Noted(value, drops.clone()))).unwrap();
    }
    assert_eq!(TaskManager::new().block_on(receiver(mailbox, drops.clone())), 5);
    // With the mailbox.
    assert_eq!(drops.take(), [0, 1, 2, 3, 4]);
}

#[test]
fn d_k6_sending_to_the_dead_harms_nobody() {
    #[task]
    fn victim(mailbox: Mailbox<u32>) {
        yield_!(mailbox.receive_if(accept(["die"])));
    }
    #[task]
    fn sender(to: Address<u32>) -> [bool; 3] {
        let mut sent = [false; 3];
        for sent in &mut sent {
            *sent = to.send(Message::new("die", 0)).is_ok();
            yield_!();
        }
        sent
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    let address = mailbox.address();
    manager.add(victim(mailbox));
    assert_eq!(manager.block_on(sender(address)), [true, false, false]);
}

#[test]
fn d_k7_waits_that_overlap() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> (usize, usize) {
        // The same name twice, and in two lists; given up, and received.
        assert!(yield_!(mailbox.receive_if(accept(["a", "a"]).defer(["a"])).timeout(SHORT)).is_err());
        let first = yield_!(mailbox.receive_if(accept(["a", "a"])));
        (first.value as usize, mailbox.len())
    }
    let mailbox = Mailbox::new();
    send(&mailbox.address(), &["b", "a", "a"]);
    assert_eq!(TaskManager::new().block_on(receiver(mailbox)), (1, 2));
}

#[test]
fn d_k8_a_long_chain_needs_no_stack() {
    const HOPS: u32 = 100_000;
    #[task]
    fn hop(mailbox: Mailbox<u32>, next: Address<u32>) {
        let message = yield_!(mailbox.receive());
        next.send(Message::new("baton", message.value + 1)).expect("the next one waits");
    }
    #[task]
    fn last(mailbox: Mailbox<u32>) -> u32 {
        yield_!(mailbox.receive()).value
    }
    let (manager, mut mailbox) = (TaskManager::new(), Mailbox::new());
    let start = mailbox.address();
    for _ in 0..HOPS {
        let next = Mailbox::new();
        manager.add(hop(mailbox, next.address()));
        mailbox = next;
    }
    start.send(Message::new("baton", 0)).unwrap();
    assert_eq!(manager.block_on(last(mailbox)), HOPS);
}

#[test]
fn d_k14_lists_are_the_waits_own() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> Vec<&'static str> {
        let mut names = vec!["a"];
        let receive = mailbox.receive_if(accept(names.iter().copied()));
        names.push("b");
        let first = yield_!(receive).name;
        let second = yield_!(mailbox.receive_if(accept(names.clone()))).name;
        names.extend([first, second]);
        names
    }
    let mailbox = Mailbox::new();
    send(&mailbox.address(), &["b", "a"]);
    assert_eq!(TaskManager::new().block_on(receiver(mailbox)), ["a", "b", "a", "b"]);
}

/// A name that counts how often it is compared.
#[derive(Clone)]
struct Counted(u32, Count);

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.1.up();
        self.0 == other.0
    }
}

impl Eq for Counted {}

#[test]
fn d_k20_a_message_is_looked_at_once() {
    const KEPT: usize = 1000;
    #[task]
    fn receiver(mailbox: Mailbox<(), Counted>, count: Count) {
        yield_!(mailbox.receive_if(accept([Counted(1, count)])));
    }
    let (manager, mailbox, count) = (TaskManager::new(), Mailbox::new(), Count::default());
    let address = mailbox.address();
    for _ in 0..KEPT {
        address.send(Message::new(Counted(0, count.clone()), ())).unwrap();
    }
    let receiver = manager.add(receiver(mailbox, count.clone()));
    manager.run().unwrap();
    assert_eq!(count.get(), KEPT);
    for sent in 1..=KEPT {
        address.send(Message::new(Counted(0, count.clone()), ())).unwrap();
        manager.run().unwrap();
        assert_eq!(count.get(), KEPT + sent);
    }
    address.send(Message::new(Counted(1, count.clone()), ())).unwrap();
    manager.run().unwrap();
    assert!(receiver.is_finished());
}

/// A name whose comparison panics, when it is told to.
#[derive(Clone)]
struct Touchy(Rc<Cell<bool>>);

impl PartialEq for Touchy {
    fn eq(&self, _: &Self) -> bool {
        assert!(!self.0.get(), "not to be touched");
        false
    }
}

impl Eq for Touchy {}

#[test]
fn a_comparison_that_panics_hurts_the_receiver() {
    #[task]
    fn receiver(mailbox: Mailbox<(), Touchy>, name: Touchy) {
        yield_!(mailbox.receive_if(accept([name])));
    }
    let (manager, mailbox, touchy) = (TaskManager::new(), Mailbox::new(), Touchy(Rc::default()));
    let address = mailbox.address();
    let receiver = manager.add(receiver(mailbox, touchy.clone()));
    manager.run().unwrap();
    touchy.0.set(true);
    address.send(Message::new(touchy, ())).unwrap();
    assert!(matches!(manager.block_on(receiver), Err(JoinError::Panicked(_))));
    assert!(address.is_gone());
}

/// Cancelled while it waits, and when a message is as good as received.
#[test]
fn a_receive_that_is_cancelled_takes_nothing() {
    #[task]
    fn waiter(mailbox: Rc<Mailbox<u32>>) {
        yield_!(mailbox.receive_if(accept(["wanted"])));
    }
    let (manager, mailbox) = (TaskManager::new(), Rc::new(Mailbox::new()));
    let waiting = manager.add(waiter(mailbox.clone()));
    manager.run().unwrap();
    waiting.cancel();
    send(&mailbox.address(), &["wanted"]);
    manager.run().unwrap();
    assert_eq!(mailbox.len(), 1);
    let called = manager.add(waiter(mailbox.clone()));
    let other = manager.add(waiter(mailbox.clone()));
    manager.run().unwrap();
    assert!(called.is_finished() && !other.is_finished());
    send(&mailbox.address(), &["other", "wanted", "last"]);
    assert_eq!(mailbox.len(), 2);
    other.cancel();
    manager.run().unwrap();
    let names = Rc::new(RefCell::new(vec![]));
    #[task]
    fn drain(mailbox: Rc<Mailbox<u32>>, names: Rc<RefCell<Vec<&'static str>>>) {
        for _ in 0..3 {
            let message = yield_!(mailbox.receive());
            names.borrow_mut().push(message.name);
        }
    }
    manager.block_on(drain(mailbox, names.clone()));
    assert_eq!(names.take(), ["other", "wanted", "last"]);
}
