"""What a zip archive is, by the names of its entries: for reports, never for what is read."""

from __future__ import annotations

from collections.abc import Sequence


def kind_of(names: Sequence[str]) -> str:
    """Return the kind of an archive with these entries, ``""`` for one like any other."""
    last = {name.rpartition("/")[2] for name in names}
    if "constants.pkl" in last and any("/code/" in f"/{name}" for name in names):
        return "torchscript"
    if "data.pkl" in last:
        return "torch zip"
    if "config.json" in last and any(name.endswith(".weights.h5") for name in last):
        return "keras"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    return ""
