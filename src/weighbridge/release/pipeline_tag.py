"""What the task named in a card's front matter says the model takes and gives."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.release.observations import Observations
from weighbridge.text.strict_yaml import Entries, Items, Text, read_yaml

if TYPE_CHECKING:
    from weighbridge.release.card import Card

KEY = "pipeline_tag"
_TABLE = Path(__file__).parent / "data" / "pipeline_tags.yaml"


def read_pipeline_tag(card: Card | None, seen: Observations) -> None:
    """Record the media that go with the card's task; an unknown task says nothing."""
    tag = card.front_matter.get(KEY) if card is not None else None
    if card is None or not isinstance(tag, Text):
        return
    for fact in media_of(tag):
        seen.declared(fact, True, card.place(tag), f"the card names the task `{tag}`")


def media_of(task: str) -> tuple[str, ...]:
    """Return the names of the facts that a task says are so; none for an unknown task."""
    row = _tasks().get(task)
    if row is None:
        return ()
    return tuple(
        f"{prefix}_{medium}" for prefix in ("inputs", "outputs") for medium in row.get(prefix, ())
    )


@lru_cache(maxsize=1)
def _tasks() -> dict[str, Entries]:
    table = read_yaml(_TABLE.read_text(encoding="utf-8"), _TABLE.name)
    assert isinstance(table, Items)
    return {str(row["task"]): row for row in table if isinstance(row, Entries)}
