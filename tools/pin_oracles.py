"""Pins requirements/oracles.txt: ``python tools/pin_oracles.py``, with the Python that runs tests.

``make requirements`` pins for every platform at once; for PyTorch that would bring gigabytes of
libraries for GPUs. The oracles run in one place, so they are pinned for that one, by pip, beside
the versions of the core and of what the tests need.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "requirements"
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*==[^\s;]+)", re.MULTILINE)
_OURS = ("core", "dev")


def resolved() -> list[tuple[str, str, str]]:
    """Return name, version and sha256 of each package that pip would install."""
    texts = [(FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in _OURS]
    pins = [pin for text in texts for pin in _PIN.findall(text)]
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(pins), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-qq"]
        asked = ["-r", str(FOLDER / "oracles.in"), "-c", str(constraints), "--report", "-"]
        done = subprocess.run([*command, *asked], check=True, capture_output=True, text=True)
    found = []
    for each in json.loads(done.stdout)["install"]:
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        version = each["metadata"]["version"].partition("+")[0]
        found.append((name, version, each["download_info"]["archive_info"]["hashes"]["sha256"]))
    return sorted(found)


def main() -> None:
    """Write the file and say where."""
    lines = [
        f"{name}=={version} \\\n    --hash=sha256:{digest}" for name, version, digest in resolved()
    ]
    path = FOLDER / "oracles.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
