"""What a pack means, as a digest: comments and the order of files do not change it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from weighbridge.rules.rule import Parameter, Rule


def pack_digests(rules: Iterable[Rule], parameters: Iterable[Parameter]) -> dict[str, str]:
    """Return ``sha256:…`` over the meaning of each pack's rules and parameters, by pack."""
    digests: dict[str, hashlib._Hash] = {}
    for rule in rules:
        digests.setdefault(rule.pack, hashlib.sha256()).update(_meaning(rule).encode())
    for parameter in parameters:
        digests.setdefault(parameter.pack, hashlib.sha256()).update(repr(parameter).encode())
    return {pack: f"sha256:{digest.hexdigest()}" for pack, digest in digests.items()}


def _meaning(rule: Rule) -> str:
    parts = (
        rule.key,
        rule.kind,
        rule.title,
        rule.cite,
        rule.read,
        rule.interval,
        rule.status,
        rule.authority,
        rule.object,
        sorted(rule.body.items()),
        rule.binding,
        rule.discharges,
        rule.discharged_by,
        sorted(rule.breach.items()),
        rule.ended_by,
    )
    return repr(parts)
