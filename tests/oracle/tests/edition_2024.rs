//! What editions before 2024 do not have, or do otherwise: chains of `let`, and the temporaries of the tail of a block.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn let_chain() -> usize {
        if let Some(a) = Some(loud("a")) && let Some(n) = yield_!(op("x", Some(1))) && a.touch() == n {
            yield_!(op("y", n))
        } else {
            0
        }
    }
}

case! {
    fn let_chain_in_front_of_a_block_that_yields() -> i32 {
        let (a, b) = (Some(3), Some(4));
        if let Some(m) = a && let Some(n) = b && m < n {
            m + yield_!(op("x", n)) + m
        } else {
            0
        }
    }
}

case! {
    fn let_chain_that_fails_late() -> i32 {
        let (a, b) = (Some(loud("a")), None::<i32>);
        if let Some(m) = &a && m.touch() == 1 && let Some(n) = b {
            yield_!(op("x", n))
        } else {
            yield_!(op("y", 7))
        }
    }
}

case! {
    fn while_let_chain() -> i32 {
        let mut list = vec![3, 2, 1];
        let mut sum = 0;
        while let Some(n) = list.pop() && n < 3 {
            sum += yield_!(op("x", n));
        }
        sum
    }
}

case! {
    fn while_let_chain_with_a_yield() -> i32 {
        let mut list = vec![3, 2, 1];
        let mut sum = 0;
        while let Some(n) = list.pop() && yield_!(op("go", n < 3)) {
            sum += yield_!(op("x", n));
        }
        sum
    }
}

case! {
    fn else_if_let_with_yields_everywhere() -> i32 {
        if let Some(n) = yield_!(op("a", None::<i32>)) {
            n
        } else if yield_!(op("b", false)) {
            yield_!(op("c", 1))
        } else if let Some(n) = yield_!(op("d", Some(2))) && n > 1 {
            n + yield_!(op("e", 10))
        } else {
            0
        }
    }
}

case! {
    fn tail_temporary_of_a_block() -> usize {
        let n = {
            let _local = loud("local");
            yield_!(op("x", loud("temporary").touch()))
        };
        n
    }
}

case! {
    fn tail_temporary_of_the_body() -> usize {
        let _local = loud("local");
        loud("temporary").touch() + yield_!(op("x", 1))
    }
}

case! {
    fn tail_temporary_of_a_branch() -> usize {
        let _local = loud("local");
        let n = if value("c", true) {
            let _inner = loud("inner");
            loud("temporary").touch() + yield_!(op("x", 1))
        } else {
            0
        };
        n + yield_!(op("y", 1))
    }
}

case! {
    fn conditions_with_bindings() -> i32 {
        let slot = Some(3);
        let text = Some(String::from("text"));
        yield_!(op("x", ()));
        let sum = if let Some(n) = slot && n > 2 && let Some(text) = &text { n + text.len() as i32 } else { 0 };
        yield_!(op("y", ()));
        if !(sum > 100) && (sum != 0) { sum } else { -1 }
    }
}

case! {
    fn guards_that_bind() -> i32 {
        let list = vec![loud("a"), loud("ab")];
        let limit = yield_!(op("x", Some(1)));
        let seen = match limit {
            Some(n) if let Some(a) = list.get(n) && a.touch() == 2 => n as i32,
            _ => 0,
        };
        yield_!(op("y", ()));
        seen + list.len() as i32
    }
}

case! {
    fn chain_that_leaves_a_part_in_an_operand() {
        let _x = (
            loud("a"),
            if let Some(Pair { left: _left, right: _ }) = (|| Some(Pair { left: loud("l"), right: loud("r") }))()
                && value("v", false)
            {
                yield_!(op("o", 1))
            } else {
                2
            },
        );
    }
}

case! {
    fn chain_that_leaves_a_part() {
        if let Some(Pair { left: _left, right: _ }) = (|| Some(Pair { left: loud("l"), right: loud("r") }))()
                && value("v", false)
            {
                yield_!(op("o", 1));
            }
    }
}

case! {
    fn chain_that_leaves_a_part_in_a_let() {
        let _x = if let Some(Pair { left: _left, right: _ }) = (|| Some(Pair { left: loud("l"), right: loud("r") }))()
                && value("v", false)
            {
                yield_!(op("o", 1))
            } else { 2 };
    }
}

case! {
    fn chain_that_leaves_a_part_before_an_else_that_yields() {
        let _x = if let Some(Pair { left: _left, right: _ }) = (|| Some(Pair { left: loud("l"), right: loud("r") }))()
                && value("v", true)
            {
                1
            } else { yield_!(op("o", 1)) };
    }
}

case! {
    fn chain_of_a_while_that_leaves_a_part() {
        while let Some(Pair { left: _left, right: _ }) = Some(Pair { left: loud("l"), right: loud("r") })
                && value("v", false)
            {
                yield_!(op("o", 1));
            }
    }
}

case! {
    fn chain_that_leaves_several_parts() {
        if let Some((_n, _, _)) = Some((1, loud("a"), loud("b"))) && value("v", false) {
            yield_!(op("x", 1));
        } else {
            yield_!(op("y", 1));
        }
    }
}
