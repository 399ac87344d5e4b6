"""The list of names that pickles may ask for, each with its grade and reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from weighbridge.release.hazards.verdict import Grade

_GRADES = {"tensors": Grade.TENSORS, "known": Grade.KNOWN, "dangerous": Grade.DANGEROUS}
_DEEPEST = 6
"""No listed module lies deeper than this."""
# Attributes through which any object leads to all others.
_WAYS_OUT = frozenset(
    """__builtins__ __globals__ __getattribute__ __subclasses__ __class__ __bases__ __base__ __mro__
    __dict__ __code__ __closure__ __loader__ __spec__ __import__ __init_subclass__ __reduce__
    __reduce_ex__ __self__ __func__ __wrapped__ __call__ func_globals gi_frame f_globals""".split()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says of a name.

    reads: what it is called with is loaded in turn
    """

    grade: Grade
    why: str
    reads: bool = False


UNLISTED = Entry(Grade.UNLISTED, "nobody has listed what it does")


@dataclass(frozen=True, slots=True)
class Listing:
    """Exact names, and modules that are dangerous with all that lies below them."""

    names: dict[tuple[str, str], Entry]
    modules: dict[str, Entry]

    def entry(self, module: str, name: str) -> Entry:
        """Return what is known of a name; what stands nowhere is unlisted."""
        exact = self.names.get((module, name))
        if exact:
            return exact
        below = self._module(module)
        if below:
            return below
        return self._through(module, name) or UNLISTED

    def _module(self, module: str) -> Entry | None:
        """Return the entry of a module or of one that it lies below."""
        parts = module.split(".", _DEEPEST)[:_DEEPEST]
        for count in range(len(parts), 0, -1):
            found = self.modules.get(".".join(parts[:count]))
            if found:
                return found
        return None

    def _through(self, module: str, name: str) -> Entry | None:
        """Return an entry for a name that leads on to something else, as to ``os.system``."""
        parts = name.split(".")[:20]
        way = next((part for part in parts if part in _WAYS_OUT), None)
        if way:
            return Entry(Grade.DANGEROUS, f"`{way}` leads from it to anything")
        for start in range(len(parts)):
            for end in range(start + 1, len(parts) + 1):
                found = self._dangerous(module, parts, start, end)
                if found:
                    return found
        return None

    def _dangerous(self, module: str, parts: list[str], start: int, end: int) -> Entry | None:
        before, last = ".".join(parts[start : end - 1]), parts[end - 1]
        whole = f"{before}.{last}" if before else last
        plain = whole.lstrip("_")
        found = self._module(whole) or self._module(plain)
        if found is None and start == 0:
            found = self.names.get((f"{module}.{before}" if before else module, last))
            found = found or self.names.get((module, whole))
        if found is None and before:
            found = self.names.get((before, last))
        return found if found and found.grade is Grade.DANGEROUS else None


@lru_cache(maxsize=1)
def listing() -> Listing:
    """Return the list that the package carries."""
    source = files("weighbridge.release.hazards") / "data/callables.yaml"
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return read_listing(yaml.load(source.read_text("utf-8"), Loader=loader))  # noqa: S506


def read_listing(groups: list[dict[str, str]]) -> Listing:
    """Return a list from its groups."""
    names: dict[tuple[str, str], Entry] = {}
    modules: dict[str, Entry] = {}
    for group in groups:
        entry = Entry(_GRADES[group["grade"]], group["why"], "reads" in group)
        if group["names"] == "*":
            modules[group["module"]] = entry
            continue
        for name in group["names"].split():
            names[group["module"], name] = entry
    return Listing(names, modules)
