//! Lent parameters of generators and coroutines: what they yield goes through their parents, which lend them locals.

#![allow(clippy::ptr_arg, reason = "that a `Vec` is lent is what is tested")]

use oracle::prelude::*;

case_exchange! {
    a_sub_is_lent_a_local() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize, lend)]
        fn fill(list: &mut Vec<Loud>, name: &str, until: usize) -> usize {
            let _local = loud("local");
            while list.len() < until {
                let n = yield_!(list.len());
                list.push(loud(format_args!("{name} {n}")));
            }
            list.len()
        }

        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let mut list = vec![loud("first")];
            let name = String::from("name");
            let n = yield_from!(fill(&mut list, &name, value("until", 3)));
            let _between = loud("between");
            let m = yield_!(n);
            m + yield_from!(fill(&mut list, "other", n + 1))
        }
    }
}

case_exchange! {
    three_levels_of_methods_in_loops() yields usize, resumes usize {
        struct Conn { log: Vec<usize>, inner: Inner }
        struct Inner { buf: Vec<Loud>, name: Loud }
        impl Inner {
            #[task(yields = usize, resumes = usize, lend)]
            fn read(&mut self, by: &Loud, limit: usize) -> Result<usize, Loud> {
                let _local = loud("local");
                let n = yield_!(self.name.touch());
                self.buf.push(by.clone());
                if n > limit { Err(loud("error"))? }
                Ok(n + self.buf.len())
            }
        }
        impl Conn {
            #[task(yields = usize, resumes = usize, lend)]
            fn read_twice(&mut self, by: &Loud) -> Result<usize, Loud> {
                let mut sum = 0;
                for limit in 3..5 {
                    sum += yield_from!(self.inner.read(by, limit))?;
                    self.log.push(yield_!(sum));
                }
                Ok(sum)
            }
            #[task(yields = usize, resumes = usize, lend)]
            fn run(&mut self) -> Result<(), Loud> {
                let by = loud("by");
                loop {
                    let n = yield_from!(self.read_twice(&by))?;
                    tell(format_args!("{n} {:?}", self.log));
                }
            }
        }
        #[task(yields = usize, resumes = usize)]
        fn body() -> (Result<(), Loud>, usize) {
            let mut conn = Conn { log: Vec::new(), inner: Inner { buf: Vec::new(), name: loud("inner") } };
            let result = yield_from!(conn.run());
            (result, yield_!(conn.inner.buf.len()))
        }
    }
}

case_exchange! {
    lent_on_its_own(Box::leak(Box::default()), "name") yields usize, resumes usize {
        #[task(yields = usize, resumes = usize, lend)]
        fn body(list: &mut Vec<Loud>, name: &str) -> usize {
            while list.len() < 3 {
                list.push(loud(format_args!("{name} {}", yield_!(list.len()))));
            }
            list.drain(..).count()
        }
    }
}

case_exchange! {
    generator_that_is_lent_a_list(&[1, 2, 3]) yields usize, resumes () {
        #[task(yields = usize, lend)]
        fn squares(list: &[usize], done: &mut Vec<usize>) {
            for n in list {
                yield_!(n * n);
                done.push(*n);
            }
            for (i, n) in list.iter().enumerate().skip(1) {
                yield_!(i + n);
            }
        }

        #[task(yields = usize)]
        fn body(list: &'static [usize]) {
            let mut done = Vec::new();
            for from in 0..list.len() {
                yield_from!(squares(&list[value("from", from)..value("to", 3)], &mut done));
            }
            tell(format_args!("{done:?}"));
        }
    }
}

case_exchange! {
    values_beside_what_is_lent() yields usize, resumes Loud {
        struct Conn { sent: Vec<Loud>, name: Loud }
        impl Conn {
            #[task(yields = usize, resumes = Loud, lend)]
            fn send(&mut self, message: Loud, note: &str, tag: Option<Loud>) -> usize {
                let answer = yield_!(message.touch());
                self.sent.push(message);
                tell(note);
                drop(tag);
                self.sent.push(yield_!(answer.touch()));
                self.sent.len()
            }
            #[task(yields = usize, resumes = Loud, lend)]
            fn count(&self, extra: Loud, each: impl Fn(&Loud) -> usize) -> usize {
                let _answer = yield_!(extra.touch());
                self.sent.iter().map(each).sum::<usize>() + self.name.touch()
            }
        }
        #[task(yields = usize, resumes = Loud)]
        fn stored(_conn: Box<Conn>, #[lend] other: &mut Loud) -> Loud {
            let answer = yield_!(other.touch());
            other.rename("renamed");
            answer
        }
        #[task(yields = usize, resumes = Loud)]
        fn body() -> usize {
            let mut conn = Box::new(Conn { sent: Vec::new(), name: loud("conn") });
            let mut n = yield_from!(conn.send(loud("one"), "note", None));
            let two = loud("two");
            n += yield_from!(conn.send(two, &format!("note {n}"), Some(loud("tag"))));
            n += yield_from!(conn.count(loud("extra"), |message| message.name().len()));
            let mut other = loud("other");
            let name = yield_from!(stored(conn, &mut other));
            n + name.touch() + other.touch()
        }
    }
}

case_exchange! {
    temporaries_and_closures_are_lent() yields usize, resumes usize {
        #[task(yields = usize, resumes = usize, lend)]
        fn child(list: &mut Vec<Loud>, f: &mut dyn FnMut(usize)) -> usize {
            let mut i = 0;
            while i < list.len() {
                f(yield_!(list[i].touch()));
                i += 1;
            }
            list.len()
        }
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let mut sum = 0;
            let n = yield_from!(child(&mut vec![loud("a"), loud("bb")], &mut |n| sum += n)) + loud("after").touch();
            tell(format_args!("{n} {sum}"));
            yield_!(sum)
        }
    }
}

case_exchange! {
    recursion_that_lends() yields usize, resumes usize {
        struct Node { name: Loud, children: Vec<Node> }
        #[task(yields = usize, resumes = usize, lend)]
        fn walk(node: &Node, out: &mut Vec<usize>) -> usize {
            out.push(yield_!(node.name.touch()));
            let mut depth = 0;
            for child in &node.children {
                depth = depth.max(yield_from!(walk(child, out)));
            }
            out.push(yield_!(depth));
            depth + 1
        }
        #[task(yields = usize, resumes = usize)]
        fn body() -> (usize, Vec<usize>) {
            let leaf = |name| Node { name: loud(name), children: Vec::new() };
            let tree = Node { name: loud("root"), children: vec![leaf("left"), leaf("right")] };
            let mut out = Vec::new();
            let depth = yield_from!(walk(&tree, &mut out));
            (depth, out)
        }
    }
}

case_exchange! {
    traits_and_generics_that_lend() yields usize, resumes usize {
        trait Source {
            #[task(yields = usize, resumes = usize, lend)]
            fn next(&mut self, by: &Loud) -> usize;
        }
        struct Count(usize);
        impl Source for Count {
            #[task(yields = usize, resumes = usize, lend, use<>)]
            fn next(&mut self, by: &Loud) -> usize {
                self.0 += yield_!(by.touch());
                self.0
            }
        }
        #[task(yields = usize, resumes = usize, lend)]
        fn twice<S: Source, const N: usize>(source: &mut S, by: &[Loud; N]) -> usize {
            let mut sum = 0;
            for by in by {
                sum += yield_from!(source.next(by));
            }
            sum
        }
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let mut source = Count(1);
            let by = [loud("a"), loud("bb")];
            yield_from!(twice(&mut source, &by)) + source.0
        }
    }
}

case_exchange! {
    what_is_derived_from_what_is_lent() yields usize, resumes usize {
        struct Slot { opt: Option<Loud>, pair: (Loud, usize) }
        #[task(yields = usize, resumes = usize, lend)]
        fn child(slot: &mut Slot, text: &str) -> usize {
            if let Some(x) = &mut slot.opt {
                let n = yield_!(x.touch());
                x.rename(n);
                yield_from!(name(x));
            }
            let head = &text[..2];
            yield_from!(name(&slot.pair.0));
            yield_!(head.len());
            let renamed = yield_!(slot.pair.1);
            slot.pair.0.rename(renamed);
            head.len() + text.len()
        }
        #[task(yields = usize, resumes = usize, lend)]
        fn name(x: &Loud) {
            yield_!(x.touch());
            yield_!(x.name().len());
        }
        #[task(yields = usize, resumes = usize)]
        fn body() -> usize {
            let mut slot = Slot { opt: Some(loud("x")), pair: (loud("left"), 3) };
            let text = String::from("hello");
            yield_from!(child(&mut slot, &text))
        }
    }
}

case_exchange! {
    subs_that_keep_their_references(Box::leak(Box::new(vec![loud("a"), loud("bb")])), "text") yields usize, resumes usize {
        #[task(yields = usize, resumes = usize)]
        fn keeps(list: &'static [Loud], text: &'static str) -> usize {
            let mut sum = text.len();
            for x in list {
                sum += yield_!(x.touch());
            }
            sum
        }
        fn names(list: &[Loud]) -> impl Iterator<Item = usize> {
            list.iter().map(|x| x.touch())
        }
        #[task(yields = usize, resumes = usize)]
        fn body(list: &'static mut Vec<Loud>, text: &'static str) -> usize {
            list.push(loud("c"));
            let list: &'static Vec<Loud> = list;
            yield_from!(names(list));
            yield_from!(text.split(|c: char| c.is_ascii_digit() || c == 'x').map(|part| part.len()));
            yield_from!(names(&list[1..]));
            yield_from!(keeps(list, text)) + yield_from!(keeps(&list[..1], &text[1..]))
        }
    }
}
