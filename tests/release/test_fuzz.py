"""A short run of the fuzzer with a fixed seed over every parser finds nothing."""

from __future__ import annotations

import pytest
from bench.fuzz.loop import Target, Wrong, failure_of, fuzz, smallest
from bench.fuzz.mutate import mutated
from bench.fuzz.targets import targets

SECONDS = 1.6


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in targets() if each != "corpus"])
def test_nothing_fails(name: str) -> None:
    done = fuzz(targets()[name], SECONDS, seed=5)
    assert done.failures == []
    assert done.inputs > len(targets()[name].seeds)


def _refuses(name: str, data: bytes) -> None:
    if data.startswith(b"ab") and b"\xff" in data:
        raise Wrong("it is refused")


def test_what_fails_is_found_and_made_small() -> None:
    done = fuzz(Target((("x", b"abcdefgh"),), _refuses), 20, seed=1, most=20_000)
    assert [each.why for each in done.failures] == ["it is refused"]
    assert done.failures[0].data == b"ab\xff"


def test_an_error_is_named_by_its_place() -> None:
    def check(name: str, data: bytes) -> None:
        data.index(b"a")

    assert failure_of(check, "x", b"b") == "ValueError in test_fuzz.py, check"
    assert smallest(check, "x", b"bbbb", "ValueError in test_fuzz.py, check") == b""


def test_the_same_seed_tries_the_same_inputs() -> None:
    from random import Random

    tried = [
        [mutated(b"abc" * 20, random, [b"xyz"]) for _ in range(50)]
        for random in map(Random, (3, 3, 4))
    ]
    assert tried[0] == tried[1] != tried[2]
