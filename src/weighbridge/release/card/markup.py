"""One line of Markdown or HTML as plain text, so that claims read the same however dressed."""

from __future__ import annotations

import re

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺", "0123456789+")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), 0xFF0E)}
_WIDE |= {code: code - 0xFEE0 for code in (*range(0xFF41, 0xFF5B), 0xFF05, 0xFF1D, 0xFF5E)}
_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺]{1,4}")
_SUP_TAG = re.compile(r"<sup>\s{0,2}\+?(\d{1,3})\s{0,2}</sup>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]\[]{0,300}\]\([^()\s]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\[]{0,300})\](?:\([^()\s]{0,2000}[^()]{0,100}\)|\[[^\]\[]{0,100}\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_ADDRESS = re.compile(r"https?://[^\s)>\]]{1,2000}")
_LATEX_POWER = re.compile(r"\^\s?\{\s?(\d{1,3})\s?\}")
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|mathbf|textbf)\s?\{([^{}]{0,80})\}")
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])[*_](?=\w)|(?<=[\w.)])[*_](?![\w*])|`")
_PYTHON_POWER = re.compile(r"(?<!\w)(?<!\*\*)10(?:\*\*| \*\* )(?=\d{1,2}(?![\d*]))")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_PLAIN = (
    ("\\times", "×"),
    ("\\cdot", "×"),
    ("\\approx", "≈"),
    ("\\sim", "~"),
    ("\\,", " "),
    ("\\$", "$"),
    ("&times;", "×"),
    ("&nbsp;", " "),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("**", ""),
)


def plain(line: str) -> str:
    """Return ``line`` without markup: links as their text, ``10<sup>25</sup>`` as ``10^25``."""
    if "<" in line:
        line = _SUP_TAG.sub(r"^\1", line)
        line = _TAG.sub(" ", line)
    if "[" in line:
        line = _LINK.sub(r"\1", _IMAGE.sub(" ", line))
    if "://" in line:
        line = _ADDRESS.sub(" ", line)
    if "10" in line and "**" in line:
        line = _PYTHON_POWER.sub("10^", line)
    if "\\" in line or "$" in line:
        line = _plain_latex(line)
    for written, read in _PLAIN:
        line = line.replace(written, read)
    if not line.isascii():
        line = line.translate(_WIDE)
    line = _SUPERSCRIPT.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), line)
    line = _EMPHASIS.sub("", line)
    return _SPACES.sub(" ", line).strip()


def _plain_latex(line: str) -> str:
    line = _LATEX_TEXT.sub(r"\1", _LATEX_POWER.sub(r"^\1", line))
    if line.count("$") >= 2 and ("^" in line or "\\" in line or "=" in line):
        # Dollar signs around a formula would read as money.
        line = line.replace("$", " ")
    return line


def is_eastern(text: str) -> bool:
    """Return whether a text holds Chinese, Japanese or Korean letters."""
    return not text.isascii() and any(
        "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7ff" for letter in text
    )


def printable(text: str, limit: int = 500) -> str:
    """Return ``text`` fit to be repeated: no control characters, at most ``limit`` characters."""
    kept = "".join(character if character.isprintable() else " " for character in text[: limit + 1])
    kept = _SPACES.sub(" ", kept).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"
