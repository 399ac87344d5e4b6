"""Text: configs, templates, cards, sources. Judged by what a loader would make of it.

What kind of text it is its first bytes decide; the name helps only where bytes cannot, and never
makes a file look better: keys and tokens are looked for in every kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from weighbridge.release.folder import is_pointer
from weighbridge.release.hazards.found import Found, placed, tell
from weighbridge.release.hazards.keras_config import keras_in_json
from weighbridge.release.hazards.loose_json import Pairs, loose_json, objects, repeated_key
from weighbridge.release.hazards.remote_code import config_hazards, yaml_hazards
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.secrets import MOST_BYTES, secrets
from weighbridge.release.hazards.template import template_hazards
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View
from weighbridge.release.hazards.yaml_pairs import yaml_pairs
from weighbridge.text.errors import ParseError

JSON, YAML, TEMPLATE, PYTHON, PLAIN = "JSON", "YAML", "Jinja template", "Python source", "text"
KINDS = (JSON, YAML, TEMPLATE, PYTHON, PLAIN)

_HEAD = 4096
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OPENS_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*(?:[\"\[{\]]|-?\d|true|false|null))")
_OPENS_TEMPLATE = re.compile(rb"\s*\{[{%#]")
_JSON_NAMES = (".json", ".jsonl")
_TEMPLATE_NAMES = (".jinja", ".jinja2", ".j2")
_DOCUMENTS = (".md", ".rst", ".html", ".htm", ".tex", ".ipynb", ".js", ".ts", ".go", ".c", ".cpp")
_VOCABULARIES = ("vocab.json", "vocab.txt", "merges.txt", "tokenizer.json", ".tiktoken", ".vocab")
# Letters and underscores written as escapes hide a key from whoever searches for it.
_JSON_KEYS = re.compile(
    rb'auto_map|trust_remote|template"\s*:|(?:class_name|target_?|class_path)"\s*:\s*"'
    rb'|"type"\s*:\s*"\w+\.\w|\\u00[4-7]'
)
_YAML_KEYS = re.compile(rb"_target_|target:|class_path|trust_remote_code|!!?python|python/")
_MOST_JSON = 32 << 20
_MOST_VALUES = 1 << 21
_CHECKED_JSON = 4 << 20
_MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class TextScanner:
    """Looks at one kind of text."""

    name: str

    def claims(self, view: View) -> bool:
        """Return whether the content is text of this kind."""
        return kind_of(view) == self.name

    def scan(self, view: View, scan: Scan) -> None:
        """Look for keys in it, then for what its kind may ask a loader to do."""
        name = _name(view)
        if view.depth > 0:
            scan.budget.text -= view.size
            if scan.budget.text < 0:
                scan.not_fully_read(view, "the file holds more text in its members than is read")
                return
        if view.size <= MOST_BYTES and not name.endswith(_VOCABULARIES):
            tell(scan, view, secrets(view.head(view.size)))
        if self.name == JSON:
            _scan_json(view, scan)
        elif self.name == TEMPLATE:
            _scan_template(view, scan)
        elif self.name != PYTHON:
            _scan_other(view, scan, self.name)


def kind_of(view: View) -> str | None:
    """Return which kind of text a view holds, ``None`` where it is none."""
    head = view.head(_HEAD)
    if not head or _BINARY.search(head):
        return None
    head = head.removeprefix(b"\xef\xbb\xbf")
    name = _name(view)
    if is_pointer(head):
        return PLAIN
    if _OPENS_TEMPLATE.match(head) or name.endswith(_TEMPLATE_NAMES):
        return TEMPLATE
    if _OPENS_JSON.match(head) or name.endswith(_JSON_NAMES):
        return JSON
    if name.endswith((".yaml", ".yml")):
        return YAML
    return PYTHON if name.endswith((".py", ".pyi")) else PLAIN


def _name(view: View) -> str:
    return (view.member or view.path).replace("!", "/").rpartition("/")[2].lower()


def _text(view: View) -> str:
    return view.head(view.size).decode("utf-8", "replace")


def _scan_json(view: View, scan: Scan) -> None:
    telling = _JSON_KEYS.search(view.data, view.start, view.end)
    if not telling and view.size > _CHECKED_JSON:
        return
    if view.size > _MOST_JSON:
        scan.not_fully_read(view, f"JSON of more than {_MOST_JSON >> 20} MiB was not read")
        return
    text = _text(view)
    if text.count(",") > _MOST_VALUES:
        scan.not_fully_read(view, f"JSON of more than {_MOST_VALUES:,} values was not read")
        return
    documents, why = loose_json(text)
    if why and ("nested" in why or _name(view).endswith(_JSON_NAMES)):
        scan.broken(view, why)
    if not telling:
        return
    if key := repeated_key(documents):
        message = f"the key `{key[:80]}` stands twice, and readers disagree on which one holds"
        scan.find("json-repeated-key", Grade.INERT, message, view)
    tell(scan, view, placed(config_hazards(documents), text))
    tell(scan, view, placed(keras_in_json(documents), text))
    _scan_templates(documents, view, scan)


def _scan_templates(documents: list[Any], view: View, scan: Scan) -> None:
    """Judge every text under a key that speaks of a template, where it stands."""
    members = 0
    for node in objects(documents):
        for key, value in node:
            if "template" not in key.lower():
                continue
            for text in _texts(value):
                members += 1
                if members > _MOST_MEMBERS:
                    scan.not_fully_read(view, "more templates than are read")
                    return
                data = text.encode("utf-8", "surrogatepass")
                tell(scan, view.within(key[:80], data), template_hazards(text))


def _texts(value: Any) -> list[str]:
    """Return a text, the texts of a list, and the texts of a mapping of names to templates."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Pairs):
        return [each for _, each in value if isinstance(each, str)]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _scan_template(view: View, scan: Scan) -> None:
    found = template_hazards(_text(view)) if view.size <= MOST_BYTES else _TOO_LONG
    for each in found:
        if each.id == "template-broken":
            scan.broken(view, each.message, each.at)
        else:
            scan.find(each.id, each.grade, each.message, view, each.at)


_TOO_LONG = [Found("template-not-read", Grade.UNLISTED, "a template too long to be read")]


def _scan_other(view: View, scan: Scan, kind: str) -> None:
    if view.size > MOST_BYTES:
        return
    data = view.head(view.size)
    text = data.decode("utf-8", "replace")
    if kind == PLAIN and not _name(view).endswith(_DOCUMENTS):
        found = template_hazards(text)
        tell(scan, view, (each for each in found if each.id != "template-broken"))
    if kind != YAML and not _YAML_KEYS.search(data):
        return
    try:
        pairs, tags = yaml_pairs(text)
    except ParseError as error:
        if kind == YAML:
            scan.broken(view, error.message)
        return
    tell(scan, view, tags)
    tell(scan, view, yaml_hazards(pairs))


SCANNERS = tuple(TextScanner(kind) for kind in KINDS)
