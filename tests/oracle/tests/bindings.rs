//! Bindings: names and what they stand for, across yields.
#![allow(clippy::all, dead_code, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn shadowing_with_another_type() -> String {
        let a = 1;
        yield_!(op("x", ()));
        let a = format!("{a}");
        yield_!(op("y", ()));
        let a = (a.clone(), a.len());
        yield_!(op("z", ()));
        format!("{a:?}")
    }
}

case! {
    fn shadowing_in_a_block_ends_with_it() -> i32 {
        let a = 1;
        let b = {
            let a = yield_!(op("x", a + 1));
            yield_!(op("y", a * 10))
        };
        a + b
    }
}

case! {
    fn shadowing_by_a_yield_of_itself() -> i32 {
        let n = 1;
        let n = yield_!(op("x", n + 1));
        let n = yield_!(op("y", n * n));
        n
    }
}

case! {
    shadowing_an_argument(loud("argument")) {
        #[task]
        fn body(a: Loud) -> usize {
            let a = a.name().len() + yield_!(op("x", 1));
            yield_!(op("y", ()));
            a
        }
    }
}

case! {
    fn shadowing_by_a_pattern() -> i32 {
        let n = Some(1);
        let m = if let Some(n) = n { yield_!(op("x", n)) + n } else { 0 };
        let k = match n { Some(n) => { yield_!(op("y", ())); n } None => 0 };
        m + k + n.unwrap()
    }
}

case! {
    fn shadowing_by_a_closure_parameter() -> i32 {
        let n = 3;
        let f = |n: i32| n * 2;
        yield_!(op("x", ()));
        f(n) + n
    }
}

case! {
    fn destructuring_a_tuple() -> usize {
        let (a, b) = (loud("a"), loud("b"));
        yield_!(op("x", ()));
        b.touch() + a.touch()
    }
}

case! {
    fn destructuring_a_yield() -> usize {
        let (a, (b, c)) = yield_!(op("x", (loud("a"), (loud("b"), 3))));
        yield_!(op("y", ()));
        b.touch() + a.touch() + c
    }
}

case! {
    fn destructuring_a_struct() -> usize {
        let Pair { left, right: other } = Pair { left: loud("l"), right: loud("r") };
        yield_!(op("x", ()));
        other.touch() + left.touch()
    }
}

case! {
    fn destructuring_with_a_rest() -> usize {
        let Pair { left, .. } = Pair { left: loud("l"), right: loud("r") };
        yield_!(op("x", ()));
        left.touch()
    }
}

case! {
    fn destructuring_a_yield_with_a_rest() -> usize {
        let Pair { right, .. } = yield_!(op("p", Pair { left: loud("l"), right: loud("r") }));
        yield_!(op("x", ()));
        right.touch()
    }
}

case! {
    fn destructuring_an_array() -> usize {
        let [a, b, c] = yield_!(op("x", [loud("a"), loud("b"), loud("c")]));
        yield_!(op("y", ()));
        c.touch() + a.touch() + b.touch()
    }
}

case! {
    fn destructuring_with_a_mutable_part() -> i32 {
        let (mut a, b) = yield_!(op("x", (1, 2)));
        a += yield_!(op("y", b));
        a += b;
        a
    }
}

case! {
    fn deferred_initialisation() -> usize {
        let a;
        let _b = loud("b");
        yield_!(op("x", ()));
        a = loud("a");
        yield_!(op("y", ()));
        a.touch()
    }
}

case! {
    fn deferred_initialisation_by_branches() -> usize {
        let a;
        let _b = loud("b");
        if yield_!(op("x", true)) {
            a = loud("then");
            yield_!(op("y", ()));
        } else {
            a = yield_!(op("z", loud("else")));
        }
        yield_!(op("end", ()));
        a.touch()
    }
}

case! {
    fn deferred_initialisation_by_a_yield() -> usize {
        let a: Loud;
        a = yield_!(op("x", loud("a")));
        yield_!(op("y", ()));
        a.touch()
    }
}

case! {
    fn deferred_initialisation_of_a_number() -> i32 {
        let n;
        let m: i32;
        match yield_!(op("x", 2)) {
            1 => n = 10,
            other => n = other * 10,
        }
        m = yield_!(op("y", n));
        n + m
    }
}

case! {
    fn deferred_initialisation_that_never_comes() -> i32 {
        let a: Loud;
        if yield_!(op("x", false)) {
            a = loud("a");
            yield_!(op("y", a.touch()));
        }
        yield_!(op("z", 1))
    }
}

case! {
    fn mutable_local_changed_across_yields() -> Vec<i32> {
        let mut list = Vec::new();
        list.push(1);
        yield_!(op("x", ()));
        list.push(2);
        let last = list.last_mut().unwrap();
        *last += 5;
        yield_!(op("y", ()));
        list
    }
}

case! {
    fn typed_bindings() -> u64 {
        let a: u8 = yield_!(op("x", 200));
        let b: u64 = 3;
        let c: Vec<u64> = Vec::new();
        yield_!(op("y", ()));
        u64::from(a) + b + c.len() as u64
    }
}

case! {
    fn late_inference() -> Vec<u16> {
        let mut list = Vec::new();
        let mut best = None;
        for n in [1, 2] {
            yield_!(op("x", ()));
            list.push(n);
            best = Some(n);
        }
        list.extend(best);
        list
    }
}

case! {
    fn names_that_the_expansion_may_use() -> i32 {
        let (at, cx, state, wait, value, next, this, task, frame, slot, nest) = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        yield_!(op("x", ()));
        at + cx + state + wait + value + next + this + task + frame + slot + nest
    }
}

case! {
    fn bindings_in_macros_by_rules_of_the_user() -> i32 {
        macro_rules! double {
            ($e:expr) => {{
                let n = $e;
                n + n
            }};
        }
        let n = 3;
        yield_!(op("x", ()));
        double!(n) + yield_!(op("y", double!(n + 1)))
    }
}

case! {
    fn functions_and_locals_of_one_name() -> i32 {
        fn count() -> i32 { 5 }
        let n = count();
        let count = yield_!(op("x", n + 1));
        yield_!(op("y", ()));
        count
    }
}

case! {
    fn wildcard_of_a_place_moves_nothing() -> usize {
        let a = loud("a");
        let _ = a;
        yield_!(op("x", ()));
        a.touch()
    }
}

case! {
    fn wildcards_in_a_tuple() -> usize {
        let (_, b) = (loud("a"), loud("b"));
        yield_!(op("x", ()));
        b.touch()
    }
}

case! {
    fn wildcards_in_a_tuple_of_a_yield() -> usize {
        let (_, b, _) = yield_!(op("w", (loud("a"), loud("b"), loud("c"))));
        yield_!(op("x", ()));
        b.touch()
    }
}

case! {
    fn a_name_in_nested_scopes() -> Vec<i32> {
        let x = 1;
        let mut all = vec![x];
        {
            let x = 2;
            all.push(yield_!(op("a", x)));
            {
                let x = 3;
                all.push(yield_!(op("b", x)));
                all.push(x);
            }
            all.push(x);
        }
        all.push(x);
        all
    }
}

case! {
    fn loop_variables_of_one_name() -> i32 {
        let mut sum = 0;
        for n in 0..2 {
            for n in n..2 {
                sum += yield_!(op("x", n));
            }
            sum += 10 * n;
        }
        sum
    }
}

case! {
    fn one_type_in_the_body() -> i32 {
        #[derive(Clone, Copy)]
        struct Point { x: i32, y: i32 }
        impl Point {
            fn sum(self) -> i32 { self.x + self.y }
        }
        let p = Point { x: 1, y: 2 };
        yield_!(op("x", ()));
        let q = Point { x: 3, ..p };
        yield_!(op("y", ()));
        let Point { x, y } = q;
        p.sum() + q.sum() + x + y
    }
}

case! {
    fn items_of_an_inner_block() -> i32 {
        let n = {
            enum Way { Left, Right }
            let way = if yield_!(op("x", true)) { Way::Left } else { Way::Right };
            yield_!(op("y", ()));
            match way { Way::Left => 1, Way::Right => 2 }
        };
        n + yield_!(op("z", 1))
    }
}

case! {
    fn deferred_initialisation_of_what_is_not_read() -> i32 {
        let _b = loud("b");
        {
            let _a;
            if yield_!(op("x", true)) { _a = loud("then"); } else { _a = loud("else"); }
        }
        yield_!(op("y", 1))
    }
}

case! {
    fn deferred_initialisation_in_two_arms_of_one_name() -> i32 {
        match yield_!(op("x", Some(1))) {
            Some(n) => {
                let a;
                if yield_!(op("y", n == 1)) { a = loud("1"); } else { a = loud("2"); }
                a.touch() as i32
            }
            None => {
                let a;
                if yield_!(op("z", true)) { a = loud("3"); } else { a = loud("4"); }
                a.touch() as i32
            }
        }
    }
}

case! {
    fn assignment_of_a_local_to_itself() -> Loud {
        let mut a = loud("a");
        yield_!(op("x", ()));
        a = a;
        yield_!(op("y", ()));
        a = { let b = a; tell("between"); b };
        yield_!(op("z", ()));
        a
    }
}

case! {
    fn binding_by_reference_kept() -> (usize, Vec<i32>) {
        let mut list = vec![1];
        let a = loud("a");
        let ref r = a;
        let ref mut l = list;
        let ref made = loud("made");
        yield_!(op("x", ()));
        l.push(2);
        yield_!(op("y", ()));
        (r.touch() + made.touch(), list)
    }
}

case! {
    fn a_pointer_to_a_function() -> i32 {
        yield_!(op("w", ()));
        let f: fn(i32) -> i32 = |x| x + 1;
        yield_!(op("y", ()));
        f(2) + f(3)
    }
}

case! {
    fn a_closure_of_a_type_to_be_found() -> i32 {
        let k = 2;
        yield_!(op("w", ()));
        let f: _ = |x: i32| x + k;
        yield_!(op("y", ()));
        f(2) + f(3)
    }
}
