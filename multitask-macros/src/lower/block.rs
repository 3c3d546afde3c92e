//! Blocks: in parts, from one construct that can be suspended to the next.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Stmt;

use super::{After, Lowerer, Place, Scope, suspend, unload};
use crate::{
    analyse::Keep,
    body::{Code, Seq, Step, pattern::collect_bindings},
    machine::Variant,
    names::{LocalId, internal},
};

/// A piece of a block: statements up to a construct that can be suspended, that construct, and the rest.
pub(super) struct Part<'a> {
    before: &'a [Step],
    waits: Waiting<'a>,
    /// The statements after it, from this one on.
    next: usize,
    /// Whether there is another construct that can be suspended in the rest.
    more: bool,
}

pub(super) enum Waiting<'a> {
    Step(&'a Step),
    Tail(&'a Code),
}

impl Seq {
    /// Whether anything in the block can be suspended.
    pub(super) fn waits(&self) -> bool {
        self.waits_from(0)
    }

    pub(super) fn waits_from(&self, from: usize) -> bool {
        self.steps[from..].iter().any(|step| !matches!(step, Step::Plain(_)))
            || self.tail.as_ref().is_some_and(|tail| !tail.is_plain())
    }

    pub(super) fn part(&self, from: usize) -> Part<'_> {
        let at = self.steps[from..].iter().position(|step| !matches!(step, Step::Plain(_)));
        match at {
            Some(offset) => {
                let index = from + offset;
                Part {
                    before: &self.steps[from..index],
                    waits: Waiting::Step(&self.steps[index]),
                    next: index + 1,
                    more: self.waits_from(index + 1),
                }
            }
            None => Part {
                before: &self.steps[from..],
                waits: Waiting::Tail(self.tail.as_ref().expect("a block without a wait has no parts")),
                next: self.steps.len(),
                more: false,
            },
        }
    }
}

impl<'a> Waiting<'a> {
    pub(super) fn code(&self) -> &'a Code {
        match self {
            Waiting::Step(Step::Let { code, .. } | Step::Discard(code)) => code,
            Waiting::Tail(code) => code,
            Waiting::Step(Step::Plain(_)) => unreachable!("a plain statement cannot be suspended"),
        }
    }
}

/// The imports of a block; not every piece of it needs all of them.
pub(super) fn imports(seq: &Seq) -> TokenStream {
    let imports = &seq.imports;
    quote!(#(#[allow(unused_imports)] #imports)*)
}

/// The enum of a part of a block that is followed by others.
pub(super) fn block_name(seq: &Seq, from: usize) -> Ident {
    format_ident!("__Block{}_{}", seq.node.0, from)
}

/// The two pieces of a block, in blocks of the same kind; not every piece needs what the keyword allows.
pub(super) fn with_keyword(seq: &Seq, tokens: TokenStream) -> TokenStream {
    match &seq.keyword {
        None => quote!({ #tokens }),
        Some(keyword) => {
            let lint = format_ident!("unused_{keyword}");
            quote!({ #[allow(#lint)] #keyword { #tokens } })
        }
    }
}

/// The code that runs a part of a block.
pub(super) struct RunPart {
    tokens: TokenStream,
    /// The locals have been moved out of the state of this level, which is `Start` again.
    unloaded: Option<usize>,
}

impl Lowerer<'_> {
    /// The state of the part of a block that begins at statement `from`.
    pub(super) fn part_name(&self, seq: &Seq, from: usize) -> Ident {
        let part = seq.part(from);
        if !self.kept_before(seq, from).is_empty() {
            self.holder(seq, from)
        } else if part.more {
            block_name(seq, from)
        } else {
            self.state_name(part.waits.code())
        }
    }

    /// Whether this is the whole body.
    fn is_body(&self, seq: &Seq, from: usize) -> bool {
        seq.node == self.body.root.node && from == 0
    }

    /// The type that holds the kept locals of a part of a block: those of the body are in the frame itself.
    pub(super) fn holder(&self, seq: &Seq, from: usize) -> Ident {
        if self.is_body(seq, from) { format_ident!("__Body") } else { format_ident!("__Scope{}_{}", seq.node.0, from) }
    }

    /// The state of a part of a block with the kept locals: as an expression or a pattern.
    pub(super) fn full(&self, seq: &Seq, from: usize, fields: &TokenStream) -> TokenStream {
        let holder = self.holder(seq, from);
        if self.is_body(seq, from) {
            let private = self.private();
            return quote!(#private::Frame::Suspended(#holder { #fields }));
        }
        quote!(#holder::In { #fields })
    }

    /// The state of a part of a block that keeps no local yet, or none any more.
    pub(super) fn empty(&self, seq: &Seq, from: usize) -> TokenStream {
        if self.is_body(seq, from) {
            let private = self.private();
            return quote!(#private::Frame::Gone);
        }
        self.start_of(&self.holder(seq, from))
    }

    /// A pattern of the state of a block that is suspended, as deep as there is but one place for that: through what has
    /// a single wait in it.
    ///
    /// The machine asks it once, where it is resumed. The compiler then sees that no state on the way is another one.
    pub(super) fn suspended_pattern(&self, seq: &Seq, from: usize) -> TokenStream {
        let part = seq.part(from);
        let first = self.suspended_pattern_of(part.waits.code());
        let inner = if part.more {
            let name = block_name(seq, from);
            let rest = self.suspended_pattern(seq, part.next);
            let first = match part.waits.code() {
                Code::Yield(_) => quote!(#name::First { .. }),
                _ => quote!(#name::First { at: #first }),
            };
            quote!(#first | #name::Rest { at: #rest })
        } else {
            first
        };
        if self.is_body(seq, from) || !self.kept_before(seq, from).is_empty() {
            self.full(seq, from, &quote!(at: #inner, ..))
        } else {
            inner
        }
    }

    fn suspended_pattern_of(&self, code: &Code) -> TokenStream {
        match code {
            Code::Seq(seq) => self.suspended_pattern(seq, 0),
            Code::Loop(code) => self.suspended_pattern_of(&code.body),
            Code::Labeled(code) => self.suspended_pattern_of(&code.body),
            Code::Choose(choose) => {
                Self::only_waiting(choose).map_or_else(|| quote!(_), |branch| self.suspended_pattern_of(branch))
            }
            Code::Plain(_) | Code::Yield(_) | Code::Select(_) => quote!(_),
        }
    }

    /// The kept locals that are declared between `from` and the construct that is suspended next, in order.
    pub(super) fn kept_before(&self, seq: &Seq, from: usize) -> Vec<LocalId> {
        let part = seq.part(from);
        let mut declared = Vec::new();
        if from == 0 {
            if seq.node == self.body.root.node {
                declared.extend(self.body.arguments.iter().copied());
            }
            declared.extend(seq.bound.iter().copied());
        } else if let Step::Let { pat, .. } = &seq.steps[from - 1] {
            collect_bindings(pat, &mut declared);
        }
        for step in part.before {
            if let Step::Plain(Stmt::Local(local)) = step {
                collect_bindings(&local.pat, &mut declared);
            }
        }
        declared.retain(|&local| self.facts.keep(local).in_frame());
        declared
    }

    /// `enter` for the part of a block that begins at statement `from`.
    pub(super) fn enter_part(&mut self, seq: &Seq, from: usize, scope: &Scope) -> TokenStream {
        let part = seq.part(from);
        let code = part.waits.code();
        let kept = self.kept_before(seq, from);
        let imports = (from == 0).then(|| imports(seq));
        let options = if from == 0 { self.after_bindings(&seq.bound, scope) } else { TokenStream::new() };
        let before: TokenStream = part.before.iter().map(|step| self.plain_step(step, scope)).collect();
        let name = block_name(seq, from);
        let mut state = match code {
            Code::Yield(code) if part.more => {
                self.first_waits.insert(code.node, name);
                self.enter_yield(code, scope)
            }
            code if part.more => {
                self.block_state(name.clone(), vec![format_ident!("at")]);
                let first = self.enter(code, scope);
                quote!(#name::First { at: #first })
            }
            code => self.enter(code, scope),
        };
        if self.is_body(seq, from) || !kept.is_empty() {
            state = self.scope_state(seq, from, &kept, state);
        }
        with_keyword(seq, quote!(#imports #options #before #state))
    }

    /// Adds the state of a part that is followed by others; `first` is what it holds itself.
    pub(super) fn block_state(&mut self, name: Ident, first: Vec<Ident>) {
        let variants = vec![
            Variant::start(),
            Variant { name: format_ident!("First"), fields: first },
            Variant { name: format_ident!("Rest"), fields: vec![format_ident!("at")] },
        ];
        self.state(name, variants);
    }

    /// The state that holds the kept locals of a part, around the state of what is suspended.
    pub(super) fn scope_state(&mut self, seq: &Seq, from: usize, kept: &[LocalId], state: TokenStream) -> TokenStream {
        let holder = self.holder(seq, from);
        let fields: Vec<_> = kept.iter().rev().map(|&local| self.field(local)).collect();
        for &local in kept {
            if self.facts.keep(local) == Keep::Carried {
                let carrier = self.carrier(local);
                self.carriers.push(carrier);
            }
        }
        let all = std::iter::once(format_ident!("at")).chain(fields.iter().cloned()).collect();
        if self.is_body(seq, from) {
            self.suspended = all;
        } else {
            self.state(holder, vec![Variant::start(), Variant { name: format_ident!("In"), fields: all }]);
        }
        let values = kept.iter().rev().map(|&local| {
            let variable = self.variable(local);
            let private = self.private();
            match self.facts.keep(local) {
                Keep::Unmentioned | Keep::UnmentionedOptional => {
                    let nowhere = internal("__nowhere");
                    let retained = quote!({
                        let mut #nowhere = ::core::option::Option::None;
                        (&&&#private::retention(&#variable)).retain(#variable, &mut #nowhere)
                    });
                    if self.is_decided_early(local) {
                        let (decision, way) = (self.decision(local), internal("__way"));
                        quote!(match #decision {
                            #private::Retain::Nothing(#way) => #way,
                            #private::Retain::Value(#way) => { #private::reach(#way); #retained }
                        })
                    } else {
                        retained
                    }
                }
                Keep::Carried => {
                    let carrier = self.carrier(local);
                    quote!((&&&#private::retention(&#variable)).retain(#variable, &mut #carrier))
                }
                Keep::No
                | Keep::NoIfTrivial
                | Keep::Derived
                | Keep::DerivedUnlessShared
                | Keep::Whole
                | Keep::Optional
                | Keep::Owned
                | Keep::OwnedOptional
                | Keep::OwnedAssigned => quote!(#variable),
            }
        });
        let values: Vec<_> = values.collect();
        self.full(seq, from, &quote!(at: #state, #(#fields: #values),*))
    }

    /// `run` for the part of a block that begins at statement `from`.
    pub(super) fn run_part(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        after: After,
    ) -> TokenStream {
        let mut parts = Vec::new();
        let run = self.run_parts(seq, from, scope, at, after, &mut parts);
        let imports = imports(seq);
        let tokens = run.tokens;
        with_keyword(seq, quote!(#imports #tokens))
    }

    pub(super) fn run_parts(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        after: After,
        parts: &mut Vec<unload::Level>,
    ) -> RunPart {
        let kept = self.kept_before(seq, from);
        let before = scope.places.clone();
        for &local in &kept {
            scope.places.insert(local, Place::Frame);
        }
        parts.push(unload::Level { from, kept: kept.clone(), at: at.clone() });
        let has_holder = self.is_body(seq, from) || !kept.is_empty();
        let (inner_at, inner_after) = if has_holder {
            (internal(&format!("__at_{}_{from}", seq.node.0)), After::End)
        } else {
            (at.clone(), after)
        };
        let named_around = self.named.take();
        let mut run = if seq.part(from).more {
            self.run_then_more(seq, from, scope, &inner_at, inner_after, parts)
        } else {
            self.run_last(seq, from, scope, &inner_at, inner_after, parts)
        };
        parts.pop();
        scope.places = before;
        if has_holder {
            run.tokens = self.in_scope_state(seq, from, &kept, [at, &inner_at], after, &run);
        }
        self.named.get_mut().union_with(&named_around);
        run
    }

    /// Opens the state that holds the kept locals.
    pub(super) fn in_scope_state(
        &self,
        seq: &Seq,
        from: usize,
        kept: &[LocalId],
        [at, inner_at]: [&Ident; 2],
        after: After,
        run: &RunPart,
    ) -> TokenStream {
        let private = self.private();
        let tokens = &run.tokens;
        let named: Vec<LocalId> = kept.iter().copied().filter(|local| self.named.borrow().contains(local)).collect();
        let bindings = named.into_iter().map(|local| {
            let (field, variable) = (self.field(local), self.variable(local));
            // Exclusive, though the user may not have said `mut`: it may be a reference that is written through.
            quote!(#field: ref mut #variable,)
        });
        let full = self.full(seq, from, &quote!(at: ref mut #inner_at, #(#bindings)* ..));
        let assigned = kept.iter().filter(|local| self.facts.keep(**local) == Keep::OwnedAssigned);
        let assigned = assigned.filter(|local| self.named.borrow().contains(local)).map(|&local| self.variable(local));
        let value = quote! {
            match *#at {
                #full => { #(#assigned.settle();)* #tokens }
                _ => #private::wrong_state(),
            }
        };
        // Nothing is left in it.
        if kept.is_empty() || run.unloaded.is_some() {
            return value;
        }
        let name = internal("__value");
        let end = (after == After::More).then(|| {
            let empty = self.empty(seq, from);
            quote!(*#at = #empty;)
        });
        quote! {{
            let #name = #value;
            #end
            #name
        }}
    }

    pub(super) fn run_then_more(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        after: After,
        parts: &mut Vec<unload::Level>,
    ) -> RunPart {
        let private = self.private();
        let part = seq.part(from);
        let name = block_name(seq, from);
        let (first_at, state) = match part.waits.code() {
            Code::Yield(_) => (at.clone(), quote!(#name::First { .. })),
            _ => {
                let first_at = internal(&format!("__first_{}_{from}", seq.node.0));
                (first_at.clone(), quote!(#name::First { at: ref mut #first_at }))
            }
        };
        let rest_at = internal(&format!("__rest_{}_{from}", seq.node.0));
        let first = self.run_step(&part.waits, scope, &first_at);
        let rest = self.enter_part(seq, part.next, scope);
        let level = parts.len() - 1;
        let then = self.run_parts(seq, part.next, scope, &rest_at, After::End, parts);
        let (value, next) = (internal("__value"), internal("__next"));
        let go_on = suspend(at, &quote!(#name::Rest { at: #next }), seq.part(part.next).waits.code().first_wait());
        let tokens = &then.tokens;
        let end = then.unloaded.is_none_or(|unloaded| level < unloaded).then(|| self.end(at, &name, after));
        RunPart {
            unloaded: then.unloaded,
            tokens: quote! {{
                if let #state = *#at {
                    #first
                    let #next = #rest;
                    #go_on
                }
                let #value = match *#at {
                    #name::Rest { at: ref mut #rest_at } => #tokens,
                    _ => #private::wrong_state(),
                };
                #end
                #value
            }},
        }
    }

    /// What follows the last construct of a block that can be suspended cannot be suspended any more.
    pub(super) fn run_last(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        after: After,
        parts: &[unload::Level],
    ) -> RunPart {
        let part = seq.part(from);
        if let Waiting::Tail(code) = part.waits {
            return RunPart { tokens: self.run(code, scope, at, after), unloaded: None };
        }
        let run = self.run(part.waits.code(), scope, at, After::More);
        let rest = &seq.steps[part.next..];
        let unload = self.unload(seq, &part.waits, rest, parts, scope);
        let unloaded = unload.as_ref().map(|(level, _)| *level);
        let first = match (&part.waits, unload) {
            (Waiting::Step(Step::Let { .. }), Some((_, unload))) => {
                // What is bound is declared after the locals that leave the frame.
                let value = internal("__last");
                let bind = self.bind(&part.waits, &quote!({ #value }), scope);
                quote!(let #value = #run; #unload #bind)
            }
            (waits, unload) => {
                let bind = self.bind(waits, &run, scope);
                let unload = unload.map(|(_, unload)| unload);
                quote!(#bind #unload)
            }
        };
        let steps: TokenStream = rest.iter().map(|step| self.plain_step(step, scope)).collect();
        let tail = match &seq.tail {
            Some(Code::Plain(expr)) => self.plain(expr, scope),
            Some(_) => unreachable!("the last construct that can be suspended is before the tail"),
            None => TokenStream::new(),
        };
        RunPart { tokens: quote!({ #first #steps #tail }), unloaded }
    }

    pub(super) fn run_step(&mut self, waiting: &Waiting<'_>, scope: &mut Scope, at: &Ident) -> TokenStream {
        let run = self.run(waiting.code(), scope, at, After::More);
        self.bind(waiting, &run, scope)
    }

    /// Gives the value of a construct to the statement that it is in.
    fn bind(&self, waiting: &Waiting<'_>, value: &TokenStream, scope: &Scope) -> TokenStream {
        match waiting {
            Waiting::Step(Step::Let { pat, diverge, .. }) => {
                let mut bound = Vec::new();
                collect_bindings(pat, &mut bound);
                let options = self.after_bindings(&bound, scope);
                let pat = self.pattern(pat);
                let diverge = diverge.as_ref().map(|diverge| {
                    let diverge = self.plain(diverge, scope);
                    quote!(else { #diverge })
                });
                quote!(let #pat = (#value) #diverge; #options)
            }
            Waiting::Step(_) => quote!(#value;),
            Waiting::Tail(_) => value.clone(),
        }
    }

    pub(super) fn plain_step(&self, step: &Step, scope: &Scope) -> TokenStream {
        match step {
            Step::Plain(stmt) => self.rewriter(scope).stmt(stmt),
            Step::Let { .. } | Step::Discard(_) => unreachable!("not a plain statement"),
        }
    }

    pub(super) fn plain_block(&mut self, seq: &Seq, scope: &Scope) -> TokenStream {
        let imports = imports(seq);
        let steps: TokenStream = seq.steps.iter().map(|step| self.plain_step(step, scope)).collect();
        let tail = seq.tail.as_ref().map(|tail| match tail {
            Code::Plain(expr) => self.plain(expr, scope),
            _ => unreachable!("not a plain block"),
        });
        quote!({ #imports #steps #tail })
    }
}
