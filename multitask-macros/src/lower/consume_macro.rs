//! Macros that may take locals out of the frame: `hashmap! { key => value }`.
//!
//! Of a macro of the user's nothing is known: it may take a local that stands alone among its tokens, borrow it, or not
//! mention it at all. The expansion has the macro for each of these, as it has a call that may take its receiver (see
//! [`consume`](super::consume)): with the local taken out of the frame, and with the local in the frame.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Macro, spanned::Spanned};

use super::rewrite::{ArgumentForm, Rewriter, generated};
use crate::{
    body::{macros, mentioned_locals, visit_bindings},
    names::{LocalId, internal, path_expr},
};

/// Of how many locals it is asked: the macro is there once for each combination.
const MOST_ASKED: usize = 3;

/// How a local that a macro takes leaves the frame.
#[derive(Clone, Copy)]
enum Taking {
    /// To a variable that the macro is given.
    Before,
    /// Where the macro evaluates it.
    Once,
}

impl Rewriter<'_, '_> {
    /// The macro as one that takes locals out of the frame if need be; none if it cannot need it.
    ///
    /// `is_statement`: it has no value, and may be several statements.
    pub(super) fn consuming_macro(&mut self, mac: &Macro, is_statement: bool) -> Option<Expr> {
        let asked = self.asked_locals(mac);
        if asked.is_empty() || asked.len() > MOST_ASKED {
            return None;
        }
        let (private, outcome) = (self.lowerer.private(), internal("__outcome"));
        let outcome = (!is_statement).then(|| quote!(let #outcome = #private::outcome();));
        let span = generated(mac.path.span());
        let noted: Vec<_> = asked.iter().map(|&local| self.noted_macro(mac, local, is_statement)).collect();
        let decided = self.macro_that_takes(mac, &asked, is_statement);
        Some(Expr::Verbatim(quote_spanned! {span=> ({
            #outcome
            #(#noted)*
            #decided
        })}))
    }

    /// Whether a macro may take a local out of the frame.
    pub(super) fn is_consuming_macro(&self, mac: &Macro) -> bool {
        !self.asked_locals(mac).is_empty()
    }

    /// The locals that the macro may take.
    fn asked_locals(&self, mac: &Macro) -> Vec<LocalId> {
        let mut asked: Vec<LocalId> = Vec::new();
        for (local, mention) in macros::bare_mentions(mac) {
            if !self.bound.contains_key(&local) && self.may_consume(local, mention) && !asked.contains(&local) {
                asked.push(local);
            }
        }
        asked
    }

    /// Statements that are only compiled, and note what the macro does to one of the locals: in a loop, since it may be left
    /// by the macro.
    fn noted_macro(&mut self, mac: &Macro, local: LocalId, is_statement: bool) -> TokenStream {
        let private = self.lowerer.private();
        let span = mac.path.span();
        let (verdict, probe) = (verdict(local), internal("__probe"));
        let place = self.mention(local, None, span);
        let mut neutral = TokenStream::new();
        let around = self.bound.clone();
        for other in mentioned_from_outside(&mac.tokens).into_iter().filter(|other| *other != local) {
            let (variable, value) = (internal(&format!("__neutral_{}", other.0)), self.mention(other, None, span));
            neutral.extend(quote!(let #variable = #private::neutral_of(&#value);));
            self.bound.insert(other, Expr::Verbatim(quote!((*#variable.place()))));
        }
        self.bound.insert(local, Expr::Verbatim(quote!((#probe.value))));
        let asking = std::mem::replace(&mut self.closures, 1);
        let probed = self.macro_in(mac, is_statement);
        self.closures = asking;
        self.bound = around;
        let (leaves, end) = match self.lowerer.body.left_by_macros {
            true => {
                let returns = internal("__returns");
                (quote!(if false { return #returns.get(); }), quote!(#private::absent()))
            }
            false => (TokenStream::new(), TokenStream::new()),
        };
        quote! {
            let #verdict = #private::verdict();
            if false {
                #private::never();
                #neutral
                let mut #probe = #private::probe(&#place);
                #private::note(&#verdict, || {
                    #private::never();
                    #leaves
                    #private::touch(&#probe);
                    loop {
                        #probed;
                        break;
                    }
                    #end
                });
            }
        }
    }

    /// The macro in two forms, of which the types of the locals choose one.
    ///
    /// A macro may take a local only if it comes that way. Where it makes a difference when the local is dropped, it is taken
    /// where the macro evaluates it, which may be once; else the macro has it in a variable, and may use that as it likes.
    fn macro_that_takes(&mut self, mac: &Macro, asked: &[LocalId], is_statement: bool) -> TokenStream {
        let (private, way) = (self.lowerer.private(), internal("__way"));
        let span = mac.path.span();
        let places: Vec<_> = asked.iter().map(|&local| self.mention(local, None, span)).collect();
        let retention = match places.len() {
            1 => quote!(retention),
            2 => quote!(retention_of_two),
            _ => quote!(retention_of_three),
        };
        let in_variables = self.decided_macro(mac, asked, is_statement, Taking::Before);
        let once = self.decided_macro(mac, asked, is_statement, Taking::Once);
        quote! {
            match (&&&#private::#retention(#(&#places),*)).decide() {
                #private::Retain::Nothing(_) => #in_variables,
                #private::Retain::Value(#way) => { #private::reach(#way); #once }
            }
        }
    }

    /// The macro, for each of the ways that there are for the locals that are still asked for.
    fn decided_macro(&mut self, mac: &Macro, asked: &[LocalId], is_statement: bool, taking: Taking) -> TokenStream {
        let Some((&local, others)) = asked.split_first() else { return self.macro_in(mac, is_statement) };
        let private = self.lowerer.private();
        let (verdict, way) = (verdict(local), internal("__way"));
        let span = mac.path.span();
        let stays = self.decided_macro(mac, others, is_statement, taking);
        let value = match self.form {
            ArgumentForm::Held => quote!(#private::gone()),
            ArgumentForm::Value | ArgumentForm::Witness => {
                let value = self.taken(local, span);
                quote!(#value)
            }
        };
        let (bind, bound) = match taking {
            Taking::Before => {
                let variable = self.variable(local, span);
                (quote!(let mut #variable = #value;), path_expr(variable))
            }
            Taking::Once => {
                let variable = internal(&format!("__taken_{}", local.0));
                let take = Expr::Verbatim(quote_spanned!(span=> (#variable.take())));
                (quote!(let #variable = #private::taken_once(|| #value);), take)
            }
        };
        let around = self.bound.insert(local, bound);
        let taken = self.decided_macro(mac, others, is_statement, taking);
        match around {
            Some(around) => self.bound.insert(local, around),
            None => self.bound.remove(&local),
        };
        quote! {
            match #private::decide(&#verdict) {
                #private::Decision::Moves(#way) => {
                    #private::reach(#way);
                    #bind
                    #taken
                }
                #private::Decision::Leaves(#way) => {
                    #private::reach(#way);
                    #stays
                }
            }
        }
    }

    /// The macro with its locals as they are here.
    fn macro_in(&mut self, mac: &Macro, is_statement: bool) -> TokenStream {
        let mut mac = mac.clone();
        let named = self.rewrite_macro(&mut mac);
        let (private, outcome) = (self.lowerer.private(), internal("__outcome"));
        match is_statement {
            true => quote!({ #named #mac; }),
            false => quote!(#private::like(&#outcome, { #named #mac })),
        }
    }
}

/// The locals that are mentioned in `tokens`, and not bound there, as parameters of a closure are.
fn mentioned_from_outside(tokens: &TokenStream) -> Vec<LocalId> {
    let mut bound = Vec::new();
    visit_bindings(tokens.clone(), &mut |local| bound.push(local));
    let mut mentioned = mentioned_locals(tokens.clone());
    mentioned.retain(|local| !bound.contains(local));
    mentioned
}

/// The variable whose type says whether a macro takes a local.
fn verdict(local: LocalId) -> proc_macro2::Ident {
    internal(&format!("__verdict_in_macro_{}", local.0))
}
