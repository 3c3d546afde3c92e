//! What a pattern binds is kept in its arm. Of a borrow it is borrowed again.

use std::time::Duration;

use multitask::{sleep, task, yield_};

enum Message {
    Text(String, u32),
    Wait { seconds: u64 },
    Close,
}

#[task]
fn handle(message: Message, last: Option<String>) -> usize {
    let size = match message {
        Message::Text(text, times) => {
            for _ in 0..times {
                yield_!();
            }
            text.len()
        }
        Message::Wait { seconds } if seconds > 1 => {
            yield_!(sleep(Duration::from_secs(seconds)));
            0
        }
        _ => 0,
    };
    match &last {
        Some(text) => {
            yield_!();
            size + text.len()
        }
        None => size,
    }
}
