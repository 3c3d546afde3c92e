//! Which traits of the core a body needs, for the methods that it looks up.
//!
//! The core decides by method lookup what becomes of a type: `(&&piece(&value)).way()`. An import of all those traits
//! would be compiled for each function, though few need more than some. Whoever writes such a call need not say so: each
//! begins with a function, or a type, by whose name it is found in the finished expansion.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// The traits by the names that the lookups begin with; a user's variable of such a name does no harm.
fn family(name: &str) -> &'static [&'static str] {
    match name {
        "adapted_borrower" | "borrower" | "dropped_borrower" => {
            &["BorrowsButIsCopied", "BorrowsFromReceiver", "BorrowsFromUnknown"]
        }
        "argument" | "kind_of" | "operation_kind" | "unknown_kind" => &[
            "Evaluate",
            "HoldCopy",
            "HoldForMachine",
            "HoldForStored",
            "HoldMoved",
            "MannerOfOther",
            "MannerOfStored",
            "NoPlaces",
            "PlacesOfCall",
            "Sorted",
        ],
        "argument_of_text" => &["HoldText", "HoldTextForMachine", "HoldTextForStored"],
        "call_kind" => &["PrepareCall", "PrepareOperation", "PrepareTask"],
        "Drained" => &["DrainedOther"],
        "making" => &["BeginAgain", "BeginOnce"],
        "operand" => &["OperandBorrowed", "OperandCopied"],
        "owning" => &["OwningOther", "OwningText"],
        "part" => &["PartCopy", "PartMoved"],
        "PartWay" | "ReceiverWay" | "Way" => &["ReceiverOfOther", "ReceiverStandard", "WayThrough", "WayWithin"],
        "piece" | "pointer" | "whole" => {
            &["HasParts", "IsCopied", "IsEmptied", "IsPointer", "PieceCopied", "PieceLent", "PieceMoved", "StaysWhole"]
        }
        "receiver" => &["CallByName", "CallCopy", "CallIterator", "CallOther"],
        "remainder" => &["RemainderCopied", "RemainderKept", "RemainderLent"],
        "retention" | "retention_of_two" | "retention_of_three" => &["RetainCopy", "RetainOther", "RetainQuiet"],
        "stretching" => &["StretchingOther", "StretchingText"],
        "yielded" => &["YieldCall", "YieldOther"],
        _ => &[],
    }
}

/// The traits whose methods are looked up in `tokens`.
pub(crate) fn lookups(tokens: TokenStream) -> Vec<Ident> {
    let mut found = BTreeSet::new();
    collect(tokens, &mut found);
    found.into_iter().map(|name| Ident::new(name, Span::call_site())).collect()
}

fn collect(tokens: TokenStream, found: &mut BTreeSet<&'static str>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Ident(ident) => found.extend(family(&ident.to_string())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn what_is_called_says_what_is_imported() {
        let found = lookups(quote!({
            let x = (&&k::__private::part(&y)).get();
            { making((), |()| f()).begin() }
        }));
        assert_eq!(found, ["BeginAgain", "BeginOnce", "PartCopy", "PartMoved"]);
        assert!(lookups(quote!(f(x))).is_empty());
    }
}
