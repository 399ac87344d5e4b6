"""A duty moved from one bearer to another: taken from the first where a condition holds.

``shift`` writes, for each rule, a copy whose addressee is the new one and, for all together, an
exception for the roles that bore them. What is an exception to a rule is one to its copy too.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from weighbridge.rules.amendment import Amendment
from weighbridge.rules.edits import entries_at, text_in
from weighbridge.rules.rule import BINDINGS
from weighbridge.rules.rule_lists import RuleLists
from weighbridge.rules.sources import Document, Sources
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Items, Node, Text


@dataclass(frozen=True, slots=True)
class Shift:
    """Rules that an amendment moves: to which addressee, away from which roles, where."""

    amendment: Amendment
    fields: Fields
    rules: tuple[Text, ...]
    to: Text
    roles: tuple[str, ...]
    when: Node


def read_shift(amendment: Amendment, fields: Fields, lists: RuleLists) -> Shift:
    """Return what a ``shift`` says. Raises :class:`LanguageError` for keys it lacks."""
    when = fields.take("when")
    if when is None:
        fields.fail(fields.node, "a shift says `when`", "say on which facts the duty moves")
    shift = Shift(
        amendment=amendment,
        fields=fields,
        rules=tuple(lists.ids(fields.texts("rules"), fields)),
        to=text_in(fields.text("to"), fields.node.get("to") or fields.node),
        roles=tuple(str(role) for role in fields.texts("from")),
        when=when,
    )
    fields.done()
    if not shift.rules or not shift.roles:
        message = "a shift names `rules` and the roles they are taken `from`"
        fields.fail(fields.node, message)
    return shift


def make_shifts(sources: Sources, shifts: Iterable[Shift]) -> None:
    """Write the copies and the exceptions of all shifts into the documents.

    Raises :class:`LanguageError` where two shifts move one rule to the same addressee.
    """
    movers: dict[str, str] = {}
    reliefs: dict[str, Document] = {}
    for shift in shifts:
        copies = {str(id_): f"{id_}-{shift.to}" for id_ in shift.rules}
        for id_ in shift.rules:
            other = movers.setdefault(copies[id_], shift.amendment.name)
            if other != shift.amendment.name:
                both = f"`{other}` and `{shift.amendment.name}`"
                message = f"{both} move `{id_}` to the {shift.to} otherwise"
                shift.fields.fail(shift.fields.node, message, "give one of them")
            for document in _versions(sources, id_, shift):
                copy = _copy(document, copies[id_], shift)
                sources.documents.append(copy)
                sources.changed[copy.name] = shift.amendment.name
        _follow(sources, copies)
        relief = _relief(shift, len(reliefs))
        reliefs[relief.name] = relief
        sources.changed[relief.name] = shift.amendment.name
    # What relieves an old bearer reaches no copy, so they come when all copies are made.
    sources.documents.extend(reliefs.values())


def _versions(sources: Sources, id_: Text, shift: Shift) -> list[Document]:
    known: dict[str, list[Document]] = {}
    for each in sources.of("rule"):
        known.setdefault(each.name, []).append(each)
    if id_ not in known:
        shift.fields.fail(id_, f"unknown rule `{id_}`", did_you_mean(id_, known))
    return known[id_]


def _copy(document: Document, id_: str, shift: Shift) -> Document:
    """Return the rule as it binds the new addressee."""
    where = shift.fields.node
    node = deepcopy(document.node)
    kind = next((each for each in BINDINGS if each in node), None)
    if kind is None or not isinstance(node[kind], Entries):
        shift.fields.fail(where, f"`{document.name}` binds nobody, so there is nothing to move")
    node[kind][text_in("addressee", where)] = shift.to
    node.pop("rows", None)
    node[text_in("rule", where)] = text_in(id_, where)
    node[text_in("moved_from", where)] = text_in(document.name, where)
    node[text_in("cite", where)] = _cite(document.node.get("cite"), shift)
    node[text_in("when", where)] = _both(node.get("when"), shift.when, where)
    node.line, node.column = where.line, where.column
    return Document(node, shift.amendment.heading.file, document.pack, "rule")


def _cite(cite: Node | None, shift: Shift) -> Entries:
    where = shift.fields.node
    copy = deepcopy(cite) if isinstance(cite, Entries) else entries_at(where, at=str(cite))
    at = f"{copy['at']}, moved to the {shift.to} by {shift.amendment.name}"
    copy[text_in("at", where)] = text_in(at, where)
    return copy


def _both(one: Node | None, other: Node, where: Node) -> Node:
    parts = Items([other] if one is None else [one, other])
    parts.line, parts.column = where.line, where.column
    both = entries_at(where)
    both[text_in("all", where)] = parts
    return both


def _relief(shift: Shift, number: int) -> Document:
    """Return the exception that takes the duties from the roles that bore them.

    ``number`` tells it from those of other shifts to the same addressee.
    """
    where = shift.fields.node
    amendment = shift.amendment
    rule = entries_at(
        where,
        rule=f"{amendment.name}/to-{shift.to}{f'-{number}' if number else ''}",
        title=f"What the {shift.to} bears instead",
        cite=f"duties moved to the {shift.to}{f', {number}' if number else ''}",
        lifts="duty",
    )
    ids = Items(shift.rules)
    ids.line, ids.column = where.line, where.column
    rule[text_in("exception_to", where)] = ids
    roles = text_in(f"role in {{{', '.join(shift.roles)}}}", where)
    rule[text_in("when", where)] = _both(roles, shift.when, where)
    return Document(rule, amendment.heading.file, amendment.name, "rule")


def _follow(sources: Sources, copies: dict[str, str]) -> None:
    """Let exceptions to a moved rule, and what moves its first day, hold for its copy too."""
    for document in sources.of("rule"):
        transition = document.node.get("transition")
        _lengthen(document.node, "exception_to", copies)
        if isinstance(transition, Entries):
            _lengthen(transition, "moves", copies)


def _lengthen(entries: Entries, key: str, copies: dict[str, str]) -> None:
    node = entries.get(key)
    named = [node] if isinstance(node, Text) else node
    more = [copies[each] for each in named or () if each in copies]
    if more and node is not None:
        longer = Items([*(named or ()), *(text_in(each, node) for each in more)])
        longer.line, longer.column = node.line, node.column
        entries[key] = longer
