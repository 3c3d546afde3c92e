#![deny(missing_docs, unexpected_cfgs, unused, clippy::all)]
//! Conditions are asked for before all else.

use multitask as renamed;
use renamed::{task, yield_};

/// The condition of a parameter, of a wait, of a local that is kept.
#[must_use]
#[task]
pub fn wait(#[cfg(any())] missing: NoSuchType, turns: usize) -> usize {
    #[cfg(any())]
    yield_!(what_is_not_there());
    #[cfg(not(any()))]
    let done = turns;
    yield_!();
    done
}

/// A generator.
pub trait Numbers {
    /// Its numbers.
    #[task(crate = renamed, yields = u8)]
    fn numbers(self, #[cfg(any())] missing: NoSuchType, n: u8)
    where
        Self: Sized,
    {
        #[cfg(debug_assertions)]
        yield_!(n);
        #[cfg(not(debug_assertions))]
        yield_!(n);
    }
}

impl Numbers for () {}

fn main() {
    assert_eq!(multitask::block_on(wait(2)), 2);
    assert!(().numbers(3).eq([3]));
}
