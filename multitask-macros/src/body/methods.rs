//! What methods do with their receiver, by their names in the standard library.

/// How a method takes its receiver, as far as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    Value,
    Reference,
    /// By value, if it is an iterator, an option or a result.
    ValueOfOption,
    /// By value, if it is an iterator.
    ValueOfIterator,
    /// By value, if it is an iterator, or ordered.
    ValueOfOrdered,
    Unknown,
}

/// How `method` takes its receiver.
pub(crate) fn receiver(method: &str) -> Receiver {
    if takes_value(method) {
        Receiver::Value
    } else if method == "take" {
        Receiver::ValueOfIterator
    } else if matches!(method, "max" | "min" | "clamp") {
        Receiver::ValueOfOrdered
    } else if is_adapter(method) || is_summary(method) {
        Receiver::ValueOfOption
    } else if borrows(method) {
        Receiver::Reference
    } else {
        Receiver::Unknown
    }
}

/// Whether a value that `method` is called on is gone when it returns, and does not live to the end of the statement.
pub(crate) fn consumes_temporary(method: &str) -> bool {
    takes_value(method)
        || is_adapter(method)
        || method.starts_with("wrapping_")
        || method.starts_with("saturating_")
        || method.starts_with("checked_")
        || matches!(method, "timeout" | "deadline" | "abs" | "pow")
}

fn takes_value(method: &str) -> bool {
    method.starts_with("into_")
        || method.starts_with("unwrap")
        || method.starts_with("expect")
        || matches!(method, "into" | "try_into")
}

/// Methods that make of an iterator, an option or a result another one.
fn is_adapter(method: &str) -> bool {
    matches!(
        method,
        "and_then"
            | "chain"
            | "cloned"
            | "collect"
            | "copied"
            | "enumerate"
            | "err"
            | "filter"
            | "filter_map"
            | "flat_map"
            | "flatten"
            | "fold"
            | "fuse"
            | "inspect"
            | "map"
            | "map_err"
            | "map_while"
            | "max_by_key"
            | "min_by_key"
            | "ok"
            | "ok_or"
            | "ok_or_else"
            | "or_else"
            | "peekable"
            | "product"
            | "rev"
            | "scan"
            | "skip"
            | "skip_while"
            | "step_by"
            | "sum"
            | "take_while"
            | "transpose"
            | "zip"
    )
}

/// Methods that make something else of them; other types have methods of these names that take a reference.
fn is_summary(method: &str) -> bool {
    matches!(
        method,
        "and"
            | "count"
            | "cycle"
            | "for_each"
            | "is_none_or"
            | "is_ok_and"
            | "is_some_and"
            | "last"
            | "map_or"
            | "map_or_else"
            | "max_by"
            | "min_by"
            | "or"
            | "partition"
            | "reduce"
            | "unzip"
            | "xor"
    )
}

/// Methods that borrow `self`.
pub(crate) fn borrows(method: &str) -> bool {
    method.starts_with("as_")
        || method.starts_with("to_")
        || method.starts_with("is_")
        || method.starts_with("push")
        || method.starts_with("read")
        || method.starts_with("write")
        || method.starts_with("contains")
        || method.ends_with("_mut")
        || matches!(
            method,
            "len"
                | "iter"
                | "get"
                | "insert"
                | "remove"
                | "clone"
                | "clear"
                | "extend"
                | "first"
                | "last"
                | "fill"
                | "pop"
                | "pop_front"
                | "pop_back"
                | "borrow"
                | "lock"
                | "set"
                | "replace"
                | "take"
                | "starts_with"
                | "ends_with"
                | "trim"
                | "chars"
                | "bytes"
                | "lines"
                | "split"
                | "find"
                | "sort"
                | "swap"
                | "truncate"
                | "drain"
                | "extend_from_slice"
                | "copy_from_slice"
                | "entry"
                | "keys"
                | "values"
                | "flush"
                | "next"
                | "parse"
                | "peek"
                | "accept"
                | "recv"
                | "send"
        )
}

/// Whether a method evaluates to what an option or a result holds.
pub(crate) fn unwraps(method: &syn::Ident) -> bool {
    method == "unwrap" || method == "expect"
}

/// Whether an expression is what an option or a result holds.
pub(crate) fn is_unwrapped(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::MethodCall(call) if unwraps(&call.method))
}

/// Whether a method changes nothing, of whatever type its receiver is.
pub(crate) fn only_looks(method: &str) -> bool {
    matches!(method, "len" | "is_empty" | "iter" | "clone" | "contains" | "to_string" | "to_owned" | "to_vec")
}

/// Whether a method of text has such a name, and changes nothing.
pub(crate) fn looks_at_text(method: &str) -> bool {
    method.starts_with("split")
        || method.starts_with("rsplit")
        || method.starts_with("strip_")
        || method.starts_with("trim")
        || matches!(
            method,
            "as_bytes"
                | "as_str"
                | "bytes"
                | "char_indices"
                | "chars"
                | "ends_with"
                | "eq_ignore_ascii_case"
                | "lines"
                | "starts_with"
                | "to_ascii_lowercase"
                | "to_ascii_uppercase"
                | "to_lowercase"
                | "to_uppercase"
        )
}

/// Whether a method takes a number: it is copied before the arguments are evaluated.
pub(crate) fn takes_number(method: &str) -> bool {
    const PREFIXES: [&str; 8] =
        ["wrapping_", "saturating_", "checked_", "overflowing_", "strict_", "carrying_", "borrowing_", "unbounded_"];
    PREFIXES.iter().any(|prefix| method.starts_with(prefix))
        || matches!(
            method,
            "max"
                | "min"
                | "clamp"
                | "pow"
                | "powi"
                | "powf"
                | "abs_diff"
                | "midpoint"
                | "atan2"
                | "hypot"
                | "copysign"
                | "mul_add"
                | "rem_euclid"
                | "div_euclid"
                | "div_ceil"
                | "is_multiple_of"
                | "next_multiple_of"
                | "ilog"
        )
}

/// Whether a method borrows its receiver to change it.
pub(crate) fn borrows_exclusively(method: &str) -> bool {
    method == "peek" || method.ends_with("_mut") || method.starts_with("as_mut")
}

/// Whether a method of the standard library evaluates to what is no borrow of its receiver.
pub(crate) fn takes_out(method: &str) -> bool {
    method.starts_with("pop")
        || method.starts_with("to_")
        || method.starts_with("is_")
        || method.starts_with("checked_")
        || matches!(
            method,
            "all"
                | "any"
                | "clone"
                | "cloned"
                | "collect"
                | "copied"
                | "count"
                | "insert"
                | "len"
                | "next"
                | "parse"
                | "position"
                | "product"
                | "remove"
                | "replace"
                | "rposition"
                | "sum"
                | "swap_remove"
                | "take"
                | "upgrade"
        )
}

/// Whether a method of the standard library evaluates to what borrows from its receiver.
pub(crate) fn lends(method: &str) -> bool {
    method.starts_with("split")
        || method.starts_with("chunks")
        || matches!(
            method,
            "back"
                | "back_mut"
                | "borrow"
                | "borrow_mut"
                | "bytes"
                | "char_indices"
                | "chars"
                | "drain"
                | "entry"
                | "first"
                | "first_mut"
                | "front"
                | "front_mut"
                | "get"
                | "get_mut"
                | "iter"
                | "iter_mut"
                | "keys"
                | "last"
                | "last_mut"
                | "lines"
                | "lock"
                | "range"
                | "read"
                | "try_borrow"
                | "try_borrow_mut"
                | "try_lock"
                | "values"
                | "values_mut"
                | "windows"
                | "write"
        )
}

/// Whether what is made of the output of a method may say what type it is.
pub(crate) fn is_generic_in_output(method: &str) -> bool {
    matches!(
        method,
        "collect" | "into" | "parse" | "partition" | "product" | "sum" | "try_into" | "unwrap_or_default" | "unzip"
    )
}

/// Whether a method makes of an iterator another one, which has nothing besides that and its arguments.
pub(crate) fn is_plain_adapter(method: &str) -> bool {
    is_lazy_adapter(method)
        && !matches!(method, "chain" | "cycle" | "flat_map" | "flatten" | "peekable" | "scan" | "zip")
}

/// Whether a method makes of an iterator another one, which has it.
pub(crate) fn is_lazy_adapter(method: &str) -> bool {
    matches!(
        method,
        "chain"
            | "cloned"
            | "copied"
            | "cycle"
            | "enumerate"
            | "filter"
            | "filter_map"
            | "flat_map"
            | "flatten"
            | "fuse"
            | "inspect"
            | "map"
            | "map_while"
            | "peekable"
            | "rev"
            | "scan"
            | "skip"
            | "skip_while"
            | "step_by"
            | "take"
            | "take_while"
            | "zip"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_how_a_receiver_is_taken() {
        assert_eq!(receiver("into_inner"), Receiver::Value);
        assert_eq!(receiver("push_str"), Receiver::Reference);
        assert_eq!(receiver("last"), Receiver::ValueOfOption);
        assert_eq!(receiver("max"), Receiver::ValueOfOrdered);
        assert_eq!(receiver("take"), Receiver::ValueOfIterator);
        assert_eq!(receiver("finish"), Receiver::Unknown);
    }
}
