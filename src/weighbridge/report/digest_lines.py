"""Digests as the lines that ``sha256sum -c`` reads, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weighbridge.report.blocks import printable

if TYPE_CHECKING:
    from weighbridge.release.digests import Manifest, ReleaseDigests

_FORMAT = 1


def to_lines(found: ReleaseDigests) -> str:
    """Return a line for each file with a digest; what is of the whole release stands in comments.

    A name with a backslash is written as ``sha256sum`` writes it.
    """
    lines = []
    if found.digest is not None:
        lines.append(f"# release {found.digest}")
    if found.manifest is not None:
        lines.append(f"# manifest sha256:{found.manifest.digest}")
    for each in found.files:
        if each.problem is None:
            escaped = each.path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
            mark = "\\" if escaped != each.path else ""
            lines.append(f"{mark}{each.digests['sha256']}  {escaped}")
    return "".join(f"{line}\n" for line in lines)


def to_json(found: ReleaseDigests) -> dict[str, Any]:
    """Return the same as JSON, with the manifest and with what has no digest and why."""
    return {
        "format": _FORMAT,
        "name": found.name,
        "digest": found.digest,
        "manifest": _manifest(found.manifest) if found.manifest else None,
        "manifest_refused": found.refused,
        "files": [
            {"path": each.path, "size": each.size, **each.digests}
            for each in found.files
            if each.problem is None
        ],
        "not_read": [{"path": path, "reason": reason} for path, reason in not_read(found)],
    }


def not_read(found: ReleaseDigests) -> list[tuple[str, str]]:
    """Return what has no digest: the path, and why."""
    skipped = [
        (str(each.where[0]) if each.where else found.name, each.message) for each in found.skipped
    ]
    problems = [(each.path, each.problem) for each in found.files if each.problem is not None]
    return [(printable(path), reason) for path, reason in sorted([*skipped, *problems])]


def _manifest(manifest: Manifest) -> dict[str, Any]:
    return {
        "digest": f"sha256:{manifest.digest}",
        "resources": [each.to_json() for each in manifest.resources],
        "serialization": manifest.serialization(),
    }
