"""What must hold of every input, whatever its bytes are."""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.release.hazards.archives import npy, tarred, zipped
from tests.release.hazards.hearing import walk

from bench.fuzz.loop import Wrong
from weighbridge.release.folder import Folder
from weighbridge.release.formats import read_weight_files
from weighbridge.release.hazards.loose_json import loose_json, repeated_key
from weighbridge.release.hazards.scan import Scan, look_at, scan_one
from weighbridge.release.hazards.template import template_hazards
from weighbridge.release.hazards.verdict import VERDICTS, FileReport, Grade
from weighbridge.release.hazards.view import View
from weighbridge.release.hazards.yaml_pairs import yaml_pairs
from weighbridge.release.observations import Observations
from weighbridge.text.errors import InputError, ParseError

_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ONE_IN = 16
_SMALL = 1 << 14
_WALKED = 200_000


def walked(name: str, data: bytes) -> None:
    """The quick walk of a pickle and the walk by the table tell the same."""
    quick, by_quick = walk(data, True, _WALKED)
    slow, by_slow = walk(data, False, _WALKED)
    # Where the budget ends the quick way may have gone a little less far.
    if not by_quick.spent and not by_slow.spent and quick.events != slow.events:
        raise Wrong("the quick walk and the slow one tell different things")


def scanned(name: str, data: bytes) -> None:
    """A scan never raises, says what is well formed, and danger survives wrapping and cutting."""
    report = _look(name, data)
    _well_formed(report, len(data))
    if report.grade is not Grade.DANGEROUS or report.format != "pickle" or len(data) > _SMALL:
        return
    if zlib.crc32(data) % _ONE_IN == 0:
        _danger_stays(name, data, report)


def _look(name: str, data: bytes) -> FileReport:
    scan = Scan(name)
    look_at(View(data, name, "", 0, len(data)), scan)
    return scan.report()


def _well_formed(report: FileReport, size: int) -> None:
    if report.verdict not in VERDICTS:
        raise Wrong("a verdict has no word")
    for each in report.hazards:
        if _STEERS.search(each.message):
            raise Wrong(f"the message of `{each.id}` holds a character that steers")
        if each.grade > report.grade:
            raise Wrong(f"`{each.id}` is graded above its file")
        if each.offset is not None and (
            each.offset < 0 or (not each.member and each.offset > size)
        ):
            raise Wrong(f"`{each.id}` lies outside its file")


def _danger_stays(name: str, data: bytes, report: FileReport) -> None:
    """A dangerous pickle is dangerous in containers too, and cut off behind what is dangerous."""
    worst = [each for each in report.hazards if each.grade is Grade.DANGEROUS and not each.member]
    own = [each for each in worst if each.id.startswith("pickle-")]
    offsets = [each.offset for each in own if each.offset is not None]
    if not offsets:
        return  # it is dangerous as something else too, and as that alone
    others = {
        "in a zip archive": zipped(("a", data)),
        "in a tar archive": tarred(("a", data)),
        "in gzip": gzip.compress(data, mtime=0),
        "in an array": npy("'|O'", "(1,)", data),
    }
    # Without the mark a pickle is known by its calls, and the cut may take the only one.
    if data[:1] == b"\x80" and min(offsets) < max(offsets):
        others["cut before its last dangerous instruction"] = data[: max(offsets)]
    for how, other in others.items():
        if _look("x", other).grade is not Grade.DANGEROUS:
            raise Wrong(f"a dangerous pickle is not dangerous {how}")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


def read(name: str, data: bytes) -> None:
    """The readers of weights refuse or read, and the scan of the file is that of its bytes."""
    folder = Path(_folder().name)
    path = folder / name
    path.write_bytes(data)
    try:
        _read_weights(folder)
        report, why = scan_one(path, name)
    finally:
        path.unlink()
    if why or "a scanner failed" in report.unread:
        _look(name, data)  # to be seen with its place
        raise Wrong(why or report.unread)
    if report != _look(name, data):
        raise Wrong("the scan of a file is not the scan of its bytes")
    _well_formed(report, len(data))


def _read_weights(folder: Path) -> None:
    seen = Observations()
    for file in read_weight_files(Folder.open(folder), seen):
        if file.broken and file.tensors is not None:
            raise Wrong("a broken file has tensors")
        for tensor in file.tensors or ():
            if tensor.bytes < 0 or not 0 <= tensor.repeats <= tensor.elements:
                raise Wrong("a tensor has an impossible size")
    for each in seen.findings:
        if _STEERS.search(each.message):
            raise Wrong(f"the message of `{each.id}` holds a character that steers")


def template(name: str, data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    found = template_hazards(text)
    if any(_STEERS.search(each.message) for each in found):
        raise Wrong("a message on a template holds a character that steers")


def text(name: str, data: bytes) -> None:
    """JSON and YAML are read, or refused with the error of a parser; then scanned as a file."""
    written = data.decode("utf-8", "replace")
    repeated_key(loose_json(written)[0])
    with suppress(ParseError, InputError):
        yaml_pairs(written)
    scanned(name, data)
