//! Shows the machines that `#[task]` makes of the functions of a file.
//!
//! ```console
//! $ cargo run -p multitask-explain -- examples/echo_server.rs client_handler
//! ```
//!
//! What is printed is what the compiler knows of a function before it is lowered: `describe` says it as data, `print`
//! as text. The compiler itself is in a crate of procedural macros, which cannot be called from outside of an expansion:
//! its modules are compiled into this program, too.

mod conditions;
mod describe;
mod find;
mod leads;
mod outline;
mod place;
mod print;

#[path = "../../multitask-macros/src/analyse/mod.rs"]
mod analyse;
#[path = "../../multitask-macros/src/args.rs"]
mod args;
#[allow(clippy::large_enum_variant)] // Spans that know their lines are larger than the compiler's.
#[path = "../../multitask-macros/src/body/mod.rs"]
mod body;
#[path = "../../multitask-macros/src/cfg.rs"]
mod cfg;
#[allow(dead_code)] // The entry point of `yield_!` is not here.
#[path = "../../multitask-macros/src/diag.rs"]
mod diag;
#[path = "../../multitask-macros/src/edition.rs"]
mod edition;
#[path = "../../multitask-macros/src/emit.rs"]
mod emit;
#[path = "../../multitask-macros/src/expand.rs"]
mod expand;
#[path = "../../multitask-macros/src/item.rs"]
mod item;
#[path = "../../multitask-macros/src/lending.rs"]
mod lending;
#[path = "../../multitask-macros/src/lookup.rs"]
mod lookup;
#[path = "../../multitask-macros/src/lower/mod.rs"]
mod lower;
#[path = "../../multitask-macros/src/machine.rs"]
mod machine;
#[path = "../../multitask-macros/src/names.rs"]
mod names;
#[path = "../../multitask-macros/src/recursion/mod.rs"]
mod recursion;
#[allow(dead_code)] // As above.
#[path = "../../multitask-macros/src/shadow.rs"]
mod shadow;

use std::{fs, process::ExitCode};

use find::Task;

const USAGE: &str = "\
usage: multitask-explain [--expand] [--edition=EDITION] [--cfg=CONDITION].. FILE [FUNCTION]

Shows the machine of each `#[task]` function of FILE, or of the one that is named:
where it can be suspended, what it holds there, and where it leads.

  --expand           shows what the macro makes of the function, as Rust
  --edition=EDITION  the edition of the crate that FILE belongs to; 2024, if it is not given
  --cfg=CONDITION    a condition of `#[cfg]` that holds, besides those of this machine: feature=\"tls\"
";

/// What the command line asks for.
#[derive(Default)]
struct Options {
    expand: bool,
    conditions: Vec<String>,
    file: String,
    function: Option<String>,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match explain(&options) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options::default();
    let mut names = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "--expand" => options.expand = true,
            // The compiler looks for it on the command line by itself.
            edition if edition.starts_with("--edition=") => {}
            option => match option.strip_prefix("--cfg=") {
                Some(condition) => options.conditions.push(condition.to_owned()),
                None if option.starts_with('-') => return None,
                None => names.push(argument),
            },
        }
    }
    let mut names = names.into_iter();
    options.file = names.next()?;
    options.function = names.next();
    if names.next().is_some() { None } else { Some(options) }
}

fn explain(options: &Options) -> Result<String, String> {
    let file = &options.file;
    let source = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let tasks = find::tasks(&source).map_err(|error| located(file, &error))?;
    let wanted: Vec<&Task> =
        tasks.iter().filter(|task| options.function.as_ref().is_none_or(|name| task.is_called(name))).collect();
    if wanted.is_empty() {
        return Err(none_found(options, &tasks));
    }
    let shown: syn::Result<Vec<String>> = wanted
        .into_iter()
        .map(|task| if options.expand { Ok(expansion(task)) } else { machine(task, &source, options) })
        .collect();
    shown.map(|texts| texts.join("\n")).map_err(|error| located(file, &error))
}

/// The machine of a task in words.
fn machine(task: &Task, source: &str, options: &Options) -> syn::Result<String> {
    let description = describe::describe(task, source, &options.conditions)?;
    Ok(print::print(&description, &options.file))
}

/// The expansion of a task, formatted.
fn expansion(task: &Task) -> String {
    let tokens = expand::task(task.args.clone(), task.item.clone());
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => format!("{tokens}\n"),
    }
}

/// The errors in `file`, each with its line.
fn located(file: &str, error: &syn::Error) -> String {
    let lines: Vec<_> =
        error.clone().into_iter().map(|error| format!("{file}:{}: {error}", error.span().start().line)).collect();
    lines.join("\n")
}

fn none_found(options: &Options, tasks: &[Task]) -> String {
    let file = &options.file;
    match &options.function {
        Some(function) if !tasks.is_empty() => {
            let names: Vec<_> = tasks.iter().map(|task| task.name.as_str()).collect();
            format!("{file}: no task is called `{function}`; there are: {}", names.join(", "))
        }
        _ => format!("{file}: no function is marked `#[task]`"),
    }
}
