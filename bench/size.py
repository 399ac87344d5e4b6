"""How much the core adds to an empty environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.measure import Failed

TOP = Path(__file__).parent.parent


def installed_bytes(folder: Path) -> int:
    """Return the bytes of wheel and core in a fresh environment without pip and setuptools.

    Asks the package index; raises :class:`Failed` where that does not answer.
    """
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", str(python), "install", "-qq", "--no-deps")
    _run(*install, "--require-hashes", "-r", str(TOP / "requirements" / "core.txt"))
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist"))
    (wheel,) = (folder / "dist").glob("*.whl")
    _run(*install, "--no-index", str(wheel))
    return sum(path.stat().st_size for path in environment.rglob("*") if _counts(path))


def _counts(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if done.returncode:
        raise Failed((done.stderr or done.stdout).strip().splitlines()[-1])
