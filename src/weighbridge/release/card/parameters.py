"""How many parameters a card says the model has, in all, active and trainable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from weighbridge.release.card.claims import MOST_CLAIMS, Claim, agreed, of_fact
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import is_eastern, printable
from weighbridge.release.card.parts import Card, Cell, Sentence, Table
from weighbridge.release.card.subject import Subject
from weighbridge.text.places import Place

_WORD = (
    r"(?:param(?:eter)?[sn]?\b|param[eè]tres?\b|par[aáâ]metros?\b|parametri\b"
    r"|参数|參數|パラメータ|파라미터|매개변수)"
)
_OF = r"(?:\s?(?:[个個]の?|の|개의?))?[-\s]{0,2}(?:(?:de|di)\s)?"
_KIND = r"(?:total|active|activated|live|trainable|learnable|model|dense)"
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE}){_OF}(?P<kind>(?:{_KIND}\s){{0,2}}|总|激活|有効){_WORD}"
)
_ACTIVE = FigurePattern(rf"(?P<figure>{FIGURE})\s(?:are\s)?(?P<kind>active|activated|live)\b")
_TOTAL = FigurePattern(rf"(?P<figure>{FIGURE})\s(?:in\s)?(?P<kind>total)\b(?=.{{0,60}}activ)")
_LABEL = FigurePattern(
    rf"(?P<kind>(?:total|active|activated|trainable|model)\s)?(?:number of\s)?(?P<kind2>{_KIND}\s)?"
    rf"(?:{_WORD}(?:\s(?:count|size|number))?|model size|parameterzahl)\s?"
    rf"(?:\(total\)\s?)?[:：=–—|]\s?(?P<figure>{FIGURE})"
)
_CHINESE = FigurePattern(
    rf"(?P<kind>总|總|激活|有効)?(?:参数|參數|パラメータ|파라미터|매개변수)(?:总?量|規模|规模"
    rf"|数量|数|數|サイズ)?(?: 수)?(?:는|은)?"
    rf"\s?(?:[:：]|约?为|約?為|是|は|が|共有|达到?)?\s?(?P<figure>{FIGURE})"
)
_PATTERNS = (_STATED, _ACTIVE, _TOTAL, _LABEL)
_PART_OF_IT = LatePattern(
    r"\b(?:(?:non-)?embeddings?|encoder|u-?net|vae|vision|visual|projector|heads?|router|experts?"
    r"|mixture|moe|lora|adapters?|mtp|draft|layers?|per|base models?|refiner|module)\b"
)
_CLAUSE_END = re.compile(r"[,;(:] |[，；（：]")
_ACTIVE_AFTER = LatePattern(
    r"\s?(?:are |is |being |that are )?(?:active|activated|live|used|per token)\b"
)
_PLURAL = LatePattern(r"[-\s](?:language |base |chat )?models\b")
_SIZE = LatePattern(
    r"(?<![\w.,$€£-])(\d{1,4}(?:\.\d{1,3})?)\s?(B|M|billion|million)\b"
    r"(?!\s?(?:[\w-]{1,20}\s){0,4}(?:tokens|dollars|users|images|examples|samples|hours|gpu|downloads))"
)
_SIZES = LatePattern(
    r"\b(?:sizes?|scales?|rang(?:es?|ing)|variants?|series|family|collection|suite|checkpoints"
    r"|models)\b|规模|系列|版本"
)
_ADJACENT = LatePattern(
    r"\d\s?(?:B|M|billion|million)\s?(?:,|/|、|&|or\b|and\b|to\b|和|或|–|-)\s?(?:(?:and|or)\s)?"
    r"\d{1,4}(?:\.\d{1,3})?\s?(?:B|M|billion|million)\b"
)
_PARAMETERS = LatePattern(r"par[aáâ]m|参数|參數|パラメータ|파라미터|매개변수|model size")
_HEADER = LatePattern(
    r"#?\s?(?:of\s)?(?:(?:total|model|number of|num\.?|active|activated)\s)*#?\s?"
    r"(?:total |activated |active )?(?:params?|parameters?|[总激活]{0,2}参数量?|參數量?"
    r"|パラメータ数?|model size)"
    r"(?: count)?\s?"
    r"(?:\([^()]{0,20}\))?"
)
_ONE_FIGURE = FigurePattern(rf"{FIGURE}(?:\s?param(?:eter)?s)?")
_QUALIFIED = FigurePattern(rf"(?P<figure>{FIGURE})\s?\((?P<kind>total|activated|active)\)")
_NAMED_SIZE = LatePattern(
    r"(?<![\d.,$€£])(\d{1,4}(?:\.\d{1,3})?)\s?(B|M|billion|million)\b(?!\s?(?:[\w-]{1,20}\s){0,4}(?:tokens|dollars))"
)
_LEAST = 1_000.0


@dataclass(slots=True)
class ParameterClaims:
    """What a card says of sizes.

    claims:  those that stand, at most one of each fact
    several: where the card speaks of models of several sizes, each place with its words; then
             no total is taken to be this release's
    largest: then the largest size that the card names anywhere, names of models included
    """

    claims: list[Claim] = field(default_factory=list)
    several: list[Claim] = field(default_factory=list)
    largest: Claim | None = None


def read_parameters(card: Card, subject: Subject) -> ParameterClaims:
    """Return the parameter counts a card states of its own model.

    Sentences and labels come first; tables speak only where they are silent. A card that gives
    several sizes states none of them of this release.
    """
    prose: list[Claim] = []
    sizes: list[Claim] = []
    for _, sentence in card.sentences():
        if len(prose) + len(sizes) >= MOST_CLAIMS:
            break
        if _SIZE.search(sentence.text) or _PARAMETERS.search(sentence.text):
            listed = list(_listed_sizes(sentence, subject))
            sizes.extend(listed)
            if not listed:
                prose.extend(_stated(sentence, subject))
    tables = [
        claim for section in card.sections for t in section.tables for claim in _tabled(t, subject)
    ]
    found = ParameterClaims()
    for fact in ("params_total", "params_active", "params_trainable"):
        stated = of_fact(prose, fact)
        candidates = stated or of_fact(tables, fact)
        if one := agreed(candidates):
            found.claims.append(one)
        elif fact == "params_total":
            found.several.extend(candidates)
    if sizes:
        found.several = [*sizes, *found.several]
    if found.several:
        found.claims = [claim for claim in found.claims if claim.fact == "params_trainable"]
        found.largest = _largest(card, [*found.several, *prose, *tables])
    return found


def _stated(sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    text = sentence.text
    if not _PARAMETERS.search(text):
        return
    taken: set[int] = set()
    for pattern in (*_PATTERNS, _CHINESE) if is_eastern(text) else _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("figure")
            figure = read_figure(match["figure"])
            if end in taken or not figure or not figure.scaled or figure.value < _LEAST:
                continue
            fact = _fact(match, text)
            if fact and subject.is_own(text, start) and not _PLURAL.match(text, match.end()):
                taken.add(end)
                words = printable(match[0], 80)
                yield Claim(fact, figure.range, sentence.place(start), words)


def _fact(match: re.Match[str], text: str) -> str | None:
    groups = match.groupdict()
    kind = f"{groups.get('kind') or ''} {groups.get('kind2') or ''}".lower()
    if "trainable" in kind or "learnable" in kind:
        return "params_trainable"
    if any(word in kind for word in ("activ", "live", "激活", "有効")):
        return "params_active"
    if _ACTIVE_AFTER.match(text, match.end()):
        return "params_active"
    if any(word in kind for word in ("total", "总", "總")):
        return "params_total"
    before = _CLAUSE_END.split(text[max(0, match.start() - 30) : match.end()])[-1]
    after = _CLAUSE_END.split(text[match.end() : match.end() + 40])[0]
    return None if _PART_OF_IT.search(f"{before} {after}") else "params_total"


def _listed_sizes(sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    """Yield the sizes of a sentence that lists models of several sizes."""
    text = sentence.text
    listed = _SIZES.search(text) or (_PARAMETERS.search(text) and _ADJACENT.search(text))
    if not listed or re.search(r"activ|\btotal\b|\blive\b", text, re.IGNORECASE):
        return
    found = [match for match in _SIZE.finditer(text) if subject.is_own(text, match.start())]
    if len({(match[1], match[2][0].lower()) for match in found}) < 2:
        return
    for match in found:
        figure = read_figure(match[0])
        if figure:
            place = sentence.place(match.start())
            yield Claim("params_total", figure.range, place, printable(match[0], 40))


def _largest(card: Card, claims: list[Claim]) -> Claim | None:
    """Return the largest size named: whichever model of several this is, it is no larger."""
    if any(claim.range.high is None for claim in claims):
        return None
    found = [*claims, *(claim for text, place in _texts(card) for claim in _sizes_in(text, place))]
    return max(found, key=lambda claim: claim.range.high or 0.0, default=None)


def _texts(card: Card) -> Iterator[tuple[str, Place]]:
    for section in card.sections:
        yield section.title, section.place
        yield from ((each.text, each.place()) for each in section.sentences())
        for table in section.tables:
            yield from ((cell.text, table.place(cell)) for row in table.rows for cell in row)


def _sizes_in(text: str, place: Place) -> Iterator[Claim]:
    for match in _NAMED_SIZE.finditer(text):
        figure = read_figure(match[1] + match[2])
        if figure:
            yield Claim("params_total", figure.range, place, printable(match[0], 40))


def _tabled(table: Table, subject: Subject) -> list[Claim]:
    """Return the claims of a table; where rows or columns name this model, theirs alone."""
    found = list(_labelled_claims(table, subject))
    own = [claim for owned, claim in found if owned]
    return own or [claim for owned, claim in found if owned is None]


def _labelled_claims(table: Table, subject: Subject) -> Iterator[tuple[bool | None, Claim]]:
    """Yield each claim with whether its row or column names this model, another or nobody."""
    if not table.rows:
        return
    header = table.rows[0]
    # A first column named so holds labels, not figures, unless rows begin with figures.
    for index in (at for at, cell in enumerate(header) if _HEADER.fullmatch(cell.text)):
        for row in table.rows[1:]:
            if index < len(row):
                owned = subject.owns(row[0].text) if index else None
                for claim in _cell_claims(table, row[index], header[index].text):
                    yield owned, claim
    for row in table.rows:
        label = row[0].text if row else ""
        if len(row) >= 2 and _HEADER.fullmatch(label.rstrip(":：")):
            for at, cell in enumerate(row[1:], 1):
                owned = subject.owns(header[at].text) if at < len(header) else None
                for claim in _cell_claims(table, cell, label):
                    yield owned, claim


def _cell_claims(table: Table, cell: Cell, label: str) -> Iterator[Claim]:
    qualified = list(_QUALIFIED.finditer(cell.text))
    if not qualified and not _ONE_FIGURE.fullmatch(cell.text):
        return
    for match in qualified:
        yield from _claim(match["figure"], match["kind"], table.place(cell))
    if not qualified:
        yield from _claim(cell.text, label, table.place(cell))


def _claim(text: str, kind: str, place: Place) -> Iterator[Claim]:
    figure = read_figure(text)
    if figure and figure.scaled and figure.value >= _LEAST:
        fact = "params_active" if "activ" in kind.lower() else "params_total"
        yield Claim(fact, figure.range, place, printable(text, 60))
