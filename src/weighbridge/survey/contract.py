"""The contract of the tables: what each column may be called and what it then holds.

One row is one release as one actor holds it. ``release`` names it; ``actor`` and ``role`` may say
who is asked about; ``source__NAME`` where a fact is from; ``about__NAME`` is for the reader alone.
Every other column is a fact of the vocabulary, as :class:`~weighbridge.reason.columns.Table` reads
its name. ``docs/tables.md`` says so to people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from weighbridge.facts import FactType, Value
from weighbridge.reason.columns import Table
from weighbridge.rules.law import Law
from weighbridge.text.errors import InputError, did_you_mean

RELEASE, ACTOR, ROLE = "release", "actor", "role"
KEYS = (RELEASE, ACTOR, ROLE)
SOURCE, ABOUT = "source__", "about__"
ENDS = ("_low", "_high")
_SHOWN = 60


@dataclass(frozen=True)
class Contract:
    """The columns of one table, told apart.

    table:   the columns of facts, with the facts that are the same for all rows
    keys:    which of :data:`KEYS` there are, in their order
    beside:  columns that no rule reads: sources, and what is for the reader
    ignored: columns that are not in the contract, left out because the caller asked for it
    """

    law: Law
    table: Table
    keys: tuple[str, ...]
    beside: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the columns of facts, in the order given."""
        return tuple(self.table.columns)

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are read of the table: keys and facts."""
        return (*self.keys, *self.facts)


def read_contract(
    law: Law,
    names: Sequence[str],
    fixed: Mapping[str, Value] | None = None,
    *,
    unset: Iterable[str] = (),
    ignore: bool = False,
) -> Contract:
    """Return what the columns of a table are.

    ``fixed`` are facts by key that replace what the table says of them, ``unset`` keys whose
    columns do not count. Raises :class:`InputError` for a table without ``release``, a name that
    stands twice, and, unless ``ignore``, a column that is not in the contract.
    """
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"column `{twice[0][:_SHOWN]}` stands twice in the table")
    if RELEASE not in names:
        raise InputError(
            f"the table has no column `{RELEASE}`",
            help="it names the release of each row; see docs/tables.md, or give --from for a "
            "table of somebody else",
        )
    others = [name for name in names if name not in KEYS]
    beside = tuple(name for name in others if is_beside(law, name))
    gone = set(unset)
    table = Table(law, [name for name in others if name not in beside], fixed)
    unknown = tuple(table.others)
    if unknown and not ignore:
        raise _unknown(law, unknown)
    kept = [name for name, column in table.columns.items() if column.key not in gone]
    keys = tuple(name for name in KEYS if name in names)
    return Contract(law, Table(law, kept, fixed), keys, beside, unknown)


def is_beside(law: Law, name: str) -> bool:
    """Return whether a column is a source of a fact or for the reader alone."""
    if name.startswith(ABOUT):
        return len(name) > len(ABOUT)
    bare = name.removeprefix(SOURCE)
    return bare != name and not Table(law, [bare]).others


def column_names(fact: FactType) -> Iterator[str]:
    """Yield the names that columns of a fact may have, the market left out."""
    yield fact.name
    if fact.is_numeric:
        yield from (f"{fact.name}{end}" for end in ENDS)


def _unknown(law: Law, names: tuple[str, ...]) -> InputError:
    name = names[0]
    message = f"unknown column `{name[:_SHOWN]}`"
    if len(names) > 1:
        message += f" and {len(names) - 1} more"
    return InputError(message, help=_hint(law, name))


def _hint(law: Law, name: str) -> str:
    bare, dunder, market = name.partition("__")
    fact = law.vocabulary.get(bare)
    if fact is None:
        fact = next(
            (law.vocabulary.get(bare.removesuffix(e)) for e in ENDS if bare.endswith(e)), None
        )
        if fact is not None and not fact.is_numeric:
            return f"`{fact.name}` is no number and has no ends"
    if fact is not None and dunder:
        if market in law.markets:
            return f"`{fact.name}` is the same in every market: call the column `{bare}`"
        return did_you_mean(market, law.markets) or f"no law here for market `{market[:_SHOWN]}`"
    known = [each for fact in law.vocabulary for each in column_names(fact)]
    near = did_you_mean(bare, [*KEYS, *known])
    return near or "--ignore-columns leaves out what is not in the contract (docs/tables.md)"
