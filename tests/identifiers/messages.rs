//! Mailboxes.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use multitask::{
    JoinError, TaskManager, any,
    combine::Any2,
    message::{Address, Mailbox, Message, SendError, accept},
    sleep, task, yield_,
};

use crate::support::{Count, Log, Noted};

const SHORT: Duration = Duration::from_millis(10);

/// Sends messages without values.
fn send(address: &Address<u32>, names: &[&'static str]) {
    for (value, name) in (0..).zip(names) {
        address.send(Message::new(*name, value)).expect("the mailbox is there");
    }
}

/// Logs the names of all that comes, until it is "quit".
#[task]
fn reader(mailbox: Mailbox<u32>, log: Log<&'static str>) {
    loop {
        let message = yield_!(mailbox.receive());
        log.push(message.name);
        if message.name == "quit" {
            return;
        }
    }
}

#[test]
fn k37_waiting_for_messages_is_an_operation_like_others() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> [&'static str; 2] {
        let wanted = yield_!(any((mailbox.receive_if(accept(["go"])), sleep(SHORT))));
        assert!(matches!(wanted, Any2::Second(())), "nothing that is wanted has come");
        let wanted = yield_!(any((mailbox.receive_if(accept(["go", "stay"])), sleep(60 * SHORT))));
        let Any2::First(first) = wanted else { panic!("one was there") };
        let rest = yield_!(mailbox.receive().timeout(60 * SHORT)).expect("another one, too");
        [first.name, rest.name]
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    send(&mailbox.address(), &["wait", "stay"]);
    assert_eq!(manager.block_on(receiver(mailbox)), ["stay", "wait"]);
    assert!(!manager.has_timeouts());
}

#[test]
fn k40_name_value_sender() {
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    enum Name {
        Request,
        Answer,
    }
    #[task]
    fn echoer(mailbox: Mailbox<Vec<u8>, Name>) {
        let request = yield_!(mailbox.receive_if(accept([Name::Request])));
        let answer = mailbox.message(Name::Answer, request.value.clone());
        request.reply(answer).expect("the other one waits for it");
    }
    #[task]
    fn asker(to: Address<Vec<u8>, Name>) -> (Vec<u8>, bool) {
        let mailbox = Mailbox::new();
        to.send(mailbox.message(Name::Request, b"data".to_vec())).expect("it waits");
        let answer = yield_!(mailbox.receive());
        assert_eq!(answer.name, Name::Answer);
        (answer.value, answer.sender == Some(to))
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    let address = mailbox.address();
    manager.add(echoer(mailbox));
    assert_eq!(manager.block_on(asker(address)), (b"data".to_vec(), true));
    // Strings that are made at run time are names, too; and there need be no sender.
    let mailbox = Mailbox::new();
    let message = Message::new(format!("message {}", 1), 1);
    assert!(
        matches!(message.reply(Message::new(String::new(), 2)), Err(SendError::NoSender(answer)) if answer.value == 2)
    );
    mailbox.address().send(message).unwrap();
    #[task]
    fn receive(mailbox: Mailbox<u32, String>) -> u32 {
        yield_!(mailbox.receive_if(accept(["message 1".to_string()]))).value
    }
    assert_eq!(manager.block_on(receive(mailbox)), 1);
}

#[test]
fn k41_discard_before_defer_before_accept() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> Vec<&'static str> {
        let all = ["a", "b", "c"];
        let receive = mailbox.receive_if(accept(all).defer(["b"]).discard(["a"]));
        let first = yield_!(receive).name;
        let second = yield_!(mailbox.receive_if(accept(["b", "d"]).defer(["x"]))).name;
        vec![first, second]
    }
    let mailbox = Mailbox::new();
    send(&mailbox.address(), &["a", "b", "c"]);
    assert_eq!(TaskManager::new().block_on(receiver(mailbox)), ["c", "b"]);
}

#[test]
fn k42_what_is_not_mentioned_stays() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> (Vec<&'static str>, usize) {
        let mut names = vec![];
        names.push(yield_!(mailbox.receive_if(accept(["open"]).discard(["noise"]))).name);
        // "noise" that comes after it is not discarded any more.
        let left = mailbox.len();
        for _ in 0..4 {
            names.push(yield_!(mailbox.receive()).name);
        }
        (names, left)
    }
    let mailbox = Mailbox::new();
    send(&mailbox.address(), &["noise", "data", "noise", "more", "open", "end", "noise"]);
    let (names, left) = TaskManager::new().block_on(receiver(mailbox));
    assert_eq!((names, left), (vec!["open", "data", "more", "end", "noise"], 4));
}

#[test]
fn k42_what_comes_while_it_waits_is_treated_alike() {
    #[task]
    fn receiver(mailbox: Mailbox<Noted<u32>>, log: Log<&'static str>) {
        let message = yield_!(mailbox.receive_if(accept(["open"]).discard(["noise"])));
        log.push(message.name);
        assert_eq!(mailbox.len(), 1);
        log.push(yield_!(mailbox.receive()).name);
    }
    let (manager, mailbox, log, drops) = (TaskManager::new(), Mailbox::new(), Log::new(), Log::new());
    let address = mailbox.address();
    manager.add(receiver(mailbox, log.clone()));
    for (value, name) in [(1, "data"), (2, "noise"), (3, "noise"), (4, "open")] {
        manager.run().unwrap();
        address.send(Message::new(name, Noted(value, drops.clone()))).unwrap();
        assert!(log.len() == 0);
    }
    assert_eq!(drops.take(), [2, 3]);
    manager.run().unwrap();
    assert_eq!((log.take(), drops.take()), (vec!["open", "data"], vec![1, 4]));
}

#[test]
fn k43_nothing_is_lost_while_it_waits_for_something_else() {
    #[task]
    fn busy(mailbox: Mailbox<u32>) -> &'static str {
        yield_!(sleep(SHORT));
        yield_!(mailbox.receive()).name
    }
    #[task]
    fn sender(to: Address<u32>) {
        send(&to, &["quit"]);
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    manager.add(sender(mailbox.address()));
    assert_eq!(manager.block_on(busy(mailbox)), "quit");
}

#[test]
fn k44_deferred_messages_come_when_they_are_accepted() {
    #[task]
    fn receiver(mailbox: Mailbox<u32>) -> Vec<&'static str> {
        let mut names = vec![yield_!(mailbox.receive_if(accept(["go"]).defer(["a", "b"]))).name];
        for _ in 0..2 {
            names.push(yield_!(mailbox.receive_if(accept(["b"])).timeout(Duration::ZERO)).map_or("none", |m| m.name));
        }
        names.push(yield_!(mailbox.receive().timeout(Duration::ZERO)).map_or("none", |m| m.name));
        names
    }
    let mailbox = Mailbox::new();
    send(&mailbox.address(), &["a", "b", "go"]);
    assert_eq!(TaskManager::new().block_on(receiver(mailbox)), ["go", "b", "none", "a"]);
}

#[test]
fn k45_tasks_send_to_each_other_and_to_themselves() {
    const ROUNDS: u32 = 20_000;
    #[task]
    fn player(mailbox: Mailbox<u32>) -> u32 {
        loop {
            let message = yield_!(mailbox.receive());
            if message.value == ROUNDS {
                return message.value;
            }
            let next = mailbox.message("ball", message.value + 1);
            let last = message.value + 1 == ROUNDS;
            message.reply(next).expect("the other one plays");
            if last {
                return ROUNDS - 1;
            }
        }
    }
    let (manager, one, other) = (TaskManager::new(), Mailbox::new(), Mailbox::new());
    let serve = Message { name: "ball", value: 0, sender: Some(other.address()) };
    one.address().send(serve).unwrap();
    let one = manager.add(player(one));
    assert_eq!(manager.block_on(player(other)) + manager.block_on(one).unwrap(), 2 * ROUNDS - 1);

    #[task]
    fn soliloquist(mailbox: Mailbox<u32>) -> u32 {
        mailbox.address().send(mailbox.message("note", 1)).expect("it is its own");
        let note = yield_!(mailbox.receive());
        note.reply(Message::new("note", note.value + 1)).expect("it is its own");
        yield_!(mailbox.receive()).value
    }
    assert_eq!(manager.block_on(soliloquist(Mailbox::new())), 2);
}

#[test]
fn k46_anyone_may_send() {
    let (manager, mailbox, log) = (TaskManager::new(), Mailbox::new(), Log::new());
    let address = mailbox.address();
    manager.add(reader(mailbox, log.clone()));
    send(&address, &["before it runs"]);
    manager.run().unwrap();
    send(&address, &["while it waits", "twice", "quit"]);
    assert_eq!(log.take(), ["before it runs"]);
    manager.run().unwrap();
    assert_eq!(log.take(), ["while it waits", "twice", "quit"]);
}

#[test]
fn k47_a_finished_task_gets_nothing_and_the_sender_is_told() {
    let (manager, mailbox, log) = (TaskManager::new(), Mailbox::new(), Log::new());
    let address = mailbox.address();
    let handle = manager.add(reader(mailbox, log.clone()));
    send(&address, &["quit", "late"]);
    manager.run().unwrap();
    assert!(handle.is_finished() && address.is_gone());
    for value in [1, 2] {
        match address.send(Message::new("more", value)) {
            Err(SendError::Gone(message)) => assert_eq!((message.name, message.value), ("more", value)),
            other => panic!("it was sent: {other:?}"),
        }
    }
    assert_eq!(log.take(), ["quit"]);
}

#[test]
fn k48_two_waits_may_want_the_same_message() {
    #[task]
    fn waiter(mailbox: Rc<Mailbox<u32>>, name: &'static str, log: Log<(&'static str, &'static str)>) {
        let message = yield_!(mailbox.receive_if(accept(["both", name])));
        log.push((name, message.name));
    }
    let (manager, mailbox, log) = (TaskManager::new(), Rc::new(Mailbox::new()), Log::new());
    for name in ["first", "second"] {
        manager.add(waiter(mailbox.clone(), name, log.clone()));
    }
    manager.run().unwrap();
    send(&mailbox.address(), &["both", "both"]);
    manager.run().unwrap();
    assert_eq!(log.take(), [("first", "both"), ("second", "both")]);
}

/// Three states, in each of which a message is accepted that came before: what breaks the original.
#[test]
fn k49_a_machine_of_three_states() {
    #[task]
    fn machine(mailbox: Mailbox<u32>, states: Log<&'static str>) {
        loop {
            let message = yield_!(mailbox.receive_if(accept(["a", "quit"]).defer(["b", "c"])));
            states.push(message.name);
            if message.name == "quit" {
                return;
            }
            states.push(
                yield_!(mailbox.receive_if(accept(["b"]).defer(["a", "c", "quit"])).timeout(SHORT * 1000))
                    .unwrap()
                    .name,
            );
            states.push(yield_!(mailbox.receive_if(accept(["c"]).defer(["a", "b", "quit"]))).name);
        }
    }
    let (manager, mailbox, states) = (TaskManager::new(), Mailbox::new(), Log::new());
    let address = mailbox.address();
    send(&address, &["c", "b", "quit", "b", "c", "c", "a", "a", "b"]);
    manager.add(machine(mailbox, states.clone()));
    manager.run().unwrap();
    assert_eq!(states.take(), ["quit"]);

    let mailbox = Mailbox::new();
    let address = mailbox.address();
    send(&address, &["c", "b", "b", "c", "c", "a", "a", "b", "a"]);
    manager.add(machine(mailbox, states.clone()));
    manager.run().unwrap();
    send(&address, &["quit"]);
    manager.run().unwrap();
    assert_eq!(states.take(), ["a", "b", "c", "a", "b", "c", "a", "b", "c", "quit"]);
    assert!(!manager.has_timeouts());
}

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
