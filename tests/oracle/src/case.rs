//! The macros that compile a body twice.

/// Makes a test that compares the two readings of a body.
///
/// Short form: `case! { fn name() -> T { body } }`.
///
/// Long form: `case! { name(arguments) { items } }`. The items are any; among them is `#[task] fn body(parameters) -> T`,
/// which is called with the arguments. As a future, each `#[task] fn` of the items is an `async fn`; so is each
/// `#[task(lend)] fn`, and a `#[lend]` on a parameter is not there.
#[macro_export]
macro_rules! case {
    (fn $name:ident() $(-> $output:ty)? { $($body:tt)* }) => {
        $crate::case! { $name() { #[task] fn body() $(-> $output)? { $($body)* } } }
    };
    ($name:ident($($argument:expr),* $(,)?) { $($items:tt)* }) => {
        #[test]
        fn $name() {
            mod as_task {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use {super::*, $crate::readings::as_task::*};
                $($items)*
                pub(super) fn make() -> impl $crate::compare::Task<Output: ::core::fmt::Debug> {
                    body($($argument),*)
                }
            }
            mod as_future {
                #[allow(unused_imports, reason = "not every body uses everything")]
                use {super::*, $crate::readings::as_future::*};
                $crate::__as_future! { () $($items)* }
                pub(super) fn make() -> impl ::core::future::Future<Output: ::core::fmt::Debug> {
                    body($($argument),*)
                }
            }
            $crate::compare::compare(stringify!($name), as_task::make, as_future::make);
        }
    };
}

/// Like `case!` in its short form, with a plain function as the other reading: each `yield_!` of it runs an operation to
/// its end.
///
/// It cannot be dropped at a suspension, so there is less to compare. It is for bodies that rustc 1.95 gets wrong as a
/// future.
#[macro_export]
macro_rules! case_beside_plain {
    (fn $name:ident() -> $output:ty { $($body:tt)* }) => {
        #[test]
        fn $name() {
            mod as_task {
                use {super::*, $crate::readings::as_task::*};
                #[task]
                pub(super) fn body() -> $output { $($body)* }
            }
            mod as_plain {
                use {super::*, $crate::readings::as_plain::*};
                pub(super) fn body() -> $output { $($body)* }
            }
            $crate::compare::compare_with_plain(stringify!($name), as_task::body, as_plain::body);
        }
    };
}

/// Puts `async` in the place of every `#[task]` in the items, those in an `impl` or a `trait` included.
#[doc(hidden)]
#[macro_export]
macro_rules! __as_future {
    // The end of the items.
    (($($done:tt)*)) => { $($done)* };
    (($($done:tt)*) #[task] $($rest:tt)*) => {
        $crate::__as_future! { ($($done)* async) $($rest)* }
    };
    (($($done:tt)*) #[task $arguments:tt] $($rest:tt)*) => {
        $crate::__as_future! { ($($done)* async) $($rest)* }
    };
    // Parameters.
    (($($done:tt)*) ($($parameters:tt)*) $($rest:tt)*) => {
        $crate::__without_lend! { (__as_future [$($done)*] [$($rest)*]) () $($parameters)* }
    };
    (() impl $($rest:tt)*) => {
        $crate::__members_as_future! { (impl) $($rest)* }
    };
    (() trait $($rest:tt)*) => {
        $crate::__members_as_future! { (trait) $($rest)* }
    };
    // The end of a function or a type.
    (($($done:tt)*) { $($body:tt)* } $($rest:tt)*) => {
        $($done)* { $($body)* }
        $crate::__as_future! { () $($rest)* }
    };
    (($($done:tt)*) ; $($rest:tt)*) => {
        $($done)* ;
        $crate::__as_future! { () $($rest)* }
    };
    (($($done:tt)*) $next:tt $($rest:tt)*) => {
        $crate::__as_future! { ($($done)* $next) $($rest)* }
    };
}

/// Like `__as_future!`, from `impl` or `trait` on.
#[doc(hidden)]
#[macro_export]
macro_rules! __members_as_future {
    // Inside the braces.
    (($($head:tt)*) in ($($done:tt)*)) => { $($head)* { $($done)* } };
    (($($head:tt)*) in ($($done:tt)*) #[task] $($rest:tt)*) => {
        $crate::__members_as_future! { ($($head)*) in ($($done)* async) $($rest)* }
    };
    (($($head:tt)*) in ($($done:tt)*) #[task $arguments:tt] $($rest:tt)*) => {
        $crate::__members_as_future! { ($($head)*) in ($($done)* async) $($rest)* }
    };
    (($($head:tt)*) in ($($done:tt)*) ($($parameters:tt)*) $($rest:tt)*) => {
        $crate::__without_lend! { (__members_as_future [$($head)*] [$($done)*] [$($rest)*]) () $($parameters)* }
    };
    (($($head:tt)*) in ($($done:tt)*) $next:tt $($rest:tt)*) => {
        $crate::__members_as_future! { ($($head)*) in ($($done)* $next) $($rest)* }
    };
    // Before the braces.
    (($($head:tt)*) { $($members:tt)* } $($rest:tt)*) => {
        $crate::__members_as_future! { ($($head)*) in () $($members)* }
        $crate::__as_future! { () $($rest)* }
    };
    (($($head:tt)*) $next:tt $($rest:tt)*) => {
        $crate::__members_as_future! { ($($head)* $next) $($rest)* }
    };
}

/// Drops `#[lend]` from parameters, and goes on with what is around them.
#[doc(hidden)]
#[macro_export]
macro_rules! __without_lend {
    (($($around:tt)*) ($($done:tt)*) #[lend] $($rest:tt)*) => {
        $crate::__without_lend! { ($($around)*) ($($done)*) $($rest)* }
    };
    (($($around:tt)*) ($($done:tt)*) $next:tt $($rest:tt)*) => {
        $crate::__without_lend! { ($($around)*) ($($done)* $next) $($rest)* }
    };
    ((__as_future [$($done:tt)*] [$($rest:tt)*]) $parameters:tt) => {
        $crate::__as_future! { ($($done)* $parameters) $($rest)* }
    };
    ((__members_as_future [$($head:tt)*] [$($done:tt)*] [$($rest:tt)*]) $parameters:tt) => {
        $crate::__members_as_future! { ($($head)*) in ($($done)* $parameters) $($rest)* }
    };
}

/// `yield_!` of an `async fn`.
#[doc(hidden)]
#[macro_export]
macro_rules! __await {
    () => {
        $crate::operations::give_way().await
    };
    ($operation:expr) => {
        ::std::boxed::Box::pin($operation).await
    };
}

/// `yield_!` of a plain function.
#[doc(hidden)]
#[macro_export]
macro_rules! __run {
    ($operation:expr) => {
        $crate::compare::run($operation)
    };
}
