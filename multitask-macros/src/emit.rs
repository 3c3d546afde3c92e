//! Emission: a [`Machine`] as Rust.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    item::{Arguments, Item, inferable},
    machine::{Machine, State, Variant},
    names::internal,
    shadow::shadow,
};

/// The function that makes the task.
pub(crate) fn emit(
    item: &Item,
    arguments: &Arguments,
    machine: &Machine,
    yields: &[syn::Path],
    krate: &syn::Path,
) -> TokenStream {
    let Item { attrs, vis, defaultness, .. } = item;
    let waits = machine.enter.is_some();
    let signature = item.task_signature(krate, waits);
    let states = emit_states(machine);
    let items = &machine.items;
    let step = emit_step(item, machine, krate);
    let fields = argument_fields(machine);
    let values = &arguments.values;
    let named = emit_names(yields);
    let (shadow, lints) = if waits {
        // The user's code is checked in the shadow, and what is said of the machine would be said twice.
        (shadow(item, krate), quote!(unused, clippy::all, clippy::pedantic))
    } else {
        (TokenStream::new(), quote!(unreachable_code))
    };
    let task = internal("__task");
    // That a method of an operation takes `&self` or `&mut self` is no concern of who declares a socket `mut`.
    quote! {
        #(#attrs)*
        #[allow(unused_mut)]
        #vis #defaultness #signature {
            #named
            #states
            #(#items)*
            #shadow
            #[allow(unreachable_patterns, irrefutable_let_patterns, non_shorthand_field_patterns, #lints)]
            let #task = #krate::__private::machine(__Frame::Unresumed { #(#fields: #values),* }, #step);
            #task
        }
    }
}

/// Mentions `yield_!` by the user's paths, so that its imports count as used.
fn emit_names(yields: &[syn::Path]) -> TokenStream {
    quote!(#(#yields!(@named);)*)
}

/// After an error: the signature alone, so that what uses the function is understood.
pub(crate) fn emit_signature(item: &Item, krate: &syn::Path) -> TokenStream {
    let Item { attrs, vis, defaultness, .. } = item;
    let signature = item.task_signature(krate, false);
    let output = item.output();
    let named = emit_names(&item.yield_paths());
    quote! {
        #(#attrs)*
        #[allow(unused_variables)]
        #vis #defaultness #signature {
            #named
            #krate::__private::refused::<#output>()
        }
    }
}

fn argument_fields(machine: &Machine) -> Vec<proc_macro2::Ident> {
    (0..machine.arguments.len()).map(|index| format_ident!("argument_{index}")).collect()
}

/// The types of the states; the type of every field is inferred.
fn emit_states(machine: &Machine) -> TokenStream {
    let fields = argument_fields(machine);
    let mut frame = State {
        name: format_ident!("__Frame"),
        variants: vec![
            Variant { name: format_ident!("Unresumed"), fields },
            Variant { name: format_ident!("Resumed"), fields: Vec::new() },
        ],
    };
    if machine.enter.is_some() {
        frame.variants.push(Variant { name: format_ident!("Suspended"), fields: vec![format_ident!("at")] });
    }
    machine.states.iter().chain(std::iter::once(&frame)).map(emit_state).collect()
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
            let types: Vec<_> = (0..fields.len()).map(|index| format_ident!("T{}", parameters.len() + index)).collect();
            let tokens = quote!(#name { #(#fields: #types),* });
            parameters.extend(types);
            tokens
        })
        .collect();
    quote!(#[allow(non_camel_case_types, dead_code)] enum #name<#(#parameters),*> { #(#variants),* })
}

/// The function that runs the machine to its next suspension.
fn emit_step(item: &Item, machine: &Machine, krate: &syn::Path) -> TokenStream {
    let private = quote!(#krate::__private);
    let output = inferable(&item.output());
    let fields = argument_fields(machine);
    let variables = &machine.arguments;
    let [step, frame, cx, nest, at] = ["__step", "__frame", "__cx", "__nest", "__at"].map(internal);
    let options = &machine.options;
    let run = &machine.run;
    let taken = internal("__taken");
    let arguments = quote! {
        let #taken = ::core::mem::replace(#frame, __Frame::Resumed);
        let __Frame::Unresumed { #(#fields: mut #variables),* } = #taken else { #private::wrong_state() };
        #options
    };
    let body = match &machine.enter {
        None => quote! {
            let _ = (#cx, #nest);
            #arguments
            ::core::task::Poll::Ready(#run)
        },
        Some(enter) => quote! {
            if let __Frame::Unresumed { .. } = *#frame {
                #arguments
                *#frame = __Frame::Suspended { at: #enter };
            }
            let __Frame::Suspended { at: ref mut #at } = *#frame else { #private::wrong_state() };
            ::core::task::Poll::Ready(#run)
        },
    };
    let carriers = &machine.carriers;
    quote! {
        |#step, #cx| -> ::core::task::Poll<#output> {
            #[allow(unused_imports)]
            use #private::{
                HoldCopy as _, HoldForStored as _, HoldMoved as _, PrepareOperation as _, PrepareTask as _,
                RetainCopy as _, RetainOther as _,
            };
            #[allow(unused_imports)]
            use #krate::Operation as _;
            let #private::Step { frame: #frame, nest: #nest, .. } = #step;
            #(let mut #carriers = ::core::option::Option::None;)*
            #body
        }
    }
}
