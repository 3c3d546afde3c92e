//! A yield. A task's operation is begun, and attempted until it is ready; a coroutine's value is handed out; what another
//! coroutine yields is handed on until it has finished. A call of a coroutine that may be lent its arguments is an
//! operation like those of tasks.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Expr, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    After, Lowerer, Scope,
    places::{Call, take_constants},
    rewrite::{ArgumentForm, Rewriter, generated},
};
use crate::{
    body::{Argument, Yield, Yielded, operation::needs_parameter_types, pattern::local_of, spill::is_constant},
    emit::{emit_arguments, emit_stop},
    lending,
    machine::Variant,
    names::{Name, internal},
    place,
};

impl Lowerer<'_> {
    pub(super) fn enter_yield(&mut self, code: &Yield, scope: &Scope) -> TokenStream {
        match &code.what {
            Yielded::Operation { operation, arguments } => self.enter_operation(code, operation, arguments, scope),
            Yielded::Turn => self.value_state(code),
            Yielded::Value(value) => self.enter_value(code, value, scope),
            Yielded::From(sub) => self.enter_from(code, sub, scope),
            Yielded::Itself(arguments) => self.enter_itself(code, arguments, scope),
        }
    }

    pub(super) fn run_yield(&mut self, code: &Yield, scope: &Scope, at: &Ident, after: After) -> TokenStream {
        match &code.what {
            Yielded::Operation { operation, arguments } if self.is_made_of_arguments(operation, arguments) => {
                self.run_made(code, at, after)
            }
            Yielded::Operation { operation, arguments } => {
                let end = self.end(at, &self.wait_name(code), after);
                self.run_operation(code, operation, arguments, scope, at, &end)
            }
            Yielded::Turn => self.run_turn(code),
            Yielded::Value(_) => self.run_value(code),
            Yielded::From(_) => {
                let end = self.end(at, &self.wait_name(code), after);
                self.run_from(code, at, &end)
            }
            Yielded::Itself(_) => self.run_itself(code),
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
        match (self.first_waits.get(&code.node), &code.what) {
            (Some(block), _) => block.clone(),
            (None, Yielded::Operation { operation, arguments }) if self.is_made_of_arguments(operation, arguments) => {
                format_ident!("__Waiting")
            }
            (None, _) => format_ident!("__Wait{}", code.node.0),
        }
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
        self.operation_with(code, operation, scope, form, &mut InPlace(Vec::new()))
    }

    fn operation_with(
        &self,
        code: &Yield,
        operation: &Expr,
        scope: &Scope,
        form: ArgumentForm,
        in_place: &mut InPlace,
    ) -> TokenStream {
        let krate = self.krate;
        let [port, nest] = self.poll_names();
        // Only where the operation is begun may it be run.
        let run_with = (form == ArgumentForm::Value).then_some([&port, &nest]);
        let mut made = match self.is_coroutine {
            true => operation.clone(),
            false => lending::prepare_calls(&self.recursion.wrap(operation, krate, run_with), krate),
        };
        in_place.visit_expr_mut(&mut made);
        let made = Rewriter::new(self, scope, form).expr(&made);
        if self.is_coroutine {
            let (private, sub) = (self.private(), internal("__sub"));
            let prepare = self.prepare(operation, &sub, run_with);
            // A `match`, so that its temporaries live on.
            return quote_spanned!(code.span=> match #made { #sub => (&&&#private::sub_kind(&#sub)).#prepare });
        }
        quote_spanned!(code.span=> #krate::IntoOperation::into_operation(#made))
    }

    /// The call of the method that makes an operation of what `yield_from!` is given, `sub`, which `made` is.
    fn prepare(&self, sub: &Expr, made: &Ident, run_with: Option<[&Ident; 2]>) -> TokenStream {
        match run_with {
            _ if !self.recursion.leads_back(sub) => quote!(prepare(#made)),
            Some([port, nest]) => quote!(start(#made, #port, #nest, ::core::marker::PhantomData)),
            None => quote!(nest(#made)),
        }
    }

    /// Declares what has been taken out of an operation's expression.
    fn declarations(&self, taken: &[(Ident, Expr)], scope: &Scope) -> TokenStream {
        let declarations = taken.iter().map(|(variable, expr)| {
            let expr = self.plain(expr, scope);
            quote!(let mut #variable = #expr;)
        });
        declarations.collect()
    }

    fn enter_operation(
        &mut self,
        code: &Yield,
        operation: &Expr,
        arguments: &[Argument],
        scope: &Scope,
    ) -> TokenStream {
        if self.is_made_of_arguments(operation, arguments) {
            return self.enter_made(code, operation, arguments, scope);
        }
        let private = self.private();
        let [_, nest] = self.poll_names();
        let values: Vec<_> = (0..arguments.len()).map(|i| ArgumentForm::Value.variable(i)).collect();
        let witnesses: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Witness.variable(i)).collect();
        let held: Vec<_> = (0..values.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let state = self.wait_state(
            code,
            ["wait", "manner"].map(|name| format_ident!("{name}")).into_iter().chain(held.iter().cloned()).collect(),
        );
        let mut operation = operation.clone();
        let closures = self.declarations(&lending::take_closures(&mut operation), scope);
        let mut in_place = self.in_place(&operation, arguments, scope);
        let begun = self.operation_with(code, &operation, scope, ArgumentForm::Value, &mut in_place);
        let [kind, places, made] = ["__kind", "__places", "__operation"].map(internal);
        let state = quote! {
            #state { wait: #private::begin(#nest, #made), manner: (&&#kind).manner(), #(#held),* }
        };
        if values.is_empty() {
            return quote_spanned! {code.span=> {
                #closures
                match #begun {
                    #made => {
                        let #kind = #private::kind_of(#nest, &#made);
                        #state
                    }
                }
            }};
        }
        let example = self.operation(code, &operation, scope, ArgumentForm::Witness);
        let call = Call::of(&operation, false);
        let find_places = call.as_ref().map(|_| quote!(let #places = (&#kind).first_places();));
        let [mut evaluated, mut held_before, mut held_after] = [(); 3].map(|()| TokenStream::new());
        for (index, argument) in arguments.iter().enumerate() {
            let (value, witness, held) = (&values[index], &witnesses[index], &held[index]);
            let place = call.as_ref().and_then(|call| call.place_of(index, &places));
            let place = place.unwrap_or_else(|| quote!(#private::Anywhere));
            let span = argument.value.span();
            let mut found = quote_spanned!(span=> #private::argument(&#kind, &#place, &#witness));
            let text = local_of(&argument.value).filter(|&local| self.rewriter(scope).is_owned(local));
            found = match text.map(|local| self.variable(local)) {
                Some(variable) => quote_spanned!(span=> (&&&&#variable.argument_of_text(#found))),
                None => quote_spanned!(span=> (&&&&#found)),
            };
            if in_place.has(index) {
                evaluated.extend(quote!(let #witness = #private::unknown_witness();));
                held_after.extend(quote_spanned!(span=> let #held = #found.hold_made_in_place();));
            } else {
                let expr = self.plain(&argument.value, scope);
                evaluated.extend(quote!(let #value = #expr; let #witness = #private::witness(&#value);));
                held_before.extend(quote_spanned!(span=> let #held = #found.hold(&#value);));
            }
        }
        let find_places_again = (!held_after.is_empty()).then_some(&find_places);
        quote_spanned! {code.span=> {
            #evaluated
            #closures
            let #kind = #private::operation_kind(#nest, || #example);
            #find_places
            #held_before
            match #begun {
                #made => {
                    let #kind = #private::kind_of(#nest, &#made);
                    #find_places_again
                    #held_after
                    #state
                }
            }
        }}
    }

    /// The arguments that are made in their places.
    ///
    /// The call then cannot be there several times, as one that may take its receiver out of the frame is. So it is not
    /// done there unless it must be.
    fn in_place(&self, operation: &Expr, arguments: &[Argument], scope: &Scope) -> InPlace {
        let must_stay = || arguments.iter().any(|argument| needs_parameter_types(&argument.value));
        if self.rewriter(scope).has_consuming_call(operation) && !must_stay() {
            return InPlace(Vec::new());
        }
        let stay = arguments.iter().enumerate().filter(|(_, argument)| argument.may_stay);
        InPlace(stay.map(|(index, argument)| (index, argument.value.clone())).collect())
    }

    fn run_operation(
        &mut self,
        code: &Yield,
        operation: &Expr,
        arguments: &[Argument],
        scope: &Scope,
        at: &Ident,
        end: &TokenStream,
    ) -> TokenStream {
        let private = self.private();
        let state = self.wait_path(code);
        let held: Vec<_> = (0..arguments.len()).map(|i| ArgumentForm::Held.variable(i)).collect();
        let [port, nest] = self.poll_names();
        let [wait, manner, way, value] = ["__wait", "__manner", "__way", "__value"].map(internal);
        let resumed = self.resumed();
        let mut operation = operation.clone();
        let closures = self.declarations(&lending::take_closures(&mut operation), scope);
        let attempt = self.attempt(code, operation, scope, &wait);
        let pending = self.pending(code, &port);
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #state { wait: ref mut #wait, manner: ref #manner, #(ref #held),* } => {
                    match match #manner.way() {
                        #private::Manner::Stored(#way) => {
                            #private::reach(#way);
                            #manner.attempt(#nest, #port, #wait, ::core::marker::PhantomData)
                        }
                        #private::Manner::Again(#way) => {
                            #private::reach(#way);
                            #closures
                            #attempt
                        }
                    } {
                        __Poll::Ready(#value) => #value,
                        __Poll::Pending => #pending,
                    }
                }
                _ => #private::wrong_state(),
            };
            #end
            #resumed = false;
            #value
        }}
    }

    // ---- operations that name no local ----

    /// Whether a function of the arguments makes the operation, which captures nothing.
    fn is_made_of_arguments(&self, operation: &Expr, arguments: &[Argument]) -> bool {
        !self.is_coroutine
            && arguments.iter().all(|argument| !argument.may_stay && !self.may_be_text(&argument.value))
            && names_no_local(operation)
            && !self.recursion.wraps(operation)
    }

    /// Whether an argument is a local of which a copy may be kept: then the argument is one, too.
    fn may_be_text(&self, argument: &Expr) -> bool {
        local_of(argument).is_some_and(|local| self.facts.keep(local).is_owned())
    }

    fn enter_made(&mut self, code: &Yield, operation: &Expr, arguments: &[Argument], scope: &Scope) -> TokenStream {
        let private = self.private();
        let values: Vec<_> = (0..arguments.len()).map(|i| ArgumentForm::Value.variable(i)).collect();
        let evaluated = values.iter().zip(arguments).map(|(variable, argument)| {
            let value = self.plain(&argument.value, scope);
            quote!(let #variable = #value;)
        });
        let evaluated: TokenStream = evaluated.collect();
        let made = self.plain(operation, scope);
        let list = match &*values {
            [value] => value.to_token_stream(),
            values => quote!((#(#values),*)),
        };
        let (evaluated, given) = match &*values {
            [] | [_] => (evaluated, list.clone()),
            _ => {
                let given = internal("__arguments").into_token_stream();
                (quote!(#evaluated let #given = #list;), given)
            }
        };
        let made = quote_spanned!(code.span=> #private::making(&#given, |#list| #made).begin(#given));
        if self.first_waits.contains_key(&code.node) {
            let state = self.wait_state(code, vec![format_ident!("wait")]);
            return quote!({ #evaluated #state { wait: #made } });
        }
        self.has_waiting = true;
        quote!({ #evaluated __Waiting::Wait(#made) })
    }

    fn run_made(&self, code: &Yield, at: &Ident, after: After) -> TokenStream {
        let private = self.private();
        let [port, nest] = self.poll_names();
        let [wait, value] = ["__wait", "__value"].map(internal);
        let resumed = self.resumed();
        let pending = self.pending(code, &port);
        if !self.first_waits.contains_key(&code.node) {
            let attempt = match after {
                After::More => format_ident!("attempt_waiting"),
                After::End => format_ident!("attempt_last"),
            };
            return quote_spanned! {code.span=>
                match #private::#attempt(#nest, #port, #at, ::core::marker::PhantomData) {
                    __Poll::Ready(#value) => {
                        #resumed = false;
                        #value
                    }
                    __Poll::Pending => #pending,
                }
            };
        }
        let (end, state) = (self.end(at, &self.wait_name(code), after), self.wait_path(code));
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #state { wait: ref mut #wait } => {
                    match #private::attempt_made(#nest, #port, #wait, ::core::marker::PhantomData) {
                        __Poll::Ready(#value) => #value,
                        __Poll::Pending => #pending,
                    }
                }
                _ => #private::wrong_state(),
            };
            #end
            #resumed = false;
            #value
        }}
    }

    /// By what the machine's function ends while the operation is not ready. A task also tells there where it is
    /// suspended, if it is asked.
    fn pending(&self, code: &Yield, port: &Ident) -> TokenStream {
        if self.is_coroutine {
            return self.stop(&quote!(__Poll::Pending));
        }
        let (private, site) = (self.private(), self.site(code));
        self.stop(&quote!(#private::suspended(#port, #site)))
    }

    /// The end of the machine's function, with `pending`.
    fn stop(&self, pending: &TokenStream) -> TokenStream {
        emit_stop(pending, self.body.left_by_macros)
    }

    /// Where a yield is, for who asks for it: arguments.
    fn site(&self, code: &Yield) -> TokenStream {
        let (file, line) = place::file_and_line(code.span);
        let text = &code.text;
        quote!(#file, #line, #text)
    }

    /// An attempt of the operation: it is evaluated again; or, of a call that lends, its arguments are.
    fn attempt(&self, code: &Yield, mut operation: Expr, scope: &Scope, wait: &Ident) -> TokenStream {
        let private = self.private();
        let [port, nest] = self.poll_names();
        let [kind, places] = ["__kind", "__places"].map(internal);
        let outlives = quote!(::core::marker::PhantomData);
        let leads_back = self.recursion.leads_back(&operation);
        if Call::of(&operation, leads_back).is_none() {
            let again = self.operation(code, &operation, scope, ArgumentForm::Held);
            return quote_spanned! {code.span=>
                #private::attempt(#nest, #port, &#private::unknown_kind(#nest), #wait, || #again, #outlives)
            };
        }
        let constants = self.declarations(&take_constants(&mut operation), scope);
        let again = self.operation(code, &operation, scope, ArgumentForm::Held);
        let call = Call::of(&operation, leads_back).expect("it is still a call");
        let arguments = self.arguments_again(&call, scope, &places);
        quote_spanned! {code.span=> {
            #constants
            let #kind = #private::unknown_kind(#nest);
            if #kind.is_evaluated_again() {
                #private::attempt(#nest, #port, &#kind, #wait, || #again, #outlives)
            } else {
                let #places = (&#kind).places();
                (&#kind).attempt_with(#nest, #port, #wait, #arguments, #outlives)
            }
        }}
    }

    // ---- turns ----

    /// The next turn is asked for when the machine is in a state to go on from; whatever it is resumed by then, it goes on.
    fn run_turn(&mut self, code: &Yield) -> TokenStream {
        let private = self.private();
        let resumed = self.resumed();
        let [port, _] = self.poll_names();
        let site = self.site(code);
        let give_way = self.stop(&quote_spanned!(code.span=> #private::give_way(#port)));
        let suspended = self.stop(&quote_spanned!(code.span=> #private::suspended_for_turn(#port, #site)));
        quote_spanned! {code.span=> {
            if !#resumed {
                #give_way
            }
            if #private::is_described(#port) {
                #suspended
            }
            #resumed = false;
        }}
    }

    // ---- values ----

    /// The value is handed out by [`run_value`](Self::run_value), when the machine is in a state to go on from.
    fn enter_value(&mut self, code: &Yield, value: &Expr, scope: &Scope) -> TokenStream {
        let private = self.private();
        let state = self.value_state(code);
        let value = self.plain(value, scope);
        let [port, _] = self.poll_names();
        quote_spanned! {code.span=> {
            #private::give(#port, #value);
            #state
        }}
    }

    /// Nothing is kept, so there is nothing that the state would have to tell.
    fn value_state(&mut self, code: &Yield) -> TokenStream {
        if self.first_waits.contains_key(&code.node) {
            return self.wait_state(code, Vec::new());
        }
        let name = self.wait_name(code);
        self.state(name.clone(), vec![Variant::start()]);
        let start = self.start_of(&name);
        quote_spanned!(code.span=> #start)
    }

    fn run_value(&mut self, code: &Yield) -> TokenStream {
        let private = self.private();
        let resumed = self.resumed();
        let [port, _] = self.poll_names();
        let pending = self.stop(&quote_spanned!(code.span=> __Poll::Pending));
        quote_spanned! {code.span=> {
            if !#resumed {
                #pending
            }
            #resumed = false;
            #private::given(#port)
        }}
    }

    // ---- calls of the function itself ----

    /// The call is made by whoever runs the machine, when this frame is in a state to go on from.
    fn enter_itself(&mut self, code: &Yield, arguments: &[Expr], scope: &Scope) -> TokenStream {
        let private = self.private();
        let state = self.value_state(code);
        let calls = internal("__calls");
        let variables: Vec<_> = (0..arguments.len()).map(|index| internal(&format!("__parameter_{index}"))).collect();
        let itself = self.body.itself.as_ref().expect("what calls itself is known");
        let values = arguments.iter().map(|argument| self.plain(argument, scope));
        // As arguments they are coerced to the types of the parameters.
        let types = itself.parameters();
        let called_with = emit_arguments(variables.iter(), self.args);
        quote_spanned! {code.span=> {
            #(let #variables: #types = #values;)*
            #private::call_itself(#calls, #called_with);
            #state
        }}
    }

    fn run_itself(&mut self, code: &Yield) -> TokenStream {
        let private = self.private();
        let [port, _] = self.poll_names();
        let (calls, value, resumed) = (internal("__calls"), internal("__value"), self.resumed());
        let pending = self.pending(code, &port);
        quote_spanned! {code.span=> {
            let ::core::option::Option::Some(#value) = #private::returned(#calls) else { #pending };
            #resumed = false;
            #value
        }}
    }

    // ---- what others yield ----

    fn enter_from(&mut self, code: &Yield, sub: &Expr, scope: &Scope) -> TokenStream {
        let private = self.private();
        let state = self.wait_state(code, vec![format_ident!("sub")]);
        let ([port, nest], made) = (self.poll_names(), internal("__sub"));
        let (prepare, value) = (self.prepare(sub, &made, Some([&port, &nest])), self.plain(sub, scope));
        quote_spanned! {code.span=> {
            let #made = #value;
            #state { sub: (&&#private::sub_kind(&#made)).#prepare }
        }}
    }

    fn run_from(&mut self, code: &Yield, at: &Ident, end: &TokenStream) -> TokenStream {
        let private = self.private();
        let state = self.wait_path(code);
        let [port, nest] = self.poll_names();
        let (sub, value, resumed) = (internal("__sub"), internal("__value"), self.resumed());
        let pending = self.stop(&quote_spanned!(code.span=> __Poll::Pending));
        quote_spanned! {code.span=> {
            let #value = match *#at {
                #state { sub: ref mut #sub } => {
                    match #private::forward(#nest, #port, #sub, ::core::marker::PhantomData) {
                        __Poll::Ready(#value) => #value,
                        __Poll::Pending => #pending,
                    }
                }
                _ => #private::wrong_state(),
            };
            #end
            #resumed = false;
            #value
        }}
    }
}

/// Whether the expression of an operation is a call whose arguments are evaluated once, or constants.
fn names_no_local(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => !matches!(Name::of_path(path), Some(Name::Mention(..) | Name::Binding(_))),
        Expr::Paren(e) => names_no_local(&e.expr),
        Expr::Call(e) => names_no_local(&e.func) && e.args.iter().all(names_no_local),
        Expr::MethodCall(e) => names_no_local(&e.receiver) && e.args.iter().all(names_no_local),
        Expr::Tuple(e) => e.elems.iter().all(names_no_local),
        Expr::Array(e) => e.elems.iter().all(names_no_local),
        expr => is_constant(expr),
    }
}

/// Puts arguments back where they were written, by their positions.
struct InPlace(Vec<(usize, Expr)>);

impl InPlace {
    fn has(&self, index: usize) -> bool {
        self.0.iter().any(|(position, _)| *position == index)
    }
}

impl VisitMut for InPlace {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && let Some(Name::Argument(index)) = Name::of_path(path)
            && let Some((_, value)) = self.0.iter().find(|(position, _)| *position == index)
        {
            let (made, witness) =
                (syn::Lifetime::new("'__made", Span::mixed_site()), ArgumentForm::Witness.variable(index));
            // Through a `break` it is told what the call expects of it, and tells its type to the witness.
            *expr = parse_quote_spanned!(generated(value.span())=>
                #made: { if true { break #made #value; } #witness.absent() }
            );
        } else {
            visit_mut::visit_expr_mut(self, expr);
        }
    }
}
