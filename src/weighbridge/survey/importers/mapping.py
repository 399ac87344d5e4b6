"""How the columns of somebody else's table become facts: read from YAML beside the importers.

A mapping lists what columns tell, in order; the first that says anything of a fact counts, and what
no column says is unknown. ``docs/tables.md`` tells how a mapping is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Items

FOLDER = Path(__file__).parent
KINDS = (
    "number",
    "day",
    "words",
    "any_word",
    "every_word",
    "text",
    "named",
    "licence",
    "open_licence",
    "task",
)
MEDIA = tuple(
    f"{way}_{medium}"
    for way in ("inputs", "outputs")
    for medium in ("text", "image", "audio", "video")
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that columns tell.

    column: the column of the contract; several follow from a licence or a task
    paths:  columns of theirs, or paths in them (``safetensors.total``); the first that holds
            anything counts
    kind:   one of :data:`KINDS`
    words:  what their words say in ours
    when:   paths that have to hold one of some words
    unless: paths that must not
    """

    column: str
    paths: tuple[str, ...]
    kind: str
    words: Mapping[str, str]
    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Form:
    """One shape of table.

    needs:   the columns by which it is known
    release: the paths that name a release
    actor:   the paths that name who publishes it
    """

    name: str
    source: str
    licence: str
    attribution: str
    needs: tuple[str, ...]
    release: tuple[str, ...]
    actor: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are looked at."""
        found = [*self.release, *self.actor]
        for rule in self.rules:
            found += [*rule.paths, *rule.when, *rule.unless]
        return tuple(dict.fromkeys(found))


@cache
def read_forms(name: str) -> tuple[Form, ...]:
    """Return the shapes that one importer reads, in the order written."""
    path = FOLDER / f"{name}.yaml"
    source = SourceFile(path.name, path.read_text(encoding="utf-8"))
    return tuple(_form(Fields(document, source)) for document in source.documents())


def _form(fields: Fields) -> Form:
    fields.provision = fields.text("form")
    listed = fields.take("facts")
    if not isinstance(listed, Items):
        fields.fail(fields.node, "`facts` takes a list")
    form = Form(
        name=str(fields.provision),
        source=str(fields.text("source")),
        licence=str(fields.text("licence", "")),
        attribution=str(fields.text("attribution")),
        needs=_texts(fields, "needs"),
        release=_texts(fields, "release"),
        actor=_texts(fields, "actor"),
        rules=tuple(_rule(Fields(each, fields.file, fields.provision)) for each in listed),
    )
    fields.done()
    return form


def _rule(fields: Fields) -> Rule:
    words = fields.section("words")
    rule = Rule(
        column=str(fields.text("fact", "")),
        paths=_texts(fields, "from"),
        kind=fields.choice("as", KINDS),
        words={str(word): str(words.text(word)) for word in words.node} if words else {},
        when=_holding(fields, "when"),
        unless=_holding(fields, "unless"),
    )
    fields.done()
    return rule


def _holding(fields: Fields, key: str) -> dict[str, tuple[str, ...]]:
    section = fields.section(key)
    return {str(path): _texts(section, path) for path in section.node} if section else {}


def _texts(fields: Fields, key: str) -> tuple[str, ...]:
    return tuple(map(str, fields.texts(key)))
