//! Lent parameters: references that the machine is handed at each resume, and does not keep.
//!
//! The function returns a `Call`: the references, and a machine that captures none of their lifetimes. For that the
//! signature is written out: every elided lifetime and every `impl Trait` argument gets a name. `private::lending` of the
//! core crate has the types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    CapturedParam, Expr, FnArg, GenericParam, Lifetime, Pat, PatType, ReturnType, Stmt, Type, TypeParam, TypeReference,
    parse_quote,
    spanned::Spanned,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

use crate::{
    analyse::Facts,
    args::{Args, Kind},
    body::{Body, operation::is_made_again},
    diag::{Errors, text},
    emit::emit_kind,
    item::{Item, inferable},
    machine::{Argument, Machine},
    names::{internal, path_expr},
};

/// What is lent of a function's parameters.
pub(crate) struct Lending {
    parameters: Vec<Parameter>,
    /// What the machine may capture: lifetimes, and for a method `Self`.
    captures: Vec<Lifetime>,
    captures_self: bool,
    /// The list of captures, where it must be written: `use<..>`.
    precise: Option<TokenStream>,
}

/// A parameter, with the lifetimes in its type written out.
enum Parameter {
    /// Without the lifetime of the reference.
    Lent(TypeReference),
    Stored(Box<Type>),
}

impl Parameter {
    fn is_lent(&self) -> bool {
        match self {
            Parameter::Lent(_) => true,
            Parameter::Stored(_) => false,
        }
    }
}

impl Lending {
    /// Finds out what is lent, and writes out the signature; none if nothing is lent.
    pub(crate) fn take(item: &mut Item, args: &mut Args, errors: &mut Errors) -> Option<Lending> {
        let lent: Vec<_> = item.sig.inputs.iter_mut().map(|input| lent_reference(input, args.lend, errors)).collect();
        if lent.iter().all(Option::is_none) {
            return None;
        }
        if let Some(body) = &mut item.body {
            let inputs = item.sig.inputs.iter_mut().zip(&lent).filter(|(_, lent)| lent.is_some());
            let variables: Vec<Stmt> = inputs.filter_map(|(input, _)| variable_of_text(input)).collect();
            body.stmts.splice(0..0, variables);
        }
        let mut names = WriteOut::default();
        let inputs = item.sig.inputs.iter_mut().zip(lent);
        let parameters: Vec<_> = inputs.map(|(input, lent)| names.write_out(input, lent)).collect();
        if let ReturnType::Type(_, output) = &mut item.sig.output {
            names.write_out_elided(output, text::LEND_OUTPUT, errors);
        }
        if let Kind::Coroutine(exchange) = &mut args.kind {
            names.write_out_elided(&mut exchange.yields, text::LEND_YIELDS, errors);
            names.write_out_elided(&mut exchange.resumes, text::LEND_YIELDS, errors);
        }
        let generics = &mut item.sig.generics;
        let lifetimes =
            names.lifetimes.iter().map(|lifetime| GenericParam::Lifetime(syn::LifetimeParam::new(lifetime.clone())));
        let declared = std::mem::take(&mut generics.params);
        generics.params = lifetimes.chain(declared).chain(names.types.into_iter().map(GenericParam::Type)).collect();
        let captures_self = item.sig.receiver().is_some();
        let precise = precise_captures(item, args);
        let lending = Lending { captures: mentioned_lifetimes(item), parameters, captures_self, precise };
        item.sig.generics.params.insert(0, GenericParam::Lifetime(syn::LifetimeParam::new(call_lifetime())));
        Some(lending)
    }

    /// By parameter: whether it is lent.
    pub(crate) fn is_lent(&self, index: usize) -> bool {
        self.parameters[index].is_lent()
    }

    /// The arguments of a resume, as a function of its lifetime.
    fn family(&self, krate: &syn::Path) -> TokenStream {
        let resume = Lifetime::new("'__resume", Span::mixed_site());
        let types = self.parameters.iter().map(|parameter| match parameter {
            Parameter::Lent(TypeReference { mutability, elem, .. }) => quote!(&#resume #mutability #elem),
            Parameter::Stored(ty) => quote!(#krate::__private::Stored<#ty>),
        });
        let list = list(types);
        quote!(dyn for<#resume> #krate::__private::Lent<#resume, Args = #list>)
    }

    /// What the function returns; `output` is what its body evaluates to.
    pub(crate) fn return_type(&self, output: &Type, args: &Args) -> TokenStream {
        let krate = &args.krate;
        let private = quote!(#krate::__private);
        let lifetime = call_lifetime();
        let (kind, family) = (emit_kind(args), self.family(krate));
        let mut output = output.clone();
        OpaqueOutput { krate }.visit_type_mut(&mut output);
        let bounds = quote!(#private::LentTask<Kind = #kind, Args = #family, Output = #output>);
        if let Some(precise) = &self.precise {
            return quote!(#krate::Call<#lifetime, impl #bounds + #precise>);
        }
        let captures = &self.captures;
        let captures_self = self.captures_self.then(|| quote!(+ #private::Mentions<Self>));
        quote!(#krate::Call<#lifetime, #private::opaque!(#bounds #(+ #private::Captures<#captures>)* #captures_self)>)
    }

    /// The function that makes the machine, and the call of it; `values` are all arguments.
    pub(crate) fn emit_construction(
        &self,
        values: &[TokenStream],
        machine: &TokenStream,
        args: &Args,
    ) -> (TokenStream, TokenStream) {
        let krate = &args.krate;
        let (kind, family) = (emit_kind(args), self.family(krate));
        let arguments = self.arguments(values, &quote!(#krate::__private::stored()));
        (quote!(lent_machine::<#kind, #family, _, _, _, _, _, _>), quote!(#krate::Call::new(#arguments, #machine)))
    }

    /// The call of a function that was refused.
    pub(crate) fn emit_refused(&self, output: &Type, args: &Args) -> TokenStream {
        let krate = &args.krate;
        let (kind, family, output) = (emit_kind(args), self.family(krate), inferable(output));
        quote!(#krate::__private::refused_call::<#kind, #family, #output>())
    }

    /// What the machine's functions are given: the parameter of the one that runs it, and the other one, which lends the
    /// arguments on.
    pub(crate) fn emit_arguments(&self, machine: &Machine, krate: &syn::Path) -> (TokenStream, TokenStream) {
        let variables = machine.arguments.iter().map(|Argument { variable, .. }| quote!(mut #variable));
        let pattern = self.arguments(variables, &quote!(_));
        let lend_on = self.emit_lend_on(krate);
        (quote!(#pattern,), quote!(, #lend_on))
    }

    /// The list of arguments: `variables` in the places of those that are lent, `stored` in the others.
    fn arguments<T: ToTokens>(&self, variables: impl IntoIterator<Item = T>, stored: &TokenStream) -> TokenStream {
        list(self.parameters.iter().zip(variables).map(|(parameter, variable)| match parameter {
            Parameter::Lent(_) => variable.to_token_stream(),
            Parameter::Stored(_) => stored.clone(),
        }))
    }

    /// The function that lends the arguments for a shorter time.
    fn emit_lend_on(&self, krate: &syn::Path) -> TokenStream {
        let arguments = internal("__arguments");
        let variables: Vec<Ident> = (0..self.parameters.len()).map(|i| internal(&format!("__argument_{i}"))).collect();
        let pattern = self.arguments(&variables, &quote!(_));
        let lent = self.parameters.iter().zip(&variables).map(|(parameter, variable)| match parameter {
            Parameter::Lent(TypeReference { mutability, .. }) => quote!(&#mutability **#variable),
            Parameter::Stored(_) => quote!(#krate::__private::stored()),
        });
        let lent = list(lent);
        quote! {
            |#arguments| {
                let #pattern = #arguments;
                #lent
            }
        }
    }
}

/// `use<..>`, where it must be written: in a trait, since there all lifetimes are captured otherwise, and in its
/// implementations, which the user has to tell from others.
fn precise_captures(item: &Item, args: &Args) -> Option<TokenStream> {
    let outer = match &args.captures {
        Some(outer) => outer.clone(),
        None if item.body.is_none() => vec![syn::parse_quote!(Self)],
        None => return None,
    };
    let own = item.sig.generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(param) => CapturedParam::Lifetime(param.lifetime.clone()),
        GenericParam::Type(param) => CapturedParam::Ident(param.ident.clone()),
        GenericParam::Const(param) => CapturedParam::Ident(param.ident.clone()),
    });
    let (lifetimes, others): (Vec<_>, Vec<_>) =
        outer.into_iter().chain(own).partition(|param| matches!(param, CapturedParam::Lifetime(_)));
    let params = lifetimes.iter().chain(&others);
    Some(quote!(use<#(#params),*>))
}

/// `mut bytes: &[u8]` as a local: how far it has come can be kept, which the parameter cannot, since it is lent anew.
fn variable_of_text(input: &mut FnArg) -> Option<Stmt> {
    let FnArg::Typed(PatType { pat, ty, .. }) = input else { return None };
    let (Pat::Ident(pat), Type::Reference(reference)) = (&mut **pat, &**ty) else { return None };
    let is_text = match &*reference.elem {
        Type::Slice(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    };
    if reference.mutability.is_some() || !is_text {
        return None;
    }
    let mutability = pat.mutability.take()?;
    let ident = &pat.ident;
    Some(parse_quote!(let #mutability #ident = #ident;))
}

/// Refuses parameters that cannot be lent, given what the body does.
pub(crate) fn check(body: &Body, facts: &Facts, errors: &mut Errors) {
    for &local in &body.arguments {
        let data = &body.locals[local];
        // Only what is `mut` can be assigned to, or changed through a reference to it: `buf = &buf[1..]`.
        if data.lent && data.mutable && facts.is_needed_after_wait(local) {
            errors.at_span(data.span, format_args!("`{}` {}", data.name, text::LEND_MUT));
        }
    }
}

/// Takes closures that the operation borrows, and that are made again for each attempt, out of its expression: they live
/// longer than it.
pub(crate) fn take_closures(operation: &mut Expr) -> Vec<(Ident, Expr)> {
    let mut closures = Vec::new();
    let args = match operation {
        Expr::Call(call) => &mut call.args,
        Expr::MethodCall(call) => {
            closures = take_closures(&mut call.receiver);
            &mut call.args
        }
        _ => return closures,
    };
    for arg in args {
        if let Expr::Reference(reference) = arg
            && is_made_again(&reference.expr)
        {
            let variable = internal(&format!("__closure_{}", closures.len()));
            let closure = std::mem::replace(&mut *reference.expr, path_expr(variable.clone()));
            closures.push((variable, closure));
        }
    }
    closures
}

/// The expression of an operation, in which calls that may be of functions that lend are made operations that borrow.
pub(crate) fn prepare_calls(operation: &Expr, krate: &syn::Path) -> Expr {
    match operation {
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Block(_) => {
            let (start, end) = ends(operation);
            let call = internal("__yielded");
            let prepare = quote_spanned!(start=> (&#krate::__private::yielded(&#call)).prepare_yield(#call));
            let arm = syn::Arm {
                attrs: Vec::new(),
                pat: Pat::Ident(syn::PatIdent {
                    attrs: Vec::new(),
                    by_ref: None,
                    mutability: None,
                    ident: call,
                    subpat: None,
                }),
                guard: None,
                fat_arrow_token: syn::Token![=>](start),
                body: Box::new(Expr::Verbatim(prepare)),
                comma: None,
            };
            // A `match`, so that its temporaries live on.
            Expr::Match(syn::ExprMatch {
                attrs: Vec::new(),
                match_token: syn::Token![match](start),
                expr: Box::new(operation.clone()),
                brace_token: syn::token::Brace(end),
                arms: vec![arm],
            })
        }
        Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => {
            prepare_calls(expr, krate)
        }
        _ => operation.clone(),
    }
}

/// Where an expression begins, and where it ends.
fn ends(expr: &Expr) -> (Span, Span) {
    let mut spans = expr.to_token_stream().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

/// The lifetime of a call's arguments.
fn call_lifetime() -> Lifetime {
    Lifetime::new("'__call", Span::mixed_site())
}

/// `(first, (second, ()))`
fn list(elements: impl Iterator<Item = TokenStream>) -> TokenStream {
    let elements: Vec<_> = elements.collect();
    elements.into_iter().rev().fold(quote!(()), |rest, element| quote!((#element, #rest)))
}

/// The reference that a parameter is, if it is lent. The attribute of the parameter is taken away.
fn lent_reference(input: &mut FnArg, all: bool, errors: &mut Errors) -> Option<TypeReference> {
    let attrs = match input {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(input) => &mut input.attrs,
    };
    let marked = attrs.iter().any(is_lend);
    attrs.retain(|attr| !is_lend(attr));
    let reference = match type_of(input) {
        Type::Reference(reference) => reference.clone(),
        ty => {
            if marked {
                errors.at(ty, text::LEND_VALUE);
            }
            return None;
        }
    };
    match &reference.lifetime {
        Some(lifetime) if lifetime.ident != "_" => {
            if marked {
                errors.at(lifetime, text::LEND_NAMED);
            }
            None
        }
        _ => (marked || all).then_some(reference),
    }
}

fn is_lend(attr: &syn::Attribute) -> bool {
    attr.path().is_ident("lend")
}

/// Gives elided lifetimes and `impl Trait` arguments names.
#[derive(Default)]
struct WriteOut {
    lifetimes: Vec<Lifetime>,
    types: Vec<TypeParam>,
    /// The elided lifetimes of the parameters, and those of `self`.
    elided: Vec<Elided>,
    elided_in_self: Vec<Elided>,
}

#[derive(Clone)]
enum Elided {
    Kept(Lifetime),
    Lent,
}

impl WriteOut {
    fn write_out(&mut self, input: &mut FnArg, lent: Option<TypeReference>) -> Parameter {
        let before = self.elided.len();
        let parameter = match lent {
            Some(mut lent) => {
                self.elided.push(Elided::Lent);
                self.write_out_type(&mut lent.elem);
                let reference = TypeReference { lifetime: Some(call_lifetime()), ..lent.clone() };
                set_type(input, Type::Reference(reference));
                Parameter::Lent(lent)
            }
            None => {
                let mut ty = type_of(input).clone();
                self.write_out_type(&mut ty);
                set_type(input, ty.clone());
                Parameter::Stored(Box::new(ty))
            }
        };
        if let FnArg::Receiver(_) = input {
            self.elided_in_self = self.elided[before..].to_vec();
        }
        parameter
    }

    fn write_out_type(&mut self, ty: &mut Type) {
        let WriteOut { lifetimes, types, elided, .. } = self;
        let mut name = |_| {
            let lifetime = Lifetime::new(&format!("'__elided_{}", lifetimes.len()), Span::mixed_site());
            lifetimes.push(lifetime.clone());
            elided.push(Elided::Kept(lifetime.clone()));
            lifetime
        };
        ReplaceElided { name: &mut name }.visit_type_mut(ty);
        NameImpls { types }.visit_type_mut(ty);
    }

    /// An elided lifetime of an output is that of `self`, or the only one; `refusal` says why it cannot be one that is lent.
    fn write_out_elided(&self, ty: &mut Type, refusal: &str, errors: &mut Errors) {
        match (self.elided_in_self.as_slice(), self.elided.as_slice()) {
            ([Elided::Kept(lifetime)], _) | ([], [Elided::Kept(lifetime)]) => {
                ReplaceElided { name: &mut |_| lifetime.clone() }.visit_type_mut(ty);
            }
            ([Elided::Lent, ..], _) | ([], [Elided::Lent]) => {
                let mut refuse = |span| {
                    errors.at_span(span, refusal);
                    Lifetime::new("'static", span)
                };
                ReplaceElided { name: &mut refuse }.visit_type_mut(ty);
            }
            // The compiler says that it is not known what to return.
            _ => {}
        }
    }
}

/// Replaces elided lifetimes.
struct ReplaceElided<'a> {
    name: &'a mut dyn FnMut(Span) -> Lifetime,
}

impl VisitMut for ReplaceElided<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some((self.name)(reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = (self.name)(lifetime.span());
        }
    }

    // There they are the function's own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}

/// Makes type parameters of `impl Trait`.
struct NameImpls<'a> {
    types: &'a mut Vec<TypeParam>,
}

impl VisitMut for NameImpls<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(bounds) = ty {
            let ident = format_ident!("__Impl{}", self.types.len());
            let mut param = TypeParam::from(ident.clone());
            param.colon_token = Some(Default::default());
            param.bounds = std::mem::take(&mut bounds.bounds);
            self.types.push(param);
            *ty = syn::parse_quote!(#ident);
        }
    }
}

/// Has an `impl Trait` of the output capture just what it mentions, as the machine does.
struct OpaqueOutput<'a> {
    krate: &'a syn::Path,
}

impl VisitMut for OpaqueOutput<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(opaque) = ty {
            let (krate, bounds) = (self.krate, &opaque.bounds);
            *ty = syn::parse_quote!(#krate::__private::opaque!(#bounds));
        }
    }
}

/// The lifetimes that the parameters and the output mention, and that the machine may keep.
fn mentioned_lifetimes(item: &Item) -> Vec<Lifetime> {
    struct Collector {
        found: Vec<Lifetime>,
        /// Declared by a `for<..>` around.
        bound: Vec<Lifetime>,
    }
    impl<'ast> Visit<'ast> for Collector {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            let is_one = !matches!(lifetime.ident.to_string().as_str(), "_" | "static") && *lifetime != call_lifetime();
            if is_one && !self.found.contains(lifetime) && !self.bound.contains(lifetime) {
                self.found.push(lifetime.clone());
            }
        }

        fn visit_bound_lifetimes(&mut self, bound: &'ast syn::BoundLifetimes) {
            self.bound.extend(bound.lifetimes.iter().filter_map(|param| match param {
                GenericParam::Lifetime(param) => Some(param.lifetime.clone()),
                _ => None,
            }));
        }
    }
    let mut collector = Collector { found: Vec::new(), bound: Vec::new() };
    item.sig.inputs.iter().for_each(|input| collector.visit_type(type_of(input)));
    collector.visit_return_type(&item.sig.output);
    collector.found
}

fn type_of(input: &FnArg) -> &Type {
    match input {
        FnArg::Receiver(receiver) => &receiver.ty,
        FnArg::Typed(input) => &input.ty,
    }
}

fn set_type(input: &mut FnArg, ty: Type) {
    match input {
        FnArg::Receiver(receiver) => {
            if let (Some((_, lifetime)), Type::Reference(reference)) = (&mut receiver.reference, &ty) {
                *lifetime = reference.lifetime.clone();
            }
            *receiver.ty = ty;
        }
        FnArg::Typed(input) => *input.ty = ty,
    }
}
