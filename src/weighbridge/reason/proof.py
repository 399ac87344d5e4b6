"""The tree behind a verdict: every leaf looked at, with what it gave and on which fact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.rules.nodes import Compare, In

Verdict = bool | None
"""True, false, or ``None`` for unknown (neither)."""


class Proof:
    """One node of a proof.

    kind:    all, any, not, flag, in, compare, always, concluded, rule, scope, exception,
             definition, presumption
    verdict: true, false or unknown
    text:    the fact, the comparison or the rule's key
    parts:   the nodes below
    keys:    for leaves, the keys of the facts looked at
    open:    for an unknown comparison, those of ``keys`` that are not one exact value
    detail:  for comparisons, the node itself; for concluded facts, the :class:`Conclusion`
    """

    __slots__ = ("detail", "keys", "kind", "open", "parts", "text", "verdict")

    def __init__(
        self,
        kind: str,
        verdict: Verdict,
        text: str = "",
        parts: tuple[Proof, ...] = (),
        keys: tuple[str, ...] = (),
        detail: Any = None,
        open: tuple[str, ...] | None = None,
    ) -> None:
        """Take the parts as found."""
        self.kind = kind
        self.verdict = verdict
        self.text = text
        self.parts = parts
        self.keys = keys
        self.open = keys if open is None else open
        self.detail: Any = detail

    @property
    def conclusion(self) -> Conclusion | None:
        """The conclusion a ``concluded`` leaf points to."""
        return self.detail if isinstance(self.detail, Conclusion) else None

    def deciding(self) -> Iterator[Proof]:
        """Yield the nodes that carry the verdict: one false part of an *all*, every true one."""
        open_ = [self]
        while open_:
            node = open_.pop()
            yield node
            below = node.conclusion
            open_ += reversed(node.carrying() if below is None else below.carrying())

    def everything(self) -> Iterator[Proof]:
        """Yield every node, those below concluded facts included."""
        yield self
        for part in self.parts:
            yield from part.everything()
        if self.conclusion is not None:
            spoken = self.conclusion.presumption
            for proof in (*self.conclusion.proofs, *((spoken,) if spoken else ())):
                yield from proof.everything()

    def carrying(self) -> tuple[Proof, ...]:
        """Return the parts that carry this node's verdict."""
        conjunctive = self.kind in ("all", "rule", "scope", "exception", "definition")
        if self.kind == "not" or self.kind == "presumption":
            return self.parts
        if self.verdict is None:
            return tuple(part for part in self.parts if part.verdict is None)
        if conjunctive != self.verdict:
            decisive = [part for part in self.parts if part.verdict is self.verdict]
            return tuple(sorted(decisive, key=lambda part: part.size())[:1])
        return self.parts

    def size(self) -> int:
        """Return the number of nodes, conclusions not counted."""
        return 1 + sum(part.size() for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return the tree as JSON values; it stops at concluded facts and names them."""
        if self.kind in ("flag", "in", "compare"):
            data: dict[str, Any] = {"is": self.verdict, "test": self._test()}
            if self.keys:
                data["facts"] = list(self.keys)
            return data
        if self.kind == "concluded":
            return {"is": self.verdict, "concluded": self.text}
        if self.kind == "always":
            return {"is": True, "always": True}
        data = {"is": self.verdict, self.kind: self.text} if self.text else {"is": self.verdict}
        data["parts" if self.text else self.kind] = [part.to_json() for part in self.parts]
        return data

    def _test(self) -> str:
        if isinstance(self.detail, In):
            return f"{self.detail.fact} in {{{', '.join(self.detail.words)}}}"
        return self.detail.text if isinstance(self.detail, Compare) else self.text


class Conclusion:
    """A fact that rules conclude: what they gave, and which presumption spoke if none did.

    ``complete`` says that no other way to the fact exists, so that all cases failing is "no".
    """

    __slots__ = (
        "complete",
        "families",
        "given",
        "key",
        "name",
        "presumption",
        "proofs",
        "residual",
        "verdict",
    )

    def __init__(
        self,
        key: str,
        name: str,
        verdict: Verdict,
        proofs: tuple[Proof, ...],
        complete: bool,
        presumption: Proof | None = None,
        given: bool = False,
    ) -> None:
        """Take the parts as found; ``given`` means the fact itself was known."""
        self.key = key
        self.name = name
        self.verdict = verdict
        self.proofs = proofs
        self.complete = complete
        self.presumption = presumption
        self.given = given
        # Worked out once by `missing` and `residual`, for every row that meets this conclusion.
        self.families: Any = None
        self.residual: Any = None

    def carrying(self) -> tuple[Proof, ...]:
        """Return the proofs that carry the conclusion: the presumption, one that holds, or all."""
        if self.presumption is not None:
            return (self.presumption,)
        wanted = [proof for proof in self.proofs if proof.verdict is self.verdict]
        if self.verdict is True:
            wanted = sorted(wanted, key=Proof.size)[:1]
        return tuple(wanted)

    @property
    def presumed(self) -> bool:
        """Whether a presumption stands anywhere on the chain that carries the conclusion."""
        known = self.verdict is not None
        return known and any(node.kind == "presumption" for node in self.deciding())

    def deciding(self) -> Iterator[Proof]:
        """Yield the nodes that carry the conclusion."""
        for proof in self.carrying():
            yield from proof.deciding()

    def to_json(self) -> dict[str, Any]:
        """Return value, basis, the rules that spoke and the proof as JSON values."""
        parts = list(self.proofs) + ([self.presumption] if self.presumption else [])
        return {
            "value": self.verdict,
            "basis": "presumed" if self.presumed else "settled",
            "rules": [proof.text for proof in parts],
            "proof": {"is": self.verdict, "any": [proof.to_json() for proof in parts]},
        }
