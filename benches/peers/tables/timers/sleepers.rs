//! Tasks that sleep, from the time that they are spawned to that when all have been joined. What counts is the time of
//! the processor.

use std::time::{Duration, Instant};

use multitask::{TaskHandle, TaskManager, sleep_until, task, yield_};
use peers::{Sample, time};
use smol::LocalExecutor;

use super::{TIMERS, Timers, fired::Load, wheel::Wheel};

/// Machines in a vector, which the wheel names.
pub(super) fn by_hand(load: &Load) -> Sample {
    #[derive(Clone, Copy, PartialEq)]
    enum Machine {
        Start(u64),
        Sleeping,
        Over,
    }
    time(TIMERS, || {
        let mut machines: Vec<_> = load.delays().iter().map(|delay| Machine::Start(*delay)).collect();
        let mut wheel = Wheel::new();
        for (index, machine) in machines.iter_mut().enumerate() {
            if let Machine::Start(delay) = *machine {
                wheel.insert(delay, index as u32);
                *machine = Machine::Sleeping;
            }
        }
        let end = load.delays().iter().max().expect("there are some");
        for now in 0..=*end {
            wheel.advance(now, |index| machines[index as usize] = Machine::Over);
        }
        machines.iter().filter(|machine| **machine == Machine::Over).count() as u64
    })
}

pub(super) fn tokio(load: &Load) -> Sample {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it needs nothing");
    let _context = runtime.enter();
    let set = tokio::task::LocalSet::new();
    let deadlines: Vec<_> = load.deadlines().collect();
    time(TIMERS, || {
        let tasks: Vec<_> =
            deadlines.iter().map(|deadline| set.spawn_local(tokio::time::sleep_until((*deadline).into()))).collect();
        runtime.block_on(set.run_until(async {
            let mut over = 0;
            for task in tasks {
                task.await.expect("it does not panic");
                over += 1;
            }
            over
        }))
    })
}

pub(super) fn monoio(load: &Load) -> Sample {
    let runtime = monoio::RuntimeBuilder::<monoio::LegacyDriver>::new().enable_timer().build();
    let mut runtime = runtime.expect("the system has epoll");
    let start = Instant::now();
    time(TIMERS, || {
        runtime.block_on(async {
            let sleep = |delay: &u64| monoio::time::sleep_until((start + Duration::from_millis(*delay)).into());
            let tasks: Vec<_> = load.delays().iter().map(|delay| monoio::spawn(sleep(delay))).collect();
            let mut over = 0;
            for task in tasks {
                task.await;
                over += 1;
            }
            over
        })
    })
}

pub(super) fn smol(load: &Load) -> Sample {
    let executor = LocalExecutor::new();
    let deadlines: Vec<_> = load.deadlines().collect();
    time(TIMERS, || {
        let tasks: Vec<_> = deadlines.iter().map(|deadline| executor.spawn(smol::Timer::at(*deadline))).collect();
        smol::block_on(executor.run(async {
            let mut over = 0;
            for task in tasks {
                task.await;
                over += 1;
            }
            over
        }))
    })
}

#[task]
fn sleeper(deadline: Instant) {
    yield_!(sleep_until(deadline));
}

#[task]
fn join_all(tasks: Vec<TaskHandle<()>>) -> u64 {
    let mut over = 0;
    for task in tasks {
        yield_!(task).expect("it does not panic");
        over += 1;
    }
    over
}

pub(super) fn tasks(load: &Load) -> Sample {
    let manager = TaskManager::new();
    let deadlines: Vec<_> = load.deadlines().collect();
    time(TIMERS, || {
        let tasks = deadlines.iter().map(|deadline| manager.add(sleeper(*deadline))).collect();
        manager.block_on(join_all(tasks))
    })
}
