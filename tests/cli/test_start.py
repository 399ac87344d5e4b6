"""What a plain check does not pay for: engines that nothing in it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.runs import environment

_CODE = """
import sys
from weighbridge.cli.main import run
status = run(["check", sys.argv[1], "--format", "json", "-o", sys.argv[2]])
late = [name for name in ("z3", "rich", "jinja2", "numpy", "jsonschema") if name in sys.modules]
print(status, *late)
"""


def test_a_plain_check_loads_no_prover_and_no_drawing(checkout: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, checkout / "examples/plain-apache", tmp_path / "out.json"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("0", "")
    assert (tmp_path / "out.json").stat().st_size > 10_000
