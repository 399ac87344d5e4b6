"""Pickles to be read: a folder of many small ones, and one of millions of instructions."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from datetime import date
from pathlib import Path

FILES = 463
WORDS = 2_333_000

DENSE = """\
import sys, time
from pathlib import Path
from weighbridge.release.hazards.scan import scan_file
begin = time.process_time()
report = scan_file(Path(sys.argv[1]), "dense.pkl")
print(time.process_time() - begin)
"""

GENOPS = """\
import pickletools, sys, time
begin = time.process_time()
with open(sys.argv[1], "rb") as file:
    for _ in pickletools.genops(file):
        pass
print(time.process_time() - begin)
"""

MANY = """\
import sys, time
begin = time.process_time()
from pathlib import Path
from weighbridge.release.hazards.scan import scan_file
for path in sorted(Path(sys.argv[1]).iterdir()):
    scan_file(path, path.name)
print(time.process_time() - begin)
"""


def write_dense(path: Path, words: int = WORDS) -> Path:
    """Write a vocabulary of ``words`` entries, three instructions each; return its path."""
    path.write_bytes(pickle.dumps({f"word{number}": number for number in range(words)}, 4))
    return path


def write_many(folder: Path, files: int = FILES) -> Path:
    """Write pickles of every protocol, of a few bytes to a few hundred kilobytes each."""
    folder.mkdir()
    for number in range(files):
        value = (
            {"step": number, "names": [f"layer.{n}.weight" for n in range(number)]},
            OrderedDict((f"key{n}", (n, float(n), str(n))) for n in range(number)),
            {"day": date(2026, 1, 1), "raw": b"\0" * number * 1000, "more": {1, 2, number}},
        )[number % 3]
        content = pickle.dumps(value, number % 6)
        (folder / f"{number:03}.pkl").write_bytes(content)
    return folder


def command(code: str, path: Path) -> str:
    """Return code that runs another over a path."""
    return f"import sys; sys.argv[1:] = [{str(path)!r}]\n{code}"
