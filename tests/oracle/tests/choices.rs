//! One of several borrows, chosen by a condition or a `match`; and boxes that patterns take apart.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use oracle::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
    Neither,
}

#[derive(Debug)]
struct Duel {
    left: i32,
    right: i32,
    bag: Vec<i32>,
}

case! {
    fn an_element_of_one_of_two_lists() -> (Vec<i32>, Vec<i32>) {
        let (mut xs, mut ys) = (vec![1, 2, 3], vec![4, 5, 6]);
        let mut i = 0;
        let chosen = if value("left", true) { &mut xs[i] } else { &mut ys[i] };
        i += 1;
        yield_!();
        *chosen += i as i32;
        (xs, ys)
    }
}

case! {
    fn a_target_by_its_side() -> Duel {
        let mut duel = Duel { left: 1, right: 2, bag: vec![1, 2, 3] };
        let mut n = 1;
        for (turn, side) in [Side::Left, Side::Right, Side::Neither, Side::Left].into_iter().enumerate() {
            let target = match value("side", side) {
                Side::Left => &mut duel.left,
                Side::Right if turn > 1 => &mut duel.right,
                Side::Right => continue,
                Side::Neither => &mut duel.bag[n],
            };
            n = (n + 1) % 3;
            *target += yield_!(op("hit", 3));
            yield_!();
            *target *= 2;
        }
        duel
    }
}

case! {
    fn two_that_change_places() -> (String, String) {
        let (mut a, mut b) = (String::from("a"), String::from("b"));
        for turn in 0..3 {
            let (attacker, defender) = if turn % 2 == 0 { (&mut a, &mut b) } else { (&mut b, &mut a) };
            attacker.push('>');
            yield_!(op("swing", attacker.len()));
            defender.push('<');
            yield_!(op("hit", defender.len()));
            let (first, second): (&str, &str) = match turn {
                0 => (&*attacker, &*defender),
                1 => (&*defender, &*attacker),
                _ => break,
            };
            note(first);
            yield_!();
            note(second);
        }
        (a, b)
    }
}

case! {
    fn one_of_three() -> (String, String) {
        let (mut a, mut b, mut c) = (String::from("a"), String::from("b"), String::from("c"));
        let n = value("n", 5);
        let chosen = if n < 3 { &mut a } else if n < 6 { &mut b } else { &mut c };
        chosen.push('!');
        yield_!(look("look", chosen));
        let seen = match n { 0 => &a, 1..=4 => &c, _ => &b };
        note(seen);
        yield_!();
        (seen.clone(), a)
    }
}

case! {
    fn a_name_or_none() -> usize {
        let names = ["x".to_string(), "yy".to_string()];
        let other = String::from("zzz");
        let name: &str = match value("which", Some(1usize)) {
            Some(0) => &names[0],
            Some(_) => &other,
            None => return 0,
        };
        yield_!();
        name.len()
    }
}

#[derive(Debug)]
enum Tree {
    Leaf(i64),
    Sum(Box<Tree>, Box<Tree>),
    Minus(Box<Tree>),
    Named { name: Loud, inner: Box<Tree> },
}

fn tree() -> Box<Tree> {
    let named = Tree::Named { name: loud("x"), inner: Box::new(Tree::Leaf(3)) };
    Box::new(Tree::Sum(Box::new(Tree::Leaf(1)), Box::new(Tree::Minus(Box::new(named)))))
}

case! { an_evaluator_that_takes_its_tree_apart(tree()) {
    #[task]
    fn body(tree: Box<Tree>) -> i64 {
        let _frame = loud("frame");
        match *tree {
            Tree::Leaf(n) => n,
            Tree::Sum(left, right) => yield_!(body(left)) + yield_!(body(right)),
            Tree::Minus(inner) => {
                let n = yield_!(body(inner));
                -n
            }
            Tree::Named { name, inner } => {
                yield_!(op(name.name(), ()));
                let n = yield_!(body(inner));
                name.touch();
                n
            }
        }
    }
} }

case! { a_box_of_which_an_arm_takes_all(tree()) {
    #[task]
    fn body(tree: Box<Tree>) -> Tree {
        yield_!();
        match *tree {
            Tree::Sum(left, right) => {
                let left = yield_!(body(left));
                Tree::Sum(Box::new(left), right)
            }
            other => other,
        }
    }
} }

case! { a_box_of_which_an_arm_takes_nothing(tree()) {
    #[task]
    fn body(tree: Box<Tree>) -> i64 {
        let _frame = loud("frame");
        yield_!(op("first", ()));
        if let Tree::Leaf(n) = *tree {
            yield_!(op("leaf", ()));
            return n;
        }
        let n = match *tree {
            Tree::Sum(left, right) => {
                let n = yield_!(body(left));
                n + yield_!(body(right))
            }
            Tree::Minus(_) | Tree::Named { .. } => yield_!(op("skipped", 100)),
            Tree::Leaf(n) => n,
        };
        yield_!(op("last", ()));
        n
    }
} }

case! { what_is_behind_a_reference_stays(tree()) {
    #[task]
    fn body(tree: Box<Tree>) -> i64 {
        enum Small { One(u8), Two(Loud) }
        let small = [Small::One(3), Small::Two(loud("two"))];
        let mut total = 0;
        for small in &small {
            total += match *small {
                Small::One(n) => { yield_!(op("one", ())); i64::from(n) }
                Small::Two(_) => { yield_!(op("two", ())); 1 }
            };
        }
        let boxed = Box::new((1, 2));
        let (a, b) = *boxed;
        yield_!(op("pair", ()));
        total += a + b + boxed.0;
        drop(tree);
        total
    }
} }
