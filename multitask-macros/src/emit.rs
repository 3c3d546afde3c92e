//! Emission: a [`Machine`] as Rust.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::{
    args::{Args, Exchange, Kind},
    body::Body,
    item::{Arguments, Item, inferable},
    lookup::lookups,
    machine::{Machine, State, Variant},
    names::internal,
    recursion::itself::generics,
    shadow::shadow,
};

/// The function that makes the task.
pub(crate) fn emit(item: &Item, arguments: &Arguments, machine: &Machine, body: &Body, args: &Args) -> TokenStream {
    let Item { attrs, vis, defaultness, .. } = item;
    let krate = &args.krate;
    let waits = machine.enter.is_some();
    let signature = item.machine_signature(args, waits);
    let states = emit_states(machine, krate);
    let items = &machine.items;
    let step = emit_step(item, machine, args);
    let values = arguments.values.iter().zip(&machine.arguments).filter(|(_, argument)| !argument.is_lent);
    let values = values.map(|(value, _)| value);
    let named = emit_names(&body.yield_paths);
    let (shadow, lints) = if waits {
        // The user's code is checked in the shadow, and what is said of the machine would be said twice.
        (shadow(item, &body.kept_references(), args), quote!(unused, clippy::all, clippy::pedantic))
    } else {
        (TokenStream::new(), quote!(unreachable_code))
    };
    let task = internal("__task");
    let judge = emit_judge(item, args);
    let (constructor, result) = match (&item.lending, &args.kind) {
        (Some(lending), _) => {
            let made = match &judge {
                Some(judge) => quote!(__multitask::failing_lent(#task, #judge)),
                None => quote!(#task),
            };
            lending.emit_construction(&arguments.values, &made, args)
        }
        (None, Kind::Task) if machine.itself.is_some() => {
            let made = match &judge {
                Some(judge) => quote!(__multitask::failing(#task, #judge)),
                None => quote!(#task),
            };
            (quote!(machine_of_itself), made)
        }
        (None, Kind::Task) if judge.is_some() => (quote!(failing_machine), quote!(#task)),
        (None, Kind::Task) => (quote!(machine), quote!(#task)),
        (None, Kind::Coroutine(exchange)) => {
            let Exchange { yields, resumes } = &**exchange;
            let name = if machine.itself.is_some() { quote!(coroutine_of_itself) } else { quote!(coroutine) };
            (quote!(#name::<#yields, #resumes, _, _, _, _, _>), quote!(#task))
        }
    };
    let values = emit_arguments(values, args);
    let judge = judge.filter(|_| item.lending.is_none() && machine.itself.is_none()).map(|judge| quote!(, #judge));
    let result = match &machine.itself {
        Some(name) => emit_instead_of_call(name, item, &result, krate),
        None => result,
    };
    // That a method of an operation takes `&self` or `&mut self` is no concern of who declares a socket `mut`.
    quote! {
        #(#attrs)*
        #[allow(unused_mut)]
        #vis #defaultness #signature {
            use #krate::__private as __multitask;
            use ::core::task::Poll as __Poll;
            #named
            #states
            #(#items)*
            #shadow
            #[allow(unreachable_patterns, irrefutable_let_patterns, non_shorthand_field_patterns, #lints)]
            let #task = __multitask::#constructor(#values, #step #judge);
            #result
        }
    }
}

/// The function that tells whether an output is a failure, if one may be that.
fn emit_judge(item: &Item, args: &Args) -> Option<TokenStream> {
    if !matches!(args.kind, Kind::Task) || !may_fail(&item.output()) {
        return None;
    }
    let private = format_ident!("__multitask");
    let output = internal("__output");
    Some(quote! {
        |#output| {
            #[allow(unused_imports)]
            use #private::{FailsForDebugging as _, FailsInWords as _, MayFail as _, NeverFails as _};
            (&&&&#private::fallible(#output)).failure(#output)
        }
    })
}

/// Whether a type may be a `Result`, by its looks.
fn may_fail(ty: &syn::Type) -> bool {
    const OTHERS: [&str; 24] = [
        "bool",
        "char",
        "f32",
        "f64",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "str",
        "Infallible",
        "Option",
        "String",
        "Vec",
        "Box",
        "Rc",
        "Arc",
    ];
    match ty {
        syn::Type::Path(path) => {
            path.path.segments.last().is_some_and(|segment| !OTHERS.iter().any(|other| segment.ident == other))
        }
        syn::Type::Paren(ty) => may_fail(&ty.elem),
        syn::Type::Group(ty) => may_fail(&ty.elem),
        syn::Type::Macro(_) => true,
        _ => false,
    }
}

/// Mentions `yield_!` by the user's paths, so that its imports count as used.
fn emit_names(yields: &[syn::Path]) -> TokenStream {
    let named = yields.iter().enumerate().filter(|(index, path)| !yields[..*index].contains(path));
    named.map(|(_, path)| quote!(#path!(@named);)).collect()
}

/// After an error: the signature alone, so that what uses the function is understood.
pub(crate) fn emit_signature(item: &Item, args: &Args) -> TokenStream {
    let Item { attrs, vis, defaultness, .. } = item;
    let krate = &args.krate;
    let signature = item.machine_signature(args, false);
    let output = item.output();
    let kind = emit_kind(args);
    let named = emit_names(&item.yield_paths());
    let refused = match &item.lending {
        Some(lending) => lending.emit_refused(&output, args),
        None => quote!(#krate::__private::refused::<#output, #kind>()),
    };
    quote! {
        #(#attrs)*
        #[allow(unused_variables)]
        #vis #defaultness #signature {
            #named
            #refused
        }
    }
}

/// The kind of the machine, as the library has it.
pub(crate) fn emit_kind(args: &Args) -> TokenStream {
    let krate = &args.krate;
    match &args.kind {
        Kind::Task => quote!(#krate::__private::Tasks),
        Kind::Coroutine(exchange) => {
            let Exchange { yields, resumes } = &**exchange;
            quote!(#krate::__private::Exchange<#yields, #resumes>)
        }
    }
}

/// The arguments that are kept, as the machine is given them and gets them back. Those of a coroutine say how it is started.
pub(crate) fn emit_arguments(arguments: impl Iterator<Item = impl ToTokens>, args: &Args) -> TokenStream {
    let arguments = quote!((#(#arguments,)*));
    let Kind::Coroutine(exchange) = &args.kind else { return arguments };
    let private = {
        let krate = &args.krate;
        quote!(#krate::__private)
    };
    match exchange.takes_nothing() {
        true => quote!(#private::StartedByResume(#arguments)),
        false => quote!(#private::StartedAlone(#arguments)),
    }
}

/// What is kept where the body is suspended.
fn emit_body(machine: &Machine) -> TokenStream {
    let fields = &machine.suspended;
    let parameters: Vec<_> = (0..fields.len()).map(parameter).collect();
    quote!(#[allow(dead_code)] struct __Body<#(#parameters),*> { #(#fields: #parameters),* })
}

/// The types of the states; the type of every field is inferred.
fn emit_states(machine: &Machine, krate: &syn::Path) -> TokenStream {
    let waiting = machine.has_waiting.then(|| quote!(use #krate::__private::Waiting as __Waiting;));
    let body = machine.enter.is_some().then(|| emit_body(machine));
    waiting.into_iter().chain(machine.states.iter().map(emit_state)).chain(body).collect()
}

/// `result`, before a call by the function's name, so that the compiler checks that this is of the same type.
fn emit_instead_of_call(
    name: &proc_macro2::Ident,
    item: &Item,
    result: &TokenStream,
    krate: &syn::Path,
) -> TokenStream {
    let arguments = item.sig.inputs.iter().map(|_| quote!(#krate::__private::absent()));
    // Errors are where the user calls it.
    let generics = generics(&item.sig.generics);
    let call = quote_spanned!(name.span().resolved_at(Span::mixed_site())=> ::<#(#generics),*>(#(#arguments),*));
    quote! {
        #[allow(clippy::all, clippy::pedantic)]
        if true {
            return #result;
        }
        #name #call
    }
}

/// The type parameter of a state for its field at `index`.
fn parameter(index: usize) -> proc_macro2::Ident {
    format_ident!("T{index}")
}

fn emit_state(state: &State) -> TokenStream {
    let name = &state.name;
    let mut parameters = Vec::new();
    let variants: Vec<_> = state
        .variants
        .iter()
        .map(|variant| {
            let Variant { name, fields } = variant;
            if fields.is_empty() {
                return quote!(#name);
            }
            let types: Vec<_> = (0..fields.len()).map(|index| parameter(parameters.len() + index)).collect();
            let tokens = quote!(#name { #(#fields: #types),* });
            parameters.extend(types);
            tokens
        })
        .collect();
    quote!(#[allow(non_camel_case_types, dead_code)] enum #name<#(#parameters),*> { #(#variants),* })
}

/// The function that runs the machine to its next suspension, and the one that tells whether it is in one.
fn emit_step(item: &Item, machine: &Machine, args: &Args) -> TokenStream {
    let krate = &args.krate;
    let private = format_ident!("__multitask");
    let output = inferable(&item.output());
    let variables = machine.arguments.iter().filter(|argument| !argument.is_lent).map(|argument| {
        let variable = &argument.variable;
        quote_spanned!(variable.span()=> mut #variable)
    });
    let [step, frame, cx, nest, resumed] = ["__step", "__frame", "__cx", "__nest", "__resumed"].map(internal);
    let (step_type, calls) = if machine.itself.is_some() {
        let calls = internal("__calls");
        (format_ident!("StepOfItself"), quote!(calls: #calls,))
    } else {
        (format_ident!("Step"), TokenStream::new())
    };
    let (options, run) = (&machine.options, &machine.run);
    let (asks, resumption) = match &machine.is_suspended {
        Some(pattern) => (quote!(|#frame| ::core::matches!(*#frame, #pattern)), quote!(is_resumed: mut #resumed,)),
        None => (quote!(|_| false), TokenStream::new()),
    };
    let variables = emit_arguments(variables, args);
    // A task that is only asked where it is suspended does not start.
    let only_described = match &args.kind {
        Kind::Task => {
            let stop = emit_stop(&quote!(__Poll::Pending), machine.left_by_macros);
            quote!(if #private::is_described(#cx) { #stop })
        }
        Kind::Coroutine(_) => TokenStream::new(),
    };
    let output_of = |value: &TokenStream| match machine.left_by_macros {
        true => value.clone(),
        false => quote!(__Poll::Ready(#value)),
    };
    let run = output_of(run);
    // A resume starts a coroutine once, and a task as often as not: a call that never waits is only started.
    let is_rare = matches!(args.kind, Kind::Coroutine(_)).then(|| quote!(::core::hint::cold_path();));
    let body = match &machine.enter {
        None => quote! {
            let _ = &#cx;
            #only_described
            let #variables = #private::start_whole(#frame, #nest);
            #options
            #run
        },
        Some(enter) => quote! {
            if !#resumed {
                #is_rare
                #only_described
                let #variables = #private::start(#frame, #nest);
                #options
                #enter
            }
            #run
        },
    };
    let (carriers, outcomes, verdicts) = (&machine.carriers, &machine.outcomes, &machine.verdicts);
    let lookups = lookups(body.clone());
    let lookups = (!lookups.is_empty()).then(|| quote!(#[allow(unused_imports)] use #private::{#(#lookups as _),*};));
    let imports = match &args.kind {
        Kind::Task => quote! {
            #[allow(unused_imports)]
            use #krate::Operation as _;
        },
        Kind::Coroutine(_) => quote! {
            #[allow(unused_imports)]
            use #private::{PrepareCoroutine as _, PrepareIterator as _, PrepareLent as _};
        },
    };
    let (lent, lend_on) = match &item.lending {
        Some(lending) => lending.emit_arguments(machine, krate),
        None => (TokenStream::new(), TokenStream::new()),
    };
    let mut body = quote! {
        let #private::#step_type { frame: #frame, nest: #nest, #resumption #calls .. } = #step;
        #(let mut #carriers = ::core::option::Option::None;)*
        #(let #outcomes = #private::outcome();)*
        #(let #verdicts = #private::verdict();)*
        #body
    };
    if machine.left_by_macros {
        body = emit_left_by_macros(&body, &output);
    }
    quote! {
        |#step, #lent #cx| -> __Poll<#output> {
            #lookups
            #imports
            #body
        },
        #asks
        #lend_on
    }
}

/// The end of the machine's function, with `pending`.
pub(crate) fn emit_stop(pending: &TokenStream, left_by_macros: bool) -> TokenStream {
    let private = format_ident!("__multitask");
    match left_by_macros {
        true => quote!(match #private::stop(#pending).await {}),
        false => quote!(return #pending),
    }
}

/// The machine's function, where a macro may have a `return`: its type is the user's there, and a suspension is another
/// way out. See `private::stop` of the core crate.
fn emit_left_by_macros(body: &TokenStream, output: &TokenStream) -> TokenStream {
    let private = format_ident!("__multitask");
    let returns = internal("__returns");
    quote! {
        #private::run_to_stop(async move {
            let #returns = #private::neutral_output::<#output>();
            if false {
                return #returns.get();
            }
            #body
        })
    }
}
