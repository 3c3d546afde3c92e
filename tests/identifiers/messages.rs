//! Mailboxes.

mod defects;

use std::{rc::Rc, time::Duration};

use multitask::{
    TaskManager, any,
    combine::Any2,
    message::{Address, Mailbox, Message, SendError, accept},
    sleep, task, yield_,
};

use crate::support::{Log, Noted};

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
