"""The interview: one question at a time, best first, and after each answer what it settled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from weighbridge.assess.assessment import Assessment, NextQuestion, RowVerdict
from weighbridge.assess.terms import owed_by_law, terms_of
from weighbridge.cli.answers import COMMANDS, choices_of, read_answer
from weighbridge.cli.output import write_whole
from weighbridge.cli.toml_lines import noted, with_fact, with_note
from weighbridge.facts.keys import name_of
from weighbridge.report import words
from weighbridge.report.blocks import printable
from weighbridge.report.check_page import summary
from weighbridge.report.facts_words import joined, question_words
from weighbridge.report.licensor_section import terms_counted
from weighbridge.text.errors import InputError, ParseError

MOST_ASKED = 10
_MOST_BYTES = 1_000_000
_LONGEST_LINE = 1000
_MOST_TITLES = 3
Assess = Callable[[tuple[str, ...]], Assessment]


@dataclass(slots=True)
class _Turn:
    """One question that was put: its key and the file as it was before the answer."""

    key: str
    before: str


@dataclass(slots=True)
class Interview:
    """Asks, writes after every answer, and assesses again.

    assess: returns the assessment with these keys left out of the questions
    file:   the ``weighbridge.toml`` that is written
    target: what the person named as the release
    """

    assess: Assess
    file: Path
    target: str
    turns: list[_Turn] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    text: str = ""

    def run(self) -> None:
        """Hold the interview to its end; raises :class:`InputError` where the file is at fault."""
        self.text = _read(self.file)
        self._greet()
        assessment = self.assess(())
        while len(self.turns) < MOST_ASKED and assessment.questions:
            before = assessment
            if not self._one(assessment, assessment.questions[0]):
                break
            assessment = self.assess(tuple(self.skipped))
            self._tell(before, assessment)
        self._close(assessment)

    def _greet(self) -> None:
        _say(f"Answers go to {self.file}, one by one; stop whenever you like.")
        keys = ", ".join(f"{letter}) {says}" for letter, says in COMMANDS.items())
        _say(f"At each question: {keys}.")
        for key, question in noted(self.text):
            _say(f"Still to be asked of somebody else: {question} [{key}]")

    def _one(self, assessment: Assessment, question: NextQuestion) -> bool:
        """Put one question until it is answered; return whether to go on."""
        fact = assessment.law.vocabulary[name_of(question.key)]
        asks = question_words(assessment.law, question.text, question.key)
        _say("")
        _say(f"{len(self.turns) + 1}. {asks}")
        if fact.why:
            _say(f"   Why: {fact.why}.")
        if fact.example:
            _say(f"   For example: {fact.example}")
        for number, choice in enumerate(choices_of(fact), 1):
            _say(f"   {number}) {choice.says}")
        while True:
            typed = _read_line()
            if typed is None or typed == "q":
                return False
            if typed == "b":
                return self._back()
            try:
                toml = None if typed in ("d", "o") else read_answer(fact, typed)
                self._take(question.key, asks, typed, toml)
                return True
            except ParseError as error:
                _say(f"   {error.message}{f'; {error.help}' if error.help else ''}")

    def _take(self, key: str, asks: str, typed: str, toml: str | None) -> None:
        before = self.text
        if toml is not None:
            self._write(with_fact(before, key, toml))
        else:
            self.skipped.append(key)
            if typed == "o":
                self._write(with_note(before, key, asks))
        self.turns.append(_Turn(key, before))

    def _back(self) -> bool:
        """Undo the last answer; the question before it comes again."""
        if not self.turns:
            _say("   this is the first question")
            return True
        turn = self.turns.pop()
        if turn.key in self.skipped:
            self.skipped.remove(turn.key)
        self._write(turn.before)
        return True

    def _write(self, text: str) -> None:
        if text == self.text:
            return
        if text:
            write_whole(self.file, text)
        else:
            self.file.unlink(missing_ok=True)
        self.text = text

    def _tell(self, before: Assessment, after: Assessment) -> None:
        for line in _newly_settled(before, after):
            _say(f"   → {line}")

    def _close(self, assessment: Assessment) -> None:
        _say("")
        _say(summary(assessment))
        terms = terms_counted(assessment)
        if terms:
            _say(f"{words.TO_LICENSOR}: {terms}")
        if self.text:
            _say(f"Written: {self.file}")
        for key, question in noted(self.text):
            _say(f"To be asked of somebody else: {question} [{key}]")
        _say(f"Next: weighbridge check {self.target}")


def _newly_settled(before: Assessment, after: Assessment) -> Iterable[str]:
    """Yield a line for what applies now and one for what does not, of rows open before.

    Terms of a licence have a line of their own, where they apply; those of others are not told.
    """
    was_open = {_key(row) for row in before.verdicts if row.judged.verdict is None}
    for verdict, says in (
        (True, "that settles, it applies"),
        (False, "that settles, it does not apply"),
    ):
        titles = [
            row.rule.title
            for row in owed_by_law(after.verdicts)
            if row.judged.verdict is verdict and _key(row) in was_open
        ]
        if titles:
            yield f"{says}: {joined(dict.fromkeys(titles), _MOST_TITLES)}"
    terms = [
        row.rule.title
        for row in terms_of(after.verdicts).held
        if row.judged.verdict is True and _key(row) in was_open
    ]
    if terms:
        named = joined(dict.fromkeys(terms), _MOST_TITLES)
        yield f"that settles, {words.TO_LICENSOR}: {named}"


def _key(row: RowVerdict) -> tuple[str, str, str, str, str]:
    place = row.judged.row
    return row.rule.id, place.market, place.actor, place.role, place.use


def _read(path: Path) -> str:
    """Return the file as it is, empty where it is absent. Raises :class:`InputError`."""
    if path.is_symlink():
        raise InputError(
            f"`{path}` is a link", help="answers are not written through links: use -o"
        )
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {(error.strerror or '').lower()}") from None
    if len(data) > _MOST_BYTES:
        raise InputError(f"`{path}` is larger than {_MOST_BYTES:,} bytes")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"`{path}` is not UTF-8 text at byte {error.start}") from None


def _read_line() -> str | None:
    """Return what was typed, or ``None`` at the end of the input."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = sys.stdin.readline(_LONGEST_LINE)
    if not line:
        _say("")
        return None
    typed = line.strip()
    if not sys.stdin.isatty():
        _say(printable(typed))
    return typed


def _say(text: str) -> None:
    sys.stdout.write(f"{printable(text) if text else ''}\n")
