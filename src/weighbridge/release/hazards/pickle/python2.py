"""The names of Python 2 in old pickles, as Python 3 looks them up."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import yaml

Names = dict[tuple[str, str], tuple[str, str]]


@lru_cache(maxsize=1)
def _tables() -> tuple[Names, dict[str, str]]:
    text = (files("weighbridge.release.hazards") / "data/python2_names.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - our own file; words stay words
    names: Names = {}
    for old, new in data["names"].items():
        module, _, name = old.rpartition(".")
        new_module, new_name = new.split(" ")
        names[module, name] = new_module, new_name
    return names, data["modules"]


def as_python3(module: str, name: str) -> tuple[str, str]:
    """Return the module and name that Python 3 imports for these."""
    names, modules = _tables()
    found = names.get((module, name))
    return found or (modules.get(module, module), name)
