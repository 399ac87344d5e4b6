"""The facts of one case as a rule sees them: by bare name, from the row being judged."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from weighbridge.facts import Value
from weighbridge.rules.law import Law

NOBODY = "-"
_AXES = ("actor", "role", "market", "use")
_SUBJECT_AXES = {
    "release": (),
    "actor": ("actor",),
    "use": ("use",),
    "market": ("market",),
    "actor-market": ("actor", "market"),
    "actor-use": ("actor", "use"),
    "step": (),
    "role": ("role",),
}


class Row(NamedTuple):
    """Who is judged for what: one actor in one role, in one market, for one use."""

    actor: str = NOBODY
    role: str = "developer"
    market: str = ""
    use: str = NOBODY


class Axes:
    """Which of actor, role, market and use a fact depends on, worked out once.

    ``keys`` remembers the keys that cases over this law have made, ``answers`` what all
    completions of a residual agree on: both are the same whichever case asks.
    """

    def __init__(self, law: Law) -> None:
        """Keep the law whose definitions are followed."""
        self._law = law
        self.keys: dict[tuple[str, Row, bool], str] = {}
        self.answers: dict[Hashable, bool | None] = {}
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """Return the axes of a fact: its subject's and those of all facts that conclude it."""
        if name not in self._known:
            self._known[name] = ()
            fact = self._law.vocabulary.get(name)
            found = set(_SUBJECT_AXES[fact.subject]) if fact else set()
            for below in self._law.concluded_from.get(name, ()):
                found.update(self.of(below))
            self._known[name] = tuple(axis for axis in _AXES if axis in found)
        return self._known[name]


class Case:
    """Known values by key (``name`` or ``name[subject]``); absent means unknown."""

    def __init__(self, law: Law, values: Mapping[str, Value], axes: Axes | None = None) -> None:
        """Take the values as resolved; NaN never gets here (see :class:`Range`)."""
        self.law = law
        self.values = values
        self.axes = axes or Axes(law)

    def key(self, name: str, row: Row, *, role: bool = False) -> str:
        """Return the key under which ``row`` knows a fact, as ``revenue[acme]``."""
        at = (name, row, role)
        key = self.axes.keys.get(at)
        if key is None:
            words = [getattr(row, axis) for axis in self.axes.of(name) if role or axis != "role"]
            subject = "/".join(word for word in words if word and word != NOBODY)
            key = self.axes.keys[at] = f"{name}[{subject}]" if subject else name
        return key

    def value(self, name: str, row: Row) -> Value | None:
        """Return what is known: for this very subject, else for all of them, else ``None``."""
        if name == "role":
            return row.role
        values = self.values
        axes = self.axes.of(name)
        if axes:
            exact = self.key(name, row)
            if exact in values:
                return values[exact]
            if len(axes) > 1:
                for axis in ("market", "actor", "use"):
                    key = f"{name}[{getattr(row, axis)}]"
                    if axis in axes and key in values:
                        return values[key]
        return values.get(name)

    def but(self, changed: Mapping[str, Value | None]) -> Case:
        """Return a case in which these keys have other values; ``None`` makes one unknown."""
        values = {key: value for key, value in self.values.items() if key not in changed}
        values.update({key: value for key, value in changed.items() if value is not None})
        return Case(self.law, values, self.axes)
