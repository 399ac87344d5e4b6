"""What lies beside the weights: their formats, a signature, a security policy, a use policy."""

from __future__ import annotations

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.licence.documents import kind_of
from weighbridge.release.observations import Observations
from weighbridge.release.weights import Weights
from weighbridge.text.places import Place

_SAFE = frozenset({"safetensors", "GGUF"})
_RUNS = frozenset(
    {"PyTorch archive", "PyTorch pickle", "TorchScript archive", "pickle", "NumPy objects"}
)
_SIGNATURES = ("*.sig", "*.sigstore", "*.sigstore.json", "*.minisig")
_SECURITY = ("security.md", "security.txt", ".well-known/security.txt", ".github/security.md")
_RESULTS = ("eval_results*.json", "*/eval_results*.json", "evaluation_results*", "evaluation*.md")


def read_beside(folder: Folder, weights: Weights, seen: Observations) -> None:
    """Record what files show of a careful release; a file that is absent says nothing.

    A signature is only seen to be there: whether it holds is not checked. Formats are false
    where a file is there that can run a program, and true where every file is of a safe kind.
    """
    _read_formats(weights, seen)
    _record(folder, _SIGNATURES, "signature_present", "a signature, not checked", seen)
    _record(folder, _SECURITY, "weakness_reports_told", "a security policy", seen)
    _record(folder, _RESULTS, "evaluation_published", "a file of results", seen)
    for entry in _filled(folder.files):
        if kind_of(entry.name) == "policy":
            seen.declared("unwanted_uses_told", True, Place(entry.path), "a use policy")
            break


def _read_formats(weights: Weights, seen: Observations) -> None:
    files = weights.files
    for file in files:
        if file.format in _RUNS:
            note = f"`{file.format}` can run a program when it is loaded"
            seen.measured("safe_formats_only", False, Place(file.path), note)
            return
    if files and all(_is_safe(file.format, file.broken, file.pointer) for file in files):
        kinds = ", ".join(sorted({file.format for file in files}))
        note = f"every weight file is {kinds}"
        seen.measured("safe_formats_only", True, Place(files[0].path), note)


def _is_safe(format: str, broken: bool, pointer: bool) -> bool:
    return format in _SAFE and not broken and not pointer


def _record(
    folder: Folder, patterns: tuple[str, ...], fact: str, note: str, seen: Observations
) -> None:
    found = _filled(folder.matching(*patterns))
    if found:
        seen.declared(fact, True, Place(found[0].path), note)


def _filled(entries: list[Entry] | tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in entries if entry.size > 0]
