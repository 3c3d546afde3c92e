//! What the functions of a program are.

use peers::Role;

/// A way to write functions that wait. In its texts `INDEX` is the number of a function.
#[derive(Clone, Copy)]
pub(super) struct Flavour {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) package: &'static str,
    /// Lines of its manifest, where `LIBRARY` is the path of ours.
    pub(super) dependencies: &'static str,
    pub(super) nightly: bool,
    /// Before the functions: how a `Tick` is waited for, and `run`, which has a function run to its end.
    prelude: &'static str,
    function: Function,
    /// How `main` has a function run.
    run: &'static str,
}

#[derive(Clone, Copy)]
enum Function {
    /// The body that most have, in these words.
    Of(Words),
    Written(&'static str),
}

/// What stands before and after the arguments of a wait, a failure, and the end; and around the body.
#[derive(Clone, Copy)]
struct Words {
    around: [&'static str; 2],
    wait: [&'static str; 2],
    fail: [&'static str; 2],
    done: [&'static str; 2],
}

/// A function that returns a `Result`.
const fn returning(head: &'static str, wait: [&'static str; 2]) -> Function {
    Function::Of(Words { around: [head, "}"], wait, fail: ["return Err(", ");"], done: ["Ok(", ")"] })
}

/// A generator: a wait hands out what is waited for, an error is the greatest number, and the last item is the result.
const fn yielding(around: [&'static str; 2]) -> Function {
    Function::Of(Words {
        around,
        wait: ["{ let tick = ", "; yield tick.0; tick.0 }"],
        fail: ["yield ", ".len() as u64; return;"],
        done: ["yield ", ";"],
    })
}

const BODY: &str = include_str!("texts/body.txt");

const GENAWAITER: Function = Function::Of(Words {
    around: [
        "pub fn job_INDEX(start: u64, limit: u64) -> impl Iterator<Item = u64> { Gen::new(|co| async move {",
        "}).into_iter() }",
    ],
    wait: ["{ let tick = ", "; co.yield_(tick.0).await; tick.0 }"],
    fail: ["co.yield_(", ".len() as u64).await; return;"],
    done: ["co.yield_(", ").await;"],
});

const PLAIN: Flavour = Flavour {
    name: "hand",
    role: Role::Floor,
    package: "by-hand",
    dependencies: "",
    nightly: false,
    prelude: include_str!("texts/by_hand.txt"),
    function: Function::Written(include_str!("texts/machine.txt")),
    run: "run(Box::new(JobINDEX::Start { start: INDEX, limit: 1000 }))",
};

pub(super) const FLAVOURS: [Flavour; 8] = [
    PLAIN,
    Flavour {
        name: "async fn",
        role: Role::Peer,
        package: "futures",
        prelude: include_str!("texts/futures.txt"),
        function: returning("pub async fn job_INDEX(start: u64, limit: u64) -> Result<u64, String> {", ["", ".await"]),
        run: "run(Box::pin(job_INDEX(INDEX, 1000)))",
        ..PLAIN
    },
    Flavour {
        name: "async fn on tokio",
        role: Role::Shown,
        package: "on-tokio",
        dependencies: r#"tokio = { version = "1", features = ["rt"] }"#,
        prelude: include_str!("texts/tokio.txt"),
        function: returning("pub async fn job_INDEX(start: u64, limit: u64) -> Result<u64, String> {", ["", ".await"]),
        run: "run(job_INDEX(INDEX, 1000))",
        ..PLAIN
    },
    Flavour {
        name: "genawaiter",
        role: Role::Shown,
        package: "with-genawaiter",
        dependencies: r#"genawaiter = { version = "0.99", default-features = false }"#,
        prelude: concat!("use genawaiter::rc::Gen;\n", include_str!("texts/generators.txt")),
        function: GENAWAITER,
        run: "run(Box::new(job_INDEX(INDEX, 1000)))",
        ..PLAIN
    },
    Flavour {
        name: "async-stream",
        role: Role::Shown,
        package: "with-async-stream",
        dependencies: "async-stream = \"0.3\"\nfutures-core = \"0.3\"",
        prelude: include_str!("texts/streams.txt"),
        function: yielding(["pub fn job_INDEX(start: u64, limit: u64) -> impl Stream<Item = u64> { stream! {", "} }"]),
        run: "run(Box::pin(job_INDEX(INDEX, 1000)))",
        ..PLAIN
    },
    Flavour {
        name: "nightly gen",
        role: Role::Shown,
        package: "nightly-gen",
        nightly: true,
        prelude: include_str!("texts/generators.txt"),
        function: yielding([
            "pub fn job_INDEX(start: u64, limit: u64) -> impl Iterator<Item = u64> { gen move {",
            "} }",
        ]),
        run: "run(Box::new(job_INDEX(INDEX, 1000)))",
        ..PLAIN
    },
    Flavour {
        name: "multitask, on a manager",
        role: Role::Shown,
        package: "on-a-manager",
        dependencies: "multitask-rs = { path = LIBRARY }",
        prelude: include_str!("texts/managed.txt"),
        function: returning(
            "#[task] pub fn job_INDEX(start: u64, limit: u64) -> Result<u64, String> {",
            ["yield_!(", ")"],
        ),
        run: "run(job_INDEX(INDEX, 1000))",
        ..PLAIN
    },
    Flavour {
        name: "multitask",
        role: Role::Ours,
        package: "tasks",
        dependencies: "multitask-rs = { path = LIBRARY }",
        prelude: include_str!("texts/tasks.txt"),
        function: returning(
            "#[task] pub fn job_INDEX(start: u64, limit: u64) -> Result<u64, String> {",
            ["yield_!(", ")"],
        ),
        run: "run(Box::new(job_INDEX(INDEX, 1000)))",
        ..PLAIN
    },
];

impl Words {
    fn function(&self) -> String {
        let Words { around: [head, tail], wait, fail, done } = self;
        let mut function = format!("{head}\n");
        for line in BODY.lines() {
            let words = [("wait!(", ");", wait, ";"), ("fail!(", ");", fail, ""), ("done!(", ");", done, "")];
            let replaced = words.into_iter().find_map(|(mark, end, [before, after], rest)| {
                let (indent, argument) = line.split_once(mark)?;
                Some(format!("{indent}{before}{}{after}{rest}", argument.strip_suffix(end)?))
            });
            function += &replaced.unwrap_or_else(|| line.to_owned());
            function.push('\n');
        }
        function + tail + "\n"
    }
}

impl Flavour {
    /// The program; `edit` is in the first function.
    pub(super) fn source(&self, functions: usize, edit: usize) -> String {
        let function = match &self.function {
            Function::Of(words) => words.function(),
            Function::Written(function) => (*function).to_owned(),
        };
        let feature = if self.nightly { "#![feature(gen_blocks, yield_expr)]\n" } else { "" };
        let mut source = format!("{feature}{}\n{}\n", include_str!("texts/tick.txt"), self.prelude);
        for number in 0..functions {
            source += &function.replace("INDEX", &number.to_string());
        }
        source += "\nfn main() {\n    let mut sum = 0u64;\n";
        for number in 0..functions {
            source += &format!("    sum = sum.wrapping_add({});\n", self.run.replace("INDEX", &number.to_string()));
        }
        source += "    println!(\"{sum}\");\n}\n";
        // What both kinds of functions have.
        source.replacen("is too large", &format!("is too large, {edit}"), 1)
    }
}
