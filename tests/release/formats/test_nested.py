from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.release.building import TINY, TINY_COUNT, Seen, exactly, framed, header_of
from tests.release.formats.building import fault, read, torch_tensor, torch_zip, zipped

WEIGHTS = framed(*header_of(TINY))
TORCH = torch_zip({"w": torch_tensor("0", 6, (6,))}, {"0": 24})


def tarred(members: dict[str, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_weights_in_a_tar_file_are_weighed(form: int, tmp_path: Path) -> None:
    content = tarred({"./model_config.yaml": b"a: 1\n", "./model_weights.ckpt": TORCH}, form)
    (tmp_path / "model.nemo").write_bytes(content)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(6)
    assert [each.format for each in seen.weights.files] == ["PyTorch archive"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_weights_in_archives_in_archives_are_weighed(method: int, tmp_path: Path) -> None:
    inner = zipped({"a/model.safetensors": WEIGHTS, "readme.txt": b"hello"}, method)
    (tmp_path / "release.zip").write_bytes(zipped({"inner.tar": tarred({"x.zip": inner})}, method))
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(TINY_COUNT)
    assert seen.ids() == []


def test_several_files_keep_their_names(tmp_path: Path) -> None:
    found = read(tmp_path, zipped({"a.pt": TORCH, "b.pt": TORCH}), "both.zip")
    assert list(found.shapes) == ["a.pt!w", "b.pt!w"]


def test_archives_too_deep_are_not_followed(tmp_path: Path) -> None:
    content = WEIGHTS
    for _ in range(5):
        content = zipped({"next": content})
    found = read(tmp_path, content, "deep.zip")
    assert found.file.tensors is None
    assert found.messages == ["archives lie too deep in each other"]


def test_too_many_members_are_not_opened(tmp_path: Path) -> None:
    members = {f"{at}.txt": b"" for at in range(1_100)}
    found = read(tmp_path, zipped(members | {"w.safetensors": WEIGHTS}), "many.zip")
    assert found.messages == ["the archive has more members than are opened"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.release.formats.nested.Limits.__init__", _small)
    bomb = zipped({"w.gguf": b"GGUF" + bytes(3 << 20)}, zipfile.ZIP_DEFLATED)
    found = fault(tmp_path, bomb, "bomb.npz")
    assert found == "in its member `w.gguf`: member `w.gguf` unpacks to more than 1 MiB"


def _small(self: object) -> None:
    for name, value in {"depth": 3, "members": 9, "unpacked": 1 << 20, "reached": []}.items():
        setattr(self, name, value)


def test_a_zip_of_other_things_is_no_model(tmp_path: Path) -> None:
    assert read(tmp_path, zipped({"a.txt": b"text", "b.png": b"\x89PNG"}), "photos.zip").files == []
    assert read(tmp_path, tarred({"a.txt": b"text"}), "photos.zip").files == []


def test_damage_inside_is_told(tmp_path: Path) -> None:
    content = zipped({"m.gguf": b"GGUF\x09\0\0\0"})
    assert fault(tmp_path, content, "models.npz") == (
        "in its member `m.gguf`: version 9 of the format is not known"
    )


def test_a_tar_file_cut_off_is_told(tmp_path: Path) -> None:
    content = tarred({"w.ckpt": TORCH})[:1000]
    assert fault(tmp_path, content, "model.nemo") == (
        "the archive is cut off inside the member after byte 0"
    )


def test_a_damaged_archive_inside_is_told(tmp_path: Path) -> None:
    short = torch_zip({"w": torch_tensor("0", 7, (7,))}, {"0": 24})
    found = read(tmp_path, zipped({"m.pt": short}), "models.zip")
    assert found.file.broken
    assert found.file.tensors is None
    assert found.messages == [
        "`m.pt` could not be read: the storage `0` should have 28 bytes and has 24"
    ]
    assert [str(place) for each in found.findings for place in each.where] == ["models.zip"]
