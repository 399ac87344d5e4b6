"""Lists that the law of systems keeps by id are whole: what a sandbox spares, what starts later."""

from __future__ import annotations

from weighbridge.rules import Law, Rule

PACK = "eu/ai-act"


def _fined(law: Law, pack: str) -> set[str]:
    """Return the duties and prohibitions of a pack behind whose breach a penalty stands."""
    return {
        rule.id
        for rule in law.bindings
        if rule.pack == pack and rule.kind in ("duty", "prohibition") and rule.breach.get("penalty")
    }


def _sandbox(law: Law) -> list[Rule]:
    return [rule for rule in law.rules if rule.pack == PACK and rule.shelter.get("of") == "sandbox"]


def test_a_sandbox_spares_every_fine_of_its_act_and_nothing_else(law: Law) -> None:
    shelters = _sandbox(law)
    assert shelters
    for rule in shelters:
        assert rule.body["lifts"] == "penalty", rule.id
        spared = set(rule.exception_to)
        missing = sorted(_fined(law, rule.pack) - spared)
        assert not missing, f"{rule.id} does not name: {', '.join(missing)}"
        assert spared <= _fined(law, rule.pack), rule.id


def test_what_begins_with_the_chapter_on_high_risk_moves_with_it(law: Law) -> None:
    """Each transition that moves one rule of the chapter moves them all."""
    of_chapter: dict[tuple[str, str], set[str]] = {}
    for rule in law.bindings:
        if "starts" in rule.body:
            of_chapter.setdefault((rule.pack, rule.body["starts"]), set()).add(rule.id)
    seen = 0
    for transition in (rule for rule in law.rules if rule.kind == "transition"):
        for (pack, _), ids in of_chapter.items():
            moved = set(transition.body["moves"]) & ids
            if pack != transition.pack or len(moved) < 2:
                continue
            seen += 1
            missing = sorted(ids - moved)
            assert not missing, f"{transition.id} does not move: {', '.join(missing)}"
    assert seen >= 1


def test_how_long_something_is_kept_stands_in_a_parameter(law: Law) -> None:
    lasting = {rule.id: rule.binding.lasts for rule in law.bindings if rule.binding}
    named = {name for name in lasting.values() if name}
    assert named
    for rule in law.bindings:
        assert rule.binding is not None
        words = rule.binding.says.split()
        if rule.pack == PACK and {"years", "months"} & set(words):
            assert rule.binding.lasts, f"{rule.id}: a length in words, not in `lasts`"
