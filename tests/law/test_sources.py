"""Every rule says where it is written, which row of the fact sheets it encodes, who read what."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from weighbridge.facts.values import read_day
from weighbridge.rules import Law
from weighbridge.rules.rule import READS, Copy

# The strongest copy that a trust tag of the fact sheets can stand for.
COPIES = {"CONS", "GL", "S3", "S4", "S35"}
_SEEN = re.compile(r"\bV:(\w+)")
_MEMORY = re.compile(r"(?:^|[\s,;])M\+?(?=$|[\s,;])|memory")
_OWN = re.compile(r"(?:^|[\s,;])(?:INF|I)(?=$|[\s,;])")


def _reads(law: Law) -> Iterator[tuple[str, str, Copy]]:
    for rule in law.rules:
        yield rule.key, rule.authority, rule.read
    for parameter in law.parameters.values():
        authority = law.packs[parameter.pack].authority
        for value in parameter.values:
            yield f"{parameter.name} from {value.start}", authority, value.read


def strongest(tag: str, authority: str) -> str:
    """Return the strongest ``read`` a tag allows; the weakest of several tags counts."""
    if _MEMORY.search(tag):
        return "memory"
    seen = _SEEN.findall(tag)
    if not seen and not _OWN.search(tag):
        return "secondary"
    if all(each in COPIES for each in seen) and (authority == "guidance" or "GL" not in seen):
        return "copy"
    return "secondary"


@pytest.mark.parametrize(
    ("tag", "authority", "read"),
    [
        ("V:CONS", "statute", "copy"),
        ("V:CLM", "statute", "secondary"),
        ("V:GL", "statute", "secondary"),
        ("V:GL", "guidance", "copy"),
        ("V:CONS, V:TL", "statute", "secondary"),
        ("M", "statute", "memory"),
        ("M+, first day M", "statute", "memory"),
        ("V:S8 clocks, rest M+", "statute", "memory"),
        ("from memory", "statute", "memory"),
        ("S11 R, S12 R", "statute", "secondary"),
        ("INF", "view", "copy"),
    ],
)
def test_what_a_tag_allows(tag: str, authority: str, read: str) -> None:
    assert strongest(tag, authority) == read


def test_no_rule_claims_a_better_copy_than_its_tag_allows(law: Law) -> None:
    faults = [
        f"{name}: read {read.text} with tag `{read.tag}`"
        for name, authority, read in _reads(law)
        if READS.index(read.text) < READS.index(strongest(read.tag, authority))
    ]
    assert not faults, "\n".join(faults)


def test_every_rule_and_threshold_has_a_tag(law: Law) -> None:
    assert [name for name, _, read in _reads(law) if not read.tag] == []


def test_what_we_infer_is_our_view(law: Law) -> None:
    faults = [
        rule.key for rule in law.rules if _OWN.search(rule.read.tag) and rule.authority != "view"
    ]
    assert not faults, f"inferred, yet not marked as a view: {', '.join(faults)}"


def test_every_rule_names_its_rows_and_its_place(law: Law) -> None:
    assert [rule.key for rule in law.rules if not rule.rows] == []
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
