//! Macros of the user's that leave or go on with the loop around, in turns that wait.
#![allow(clippy::all, dead_code, unused, reason = "the bodies are what is tested")]

use oracle::prelude::*;

macro_rules! or_continue {
    ($e:expr) => {
        match $e {
            Some(v) => v,
            None => continue,
        }
    };
}
macro_rules! guard {
    ($c:expr) => {
        if !$c {
            continue;
        }
    };
}
macro_rules! stop_at {
    ($c:expr) => {
        if $c {
            break;
        }
    };
}
macro_rules! keep {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(_) => continue,
        }
    };
}
macro_rules! show { ($($t:tt)*) => { note(format!($($t)*)) } }
macro_rules! go { ($l:lifetime, $c:expr) => { if $c { continue $l; } } }
macro_rules! out {
    ($c:expr, $v:expr) => {
        if $c {
            break $v;
        }
    };
}
macro_rules! try_opt {
    ($e:expr) => {
        match $e {
            Some(v) => v,
            None => return None,
        }
    };
}
macro_rules! twice {
    ($e:expr) => {{
        let a = $e;
        a + a
    }};
}
macro_rules! bail { ($($t:tt)*) => { return format!($($t)*) } }
macro_rules! give {
    ($v:expr, $c:expr) => {
        if $c {
            return $v;
        }
    };
}

case! {
    fn a_guard_that_goes_on() -> u32 {
    let mut sum = 0;
    for i in 0..4 {
        let x = loud("x");
        let n = yield_!(op("n", i));
        let _y = loud("y");
        let ok = n != 2;
        guard!(ok);
        sum += yield_!(op("m", n)) + x.name().len() as u32;
    }
    sum
} }

case! {
    fn an_option_that_goes_on() -> u32 {
    let mut sum = 0;
    let mut it = vec![Some(loud("p")), None, Some(loud("q"))].into_iter();
    while let Some(next) = it.next() {
        let _z = loud("z");
        let n = yield_!(op("n", 1));
        let v = or_continue!(next);
        sum += yield_!(op("m", n)) + v.name().len() as u32;
        stop_at!(sum > 3);
        note("turn");
    }
    sum
} }

case! {
    fn a_result_that_goes_on() -> u32 {
    let mut sum = 0;
    for r in [Ok(loud("p")), Err(loud("e")), Ok(loud("q"))] {
        let n = yield_!(op("n", 1));
        let v = keep!(r);
        sum += yield_!(op("m", n)) + v.name().len() as u32;
    }
    sum
} }

case! {
    fn a_loop_that_is_stopped() -> u32 {
    let mut sum = 0;
    loop {
        let g = loud("g");
        let n = yield_!(op("n", 1));
        sum += n;
        let done = sum > 2;
        stop_at!(done);
        show!("{sum} {} {done}", g.name());
        yield_!(op("k", ()));
    }
    sum
} }

case! {
    fn guards_beside_a_written_continue() -> u32 {
    let mut sum = 0;
    for i in 0..5 {
        let x = loud("x");
        let n = yield_!(op("n", i));
        if n == 1 { continue; }
        let _y = loud("y");
        guard!(n != 2);
        for j in 0..3 {
            let z = loud("z");
            guard!(j != 1);
            sum += yield_!(op("m", j)) + z.name().len() as u32;
            guard!(sum < 100);
            note("inner end");
        }
        sum += yield_!(op("k", n)) + x.name().len() as u32;
    }
    sum
} }

case! {
    fn a_break_with_a_value() -> u32 {
    let mut n = 0;
    let r = loop {
        let g = loud("g");
        n += yield_!(op("n", 1));
        out!(n > 2, n * 10);
        yield_!(op("k", ()));
        note(g.name());
    };
    r + yield_!(op("last", 1))
} }

case! {
    fn a_guard_of_a_while_that_waits() -> Option<u32> {
    let a = loud("a");
    let list = vec![Some(1), Some(2), None, Some(3)];
    let mut sum = 0;
    for x in list {
        let t = loud("t");
        let n = yield_!(op("n", x));
        sum += try_opt!(n);
        let _u = loud("u");
        while yield_!(op("w", sum)) < 3 {
            let _v = loud("v");
            sum += twice!(1);
            guard!(sum < 2);
            yield_!(op("q", ()));
        }
        note(t.name());
    }
    drop(a);
    Some(sum)
} }

case! {
    fn a_label_that_is_handed_in() -> u32 {
    let mut sum = 0;
    'outer: for i in 0..3 {
        let x = loud("x");
        for j in 0..3 {
            let _y = loud("y");
            let n = yield_!(op("n", i + j));
            go!('outer, n == 2);
            sum += n;
        }
        note(x.name());
    }
    sum
} }

case! {
    fn guards_in_arms() -> u32 {
    let mut sum = 0;
    for i in 0..4 {
        let x = loud("x");
        match yield_!(op("n", i)) {
            0 => { let _q = loud("q"); guard!(sum > 0); sum += 1 }
            1 if yield_!(op("g", true)) => { let _p = loud("p"); yield_!(op("s", ())); guard!(i != 1); sum += 2 }
            m => { sum += m; guard!(m != 2); yield_!(op("t", ())); }
        }
        sum += x.name().len() as u32;
    }
    sum
} }

case! {
    fn a_guard_in_a_branch() -> u32 {
    let mut sum = 0;
    let mut i = 0;
    while i < 4 {
        i += 1;
        let _a = loud("a");
        let b = if i == 2 { let _c = loud("c"); guard!(sum > 50); 3 } else { let _d = loud("d"); yield_!(op("n", i)) };
        let _e = loud("e");
        sum += b;
    }
    sum
} }

case_exchange! {
    a_coroutine_whose_turn_goes_on(loud("a")) yields usize, resumes usize {
    #[task(yields = usize, resumes = usize)]
    fn body(a: Loud) -> String {
        let mut sum = 0;
        loop {
            let turn = loud("turn");
            let n = yield_!(sum);
            let _other = loud("other");
            guard!(n != 1);
            sum += n + turn.name().len();
            if sum > 9 { bail!("{} {sum}", a.name()); }
            yield_!(1);
        }
    }
} }

case_exchange! {
    a_coroutine_that_a_macro_leaves(loud("a")) yields usize, resumes usize {
    #[task(yields = usize, resumes = usize)]
    fn body(a: Loud) -> Loud {
        let n = yield_!(1);
        let b = loud("b");
        give!(a, n > 1);
        note("on");
        let m = yield_!(2);
        give!(b, m > 0);
        yield_!(3);
        loud("c")
    }
} }
