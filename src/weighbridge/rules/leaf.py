"""One line of a condition, read with Python's own parser against a whitelist.

``leaf := name | "not" name | sum cmp sum | name "in" "{" word, … "}"``. No ``and``, ``or``,
literal, attribute or call but ``months_after(name, parameter)``; at most 200 characters.
"""

from __future__ import annotations

import ast
from typing import NoReturn, Protocol

from weighbridge.rules.nodes import Compare, Flag, In, Node, Not, Term

MAX_LEAF = 200
_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
}


class LeafError(Exception):
    """A fault in a leaf: what, how far into the line, how wide, and what to do."""

    def __init__(self, message: str, offset: int = 0, width: int = 1, help: str | None = None):
        """Keep the span so that the caller can underline it in the file."""
        super().__init__(message)
        self.message, self.offset, self.width, self.help = message, offset, width, help


class Names(Protocol):
    """What a leaf may speak of."""

    def kind(self, name: str) -> str | None:
        """Return ``flag``, ``enum``, ``number``, ``date``, ``text``, ``parameter`` or ``None``."""

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words an enum may take."""

    def unit(self, name: str) -> str | None:
        """Return the unit of a number or a parameter; ``date`` for days."""

    def near(self, name: str) -> str | None:
        """Return a help line that names the nearest known name."""

    def near_word(self, name: str, word: str) -> str | None:
        """Return a help line that names the nearest word of an enum."""


def parse_leaf(text: str, names: Names) -> Node:
    """Return the node written in ``text``. Raises :class:`LeafError`."""
    if len(text) > MAX_LEAF:
        raise LeafError(f"a leaf has at most {MAX_LEAF} characters", width=len(text))
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = max((getattr(error, "offset", 1) or 1) - 1, 0)
        raise LeafError("not a condition the language knows", min(offset, len(text) - 1)) from None
    return _Leaf(text, names).node(tree)


class _Leaf:
    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names

    def fail(self, at: ast.expr, message: str, help: str | None = None) -> NoReturn:
        end = at.end_col_offset or at.col_offset + 1
        raise LeafError(message, at.col_offset, end - at.col_offset, help)

    def node(self, tree: ast.expr) -> Node:
        if isinstance(tree, ast.Name):
            return Flag(self._named(tree, "flag"))
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            if not isinstance(tree.operand, ast.Name):
                self.fail(tree, "`not` stands before one name", "write `not:` with a tree below")
            return Not(Flag(self._named(tree.operand, "flag")))
        if isinstance(tree, ast.Compare):
            return self._comparison(tree)
        if isinstance(tree, ast.BoolOp):
            self.fail(tree, "no `and` or `or` inside a leaf", "write `all:` or `any:` with a list")
        self.fail(tree, "a leaf is a name, a comparison of names or `name in {word, …}`")

    def _comparison(self, tree: ast.Compare) -> Node:
        if len(tree.ops) != 1:
            self.fail(tree, "one comparison a leaf")
        if isinstance(tree.ops[0], ast.In):
            return self._membership(tree)
        operator = _OPERATORS.get(type(tree.ops[0]))
        if operator is None:
            self.fail(tree, "the comparisons are > >= < <= ==")
        left, right = self._sum(tree.left, 1), self._sum(tree.comparators[0], 1)
        node = Compare(tuple(left), operator, tuple(right), self.text)
        if not node.facts:
            self.fail(tree, "a comparison needs a fact")
        self._check_units(tree)
        return node

    def _membership(self, tree: ast.Compare) -> Node:
        if not isinstance(tree.left, ast.Name):
            self.fail(tree.left, "`in` stands after one name")
        fact = self._named(tree.left, "enum")
        words = tree.comparators[0]
        if not isinstance(words, ast.Set):
            self.fail(words, "write the words as `{word, word}`")
        known = self.names.words(fact)
        for word in words.elts:
            if not isinstance(word, ast.Name):
                self.fail(word, "a word is a plain name")
            if word.id not in known:
                hint = self.names.near_word(fact, word.id) or f"one of {', '.join(known)}"
                self.fail(word, f"`{word.id}` is not a value of `{fact}`", hint)
        return In(fact, tuple(word.id for word in words.elts if isinstance(word, ast.Name)))

    def _sum(self, tree: ast.expr, sign: int) -> list[Term]:
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Add, ast.Sub)):
            second = sign if isinstance(tree.op, ast.Add) else -sign
            return self._sum(tree.left, sign) + self._sum(tree.right, second)
        return [self._product(tree, sign)]

    def _product(self, tree: ast.expr, sign: int) -> Term:
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
            one, two = self._product(tree.left, sign), self._product(tree.right, 1)
            if one.months or two.months:
                self.fail(tree, "a moved date stands alone, not in a product")
            if one.fact and two.fact:
                self.fail(tree, "a product has at most one fact")
            return Term(sign, one.parameters + two.parameters, one.fact or two.fact)
        if isinstance(tree, ast.Call):
            return self._months_after(tree, sign)
        if isinstance(tree, ast.Constant):
            self.fail(
                tree, "no literal in a rule", "make it a dated, cited parameter in parameters.yaml"
            )
        if not isinstance(tree, ast.Name):
            self.fail(tree, "a sum is made of names, `+`, `-` and `*`")
        if self._kind(tree) == "parameter":
            return Term(sign, (tree.id,))
        return Term(sign, (), self._named(tree, "number"))

    def _months_after(self, tree: ast.Call, sign: int) -> Term:
        called = tree.func.id if isinstance(tree.func, ast.Name) else None
        if called != "months_after" or len(tree.args) != 2 or tree.keywords:
            self.fail(tree, "the only call is `months_after(name, parameter)`")
        start, length = tree.args
        if not isinstance(start, ast.Name) or not isinstance(length, ast.Name):
            self.fail(tree, "`months_after` takes a name and a parameter")
        if self.names.unit(length.id) != "months":
            self.fail(length, f"`{length.id}` is not a parameter in months")
        term = self._product(start, sign)
        if self.names.unit(start.id) != "date":
            self.fail(start, f"`{start.id}` is not a date")
        return Term(sign, term.parameters, term.fact, length.id)

    def _kind(self, tree: ast.Name) -> str:
        kind = self.names.kind(tree.id)
        if kind is None:
            self.fail(tree, f"unknown fact `{tree.id}`", self.names.near(tree.id))
        return kind

    def _named(self, tree: ast.Name, wanted: str) -> str:
        kind = self._kind(tree)
        if kind == wanted or (kind == "date" and wanted == "number"):
            return tree.id
        says = {
            "flag": "has a word for its value: write `in {…}`" if kind == "enum" else "is no flag",
            "number": "is no quantity, count or date",
            "enum": "is no enum",
        }
        self.fail(tree, f"`{tree.id}` {says[wanted]}")

    def _check_units(self, tree: ast.Compare) -> None:
        left, right = self._unit(tree.left), self._unit(tree.comparators[0])
        if left is not None and right is not None and left != right:
            self.fail(tree, f"the units differ: {left} on the left, {right} on the right")

    def _unit(self, tree: ast.expr) -> str | None:
        """Return the unit of a sum; a ratio multiplies without changing it."""
        if isinstance(tree, ast.BinOp):
            one, two = self._unit(tree.left), self._unit(tree.right)
            if isinstance(tree.op, ast.Mult):
                if "ratio" not in (one, two):
                    self.fail(tree, f"a product of {one} and {two}: one of the two is a ratio")
                return two if one == "ratio" else one
            if one != two:
                self.fail(tree, f"the units differ: {one} and {two}")
            return one
        if isinstance(tree, ast.Call):
            return "date"
        return self.names.unit(tree.id) if isinstance(tree, ast.Name) else None
