"""Rules that turn on what somebody knows: a result about others may itself be such knowledge.

``knowing.yaml`` in a folder of law holds one document for each kind of knowledge. Read only where a
report is about many releases: it is no part of the compiled law, and no verdict needs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from weighbridge.rules.law import Law
from weighbridge.rules.sources import LAW_FOLDER, read_text
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import Fields, SourceFile

FILE = "knowing.yaml"


@dataclass(frozen=True, slots=True)
class Knowing:
    """One kind of knowledge.

    says:  what comes of knowing, in one plain sentence
    facts: the facts that somebody knows: every rule that turns on one of them counts
    rules: ids of rules whose days run from knowing
    roles: the roles to whom it matters; empty for all
    clock: the parameter of days that run besides those of the rules, or empty
    event: from when they run
    """

    id: str
    says: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    roles: tuple[str, ...]
    clock: str = ""
    event: str = ""


def read_knowing(law: Law, folders: Iterable[Path] = (LAW_FOLDER,)) -> tuple[Knowing, ...]:
    """Return what the folders say of knowing, in the order written.

    Raises :class:`LanguageError` for a document that is broken or names what there is not.
    """
    found = []
    for folder in folders:
        for path in sorted(folder.rglob(FILE)):
            file = SourceFile(path.relative_to(folder).as_posix(), read_text(path))
            found += [_knowing(Fields(node, file), law) for node in file.documents()]
    return tuple(found)


def _knowing(fields: Fields, law: Law) -> Knowing:
    fields.provision = fields.text("knowing")
    knowing = Knowing(
        id=str(fields.provision),
        says=str(fields.text("says")),
        facts=_known(fields, "facts", (each.name for each in law.vocabulary)),
        rules=_known(fields, "rules", law.by_id),
        roles=_known(fields, "roles", law.vocabulary["role"].values),
        clock="".join(_known(fields, "clock", law.parameters)),
        event=str(fields.text("event", "")),
    )
    fields.done()
    if not knowing.facts and not knowing.rules:
        fields.fail(fields.node, "knowing names facts, rules or both")
    return knowing


def _known(fields: Fields, key: str, known: Iterable[str]) -> tuple[str, ...]:
    names = fields.texts(key)
    there = set(known)
    for name in names:
        if name not in there:
            fields.fail(name, f"unknown name `{name}` in `{key}`", did_you_mean(name, there))
    return tuple(map(str, names))
