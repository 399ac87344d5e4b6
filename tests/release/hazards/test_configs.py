"""Configs: Keras models, remote code, targets; each hostile text says by its name what it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.release.hazards.scanning import ids, scanned

from weighbridge.release.hazards.keras_config import keras_hazards
from weighbridge.release.hazards.loose_json import loose_json, repeated_key
from weighbridge.release.hazards.verdict import Grade


def keras(*layers: dict[str, Any]) -> dict[str, Any]:
    config = {"name": "m", "layers": list(layers)}
    return {"module": "keras", "class_name": "Sequential", "config": config}


def layer(name: str, module: str | None = "keras.layers", **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


CODE = "4wEAAAAAAAAAAAAAAAEAAAABAAAAQwAAAHMEAAAAfABTAKkBTqkAqQHaAXg="
KERAS_DANGEROUS = {
    "marshalled code in a list": layer("Lambda", function=[CODE, None, None]),
    "marshalled code, new form": layer(
        "Lambda", function={"class_name": "__lambda__", "config": {"code": CODE}}
    ),
    "code kept under a type": layer("Lambda", function=CODE, function_type="lambda"),
    "code as it is written": layer("Lambda", function="lambda x: eval('1')"),
    "code deep within": layer("TimeDistributed", layer=layer("Lambda", function=[CODE])),
    "a module of the system": layer("system", "os"),
    "a module below it": layer("run", "subprocess.sub"),
    "an import": layer("import_module", "importlib"),
    "a function of Python": {"module": "builtins", "class_name": "function", "config": "eval"},
    "a fetch": layer("get_file", "keras.utils", origin="https://example.org/x"),
    "a fetch as a function": {
        "module": "keras.utils",
        "class_name": "function",
        "config": "get_file",
        "registered_name": "get_file",
    },
    "a switch turned off": {
        "module": "keras.config",
        "class_name": "function",
        "config": "enable_unsafe_deserialization",
        "registered_name": "enable_unsafe_deserialization",
    },
    "a module of torch": layer("TorchModuleWrapper", module_state=CODE),
    "another model": layer("load_model", "keras.saving"),
}
KERAS_ODD = {
    "a module of nobody": layer("Mine", "my_package.layers"),
    "an object of one's own": {
        "class_name": "Mine",
        "config": {},
        "registered_name": "Custom>Mine",
    },
    "a function by name": layer("Lambda", function="scale", function_type="function"),
}
KERAS_PLAIN = {
    "a dense layer": layer("Dense", units=4, activation="relu"),
    "a function of its own": {
        "module": "keras.activations",
        "class_name": "function",
        "config": "relu",
        "registered_name": "relu",
    },
    "a plain function": {
        "module": "builtins",
        "class_name": "function",
        "config": "relu",
        "registered_name": "function",
    },
    "an old layer": {"class_name": "Dense", "config": {"units": 4}},
    "an initializer": layer("GlorotUniform", "keras.initializers", seed=None),
}


@pytest.mark.parametrize("how", KERAS_DANGEROUS)
def test_keras_that_runs_code_is_dangerous(how: str) -> None:
    found = keras_hazards(json.dumps(keras(KERAS_DANGEROUS[how])))
    assert max(each.grade for each in found) is Grade.DANGEROUS


@pytest.mark.parametrize("how", KERAS_ODD)
def test_keras_of_ones_own_is_named(how: str) -> None:
    found = keras_hazards(json.dumps(keras(KERAS_ODD[how])))
    assert [each.grade for each in found] == [Grade.UNLISTED]


@pytest.mark.parametrize("how", KERAS_PLAIN)
def test_plain_keras_is_nothing(how: str) -> None:
    assert keras_hazards(json.dumps(keras(KERAS_PLAIN[how]))) == []


def test_a_hidden_second_value_is_seen_too() -> None:
    text = '{"class_name": "Lambda", "class_name": "Dense", "config": {"function": ["4wEA"]}}'
    assert [each.id for each in keras_hazards(text)] == ["keras-lambda"]


def test_a_finding_says_where() -> None:
    text = json.dumps(keras(layer("Mine", "my_package")), indent=1)
    (found,) = keras_hazards(text)
    assert text.encode()[found.at :].startswith(b'"Mine"')
    assert found.message == "`my_package` would be imported and `Mine` of it called on loading"


AUTO = {"auto_map": {"AutoConfig": "configuration_x.XConfig"}, "model_type": "x"}
CONFIGS = {
    "code of the release": (AUTO, ["auto-map"]),
    "code of the release, two classes": (
        {"auto_map": {"AutoTokenizer": ["tokenization_x.Slow", None]}},
        ["auto-map"],
    ),
    "code of another repository": (
        {"auto_map": {"AutoModel": "other/repo--modeling_x.XModel"}},
        ["auto-map-elsewhere"],
    ),
    "trust asked for": ({"trust_remote_code": True}, ["trust-remote-code"]),
    "trust not asked for": ({"trust_remote_code": False}, []),
    "a module of nobody": (
        [{"idx": 0, "name": "0", "path": "", "type": "my_module.Pooling"}],
        ["config-target"],
    ),
    "a module that is listed": (
        [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}],
        [],
    ),
    "a target that is listed": ({"a": {"_target_": "torch.nn.Linear"}}, []),
    "a target of nobody": ({"a": {"_target_": "mine.Model"}}, ["config-target"]),
    "a key written out": (json.dumps(AUTO).replace("auto_map", "auto\\u005fmap"), ["auto-map"]),
    "nothing": ({"model_type": "llama", "hidden_size": 8}, []),
}


@pytest.mark.parametrize("how", CONFIGS)
def test_what_configs_ask_for_is_named(how: str, tmp_path: Path) -> None:
    value, found = CONFIGS[how]
    report = scanned(
        tmp_path, "config.json", value if isinstance(value, str) else json.dumps(value)
    )
    assert (ids(report), report.format) == (found, "JSON")
    assert report.verdict == ("unlisted callables" if found else "inert")


def test_the_code_that_a_config_names_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "configuration_x.py").write_text("x = 1\n")
    (tmp_path / "m" / "other.py").write_text("x = 1\n")
    scanned(tmp_path, "m/config.json", json.dumps(AUTO))
    code = scanned(tmp_path, "m/configuration_x.py", "x = 1\n")
    assert ids(code) == ["remote-code-file"]
    assert code.hazards[0].message == (
        "`m/config.json` names it: loading with remote code allowed runs it"
    )
    assert ids(scanned(tmp_path, "m/other.py", "x = 1\n")) == []


TEMPLATES = {
    "a template": {"chat_template": "{{ x.__class__ }}"},
    "a list of templates": {
        "chat_template": [
            {"name": "default", "template": "{{ a }}"},
            {"name": "tool_use", "template": "{{ x.__class__ }}"},
        ]
    },
    "a template in a processor": {"a": {"tool_chat_template": "{{ x.__class__ }}"}},
}


@pytest.mark.parametrize("how", TEMPLATES)
def test_templates_in_configs_are_judged(how: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, "tokenizer_config.json", json.dumps(TEMPLATES[how]))
    assert (report.verdict, ids(report)) == ("dangerous", ["template-internals"])
    assert "template" in report.hazards[0].member


@pytest.mark.parametrize("name", ["chat_template.jinja", "template.txt", "chat", "a.bin"])
def test_templates_of_any_name_are_judged(name: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, name, "{% for m in messages %}{{ m.__class__ }}{% endfor %}")
    assert report.verdict == "dangerous"


def test_a_template_that_cannot_be_read_is_broken(tmp_path: Path) -> None:
    report = scanned(tmp_path, "chat_template.jinja", "{{ '__ }}")
    assert report.verdict == "broken"


YAML = {
    "a target that runs": ("a:\n  _target_: os.system\n  command: id\n", "dangerous"),
    "a method as a target": ("_target_: hydra.utils.get_method\npath: x\n", "dangerous"),
    "a target that loads": ("- _target_: torch.hub.load\n", "dangerous"),
    "a target of nobody": ("x: {_target_: mine.Model}\n", "unlisted callables"),
    "a target that is listed": ("x:\n  _target_: torch.nn.Linear\n", "inert"),
    "a target of old configs": ("model:\n  target: ldm.models.X\n  params: {}\n", "inert"),
    "a tag of Python": ("a: !!python/object/apply:os.system [id]\n", "dangerous"),
    "trust": ("trust_remote_code: yes\n", "unlisted callables"),
    "an alias": ("a: &a {_target_: os.system}\nb: *a\n", "dangerous"),
    "a bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n_target_: torch.nn.Linear\n", "inert"),
    "no YAML": ("a: [1\nb: }\n", "broken"),
    "deep YAML": ("[" * 500 + "]" * 500, "broken"),
}


@pytest.mark.parametrize("how", YAML)
def test_yaml_is_judged_without_being_built(how: str, tmp_path: Path) -> None:
    text, verdict = YAML[how]
    assert scanned(tmp_path, "conf.yaml", text).verdict == verdict


def test_yaml_under_another_name_is_judged(tmp_path: Path) -> None:
    assert scanned(tmp_path, "model_config", "_target_: os.system\n").verdict == "dangerous"


LOOSE = {
    "a document": ('{"a": 1}', 1, ""),
    "lines": ('{"a": 1}\n{"a": 2}\n', 2, ""),
    "two glued together": ('{\n"a": 1}\n{\n"a": 2}\n', 2, "more than one JSON document"),
    "words after it": ('{"a": 1} x', 1, "something follows the first JSON document"),
    "cut short": ('{"a": ', 0, "expecting value"),
    "deep": ("[" * 300 + "]" * 300, 0, "JSON nested more than 200 levels"),
    "deep and never closed": ("[" * 100_000, 0, "JSON nested more than 200 levels"),
    "nothing": ("  ", 0, "no JSON document"),
    "long numbers": ('{"a": ' + "9" * 5000 + "}", 1, ""),
    "a mark at the start": ('\ufeff{"a": 1}', 1, ""),
}


@pytest.mark.parametrize("how", LOOSE)
def test_json_is_read_loosely_and_told_exactly(how: str) -> None:
    text, count, why = LOOSE[how]
    documents, said = loose_json(text)
    assert len(documents) == count
    assert said.startswith(why) if why else not said


def test_a_repeated_key_is_seen() -> None:
    assert repeated_key(loose_json('{"a": [{"b": 1, "b": 2}]}')[0]) == "b"
    assert repeated_key(loose_json('{"a": [{"b": 1}, {"b": 2}]}')[0]) is None


def test_a_broken_config_is_broken_and_still_judged(tmp_path: Path) -> None:
    report = scanned(tmp_path, "config.json", json.dumps(AUTO) + "\n}")
    assert report.verdict == "broken"
    assert "auto-map" in ids(report)
