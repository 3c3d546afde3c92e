//! Generators and coroutines, as users see them.

use multitask::{
    Coroutine,
    CoroutineState::{Complete, Yielded},
    task, yield_, yield_from,
};

#[task(yields = u64)]
fn fibonacci() {
    let (mut a, mut b) = (0, 1);
    loop {
        yield_!(a);
        (a, b) = (b, a + b);
    }
}

#[test]
fn a_generator_is_an_iterator() {
    assert_eq!(fibonacci().skip(5).take(4).collect::<Vec<_>>(), [5, 8, 13, 21]);
}

#[task(yields = &'a str)]
fn words<'a>(text: &'a str) {
    for word in text.split_whitespace() {
        yield_!(word);
    }
}

#[task(yields = &str)]
fn lines(text: &str) {
    for line in text.lines() {
        yield_!(line);
    }
}

#[test]
fn items_may_borrow_from_the_arguments() {
    let text = String::from("one two\nthree");
    assert_eq!(words(&text).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(lines(&text).collect::<Vec<_>>(), ["one two", "three"]);
}

#[task(yields = String, resumes = &'static str)]
fn greeter() -> usize {
    let mut greeted = 0;
    loop {
        let name = yield_!(format!("{greeted} so far"));
        if name.is_empty() {
            return greeted;
        }
        greeted += 1;
    }
}

#[test]
fn a_coroutine_exchanges_values() {
    let mut greeter = greeter();
    assert_eq!(greeter.start(), Yielded("0 so far".to_owned()));
    assert_eq!(greeter.resume("Ann"), Yielded("1 so far".to_owned()));
    assert_eq!(greeter.resume("Bob"), Yielded("2 so far".to_owned()));
    assert_eq!(greeter.resume(""), Complete(2));
}

struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
    right: Option<Box<Tree>>,
}

#[task(yields = u32)]
fn in_order(tree: &Tree) {
    if let Some(left) = &tree.left {
        yield_from!(in_order(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(in_order(right));
    }
}

fn balanced(from: u32, to: u32) -> Option<Box<Tree>> {
    (from < to).then(|| {
        let value = (from + to) / 2;
        Box::new(Tree { left: balanced(from, value), value, right: balanced(value + 1, to) })
    })
}

#[test]
fn a_generator_may_delegate_to_itself() {
    let tree = balanced(0, 100).unwrap();
    assert!(in_order(&tree).eq(0..100));
}

#[task(yields = u32)]
fn twice(list: Vec<u32>) {
    yield_from!(list.clone());
    yield_from!(list);
}

#[test]
fn an_iterator_is_delegated_to() {
    assert_eq!(twice(vec![1, 2]).collect::<Vec<_>>(), [1, 2, 1, 2]);
}
