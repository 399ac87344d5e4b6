"""The build hook: the packs, checked and compiled, go into the wheel as one JSON file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_IN_THE_WHEEL = "weighbridge/law/compiled.json"


class CompileLaw(BuildHookInterface[Any]):
    """Adds ``weighbridge/law/compiled.json`` to a wheel; an editable install compiles when used."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the law of this checkout into a temporary file and list it for the wheel."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="weighbridge-law-")
        target = Path(self._folder.name) / "compiled.json"
        _compile_law(Path(self.root) / "src", target)
        build_data["force_include"][str(target)] = _IN_THE_WHEEL

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary file once the wheel holds it."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()


def _compile_law(source: Path, target: Path) -> None:
    """Write the compiled law to ``target``; a law that does not load stops the build."""
    sys.path.insert(0, str(source))
    try:
        from weighbridge.rules.store import write_compiled
        from weighbridge.text.errors import WeighbridgeError

        try:
            write_compiled(target)
        except WeighbridgeError as error:
            sys.exit(f"error: the law does not load, so no wheel is made\n{error}")
    except ImportError as error:
        sys.exit(
            f"error: the law cannot be compiled: {error}\n"
            "  help: build in an environment that holds requirements/core.txt"
        )
    finally:
        sys.path.remove(str(source))
    if not target.is_file():
        sys.exit("error: `write_compiled` wrote no file, so no wheel is made")
