"""What an amendment is before it is applied: its heading, its changes, the documents it brings.

A file holds one amendment or more; the documents below an `amendment:` are its own: rules,
facts, parameters, and readings that serve as its switches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weighbridge.rules.sources import LAW_FOLDER, Document, read_documents, read_text
from weighbridge.text.errors import InputError, did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Items, Node

REFORMS = LAW_FOLDER / "reform"
HEADINGS = ("amendment", "rule", "fact", "parameter", "reading", "rule_list")
"""What a document in the file of an amendment may declare."""


@dataclass(slots=True)
class Amendment:
    """One named patch.

    name:      its name; where it brings rules, also the id of the pack they belong to
    title:     what it does in a few words
    policy:    the sentence of policy it encodes
    note:      what else a reader should know
    market:    the market its own rules belong to; empty for any
    builds_on: amendments that ship and that it needs
    levers:    levers of the table of what the law has already (``already.yaml``) that it pulls
    changes:   its operations as written
    brought:   its own documents
    heading:   the document it was declared in
    """

    name: str
    title: str
    policy: str
    note: str
    market: str
    builds_on: tuple[str, ...]
    levers: tuple[str, ...]
    changes: Items
    heading: Document
    brought: list[Document] = field(default_factory=list)

    def brings(self, heading: str) -> Iterator[Document]:
        """Yield the documents of its own that declare a ``rule``, ``reading`` and so on."""
        return (each for each in self.brought if each.heading == heading)

    @property
    def is_shared(self) -> bool:
        """Whether it changes nothing by itself and only holds what others build on."""
        rules = self.brings("rule")
        return not self.changes and not any("exception_to" in each.node for each in rules)

    @property
    def switches(self) -> tuple[str, ...]:
        """The names of the readings that it brings: what its policy leaves open."""
        return tuple(each.name for each in self.brings("reading"))

    def fields(self) -> Fields:
        """Return the heading as fields, for an error that points at it."""
        return Fields(self.heading.node, self.heading.file, self.name)


def shipped_amendments() -> dict[str, Path]:
    """Return the files of the reforms that ship, by the names of the amendments."""
    return {
        f"{REFORMS.name}/{path.stem}": path
        for path in sorted(REFORMS.glob("*.yaml"))
        if path.read_text(encoding="utf-8").startswith("amendment:")
    }


def amendment_path(given: Path) -> Path:
    """Return the file of an amendment, given by its path or by the name of one that ships.

    Raises :class:`InputError` where there is neither.
    """
    if given.exists():
        return given
    shipped = shipped_amendments()
    name = given.as_posix()
    if name in shipped:
        return shipped[name]
    if (LAW_FOLDER / name / "pack.yaml").is_file():
        message = f"`{name[:80]}` is a pack and always there: no amendment"
        raise InputError(message, help=f"look at it: weighbridge law {name}")
    if not given.suffix:
        near = did_you_mean(f"{REFORMS.name}/{given.name}", shipped)
        hint = near or "`weighbridge law --reforms` lists those that ship"
        raise InputError(f"no file and no reform named `{name[:80]}`", help=hint)
    return given


def read_amendments(paths: Iterable[Path]) -> list[Amendment]:
    """Return the amendments in these files and all they build on, each once, by name.

    Raises :class:`InputError` for a file that cannot be read and :class:`LanguageError` for a
    document that is no amendment or for two of one name that differ.
    """
    found: dict[str, Amendment] = {}
    shipped = shipped_amendments()
    waiting = list(paths)
    while waiting:
        for amendment in _read_file(waiting.pop(0)):
            known = found.get(amendment.name)
            if known is not None and _as_written(known) != _as_written(amendment):
                fields = amendment.fields()
                fields.fail(fields.node["amendment"], f"two amendments are named `{known.name}`")
            if known is None:
                found[amendment.name] = amendment
                waiting += [_shipped(amendment, name, shipped) for name in amendment.builds_on]
    return [found[name] for name in sorted(found)]


def _as_written(amendment: Amendment) -> list[Entries]:
    return [amendment.heading.node, *(each.node for each in amendment.brought)]


def _shipped(amendment: Amendment, name: str, shipped: dict[str, Path]) -> Path:
    if name not in shipped:
        fields = amendment.fields()
        node = fields.node["builds_on"]
        fields.fail(node, f"no reform named `{name}`", did_you_mean(name, shipped))
    return shipped[name]


def _read_file(path: Path) -> list[Amendment]:
    amendments: list[Amendment] = []
    for document in read_documents(read_text(path), path.name, "", HEADINGS):
        if document.heading == "amendment":
            amendments.append(_read_heading(document))
        elif not amendments:
            fields = Fields(document.node, document.file)
            fields.fail(fields.node, "an amendment begins with `amendment: <name>`")
        else:
            document.pack = amendments[-1].name
            amendments[-1].brought.append(document)
    if not amendments:
        help = "an amendment begins with `amendment: <name>`"
        raise InputError(f"`{path}` holds no amendment", help=help)
    for amendment in amendments:
        if not amendment.changes and not amendment.brought:
            fields = amendment.fields()
            message = f"amendment `{amendment.name}` changes nothing"
            fields.fail(fields.node, message, "list its `changes:`")
    return amendments


def _read_heading(document: Document) -> Amendment:
    fields = Fields(document.node, document.file)
    name = str(fields.text("amendment"))
    fields.provision = name
    changes: Node | None = fields.take("changes")
    if changes is not None and not isinstance(changes, Items):
        fields.fail(changes, "`changes` takes a list")
    amendment = Amendment(
        name=name,
        title=str(fields.text("title", "")),
        policy=str(fields.text("policy", "")),
        note=str(fields.text("note", "")),
        market=str(fields.text("market", "")),
        builds_on=tuple(str(each) for each in fields.texts("builds_on")),
        levers=tuple(str(each) for each in fields.texts("levers")),
        changes=changes if changes is not None else Items(),
        heading=document,
    )
    fields.take("addressees")
    fields.done()
    return amendment
