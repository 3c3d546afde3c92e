//! Parts that are moved out of a local which is kept: `let name = request.name;` where a wait follows.
//!
//! In the frame the local stays whole, and something empty takes the place of the part, if its type has such a value; see
//! `private::pieces` of the core crate. Whether a part is moved, or copied, the compiler says. Where a pattern takes the
//! local apart, it is asked for the whole of the pattern, and what it binds goes through a value: `Ok` of the bindings of
//! the first pattern, `Err(Ok(..))` of those of the second one, and so on.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Expr, Member, Pat, parse_quote, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::rewrite::{Rewriter, generated};
use crate::{
    analyse::{Keep, Part},
    body::{
        captures::Parts,
        has_let,
        pattern::{binds_all, can_be_opened, collect_bindings, local_of, takes_all_or_none},
    },
    names::{LocalId, MentionId, Name, internal},
};

/// What takes the place of a scrutinee, and of the patterns that it is matched against.
pub(super) struct Opened {
    /// Statements to be compiled before.
    pub(super) check: TokenStream,
    pub(super) scrutinee: Expr,
    pub(super) pats: Vec<Pat>,
}

impl Rewriter<'_, '_> {
    /// The local in whose place `place` lies, if a part of it may be moved there, in one of these ways.
    fn moved_in_parts(&self, place: &Expr, ways: &[Part]) -> Option<(LocalId, MentionId)> {
        let found = root(place)?;
        let way = self.lowerer.facts.moves_part(found.1)?;
        (self.closures == 0 && ways.contains(&way) && !self.is_captured(found.0)).then_some(found)
    }

    /// A part of a local as a value: copied, or moved.
    pub(super) fn piece(&mut self, place: &Expr) -> Option<Expr> {
        let Expr::Field(_) = place else { return None };
        let (local, mention) = self.moved_in_parts(place, &[Part::Value])?;
        let span = place.span();
        let shared = self.expr_at(place, |this, span| this.mention(local, Some(mention), span));
        let exclusive = self.expr_at(place, |this, span| this.exclusive(local, span));
        let private = self.lowerer.private();
        let [piece, way] = ["__piece", "__way"].map(internal);
        let located = self.lowerer.private_at(span);
        let told = at(&piece, span);
        let emptied = quote_spanned!(span=> #located::emptied(&#told, &mut #exclusive));
        Some(Expr::Verbatim(quote_spanned! {generated(span)=> ({
            let #piece = (&&&#private::piece(&#shared)).way();
            match #private::decide(&#piece) {
                #private::Decision::Leaves(#way) => { #private::reach(#way); #shared }
                #private::Decision::Moves(#way) => { #private::reach(#way); #emptied }
            }
        })}))
    }

    /// `*boxed` as a value: copied, or moved out of the box, of which nothing is left then.
    pub(super) fn unboxed(&mut self, boxed: &Expr) -> Option<Expr> {
        let local = local_of(boxed)?;
        let (_, mention) = self.moved_in_parts(boxed, &[Part::Captured])?;
        if !self.lowerer.facts.may_move(mention) || !(self.is_optional(local) || self.is_carried(local)) {
            return None;
        }
        let span = boxed.span();
        let (place, taken) = (self.mention(local, Some(mention), span), self.taken(local, span));
        let private = self.lowerer.private();
        let [piece, way] = ["__piece", "__way"].map(internal);
        Some(Expr::Verbatim(quote_spanned! {generated(span)=> ({
            let #piece = (&&&#private::piece(&*#place)).way();
            match #private::decide(&#piece) {
                #private::Decision::Leaves(#way) => { #private::reach(#way); *#place }
                #private::Decision::Moves(#way) => { #private::reach(#way); *#taken }
            }
        })}))
    }

    /// `*boxed` that patterns take apart. If they move anything, each moves all, or nothing: the box is taken for that.
    fn opened_box(&mut self, boxed: &Expr, pats: &[&Pat], is_refutable: bool) -> Option<Opened> {
        let local = local_of(boxed)?;
        let (_, mention) = self.moved_in_parts(boxed, &[Part::Captured])?;
        if !self.lowerer.facts.may_move(mention) || !(self.is_optional(local) || self.is_carried(local)) {
            return None;
        }
        let span = generated(boxed.span());
        let (place, taken) = (self.mention(local, Some(mention), span), self.taken(local, span));
        let whole = self.mention(local, None, span);
        let private = self.lowerer.private();
        let [verdict, way, probe] = ["__verdict", "__way", "__probe"].map(internal);
        let total = pats.len() + usize::from(is_refutable);
        let (mut probes, mut copied, mut taken_arms) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
        let (mut which, mut untaken) = (TokenStream::new(), TokenStream::new());
        let mut outer = Vec::new();
        for (index, pat) in pats.iter().enumerate() {
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            let mut inner = (*pat).clone();
            Inner(self).visit_pat_mut(&mut inner);
            let variables: Vec<Ident> = bound.iter().map(|&local| self.lowerer.variable(local)).collect();
            let values = nested(index, total, &quote!((#(#variables,)*)));
            let takes = !bound.is_empty();
            probes.extend(quote!(#inner => {}));
            copied.extend(quote!(#inner => #values,));
            taken_arms.extend(quote!(#inner => #values,));
            which.extend(quote!(#inner => #takes,));
            if !takes {
                untaken.extend(quote!(#inner => #values,));
            }
            outer.push(self.bindings(&bound, index, total));
        }
        if is_refutable {
            let missed = nested(pats.len(), total, &quote!(()));
            probes.extend(quote!(_ => {}));
            which.extend(quote!(_ => false,));
            untaken.extend(quote!(_ => #missed,));
            copied.extend(quote!(_ => #missed,));
            taken_arms.extend(quote!(_ => #missed,));
        }
        let scrutinee = Expr::Verbatim(quote_spanned! {span=> ({
            let #verdict = #private::verdict();
            if false {
                #private::never();
                let #probe = #private::probe(&#whole);
                #private::note(&#verdict, || {
                    #private::touch(&#probe);
                    match *#probe.value { #probes }
                });
            }
            match #private::decide(&#verdict) {
                #private::Decision::Leaves(#way) => { #private::reach(#way); match *#place { #copied } }
                #private::Decision::Moves(#way) => {
                    #private::reach(#way);
                    match match &*#place { #which } {
                        true => match *#taken { #taken_arms },
                        false => match &*#place { #untaken _ => #private::wrong_state() },
                    }
                }
            }
        })});
        let pats = outer.into_iter().map(|pat| parse_quote!((#pat))).collect();
        Some(Opened { check: TokenStream::new(), scrutinee, pats })
    }

    /// A local, or a part of one, that patterns take apart. A guard of a pattern is evaluated with it.
    pub(super) fn opened(
        &mut self,
        place: &Expr,
        pats: &[&Pat],
        guards: &[Option<&Expr>],
        is_refutable: bool,
    ) -> Option<Opened> {
        if let Expr::Unary(e) = place {
            return self.opened_box(&e.expr, pats, is_refutable);
        }
        if guards.iter().flatten().any(|guard| has_let(guard)) {
            // What the guard binds is there for the arm, and cannot be given to it.
            return None;
        }
        let (local, mention) = self.moved_in_parts(place, &[Part::Value, Part::Opened])?;
        let span = generated(place.span());
        let private = self.lowerer.private();
        let [verdict, way, probe] = ["__verdict", "__way", "__probe"].map(internal);
        let whole = self.mention(local, None, place.span());
        let probed = self.expr_at(place, |_, _| Expr::Verbatim(quote!(#probe.value)));
        let stays = self.expr_at(place, |this, span| this.mention(local, Some(mention), span));
        let exclusive = self.expr_at(place, |this, span| this.exclusive(local, span));
        if pats.iter().any(|pat| !can_be_opened(pat)) {
            return Some(self.checked(local, place, pats));
        }
        let total = pats.len() + usize::from(is_refutable);
        let mut probes = TokenStream::new();
        let (mut left, mut moved, mut whole_moved) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
        // A part that is taken apart to its end may be moved whole.
        let may_move_whole =
            matches!(place, Expr::Field(_) | Expr::Path(_)) && pats.iter().all(|pat| takes_all_or_none(pat));
        let [rest, whole_way, parts_way] = ["__rest", "__whole", "__parts"].map(internal);
        // An arm that takes all of a local takes that out of the frame, and only the others need something empty.
        let may_take = matches!(place, Expr::Path(_)) && self.may_consume(local, mention);
        let (mut selected, mut taken_arms, mut part_arms) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new());
        let (mut taking, arm) = (Vec::new(), internal("__arm"));
        let mut outer = Vec::new();
        for (index, pat) in pats.iter().enumerate() {
            let mut bound = Vec::new();
            collect_bindings(pat, &mut bound);
            let mut inner = (*pat).clone();
            if let Pat::Type(typed) = inner {
                inner = *typed.pat;
            }
            Inner(self).visit_pat_mut(&mut inner);
            let variables: Vec<Ident> = bound.iter().map(|&local| self.lowerer.variable(local)).collect();
            probes.extend(quote!(#inner => {}));
            let values = nested(index, total, &quote!((#(#variables,)*)));
            let guard = guards.get(index).copied().flatten().map(|guard| self.guard_of_parts(guard, &bound));
            let [by_value, by_reference] = [quote!(&), quote!(&*)].map(|borrow| {
                let guard = guard.as_ref()?;
                let parts = bound.iter().map(|&local| self.lowerer.guarded(local));
                Some(quote!(if { let (#(#parts,)*) = (#(#borrow #variables,)*); #guard }))
            });
            left.extend(quote_spanned!(span=> #inner #by_value => #values,));
            selected.extend(quote_spanned!(span=> #inner #by_reference => #index,));
            let takes_all = !bound.is_empty() && binds_all(pat);
            if takes_all {
                taking.push(index);
                taken_arms.extend(quote_spanned!(span=> #inner if #arm == #index => #values,));
            }
            let taken = bound.iter().zip(&variables).map(|(&local, variable)| {
                let span = self.lowerer.body.locals[local].span;
                let located = self.lowerer.private_at(span);
                let told = at(&parts_way, span);
                quote_spanned!(span=> #located::opened(&#told, &(&&&#private::piece(&*#variable)).way(), #variable))
            });
            let values = nested(index, total, &quote!((#(#taken,)*)));
            moved.extend(quote_spanned!(span=> #inner #by_reference => #values,));
            if !takes_all {
                part_arms.extend(quote_spanned!(span=> #inner if #arm == #index => #values,));
            }
            let values = nested(index, total, &quote!((#(#variables,)*)));
            whole_moved.extend(match binds_all(pat) {
                true => quote_spanned!(span=> #inner #by_value => #values,),
                false => quote_spanned!(span=> #rest @ #inner #by_value => { #exclusive = #rest; #values }),
            });
            outer.push(self.bindings(&bound, index, total));
        }
        let none = is_refutable.then(|| {
            let missed = nested(pats.len(), total, &quote!(()));
            probes.extend(quote!(_ => {}));
            whole_moved.extend(quote!(#rest => { #exclusive = #rest; #missed }));
            selected.extend(quote!(_ => usize::MAX,));
            quote!(_ => #missed,)
        });
        let in_parts = quote_spanned!(span=> match &mut #exclusive { #moved #none });
        let moved = match may_move_whole {
            _ if may_take && !taking.is_empty() => {
                let (value, other) = (self.taken(local, place.span()), quote!(_ => #private::wrong_state(),));
                let none = none.as_ref().unwrap_or(&other);
                quote! {
                    let #parts_way = &#verdict;
                    let #arm = match &#exclusive { #selected };
                    match #arm {
                        #(#taking)|* => match #value { #taken_arms #other },
                        _ => match &mut #exclusive { #part_arms #none },
                    }
                }
            }
            false => quote!(let #parts_way = &#verdict; #in_parts),
            true => quote! {
                let #whole_way = (&&#private::whole(&#exclusive)).way();
                let #parts_way = #whole_way.parts(&#verdict);
                match #private::decide(&#whole_way) {
                    #private::Decision::Moves(#way) => {
                        #private::reach(#way);
                        match #private::emptied(&#whole_way, &mut #exclusive) { #whole_moved }
                    }
                    #private::Decision::Leaves(#way) => { #private::reach(#way); #in_parts }
                }
            },
        };
        let typed = pats.first().and_then(|pat| match pat {
            Pat::Type(typed) => {
                let ty = &typed.ty;
                Some(quote!(if false { #private::never(); let _: #ty = #stays; }))
            }
            _ => None,
        });
        let scrutinee = Expr::Verbatim(quote_spanned! {span=> ({
            #typed
            let #verdict = #private::verdict();
            if false {
                #private::never();
                let #probe = #private::probe(&#whole);
                #private::note(&#verdict, || {
                    #private::touch(&#probe);
                    match #probed { #probes }
                });
            }
            match #private::decide(&#verdict) {
                #private::Decision::Leaves(#way) => { #private::reach(#way); match #stays { #left #none } }
                #private::Decision::Moves(#way) => { #private::reach(#way); #moved }
            }
        })});
        let pats = outer.into_iter().map(|pat| parse_quote!((#pat))).collect();
        Some(Opened { check: TokenStream::new(), scrutinee, pats })
    }

    /// The pattern for what the pattern of that number binds.
    fn bindings(&self, bound: &[LocalId], index: usize, total: usize) -> TokenStream {
        let pats = bound.iter().map(|&local| Name::Binding(local).encode(self.lowerer.body.locals[local].span));
        nested(index, total, &quote!((#(#pats,)*)))
    }

    /// A guard in terms of references to what its pattern binds.
    fn guard_of_parts(&mut self, guard: &Expr, bound: &[LocalId]) -> TokenStream {
        for &local in bound {
            let part = self.lowerer.guarded(local);
            self.bound.insert(local, parse_quote!((*#part)));
        }
        let guard = self.expr(guard);
        bound.iter().for_each(|local| {
            self.bound.remove(local);
        });
        guard
    }

    /// The same where the patterns may only copy: what is matched, and they themselves stay what they are.
    fn checked(&mut self, local: LocalId, place: &Expr, pats: &[&Pat]) -> Opened {
        let probes = pats.iter().map(|pat| {
            let mut inner = (*pat).clone();
            if let Pat::Type(typed) = inner {
                inner = *typed.pat;
            }
            Inner(self).visit_pat_mut(&mut inner);
            quote!(#inner => {})
        });
        let probes: TokenStream = probes.collect();
        let check = self.stays_in_place(local, place, |probed| quote!(match #probed { #probes _ => {} }));
        Opened { check, scrutinee: place.clone(), pats: pats.iter().map(|pat| (*pat).clone()).collect() }
    }

    /// `Struct { x, ..base }`: statements to be compiled before, since what it takes of a kept base cannot be moved.
    pub(super) fn struct_check(&mut self, e: &syn::ExprStruct) -> Option<TokenStream> {
        let base = e.rest.as_ref()?;
        let (local, _) = self.moved_in_parts(base, &[Part::Opened])?;
        let private = self.lowerer.private();
        let mut probe = e.clone();
        probe.fields.iter_mut().for_each(|field| {
            field.expr = Expr::Verbatim(quote!(#private::gone()));
            field.colon_token = Some(Default::default());
        });
        Some(self.stays_in_place(local, base, |probed| {
            probe.rest = Some(Box::new(probed));
            probe.into_token_stream()
        }))
    }

    /// Statements that are only compiled: nothing of a place is moved by what is made of it.
    fn stays_in_place(&mut self, local: LocalId, place: &Expr, used: impl FnOnce(Expr) -> TokenStream) -> TokenStream {
        let span = generated(place.span());
        let private = self.lowerer.private();
        let located = self.lowerer.private_at(place.span());
        let [verdict, probe] = ["__verdict", "__probe"].map(internal);
        let whole = self.mention(local, None, place.span());
        let used = used(self.expr_at(place, |_, _| Expr::Verbatim(quote!(#probe.value))));
        let told = at(&verdict, place.span());
        let check = quote_spanned!(place.span()=> #located::stays_in_place(&#told));
        quote_spanned! {span=>
            if false {
                let #verdict = #private::verdict();
                #private::never();
                let #probe = #private::probe(&#whole);
                #private::note(&#verdict, || {
                    #private::touch(&#probe);
                    #used;
                });
                #check;
            }
        }
    }

    /// `let pat = place;`
    ///
    /// Statements to be compiled before it.
    pub(super) fn open_let(&mut self, stmt: &mut syn::Local) -> TokenStream {
        let Some(init) = &mut stmt.init else { return TokenStream::new() };
        if matches!(stmt.pat, Pat::Ident(_)) || matches!(&stmt.pat, Pat::Type(pat) if matches!(*pat.pat, Pat::Ident(_)))
        {
            return TokenStream::new();
        }
        let Some(opened) = self.opened(&init.expr, &[&stmt.pat], &[], init.diverge.is_some()) else {
            return TokenStream::new();
        };
        *init.expr = opened.scrutinee;
        stmt.pat = opened.pats.into_iter().next().expect("there is one pattern");
        opened.check
    }

    /// What a `move` closure takes of a local of which it mentions parts.
    ///
    /// If the local is a pointer, like an `Rc`, it is taken itself. Which of both it is, its type says.
    pub(super) fn captured_parts(
        &mut self,
        local: LocalId,
        mention: Option<MentionId>,
        fields: &[(Member, Parts)],
        span: Span,
    ) -> Expr {
        let shared = self.mention(local, None, span);
        let exclusive = self.exclusive(local, span);
        let whole = match mention.filter(|&mention| self.lowerer.facts.may_move(mention)) {
            Some(_) if self.is_optional(local) || self.is_carried(local) => self.taken(local, span),
            _ => shared.clone(),
        };
        let private = self.lowerer.private();
        let owner = quote!(#private::owner());
        self.captured_fields(&Captured { shared, exclusive, owner }, &whole, fields, span)
    }

    fn captured_fields(&self, place: &Captured, whole: &Expr, fields: &[(Member, Parts)], span: Span) -> Expr {
        let private = self.lowerer.private();
        let [way, reached] = ["__owner", "__way"].map(internal);
        let Captured { shared, owner, .. } = place;
        let mut taken = quote!(#private::nothing_taken());
        let values: Vec<_> = fields
            .iter()
            .map(|(member, parts)| {
                let [shared, exclusive] =
                    [&place.shared, &place.exclusive].map(|place| parse_quote_spanned!(span=> #place.#member));
                let part = Captured { shared, exclusive, owner: quote!(#way) };
                let shared = &part.shared;
                taken.extend(match parts {
                    Parts::Whole => quote!(.field(&#way.part((&&&#private::piece(&#shared)).way()), &#shared)),
                    Parts::Fields(_) => quote!(.parts(&#way.of((&&&#private::pointer(&#shared)).way()), &#shared)),
                });
                match parts {
                    Parts::Whole => self.captured_piece(&part, &quote!(part), span),
                    Parts::Fields(fields) => {
                        // What leads to its parts, if that is a pointer; the variable is the inner one then.
                        let whole = self.captured_piece(&part, &quote!(whole), span);
                        self.captured_fields(&part, &whole, fields, span)
                    }
                }
            })
            .collect();
        let captured = internal("__Captured");
        let parameters: Vec<_> = (0..fields.len()).map(|index| format_ident!("T{index}")).collect();
        let unnamed = fields.iter().filter_map(|(member, _)| match member {
            Member::Unnamed(index) => Some(index.index as usize),
            Member::Named(_) => None,
        });
        let (item, value) = match unnamed.max() {
            None => {
                let members: Vec<_> = fields.iter().map(|(member, _)| member).collect();
                let item = quote!(struct #captured<#(#parameters),*> { #(#members: #parameters),* });
                let located = self.lowerer.private_at(span);
                let checked = (fields.len() > 1).then(|| quote_spanned!(span=> #located::in_any_order(&#taken);));
                (item, quote!({ #checked #captured { #(#members: #values),* } }))
            }
            Some(last) => {
                let at = |wanted: usize| {
                    let found = |(member, _): &(Member, Parts)| matches!(member, Member::Unnamed(index) if index.index as usize == wanted);
                    fields.iter().position(found)
                };
                let types =
                    (0..=last).map(|index| at(index).map_or_else(|| quote!(()), |at| parameters[at].to_token_stream()));
                let item = quote!(struct #captured<#(#parameters),*>(#(#types),*););
                let values =
                    (0..=last).map(|index| at(index).map_or_else(|| quote!(()), |at| values[at].to_token_stream()));
                (item, quote!(#captured(#(#values),*)))
            }
        };
        Expr::Verbatim(quote_spanned! {generated(span)=> ({
            #item
            let #way = #owner.of((&&&#private::pointer(&#shared)).way());
            #private::pick(
                &#way,
                match #private::decide(&#way) {
                    #private::Decision::Moves(#reached) => { #private::reach(#reached); ::core::option::Option::Some(#whole) }
                    #private::Decision::Leaves(#reached) => { #private::reach(#reached); ::core::option::Option::None }
                },
                match #private::decide(&#way) {
                    #private::Decision::Moves(#reached) => { #private::reach(#reached); ::core::option::Option::None }
                    #private::Decision::Leaves(#reached) => { #private::reach(#reached); ::core::option::Option::Some(#value) }
                },
            )
        })})
    }

    /// A part that a closure takes, if what it is a part of is no pointer; or the whole, if it is one.
    fn captured_piece(&self, Captured { shared, exclusive, owner }: &Captured, role: &TokenStream, span: Span) -> Expr {
        let private = self.lowerer.private();
        let [piece, way] = ["__piece", "__way"].map(internal);
        let located = self.lowerer.private_at(span);
        let told = at(&piece, span);
        let emptied = quote_spanned!(span=> #located::emptied(&#told, &mut #exclusive));
        Expr::Verbatim(quote_spanned! {generated(span)=> ({
            let #piece = #owner.#role((&&&#private::piece(&#shared)).way());
            match #private::decide(&#piece) {
                #private::Decision::Leaves(#way) => { #private::reach(#way); #shared }
                #private::Decision::Moves(#way) => { #private::reach(#way); #emptied }
            }
        })})
    }

    /// The place with what `root` makes in the place of its local.
    fn expr_at(&mut self, place: &Expr, mut root: impl FnMut(&mut Self, Span) -> Expr) -> Expr {
        fn replace(expr: &mut Expr, with: &mut impl FnMut(Span) -> Expr) {
            match expr {
                Expr::Field(syn::ExprField { base: expr, .. }) | Expr::Paren(syn::ExprParen { expr, .. }) => {
                    replace(expr, with);
                }
                expr => *expr = with(expr.span()),
            }
        }
        let mut place = place.clone();
        replace(&mut place, &mut |span| root(self, span));
        place
    }

    fn is_carried(&self, local: LocalId) -> bool {
        self.is_behind_reference(local) && self.keep(local) == Keep::Carried
    }

    /// The place of a local, of which a part is about to be replaced.
    fn exclusive(&mut self, local: LocalId, span: Span) -> Expr {
        let private = self.lowerer.private();
        let variable = self.variable(local, span);
        if self.is_optional(local) {
            let slot = self.slot(local, span);
            return Expr::Verbatim(quote_spanned!(span=> (*#private::get_mut(#slot))));
        }
        if self.is_carried(local) {
            let carrier = self.lowerer.carrier(local);
            return Expr::Verbatim(
                quote_spanned!(span=> (*#private::Retained::get_mut(&mut *#variable, &mut #carrier))),
            );
        }
        self.mention(local, None, span)
    }
}

/// A place of which a closure takes something.
struct Captured {
    shared: Expr,
    exclusive: Expr,
    /// The variable whose type says whether what it is a part of is a pointer, and is taken itself.
    owner: TokenStream,
}

/// A variable of the expansion, where errors are to be told.
fn at(variable: &Ident, span: Span) -> Ident {
    let mut variable = variable.clone();
    variable.set_span(span.resolved_at(variable.span()));
    variable
}

/// The value, or the pattern, of one of several ways.
fn nested(index: usize, ways: usize, value: &TokenStream) -> TokenStream {
    let mut nested = match index + 1 == ways {
        true => value.clone(),
        false => quote!(::core::result::Result::Ok(#value)),
    };
    for _ in 0..index {
        nested = quote!(::core::result::Result::Err(#nested));
    }
    nested
}

/// The local at the root of a place that is reached by fields alone.
fn root(place: &Expr) -> Option<(LocalId, MentionId)> {
    match place {
        Expr::Field(syn::ExprField { base: place, .. }) | Expr::Paren(syn::ExprParen { expr: place, .. }) => {
            root(place)
        }
        Expr::Path(path) => match Name::of_path(path)? {
            Name::Mention(local, mention) => Some((local, mention)),
            Name::Binding(_) | Name::Argument(_) => None,
        },
        _ => None,
    }
}

/// Names the variables of a pattern, without their `mut`.
struct Inner<'r, 'a, 'b>(&'r Rewriter<'a, 'b>);

impl VisitMut for Inner<'_, '_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        if let Pat::Ident(ident) = pat
            && let Some(Name::Binding(local)) = Name::decode(&ident.ident)
        {
            ident.ident = self.0.lowerer.variable(local);
            ident.mutability = None;
        }
        visit_mut::visit_pat_mut(self, pat);
    }
}
