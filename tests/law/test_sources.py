"""Every rule says where it is written, which row of the fact sheets it encodes, who read what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.law.trust import is_own, is_unsure, strongest
from weighbridge.facts.values import read_day
from weighbridge.rules import Law
from weighbridge.rules.rule import READS, Copy


def _reads(law: Law) -> Iterator[tuple[str, str, Copy]]:
    for rule in law.rules:
        yield rule.key, law.packs[rule.pack].market, rule.read
    for penalty in law.penalties.values():
        yield f"penalty {penalty.id}", law.packs[penalty.pack].market, penalty.read
    for parameter in law.parameters.values():
        market = law.packs[parameter.pack].market
        for value in parameter.values:
            yield f"{parameter.name} from {value.start}", market, value.read


@pytest.mark.parametrize(
    ("tag", "market", "read"),
    [
        ("V:CONS", "EU", "copy"),
        ("V:GL", "EU", "copy"),
        ("V:A50", "EU", "copy"),
        ("V:S4", "US", "copy"),
        ("V:LIC", "", "copy"),
        ("S46 P", "CH", "copy"),
        ("V:CLM", "EU", "secondary"),
        ("V:web iptc.org", "EU", "secondary"),
        ("V: id 71334981290", "EU", "secondary"),
        ("V:CONS, V:TL", "EU", "secondary"),
        ("S11 R, S12 R", "CN", "secondary"),
        ("S38 P/R", "UK", "secondary"),
        ("S46 P", "CN", "secondary"),
        ("third-party copy", "CN", "secondary"),
        ("M", "EU", "memory"),
        ("M, in part V:GL", "EU", "memory"),
        ("M+, first day M", "US", "memory"),
        ("V:S8 clocks, rest M+", "US", "memory"),
        ("from memory", "CN", "memory"),
        ("our own text", "", "official"),
        ("INF", "EU", "copy"),
        ("V:CLM, INF on the gap", "EU", "secondary"),
    ],
)
def test_what_a_tag_allows(tag: str, market: str, read: str) -> None:
    assert strongest(tag, market) == read


def test_what_a_tag_says_of_us() -> None:
    assert [tag for tag in ("INF", "I", "V:GL", "M-", "inference") if is_own(tag)] == [
        *("INF", "I", "inference")
    ]
    assert [tag for tag in ("M-", "M", "M+", "V:S5, Michigan M-") if is_unsure(tag)] == [
        *("M-", "V:S5, Michigan M-")
    ]


def test_a_rule_is_read_as_its_tag_says_and_no_better(law: Law) -> None:
    faults = []
    for name, market, read in _reads(law):
        allowed = strongest(read.tag, market)
        better = READS.index(read.text) < READS.index(allowed)
        if better or (read.text != allowed and not is_own(read.tag)):
            faults.append(f"{name}: read {read.text} with tag `{read.tag}`, which gives {allowed}")
    assert not faults, "\n".join(faults)


def test_every_rule_and_threshold_has_a_tag(law: Law) -> None:
    assert [name for name, _, read in _reads(law) if not read.tag] == []


def test_what_we_infer_is_our_view(law: Law) -> None:
    faults = [rule.key for rule in law.rules if is_own(rule.read.tag) and rule.authority != "view"]
    assert not faults, f"inferred, yet not marked as a view: {', '.join(faults)}"


def test_every_rule_names_its_rows_and_its_place(law: Law) -> None:
    """A licence is read itself: no sheet stands between its text and a rule."""
    assert [rule.key for rule in law.rules if not rule.rows and rule.authority != "contract"] == []
    assert [rule.key for rule in law.rules if rule.rows and rule.authority == "contract"] == []
    assert [rule.key for rule in law.rules if not (rule.cite.act and rule.cite.at)] == []
    assert [
        f"{parameter.name}"
        for parameter in law.parameters.values()
        if not all(value.cite for value in parameter.values)
    ] == []


def test_every_legal_term_says_where_it_is_defined(law: Law) -> None:
    legal = [fact for fact in law.vocabulary if fact.legal and fact.name not in law.questions]
    assert [fact.name for fact in legal if not fact.cite] == []


def test_packs_say_how_far_they_are_read(law: Law) -> None:
    for pack in law.packs.values():
        assert read_day(pack.known_until) <= read_day(law.read_on), pack.id
        assert pack.note, pack.id


def test_every_discharge_is_used_and_every_effort_is_a_range(law: Law) -> None:
    used = {id_ for rule in law.rules for id_ in rule.discharges}
    assert sorted(set(law.discharges) - used) == []
    for discharge in law.discharges.values():
        assert 0 <= discharge.effort["low"] <= discharge.effort["high"], discharge.id
