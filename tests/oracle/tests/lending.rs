//! Lent parameters: children that borrow the locals of their parents.

#![allow(clippy::ptr_arg, reason = "that a `Vec` is lent is what is tested")]

use oracle::prelude::*;

case! { a_child_fills_a_part_of_a_local() {
    #[task(lend)]
    fn fill_up(buf: &mut [u8], want: usize) -> usize {
        let mut got = 0;
        while got < want {
            got += yield_!(fill("part", &mut buf[got..got + 2]));
            tell(format_args!("{got}"));
        }
        got
    }
    #[task]
    fn body() -> (usize, [u8; 8]) {
        let mut buf = [9; 8];
        let first = yield_!(fill_up(&mut buf, 4));
        let second = yield_!(fill_up(&mut buf[first..], value("want", 2)));
        (first + second, buf)
    }
} }

case! { values_beside_what_is_lent_are_dropped_where_they_would_be() {
    #[task(lend)]
    fn child(first: &mut Loud, n: u32, second: &Loud) -> Loud {
        let local = loud("local");
        yield_!(op("wait", ()));
        first.rename(n);
        yield_!(look("look", second));
        let result = loud("result");
        local.touch();
        result
    }
    #[task]
    fn body() {
        let mut first = loud("first");
        let second = loud("second");
        let result = yield_!(child(&mut first, value("n", 7), &second));
        tell(format_args!("{first:?} {second:?} {result:?}"));
    }
} }

case! { three_levels_of_methods_borrow_fields() {
    struct Conn { log: Vec<u8>, inner: Inner }
    struct Inner { buf: Vec<u8>, name: Loud }
    impl Inner {
        #[task(lend)]
        fn read(&mut self, n: u8) -> Result<u8, String> {
            let len = yield_!(append("append", &mut self.buf, n));
            if len > 3 { Err(format!("{:?} is full", self.name))? }
            self.name.touch();
            Ok(n + 1)
        }
    }
    impl Conn {
        #[task(lend)]
        fn read_twice(&mut self, mut n: u8) -> Result<u8, String> {
            for _ in 0..2 {
                n = yield_!(self.inner.read(n))?;
                self.log.push(n);
            }
            Ok(n)
        }
        #[task(lend)]
        fn run(&mut self) -> Result<(), String> {
            let mut n = 0;
            loop {
                n = yield_!(self.read_twice(n))?;
                tell(format_args!("{:?}", self.log));
            }
        }
    }
    #[task]
    fn body() -> (Result<(), String>, Vec<u8>) {
        let mut conn = Conn { log: Vec::new(), inner: Inner { buf: Vec::new(), name: loud("inner") } };
        let result = yield_!(conn.run());
        (result, std::mem::take(&mut conn.log))
    }
} }

case! { a_loop_over_a_lent_list() {
    #[task(lend)]
    fn by_value_of_a_reference(list: &[Loud]) -> usize {
        let mut sum = 0;
        for x in list {
            sum += x.touch();
            yield_!(op("turn", ()));
            sum += x.touch();
        }
        sum
    }
    #[task(lend)]
    fn exclusive(list: &mut Vec<Loud>) {
        for x in list {
            yield_!(op("turn", ()));
            x.rename("new");
        }
    }
    #[task(lend)]
    fn by_iterator(list: &[Loud]) {
        for (i, x) in list.iter().enumerate().skip(1) {
            yield_!(op(i, ()));
            x.touch();
        }
        for x in &list[1..] {
            yield_!(look("look", x));
        }
    }
    #[task]
    fn body() {
        let mut list = vec![loud("a"), loud("bb"), loud("ccc")];
        yield_!(by_value_of_a_reference(&list));
        yield_!(exclusive(&mut list));
        yield_!(by_iterator(&list));
    }
} }

case! { references_derived_from_what_is_lent_are_taken_again() {
    struct Slot { opt: Option<Loud>, pair: (Loud, u8) }
    #[task(lend)]
    fn child(slot: &mut Slot, text: &str) -> usize {
        if let Some(x) = &slot.opt {
            yield_!(op("one", ()));
            x.touch();
        }
        let (left, n) = (&slot.pair.0, slot.pair.1);
        left.touch();
        yield_!(op("two", ()));
        match &mut slot.opt {
            Some(x) => {
                yield_!(op("three", ()));
                x.rename(n);
            }
            None => tell("none"),
        }
        let head = &text[..2];
        yield_!(op("four", ()));
        head.len() + text.len()
    }
    #[task]
    fn body() -> usize {
        let mut slot = Slot { opt: Some(loud("x")), pair: (loud("left"), 3) };
        let text = String::from("hello");
        yield_!(child(&mut slot, &text))
    }
} }

case! { a_temporary_is_lent() {
    #[task(lend)]
    fn child(list: &mut Vec<Loud>, f: &mut dyn FnMut(usize)) -> usize {
        let mut i = 0;
        while i < list.len() {
            yield_!(op(i, ()));
            f(list[i].touch());
            i += 1;
        }
        list.len()
    }
    #[task]
    fn body() {
        let mut sum = 0;
        let n = yield_!(child(&mut vec![loud("a"), loud("bb")], &mut |n| sum += n));
        tell(format_args!("{n} {sum}"));
    }
} }

case! { index_expressions_are_evaluated_once() {
    #[task(lend)]
    fn child(part: &mut [u8]) -> usize {
        yield_!(op("a", ()));
        part[0] = 1;
        yield_!(op("b", ()));
        part.len()
    }
    #[task]
    fn body() -> (usize, Vec<u8>) {
        let mut list = vec![vec![0; 5]; 3];
        let n = yield_!(child(&mut list[value("i", 1)][value("from", 2)..value("to", 4)]));
        (n, list.concat())
    }
} }

case! { a_part_of_the_parameters_is_lent(&[1, 2, 3]) {
    #[task]
    fn child(#[lend] sum: &mut u32, list: &'static [u32], #[lend] names: &[Loud]) {
        for n in list {
            yield_!(op(n, ()));
            *sum += n;
        }
        names[0].touch();
    }
    #[task]
    fn body(list: &'static [u32]) -> u32 {
        let mut sum = 0;
        let names = [loud("x")];
        yield_!(child(&mut sum, list, &names));
        sum
    }
} }

case! { lent_on_its_own(&[1, 2, 3]) {
    #[task(lend)]
    fn body(list: &[u32]) -> u32 {
        let mut sum = 0;
        for n in list {
            yield_!(op(n, ()));
            sum += n;
        }
        sum
    }
} }

case! { generics_and_impl_arguments() {
    struct Stack<'a, T> { items: Vec<T>, name: &'a str }
    impl<'a, T: Clone> Stack<'a, T> {
        #[task(lend)]
        fn push_all(&mut self, items: &[T], mut each: impl FnMut(&T), const_: &'a str) -> usize where T: std::fmt::Debug {
            for item in items {
                yield_!(look("item", item));
                each(item);
                self.items.push(item.clone());
            }
            self.name.len() + const_.len()
        }
    }
    #[task(lend)]
    fn total<const N: usize, I: IntoIterator<Item = u32>>(sums: &mut [u32; N], list: I, out: &mut impl Extend<u32>) {
        for n in list {
            yield_!(op(n, ()));
            for sum in sums.iter_mut() {
                yield_!(op("inner", ()));
                *sum += n;
            }
        }
        out.extend(*sums);
    }
    #[task]
    fn body() -> (usize, Vec<u32>) {
        let name = "stack";
        let mut stack = Stack { items: vec![loud("a")], name };
        let n = yield_!(stack.push_all(&[loud("b"), loud("c")], |x: &Loud| { x.touch(); }, "const"));
        let mut sums = [0; 2];
        let mut out = Vec::new();
        yield_!(total(&mut sums, 1..3, &mut out));
        (n + stack.items.len(), out)
    }
} }

case! { a_trait_lends() {
    trait Source {
        #[task(lend)]
        fn next(&mut self, by: &Loud) -> u32;
    }
    struct Count(u32);
    impl Source for Count {
        #[task(lend, use<>)]
        fn next(&mut self, by: &Loud) -> u32 {
            yield_!(look("by", by));
            self.0 += by.touch() as u32;
            self.0
        }
    }
    struct Twice<S>(S);
    impl<S: Source + 'static> Source for Twice<S> {
        #[task(lend, use<S>)]
        fn next(&mut self, by: &Loud) -> u32 {
            let first = yield_!(self.0.next(by));
            first + yield_!(self.0.next(by))
        }
    }
    #[task]
    fn body() -> u32 {
        let mut source = Twice(Count(1));
        let by = loud("by");
        yield_!(source.next(&by))
    }
} }

case! { a_recursive_task_lends() {
    struct Node { name: Loud, children: Vec<Node> }
    #[task(lend)]
    fn walk(node: &Node, out: &mut Vec<usize>) {
        out.push(node.name.touch());
        for child in &node.children {
            yield_!(op("before", ()));
            yield_!(walk(child, out));
        }
        yield_!(look("look", &node.name));
    }
    #[task]
    fn body() -> Vec<usize> {
        let leaf = |name| Node { name: loud(name), children: Vec::new() };
        let tree = Node { name: loud("root"), children: vec![leaf("left"), leaf("right")] };
        let mut out = Vec::new();
        yield_!(walk(&tree, &mut out));
        out
    }
} }

case! { a_child_that_owns_runs_beside_what_is_lent() {
    #[task]
    fn owning(name: Loud) -> usize {
        yield_!(op("own", ()));
        name.touch()
    }
    #[task(lend)]
    fn child(out: &mut Vec<usize>, name: &Loud) {
        let n = yield_!(owning(name.clone()));
        out.push(n);
        let m = yield_!(owning(loud("other")));
        out.push(m);
    }
    #[task]
    fn body() -> Vec<usize> {
        let mut out = Vec::new();
        let name = loud("name");
        yield_!(child(&mut out, &name));
        out
    }
} }

case! { values_beside_what_is_lent_are_moved_in_once() {
    struct Conn { sent: Vec<Loud>, name: Loud }
    impl Conn {
        #[task(lend)]
        fn send(&mut self, message: Loud, note: &str, tag: Option<Loud>) -> usize {
            yield_!(op(note, ()));
            self.name.touch();
            self.sent.push(message);
            yield_!(op("tag", tag));
            self.sent.len()
        }
        #[task(lend)]
        fn count(&self, extra: Loud) -> usize {
            yield_!(op("count", ()));
            self.sent.len() + extra.touch()
        }
    }
    #[task]
    fn stored(conn: Box<Conn>, #[lend] other: &mut Loud) -> Loud {
        yield_!(op("stored", ()));
        other.rename("renamed");
        conn.name.clone()
    }
    #[task(lend)]
    fn send(list: &mut Vec<Loud>, message: Loud, f: &dyn Fn(&Loud) -> usize, none: Option<u32>, empty: &[u8]) -> usize {
        yield_!(op("free", none));
        let n = f(&message) + empty.len();
        list.push(message);
        yield_!(op("done", n))
    }
    #[task]
    fn body() -> usize {
        let shared = std::rc::Rc::new(Conn { sent: vec![loud("s")], name: loud("shared") });
        let mut conn = Box::new(Conn { sent: Vec::new(), name: loud("conn") });
        let mut n = yield_!(conn.send(loud("one"), "note", None));
        let two = loud("two");
        n += yield_!(conn.send(two, &format!("note {n}"), Some(loud("tag"))));
        n += yield_!(shared.count(loud("extra")));
        n += yield_!(send(&mut conn.sent, loud("three"), &|x: &Loud| x.touch() + n, None, &[]));
        let mut other = loud("other");
        let name = yield_!(stored(conn, &mut other));
        n + name.touch() + other.touch()
    }
} }

case! { closures_are_lent() {
    struct Bag(Vec<Loud>);
    impl Bag {
        #[task(lend)]
        fn each(&self, f: &mut dyn FnMut(&Loud), last: Loud) {
            for x in &self.0 {
                yield_!(op("each", ()));
                f(x);
            }
            f(&last);
        }
    }
    #[task(lend)]
    fn repeat<F: FnMut(usize)>(times: usize, f: &dyn Fn(usize) -> usize, log: &mut F) -> usize {
        let mut n = 0;
        for i in 0..times {
            yield_!(op(i, ()));
            n += f(i);
            log(n);
        }
        n
    }
    #[task]
    fn body() -> usize {
        let bag = Bag(vec![loud("a"), loud("bb")]);
        let mut sum = 0;
        let mut names = Vec::new();
        yield_!(bag.each(
            &mut |x: &Loud| {
                sum += x.touch();
                names.push(x.name().to_owned());
            },
            loud("last"),
        ));
        let mut log = Vec::new();
        let by = sum;
        let mut into_log = move |n: usize| log.push(n);
        let n = yield_!(repeat(value("times", 2), &|i| i + by, &mut into_log));
        let m = yield_!(repeat(1, &|i| i + 1, &mut |n: usize| tell(n)));
        tell(format_args!("{names:?}"));
        n + m
    }
} }

/// A reference that is an argument: it is lent where it is needed again, and given away where it is not.
mod references {
    use super::*;

    fn of<T>(value: T) -> &'static mut T {
        Box::leak(Box::new(value))
    }

    #[derive(Debug)]
    struct Counter {
        n: u32,
        log: Vec<u32>,
    }

    fn counter() -> &'static mut Counter {
        of(Counter { n: 0, log: Vec::new() })
    }

    case! { by_name_several_times(counter()) {
        #[task(lend)]
        fn bump(counter: &mut Counter, by: u32) -> u32 {
            counter.n += yield_!(op("by", by));
            counter.log.push(counter.n);
            counter.n
        }
        #[task]
        fn body(counter: &mut Counter) -> u32 {
            let a = yield_!(bump(counter, 1));
            for by in 2..4 {
                yield_!(bump(counter, by));
            }
            if counter.n > 100 {
                return yield_!(bump(counter, 100));
            }
            tell(format_args!("{counter:?}"));
            a + yield_!(bump(counter, value("last", 10)))
        }
    } }

    case! { beside_other_arguments_that_are_dropped(counter(), of(vec![1u8])) {
        #[task(lend)]
        fn both(counter: &mut Counter, bytes: &mut Vec<u8>, loud: Loud, n: u32) -> usize {
            let len = yield_!(append("append", bytes, n as u8));
            counter.n += n;
            loud.touch();
            len + counter.n as usize
        }
        #[task]
        fn body(counter: &mut Counter, bytes: &mut Vec<u8>) -> usize {
            let first = yield_!(both(counter, bytes, loud("one"), value("n", 3)));
            let second = yield_!(both(counter, bytes, loud("two"), yield_!(op("n", 4))));
            tell(format_args!("{counter:?} {bytes:?}"));
            first + second + yield_!(both(counter, bytes, loud("three"), 5))
        }
    } }

    case! { given_away_in_one_branch_and_needed_in_the_other(counter(), 1) {
        #[task]
        fn keeps(counter: &mut Counter, by: u32) -> u32 {
            counter.n += yield_!(op("by", by));
            counter.n
        }
        #[task]
        fn body(counter: &mut Counter, n: u32) -> u32 {
            yield_!(op("first", ()));
            if n > 1 {
                yield_!(keeps(counter, 2))
            } else {
                counter.n += 1;
                yield_!(keeps(counter, 3))
            }
        }
    } }
}
