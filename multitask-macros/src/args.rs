//! The arguments of the attribute: `#[task(crate = path)]`.

use proc_macro2::TokenStream;
use syn::{Token, parse::Parser, punctuated::Punctuated, spanned::Spanned};

/// What `#[task(..)]` says.
pub(crate) struct Args {
    /// Where the expansion finds the library.
    pub(crate) krate: syn::Path,
}

/// The forms of the contract that later versions will understand.
const PLANNED: [&str; 5] = ["yields", "resumes", "name", "lend", "derive"];

impl Args {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Args> {
        let mut args = Args { krate: syn::parse_quote!(::multitask) };
        if tokens.is_empty() {
            return Ok(args);
        }
        // `crate` is a keyword, and no part of what `syn::Meta` takes for a path.
        let parser = |input: syn::parse::ParseStream<'_>| Punctuated::<Arg, Token![,]>::parse_terminated(input);
        for arg in parser.parse2(tokens)? {
            match arg {
                Arg::Crate(path) => args.krate = path,
                Arg::Other(path) => {
                    let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
                    let message = if PLANNED.contains(&name.as_str()) {
                        format!("`#[task({name})]` is not supported yet")
                    } else {
                        "`#[task]` takes `crate = path`, or nothing".to_owned()
                    };
                    return Err(syn::Error::new(path.span(), message));
                }
            }
        }
        Ok(args)
    }
}

enum Arg {
    Crate(syn::Path),
    Other(syn::Path),
}

impl syn::parse::Parse for Arg {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            return Ok(Arg::Crate(input.call(syn::Path::parse_mod_style)?));
        }
        let path = input.call(syn::Path::parse_mod_style)?;
        while !input.is_empty() && !input.peek(Token![,]) {
            input.parse::<proc_macro2::TokenTree>()?;
        }
        Ok(Arg::Other(path))
    }
}
