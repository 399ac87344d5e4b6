"""The YAML of the Model Openness Tool as one flat row, in the names of the flattened CSV."""

from __future__ import annotations

import re
from typing import Any

from weighbridge.text.errors import ParseError
from weighbridge.text.strict_yaml import Entries, Items, read_yaml

_PARTS = {
    "model architecture": "architecture",
    "data preprocessing code": "data_preprocessing_code",
    "training code": "training_code",
    "inference code": "inference_code",
    "evaluation code": "evaluation_code",
    "supporting libraries and tools": "libraries",
    "model parameters (final)": "weights_final",
    "model parameters (intermediate)": "weights_intermediate",
    "datasets": "datasets",
    "evaluation data": "evaluation_data",
    "sample model outputs": "sample_outputs",
    "model card": "model_card",
    "data card": "data_card",
    "technical report": "technical_report",
    "research paper": "research_paper",
    "evaluation results": "evaluation_results",
    "model metadata": "model_metadata",
}
_SPACE = re.compile(r"\s+")
_PLAIN = ("name", "producer", "version", "date", "type", "architecture", "origin", "huggingface")


def flattened(text: str, name: str) -> dict[str, Any]:
    """Return one YAML file as a flat row; a file that cannot be read has its name alone."""
    row: dict[str, Any] = {"mot_file": name}
    try:
        document = read_yaml(text, name)
    except ParseError:
        return row
    release = document.get("release") if isinstance(document, Entries) else None
    if not isinstance(release, Entries):
        return row
    for key in _PLAIN:
        row[key] = release.get(key) if isinstance(release.get(key), str) else ""
    row["distribution_license"] = _licence_name(release.get("license"))
    parts = release.get("components")
    for part in parts if isinstance(parts, Items) else ():
        if isinstance(part, Entries):
            _add_part(row, part)
    return row


def _add_part(row: dict[str, Any], part: Entries) -> None:
    title = _SPACE.sub(" ", str(part.get("name", ""))).strip().lower()
    if title in _PARTS:
        row[f"has_{_PARTS[title]}"] = "1"
        row[f"lic_{_PARTS[title]}"] = _licence_name(part.get("license"))


def _licence_name(node: Any) -> str:
    """Return the name of a licence: a text, or that of the distribution in a block."""
    if isinstance(node, Entries):
        node = node.get("distribution", node.get("name"))
        if isinstance(node, Entries):
            node = node.get("name")
    return str(node).strip() if isinstance(node, str) else ""
