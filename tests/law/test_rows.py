"""Every row of the fact sheets is encoded, out of scope or missing, and each rule names rows."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from tests.law.trust import is_own, is_own_alone, is_unsure, strongest
from weighbridge.rules import Law, Rule
from weighbridge.rules.coverage import UNNAMED, Coverage, Row, read_coverage, unlisted_rows
from weighbridge.rules.nodes import facts_of
from weighbridge.rules.rule import READS

BESIDE = ("pointer: ", "practice: ")
"""How the rows begin that name sector law, or practices, the sheets do not hold."""


@pytest.fixture(scope="module")
def coverage(law: Law) -> dict[str, Coverage]:
    return {each.pack: each for each in read_coverage(law)}


def test_every_row_is_encoded_out_of_scope_or_missing_with_a_reason(
    coverage: dict[str, Coverage],
) -> None:
    faults = [
        f"{each.pack}: {row.id}: {row.why}"
        for each in coverage.values()
        for row in each.rows
        if row.state == "missing" and row.why == UNNAMED
    ]
    assert not faults, "\n".join(faults)


def test_no_row_is_in_two_states(coverage: dict[str, Coverage]) -> None:
    faults = [
        f"{each.pack}: {row.id}: named by {', '.join(row.by)}, yet {row.out or row.missing}"
        for each in coverage.values()
        for row in each.rows
        if row.by and (row.out or row.missing)
    ]
    assert not faults, "\n".join(faults)


def test_no_article_says_missing_where_nothing_is(coverage: dict[str, Coverage]) -> None:
    faults = [
        f"{each.pack}: {article.head}"
        for each in coverage.values()
        for article in each.articles
        if article.missing and not any(row.why == article.missing for row in article.rows)
    ]
    assert not faults, "take `missing` away: " + ", ".join(faults)


def test_every_row_that_a_rule_names_is_listed(law: Law, coverage: dict[str, Coverage]) -> None:
    assert unlisted_rows(law, coverage.values()) == {}


@pytest.mark.extra
def test_the_list_is_the_sheets_row_for_row(checkout: Path, coverage: dict[str, Coverage]) -> None:
    sheets = checkout.parent / "shared" / "law"
    if not sheets.is_dir():
        pytest.skip("the fact sheets (../shared/law) are not beside this checkout")
    sys.path.insert(0, str(checkout / "tools"))
    import sheet_rows

    rows = [
        row
        for name in sheet_rows.SHEETS
        for row in sheet_rows.rows_of(name, (sheets / name).read_text(encoding="utf-8"))
    ]
    listed = [row.id for row in _rows(coverage) if not row.id.startswith(BESIDE)]
    assert sorted(set(rows) - set(listed)) == [], "rows of the sheets that no list holds"
    assert sorted(set(listed) - set(rows)) == [], "rows that no sheet holds"
    assert len(rows) == len(set(rows)) == len(listed)


def test_no_rule_rests_on_a_row_that_is_trusted_less_than_it_says(
    law: Law, coverage: dict[str, Coverage]
) -> None:
    rows = {row.id: row for row in _rows(coverage)}
    faults = []
    for each in (*law.rules, *law.penalties.values()):
        market = law.packs[each.pack].market
        allowed = [(strongest(rows[id_].tag, market), id_) for id_ in each.rows if id_ in rows]
        weakest = max(allowed, key=lambda pair: READS.index(pair[0]), default=("official", ""))
        if READS.index(each.read.text) < READS.index(weakest[0]):
            faults.append(f"{each.id}: read {each.read.text}, yet {weakest[1]} is {weakest[0]}")
    assert not faults, "\n".join(faults)


def test_what_is_marked_unsure_is_listed_and_not_encoded(coverage: dict[str, Coverage]) -> None:
    unsure = [row for row in _rows(coverage) if is_unsure(row.tag) and row.id != "US 0 M-"]
    assert unsure
    assert [row.id for row in unsure if row.state != "out" or "M-" not in row.why] == []


def test_what_is_inferred_or_open_turns_on_a_reading(
    law: Law, coverage: dict[str, Coverage]
) -> None:
    rows = {row.id: row for row in _rows(coverage)}
    inferred = [
        f"{rule.key}: inferred, yet it turns on no reading and no burden"
        for rule in law.rules
        if _infers(rule, rows)
        and not (rule.authority == "view" and (_on_burden(rule) or turns_on_a_reading(law, rule)))
    ]
    open_ = [
        f"{row.id}: open, yet none of {', '.join(row.by)} turns on a reading"
        for row in rows.values()
        if row.unsettled and row.by
        if not any(turns_on_a_reading(law, law.by_key[k]) for k in row.by if k in law.by_key)
    ]
    assert not inferred + open_, "\n".join(inferred + open_)


def test_each_rule_speaks_of_the_article_it_cites(law: Law, coverage: dict[str, Coverage]) -> None:
    faults = []
    of_sheets = (rule for rule in law.rules if law.packs[rule.pack].authority != "contract")
    for rule in of_sheets:
        article = coverage[rule.pack].article_of(rule.cite) if rule.pack in coverage else None
        if article is None:
            faults.append(f"{rule.key}: `{rule.cite}` begins with no article of its coverage.yaml")
        elif not article.speaks_of(_said(law, rule)):
            words = ", ".join(article.words)
            faults.append(f"{rule.key}: `{_said(law, rule)}` on {article.head} has none of {words}")
    assert not faults, "\n".join(faults)


def test_no_two_rules_cite_the_same_words_on_the_same_day(law: Law) -> None:
    citing: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in law.rules:
        citing[rule.cite.act, rule.cite.at].append(rule)
    faults = [
        f"{one.key} and {other.key}: {one.cite}"
        for rules in citing.values()
        for one, other in combinations(rules, 2)
        if one.interval.overlaps(other.interval)
    ]
    assert not faults, "\n".join(faults)


def turns_on_a_reading(law: Law, rule: Rule) -> bool:
    """Return whether a reading stands in a rule, its exceptions, or what its facts rest on."""
    seen, waiting = set(), [rule]
    while waiting:
        one = waiting.pop()
        if one.key in seen:
            continue
        seen.add(one.key)
        facts = {*facts_of(one.when), *(facts_of(one.unless) if one.unless else ())}
        if facts & set(law.questions):
            return True
        waiting += [
            other
            for other in law.rules
            if other.body.get("concludes") in facts
            or other.body.get("presumes") in facts
            or one.id in other.exception_to
        ]
    return False


def _rows(coverage: dict[str, Coverage]) -> Iterator[Row]:
    return (row for each in coverage.values() for row in each.rows)


def _infers(rule: Rule, rows: dict[str, Row]) -> bool:
    named = (rows[id_].tag for id_ in rule.rows if id_ in rows)
    return is_own(rule.read.tag) or any(is_own_alone(tag) for tag in named)


def _on_burden(rule: Rule) -> bool:
    """Return whether a rule presumes by burden: whoever shows its fact switches it off."""
    return rule.kind == "presumption" and rule.body.get("basis") == "burden"


def _said(law: Law, rule: Rule) -> str:
    concluded = rule.body.get("concludes") or rule.body.get("presumes")
    parts = (
        rule.title,
        rule.binding.says if rule.binding else "",
        law.vocabulary[concluded].gloss if concluded else "",
    )
    return " · ".join(part for part in parts if part)
