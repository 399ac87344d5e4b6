"""Names that make a person open something else than they see.

A name runs nothing, so these raise no verdict; they stand beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from weighbridge.release.hazards.found import Found, shown
from weighbridge.release.hazards.verdict import Grade

_STEERS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # direction marks
)
_UNSEEN = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u3164\ufeff"
)
_LOOKS_LATIN = frozenset(
    "асеорхуіјѕԁԛԝһѵӏвнктмАВСЕНІЈКМОРЅТХҮ"  # Cyrillic
    "οαιυνκρτχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "ɑɡıȷⅼⅰⅴⅹⅽⅾⅿ"  # letters of phonetics and numerals
)
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
_WORD = re.compile(r"[^\W\d_]+")
_DATA = (
    r"safetensors|gguf|ggml|bin|pth?|ckpt|h5|keras|onnx|npz|npy|json|txt|md|pdf|png|jpe?g|csv|yaml"
)
_RUN = r"exe|scr|com|bat|cmd|ps1|vbs|vbe|lnk|hta|msi|pif|wsf|jar|py|pyc|sh|js|desktop|pkl|pickle|so"
_DOUBLE = re.compile(rf"\.(?:{_DATA})\s*\.(?:{_RUN})$", re.IGNORECASE)
_SPACES = re.compile(r"\s{3,}\.\w+$|[. ]$")


def name_hazards(path: str) -> Iterator[Found]:
    """Yield what is odd about the parts of a path."""
    name = path.rpartition("/")[2]
    for each in sorted({character for character in path if character in _STEERS}):
        message = f"the name holds {_named(each)}, which turns the letters after it around"
        yield Found("name-direction", Grade.INERT, message)
    if any(character in _UNSEEN for character in path):
        yield Found("name-unseen", Grade.INERT, f"the name `{shown(name)}` holds unseen characters")
    if any(ord(each) < 32 or ord(each) == 127 or 0xDC80 <= ord(each) <= 0xDCFF for each in path):
        message = f"the name `{shown(name)}` holds characters that no name should"
        yield Found("name-control", Grade.INERT, message)
    if _is_mixed(path):
        message = "the name mixes letters of other scripts that look Latin into Latin words"
        yield Found("name-homoglyph", Grade.INERT, message)
    if _DOUBLE.search(name):
        message = f"the name `{shown(name)}` ends twice: the last ending is the one that counts"
        yield Found("name-double-ending", Grade.INERT, message)
    if _SPACES.search(name):
        yield Found("name-spaces", Grade.INERT, f"the name `{shown(name)}` hides its ending")


def _named(character: str) -> str:
    return unicodedata.name(character, "a control character").lower()


def _is_mixed(path: str) -> bool:
    if path.isascii():
        return False
    if _FULL_WIDTH.search(path) and re.search(r"[A-Za-z]", path):
        return True
    for word in _WORD.findall(path):
        odd = sum(character in _LOOKS_LATIN for character in word)
        if odd and any("a" <= character.lower() <= "z" for character in word):
            return True
    return False


def twins(paths: Iterable[str]) -> dict[str, str]:
    """Return for each path another of the same folder that some disks take for the same file."""
    by_fold: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        by_fold[unicodedata.normalize("NFKC", path).casefold()].append(path)
    found: dict[str, str] = {}
    for same in by_fold.values():
        for place, path in enumerate(same if len(same) > 1 else ()):
            found[path] = same[place - 1]
    return found
