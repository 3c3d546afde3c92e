//! Machines, a run queue of their numbers, and queues that know who waits.

use std::{collections::VecDeque, hint::black_box};

use peers::{Sample, time};

use super::{CAPACITY, ITEMS, PRODUCERS};

/// The numbers of the machines that can go on.
type Ready = VecDeque<u32>;

struct Queue {
    items: VecDeque<u64>,
    capacity: usize,
    getter: Option<u32>,
    putters: VecDeque<u32>,
}

impl Queue {
    fn new(capacity: usize) -> Queue {
        Queue { items: VecDeque::with_capacity(capacity), capacity, getter: None, putters: VecDeque::new() }
    }

    /// Whether there was room; otherwise the machine is called when there is.
    fn put(&mut self, item: u64, machine: u32, ready: &mut Ready) -> bool {
        if self.items.len() == self.capacity {
            self.putters.push_back(machine);
            return false;
        }
        self.items.push_back(item);
        ready.extend(self.getter.take());
        true
    }

    /// An item, if there is one; otherwise the machine is called when there is.
    fn get(&mut self, machine: u32, ready: &mut Ready) -> Option<u64> {
        let item = self.items.pop_front();
        match item {
            Some(_) => ready.extend(self.putters.pop_front()),
            None => self.getter = Some(machine),
        }
        item
    }
}

/// What a machine waits for.
enum Machine {
    PingPuts(u64),
    PingGets(u64),
    PongGets,
    PongPuts(u64),
    Produces(u64),
    Consumes,
}

struct World {
    ready: Ready,
    /// For pings, and for pongs.
    queues: [Queue; 2],
    total: u64,
}

impl World {
    /// Resumes machines until none can go on.
    fn run(mut self, machines: &mut [Machine]) -> u64 {
        self.ready.extend(0..machines.len() as u32);
        while let Some(number) = self.ready.pop_front() {
            self.resume(number, &mut machines[number as usize]);
        }
        self.total
    }

    fn resume(&mut self, me: u32, machine: &mut Machine) {
        let World { ready, queues: [pings, pongs], total } = self;
        loop {
            match *machine {
                Machine::PingPuts(number) if number == ITEMS || !pings.put(number, me, ready) => return,
                Machine::PingPuts(number) => *machine = Machine::PingGets(number),
                Machine::PingGets(number) => {
                    let Some(answer) = pongs.get(me, ready) else { return };
                    *total += answer;
                    *machine = Machine::PingPuts(number + 1);
                }
                Machine::PongGets => {
                    let Some(number) = pings.get(me, ready) else { return };
                    *machine = Machine::PongPuts(number + 1);
                }
                Machine::PongPuts(number) if !pongs.put(number, me, ready) => return,
                Machine::PongPuts(_) => *machine = Machine::PongGets,
                Machine::Produces(number) if number == ITEMS / PRODUCERS || !pings.put(number, me, ready) => return,
                Machine::Produces(number) => *machine = Machine::Produces(number + 1),
                Machine::Consumes => {
                    let Some(number) = pings.get(me, ready) else { return };
                    *total += number;
                }
            }
        }
    }
}

fn world(capacity: usize) -> World {
    let capacity = black_box(capacity);
    World { ready: VecDeque::new(), queues: [Queue::new(capacity), Queue::new(capacity)], total: 0 }
}

pub(super) fn ping_pong() -> Sample {
    time(ITEMS, || world(1).run(&mut [Machine::PingPuts(0), Machine::PongGets]))
}

pub(super) fn fan_in() -> Sample {
    let mut machines: Vec<_> = (0..PRODUCERS).map(|_| Machine::Produces(0)).collect();
    machines.push(Machine::Consumes);
    time(ITEMS, || world(CAPACITY).run(&mut machines))
}
