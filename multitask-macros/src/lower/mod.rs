//! Lowering: a [`Body`] and its [`Facts`] become a [`Machine`].
//!
//! Control flow stays as the user wrote it. Every construct `c` that can be suspended has a state: an enum with a
//! variant `Start` for "not begun, or over", and others that hold what is kept while it is suspended. It is lowered to
//! two pieces of code:
//!
//! * `enter(c)` evaluates to the state of `c` just begun. It is executed among the statements before `c`, whose locals
//!   are still ordinary locals there, and goes as far as it can: what is evaluated before the first wait needs no frame.
//! * `run(c, at)` goes on from the state in `*at`, evaluates to the value of `c`, and leaves `Start` in `*at`, unless what
//!   is around `c` ends there, too: then it is dropped with all that is in it. At a wait that is not over it returns
//!   `Pending` from the machine's function. `__resumed` is a variable of that function: true
//!   until the wait is over at which it was suspended.
//!
//! The state of a block holds the locals that are kept, and within it lies the state of what is suspended in the block,
//! so that leaving a block drops its locals where rustc would, and cancelling drops all of them, innermost first. A
//! field that is dropped earlier stands earlier in its variant.
//!
//! A loop and a labelled block are entered where they are run, since only code inside of them can leave them. So is the
//! selection of an arm, since only a pattern's guard can name what the pattern binds.

mod block;
mod borrower;
mod choose;
mod closures;
mod consume;
mod consume_macro;
mod pieces;
mod places;
mod rewrite;
mod select;
mod together;
mod unload;
mod wait;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, Pat};

use crate::{
    analyse::{Facts, Keep, LocalSet},
    args::{Args, Kind},
    body::{Body, Code, Labeled, Locals, Loop, NodeId, paths::crate_at},
    machine::{Argument, Machine, State, Variant},
    names::{LocalId, internal},
    recursion::Recursion,
};
use rewrite::{ArgumentForm, Rewriter, generated, verdict_of};

/// Lowers a body.
pub(crate) fn lower(body: &Body, facts: &Facts, args: &Args, recursion: &Recursion) -> Machine {
    let krate = &args.krate;
    let mut lowerer = Lowerer {
        body,
        facts,
        args,
        krate,
        is_coroutine: matches!(args.kind, Kind::Coroutine(_)),
        recursion,
        states: Vec::new(),
        suspended: Vec::new(),
        started: RefCell::default(),
        variables: variables(&body.locals),
        first_waits: HashMap::new(),
        carriers: Vec::new(),
        named: RefCell::default(),
        has_waiting: false,
    };
    let mut scope = Scope::default();
    let (enter, run) = if body.root.waits() {
        let enter = lowerer.enter_part(&body.root, 0, &scope);
        let run = lowerer.run_part(&body.root, 0, &mut scope, &internal("__frame"), After::End);
        (Some(enter), run)
    } else {
        (None, lowerer.plain_block(&body.root, &scope))
    };
    let is_suspended = enter.is_some().then(|| lowerer.suspended_pattern(&body.root, 0));
    let argument = |&local| Argument { variable: lowerer.variable(local), is_lent: body.locals[local].lent };
    let arguments = body.arguments.iter().map(argument).collect();
    let options = lowerer.after_bindings(&body.arguments, &Scope::default());
    let outcomes = lowerer.outcomes();
    let verdicts = body.locals.ids().filter(|&local| body.locals[local].aside.is_some()).map(verdict_of).collect();
    let Lowerer { mut states, suspended, started, carriers, has_waiting, .. } = lowerer;
    let started = started.into_inner();
    states.iter_mut().filter(|state| !started.contains(&state.name)).for_each(State::remove_start);
    let enter = enter.map(|enter| suspend(&internal("__frame"), &enter, body.root.first_wait()));
    Machine {
        items: body.items.clone(),
        arguments,
        options,
        states,
        suspended,
        is_suspended,
        carriers,
        outcomes,
        verdicts,
        has_waiting,
        enter,
        run,
        left_by_macros: body.left_by_macros,
        itself: body.itself.as_ref().and_then(|itself| itself.first_call().cloned()),
    }
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

/// What follows where a construct has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Other code: what the construct kept is gone by then.
    More,
    /// The end of what is around it, or of the machine: what is kept is dropped with that, innermost first.
    End,
}

/// What a part of the expansion can name.
#[derive(Clone, Default)]
struct Scope {
    places: HashMap<LocalId, Place>,
    /// By label of a loop: that of the block which is its turn, if there is a `continue` in it.
    loops: HashMap<String, Ident>,
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

/// `*at = state;`, where errors say that the first of the waits that it leads to does it.
fn suspend(at: &Ident, state: &TokenStream, wait: Option<Span>) -> TokenStream {
    let Some(wait) = wait else { return quote!(*#at = #state;) };
    let mut place = at.clone();
    place.set_span(wait.resolved_at(at.span()));
    quote_spanned!(generated(wait)=> *#place = #state;)
}

struct Lowerer<'a> {
    body: &'a Body,
    facts: &'a Facts,
    args: &'a Args,
    krate: &'a syn::Path,
    is_coroutine: bool,
    recursion: &'a Recursion,
    states: Vec<State>,
    /// The fields of the frame where the body is suspended.
    suspended: Vec<Ident>,
    /// The states that are `Start` anywhere.
    started: RefCell<HashSet<Ident>>,
    /// By local.
    variables: Vec<Ident>,
    /// Yields that a block begins with, after plain statements, and the enum of the block: it holds the yield's state as
    /// a variant, so that the two have one tag.
    first_waits: HashMap<NodeId, Ident>,
    /// Variables that carry values from one piece of the expansion to another, where it is not suspended in between.
    carriers: Vec<Ident>,
    /// The locals whose variables have been named.
    named: RefCell<LocalSet>,
    /// Whether there is a state of the core's type for it.
    has_waiting: bool,
}

impl<'a> Lowerer<'a> {
    fn rewriter<'b>(&'b self, scope: &'b Scope) -> Rewriter<'a, 'b> {
        Rewriter::new(self, scope, ArgumentForm::Value)
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

    /// The variable that holds on the way to where the function was suspended: what is run there has begun.
    fn resumed(&self) -> Ident {
        internal("__resumed")
    }

    // ---- constructs ----

    /// The state of `code` that has not begun.
    fn start(&self, code: &Code) -> TokenStream {
        self.start_of(&self.state_name(code))
    }

    /// The variant `Start` of a state.
    fn start_of(&self, name: &Ident) -> TokenStream {
        self.started.borrow_mut().insert(name.clone());
        quote!(#name::Start)
    }

    /// The statement by which a construct ends: what it has kept is dropped.
    fn end(&self, at: &Ident, name: &Ident, after: After) -> TokenStream {
        match after {
            After::End => TokenStream::new(),
            After::More => {
                let start = self.start_of(name);
                quote!(*#at = #start;)
            }
        }
    }

    fn state_name(&self, code: &Code) -> Ident {
        match code {
            Code::Plain(_) => unreachable!("code that cannot be suspended has no state"),
            Code::Yield(code) => self.wait_name(code),
            Code::Seq(seq) => self.part_name(seq, 0),
            Code::Choose(code) => self.choose_name(code),
            Code::Select(code) => format_ident!("__Select{}", code.node.0),
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
            Code::Select(_) | Code::Loop(_) | Code::Labeled(_) => self.start(code),
        }
    }

    fn run(&mut self, code: &Code, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        match code {
            Code::Plain(expr) => self.plain(expr, scope),
            Code::Yield(code) => self.run_yield(code, scope, at, after),
            Code::Seq(seq) => self.run_part(seq, 0, scope, at, after),
            Code::Choose(choose) => self.run_choose(choose, scope, at, after),
            Code::Select(select) => self.run_select(select, scope, at, after),
            Code::Loop(code) => self.run_loop(code, scope, at, after),
            Code::Labeled(code) => self.run_labeled(code, scope, at, after),
        }
    }

    // ---- yields ----

    /// What the expansion calls; its function imports it by this name.
    fn private(&self) -> Ident {
        format_ident!("__multitask")
    }

    /// The same for a call about which an error may be told: that is where the call begins.
    fn private_at(&self, span: Span) -> TokenStream {
        let krate = crate_at(self.krate, span);
        quote_spanned!(span=> #krate::__private)
    }

    // ---- loops and labels ----

    fn run_loop(&mut self, code: &Loop, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        let label = &code.label;
        let name = self.state_name(&code.body);
        // A `continue` in a macro is out of reach, and goes to the loop itself.
        let ends_at_head = self.body.left_by_macros;
        let turn = (!ends_at_head && code.body.has_continue()).then(|| format_ident!("__turn_{}", label.ident));
        let before = turn.clone().and_then(|turn| scope.loops.insert(label.to_string(), turn));
        // Declared anew for each turn: what they borrow is free again at its end.
        let outer_carriers = std::mem::take(&mut self.carriers);
        let enter = suspend(at, &self.enter(&code.body, scope), code.body.first_wait());
        let is_ended = ends_at_head || turn.is_some();
        let run = self.run(&code.body, scope, at, if is_ended { After::End } else { After::More });
        let carriers = std::mem::replace(&mut self.carriers, outer_carriers);
        restore(&mut scope.loops, label, before);
        let (value, resumed) = (internal("__value"), self.resumed());
        let end_of_turn = is_ended.then(|| self.end(at, &name, After::More));
        let at_head = end_of_turn.as_ref().filter(|_| ends_at_head);
        let mut body = quote! {
            if !#resumed {
                #at_head
                #enter
            }
            #run;
        };
        if let Some(turn) = turn {
            // What is declared in the turn is dropped before what the state has.
            let turn = turn_label(&turn);
            body = quote!(#turn: { #body } #end_of_turn);
        }
        let end = self.end(at, &name, after);
        quote! {{
            let #value = #label: loop {
                #(let mut #carriers = ::core::option::Option::None;)*
                #body
            };
            #end
            #value
        }}
    }

    fn run_labeled(&mut self, code: &Labeled, scope: &mut Scope, at: &Ident, after: After) -> TokenStream {
        let label = &code.label;
        let end = self.end(at, &self.state_name(&code.body), after);
        let enter = suspend(at, &self.enter(&code.body, scope), code.body.first_wait());
        let run = self.run(&code.body, scope, at, After::End);
        let (value, resumed) = (internal("__value"), self.resumed());
        quote! {{
            let #value = #label: {
                if !#resumed {
                    #enter
                }
                #run
            };
            #end
            #value
        }}
    }

    // ---- locals ----

    /// The variable of a local in the expansion. Whoever asks for it is about to name it.
    fn variable(&self, local: LocalId) -> Ident {
        self.named.borrow_mut().insert(local);
        self.variables[local.0].clone()
    }

    /// The variable that carries a local from one piece of the expansion to another.
    fn carrier(&self, local: LocalId) -> Ident {
        internal(&format!("__carried_{}", local.0))
    }

    /// The variable that refers to what a pattern binds, where its guard is evaluated.
    fn guarded(&self, local: LocalId) -> Ident {
        internal(&format!("__guarded_{}", local.0))
    }

    /// The field of a kept local in its state.
    fn field(&self, local: LocalId) -> Ident {
        let name = self.body.locals[local].name.trim_start_matches("r#").to_owned();
        let name = if name == "self" { "this".to_owned() } else { name };
        format_ident!("{name}_{}", local.0)
    }

    /// Locals that are kept as something else than they are, are that from their declaration on.
    fn after_bindings(&self, locals: &[LocalId], scope: &Scope) -> TokenStream {
        let (mut is_anew, private) = (false, self.private());
        let mut bound: TokenStream =
            locals.iter().map(|&local| self.after_binding(local, &mut is_anew, scope)).collect();
        let decided = locals.iter().filter(|local| self.is_decided_early(**local)).map(|&local| {
            let (decision, variable) = (self.decision(local), self.variable(local));
            quote!(let #decision = (&&&#private::retention(&#variable)).decide();)
        });
        bound.extend(decided);
        bound
    }

    /// See [`Lowerer::after_bindings`]; `is_anew`: one that is declared before it, by the same pattern, has been bound
    /// anew. Then so is this one, for they are dropped in the order of their declarations.
    fn after_binding(&self, local: LocalId, is_anew: &mut bool, scope: &Scope) -> TokenStream {
        let (keep, data) = (self.facts.keep(local), &self.body.locals[local]);
        let (variable, private) = (self.variable(local), self.private());
        let value = match keep {
            Keep::NoIfTrivial => {
                return quote_spanned!(data.span=> #private::no_destructor(&#variable););
            }
            // It is mentioned: after a suspension, by its initialiser.
            Keep::Derived => return quote!(let _ = &#variable;),
            Keep::DerivedUnlessShared => {
                let held = self.rewriter(scope).held(local);
                return quote!(let #variable = #held;);
            }
            _ if keep.is_owned() => self.owned_value(local, scope),
            _ if keep.is_optional() && !data.declared_without_value => quote!(::core::option::Option::Some(#variable)),
            // What is lent is no part of the state that is made here.
            _ if !data.lent && (*is_anew || self.is_changed_in_place(local)) => quote!(#variable),
            _ => return TokenStream::new(),
        };
        *is_anew = true;
        quote!(let mut #variable = #value;)
    }

    /// What is kept of a local that may be kept as a copy of what it leads to.
    fn owned_value(&self, local: LocalId, scope: &Scope) -> TokenStream {
        let (variable, way, private) = (self.variable(local), self.rewriter(scope).lenders_way(local), self.private());
        let (ask, keep) = match self.facts.keep(local) {
            Keep::OwnedAssigned => (quote!(stretching), quote!(keep_assigned)),
            Keep::OwnedOptional => (quote!(owning), quote!(keep_to_move)),
            _ => (quote!(owning), quote!(keep)),
        };
        quote!(#way.owns((&&#private::#ask(&#variable)).kept()).#keep(#variable))
    }

    /// Whether a part of it is about to be replaced, where its pattern may be one that cannot say `mut`.
    fn is_changed_in_place(&self, local: LocalId) -> bool {
        let data = &self.body.locals[local];
        let is_mutable = data.mutable || data.declared_without_value || self.body.arguments.contains(&local);
        self.facts.is_moved_in_parts(local) && !is_mutable
    }

    /// Whether it is found out where a local is bound whether it is kept for its destructor: if it is not, it may have
    /// borrowed what is changed before the frame is made.
    fn is_decided_early(&self, local: LocalId) -> bool {
        self.facts.keep(local) == Keep::Unmentioned && self.body.locals[local].may_borrow
    }

    fn decision(&self, local: LocalId) -> Ident {
        internal(&format!("__decision_{}", local.0))
    }
}

/// The variables of the locals in the expansion: the user's name, where it is the only local of that name.
fn variables(locals: &Locals) -> Vec<Ident> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for local in locals.ids() {
        *times.entry(&locals[local].name).or_default() += 1;
    }
    let variable = |local: LocalId| {
        let data = &locals[local];
        let name = data.name.strip_prefix("r#").unwrap_or(&data.name);
        if data.name == "self" {
            internal("this")
        } else if data.temporary || times[&*data.name] > 1 {
            Ident::new(&format!("__{name}_{}", local.0), data.span.resolved_at(Span::mixed_site()))
        } else if data.name.starts_with("r#") {
            Ident::new_raw(name, data.span)
        } else {
            Ident::new(name, data.span)
        }
    };
    locals.ids().map(variable).collect()
}

/// The label of a block that is one turn of a loop.
fn turn_label(turn: &Ident) -> syn::Lifetime {
    syn::Lifetime { apostrophe: Span::mixed_site(), ident: internal(&turn.to_string()) }
}

fn restore(loops: &mut HashMap<String, Ident>, label: &syn::Lifetime, before: Option<Ident>) {
    match before {
        Some(before) => loops.insert(label.to_string(), before),
        None => loops.remove(&label.to_string()),
    };
}
