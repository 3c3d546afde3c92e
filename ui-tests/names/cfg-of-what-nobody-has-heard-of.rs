// rustc says it in its own words, and once. The way out: the name of a feature that there is.
#![deny(unexpected_cfgs)]

use multitask::{task, yield_};

#[task]
fn wait() {
    #[cfg(feature = "unheard-of")]
    yield_!();
    #[cfg(not(feature = "unheard-of"))]
    yield_!();
    #[cfg()]
    yield_!();
}

fn main() {}
