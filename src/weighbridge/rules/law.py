"""A body of law, checked and indexed: what every engine reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256

from weighbridge.facts import Vocabulary
from weighbridge.rules.digest import pack_digests
from weighbridge.rules.nodes import facts_of
from weighbridge.rules.rule import (
    BINDINGS,
    CONTRACT,
    LAW,
    LICENSOR,
    Comparison,
    Discharge,
    Interval,
    Pack,
    Parameter,
    Penalty,
    Question,
    Rule,
)
from weighbridge.text.errors import InputError, did_you_mean

OBLIGING = ("enacted", "repealed")
"""The statuses of text that binds or has bound; a bill or a vetoed act never did."""

_FAR = date.max.toordinal()


class Law:
    """All packs together.

    read_on:    the day the law was last read (ISO), the default as-of date
    hash:       ``sha256:…`` over the meaning; comments do not change it
    amendments: names of the amendments applied, sorted
    changed:    ids of rules and names of parameters that an amendment wrote, with its name
    """

    def __init__(
        self,
        read_on: str,
        vocabulary: Vocabulary,
        packs: Iterable[Pack],
        parameters: Iterable[Parameter],
        questions: Iterable[Question],
        discharges: Iterable[Discharge],
        rules: Iterable[Rule],
        amendments: Iterable[str] = (),
        penalties: Iterable[Penalty] = (),
        comparisons: Iterable[Comparison] = (),
        changed: Mapping[str, str] | None = None,
    ) -> None:
        """Take the parts as read; nothing is checked here."""
        self.read_on = read_on
        self.vocabulary = vocabulary
        self.packs = {pack.id: pack for pack in packs}
        self.parameters = {parameter.name: parameter for parameter in parameters}
        self.questions = {question.name: question for question in questions}
        self.discharges = {discharge.id: discharge for discharge in discharges}
        self.rules = tuple(rules)
        self.penalties = {penalty.id: penalty for penalty in penalties}
        self.comparisons = {comparison.name: comparison for comparison in comparisons}
        self.amendments = tuple(amendments)
        self.changed = dict(changed or {})
        self.hash = ""
        self.digests: dict[str, str] = {}
        self._stood: dict[tuple[int, int, str], list[Rule]] = {}

    @cached_property
    def by_id(self) -> dict[str, list[Rule]]:
        """Every version of every rule, by id."""
        return self._index((rule.id, rule) for rule in self.rules)

    @cached_property
    def by_key(self) -> dict[str, Rule]:
        """Every version of every rule by its key (the id, with its first day where several)."""
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def _definitions(self) -> dict[str, list[Rule]]:
        kind = "definition"
        return self._index((r.body["concludes"], r) for r in self.rules if r.kind == kind)

    @cached_property
    def _presumptions(self) -> dict[str, list[Rule]]:
        kind = "presumption"
        return self._index((r.body["presumes"], r) for r in self.rules if r.kind == kind)

    @cached_property
    def _exceptions(self) -> dict[str, list[Rule]]:
        pairs = (
            (above, r) for r in self.rules if r.kind == "exception" for above in r.exception_to
        )
        return self._index(pairs)

    @cached_property
    def _transitions(self) -> dict[str, list[Rule]]:
        kind = "transition"
        pairs = ((moved, r) for r in self.rules if r.kind == kind for moved in r.body["moves"])
        return self._index(pairs)

    @cached_property
    def _scopes(self) -> dict[str, list[Rule]]:
        return self._index((r.body["scope"], r) for r in self.rules if r.kind == "scope")

    @staticmethod
    def _index(pairs: Iterable[tuple[str, Rule]]) -> dict[str, list[Rule]]:
        index: dict[str, list[Rule]] = defaultdict(list)
        for key, rule in pairs:
            index[key].append(rule)
        return dict(index)

    @cached_property
    def concluded(self) -> frozenset[str]:
        """The facts that some definition or presumption concludes."""
        return frozenset(self._definitions) | frozenset(self._presumptions)

    @cached_property
    def concluded_from(self) -> dict[str, frozenset[str]]:
        """The facts that the rules which conclude a fact, and the exceptions to them, speak of."""
        concluding = {
            fact: [*self._definitions.get(fact, ()), *self._presumptions.get(fact, ())]
            for fact in self.concluded
        }
        return {
            fact: frozenset(name for rule in rules for name in self._spoken_of(rule))
            for fact, rules in concluding.items()
        }

    def _spoken_of(self, rule: Rule) -> set[str]:
        names = {*facts_of(rule.when), *(facts_of(rule.unless) if rule.unless else ())}
        for exception in self._exceptions.get(rule.id, ()):
            names |= self._spoken_of(exception)
        return names

    @cached_property
    def markets(self) -> tuple[str, ...]:
        """The markets some pack speaks of, sorted."""
        return tuple(sorted({pack.market for pack in self.packs.values() if pack.market}))

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days on which a rule or a figure begins or ends, sorted."""
        found = {value.start for each in self.parameters.values() for value in each.values}
        for rule in self.rules:
            found.update(day for day in (rule.interval.start, rule.interval.end) if day is not None)
        return tuple(sorted(found))

    @cached_property
    def bindings(self) -> tuple[Rule, ...]:
        """The rules that make a row, sorted by id and first day."""
        binding = [rule for rule in self.rules if rule.kind in BINDINGS]
        return tuple(sorted(binding, key=lambda rule: (rule.id, rule.interval.start or 0)))

    def owed_to(self, pack: str) -> str:
        """Return to whom the rules of a pack are owed: :data:`LICENSOR` for those of a contract."""
        return LICENSOR if self.packs[pack].authority == CONTRACT else LAW

    def digest(self, pack: str) -> str:
        """Return ``sha256:…`` over the meaning of a pack; compiled law brings it along."""
        if not self.digests:
            self.digests = pack_digests(self.rules, self.parameters.values())
        return self.digests.get(pack) or "sha256:" + sha256().hexdigest()

    def version(self, id_: str, day: int) -> Rule:
        """Return the version of a rule that stands on ``day``, or the one nearest to it.

        Raises :class:`InputError` for an id nobody carries.
        """
        versions = self.by_id.get(id_)
        if not versions:
            raise InputError(f"unknown rule `{id_[:120]}`", help=did_you_mean(id_, self.by_id))
        return min(versions, key=lambda rule: _distance(rule.interval, day))

    def parameter(self, name: str) -> Parameter:
        """Return a parameter. Raises :class:`InputError` for an unknown name."""
        if name not in self.parameters:
            hint = did_you_mean(name, self.parameters)
            raise InputError(f"unknown parameter `{name[:80]}`", help=hint)
        return self.parameters[name]

    def definitions(self, fact: str, day: int, pack: str) -> list[Rule]:
        """Return the definitions of ``fact`` that stand on ``day`` for a rule of ``pack``."""
        return self._standing(self._definitions.get(fact), day, pack)

    def presumptions(self, fact: str, day: int, pack: str) -> list[Rule]:
        """Return the presumptions of ``fact`` that stand on ``day`` for a rule of ``pack``."""
        return self._standing(self._presumptions.get(fact), day, pack)

    def first_day(self, rule: Rule, day: int) -> int | None:
        """Return the first day of ``rule`` as the law stood on ``day``; ``None`` for no first day.

        Where a dated parameter gives the first day, what was law on ``day`` decides, so that an
        earlier date of application can still be told; of a text that ended, its last day decides.
        """
        name = rule.body.get("starts")
        if name is None:
            return rule.interval.start
        parameter = self.parameters[name]
        if rule.interval.end is not None:
            day = min(day, rule.interval.end - 1)
        return int((parameter.at(day) or parameter.values[0]).value)

    def exceptions(self, rule: Rule, day: int) -> list[Rule]:
        """Return the exceptions to ``rule`` that stand on ``day`` and take it away altogether."""
        standing = self._standing(self._exceptions.get(rule.id), day, rule.pack)
        return [each for each in standing if _takes_away(each, rule)]

    def lighter(self, rule: Rule, day: int) -> list[Rule]:
        """Return the exceptions that leave the rule but lift a penalty, a proof or the like."""
        standing = self._standing(self._exceptions.get(rule.id), day, rule.pack)
        return [each for each in standing if not _takes_away(each, rule)]

    def scope(self, pack: str, day: int) -> list[Rule]:
        """Return the scope rules of a pack that stand on ``day``; none means no limit."""
        return self._standing(self._scopes.get(pack), day, pack)

    def transitions(self, rule: Rule) -> list[Rule]:
        """Return the transitions that may move the first day of ``rule``."""
        moving = self._transitions.get(rule.id, [])
        return [each for each in moving if self.obliges(each) or each.pack == rule.pack]

    def obliges(self, rule: Rule) -> bool:
        """Return whether a rule is text that binds or has bound, or is supposed to by amendment."""
        return rule.status in OBLIGING or rule.pack in self.amendments

    def _standing(self, rules: list[Rule] | None, day: int, pack: str) -> list[Rule]:
        """Return those of an index's list that stand; remembered, since it is asked often."""
        if not rules:
            return []
        at = (id(rules), day, pack)
        if at not in self._stood:
            self._stood[at] = [
                rule
                for rule in rules
                if rule.interval.holds(day) and (self.obliges(rule) or rule.pack == pack)
            ]
        return self._stood[at]


def _distance(interval: Interval, day: int) -> int:
    """Return how far a version is from a day: one that never came to apply, for its text's days."""
    if interval.never_applied and interval.end is not None:
        return 0 if day < interval.end else _FAR
    return abs(interval.nearest(day) - day)


def _takes_away(exception: Rule, rule: Rule) -> bool:
    """Return whether an exception leaves nothing of ``rule``: the duty, or of a claim the claim."""
    lifts = exception.body["lifts"]
    return bool(lifts == "duty" or (lifts == "claim" and rule.kind == "claim"))
