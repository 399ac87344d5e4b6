"""What a card shows of how its model is used: public usage information."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import seen_in

DOES = "It takes a short English text and gives the next words of a fairy tale, one by one.\n"
FAILS = "It knows nothing of the world, mixes up names, and repeats itself after a few lines.\n"
RUN = "```python\nfrom toy import load\nprint(load('toy')('Once upon'))\n```\n"
FULL = f"# Toy\n\n## Capabilities\n\n{DOES}\n## Limitations\n\n{FAILS}\n## How to use\n\n{RUN}"


def test_a_full_card_shows_how_to_use_the_model(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, FULL)
    (fact,) = seen.named("usage_info_public")
    assert fact.value is True
    assert fact.note == (
        "the card says what it does (README.md:3), limits (README.md:7),"
        " how to run it (README.md:13)"
    )


def test_instructions_in_words_will_do(tmp_path: Path) -> None:
    words = "Put the folder beside the program, start the program, and choose the model by name."
    text = FULL.replace(RUN, words + "\n")
    assert seen_in(tmp_path, text).named("usage_info_public")


def test_labels_in_running_text_will_do(tmp_path: Path) -> None:
    text = f"# Toy\n\n**Model Summary:**\n{DOES}\n**Limitations:** {FAILS}\n{RUN}"
    assert seen_in(tmp_path, text).named("usage_info_public")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Toy\n",
        "# Toy\n\n## Capabilities\n\n## Limitations\n\n## How to use\n",
        FULL.replace(DOES, "[More Information Needed]\n"),
        FULL.replace(FAILS, "TODO\n"),
        FULL.replace(FAILS, ""),
        FULL.replace(RUN, "Coming soon.\n"),
        FULL.replace("## Limitations", "## Thanks"),
        FULL.replace(RUN, "").replace("## How to use", "## Responsible deployment"),
    ],
    ids=range(9),
)
def test_headings_and_placeholders_show_nothing(tmp_path: Path, text: str) -> None:
    seen = seen_in(tmp_path, text, "MODEL_CARD.md")
    assert seen.named("usage_info_public") == []
