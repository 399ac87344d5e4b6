"""A made-up body of law of any size, for measuring; it says nothing about any place."""

from __future__ import annotations

from pathlib import Path

_PACK = """\
pack: zz/bench
title: Benchmark pack
act: Benchmark Act
market: ZZ
status: enacted
authority: statute
known_until: 2026-01-01
read: {text: copy, on: 2026-01-01}
in_force: {from: 2020-01-01}
addressees:
  maker:
    - {of: model, fact: bench_maker, roles: [developer], cite: sec. 1}
"""

_FACTS = """\
fact: bench_maker
type: flag
legal: yes
subject: actor
gloss: the actor is a maker in the sense of the benchmark
cite: sec. 1
---
fact: bench_model
type: flag
legal: yes
gloss: the model falls under the benchmark
cite: sec. 2
"""

_DEFINITIONS = """\
rule: zz/bench/1
title: Maker
cite: sec. 1
of: model
concludes: bench_maker
complete: yes
when: {all: [made_by_actor, own_name]}
---
rule: zz/bench/2
title: Model
cite: sec. 2
of: model
concludes: bench_model
complete: yes
when:
  any:
    - training_compute > bench_threshold_0
    - all: [outputs_text, not narrow_task]
"""

_GROUP = """\
rule: zz/bench/{n}.1
title: Duty {n}
cite: sec. {n}(1)
of: model
duty: {{addressee: maker, family: documentation, must: keep record {n}, due: have-ready}}
when:
  all:
    - bench_model
    - training_compute > bench_threshold_{threshold}
    - any: [outputs_text, outputs_image]
---
rule: zz/bench/{n}.2
title: Exception to duty {n}
cite: sec. {n}(2)
of: model
exception_to: [zz/bench/{n}.1]
lifts: duty
when: {{all: [weights_public, architecture_public, usage_info_public]}}
---
rule: zz/bench/{n}.3
title: Exception to the exception
cite: sec. {n}(3)
of: model
exception_to: [zz/bench/{n}.2]
lifts: duty
when: training_compute > bench_threshold_0
---
rule: zz/bench/{n}.4
title: Second exception to duty {n}
cite: sec. {n}(4)
of: model
exception_to: [zz/bench/{n}.1]
lifts: duty
when: {{all: [narrow_task, not outputs_image]}}
"""

THRESHOLDS = 10


def write_law(folder: Path, rules: int) -> Path:
    """Write a body of law of about ``rules`` rules, a quarter of them duties; return ``folder``."""
    home = folder / "zz" / "bench"
    (home / "rules").mkdir(parents=True)
    (folder / "law.yaml").write_text("law: benchmark\nread_on: 2026-01-01\n", encoding="utf-8")
    (home / "pack.yaml").write_text(_PACK, encoding="utf-8")
    (home / "facts.yaml").write_text(_FACTS, encoding="utf-8")
    parameters = [
        f"parameter: bench_threshold_{number}\nunit: FLOP\ngloss: benchmark threshold {number}\n"
        f"values:\n  2020-01-01: {{value: 1e{16 + number}, cite: sec. 0}}\n"
        for number in range(THRESHOLDS)
    ]
    (home / "parameters.yaml").write_text("---\n".join(parameters), encoding="utf-8")
    (home / "rules" / "definitions.yaml").write_text(_DEFINITIONS, encoding="utf-8")
    for group in range((rules - 2) // 4):
        text = _GROUP.format(n=100 + group, threshold=group % THRESHOLDS)
        (home / "rules" / f"sec-{100 + group}.yaml").write_text(text, encoding="utf-8")
    return folder


FACTS = {
    "made_by_actor": True,
    "own_name": True,
    "training_compute": 1e24,
    "outputs_text": True,
    "outputs_image": False,
    "narrow_task": False,
    "weights_public": True,
    "architecture_public": True,
    "usage_info_public": True,
}
