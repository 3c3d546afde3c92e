//! Loops over what adapters make of a borrowed local: `for u in units.iter_mut().filter(|u| u.is_alive())`.
//!
//! The iterator at the bottom is started again in each turn, where it was, and the adapters are put on it anew: those
//! that remember nothing do the same as before, of the others a number in the frame says what they remember. What
//! adapters leave as it is, and what they only take a part of, is had again from the number of the item; anything else
//! that they make is a value, which is kept.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Pat, Stmt, parse_quote, parse_quote_spanned, spanned::Spanned};

use super::{
    Code, LocalData, Step,
    again::{Restarted, borrowed_roots},
    build::Builder,
    captures::captures,
    mentioned_locals,
    methods::unwraps,
    pattern::collect_bindings,
    spill::{Changes, has_yield, is_constant, stmt_has_yield},
};
use crate::names::{LocalId, internal};

/// An adapter, with its argument.
enum Adapter {
    /// It hands on items, or does not.
    Sieve(syn::ExprMethodCall),
    /// It makes others of them.
    Map(syn::ExprMethodCall),
    /// It hands on the items from the first on that is not skipped.
    SkipWhile(syn::ExprMethodCall),
    Take(syn::ExprMethodCall),
    Enumerate(syn::ExprMethodCall),
}

impl Adapter {
    fn of(call: &syn::ExprMethodCall) -> Option<Adapter> {
        let call = call.clone();
        Some(match (call.method.to_string().as_str(), call.args.len()) {
            ("filter" | "inspect" | "take_while", 1) => Adapter::Sieve(call),
            ("map" | "filter_map" | "map_while", 1) | ("cloned" | "copied", 0) => Adapter::Map(call),
            ("skip_while", 1) => Adapter::SkipWhile(call),
            ("take", 1) => Adapter::Take(call),
            ("enumerate", 0) => Adapter::Enumerate(call),
            _ => return None,
        })
    }

    fn call(&self) -> &syn::ExprMethodCall {
        match self {
            Adapter::Sieve(call)
            | Adapter::Map(call)
            | Adapter::SkipWhile(call)
            | Adapter::Take(call)
            | Adapter::Enumerate(call) => call,
        }
    }

    /// Whether it can be made again, and does the same then.
    fn can_be_made_again(&self) -> bool {
        match self {
            Adapter::Take(_) | Adapter::Enumerate(_) => true,
            adapter => adapter.call().args.iter().all(|argument| match argument {
                // Another one may have a state of its own.
                Expr::Closure(closure) => closure.capture.is_none(),
                argument => is_constant(argument),
            }),
        }
    }

    /// Whether what it makes is had again by making it again.
    fn only_takes_parts(&self) -> bool {
        match self {
            Adapter::Map(call) => match (call.method.to_string().as_str(), call.args.first()) {
                ("copied", None) => true,
                ("map" | "filter_map", Some(Expr::Closure(closure))) => takes_part(&closure.body),
                ("map" | "filter_map", Some(Expr::Path(path))) => {
                    path.path.segments.len() > 1
                        && path.path.segments.last().is_some_and(|method| is_part_method(&method.ident))
                }
                _ => false,
            },
            Adapter::Sieve(_) | Adapter::SkipWhile(_) | Adapter::Take(_) | Adapter::Enumerate(_) => true,
        }
    }

    /// Whether a closure in it captures a local for which `holds`.
    fn captures_any(&self, holds: impl Fn(LocalId) -> bool) -> bool {
        let closures = self.call().args.iter().filter(|argument| matches!(argument, Expr::Closure(_)));
        closures.flat_map(captures).any(|capture| holds(capture.local))
    }
}

/// Whether an expression leads to a part of something, and does nothing else.
fn takes_part(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(e) => takes_part(&e.base),
        Expr::Paren(e) => takes_part(&e.expr),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && takes_part(&e.expr),
        Expr::Reference(e) => takes_part(&e.expr),
        Expr::Tuple(e) => e.elems.iter().all(takes_part),
        Expr::MethodCall(e) => is_part_method(&e.method) && takes_part(&e.receiver) && e.args.iter().all(is_constant),
        _ => false,
    }
}

/// Whether a method evaluates to a part of its receiver, by its name.
fn is_part_method(method: &syn::Ident) -> bool {
    let name = method.to_string();
    name.starts_with("as_") || name.starts_with("trim") || matches!(&*name, "len" | "split_once")
}

/// The iterator at the bottom of a chain, and the adapters on it, from there.
fn take_apart(iterable: &Expr) -> Option<(Expr, Vec<Adapter>)> {
    let mut adapters = Vec::new();
    let mut reversals: Vec<syn::ExprMethodCall> = Vec::new();
    let mut here = iterable;
    while borrowed_roots(here).is_none() {
        match here {
            Expr::Paren(e) => here = &e.expr,
            Expr::MethodCall(call) => {
                if call.method == "rev" && call.args.is_empty() {
                    reversals.push(call.clone());
                } else {
                    let adapter = Adapter::of(call)?;
                    // Each item goes through the others by itself, from whichever end it comes.
                    let is_same_backwards = match &adapter {
                        Adapter::Sieve(call) => call.method != "take_while",
                        Adapter::Map(call) => call.method != "map_while",
                        Adapter::SkipWhile(_) | Adapter::Take(_) | Adapter::Enumerate(_) => false,
                    };
                    if !adapter.can_be_made_again() || !is_same_backwards && !reversals.is_empty() {
                        return None;
                    }
                    adapters.push(adapter);
                }
                here = &call.receiver;
            }
            _ => return None,
        }
    }
    adapters.reverse();
    let base = reversals.into_iter().fold(here.clone(), |base, mut reversal| {
        *reversal.receiver = base;
        Expr::MethodCall(reversal)
    });
    (!adapters.is_empty()).then_some((base, adapters))
}

/// The methods that find an item among all.
const SEARCHES: [&str; 4] = ["max_by", "max_by_key", "min_by", "min_by_key"];

fn makes_result(method: &syn::Ident) -> bool {
    method == "ok_or" || method == "ok_or_else"
}

/// Whether what `pat` binds is mentioned in statements from the first one on that waits.
pub(super) fn is_needed_after_wait(pat: &Pat, stmts: &[Stmt], tail: Option<&Expr>) -> bool {
    let mut bound = Vec::new();
    collect_bindings(pat, &mut bound);
    let names = |tokens: TokenStream| mentioned_locals(tokens).iter().any(|local| bound.contains(local));
    let first = stmts.iter().position(stmt_has_yield).unwrap_or(stmts.len());
    let waits = first < stmts.len() || tail.is_some_and(has_yield);
    waits && (stmts[first..].iter().any(|stmt| names(stmt.to_token_stream())) || names(tail.to_token_stream()))
}

/// The same of what a pattern leads to.
pub(super) fn is_needed_after_wait_in(pat: &Pat, body: &Expr) -> bool {
    match body {
        Expr::Block(e) => is_needed_after_wait(pat, &e.block.stmts, None),
        body => is_needed_after_wait(pat, &[], Some(body)),
    }
}

/// Whether an expression is an item that an iterator finds, by its looks.
pub(super) fn is_search(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => is_search(&e.expr),
        Expr::Try(e) => is_search(&e.expr),
        Expr::MethodCall(e) if unwraps(&e.method) || makes_result(&e.method) => is_search(&e.receiver),
        Expr::MethodCall(e) => e.method == "find" || SEARCHES.iter().any(|name| e.method == name),
        _ => false,
    }
}

impl Builder<'_> {
    /// See [`Builder::restarted`]: of a chain with adapters that are made again.
    pub(super) fn restarted_chain(&mut self, e: &syn::ExprForLoop, span: Span) -> Option<Restarted> {
        let (mut base, mut adapters) = take_apart(&e.expr)?;
        let roots = borrowed_roots(&base)?;
        // A closure in an iterator that is kept may have what is behind a reference, but no local.
        let is_local = |local: LocalId| !(self.locals[local].reference && self.can_be_kept(local));
        let captures_locals = adapters.iter().any(|adapter| adapter.captures_any(is_local));
        if roots.iter().all(|root| self.can_be_kept(*root)) && !captures_locals
            || Changes::of_block(&e.body).include_any(&e.expr, &self.locals)
        {
            return None;
        }
        let mut before = Vec::new();
        let place = self.counter("place", parse_quote!(::core::primitive::usize::MAX), span, &mut before);
        let (chain, again) = self.chain_at(&mut base, &mut adapters, place, true, span, &mut before);
        let [next, found] = ["__next", "__found"].map(internal);
        let (start, turn) = (self.mention(place, span), self.mention(place, span));
        let Some(again) = again else {
            let item = parse_quote_spanned! {span=> {
                let mut #next = #start.wrapping_add(1);
                let #found = ::core::iter::Iterator::next(&mut #chain);
                #turn = #next.wrapping_sub(1);
                #found
            }};
            return Some(Restarted { before, advance: parse_quote!({}), item });
        };
        let advance = parse_quote_spanned! {span=> {
            let mut #next = #start.wrapping_add(1);
            let #found = ::core::iter::Iterator::next(&mut #chain).is_some();
            #turn = if #found { #next.wrapping_sub(1) } else { ::core::primitive::usize::MAX };
        }};
        Some(Restarted { before, advance, item: self.of_turn(&again, place, span) })
    }

    /// What is had again from the number that `place` is.
    fn of_turn(&mut self, again: &Expr, place: LocalId, span: Span) -> Expr {
        let (krate, place) = (self.krate, self.mention(place, span));
        parse_quote_spanned!(span=> #krate::__private::of_turn(#again, #place))
    }

    /// The iterator `base`, started at `__next`, with the adapters on it; and the item that `place` is the number of, if it
    /// can be had again.
    fn chain_at(
        &mut self,
        base: &mut Expr,
        adapters: &mut [Adapter],
        place: LocalId,
        is_loop: bool,
        span: Span,
        out: &mut Vec<Step>,
    ) -> (Expr, Option<Expr>) {
        let krate = self.krate;
        let private: syn::Path = parse_quote!(#krate::__private);
        self.save_arguments(base, is_loop, out);
        let next = internal("__next");
        let iterator =
            |base: &Expr| -> Expr { parse_quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#base)) };
        let start = iterator(base);
        let mut chain: Expr = parse_quote_spanned!(span=> #private::started(#start, &mut #next));
        let is_had_again = adapters.iter().all(Adapter::only_takes_parts);
        let mut again = is_had_again.then(|| {
            let (again, place) = (iterator(&self.mentioned_again(base)), self.mention(place, span));
            parse_quote_spanned!(span=> #private::nth_at(#again, #place))
        });
        for adapter in adapters {
            (chain, again) = self.adapted(adapter, chain, again, span, out);
        }
        (chain, again)
    }

    /// Makes of `units.iter_mut().find(|u| u.is_alive())`, which evaluates to what is needed after a wait, a search for its
    /// number and what is had again by that.
    pub(super) fn settle_search(&mut self, expr: &mut Expr, out: &mut Vec<Step>) {
        let span = expr.span();
        match expr {
            Expr::Paren(e) => self.settle_search(&mut e.expr, out),
            Expr::MethodCall(call) if unwraps(&call.method) && call.args.iter().all(is_constant) => {
                let mut found = (*call.receiver).clone();
                if let Some(place) = self.search(&mut found, out) {
                    *call.receiver = found;
                    *expr = self.of_turn(&expr.clone(), place, span);
                }
            }
            Expr::Try(e) => {
                let option = match &mut *e.expr {
                    Expr::MethodCall(call) if makes_result(&call.method) => &mut *call.receiver,
                    option => option,
                };
                if let Some(place) = self.search(option, out) {
                    // Once it is known that there is one, there always is.
                    let found = self.mentioned_again(option);
                    out.push(Step::Plain(Stmt::Expr(expr.clone(), Some(Default::default()))));
                    let found = parse_quote_spanned!(span=> ::core::option::Option::unwrap(#found));
                    *expr = self.of_turn(&found, place, span);
                }
            }
            _ => {
                self.search(expr, out);
            }
        }
    }

    fn search(&mut self, expr: &mut Expr, out: &mut Vec<Step>) -> Option<LocalId> {
        let Expr::MethodCall(call) = &*expr else { return None };
        let (method, span) = (call.method.to_string(), expr.span());
        let [Expr::Closure(test)] = &call.args.iter().collect::<Vec<_>>()[..] else { return None };
        let (mut base, mut adapters) = match borrowed_roots(&call.receiver) {
            Some(_) => ((*call.receiver).clone(), Vec::new()),
            None => take_apart(&call.receiver)?,
        };
        let is_found = method == "find";
        let roots = borrowed_roots(&base)?;
        if !(is_found || adapters.is_empty() && SEARCHES.contains(&&*method))
            || !adapters.iter().all(Adapter::only_takes_parts)
            || roots.iter().all(|root| self.can_be_kept(*root))
        {
            return None;
        }
        let krate = self.krate;
        let private: syn::Path = parse_quote!(#krate::__private);
        let mut before = Vec::new();
        let place = self.counter("place", parse_quote!(::core::primitive::usize::MAX), span, &mut before);
        let (mut chain, again) = self.chain_at(&mut base, &mut adapters, place, false, span, &mut before);
        let found = self.mention(place, span);
        let next = internal("__next");
        let number: Expr = if is_found {
            parse_quote_spanned! {span=> {
                let mut #next = 0usize;
                match ::core::iter::Iterator::find(&mut #chain, #test).is_some() {
                    true => #next.wrapping_sub(1),
                    false => ::core::primitive::usize::MAX,
                }
            }}
        } else {
            if let Expr::Call(started) = &mut chain {
                chain = started.args[0].clone();
            }
            let search = syn::Ident::new(&format!("place_of_{method}"), span);
            parse_quote_spanned!(span=> #private::#search(#chain, #test))
        };
        before.push(Step::Plain(parse_quote_spanned!(span=> #found = #number;)));
        out.append(&mut before);
        *expr = self.of_turn(&again?, place, span);
        Some(place)
    }

    /// What an adapter makes of a chain; and of an item, to have it again.
    fn adapted(
        &mut self,
        adapter: &mut Adapter,
        chain: Expr,
        again: Option<Expr>,
        span: Span,
        out: &mut Vec<Step>,
    ) -> (Expr, Option<Expr>) {
        let krate = self.krate;
        let private: syn::Path = parse_quote!(#krate::__private);
        match adapter {
            Adapter::Sieve(call) | Adapter::Map(call) => {
                let again = again.map(|item| match (&*call.method.to_string(), call.args.first()) {
                    ("copied", _) => parse_quote_spanned!(span=> ::core::option::Option::copied(#item)),
                    ("map", Some(f)) => {
                        let f = self.mentioned_again(f);
                        parse_quote_spanned!(span=> ::core::option::Option::map(#item, #f))
                    }
                    ("filter_map", Some(f)) => {
                        let f = self.mentioned_again(f);
                        parse_quote_spanned!(span=> ::core::option::Option::and_then(#item, #f))
                    }
                    _ => item,
                });
                *call.receiver = chain;
                (Expr::MethodCall(call.clone()), again)
            }
            Adapter::SkipWhile(call) => {
                let skipped = self.counter("skipped", parse_quote!(0usize), call.span(), out);
                let skipped = self.mention(skipped, span);
                let test = &call.args[0];
                (parse_quote_spanned!(span=> #private::skipping(#chain, #test, &mut #skipped)), again)
            }
            Adapter::Take(call) => {
                self.save_held(&mut call.args[0], out);
                let taken = self.counter("taken", parse_quote!(0usize), call.span(), out);
                let (limit, taken) = (&call.args[0], self.mention(taken, span));
                (parse_quote_spanned!(span=> #private::limited(#chain, #limit, &mut #taken)), again)
            }
            Adapter::Enumerate(call) => {
                let count = self.counter("count", parse_quote!(0usize), call.span(), out);
                let (counted, last) = (self.mention(count, span), self.mention(count, span));
                let again = again.map(|item| parse_quote_spanned!(span=> #private::numbered_item(#item, #last)));
                (parse_quote_spanned!(span=> #private::numbered(#chain, &mut #counted)), again)
            }
        }
    }

    /// A number in the frame by which something is had again.
    pub(super) fn counter(&mut self, name: &str, value: Expr, span: Span, out: &mut Vec<Step>) -> LocalId {
        let counter = self.locals.new_local(LocalData {
            name: name.to_owned(),
            span,
            mutable: true,
            copy: true,
            temporary: true,
            is_counter: true,
            ..LocalData::default()
        });
        self.push_let(counter, Code::Plain(value), out);
        counter
    }
}
