//! What methods do with their receiver, by their names in the standard library.

use syn::{Expr, ExprMethodCall, visit::Visit};

use super::{
    macros,
    pattern::local_of,
    spill::{Split, is_place, needs_split},
};
use crate::names::LocalId;

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
        || matches!(method, "timeout" | "abs" | "pow")
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

/// The local that `call` is made on, if its type must say whether it is taken by value.
pub(crate) fn undecided_receiver(call: &ExprMethodCall) -> Option<LocalId> {
    let local = local_of(&call.receiver)?;
    let decided = match receiver(&call.method.to_string()) {
        Receiver::Value | Receiver::Reference => true,
        Receiver::Unknown => !can_be_tried(call),
        Receiver::ValueOfOption | Receiver::ValueOfIterator | Receiver::ValueOfOrdered => false,
    };
    // The call goes to a closure: nothing in it leaves the function, or lives to the end of the statement.
    (!decided && call.args.iter().all(is_self_contained)).then_some(local)
}

fn is_self_contained(arg: &Expr) -> bool {
    struct Jumps(bool);
    impl<'ast> Visit<'ast> for Jumps {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(_) | Expr::Async(_) => return,
                Expr::Try(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.0 = true,
                Expr::Macro(mac) => {
                    let arguments = macros::arguments(&mac.mac).map(|arguments| arguments.list);
                    self.0 |= arguments.is_none();
                    arguments.iter().flatten().for_each(|argument| self.visit_expr(&argument.expr));
                }
                _ => {}
            }
            syn::visit::visit_expr(self, expr);
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut jumps = Jumps(false);
    jumps.visit_expr(arg);
    !jumps.0 && !needs_split(arg, Split::YieldsAndTemporaries)
}

/// Whether the call can be tried with a method whose arguments may be anything: their types do not follow from it.
pub(crate) fn can_be_tried(call: &ExprMethodCall) -> bool {
    let types_only = |turbofish: &syn::AngleBracketedGenericArguments| {
        turbofish.args.iter().all(|arg| matches!(arg, syn::GenericArgument::Type(_)))
    };
    call.turbofish.as_ref().is_none_or(types_only) && call.args.iter().all(has_own_type)
}

/// Whether the type of an expression does not depend on where it stands, as far as can be seen.
fn has_own_type(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Cast(_) => true,
        Expr::Path(path) => !path.path.is_ident("None"),
        Expr::Paren(e) => has_own_type(&e.expr),
        Expr::Group(e) => has_own_type(&e.expr),
        Expr::Reference(e) => has_own_type(&e.expr),
        Expr::Unary(e) => has_own_type(&e.expr),
        Expr::Field(_) | Expr::Index(_) => is_place(expr),
        Expr::Binary(e) => has_own_type(&e.left) && has_own_type(&e.right),
        Expr::Tuple(e) => e.elems.iter().all(has_own_type),
        Expr::Array(e) => !e.elems.is_empty() && e.elems.iter().all(has_own_type),
        Expr::Range(e) => e.start.iter().chain(e.end.iter()).all(|end| has_own_type(end)),
        Expr::Struct(_) => true,
        Expr::Macro(mac) => macros::name(&mac.mac) == "format",
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return false };
            let name = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let is_generic =
                matches!(name.as_str(), "default" | "new" | "from" | "with_capacity" | "from_iter" | "Err");
            !is_generic && call.args.iter().all(has_own_type)
        }
        Expr::MethodCall(call) => {
            !matches!(call.method.to_string().as_str(), "into" | "try_into" | "collect" | "parse" | "sum" | "product")
                && has_own_type(&call.receiver)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> ExprMethodCall {
        match syn::parse_str(text).unwrap() {
            Expr::MethodCall(call) => call,
            _ => unreachable!("{text} is a method call"),
        }
    }

    #[test]
    fn names_say_how_a_receiver_is_taken() {
        assert_eq!(receiver("into_inner"), Receiver::Value);
        assert_eq!(receiver("push_str"), Receiver::Reference);
        assert_eq!(receiver("last"), Receiver::ValueOfOption);
        assert_eq!(receiver("max"), Receiver::ValueOfOrdered);
        assert_eq!(receiver("take"), Receiver::ValueOfIterator);
        assert_eq!(receiver("finish"), Receiver::Unknown);
    }

    #[test]
    fn arguments_whose_type_follows_from_the_method_cannot_be_tried() {
        for text in ["x.m()", "x.m::<u8>(1, &y.z[..2], format!(\"{y}\"))", "x.m(f(y), y as u8, (1, y.len()))"] {
            assert!(can_be_tried(&call(text)), "{text}");
        }
        for text in ["x.m(|y| y.z)", "x.m(Vec::new())", "x.m(y.into())", "x.m(&Default::default())", "x.m::<3>()"] {
            assert!(!can_be_tried(&call(text)), "{text}");
        }
    }
}
