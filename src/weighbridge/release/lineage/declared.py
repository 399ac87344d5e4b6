"""From which models a release was made: what its files declare, and where they disagree.

The card, ``adapter_config.json`` and merge configs have been read before; here their words
are held against each other and against the weak trace that ``config.json`` may carry.
"""

from __future__ import annotations

from weighbridge.facts import Fact, Severity
from weighbridge.release.folder import Folder
from weighbridge.release.model_names import folded
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_json import read_json

_CONFIG = "config.json"
_KEY = "_name_or_path"
_MOST_BYTES = 4 << 20
_MOST_NAME = 160


def read_lineage(folder: Folder, seen: Observations) -> None:
    """Record contradictions about the base model; the flag is never set from silence.

    Where the config's ``_name_or_path`` names neither the base nor the model itself, that is
    a low finding and decides nothing: the key often holds a leftover path. Files that name
    different bases are the cross-check's work.
    """
    _find_conflict(seen)
    _find_trace(folder, seen)


def _find_conflict(seen: Observations) -> None:
    """Find a base named and a training from scratch claimed within one file."""
    facts = seen.named("has_base_model")
    for yes in facts:
        for no in facts:
            if yes.value is True and no.value is False and yes.place and no.place:
                if yes.place.file != no.place.file:
                    continue  # between files the cross-check speaks
                message = f"one place names the base model `{_base_of(yes, seen)}` and another"
                message += " says the model was trained from scratch"
                seen.find("lineage-conflict", Severity.MEDIUM, message, yes.place, no.place)
                return


def _base_of(yes: Fact, seen: Observations) -> str:
    names = [str(fact.value) for fact in seen.named("base_model") if fact.place == yes.place]
    return names[0] if names else "unnamed"


def _find_trace(folder: Folder, seen: Observations) -> None:
    traced = _traced_name(folder)
    if traced is None:
        return
    name, place = traced
    known = {folded(folder.name)}
    known |= {folded(str(fact.value)) for fact in seen.named("model_name")}
    bases = seen.named("base_model")
    for fact in bases:
        known |= {folded(each) for each in str(fact.value).split(",")}
    if folded(name) in known:
        return
    if bases:
        where = [place, *[fact.place for fact in bases[:1] if fact.place]]
        message = f"the config was saved from `{name}` and the base model is named"
        message += f" `{bases[0].value}`"
        seen.find("base-model-trace", Severity.LOW, message, *where)
    elif "/" in name:
        message = f"the config was saved from `{name}` and no base model is named"
        seen.find("base-model-trace", Severity.LOW, message, place)


def _traced_name(folder: Folder) -> tuple[str, Place] | None:
    if folder.get(_CONFIG) is None:
        return None
    try:
        text = folder.read_text(_CONFIG, _MOST_BYTES).text
        value = read_json(text, _CONFIG, infinite_as_null=True)
    except ParseError:
        return None  # the config's reader has said so already
    name = value.get(_KEY) if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip("./ ") or not name.isprintable():
        return None
    before = text.split(f'"{_KEY}"', 1)[0]
    return name[:_MOST_NAME], Place(_CONFIG, before.count("\n") + 1)
