"""One rule for one row: verdict with its basis, what decided, what is missing, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from weighbridge.facts import Value
from weighbridge.reason.case import Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.missing import missing_sets
from weighbridge.reason.proof import Conclusion, Proof, Verdict
from weighbridge.reason.reasons import reasons
from weighbridge.reason.residual import Residual, residual_of
from weighbridge.reason.settle import settle_once
from weighbridge.rules.law import Law
from weighbridge.rules.rule import AUTHORITIES, READS, STATUSES, Rule

BINDING_AUTHORITIES = frozenset(("statute", "court", "contract"))
"""The kinds of text that bind; a contract binds whoever took something under it."""

_PARTS = ("scope", "addressee", "condition", "exception")


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether a rule binds on the as-of date: ``yes``, ``not-yet``, ``no-longer``, ``never``.

    ``state`` is ``None`` where a transition may have moved its first day and that is unknown;
    ``missing`` are then the smallest sets of facts that would tell.
    """

    state: str | None
    start: int | None
    end: int | None
    moved_by: str = ""
    missing: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The weakest kind of text, status and copy along the deciding chain, and what was assumed."""

    authority: str
    status: str
    read: str
    presumptions: tuple[str, ...]
    readings: tuple[str, ...]
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lifted:
    """What an exception takes from a rule that stays, such as a penalty, a proof, a defence.

    verdict: whether it does so on these facts; ``None`` where that is unknown
    missing: the smallest sets of facts that would tell
    """

    exception: Rule
    verdict: Verdict
    basis: str
    missing: tuple[tuple[str, ...], ...] = ()

    @property
    def lifts(self) -> str:
        """What is lifted: one of :data:`~weighbridge.rules.rule.LIFTS`."""
        return str(self.exception.body["lifts"])


@dataclass(frozen=True)
class Judgement:
    """What was found for one rule and one row.

    verdict: true, false or unknown, as if the rule were in force
    basis:   ``settled`` (known facts alone) or ``presumed``
    because: which part decided: scope, addressee, condition or exception
    unless:  for a presumed verdict, the keys of the facts that could overturn it
    day:     the ordinal of the day the rule was judged on
    residual: what an unknown verdict still turns on
    lifted:  what exceptions take from the rule although it stays, or may take
    """

    rule: Rule
    row: Row
    day: int
    verdict: Verdict
    basis: str
    because: str
    in_force: InForce
    proof: Proof
    rests_on: RestsOn
    evaluator: Evaluator
    residual: Residual
    unless: tuple[str, ...] = ()
    missing: tuple[tuple[str, ...], ...] = field(default=())
    lifted: tuple[Lifted, ...] = ()

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The known facts that force the verdict, none of which could be left out."""
        return reasons(self.evaluator, self.rule, self.row, self.day, self.proof, self.verdict)

    @property
    def open(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of facts that would tell what is still open of verdict or date."""
        if self.verdict is True and self.in_force.state is None:
            return self.in_force.missing
        return self.missing

    @property
    def owed(self) -> bool:
        """Whether the rule applies and is in force."""
        return self.verdict is True and self.in_force.state == "yes"


@dataclass(frozen=True, slots=True)
class _Found:
    """What one half gave: the proof, what it leaves open, the verdict all completions give."""

    half: Evaluator
    proof: Proof
    residual: Residual
    verdict: Verdict


class Judge:
    """Judges rules for one case on one as-of date, settled half first.

    as_of:       the ordinal of the day asked about
    presume:     whether presumptions may speak
    authorities: the kinds of text that count; ``None`` means all
    """

    def __init__(
        self,
        law: Law,
        values: Mapping[str, Value],
        as_of: int,
        *,
        presume: bool = True,
        authorities: frozenset[str] | None = None,
        case: Case | None = None,
    ) -> None:
        """Prepare both halves over one case."""
        self.law = law
        self.as_of = as_of
        self.case = case or Case(law, values)
        self.authorities = authorities
        self._supposed: dict[tuple[str, Value], Judge] = {}
        halves = [False, True] if presume else [False]
        self._halves = [
            Evaluator(law, self.case, presume=half, authorities=authorities, today=as_of)
            for half in halves
        ]

    def but(self, changed: Mapping[str, Value | None]) -> Judge:
        """Return a judge of the same question in which these facts have other values."""
        return Judge(
            self.law,
            {},
            self.as_of,
            presume=len(self._halves) > 1,
            authorities=self.authorities,
            case=self.case.but(changed),
        )

    def under(self, law: Law, values: Mapping[str, Value], as_of: int) -> Judge:
        """Return a judge that goes about it the same way, under other law, facts or date."""
        presume = len(self._halves) > 1
        return Judge(law, values, as_of, presume=presume, authorities=self.authorities)

    def supposing(self, key: str, value: Value) -> Judge:
        """Return the judge for whom one fact has this value, kept for the next row that asks."""
        if (key, value) not in self._supposed:
            self._supposed[key, value] = self.but({key: value})
        return self._supposed[key, value]

    @property
    def presume(self) -> bool:
        """Whether presumptions may speak."""
        return len(self._halves) > 1

    @property
    def settled_half(self) -> Evaluator:
        """The half that uses known facts alone."""
        return self._halves[0]

    @property
    def conclusions(self) -> dict[str, Conclusion]:
        """Every fact concluded so far, by key, presumptions included."""
        return {each.key: each for half in self._halves for each in half.conclusions.values()}

    def verdict(self, rule: Rule, row: Row) -> tuple[Verdict, str]:
        """Return verdict and basis alone, for callers that ask often."""
        day = rule.interval.nearest(self.as_of)
        for half in self._halves:
            verdict = half.quick.judge(rule, row, day)
            if verdict is None:
                verdict = self._settled(residual_of(half, half.judge(rule, row, day), row, day))
            if verdict is not None:
                return verdict, "presumed" if half.presume else "settled"
        return None, "settled"

    def settles(self, rule: Rule, row: Row, left: Residual) -> bool:
        """Return whether the verdict is known, by its halves or by all completions of ``left``."""
        day = rule.interval.nearest(self.as_of)
        known = any(half.quick.judge(rule, row, day) is not None for half in self._halves)
        return known or self._settled(left) is not None

    def judge(self, rule: Rule, row: Row) -> Judgement:
        """Return the whole judgement of a rule for a row."""
        day = rule.interval.nearest(self.as_of)
        found = self._find(rule, row, day)
        half, proof, verdict = found.half, found.proof, found.verdict
        presumed = half.presume and verdict is not None
        by_completion = verdict is not proof.verdict
        chain = list(proof.everything() if by_completion else proof.deciding())
        return Judgement(
            rule=rule,
            row=row,
            day=day,
            verdict=verdict,
            basis="presumed" if presumed else "settled",
            because=_because(proof, verdict),
            in_force=self.in_force(rule, row),
            proof=proof,
            rests_on=_rests_on(self.law, rule, chain),
            evaluator=half,
            residual=found.residual,
            unless=_overturning(chain) if presumed else (),
            missing=tuple(tuple(sorted(one)) for one in missing_sets(proof))
            if verdict is None
            else (),
            lifted=() if verdict is False else self.lifted(rule, row, day),
        )

    def lifted(self, rule: Rule, row: Row, day: int) -> tuple[Lifted, ...]:
        """Return what exceptions take from a rule that stays, those that may do so included."""
        found = []
        for exception in self.law.lighter(rule, day):
            if not self._halves[0].counts(exception):
                continue
            for half in self._halves:
                proof = half.condition(exception, row, day)
                verdict = self._settled(residual_of(half, proof, row, day))
                if verdict is not None:
                    break
            if verdict is not False:
                basis = "presumed" if half.presume and verdict is not None else "settled"
                missing = tuple(tuple(sorted(one)) for one in missing_sets(proof))
                found.append(Lifted(exception, verdict, basis, () if verdict else missing))
        return tuple(found)

    def _find(self, rule: Rule, row: Row, day: int) -> _Found:
        """Return the first half on which the verdict is known, else the last."""
        for half in self._halves:
            proof = half.judge(rule, row, day)
            residual = residual_of(half, proof, row, day)
            found = _Found(half, proof, residual, self._settled(residual))
            if found.verdict is not None:
                break
        return found

    def _settled(self, residual: Residual) -> Verdict:
        """Return what all completions agree on; rows that turn on the same facts ask once."""
        return settle_once(residual, self.case.axes.answers)

    def in_force(self, rule: Rule, row: Row) -> InForce:
        """Return whether ``rule`` binds on the as-of date, transitions included."""
        start, end = self.law.first_day(rule, self.as_of), rule.interval.end
        if not self.law.obliges(rule):
            return InForce("never", start, end)
        if end is not None and self.as_of >= end:
            return InForce("no-longer", start, end)
        if start is not None and self.as_of < start:
            return self._first_day_to_come(rule, row, start)
        for transition in self.law.transitions(rule):
            if not self._halves[0].counts(transition):
                continue
            moved = self._moved(transition, row)
            if moved is not None:
                first = moved.start if moved.state else start
                return InForce(moved.state, first, end, transition.id, moved.missing)
        return InForce("yes", start, end)

    def _first_day_to_come(self, rule: Rule, row: Row, start: int) -> InForce:
        """Return from when a rule will bind: a transition may put its first day off further."""
        for transition in self.law.transitions(rule):
            if self._halves[0].counts(transition):
                moved = self._moved(transition, row)
                if moved is not None and moved.state and (moved.start or 0) > start:
                    return InForce("not-yet", moved.start, rule.interval.end, transition.id)
        return InForce("not-yet", start, rule.interval.end)

    def _moved(self, transition: Rule, row: Row) -> InForce | None:
        """Return what a transition makes of the first day; ``None`` where it changes nothing."""
        day = transition.interval.nearest(self.as_of)
        to = self.law.parameters[transition.body["to"]].at(day)
        if to is None or self.as_of >= to.value:
            return None
        for half in self._halves:
            proof = half.condition(transition, row, day)
            if proof.verdict is not None:
                return InForce("not-yet", int(to.value), None) if proof.verdict else None
        missing = tuple(tuple(sorted(one)) for one in missing_sets(proof))
        return InForce(None, int(to.value), None, missing=missing)


def _because(proof: Proof, verdict: Verdict) -> str:
    labels = [(_label(part), part.verdict) for part in proof.parts]
    if verdict is True:
        return "condition"
    for name in _PARTS:
        if any(label == name and found is proof.verdict for label, found in labels):
            return name
    return "condition"


def _label(part: Proof) -> str:
    if part.kind == "not" and part.parts and part.parts[0].kind == "exception":
        return "exception"
    if part.kind == "any" and part.parts and part.parts[0].kind == "scope":
        return "scope"
    return part.kind if part.kind in _PARTS else "condition"


def _rests_on(law: Law, rule: Rule, chain: list[Proof]) -> RestsOn:
    """Return the weakest text along the chain that decides, and the readings chosen.

    A verdict on which all completions agree rests on everything that was looked at.
    """
    provisions: dict[str, Rule] = {rule.key: rule}
    presumptions: dict[str, None] = {}
    readings: dict[str, None] = {}
    for node in chain:
        if node.kind in ("scope", "exception", "definition", "presumption"):
            provisions[node.text] = law.by_key[node.text]
        if node.kind == "presumption":
            presumptions[node.text] = None
        if node.kind == "in" and node.text in law.questions:
            readings[node.text] = None
    rules = list(provisions.values())
    statuses = [each.status for each in rules]
    if any(each.id in law.changed for each in rules):
        statuses.append("proposed")
    return RestsOn(
        authority=max((each.authority for each in rules), key=AUTHORITIES.index),
        status=max(statuses, key=STATUSES.index),
        read=max((each.read.text for each in rules), key=READS.index),
        presumptions=tuple(presumptions),
        readings=tuple(readings),
        provisions=tuple(provisions),
    )


def _overturning(chain: list[Proof]) -> tuple[str, ...]:
    """Return the keys of open facts that could make a presumption on the chain fall silent."""
    keys: dict[str, None] = {}
    for node in chain:
        conclusion = node.conclusion
        if conclusion is not None and conclusion.presumption is not None:
            keys.update(dict.fromkeys(_could_overturn(conclusion)))
    return tuple(sorted(keys))


def _could_overturn(conclusion: Conclusion) -> Iterator[str]:
    assert conclusion.presumption is not None
    yield conclusion.key
    for part in (*conclusion.proofs, *conclusion.presumption.parts):
        for node in part.everything():
            if node.verdict is None:
                yield from node.open
                if node.conclusion is not None and not node.conclusion.complete:
                    yield node.conclusion.key
