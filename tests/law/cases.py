"""Pack cases: facts and the verdicts expected, read from ``law/**/tests/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from weighbridge.assess.assessment import KnownFact
from weighbridge.assess.derive import derive_facts
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day
from weighbridge.reason import Row
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.rules import Law
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Entries, Items, Text, read_yaml_documents

WORDS = {True: "applies", False: "does-not-apply", None: "unknown"}
CLAIM_WORDS = {True: "open", False: "barred", None: "unsettled"}


@dataclass(frozen=True)
class PackCase:
    """One case: where it stands, what is known, what must come out, which source says the same.

    A document ``situation: NAME`` with ``facts`` serves the cases below it that say
    ``given: NAME``; a case's own facts come on top.
    """

    where: str
    title: str
    as_of: str
    row: Row
    facts: dict[str, str]
    expect: dict[str, str | dict[str, str]]
    missing: list[list[str]]
    presume: bool
    authority: str
    source: str = ""
    amend: tuple[str, ...] = ()


def read_cases(path: Path, pack_market: str) -> Iterator[PackCase]:
    """Yield the cases of one file; unknown keys are refused."""
    source = path.read_text(encoding="utf-8")
    situations: dict[str, dict[str, str]] = {}
    for document in read_yaml_documents(source, path.name):
        if document is None or document == "":
            continue
        fields = Fields(document, SourceFile(path.name, source))
        if "situation" in fields:
            situations[str(fields.text("situation"))] = _mapping(fields, "facts")
            fields.done()
            continue
        given: dict[str, str] = {}
        for name in fields.texts("given"):
            given |= situations[str(name)]
        yield PackCase(
            where=f"{path.name}:{fields.node.line}",
            title=str(fields.text("case")),
            as_of=str(fields.text("as_of", "")),
            row=Row(
                actor=str(fields.text("actor", "-")),
                role=str(fields.text("role", "developer")),
                market=str(fields.text("market", pack_market)),
                use=str(fields.text("use", "-")),
            ),
            facts=given | _mapping(fields, "facts"),
            expect=_expectations(fields),
            missing=_missing(fields),
            presume=fields.flag("presume", True),
            authority=str(fields.text("authority", "")),
            source=str(fields.text("source", "")),
            amend=tuple(str(name) for name in fields.texts("amend")),
        )
        fields.done()


def _mapping(fields: Fields, key: str) -> dict[str, str]:
    node = fields.take(key)
    entries = node.items() if isinstance(node, Entries) else ()
    return {str(name): str(value) for name, value in entries}


def _expectations(fields: Fields) -> dict[str, str | dict[str, str]]:
    node = fields.take("expect")
    assert isinstance(node, Entries), f"{fields.file.name}: a case expects something"
    found: dict[str, str | dict[str, str]] = {}
    for name, value in node.items():
        parts = isinstance(value, Entries) and {str(k): str(v) for k, v in value.items()}
        found[str(name)] = parts or str(value)
    return found


def _missing(fields: Fields) -> list[list[str]]:
    node = fields.take("missing")
    if not isinstance(node, Items):
        return []
    return [[str(each)] if isinstance(each, Text) else [str(one) for one in each] for each in node]


def values_of(law: Law, facts: dict[str, str]) -> dict[str, Value]:
    """Return typed values with the words that flags tell; ``unknown`` leaves a fact out."""
    known = {}
    for key, text in facts.items():
        type_ = law.vocabulary[name_of(key)]
        if text != "unknown":
            known[key] = KnownFact(key, type_, type_.read(text))
    told = {
        key: fact for key, fact in derive_facts(law.vocabulary, known).items() if fact.type.told_by
    }
    return {key: fact.value for key, fact in (known | told).items() if fact.value is not None}


def run_case(law: Law, case: PackCase) -> list[str]:
    """Return what differs from the expectation, one line each; empty when all is as expected."""
    as_of = read_day(case.as_of or law.read_on).toordinal()
    authorities = frozenset((case.authority, "court")) if case.authority else None
    judge = Judge(
        law, values_of(law, case.facts), as_of, presume=case.presume, authorities=authorities
    )
    wrong: list[str] = []
    first_unknown: Judgement | None = None
    for id_, expected in case.expect.items():
        if id_ in law.vocabulary:
            wrong += _check_fact(judge, law, case.row, id_, str(expected))
            continue
        judged = judge.judge(law.version(id_, as_of), case.row)
        wrong += _check_rule(judged, expected, as_of)
        if judged.verdict is None and first_unknown is None:
            first_unknown = judged
    if case.missing and first_unknown is not None:
        got = [list(each) for each in first_unknown.missing][: len(case.missing)]
        if [sorted(each) for each in case.missing] != got:
            wrong.append(f"missing {first_unknown.rule.id}: expected {case.missing}, got {got}")
    return wrong


def _check_fact(judge: Judge, law: Law, row: Row, name: str, expected: str) -> list[str]:
    half = judge._halves[-1]
    conclusion = half._conclude(name, row, judge.as_of, next(iter(law.packs)))
    got = {True: "yes", False: "no", None: "unknown"}[conclusion.verdict]
    return [] if got == expected else [f"{name}: expected {expected}, got {got}"]


def _enforced(judged: Judgement, as_of: int) -> str:
    """Return whether a breach is pursued on the day: ``yes``, ``not-yet``, or ``none`` for none."""
    from_ = judged.rule.breach.get("enforced_from")
    if not from_:
        return "none"
    reached = as_of >= read_day(from_).toordinal() and judged.in_force.state == "yes"
    return "yes" if reached else "not-yet"


def _check_rule(judged: Judgement, expected: str | dict[str, str], as_of: int) -> list[str]:
    wanted = expected if isinstance(expected, dict) else {"verdict": expected}
    words = CLAIM_WORDS if judged.rule.kind == "claim" else WORDS
    first = judged.in_force.start
    lifted = sorted(each.lifts for each in judged.lifted if each.verdict is True)
    got = {
        "verdict": words[judged.verdict],
        "basis": judged.basis,
        "because": judged.because,
        "in_force": judged.in_force.state or "unknown",
        "authority": judged.rests_on.authority,
        "read": judged.rests_on.read,
        "from": date.fromordinal(first).isoformat() if first is not None else "none",
        "lifted": ", ".join(lifted) or "none",
        "enforced": _enforced(judged, as_of),
    }
    unknown = set(wanted) - set(got)
    if unknown:
        return [f"{judged.rule.id}: no such expectation: {', '.join(sorted(unknown))}"]
    return [
        f"{judged.rule.id}: {key}: expected {value}, got {got[key]} (missing {judged.missing[:3]})"
        for key, value in wanted.items()
        if got[key] != value
    ]
