//! The user's body as it is, for the compiler to check; it is never run.
//!
//! The machine is not what the user wrote: a borrow that is taken again is no borrow to rustc in between, a local in a
//! frame can be assigned to whether it is `mut` or not, and lints about the user's code would speak of ours. So the
//! expansion contains the body a second time, as the body of a closure that is never called, in which a yield is a plain
//! call. What rustc refuses there it refuses, in the user's own words and places; and what it warns of, it warns of
//! there alone.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Block, Stmt,
    visit_mut::{self, VisitMut},
};

use crate::{
    args::{Args, Exchange, Kind},
    body::{items::is_declared_once, resolve::mentions_yield},
    item::{Item, inferable},
    names::internal,
};

/// The statement that has the body checked.
pub(crate) fn shadow(item: &Item, args: &Args) -> TokenStream {
    let Some(mut body) = item.body.clone() else { return TokenStream::new() };
    body.stmts.retain(|stmt| !matches!(stmt, Stmt::Item(_)));
    WithoutItems.visit_block_mut(&mut body);
    let krate = &args.krate;
    let (mark, imports) = match &args.kind {
        Kind::Task => (quote!(@check [#krate]), quote!(use #krate::Operation as _;)),
        Kind::Coroutine(exchange) => {
            let Exchange { yields, resumes } = &**exchange;
            let lookups = quote!(use #krate::__private::{PrepareCoroutine as _, PrepareIterator as _};);
            (quote!(@exchange [#krate] [#yields] [#resumes]), lookups)
        }
    };
    let body = marked(body.into_token_stream(), &mark);
    let output = inferable(&item.output());
    quote! {
        if false {
            #[allow(unused_imports)]
            #imports
            #krate::__private::check(move || -> #output #body);
        }
    }
}

/// Drops the items that the expansion declares once for both.
struct WithoutItems;

impl VisitMut for WithoutItems {
    fn visit_block_mut(&mut self, block: &mut Block) {
        if mentions_yield(block.to_token_stream()) {
            block.stmts.retain(|stmt| !matches!(stmt, Stmt::Item(item) if is_declared_once(item)));
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Marks each `yield_!` and `yield_from!` in `tokens`, so that the macro expands to a call.
fn marked(tokens: TokenStream, mark: &TokenStream) -> TokenStream {
    let mut output = TokenStream::new();
    // How much of `yield_ !` has gone by.
    let mut seen = 0;
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => {
                let inner = marked(group.stream(), mark);
                let stream = if seen == 2 { quote!(#mark #inner) } else { inner };
                let mut changed = Group::new(group.delimiter(), stream);
                changed.set_span(group.span());
                seen = 0;
                TokenTree::Group(changed)
            }
            TokenTree::Ident(ident) => {
                seen = usize::from(ident == "yield_" || ident == "yield_from");
                TokenTree::Ident(ident)
            }
            TokenTree::Punct(punct) => {
                seen = if seen == 1 && punct.as_char() == '!' { 2 } else { 0 };
                TokenTree::Punct(punct)
            }
            token => {
                seen = 0;
                token
            }
        };
        output.extend([token]);
    }
    output
}

/// Which macro a mark is found in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marked {
    Yield,
    YieldFrom,
}

/// What `yield_!` or `yield_from!` with a mark expands to; none if `input` has no mark.
pub(crate) fn expand_marked(which: Marked, input: &TokenStream) -> Option<TokenStream> {
    let mut tokens = input.clone().into_iter();
    let Some(TokenTree::Punct(at)) = tokens.next() else { return None };
    let Some(TokenTree::Ident(mark)) = tokens.next() else { return None };
    if at.as_char() != '@' {
        return None;
    }
    if mark == "named" {
        return Some(TokenStream::new());
    }
    let Some(TokenTree::Group(krate)) = tokens.next() else { return None };
    let krate = krate.stream();
    if mark == "exchange" {
        let Some(TokenTree::Group(yields)) = tokens.next() else { return None };
        let Some(TokenTree::Group(resumes)) = tokens.next() else { return None };
        let exchange = (yields.stream(), resumes.stream());
        return Some(expand_in_coroutine(which, &krate, exchange, tokens.collect()));
    }
    let operation: TokenStream = tokens.collect();
    if operation.is_empty() {
        return Some(quote!(#krate::__private::output_of(#krate::give_way())));
    }
    Some(quote!(#krate::__private::output_of(#operation)))
}

fn expand_in_coroutine(
    which: Marked,
    krate: &TokenStream,
    (yields, resumes): (TokenStream, TokenStream),
    value: TokenStream,
) -> TokenStream {
    let private = quote!(#krate::__private);
    match which {
        Marked::Yield => {
            let value = if value.is_empty() { quote!(()) } else { value };
            quote! {
                #private::given_after::<#resumes>(#private::give(#private::absent_port::<#yields, #resumes>(), #value))
            }
        }
        Marked::YieldFrom => {
            let sub = internal("__sub");
            quote! {
                match #value {
                    #sub => #private::return_of::<#yields, #resumes, _>((&&#private::sub_kind(&#sub)).prepare(#sub)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_yield_is_marked_also_in_a_macro() {
        let tokens: TokenStream = "f(yield_!(a), m::yield_!(yield_!()), vec![yield_!(b)])".parse().unwrap();
        let marked = marked(tokens, &quote!(@check [k])).to_string().replace(' ', "");
        assert_eq!(marked, "f(yield_!(@check[k]a),m::yield_!(@check[k]yield_!(@check[k])),vec![yield_!(@check[k]b)])");
    }

    #[test]
    fn a_marked_yield_is_a_call() {
        let expand = |text: &str| {
            expand_marked(Marked::Yield, &text.parse().unwrap()).map(|tokens| tokens.to_string().replace(' ', ""))
        };
        assert_eq!(expand("@check [k] a"), Some("k::__private::output_of(a)".into()));
        assert_eq!(expand("@check [k]"), Some("k::__private::output_of(k::give_way())".into()));
        assert_eq!(expand("@named"), Some(String::new()));
        assert_eq!(expand("a"), None);
    }
}
