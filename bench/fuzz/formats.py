"""Feeds the readers of weights with damaged files: ``python -m bench.fuzz.formats``.

Every sound file of the tests is cut, has bytes put in, left out or changed, by a seeded generator.
What is sought: an exception, a file that takes long. A finding is printed with its seed and written
to the folder named by ``--keep``; once mended it becomes a test.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from pathlib import Path
from time import process_time

from tests.release.formats.test_fuzz import SOUND

from weighbridge.release.folder import Folder
from weighbridge.release.formats import read_weight_files
from weighbridge.release.observations import Observations

SLOW = 2.0


def changed(content: bytes, chance: random.Random) -> bytes:
    """Return a file with a few things done to it."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        place = chance.randrange(len(data)) if data else 0
        what = chance.random()
        if what < 0.5 and data:
            data[place] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        elif what < 0.7:
            number = (1 << chance.randrange(63)).to_bytes(8, "little")
            data[place : place + 8] = chance.choice((b"\xff" * 8, b"\0" * 8, number))
        elif what < 0.8:
            data[place:place] = chance.randbytes(chance.randint(1, 9))
        elif what < 0.9:
            del data[place : place + chance.randint(1, 9)]
        else:
            del data[place:]
    return bytes(data)


def fault_of(folder: Path, name: str, content: bytes) -> str:
    """Return what goes wrong with a file, ``""`` where nothing does."""
    (folder / name).write_bytes(content)
    begin = process_time()
    try:
        read_weight_files(Folder.open(folder), Observations())
    except Exception:
        return traceback.format_exc(limit=-3)
    finally:
        (folder / name).unlink()
    taken = process_time() - begin
    return f"it took {taken:.1f} s" if taken > SLOW else ""


def main() -> int:
    """Feed files for as long as asked and report what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz.formats", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    names, found = list(SOUND), 0
    with tempfile.TemporaryDirectory(prefix="weighbridge-fuzz-") as folder:
        for at in range(asked.files):
            name = chance.choice(names)
            content = changed(SOUND[name], chance)
            fault = fault_of(Path(folder), name, content)
            if fault:
                found += 1
                print(f"seed {asked.seed}, file {at}, {name}:\n{fault}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{asked.seed}-{at}-{name}").write_bytes(content)
    print(f"{asked.files:,} files, {found:,} faults")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
