"""Feeds the scan of files with damaged pickles and archives: ``python -m bench.fuzz.hazards``.

Every hostile file of the tests is cut, joined with another, and has bytes flipped, left out or
put in, by a seeded generator. What is sought: an exception, a verdict that is none, a file that
takes long. A finding is printed with its seed and written to the folder named by ``--keep``;
once mended it becomes a test.
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from pathlib import Path
from time import process_time

from tests.release.hazards.archives import ARCHIVES
from tests.release.hazards.hostile import HOSTILE

from weighbridge.release.hazards.scan import Budget, Scan, look_at
from weighbridge.release.hazards.verdict import VERDICTS
from weighbridge.release.hazards.view import View

LONGEST = 200_000
SLOW = 2.0
_TELLING = (0, 1, 2, 4, 8, 16, 127, 128, 255, 0x2E, 0x28, 0x63, 0x52, 0x93, 0x94, 0x95)


def seeds() -> list[bytes]:
    """Return the hostile files that are short enough to be changed often."""
    built = [file.build() for file in (*HOSTILE, *ARCHIVES)]
    return [content for content in built if len(content) < LONGEST]


def changed(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return a file with a few things done to it."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        place = chance.randrange(len(data) + 1) if data else 0
        what = chance.randrange(6)
        if what == 0 and place < len(data):
            data[place] = chance.choice(_TELLING)
        elif what == 1:
            del data[place : place + chance.choice((1, 2, 4, 9))]
        elif what == 2:
            data[place:place] = bytes(chance.choice(_TELLING) for _ in range(4))
        elif what == 3:
            del data[place:]
        elif what == 4:
            other = chance.choice(others)
            data[place:place] = other[: chance.randrange(len(other) + 1)]
        elif place + 4 <= len(data):
            data[place : place + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f"))
    return bytes(data)


def fault_of(content: bytes) -> str:
    """Return what goes wrong with a file, ``""`` where nothing does."""
    begin = process_time()
    scan = Scan("file", Budget(opcodes=1 << 22, bytes=1 << 26))
    try:
        look_at(View(content, "file", "", 0, len(content)), scan)
        verdict = scan.report().verdict
    except Exception:  # whatever it is, it is what is sought
        return traceback.format_exc()
    if verdict not in VERDICTS:
        return f"no verdict: {verdict}"
    took = process_time() - begin
    return f"took {took:.1f} s" if took > SLOW else ""


def main() -> int:
    """Change files for as long as asked and print what goes wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz.hazards")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    files, begin, count, found = seeds(), process_time(), 0, 0
    while process_time() - begin < options.seconds:
        chance = random.Random(options.seed + count)
        content = changed(chance.choice(files), files, chance)
        fault = fault_of(content)
        if fault:
            found += 1
            print(f"seed {options.seed + count}: {fault}")
            if options.keep:
                options.keep.mkdir(exist_ok=True)
                (options.keep / f"{options.seed + count}.bin").write_bytes(content)
        count += 1
    print(f"{count:,} files, {found} faults")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
