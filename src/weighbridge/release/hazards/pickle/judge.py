"""What the events of a pickle mean: a grade for each, and a message for what is not listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.pickle.carried import carried_bytes
from weighbridge.release.hazards.pickle.events import Sink
from weighbridge.release.hazards.pickle.listing import Entry, listing
from weighbridge.release.hazards.pickle.literals import KINDS, text_at
from weighbridge.release.hazards.pickle.values import Global, Items, Made, Persistent, Value
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_SHOWN_ARGUMENTS = 3
_SHOWN_TEXT = 60
_TOLD_CALLS = 20
_REMEMBERED = 1 << 14
_SCRIPT = "__torch__"
_PLAIN_CODECS = frozenset({"latin1", "latin-1", "iso-8859-1", "utf-8", "utf8", "ascii"})
_HOOKS = frozenset(
    """__setstate__ __reduce__ __reduce_ex__ __class__ __getattr__ __getattribute__ __call__ __del__
    __dict__ __new__ __init__ __setattr__ __getstate__ append extend""".split()
)


@dataclass(slots=True)
class Judge:
    """Judges what it hears of one view and tells the scan.

    quiet:   faults are not told: the bytes may be no pickle at all
    pending: names that load what they are given, found and not yet seen called with bytes
    told:    what was told already, so that it is told once
    known:   what the list said of names already looked up
    calls:   how often each name that is not listed was called
    within:  where bytes lie that were looked into already
    """

    view: View
    scan: Scan
    quiet: bool = False
    pending: dict[str, int] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    known: dict[tuple[str, str], tuple[Entry, str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    within: set[tuple[int, int]] = field(default_factory=set)

    def found(self, target: Global, offset: int) -> None:
        """Judge a name by the list, as Python 3 and, where that is worse, as Python 2 reads it."""
        entry, full = self._entry(target)
        if entry.reads and entry.grade < Grade.UNLISTED:
            self.pending.setdefault(target.full, offset)
        if entry.grade < Grade.UNLISTED:
            self.scan.raise_to(entry.grade)
            return
        kind = "dangerous" if entry.grade is Grade.DANGEROUS else "unlisted"
        self._tell(
            f"pickle-{kind}-name", entry.grade, f"loading imports `{full}`: {entry.why}", offset
        )

    def called(self, target: Value, args: Value, offset: int) -> None:
        """Judge a call by what is called; look into bytes that it loads."""
        target = self._class_of(target)
        if isinstance(target, Global):
            entry, full = self._entry(target)
            if entry.reads:
                self._look_into(target, entry, args, offset)
            if entry.grade >= Grade.UNLISTED:
                self.calls[full] += 1
                if self.calls[full] > _TOLD_CALLS:
                    return
                message = f"loading calls `{full}` with {self._arguments(args)}"
                self._tell("pickle-call", entry.grade, message, offset)
            elif target.full == "_codecs.encode" and not self._encodes_plainly(args):
                message = "loading turns text into bytes by a codec that is not one of text"
                self._tell("pickle-call", Grade.UNLISTED, message, offset)
        elif isinstance(target, Made | Persistent):
            message = "loading calls what another call or the loader has returned"
            self._tell("pickle-call-computed", Grade.UNLISTED, message, offset)
        elif isinstance(target, int | Items):
            self.odd("an instruction calls what cannot be called", offset)

    def built(self, target: Value, state: Value, offset: int) -> None:
        """Judge a state: given to an imported name, or holding what takes part in loading."""
        if isinstance(target, Global):
            message = f"loading changes attributes of `{shown_name(target.full)}` itself"
            self._tell("pickle-state", Grade.DANGEROUS, message, offset)
            return
        hook = self._hook(state)
        if hook:
            message = f"loading gives an object a `{hook}` of the pickle's own"
            self._tell("pickle-state", Grade.DANGEROUS, message, offset)

    def computed(self, offset: int) -> None:
        """Judge a name that cannot be read beforehand."""
        message = "loading imports a name that is put together while loading"
        self._tell("pickle-computed-name", Grade.DANGEROUS, message, offset)

    def persistent(self, id: Value, offset: int) -> None:
        """Judge what the loader is asked for: storages of tensors are expected."""
        first = id.kept[0] if isinstance(id, Items) and id.kept else -1
        if self._text(first) in ("storage", "module"):
            self.scan.raise_to(Grade.TENSORS)
            return
        message = "loading asks the loader for an object of its own by an identifier"
        self._tell("pickle-persistent-id", Grade.UNLISTED, message, offset)

    def extension(self, code: int, offset: int) -> None:
        """Judge a number that stands for a name registered elsewhere."""
        message = f"loading imports whatever name is registered under the number {code}"
        self._tell("pickle-extension", Grade.UNLISTED, message, offset)

    def odd(self, what: str, offset: int) -> None:
        """Note a fault."""
        if not self.quiet and ("broken", what) not in self.told:
            self.told.add(("broken", what))
            self.scan.broken(self.view, what, offset - self.view.start)

    def unread(self, why: str, offset: int) -> None:
        """Note what was not looked at."""
        if ("unread", why) not in self.told:
            self.told.add(("unread", why))
            self.scan.not_fully_read(self.view, why, offset - self.view.start)

    def quietly(self) -> Sink:
        """Return a judge of bytes that only some loaders take for instructions."""
        seen = self.pending, self.told, self.known, self.calls, self.within
        return Judge(self.view, self.scan, True, *seen)

    def finish(self) -> None:
        """Judge what was found and never used as expected."""
        for full, offset in self.pending.items():
            message = f"loading has `{full}` at hand, which loads bytes that are not in the file"
            self._tell("pickle-call", Grade.UNLISTED, message, offset)
        self.pending.clear()

    def _class_of(self, target: Value) -> Value:
        """Return the class that old checkpoints ask for together with its source."""
        if isinstance(target, Persistent) and isinstance(target.id, Items):
            kept = target.id.kept
            if len(kept) > 1 and self._text(kept[0]) == "module":
                return kept[1]
        return target

    def _entry(self, target: Global) -> tuple[Entry, str]:
        if self.scan.script and target.module.split(".")[0] == _SCRIPT:
            return Entry(Grade.KNOWN, "a type of the archive's own TorchScript"), target.full
        key = target.raw or (target.module, target.name)
        if key not in self.known or target.raw:
            looked_up = self._look_up(target)
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            self.known[key] = looked_up
        return self.known[key]

    def _look_up(self, target: Global) -> tuple[Entry, str]:
        entry = listing().entry(target.module, target.name)
        full = target.full
        if target.raw:
            old = listing().entry(*target.raw)
            if old.grade is Grade.DANGEROUS and entry.grade is not Grade.DANGEROUS:
                entry, full = old, ".".join(target.raw)
        return entry, shown_name(full)

    def _tell(self, id: str, grade: Grade, message: str, offset: int) -> None:
        worse = grade > self.scan.grade
        if (id, message) not in self.told and (worse or len(self.told) < _REMEMBERED):
            self.told.add((id, message))
            self.scan.find(id, grade, message, self.view, offset - self.view.start)
        self.scan.raise_to(grade)

    def _look_into(self, target: Global, entry: Entry, args: Value, offset: int) -> None:
        """Look into the bytes that a call would load."""
        if self.scan.budget.bytes < 0:
            self.unread("the pickle loads more bytes than are looked at", offset)
            return
        first = args.kept[0] if isinstance(args, Items) and args.kept else -1
        inner = carried_bytes(self.view, first, f"bytes at {offset - self.view.start}")
        if inner is not None:
            self.pending.pop(target.full, None)
            self.scan.raise_to(Grade.TENSORS)
            if self._is_new(inner):
                self.scan.nested(inner)
        elif entry.grade < Grade.UNLISTED:
            self.pending.pop(target.full, None)
            message = f"loading calls `{target.full}` with bytes that are not in the file as such"
            # No library writes so: whoever hides what a loader loads has something to hide.
            self._tell("pickle-call", Grade.DANGEROUS, message, offset)

    def _is_new(self, inner: View) -> bool:
        """Return whether bytes were not looked into before; copies count against the budget."""
        if inner.data is not self.view.data:
            self.scan.budget.bytes -= inner.size
            return True
        place = inner.start, inner.end
        known = place in self.within
        self.within.add(place)
        return not known

    def _encodes_plainly(self, args: Value) -> bool:
        if not isinstance(args, Items) or not args.kept:
            return False
        if len(args.kept) == 1:
            return True
        return (self._text(args.kept[1]) or "").lower() in _PLAIN_CODECS

    def _hook(self, state: Value) -> str | None:
        """Return a key of a state, or of its slots, that takes part in loading."""
        parts = state.kept[:2] if isinstance(state, Items) and state.kind == "tuple" else [state]
        for part in parts:
            if isinstance(part, Items) and part.kind == "dict":
                for key in part.kept[::2]:
                    text = self._text(key)
                    if text in _HOOKS:
                        return text
        return None

    def _text(self, value: Value) -> str | None:
        return text_at(self.view.data, value) if type(value) is int and value >= 0 else None

    def _arguments(self, args: Value) -> str:
        """Return the arguments of a call in words."""
        if not isinstance(args, Items):
            return "arguments that are put together while loading"
        if not args.kept:
            return "no arguments"
        shown = [self._shown(each) for each in args.kept[:_SHOWN_ARGUMENTS]]
        more = len(args.kept) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")

    def _shown(self, value: Value) -> str:
        text = self._text(value)
        if text is not None:
            cut = shown_name(text[:_SHOWN_TEXT]).replace("`", "'")
            return f"the text `{cut}{'…' if len(text) > _SHOWN_TEXT else ''}`"
        if isinstance(value, int):
            return f"a {KINDS.get(self.view.data[value], 'value')}" if value >= 0 else "a value"
        if isinstance(value, Global):
            return f"`{shown_name(value.full)}`"
        return f"a {value.kind}" if isinstance(value, Items) else "an object"
