//! `TestMessages`.

use multitask::{
    TaskManager,
    message::{Address, Mailbox, accept},
    task, yield_,
};

/// In the original both run before the sender goes on; here each in its turn.
#[test]
fn test_ping() {
    #[task]
    fn echoer(mailbox: Mailbox<u32>) {
        let request = yield_!(mailbox.receive_if(accept(["echo-request"])));
        assert!(request.sender.is_some());
        let reply = mailbox.message("echo-reply", request.value);
        request.reply(reply).expect("the pinger waits");
    }
    #[task]
    fn pinger(echoer: Address<u32>) -> u32 {
        let mailbox = Mailbox::new();
        echoer.send(mailbox.message("echo-request", 123)).expect("the echoer waits");
        let reply = yield_!(mailbox.receive_if(accept(["echo-reply"])));
        assert!(reply.sender == Some(echoer));
        reply.value
    }
    let (manager, mailbox) = (TaskManager::new(), Mailbox::new());
    let address = mailbox.address();
    manager.add(echoer(mailbox));
    assert_eq!(manager.block_on(pinger(address)), 123);
}
