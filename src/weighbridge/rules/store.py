"""Compiled law: JSON in the wheel or in the user's cache, named by what it was made from.

The name is a hash of this format, of the compiler's own source and of every file of law, so a
stale file is never found; the text begins with its own digest, so a damaged one is rebuilt.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from weighbridge.facts import Vocabulary
from weighbridge.facts.vocabulary import vocabulary_files
from weighbridge.rules.law import Law
from weighbridge.rules.rule import (
    Addressee,
    Binding,
    Citation,
    Comparison,
    Copy,
    DatedValue,
    Discharge,
    Interval,
    Pack,
    Parameter,
    Penalty,
    Position,
    Question,
    Rule,
    Twin,
)
from weighbridge.rules.sources import LAW_FOLDER, law_files
from weighbridge.text.errors import InputError, LawMissing

FORMAT = 1
SHIPPED = LAW_FOLDER / "compiled.json"
_COMPILER = ("facts", "rules", "text")


def load_law(extra: Iterable[Path] = (), amendments: Iterable[Path] = ()) -> Law:
    """Return the body of law that ships with Weighbridge, with ``extra`` folders and amendments.

    Read from the compiled file in the wheel or in the cache folder where one fits, else compiled
    and, where the cache folder can be written, kept. Raises :class:`LawMissing` where the law
    itself is gone and :class:`LanguageError` where it is broken.
    """
    folders = [LAW_FOLDER, *extra]
    patches = list(amendments)
    key = _key(folders, patches)
    for path in _candidates(key):
        law = _read_compiled(path, key)
        if law is not None:
            return law
    from weighbridge.rules.compile import compile_law

    law = compile_law(folders, patches)
    text = _compiled_text(law, key)
    law.hash = _meaning_hash(text)
    _write_quietly(_cache_folder(), f"law-{key}.json", text)
    return law


def write_compiled(target: Path) -> None:
    """Compile the shipped law into ``target``, the file a wheel carries."""
    from weighbridge.rules.compile import compile_law

    key = _key([LAW_FOLDER], [])
    target.write_text(_compiled_text(compile_law([LAW_FOLDER]), key), encoding="utf-8")


def _key(folders: list[Path], amendments: list[Path]) -> str:
    digest = hashlib.sha256(f"format {FORMAT}\n".encode())
    home = Path(__file__).resolve().parent.parent
    for floor in _COMPILER:
        for path in sorted((home / floor).glob("*.py")):
            _feed(digest, f"{floor}/{path.name}", path)
    for path in vocabulary_files():
        _feed(digest, path.name, path)
    for folder in folders:
        for path in law_files(folder):
            _feed(digest, path.relative_to(folder).as_posix(), path)
    for path in amendments:
        _feed(digest, "amendment", path)
    return digest.hexdigest()[:32]


def _feed(digest: Any, name: str, path: Path) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InputError(f"cannot read `{path}`: {reason}") from None
    digest.update(f"{name} {len(data)}\n".encode())
    digest.update(data)


def _candidates(key: str) -> list[Path]:
    cache = _cache_folder()
    return [SHIPPED] + ([cache / f"law-{key}.json"] if cache else [])


def _cache_folder() -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        home = Path(base) if base else Path.home() / ".cache"
    except RuntimeError:
        return None
    return home / "weighbridge" if home.is_absolute() else None


def _write_quietly(folder: Path | None, name: str, text: str) -> None:
    """Keep the compiled law if that can be done atomically; a cache may always be absent."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(folder / name)
    except OSError:
        return


def _compiled_text(law: Law, key: str) -> str:
    body = json.dumps(_law_to_json(law), ensure_ascii=False, separators=(",", ":"))
    return f"{_digest(key + body)} {key}\n{body}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _meaning_hash(text: str) -> str:
    return f"sha256:{_digest(text.split(chr(10), 1)[1])}"


def _read_compiled(path: Path, key: str) -> Law | None:
    """Return the law in ``path``, or ``None`` where it is absent, stale or damaged."""
    try:
        text = path.read_text(encoding="utf-8")
        head, body = text.split("\n", 1)
        if head != f"{_digest(key + body)} {key}":
            return None
        law = _law_from_json(json.loads(body))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError):
        return None
    law.hash = _meaning_hash(text)
    return law


def _law_to_json(law: Law) -> dict[str, Any]:
    return {
        "read_on": law.read_on,
        "amendments": list(law.amendments),
        "vocabulary": law.vocabulary.to_json(),
        "packs": [asdict(pack) for pack in law.packs.values()],
        "parameters": [asdict(each) for each in law.parameters.values()],
        "questions": [asdict(each) for each in law.questions.values()],
        "discharges": [asdict(each) for each in law.discharges.values()],
        "rules": [_rule_to_json(rule) for rule in law.rules],
        "penalties": [asdict(each) for each in law.penalties.values()],
        "comparisons": [asdict(each) for each in law.comparisons.values()],
        "digests": {pack: law.digest(pack) for pack in law.packs},
    }


def _rule_to_json(rule: Rule) -> dict[str, Any]:
    data = asdict(rule)
    del data["line"]
    return data


def _law_from_json(data: dict[str, Any]) -> Law:
    if not data["rules"] or not data["packs"]:
        raise LawMissing("the compiled law is empty")
    law = Law(
        read_on=data["read_on"],
        vocabulary=Vocabulary.from_json(data["vocabulary"]),
        packs=[_pack(each) for each in data["packs"]],
        parameters=[_parameter(each) for each in data["parameters"]],
        questions=[_question(each) for each in data["questions"]],
        discharges=[_discharge(each) for each in data["discharges"]],
        rules=[_rule(each) for each in data["rules"]],
        amendments=data["amendments"],
        penalties=[_penalty(each) for each in data["penalties"]],
        comparisons=[_comparison(each) for each in data["comparisons"]],
    )
    law.digests = data["digests"]
    return law


def _pack(data: dict[str, Any]) -> Pack:
    terms = [Addressee(**term | {"roles": tuple(term["roles"])}) for term in data["addressees"]]
    return Pack(**data | {"addressees": tuple(terms)})


def _parameter(data: dict[str, Any]) -> Parameter:
    values = tuple(DatedValue(**one | {"read": Copy(**one["read"])}) for one in data["values"])
    return Parameter(**data | {"values": values})


def _question(data: dict[str, Any]) -> Question:
    positions = {word: Position(**one) for word, one in data["positions"].items()}
    return Question(**data | {"positions": positions})


def _discharge(data: dict[str, Any]) -> Discharge:
    return Discharge(**data | {"looks_for": tuple(data["looks_for"])})


def _penalty(data: dict[str, Any]) -> Penalty:
    data["cite"] = Citation(**data["cite"])
    data["read"] = Copy(**data["read"])
    data["interval"] = Interval(**data["interval"])
    return Penalty(**data | {"ceiling": tuple(data["ceiling"]), "rows": tuple(data["rows"])})


def _comparison(data: dict[str, Any]) -> Comparison:
    return Comparison(**data | {"twins": tuple(Twin(**twin) for twin in data["twins"])})


def _binding(data: dict[str, Any]) -> Binding:
    return Binding(**data | {"limits": tuple(data["limits"]), "linked": tuple(data["linked"])})


def _rule(data: dict[str, Any]) -> Rule:
    data["cite"] = Citation(**data["cite"])
    data["read"] = Copy(**data["read"])
    data["interval"] = Interval(**data["interval"])
    data["binding"] = _binding(data["binding"]) if data["binding"] else None
    data["rows"] = tuple(data["rows"])
    data["discharges"] = tuple(data["discharges"])
    return Rule(**data)
