//! Yields.

use super::{Generator, Loan, Type, children::Child};

impl Generator {
    /// A yield of a value of type `ty`, if there may be one here.
    pub(super) fn yield_of(&mut self, ty: &Type) -> Option<String> {
        if self.quiet > 0 {
            return None;
        }
        let operation = match self.random.below(10) {
            0 | 1 => self.child_of(ty).map(|operation| (operation, "")),
            2..5 => self.borrowing(ty),
            _ => None,
        };
        let (operation, cast) = match operation {
            Some(operation) => operation,
            None => (self.owning(ty), ""),
        };
        self.yields += 1;
        Some(format!("yield_!({operation}){cast}"))
    }

    fn owning(&mut self, ty: &Type) -> String {
        let name = self.fresh("o");
        let before = self.yields;
        let value = self.operand("operation", ty);
        if self.yields > before {
            self.reach("yield: nested");
        }
        match self.random.below(6) {
            0 => {
                self.reach("operation: ready");
                format!("ready(\"{name}\", {value})")
            }
            1 => {
                self.reach("operation: slow");
                format!("slow(\"{name}\", 2, {value})")
            }
            _ => format!("op(\"{name}\", {value})"),
        }
    }

    fn child_of(&mut self, ty: &Type) -> Option<String> {
        let fitting: Vec<Child> = self.children.iter().filter(|child| child.output == *ty).cloned().collect();
        if fitting.is_empty() {
            return None;
        }
        let child = self.random.pick(&fitting).clone();
        self.reach(&format!("operation: {}", child.kind));
        let arguments: Vec<_> = child.parameters.iter().map(|ty| self.operand("argument of a child", ty)).collect();
        Some(format!("{}({})", child.callee, arguments.join(", ")))
    }

    /// An operation that borrows, and what makes a `ty` of its output.
    fn borrowing(&mut self, ty: &Type) -> Option<(String, &'static str)> {
        let name = self.fresh("b");
        match ty {
            Type::String => {
                let places = self.scope.readable();
                let places = places.into_iter().filter(|place| place.ty != Type::Closure).collect();
                let place = self.one_of(places);
                let Some(place) = place.filter(|_| self.random.percent(75)) else {
                    self.reach("operation: borrows a temporary");
                    let ty = self.any_type(1);
                    let value = super::tight(self.operand("borrowed operand of an operation", &ty));
                    return Some((format!("look(\"{name}\", &{value})"), ""));
                };
                self.reach("operation: borrows a local");
                Some((format!("look(\"{name}\", &{})", place.text), ""))
            }
            Type::U32 if self.random.percent(50) => Some((self.measuring(&name)?, "")),
            Type::U32 => {
                let lists = self.scope.changeable().into_iter();
                let lists = lists.filter(|place| place.ty == Type::vec(Type::U32)).collect();
                let list = self.one_of(lists)?;
                self.reach("operation: borrows a local to change it");
                let value = self.while_lent(&list, Loan::Exclusive, |this| {
                    this.operand("argument of a borrowing operation", &Type::U32)
                });
                Some((format!("append(\"{name}\", &mut {}, {value})", list.text), " as u32"))
            }
            _ => None,
        }
    }

    /// An operation that borrows and has two numbers besides, of which the second may change the first.
    fn measuring(&mut self, name: &str) -> Option<String> {
        let places = self.scope.readable().into_iter().filter(|place| place.ty != Type::Closure).collect();
        let place = self.one_of(places)?;
        let (first, second) = self.while_lent(&place, Loan::Shared, |this| {
            let numbers = this.scope.changeable().into_iter().filter(|place| place.ty == Type::U32).collect();
            match this.one_of(numbers).filter(|_| this.random.percent(50)) {
                Some(number) => {
                    this.reach("operation: an argument changes the one before it");
                    let number = number.text;
                    (number.clone(), format!("{{ {number} = {number}.wrapping_mul(3); {number} }}"))
                }
                None => ["first number of an operation", "second number of an operation"]
                    .map(|position| this.operand(position, &Type::U32))
                    .into(),
            }
        });
        Some(format!("measure(\"{name}\", &{}, {first}, {second})", place.text))
    }
}
