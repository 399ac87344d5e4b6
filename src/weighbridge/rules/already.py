"""What the law of each market has already of a policy: each lever, market by market.

``already.yaml`` in a folder of law holds one document for each lever, so that a reform earns no
credit for what the law has, and the law no blame for what it lacks. Read only where somebody
asks: it is no part of the compiled law, and no verdict needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from weighbridge.rules.law import Law
from weighbridge.rules.sources import LAW_FOLDER, read_text
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Text

FILE = "already.yaml"
STATES = ("so", "partly", "no", "nothing")
SHOWING = ("so", "partly")
"""The states that a rule has to show."""

NOTHING = "nothing"
_ENACTED = "enacted"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the law of one market stands to a lever.

    state:   one of :data:`STATES`; ``nothing`` where no rule is of the kind the lever touches
    because: one plain sentence
    rules:   ids: those that show it, or for ``no`` those that a reform would have to touch
    """

    market: str
    state: str
    because: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that a policy would change; ``says`` is the policy in one sentence."""

    id: str
    title: str
    says: str
    markets: tuple[Standing, ...]

    def standing(self, market: str) -> Standing | None:
        """Return how the law of ``market`` stands to it, or ``None`` where nobody said."""
        return next((each for each in self.markets if each.market == market), None)

    def counts(self) -> dict[str, int]:
        """Return how many markets are in each of :data:`STATES`."""
        counted = Counter(each.state for each in self.markets)
        return {state: counted[state] for state in STATES}


def read_levers(law: Law, folders: Iterable[Path] = (LAW_FOLDER,)) -> list[Lever]:
    """Return the levers of ``law``, which was made from ``folders``, in the order written.

    A lever speaks of every market that a pack of its folder speaks of. Raises
    :class:`LanguageError` for a document that is broken or leaves one out.
    """
    reader = _Reader(law)
    for folder in folders:
        for path in sorted(folder.rglob(FILE)):
            reader.read(path, folder)
    return list(reader.found.values())


class _Reader:
    def __init__(self, law: Law) -> None:
        self.law = law
        self.found: dict[str, Lever] = {}
        self.places: dict[str, str] = {}

    def read(self, path: Path, folder: Path) -> None:
        file = SourceFile(path.relative_to(folder).as_posix(), read_text(path))
        wanted = _markets_of(self.law, folder)
        for node in file.documents():
            self._lever(Fields(node, file), wanted)

    def _lever(self, fields: Fields, wanted: Iterable[str]) -> None:
        id_ = str(fields.text("lever"))
        fields.provision, named = id_, fields.node["lever"]
        if id_ in self.found:
            fields.fail(named, f"lever `{id_}` is written twice", f"also in {self.places[id_]}")
        title, says = str(fields.text("title")), str(fields.text("says"))
        section = fields.needed("markets")
        fields.done()
        markets = {each.market: each for each in self._standings(section)}
        left_out = sorted(set(wanted) - set(markets))
        if left_out:
            hint = "a market without a rule of the kind says `nothing`"
            fields.fail(fields.node.key("markets"), f"left out: {', '.join(left_out)}", hint)
        self.places[id_] = f"{fields.file.name}:{named.line}"
        self.found[id_] = Lever(id_, title, says, tuple(markets[each] for each in sorted(markets)))

    def _standings(self, section: Fields) -> Iterator[Standing]:
        for market in section.node:
            if isinstance(market, Text):
                yield self._standing(section, market)

    def _standing(self, section: Fields, market: Text) -> Standing:
        if market not in self.law.markets:
            hint = did_you_mean(market, self.law.markets)
            section.fail(market, f"no law here for market `{market}`", hint)
        fields = section.needed(market)
        state, because = fields.choice("state", STATES), str(fields.text("because"))
        rules = fields.texts("rules")
        fields.done()
        if state in SHOWING and not rules:
            fields.fail(market, f"`{state}` names the rules that show it")
        if state == NOTHING and rules:
            fields.fail(rules[0], "`nothing` names no rule", "say `no` where there is one")
        for id_ in rules:
            self._check(fields, id_, market, state)
        return Standing(str(market), state, because, tuple(map(str, rules)))

    def _check(self, fields: Fields, id_: Text, market: str, state: str) -> None:
        versions = self.law.by_id.get(id_)
        if not versions:
            fields.fail(id_, f"unknown rule `{id_}`", did_you_mean(id_, self.law.by_id))
        home = self.law.packs[versions[0].pack].market
        if home not in (market, ""):
            fields.fail(id_, f"`{id_}` is law of {home} and says nothing of {market}")
        if state in SHOWING and all(each.status != _ENACTED for each in versions):
            status = versions[0].status
            fields.fail(id_, f"`{id_}` is {status} and shows nothing", "name what is enacted")


def _markets_of(law: Law, folder: Path) -> set[str]:
    """Return the markets that the packs of one folder speak of."""
    homes = (path.parent.relative_to(folder).as_posix() for path in folder.rglob("pack.yaml"))
    return {law.packs[id_].market for id_ in homes if id_ in law.packs} - {""}
