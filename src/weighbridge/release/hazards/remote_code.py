"""Configs that ask for code: of the release itself, of another repository, or by dotted name.

``auto_map`` and its like are how a model brings classes of its own. They run only where somebody
allows remote code, so they are named here and are no malice.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from weighbridge.release.hazards.found import Found, collected, shown
from weighbridge.release.hazards.loose_json import Pairs, objects
from weighbridge.release.hazards.verdict import Grade

_REFERENCE = re.compile(r"(?:([\w.-]+/[\w.-]+)--)?([\w.]+)\.(\w+)")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
_LISTED = (
    *("torch", "torchvision", "torchaudio", "transformers", "diffusers", "lightning", "numpy"),
    *("pytorch_lightning", "nemo", "omegaconf", "hydra", "timm", "open_clip", "peft", "fairseq"),
    *("collections", "math", "datetime", "ldm", "sgm", "sentence_transformers", "onnxruntime"),
    *("flax", "k_diffusion", "optimum", "accelerate", "nemo_text_processing", "tensorflow"),
)
_HARM = frozenset(
    "os posix nt subprocess sys importlib shutil pty socket runpy ctypes code pickle marshal "
    "builtins webbrowser multiprocessing pathlib io tempfile urllib requests http timeit pdb "
    "operator functools pydoc inspect types hydra._internal pkgutil zipimport site dill".split()
)
_HARM_NAMES = frozenset(
    "hydra.utils.get_method hydra.utils.get_class hydra.utils.instantiate hydra.utils.call "
    "hydra.utils.get_object torch.hub.load torch.load torch.jit.load numpy.load numpy.fromfile "
    "torch.hub.load_state_dict_from_url omegaconf.OmegaConf.register_new_resolver "
    "torch.utils.cpp_extension.load torch.utils.cpp_extension.load_inline torch.ops.load_library "
    "numpy.ctypeslib.load_library torch.package.PackageImporter torch.classes.load_library".split()
)
_LIBRARY_KEYS = ("_target_", "target", "class_path")


def config_hazards(documents: list[Any]) -> list[Found]:
    """Return what configs read as JSON ask for: remote code, trust, targets, modules."""
    return collected(each for node in objects(documents) for each in _judge(node))


def _judge(node: Pairs) -> Iterator[Found]:
    for value in node.values("auto_map"):
        for reference in references_in(value):
            yield _auto_map(reference)
    for value in node.values("trust_remote_code"):
        if value in (True, "true", "True"):
            message = "`trust_remote_code` is set: code from a repository would run on loading"
            yield Found("trust-remote-code", Grade.UNLISTED, message)
    for key in _LIBRARY_KEYS:
        for name in node.texts(key):
            if key == "_target_" or (_DOTTED.fullmatch(name) and node.has("params")):
                yield from judge_target(key, name)
    for name in node.texts("type"):
        if node.has("idx") and node.has("path"):
            yield from judge_target("type", name)


def references_in(value: Any) -> Iterator[str]:
    """Yield every class that an ``auto_map`` names, the one of a list and of a mapping too."""
    waiting = deque([value])
    while waiting:
        each = waiting.popleft()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Pairs):
            waiting.extend(child for _, child in each)
        elif isinstance(each, list):
            waiting.extend(each)


def module_of(reference: str) -> str | None:
    """Return the file of the release that a reference names, ``None`` where it names another's."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or match[1]:
        return None
    return match[2].replace(".", "/") + ".py"


def _auto_map(reference: str) -> Found:
    match = _REFERENCE.fullmatch(reference)
    if match and match[1]:
        message = f"`auto_map` names `{shown(reference)}`: code of another repository would run, "
        message += "at whatever revision stands there, once remote code is allowed"
        return Found("auto-map-elsewhere", Grade.UNLISTED, message)
    message = f"`auto_map` names `{shown(reference)}`: code of the release would run once remote "
    return Found("auto-map", Grade.UNLISTED, message + "code is allowed")


def judge_target(key: str, name: str) -> Iterator[Found]:
    """Judge a dotted name that a library imports and calls when it reads the config."""
    root = name.partition(".")[0]
    last = name.rpartition(".")[2]
    if root in _HARM or name in _HARM_NAMES or last in ("eval", "exec", "system", "popen"):
        message = f"`{key}` names `{shown(name)}`, which would be called as the config is read"
        yield Found("config-target", Grade.DANGEROUS, message)
    elif root not in _LISTED:
        message = f"`{key}` names `{shown(name)}`, of no listed library, to be imported and called"
        yield Found("config-target", Grade.UNLISTED, message)


def yaml_hazards(pairs: Iterable[tuple[str, str]]) -> list[Found]:
    """Return what the keys and plain values of a YAML text ask for."""
    return collected(each for key, value in pairs for each in _judge_pair(key, value))


def _judge_pair(key: str, value: str) -> Iterator[Found]:
    if key in _LIBRARY_KEYS and (key == "_target_" or _DOTTED.fullmatch(value)):
        yield from judge_target(key, value)
    elif key == "trust_remote_code" and value.lower() in ("true", "yes", "on"):
        message = "`trust_remote_code` is set: code from a repository would run on loading"
        yield Found("trust-remote-code", Grade.UNLISTED, message)
