//! Closures that are kept across a wait, and borrow locals.
#![allow(clippy::all, unused_mut, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn a_closure_that_reads_a_local() -> u32 {
        let base = value("base", 10u32);
        let add = |n| n + base;
        let first = add(1);
        yield_!(op("x", ()));
        let second = add(2);
        yield_!(op("y", ()));
        first + add(second)
    }
}

case! {
    fn a_closure_that_borrows_what_drops() -> usize {
        let name = loud("name");
        let measure = |times: usize| name.touch() * times;
        let _other = loud("other");
        yield_!(op("x", ()));
        let n = measure(2);
        yield_!(op("y", ()));
        n + name.touch()
    }
}

case! {
    fn a_closure_that_changes_locals() -> (u32, String) {
        let mut total = 0;
        let mut log = Vec::new();
        let mut names = loud("names");
        let mut add = |n: u32| { total += n; log.push(n); names.rename(n); };
        add(1);
        yield_!(op("x", ()));
        for n in [2, 3] {
            add(n);
            yield_!(op(n, ()));
        }
        (total, format!("{log:?} {names:?}"))
    }
}

case! {
    fn a_closure_with_waits_in_a_loop() -> u32 {
        let factor = 3;
        let offset = yield_!(op("offset", 2));
        let scale = |n: u32| n * factor + offset;
        let mut sum = 0;
        for n in 0..3 {
            sum += scale(yield_!(op(n, n)));
        }
        sum
    }
}

case! {
    fn a_closure_that_is_passed_on() -> Vec<u32> {
        let limit = value("limit", 2);
        let keep = |n: &u32| *n > limit;
        yield_!(op("x", ()));
        let list: Vec<u32> = [1, 2, 3, 4].into_iter().filter(keep).collect();
        yield_!(op("y", ()));
        list.iter().copied().filter(|n| keep(n)).collect()
    }
}

case! {
    fn a_closure_in_a_closure() -> usize {
        let name = loud("name");
        let measure = || name.touch();
        let twice = || measure() + measure();
        yield_!(op("x", ()));
        let n = twice();
        yield_!(op("y", ()));
        n + twice()
    }
}

case! {
    fn a_closure_that_captures_by_move_is_kept() -> usize {
        let name = loud("name");
        let measure = move || name.touch();
        let _other = loud("other");
        yield_!(op("x", ()));
        let n = measure();
        yield_!(op("y", ()));
        n + measure()
    }
}

case! {
    a_closure_over_references() {
        #[task]
        fn change(list: &mut Vec<Loud>, other: &Loud) -> usize {
            let mut add = |name: &str| { list.push(loud(name)); list.len() + other.touch() };
            let n = add("c");
            yield_!(op("x", ()));
            let m = add("d");
            yield_!(op("y", ()));
            n + m
        }
        #[task]
        fn body() -> usize {
            let (list, other) = (Box::leak(Box::new(vec![loud("a")])), Box::leak(Box::new(loud("b"))));
            yield_!(change(list, other))
        }
    }
}

case! {
    fn a_closure_without_captures() -> u32 {
        let twice = |n: u32| n * 2;
        let early = |n: u32| -> Option<u32> { let m = Some(n)?; if m > 1 { return None; } Some(m) };
        yield_!(op("x", ()));
        let n = twice(4) + early(1).unwrap_or(7);
        yield_!(op("y", ()));
        twice(n)
    }
}

case! { parameters_of_a_closure_that_only_the_call_types() {
    #[task]
    fn child<R>(words: Vec<Loud>, f: impl Fn(&Loud, &mut Vec<usize>) -> R) -> Vec<R> {
        let (mut all, mut out) = (Vec::new(), Vec::new());
        for word in &words {
            yield_!(op("turn", ()));
            out.push(f(word, &mut all));
        }
        out
    }
    #[task]
    fn body() -> usize {
        let a = yield_!(child(vec![loud("x"), loud("yy")], |word, all| {
            all.push(word.touch());
            word.name().len() + all.len()
        }));
        let n = yield_!(op("n", 2));
        let kept = loud("kept");
        let b = yield_!(child(vec![loud("z")], move |word, all| {
            all.push(n + kept.touch());
            word.name().len() + all.len()
        }));
        a.len() + b[0] + n
    }
} }

case! { arguments_after_a_closure_in_its_place() {
    #[task]
    fn child<F: FnMut(&Loud) -> usize, T>(mut f: F, word: Loud, then: T) -> Result<(usize, T), Loud> {
        yield_!(op("wait", ()));
        let n = f(&word);
        yield_!(op("wait", ()));
        Ok((n + f(&word), then))
    }
    fn leave(n: usize) -> Result<(), Loud> {
        if n > 3 { Err(loud("left")) } else { Ok(()) }
    }
    #[task]
    fn body() -> Result<usize, Loud> {
        let a = loud("a");
        let b = loud("b");
        let mut names = Vec::new();
        let (n, then) = yield_!(child(
            move |word| {
                names.push(word.name().to_owned());
                a.touch() + names.len()
            },
            loud("word"),
            value("then", 3),
        ))?;
        let (m, b) = yield_!(child(|word| word.touch() + 1, loud("word"), b))?;
        let moved = loud("moved");
        let declared_later = loud("declared later");
        let (k, ()) = yield_!(child(
            move |word| word.touch() + moved.touch(),
            loud("word"),
            leave(declared_later.touch() + b.touch())?,
        ))?;
        Ok(n + then + m + k)
    }
} }

case! { closures_in_their_places_beside_what_is_lent() {
    struct Bag { items: Vec<Loud> }
    impl Bag {
        #[task(lend)]
        fn sum(&self, f: impl Fn(&Loud) -> usize) -> usize {
            yield_!(op("wait", ()));
            self.items.iter().map(|item| f(item)).sum()
        }
        #[task(lend)]
        fn each<R>(&mut self, mut f: impl FnMut(&mut Loud) -> R, last: Loud) -> Vec<R> {
            let mut all = Vec::new();
            for item in &mut self.items {
                yield_!(op("item", ()));
                all.push(f(item));
            }
            self.items.push(last);
            all
        }
    }
    #[task]
    fn boxed(f: Box<dyn Fn(&Loud) -> usize>, word: Loud) -> usize {
        yield_!(op("boxed", ()));
        f(&word)
    }
    #[task]
    fn body() -> usize {
        let kept = loud("kept");
        let mut bag = Bag { items: vec![loud("a"), loud("bb")] };
        let mut n = yield_!(bag.sum(move |item| item.name().len() + kept.touch()));
        let changed = yield_!(bag.each(
            |item| {
                item.rename("c");
                item.name().len()
            },
            loud("last"),
        ));
        n += changed.len() + yield_!(boxed(Box::new(|word| word.name().len()), loud("word")));
        let word = loud("word");
        n += yield_!(boxed(Box::new(move |word| word.name().len() + n), word));
        n
    }
} }

case! { an_iterators_closure_in_a_yield() {
    #[task]
    fn child<I: Iterator<Item = usize>>(numbers: I, keep: impl Fn(&usize) -> bool) -> usize {
        let mut sum = 0;
        for n in numbers.filter(move |n| keep(n)) {
            yield_!(op(n, ()));
            sum += n;
        }
        sum
    }
    #[task]
    fn body() -> usize {
        let words = vec![loud("a"), loud("bb")];
        yield_!(child(words.into_iter().map(|word| word.touch()), |n| n.count_ones() == 1))
    }
} }

case! {
    fn closures_that_take_what_they_mention_more_than_once() -> usize {
        let mut names = vec![loud("a")];
        let text = loud("text");
        yield_!(op("x", ()));
        let mut add = move |n: usize| {
            for i in 0..n {
                names.push(loud(i));
            }
            if names.len() > 2 { names.pop(); }
            names.len() + text.touch()
        };
        let n = add(1) + add(2);
        yield_!(op("y", ()));
        n + add(0)
    }
}

case! {
    fn a_closure_over_a_part() -> (Vec<u32>, u32) {
        struct Log { lines: Vec<u32>, n: u32 }
        let mut log = Log { lines: vec![], n: 1 };
        let mut push = |n| log.lines.push(n);
        push(1);
        log.n += 1;
        yield_!(op("x", log.n));
        push(2);
        log.n += yield_!(op("y", 10));
        push(log.n);
        (log.lines, log.n)
    }
}

case! {
    fn a_closure_over_what_is_moved_on_afterwards() -> u32 {
        struct Cursor { view: &'static [u32], n: u32 }
        impl Cursor { fn advance(&mut self) { self.view = &self.view[1..]; } }
        let mut cursor = Cursor { view: &[5, 6, 7], n: 0 };
        let first = |n: u32| cursor.view[0] + n;
        let a = first(1);
        cursor.n += 1;
        yield_!(op("x", a));
        let b = first(2);
        cursor.advance();
        yield_!(op("y", b));
        b * 100 + cursor.view[0] + cursor.n
    }
}

case! {
    fn a_closure_that_makes_closures() -> Vec<u32> {
        let k = 7;
        let add = |x: u32| move |y: u32| x + y + k;
        let add3 = add(3);
        let boxed = |n: u32| Box::new(move |x: u32| x * n + k);
        let mut out = vec![yield_!(op("x", add3(4))), boxed(2)(1)];
        out.push(add3(5) + add(1)(1));
        yield_!(op("y", ()));
        out.push(boxed(3)(add(2)(2)));
        out
    }
}

case! {
    fn a_closure_that_makes_iterators() -> Vec<u32> {
        let k = vec![2u32];
        let row = |n: u32| (0..n).map(|x| x * 2);
        let first: Vec<u32> = row(2).collect();
        let n = yield_!(op("x", first.len() as u32));
        let list = &k;
        let column = |n: u32| { let m = n + list[0]; (0..m).map(move |x| x * m).filter(|x| x % 2 == 0) };
        let mut out: Vec<u32> = column(n).chain(row(2)).collect();
        yield_!(op("y", out.len()));
        out.extend(column(1));
        for x in row(3) { out.push(yield_!(op("z", x))); }
        out
    }
}
