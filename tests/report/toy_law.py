"""A small law of an invented country, so that what is printed can be told to the letter."""

from __future__ import annotations

from pathlib import Path

TOY_LAW = Path(__file__).with_name("law")
FULL = (
    "made_by_actor=yes",
    "training_compute=5e23",
    "weights_public=yes",
    "outputs_image=no",
    "narrow_task=no",
    "params_total=7e9",
    "model_first_available=2030-02-01",
)
"""Facts on which most of the toy law applies."""
TOY_CONTRACT = Path(__file__).with_name("toy_contract")
"""Two licences, Red and Blue, that bind modifiers, hosts and deployers of toys."""
