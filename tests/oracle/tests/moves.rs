//! Moves: conditional, repeated, undone by an assignment.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn conditional_move() -> usize {
        let a = loud("a");
        let _b = loud("b");
        if yield_!(op("move", true)) {
            drop(a);
        }
        yield_!(op("y", ()));
        3
    }
}

case! {
    fn conditional_move_that_does_not_happen() -> usize {
        let a = loud("a");
        let _b = loud("b");
        if yield_!(op("move", false)) {
            drop(a);
        }
        yield_!(op("y", ()));
        3
    }
}

case! {
    fn reassignment_drops_the_old_value() -> usize {
        let mut a = loud("a");
        let _b = loud("b");
        a.touch();
        a = yield_!(op("x", loud("c")));
        a.touch();
        yield_!(op("y", ()));
        a = loud("d");
        a.touch()
    }
}

case! {
    fn move_and_assign_again() -> usize {
        let mut a = loud("a");
        let _b = loud("b");
        drop(a);
        yield_!(op("x", ()));
        a = loud("again");
        yield_!(op("y", ()));
        a.touch()
    }
}

case! {
    fn move_and_assign_again_in_a_loop() -> usize {
        let mut a = loud("a");
        for n in 0..3 {
            let taken = a.into_name();
            yield_!(op("x", ()));
            a = loud(format!("{taken}{n}"));
            if yield_!(op("stop", n == 1)) {
                break;
            }
        }
        a.touch()
    }
}

case! {
    fn assign_after_a_conditional_move() -> usize {
        let mut a = loud("a");
        if yield_!(op("move", true)) {
            drop(a);
        } else {
            a.touch();
        }
        yield_!(op("x", ()));
        a = loud("new");
        a.touch()
    }
}

case! {
    fn move_in_one_arm() -> usize {
        let a = loud("a");
        let _b = loud("b");
        let n = match yield_!(op("x", 1)) {
            0 => a.touch(),
            1 => { let n = a.into_name().len(); yield_!(op("y", n)) }
            _ => 0,
        };
        yield_!(op("z", n))
    }
}

case! {
    fn move_into_an_operation() -> usize {
        let a = loud("a");
        let _b = loud("b");
        let a = yield_!(op("x", a));
        let c = loud("c");
        a.touch() + yield_!(op("y", c)).touch()
    }
}

case! {
    fn move_into_an_operation_in_a_branch() -> usize {
        let a = loud("a");
        let _b = loud("b");
        if value("which", true) {
            yield_!(op("x", a));
        } else {
            yield_!(op("y", ()));
        }
        yield_!(op("z", 1))
    }
}

case! {
    fn move_through_an_operation_in_a_loop() -> usize {
        let mut a = loud("a");
        for n in 0..3 {
            a = yield_!(op(format!("x{n}"), a));
        }
        a.touch()
    }
}

case! {
    fn move_into_a_closure() -> usize {
        let a = loud("a");
        let _b = loud("b");
        let f = move || a.touch();
        let n = f();
        yield_!(op("x", ()));
        n + f()
    }
}

case! {
    fn closure_with_state() -> Vec<i32> {
        let mut next = { let mut n = 0; move || { n += 1; n } };
        let a = next();
        yield_!(op("x", ()));
        let b = next();
        yield_!(op("y", ()));
        vec![a, b, next()]
    }
}

case! {
    fn move_out_of_a_field_at_the_end() -> Loud {
        let pair = Pair { left: loud("l"), right: loud("r") };
        let _b = loud("b");
        yield_!(op("x", ()));
        pair.left
    }
}

case! {
    fn consuming_method() -> usize {
        let a = loud("a");
        let _b = loud("b");
        yield_!(op("x", ()));
        let name = a.into_name();
        yield_!(op("y", ()));
        name.len()
    }
}

case! {
    fn consuming_method_with_an_unusual_name_at_the_end() -> usize {
        let a = loud("a");
        let _b = loud("b");
        yield_!(op("x", ()));
        let c = a.renamed("c");
        c.touch()
    }
}

case! {
    fn operator_that_consumes() -> String {
        let a = String::from("a");
        let b = String::from("b");
        yield_!(op("x", ()));
        let c = a + &b;
        yield_!(op("y", ()));
        c + &b
    }
}

case! {
    fn move_in_a_loop_that_breaks() -> usize {
        let a = loud("a");
        let _b = loud("b");
        let n = loop {
            if yield_!(op("x", true)) {
                break a.into_name().len();
            }
        };
        yield_!(op("y", n))
    }
}

case! {
    fn move_by_return() -> Loud {
        let a = loud("a");
        let _b = loud("b");
        if yield_!(op("x", true)) {
            return a;
        }
        yield_!(op("y", ()));
        a
    }
}

case! {
    fn move_by_tail() -> (Loud, Loud) {
        let a = loud("a");
        let _b = loud("b");
        let c = loud("c");
        yield_!(op("x", ()));
        (c, a)
    }
}

case! {
    fn move_by_question_mark() -> Result<usize, Loud> {
        let a: Result<usize, Loud> = Err(loud("a"));
        let _b = loud("b");
        yield_!(op("x", ()));
        let n = a?;
        Ok(n)
    }
}

case! {
    fn option_taken_across_yields() -> usize {
        let mut slot = Some(loud("a"));
        yield_!(op("x", ()));
        let a = slot.take();
        yield_!(op("y", ()));
        slot = Some(loud("b"));
        yield_!(op("z", ()));
        a.map_or(0, |a| a.touch()) + slot.iter().map(Loud::touch).sum::<usize>()
    }
}

case! {
    fn replace_and_swap() -> usize {
        let mut a = loud("a");
        let mut b = loud("b");
        yield_!(op("x", ()));
        std::mem::swap(&mut a, &mut b);
        let old = std::mem::replace(&mut a, loud("c"));
        yield_!(op("y", ()));
        old.touch() + a.touch() + b.touch()
    }
}

case! {
    fn copies_are_not_moves() -> i32 {
        let point = (1, 2);
        let f = |n: i32| n + 1;
        yield_!(op("x", ()));
        let other = point;
        yield_!(op("y", ()));
        let again = point;
        other.0 + again.1 + f(1) + f(2)
    }
}

case! {
    fn shared_references_are_copied() -> usize {
        let text: &'static str = "text";
        let other = text;
        yield_!(op("x", ()));
        let third = text;
        yield_!(op("y", ()));
        other.len() + third.len() + text.len()
    }
}

case! {
    fn moved_on_every_path() -> usize {
        let a = loud("a");
        let _b = loud("b");
        if yield_!(op("x", false)) {
            drop(a);
            yield_!(op("y", 1))
        } else {
            let n = a.into_name().len();
            yield_!(op("z", n))
        }
    }
}

case! {
    fn conditional_move_in_a_loop() -> usize {
        let mut slot = loud("0");
        let mut n = 0;
        loop {
            n += 1;
            if yield_!(op("x", n % 2 == 0)) {
                drop(slot);
                slot = loud(n);
            }
            yield_!(op("y", ()));
            if n == 4 {
                return slot.touch();
            }
        }
    }
}

case! {
    fn conditional_drop_of_the_compiler_suite() -> i32 {
        for n in 0..3 {
            let a = loud(format!("a{n}"));
            if n == 1 {
                drop(a);
            }
            yield_!(op("x", ()));
        }
        for n in 0..3 {
            let b = loud(format!("b{n}"));
            if n == 1 {
                drop(b);
            } else {
                yield_!(op("y", ()));
            }
            yield_!(op("z", ()));
        }
        0
    }
}

case! {
    fn boxes_and_moved_out_boxes() -> Loud {
        let a = Box::new(loud("a"));
        let _b = loud("b");
        yield_!(op("x", ()));
        *a
    }
}

case! {
    fn iterator_moved_into_a_loop() -> usize {
        let list = vec![loud("a"), loud("b")];
        let mut names = list.into_iter();
        yield_!(op("x", ()));
        let first = names.next();
        yield_!(op("y", ()));
        let mut n = 0;
        for name in names {
            n += name.touch();
            yield_!(op("z", ()));
        }
        n + first.map_or(0, |a| a.touch())
    }
}

case! {
    fn field_of_a_yield_moved_out() -> usize {
        let a = yield_!(op("x", Pair { left: loud("l"), right: loud("r") })).left;
        yield_!(op("y", ()));
        a.touch()
    }
}

case! {
    local_of_a_type_parameter_that_is_made_of_itself(loud("a")) {
        #[task]
        fn body(start: Loud) -> Loud {
            yield_!(changed(start, |a: Loud, n| a.renamed(n)))
        }

        #[task]
        fn changed<T>(start: T, mut change: impl FnMut(T, usize) -> T) -> T {
            let mut a = start;
            loop {
                let n = yield_!(op("n", 1));
                a = change(a, n);
                if yield_!(op("done", true)) {
                    return a;
                }
            }
        }
    }
}

case! {
    a_value_that_only_an_early_return_moves() {
        #[task]
        fn body() -> (Loud, Loud) {
            let early = yield_!(inner(true));
            let late = yield_!(inner(false));
            (early, late)
        }
        #[task]
        fn inner(early: bool) -> Loud {
            let mut a = yield_!(op("first", loud("a")));
            if early {
                return a;
            }
            yield_!(op("second", ()));
            a.rename("b");
            yield_!(op("third", ()));
            loud("c")
        }
    }
}

case! {
    a_value_that_one_branch_moves_before_the_other_waits() {
        #[task]
        fn body() {
            yield_!(inner(true));
            yield_!(inner(false));
        }
        #[task]
        fn inner(early: bool) {
            let a = loud("a");
            if early {
                drop(a);
            } else {
                yield_!(op("x", ()));
            }
        }
    }
}

/// A number by its operators, and not `Copy`.
struct Sum(usize, Loud);

impl std::ops::Add<usize> for Sum {
    type Output = Sum;
    fn add(self, n: usize) -> Sum {
        Sum(self.0 + n, self.1)
    }
}

/// One that a reference is an operand of.
struct Total(usize);

impl std::ops::Add<usize> for &mut Total {
    type Output = usize;
    fn add(self, n: usize) -> usize {
        self.0 += n;
        self.0
    }
}

case! {
    fn numbers_that_are_declared_together() -> usize {
        let (mut a, mut b, _guard) = (0usize, 1usize, loud("guard"));
        for _ in 0..4 {
            yield_!(op("a", a));
            (a, b) = (b, a + b);
            if yield_!(op("stop", a > 1)) {
                break;
            }
        }
        a + b
    }
}

case! {
    fn operands_that_are_mentioned_again() -> usize {
        let mut sum = 0;
        for n in (0..6).rev().step_by(2) {
            let _turn = loud("turn");
            if n % 3 == 0 {
                sum += yield_!(op("n", n));
            }
            let m = n;
            yield_!(op("m", ()));
            sum += n + m;
        }
        sum
    }
}

case! {
    fn operands_that_are_moved() -> usize {
        let sum = Sum(1, loud("sum"));
        let _last = loud("last");
        yield_!(op("x", ()));
        let sum = sum + 2;
        let again = sum;
        yield_!(op("y", ()));
        let Sum(n, name) = again + yield_!(op("z", 3));
        n + name.touch()
    }
}

case! {
    fn operands_that_are_moved_in_turns() -> usize {
        let mut sum = Sum(1, loud("sum"));
        for n in 0..3 {
            yield_!(op("x", ()));
            sum = sum + n;
            if yield_!(op("stop", n == 1)) {
                break;
            }
        }
        sum.0 + sum.1.touch()
    }
}

case! {
    fn references_that_are_lent_and_then_an_operand() -> usize {
        fn twice(total: &mut Total) -> usize {
            total.0 *= 2;
            total.0
        }
        let mut total = Total(yield_!(op("x", 3)));
        let n = {
            let total = &mut total;
            let n = twice(total);
            n + (total + 1)
        };
        yield_!(op("y", n))
    }
}

case! {
    fn a_range_whose_items_nobody_names() -> usize {
        let mut left = 3;
        for _ in 0..5usize {
            let _turn = loud("turn");
            yield_!(op("x", ()));
            left -= 1;
            if left == 0 {
                break;
            }
        }
        left
    }
}

case! {
    fn items_nobody_names_live_to_the_end_of_their_turn() -> usize {
        for _ in [loud("a"), loud("b")] {
            let _turn = loud("turn");
            yield_!(op("x", ()));
        }
        1
    }
}
