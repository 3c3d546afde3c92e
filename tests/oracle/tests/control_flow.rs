//! Control flow.
use oracle::prelude::*;

case! {
    fn if_else_if_else() -> i32 {
        let mut sum = 0;
        for n in 0..3 {
            let _held = loud(n);
            sum += if n == 0 {
                yield_!(op("a", 1))
            } else if yield_!(op("b", n == 1)) {
                10
            } else {
                yield_!(op("c", 100))
            };
        }
        sum
    }
}

case! {
    fn nested_yields() -> i32 {
        let _a = loud("a");
        yield_!(op("out", yield_!(op("in", 3)) + 1))
    }
}

case! {
    arguments_drop_last_to_first(loud("first"), loud("second")) {
        #[task] fn body(first: Loud, second: Loud) -> usize {
            let _local = loud("local");
            yield_!(op("a", ()));
            first.touch() + second.touch()
        }
    }
}

case! {
    methods(3) {
        struct Counter { n: i32, seen: Loud }
        impl Counter {
            #[task] fn add(&mut self, n: i32) -> i32 {
                self.n += yield_!(op("add", n));
                self.seen.touch();
                self.n
            }
        }
        #[task] fn body(n: i32) -> i32 {
            let c = Counter { n: 1, seen: loud("seen") };
            yield_!(own(c, n))
        }
        #[task] fn own(c: Counter, n: i32) -> i32 {
            let mut c = c;
            c.n += yield_!(op("own", n));
            c.n
        }
    }
}

case! {
    fn fill_a_buffer() -> Vec<u8> {
        let mut buf = vec![7; 4];
        let n = yield_!(fill("fill", &mut buf[1..3]));
        buf.push(n as u8);
        buf
    }
}

case! {
    recursion(5) {
        #[task] fn body(n: u64) -> u64 {
            if n < 2 { yield_!(); n } else { yield_!(body(n - 1)) + yield_!(body(n - 2)) }
        }
    }
}
