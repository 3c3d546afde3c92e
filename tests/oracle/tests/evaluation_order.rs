//! Evaluation order: operands are evaluated from left to right, once, also when a yield stands between them.
#![allow(clippy::all, unused_assignments, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn shared_reference_reassigned_in_a_later_operand() -> (i32, i32) {
        let mut r: &'static i32 = &1;
        let both = (*r, { r = &2; yield_!(op("x", 10)) });
        (both.0 + both.1, *r)
    }
}

case! {
    fn reborrow_of_a_reassigned_reference() -> (String, i32) {
        fn show(s: &str, n: i32) -> String { format!("{s}{n}") }
        let mut r = "one";
        let s = show(&*r, { r = "two"; yield_!(op("x", 10)) });
        (s, r.len() as i32)
    }
}

case! {
    fn comparison_with_a_place_changed_by_the_right_side() -> (bool, i32) {
        let mut x = 1;
        let same = x == { x = 5; yield_!(op("x", 5)) };
        (same, x)
    }
}

case! {
    fn receiver_reassigned_in_an_argument() -> (bool, usize) {
        let mut r = "one";
        let same = r.starts_with({ r = "two"; yield_!(op("x", "two")) });
        (same, r.len())
    }
}

case! {
    fn struct_base_is_evaluated_last() -> Pair {
        fn base() -> Pair { Pair { left: loud("l"), right: loud("r") } }
        Pair { right: yield_!(op("x", loud("R"))), ..base() }
    }
}

case! {
    fn and_or_operands() -> bool {
        loud("a").touch() == 1 && yield_!(op("x", false)) || loud("b").touch() == yield_!(op("y", 1))
    }
}

case! {
    fn call_arguments() -> Vec<i32> {
        fn four(a: i32, b: i32, c: i32, d: i32) -> Vec<i32> { vec![a, b, c, d] }
        four(value("a", 1), yield_!(op("b", 2)), value("c", 3), yield_!(op("d", 4)))
    }
}

case! {
    fn call_arguments_that_are_dropped_on_the_way() -> usize {
        fn three(a: Loud, b: Loud, c: Loud) -> usize { a.touch() + b.touch() + c.touch() }
        three(loud("a"), yield_!(op("b", loud("b"))), loud("c"))
    }
}

case! {
    fn function_expression_before_arguments() -> i32 {
        fn pick(name: &str) -> fn(i32, i32) -> i32 {
            tell(name);
            |a, b| a * 10 + b
        }
        pick("function")(value("a", 1), yield_!(op("b", 2)))
    }
}

case! {
    fn method_receiver_before_arguments() -> String {
        let make = || { tell("receiver"); String::from("a") };
        make().replace(value("from", "a"), yield_!(op("to", "b")))
    }
}

case! {
    fn method_receiver_that_borrows() -> Vec<i32> {
        let mut list = vec![1];
        list.push(yield_!(op("a", 2)));
        list.insert(value("at", 0), yield_!(op("b", 3)));
        list.extend(yield_!(op("c", vec![4, 5])));
        list
    }
}

case! {
    fn builder_by_mutable_reference() -> Vec<i32> {
        #[derive(Default)]
        struct Builder(Vec<i32>);
        impl Builder {
            fn add(&mut self, n: i32) -> &mut Builder { tell("add"); self.0.push(n); self }
        }
        let mut builder = Builder::default();
        let n = yield_!(op("first", 1));
        builder.add(n).add(value("second", 2));
        builder.add(yield_!(op("third", 3)));
        builder.0
    }
}

case! {
    fn binary_operands() -> i32 {
        value("a", 1) + yield_!(op("b", 2)) * value("c", 3) - yield_!(op("d", 4)) % value("e", 3)
    }
}

case! {
    fn comparison_operands() -> (bool, bool) {
        (value("a", 1) < yield_!(op("b", 2)), loud("c") == yield_!(op("d", loud("c"))))
    }
}

case! {
    fn variable_read_before_it_changes() -> i32 {
        let mut n = 1;
        n + { n += 10; yield_!(op("x", 100)) } + n
    }
}

case! {
    fn variable_read_before_a_yield_in_a_tuple() -> (i32, i32, i32) {
        let mut n = 1;
        (n, { n += 1; yield_!(op("x", n)) }, { n += 1; n })
    }
}

case! {
    fn field_read_before_it_changes() -> (i32, i32) {
        struct Point { x: i32, y: i32 }
        let mut p = Point { x: 1, y: 2 };
        let sum = p.x + { p.x = 10; yield_!(op("x", p.y)) };
        (sum, p.x)
    }
}

case! {
    fn element_read_before_it_changes() -> (i32, i32) {
        let mut v = [1, 2];
        let sum = v[0] + { v[0] = 10; yield_!(op("x", v[1])) };
        (sum, v[0])
    }
}

case! {
    fn assignment_to_an_index() -> [i32; 3] {
        let mut v = [0; 3];
        v[value("index", 1)] = yield_!(op("x", 5));
        v[yield_!(op("i", 2))] = value("right", 7);
        v[yield_!(op("j", 0))] = yield_!(op("k", 9));
        v
    }
}

case! {
    fn compound_assignment_to_a_variable() -> i32 {
        let mut n = 1;
        n += yield_!(op("a", 2));
        n *= n + yield_!(op("b", 2));
        n -= { n = 100; yield_!(op("c", 3)) };
        n <<= yield_!(op("d", 1));
        n
    }
}

case! {
    fn compound_assignment_overloaded() -> Vec<i32> {
        #[derive(Debug)]
        struct Sum(Vec<i32>);
        impl std::ops::AddAssign<i32> for Sum {
            fn add_assign(&mut self, n: i32) { tell("add"); self.0.push(n); }
        }
        let mut sum = Sum(vec![]);
        sum += yield_!(op("a", 2));
        sum += value("b", 3) + yield_!(op("c", 4));
        sum.0
    }
}

case! {
    fn assignment_through_a_call() -> Loud {
        fn place<'a>(n: &'a mut Loud) -> &'a mut Loud { tell("place"); n }
        let mut n = loud("old");
        *place(&mut n) = yield_!(op("a", loud("new")));
        n
    }
}

case! {
    fn tuple_and_array_elements() -> ((i32, i32, i32), [i32; 3]) {
        (
            (value("a", 1), yield_!(op("b", 2)), value("c", 3)),
            [yield_!(op("d", 4)), value("e", 5), yield_!(op("f", 6))],
        )
    }
}

case! {
    fn elements_that_are_dropped_on_the_way() -> usize {
        let all = [loud("a"), loud("b"), yield_!(op("x", loud("c"))), loud("d")];
        all.len()
    }
}

case! {
    fn struct_fields_in_the_order_of_the_text() -> Pair {
        Pair { right: loud("r"), left: yield_!(op("x", loud("l"))) }
    }
}

case! {
    fn struct_base_is_a_call() -> Pair {
        fn base() -> Pair { Pair { left: loud("l"), right: loud("r") } }
        Pair { right: yield_!(op("x", loud("R"))), ..base() }
    }
}

case! {
    fn struct_base_with_a_yield() -> Pair {
        Pair { right: loud("R"), ..yield_!(op("x", Pair { left: loud("l"), right: loud("r") })) }
    }
}

case! {
    fn range_ends() -> Vec<i32> {
        let mut all: Vec<i32> = (value("a", 1)..yield_!(op("b", 4))).collect();
        all.extend(yield_!(op("c", 7))..=value("d", 8));
        all
    }
}

case! {
    fn short_circuits() -> (bool, bool, bool, bool) {
        let a = value("a", false) && yield_!(op("b", true));
        let c = value("c", true) || yield_!(op("d", true));
        let e = yield_!(op("e", true)) && value("f", true) && yield_!(op("g", false));
        let h = yield_!(op("h", false)) || yield_!(op("i", false)) || value("j", true);
        (a, c, e, h)
    }
}

case! {
    fn short_circuit_inside_an_operand() -> i32 {
        value("a", 1) + if value("b", true) && yield_!(op("c", true)) { value("d", 2) } else { 3 }
    }
}

case! {
    fn operation_arguments_are_evaluated_once() -> i32 {
        yield_!(slow(value("name", "x"), value("times", 3), value("value", 7)))
    }
}

case! {
    fn operation_arguments_of_a_borrowing_operation_are_evaluated_once() -> Vec<i32> {
        let mut list = vec![];
        yield_!(append("x", &mut list, value("item", 7)));
        yield_!(append("y", &mut list, value("item", 8) + value("more", 1)));
        list
    }
}

case! {
    fn nested_calls() -> i32 {
        fn two(a: i32, b: i32) -> i32 { tell("call"); a * 10 + b }
        two(two(value("a", 1), yield_!(op("b", 2))), two(yield_!(op("c", 3)), value("d", 4)))
    }
}

case! {
    fn reference_argument_to_a_place_then_a_yield() -> usize {
        fn with(text: &Loud, n: usize) -> usize { text.touch() + n }
        let text = loud("text");
        with(&text, yield_!(op("x", 1)))
    }
}

case! {
    fn mutable_reference_argument_then_a_yield() -> Vec<i32> {
        fn with(list: &mut Vec<i32>, n: i32) -> usize { list.push(n); list.len() }
        let mut list = vec![];
        with(&mut list, yield_!(op("x", 1)));
        with(&mut list, yield_!(op("y", 2)));
        list
    }
}

case! {
    fn shared_cell_read_before_it_changes() -> i32 {
        use std::{cell::Cell, rc::Rc};
        let cell = Rc::new(Cell::new(1));
        cell.get() + { cell.set(5); yield_!(op("x", 10)) } + cell.get()
    }
}

case! {
    fn boxed_place_replaced_by_a_later_operand() -> (i32, i32) {
        let mut boxed = Box::new(1);
        let sum = *boxed + { boxed = Box::new(5); yield_!(op("x", 10)) };
        (sum, *boxed)
    }
}

case! {
    fn cast_and_unary() -> (u8, i32, bool) {
        (yield_!(op("a", 300)) as u8, -yield_!(op("b", 4)), !yield_!(op("c", true)))
    }
}

case! {
    fn macro_arguments_read_places_before_they_change() -> String {
        let mut n = 1;
        let text = format!("{} {}", n + 0, { n = 2; yield_!(op("x", n)) });
        format!("{text} {n}")
    }
}

case! {
    fn copy_argument_changed_by_a_later_argument() -> Vec<i32> {
        fn two(a: i32, b: i32) -> Vec<i32> { vec![a, b] }
        let mut n = 1;
        two(n, { n = 7; yield_!(op("x", n)) })
    }
}

case! {
    fn copy_argument_of_an_operation_changed_while_it_is_made() -> (i32, i32) {
        let mut n = 1;
        let pair = yield_!(op("x", (n, { n = 7; n })));
        (pair.0, pair.1 + n)
    }
}

case! {
    fn copy_argument_of_an_operation_changed_by_a_nested_yield() -> (i32, i32) {
        fn both(a: i32, b: i32) -> oracle::operations::Op<(i32, i32)> { op("both", (a, b)) }
        let mut n = 1;
        yield_!(both(n, { n = 7; yield_!(op("x", n)) }))
    }
}

case! {
    fn moved_argument_of_an_operation_then_a_nested_yield() -> usize {
        fn both(a: Loud, b: usize) -> oracle::operations::Op<usize> { op("both", a.touch() + b) }
        let a = loud("a");
        yield_!(both(a, yield_!(op("x", 3))))
    }
}

case! {
    fn elements_compared_before_they_change() -> bool {
        let mut v = [1, 2];
        v[0] == { v[0] = 5; yield_!(op("x", 5)) }
    }
}

case! {
    fn fields_compared_before_they_change() -> bool {
        let mut v = (1, 2);
        v.0 < { v.0 = 5; yield_!(op("x", 3)) }
    }
}

case! {
    fn dereferences_compared_before_they_change() -> bool {
        let mut r: &'static i32 = &1;
        *r == { r = &5; yield_!(op("x", 5)) }
    }
}

case! {
    fn index_variable_of_an_assignment_changed_by_the_right_side() -> [i32; 2] {
        let mut v = [1, 2];
        let mut i = 0;
        v[i] = { i = 1; yield_!(op("x", 10)) };
        v[i] += 1;
        v
    }
}

case! {
    fn pointer_of_an_assignment_changed_by_the_right_side() -> i32 {
        let mut r: &'static mut i32 = Box::leak(Box::new(1));
        *r = { r = Box::leak(Box::new(5)); yield_!(op("x", 10)) };
        *r
    }
}

case! {
    fn receiver_by_mutable_reference_changed_by_an_argument() -> Vec<i32> {
        let mut r: &'static mut Vec<i32> = Box::leak(Box::new(vec![1]));
        r.push({ r = Box::leak(Box::new(vec![2])); yield_!(op("x", 10)) });
        r.clone()
    }
}

case! {
    fn indexed_reference_changed_by_the_index() -> i32 {
        let one: &'static Vec<i32> = Box::leak(Box::new(vec![1, 2]));
        let two: &'static Vec<i32> = Box::leak(Box::new(vec![3, 4]));
        let mut r = one;
        r[{ r = two; yield_!(op("x", 1)) }] + r[0]
    }
}

case! {
    fn formatted_reference_changed_by_a_later_argument() -> String {
        let mut r: &'static i32 = &1;
        let text = format!("{} {}", *r, { r = &2; yield_!(op("x", 10)) });
        format!("{text} {r}")
    }
}

case! {
    fn asserted_reference_changed_by_a_later_argument() -> i32 {
        let mut r: &'static i32 = &1;
        assert_eq!(*r, { r = &2; yield_!(op("x", 1)) });
        *r
    }
}

case! {
    fn vec_element_changed_by_a_later_one() -> Vec<i32> {
        let mut n = 1;
        let v = vec![n, { n = 2; yield_!(op("x", 10)) }, n];
        v
    }
}

case! {
    fn shorthand_field_changed_by_a_later_one() -> (i32, i32, i32) {
        struct Point { x: i32, y: i32 }
        let mut x = 1;
        let p = Point { x, y: { x = 5; yield_!(op("x", 10)) } };
        (p.x, p.y, x)
    }
}

case! {
    fn range_start_changed_by_the_end() -> Vec<i32> {
        let mut n = 1;
        let mut all: Vec<i32> = (n..{ n = 5; yield_!(op("x", 4)) }).collect();
        all.push(n);
        all
    }
}

case! {
    fn receiver_used_in_its_own_arguments() -> Vec<usize> {
        let mut v = vec![7];
        v.push({ let n = v.len(); yield_!(op("x", n)) });
        v
    }
}

case! {
    fn copied_method_receiver_changed_by_an_argument() -> i32 {
        let mut n = 2i32;
        n.pow({ n = 3; yield_!(op("x", 2)) }) + n
    }
}

case! {
    fn reference_of_a_reference_variable_changed_later() -> i32 {
        let mut s: &'static [i32] = &[1, 2, 3];
        let r = &s[1..];
        s = &[7, 8, 9];
        yield_!(op("x", ()));
        r[0] * 10 + s[0]
    }
}

case! {
    fn mutable_reborrow_of_a_variable_changed_later() -> (i32, i32) {
        let mut p: &'static mut i32 = Box::leak(Box::new(1));
        let r = &mut *p;
        p = Box::leak(Box::new(5));
        yield_!(op("x", ()));
        *r += 10;
        (*r, *p)
    }
}

case! {
    fn reborrow_of_a_field_of_a_variable_changed_later() -> (i32, i32) {
        let mut p: &'static (i32, i32) = &(1, 2);
        let r = &p.1;
        p = &(3, 4);
        yield_!(op("x", ()));
        (*r, p.1)
    }
}

case! {
    fn accessors_of_the_user_are_called_once() -> (Vec<u32>, u32) {
        struct Tickets(std::cell::Cell<u32>);
        impl Tickets {
            fn get(&self) -> u32 { self.0.set(self.0.get() + 1); tell("ticket"); self.0.get() }
        }
        let tickets = Tickets(std::cell::Cell::new(0));
        let mut list = vec![];
        yield_!(append("x", &mut list, tickets.get()));
        (list, tickets.get())
    }
}

case! {
    fn copies_bound_by_a_match_do_not_follow_the_place() -> i32 {
        let mut n = 1;
        match n {
            m => { n = 5; yield_!(op("x", ())); m * 10 + n }
        }
    }
}

case! {
    fn closure_argument_without_types_before_a_yield() -> usize {
        fn apply(f: impl Fn(&str) -> usize, n: usize) -> usize { f("four") + n }
        apply(|s| s.len(), yield_!(op("x", 2)))
    }
}

case! {
    fn inference_of_arguments_before_a_yield() -> String {
        fn three(a: u8, b: Vec<u16>, c: Option<&str>, d: i64) -> String { format!("{a}{b:?}{c:?}{d}") }
        three("7".parse().unwrap(), Vec::new(), None, yield_!(op("x", 2)))
    }
}

case! {
    fn coercions_of_arguments_before_a_yield() -> String {
        fn three(a: &str, b: &[i32], c: Box<dyn std::fmt::Debug>, d: &dyn std::fmt::Debug, n: i32) -> String {
            format!("{a}{b:?}{c:?}{d:?}{n}")
        }
        let text = String::from("text");
        three(&text, &vec![1, 2], Box::new(3), &4, yield_!(op("x", 2)))
    }
}

case_beside_plain! {
    fn index_operands() -> i32 {
        let table = [[1, 2, 3], [4, 5, 6]];
        let row = value("row", 1);
        table[row][yield_!(op("column", 2))] + table[yield_!(op("row", 0))][value("column", 1)]
    }
}

case_beside_plain! {
    fn index_variable_changed_by_a_later_index() -> i32 {
        let table = [[1, 2, 3], [4, 5, 6]];
        let mut i = 1;
        table[i][{ i = 0; yield_!(op("column", 2)) }] + i as i32
    }
}

fn at(name: &str, index: usize) -> usize {
    value(name, index)
}

case! {
    fn an_index_that_is_evaluated_after_the_right_side() -> String {
        let mut a = [1, 2, 3];
        a[at("i", 1)] += yield_!(op("x", 5));
        a[at("j", 2)] *= at("k", 2) as i32 + yield_!(op("y", 1));
        format!("{a:?}")
    }
}

case! {
    fn truths_at_indices() -> String {
        let mut v = vec![true];
        v[at("i", 0)] |= yield_!(op("x", false));
        v[yield_!(op("z", 0))] &= yield_!(op("y", true));
        format!("{v:?}")
    }
}

case! {
    fn an_index_that_the_right_side_changes() -> String {
        let mut v = vec![1.0f32, 2.0];
        let mut i = 0;
        v[i] += { i = 1; yield_!(op("x", 2.0)) };
        format!("{v:?}{i}")
    }
}

case! {
    fn strings_at_indices() -> String {
        let mut v = vec![String::new()];
        let i = at("i", 0);
        v[i] += yield_!(op("x", "a"));
        v[i] += &yield_!(op("y", String::from("b")));
        format!("{v:?}")
    }
}

case_exchange! {
    an_index_after_a_value_that_is_handed_out() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> Vec<usize> {
            let mut v = vec![0; 3];
            v[at("i", 1)] += yield_!(1);
            v[at("j", 2)] -= yield_!(2) & 0;
            v
        }
    }
}

case! {
    fn an_entry_after_the_right_side() -> String {
        let mut m: std::collections::HashMap<&str, i32> = std::collections::HashMap::new();
        *m.entry("a").or_insert(1) += yield_!(op("x", 4));
        *m.get_mut("a").unwrap() -= yield_!(op("y", 1));
        format!("{m:?}")
    }
}

fn pair(a: i32, b: i32) -> oracle::operations::Op<(i32, i32)> {
    slow(format!("pair of {a}, {b}"), 2, (a, b))
}

case! {
    fn number_that_a_later_argument_of_the_operation_changes() -> ((i32, i32), i32) {
        let mut n = 1;
        let both = yield_!(pair(n, { n += 4; n }));
        n *= 2;
        (both, n)
    }
}

case! {
    fn number_that_an_earlier_argument_of_the_operation_changes() -> ((i32, i32), i32) {
        let mut n = 1;
        let both = yield_!(pair({ n += 4; n }, n));
        (both, n)
    }
}

case! {
    fn numbers_that_change_from_turn_to_turn() -> Vec<(i32, i32)> {
        let mut last = 0;
        let mut all = Vec::new();
        for i in 0..3 {
            let both = yield_!(pair(last, i));
            last += both.1 + 10;
            all.push(both);
        }
        all
    }
}

/// Arguments of operations that borrow: what is read of a local before another argument changes it.
mod arguments_of_what_is_begun_again {
    use oracle::operations::Op;

    use super::*;

    struct Maker(u32);

    impl Maker {
        fn pair(&self, a: u32, b: u32) -> Op<(u32, u32)> {
            op("pair", (a + self.0, b))
        }
    }

    fn three(a: &u32, b: u32, c: u32) -> Op<(u32, u32, u32)> {
        op("three", (*a, b, c))
    }

    fn filled(buf: &mut [u8], n: usize) -> Op<usize> {
        buf[0] = 9;
        op("filled", buf.len() * 10 + n)
    }

    fn bump(n: &mut u32) -> u32 {
        *n += 10;
        *n
    }

    case! {
        fn a_number_in_a_method() -> u32 {
            let maker = Maker(1);
            let mut n: u32 = 1;
            for _ in 0..2 {
                let result = yield_!(maker.pair(n, { n += 4; n }));
                tell(format_args!("{n} {result:?}"));
            }
            n
        }
    }

    case! {
        fn a_number_beside_a_borrow() -> (u32, u32, u32) {
            let kept = 9;
            let mut n = 1;
            let result = yield_!(three(&kept, n, { n += 4; n }));
            tell(format_args!("{n}"));
            result
        }
    }

    case! {
        fn a_number_that_a_call_changes() -> (u32, u32) {
            let maker = Maker(0);
            let mut n = 1;
            let result = yield_!(maker.pair(n, bump(&mut n)));
            tell(format_args!("{n}"));
            result
        }
    }

    case! {
        fn an_option_that_is_assigned_to() -> (u32, u32) {
            let maker = Maker(0);
            let mut slot = Some(1);
            let result = yield_!(maker.pair(slot.unwrap(), { slot = Some(5); 7 }));
            tell(format_args!("{slot:?}"));
            result
        }
    }

    case! {
        fn an_index_that_is_changed() -> usize {
            let mut buf = [0u8; 8];
            let mut n = 1;
            let result = yield_!(filled(&mut buf[n..], { n += 4; n }));
            tell(format_args!("{n} {buf:?}"));
            result
        }
    }
}
