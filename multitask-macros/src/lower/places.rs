//! Later attempts of a call that lends: its arguments, place by place, and not the call. `private::places` of the core
//! crate says how an operation that does not lend gets past that.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use super::{
    Lowerer, Scope,
    rewrite::{ArgumentForm, Rewriter},
};
use crate::{
    body::{operation::is_group, spill::is_constant},
    names::{Name, internal, path_expr},
};

/// The arguments of a call, in their places: the receiver is the first.
pub(super) struct Call<'e> {
    receiver: Option<&'e Expr>,
    args: Vec<&'e Expr>,
}

impl<'e> Call<'e> {
    /// The call that an operation's expression is, if later attempts may do without it, or must.
    pub(super) fn of(operation: &'e Expr, leads_back: bool) -> Option<Call<'e>> {
        let call = match operation {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if Name::of_path(path).is_none() && !is_group(&path.path) => {
                    Call { receiver: None, args: call.args.iter().collect() }
                }
                _ => return None,
            },
            Expr::MethodCall(call) => Call { receiver: Some(&call.receiver), args: call.args.iter().collect() },
            _ => return None,
        };
        let has_several = call.receiver.is_some() || call.args.len() > 1;
        let keeps_values = call.args.iter().any(|arg| argument_of(arg).is_some());
        (has_several && keeps_values || leads_back).then_some(call)
    }

    /// The place of an argument that is evaluated once.
    pub(super) fn place_of(&self, argument: usize, places: &Ident) -> Option<TokenStream> {
        let position = self.args.iter().position(|arg| argument_of(arg) == Some(argument))?;
        Some(self.place(position, places))
    }

    fn place(&self, position: usize, places: &Ident) -> TokenStream {
        let before = position + usize::from(self.receiver.is_some());
        let tails = (0..before).map(|_| quote!(.tail()));
        quote!(#places #(#tails)*.head())
    }
}

/// The argument that is evaluated once, and is all of an expression.
fn argument_of(expr: &Expr) -> Option<usize> {
    let Expr::Path(path) = expr else { return None };
    match Name::of_path(path)? {
        Name::Argument(index) => Some(index),
        Name::Binding(_) | Name::Mention(..) => None,
    }
}

/// Takes the constants among the arguments of a call out of it, so that their types are those that the call wants, in
/// both kinds of attempts.
pub(super) fn take_constants(operation: &mut Expr) -> Vec<(Ident, Expr)> {
    let (Expr::Call(syn::ExprCall { args, .. }) | Expr::MethodCall(syn::ExprMethodCall { args, .. })) = operation
    else {
        return Vec::new();
    };
    let constants = args.iter_mut().enumerate().filter(|(_, arg)| is_constant(arg) && argument_of(arg).is_none());
    let take = |(index, arg): (usize, &mut Expr)| {
        let variable = internal(&format!("__constant_{index}"));
        let constant = std::mem::replace(arg, path_expr(variable.clone()));
        (variable, constant)
    };
    constants.map(take).collect()
}

impl Lowerer<'_> {
    /// The list of arguments of a later attempt.
    pub(super) fn arguments_again(&self, call: &Call<'_>, scope: &Scope, places: &Ident) -> TokenStream {
        let private = self.private();
        let rewritten = |expr: &Expr| Rewriter::new(self, scope, ArgumentForm::Held).expr(expr);
        let mut variables = Vec::new();
        let mut statements = TokenStream::new();
        for (position, arg) in call.args.iter().enumerate() {
            let variable = internal(&format!("__lent_{position}"));
            let (place, value) = (call.place(position, places), rewritten(arg));
            let value = quote_spanned!(arg.span()=> #place.with(|| #value));
            statements.extend(quote!(let #variable = #value;));
            variables.push(variable);
        }
        let mut list = variables.iter().rev().fold(quote!(()), |rest, variable| quote!((#variable, #rest)));
        if let Some(receiver) = call.receiver {
            // It is borrowed after the others are evaluated, which may read from it.
            let (place, this) = (internal("__place"), internal("__receiver"));
            let value = rewritten(receiver);
            statements.extend(quote_spanned! {receiver.span()=>
                let #place = #places.head();
                let #this = match #place.sort() {
                    #private::Sort::Exclusive => #place.exclusive().receiver(&mut #value),
                    #private::Sort::Shared => #place.shared().receiver(&#value),
                    #private::Sort::Stored => #place.stored().nothing(),
                };
            });
            list = quote!((#this, #list));
        }
        quote!({ #statements #list })
    }
}
