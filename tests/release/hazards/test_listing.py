"""The list of names: whole, without contradiction, and exact."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from weighbridge.release.hazards.pickle.listing import listing
from weighbridge.release.hazards.pickle.python2 import as_python3
from weighbridge.release.hazards.verdict import Grade


def _groups() -> list[dict[str, str]]:
    source = files("weighbridge.release.hazards") / "data/callables.yaml"
    groups = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    assert isinstance(groups, list)
    return groups


def test_every_group_has_a_grade_a_module_names_and_a_reason() -> None:
    keys = {"grade", "module", "names", "why"}
    odd = [group for group in _groups() if set(group) - {"reads"} != keys or not group["why"]]
    assert odd == []


def test_no_name_stands_twice() -> None:
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for group in _groups():
        for name in group["names"].split():
            if (group["module"], name) in seen:
                twice.append(f"{group['module']}.{name}")
            seen[group["module"], name] = group["grade"]
    assert twice == []


def test_only_danger_is_told_of_whole_modules() -> None:
    assert {group["grade"] for group in _groups() if group["names"] == "*"} == {"dangerous"}


@pytest.mark.parametrize(
    ("module", "name", "grade"),
    [
        ("torch._utils", "_rebuild_tensor_v2", Grade.TENSORS),
        ("torch._utils", "_rebuild_tensor_v9", Grade.UNLISTED),
        ("collections", "OrderedDict", Grade.TENSORS),
        ("collections", "OrderedDict.fromkeys", Grade.UNLISTED),
        ("builtins", "set", Grade.KNOWN),
        ("builtins", "getattr", Grade.DANGEROUS),
        ("builtins", "getattr.__call__", Grade.DANGEROUS),
        ("uuid", "UUID", Grade.KNOWN),
        ("uuid", "_get_command_stdout", Grade.DANGEROUS),
        ("os", "anything", Grade.DANGEROUS),
        ("os.path", "join", Grade.DANGEROUS),
        ("ossified", "system", Grade.UNLISTED),
        ("torch", "_C._jit", Grade.UNLISTED),
        ("torch", "os.system", Grade.DANGEROUS),
        ("torch.serialization", "os.system", Grade.DANGEROUS),
        ("random", "_os.system", Grade.DANGEROUS),
        ("pathlib", "os", Grade.DANGEROUS),
        ("functools", "partial.__reduce__", Grade.DANGEROUS),
        ("", "", Grade.UNLISTED),
        ("a" * 2000, ".".join("b" * 2000), Grade.UNLISTED),
    ],
)
def test_a_name_has_its_grade(module: str, name: str, grade: Grade) -> None:
    assert listing().entry(module, name).grade is grade


def test_the_names_of_python_2_are_those_of_the_standard_library() -> None:
    import _compat_pickle

    for (module, name), new in _compat_pickle.NAME_MAPPING.items():
        assert as_python3(module, name) == new
    for module, new_module in _compat_pickle.IMPORT_MAPPING.items():
        assert as_python3(module, "anything") == (new_module, "anything")
