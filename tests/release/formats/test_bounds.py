"""What small hostile files may cost in memory and time, in a process each."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import TOP
from tests.release.formats.building import Gguf, field, onnx_model

resource = pytest.importorskip("resource", reason="this system sets no limits on processes")

MOST_MEGABYTES = 400
MOST_SECONDS = 20.0
"""Of the processor; a busy machine is not a failing test."""

_READ = """
import resource, sys
from pathlib import Path
from weighbridge.release.folder import Folder
from weighbridge.release.formats import read_weight_files
from weighbridge.release.observations import Observations
seen = Observations()
files = read_weight_files(Folder.open(Path(sys.argv[1])), seen)
assert not any(each.tensors for each in files), files
used = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status")  # what the system counts includes the process this one came from
lines = status.read_text().splitlines() if status.exists() else []
peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
print((peaks or [used.ru_maxrss])[0] // 1024, used.ru_utime + used.ru_stime)
"""


def words(count: int) -> bytes:
    """A vocabulary of empty words that claims, and has, very many."""
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + Gguf().text("k")
    return head + struct.pack("<IIQ", 9, 8, count) + bytes(8 * count)


def doubling() -> bytes:
    """Lists that hold the one before them twice."""
    twice = (b"h" + bytes([at]) for at in range(250))
    steps = (b"](" + each * 2 + b"eq" + bytes([at + 1]) for at, each in enumerate(twice))
    return b"\x80\x02]q\x00" + b"".join(steps) + b"."


CASES: dict[str, Callable[[], bytes]] = {
    "lists.pt": lambda: b"\x80\x02" + b"]" * 6_000_000,
    "marks.pt": lambda: b"\x80\x02" + b"(" * 3_000_000 + b"t" * 3_000_000 + b".",
    "in-one.pt": lambda: b"\x80\x02(" + b"}" * 990_000 + b"l.",
    "doubling.pt": doubling,
    "words.gguf": lambda: words(15_000_000),
    "fields.onnx": lambda: onnx_model(b"\x28\x00" * 3_000_000),
    "tensors.onnx": lambda: onnx_model(field(5, b"\x08\x01\x10\x01") * 1_000_000),
    "empty.msgpack": lambda: b"\x81\xa1a\xdd" + struct.pack(">I", 5_000_000) + b"\x90" * 5_000_000,
    "zeros.h5": lambda: b"\x89HDF\r\n\x1a\n" + bytes(1 << 20),
    "members.npz": lambda: b"PK\x03\x04" + b"PK\x01\x02" * 200_000 + b"PK\x05\x06" + bytes(18),
}


@pytest.mark.parametrize("name", CASES)
def test_a_small_hostile_file_stays_within_bounds(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(CASES[name]())
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(tmp_path)],
        env={"PYTHONPATH": str(TOP / "src")},
        capture_output=True,
        text=True,
        preexec_fn=_limit,
    )
    assert done.returncode == 0, done.stderr
    megabytes, seconds = done.stdout.split()
    size = (tmp_path / name).stat().st_size >> 20
    assert int(megabytes) < MOST_MEGABYTES + size  # the mapped file itself counts
    assert float(seconds) < MOST_SECONDS


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
