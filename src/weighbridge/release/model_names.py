"""Names of models, as cards, configs and folders write them, compared with each other."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """Return the last part of a name or path without case or signs."""
    return _SIGNS.sub("", name.strip().rstrip("/").rpartition("/")[2].lower())
