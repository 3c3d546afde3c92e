//! Two tasks that hand a ball to each other, through two queues.
//!
//!     cargo run --example ping_pong -- 3
//!
//! prints
//!
//!     ping 1
//!     pong 1
//!     ping 2
//!     pong 2
//!     ping 3
//!     pong 3

use std::{env, io};

use multitask::{
    queue::{Closed, Queue},
    task, yield_,
};

/// Returns each ball that it gets, until no more comes.
#[task]
fn pinger(balls: Queue<u32>, back: Queue<u32>) -> Result<(), Closed> {
    loop {
        let ball = yield_!(balls.get())?;
        println!("ping {ball}");
        yield_!(back.put(ball)).expect("the ponger waits for it");
    }
}

#[task]
fn ponger(balls: Queue<u32>, back: Queue<u32>, rounds: u32) -> Result<(), Closed> {
    for ball in 1..=rounds {
        yield_!(balls.put(ball)).expect("the pinger waits for it");
        println!("pong {}", yield_!(back.get())?);
    }
    balls.close();
    Ok(())
}

fn main() -> io::Result<()> {
    let rounds = env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    let (balls, back) = (Queue::bounded(1), Queue::bounded(1));
    multitask::add(pinger(balls.clone(), back.clone()));
    let game = multitask::add(ponger(balls, back, rounds));
    multitask::run()?;
    assert!(game.is_finished());
    Ok(())
}
