//! Borrows: references and guards held across a yield, and operations that borrow.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Mutex,
};

use oracle::prelude::*;

/// A cell that lives for ever.
fn cell(n: i32) -> &'static RefCell<i32> {
    Box::leak(Box::new(RefCell::new(n)))
}

/// A value that lives for ever.
fn forever<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

case! {
    fn operation_on_a_whole_local() -> Vec<u8> {
        let mut buf = [9u8; 4];
        let n = yield_!(fill("x", &mut buf));
        buf[n - 1] = 7;
        buf.to_vec()
    }
}

case! {
    fn operation_on_a_part_of_a_local() -> Vec<u8> {
        let mut buf = vec![7; 4];
        let n = yield_!(fill("fill", &mut buf[1..3]));
        buf.push(n as u8);
        buf
    }
}

case! {
    fn operation_on_a_range_of_variables() -> Vec<u8> {
        let mut buf = vec![7; 6];
        let (mut from, to) = (1, 4);
        from += yield_!(fill("x", &mut buf[from..to]));
        yield_!(fill("y", &mut buf[from..]));
        buf
    }
}

case! {
    fn operation_on_a_field() -> (Vec<u8>, Vec<i32>) {
        struct Both { bytes: Vec<u8>, list: Vec<i32> }
        let mut both = Both { bytes: vec![5; 3], list: vec![] };
        yield_!(fill("x", &mut both.bytes));
        yield_!(append("y", &mut both.list, both.bytes.len() as i32));
        (both.bytes, both.list)
    }
}

case! {
    fn operation_in_a_loop() -> Vec<i32> {
        let mut list = Vec::new();
        for n in 0..3 {
            let _turn = loud(n);
            if yield_!(append("x", &mut list, n)) == 2 {
                list.push(100);
            }
        }
        list
    }
}

case! {
    fn operation_that_looks() -> String {
        let text = loud("text");
        let _b = loud("b");
        let seen = yield_!(look("x", &text));
        seen + text.name()
    }
}

case! {
    fn operation_on_a_string_slice() -> String {
        let text = String::from("hello");
        yield_!(look("x", &text[1..3])) + &yield_!(look("y", text.as_str()))
    }
}

case! {
    fn operation_through_a_box() -> Vec<u8> {
        let mut boxed = Box::new([5u8; 3]);
        yield_!(fill("x", &mut boxed[..]));
        yield_!(fill("y", &mut (*boxed)[1..]));
        boxed.to_vec()
    }
}

case! {
    fn operation_on_a_temporary() -> String {
        let seen = yield_!(look("x", &loud("temporary")));
        yield_!(op("y", ()));
        seen
    }
}

case! {
    fn operation_on_an_argument_evaluated_before() -> String {
        let list = vec![loud("a"), loud("b")];
        yield_!(look("x", &list[value("index", 1)]))
    }
}

case! {
    fn reference_to_a_local() -> usize {
        let a = loud("a");
        let r = &a;
        yield_!(op("x", ()));
        r.touch() + a.touch()
    }
}

case! {
    fn reference_to_a_part() -> i32 {
        let v = vec![1, 2, 3, 4];
        let r = &v[1..];
        yield_!(op("x", ()));
        let n = r[0];
        yield_!(op("y", ()));
        r[1] + n
    }
}

case! {
    fn reference_with_a_changing_index() -> i32 {
        let v = vec![1, 2, 3, 4];
        let mut i = 1;
        let r = &v[i];
        i += 2;
        yield_!(op("x", ()));
        *r * 10 + v[i]
    }
}

case! {
    fn mutable_reference_to_a_local() -> i32 {
        let mut n = 1;
        let r = &mut n;
        yield_!(op("x", ()));
        *r += 5;
        yield_!(op("y", ()));
        *r += 5;
        n
    }
}

case! {
    fn mutable_reference_to_a_field() -> (Vec<i32>, i32) {
        struct Both { list: Vec<i32>, n: i32 }
        let mut both = Both { list: vec![], n: 1 };
        let list = &mut both.list;
        both.n += yield_!(op("x", 1));
        list.push(both.n);
        yield_!(op("y", ()));
        list.push(9);
        (both.list, both.n)
    }
}

case! {
    fn reference_to_a_temporary() -> usize {
        let r = &loud("temporary");
        let _b = loud("b");
        yield_!(op("x", ()));
        r.touch()
    }
}

case! {
    fn reference_to_a_constant() -> usize {
        let list = &[1, 2, 3];
        let text = "text";
        yield_!(op("x", ()));
        list.len() + text.len()
    }
}

case! {
    fn loop_over_indices() -> i32 {
        let list = vec![1, 2, 3];
        let mut n = 0;
        for i in 0..list.len() {
            n += yield_!(op("x", list[i]));
        }
        n
    }
}

case! {
    fn borrow_that_ends_before_the_yield() -> i32 {
        let mut list = vec![1, 2, 3];
        let first = &mut list[0];
        *first += 1;
        let n = *first;
        yield_!(op("x", ()));
        list[0] + n
    }
}

case! {
    fn borrow_in_a_block_before_the_yield() -> i32 {
        let mut list = vec![1, 2, 3];
        {
            let last = list.last_mut().unwrap();
            *last += 1;
        }
        let n = { let first = list.first().unwrap(); *first };
        yield_!(op("x", ()));
        list[2] + n
    }
}

case! {
    fn guard_of_a_cell() -> i32 {
        let cell = cell(1);
        let mut guard = cell.borrow_mut();
        yield_!(op("x", ()));
        note(cell.try_borrow().is_err());
        *guard += 1;
        drop(guard);
        yield_!(op("y", ()));
        *cell.borrow()
    }
}

case! {
    fn guard_that_is_not_mentioned_again() -> bool {
        let cell = cell(1);
        let _guard = cell.borrow_mut();
        yield_!(op("x", ()));
        cell.try_borrow().is_err()
    }
}

case! {
    guard_of_an_argument(cell(1)) {
        #[task]
        fn body(cell: &RefCell<i32>) -> i32 {
            {
                let mut guard = cell.borrow_mut();
                *guard += yield_!(op("x", 1));
                note(cell.try_borrow().is_err());
            }
            note(cell.try_borrow().is_err());
            yield_!(op("y", ()));
            *cell.borrow()
        }
    }
}

case! {
    guard_as_a_temporary_of_the_statement(cell(5)) {
        #[task]
        fn body(cell: &'static RefCell<i32>) -> i32 {
            fn held(cell: &RefCell<i32>) -> i32 { i32::from(cell.try_borrow_mut().is_err()) }
            let n = *cell.borrow() + yield_!(op("x", held(cell))) + held(cell);
            n * 10 + held(cell)
        }
    }
}

case! {
    guard_in_the_operand_of_a_yield(forever(Mutex::new(5))) {
        #[task]
        fn body(lock: &'static Mutex<i32>) -> (i32, bool) {
            let n = yield_!(op("x", *lock.lock().unwrap())) + i32::from(lock.try_lock().is_err()) * 100;
            (n, lock.try_lock().is_ok())
        }
    }
}

case! {
    guard_in_a_scrutinee(forever(Mutex::new(Some(5)))) {
        #[task]
        fn body(lock: &'static Mutex<Option<i32>>) -> (i32, bool) {
            let n = match *lock.lock().unwrap() {
                Some(n) => yield_!(op("x", n)) + i32::from(lock.try_lock().is_err()) * 100,
                None => 0,
            };
            (n, lock.try_lock().is_ok())
        }
    }
}

case! {
    guard_in_a_scrutinee_that_copies(forever(Mutex::new(vec![5]))) {
        #[task]
        fn body(lock: &'static Mutex<Vec<i32>>) -> (i32, bool) {
            let n = match lock.lock().unwrap().len() {
                0 => 0,
                n => yield_!(op("x", n as i32)) + i32::from(lock.try_lock().is_err()) * 100,
            };
            (n, lock.try_lock().is_ok())
        }
    }
}

case! {
    guard_in_an_if_condition(forever(Mutex::new(5))) {
        #[task]
        fn body(lock: &'static Mutex<i32>) -> (i32, bool) {
            let n = if *lock.lock().unwrap() == 5 {
                yield_!(op("x", 1)) + i32::from(lock.try_lock().is_err()) * 100
            } else {
                0
            };
            (n, lock.try_lock().is_ok())
        }
    }
}

case! {
    guard_in_a_while_condition(cell(2)) {
        #[task]
        fn body(cell: &'static RefCell<i32>) -> i32 {
            while *cell.borrow() > 0 {
                let n = yield_!(op("x", 1));
                *cell.borrow_mut() -= n;
            }
            *cell.borrow()
        }
    }
}

case! {
    guard_in_a_method_argument(forever(RefCell::new(vec![1, 2]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> (Vec<i32>, bool) {
            let mut all = vec![];
            all.extend_from_slice(&cell.borrow()[..yield_!(op("x", 1))]);
            cell.borrow_mut().push(all.len() as i32);
            (all, cell.try_borrow_mut().is_ok())
        }
    }
}

case! {
    guard_as_a_receiver(forever(RefCell::new(vec![1, 2]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> Vec<i32> {
            cell.borrow_mut().push(yield_!(op("x", 3)));
            note(cell.try_borrow_mut().is_ok());
            cell.borrow().clone()
        }
    }
}

case! {
    fn owned_guard() -> bool {
        struct Held(Rc<Cell<bool>>);
        impl Held {
            fn new(flag: &Rc<Cell<bool>>) -> Held { flag.set(true); Held(flag.clone()) }
        }
        impl Drop for Held {
            fn drop(&mut self) { note("released"); self.0.set(false); }
        }
        let flag = Rc::new(Cell::new(false));
        let held = Held::new(&flag);
        yield_!(op("x", ()));
        note(flag.get());
        drop(held);
        yield_!(op("y", ()));
        let _held = Held::new(&flag);
        yield_!(op("z", ()));
        flag.get()
    }
}

case! {
    references_with_lifetimes("one two", &[1, 2]) {
        #[task]
        fn body<'t>(text: &'t str, list: &[i32]) -> (&'t str, i32) {
            let mut words = text.split(' ');
            let first = words.next().unwrap();
            yield_!(op("x", ()));
            let mut n = 0;
            for item in list {
                n += yield_!(op("y", *item));
            }
            (words.next().unwrap_or(first), n)
        }
    }
}

case! {
    references_returned_by_operations("one two") {
        #[task]
        fn body(text: &'static str) -> usize {
            let word = yield_!(op("x", text.split(' ').next().unwrap()));
            yield_!(op("y", ()));
            word.len() + text.len()
        }
    }
}

case! {
    fn reborrowed_slices() -> i32 {
        let v = vec![1, 2, 3, 4];
        let tail = &v[1..];
        let last = &tail[1..];
        yield_!(op("x", ()));
        tail[0] + last[0]
    }
}

case! {
    fn pointer_into_a_local_that_is_a_reference() -> i32 {
        let v: &'static [i32] = &[1, 2, 3];
        let (head, tail) = v.split_first().unwrap();
        let last = tail.last().unwrap();
        yield_!(op("x", ()));
        head + last + v.len() as i32
    }
}

case! {
    guard_in_a_while_let(forever(RefCell::new(vec![1, 2]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> i32 {
            let mut n = 0;
            while let Some(item) = cell.borrow_mut().pop() {
                n += yield_!(op("x", item)) + i32::from(cell.try_borrow().is_err()) * 100;
            }
            n + i32::from(cell.try_borrow().is_err()) * 1000
        }
    }
}

case! {
    guard_in_an_if_let(forever(RefCell::new(vec![1, 2]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> i32 {
            if let Some(item) = cell.borrow().first().copied() {
                yield_!(op("x", item)) + i32::from(cell.try_borrow_mut().is_err()) * 100
            } else {
                yield_!(op("y", 1)) + i32::from(cell.try_borrow_mut().is_err()) * 100
            }
        }
    }
}

case! {
    guard_in_an_if_let_with_else(forever(RefCell::new(vec![]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> i32 {
            if let Some(item) = cell.borrow().first().copied() {
                yield_!(op("x", item)) + i32::from(cell.try_borrow_mut().is_err()) * 100
            } else {
                yield_!(op("y", 1)) + i32::from(cell.try_borrow_mut().is_err()) * 100
            }
        }
    }
}

case! {
    guard_in_a_list_that_is_cloned(forever(RefCell::new(vec![1, 2]))) {
        #[task]
        fn body(cell: &'static RefCell<Vec<i32>>) -> i32 {
            let mut n = 0;
            for item in cell.borrow().clone() {
                n += yield_!(op("x", item)) + i32::from(cell.try_borrow_mut().is_err()) * 100;
            }
            n
        }
    }
}

case! {
    guard_in_an_argument_of_a_call(forever(Mutex::new(5))) {
        #[task]
        fn body(lock: &'static Mutex<i32>) -> i32 {
            fn two(a: i32, b: i32) -> i32 { a * 100 + b }
            two(*lock.lock().unwrap(), yield_!(op("x", i32::from(lock.try_lock().is_err())))) +
                i32::from(lock.try_lock().is_err())
        }
    }
}

case! {
    guard_in_an_assignment(cell(5)) {
        #[task]
        fn body(cell: &'static RefCell<i32>) -> i32 {
            *cell.borrow_mut() = yield_!(op("x", i32::from(cell.try_borrow().is_err())));
            note(cell.try_borrow().is_ok());
            *cell.borrow()
        }
    }
}

case! {
    guard_in_a_field_access(forever(Mutex::new((5, 6)))) {
        #[task]
        fn body(lock: &'static Mutex<(i32, i32)>) -> i32 {
            let n = lock.lock().unwrap().0 + yield_!(op("x", 1)) + i32::from(lock.try_lock().is_err()) * 100;
            n + i32::from(lock.try_lock().is_err()) * 1000
        }
    }
}

case! {
    guard_in_an_index(forever(Mutex::new(vec![5, 6]))) {
        #[task]
        fn body(lock: &'static Mutex<Vec<i32>>) -> i32 {
            let n = lock.lock().unwrap()[yield_!(op("x", 1))] + i32::from(lock.try_lock().is_err()) * 100;
            n + i32::from(lock.try_lock().is_err()) * 1000
        }
    }
}

case! {
    guard_in_a_statement_of_a_block(forever(Mutex::new(5))) {
        #[task]
        fn body(lock: &'static Mutex<i32>) -> i32 {
            let n = {
                let _a = loud("a");
                *lock.lock().unwrap() + yield_!(op("x", 1))
            };
            n + i32::from(lock.try_lock().is_err()) * 1000
        }
    }
}

case! {
    guard_in_a_condition_with_a_yield(forever(Mutex::new(5))) {
        #[task]
        fn body(lock: &'static Mutex<i32>) -> i32 {
            if *lock.lock().unwrap() == yield_!(op("x", 5)) {
                yield_!(op("y", 1)) + i32::from(lock.try_lock().is_err()) * 100
            } else {
                0
            }
        }
    }
}

case! {
    guard_in_a_while_condition_with_a_yield(cell(0)) {
        #[task]
        fn body(cell: &'static RefCell<i32>) -> i32 {
            while *cell.borrow() < yield_!(op("x", 2)) {
                let n = yield_!(op("y", 1)) + i32::from(cell.try_borrow_mut().is_err()) * 100;
                *cell.borrow_mut() += n;
            }
            *cell.borrow()
        }
    }
}

case! {
    fn loop_over_a_borrowed_list() -> usize {
        let list = vec![loud("a"), loud("b")];
        let mut n = 0;
        for item in &list {
            yield_!(op("x", ()));
            n += item.touch();
        }
        n + list.len()
    }
}

case! {
    fn loop_over_a_mutably_borrowed_list() -> Vec<i32> {
        let mut list = vec![1, 2];
        for item in &mut list {
            *item += yield_!(op("x", 10));
        }
        list
    }
}

case! {
    fn loop_over_iter() -> i32 {
        let list = vec![1, 2, 3];
        let mut n = 0;
        for item in list.iter() {
            n += yield_!(op("x", *item));
        }
        n
    }
}

case! {
    fn if_let_on_a_borrow() -> usize {
        let slot = Some(loud("a"));
        let n = if let Some(a) = &slot {
            yield_!(op("x", ()));
            a.touch()
        } else {
            0
        };
        n + slot.iter().len()
    }
}

case! {
    fn match_on_a_borrow() -> usize {
        let pair = (Some(loud("a")), 3);
        match &pair {
            (Some(a), n) => { yield_!(op("x", ())); a.touch() + n }
            (None, _) => 0,
        }
    }
}

case! {
    fn loops_of_many_kinds() -> Vec<String> {
        let list = vec![String::from("a"), String::from("b")];
        let mut out = vec![];
        for (i, s) in list.iter().enumerate().rev() {
            let n = yield_!(op("x", i));
            if n == 0 { continue; }
            out.push(format!("{s}{i}{n}"));
        }
        let text = String::from("xy");
        for c in text.chars() {
            yield_!(op("y", ()));
            out.push(c.to_string());
            if c == 'x' { continue; }
            break;
        }
        let mut grid = [[1, 2], [3, 4]];
        for row in &mut grid {
            for cell in row.iter_mut() {
                *cell += yield_!(op("z", 1));
            }
        }
        out.push(format!("{grid:?}"));
        out
    }
}

case! {
    fn borrows_that_patterns_take_apart() -> Vec<String> {
        let mut out = vec![];
        let pair = (Some(String::from("p")), 3);
        if let (Some(p), n) = &pair {
            yield_!(op("w", ()));
            out.push(format!("{p}{n}"));
            yield_!(op("v", ()));
            out.push(p.clone());
        }
        let mut slot = Some(4);
        if let Some(v) = &mut slot {
            *v += yield_!(op("u", 1));
            *v += 1;
        }
        while let Some(v) = &slot {
            yield_!(op("t", ()));
            if *v > 0 { break; }
        }
        match &pair.0 {
            Some(p) if p.len() == 1 => { yield_!(op("s", ())); out.push(p.to_uppercase()) }
            _ => {}
        }
        out.push(format!("{slot:?}"));
        out
    }
}

case! {
    fn loops_with_labels_over_nested_lists() -> usize {
        let lists = vec![vec![loud("a"), loud("b")], vec![], vec![loud("c")]];
        let mut n = 0;
        'outer: for list in &lists {
            for item in list {
                if yield_!(op("x", item.touch())) == 1 && n > 2 { continue 'outer; }
                n += item.touch();
            }
            n += yield_!(op("y", list.len()));
        }
        n
    }
}

case! {
    fn a_variable_that_changes_after_it_was_an_index() -> String {
        let rows = [Some("one"), Some("two")];
        let mut i = 0;
        if let Some(word) = &rows[i] {
            i = 1;
            yield_!(op("x", i));
            format!("{word}{i}")
        } else {
            String::new()
        }
    }
}

case! {
    loops_over_what_is_lent_exclusively(forever(vec![1, 2]), forever((vec![3], Some(4)))) {
        #[task]
        fn body(numbers: &'static mut Vec<i32>, shelf: &'static mut (Vec<i32>, Option<i32>)) -> i32 {
            for n in numbers.iter_mut() {
                *n *= yield_!(op("n", 2));
            }
            for n in &mut shelf.0 {
                *n += yield_!(op("x", 1));
            }
            if let Some(n) = &mut shelf.1 {
                *n += yield_!(op("y", 1));
                *n += 1;
            }
            let mut sum = 0;
            for n in shelf.0.iter() {
                yield_!(op("z", ()));
                sum += n;
            }
            sum + shelf.1.unwrap_or_default() + numbers[0]
        }
    }
}

case! {
    fn loops_over_views_of_a_local() -> Vec<String> {
        let text = String::from("ab cd\nef");
        let size = 2;
        let mut out = vec![];
        for piece in text.as_bytes().chunks(1 + size) {
            out.push(format!("{}{}", piece.len(), yield_!(op("x", piece[0]))));
        }
        for (i, line) in text.lines().enumerate() {
            for word in line.split(' ').skip(i) {
                yield_!(op("y", ()));
                out.push(word.to_owned());
            }
        }
        out
    }
}

case! {
    fn an_index_that_is_waited_for() -> usize {
        let mut list = vec![1u8, 2, 3];
        let a = &mut list[yield_!(op("i", 1))];
        *a += 1;
        yield_!(op("x", *a));
        *a += 1;
        let (b, c) = (&list[yield_!(op("j", loud("j"))).touch()], &list[loud("k").touch() - 1]);
        yield_!(op("y", *b));
        usize::from(b + c)
    }
}

case! {
    fn ends_of_a_range_that_are_waited_for() -> usize {
        let mut list = vec![1u8, 2, 3];
        let mut i = 0;
        let part = &mut list[{ i += 1; i }..yield_!(op("end", 3))];
        part[0] += 1;
        i = 9;
        yield_!(op("x", part[0]));
        part[1] += 1;
        let n = match &list[..yield_!(op("end", 2))] { [a, b] => { yield_!(op("y", *a)); usize::from(*b) } _ => 0 };
        let m = if let [a, _] = &list[yield_!(op("start", 1))..] { yield_!(op("z", *a)); usize::from(*a) } else { 0 };
        i + n + m
    }
}

case! {
    fn an_index_of_a_loop_that_is_waited_for() -> usize {
        let list = vec![1u8, 2, 3];
        let mut n = 0;
        for x in list.iter().skip(yield_!(op("i", 1))) { n += usize::from(yield_!(op("x", *x))); }
        for x in &list[yield_!(op("a", 0))..yield_!(op("b", loud("bb"))).touch()] { n += usize::from(yield_!(op("y", *x))); }
        n
    }
}
