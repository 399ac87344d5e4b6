"""Every engine gives the same sums; what is asked for and absent is said in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="comparing weights needs NumPy")

from tests.release.lineage.matrices import Array, adapted, change, stored, trained, weights  # noqa: E402

from weighbridge.release.lineage.engine import (  # noqa: E402
    Engine,
    NumpyEngine,
    Sums,
    engine_for,
)
from weighbridge.text.errors import InputError  # noqa: E402


def halves(values: Array) -> Array:
    return np.frombuffer(stored(values, "BF16"), np.uint8).copy()


def pairs() -> list[tuple[Array, Array]]:
    w = weights(64, 97).reshape(-1)
    odd = w.copy()
    odd[5], odd[6], odd[70] = np.nan, np.inf, 0.0
    return [
        (w, w),
        (trained(w.reshape(64, 97), 0.01).reshape(-1), w),
        (np.where(np.abs(w) < 0.01, 0, w).astype(np.float32), w),
        (odd, w),
        (w * np.float32(1e25), w * np.float32(1.01e25)),
        (w * np.float32(1e-30), w * np.float32(1.01e-30)),
        (np.zeros_like(w), w),
        (np.zeros_like(w), np.zeros_like(w)),
        (w[:1], w[1:2]),
        (w[:7], w[7:14]),
    ]


def exact(a: Array, b: Array) -> Sums:
    fine = np.isfinite(a) & np.isfinite(b)
    x, y = a[fine].astype(np.float64), b[fine].astype(np.float64)
    d = x - y
    return Sums(
        int(fine.sum()),
        int((a.view(np.uint32) != b.view(np.uint32)).sum()),
        int(((x == 0) & (y != 0)).sum()),
        float(y @ y),
        float(y @ d),
        float(d @ d),
        int((~fine).sum()),
    )


def assert_alike(found: Sums, wanted: Sums) -> None:
    assert (found.n, found.changed, found.odd) == (wanted.n, wanted.changed, wanted.odd)
    assert found.zeros == wanted.zeros
    for name in ("bb", "bd", "dd"):
        within = 1e-5 * max(abs(wanted.bd), np.sqrt(wanted.bb * wanted.dd), 1e-80)
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=1e-5, abs=within)


def assert_right(engine: Engine) -> None:
    for a, b in pairs():
        assert_alike(engine.floats(a, b), exact(a, b))
        x, y = halves(a), halves(b)
        wide = [(each.view("<u2").astype(np.uint32) << 16).view(np.float32) for each in (x, y)]
        assert_alike(engine.halves(x, y), exact(wide[0], wide[1]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_numpy_adds_up_right() -> None:
    assert_right(NumpyEngine())


@pytest.mark.extra
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_torch_adds_up_right() -> None:
    pytest.importorskip("torch", reason="the other engine needs PyTorch")
    from weighbridge.release.lineage.engine_torch import TorchEngine

    assert_right(TorchEngine("cpu"))


@pytest.mark.extra
@pytest.mark.parametrize("dtype", ["BF16", "F16", "F32"])
def test_torch_gives_the_same_words_and_numbers(tmp_path: Path, dtype: str) -> None:
    pytest.importorskip("torch", reason="the other engine needs PyTorch")
    from weighbridge.release.lineage.engine_torch import TorchEngine

    w = weights(192, 256)
    for release in (w, trained(w, 0.02), adapted(w, 8, 0.02), weights(192, 256, seed=3)):
        one = change(tmp_path, release, w, dtype, dtype)
        two = change(tmp_path, release, w, dtype, dtype, engine=TorchEngine("cpu"))
        assert (one.relation, one.rank, one.note) == (two.relation, two.rank, two.note)
        for name in ("cosine", "change", "changed"):
            assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-5, abs=1e-5)


@pytest.mark.extra
def test_a_device_that_is_not_there() -> None:
    torch = pytest.importorskip("torch", reason="the other engine needs PyTorch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(InputError) as raised:
        engine_for("cuda")
    assert str(raised.value) == (
        "PyTorch finds no device `cuda`\n  help: leave `--device` out to use the CPU"
    )


def test_without_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError) as raised:
        engine_for("cuda")
    assert str(raised.value) == (
        "the device `cuda` needs PyTorch, which is not installed\n  help: pip install torch"
    )


def test_numpy_unless_a_device_is_named() -> None:
    assert isinstance(engine_for(None), NumpyEngine)
    assert isinstance(engine_for("cpu"), NumpyEngine)


def test_nothing_imports_torch_unless_asked() -> None:
    code = (
        "import sys\nfrom weighbridge.release.lineage import kinds, merge, direction, statistics\n"
        "from weighbridge.release.lineage.engine import engine_for\nengine_for(None)\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
