"""What a card shows of a model's use: public usage information, and sorting of applicants."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import line_of, seen_in

from weighbridge.release.card.applicants import says_ranks_applicants

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


RANKS = """\
The model ranks job applicants by their fit for a role.
This model is intended to filter CVs for recruiters.
It scores résumés against a job description.
Designed to screen job applications and shortlist the best candidates for interview.
Use it to pre-select candidates for open vacancies.
Our tool helps HR departments assess job seekers.
Intended for CV screening in recruitment.
A resume ranking model.
Applicant scoring for hiring teams.
It predicts which candidates to invite to interview.
Candidates for a position are ranked by the model.
Job applicants are scored from 0 to 100.
The model reads curricula vitae and rates applicants.
Given a vacancy, it scores each CV from 0 to 10.
Helps employers find the most qualified candidates.
Matches candidates to jobs and ranks them.
It compares candidates for a job and rejects the weakest.
Filtering resumes for recruiters is the main use.
Evaluates interview candidates from transcripts.
用于筛选简历并对求职者评分。""".split("\n")

DOES_NOT_RANK = """\
The model is not intended for hiring decisions or ranking applicants.
It helps employers draft job adverts.
Drafting job descriptions and interview questions for recruiters.
At each step the decoder ranks candidate tokens by probability.
It re-ranks candidate passages retrieved by the search engine.
A search engine ranking model that scores documents.
Do not use it to screen CVs.
Must never be used to evaluate job applicants.
Prohibited uses: scoring applicants for employment.
The trainer evaluates and then resumes from the last checkpoint.
We select candidate answers with the highest score and keep the job running.
The job scheduler ranks jobs by priority.
Candidates for the best checkpoint were evaluated on the validation set.
It ranks candidate molecules for drug discovery.
Out of scope: recruitment, where it would rank candidates.
The model writes cover letters for job seekers.
Helps applicants improve their own CV.
Evaluates the role of position embeddings in candidate generation.
This application ranks restaurants.
The model was evaluated with CV (cross-validation).
Each reviewer rates the candidate responses; human raters were employed.""".split("\n")


@pytest.mark.parametrize("sentence", RANKS)
def test_sorting_of_applicants_is_seen(sentence: str) -> None:
    assert says_ranks_applicants(sentence)


@pytest.mark.parametrize("sentence", DOES_NOT_RANK)
def test_other_sorting_is_not(sentence: str) -> None:
    assert not says_ranks_applicants(sentence)


@pytest.mark.parametrize("heading", ["Intended use", "Intended uses and limitations", "Uses"])
def test_the_use_is_declared_with_its_line(tmp_path: Path, heading: str) -> None:
    text = f"# Toy\n\n## {heading}\n\n- Writing.\n- Ranking job applicants for recruiters.\n"
    seen = seen_in(tmp_path, text)
    (fact,) = seen.named("use_ranks_applicants")
    assert fact.value is True
    assert fact.subject is None
    assert line_of(seen, "use_ranks_applicants") == 6


@pytest.mark.parametrize(
    "heading", ["Out-of-scope use", "Misuse", "Prohibited uses", "Limitations"]
)
def test_what_is_listed_as_misuse_is_no_use(tmp_path: Path, heading: str) -> None:
    text = f"# Toy\n\n## Uses\n\n### {heading}\n\n- Ranking job applicants for recruiters.\n"
    assert seen_in(tmp_path, text).named("use_ranks_applicants") == []
