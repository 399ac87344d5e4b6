"""The packs of a body of law on one screen: status, age, trust, and how much is encoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table
from weighbridge.rules import Law, Pack, Rule
from weighbridge.rules.coverage import STATES, Coverage
from weighbridge.rules.rule import AUTHORITIES, BINDINGS, READS, Question

COLUMNS = ("pack", "standing", "rules", "read on", "known until", "days", "text read", "rows")
STATE_WORDS = {"encoded": "encoded", "out": "out of scope", "missing": "missing"}
NO_PACK = "no pack"
_INSIDE = "  … "
_NONE = "–"


def law_page(law: Law, as_of: str, coverage: Sequence[Coverage] = ()) -> Page:
    """Return one line a pack, with its age on ``as_of`` and what it encodes of its rows."""
    lists = {each.pack: each for each in coverage}
    rows = {pack.id: _cells(pack_entry(law, pack, as_of, lists.get(pack.id))) for pack in _all(law)}
    rows |= {each.pack: _cells_without_pack(each) for each in lists_without_pack(law, coverage)}
    page = Page()
    page.add(
        Heading("the law that is judged by", 1),
        Line(f"read on {law.read_on} · as of {as_of} · {law.hash}", "faint"),
        Gap(),
        Table(COLUMNS, tuple((_shown_id(id_, rows), *rows[id_]) for id_ in sorted(rows))),
        Line("standing: whose text it is, or the status of what is not in force as law", "faint"),
        Line(f"text read: {'/'.join(READS)}", "faint"),
        Line(f"rows of the fact sheets: {'/'.join(STATE_WORDS.values())}", "faint"),
    )
    if law.amendments:
        page.add(Gap(), Line(f"amended, a what-if: {', '.join(law.amendments)}", "warn"))
    if law.questions:
        names = ", ".join(sorted(law.questions))
        page.add(
            Gap(),
            Line(
                "questions of law left open (--reading ID=POSITION), each on the page of its pack:"
            ),
            Line(names, indent=4),
        )
    page.add(
        Gap(),
        Line("each article of a pack: weighbridge law PACK", "faint"),
        Line("reforms to try: weighbridge law --reforms", "faint"),
    )
    return page


def law_json(law: Law, as_of: str, coverage: Sequence[Coverage] = ()) -> dict[str, Any]:
    """Return the packs, the lists of no pack yet, and the readings as JSON values."""
    lists = {each.pack: each for each in coverage}
    packs = sorted(_all(law), key=lambda pack: (pack.market, pack.id))
    return {
        **law_head(law, as_of),
        "packs": [pack_entry(law, pack, as_of, lists.get(pack.id)) for pack in packs],
        "rows_without_pack": [
            {"folder": each.pack, "rows": each.counts()}
            for each in lists_without_pack(law, coverage)
        ],
        "readings": [question_json(question) for question in law.questions.values()],
    }


def law_head(law: Law, as_of: str) -> dict[str, Any]:
    """Return what every JSON answer about law begins with."""
    return {
        "format": 1,
        "hash": law.hash,
        "read_on": law.read_on,
        "as_of": as_of,
        "amendments": list(law.amendments),
    }


def question_json(question: Question) -> dict[str, Any]:
    """Return a question of law left open, with its positions."""
    return {
        "reading": question.name,
        "gloss": question.gloss,
        "cite": question.cite,
        "positions": {word: each.says for word, each in question.positions.items()},
    }


def lists_without_pack(law: Law, coverage: Iterable[Coverage]) -> list[Coverage]:
    """Return the lists of rows that stand where no pack stands yet."""
    return [each for each in coverage if each.pack not in law.packs]


def pack_entry(law: Law, pack: Pack, as_of: str, coverage: Coverage | None) -> dict[str, Any]:
    """Return what is said of a pack as a whole."""
    rules = [rule for rule in law.rules if rule.pack == pack.id]
    age = read_day(as_of).toordinal() - read_day(pack.known_until).toordinal()
    return {
        "pack": pack.id,
        "title": pack.title,
        "act": pack.act,
        "market": pack.market,
        "status": pack.status,
        "authority": pack.authority,
        "rules": len(rules),
        "binding": sum(rule.kind in BINDINGS for rule in rules),
        "newest_read": max((rule.read.on for rule in rules), default="") or None,
        "known_until": pack.known_until,
        "days_since_known": max(age, 0),
        "authorities": _counted((rule.authority for rule in rules), AUTHORITIES),
        "read": _counted((rule.read.text for rule in rules), READS),
        "rows": coverage.counts() if coverage else None,
        "digest": law.digest(pack.id),
    }


def _all(law: Law) -> Iterable[Pack]:
    return law.packs.values()


def _counted(words: Iterable[str], order: tuple[str, ...]) -> dict[str, int]:
    counts = Counter(words)
    return {word: counts[word] for word in order if counts[word]}


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    enacted = entry["status"] == "enacted"
    return (
        entry["authority"] if enacted else entry["status"],
        str(entry["rules"]),
        entry["newest_read"] or _NONE,
        entry["known_until"],
        str(entry["days_since_known"]),
        "/".join(str(entry["read"].get(word, 0)) for word in READS),
        _slashed(entry["rows"]) if entry["rows"] else _NONE,
    )


def _cells_without_pack(coverage: Coverage) -> tuple[str, ...]:
    return (NO_PACK, *[_NONE] * 5, _slashed(coverage.counts()))


def _slashed(counts: dict[str, int]) -> str:
    return "/".join(str(counts[state]) for state in STATES)


def _shown_id(id_: str, ids: Iterable[str]) -> str:
    """Return a pack's id; one that lies inside the pack above it is shown by its last name."""
    above, _, name = id_.rpartition("/")
    return f"{_INSIDE}{name}" if "/" in above and above in ids else id_


def rules_listed(rules: Iterable[Rule]) -> Page:
    """Return a page that lists rules by id, for an id that names a whole pack."""
    page = Page()
    for rule in sorted(rules, key=lambda rule: rule.key):
        page.add(Item(rule.title, "·", rule.key))
    return page
