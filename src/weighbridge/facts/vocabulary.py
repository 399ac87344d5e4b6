"""The list of all facts that may be spoken of: type, unit, gloss, question, who knows it.

Written in YAML, one document per fact: everyday facts in ``facts/vocabulary/``, the legal
terms of an act beside its rules. ``docs/vocabulary.md`` is made from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weighbridge.facts.values import Range, Value, read_flag, read_range
from weighbridge.text.errors import InputError, ParseError, did_you_mean
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Node
from weighbridge.text.table import Table, from_table, to_table

TYPES = ("flag", "quantity", "count", "date", "enum", "judgement", "text")
SUBJECTS = ("release", "actor", "use", "market", "actor-market", "actor-use", "step", "role")
UNITS = (
    "FLOP",
    "FLOP/s",
    "bytes/s",
    "tokens",
    "parameters",
    "bytes",
    "tensors",
    "items",
    "seconds",
    "hours",
    "days",
    "months",
    "years",
    "persons",
    "USD",
    "EUR",
    "CNY",
    "KRW",
    "GBP",
    "AUD",
    "BRL",
    "ratio",
)
MUTABLE = ("never", "costly", "easy")
VOCABULARY_FOLDER = Path(__file__).parent / "vocabulary"


@dataclass(frozen=True, slots=True)
class FactType:
    """One entry of the vocabulary.

    name:      a predicate or noun phrase in snake_case
    type:      one of :data:`TYPES`
    subject:   whose fact it is, one of :data:`SUBJECTS`
    gloss:     how a sentence of the prose names it ("the compute used to train the model")
    unit:      for quantities and counts, one of :data:`UNITS`
    values:    for enums, each word with how a person reads it
    legal:     only a rule concludes it; nobody is asked
    question:  at most 25 plain words; ``None`` where nobody is asked
    example:   an answer, so that the form is clear
    why:       why we ask, in one plain sentence
    who:       who knows it (developer, publisher, deployer …)
    mutable:   whether a person could change it: never, costly or easy
    cost:      how hard the answer is to find, 1 (at hand) to 5
    cite:      where the term is defined, for legal facts
    sums:      for numbers, the sums of other facts it equals ("base plus own"), by their names
    shown_by:  for flags, the facts of which any value shows that it is so
    told_by:   for enums, the flags of which each tells a word
    several:   for enums, the word that stands where flags of more than one word are true
    """

    name: str
    type: str
    subject: str
    gloss: str
    unit: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    legal: bool = False
    question: str | None = None
    example: str = ""
    why: str = ""
    who: str = "developer"
    mutable: str = "costly"
    cost: int = 2
    cite: str = ""
    sums: tuple[tuple[str, ...], ...] = ()
    shown_by: tuple[str, ...] = ()
    told_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    several: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether values are ranges (quantity, count, date)."""
        return self.type in ("quantity", "count", "date")

    @property
    def is_boolean(self) -> bool:
        """Whether values are yes or no (flag, judgement)."""
        return self.type in ("flag", "judgement")

    @property
    def is_date(self) -> bool:
        """Whether values are days."""
        return self.type == "date"

    def read(self, text: str) -> Value:
        """Return the value written in ``text``. Raises :class:`ParseError` with the fact named."""
        try:
            if self.is_boolean:
                return read_flag(text)
            if self.is_numeric:
                return self._read_range(text)
        except ParseError as error:
            raise ParseError(f"fact `{self.name}`: {error.message}", help=error.help) from None
        if self.type == "enum" and text not in self.values:
            hint = did_you_mean(text, self.values) or f"one of {', '.join(self.values)}"
            raise ParseError(
                f"fact `{self.name}`: `{text[:60]}` is not one of its values", help=hint
            )
        return text

    def _read_range(self, text: str) -> Range:
        number = text.strip()
        if self.unit and number.endswith(self.unit):
            number = number[: -len(self.unit)].strip()
        value = read_range(number, dates=self.is_date)
        for end in (value.low, value.high):
            if end is not None and not self.is_date and end < 0:
                raise ParseError(f"`{text[:60]}` is below zero")
        return value


_FROM_JSON = {
    "sums": lambda sums: tuple(map(tuple, sums)),
    "shown_by": tuple,
    "told_by": lambda tellers: {word: tuple(names) for word, names in tellers.items()},
}


class Vocabulary:
    """All fact types by name."""

    def __init__(self, types: Iterable[FactType]) -> None:
        """Index the types; a later one of the same name is refused when read, not here."""
        self._types = {each.name: each for each in types}

    def __contains__(self, name: object) -> bool:
        """Return whether a fact of this name may be spoken of."""
        return name in self._types

    def __iter__(self) -> Iterator[FactType]:
        """Iterate over the types in the order read."""
        return iter(self._types.values())

    def __len__(self) -> int:
        """Return how many facts there are."""
        return len(self._types)

    def __getitem__(self, name: str) -> FactType:
        """Return the type of ``name``. Raises :class:`InputError` with the nearest name."""
        try:
            return self._types[name]
        except KeyError:
            hint = did_you_mean(name, self._types)
            raise InputError(f"unknown fact `{name[:80]}`", help=hint) from None

    def get(self, name: str) -> FactType | None:
        """Return the type of ``name`` or ``None``."""
        return self._types.get(name)

    def to_json(self) -> Table:
        """Return the vocabulary as JSON values; :meth:`from_json` reads it back."""
        return to_table(FactType, self)

    @classmethod
    def from_json(cls, data: Table) -> Vocabulary:
        """Return the vocabulary that :meth:`to_json` wrote."""
        return cls(from_table(FactType, data, _FROM_JSON))


def vocabulary_files(folder: Path = VOCABULARY_FOLDER) -> list[Path]:
    """Return the files of the everyday vocabulary in a fixed order."""
    return sorted(folder.glob("*.yaml"))


def read_fact_types(text: str, file: str, known: Iterable[str] = ()) -> list[FactType]:
    """Return the fact types declared in ``text``, one YAML document each.

    Raises :class:`LanguageError` for unknown keys, types, units or subjects, for a fact that
    is declared twice (``known`` names those of other files), and for a legal fact that asks.
    """
    source = SourceFile(file, text)
    types: list[FactType] = []
    for document in source.documents():
        types.append(read_fact_type(document, source, [*known, *(each.name for each in types)]))
    return types


def read_fact_type(document: Node, source: SourceFile, known: Collection[str] = ()) -> FactType:
    """Return the fact type that one document declares; raises as :func:`read_fact_types` does."""
    fields = Fields(document, source)
    name = fields.text("fact")
    fields.provision = name
    if name in known:
        fields.fail(document, f"fact `{name}` is declared twice")
    return _read_type(name, fields)


def _read_type(name: str, fields: Fields) -> FactType:
    if not name.isidentifier() or name != name.lower():
        fields.fail(fields.node, f"`{name}` is not a name in snake_case")
    type_ = fields.choice("type", TYPES)
    fact = FactType(
        name=str(name),
        type=type_,
        subject=fields.choice("subject", SUBJECTS, "release"),
        gloss=str(fields.text("gloss")),
        unit=fields.choice("unit", UNITS, "") or None,
        values=_read_values(fields),
        legal=fields.flag("legal", False),
        question=_plain(fields.optional("question")),
        example=str(fields.text("example", "")),
        why=str(fields.text("why", "")),
        who=str(fields.text("who", "developer")),
        mutable=fields.choice("mutable", MUTABLE, "costly"),
        cost=int(fields.choice("cost", ("1", "2", "3", "4", "5"), "2")),
        cite=str(fields.text("cite", "")),
        sums=tuple(
            tuple(part.strip() for part in written.split("+")) for written in fields.texts("equals")
        ),
        shown_by=tuple(str(name) for name in fields.texts("shown_by")),
        told_by=_read_tellers(fields),
        several=str(fields.text("several", "")),
    )
    fields.done()
    _check_type(fact, fields)
    return fact


def _plain(text: str | None) -> str | None:
    return None if text is None else str(text)


def _read_values(fields: Fields) -> dict[str, str]:
    section = fields.section("values")
    if section is None:
        return {}
    return {str(word): str(section.text(word)) for word in section.node}


def _read_tellers(fields: Fields) -> dict[str, tuple[str, ...]]:
    section = fields.section("told_by")
    if section is None:
        return {}
    return {str(word): tuple(map(str, section.texts(word))) for word in section.node}


def _check_type(fact: FactType, fields: Fields) -> None:
    if (fact.type == "quantity") and not fact.unit:
        fields.fail(fields.node, "a quantity needs a unit")
    if (fact.type == "enum") != bool(fact.values):
        fields.fail(fields.node, "an enum, and only an enum, lists its values")
    for word in (*fact.told_by, *([fact.several] if fact.several else [])):
        if word not in fact.values:
            fields.fail(fields.node, f"`{word}` is not one of its values")
    if fact.legal and fact.question:
        fields.fail(fields.node, "a legal fact is concluded by rules and never asked")
    if fact.question and len(fact.question.split()) > 25:
        fields.fail(fields.node, "a question has at most 25 words")
