"""What the libraries themselves write is never more than it is, whatever way they write it."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from tests.release.hazards.hearing import messages, scan
from tests.release.oracles import library

pytestmark = pytest.mark.extra
CLEAN = ("inert", "tensor data only", "known library objects")


def _torch() -> Any:
    return library("torch")


def _saved(write: Callable[[io.BytesIO], object]) -> bytes:
    whole = io.BytesIO()
    write(whole)
    return whole.getvalue()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e5m2", "int8", "bool"])
def test_checkpoints_are_tensor_data(dtype: str, zipped: bool) -> None:
    torch = _torch()
    tensors = {"a": torch.zeros(640).to(getattr(torch, dtype)), "b": torch.zeros(3, 78)}
    content = _saved(lambda file: torch.save(tensors, file, _use_new_zipfile_serialization=zipped))
    report = scan(content)
    assert (report.verdict, report.hazards) == ("tensor data only", ()), messages(report)


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_modules_and_optimisers_are_known(zipped: bool) -> None:
    torch = _torch()
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
    optimiser = torch.optim.AdamW(model.parameters())
    for value in (model, optimiser.state_dict()):
        content = _saved(
            lambda file, value=value: torch.save(  # type: ignore[misc]
                value, file, _use_new_zipfile_serialization=zipped
            )
        )
        assert scan(content).verdict in CLEAN


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_script_says_that_it_is_code() -> None:
    torch = _torch()
    script = torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2))
    report = scan(_saved(lambda file: torch.jit.save(script, file)))
    assert (report.format, report.verdict) == ("torchscript", "known library objects")
    assert [each.id for each in report.hazards] == ["torchscript-code"]


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3)])
def test_estimators_in_joblib_are_known(compress: Any) -> None:
    joblib = library("joblib")
    ensemble = library("sklearn.ensemble")
    forest = ensemble.RandomForestClassifier(3).fit([[0.0], [1.0], [2.0]], [0, 1, 0])
    report = scan(_saved(lambda file: joblib.dump(forest, file, compress=compress)))
    assert (report.verdict, report.hazards) == ("known library objects", ()), messages(report)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_arrays_are_tensor_data(protocol: int) -> None:
    numpy = library("numpy")
    joblib = library("joblib")
    values = [numpy.zeros((100, 3)), numpy.array([1, "a", None], dtype=object), numpy.zeros(0)]
    content = pickle.dumps(values, protocol)
    assert scan(content).verdict == "tensor data only"
    mixed = _saved(lambda file: joblib.dump(values, file, protocol=protocol))
    report = scan(mixed)
    assert (report.verdict, report.hazards) == ("tensor data only", ()), messages(report)


def test_code_by_value_is_dangerous() -> None:
    cloudpickle = library("cloudpickle")
    assert scan(cloudpickle.dumps(lambda value: value + 1)).verdict == "dangerous"
