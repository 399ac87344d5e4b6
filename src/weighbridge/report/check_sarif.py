"""An assessment as SARIF: findings of the release, what is owed, and what cannot be told.

A row that is owed points at the facts that decide it; one that cannot be told is *open* and says
which facts are missing. The help of a rule is its citation, with who read which copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.facts import Finding, Severity
from weighbridge.report.blocks import printable
from weighbridge.report.groups import OWED_KINDS, who_of
from weighbridge.report.sarif import Result, Rule, Where, sarif_log
from weighbridge.rules import Rule as LawRule
from weighbridge.text.places import Place

_BY_SEVERITY = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_MOST_PLACES = 5
_STOP = "prohibition"


def check_sarif(assessment: Assessment) -> dict[str, Any]:
    """Return the log of an assessment: findings first, then rows by market and rule."""
    rows = sorted(
        (row for row in assessment.verdicts if _is_shown(row)),
        key=lambda row: (row.judged.row.market, row.rule.id, who_of([row])),
    )
    findings = [_finding(each) for each in assessment.findings]
    return sarif_log(
        [*_finding_rules(assessment.findings), *(_law_rule(row.rule) for row in rows)],
        [*findings, *(_row(row, assessment) for row in rows)],
        [Result("", "note", printable(each)) for each in assessment.warnings],
    )


def _is_shown(row: RowVerdict) -> bool:
    """Return whether a row is owed or prohibited today, or cannot be told."""
    if row.rule.kind not in OWED_KINDS:
        return False
    state = row.judged.in_force.state
    if row.judged.verdict is None:
        return state in ("yes", None)
    return row.judged.verdict is True and state == "yes"


def _finding_rules(findings: Iterable[Finding]) -> Iterator[Rule]:
    for id in {each.id for each in findings}:
        short = id.replace("-", " ")
        yield Rule(id, short, "A contradiction or hazard in the release itself: open each place.")


def _finding(finding: Finding) -> Result:
    return Result(
        finding.id,
        _BY_SEVERITY[finding.severity],
        printable(finding.message),
        tuple(map(_where, finding.where)),
        properties={"severity": str(finding.severity)},
    )


def _law_rule(rule: LawRule) -> Rule:
    assert rule.binding is not None  # only rules that bind make rows
    help = f"{rule.cite}. Copy read: {rule.read.text}. In full: weighbridge rule {rule.id}"
    return Rule(rule.id, rule.title, help)


def _row(row: RowVerdict, assessment: Assessment) -> Result:
    judged, binding = row.judged, row.rule.binding
    assert binding is not None  # only rules that bind make rows
    unknown = judged.verdict is None
    keys = sorted({key for each in judged.missing for key in each}) if unknown else judged.reasons
    who = f"{judged.row.market}, {', '.join(who_of([row]))}"
    if unknown:
        said = f"cannot tell yet ({who}): {row.rule.title}; missing: {', '.join(keys) or 'nothing'}"
    elif row.rule.kind == _STOP:
        said = f"the facts given fall within it ({who}): {row.rule.title}: {binding.says}"
    else:
        said = f"owed ({who}): {row.rule.title}: {binding.says}"
    return Result(
        row.rule.id,
        "error" if row.rule.kind == _STOP else "warning",
        printable(said),
        tuple(_places(keys, assessment)),
        open=unknown,
        properties={
            "market": judged.row.market,
            "actor": judged.row.actor,
            "role": judged.row.role,
            "use": judged.row.use,
            "kind": row.rule.kind,
            "basis": judged.basis,
            "due": binding.due,
        },
    )


def _places(keys: Iterable[str], assessment: Assessment) -> Iterator[Where]:
    """Yield where the facts that decide a row stand in the release."""
    found: dict[Where, None] = {}
    for key in keys:
        fact = assessment.facts.get(key)
        if fact is not None and fact.place is not None:
            found.setdefault(_where(fact.place))
    yield from list(found)[:_MOST_PLACES]


def _where(place: Place) -> Where:
    return Where(place.file, place.line, place.column)
