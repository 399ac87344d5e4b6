"""What the pages of the site share: the law, the day, its articles, cases, sources and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from weighbridge.facts.values import read_day
from weighbridge.report.pack_cases import PackCase, read_cases
from weighbridge.report.rule_grounds import Grounds, grounds_of
from weighbridge.report.site.written import written_rules
from weighbridge.rules import Law, Pack, Rule
from weighbridge.rules.already import Lever, read_levers
from weighbridge.rules.coverage import Article as Head
from weighbridge.rules.coverage import Coverage, read_coverage
from weighbridge.rules.sources import LAW_FOLDER


@dataclass(frozen=True, slots=True)
class Article:
    """One file of rules, shown as one page.

    name:  the file from the folder of the law; ``address`` is its page's, from the site's top
    heads: the articles of the instrument that its rules cite, each with its subject
    """

    pack: Pack
    name: str
    rules: tuple[Rule, ...]
    heads: tuple[Head, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def title(self) -> str:
        """What a person calls the page."""
        one = self.heads[0] if len(self.heads) == 1 else None
        return f"{one.head}: {one.subject}" if one else self.stem

    @property
    def subjects(self) -> str:
        """What the articles that it cites are about, where they are several."""
        several = self.heads if len(self.heads) > 1 else ()
        return "; ".join(f"{each.head}, {each.subject}" for each in several)

    @property
    def address(self) -> str:
        """Where its page stands in the site."""
        return f"{self.pack.id}/rules/{self.stem}.html"


class Shelf:
    """A body of law as asked on one day, with what stands beside it in its folders."""

    def __init__(self, law: Law, as_of: str, folders: Iterable[Path] = (LAW_FOLDER,)) -> None:
        """Keep the law and the folders it was made from."""
        self.law = law
        self.as_of = as_of
        self.day = read_day(as_of).toordinal()
        self.folders = tuple(folders)

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """The packs by market, those of no market last."""
        packs = self.law.packs.values()
        return tuple(sorted(packs, key=lambda pack: (not pack.market, pack.market, pack.id)))

    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        """The levers of the folders, with how the law of each market stands to them."""
        return tuple(read_levers(self.law, self.folders))

    @cached_property
    def articles(self) -> dict[str, tuple[Article, ...]]:
        """The articles of each pack, in the order of their files."""
        files: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        for rule in self.law.rules:
            files[rule.pack, rule.file].append(rule)
        found: dict[str, list[Article]] = defaultdict(list)
        for (pack, file), rules in files.items():
            heads = self._heads(pack, rules)
            found[pack].append(Article(self.law.packs[pack], file, tuple(rules), heads))
        return {pack: tuple(articles) for pack, articles in found.items()}

    def _heads(self, pack: str, rules: list[Rule]) -> tuple[Head, ...]:
        """Return the articles that rules cite, in the order of the list of rows."""
        coverage = self.coverage.get(pack)
        if coverage is None:
            return ()
        cited = [coverage.article_of(rule.cite) for rule in rules]
        return tuple(each for each in coverage.articles if each in cited)

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """What is encoded of the rows beside each pack, by the folder they stand in."""
        return {each.pack: each for each in read_coverage(self.law, self.folders)}

    @property
    def rows_alone(self) -> Iterator[Coverage]:
        """The lists of rows that stand where no pack stands yet."""
        return (each for name, each in self.coverage.items() if name not in self.law.packs)

    @cached_property
    def written(self) -> dict[str, str]:
        """Each rule's document as its file has it, by key; amended ones as before."""
        return written_rules(self.law, self.folders)

    @cached_property
    def cases(self) -> dict[str, list[PackCase]]:
        """The cases that name each rule, by key."""
        found: dict[str, list[PackCase]] = defaultdict(list)
        definitions: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.law.rules:
            if rule.kind == "definition":
                definitions[rule.body["concludes"]].append(rule)
        for case in read_cases(self.folders):
            for name in case.expects:
                for rule in (*self.law.by_id.get(name, ()), *definitions.get(name, ())):
                    if case.names(self.law, rule):
                        found[rule.key].append(case)
        return dict(found)

    @cached_property
    def grounds(self) -> dict[str, Grounds]:
        """What each rule that makes a row rests on, by key."""
        return {
            rule.key: grounds_of(self.law, rule, rule.interval.nearest(self.day))
            for rule in self.law.rules
            if rule.binding is not None
        }

    def days_old(self, pack: Pack) -> int:
        """Return the days between the newest text of a pack that was read and the day asked."""
        return max(0, self.day - read_day(pack.known_until).toordinal())
