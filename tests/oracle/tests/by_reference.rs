//! Patterns that borrow by `ref`, and borrows that calls of the standard library make: `list.last()`, `slot.as_mut()`.
#![allow(clippy::all, dead_code, irrefutable_let_patterns, unused_variables, reason = "the bodies are what is tested")]

use std::{cell::Cell, collections::BTreeMap};

use oracle::prelude::*;

case! {
    fn parts_of_values_that_are_matched() {
        match loud("a") {
            ref x => {
                yield_!(op("x", 1));
                x.touch();
            }
        }
        match (loud("b"), loud("c")) {
            (_, ref x) => yield_!(op("y", ())),
        }
        match (loud("d"), loud("e")) {
            (ref left, ref right) => {
                yield_!(op("z", left.touch()));
                right.touch();
            }
        }
        if let Some([_, ref x, _]) = Some([loud("f"), loud("g"), loud("h")]) {
            yield_!(op("u", 1));
        }
        match loud("i") {
            ref x @ Loud { .. } => {
                yield_!(op("v", 1));
                x.touch();
            }
        }
    }
}

case! {
    parts_of_places_that_are_matched((loud("a"), loud("b"))) {
        #[task]
        fn body(mut pair: (Loud, Loud)) {
            match pair {
                (_, ref x) => {
                    yield_!(op("x", 1));
                    x.touch();
                }
            }
            match pair {
                (_, ref mut x) => {
                    yield_!(op("y", 1));
                    x.rename("c");
                    yield_!(op("z", 1));
                    x.touch();
                }
            }
            match &mut pair {
                &mut (ref mut x, _) => {
                    yield_!(op("u", 1));
                    x.rename("d");
                }
            }
            pair.0.touch();
            drop(pair);
            yield_!(op("v", 1));
        }
    }
}

case! {
    borrows_beside_copies(3) {
        #[task]
        fn body(n: u32) {
            match Some((loud("a"), n)) {
                Some((ref x, k)) if k > 2 => {
                    yield_!(op("x", k));
                    x.touch();
                }
                _ => yield_!(op("y", ())),
            }
            match Some((loud("b"), n)) {
                Some((ref x, k)) if yield_!(op("guard", k > 2)) => {
                    yield_!(op("z", k));
                    x.touch();
                }
                _ => yield_!(op("u", ())),
            }
            let mut pair = (loud("c"), n);
            let (ref x, k) = pair;
            yield_!(op("v", k));
            x.touch();
            pair.1 = 9;
            yield_!(op("w", 1));
            value("k", k);
            match &pair {
                &(_, k) => {
                    pair.1 = 10;
                    yield_!(op("t", 1));
                    value("k", k);
                }
            }
        }
    }
}

case! {
    fn alternatives_that_borrow() {
        match (Some(loud("a")), None::<Loud>) {
            (Some(ref x), _) | (_, Some(ref x)) => {
                yield_!(op("x", 1));
                x.touch();
            }
            _ => {}
        }
        let slot = Some(loud("b"));
        let n = match slot {
            Some(ref x) => {
                yield_!(op("y", 1));
                x.touch()
            }
            None => 0,
        };
        drop(slot);
        value("n", n);
    }
}

case! {
    fn borrows_of_turns() {
        for (n, ref x) in [(1, loud("a")), (2, loud("b"))] {
            yield_!(op("x", n));
            x.touch();
        }
        for (_, ref x) in [(loud("c"), loud("d"))] {
            yield_!(op("y", 1));
        }
        let mut list = vec![(loud("e"), loud("f"))];
        while let Some((ref mut x, _)) = list.pop() {
            yield_!(op("z", 1));
            x.rename("g");
        }
        while let Some((_, ref x)) = Some((loud("h"), loud("i"))) {
            yield_!(op("u", 1));
            break;
        }
    }
}

case! {
    fn borrows_of_operands() -> usize {
        let a = second(match (loud("a"), loud("b")) { (ref x, _) => x.touch() }, yield_!(op("x", 1)));
        let b = second(match (loud("c"), loud("d")) { (ref x, _) => { yield_!(op("y", 1)); x.touch() } }, yield_!(op("z", 1)));
        let c = (loud("e"), if let (ref x, _) = (loud("f"), loud("g")) { x.touch() } else { 1 }, yield_!(op("u", 1)));
        let d = (loud("h"), if let (x, _) = (loud("i"), loud("j")) { x.touch() } else { 1 }, yield_!(op("v", 1)));
        a + b + c.1 + d.1
    }
}

case! {
    fn conditions_that_borrow() {
        if let Some(ref x) = yield_!(op("x", Some(loud("a")))) {
            yield_!(op("y", 1));
            x.touch();
        } else {
            yield_!(op("z", ()));
        }
        if let Some(ref x) = None::<Loud> {
            x.touch();
        } else {
            yield_!(op("u", ()));
        }
        if let Some(ref x) = Some(loud("b")) {
            x.touch();
        } else {
            yield_!(op("v", ()));
        };
        yield_!(op("w", 1));
    }
}

case! {
    fn locals_that_are_borrowed_as_they_are_declared() {
        let _before = loud("before");
        let (ref a, ref b) = (loud("a"), loud("b"));
        let _between = loud("between");
        yield_!(op("x", 1));
        a.touch();
        let (ref mut c, _) = yield_!(op("y", (loud("c"), loud("d"))));
        c.rename("e");
        yield_!(op("z", 1));
        b.touch();
        let (ref f, ref g): (Loud, Loud) = (loud("f"), yield_!(op("u", loud("g"))));
        yield_!(op("v", 1));
        f.touch();
    }
}

case! {
    locals_that_are_borrowed_from_places(Some(loud("a")), (loud("b"), loud("c")), Pair { left: loud("d"), right: loud("e") }) {
        #[task]
        fn body(slot: Option<Loud>, mut pair: (Loud, Loud), both: Pair) -> usize {
            let Some(a) = &slot else { return 0 };
            yield_!(op("x", 1));
            a.touch();
            let Some(ref also) = slot else { return 1 };
            yield_!(op("y", also.touch()));
            let (b, c) = &mut pair;
            yield_!(op("z", 1));
            b.rename("f");
            yield_!(op("u", 1));
            c.rename("g");
            let Pair { left, .. }: &Pair = &both;
            yield_!(op("v", 1));
            left.touch()
        }
    }
}

case! {
    borrows_beside_an_else_that_waits(Some(loud("a")), None) {
        #[task]
        fn body(some: Option<Loud>, none: Option<Loud>) -> usize {
            let Some(a) = &some else {
                yield_!(op("no", ()));
                return 0;
            };
            yield_!(op("x", 1));
            let list = vec![loud("b")];
            let Some(b) = list.last() else {
                yield_!(op("empty", ()));
                return 1;
            };
            yield_!(op("y", a.touch()));
            b.touch();
            let Some(c) = &none else {
                yield_!(op("none", ()));
                return 2;
            };
            c.touch()
        }
    }
}

case! {
    parts_that_the_standard_library_borrows(vec![loud("a"), loud("b")]) {
        #[task]
        fn body(mut stack: Vec<Loud>) {
            if let Some(x) = stack.last_mut() {
                yield_!(op("x", 1));
                x.rename("c");
                yield_!(op("y", 1));
                x.touch();
            }
            let first = stack.first().unwrap();
            yield_!(op("z", 1));
            first.touch();
            let mut i = 0;
            if let Some(x) = stack.get(i) {
                i = 1;
                yield_!(op("u", i));
                x.touch();
            }
            let next = stack.get(i).expect("there are two");
            i = 7;
            yield_!(op("v", i));
            next.touch();
            while let Some(x) = stack.last() {
                yield_!(op("w", 1));
                x.touch();
                yield_!(op("t", 1));
                stack.pop();
            }
        }
    }
}

case! {
    parts_of_options_and_maps(Some(loud("a")), Some(Box::new(loud("b")))) {
        #[task]
        fn body(mut slot: Option<Loud>, boxed: Option<Box<Loud>>) {
            if let Some(a) = slot.as_mut() {
                yield_!(op("x", 1));
                a.rename("c");
            }
            match slot.as_ref() {
                Some(a) => yield_!(op("y", a.touch())),
                None => 0,
            };
            let b = boxed.as_deref().unwrap();
            yield_!(op("z", 1));
            b.touch();
            let mut map = BTreeMap::from([(1, loud("d")), (2, loud("e"))]);
            if let Some(x) = map.get(&2) {
                yield_!(op("u", 1));
                x.touch();
            }
            if let Some(x) = map.get_mut(&1) {
                yield_!(op("v", 1));
                x.rename("f");
            }
            match map.get(&1) {
                Some(x) if x.touch() > 0 => {
                    yield_!(op("w", 1));
                    x.touch();
                }
                _ => {}
            }
        }
    }
}

case! {
    fn copies_of_parts_stay_what_they_were() {
        let mut list = vec![1, 2];
        if let Some(&n) = list.last() {
            list.push(7);
            yield_!(op("x", 1));
            value("n", n);
        }
        while let Some(&n) = list.last() {
            list.pop();
            yield_!(op("y", 1));
            value("n", n);
        }
        let cell = Cell::new(3);
        let n = cell.get();
        cell.set(4);
        yield_!(op("z", 1));
        value("n", n);
        let mut numbers = vec![1, 2].into_iter().peekable();
        while let Some(n) = numbers.peek() {
            yield_!(op("u", *n));
            value("n", *n);
            numbers.next();
        }
    }
}

case! {
    borrows_of_a_part_of_a_value(()) {
        #[task]
        fn body(_: ()) {
            let [_, ref a] = (loud("0"), [loud("1"), yield_!(op("o", loud("2")))]).1;
            yield_!(op("x", 1));
            match (loud("3"), [loud("4"), yield_!(op("p", loud("5")))]).1 {
                [_, ref b] => {
                    yield_!(op("y", 1));
                    b.touch();
                }
            }
            let c = second(match (loud("6"), (loud("7"), loud("8"))).1 { (ref c, _) => c.touch() }, yield_!(op("z", 1)));
            if let Some(ref d) = (loud("9"), Some(loud("10"))).1 {
                yield_!(op("u", d.touch() + c));
                d.touch();
            } else {
                yield_!(op("v", 1));
            }
            a.touch();
        }
    }
}

case! {
    arguments_of_what_borrows_a_part_are_evaluated_once(vec![loud("a"), loud("b")], 0) {
        #[task]
        fn body(list: Vec<Loud>, mut n: usize) {
            let index = &mut n;
            if let Some(x) = list.get(*index) {
                *index = 1;
                yield_!(op("x", 1));
                x.touch();
            }
            let last = 1;
            if let Some(x) = list.get(last) {
                yield_!(op("y", 1));
                x.touch();
            }
        }
    }
}
