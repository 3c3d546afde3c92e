//! Shows what a program prints, no more than ten lines a second, until it ends or Ctrl+C is pressed.
//!
//!     cargo run --example throttle -- sh -c 'for n in $(seq 50); do echo line $n; done'

use std::{
    env, io,
    process::{Command, Stdio},
    time::Duration,
};

use multitask::{
    any,
    combine::Any2,
    io::{BufReader, FdStream},
    process::spawn,
    signal::{
        Event,
        unix::{SignalKind, signal},
    },
    sleep, task, yield_,
};

const PAUSE: Duration = Duration::from_millis(100);

/// Prints line after line, to their end, or until it is told to quit. That waits while it pauses.
#[task]
fn show(output: FdStream, quit: Event) -> io::Result<()> {
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        match yield_!(any((lines.read_line(&mut line), quit.wait()))) {
            Any2::First(Ok(1..)) => print!("{}", String::from_utf8_lossy(&line)),
            Any2::First(end) => return end.map(drop),
            Any2::Second(()) => return Ok(()),
        }
        line.clear();
        yield_!(sleep(PAUSE));
    }
}

#[task]
fn run(mut command: Command) -> io::Result<()> {
    let interrupt = signal(SignalKind::INTERRUPT)?;
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let quit = Event::new();
    let output = child.stdout.take().expect("it is piped");
    let showing = multitask::add(show(output, quit.clone()));
    match yield_!(any((child.wait(), interrupt.wait()))) {
        Any2::First(status) => {
            // There may be lines that have not been shown.
            yield_!(showing).expect("it does not panic")?;
            println!("ended with {}", status?);
        }
        Any2::Second(interrupted) => {
            interrupted?;
            child.kill()?;
            yield_!(child.wait())?;
            quit.set();
            yield_!(showing).expect("it does not panic")?;
            println!("interrupted");
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("which program? throttle <program> <arguments>..");
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(program);
    command.args(arguments);
    multitask::block_on(run(command))
}
