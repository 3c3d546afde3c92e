//! Generators and coroutines.
#![allow(clippy::all, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case_exchange! {
    values_in_and_out(loud("a")) yields usize, resumes Loud {
        #[task(yields = usize, resumes = Loud)]
        fn body(a: Loud) -> Loud {
            let b = yield_!(a.touch());
            let _c = loud("c");
            let d = yield_!(b.touch());
            yield_!(d.touch());
            b
        }
    }
}

case_exchange! {
    values_that_are_moved_out(loud("a")) yields Loud, resumes usize {
        #[task(yields = Loud, resumes = usize)]
        fn body(a: Loud) -> usize {
            let b = loud("b");
            let first = yield_!(a);
            let _c = loud("c");
            first + yield_!(b)
        }
    }
}

case_exchange! {
    loop_that_ends_by_an_input() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let mut sum = 0;
            loop {
                let _turn = loud("turn");
                let n = yield_!(sum);
                if n > 4 {
                    break sum;
                }
                sum += n;
            }
        }
    }
}

case_exchange! {
    temporaries_of_a_yielded_value() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let n = yield_!(loud("temporary").touch());
            let m = yield_!(value("x", loud("one").touch() + loud("two").touch()));
            let k = loud("earlier").touch() + yield_!(n + m) + loud("later").touch();
            match yield_!(loud("scrutinee").touch()) {
                1 => yield_!(1),
                n => yield_!(n + k),
            }
        }
    }
}

case_exchange! {
    yields_in_a_yield() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let _a = loud("a");
            yield_!(yield_!(value("x", 1)) + value("y", 2) + yield_!(3))
        }
    }
}

case_exchange! {
    in_conditions_and_arguments() yields &'static str, resumes usize {
        #[task(yields = &'static str, resumes = usize)]
        fn body() -> Vec<usize> {
            let mut list = Vec::new();
            list.push(yield_!("pushed"));
            while yield_!("condition") < 5 && list.len() < 4 {
                list.push(value("v", yield_!("v")));
            }
            list.insert(0, yield_!("last"));
            list
        }
    }
}

case_exchange! {
    no_value_and_no_input() yields (), resumes () {
        #[task(yields = ())]
        fn body() {
            let _a = loud("a");
            yield_!();
            let _b = loud("b");
            yield_!(());
        }
    }
}

case_exchange! {
    generator_over_a_list() yields usize, resumes () {
        #[task(yields = usize)]
        fn body() {
            let list = vec![loud("a"), loud("b")];
            for x in &list {
                yield_!(x.touch());
            }
            for x in list {
                yield_!(x.touch());
            }
        }
    }
}

case_exchange! {
    question_mark(3) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(limit: usize) -> Result<usize, Loud> {
            let _a = loud("a");
            let mut n = 0;
            loop {
                n += checked(yield_!(n), limit)?;
            }
        }

        fn checked(n: usize, limit: usize) -> Result<usize, Loud> {
            if n < limit { Ok(n) } else { Err(loud("error")) }
        }
    }
}

case_exchange! {
    delegation(loud("a")) yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body(a: Loud) -> usize {
            let _b = loud("b");
            let n = yield_!(1);
            let m = yield_from!(inner(a, n));
            let _c = loud("c");
            m + yield_!(m)
        }

        #[task(yields = usize, resumes = usize)]
        fn inner(a: Loud, n: usize) -> usize {
            let _local = loud("local");
            yield_!(a.touch()) + yield_!(n)
        }
    }
}

case_exchange! {
    delegation_to_what_yields_nothing() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let n = yield_!(1);
            let m = yield_from!(nothing(n)) + yield_!(2);
            yield_from!(Vec::<usize>::new());
            m
        }

        #[task(yields = usize, resumes = usize)]
        fn nothing(n: usize) -> usize {
            let _local = loud("local");
            n
        }
    }
}

case_exchange! {
    delegation_to_iterators() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let list = vec![loud("a"), loud("b")];
            yield_from!(list.into_iter().map(|x| x.touch()));
            let _c = loud("c");
            yield_from!(0..2);
            yield_!(9)
        }
    }
}

case_exchange! {
    delegation_in_an_expression() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> Result<usize, Loud> {
            let _a = loud("a");
            let sum = value("first", 1) + yield_from!(inner(1))? + yield_from!(inner(yield_!(7)))?;
            Ok(sum)
        }

        #[task(yields = usize, resumes = usize)]
        fn inner(n: usize) -> Result<usize, Loud> {
            let _local = loud("local");
            if yield_!(n) > 2 { Err(loud("error")) } else { Ok(n) }
        }
    }
}

case_exchange! {
    recursive_delegation() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let _a = loud("a");
            yield_from!(down(4))
        }

        #[task(yields = usize, resumes = usize)]
        fn down(n: usize) -> usize {
            let _frame = loud(n);
            if n == 0 {
                return yield_!(0);
            }
            let below = yield_from!(down(n - 1));
            yield_!(n) + below
        }
    }
}

case_exchange! {
    recursion_of_two() yields usize, resumes () {
        #[task(yields = usize)]
        fn body() {
            yield_from!(even(5));
        }

        #[task(yields = usize)]
        fn even(n: usize) {
            let _even = loud(format_args!("even {n}"));
            if n > 0 {
                yield_!(n);
                yield_from!(odd(n - 1));
            }
        }

        #[task(yields = usize)]
        fn odd(n: usize) {
            let _odd = loud(format_args!("odd {n}"));
            if n > 0 {
                yield_from!(even(n - 1));
                yield_!(n);
            }
        }
    }
}

case_exchange! {
    methods_that_yield() yields usize, resumes usize {
        struct Counter {
            from: usize,
            held: Loud,
        }

        impl Counter {
            #[task(yields = usize, resumes = usize)]
            fn count(mut self) -> Loud {
                while self.from < 3 {
                    self.from += yield_!(self.from);
                }
                self.held
            }
        }

        #[task(yields = usize, resumes = usize)]
        fn body() -> Loud {
            let counter = Counter { from: 0, held: loud("held") };
            yield_from!(Counter::count(counter))
        }
    }
}
