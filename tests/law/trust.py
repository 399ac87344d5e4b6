"""What a trust tag of the fact sheets is worth: this table and no other.

| tag | text read |
| --- | --- |
| `V:CONS` `V:GL` `V:A50`, statute copies, `V:LIC` (a licence's own text), grade P | copy |
| all other V, grades Q and R | secondary |
| M, M+, from memory | memory |
| M- | listed, not encoded |
| INF, I | our view, with a reading; it says nothing of the text |
| our own text | official: a practice that we wrote ourselves |

The weakest of several tags counts; a row of China is at most secondary.
"""

from __future__ import annotations

import re

from weighbridge.rules.rule import READS

# S3, S4, S10, S12 and S35 of the American sheet are copies of statutes by its list of sources; MOT
# is the official repository of the Model Openness Tool.
COPIES = frozenset({"CONS", "GL", "A50", "S3", "S4", "S10", "S12", "S35", "MOT", "LIC"})
OURS = "our own text"
_SEEN = re.compile(r"\bV:\s?(\w+)")
_GRADE = re.compile(r"\b(?<!V:)S\d+((?: ?[PQR](?:/[PQR])*)?)\b")
_MEMORY = re.compile(r"(?<![\w:])M\+?(?![\w+-])|\bmemory\b")
_UNSURE = re.compile(r"(?<![\w:])M-(?!\w)")
_OWN = re.compile(r"(?<![\w:])(?:INF|I)(?!\w)|\binference\b")


def strongest(tag: str, market: str = "") -> str:
    """Return the best ``read`` that a tag allows for a rule of ``market``."""
    if tag == OURS:
        return "official"
    found = [_seen(name) for name in _SEEN.findall(tag)]
    found += [
        "copy" if set(_letters(each)) == {"P"} else "secondary" for each in _GRADE.findall(tag)
    ]
    if _MEMORY.search(tag) or _UNSURE.search(tag):
        found.append("memory")
    if not found and not _OWN.search(tag):
        found.append("secondary")
    if market == "CN":
        found.append("secondary")
    return max(found, key=READS.index, default="copy")


def is_own(tag: str) -> bool:
    """Return whether a tag says that we infer."""
    return _OWN.search(tag) is not None


def is_own_alone(tag: str) -> bool:
    """Return whether a tag says that we infer, and nothing else."""
    return is_own(tag) and not (_SEEN.search(tag) or _GRADE.search(tag) or _MEMORY.search(tag))


def is_unsure(tag: str) -> bool:
    """Return whether a tag marks what must not be encoded."""
    return _UNSURE.search(tag) is not None


def _seen(name: str) -> str:
    return "copy" if name in COPIES else "secondary"


def _letters(grades: str) -> list[str]:
    return re.findall(r"[PQR]", grades)
