//! `if` and `match`: a branch is chosen, and entered.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Expr;

use super::{After, Lowerer, Scope};
use crate::{
    body::{Choose, Code, Head, pattern::collect_bindings},
    machine::Variant,
    names::{LocalId, internal},
};

impl Lowerer<'_> {
    pub(super) fn choose_name(&self, choose: &Choose) -> Ident {
        match Self::only_waiting(choose) {
            Some(branch) => self.state_name(branch),
            None => format_ident!("__Choose{}", choose.node.0),
        }
    }

    pub(super) fn branches(choose: &Choose) -> Vec<&Code> {
        match &choose.head {
            Head::If { then, otherwise, .. } => vec![then, otherwise],
            Head::Match { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
        }
    }

    /// The branch that can be suspended, where it is the only one: its state is that of the construct.
    pub(super) fn only_waiting(choose: &Choose) -> Option<&Code> {
        let mut waiting = Self::branches(choose).into_iter().filter(|branch| !branch.is_plain());
        waiting.next().filter(|_| waiting.next().is_none())
    }

    /// The variable for the value of a branch that cannot be suspended.
    pub(super) fn finished_name(choose: &Choose) -> Ident {
        internal(&format!("__finished_{}", choose.node.0))
    }

    pub(super) fn enter_choose(&mut self, choose: &Choose, scope: &Scope) -> TokenStream {
        if Self::only_waiting(choose).is_none() {
            let mut variants = vec![Variant::start()];
            for (index, branch) in Self::branches(choose).into_iter().enumerate() {
                if !branch.is_plain() {
                    variants.push(Variant { name: format_ident!("Branch{index}"), fields: vec![format_ident!("at")] });
                }
            }
            self.state(self.choose_name(choose), variants);
        }
        if Self::branches(choose).into_iter().any(finishes) {
            self.carriers.push(Self::finished_name(choose));
        }
        self.select(choose, scope)
    }

    /// Chooses a branch, and enters it: evaluates to the state of the construct.
    pub(super) fn select(&mut self, choose: &Choose, scope: &Scope) -> TokenStream {
        let branches: Vec<_> = Self::branches(choose)
            .into_iter()
            .enumerate()
            .map(|(i, branch)| self.enter_branch(choose, i, branch, scope))
            .collect();
        match &choose.head {
            Head::If { condition, .. } => {
                let condition = self.plain(condition, &scope.with_bare(bound_by_condition(condition)));
                let (then, otherwise) = (&branches[0], &branches[1]);
                quote!(if #condition { #then } else { #otherwise })
            }
            Head::Match { scrutinee, arms, .. } => {
                let pats: Vec<_> = arms.iter().map(|arm| &arm.pat).collect();
                let guards: Vec<_> = arms.iter().map(|arm| arm.guard.as_ref()).collect();
                let opened = self.rewriter(scope).opened(scrutinee, &pats, &guards, false);
                let check = opened.as_ref().map(|opened| opened.check.clone()).unwrap_or_default();
                let (scrutinee, pats, guards) = match opened {
                    // The guards have been evaluated.
                    Some(opened) if check.is_empty() => (opened.scrutinee.into_token_stream(), opened.pats, Vec::new()),
                    _ => (self.plain(scrutinee, scope), arms.iter().map(|arm| arm.pat.clone()).collect(), guards),
                };
                let arms = arms.iter().enumerate().zip(&pats).zip(&branches).map(|(((index, arm), pat), branch)| {
                    let pat = self.pattern(pat);
                    let guard = guards.get(index).copied().flatten().map(|guard| {
                        let mut bound = Vec::new();
                        collect_bindings(&arm.pat, &mut bound);
                        let guard = self.plain(guard, &scope.with_bare(bound));
                        quote!(if #guard)
                    });
                    quote!(#pat #guard => { #branch })
                });
                let selected = quote!(match #scrutinee { #(#arms)* });
                if check.is_empty() { selected } else { quote!({ #check #selected }) }
            }
        }
    }

    pub(super) fn enter_branch(&mut self, choose: &Choose, index: usize, branch: &Code, scope: &Scope) -> TokenStream {
        let name = self.choose_name(choose);
        match branch {
            Code::Plain(expr) if !finishes(branch) => self.plain(expr, scope),
            Code::Plain(expr) => {
                let finished = Self::finished_name(choose);
                let (value, start) = (self.plain(expr, scope), self.start_of(&name));
                quote!(#finished = ::core::option::Option::Some(#value); #start)
            }
            branch if Self::only_waiting(choose).is_some() => self.enter(branch, scope),
            branch => {
                let variant = format_ident!("Branch{index}");
                let state = self.enter(branch, scope);
                quote!(#name::#variant { at: #state })
            }
        }
    }

    pub(super) fn run_choose(&mut self, choose: &Choose, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        let run = match Self::only_waiting(choose) {
            Some(branch) => self.run(branch, scope, at, after),
            None => self.run_branches(choose, scope, at, after),
        };
        let (finished, value) = (Self::finished_name(choose), internal("__value"));
        if !Self::branches(choose).into_iter().any(finishes) {
            // The temporaries of a branch end with it.
            return quote!({ let #value = #run; #value });
        }
        quote! {
            match #finished.take() {
                ::core::option::Option::Some(#value) => #value,
                ::core::option::Option::None => #run,
            }
        }
    }

    fn run_branches(&mut self, choose: &Choose, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        let private = self.private();
        let name = self.choose_name(choose);
        let value = internal("__value");
        let branch_at = internal(&format!("__branch_{}", choose.node.0));
        let mut runs = Vec::new();
        for (index, branch) in Self::branches(choose).into_iter().enumerate() {
            if !branch.is_plain() {
                let variant = format_ident!("Branch{index}");
                let run = self.run(branch, scope, &branch_at, After::End);
                runs.push(quote!(#name::#variant { at: ref mut #branch_at } => #run,));
            }
        }
        let end = self.end(at, &name, after);
        quote! {{
            let #value = match *#at { #(#runs)* _ => #private::wrong_state() };
            #end
            #value
        }}
    }
}

/// The locals that the patterns in a condition bind.
pub(super) fn bound_by_condition(condition: &Expr) -> Vec<LocalId> {
    let mut bound = Vec::new();
    match condition {
        Expr::Let(e) => collect_bindings(&e.pat, &mut bound),
        Expr::Binary(e) => {
            bound.extend(bound_by_condition(&e.left));
            bound.extend(bound_by_condition(&e.right));
        }
        _ => {}
    }
    bound
}

/// Whether a branch has a value without being suspended.
pub(super) fn finishes(branch: &Code) -> bool {
    matches!(branch, Code::Plain(expr) if !matches!(expr, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_)))
}
