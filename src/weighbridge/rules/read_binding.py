"""What a rule that makes a row says: whom it binds, to what, what meets it, what a breach is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from weighbridge.rules.names import LawNames
from weighbridge.rules.read_parts import read_ordinal
from weighbridge.rules.rule import (
    BINDINGS,
    CLAIM_WORDS,
    DUES,
    FAMILIES,
    Binding,
    Pack,
    Penalty,
)
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Text

_EXTRA_WORDS = ("to", "holder", *CLAIM_WORDS, "presumed", "disclosure")
_LENGTHS = ("days", "months", "years")
_LENGTHS_HELP = "name a parameter in days, months or years"
_TIMES = (*_LENGTHS, "date")


def read_binding(kind: str, fields: Fields, pack: Pack, names: LawNames) -> Binding | None:
    """Return what a rule of a binding kind asks, of whom and when; ``None`` for the others.

    A claim says more than the rest: ``claimant``, ``standard`` and ``must_show`` are required.
    """
    if kind not in BINDINGS:
        return None
    section = fields.needed(kind)
    is_claim = kind == "claim"
    within = str(section.text("within", ""))
    if within and names.unit(within) != "days":
        section.fail(section.node["within"], f"`{within}` is not a parameter in days")
    lasts = str(section.text("lasts", ""))
    if lasts and names.unit(lasts) not in _LENGTHS:
        section.fail(section.node["lasts"], f"`{lasts}` is not a length of time", _LENGTHS_HELP)
    binding = Binding(
        addressee=_addressee(section, pack),
        family=section.choice("family", FAMILIES, "harm" if is_claim else None),
        says=str(section.text(BINDINGS[kind])),
        due=section.choice("due", DUES, "within" if within else "ongoing"),
        within=within,
        event=str(section.text("event", "")),
        bars=section.flag("bars", False),
        lasts=lasts,
        extra={
            word: str(section.text(word))
            for word in _EXTRA_WORDS
            if word in section or (is_claim and word in CLAIM_WORDS)
        },
        limits=_limits(section, names) if is_claim else (),
        linked=tuple(str(each) for each in section.texts("linked")) if is_claim else (),
    )
    section.done()
    return binding


def _addressee(section: Fields, pack: Pack) -> str:
    addressee = section.text("addressee")
    known = sorted({term.name for term in pack.addressees})
    if addressee not in known:
        section.fail(
            section.node["addressee"],
            f"`{addressee}` is no addressee of this pack",
            f"pack.yaml knows {', '.join(known) or 'none'}",
        )
    return str(addressee)


def _limits(section: Fields, names: LawNames) -> tuple[str, ...]:
    limits = section.texts("limits")
    for name in limits:
        if names.kind(name) != "parameter" or names.unit(name) not in _TIMES:
            help = "name one in days, months or years, or of type date"
            section.fail(name, f"`{name}` is not a parameter of time", help)
    return tuple(str(name) for name in limits)


def read_discharges(fields: Fields) -> tuple[str, tuple[str, ...]]:
    """Return whether ``any`` or ``all`` of the discharges are asked for, and their ids."""
    section = fields.section("discharged_by")
    if section is None:
        return "any", ()
    way = next((way for way in ("all", "any") if way in section), "any")
    ids = tuple(str(each) for each in section.texts(way))
    section.done()
    return way, ids


def read_breach(
    fields: Fields, names: LawNames, penalties: Mapping[str, Penalty]
) -> dict[str, Any]:
    """Return what follows a breach: a penalty named by id, or said in words on the spot."""
    section = fields.section("breach")
    if section is None:
        return {}
    breach = _from_penalty(section, penalties) if "penalty" in section else {}
    if "fine" in section or not breach:
        breach["fine"] = str(section.text("fine"))
    for word in ("by", "cure"):
        if word in section:
            breach[word] = str(section.text(word))
    ceiling = section.texts("ceiling")
    for name in ceiling:
        if names.kind(name) != "parameter":
            section.fail(name, f"unknown parameter `{name}`", names.near(name))
    if ceiling:
        breach["ceiling"] = [str(name) for name in ceiling]
    if "enforced_from" in section:
        breach["enforced_from"] = _enforced_from(section, names)
    section.done()
    return breach


def _from_penalty(section: Fields, penalties: Mapping[str, Penalty]) -> dict[str, Any]:
    id_ = section.text("penalty")
    penalty = penalties.get(id_)
    if penalty is None:
        hint = f"penalties.yaml knows {', '.join(sorted(penalties)) or 'none'}"
        section.fail(section.node["penalty"], f"unknown penalty `{id_}`", hint)
    breach: dict[str, Any] = {"penalty": penalty.id, "fine": penalty.says, "by": penalty.by}
    if penalty.ceiling:
        breach["ceiling"] = list(penalty.ceiling)
    return breach


def _enforced_from(section: Fields, names: LawNames) -> str:
    """Return the ISO day from which a breach is pursued: written, or a parameter's last value."""
    node = section.node["enforced_from"]
    parameter = names.parameters.get(node) if isinstance(node, Text) else None
    if parameter is None or parameter.unit != "date":
        read_ordinal(section, "enforced_from")
        return str(section.text("enforced_from"))
    section.take("enforced_from")
    return date.fromordinal(int(parameter.values[-1].value)).isoformat()
