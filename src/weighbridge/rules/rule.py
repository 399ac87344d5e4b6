"""A rule, a parameter, a reading, a pack: what one document of law data becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from weighbridge.rules.nodes import Always, Node, node_from_json

BINDINGS = {
    "duty": "must",
    "prohibition": "must_not",
    "right": "may",
    "power": "may",
    "practice": "does",
    "pointer": "look_at",
    "claim": "harm",
}
"""The kinds that make a row, each with the key that says what it asks."""

ASKING = ("duty", "prohibition")
"""The kinds that ask for something to be so, or not to be so."""

GATES = ("scope", "exception", "transition", "definition", "presumption")
STATUSES = ("enacted", "repealed", "proposed", "bill", "vetoed")
AUTHORITIES = ("statute", "court", "contract", "guidance", "code", "practice", "view")
CONTRACT = "contract"
LAW, LICENSOR = "law", "licensor"
"""To whom something is owed: by law, or to the licensor of a model that was taken under terms."""

READS = ("official", "copy", "secondary", "memory")
OBJECTS = ("model", "system", "component", "service", "output", "dataset", "organisation")
DUES = ("before-release", "at-release", "within", "ongoing", "have-ready", "only-if")
LIFTS = ("duty", "penalty", "claim", "defence", "proof", "mitigation")
FAMILIES = (
    "documentation",
    "transparency",
    "copyright",
    "notification",
    "evaluation",
    "security",
    "incident",
    "representation",
    "cooperation",
    "registration",
    "content",
    "data",
    "safety",
    "literacy",
    "classification",
    "harm",
)
CLAIM_WORDS = ("claimant", "standard", "must_show")
"""What every claim says beside the harm: who asks, on which standard, what they must show."""

CLAIM_LIFTS = ("claim", "defence")
"""What an exception can take from a claim: the claim itself, or it hands a defence."""

SHELTERS = (
    "open-source",
    "research",
    "personal",
    "sandbox",
    "deemed",
    "code",
    "hosting",
    "small",
)
"""What a shelter is for: why an exception exists, so that like can be shown beside like."""


TAKES = ("higher", "lower", "each")
"""Which of several ceilings counts; ``each`` in a case of its own, as for a later violation."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The days on which a thing stands: half-open ordinals, either end may be open.

    A first day after the end is that of a text replaced before the day on which it was to apply:
    it stands on no day, and is judged on that first day, when what it turns on has a meaning.
    """

    start: int | None = None
    end: int | None = None

    @property
    def never_applied(self) -> bool:
        """Whether the text was replaced before it came to apply."""
        return self.start is not None and self.end is not None and self.start >= self.end

    def holds(self, day: int) -> bool:
        """Return whether ``day`` lies within."""
        return (self.start is None or day >= self.start) and (self.end is None or day < self.end)

    def nearest(self, day: int) -> int:
        """Return the day within the interval that lies nearest to ``day``."""
        if self.start is not None and day < self.start:
            return self.start
        if self.end is not None and day >= self.end:
            return self.end - 1
        return day

    def overlaps(self, other: Interval) -> bool:
        """Return whether the two share a day."""
        starts_after = self.end is not None and other.start is not None and other.start >= self.end
        ends_before = other.end is not None and self.start is not None and self.start >= other.end
        return not (starts_after or ends_before)

    def common(self, other: Interval) -> Interval:
        """Return the days on which both stand."""
        starts = [each.start for each in (self, other) if each.start is not None]
        ends = [each.end for each in (self, other) if each.end is not None]
        return Interval(max(starts, default=None), min(ends, default=None))


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a thing is written: the act, the place in it, its ELI if known."""

    act: str
    at: str
    eli: str = ""

    def __str__(self) -> str:
        """Return ``act, place``."""
        return ", ".join(part for part in (self.act, self.at) if part)


@dataclass(frozen=True, slots=True)
class Copy:
    """Who read which copy of the text: ``text`` is one of :data:`READS`."""

    text: str
    on: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a rule asks, of whom and when.

    addressee: the act's word for its bearer       says:   the act in our own words
    family:    one of :data:`FAMILIES`             due:    one of :data:`DUES`
    within:    parameter in days, with ``event``   bars:   whether release must wait for it
    lasts:     parameter of time: for how long, at least, what is asked has to last
    extra:     other words a kind carries (to, holder, claimant, standard, must_show …)
    limits:    for a claim, the parameters of time after which it is barred
    linked:    for a claim, the rules whose breach bears on it
    """

    addressee: str
    family: str
    says: str
    due: str = "ongoing"
    within: str = ""
    event: str = ""
    bars: bool = False
    lasts: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Our encoding of one provision.

    ``body`` holds what only some kinds have, in JSON form: ``when``, ``unless``,
    ``demands`` and ``forbids`` trees,
    ``exception_to``, ``lifts``, ``shelter``, ``concludes``, ``complete``, ``presumes``, ``value``,
    ``basis``, ``scope``, ``moves``, ``to``, ``starts``, the parameter that gives the first day, and
    ``moved_from``, the rule that laid the same duty on somebody else.
    Trees become nodes when the rule is first judged.
    """

    id: str
    pack: str
    kind: str
    title: str
    cite: Citation
    read: Copy
    interval: Interval
    status: str
    authority: str
    object: str
    body: dict[str, Any]
    binding: Binding | None = None
    rows: tuple[str, ...] = ()
    discharges: tuple[str, ...] = ()
    discharged_by: str = "any"
    breach: dict[str, Any] = field(default_factory=dict)
    ended_by: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    @cached_property
    def when(self) -> Node:
        """The condition; :class:`Always` where none is written."""
        return node_from_json(self.body["when"]) if "when" in self.body else Always()

    @cached_property
    def unless(self) -> Node | None:
        """What overturns a presumption, or ``None``."""
        return node_from_json(self.body["unless"]) if "unless" in self.body else None

    @cached_property
    def demands(self) -> Node:
        """What is so of whoever does what a duty asks; :class:`Always` where nothing is said."""
        return node_from_json(self.body.get("demands", True))

    @cached_property
    def forbids(self) -> Node | None:
        """What must not be so, or ``None`` where nothing is said."""
        return node_from_json(self.body["forbids"]) if "forbids" in self.body else None

    @property
    def key(self) -> str:
        """The id, with its first day where several versions carry it: ``id@2025-08-02``.

        A version that never came to apply has its last day instead: ``id@..2026-07-26``.
        """
        return f"{self.id}@{self.body['version']}" if "version" in self.body else self.id

    @property
    def exception_to(self) -> tuple[str, ...]:
        """The rules this one is an exception to."""
        return tuple(self.body.get("exception_to", ()))

    @property
    def shelter(self) -> dict[str, str]:
        """What an exception shelters, who must show it and what ends it; empty for the others."""
        shelter: dict[str, str] = self.body.get("shelter", {})
        return shelter


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A parameter's value from a day on, with where it is written and who read it."""

    start: int
    value: float
    written: str
    cite: str
    read: Copy


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated, cited threshold. Before its first day it is not in force, never zero."""

    name: str
    pack: str
    unit: str
    gloss: str
    values: tuple[DatedValue, ...]

    def at(self, day: int) -> DatedValue | None:
        """Return the value that stands on ``day`` or ``None``."""
        standing = [value for value in self.values if value.start <= day]
        return standing[-1] if standing else None


@dataclass(frozen=True, slots=True)
class Position:
    """One answer to a question of law, and who holds it."""

    says: str
    held_by: str


@dataclass(frozen=True, slots=True)
class Question:
    """A reading: a named question of law that allows more than one answer."""

    name: str
    pack: str
    gloss: str
    cite: str
    positions: dict[str, Position]


@dataclass(frozen=True, slots=True)
class Addressee:
    """An addressee of an act: the fact that concludes it and the roles that can ever be it."""

    name: str
    object: str
    fact: str
    roles: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class Discharge:
    """What would meet a duty: a document, evaluation, filing, label, signature or arrangement.

    ``looks_for`` names the facts of a release that go into it, so that what is already there
    can be shown.
    """

    id: str
    kind: str
    title: str
    says: str
    form: str
    effort: dict[str, Any]
    inheritable: bool
    looks_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Penalty:
    """What may follow a breach, once for all rules that name it.

    ceiling:   parameters; with several ``takes`` says which counts, one of :data:`TAKES`
    size:      the fact of an actor's size; for its words in ``lower_for`` the lower one counts,
               each from an ISO day on
    by:        who imposes it
    """

    id: str
    pack: str
    says: str
    cite: Citation
    read: Copy
    interval: Interval
    by: str
    ceiling: tuple[str, ...] = ()
    takes: str = "higher"
    size: str = ""
    lower_for: dict[str, str] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """The same release but for a few facts: ``facts`` as written, by name or key."""

    name: str
    title: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Twins of one release to be judged side by side; the first is what the others stand beside.

    shelter: the kind of shelter (one of :data:`SHELTERS`) whose worth the comparison shows
    """

    name: str
    title: str
    twins: tuple[Twin, ...]
    shelter: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One legal instrument as data."""

    id: str
    title: str
    act: str
    market: str
    status: str
    authority: str
    known_until: str
    note: str
    addressees: tuple[Addressee, ...]

    def addressee(self, name: str, object_: str) -> Addressee | None:
        """Return the addressee ``name`` towards an object; one without objects fits any."""
        for wanted in (object_, ""):
            for term in self.addressees:
                if term.name == name and term.object == wanted:
                    return term
        return None
