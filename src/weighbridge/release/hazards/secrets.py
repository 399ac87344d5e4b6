"""Keys and tokens left in text: one alternation over bytes, each branch with its issuer's mark.

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

_FORMS = {
    "a Hugging Face token": rb"hf_[A-Za-z0-9]{30,60}",
    "a Hugging Face organisation token": rb"api_org_[A-Za-z0-9]{30,60}",
    "an Anthropic key": rb"sk-ant-[A-Za-z0-9_-]{40,200}",
    "an OpenRouter key": rb"sk-or-v1-[0-9a-f]{64}",
    "an OpenAI key": rb"sk-(?:proj-|svcacct-|admin-)[A-Za-z0-9_-]{40,220}",
    "an API key that begins with sk-": rb"sk-[A-Za-z0-9]{32,64}",
    "a GitHub token": rb"gh[opsur]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,100}",
    "a GitLab token": rb"glpat-[A-Za-z0-9_-]{20,60}",
    "an AWS access key id": rb"A(?:KIA|SIA)[A-Z2-7]{16}",
    "a Google API key": rb"AIza[A-Za-z0-9_-]{35}",
    "a Slack token": rb"xox[abeoprs]-[A-Za-z0-9-]{20,250}",
    "an npm token": rb"npm_[A-Za-z0-9]{36}",
    "a package index token": rb"pypi-AgE[A-Za-z0-9_-]{50,250}",
    "a Groq key": rb"gsk_[A-Za-z0-9]{48,60}",
    "a Replicate token": rb"r8_[A-Za-z0-9]{37}",
    "an NVIDIA key": rb"nvapi-[A-Za-z0-9_-]{60,80}",
    "a Stripe key": rb"sk_live_[A-Za-z0-9]{24,100}",
    "a private key": rb"-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:\\r|\\n|\s){1,4}[A-Za-z0-9+/=:, -]{16}",
}
_NAMES = tuple(_FORMS)
_ANY = re.compile(b"|".join(b"(%s)" % form for form in _FORMS.values()))
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_FEWEST_DIFFERENT = 8
_EXAMPLES = re.compile(
    rb"example|placeholder|your|token|secret|dummy|sample|x{5}|0123456|1234567|abcdefg", re.I
)
_MOST_FOUND = 20


def secrets(data: bytes) -> Iterator[Found]:
    """Yield each key or token in a text, at most twenty; placeholders are left out."""
    found = 0
    for match in _ANY.finditer(data):
        if not _stands_alone(data, match) or not _looks_issued(match[0]):
            continue
        name = _NAMES[(match.lastindex or 1) - 1]
        message = f"{name} stands here for everybody who has the file to use"
        yield Found("secret", Grade.INERT, message, match.start())
        found += 1
        if found == _MOST_FOUND:
            return


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
