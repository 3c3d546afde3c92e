//! A thousand players kick a ball to one another: what the original was measured by.
//!
//!     cargo run --release --example hackysack -- 1000 20000
//!
//! prints `1000 players kicked the ball 20000 times`.

use std::{cell::Cell, env, io, rc::Rc};

use multitask::{queue::Queue, task, yield_};

/// What all players see.
struct Game {
    players: Vec<Queue<()>>,
    kicks: Cell<u32>,
    most: u32,
    chance: Cell<u64>,
}

impl Game {
    /// Some player.
    fn anyone(&self) -> &Queue<()> {
        let next = self.chance.get().wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.chance.set(next);
        &self.players[(next >> 33) as usize % self.players.len()]
    }
}

/// Waits for the ball and kicks it on, until it has been kicked often enough: then everybody goes home.
#[task]
fn player(game: Rc<Game>, ball: Queue<()>) {
    while yield_!(ball.get()).is_ok() {
        if game.kicks.get() == game.most {
            game.players.iter().for_each(Queue::close);
            return;
        }
        game.kicks.set(game.kicks.get() + 1);
        game.anyone().try_put(()).expect("there is always room for a ball");
    }
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1).map_while(|argument| argument.parse().ok());
    let (players, most) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(20000));
    let players: Vec<_> = (0..players.max(1)).map(|_| Queue::new()).collect();
    let game = Rc::new(Game { players, kicks: Cell::new(0), most, chance: Cell::new(1) });
    for ball in &game.players {
        multitask::add(player(game.clone(), ball.clone()));
    }
    game.anyone().try_put(()).expect("there is always room for a ball");
    multitask::run()?;
    println!("{} players kicked the ball {} times", game.players.len(), game.kicks.get());
    Ok(())
}
