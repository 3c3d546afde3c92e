//! The edition of the crate that is compiled, where the rules of a body depend on it.

/// Whether the scrutinee of an `if let` is dropped before its `else`, as since edition 2024.
///
/// No interface says which edition a function is in, but a macro runs in the compiler, whose command line does. Where
/// there is none (in an editor's server) the newest edition is as good a guess as any: nothing is run there.
pub(crate) fn drops_before_else() -> bool {
    !older_than_2024(std::env::args())
}

fn older_than_2024(arguments: impl Iterator<Item = String>) -> bool {
    let mut arguments = arguments.skip_while(|argument| !argument.starts_with("--edition"));
    let edition = match arguments.next() {
        None => return false,
        Some(argument) => match argument.split_once('=') {
            Some((_, edition)) => edition.to_owned(),
            None => arguments.next().unwrap_or_default(),
        },
    };
    matches!(edition.as_str(), "2015" | "2018" | "2021")
}

#[cfg(test)]
mod tests {
    use super::older_than_2024;

    #[test]
    fn the_command_line_says_the_edition() {
        let older = |line: &str| older_than_2024(line.split(' ').map(str::to_owned));
        assert!(older("rustc --crate-name x --edition=2021 src/lib.rs"));
        assert!(older("rustc --edition 2018 src/lib.rs"));
        assert!(!older("rustc --edition=2024 src/lib.rs"));
        assert!(!older("an editor"));
    }
}
