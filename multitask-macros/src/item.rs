//! The function: its signature, its arguments as locals, and what is returned in its place.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Block, FnArg, Lifetime, Pat, ReturnType, Signature, Stmt, Token, Type, Visibility,
    parse::{Parse, ParseStream},
    parse_quote,
    visit::Visit,
    visit_mut::VisitMut,
};

use crate::{
    args::{Args, Exchange, Kind, is_unit},
    body::{LocalData, Locals, macros, pattern::binds_all, resolve::is_copy_type},
    diag::{Errors, text},
    lending::Lending,
    names::LocalId,
};

/// A function, a method, or a trait's method, of which the body may be missing.
pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Option<Block>,
    /// What of its parameters is lent, once that is known.
    pub(crate) lending: Option<Lending>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let defaultness = input.parse()?;
        let sig = input.parse()?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            return Ok(Item { attrs, vis, defaultness, sig, body: None, lending: None });
        }
        Ok(Item { attrs, vis, defaultness, sig, body: Some(input.parse()?), lending: None })
    }
}

impl Item {
    /// What the body evaluates to.
    pub(crate) fn output(&self) -> Type {
        match &self.sig.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        }
    }

    /// The signature of the function that makes the machine.
    ///
    /// The arguments are `mut` as they were where the body is in the function, too: see `shadow`.
    pub(crate) fn machine_signature(&self, args: &Args, with_body: bool) -> TokenStream {
        let mut sig = self.sig.clone();
        // Refused, if they are there: see `check`.
        (sig.asyncness, sig.constness, sig.abi, sig.variadic) = (None, None, None, None);
        let output = match &self.lending {
            Some(lending) => lending.return_type(&self.output(), args).into_token_stream(),
            None => {
                let machine = self.machine_traits(args);
                quote!(impl #machine)
            }
        };
        // It is only printed.
        sig.output = ReturnType::Type(Default::default(), Box::new(Type::Verbatim(output)));
        for input in sig.inputs.iter_mut().filter(|_| !with_body) {
            if let FnArg::Typed(input) = input
                && let Pat::Ident(pat) = &mut *input.pat
            {
                pat.mutability = None;
            }
            if let FnArg::Receiver(receiver) = input
                && receiver.reference.is_none()
            {
                receiver.mutability = None;
            }
        }
        sig.into_token_stream()
    }

    /// Gives the type parameters a lifetime that they outlive.
    ///
    /// A recursive callee is kept behind a pointer whose type says for how long it lives. Where the signature has no
    /// lifetime that would have to be `'static`, and the type parameters with it.
    pub(crate) fn bound_type_parameters(&mut self) {
        if self.lending.is_some() || has_lifetimes(&self.sig) {
            return;
        }
        let lifetime = Lifetime::new("'__recursion", Span::mixed_site());
        let mut bounder = Bounder { lifetime: &lifetime, found: false };
        self.sig.inputs.iter_mut().for_each(|input| bounder.visit_fn_arg_mut(input));
        for parameter in self.sig.generics.type_params_mut() {
            parameter.colon_token.get_or_insert_default();
            parameter.bounds.push(parse_quote!(#lifetime));
            bounder.found = true;
        }
        if bounder.found {
            self.sig.generics.params.insert(0, parse_quote!(#lifetime));
        }
    }

    /// What the machine implements.
    fn machine_traits(&self, args: &Args) -> TokenStream {
        let (krate, output) = (&args.krate, self.output());
        match &args.kind {
            Kind::Task => quote!(#krate::Task<Output = #output>),
            Kind::Coroutine(exchange) => {
                let Exchange { yields, resumes } = &**exchange;
                let iterates = exchange.takes_nothing() && is_unit(&output);
                let iterator = iterates.then(|| quote!(+ ::core::iter::FusedIterator<Item = #yields>));
                quote!(#krate::Coroutine<Resume = #resumes, Yield = #yields, Return = #output> #iterator)
            }
        }
    }

    /// The paths by which the body names `yield_!`.
    pub(crate) fn yield_paths(&self) -> Vec<syn::Path> {
        struct Collector(Vec<syn::Path>);
        impl<'ast> Visit<'ast> for Collector {
            fn visit_macro(&mut self, mac: &'ast syn::Macro) {
                if macros::is_yield(mac) {
                    self.0.push(mac.path.clone());
                }
            }
        }
        let mut collector = Collector(Vec::new());
        self.body.iter().for_each(|body| collector.visit_block(body));
        collector.0
    }

    /// Refuses what cannot be a task.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let Some(token) = &self.sig.asyncness {
            errors.at(token, text::NOT_ASYNC);
        }
        if let Some(token) = &self.sig.constness {
            errors.at(token, text::NOT_CONST);
        }
        if let Some(abi) = &self.sig.abi {
            errors.at(abi, text::NOT_EXTERN);
        }
        if let Some(variadic) = &self.sig.variadic {
            errors.at(variadic, text::NOT_VARIADIC);
        }
    }

    /// Makes locals of the arguments. A pattern is taken apart by a `let` at the head of the body.
    pub(crate) fn arguments(&mut self, locals: &mut Locals, errors: &mut Errors) -> Arguments {
        let mut arguments = Arguments::default();
        let mut prelude: Vec<Stmt> = Vec::new();
        for (index, input) in self.sig.inputs.iter_mut().enumerate() {
            let (name, mut data, value) = match input {
                FnArg::Receiver(receiver) => {
                    let mut data = named("self", receiver.self_token.span);
                    data.copy =
                        receiver.reference.is_some() && receiver.mutability.is_none() && receiver.colon_token.is_none();
                    data.reference = receiver.reference.is_some();
                    data.mutable = receiver.reference.is_none() && receiver.mutability.is_some();
                    ("self".to_owned(), data, receiver.self_token.to_token_stream())
                }
                FnArg::Typed(input) => match &*input.pat {
                    Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                        let ident = &pat.ident;
                        let mut data = named(&ident.to_string(), ident.span());
                        data.mutable = pat.mutability.is_some();
                        data.copy = is_copy_type(&input.ty);
                        data.reference = matches!(&*input.ty, Type::Reference(_));
                        (ident.to_string(), data, ident.to_token_stream())
                    }
                    pat => {
                        let ident = crate::names::internal(&format!("__argument_{index}"));
                        if !matches!(pat, Pat::Wild(_)) {
                            // Of a reference nothing is left that has a destructor.
                            if !binds_all(pat) && !matches!(&*input.ty, Type::Reference(_)) {
                                errors.at(pat, text::ARGUMENT_PATTERN);
                            }
                            prelude.push(parse_quote!(let #pat = #ident;));
                        }
                        let mut data = named(&ident.to_string(), ident.span());
                        data.temporary = true;
                        data.copy = is_copy_type(&input.ty);
                        *input.pat = parse_quote!(#ident);
                        (ident.to_string(), data, ident.to_token_stream())
                    }
                },
            };
            data.lent = self.lending.as_ref().is_some_and(|lending| lending.is_lent(index));
            let local = locals.new_local(data);
            arguments.locals.push((name, local));
            arguments.values.push(value);
        }
        if let Some(body) = &mut self.body {
            body.stmts.splice(0..0, prelude);
        }
        arguments
    }
}

/// Whether a signature has a lifetime among its parameters, or in the type of one.
fn has_lifetimes(sig: &Signature) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_lifetime(&mut self, _: &'ast Lifetime) {
            self.0 = true;
        }
        fn visit_type_reference(&mut self, _: &'ast syn::TypeReference) {
            self.0 = true;
        }
        fn visit_receiver(&mut self, receiver: &'ast syn::Receiver) {
            self.0 |= receiver.reference.is_some();
            syn::visit::visit_receiver(self, receiver);
        }
    }
    let mut finder = Finder(sig.generics.lifetimes().next().is_some());
    sig.inputs.iter().for_each(|input| finder.visit_fn_arg(input));
    finder.0
}

/// Adds a lifetime to the bounds of each `impl Trait`.
struct Bounder<'a> {
    lifetime: &'a Lifetime,
    found: bool,
}

impl VisitMut for Bounder<'_> {
    fn visit_type_impl_trait_mut(&mut self, ty: &mut syn::TypeImplTrait) {
        let lifetime = self.lifetime;
        ty.bounds.push(parse_quote!(#lifetime));
        self.found = true;
        syn::visit_mut::visit_type_impl_trait_mut(self, ty);
    }
}

/// The arguments of a function.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) locals: Vec<(String, LocalId)>,
    /// What the function itself calls them.
    pub(crate) values: Vec<TokenStream>,
}

fn named(name: &str, span: Span) -> LocalData {
    LocalData { name: name.to_owned(), span, ..LocalData::default() }
}

/// A type as it can be written inside the function: `impl Trait` is left to inference.
///
/// It is code of the expansion: what lints say of the user's type, they say of the signature.
pub(crate) fn inferable(ty: &Type) -> TokenStream {
    struct Replace;
    impl VisitMut for Replace {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::ImplTrait(_) = ty {
                *ty = parse_quote!(_);
            } else {
                syn::visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut ty = ty.clone();
    Replace.visit_type_mut(&mut ty);
    generated(ty.into_token_stream())
}

fn generated(tokens: TokenStream) -> TokenStream {
    let generated_token = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            let stream = generated(group.stream());
            token = TokenTree::Group(Group::new(group.delimiter(), stream));
        }
        token.set_span(token.span().resolved_at(Span::mixed_site()));
        token
    };
    tokens.into_iter().map(generated_token).collect()
}
