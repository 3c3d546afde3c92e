//! Which arm of a `match` is the one, where guards wait.
//!
//! There is one `match`, with the guards in it. After a wait it is done again: the guards that have been evaluated are
//! counted, and passed by. No arm is entered, so that nothing moves: what follows a guard that holds leaves the `match`,
//! and rustc knows that an arm behind it is never reached.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Lifetime;

use super::{After, Lowerer, Scope, suspend};
use crate::{
    body::{Code, Select, SelectArm, pattern::collect_bindings},
    machine::Variant,
    names::internal,
};

/// The names of one selection.
struct Names {
    node: usize,
    state: Ident,
    label: Lifetime,
    /// How many guards have been evaluated.
    done: Ident,
    /// How many have been asked for in this pass.
    asked: Ident,
}

impl Names {
    fn of(select: &Select) -> Names {
        let node = select.node.0;
        Names {
            node,
            state: format_ident!("__Select{node}"),
            label: Lifetime { apostrophe: Span::mixed_site(), ident: internal(&format!("__select_{node}")) },
            done: internal(&format!("__done_{node}")),
            asked: internal(&format!("__asked_{node}")),
        }
    }

    /// In how many ways the pattern of an arm has matched in this pass.
    fn way(&self, arm: usize) -> Ident {
        internal(&format!("__way_{}_{arm}", self.node))
    }
}

impl Lowerer<'_> {
    pub(super) fn run_select(&mut self, select: &Select, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        let names = Names::of(select);
        let Names { state, label, done, asked, .. } = &names;
        let waiting = select.arms.iter().enumerate().filter(|(_, arm)| waits(arm));
        let waiting: Vec<Ident> = waiting.map(|(index, _)| format_ident!("Guard{index}")).collect();
        let fields = [format_ident!("at"), format_ident!("done")];
        let mut variants = vec![Variant::start()];
        variants.extend(waiting.iter().map(|name| Variant { name: name.clone(), fields: fields.to_vec() }));
        self.state(state.clone(), variants);
        let scrutinee = self.plain(&select.scrutinee, scope);
        let arms = select.arms.iter().enumerate();
        let arms: TokenStream = arms.map(|(index, arm)| self.select_arm(&names, index, arm, scope, at)).collect();
        let ways = (0..select.arms.len()).map(|index| names.way(index));
        let value = internal("__value");
        let end = self.end(at, state, after);
        quote! {{
            let mut #done = match *#at {
                #(#state::#waiting { done: #done, .. } => #done,)*
                _ => 0usize,
            };
            let mut #asked = 0usize;
            #(let mut #ways = 0usize;)*
            let #value = #label: {
                match #scrutinee {
                    #arms
                    _ => (0usize, 0usize),
                }
            };
            #end
            #value
        }}
    }

    fn select_arm(
        &mut self,
        names: &Names,
        index: usize,
        arm: &SelectArm,
        scope: &mut Scope,
        at: &Ident,
    ) -> TokenStream {
        let private = self.private();
        let Names { label, done, asked, .. } = names;
        let pat = self.pattern(&arm.pat);
        let Some(guard) = &arm.guard else {
            return quote!(#pat if break #label (0usize, 0usize) => #private::wrong_state(),);
        };
        let mut bound = Vec::new();
        collect_bindings(&arm.pat, &mut bound);
        let mut inner = scope.with_bare(bound);
        let held = self.run_guard(names, index, guard, &mut inner, at);
        let (value, way, arm_index) = (internal("__value"), names.way(index), index + 1);
        quote! {
            #pat if { #asked += 1; #way += 1; #asked > #done }
                && { let #value = #held; #done += 1; #value }
                && break #label (#arm_index, #way) => #private::wrong_state(),
        }
    }

    fn run_guard(&mut self, names: &Names, index: usize, guard: &Code, scope: &mut Scope, at: &Ident) -> TokenStream {
        if let Code::Plain(guard) = guard {
            return self.plain(guard, scope);
        }
        let private = self.private();
        let Names { state, done, .. } = names;
        let name = format_ident!("Guard{index}");
        let guard_at = internal(&format!("__guard_{}", names.node));
        let enter = self.enter(guard, scope);
        let enter = suspend(at, &quote!(#state::#name { at: #enter, done: #done }), guard.first_wait());
        let run = self.run(guard, scope, &guard_at, After::End);
        let value = internal("__value");
        let end = self.end(at, state, After::More);
        quote! {{
            if let #state::Start = *#at {
                #enter
            }
            let #value = match *#at {
                #state::#name { at: ref mut #guard_at, .. } => #run,
                _ => #private::wrong_state(),
            };
            #end
            #value
        }}
    }
}

fn waits(arm: &SelectArm) -> bool {
    arm.guard.as_ref().is_some_and(|guard| !guard.is_plain())
}
