"""The result of one run: what was known, what was found, one verdict a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weighbridge.facts import Fact, FactType, Finding, Source, Value
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.reason.proof import Conclusion, Verdict
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import Comparison
from weighbridge.text.places import Place

VERDICT_WORDS: Mapping[Verdict, str] = {True: "applies", False: "does-not-apply", None: "unknown"}


CLAIM_WORDS: Mapping[Verdict, str] = {True: "open", False: "barred", None: "unsettled"}
"""A claim is never said to apply: it stands open, is barred, or nobody can tell yet."""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """What stands for one key after all sources were weighed.

    key, type:  the key and the vocabulary's entry
    value:      what stands; ``None`` where the sources conflict or nothing is known
    source:     the source of what stands; ``None`` for an unknown fact
    place:      where it stands
    note:       how it was found or worked out
    others:     the observations that do not stand
    conflict:   whether sources of one rank contradict each other
    """

    key: str
    type: FactType
    value: Value | None = None
    source: Source | None = None
    place: Place | None = None
    note: str = ""
    others: tuple[Fact, ...] = ()
    conflict: bool = False
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asked about: an id and the roles it holds; ``-`` is the nameless one."""

    id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DischargeState:
    """A discharge of a row and what the release already holds towards it.

    state: none, draft, partial, present, failed, stale or not-checkable; never "met"
    found: keys of facts the release holds that go into it
    """

    id: str
    title: str
    state: str
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowVerdict:
    """One row: a judgement with what would meet it and who else it could fall on."""

    judged: Judgement
    discharges: tuple[DischargeState, ...]
    binding_alone: Verdict
    differs_by_guidance: bool
    turns_on: Mapping[str, Mapping[str, Verdict]]
    askable: tuple[tuple[str, ...], ...]

    @property
    def rule(self) -> Rule:
        """The rule judged."""
        return self.judged.rule

    @property
    def asks(self) -> bool:
        """Whether something is open that is worth a question: nobody is asked for a practice."""
        return bool(self.judged.open) and self.rule.kind != "practice"

    @property
    def owed_to(self) -> str:
        """To whom it is owed where it applies: ``law``, or ``licensor`` for a licence's terms."""
        return self.judged.evaluator.law.owed_to(self.rule.pack)


def verdict_word(row: RowVerdict) -> str:
    """Return the word for a row's verdict: a claim has states of its own."""
    words = CLAIM_WORDS if row.rule.kind == "claim" else VERDICT_WORDS
    return words[row.judged.verdict]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A duty that an amendment moved, and the facts it needs that only its old bearer knows."""

    row: RowVerdict
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FallsOn:
    """A rule for which no asked role can be the addressee, and the roles that can."""

    rule: Rule
    market: str
    addressee: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question worth asking: the fact, its words, how many open rows its answer bears on."""

    key: str
    text: str
    bears_on: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one twin gives for a row: the verdict, and the provisions that decide it."""

    verdict: Verdict
    because: str
    deciding: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One row under every twin, in the order of the comparison."""

    row: RowVerdict
    outcomes: Mapping[str, Outcome]

    @property
    def differs(self) -> bool:
        """Whether the twins do not all give the same."""
        return len({outcome.verdict for outcome in self.outcomes.values()}) > 1


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """A comparison with every row that binds or may bind, sorted as the rows are."""

    comparison: Comparison
    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Sheltered:
    """What a kind of shelter does for the rows of one market as the release stands.

    spared: rows it alone takes away      kept: rows that apply although it is claimed
    could:  rows that apply now and would be taken away by the comparison's first twin
    """

    market: str
    spared: tuple[RowVerdict, ...]
    kept: tuple[RowVerdict, ...]
    could: tuple[RowVerdict, ...]


@dataclass(frozen=True)
class Assessment:
    """Everything one run found. Same input, same bytes: nothing here depends on a clock.

    judge:      what judged the rows, for whoever asks what would be otherwise
    as_of:      the day asked about (ISO)
    what_if:    keys that ``--set`` or ``--facts`` replaced
    warnings:   one line each: law read only until an earlier day, amendments in use
    sheltered:  for each market where it matters, what openness spares and what it does not
    comparison: the rows under the twins asked for, if any were
    otherwise:  how many rows amendments change; ``None`` where the law is not amended
    orphaned:   moved duties whose facts only the old bearer knows
    """

    law: Law
    as_of: str
    markets: tuple[str, ...]
    actors: tuple[Actor, ...]
    uses: tuple[str, ...]
    release_name: str | None
    release_digest: str | None
    facts: Mapping[str, KnownFact]
    conclusions: Mapping[str, Conclusion]
    findings: tuple[Finding, ...]
    verdicts: tuple[RowVerdict, ...]
    falls_on: tuple[FallsOn, ...]
    questions: tuple[NextQuestion, ...]
    judge: Judge = field(repr=False, compare=False)
    what_if: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sheltered: tuple[Sheltered, ...] = ()
    comparison: ComparisonResult | None = None
    otherwise: int | None = None
    orphaned: tuple[Orphan, ...] = ()
