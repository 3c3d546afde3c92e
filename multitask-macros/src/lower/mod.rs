//! Lowering: a [`Body`] and its [`Facts`] become a [`Machine`].
//!
//! Control flow stays as the user wrote it. Every construct `c` that can be suspended has a state: an enum with a
//! variant `Start` for "not begun, or over", and others that hold what is kept while it is suspended. It is lowered to
//! two pieces of code:
//!
//! * `enter(c)` evaluates to the state of `c` just begun. It is executed among the statements before `c`, whose locals
//!   are still ordinary locals there, and goes as far as it can: what is evaluated before the first wait needs no frame.
//! * `run(c, at)` goes on from the state in `*at`, evaluates to the value of `c`, and leaves `Start` in `*at`. At a wait
//!   that is not over it returns `Pending` from the machine's function.
//!
//! The state of a block holds the locals that are kept, and within it lies the state of what is suspended in the block,
//! so that leaving a block drops its locals where rustc would, and cancelling drops all of them, innermost first. A
//! field that is dropped earlier stands earlier in its variant.
//!
//! A loop and a labelled block are entered where they are run, since only code inside of them can leave them.

mod rewrite;
mod unload;

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, Pat, Stmt};

use crate::{
    analyse::{Facts, Keep},
    body::{Body, Choose, Code, Head, Labeled, Loop, Seq, Step, Yield, build::collect_bindings},
    machine::{Machine, State, Variant},
    names::{LocalId, internal},
    recursion::Recursion,
};
use rewrite::{ArgumentForm, Rewriter};

/// Lowers a body. `krate` is the path of the library.
pub(crate) fn lower(body: &Body, facts: &Facts, krate: &syn::Path, recursion: &Recursion) -> Machine {
    let mut lowerer = Lowerer { body, facts, krate, recursion, states: Vec::new(), carriers: Vec::new() };
    let mut scope = Scope::default();
    let (enter, run) = if body.root.waits() {
        let enter = lowerer.enter_part(&body.root, 0, &scope);
        let at = internal("__at");
        let run = lowerer.run_part(&body.root, 0, &mut scope, &at);
        (Some(enter), run)
    } else {
        (None, lowerer.plain_block(&body.root, &scope))
    };
    let arguments = body.arguments.iter().map(|&local| lowerer.variable(local)).collect();
    let options = lowerer.optional_bindings(&body.arguments);
    let Lowerer { states, carriers, .. } = lowerer;
    Machine { items: body.items.clone(), arguments, options, states, carriers, enter, run }
}

/// Where a local is, in a part of the expansion.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a variable, in the form that it is kept in.
    Variable,
    /// In a variable, as the user declared it, though it is kept as an `Option` elsewhere.
    Bare,
    /// Behind a reference to the frame.
    Frame,
}

/// What a part of the expansion can name.
#[derive(Clone, Default)]
struct Scope {
    places: HashMap<LocalId, Place>,
    /// By label: the state variable of the loop, and the state to leave in it before `continue`.
    loops: HashMap<String, (Ident, TokenStream)>,
}

impl Scope {
    /// In a guard what the pattern binds is not yet as it will be kept.
    fn with_bare(&self, locals: Vec<LocalId>) -> Scope {
        let mut scope = self.clone();
        scope.places.extend(locals.into_iter().map(|local| (local, Place::Bare)));
        scope
    }

    fn place(&self, local: LocalId) -> Place {
        self.places.get(&local).copied().unwrap_or(Place::Variable)
    }
}

struct Lowerer<'a> {
    body: &'a Body,
    facts: &'a Facts,
    krate: &'a syn::Path,
    recursion: &'a Recursion,
    states: Vec<State>,
    /// Variables that carry values from one piece of the expansion to another, where it is not suspended in between.
    carriers: Vec<Ident>,
}

/// A piece of a block: statements up to a construct that can be suspended, that construct, and the rest.
struct Part<'a> {
    before: &'a [Step],
    waits: Waiting<'a>,
    /// The statements after it, from this one on.
    next: usize,
    /// Whether there is another construct that can be suspended in the rest.
    more: bool,
}

enum Waiting<'a> {
    Step(&'a Step),
    Tail(&'a Code),
}

impl Seq {
    /// Whether anything in the block can be suspended.
    fn waits(&self) -> bool {
        self.waits_from(0)
    }

    fn waits_from(&self, from: usize) -> bool {
        self.steps[from..].iter().any(|step| !matches!(step, Step::Plain(_)))
            || self.tail.as_ref().is_some_and(|tail| !tail.is_plain())
    }

    fn part(&self, from: usize) -> Part<'_> {
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
    fn code(&self) -> &'a Code {
        match self {
            Waiting::Step(Step::Let { code, .. } | Step::Discard(code)) => code,
            Waiting::Tail(code) => code,
            Waiting::Step(Step::Plain(_)) => unreachable!("a plain statement cannot be suspended"),
        }
    }
}

impl<'a> Lowerer<'a> {
    fn rewriter(&self, scope: &Scope) -> Rewriter<'a, '_> {
        Rewriter::new(self, scope.clone(), ArgumentForm::Value)
    }

    fn plain(&self, expr: &Expr, scope: &Scope) -> TokenStream {
        self.rewriter(scope).expr(expr)
    }

    fn pattern(&self, pat: &Pat) -> TokenStream {
        self.rewriter(&Scope::default()).pat(pat)
    }

    /// Adds a state.
    fn state(&mut self, name: Ident, variants: Vec<Variant>) {
        if !self.states.iter().any(|state| state.name == name) {
            self.states.push(State { name, variants });
        }
    }

    /// Names of what the machine's function is given.
    fn poll_names(&self) -> [Ident; 2] {
        [internal("__cx"), internal("__nest")]
    }

    // ---- constructs ----

    /// The state of `code` that has not begun.
    fn start(&self, code: &Code) -> TokenStream {
        let name = self.state_name(code);
        quote!(#name::Start)
    }

    fn state_name(&self, code: &Code) -> Ident {
        match code {
            Code::Plain(_) => unreachable!("code that cannot be suspended has no state"),
            Code::Yield(code) => format_ident!("__Wait{}", code.node.0),
            Code::Seq(seq) => self.part_name(seq, 0),
            Code::Choose(code) => format_ident!("__Choose{}", code.node.0),
            Code::Loop(code) => self.state_name(&code.body),
            Code::Labeled(code) => self.state_name(&code.body),
        }
    }

    fn enter(&mut self, code: &Code, scope: &Scope) -> TokenStream {
        match code {
            Code::Plain(_) => unreachable!("code that cannot be suspended is not entered"),
            Code::Yield(code) => self.enter_yield(code, scope),
            Code::Seq(seq) => self.enter_part(seq, 0, scope),
            Code::Choose(choose) => self.enter_choose(choose, scope),
            Code::Loop(_) | Code::Labeled(_) => self.start(code),
        }
    }

    fn run(&mut self, code: &Code, scope: &mut Scope, at: &Ident) -> TokenStream {
        match code {
            Code::Plain(expr) => self.plain(expr, scope),
            Code::Yield(code) => self.run_yield(code, scope, at),
            Code::Seq(seq) => self.run_part(seq, 0, scope, at),
            Code::Choose(choose) => self.run_choose(choose, scope, at),
            Code::Loop(code) => self.run_loop(code, scope, at),
            Code::Labeled(code) => self.run_labeled(code, scope, at),
        }
    }

    // ---- yields ----

    fn operation(&self, code: &Yield, scope: &Scope, form: ArgumentForm) -> TokenStream {
        let krate = self.krate;
        let operation = self.recursion.wrap(&code.operation, krate);
        let operation = Rewriter::new(self, scope.clone(), form).expr(&operation);
        quote_spanned!(code.span=> #krate::IntoOperation::into_operation(#operation))
    }

    fn enter_yield(&mut self, code: &Yield, scope: &Scope) -> TokenStream {
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

    fn run_yield(&mut self, code: &Yield, scope: &Scope, at: &Ident) -> TokenStream {
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

    fn private(&self) -> TokenStream {
        let krate = self.krate;
        quote!(#krate::__private)
    }

    // ---- blocks ----

    /// The state of the part of a block that begins at statement `from`.
    fn part_name(&self, seq: &Seq, from: usize) -> Ident {
        let part = seq.part(from);
        if !self.kept_before(seq, from).is_empty() {
            format_ident!("__Scope{}_{}", seq.node.0, from)
        } else if part.more {
            format_ident!("__Block{}_{}", seq.node.0, from)
        } else {
            self.state_name(part.waits.code())
        }
    }

    /// The kept locals that are declared between `from` and the construct that is suspended next, in order.
    fn kept_before(&self, seq: &Seq, from: usize) -> Vec<LocalId> {
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
    fn enter_part(&mut self, seq: &Seq, from: usize, scope: &Scope) -> TokenStream {
        let part = seq.part(from);
        let code = part.waits.code();
        let kept = self.kept_before(seq, from);
        let imports = (from == 0).then(|| imports(seq));
        let options = if from == 0 { self.optional_bindings(&seq.bound) } else { TokenStream::new() };
        let before: TokenStream = part.before.iter().map(|step| self.plain_step(step, scope)).collect();
        let mut state = self.enter(code, scope);
        if part.more {
            let name = format_ident!("__Block{}_{}", seq.node.0, from);
            let at = vec![format_ident!("at")];
            self.state(
                name.clone(),
                vec![
                    Variant::start(),
                    Variant { name: format_ident!("First"), fields: at.clone() },
                    Variant { name: format_ident!("Rest"), fields: at },
                ],
            );
            state = quote!(#name::First { at: #state });
        }
        if !kept.is_empty() {
            state = self.scope_state(seq, from, &kept, state);
        }
        with_keyword(seq, quote!(#imports #options #before #state))
    }

    /// The state that holds the kept locals of a part, around the state of what is suspended.
    fn scope_state(&mut self, seq: &Seq, from: usize, kept: &[LocalId], state: TokenStream) -> TokenStream {
        let name = format_ident!("__Scope{}_{}", seq.node.0, from);
        let fields: Vec<_> = kept.iter().rev().map(|&local| self.field(local)).collect();
        for &local in kept {
            if self.facts.keep(local) == Keep::Carried {
                let carrier = self.carrier(local);
                self.carriers.push(carrier);
            }
        }
        let all = std::iter::once(format_ident!("at")).chain(fields.iter().cloned()).collect();
        self.state(name.clone(), vec![Variant::start(), Variant { name: format_ident!("In"), fields: all }]);
        let values = kept.iter().rev().map(|&local| {
            let variable = self.variable(local);
            let private = self.private();
            match self.facts.keep(local) {
                Keep::Unmentioned | Keep::UnmentionedOptional => {
                    let nowhere = internal("__nowhere");
                    quote!({
                        let mut #nowhere = ::core::option::Option::None;
                        (&&#private::retention(&#variable)).retain(#variable, &mut #nowhere)
                    })
                }
                Keep::Carried => {
                    let carrier = self.carrier(local);
                    quote!((&&#private::retention(&#variable)).retain(#variable, &mut #carrier))
                }
                Keep::No | Keep::NoIfTrivial | Keep::Derived | Keep::Whole | Keep::Optional => quote!(#variable),
            }
        });
        let values: Vec<_> = values.collect();
        quote!(#name::In { at: #state, #(#fields: #values),* })
    }

    /// `run` for the part of a block that begins at statement `from`.
    fn run_part(&mut self, seq: &Seq, from: usize, scope: &mut Scope, at: &Ident) -> TokenStream {
        let mut parts = Vec::new();
        let run = self.run_parts(seq, from, scope, at, &mut parts);
        let imports = imports(seq);
        let tokens = run.tokens;
        with_keyword(seq, quote!(#imports #tokens))
    }

    fn run_parts(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        parts: &mut Vec<unload::Level>,
    ) -> RunPart {
        let kept = self.kept_before(seq, from);
        let before = scope.places.clone();
        for &local in &kept {
            scope.places.insert(local, Place::Frame);
        }
        parts.push(unload::Level { from, kept: kept.clone(), at: at.clone() });
        let inner_at = if kept.is_empty() { at.clone() } else { internal(&format!("__at_{}_{from}", seq.node.0)) };
        let mut run = if seq.part(from).more {
            self.run_then_more(seq, from, scope, &inner_at, parts)
        } else {
            self.run_last(seq, from, scope, &inner_at, parts)
        };
        parts.pop();
        scope.places = before;
        if !kept.is_empty() {
            run.tokens = self.in_scope_state(seq, from, &kept, at, &inner_at, &run);
        }
        run
    }

    /// Opens the state that holds the kept locals.
    fn in_scope_state(
        &self,
        seq: &Seq,
        from: usize,
        kept: &[LocalId],
        at: &Ident,
        inner_at: &Ident,
        run: &RunPart,
    ) -> TokenStream {
        let private = self.private();
        let name = format_ident!("__Scope{}_{}", seq.node.0, from);
        let tokens = &run.tokens;
        let bindings = kept.iter().filter(|&&local| rewrite::names(tokens, &self.variable(local))).map(|&local| {
            let (field, variable) = (self.field(local), self.variable(local));
            // Exclusive, though the user may not have said `mut`: it may be a reference that is written through.
            quote!(#field: ref mut #variable,)
        });
        let value = internal("__value");
        let reset = (!run.unloaded).then(|| quote!(*#at = #name::Start;));
        quote! {{
            let #value = match *#at {
                #name::In { at: ref mut #inner_at, #(#bindings)* .. } => { #tokens }
                #name::Start => #private::wrong_state(),
            };
            #reset
            #value
        }}
    }

    fn run_then_more(
        &mut self,
        seq: &Seq,
        from: usize,
        scope: &mut Scope,
        at: &Ident,
        parts: &mut Vec<unload::Level>,
    ) -> RunPart {
        let private = self.private();
        let part = seq.part(from);
        let name = format_ident!("__Block{}_{}", seq.node.0, from);
        let first_at = internal(&format!("__first_{}_{from}", seq.node.0));
        let rest_at = internal(&format!("__rest_{}_{from}", seq.node.0));
        let first = self.run_step(&part.waits, scope, &first_at);
        let rest = self.enter_part(seq, part.next, scope);
        let then = self.run_parts(seq, part.next, scope, &rest_at, parts);
        let (value, next) = (internal("__value"), internal("__next"));
        let tokens = &then.tokens;
        let reset = (!then.unloaded).then(|| quote!(*#at = #name::Start;));
        RunPart {
            unloaded: then.unloaded,
            tokens: quote! {{
                if let #name::First { at: ref mut #first_at } = *#at {
                    #first
                    let #next = #rest;
                    *#at = #name::Rest { at: #next };
                }
                let #value = match *#at {
                    #name::Rest { at: ref mut #rest_at } => #tokens,
                    _ => #private::wrong_state(),
                };
                #reset
                #value
            }},
        }
    }

    /// What follows the last construct of a block that can be suspended cannot be suspended any more.
    fn run_last(&mut self, seq: &Seq, from: usize, scope: &mut Scope, at: &Ident, parts: &[unload::Level]) -> RunPart {
        let part = seq.part(from);
        if let Waiting::Tail(code) = part.waits {
            return RunPart { tokens: self.run(code, scope, at), unloaded: false };
        }
        let first = self.run_step(&part.waits, scope, at);
        let rest = &seq.steps[part.next..];
        let unload = self.unload(seq, rest, parts, scope);
        let steps: TokenStream = rest.iter().map(|step| self.plain_step(step, scope)).collect();
        let tail = match &seq.tail {
            Some(Code::Plain(expr)) => self.plain(expr, scope),
            Some(_) => unreachable!("the last construct that can be suspended is before the tail"),
            None => TokenStream::new(),
        };
        let unloaded = unload.is_some();
        RunPart { tokens: quote!({ #first #unload #steps #tail }), unloaded }
    }

    fn run_step(&mut self, waiting: &Waiting<'_>, scope: &mut Scope, at: &Ident) -> TokenStream {
        let run = self.run(waiting.code(), scope, at);
        match waiting {
            Waiting::Step(Step::Let { pat, diverge, .. }) => {
                let mut bound = Vec::new();
                collect_bindings(pat, &mut bound);
                let options = self.optional_bindings(&bound);
                let pat = self.pattern(pat);
                let diverge = diverge.as_ref().map(|diverge| {
                    let diverge = self.plain(diverge, scope);
                    quote!(else { #diverge })
                });
                quote!(let #pat = (#run) #diverge; #options)
            }
            Waiting::Step(_) => quote!(#run;),
            Waiting::Tail(_) => run,
        }
    }

    fn plain_step(&self, step: &Step, scope: &Scope) -> TokenStream {
        match step {
            Step::Plain(stmt) => self.rewriter(scope).stmt(stmt),
            Step::Let { .. } | Step::Discard(_) => unreachable!("not a plain statement"),
        }
    }

    fn plain_block(&mut self, seq: &Seq, scope: &Scope) -> TokenStream {
        let imports = imports(seq);
        let steps: TokenStream = seq.steps.iter().map(|step| self.plain_step(step, scope)).collect();
        let tail = seq.tail.as_ref().map(|tail| match tail {
            Code::Plain(expr) => self.plain(expr, scope),
            _ => unreachable!("not a plain block"),
        });
        quote!({ #imports #steps #tail })
    }

    // ---- `if` and `match` ----

    fn choose_name(choose: &Choose) -> Ident {
        format_ident!("__Choose{}", choose.node.0)
    }

    fn branches(choose: &Choose) -> Vec<&Code> {
        match &choose.head {
            Head::If { then, otherwise, .. } => vec![then, otherwise],
            Head::Match { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
        }
    }

    /// The variable for the value of a branch that cannot be suspended.
    fn finished_name(choose: &Choose) -> Ident {
        internal(&format!("__finished_{}", choose.node.0))
    }

    fn enter_choose(&mut self, choose: &Choose, scope: &Scope) -> TokenStream {
        let name = Self::choose_name(choose);
        let mut variants = vec![Variant::start()];
        for (index, branch) in Self::branches(choose).into_iter().enumerate() {
            if !branch.is_plain() {
                variants.push(Variant { name: format_ident!("Branch{index}"), fields: vec![format_ident!("at")] });
            }
        }
        self.state(name.clone(), variants);
        if Self::branches(choose).into_iter().any(finishes) {
            self.carriers.push(Self::finished_name(choose));
        }
        self.select(choose, scope)
    }

    /// Chooses a branch, and enters it: evaluates to the state of the construct.
    fn select(&mut self, choose: &Choose, scope: &Scope) -> TokenStream {
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
            Head::Match { scrutinee, arms } => {
                let scrutinee = self.plain(scrutinee, scope);
                let arms = arms.iter().zip(&branches).map(|(arm, branch)| {
                    let pat = self.pattern(&arm.pat);
                    let guard = arm.guard.as_ref().map(|guard| {
                        let mut bound = Vec::new();
                        collect_bindings(&arm.pat, &mut bound);
                        let guard = self.plain(guard, &scope.with_bare(bound));
                        quote!(if #guard)
                    });
                    quote!(#pat #guard => { #branch })
                });
                quote!(match #scrutinee { #(#arms)* })
            }
        }
    }

    fn enter_branch(&mut self, choose: &Choose, index: usize, branch: &Code, scope: &Scope) -> TokenStream {
        let name = Self::choose_name(choose);
        match branch {
            Code::Plain(expr) if !finishes(branch) => self.plain(expr, scope),
            Code::Plain(expr) => {
                let finished = Self::finished_name(choose);
                let value = self.plain(expr, scope);
                quote!(#finished = ::core::option::Option::Some(#value); #name::Start)
            }
            branch => {
                let variant = format_ident!("Branch{index}");
                let state = self.enter(branch, scope);
                quote!(#name::#variant { at: #state })
            }
        }
    }

    fn run_choose(&mut self, choose: &Choose, scope: &mut Scope, at: &Ident) -> TokenStream {
        let private = self.private();
        let name = Self::choose_name(choose);
        let value = internal("__value");
        let branch_at = internal(&format!("__branch_{}", choose.node.0));
        let mut runs = Vec::new();
        for (index, branch) in Self::branches(choose).into_iter().enumerate() {
            if !branch.is_plain() {
                let variant = format_ident!("Branch{index}");
                let run = self.run(branch, scope, &branch_at);
                runs.push(quote!(#name::#variant { at: ref mut #branch_at } => #run,));
            }
        }
        let resume = quote!(match *#at { #(#runs)* _ => #private::wrong_state() });
        let result = if Self::branches(choose).into_iter().any(finishes) {
            let finished = Self::finished_name(choose);
            quote! {
                match #finished.take() {
                    ::core::option::Option::Some(#value) => #value,
                    ::core::option::Option::None => #resume,
                }
            }
        } else {
            resume
        };
        quote! {{
            let #value = #result;
            *#at = #name::Start;
            #value
        }}
    }

    // ---- loops and labels ----

    fn run_loop(&mut self, code: &Loop, scope: &mut Scope, at: &Ident) -> TokenStream {
        let label = &code.label;
        let start = self.start(&code.body);
        let before = scope.loops.insert(label.to_string(), (at.clone(), start.clone()));
        // Declared anew for each turn: what they borrow is free again at its end.
        let outer_carriers = std::mem::take(&mut self.carriers);
        let enter = self.enter(&code.body, scope);
        let run = self.run(&code.body, scope, at);
        let carriers = std::mem::replace(&mut self.carriers, outer_carriers);
        restore(&mut scope.loops, label, before);
        let value = internal("__value");
        quote! {{
            let #value = #label: loop {
                #(let mut #carriers = ::core::option::Option::None;)*
                if let #start = *#at {
                    *#at = #enter;
                }
                #run;
            };
            *#at = #start;
            #value
        }}
    }

    fn run_labeled(&mut self, code: &Labeled, scope: &mut Scope, at: &Ident) -> TokenStream {
        let label = &code.label;
        let start = self.start(&code.body);
        let enter = self.enter(&code.body, scope);
        let run = self.run(&code.body, scope, at);
        let value = internal("__value");
        quote! {{
            let #value = #label: {
                if let #start = *#at {
                    *#at = #enter;
                }
                #run
            };
            *#at = #start;
            #value
        }}
    }

    // ---- locals ----

    /// The variable of a local in the expansion: the user's name, where it is the only local of that name.
    fn variable(&self, local: LocalId) -> Ident {
        let data = &self.body.locals[local];
        let name = data.name.strip_prefix("r#").unwrap_or(&data.name);
        let unique = self.body.locals.ids().filter(|&other| self.body.locals[other].name == data.name).count() == 1;
        if data.name == "self" {
            internal("this")
        } else if data.temporary || !unique {
            Ident::new(&format!("__{name}_{}", local.0), data.span.resolved_at(proc_macro2::Span::mixed_site()))
        } else if data.name.starts_with("r#") {
            Ident::new_raw(name, data.span)
        } else {
            Ident::new(name, data.span)
        }
    }

    /// The variable that carries a local from one piece of the expansion to another.
    fn carrier(&self, local: LocalId) -> Ident {
        internal(&format!("__carried_{}", local.0))
    }

    /// The field of a kept local in its state.
    fn field(&self, local: LocalId) -> Ident {
        let name = self.body.locals[local].name.trim_start_matches("r#").to_owned();
        let name = if name == "self" { "this".to_owned() } else { name };
        format_ident!("{name}_{}", local.0)
    }

    /// Locals that are kept as an `Option` are one from their declaration on.
    fn optional_bindings(&self, locals: &[LocalId]) -> TokenStream {
        let optional =
            |local: &LocalId| self.facts.keep(*local).is_optional() && !self.body.locals[*local].declared_without_value;
        let anew = locals.len() > 1 && locals.iter().any(optional);
        locals
            .iter()
            .filter_map(|&local| {
                let variable = self.variable(local);
                match self.optional_binding(local) {
                    // Those declared with it too, so that they are dropped in the order of their declarations.
                    None if anew => Some(quote!(let mut #variable = #variable;)),
                    binding => binding,
                }
            })
            .collect()
    }

    fn optional_binding(&self, local: LocalId) -> Option<TokenStream> {
        let variable = self.variable(local);
        let data = &self.body.locals[local];
        match self.facts.keep(local) {
            Keep::NoIfTrivial => {
                let private = self.private();
                Some(quote_spanned!(data.span=> #private::no_destructor(&#variable);))
            }
            // It is mentioned: after a suspension, by its initialiser.
            Keep::Derived => Some(quote!(let _ = &#variable;)),
            keep if keep.is_optional() && !data.declared_without_value => {
                Some(quote!(let mut #variable = ::core::option::Option::Some(#variable);))
            }
            _ => None,
        }
    }
}

/// The imports of a block; not every piece of it needs all of them.
fn imports(seq: &Seq) -> TokenStream {
    let imports = &seq.imports;
    quote!(#(#[allow(unused_imports)] #imports)*)
}

/// The locals that the patterns in a condition bind.
fn bound_by_condition(condition: &Expr) -> Vec<LocalId> {
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
fn finishes(branch: &Code) -> bool {
    matches!(branch, Code::Plain(expr) if !matches!(expr, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_)))
}

/// The two pieces of a block, in blocks of the same kind; not every piece needs what the keyword allows.
fn with_keyword(seq: &Seq, tokens: TokenStream) -> TokenStream {
    match &seq.keyword {
        None => quote!({ #tokens }),
        Some(keyword) => {
            let lint = format_ident!("unused_{keyword}");
            quote!({ #[allow(#lint)] #keyword { #tokens } })
        }
    }
}

/// The code that runs a part of a block.
struct RunPart {
    tokens: TokenStream,
    /// The locals have been moved out of the state, which is `Start` again.
    unloaded: bool,
}

fn restore(
    loops: &mut HashMap<String, (Ident, TokenStream)>,
    label: &syn::Lifetime,
    before: Option<(Ident, TokenStream)>,
) {
    match before {
        Some(before) => loops.insert(label.to_string(), before),
        None => loops.remove(&label.to_string()),
    };
}
