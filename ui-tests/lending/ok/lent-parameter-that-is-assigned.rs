use multitask::{task, yield_};

#[task(lend)]
fn send(bytes: &[u8], sent: &mut Vec<u8>) {
    let mut done = 0;
    while done < bytes.len() {
        yield_!();
        sent.push(bytes[done]);
        done += 1;
    }
}

fn main() {
    let mut sent = Vec::new();
    multitask::block_on(send(b"hello", &mut sent));
    assert_eq!(sent, b"hello");
}
