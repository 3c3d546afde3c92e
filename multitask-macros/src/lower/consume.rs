//! Calls that may take a local out of the frame: `job.finish()`, `callback()`.
//!
//! Whether a method takes `self` by value only the compiler knows. Where it may, because the local is not mentioned
//! afterwards, the call is there twice: once with the local taken out of the frame, once with the local where it is. What
//! a closure around a third one captures decides between them; see `private::moves` of the core crate.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr,
    spanned::Spanned,
    visit::{self, Visit},
    visit_mut::VisitMut,
};

use super::rewrite::{ArgumentForm, Rewriter, generated, verdict_of};
use crate::{
    body::{
        methods::{Receiver, receiver},
        search::any_expr,
        spill::{Split, needs_split},
    },
    names::{LocalId, MentionId, Name, internal},
};

impl Rewriter<'_, '_> {
    /// The call as one that takes the local out of the frame if need be; none if it cannot need it.
    pub(super) fn consuming_call(&mut self, call: &Expr) -> Option<Expr> {
        let (local, mention) = called_on(call)?;
        let aside = self.lowerer.body.locals[local].aside;
        if aside.is_none() && (!self.may_consume(local, mention) || needs_split(call, Split::YieldsAndTemporaries)) {
            return None;
        }
        if aside.is_none() && has_closure(call) {
            return self.known_call(call, local);
        }
        let span = call.span();
        let private = self.lowerer.private();
        let stays = {
            let place = self.mention(local, Some(mention), span);
            self.call_on(call, place)
        };
        let taken = match self.form {
            ArgumentForm::Held => quote!(#private::gone()),
            ArgumentForm::Value | ArgumentForm::Witness => {
                let value = self.taken(aside.unwrap_or(local), span);
                self.call_on(call, value).into_token_stream()
            }
        };
        let noted = self.noted(call, local);
        // In parentheses, since an operator may follow where a block would be a statement.
        let [outcome, way] = ["__outcome", "__way"].map(internal);
        let verdict = self.verdict(local);
        let declared = aside.is_none().then(|| quote!(let #verdict = #private::verdict();));
        Some(Expr::Verbatim(quote_spanned! {generated(span)=> ({
            #declared
            let #outcome = #private::outcome();
            if false { #noted }
            #private::like(&#outcome, match #private::decide(&#verdict) {
                #private::Decision::Moves(#way) => { #private::reach(#way); #taken }
                #private::Decision::Leaves(#way) => { #private::reach(#way); #stays }
            })
        })}))
    }

    /// Whether a call in `expr` may take a local out of the frame, and be there several times then.
    pub(super) fn has_consuming_call(&self, expr: &Expr) -> bool {
        any_expr(expr, |expr| match expr {
            Expr::Macro(mac) => self.is_consuming_macro(&mac.mac),
            expr => called_on(expr).is_some_and(|(local, mention)| self.may_consume(local, mention)),
        })
    }

    /// A call with a closure among its arguments, which cannot be there twice. Of the methods of iterators and options it
    /// is known who takes `self` by value; see `private::receiver` of the core crate.
    fn known_call(&mut self, call: &Expr, local: LocalId) -> Option<Expr> {
        let Expr::MethodCall(call) = call else { return None };
        let names = match receiver(&call.method.to_string()) {
            Receiver::ValueOfOption => quote!(OfOptions),
            Receiver::ValueOfIterator => quote!(OfIterators),
            Receiver::ValueOfOrdered => quote!(OfOrdered),
            Receiver::Value | Receiver::Reference | Receiver::Unknown => return None,
        };
        if call.args.iter().any(leaves) {
            return None;
        }
        let span = call.span();
        let variable = self.variable(local, span);
        let (typed, slot) = if self.is_owned(local) {
            (quote!(&#variable.typed()), quote!(#variable.slot()))
        } else if self.is_optional(local) {
            let slot = self.slot(local, span);
            (quote!(&*(#slot)), slot)
        } else {
            let carrier = self.lowerer.carrier(local);
            (quote!(&#carrier), quote!((&mut *#variable, &mut #carrier)))
        };
        let mut call = call.clone();
        call.args.iter_mut().for_each(|arg| self.visit_expr_mut(arg));
        let syn::ExprMethodCall { method, turbofish, args, .. } = &call;
        let (private, it) = (self.lowerer.private(), internal("__receiver"));
        Some(Expr::Verbatim(quote_spanned! {generated(span)=>
            (&&&&#private::receiver(#typed, #private::#names)).call(#slot, |#it| #it.#method #turbofish (#args))
        }))
    }

    /// Statements that are only compiled, and note what the call does to the local.
    fn noted(&mut self, call: &Expr, local: LocalId) -> TokenStream {
        let private = self.lowerer.private();
        let verdict = self.verdict(local);
        let local = self.mention(local, None, call.span());
        let [outcome, probe] = ["__outcome", "__probe"].map(internal);
        let mut probed = call.clone();
        *callee(&mut probed) = Expr::Verbatim(quote!((#probe.value)));
        let mut neutral = TokenStream::new();
        for (index, argument) in arguments(&mut probed).enumerate() {
            let variable = internal(&format!("__neutral_{index}"));
            let value = self.expr(argument);
            neutral.extend(quote!(let #variable = #private::neutral(#value);));
            *argument = Expr::Verbatim(quote!(#variable.get()));
        }
        quote! {
            #private::never();
            #neutral
            let mut #probe = #private::probe(&#local);
            #private::note(&#verdict, || {
                #private::touch(&#probe);
                #private::like(&#outcome, #probed);
            });
        }
    }

    fn verdict(&self, local: LocalId) -> Ident {
        match self.lowerer.body.locals[local].aside {
            Some(_) => verdict_of(local),
            None => internal("__verdict"),
        }
    }

    /// The call with `callee` in the place of the local.
    fn call_on(&mut self, call: &Expr, value: Expr) -> Expr {
        let mut call = call.clone();
        for argument in arguments(&mut call) {
            let rewritten = self.expr(argument);
            *argument = Expr::Verbatim(rewritten);
        }
        *callee(&mut call) = value;
        call
    }
}

/// The local on which a call is made, or that is called itself.
pub(crate) fn called_on(call: &Expr) -> Option<(LocalId, MentionId)> {
    let mut expr = match call {
        Expr::MethodCall(call) => &*call.receiver,
        Expr::Call(call) => &*call.func,
        _ => return None,
    };
    while let Expr::Paren(paren) = expr {
        expr = &paren.expr;
    }
    let Expr::Path(path) = expr else { return None };
    match Name::of_path(path)? {
        Name::Mention(local, mention) => Some((local, mention)),
        Name::Binding(_) | Name::Argument(_) => None,
    }
}

fn callee(call: &mut Expr) -> &mut Expr {
    match call {
        Expr::MethodCall(call) => &mut call.receiver,
        Expr::Call(call) => &mut call.func,
        _ => unreachable!("only calls are asked for their callee"),
    }
}

fn arguments(call: &mut Expr) -> impl Iterator<Item = &mut Expr> {
    match call {
        Expr::MethodCall(call) => call.args.iter_mut(),
        Expr::Call(call) => call.args.iter_mut(),
        _ => unreachable!("only calls are asked for their arguments"),
    }
}

/// Whether something in `expr` leaves it, so that it cannot be in a closure.
fn leaves(expr: &Expr) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Closure(_) | Expr::Async(_) => {}
                Expr::Try(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Macro(_) => self.0 = true,
                expr => visit::visit_expr(self, expr),
            }
        }
    }
    let mut finder = Finder(false);
    finder.visit_expr(expr);
    finder.0
}

/// Whether there is a closure in `expr`, of which every copy has a type of its own.
fn has_closure(expr: &Expr) -> bool {
    any_expr(expr, |expr| matches!(expr, Expr::Closure(_) | Expr::Async(_)))
}
