//! A part of `multitask`, for its expansions only.
//!
//! The machine of a function that lends its parameters must not capture their lifetimes, or it could not be kept between
//! two resumes. Since edition 2024 an `impl Trait` captures every lifetime in scope, unless it says `use<..>`, and that has
//! to list all type parameters, of which an attribute on a method does not see those of the `impl` block. Before, it
//! captured those that it mentioned, and every type parameter. What counts is the edition of the crate that the token
//! `impl` is from: this one, which is of edition 2021 for that reason.
#![forbid(unsafe_code)]
#![no_std]

/// `impl $bounds`, by the rules of edition 2021.
#[doc(hidden)]
#[macro_export]
macro_rules! opaque {
    ($($bounds:tt)*) => { impl $($bounds)* + ::core::marker::Sized };
}
