//! Calls that take a local by value, or not, with another wait after them.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

struct Job(Loud);

impl Job {
    fn finish(self) -> usize {
        self.0.touch()
    }

    fn finish_with(self, other: &Loud, n: usize) -> usize {
        self.0.touch() + other.touch() + n
    }

    fn map(self, f: impl FnOnce(Loud) -> usize) -> usize {
        f(self.0)
    }

    fn inspect(&self, n: usize) -> usize {
        self.0.touch() + n
    }

    fn change(&mut self, name: &str) {
        self.0.rename(name)
    }

    fn title(&self) -> &str {
        self.0.name()
    }
}

#[derive(Clone, Copy)]
struct Number(u32);

impl Number {
    fn twice(self) -> u32 {
        self.0 * 2
    }
}

trait Work {
    fn work(self) -> usize;
    fn look_at(&self) -> usize;
}

impl Work for Job {
    fn work(self) -> usize {
        self.0.touch()
    }

    fn look_at(&self) -> usize {
        self.0.touch()
    }
}

case! {
    fn a_method_that_takes_self_before_another_wait() -> usize {
        let job = Job(loud("job"));
        let _other = loud("other");
        yield_!(op("first", ()));
        let n = job.finish();
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn before_the_first_wait() -> usize {
        let job = Job(loud("job"));
        let other = loud("other");
        let n = job.finish_with(&other, 3);
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn methods_that_borrow_leave_the_local() -> usize {
        let job = Job(loud("job"));
        let mut second = Job(loud("second"));
        let _other = loud("other");
        yield_!(op("first", ()));
        let n = job.inspect(1);
        second.change("changed");
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn what_a_method_borrows_from() -> String {
        let job = Job(loud("job"));
        yield_!(op("first", ()));
        let title = job.title();
        let title = title.to_owned();
        yield_!(op("second", ()));
        title
    }
}

case! {
    fn methods_of_a_trait() -> usize {
        let (job, other) = (Job(loud("job")), Job(loud("other")));
        yield_!(op("first", ()));
        let n = other.look_at() + job.work();
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn a_copy() -> u32 {
        let number = Number(yield_!(op("number", 4)));
        yield_!(op("first", ()));
        let n = number.twice();
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn in_one_branch_only() -> usize {
        let mut n = 0;
        for round in 0..2 {
            let job = Job(loud(round));
            yield_!(op("first", ()));
            if round == 0 {
                n += job.finish();
            }
            yield_!(op("second", ()));
        }
        n
    }
}

case! {
    fn arguments_of_a_consuming_method() -> Result<usize, String> {
        let job = Job(loud("job"));
        let other = loud("other");
        yield_!(op("first", ()));
        let n = job.finish_with(&other, value("n", Ok::<_, String>(2))?);
        yield_!(op("second", ()));
        Ok(n)
    }
}

case! {
    fn a_closure_that_can_be_called_once() -> usize {
        let name = loud("name");
        let once = move || { let taken = name; taken.touch() };
        let many = |n: usize| n + 1;
        yield_!(op("first", ()));
        let n = once();
        let m = many(n);
        yield_!(op("second", ()));
        n + m
    }
}

case! {
    fn a_boxed_closure() -> usize {
        let name = loud("name");
        let boxed: Box<dyn FnOnce(usize) -> usize> = Box::new(move |n| { let taken = name; taken.touch() + n });
        yield_!(op("first", ()));
        let n = boxed(3);
        yield_!(op("second", ()));
        n
    }
}

case! {
    fn iterators() -> (usize, Vec<u32>) {
        let iter = vec![1u32, 2, 3].into_iter();
        let other = vec![4u32, 5].into_iter();
        let _loud = loud("loud");
        yield_!(op("first", ()));
        let n = iter.count();
        let list: Vec<u32> = other.collect();
        yield_!(op("second", ()));
        (n, list)
    }
}

case! {
    a_child_by_value(3) {
        struct Steps { limit: usize, name: Loud }
        impl Steps {
            #[task]
            fn run(self) -> usize {
                for step in 0..self.limit { yield_!(op(step, ())); }
                self.name.touch()
            }
        }
        #[task]
        fn body(limit: usize) -> usize {
            let steps = Steps { limit, name: loud("steps") };
            let _other = loud("other");
            yield_!(op("before", ()));
            let n = yield_!(steps.run());
            yield_!(op("after", ()));
            n
        }
    }
}

case! {
    a_child_made_in_place(2) {
        struct Steps { limit: usize }
        impl Steps {
            #[task]
            fn run(self) -> usize {
                for step in 0..self.limit { yield_!(op(step, ())); }
                self.limit
            }
        }
        #[task]
        fn body(limit: usize) -> usize {
            let n = yield_!(Steps { limit }.run());
            yield_!(op("after", ()));
            n
        }
    }
}

case! {
    fn the_way_out_with_a_closure() -> usize {
        let job = Job(loud("job"));
        let _other = loud("other");
        yield_!(op("before", ()));
        let n = { job }.map(|name| name.touch() + 1);
        yield_!(op("after", ()));
        n
    }
}

case! {
    fn an_operator_after_a_call_that_takes_its_receiver() -> usize {
        let a = Job(loud("a"));
        let b = Job(loud("b"));
        yield_!(op("x", ()));
        a.finish() as u32;
        let c = if value("n", true) { yield_!(op("y", ())); b.finish() - 1 } else { 0 };
        yield_!(op("z", c))
    }
}
