"""The vintage of a table: where it is from, of which day, under which licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

KEY = b"weighbridge.vintage"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Vintage:
    """One block for one table; it lies in the metadata of the Parquet file as JSON.

    source:      what the data is and who made it
    date:        the day of the data, where it is known
    sha256:      of the file as it was read
    licence:     under which it may be passed on
    attribution: the line that has to stand wherever its figures do
    """

    source: str
    date: str
    sha256: str
    licence: str
    attribution: str

    def to_json(self) -> dict[str, str]:
        """Return the block as JSON values."""
        return asdict(self)

    def metadata(self) -> dict[bytes, bytes]:
        """Return the block as it is written into a schema."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
        return {KEY: text.encode()}


def vintage_of(metadata: Mapping[bytes, bytes] | None) -> Vintage | None:
    """Return the block in the metadata of a schema, or ``None`` where there is none to read."""
    try:
        found = json.loads((metadata or {})[KEY])
        return Vintage(*(str(found[name]) for name in Vintage.__slots__))
    except (KeyError, ValueError, TypeError):
        return None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
