"""The words of a licence file that is HTML, RTF or a listing with line numbers, as plain text.

Only what a reader sees is kept, and each line knows the line of the file it came from. Everything
is read once from front to back, whatever the file holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_HTML = re.compile(r"<(?:!doctype html|html|body|head)\b", re.IGNORECASE)
_HEAD = 4096
_LONGEST_TAG = 2 << 10
_BARE_WORDS = 3
_BLOCKS = frozenset(
    "p br div li ul ol tr td th table pre h1 h2 h3 h4 h5 h6 section article blockquote hr "
    "body html title dt dd dl header footer".split()
)
_UNSEEN = ("script", "style", "title")
_TAG_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]{0,19})")
_RTF = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|(\r\n|[\r\n])|"
    r"([^\\{}\r\n]+)",
    re.DOTALL,
)
_RTF_BREAKS = frozenset(("par", "line", "sect", "page", "row", "cell"))
_RTF_UNSEEN = frozenset(
    "fonttbl colortbl stylesheet info pict object header footer generator listtable "
    "listoverridetable rsidtbl themedata datastore latentstyles".split()
)
_RTF_SIGNS = {
    "tab": " ",
    "lquote": "'",
    "rquote": "'",
    "ldblquote": '"',
    "rdblquote": '"',
    "emdash": "-",
    "endash": "-",
}
_NUMBERED = re.compile(r"[ \t]*(\d{1,6})(?:[ \t]*[|:.)\]]|(?=[ \t]|$))")
_LEAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Plain:
    """The text that a reader sees; ``lines[i]`` is the file's line of its line ``i + 1``.

    lines: empty where they are the same
    """

    text: str
    lines: tuple[int, ...] = ()

    def line(self, number: int | None) -> int | None:
        """Return the line of the file that a line of the text came from."""
        if number is None or not self.lines:
            return number
        return self.lines[min(number, len(self.lines)) - 1]


class _Writer:
    """Text being written, with the line of the source at which each of its lines began."""

    def __init__(self) -> None:
        self.source = 1
        self._parts: list[str] = []
        self._lines = [1]
        self._fresh = True

    def add(self, text: str) -> None:
        """Add text of the file in which a line break is a line break."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.source += 1
                self.end_line()
            self.add_words(line)

    def add_words(self, words: str) -> None:
        if words and self._fresh:
            self._lines[-1] = self.source
        self._fresh = self._fresh and not words
        self._parts.append(words)

    def end_line(self) -> None:
        self._parts.append("\n")
        self._lines.append(self.source)
        self._fresh = True

    def plain(self) -> Plain:
        return Plain("".join(self._parts), tuple(self._lines))


def plain_text(text: str) -> Plain:
    """Return what a reader sees of a licence file; plain text comes back as it is."""
    if text.lstrip().startswith("{\\rtf"):
        return _from_rtf(text)
    if _HTML.search(text[:_HEAD]):
        return _from_html(text)
    return Plain(_without_numbers(text))


def _from_html(text: str) -> Plain:
    written, place = _Writer(), 0
    while (start := text.find("<", place)) >= 0:
        written.add(unescape(text[place:start]))
        end = _tag_end(text, start)
        if end is None:
            # A remark too is read: a clause may hide in it.
            written.add(" ")
            place = start + 1
            continue
        name = _TAG_NAME.match(text, start + 1)
        if name and name[1].lower() in _BLOCKS:
            written.end_line()
        if name and name[1].lower() in _UNSEEN and text[start + 1] != "/":
            end = _after(text, name[1], end)
        written.source += text.count("\n", start, end)
        place = end
    written.add(unescape(text[place:]))
    return written.plain()


def _tag_end(text: str, start: int) -> int | None:
    """Return the place behind a tag, or ``None`` where the sign opens none."""
    if text.startswith("<!--", start):
        return None
    if text[start + 1 : start + 2].isalpha() or text[start + 1 : start + 2] in ("/", "!", "?"):
        end = text.find(">", start, start + _LONGEST_TAG)
        inside = text[start:end] if end >= 0 else ""
        # Words that are no attributes are words.
        if inside and ("=" in inside or len(inside.split()) <= _BARE_WORDS):
            return end + 1
    return None


def _after(text: str, name: str, start: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(text, start)
    return len(text) if found is None else found.start()


def _from_rtf(text: str) -> Plain:
    written, skip, unseen = _Writer(), 0, 0
    depth = 0
    for match in _RTF.finditer(text):
        word, number, byte, sign, brace, newline, run = match.groups()
        if brace:
            depth += 1 if brace == "{" else -1
            unseen = 0 if depth < unseen else unseen
        elif newline:
            written.source += 1
        elif unseen:
            continue
        elif word in _RTF_UNSEEN or sign == "*":
            unseen = max(depth, 1)
        elif skip and (run or byte):
            written.add_words((run or "")[1:])
            skip = 0
        elif word == "u" and number:
            written.add_words(chr(int(number) % 0x10000))
            skip = 1
        elif word in _RTF_BREAKS:
            written.end_line()
        else:
            written.add_words(_rtf_words(word, byte, sign, run))
    return written.plain()


def _rtf_words(word: str | None, byte: str | None, sign: str | None, run: str | None) -> str:
    if byte:
        return bytes.fromhex(byte).decode("cp1252", "replace")
    if word:
        return _RTF_SIGNS.get(word, "")
    if sign:
        return sign if sign in "\\{}" else " "
    return run or ""


def _without_numbers(text: str) -> str:
    """Return the text without line numbers, if every line that is not blank begins with its own."""
    lines = text.splitlines()
    if len(lines) < _LEAST_LINES or not any(map(str.isdigit, text[:200])):
        return text
    first: int | None = None
    found = 0
    for at, line in enumerate(lines):
        match = _NUMBERED.match(line)
        if match is None:
            if line.strip():
                return text
            continue
        first = int(match[1]) - at if first is None else first
        if int(match[1]) - at != first:
            return text
        found += 1
    if found < _LEAST_LINES:
        return text
    return "\n".join(_NUMBERED.sub("", line, count=1) for line in lines)
