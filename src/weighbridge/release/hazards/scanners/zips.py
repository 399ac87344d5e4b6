"""Zip archives and what is one: PyTorch checkpoints, TorchScript, NumPy archives, Keras models."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.archives.names import judge_link, judge_name
from weighbridge.release.hazards.archives.unpack import Maker, bzip2, deflate, raw_lzma, unpack
from weighbridge.release.hazards.archives.zip_headers import (
    LOCAL,
    Directory,
    Header,
    directories,
    listed,
    local,
)
from weighbridge.release.hazards.archives.zip_kinds import kind_of
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_CHECKED = 1 << 24
"""Sums of longer entries are not checked: weights are long."""
_NO_SUMS = 3
"""If so many sums and all of a checkpoint are wrong, its writer was told to write none."""
_MOST_TIMES = 2
"""So many times its own length an archive's entries may take together."""
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14


@dataclass(frozen=True, slots=True)
class ZipScanner:
    """Looks at every entry of every directory, and at entries that no directory lists."""

    name: str = "zip"

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin as an archive or end with a directory of one."""
        return view.head(4) == LOCAL or bool(directories(view))

    def scan(self, view: View, scan: Scan) -> None:
        """Look at every entry."""
        reading = _Reading(view, scan)
        reading.read()


@dataclass(slots=True)
class _Reading:
    """One archive being read.

    seen:    stretches already looked at, so that a thousand entries for one stretch cost one
    looked:  how many bytes were looked at; entries that lie over each other count each time
    tangled: they lie over each other more than is followed
    """

    view: View
    scan: Scan
    seen: set[tuple[int, int, int]] = field(default_factory=set)
    covered: list[tuple[int, int]] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    kind: str = ""
    looked: int = 0
    tangled: bool = False
    sums: int = 0
    wrong_sums: list[tuple[str, int]] = field(default_factory=list)

    def read(self) -> None:
        view, scan = self.view, self.scan
        found = directories(view)
        if not found:
            scan.broken(view, "the archive has no directory", 0)
        elif len(found) > 1:
            scan.broken(view, "the archive has more than one directory", found[1].start)
        entries = [(each, directory) for directory in found for each in listed(view, directory)]
        self.kind = kind = kind_of([header.text for header, _ in entries])
        if kind and view.depth == 0 and scan.formats:
            scan.formats[-1] = kind
        if kind == "torchscript":
            message = "the archive holds code that the model runs when it is called"
            scan.find("torchscript-code", Grade.KNOWN, message, view, 0)
        outer, scan.script = scan.script, kind == "torchscript"
        for header, _ in entries:
            if scan.budget.parts < 0:
                scan.not_fully_read(view, "the archive has too many entries")
                break
            if self.tangled:
                scan.not_fully_read(view, "entries of the archive lie over each other")
                break
            self.entry(header)
        self.unlisted(found)
        self.tell_sums()
        scan.script = outer

    def entry(self, central: Header) -> None:
        """Look at an entry of a directory, by both of its headers."""
        view, scan = self.view, self.scan
        at = central.at - view.start
        judge_name(central.text, view, scan, at)
        if self.names.setdefault(central.text, central.at) != central.at:
            why = f"two entries are called `{shown_name(central.text)}`: loaders read one or other"
            scan.broken(view, why, at)
        near = local(view, central.offset)
        if near is None:
            scan.broken(view, "the directory lists an entry where none begins", at)
            return
        self.count(near.start - near.at)
        self.compare(central, near)
        self.content(central, near, central)
        if not near.told_later and (near.method, near.packed) != (central.method, central.packed):
            self.content(near, near, near)

    def count(self, length: int) -> None:
        """Count bytes as looked at, against the budget where all were looked at before."""
        self.looked += max(length, 0)
        if self.looked > self.view.size:
            self.scan.budget.bytes -= length
        most = _MOST_TIMES * self.view.size
        self.tangled = self.looked > most or self.scan.budget.bytes < 0

    def compare(self, central: Header, near: Header) -> None:
        """Tell where the two headers of an entry disagree."""
        pairs = {
            "name": (central.name, near.name),
            "flags": (central.flags, near.flags),
            "method": (central.method, near.method),
        }
        if not near.told_later:
            pairs["length"] = (central.packed, near.packed)
            pairs["unpacked length"] = (central.size, near.size)
        wrong = [word for word, (one, other) in pairs.items() if one != other]
        if wrong:
            name = shown_name(central.text)
            why = f"the two headers of `{name}` disagree about its {', '.join(wrong)}"
            self.scan.broken(self.view, why, near.at - self.view.start)
        if near.name != central.name:
            judge_name(near.text, self.view, self.scan, near.at - self.view.start)

    def content(self, header: Header, near: Header, sizes: Header) -> None:
        """Look at the bytes of an entry as one of its headers describes them."""
        view = self.view
        start, end = near.start, near.start + sizes.packed
        self.covered.append((near.at, min(end, view.end)))
        if (start, end, header.method) in self.seen:
            return
        self.seen.add((start, end, header.method))
        if end > view.end:
            why = f"`{shown_name(header.text)}` is longer than the archive"
            self.scan.broken(view, why, near.at - view.start)
            end = view.end
        self.count(end - start)
        if header.encrypted:
            why = f"`{shown_name(header.text)}` is said to be encrypted"
            self.scan.not_fully_read(view, why, near.at - view.start)
        self.unpacked(header, near, start, end)

    def unpacked(self, header: Header, near: Header, start: int, end: int) -> None:
        """Look at the bytes of an entry once they are unpacked."""
        view, name, whole = self.view, shown_name(header.text), True
        if header.method == _STORED:
            inner = view.within(name, view.data, start, end)
        else:
            make = self.maker(header, start, end)
            if make is None:
                why = f"`{name}` is packed in a way that is not read"
                self.scan.not_fully_read(view, why, near.at - view.start)
                return
            begin = start + 9 if header.method == _LZMA else start
            result = unpack(view.data, begin, end, make, self.scan.budget)
            at = near.at - view.start
            if result.fault and not header.encrypted:
                self.scan.broken(view, f"`{name}`: {result.fault}", at)
            if result.limit and header.method != _LZMA:
                self.scan.not_fully_read(view, f"`{name}` unpacks to more than is read", at)
            inner = view.within(name, result.content)
            whole = result.whole
        if whole:
            self.check(header, near, inner)
        if header.link:
            target = inner.head(1000).decode("utf-8", "replace")
            judge_link(header.text, target, view, self.scan, near.at - view.start)
        self.scan.nested(inner)

    def maker(self, header: Header, start: int, end: int) -> Maker | None:
        if header.method == _DEFLATED:
            return deflate
        if header.method == _BZIP2:
            return bzip2
        if header.method == _LZMA:
            inner = raw_lzma(bytes(self.view.data[start + 4 : min(start + 9, end)]))
            return None if inner is None else lambda: inner
        return None

    def check(self, header: Header, near: Header, inner: View) -> None:
        """Note where the sum of short bytes is not the one written down."""
        if inner.size > _CHECKED or header.encrypted:
            return
        self.sums += 1
        if zlib.crc32(inner.data[inner.start : inner.end]) != header.crc:
            self.wrong_sums.append((shown_name(header.text), near.at - self.view.start))

    def tell_sums(self) -> None:
        """Tell which sums are wrong; a checkpoint may be written without any."""
        if self.kind == "torch zip" and len(self.wrong_sums) == self.sums >= _NO_SUMS:
            return
        for name, at in self.wrong_sums[:_NO_SUMS]:
            self.scan.broken(self.view, f"the sum of `{name}` is not the one written down", at)

    def unlisted(self, found: list[Directory]) -> None:
        """Look at entries in the gaps between those that a directory lists."""
        view = self.view
        end = min((each.start for each in found), default=view.end)
        pos = view.start
        for start, stop in [*sorted(self.covered), (end, end)]:
            self.gap(pos, min(start, end))
            pos = max(pos, stop)

    def gap(self, pos: int, end: int) -> None:
        view = self.view
        while pos < end and self.scan.budget.parts > 0 and not self.tangled:
            at = view.data.find(LOCAL, pos, end)
            near = local(view, at) if at >= 0 else None
            if at < 0:
                return
            if near is None:
                pos = at + len(LOCAL)
                continue
            why = f"no directory lists the entry `{shown_name(near.text)}`"
            self.scan.broken(view, why, at - view.start)
            judge_name(near.text, view, self.scan, at - view.start)
            if near.told_later and not near.packed:
                near = replace(near, packed=max(min(end, view.end) - near.start, 0))
            self.content(near, near, near)
            pos = max(at + len(LOCAL), min(near.start + near.packed, end))


SCANNERS = (ZipScanner(),)
