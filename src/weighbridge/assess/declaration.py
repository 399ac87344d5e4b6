"""``weighbridge.toml``, format 1: what files cannot say, in the releaser's or the user's words.

It declares facts, actors, uses, settled conflicts and judgements, and defaults for the date and
the markets. It cannot name law, amendments, paths, gates or output files: a stranger's release
must not steer the tool.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weighbridge.assess.assessment import Actor
from weighbridge.assess.resolve import Settlement
from weighbridge.facts import Fact, FactType, Source, Value, Vocabulary
from weighbridge.facts.values import read_day
from weighbridge.text.errors import InputError, ParseError, WeighbridgeError, did_you_mean
from weighbridge.text.places import Place

if TYPE_CHECKING:
    from weighbridge.release.folder import Folder

FILE_NAME = "weighbridge.toml"
MOST_BYTES = 1_000_000
_TOP = ("format", "as_of", "markets", "facts", "actor", "use", "settle", "judgement")
_KEY = re.compile(r"([a-z][a-z0-9_]*)(?:\[([^\[\]]{1,120})\])?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(slots=True)
class Declaration:
    """What one file declares."""

    facts: list[Fact] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    as_of: str | None = None
    markets: list[str] = field(default_factory=list)


def split_key(
    key: str, vocabulary: Vocabulary, place: Place | None = None
) -> tuple[FactType, str | None]:
    """Return the type and the subject of ``name`` or ``name[subject]``.

    Raises :class:`InputError` for an unknown name or a key in no known form.
    """
    parts = _KEY.fullmatch(key)
    if not parts:
        raise InputError(f"`{key[:80]}` is not a fact's key", place, "write name or name[subject]")
    try:
        return vocabulary[parts[1]], parts[2]
    except InputError as error:
        raise InputError(error.message, place, error.help) from None


def read_declaration(path: Path, name: str, vocabulary: Vocabulary, source: Source) -> Declaration:
    """Return what ``path`` declares; ``source`` is declared or asserted.

    Raises :class:`InputError` with the line for a file that is no TOML, for unknown keys, facts,
    roles or values, and for a fact that does not belong to its subject.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {(error.strerror or '').lower()}") from None
    return _declaration_in(data, name, vocabulary, source)


def own_declaration(release: Path | Folder, vocabulary: Vocabulary) -> Declaration | None:
    """Return what ``weighbridge.toml`` in a release declares, or ``None`` where there is none."""
    if isinstance(release, Path):
        own = release / FILE_NAME
        if not own.is_file():
            return None
        return read_declaration(own, FILE_NAME, vocabulary, Source.DECLARED)
    if release.get(FILE_NAME) is None:
        return None
    data = release.read_bytes(FILE_NAME, MOST_BYTES + 1)
    return _declaration_in(data, FILE_NAME, vocabulary, Source.DECLARED)


def _declaration_in(data: bytes, name: str, vocabulary: Vocabulary, source: Source) -> Declaration:
    """Return what these bytes of a file declare; errors as :func:`read_declaration`."""
    try:
        if len(data) > MOST_BYTES:
            raise InputError(f"larger than {MOST_BYTES:,} bytes", Place(name))
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text at byte {error.start}", Place(name)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error).split("\n", 1)[0] or "nested too deep"
        raise InputError(f"not valid TOML: {reason[:1].lower()}{reason[1:]}", Place(name)) from None
    return _Reader(text, name, vocabulary, source).read(table)


class _Reader:
    def __init__(self, text: str, name: str, vocabulary: Vocabulary, source: Source) -> None:
        self.lines = text.split("\n")
        self.name = name
        self.vocabulary = vocabulary
        self.source = source
        self.out = Declaration()

    def place(self, key: str, value: Any = None) -> Place:
        """Return the line on which ``key`` is set, the value's own if it can be told."""
        pattern = re.compile(rf'^\s*"?{re.escape(key)}"?\s*=')
        lines = [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]
        for number in lines:
            if value is not None and str(value) in self.lines[number - 1]:
                return Place(self.name, number)
        return Place(self.name, lines[0] if lines else None)

    def fail(self, key: str, message: str, help: str | None = None) -> InputError:
        return InputError(message, self.place(key), help)

    def read(self, table: dict[str, Any]) -> Declaration:
        self._known(table, _TOP)
        if table.get("format") != 1:
            raise self.fail("format", "the first key is `format = 1`")
        if "as_of" in table:
            self.out.as_of = self._day(table["as_of"], "as_of")
        self.out.markets = self._words(table, "markets")
        self._facts(self._table(table, "facts"), None)
        for actor in self._tables(table, "actor"):
            self._actor(actor)
        for use in self._tables(table, "use"):
            self._use(use)
        for entry in self._tables(table, "settle"):
            self._settle(entry)
        for entry in self._tables(table, "judgement"):
            self._judgement(entry)
        return self.out

    def _known(self, table: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                raise self.fail(key, f"unknown key `{key[:60]}`", did_you_mean(key, allowed))

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, f"`{key}` is a table: write `[{key}]`")
        return value

    def _tables(self, table: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.fail(key, f"`{key}` is a list of tables: write `[[{key}]]`")
        yield from value

    def _words(self, table: dict[str, Any], key: str) -> list[str]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fail(key, f"`{key}` is a list of words")
        return value

    def _day(self, value: Any, key: str) -> str:
        try:
            return read_day(_as_text(value)).isoformat()
        except ParseError as error:
            raise self.fail(key, error.message, error.help) from None

    def _facts(self, table: dict[str, Any], subject: str | None) -> None:
        for key, value in table.items():
            type_, own = split_key(key, self.vocabulary, self.place(key, value))
            if own is not None and subject is not None:
                raise self.fail(key, f"`{key}` stands in a table that names its subject already")
            self._fact(type_, own or subject, key, value)

    def _fact(
        self, type_: FactType, subject: str | None, key: str, value: Any, **more: str
    ) -> None:
        if type_.legal and not more.get("by"):
            raise self.fail(
                key,
                f"`{type_.name}` is for rules to conclude",
                "a person's view on it goes into [[judgement]] with by, on and basis",
            )
        if type_.subject == "role":
            raise self.fail(key, "`role` is set by `roles` of an [[actor]]")
        known = self._value(type_, key, value)
        if known is None:
            return
        place = self.place(key, value)
        self.out.facts.append(Fact(type_.name, known, self.source, place, subject, **more))

    def _value(self, type_: FactType, key: str, value: Any) -> Value | None:
        if value == "unknown":
            return None
        if isinstance(value, (dict, list)):
            raise self.fail(key, f"`{key}` takes one value")
        try:
            return type_.read(_as_text(value))
        except WeighbridgeError as error:
            raise self.fail(key, error.message, error.help) from None

    def _id(self, table: dict[str, Any], kind: str, taken: list[str]) -> str:
        value = table.get("id")
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise self.fail("id", f"each [[{kind}]] has an `id` of letters, digits, `.`, `-`, `_`")
        if value in taken:
            raise self.fail("id", f"two [[{kind}]] have the id `{value}`")
        return value

    def _actor(self, table: dict[str, Any]) -> None:
        id_ = self._id(table, "actor", [actor.id for actor in self.out.actors])
        roles = self._words(table, "roles") or ["developer"]
        allowed = self.vocabulary["role"].values
        for role in roles:
            if role not in allowed:
                hint = did_you_mean(role, allowed) or f"one of {', '.join(allowed)}"
                raise self.fail("roles", f"unknown role `{role[:60]}`", hint)
        self.out.actors.append(Actor(id_, tuple(dict.fromkeys(roles))))
        own = {key: value for key, value in table.items() if key not in ("id", "roles", "in")}
        self._belongs(own, ("actor", "actor-market", "actor-use"), "an actor")
        self._facts(own, id_)
        for market, facts in self._table(table, "in").items():
            if not isinstance(facts, dict):
                raise self.fail(market, f"`[actor.in.{market}]` is a table of facts")
            self._belongs(facts, ("actor-market", "market"), "an actor in a market")
            self._facts(facts, f"{id_}/{market}")

    def _use(self, table: dict[str, Any]) -> None:
        id_ = self._id(table, "use", self.out.uses)
        self.out.uses.append(id_)
        own = {key: value for key, value in table.items() if key != "id"}
        self._belongs(own, ("use", "actor-use"), "a use")
        self._facts(own, id_)

    def _belongs(self, facts: dict[str, Any], subjects: tuple[str, ...], whose: str) -> None:
        for key in facts:
            type_, _ = split_key(key, self.vocabulary, self.place(key))
            if type_.subject not in subjects:
                raise self.fail(
                    key,
                    f"`{key}` is not a fact of {whose} but of the {type_.subject}",
                    "put it under [facts]" if type_.subject == "release" else None,
                )

    def _settle(self, table: dict[str, Any]) -> None:
        self._known(table, ("fact", "value", "why", "by", "on"))
        key = self._required(table, "fact")
        type_, _ = split_key(key, self.vocabulary, self.place("fact", key))
        value = self._value(type_, "value", table.get("value", "unknown"))
        if value is None:
            raise self.fail("value", f"[[settle]] of `{key}` says which value stands")
        why, by = self._required(table, "why"), self._required(table, "by")
        on = self._day(table.get("on"), "on")
        self.out.settlements.append(Settlement(key, value, why, by, on, self.place("fact", key)))

    def _judgement(self, table: dict[str, Any]) -> None:
        self._known(table, ("fact", "value", "by", "on", "basis"))
        key = self._required(table, "fact")
        type_, subject = split_key(key, self.vocabulary, self.place("fact", key))
        by, note = self._required(table, "by"), self._required(table, "basis")
        on = self._day(table.get("on"), "on")
        self._fact(type_, subject, "value", table.get("value", "unknown"), by=by, on=on, note=note)

    def _required(self, table: dict[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(key, f"`{key}` is missing", "who, when and on what are always named")
        return value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
