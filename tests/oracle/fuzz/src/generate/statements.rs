//! Blocks, statements and patterns.

use super::{Generator, Loan, Target, Type, head, tight};

#[derive(Clone, Copy)]
enum Form {
    Let,
    Destructure,
    LetElse,
    Deferred,
    Borrow,
    Closure,
    Discard,
    Wildcard,
    Assign,
    AssignTuple,
    Compound,
    Change,
    If,
    IfLet,
    For,
    ForOver,
    While,
    WhileLet,
    DropLocal,
    Leave,
    Give,
    Assert,
    Item,
    Block,
}

const FORMS: [(usize, Form); 24] = [
    (22, Form::Let),
    (6, Form::Destructure),
    (5, Form::LetElse),
    (3, Form::Deferred),
    (8, Form::Borrow),
    (2, Form::Closure),
    (7, Form::Discard),
    (4, Form::Wildcard),
    (8, Form::Assign),
    (2, Form::AssignTuple),
    (5, Form::Compound),
    (7, Form::Change),
    (5, Form::If),
    (4, Form::IfLet),
    (3, Form::For),
    (4, Form::ForOver),
    (3, Form::While),
    (2, Form::WhileLet),
    (5, Form::DropLocal),
    (2, Form::Leave),
    (2, Form::Give),
    (1, Form::Assert),
    (1, Form::Item),
    (3, Form::Block),
];

impl Generator {
    /// A block with the value of a `ty`.
    pub(super) fn block(&mut self, ty: &Type) -> String {
        let height = self.scope.height();
        let most = if self.depth == 0 { 6 } else { 2 };
        let least = if self.depth == 0 { 3 } else { 0 };
        let count = least + self.random.below(most);
        let statements = self.statements(count);
        let tail = if *ty == Type::Unit && self.random.percent(50) {
            String::new()
        } else {
            self.operand("tail of a block", ty)
        };
        self.scope.end(height);
        format!("{{ {statements}{tail} }}")
    }

    pub(super) fn statements(&mut self, count: usize) -> String {
        let mut text = String::new();
        for _ in 0..count {
            if self.fuel == 0 || self.dead {
                break;
            }
            self.fuel -= 1;
            self.depth += 1;
            let statement = (0..3).find_map(|_| {
                let form = self.random.weighted(&FORMS);
                self.statement(form)
            });
            self.depth -= 1;
            text += &statement.unwrap_or_default();
            text += "\n";
        }
        text
    }

    fn statement(&mut self, form: Form) -> Option<String> {
        match form {
            Form::Let => Some(self.let_()),
            Form::Destructure => Some(self.destructure()),
            Form::LetElse => Some(self.let_else()),
            Form::Deferred => Some(self.deferred()),
            Form::Borrow => self.borrow(),
            Form::Closure => Some(self.closure()),
            Form::Discard => {
                self.reach("statement of an expression");
                let ty = self.any_type(1);
                Some(format!("{};", statement(self.operand("statement", &ty))))
            }
            Form::Wildcard => {
                self.reach("let _");
                let ty = self.any_type(1);
                Some(format!("let _ = {};", self.operand("let _", &ty)))
            }
            Form::Assign => self.assign(),
            Form::AssignTuple => self.assign_tuple(),
            Form::Compound => self.compound(),
            Form::Change => self.change(),
            Form::If => Some(self.if_statement()),
            Form::IfLet => self.if_let_borrow(),
            Form::For => Some(self.for_()),
            Form::ForOver => self.for_over(),
            Form::While => Some(self.while_()),
            Form::WhileLet => self.while_let(),
            Form::DropLocal => self.drop_local(),
            Form::Leave => Some(self.leave_if()),
            Form::Give if self.quiet == 0 => {
                self.reach("yield: nothing");
                self.yields += 1;
                Some("yield_!();".into())
            }
            Form::Give => None,
            Form::Assert => {
                self.reach("assert!");
                let condition = self.operand("assert!", &Type::Bool);
                Some(format!("assert!({condition} || true);"))
            }
            Form::Item => Some(self.item()),
            Form::Block => {
                self.reach("block");
                Some(self.block(&Type::Unit))
            }
        }
    }

    fn let_(&mut self) -> String {
        let ty = self.any_type(2);
        let value = self.operand("let", &ty);
        let name = self.local_name();
        let mutable = self.random.percent(50);
        self.scope.declare(&name, ty.clone(), mutable);
        self.reach("let");
        let annotation = if self.random.percent(15) { format!(": {}", ty.text()) } else { String::new() };
        let mutability = if mutable { "mut " } else { "" };
        format!("let {mutability}{name}{annotation} = {value};")
    }

    /// An irrefutable pattern, whose bindings are declared. `whole`: it is not a single binding.
    pub(super) fn pattern(&mut self, ty: &Type, whole: bool) -> String {
        let borrows = self.random.percent(10);
        if borrows {
            self.reach("pattern: ref");
        }
        self.pattern_of(ty, whole, borrows)
    }

    /// A pattern that binds all by value, or all by `ref`.
    fn pattern_of(&mut self, ty: &Type, whole: bool, borrows: bool) -> String {
        if whole || self.random.percent(40) {
            match ty {
                Type::Tuple(types) => {
                    self.reach("pattern: tuple");
                    let parts: Vec<_> = types.iter().map(|ty| self.pattern_of(ty, false, borrows)).collect();
                    return format!("({})", parts.join(", "));
                }
                Type::Pair if !borrows && self.random.percent(25) => {
                    self.reach("pattern: struct with a rest");
                    let name = self.fresh("x");
                    self.scope.declare(&name, Type::Loud, false);
                    return format!("Pair {{ {}: {name}, .. }}", self.random.pick(&["left", "right"]));
                }
                Type::Pair => {
                    self.reach("pattern: struct");
                    let (left, right) =
                        (self.pattern_of(&Type::Loud, false, borrows), self.pattern_of(&Type::Loud, false, borrows));
                    return format!("Pair {{ left: {left}, right: {right} }}");
                }
                Type::Array(of, length) => {
                    self.reach("pattern: array");
                    let parts: Vec<_> = (0..*length).map(|_| self.pattern_of(of, false, borrows)).collect();
                    return format!("[{}]", parts.join(", "));
                }
                _ => {}
            }
        }
        if self.random.percent(15) {
            self.reach("pattern: wildcard");
            return "_".into();
        }
        let name = self.fresh("x");
        if borrows && !matches!(ty, Type::Closure | Type::Ref(_) | Type::RefMut(_)) {
            self.scope.declare(&name, Type::Ref(Box::new(ty.clone())), false);
            return format!("ref {name}");
        }
        let mutable = self.random.percent(25);
        self.scope.declare(&name, ty.clone(), mutable);
        format!("{}{name}", if mutable { "mut " } else { "" })
    }

    fn destructure(&mut self) -> String {
        let ty = match self.random.below(3) {
            0 => Type::Pair,
            1 => Type::Tuple(vec![self.any_type(1), self.any_type(1)]),
            _ => Type::Array(Box::new(self.any_type(1)), 2),
        };
        let value = self.operand("let with a pattern", &ty);
        self.reach("let with a pattern");
        format!("let {} = {value};", self.pattern(&ty, true))
    }

    fn let_else(&mut self) -> String {
        let of = self.any_type(1);
        let value = self.operand("let-else", &Type::option(of.clone()));
        self.reach("let-else");
        let (diverge, _) = self.way(|this| {
            let statements = this.statements(1);
            format!("{{ {statements} {}; }}", this.leave())
        });
        let pattern = self.pattern(&of, false);
        let value = if value.ends_with('}') { format!("({value})") } else { value };
        format!("let Some({pattern}) = {value} else {diverge};")
    }

    fn deferred(&mut self) -> String {
        self.reach("let, initialised later");
        let ty = self.any_type(1);
        let condition = head(self.operand("condition", &Type::Bool));
        let name = self.fresh("x");
        let assigned = |this: &mut Self| {
            this.way(|this| {
                let statements = this.statements(1);
                let value = this.operand("first assignment", &ty);
                format!("{{ {statements} {name} = {value}; }}")
            })
        };
        let (then, end) = assigned(self);
        let (otherwise, end_otherwise) = assigned(self);
        self.join(vec![end, end_otherwise]);
        self.scope.declare(&name, ty.clone(), false);
        format!("let {name}: {}; if {condition} {then} else {otherwise}", ty.text())
    }

    fn borrow(&mut self) -> Option<String> {
        let exclusive = self.random.percent(35);
        let places = if exclusive { self.scope.changeable() } else { self.scope.readable() };
        let fits = |place: &super::Place| !matches!(place.ty, Type::Closure | Type::Ref(_) | Type::RefMut(_));
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        let name = self.fresh("r");
        let (loan, ty, sign) = if exclusive {
            self.reach("let: exclusive borrow");
            (Loan::Exclusive, Type::RefMut(Box::new(place.ty.clone())), "&mut ")
        } else {
            self.reach("let: borrow");
            (Loan::Shared, Type::Ref(Box::new(place.ty.clone())), "&")
        };
        if self.random.percent(20) {
            self.reach("let: ref");
            let local = self.scope.declare(&name, ty, false);
            self.scope.lend_to(local, place.root, loan);
            let keyword = if exclusive { "ref mut" } else { "ref" };
            return Some(format!("let {keyword} {name} = {};", place.text));
        }
        let local = self.scope.declare(&name, ty, false);
        self.scope.lend_to(local, place.root, loan);
        Some(format!("let {name} = {sign}{};", place.text))
    }

    /// A closure that owns what it uses: one that borrows cannot be kept across a wait.
    fn closure(&mut self) -> String {
        let name = self.fresh("f");
        let before = self.scope.clone();
        self.scope.only_copies();
        let (body, _) = self.closure_body(|this| this.expr(&Type::U32));
        self.scope = before;
        self.reach("closure");
        self.scope.declare(&name, Type::Closure, false);
        format!("let {name} = move || {{ {body} }};")
    }

    fn assign(&mut self) -> Option<String> {
        let places = self.scope.assignable();
        let fits = |place: &super::Place| !matches!(place.ty, Type::Closure | Type::Ref(_) | Type::RefMut(_));
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        let value = self.operand("assignment", &place.ty);
        // The value may have moved what the place is a part of.
        let still = self.scope.assignable().into_iter().any(|now| now.text == place.text && now.root == place.root);
        if !still {
            return Some(format!("{};", statement(value)));
        }
        self.reach(if place.is_whole { "assignment" } else { "assignment to a part" });
        self.scope.assign(&place);
        Some(format!("{} = {value};", place.text))
    }

    fn assign_tuple(&mut self) -> Option<String> {
        let places = self.scope.assignable();
        let wholes: Vec<_> = places
            .into_iter()
            .filter(|place| place.is_whole && !matches!(place.ty, Type::Closure | Type::Ref(_) | Type::RefMut(_)))
            .collect();
        let place = self.one_of(wholes)?;
        let other = self.any_type(1);
        let value = self.operand("destructuring assignment", &Type::Tuple(vec![place.ty.clone(), other]));
        self.reach("destructuring assignment");
        self.scope.assign(&place);
        Some(format!("({}, _) = {value};", place.text))
    }

    fn compound(&mut self) -> Option<String> {
        let places = self.scope.changeable();
        let fits = |place: &super::Place| matches!(place.ty, Type::U32 | Type::String);
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        if place.ty == Type::U32 {
            let value = self.operand("compound assignment", &Type::U32);
            self.reach("compound assignment");
            return Some(format!("{} {} {value};", place.text, self.random.pick(&["+=", "^=", "|="])));
        }
        self.reach("compound assignment, overloaded");
        let value =
            self.while_lent(&place, Loan::Exclusive, |this| tight(this.operand("compound assignment", &Type::String)));
        Some(format!("{} += &{value};", place.text))
    }

    /// A method that changes its receiver.
    fn change(&mut self) -> Option<String> {
        let places = self.scope.changeable();
        let fits =
            |place: &super::Place| matches!(place.ty, Type::Loud | Type::Vec(_) | Type::Option(_) | Type::String);
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        self.reach("method: by exclusive reference");
        let (method, ty) = match &place.ty {
            Type::Loud => ("rename", Type::Str),
            Type::Vec(of) => ("push", (**of).clone()),
            Type::Option(of) => ("replace", (**of).clone()),
            _ => ("extend", Type::option(Type::String)),
        };
        let value =
            self.while_lent(&place, Loan::Shared, |this| this.operand("argument of a method that borrows", &ty));
        Some(format!("{}.{method}({value});", place.receiver))
    }

    fn if_statement(&mut self) -> String {
        self.reach("if");
        let (condition, then, mut ways) = self.condition_and_block(&Type::Unit);
        if self.random.percent(40) {
            self.reach("if without else");
            ways.push(Some(self.scope.clone()));
            self.join(ways);
            return format!("if {condition} {then}");
        }
        let (otherwise, end) = self.way(|this| this.block(&Type::Unit));
        ways.push(end);
        self.join(ways);
        format!("if {condition} {then} else {otherwise}")
    }

    /// `if let` on a borrow of a place.
    fn if_let_borrow(&mut self) -> Option<String> {
        let exclusive = self.random.percent(35);
        let places = if exclusive { self.scope.changeable() } else { self.scope.readable() };
        let fits = |place: &super::Place| matches!(place.ty, Type::Option(_));
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        let Type::Option(of) = place.ty.clone() else { return None };
        self.reach("if let: a borrow");
        let (loan, ty, sign) =
            if exclusive { (Loan::Exclusive, Type::RefMut(of), "&mut ") } else { (Loan::Shared, Type::Ref(of), "&") };
        let name = self.fresh("x");
        let (then, end) = self.way(|this| {
            let local = this.scope.declare(&name, ty, false);
            this.scope.lend_to(local, place.root, loan);
            this.block(&Type::Unit)
        });
        let now = Some(self.scope.clone());
        self.join(vec![end, now]);
        Some(format!("if let Some({name}) = {sign}{} {then}", place.text))
    }

    /// The body of a loop, and what has become of the locals where the loop ends.
    pub(super) fn repeated(
        &mut self,
        label: Option<String>,
        is_loop: bool,
        value: Option<Type>,
        f: impl FnOnce(&mut Self) -> String,
    ) -> (String, ()) {
        self.targets.push(Target { label, is_loop, value, exits: Vec::new(), ends: false });
        self.scope.level += 1;
        let height = self.scope.height();
        let was_in_condition = std::mem::replace(&mut self.in_condition, false);
        let (body, end) = self.way(f);
        self.in_condition = was_in_condition;
        self.scope.level -= 1;
        let target = self.targets.pop().expect("it has been pushed");
        let exits = target.exits.into_iter().map(|mut exit| {
            exit.end(height);
            Some(exit)
        });
        let now = Some(self.scope.clone());
        let ways: Vec<_> = exits.chain([end, now]).collect();
        self.join(ways);
        (body, ())
    }

    fn label(&mut self) -> (Option<String>, String) {
        if !self.random.percent(35) {
            return (None, String::new());
        }
        self.reach("loop with a label");
        let label = self.fresh("'loop_");
        let prefix = format!("{label}: ");
        (Some(label), prefix)
    }

    fn for_(&mut self) -> String {
        self.reach("for");
        let of = self.any_type(1);
        let ty = match self.random.below(3) {
            0 => Type::vec(of.clone()),
            1 => Type::Array(Box::new(of.clone()), 2),
            _ => Type::option(of.clone()),
        };
        let list = head(self.operand("list of a for loop", &ty));
        let (label, prefix) = self.label();
        let (body, ()) = self.repeated(label, true, None, |this| {
            let pattern = this.pattern(&of, false);
            format!("{pattern} in {list} {}", this.block(&Type::Unit))
        });
        format!("{prefix}for {body}")
    }

    /// A `for` loop over a range, or a borrowed list.
    fn for_over(&mut self) -> Option<String> {
        let (label, prefix) = self.label();
        let exclusive = self.random.percent(30);
        let places = if exclusive { self.scope.changeable() } else { self.scope.readable() };
        let fits = |place: &super::Place| matches!(place.ty, Type::Vec(_) | Type::Array(..));
        let place = self.one_of(places.into_iter().filter(fits).collect());
        let Some(place) = place.filter(|_| self.random.percent(75)) else {
            self.reach("for: a range");
            let end = tight(self.operand("end of a range", &Type::U32));
            let (body, ()) = self.repeated(label, true, None, |this| {
                let name = this.local_name();
                this.scope.declare(&name, Type::U32, false);
                format!("{name} in 0..{end} % 3 {}", this.block(&Type::Unit))
            });
            return Some(format!("{prefix}for {body}"));
        };
        let (Type::Vec(of) | Type::Array(of, _)) = place.ty.clone() else { return None };
        self.reach("for: a borrow");
        let (loan, ty) = if exclusive { (Loan::Exclusive, Type::RefMut(of)) } else { (Loan::Shared, Type::Ref(of)) };
        let list = match (self.random.below(3), exclusive) {
            (0, true) => format!("&mut {}", place.text),
            (0, false) => format!("&{}", place.text),
            (1, true) => format!("{}.iter_mut()", place.receiver),
            (1, false) => format!("{}.iter()", place.receiver),
            (_, true) => format!("{}.iter_mut().rev()", place.receiver),
            (_, false) => format!("{}.iter().take(2)", place.receiver),
        };
        self.scope.lend(place.root, loan);
        let (body, ()) = self.repeated(label, true, None, |this| {
            let name = this.local_name();
            let local = this.scope.declare(&name, ty, false);
            this.scope.lend_to(local, place.root, loan);
            format!("{name} in {list} {}", this.block(&Type::Unit))
        });
        self.scope.release(place.root, loan);
        Some(format!("{prefix}for {body}"))
    }

    fn while_(&mut self) -> String {
        self.reach("while");
        let (label, prefix) = self.label();
        let turn = self.fresh("turn");
        let counter = self.scope.declare(&turn, Type::U32, true);
        self.scope.local(counter).reserved = true;
        let (body, ()) = self.repeated(label, true, None, |this| {
            let was_in_condition = std::mem::replace(&mut this.in_condition, true);
            // The turn is counted in the body.
            this.innermost().ends = true;
            let condition = tight(head(this.operand("condition of while", &Type::Bool)));
            this.innermost().ends = false;
            this.in_condition = was_in_condition;
            format!("{turn} < 2 && {condition} {{ {turn} += 1; {} }}", this.block(&Type::Unit))
        });
        format!("let mut {turn} = 0; {prefix}while {body}")
    }

    fn while_let(&mut self) -> Option<String> {
        let places = self.scope.changeable();
        let fits = |place: &super::Place| matches!(place.ty, Type::Vec(_));
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        let Type::Vec(of) = place.ty.clone() else { return None };
        self.reach("while let");
        let (label, prefix) = self.label();
        // Nothing else changes the list: it comes to an end.
        self.scope.lend(place.root, Loan::Shared);
        let (body, ()) = self.repeated(label, true, None, |this| {
            let pattern = this.pattern(&of, false);
            format!("let Some({pattern}) = {}.pop() {}", place.receiver, this.block(&Type::Unit))
        });
        self.scope.release(place.root, Loan::Shared);
        Some(format!("{prefix}while {body}"))
    }

    fn drop_local(&mut self) -> Option<String> {
        let places = self.scope.movable();
        let fits = |place: &super::Place| place.is_whole && !place.ty.is_copy();
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        if self.random.percent(50) {
            self.reach("drop of a local");
            self.scope.move_out(&place);
            return Some(format!("drop({});", place.text));
        }
        self.reach("drop of a local, at times");
        let condition = head(self.operand("condition", &Type::Bool));
        let still = self.scope.movable().into_iter().any(|now| now.text == place.text && now.root == place.root);
        if !still {
            return Some(format!("{};", statement(condition)));
        }
        self.scope.move_out(&place);
        Some(format!("if {condition} {{ drop({}); }}", place.text))
    }

    fn leave_if(&mut self) -> String {
        let condition = head(self.operand("condition", &Type::Bool));
        let (leave, end) = self.way(|this| format!("{{ {}; }}", this.leave()));
        let now = Some(self.scope.clone());
        self.join(vec![end, now]);
        format!("if {condition} {leave}")
    }

    fn item(&mut self) -> String {
        let name = self.fresh("ITEM");
        if self.random.percent(50) {
            self.reach("item: constant");
            self.scope.declare(&name, Type::U32, false);
            return format!("const {name}: u32 = 3;");
        }
        self.reach("item: function");
        let name = name.to_lowercase();
        format!("fn {name}(n: u32) -> u32 {{ value(\"{name}\", n) }} {name}({});", self.operand("argument", &Type::U32))
    }
}

/// An expression as a statement, which is one expression.
fn statement(text: String) -> String {
    if text.starts_with(['{', '\'']) || ["if ", "match ", "loop "].iter().any(|keyword| text.starts_with(keyword)) {
        return format!("({text})");
    }
    text
}
