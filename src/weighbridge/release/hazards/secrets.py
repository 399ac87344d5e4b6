"""Keys and tokens left in text, each form anchored at the mark that its issuer gives it.

Nothing is guessed from randomness: a token is reported only where it has the form that its issuer
gives it. A message names the issuer and the place and never repeats the token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.release.hazards.found import Found
from weighbridge.release.hazards.verdict import Grade

MOST_BYTES = 2 << 20
"""Text longer than this is not searched: vocabularies and tables, not settings."""

_FORMS = (
    ("hf_", "a Hugging Face token", rb"hf_[A-Za-z0-9]{30,60}"),
    ("api_org_", "a Hugging Face organisation token", rb"api_org_[A-Za-z0-9]{30,60}"),
    ("sk-", "an Anthropic key", rb"sk-ant-[A-Za-z0-9_-]{40,200}"),
    ("sk-", "an OpenRouter key", rb"sk-or-v1-[0-9a-f]{64}"),
    ("sk-", "an OpenAI key", rb"sk-(?:proj-|svcacct-|admin-)[A-Za-z0-9_-]{40,220}"),
    ("sk-", "an API key that begins with sk-", rb"sk-[A-Za-z0-9]{32,64}"),
    *((f"gh{kind}_", "a GitHub token", rb"gh[opsur]_[A-Za-z0-9]{36,255}") for kind in "opsur"),
    ("github_pat_", "a GitHub token", rb"github_pat_[A-Za-z0-9_]{60,100}"),
    ("glpat-", "a GitLab token", rb"glpat-[A-Za-z0-9_-]{20,60}"),
    ("AKIA", "an AWS access key id", rb"AKIA[A-Z2-7]{16}"),
    ("ASIA", "an AWS access key id", rb"ASIA[A-Z2-7]{16}"),
    ("AIza", "a Google API key", rb"AIza[A-Za-z0-9_-]{35}"),
    ("xox", "a Slack token", rb"xox[abeoprs]-[A-Za-z0-9-]{20,250}"),
    ("npm_", "an npm token", rb"npm_[A-Za-z0-9]{36}"),
    ("pypi-AgE", "a package index token", rb"pypi-AgE[A-Za-z0-9_-]{50,250}"),
    ("gsk_", "a Groq key", rb"gsk_[A-Za-z0-9]{48,60}"),
    ("r8_", "a Replicate token", rb"r8_[A-Za-z0-9]{37}"),
    ("nvapi-", "an NVIDIA key", rb"nvapi-[A-Za-z0-9_-]{60,80}"),
    ("sk_live_", "a Stripe key", rb"sk_live_[A-Za-z0-9]{24,100}"),
    (
        "-----BEGIN ",
        "a private key",
        rb"-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
        rb"(?:\\r|\\n|\s){1,4}[A-Za-z0-9+/=:, -]{16}",
    ),
)
_BY_MARK: dict[bytes, list[tuple[str, re.Pattern[bytes]]]] = {}
for _mark, _name, _form in _FORMS:
    _BY_MARK.setdefault(_mark.encode(), []).append((_name, re.compile(_form)))
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_FEWEST_DIFFERENT = 8
_EXAMPLES = re.compile(
    rb"example|placeholder|your|token|secret|dummy|sample|x{5}|0123456|1234567|abcdefg", re.I
)
_MOST_FOUND = 20


def secrets(data: bytes) -> Iterator[Found]:
    """Yield each key or token in a text, at most twenty; placeholders are left out.

    A mark is looked for by itself: memory is searched far faster for one text than for many.
    """
    found = 0
    for mark, forms in _BY_MARK.items():
        at = data.find(mark)
        while at >= 0 and found < _MOST_FOUND:
            each = _issued(data, at, forms)
            if each is not None:
                found += 1
                yield each
            at = data.find(mark, at + len(mark))


def _issued(data: bytes, at: int, forms: list[tuple[str, re.Pattern[bytes]]]) -> Found | None:
    for name, form in forms:
        match = form.match(data, at)
        if match is not None and _stands_alone(data, match) and _looks_issued(match[0]):
            message = f"{name} stands here for everybody who has the file to use"
            return Found("secret", Grade.INERT, message, at)
    return None


def _stands_alone(data: bytes, match: re.Match[bytes]) -> bool:
    """Return whether the token is no part of a longer word."""
    start, end = match.span()
    before = data[start - 1] if start else 0
    # A written-out line end before a token is no letter of it.
    escaped = start > 1 and data[start - 2] == ord("\\") and before in b"nrt"
    if before in _WORD and not escaped:
        return False
    return match[0].startswith(b"-----") or end >= len(data) or data[end] not in _WORD


def _looks_issued(token: bytes) -> bool:
    """Return whether a token varies as issued ones do and is nobody's example."""
    if token.startswith(b"-----"):
        return True
    body = token[3:]
    return len(set(body)) >= _FEWEST_DIFFERENT and not _EXAMPLES.search(body)
