//! `#[cfg]` and `#[cfg_attr]` on what waits, on what is kept, and on what moves.
//!
//! `test` and `all()` hold here, `any()` does not; `debug_assertions` as it comes.
#![allow(clippy::all, unused, reason = "the bodies are what is tested")]

use oracle::prelude::*;

case! {
    fn statements() -> usize {
        let mut n = 0;
        #[cfg(test)]
        yield_!(op("there", ()));
        #[cfg(any())]
        yield_!(this_is(not, there));
        #[cfg(all())]
        { yield_!(op("block", ())); n += 1; }
        #[cfg(any())]
        if yield_!(nothing) { n += missing; }
        #[cfg(not(any()))]
        for i in 0..2 { n += yield_!(op("turn", i)); }
        #[cfg(debug_assertions)]
        yield_!(op("checked", ()));
        #[cfg(not(debug_assertions))]
        yield_!(op("not checked", ()));
        n
    }
}

case! {
    fn locals_that_are_kept() -> usize {
        #[cfg(test)]
        let name = loud("one");
        #[cfg(not(test))]
        let name: NoSuchType = loud("other").missing();
        #[cfg(any())]
        let name: NoSuchType = loud("third").missing();
        #[cfg(all())]
        let _held = loud("held");
        yield_!(op("x", ()));
        #[cfg(any())]
        let length = yield_!(nothing);
        #[cfg(not(any()))]
        let length = yield_!(op("length", 3));
        name.touch() + length
    }
}

case! {
    fn a_move_that_is_not_there() -> usize {
        let first = loud("first");
        let second = loud("second");
        #[cfg(any())]
        drop(first);
        #[cfg(test)]
        drop(second);
        yield_!(op("x", ()));
        let third = loud("third");
        yield_!(op("y", ()));
        #[cfg(any())]
        drop(third);
        1
    }
}

case! {
    fn a_tail() -> usize {
        let name = loud("name");
        yield_!(op("x", ()));
        #[cfg(test)]
        { yield_!(op("tail", name.touch())) }
        #[cfg(any())]
        { yield_!(nothing) }
    }
}

case! {
    fn a_tail_behind_another() -> usize {
        let name = loud("name");
        #[cfg(any())]
        { yield_!(nothing) }
        #[cfg(test)]
        { yield_!(op("tail", name.touch())) }
    }
}

case! {
    fn arms() -> u32 {
        let mut sum = 0;
        for n in 0..3 {
            sum += match n {
                #[cfg(any())]
                0 => yield_!(nothing),
                #[cfg(test)]
                0 => yield_!(op("zero", 100)),
                1 => yield_!(op("one", 10)),
                _ => 1,
            };
        }
        sum
    }
}

case! {
    fn fields() -> u32 {
        struct Point { x: u32, y: u32 }
        let point = Point { x: yield_!(op("x", 1)), #[cfg(test)] y: 5, #[cfg(any())] z: 3 };
        let Point { x, #[cfg(any())] z, y } = point;
        x + yield_!(op("y", y))
    }
}

case! {
    fn arguments_and_elements() -> (usize, u32) {
        fn sum(a: u32, b: u32) -> u32 { a + b }
        let list = [#[cfg(any())] yield_!(nothing), yield_!(op("a", 1)), #[cfg(test)] yield_!(op("b", 2))];
        let more = vec![#[cfg(any())] yield_!(nothing), #[cfg(test)] yield_!(op("c", 2)), 3];
        let pair = (#[cfg(any())] missing, list.len(), #[cfg(test)] yield_!(op("d", more.len() as u32)));
        let sum = sum(#[cfg(any())] missing, pair.1, yield_!(op("e", 2u32.pow(#[cfg(any())] missing, 3))));
        (pair.0, sum)
    }
}

case! {
    fn arguments_of_an_operation() -> usize {
        let name = loud("name");
        let length = yield_!(op("x", #[cfg(any())] missing, #[cfg(test)] name.touch()));
        length + yield_!(op("y", { #[cfg(any())] return 3; #[cfg(test)] 4 }))
    }
}

case! {
    fn attributes_under_a_condition() -> usize {
        #[cfg_attr(all(), allow(unused_variables))]
        let unused = loud("unused");
        #[cfg_attr(any(), cfg(any()))]
        yield_!(op("there", ()));
        #[cfg_attr(test, cfg_attr(all(), cfg(any())))]
        yield_!(nothing);
        #[cfg_attr(test, cfg(not(any())), allow(unused))]
        yield_!(op("there, too", ()));
        1
    }
}

case! {
    fn conditions_inside_of_each_other() -> usize {
        #[cfg(test)]
        {
            let name = loud("name");
            #[cfg(any())]
            {
                #[cfg(test)]
                yield_!(nothing);
            }
            #[cfg(not(any()))]
            if yield_!(op("x", true)) {
                #[cfg(not(test))]
                return 0;
                #[cfg(all(test, not(any())))]
                return name.touch();
            }
        }
        2
    }
}

case! {
    fn items() -> usize {
        let limit = 3;
        let number = 4;
        {
            #[cfg(any())]
            const limit: usize = 5;
            #[cfg(test)]
            const NUMBER: usize = 6;
            #[cfg(any())]
            const NUMBER: usize = 7;
            fn of_an_item(#[cfg(any())] missing: u8, n: usize) -> usize {
                #[cfg(any())]
                return 0;
                n
            }
            yield_!(op("limit", limit)) + yield_!(op("number", of_an_item(NUMBER)))
        }
    }
}

case! {
    parameters(3, loud("name"), "text") {
        #[task]
        fn body<#[cfg(any())] T, #[cfg(test)] U: std::fmt::Debug>(
            #[cfg(any())] missing: NoSuchType,
            n: usize,
            #[cfg(test)] name: Loud,
            #[cfg(not(test))] name: usize,
            #[allow(unused)] text: U,
        ) -> usize {
            yield_!(op("x", ()));
            n + name.touch() + yield_!(op(format!("{text:?}"), 1))
        }
    }
}

case! {
    methods() {
        struct Counter { count: usize }

        impl Counter {
            #[task(lend)]
            fn count_to(&mut self, #[cfg(any())] missing: u8, n: usize) -> usize {
                while self.count < n {
                    #[cfg(test)]
                    { self.count += yield_!(op("step", 1)); }
                    #[cfg(not(test))]
                    return 0;
                }
                self.count
            }
        }

        trait Turn {
            #[task]
            fn turns(self, n: usize) -> usize
            where
                Self: Sized,
            {
                #[cfg(any())]
                let n = 0;
                #[cfg(test)]
                let n = n + 1;
                yield_!(op("turn", n))
            }

            #[task(lend)]
            fn start(&mut self, #[cfg(any())] missing: u8, n: usize) -> usize;
        }

        impl Turn for Counter {
            #[task(lend, use<>)]
            fn start(&mut self, #[cfg(any())] missing: u8, n: usize) -> usize {
                #[cfg(any())]
                yield_!(nothing);
                self.count += n;
                yield_!(self.count_to(#[cfg(any())] missing, 4))
            }
        }

        #[task]
        fn body() -> usize {
            let mut counter = Counter { count: 0 };
            let started = yield_!(counter.start(#[cfg(any())] missing, 2));
            started + yield_!(Counter { count: 0 }.turns(2))
        }
    }
}

case! {
    lent_under_a_condition() {
        #[task]
        fn more(#[cfg(test)] #[lend] list: &mut Vec<u8>, #[cfg(any())] missing: u8) -> usize {
            #[cfg(test)]
            yield_!(append("two", list, 2));
            yield_!(append("three", list, 3))
        }

        #[task]
        fn body() -> Vec<u8> {
            let mut list = vec![1];
            yield_!(more(&mut list));
            list
        }
    }
}
