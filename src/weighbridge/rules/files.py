"""Which files of a folder are law: asked on every run, before what was compiled is trusted."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from weighbridge.text.errors import LawMissing

PACK_PARTS = ("facts", "parameters", "readings", "penalties")
_OF_ALL = ("law.yaml", "discharges*.yaml", "comparisons*.yaml")


def law_names(folder: Path) -> list[str]:
    """Return the name within ``folder`` of every file that has a meaning, in a fixed order.

    A part of a pack is one file or, where it grew, a folder of files: ``facts.yaml`` or
    ``facts/*.yaml``. Pack tests and generated prose are left out: they say nothing that binds.
    """
    found = _yaml_files(folder)
    homes = [home for home, files in found.items() if "pack.yaml" in files]
    if not homes and "law.yaml" not in found[""]:
        raise LawMissing(f"no law found in `{folder}`", help="a folder of packs has a pack.yaml")
    names = [name for form in _OF_ALL for name in found[""] if fnmatchcase(name, form)]
    packs = [f"{home}/pack.yaml".lstrip("/") for home in homes]
    for pack in sorted(packs, key=lambda name: name.split("/")):
        home = pack.removesuffix("pack.yaml")
        names.append(pack)
        for part in PACK_PARTS:
            names += [f"{home}{part}.yaml"] if f"{part}.yaml" in found[home.rstrip("/")] else []
            names += [f"{home}{part}/{name}" for name in found.get(f"{home}{part}", ())]
        names += [f"{home}rules/{name}" for name in found.get(f"{home}rules", ())]
    return names


def _yaml_files(folder: Path) -> dict[str, list[str]]:
    """Return the sorted names of the YAML files in each folder, by its name within ``folder``."""
    top = str(folder)
    found: dict[str, list[str]] = {"": []}
    for home, _, names in os.walk(top):
        within = home[len(top) :].replace(os.sep, "/").strip("/")
        found[within] = sorted(name for name in names if name.endswith(".yaml"))
    return found
