//! A heap, from which cancelled timers are taken when they come to its top.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::Timers;

pub(super) struct Heap {
    heap: BinaryHeap<Reverse<(u64, u32, u32)>>,
    generations: Vec<u32>,
    values: Vec<u32>,
    free: Vec<u32>,
}

impl Heap {
    fn release(&mut self, index: u32) {
        self.generations[index as usize] += 1;
        self.free.push(index);
    }
}

impl Timers for Heap {
    type Key = (u32, u32);

    fn new() -> Self {
        Heap { heap: BinaryHeap::new(), generations: Vec::new(), values: Vec::new(), free: Vec::new() }
    }

    fn insert(&mut self, tick: u64, value: u32) -> (u32, u32) {
        let index = self.free.pop().unwrap_or_else(|| {
            self.generations.push(0);
            self.values.push(value);
            self.values.len() as u32 - 1
        });
        self.values[index as usize] = value;
        let generation = self.generations[index as usize];
        self.heap.push(Reverse((tick, index, generation)));
        (index, generation)
    }

    fn cancel(&mut self, (index, generation): (u32, u32)) {
        if self.generations[index as usize] == generation {
            self.release(index);
        }
        while let Some(Reverse((_, index, generation))) = self.heap.peek() {
            if self.generations[*index as usize] == *generation {
                break;
            }
            self.heap.pop();
        }
    }

    fn advance(&mut self, now: u64, mut fire: impl FnMut(u32)) {
        while let Some(Reverse((tick, index, generation))) = self.heap.peek().copied() {
            if tick > now {
                break;
            }
            self.heap.pop();
            if self.generations[index as usize] == generation {
                fire(self.values[index as usize]);
                self.release(index);
            }
        }
    }
}
