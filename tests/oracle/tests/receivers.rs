//! Methods that take their receiver by value, and methods that do not, by names that say nothing.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

/// Something with methods of both kinds.
#[derive(Debug)]
struct Job {
    name: Loud,
    steps: usize,
}

fn job(name: &str) -> Job {
    Job { name: loud(name), steps: 1 }
}

impl Job {
    fn finish(self) -> usize {
        self.name.touch() + self.steps
    }

    fn step(&mut self, n: usize) -> usize {
        self.steps += n;
        self.name.touch()
    }

    fn peer(&self) -> &Loud {
        &self.name
    }

    fn with(mut self, n: usize) -> Job {
        self.steps += n;
        self
    }

    fn made<T: From<Loud>>(self) -> T {
        T::from(self.name)
    }
}

trait Evaluate {
    fn evaluated<T: std::str::FromStr>(&self) -> Result<T, T::Err>;
}

impl Evaluate for String {
    fn evaluated<T: std::str::FromStr>(&self) -> Result<T, T::Err> {
        self.parse()
    }
}

trait Work {
    fn work(&self) -> usize;

    fn work_off(self) -> usize
    where
        Self: Sized;
}

impl Work for Job {
    fn work(&self) -> usize {
        self.name.touch()
    }

    fn work_off(self) -> usize {
        self.name.touch()
    }
}

case! {
    fn consumed_before_a_wait() -> usize {
        let a = job("a");
        let b = job("b");
        let n = a.finish();
        let _c = loud("c");
        yield_!(op("x", n));
        b.finish()
    }
}

case! {
    fn borrowed_before_a_wait() -> usize {
        let mut a = job("a");
        let b = job("b");
        let n = a.step(2);
        let m = b.peer().touch();
        let _c = loud("c");
        yield_!(op("x", n + m))
    }
}

case! {
    fn consumed_on_one_path() -> usize {
        let a = job("a");
        let _b = loud("b");
        let mut n = 1;
        if yield_!(op("if", true)) {
            n = a.finish();
            yield_!(op("then", ()));
        } else {
            yield_!(op("else", ()));
        }
        n + yield_!(op("end", 1))
    }
}

case! {
    fn consumed_in_a_loop() -> usize {
        let mut n = 0;
        while n < 3 {
            let a = job("a");
            let _b = loud("b");
            yield_!(op("head", ()));
            n += a.with(1).finish();
            yield_!(op("tail", ()));
        }
        n
    }
}

case! {
    fn chain_of_consumptions() -> usize {
        let a = job("a");
        let b = a.with(1);
        yield_!(op("x", ()));
        let c = b.with(2).with(3);
        let _d = loud("d");
        yield_!(op("y", ()));
        let n = c.finish();
        yield_!(op("z", n))
    }
}

case! {
    fn consumed_with_a_turbofish() -> Loud {
        let a = job("a");
        yield_!(op("x", ()));
        let b = a.made::<Loud>();
        yield_!(op("y", ()));
        b
    }
}

case! {
    fn arguments_of_an_undecided_method() -> usize {
        let mut a = job("a");
        let b = job("b");
        let c = job("c");
        yield_!(op("x", ()));
        let n = a.step(b.peer().touch() + 1);
        let d = c.with(n);
        yield_!(op("y", ()));
        d.finish()
    }
}

case! {
    generic_receivers(job("a"), job("b")) {
        #[task]
        fn body<T: Work, U: Work>(a: T, b: U) -> usize {
            yield_!(op("x", ()));
            let n = a.work();
            let m = b.work_off();
            yield_!(op("y", n + m))
        }
    }
}

case! {
    fn methods_of_a_trait_that_borrow() -> usize {
        let a = job("a");
        yield_!(op("x", ()));
        let n = a.work();
        yield_!(op("y", n))
    }
}

case! {
    fn temporaries_that_are_consumed_beside_a_wait() -> usize {
        let n = job("a").finish() + yield_!(op("x", 1));
        let m = job("b").with(n).with(1).finish() + yield_!(op("y", 1));
        n + m + loud("end").touch()
    }
}

case! {
    fn temporaries_that_are_borrowed_beside_a_wait() -> usize {
        let n = job("a").peer().touch() + yield_!(op("x", 1));
        let m = job("b").step(3) + yield_!(op("y", 1));
        n + m + job("c").work() + yield_!(op("z", 1))
    }
}

case! {
    fn iterators_that_are_consumed() -> (usize, Vec<usize>, Option<usize>) {
        let names = vec![loud("a"), loud("b"), loud("c")].into_iter();
        let count = names.count();
        let numbers = vec![1, 2, 3].into_iter();
        yield_!(op("x", ()));
        let two = numbers.take(2);
        yield_!(op("y", ()));
        let list = two.collect();
        let more = vec![5, 7].into_iter().rev();
        yield_!(op("z", ()));
        let last = more.last();
        yield_!(op("end", ()));
        (count, list, last)
    }
}

case! {
    fn loops_over_a_part_of_an_iterator() -> usize {
        let mut sum = 0;
        for a in vec![loud("a"), loud("b"), loud("c")].into_iter().take(2) {
            sum += a.touch() + yield_!(op("x", 1));
        }
        for n in (0..10).skip(7).step_by(2) {
            sum += n + yield_!(op("y", 1));
        }
        sum
    }
}

case! {
    fn options_that_are_taken_from() -> usize {
        let mut slot = Some(loud("a"));
        let other = Some(loud("b"));
        let third = Some(loud("c"));
        yield_!(op("x", ()));
        let a = slot.take();
        let b = other.map(|b| b.renamed("d"));
        let c = third.or(None);
        yield_!(op("y", ()));
        a.map_or(0, |a| a.touch()) + b.map_or(0, |b| b.touch()) + c.is_some() as usize
    }
}

case! {
    fn last_of_what_is_behind_a_guard() -> usize {
        struct Guard(Vec<usize>, #[expect(dead_code)] Loud);
        impl std::ops::Deref for Guard {
            type Target = Vec<usize>;
            fn deref(&self) -> &Vec<usize> {
                &self.0
            }
        }
        fn guard(name: &str) -> Guard {
            Guard(vec![1, 2], loud(name))
        }
        let n = guard("g").last().copied().unwrap_or(0) + yield_!(op("x", 1));
        let held = guard("h");
        let m = held.iter().max().copied().unwrap_or(0);
        let last = held.last().copied();
        yield_!(op("y", ()));
        n + m + last.unwrap_or(0)
    }
}

case! {
    child_by_value(Runner { name: loud("a") }, Runner { name: loud("b") }) {
        pub(super) struct Runner {
            pub(super) name: Loud,
        }

        impl Runner {
            #[task]
            fn run(self, n: usize) -> usize {
                let _frame = loud("frame");
                yield_!(op("in", ()));
                self.name.touch() + n
            }
        }

        #[task]
        fn body(a: Runner, b: Runner) -> usize {
            let n = yield_!(a.run(1));
            let _c = loud("c");
            let m = yield_!(b.run(n));
            let d = Runner { name: loud("d") };
            let k = yield_!(d.run(m)) + yield_!(Runner { name: loud("e") }.run(1));
            yield_!(op("end", k))
        }
    }
}

case! {
    fn borrowing_operation_as_the_last_use() -> usize {
        struct Buffer(Vec<u8>, #[expect(dead_code)] Loud);
        impl Buffer {
            fn filled(&mut self) -> oracle::operations::Borrowing<impl FnOnce() -> usize> {
                fill("fill", &mut self.0)
            }
        }
        let mut buffer = Buffer(vec![0; 3], loud("buffer"));
        let n = yield_!(buffer.filled());
        let _b = loud("b");
        yield_!(op("end", n))
    }
}

case! {
    fn methods_whose_type_follows_from_what_is_done_with_it() -> Result<usize, std::num::ParseIntError> {
        let text = loud("7");
        let part = text.name().trim();
        let n: usize = part.parse()?;
        yield_!(op("x", ()));
        let digits = loud("8").into_name();
        yield_!(op("y", ()));
        let m: usize = digits.evaluated()?;
        Ok(n + m + yield_!(op("z", 1)))
    }
}

case! {
    fn what_is_ordered() -> (usize, String) {
        let list = vec![1, 2, 3];
        let n = list.len().max(2) + yield_!(op("x", 1));
        let a = String::from("a");
        let b = String::from("b");
        let c = a.max(b);
        yield_!(op("y", ()));
        (n, c)
    }
}

case! {
    fn panics_in_arguments() -> usize {
        let a = job("a");
        let b = job("b");
        yield_!(op("x", ()));
        let c = a.with(value("n", 1));
        let n = b.work();
        yield_!(op("y", ()));
        c.finish() + n
    }
}

case! {
    fn methods_of_a_trait_that_consume() -> usize {
        let a = job("a");
        let b = job("b");
        yield_!(op("x", ()));
        let n = a.work_off();
        let c: Loud = b.made();
        yield_!(op("y", ()));
        n + c.touch() + job("d").work_off() + yield_!(op("z", 1))
    }
}

case! {
    fn options_and_iterators_with_closures() -> usize {
        let a = Some(loud("a"));
        let list = vec![loud("b"), loud("c")].into_iter();
        let many = Some(vec![1, 2]);
        yield_!(op("x", ()));
        let n = a.map(|a| a.touch()).unwrap_or(0);
        let names = list.map(|b| b.into_name());
        let filtered = many.filter(|many| many.len() == n);
        yield_!(op("y", ()));
        n + names.count() + filtered.is_none() as usize
    }
}
