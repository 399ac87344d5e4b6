"""What each kind of hazard is, in a line, and what to do about it; by the ids of findings."""

from __future__ import annotations

_LOOK = "Open the file at the place named, and load it only where you know who wrote it and why."
_WORDS = {
    "broken": (
        "the file is damaged",
        "Fetch it again and compare its digest with the one its publisher names.",
    ),
    "not-fully-read": (
        "the file was not read to its end",
        "What was not read may hold anything: the verdict speaks of the rest alone.",
    ),
    "secret": (
        "a key or token stands in the file",
        "Whoever issued it must withdraw it: removing it from the file is not enough.",
    ),
    "template-internals": (
        "a chat template reaches into Python",
        "Render it only in a sandbox, or take the template of the base model.",
    ),
    "auto-map": (
        "the config asks for code of the release",
        "Read the Python files it names before you allow remote code.",
    ),
    "remote-code-file": (
        "a Python file that loading would run",
        "Read it before you allow remote code, and pin the revision you read.",
    ),
    "keras-lambda": (
        "a Keras layer that carries code",
        "Refuse it, or rebuild the layer from source that you have read.",
    ),
    "executable": (
        "a program lies among the files",
        "A release of a model needs none; do not run it.",
    ),
    "name-disguise": (
        "a name that shows another file than it is",
        "Rename the file by its content before you open it.",
    ),
}


def explained(id: str) -> tuple[str, str]:
    """Return a line on a kind of hazard, and what to do about it."""
    return _WORDS.get(id, (id.replace("-", " "), _LOOK))
