"""The parsers that are fuzzed, with files to begin with: what tests build, and a corpus."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tests.release.building import framed
from tests.release.formats import test_fuzz, test_gguf, test_onnx
from tests.release.formats.building import Gguf
from tests.release.hazards import test_bounds, test_configs, test_files, test_template
from tests.release.hazards.archives import ARCHIVES
from tests.release.hazards.hostile import HOSTILE, Hostile

from bench.fuzz import checks
from bench.fuzz.loop import Input, Target

_CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
_LARGEST_SEED = 1 << 16
_STREAMS = (b"\x1f\x8b", b"BZh", b"\xfd7z", b"\x5d\x00", b"\x78", b"ZF", b"\x04\x22")


def targets() -> dict[str, Target]:
    """Return every target by its name."""
    built = [(each.name, each.build()) for each in ARCHIVES]
    kinds = {name: _kind(data) for name, data in built}
    found = {
        "walk": Target(_small(_of(HOSTILE)), checks.walked),
        "pickle": Target(_small(_of(HOSTILE)), checks.scanned),
    }
    for kind in ("zip", "tar", "stream", "seven", "npy"):
        seeds = [each for each in built if kinds[each[0]] == kind]
        found[kind] = Target(_small(seeds), checks.scanned)
    for kind, names in _WEIGHTS.items():
        found[kind] = Target(tuple((each, test_fuzz.SOUND[each]) for each in names), checks.read)
    found["gguf"] = Target((*found["gguf"].seeds, *_gguf()), checks.read)
    found["template"] = Target(tuple(_templates()), checks.template)
    found["text"] = Target(_small(_texts()), checks.text)
    found["programs"] = Target(_small(_files()), checks.scanned)
    if corpus := _small(_corpus()):
        found["corpus"] = Target(corpus, checks.read)
    return found


_WEIGHTS = {
    "safetensors": ("model.safetensors",),
    "gguf": ("model.gguf", "big-endian.gguf"),
    "onnx": ("model.onnx",),
    "torch": ("pytorch_model.bin", "old.pth"),
    "arrays": ("a.npy", "a.npz"),
    "flax": ("flax_model.msgpack",),
    "hdf5": ("model.h5", "model.keras"),
    "tensorflow": ("model.index",),
    "ggml": ("ggml-model.bin",),
    "nested": ("model.nemo",),
}


def _small(inputs: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(each for each in inputs if len(each[1]) <= _LARGEST_SEED)


def _of(files: Iterable[Hostile]) -> Iterable[Input]:
    return ((each.name, each.build()) for each in files)


def _kind(data: bytes) -> str:
    if data.startswith(b"\x93NUMPY"):
        return "npy"
    if data.startswith(b"7z"):
        return "seven"
    if data.startswith(_STREAMS):
        return "stream"
    return "zip" if b"PK" in data[:10_000] and data[257:262] != b"ustar" else "tar"


def _gguf() -> Iterable[Input]:
    yield "model.gguf", test_gguf.sound(Gguf(2))
    yield "model.gguf", Gguf().file({"tokenizer.chat_template": "{{ x.__class__ }}", "a": ["b"]})


def _templates() -> Iterable[Input]:
    for group in (test_template.DANGEROUS, test_template.ODD, test_template.PLAIN):
        for source in group.values() if isinstance(group, dict) else group:
            yield "chat_template.jinja", str(source).encode()


def _texts() -> Iterable[Input]:
    for value in (*test_configs.KERAS_DANGEROUS.values(), *test_configs.TEMPLATES.values()):
        yield "config.json", json.dumps(value).encode()
    for value, _ in test_configs.CONFIGS.values():
        yield "config.json", (value if isinstance(value, str) else json.dumps(value)).encode()
    for written, _ in test_configs.YAML.values():
        yield "conf.yaml", written.encode()
    for written, _, _ in test_configs.LOOSE.values():
        yield "a.json", written.encode()
    for written in test_bounds.TEXTS.values():
        yield "config.json", written.encode()[:2000]
    yield "model.safetensors.index.json", b'{"metadata": {"total_size": 8}, "weight_map": {}}'


def _files() -> Iterable[Input]:
    for group in (test_files.PROGRAMS, test_files.CONTENT):
        for name, value in group.items():
            content = value[0] if isinstance(value, tuple) else value
            if isinstance(content, bytes):
                yield name.replace(" ", "-"), content
    yield "model.safetensors", framed({"__metadata__": {"format": "pt"}})
    yield "model.onnx", test_onnx.DEEP


def _corpus() -> Iterable[Input]:
    if not _CORPUS.is_dir():
        return
    for folder in ("serialization", "weights", "releases"):
        for path in sorted((_CORPUS / folder).rglob("*")):
            prose = folder == "releases" and path.suffix in (".md", ".txt", ".py", "")
            if not prose and path.is_file() and path.stat().st_size <= _LARGEST_SEED:
                yield path.name, path.read_bytes()
