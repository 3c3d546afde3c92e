//! A yield. A task's operation is begun, and attempted until it is ready; a coroutine's value is handed out; what another
//! coroutine yields is handed on until it has finished.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use super::{
    Lowerer, Scope,
    places::{Call, take_constants},
    rewrite::{ArgumentForm, Rewriter},
};
use crate::{
    body::{Yield, Yielded},
    lending,
    machine::Variant,
    names::internal,
};

impl Lowerer<'_> {
    pub(super) fn enter_yield(&mut self, code: &Yield, scope: &Scope) -> TokenStream {
        match &code.what {
            Yielded::Operation { operation, arguments } => self.enter_operation(code, operation, arguments, scope),
            Yielded::Value(value) => self.enter_value(code, value, scope),
            Yielded::From(sub) => self.enter_from(code, sub, scope),
        }
    }

    pub(super) fn run_yield(&mut self, code: &Yield, scope: &Scope, at: &Ident) -> TokenStream {
        match &code.what {
            Yielded::Operation { operation, arguments } => self.run_operation(code, operation, arguments, scope, at),
            Yielded::Value(_) => self.run_value(code, at),
            Yielded::From(_) => self.run_from(code, at),
        }
    }

    /// Adds the state of a yield, with what it holds: an enum of its own, or a variant of the block's around it.
    fn wait_state(&mut self, code: &Yield, fields: Vec<Ident>) -> TokenStream {
        let (name, path) = (self.wait_name(code), self.wait_path(code));
        if self.first_waits.contains_key(&code.node) {
            self.block_state(name, fields);
        } else {
            self.state(name, vec![Variant::start(), Variant { name: format_ident!("Wait"), fields }]);
        }
        path
    }

    /// The enum that the state of a yield is a variant of.
    pub(super) fn wait_name(&self, code: &Yield) -> Ident {
        self.first_waits.get(&code.node).cloned().unwrap_or_else(|| format_ident!("__Wait{}", code.node.0))
    }

    /// The state of a yield.
    fn wait_path(&self, code: &Yield) -> TokenStream {
        let name = self.wait_name(code);
        let variant = if self.first_waits.contains_key(&code.node) { "First" } else { "Wait" };
        let variant = format_ident!("{variant}");
        quote_spanned!(code.span=> #name::#variant)
    }

    // ---- operations ----

    fn operation(&self, code: &Yield, operation: &Expr, scope: &Scope, form: ArgumentForm) -> TokenStream {
        let krate = self.krate;
        let operation = self.recursion.wrap(operation, krate);
        let operation = lending::prepare_calls(&operation, krate);
        let operation = Rewriter::new(self, scope, form).expr(&operation);
        quote_spanned!(code.span=> #krate::IntoOperation::into_operation(#operation))
    }

    /// Declares what has been taken out of an operation's expression.
    fn declarations(&self, taken: &[(Ident, Expr)], scope: &Scope) -> TokenStream {
        let declarations = taken.iter().map(|(variable, expr)| {
            let expr = self.plain(expr, scope);
            quote!(let mut #variable = #expr;)
        });
        declarations.collect()
    }

    fn enter_operation(&mut self, code: &Yield, operation: &Expr, arguments: &[Expr], scope: &Scope) -> TokenStream {
        let private = self.private();
        let values: Vec<_> = (0..arguments.len()).map(|i| ArgumentForm::Value.variable(i)).collect();
        let witnesses: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Witness.variable(i)).collect();
        let held: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let state = self.wait_state(code, std::iter::once(format_ident!("wait")).chain(held.iter().cloned()).collect());
        let mut operation = operation.clone();
        let closures = self.declarations(&lending::take_closures(&mut operation), scope);
        let begun = self.operation(code, &operation, scope, ArgumentForm::Value);
        if values.is_empty() {
            return quote_spanned!(code.span=> { #closures #state { wait: #private::begin(#begun) } });
        }
        let example = self.operation(code, &operation, scope, ArgumentForm::Witness);
        let [kind, places] = ["__kind", "__places"].map(internal);
        let call = Call::of(&operation, false);
        let holds = arguments.iter().enumerate().map(|(index, argument)| {
            let (value, witness) = (&values[index], &witnesses[index]);
            let place = call.as_ref().and_then(|call| call.place_of(index, &places));
            let place = place.unwrap_or_else(|| quote!(#private::Anywhere));
            let span = argument.span();
            quote_spanned!(span=> (&&&&#private::argument(&#kind, &#place, &#witness)).hold(&#value))
        });
        let holds: Vec<_> = holds.collect();
        let find_places = call.as_ref().map(|_| quote!(let #places = (&#kind).first_places();));
        let arguments = arguments.iter().map(|argument| self.plain(argument, scope));
        quote_spanned! {code.span=> {
            #(let #values = #arguments; let #witnesses = #private::witness(&#values);)*
            #closures
            let #kind = #private::operation_kind(|| #example);
            #find_places
            #(let #held = #holds;)*
            #state { wait: #private::begin(#begun), #(#held),* }
        }}
    }

    fn run_operation(
        &mut self,
        code: &Yield,
        operation: &Expr,
        arguments: &[Expr],
        scope: &Scope,
        at: &Ident,
    ) -> TokenStream {
        let private = self.private();
        let (name, state) = (self.wait_name(code), self.wait_path(code));
        let held: Vec<_> = (0..arguments.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let (wait, value) = (internal("__wait"), internal("__value"));
        let mut operation = operation.clone();
        let closures = self.declarations(&lending::take_closures(&mut operation), scope);
        let attempt = self.attempt(code, operation, scope, &wait);
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #state { wait: ref mut #wait, #(ref #held),* } => {
                    #closures
                    match #attempt {
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

    /// An attempt of the operation: it is evaluated again; or, of a call that lends, its arguments are.
    fn attempt(&self, code: &Yield, mut operation: Expr, scope: &Scope, wait: &Ident) -> TokenStream {
        let private = self.private();
        let [cx, nest] = self.poll_names();
        let [kind, places] = ["__kind", "__places"].map(internal);
        let outlives = quote!(::core::marker::PhantomData);
        let leads_back = self.recursion.leads_back(&operation);
        if Call::of(&operation, leads_back).is_none() {
            let again = self.operation(code, &operation, scope, ArgumentForm::Held);
            return quote_spanned! {code.span=>
                #private::attempt(&#private::unknown_kind(), #wait, || #again, #cx, #nest, #outlives)
            };
        }
        let constants = self.declarations(&take_constants(&mut operation), scope);
        let again = self.operation(code, &operation, scope, ArgumentForm::Held);
        let call = Call::of(&operation, leads_back).expect("it is still a call");
        let arguments = self.arguments_again(&call, scope, &places);
        quote_spanned! {code.span=> {
            #constants
            let #kind = #private::unknown_kind();
            if #kind.is_evaluated_again() {
                #private::attempt(&#kind, #wait, || #again, #cx, #nest, #outlives)
            } else {
                let #places = (&#kind).places();
                (&#kind).attempt_with(#wait, #arguments, #cx, #nest, #outlives)
            }
        }}
    }

    // ---- values ----

    /// The value is handed out by [`run_value`](Self::run_value), when the machine is in a state to go on from.
    fn enter_value(&mut self, code: &Yield, value: &Expr, scope: &Scope) -> TokenStream {
        let private = self.private();
        let state = self.wait_state(code, Vec::new());
        let value = self.plain(value, scope);
        let [port, _] = self.poll_names();
        quote_spanned! {code.span=> {
            #private::give(#port, #value);
            #state
        }}
    }

    fn run_value(&mut self, code: &Yield, at: &Ident) -> TokenStream {
        let private = self.private();
        let name = self.wait_name(code);
        let [port, _] = self.poll_names();
        quote_spanned! {code.span=> {
            if #private::has_given(#port) {
                return ::core::task::Poll::Pending;
            }
            *#at = #name::Start;
            #private::given(#port)
        }}
    }

    // ---- what others yield ----

    fn enter_from(&mut self, code: &Yield, sub: &Expr, scope: &Scope) -> TokenStream {
        let private = self.private();
        let state = self.wait_state(code, vec![format_ident!("sub")]);
        let prepare = if self.recursion.leads_back(sub) { format_ident!("nest") } else { format_ident!("prepare") };
        let value = self.plain(sub, scope);
        let sub = internal("__sub");
        quote_spanned! {code.span=> {
            let #sub = #value;
            #state { sub: (&&#private::sub_kind(&#sub)).#prepare(#sub) }
        }}
    }

    fn run_from(&mut self, code: &Yield, at: &Ident) -> TokenStream {
        let private = self.private();
        let (name, state) = (self.wait_name(code), self.wait_path(code));
        let [port, nest] = self.poll_names();
        let (sub, value) = (internal("__sub"), internal("__value"));
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #state { sub: ref mut #sub } => {
                    match #private::forward(#nest, #port, #sub, ::core::marker::PhantomData) {
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
