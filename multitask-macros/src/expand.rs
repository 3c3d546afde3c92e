//! The pipeline: one call a stage, and an end after a stage that found errors.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    analyse::{self, Facts},
    args::Args,
    body::{Body, Given, Locals, build, resolve},
    cfg,
    diag::{self, Errors},
    emit,
    item::{Arguments, Item},
    lending::{self, Lending},
    lower,
    names::MentionId,
    recursion::{Itself, Recursion},
};

/// Expands `#[task(args)] item`.
pub(crate) fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut parsed: Item = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        // The function as it is: the compiler has more to say of it, and an editor can complete in it.
        Err(error) => {
            let report = diag::report(&error);
            return quote!(#report #item);
        }
    };
    let mut errors = Errors::default();
    let written = args.clone();
    let mut args = Args::parse(args, &mut errors);
    if let Some(versions) = cfg::expand(&mut parsed, &written, &args.krate) {
        return versions;
    }
    compile(&mut parsed, &mut args, errors).unwrap_or_else(|error| {
        let report = diag::report(&error);
        let signature = emit::emit_signature(&parsed, &args);
        quote!(#report #signature)
    })
}

/// What the stages before lowering make of a function with a body.
pub(crate) struct Analysed {
    pub(crate) arguments: Arguments,
    pub(crate) body: Body,
    pub(crate) facts: Facts,
}

/// The stages up to the analyses; none for a method without a body.
pub(crate) fn analyse(item: &mut Item, args: &mut Args, mut errors: Errors) -> syn::Result<Option<Analysed>> {
    item.check(&mut errors);
    item.lending = Lending::take(item, args, &mut errors);
    let mut locals = Locals::default();
    let arguments = item.arguments(&mut locals, &mut errors);
    let Some(mut block) = item.body.clone() else {
        errors.finish()?;
        return Ok(None);
    };
    resolve::resolve(&mut block, &mut locals, &mut errors, &arguments.locals);
    errors.finish()?;
    let argument_ids: Vec<_> = arguments.locals.iter().map(|(_, local)| *local).collect();
    let itself = Itself::of(item, &locals);
    let has_exclusive = locals.ids().any(|local| locals.is_exclusive_reference(local));
    let again = has_exclusive.then(|| (block.clone(), locals.clone(), argument_ids.clone(), itself.clone()));
    let mut body = build::build(block, locals, argument_ids, args, itself, &mut errors);
    errors.finish()?;
    let mut facts = analyse::analyse(&body);
    let lent = lending_mentions(&body, &facts);
    if let Some((block, mut locals, argument_ids, itself)) = again
        && !lent.is_empty()
    {
        locals.lending_mentions = lent;
        body = build::build(block, locals, argument_ids, args, itself, &mut errors);
        facts = analyse::analyse(&body);
    }
    lending::check(&body, &facts, &mut errors);
    errors.finish()?;
    Ok(Some(Analysed { arguments, body, facts }))
}

/// The operands that lend an exclusive reference, and do not give it away: since it is needed again, or since they are
/// arguments of a function that is lent one elsewhere.
///
/// The body depends on it, and what is needed again is known only of a body: so it may be built twice.
fn lending_mentions(body: &Body, facts: &Facts) -> BTreeSet<MentionId> {
    let is_needed_again = |given: &&Given| facts.is_needed_again(given.mention);
    let borrowers: Vec<_> =
        body.given.iter().filter(is_needed_again).filter_map(|given| given.callee.as_ref()).collect();
    let borrows = |given: &&Given| given.callee.as_ref().is_some_and(|callee| borrowers.contains(&callee));
    body.given.iter().filter(|given| is_needed_again(given) || borrows(given)).map(|given| given.mention).collect()
}

fn compile(item: &mut Item, args: &mut Args, errors: Errors) -> syn::Result<TokenStream> {
    let Some(Analysed { arguments, body, facts }) = analyse(item, args, errors)? else {
        let (attrs, vis, signature) = (&item.attrs, &item.vis, item.machine_signature(args, false));
        return Ok(quote!(#(#attrs)* #vis #signature;));
    };
    let recursion = Recursion::note(&item.sig.ident.to_string(), body.callees());
    if recursion.is_recursive() {
        item.bound_type_parameters();
    }
    let machine = lower::lower(&body, &facts, args, &recursion);
    Ok(emit::emit(item, &arguments, &machine, &body, args))
}
