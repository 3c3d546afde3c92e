//! A yield: an operation is begun, and attempted until it is ready.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};

use super::{
    Lowerer, Scope,
    rewrite::{ArgumentForm, Rewriter},
};
use crate::{body::Yield, machine::Variant, names::internal};

impl Lowerer<'_> {
    pub(super) fn operation(&self, code: &Yield, scope: &Scope, form: ArgumentForm) -> TokenStream {
        let krate = self.krate;
        let operation = self.recursion.wrap(&code.operation, krate);
        let operation = Rewriter::new(self, scope.clone(), form).expr(&operation);
        quote_spanned!(code.span=> #krate::IntoOperation::into_operation(#operation))
    }

    pub(super) fn enter_yield(&mut self, code: &Yield, scope: &Scope) -> TokenStream {
        let private = self.private();
        let name = format_ident!("__Wait{}", code.node.0);
        let values: Vec<_> = (0..code.arguments.len()).map(|i| ArgumentForm::Value.variable(i)).collect();
        let witnesses: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Witness.variable(i)).collect();
        let held: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let fields = std::iter::once(format_ident!("wait")).chain(held.iter().cloned()).collect();
        self.state(name.clone(), vec![Variant::start(), Variant { name: format_ident!("Wait"), fields }]);
        let arguments: Vec<_> = code.arguments.iter().map(|argument| self.plain(argument, scope)).collect();
        let operation = self.operation(code, scope, ArgumentForm::Value);
        if values.is_empty() {
            return quote_spanned!(code.span=> #name::Wait { wait: #private::begin(#operation) });
        }
        let example = self.operation(code, scope, ArgumentForm::Witness);
        let kind = internal("__kind");
        let spans = code.arguments.iter().map(syn::spanned::Spanned::span);
        let holds = spans.zip(values.iter().zip(&witnesses)).map(
            |(span, (value, witness))| quote_spanned!(span=> (&&&#private::argument(&#kind, &#witness)).hold(&#value)),
        );
        quote_spanned! {code.span=> {
            #(let #values = #arguments; let #witnesses = #private::witness(&#values);)*
            let #kind = #private::operation_kind(|| #example);
            #(let #held = #holds;)*
            #name::Wait { wait: #private::begin(#operation), #(#held),* }
        }}
    }

    pub(super) fn run_yield(&mut self, code: &Yield, scope: &Scope, at: &Ident) -> TokenStream {
        let private = self.private();
        let name = format_ident!("__Wait{}", code.node.0);
        let held: Vec<_> = (0..code.arguments.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let again = self.operation(code, scope, ArgumentForm::Held);
        let [cx, nest] = self.poll_names();
        let (wait, value) = (internal("__wait"), internal("__value"));
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #name::Wait { wait: ref mut #wait, #(ref #held),* } => {
                    match #private::attempt(#wait, || #again, #cx, #nest, ::core::marker::PhantomData) {
                        ::core::task::Poll::Ready(#value) => #value,
                        ::core::task::Poll::Pending => return ::core::task::Poll::Pending,
                    }
                }
                _ => #private::wrong_state(),
            };
            *#at = #name::Start;
            #value
        }}
    }
}
