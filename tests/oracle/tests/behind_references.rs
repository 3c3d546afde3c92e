//! Borrows that lead through a reference, which may lead elsewhere after the wait; and operands that are copied before the
//! others change them.
#![allow(clippy::all, unused_assignments, reason = "the bodies are what is tested")]

use oracle::prelude::*;

struct Cursor {
    view: &'static [i32],
    deep: Deep,
}

struct Deep {
    view: &'static [i32],
}

impl Cursor {
    fn advance(&mut self) {
        advance(&mut self.view);
        advance(&mut self.deep.view);
    }

    fn first(&self) -> &'static i32 {
        &self.view[0]
    }
}

fn advance(view: &mut &'static [i32]) {
    *view = &view[1..];
}

fn cursor() -> Cursor {
    Cursor { view: &[1, 2, 3], deep: Deep { view: &[7, 8, 9] } }
}

fn leak(n: i32) -> &'static mut Vec<i32> {
    Box::leak(Box::new(vec![n, n + 1]))
}

struct Counter {
    total: u32,
    text: String,
    list: Vec<u32>,
}

impl Counter {
    fn bump(&mut self) {
        self.total += 100;
    }

    fn look(&self) -> u32 {
        self.total
    }
}

fn counter() -> Counter {
    Counter { total: 1, text: "t".to_owned(), list: vec![1, 2, 3] }
}

case! {
    fn a_loop_over_a_field() {
        let mut cursor = cursor();
        for x in cursor.deep.view {
            yield_!(op("w", 1));
            cursor.advance();
            note(*x);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn a_loop_over_characters() {
        let mut cursor = ("abc", 1);
        for x in cursor.0.chars() {
            yield_!(op("w", 1));
            cursor.0 = "xyz";
            note(x as i32);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn a_loop_over_a_borrow() {
        let mut cursor = cursor();
        for x in &cursor.view[..] {
            yield_!(op("w", 1));
            cursor.advance();
            note(*x);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn a_loop_with_adapters() {
        let mut cursor = cursor();
        for (i, x) in cursor.view.iter().rev().enumerate() {
            yield_!(op("w", 1));
            cursor.advance();
            note(*x + i as i32);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn while_let_of_a_part() {
        let mut cursor = cursor();
        while let Some(x) = cursor.view.first() {
            yield_!(op("w", 1));
            cursor.advance();
            note(*x);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn while_let_of_a_slice() {
        let mut cursor = cursor();
        while let [x, rest @ ..] = cursor.view {
            cursor.view = rest;
            note(*x);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn while_let_of_a_borrow() {
        let mut cursor = cursor();
        while let [x, rest @ ..] = &*cursor.view {
            cursor.view = rest;
            note(*x);
            yield_!(op("x", 1));
        }
    }
}

case! {
    fn a_match_by_reference() {
        let mut cursor = cursor();
        match *cursor.view {
          [ref x, ..] => {
            cursor.view = &[9];
            note(*x);
            yield_!(op("x", 1));
            note(*x + 1);
            yield_!(op("x", 1));
          }
          [] => {}
        }
    }
}

case! {
    fn let_else_of_a_borrow() {
        let mut cursor = cursor();
        let [x, ..] = &cursor.view[..] else { return };
        cursor.advance();
        note(*x);
            yield_!(op("x", 1));
        note(*x + 1);
            yield_!(op("x", 1));
    }
}

case! {
    fn let_else_of_a_part() {
        let mut cursor = cursor();
        let Some(x) = cursor.view.get(0) else { return };
        cursor.advance();
        note(*x);
            yield_!(op("x", 1));
        note(*x + 1);
            yield_!(op("x", 1));
    }
}

case! {
    fn what_a_call_lent() {
        let mut cursor = cursor();
        let x = cursor.first();
        cursor.advance();
        note(*x);
            yield_!(op("x", 1));
        note(*x + 1);
            yield_!(op("x", 1));
    }
}

case! {
    fn operands_of_a_tuple() {
        let mut cursor = cursor();
        let t = (&cursor.view[0], { cursor.advance(); yield_!(op("x", 5)) });
        note(*t.0 + 1 + t.1);
            yield_!(op("x", 1));
    }
}

case! {
    fn arguments_of_a_call() {
        let mut cursor = cursor();
        fn sum(a: &i32, b: i32) -> i32 { *a + b }
        let t = sum(&cursor.view[0], { cursor.advance(); yield_!(op("x", 5)) });
        note(t);
            yield_!(op("x", 1));
        let t = sum(&cursor.deep.view[0], { let r = yield_!(op("x", 5)); cursor.deep.view = &[100]; r });
        note(t);
            yield_!(op("x", 1));
    }
}

case! {
    fn a_receiver_that_is_a_number() {
        let mut cursor = cursor();
        let t = cursor.view[0].max({ cursor.advance(); yield_!(op("x", 0)) });
        note(t);
            yield_!(op("x", 1));
    }
}

case! {
    fn an_exclusive_reference_that_is_replaced() {
            let mut holder = (leak(1), 0);
            let x = &mut holder.0[0];
            holder.0 = leak(100);
            *x += 10;
            note(*x);
            yield_!(op("x", 1));
            *x += 10;
            note(*x);
            yield_!(op("x", 1));
            note(holder.0[0]);
            yield_!(op("x", 1));
    }
}

case! {
    fn a_field_that_is_assigned_to() {
        let mut cursor = cursor();
        let x = &cursor.view[0];
        cursor.view = &[4, 5, 6];
        yield_!(op("w", 1));
        note(*x);
    }
}

case! {
    fn a_method_that_moves_the_cursor() {
        let mut cursor = cursor();
        let x = &cursor.view[0];
        cursor.advance();
        yield_!(op("w", 1));
        note(*x);
    }
}

case! {
    fn a_call_that_moves_the_cursor() {
        let mut cursor = cursor();
        let x = &cursor.view[0];
        advance(&mut cursor.view);
        yield_!(op("w", 1));
        note(*x);
    }
}

case! {
    fn a_local_that_is_moved_on_before_the_wait() {
        let mut view: &'static [i32] = &[1, 2, 3];
        let x = &view[0];
        advance(&mut view);
        yield_!(op("w", 1));
        note(*x);
    }
}

case! {
    fn a_local_that_is_moved_on_after_the_wait() {
        let mut view: &'static [i32] = &[1, 2, 3];
        let x = &view[0];
        yield_!(op("w", 1));
        advance(&mut view);
        note(*x);
    }
}

case! {
    fn a_part_of_a_local() {
        let mut view: &'static [i32] = &[1, 2, 3];
        if let Some(x) = view.get(0) {
            yield_!(op("w", 1));
            advance(&mut view);
            note(*x);
        }
    }
}

case! {
    fn a_part_of_a_field() {
        let mut cursor = cursor();
        if let Some(x) = cursor.view.get(0) {
            yield_!(op("w", 1));
            cursor.advance();
            note(*x);
        }
    }
}

case! {
    fn a_loop_over_a_local() {
        let mut view: &'static [i32] = &[1, 2, 3];
        for x in view {
            yield_!(op("w", 1));
            advance(&mut view);
            note(*x);
        }
    }
}

case! {
    fn a_loop_over_an_iterator_of_a_local() {
        let mut view: &'static [i32] = &[1, 2, 3];
        for x in view.iter() {
            yield_!(op("w", 1));
            advance(&mut view);
            note(*x);
        }
    }
}

case! {
    fn a_match_of_what_a_local_leads_to() {
        let mut pair: &'static (i32, i32) = &(1, 2);
        match *pair {
            (ref a, ref b) => {
                std::mem::swap(&mut pair, &mut &(3, 4));
                yield_!(op("w", 1));
                note(*a + *b);
            }
        }
    }
}

case! {
    fn a_pattern_of_a_reference() {
        let mut pair: &'static (i32, i32) = &(1, 2);
        let (a, b) = pair;
        std::mem::swap(&mut pair, &mut &(3, 4));
        yield_!(op("w", 1));
        note(*a + *b + pair.0);
    }
}

case! {
    fn a_pattern_of_what_a_local_leads_to() {
        let mut pair: &'static (i32, i32) = &(1, 2);
        let (a, b) = &*pair;
        std::mem::swap(&mut pair, &mut &(3, 4));
        yield_!(op("w", 1));
        note(*a + *b + pair.0);
    }
}

case! {
    fn a_number_that_a_method_is_called_on() -> u32 {
        let mut c = counter();
        c.total.wrapping_add({ c.bump(); yield_!(op("x", 1)) })
    }
}

case! {
    fn a_local_number_that_a_method_is_called_on() -> u32 {
        let mut n = 1u32;
        fn bump(n: &mut u32) -> u32 { *n += 10; *n }
        n.wrapping_add({ bump(&mut n); yield_!(op("x", 1)) })
    }
}

case! {
    fn the_greater_of_two_numbers() -> u32 {
        let mut c = counter();
        c.total.max({ c.bump(); yield_!(op("x", 1)) })
    }
}

case! {
    fn a_number_that_is_compared() -> bool {
        let mut c = counter();
        c.total < { c.bump(); yield_!(op("x", 50)) }
    }
}

case! {
    fn a_number_that_is_equal() -> bool {
        let mut c = counter();
        c.total == { c.bump(); yield_!(op("x", 1)) }
    }
}

case! {
    fn a_number_on_the_right() -> bool {
        let mut c = counter();
        (yield_!(op("x", 1)) + { c.bump(); 0 }) == c.total
    }
}

case! {
    fn a_text_that_is_compared() -> bool {
        let c = counter();
        c.text == { c.look(); yield_!(op("x", "t")) }
    }
}

case! {
    fn a_text_that_a_method_is_called_on() -> bool {
        let c = counter();
        c.text.starts_with({ c.look(); yield_!(op("x", "t")) })
    }
}

case! {
    fn a_list_that_is_pushed_to() -> u32 {
        let mut c = counter();
        c.list.push({ c.look(); yield_!(op("x", 1)) });
        c.list.push(yield_!(op("x", c.look())));
        c.list[0] + c.list[3]
    }
}

case! {
    fn a_number_that_is_printed() -> String {
        let c = counter();
        format!("{} {}", c.total, { yield_!(op("x", c.look())) })
    }
}

case! {
    fn a_list_that_is_indexed() -> u32 {
        let c = counter();
        c.list[yield_!(op("x", c.look())) as usize]
    }
}

case! {
    fn a_number_that_is_added_to() -> u32 {
        let mut c = counter();
        c.total + { c.bump(); yield_!(op("x", 1)) } + c.total
    }
}

case! {
    fn a_number_that_is_assigned_to() -> u32 {
        let mut c = counter();
        c.total += { c.bump(); yield_!(op("x", 1)) };
        c.total
    }
}

struct Entries {
    entry: Option<&'static (i32, i32)>,
    own: Option<(i32, i32)>,
    list: Vec<&'static (i32, i32)>,
}

impl Entries {
    fn advance(&mut self) {
        self.entry = Some(&(7, 8));
        self.list[0] = &(9, 9);
    }

    fn log(&self) {}
}

fn entries() -> Entries {
    Entries { entry: Some(&(1, 2)), own: Some((3, 4)), list: vec![&(1, 2), &(3, 4)] }
}

case! {
    fn a_pattern_through_a_reference_in_an_option() {
        let mut s = entries();
        if let Some((a, b)) = &s.entry {
            s.advance();
            yield_!(op("x", 1));
            note(*a + *b);
        }
    }
}

case! {
    fn a_pattern_of_an_option() {
        let mut s = entries();
        if let Some((a, b)) = &s.own {
            s.log();
            yield_!(op("x", 1));
            note(*a + *b);
        }
        s.advance();
    }
}

case! {
    fn a_pattern_of_each_item() {
        let mut s = entries();
        for (a, b) in &s.list {
            s.log();
            yield_!(op("x", 1));
            note(*a + *b);
        }
        s.advance();
    }
}

case! {
    fn a_pattern_of_the_first_item() {
        let mut s = entries();
        for (a, b) in s.list.iter() {
            s.advance();
            yield_!(op("x", 1));
            note(*a + *b);
            break;
        }
    }
}

case! {
    fn a_pattern_of_each_item_with_its_number() {
        let mut s = entries();
        for (i, (a, b)) in s.list.iter().enumerate() {
            s.log();
            yield_!(op("x", 1));
            note(*a + *b + i as i32);
        }
        s.advance();
    }
}

case! {
    fn alternatives_and_all_of_an_option() {
        let mut s = entries();
        match &s.entry {
            Some((a, 5) | (5, a)) => { s.log(); yield_!(op("x", 1)); note(*a); }
            Some(p @ (a, 2)) => { s.log(); yield_!(op("x", 1)); note(*a + p.0); }
            _ => {}
        }
        s.advance();
    }
}

case! {
    fn let_else_through_a_reference_in_an_option() {
        let mut s = entries();
        let Some((a, _)) = &s.entry else { return };
        s.advance();
        yield_!(op("x", 1));
        note(*a);
    }
}

case! {
    fn a_reference_in_an_option() {
        let mut s = entries();
        if let Some(p) = &s.entry {
            s.log();
            yield_!(op("x", 1));
            note(p.0);
        }
        s.advance();
    }
}

// An index on the way to a place is evaluated once, wherever the place is asked for.

fn sum(a: &i32, b: i32) -> i32 {
    *a + b
}

case! {
    fn an_index_of_an_operand_that_is_borrowed() {
        let mut c = counter();
        note(std::cmp::max(&c.list[value("i", 0)], &{ c.look(); yield_!(op("x", 1)) }));
        c.bump();
    }
}

case! {
    fn an_index_behind_a_reference_that_moves_on() -> i32 {
        let mut c = cursor();
        sum(&c.view[value("i", 0)], { c.advance(); yield_!(op("x", 1)) })
    }
}

case! {
    fn an_index_behind_a_reference_that_stays() -> i32 {
        let c = cursor();
        sum(&c.view[value("i", 0)], { c.first(); yield_!(op("x", 1)) })
    }
}

case! {
    fn an_index_of_a_receiver() -> bool {
        let c = counter();
        c.list[value("i", 0)..].starts_with({ c.look(); yield_!(op("x", &[1])) })
    }
}

case! {
    fn an_index_of_a_receiver_that_waits() -> bool {
        let c = counter();
        c.list[yield_!(op("i", 0))..].starts_with({ c.look(); yield_!(op("x", &[1])) })
    }
}

case! {
    fn an_index_of_a_number_that_is_compared() -> bool {
        let mut c = cursor();
        c.view[value("i", 0)] < { c.advance(); yield_!(op("x", 2)) }
    }
}

case! {
    fn an_index_of_what_is_gone_through() -> i32 {
        let mut c = cursor();
        for x in c.view[value("i", 1)..].iter() {
            c.advance();
            yield_!(op("x", 2));
            note(*x);
            break;
        }
        let x = &c.view[value("i", 0)];
        c.advance();
        yield_!(op("y", 2));
        *x
    }
}
