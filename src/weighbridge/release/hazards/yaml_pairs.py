"""The keys of a YAML text with their plain values, and the tags that would build objects.

Aliases are not followed and nothing is built, so neither a bomb nor a tag does anything here.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from weighbridge.release.hazards.found import Found, shown
from weighbridge.release.hazards.verdict import Grade
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_MAX_DEPTH = 200
_MAX_EVENTS = 1 << 19
_PYTHON = ("tag:yaml.org,2002:python/", "!python/")


def yaml_pairs(text: str) -> tuple[list[tuple[str, str]], list[Found]]:
    """Return each key with its value where that is plain text, and what tags would build.

    Raises :class:`ParseError` for text that is not YAML, nests too deep or is too long.
    """
    pairs: list[tuple[str, str]] = []
    found: list[Found] = []
    keys: list[str | None] = []
    mappings: list[bool] = []
    for event in _events(text):
        tag = getattr(event, "tag", None)
        if isinstance(tag, str) and tag.startswith(_PYTHON):
            message = f"the tag `{shown(tag)}` builds an object of Python where tags are trusted"
            found.append(Found("yaml-python-tag", Grade.DANGEROUS, message))
        if isinstance(event, yaml.CollectionEndEvent):
            mappings.pop()
            keys.pop()
            _value_ends(mappings, keys)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(mappings) >= _MAX_DEPTH:
                raise ParseError(f"YAML nested more than {_MAX_DEPTH} levels", Place(""))
            mappings.append(isinstance(event, yaml.MappingStartEvent))
            keys.append(None)
        elif isinstance(event, yaml.ScalarEvent) and mappings and mappings[-1]:
            if keys[-1] is None:
                keys[-1] = event.value
            else:
                pairs.append((keys[-1], event.value))
                keys[-1] = None
        elif isinstance(event, yaml.AliasEvent):
            _value_ends(mappings, keys)
    return pairs, found


def _value_ends(mappings: list[bool], keys: list[str | None]) -> None:
    """Note that a value, or a key that is no plain text, has ended in the innermost mapping."""
    if mappings and mappings[-1]:
        keys[-1] = "" if keys[-1] is None else None


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            if count >= _MAX_EVENTS:
                raise ParseError("more YAML than is read", Place(""))
            yield event
    except yaml.YAMLError as error:
        reason = getattr(error, "problem", None) or "broken"
        raise ParseError(f"not valid YAML: {reason}", Place("")) from None
