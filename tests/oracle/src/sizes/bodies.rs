//! The bodies. Each stands here once, and is compiled both ways.

use super::{
    Sizes, hand,
    operations::{Big, Sock},
};

/// The meaning of `yield_!` in an `async fn`.
macro_rules! awaited {
    ($operation:expr) => {
        $operation.await
    };
}

/// Makes two modules of some functions, of which the first is measured.
macro_rules! both {
    ($module:ident { fn body($($parameters:tt)*) -> $output:ty $body:block
                     $(fn $name:ident($($others:tt)*) -> $other:ty $rest:block)* }) => {
        mod $module {
            pub(super) mod as_task {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use crate::sizes::operations::*;
                use multitask::{task, yield_};
                #[task] pub(in crate::sizes) fn body($($parameters)*) -> $output $body
                $(#[task] fn $name($($others)*) -> $other $rest)*
            }
            pub(super) mod as_future {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use crate::sizes::operations::*;
                use super::super::awaited as yield_;
                pub(in crate::sizes) async fn body($($parameters)*) -> $output $body
                $(async fn $name($($others)*) -> $other $rest)*
            }
        }
    };
}
use awaited;

both! { echo {
    fn body(mut sock: Sock) -> usize {
        let mut buf = [0; 1024];
        loop {
            let n = yield_!(transfer(&mut sock, &mut buf));
            if n == 0 {
                return n;
            }
            yield_!(transfer(&mut sock, &mut buf[..n]));
        }
    }
} }

both! { siblings {
    fn body() -> u32 {
        let mut sum = 0;
        {
            let a = [7u8; 512];
            sum += yield_!(tick(1)) + u32::from(a[1]);
        }
        {
            let b = [7u8; 256];
            sum += yield_!(tick(2)) + u32::from(b[1]);
        }
        {
            let c = [7u8; 768];
            sum += yield_!(tick(3)) + u32::from(c[1]);
        }
        {
            let d = [7u8; 1024];
            sum += yield_!(tick(4)) + u32::from(d[1]);
        }
        sum
    }
} }

both! { levels {
    fn body(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(middle(n + 1));
        m + list[1]
    }
    fn middle(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(inner(n + 1));
        m + list[2]
    }
    fn inner(n: u64) -> u64 {
        let list = [n; 4];
        let m = yield_!(tick(3));
        u64::from(m) + list[3]
    }
} }

both! { moves {
    fn body(argument: Big) -> u32 {
        let local = argument;
        yield_!(child(local))
    }
    fn child(argument: Big) -> u32 {
        let local = argument;
        yield_!(tick(1)) + u32::from(local.0[1])
    }
} }

both! { deeper_moves {
    fn body(argument: Big) -> u32 {
        let local = argument;
        yield_!(child(local))
    }
    fn child(argument: Big) -> u32 {
        let local = argument;
        yield_!(grandchild(local))
    }
    fn grandchild(argument: Big) -> u32 {
        let local = argument;
        yield_!(tick(1)) + u32::from(local.0[1])
    }
} }

both! { three_waits {
    fn body(n: u32) -> u32 {
        let mut sum = 0;
        for i in 0..n {
            let a = yield_!(tick(i));
            let b = yield_!(tick(a + 1));
            sum += yield_!(tick(a + b));
        }
        sum
    }
} }

both! { select {
    fn body(mut sock: Sock) -> usize {
        let (mut here, mut there) = ([0; 32], [0; 32]);
        let mut other = Sock(1);
        let n = yield_!(any((transfer(&mut sock, &mut here), transfer(&mut other, &mut there))));
        n + usize::from(here[1]) + usize::from(there[1])
    }
} }

/// The sizes of all bodies.
#[must_use]
pub fn sizes() -> Vec<Sizes> {
    macro_rules! sizes_of {
        ($body:literal, $module:ident($($argument:expr)?), $hand:ty) => {
            Sizes {
                body: $body,
                hand: size_of::<$hand>(),
                future: size_of_val(&$module::as_future::body($($argument)?)),
                task: size_of_val(&$module::as_task::body($($argument)?)),
            }
        };
    }
    vec![
        sizes_of!("echo loop with a 1 KiB buffer", echo(Sock(0)), hand::Echo),
        sizes_of!("sibling scopes", siblings(), hand::Siblings),
        sizes_of!("three levels of waits", levels(1), hand::Levels),
        sizes_of!("an argument to a local to a child", moves(Big([0; 256])), hand::Moves),
        sizes_of!("one level more of that", deeper_moves(Big([0; 256])), hand::Moves),
        sizes_of!("a loop with three waits", three_waits(3), hand::ThreeWaits),
        sizes_of!("select of two", select(Sock(0)), hand::Select),
    ]
}
