//! The arguments of the attribute: `#[task(yields = Y, resumes = R, lend, crate = path)]`.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{
    CapturedParam, PreciseCapture, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::diag::{Errors, text};

/// What `#[task(..)]` says.
pub(crate) struct Args {
    /// Where the expansion finds the library.
    pub(crate) krate: syn::Path,
    pub(crate) kind: Kind,
    /// Reference parameters are lent.
    pub(crate) lend: bool,
    /// `use<..>`: the parameters of the `impl` or `trait` around.
    pub(crate) captures: Option<Vec<CapturedParam>>,
}

/// What a function is made into.
pub(crate) enum Kind {
    Task,
    Coroutine(Box<Exchange>),
}

/// What a coroutine hands out, and what it is resumed with.
pub(crate) struct Exchange {
    pub(crate) yields: Type,
    /// `()` where it is not written.
    pub(crate) resumes: Type,
}

impl Exchange {
    /// Whether the coroutine is resumed with nothing, as far as can be seen.
    pub(crate) fn takes_nothing(&self) -> bool {
        is_unit(&self.resumes)
    }
}

/// Whether a type is written `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Paren(paren) => is_unit(&paren.elem),
        Type::Group(group) => is_unit(&group.elem),
        _ => false,
    }
}

/// The forms of the contract that later versions will understand.
const PLANNED: [&str; 2] = ["name", "derive"];

/// The arguments as they are written.
#[derive(Default)]
struct Written {
    krate: Option<syn::Path>,
    yields: Option<Type>,
    resumes: Option<(Span, Type)>,
    lend: Option<()>,
    captures: Option<Vec<CapturedParam>>,
}

impl Args {
    /// The arguments, as far as they can be understood; the others are errors.
    pub(crate) fn parse(tokens: proc_macro2::TokenStream, errors: &mut Errors) -> Args {
        let mut written = Written::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                written.parse_one(input, errors)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        let Written { krate, yields, resumes, lend, captures } = written;
        let kind = match (yields, resumes) {
            (Some(yields), resumes) => {
                let resumes = resumes.map_or_else(|| syn::parse_quote!(()), |(_, ty)| ty);
                Kind::Coroutine(Box::new(Exchange { yields, resumes }))
            }
            (None, Some((span, _))) => {
                errors.at_span(span, text::RESUMES_ALONE);
                Kind::Task
            }
            (None, None) => Kind::Task,
        };
        Args { krate: krate.unwrap_or_else(|| syn::parse_quote!(::multitask)), kind, lend: lend.is_some(), captures }
    }
}

impl Written {
    fn parse_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if input.peek(Token![use]) {
            let list: PreciseCapture = input.parse()?;
            let token = list.use_token;
            once(&mut self.captures, list.params.into_iter().collect(), &token, errors);
            return Ok(());
        }
        // `crate` is a keyword.
        let name = input.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "crate" => {
                sign(input, &name)?;
                once(&mut self.krate, input.call(syn::Path::parse_mod_style)?, &name, errors);
            }
            "lend" => once(&mut self.lend, (), &name, errors),
            "yields" => {
                sign(input, &name)?;
                once(&mut self.yields, input.parse()?, &name, errors);
            }
            "resumes" => {
                sign(input, &name)?;
                once(&mut self.resumes, (name.span(), input.parse()?), &name, errors);
            }
            other => {
                if PLANNED.contains(&other) {
                    errors.at(&name, format_args!("`#[task({other})]` is not supported yet"));
                } else {
                    errors.at(&name, text::ARGUMENTS);
                }
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<proc_macro2::TokenTree>()?;
                }
            }
        }
        Ok(())
    }
}

/// `=`, after a name.
fn sign(input: ParseStream<'_>, name: &Ident) -> syn::Result<()> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(name.span(), text::ARGUMENTS));
    }
    input.parse::<Token![=]>()?;
    Ok(())
}

fn once<T>(slot: &mut Option<T>, value: T, name: &impl ToTokens, errors: &mut Errors) {
    if slot.replace(value).is_some() {
        errors.at(name, text::ARGUMENT_TWICE);
    }
}
