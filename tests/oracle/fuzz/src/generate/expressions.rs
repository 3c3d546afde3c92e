//! Expressions of a given type.

use super::{DEEPEST, Generator, Loan, Target, Type, head, tight};

/// The forms of expressions that any type has.
#[derive(Clone, Copy)]
enum Form {
    Leaf,
    Yield,
    Block,
    If,
    IfLet,
    Match,
    Loop,
    Labelled,
    Call,
    CallOfClosure,
    Unwrap,
    Projection,
    QuestionMark,
    Leave,
    Replace,
    Deref,
    Index,
    Own,
}

const FORMS: [(usize, Form); 18] = [
    (14, Form::Leaf),
    (22, Form::Yield),
    (5, Form::Block),
    (4, Form::If),
    (3, Form::IfLet),
    (4, Form::Match),
    (2, Form::Loop),
    (2, Form::Labelled),
    (5, Form::Call),
    (2, Form::CallOfClosure),
    (3, Form::Unwrap),
    (3, Form::Projection),
    (3, Form::QuestionMark),
    (1, Form::Leave),
    (2, Form::Replace),
    (2, Form::Deref),
    (2, Form::Index),
    (25, Form::Own),
];

/// How many of a hundred moves may take a part of a local: the macro refuses most.
const PARTIAL_MOVES: usize = 0;

/// Positions in which the compiler knows the type of an operand.
const TYPED: [&str; 5] = ["argument of a child", "field", "assignment", "compound assignment", "return"];

impl Generator {
    /// An operand of what `position` says.
    pub(super) fn operand(&mut self, position: &str, ty: &Type) -> String {
        let before = self.yields;
        let was_known = std::mem::replace(&mut self.type_is_known, TYPED.contains(&position));
        let text = self.expr(ty);
        self.type_is_known = was_known;
        if self.yields > before {
            self.reach(&format!("yield in: {position}"));
        }
        text
    }

    /// An expression, whose value is a `ty`.
    pub(super) fn expr(&mut self, ty: &Type) -> String {
        if self.fuel == 0 || self.depth >= DEEPEST {
            return self.leaf(ty);
        }
        self.fuel -= 1;
        self.depth += 1;
        let found = (0..3).find_map(|_| {
            let form = self.random.weighted(&FORMS);
            self.form(form, ty)
        });
        self.depth -= 1;
        found.unwrap_or_else(|| self.leaf(ty))
    }

    fn form(&mut self, form: Form, ty: &Type) -> Option<String> {
        match form {
            Form::Leaf => Some(self.leaf(ty)),
            Form::Yield => self.yield_of(ty),
            Form::Block => {
                self.reach("block");
                Some(self.block(ty))
            }
            Form::If => Some(self.if_(ty)),
            Form::IfLet => self.if_let(ty),
            Form::Match => self.match_(ty),
            Form::Loop => Some(self.loop_with_value(ty)),
            Form::Labelled => Some(self.labelled_block(ty)),
            Form::Call => Some(self.call(ty)),
            Form::CallOfClosure => Some(self.call_of_closure(ty)),
            Form::Unwrap => Some(self.unwrap(ty)),
            Form::Projection => Some(self.projection(ty)),
            Form::QuestionMark => self.question_mark(ty),
            // Elsewhere the type would have to be inferred from it.
            Form::Leave if self.type_is_known => Some(self.leave()),
            Form::Leave => None,
            Form::Replace => self.replace(ty),
            // What is moved out of a box is refused.
            Form::Deref if ty.is_copy() => {
                self.reach("dereference of a temporary");
                let value = self.operand("dereferenced operand", ty);
                Some(format!("*Box::new({value})"))
            }
            Form::Deref => None,
            Form::Index => self.index(ty),
            Form::Own => self.own(ty),
        }
    }

    /// An expression without a part that is generated.
    pub(super) fn leaf(&mut self, ty: &Type) -> String {
        if self.random.percent(70)
            && let Some(text) = self.local_of(ty)
        {
            return text;
        }
        self.literal(ty)
    }

    /// A local, or a part of one, by value.
    fn local_of(&mut self, ty: &Type) -> Option<String> {
        let fitting = |places: Vec<super::Place>| places.into_iter().filter(|place| place.ty == *ty).collect();
        if ty.is_copy() {
            let place = self.one_of(fitting(self.scope.readable()))?;
            self.reach("local: copied");
            return Some(place.text);
        }
        if matches!(ty, Type::Loud | Type::String) && self.random.percent(25) {
            let place = self.one_of(fitting(self.scope.readable()))?;
            self.reach("local: cloned");
            return Some(format!("{}.clone()", place.receiver));
        }
        let mut places: Vec<_> = fitting(self.scope.movable());
        if !self.random.percent(PARTIAL_MOVES) {
            places.retain(|place| place.is_whole);
        }
        let place = self.one_of(places)?;
        self.reach(if place.is_whole { "local: moved" } else { "local: a part moved" });
        self.scope.move_out(&place);
        Some(place.text)
    }

    /// A new value.
    pub(super) fn literal(&mut self, ty: &Type) -> String {
        match ty {
            Type::Unit => "()".into(),
            Type::U32 => {
                let n = self.random.below(4);
                if self.random.percent(40) { format!("value(\"{}\", {n})", self.fresh("v")) } else { n.to_string() }
            }
            Type::Bool => {
                let b = self.random.percent(50);
                if self.random.percent(40) { format!("value(\"{}\", {b})", self.fresh("v")) } else { b.to_string() }
            }
            Type::Str => format!("\"{}\"", self.fresh("s")),
            Type::String => format!("String::from(\"{}\")", self.fresh("s")),
            Type::Loud => format!("loud(\"{}\")", self.fresh("l")),
            Type::Pair => {
                let (left, right) = (self.literal(&Type::Loud), self.literal(&Type::Loud));
                format!("Pair {{ left: {left}, right: {right} }}")
            }
            Type::Tuple(types) => {
                let parts: Vec<_> = types.iter().map(|ty| self.literal(ty)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Array(of, length) => {
                let parts: Vec<_> = (0..*length).map(|_| self.literal(of)).collect();
                format!("[{}]", parts.join(", "))
            }
            Type::Option(of) => {
                if self.random.percent(75) {
                    format!("Some({})", self.literal(of))
                } else {
                    format!("None::<{}>", of.text())
                }
            }
            Type::Vec(of) => {
                let parts: Vec<_> = (0..1 + self.random.below(3)).map(|_| self.literal(of)).collect();
                format!("vec![{}]", parts.join(", "))
            }
            Type::Box(of) => format!("Box::new({})", self.literal(of)),
            Type::Outcome => {
                if self.random.percent(70) {
                    format!("Ok::<u32, Loud>({})", self.literal(&Type::U32))
                } else {
                    format!("Err::<u32, Loud>({})", self.literal(&Type::Loud))
                }
            }
            Type::Ref(_) | Type::RefMut(_) | Type::Closure => unreachable!("a borrow is made by `let` alone"),
        }
    }

    // ---- forms that any type has ----

    fn if_(&mut self, ty: &Type) -> String {
        let (condition, then, mut ways) = self.condition_and_block(ty);
        self.reach("if");
        let (otherwise, end) = self.way(|this| {
            if this.random.percent(15) {
                this.reach("if: else if");
                return this.if_(ty);
            }
            this.block(ty)
        });
        ways.push(end);
        self.join(ways);
        format!("if {condition} {then} else {otherwise}")
    }

    /// A condition, and the block that it guards, with the end of that.
    pub(super) fn condition_and_block(&mut self, ty: &Type) -> (String, String, Vec<Option<super::Scope>>) {
        let condition = head(self.operand("condition", &Type::Bool));
        let (then, end) = self.way(|this| this.block(ty));
        (condition, then, vec![end])
    }

    fn if_let(&mut self, ty: &Type) -> Option<String> {
        let of = self.any_type(1);
        let scrutinee = head(self.operand("scrutinee of if let", &Type::option(of.clone())));
        self.reach("if let");
        let chained = self.random.percent(20);
        let mut condition = String::new();
        let (then, end) = self.way(|this| {
            let pattern = this.pattern(&of, false);
            condition = format!("let Some({pattern}) = {scrutinee}");
            if chained {
                this.reach("if let: a chain");
                // The `else` does not know whether it has been evaluated: it moves nothing.
                this.scope.level += 1;
                condition += &format!(" && {}", tight(head(this.operand("chain of conditions", &Type::Bool))));
                this.scope.level -= 1;
            }
            this.block(ty)
        });
        let (otherwise, end_otherwise) = self.way(|this| this.block(ty));
        self.join(vec![end, end_otherwise]);
        Some(format!("if {condition} {then} else {otherwise}"))
    }

    fn match_(&mut self, ty: &Type) -> Option<String> {
        match self.random.below(4) {
            0 => Some(self.match_number(ty)),
            1 => Some(self.match_outcome(ty)),
            2 => self.match_place(ty),
            _ => Some(self.match_option(ty)),
        }
    }

    fn arm(&mut self, ty: &Type) -> String {
        if self.random.percent(50) { self.operand("arm", ty) } else { self.block(ty) }
    }

    fn guard(&mut self) -> String {
        if !self.random.percent(25) {
            return String::new();
        }
        self.reach("match: guard");
        let guard = self.without_yields(|this| {
            let fuel = std::mem::replace(&mut this.fuel, 0);
            let guard = this.literal(&Type::Bool);
            this.fuel = fuel;
            guard
        });
        format!(" if {guard}")
    }

    fn match_number(&mut self, ty: &Type) -> String {
        let scrutinee = head(self.operand("scrutinee of match", &Type::U32));
        self.reach("match: numbers");
        let (mut arms, mut ways) = (Vec::new(), Vec::new());
        for pattern in ["0", "1 | 2", "3..=9"] {
            if self.random.percent(60) {
                let guard = self.guard();
                let (arm, end) = self.way(|this| this.arm(ty));
                arms.push(format!("{pattern}{guard} => {arm},"));
                ways.push(end);
            }
        }
        let (arm, end) = self.way(|this| {
            if this.random.percent(40) {
                this.reach("match: binding with @");
                let name = this.local_name();
                this.scope.declare(&name, Type::U32, false);
                return format!("{name} @ _ => {},", this.arm(ty));
            }
            format!("_ => {},", this.arm(ty))
        });
        arms.push(arm);
        ways.push(end);
        self.join(ways);
        format!("match {scrutinee} {{ {} }}", arms.join(" "))
    }

    fn match_outcome(&mut self, ty: &Type) -> String {
        let scrutinee = head(self.operand("scrutinee of match", &Type::Outcome));
        self.reach("match: a result");
        let (ok, end_ok) = self.way(|this| {
            let pattern = this.pattern(&Type::U32, false);
            let guard = this.guard();
            let more = if guard.is_empty() { "" } else { "Ok(_) => unreachable!(\"guard\"), " };
            format!("Ok({pattern}){guard} => {}, {more}", this.arm(ty))
        });
        let (err, end_err) = self.way(|this| {
            let pattern = this.pattern(&Type::Loud, false);
            format!("Err({pattern}) => {}", this.arm(ty))
        });
        self.join(vec![end_ok, end_err]);
        format!("match {scrutinee} {{ {ok}{err} }}")
    }

    fn match_option(&mut self, ty: &Type) -> String {
        let of = self.any_type(1);
        let scrutinee = head(self.operand("scrutinee of match", &Type::option(of.clone())));
        self.reach("match: an option");
        let (some, end_some) = self.way(|this| {
            let pattern = this.pattern(&of, false);
            format!("Some({pattern}) => {}", this.arm(ty))
        });
        let (none, end_none) = self.way(|this| {
            let pattern = *this.random.pick(&["None", "_"]);
            format!("{pattern} => {}", this.arm(ty))
        });
        self.join(vec![end_some, end_none]);
        format!("match {scrutinee} {{ {some}, {none} }}")
    }

    /// A `match` on a borrow of a place.
    fn match_place(&mut self, ty: &Type) -> Option<String> {
        let places = self.scope.readable();
        let places = places.into_iter().filter(|place| matches!(place.ty, Type::Option(_))).collect();
        let place = self.one_of(places)?;
        let Type::Option(of) = place.ty.clone() else { return None };
        self.reach("match: a borrow");
        self.scope.lend(place.root, Loan::Shared);
        let (some, end_some) = self.way(|this| {
            let name = this.local_name();
            let local = this.scope.declare(&name, Type::Ref(of), false);
            this.scope.lend_to(local, place.root, Loan::Shared);
            format!("Some({name}) => {}", this.arm(ty))
        });
        let (none, end_none) = self.way(|this| format!("None => {}", this.arm(ty)));
        self.join(vec![end_some, end_none]);
        self.scope.release(place.root, Loan::Shared);
        Some(format!("match &{} {{ {some}, {none} }}", place.text))
    }

    pub(super) fn innermost(&mut self) -> &mut Target {
        self.targets.last_mut().expect("a loop is around")
    }

    fn loop_with_value(&mut self, ty: &Type) -> String {
        self.reach("loop with a value");
        let label = self.random.percent(50).then(|| self.fresh("'loop_"));
        let turn = self.fresh("turn");
        let height = self.scope.height();
        let counter = self.scope.declare(&turn, Type::U32, true);
        self.scope.local(counter).reserved = true;
        let prefix = label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
        let (body, _) = self.repeated(label.clone(), true, Some(ty.clone()), |this| {
            this.innermost().ends = true;
            let operand = guarded(this.leaving_value("break with a value", ty));
            this.innermost().ends = false;
            let to = label.map(|label| format!("{label} ")).unwrap_or_default();
            let statements = this.statements(2);
            format!("{{ {turn} += 1; if {turn} > 1 {{ break {to}{operand}; }} {statements} }}")
        });
        self.scope.end(height);
        format!("{{ let mut {turn} = 0; {prefix}loop {body} }}")
    }

    /// A value that is moved out of what may run again, because it leaves that.
    fn leaving_value(&mut self, position: &str, ty: &Type) -> String {
        // It is in a block of its own, after which the locals are as they were.
        let before = self.scope.clone();
        let value = self.operand(position, ty);
        self.scope = before;
        value
    }

    fn labelled_block(&mut self, ty: &Type) -> String {
        self.reach("labelled block");
        let label = self.fresh("'block_");
        self.targets.push(Target {
            label: Some(label.clone()),
            is_loop: false,
            value: Some(ty.clone()),
            exits: Vec::new(),
            ends: false,
        });
        let (block, end) = self.way(|this| this.block(ty));
        let target = self.targets.pop().expect("it has been pushed");
        let height = self.scope.height();
        let exits = target.exits.into_iter().map(|mut exit| {
            exit.end(height);
            Some(exit)
        });
        let ways: Vec<_> = exits.chain([end]).collect();
        self.join(ways);
        format!("{label}: {block}")
    }

    fn call(&mut self, ty: &Type) -> String {
        let other = self.any_type(1);
        if self.random.percent(25) {
            let place = self.scope.readable();
            let places = place.into_iter().filter(|place| place.ty != Type::Closure).collect();
            if let Some(place) = self.one_of(places) {
                self.reach("call: argument by reference");
                let value = self.while_lent(&place, Loan::Shared, |this| this.operand("argument beside a borrow", ty));
                return format!("beside(&{}, {value})", place.text);
            }
        }
        self.reach("call");
        if self.random.percent(50) {
            let (a, b) = (self.operand("argument", ty), self.operand("argument", &other));
            format!("first({a}, {b})")
        } else {
            let (a, b) = (self.operand("argument", &other), self.operand("argument", ty));
            format!("second({a}, {b})")
        }
    }

    fn call_of_closure(&mut self, ty: &Type) -> String {
        self.reach("call of a closure");
        let parameter = self.fresh("c");
        let argument = self.any_type(1);
        let value = self.operand("argument of a closure", &argument);
        let (body, _) = self.closure_body(|this| {
            this.scope.declare(&parameter, argument.clone(), false);
            this.expr(ty)
        });
        format!("(|{parameter}: {}| {})({value})", argument.text(), tight_body(body))
    }

    /// What is in a closure: it may run more than once, and cannot wait or leave the function.
    pub(super) fn closure_body(&mut self, f: impl FnOnce(&mut Self) -> String) -> (String, Option<super::Scope>) {
        let targets = std::mem::take(&mut self.targets);
        let leaving = std::mem::replace(&mut self.scope.leaving, false);
        // Nothing in it is assigned to, so that it can be called wherever it can be named.
        let output = std::mem::replace(&mut self.output, Type::Closure);
        self.scope.level += 1;
        let fuel = self.fuel;
        self.fuel = fuel.min(2);
        let result = self.without_yields(|this| this.way(f));
        self.fuel = fuel.saturating_sub(2);
        self.scope.level -= 1;
        self.scope.leaving = leaving;
        self.output = output;
        self.targets = targets;
        result
    }

    fn unwrap(&mut self, ty: &Type) -> String {
        let option = Type::option(ty.clone());
        match self.random.below(3) {
            0 => {
                self.reach("method: unwrap_or");
                let receiver = tight(self.operand("receiver", &option));
                let other = self.operand("argument of a method", ty);
                format!("{receiver}.unwrap_or({other})")
            }
            1 => {
                self.reach("method: unwrap_or_else");
                let receiver = tight(self.operand("receiver", &option));
                let (body, _) = self.closure_body(|this| this.literal(ty));
                format!("{receiver}.unwrap_or_else(|| {})", tight_body(body))
            }
            _ => {
                self.reach("method: expect");
                let value = self.operand("argument", ty);
                format!("Some({value}).expect(\"some\")")
            }
        }
    }

    fn projection(&mut self, ty: &Type) -> String {
        if *ty == Type::Loud && self.random.percent(60) {
            self.reach("field of a temporary");
            let pair = tight(head(self.operand("base of a field", &Type::Pair)));
            return format!("{pair}.{}", self.random.pick(&["left", "right"]));
        }
        self.reach("element of a temporary tuple");
        let other = self.any_type(1);
        let (a, b) = (self.operand("tuple", &other), self.operand("tuple", ty));
        format!("({a}, {b}).1")
    }

    fn question_mark(&mut self, ty: &Type) -> Option<String> {
        match self.output.clone() {
            Type::Outcome if *ty == Type::U32 => {
                self.reach("question mark: a result");
                let outcome = tight(self.operand("operand of ?", &Type::Outcome));
                Some(format!("{outcome}?"))
            }
            Type::Option(_) => {
                self.reach("question mark: an option");
                let option = tight(self.operand("operand of ?", &Type::option(ty.clone())));
                Some(format!("{option}?"))
            }
            _ => None,
        }
    }

    /// `return`, `break` or `continue` in the place of a value.
    pub(super) fn leave(&mut self) -> String {
        let usable: Vec<usize> = (0..self.targets.len())
            .filter(|&index| self.targets[index].is_loop || self.targets[index].label.is_some())
            .collect();
        let in_closure = self.output == Type::Closure;
        if !usable.is_empty() && self.random.percent(60) {
            let index = *self.random.pick(&usable);
            let innermost = self.targets.iter().rposition(|target| target.is_loop) == Some(index);
            let target = self.targets[index].clone();
            let label = match &target.label {
                Some(label) if !innermost || self.in_condition || self.random.percent(50) || !target.is_loop => {
                    format!(" {label}")
                }
                _ if innermost && !self.in_condition => String::new(),
                _ => return self.panic_(),
            };
            if target.is_loop && !target.ends && self.random.percent(40) {
                self.reach("continue");
                self.dead = true;
                return format!("continue{label}");
            }
            self.reach(if label.is_empty() { "break" } else { "break with a label" });
            let value = target.value.map(|ty| {
                let value = self.leaving_value("break with a value", &ty);
                format!(" {}", guarded(value))
            });
            let exit = self.scope.clone();
            self.targets[index].exits.push(exit);
            self.dead = true;
            return format!("break{label}{}", value.unwrap_or_default());
        }
        if in_closure {
            return self.panic_();
        }
        self.reach("return");
        let output = self.output.clone();
        let before = self.scope.clone();
        self.scope.leaving = true;
        let value = self.operand("return", &output);
        self.scope = before;
        self.dead = true;
        format!("return {value}")
    }

    fn panic_(&mut self) -> String {
        self.reach("panic!");
        self.dead = true;
        format!("panic!(\"{}\")", self.fresh("panic"))
    }

    fn replace(&mut self, ty: &Type) -> Option<String> {
        let places = self.scope.changeable().into_iter().filter(|place| place.ty == *ty).collect();
        let place = self.one_of(places)?;
        self.reach("call: argument by exclusive reference");
        let value = self.while_lent(&place, Loan::Exclusive, |this| this.operand("argument beside a borrow", ty));
        Some(format!("std::mem::replace(&mut {}, {value})", place.text))
    }

    fn index(&mut self, ty: &Type) -> Option<String> {
        if !ty.is_copy() {
            return None;
        }
        let places = self.scope.readable();
        let fits = |place: &super::Place| match &place.ty {
            Type::Array(of, _) => **of == *ty,
            _ => false,
        };
        let place = self.one_of(places.into_iter().filter(fits).collect())?;
        let Type::Array(_, length) = place.ty else { return None };
        self.reach("index");
        let index = self.while_lent(&place, Loan::Shared, |this| this.operand("index", &Type::U32));
        Some(format!("{}[{} as usize % {length}]", place.receiver, tight(index)))
    }

    // ---- forms of one type ----

    fn own(&mut self, ty: &Type) -> Option<String> {
        match ty {
            Type::U32 => self.number(),
            Type::Bool => Some(self.truth()),
            Type::String => Some(self.string()),
            Type::Loud => Some(self.loud_value()),
            Type::Pair => Some(self.pair()),
            Type::Tuple(types) => {
                self.reach("tuple");
                let parts: Vec<_> = types.iter().map(|ty| self.operand("tuple", ty)).collect();
                Some(format!("({})", parts.join(", ")))
            }
            Type::Array(of, length) => {
                self.reach("array");
                let parts: Vec<_> = (0..*length).map(|_| self.operand("array", of)).collect();
                Some(format!("[{}]", parts.join(", ")))
            }
            Type::Option(of) => {
                if self.random.percent(30) {
                    let places = self.scope.changeable().into_iter().filter(|place| place.ty == *ty).collect();
                    if let Some(place) = self.one_of(places) {
                        self.reach("method: take");
                        return Some(format!("{}.take()", place.receiver));
                    }
                    let lists = self.scope.changeable().into_iter();
                    let lists = lists.filter(|place| place.ty == Type::Vec(of.clone())).collect();
                    if let Some(place) = self.one_of(lists) {
                        self.reach("method: pop");
                        return Some(format!("{}.pop()", place.receiver));
                    }
                }
                self.reach("constructor of a variant");
                let value = self.operand("constructor", of);
                Some(format!("Some({value})"))
            }
            Type::Vec(of) => {
                self.reach("vec!");
                let parts: Vec<_> = (0..1 + self.random.below(3)).map(|_| self.operand("vec!", of)).collect();
                Some(format!("vec![{}]", parts.join(", ")))
            }
            Type::Box(of) => Some(format!("Box::new({})", self.operand("argument", of))),
            Type::Outcome => {
                if self.random.percent(60) {
                    Some(format!("Ok::<u32, Loud>({})", self.operand("constructor", &Type::U32)))
                } else {
                    Some(format!("Err::<u32, Loud>({})", self.operand("constructor", &Type::Loud)))
                }
            }
            Type::Unit | Type::Str | Type::Ref(_) | Type::RefMut(_) | Type::Closure => None,
        }
    }

    fn number(&mut self) -> Option<String> {
        match self.random.below(8) {
            0 | 1 => {
                self.reach("arithmetic");
                let (a, b) =
                    (tight(self.operand("left operand", &Type::U32)), tight(self.operand("right operand", &Type::U32)));
                Some(format!("{a} {} {b}", self.random.pick(&["+", "*", "^", "|"])))
            }
            2 => {
                self.reach("cast");
                let value = tight(self.operand("cast", &Type::Bool));
                Some(format!("{value} as u32"))
            }
            3 => {
                self.reach("method: by reference, on a temporary");
                let value = tight(self.operand("receiver that is borrowed", &Type::Loud));
                Some(format!("{value}.touch() as u32"))
            }
            4 => {
                let places = self.scope.readable().into_iter().filter(|place| place.ty == Type::Loud).collect();
                let place = self.one_of(places)?;
                self.reach("method: by reference");
                Some(format!("{}.touch() as u32", place.receiver))
            }
            5 => {
                self.reach("iterator");
                let list = tight(self.operand("receiver", &Type::vec(Type::U32)));
                let (body, _) = self.closure_body(|this| {
                    this.scope.declare("n", Type::U32, false);
                    this.expr(&Type::U32)
                });
                let method = self.random.pick(&["into_iter", "iter().copied"]);
                Some(format!("{list}.{method}().map(|n| {}).fold(0, |a: u32, b| a.wrapping_add(b))", tight_body(body)))
            }
            6 => {
                let places = self.scope.readable().into_iter().filter(|place| place.ty == Type::Closure).collect();
                let place = self.one_of(places)?;
                self.reach("closure: called");
                Some(format!("{}()", place.receiver))
            }
            _ => {
                let places = self.scope.readable().into_iter();
                let places = places.filter(|place| matches!(place.ty, Type::Vec(_) | Type::String)).collect();
                let place = self.one_of(places)?;
                self.reach("method: len");
                Some(format!("{}.len() as u32", place.receiver))
            }
        }
    }

    fn truth(&mut self) -> String {
        match self.random.below(7) {
            0 => {
                self.reach("comparison");
                let (a, b) =
                    (tight(self.operand("left operand", &Type::U32)), tight(self.operand("right operand", &Type::U32)));
                format!("{a} {} {b}", self.random.pick(&["<", "==", ">=", "!="]))
            }
            1 => {
                self.reach("comparison of values with destructors");
                let (a, b) =
                    (tight(self.operand("compared", &Type::Loud)), tight(self.operand("compared", &Type::Loud)));
                format!("{a} == {b}")
            }
            2 | 3 => {
                let (operator, other) = *self.random.pick(&[("&&", "||"), ("||", "&&")]);
                self.reach(&format!("lazy operator {operator}"));
                let a = tight(self.operand("left operand", &Type::Bool));
                let (b, end) = self.way(|this| tight(this.operand("lazy operand", &Type::Bool)));
                let now = Some(self.scope.clone());
                self.join(vec![now, end]);
                debug_assert_ne!(operator, other);
                format!("{a} {operator} {b}")
            }
            4 => {
                self.reach("negation");
                format!("!{}", tight(self.operand("negated", &Type::Bool)))
            }
            5 => {
                self.reach("matches!");
                let value = self.operand("matches!", &Type::option(Type::Loud));
                format!("matches!({value}, Some(_))")
            }
            _ => {
                self.reach("method: by reference, on a temporary");
                let of = self.any_type(1);
                let value = tight(self.operand("receiver that is borrowed", &Type::option(of)));
                format!("{value}.is_some()")
            }
        }
    }

    fn string(&mut self) -> String {
        match self.random.below(4) {
            0 => {
                self.reach("method: by value");
                let value = tight(self.operand("receiver", &Type::Loud));
                format!("{value}.into_name()")
            }
            1 => {
                self.reach("overloaded operator");
                let a = tight(self.operand("left operand", &Type::String));
                let b = tight(self.operand("borrowed right operand", &Type::String));
                format!("{a} + &{b}")
            }
            _ => {
                self.reach("format!");
                let count = 1 + self.random.below(3);
                let mut arguments = Vec::new();
                let mut lent = Vec::new();
                for _ in 0..count {
                    let places = self.scope.readable();
                    let places = places.into_iter().filter(|place| place.ty != Type::Closure).collect();
                    if self.random.percent(40)
                        && let Some(place) = self.one_of(places)
                    {
                        self.scope.lend(place.root, Loan::Shared);
                        lent.push(place.root);
                        arguments.push(place.text);
                    } else {
                        let ty = self.any_type(1);
                        arguments.push(self.operand("format!", &ty));
                    }
                }
                lent.into_iter().for_each(|root| self.scope.release(root, Loan::Shared));
                format!("format!(\"{}\", {})", "{:?}".repeat(count), arguments.join(", "))
            }
        }
    }

    fn loud_value(&mut self) -> String {
        self.reach("method: by value");
        let value = tight(self.operand("receiver", &Type::Loud));
        let name = self.operand("argument of a method", &Type::Str);
        format!("{value}.into_renamed({name})")
    }

    fn pair(&mut self) -> String {
        if self.random.percent(30) {
            self.reach("struct with a base");
            let field = *self.random.pick(&["left", "right"]);
            let value = self.operand("field", &Type::Loud);
            let base = self.operand("base of a struct", &Type::Pair);
            return format!("Pair {{ {field}: {value}, ..{base} }}");
        }
        self.reach("struct");
        let mut fields = ["left", "right"];
        if self.random.percent(40) {
            self.reach("struct: fields in another order");
            fields.reverse();
        }
        let fields: Vec<_> =
            fields.into_iter().map(|field| format!("{field}: {}", self.operand("field", &Type::Loud))).collect();
        format!("Pair {{ {} }}", fields.join(", "))
    }
}

/// The body of a closure, which is no block of statements without parentheses.
fn tight_body(body: String) -> String {
    if body.starts_with('{') || body.contains(' ') { format!("{{ {body} }}") } else { body }
}

/// The value of a `break` with a label, which may not begin with a label itself.
fn guarded(value: String) -> String {
    if value.starts_with(['\'', '{']) || value.starts_with("loop") { format!("({value})") } else { value }
}
