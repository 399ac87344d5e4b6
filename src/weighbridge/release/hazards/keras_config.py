"""Keras model configs: what building the model from this JSON would import or run.

A config names classes and functions by module. What Keras itself brings is no hazard; a Lambda
layer carries marshalled code, and any other module is imported by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from weighbridge.release.hazards.found import Found, collected, placed, shown
from weighbridge.release.hazards.keras_classes import KERAS_CLASSES
from weighbridge.release.hazards.loose_json import Pairs, loose_json, objects
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import Buffer

_MOST_CONFIGS = 1 << 12
_USUAL_CONFIG = 1 << 16
_LONGEST_CONFIG = 16 << 20
_MOST_READ = 1 << 28
_FARTHEST = 4096
_NO_TEXT = re.compile(rb"[\x00-\x1f\x7f-\xff]")

_OWN = ("keras", "tf_keras", "keras_hub", "keras_nlp", "keras_cv", "keras_core", "keras_tuner")
_OWN_DEEP = ("tensorflow.keras", "tensorflow.python.keras", "tensorflow.python.trackable")
_HARM = frozenset(
    "os posix nt subprocess sys importlib shutil pty socket runpy ctypes code codeop pickle "
    "_pickle marshal builtins __builtin__ webbrowser multiprocessing asyncio pathlib io tempfile "
    "urllib requests http ftplib smtplib timeit pdb bdb cProfile profile trace pydoc inspect types "
    "operator functools threading signal commands platform site dill cloudpickle joblib "
    "pkgutil zipimport imp ast gc".split()
)
_HARM_IN_OWN = frozenset(
    "get_file enable_unsafe_deserialization load_model load_weights extract_archive "
    "TorchModuleWrapper TFSMLayer JaxLayer FlaxLayer deserialize_keras_object "
    "_extract_archive disable_interactive_logging load_img".split()
)
_PYTHON_OWN = ("function", "__tuple__", "tuple", "list", "dict", "set", "slice", "int", "float")


def keras_hazards(text: str) -> list[Found]:
    """Return what building a Keras model from this JSON would import or run."""
    return list(placed(keras_in_json(loose_json(text)[0]), text))


def keras_in_json(documents: list[Any]) -> list[Found]:
    """Return the same of JSON that was read already, without places."""
    return collected(each for node in objects(documents) for each in _judge(node))


def keras_in_bytes(data: Buffer, start: int, end: int) -> tuple[list[tuple[int, Found]], bool]:
    """Return what Keras configs within binary data would do, each with the config's place.

    The flag says whether something was met that looks like a config and is none.
    """
    found: list[tuple[int, Found]] = []
    at, whole = start, True
    left = _MOST_READ
    for _ in range(_MOST_CONFIGS):
        named = data.find(b'"class_name"', at, end)
        if named < 0:
            return found, whole
        begin = _opening(data, at, named)
        config, read = _config(data, begin, end)
        left -= read
        if left < 0:
            return found, False
        if config is None:
            whole, at = False, named + 1
            continue
        found.extend((begin, each) for each in keras_hazards(config))
        at = max(begin + len(config.encode("utf-8", "surrogatepass")), named + 1)
    return found, False


def _config(data: Buffer, begin: int, end: int) -> tuple[str | None, int]:
    """Return the JSON that begins at a place, if any, and how many bytes were read to see it."""
    decoder, read = json.JSONDecoder(), 0
    for longest in (_USUAL_CONFIG, _LONGEST_CONFIG):
        stop = min(begin + longest, end)
        text = data[begin:stop].decode("utf-8", "replace")
        read += stop - begin
        try:
            return text[: decoder.raw_decode(text)[1]], read
        except (ValueError, RecursionError):
            if stop == end:
                break
    return None, read


def _opening(data: Buffer, start: int, named: int) -> int:
    """Return where the config begins that names a class at ``named``: at its outermost brace."""
    least = max(start, named - _FARTHEST)
    before = data[least:named]
    # Names and settings of printable text stand between the brace and the class; all else ends it.
    binary = [match.end() for match in _NO_TEXT.finditer(before)]
    brace = before.find(b"{", binary[-1] if binary else 0)
    return least + brace if brace >= 0 else named


def is_keras(node: Pairs) -> bool:
    """Return whether an object is one of those in which Keras names a class or a function."""
    return bool(node.texts("class_name")) and node.has("config")


def _judge(node: Pairs) -> Iterator[Found]:
    if not is_keras(node):
        return
    registered = node.texts("registered_name")
    for name in node.texts("class_name"):
        yield from _judge_class(name, node)
        modules = node.texts("module")
        for module in modules:
            yield from _judge_module(module, name, node)
        known = name.rpartition(">")[2] in KERAS_CLASSES
        if not modules and not known and not any(">" in each for each in registered):
            yield _custom(name)
    for each in registered:
        package, sign, name = each.partition(">")
        if sign and package.lower() not in _OWN and name not in KERAS_CLASSES:
            yield _custom(each)


def _custom(registered: str) -> Found:
    message = f"`{shown(registered)}` is an object of somebody's own that must be given on loading"
    return Found("keras-custom-object", Grade.UNLISTED, message)


def _judge_class(name: str, node: Pairs) -> Iterator[Found]:
    if name == "__lambda__" or (name == "Lambda" and _carries_code(node)):
        message = f"`{name}` carries code of Python that building the model would run"
        yield Found("keras-lambda", Grade.DANGEROUS, message)
    elif name == "Lambda":
        message = "`Lambda` calls a function by name when the model is used"
        yield Found("keras-lambda", Grade.UNLISTED, message)
    elif name == "TorchModuleWrapper":
        message = "`TorchModuleWrapper` unpickles a module that the config carries"
        yield Found("keras-pickle", Grade.DANGEROUS, message)
    elif name in _HARM_IN_OWN:
        message = f"`{name}` would be called while the model is built: it opens files"
        yield Found("keras-gadget", Grade.DANGEROUS, message)


def _carries_code(node: Pairs) -> bool:
    """Return whether a Lambda layer holds bytes of code and not a name."""
    for config in node.values("config"):
        if not isinstance(config, Pairs):
            continue
        for key in ("function", "output_shape", "mask"):
            for value in config.values(key):
                if isinstance(value, list) and value and isinstance(value[0], str):
                    return True
                if isinstance(value, str) and not value.replace(".", "_").isidentifier():
                    return True
                if isinstance(value, Pairs) and "__lambda__" in value.texts("class_name"):
                    return True
        if "lambda" in config.texts("function_type"):
            return True
    return False


def _judge_module(module: str, name: str, node: Pairs) -> Iterator[Found]:
    root = module.partition(".")[0]
    if root in _OWN or module.startswith(_OWN_DEEP):
        named = [name, *node.texts("config"), *node.texts("registered_name")]
        for each in named:
            if each.rpartition(".")[2].rpartition(">")[2] in _HARM_IN_OWN:
                message = (
                    f"`{shown(each)}` would be called while the model is built: it opens files"
                )
                yield Found("keras-gadget", Grade.DANGEROUS, message)
        return
    if module == "builtins" and name in _PYTHON_OWN:
        yield from _judge_builtin(name, node)
        return
    what = f"`{shown(module)}` would be imported and `{shown(name)}` of it called on loading"
    grade = Grade.DANGEROUS if root in _HARM else Grade.UNLISTED
    yield Found("keras-module", grade, what)


def _judge_builtin(name: str, node: Pairs) -> Iterator[Found]:
    """Look at a plain function: Keras finds it by name among its own and the registered ones."""
    if name != "function":
        return
    for each in node.texts("config"):
        if each in ("eval", "exec", "compile", "open", "__import__", "getattr", "input"):
            message = f"`{each}` of Python itself would be called on loading"
            yield Found("keras-module", Grade.DANGEROUS, message)
