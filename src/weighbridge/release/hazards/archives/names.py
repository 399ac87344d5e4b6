"""Names of members: where unpacking would write."""

from __future__ import annotations

import re

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_DRIVE = re.compile(r"[A-Za-z]:")


def escapes(path: str, from_folder: str = "") -> bool:
    """Return whether a path leads out of the folder in which it is unpacked."""
    path = path.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return True
    depth = 0
    for part in f"{from_folder}/{path}".split("/"):
        if part == "..":
            depth -= 1
            if depth < 0:
                return True
        elif part not in ("", "."):
            depth += 1
    return False


def judge_name(name: str, view: View, scan: Scan, offset: int) -> None:
    """Tell where unpacking a member would write outside its folder."""
    if escapes(name):
        message = f"unpacking writes to `{shown_name(name)}`, outside the folder unpacked into"
        scan.find("path-escape", Grade.DANGEROUS, message, view, offset)


def judge_link(name: str, target: str, view: View, scan: Scan, offset: int) -> None:
    """Tell where a link leads out of the folder in which it is unpacked."""
    if escapes(target, name.replace("\\", "/").rpartition("/")[0]):
        message = f"`{shown_name(name)}` is a link to `{shown_name(target)}`, outside the folder"
        scan.find("path-escape", Grade.DANGEROUS, message, view, offset)
