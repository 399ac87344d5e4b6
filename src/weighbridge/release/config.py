"""What the configs of a release say: architecture, context, sizes, adapter, merge, quantisation."""

from __future__ import annotations

from weighbridge.facts import Range, Severity
from weighbridge.release.arithmetic import count_from_config
from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.json_files import count_of, note_unreadable, read_object, text_of
from weighbridge.release.modality import record_modality
from weighbridge.release.observations import Observations
from weighbridge.release.settings import Document, Settings
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, Node, Text, read_yaml

COUNT_TOLERANCE = 0.01
"""How far a count by arithmetic may lie off: buffers, small heads, padded vocabularies."""

_CONTEXT_KEYS = (
    *("max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length"),
    *("seq_length", "n_ctx", "model_max_length"),
)
_LONGEST_CONTEXT = 10**9
_TOKENIZER_LIMIT = 8 << 20
_RECIPE_LIMIT = 256 << 10
_MOST_RECIPES = 100
_FORMATS_TRAINED_IN = frozenset({"fp8", "mxfp4"})
NUMBER_FORMATS = {"float32": "F32", "float16": "F16", "bfloat16": "BF16", "float64": "F64"}
"""How a config writes the number formats in which whole models are stored."""

_LAYER_KEYS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers", "depths")
_WIDTH_KEYS = ("hidden_size", "n_embd", "n_embed", "d_model", "hidden_sizes")


def read_config(folder: Folder, settings: Settings, seen: Observations) -> None:
    """Record what the config, adapter, merge and tokenizer files say."""
    if settings.config is not None:
        _read_model(settings.config, settings, seen)
        _check_vocabulary(folder, settings, seen)
    if settings.pipeline is not None:
        _read_pipeline(settings.pipeline, seen)
    if settings.adapters:
        _read_adapter(settings, seen)
    _read_merges(folder, seen)
    for entry in folder.matching("generation_config.json", "tokenizer_config.json"):
        read_object(folder, entry.path, seen)  # an unreadable one is a finding


def _read_model(config: Document, settings: Settings, seen: Observations) -> None:
    names = config.value.get("architectures")
    architecture = text_of(names[0]) if isinstance(names, list) and names else None
    if architecture:
        place = config.place("architectures")
        seen.measured("model_architecture", architecture, place)
        record_modality(architecture, place, seen)
    elif kind := text_of(config.value.get("model_type")):
        seen.measured("model_architecture", kind, config.place("model_type"), "the model's type")
    has_sizes = any(key in settings.core for key in _LAYER_KEYS) and any(
        key in settings.core for key in _WIDTH_KEYS
    )
    if architecture and has_sizes:
        note = "the config names the architecture and its sizes"
        seen.derived("architecture_public", True, Place(config.path), note)
    _read_context(config, settings, seen)
    _read_format(config, settings, seen)
    _read_quantisation(config, settings, seen)
    _read_arithmetic(config, settings, seen)


def _read_context(config: Document, settings: Settings, seen: Observations) -> None:
    for key in _CONTEXT_KEYS:
        length = count_of(settings.core.get(key))
        if length and length <= _LONGEST_CONTEXT:
            seen.measured("context_length", length, config.place(key), f"`{key}`")
            return


def _read_format(config: Document, settings: Settings, seen: Observations) -> None:
    """Record the number format the config states, where the weights themselves do not tell."""
    stated = NUMBER_FORMATS.get(settings.dtype or "")
    if stated and not seen.named("weight_dtypes"):
        key = "torch_dtype" if "torch_dtype" in settings.core else "dtype"
        seen.declared("weight_dtypes", stated, config.place(key), "as the config states")


def _read_quantisation(config: Document, settings: Settings, seen: Observations) -> None:
    quantisation = settings.quantisation
    if quantisation is None:
        return
    place = config.place("quantization_config")
    if any(fact.value is False for fact in seen.named("is_quantised")):
        message = "the config speaks of quantised weights and every tensor is a full float"
        where = [fact.place for fact in seen.named("is_quantised") if fact.place]
        seen.find("quantisation-mismatch", Severity.LOW, message, place, *where)
        return
    method = text_of(quantisation.get("quant_method")) or "unnamed"
    if method not in _FORMATS_TRAINED_IN:  # models are also trained in those: no sign of a change
        seen.measured("is_quantised", True, place, f"quantised by the method `{method}`")


def _read_arithmetic(config: Document, settings: Settings, seen: Observations) -> None:
    """Record the count of parameters that the config's sizes give."""
    count = count_from_config(settings.core)
    if count is None:
        return
    place = Place(config.path)
    note = f"by arithmetic on the sizes in the config, {count.total:,}"
    seen.derived("params_total", _about(count.total, count.total), place, note)
    if count.experts:
        note = "by arithmetic: the experts that work on each token, without or with the input layer"
        active = _about(count.active_low, count.active_high)
        seen.derived("params_active", active, place, note)


def _about(low: int, high: int) -> Range:
    return Range(
        float(round(low * (1 - COUNT_TOLERANCE))), float(round(high * (1 + COUNT_TOLERANCE)))
    )


def _check_vocabulary(folder: Folder, settings: Settings, seen: Observations) -> None:
    """Compare the tokenizer's vocabulary with the input layer."""
    config, size = settings.config, count_of(settings.core.get("vocab_size"))
    at = config.path.rpartition("/")[0] if config else ""
    entry = folder.get(f"{at}/tokenizer.json" if at else "tokenizer.json")
    if config is None or not size or entry is None or entry.size > _TOKENIZER_LIMIT:
        return
    value = read_object(folder, entry.path, seen)
    model = value.get("model") if value else None
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocabulary, (dict, list)) and len(vocabulary) > size:
        message = f"the tokenizer knows {len(vocabulary):,} words and the config allows {size:,}"
        where = (Place(entry.path), config.place("vocab_size"))
        seen.find("vocabulary-mismatch", Severity.MEDIUM, message, *where)


def _read_pipeline(pipeline: Document, seen: Observations) -> None:
    name = text_of(pipeline.value.get("_class_name"))
    if name is None:
        return
    place = pipeline.place("_class_name")
    seen.measured("model_architecture", name, place)
    record_modality(name, place, seen)
    note = "the pipeline names its class and components"
    seen.derived("architecture_public", True, Place(pipeline.path), note)


def _read_adapter(settings: Settings, seen: Observations) -> None:
    adapter = settings.adapters[0]
    if settings.config is not None and settings.config.path.count("/") < adapter.path.count("/"):
        return  # a whole model with an adapter beside it
    kind = text_of(adapter.value.get("peft_type")) or "adapter"
    seen.measured("is_adapter", True, Place(adapter.path), f"an adapter of the kind `{kind}`")
    task = text_of(adapter.value.get("task_type"))
    if task and settings.config is None:
        record_modality(task, adapter.place("task_type"), seen)
    base = text_of(adapter.value.get("base_model_name_or_path"))
    if base is None:
        seen.derived("has_base_model", True, Place(adapter.path), "an adapter needs another model")
        return
    place = adapter.place("base_model_name_or_path")
    seen.declared("has_base_model", True, place)
    _record_base(base, place, seen)


def _record_base(base: str, place: Place, seen: Observations) -> None:
    """Record a base model; a path on somebody's disk names it by its last part only."""
    if base.count("/") <= 1 and not base.startswith(("/", ".", "~")) and "\\" not in base:
        seen.declared("base_model", base, place)
        return
    message = f"the base model is given as a local path, `{base[:100]}`, that nobody else can open"
    seen.find("base-model-local-path", Severity.MEDIUM, message, place)
    last = base.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if last.strip("."):
        seen.declared("base_model", last, place, "the last part of a local path")


def _read_merges(folder: Folder, seen: Observations) -> None:
    """Record the models that a mergekit file merges."""
    for entry in _recipes(folder):
        try:
            text = folder.read_text(entry.path)
            if text.truncated:
                raise ParseError("longer than is read", Place(entry.path))
            node = read_yaml(text.text, entry.path)
        except ParseError as error:
            note_unreadable(seen, entry.path, error)
            continue
        models = list(dict.fromkeys(_merged_models(node)))
        if models:
            place = Place(entry.path, models[0].line, models[0].column)
            names = ", ".join(shown_name(model[:200]) for model in models[:50])
            seen.declared("base_model", names, place, "the models merged")
            seen.declared("has_base_model", True, place, "a merge of models")


def _recipes(folder: Folder) -> list[Entry]:
    """Return the files that tell how models were merged, whatever they are called."""
    named = folder.matching("*mergekit_config.yml", "*mergekit_config.yaml")
    paths = {entry.path for entry in named}
    for entry in folder.matching("*.yml", "*.yaml")[:_MOST_RECIPES]:
        if entry.path in paths or entry.size > _RECIPE_LIMIT or entry.alias_of:
            continue
        try:
            if b"merge_method:" in folder.read_bytes(entry.path, _RECIPE_LIMIT):
                named.append(entry)
        except ParseError:
            continue  # nothing says that it is a recipe
    return named


def _merged_models(node: Node | None) -> list[Text]:
    """Return every model a merge names, in the order written, the base first."""
    found: list[Text] = []
    waiting: list[Node | None] = [node]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, Items):
            waiting.extend(each)
        elif isinstance(each, Entries):
            for key, value in each.items():
                if key in ("base_model", "model") and isinstance(value, Text) and value:
                    found.append(value)
                elif key in ("slices", "sources", "models", "model"):
                    waiting.append(value)
    return found
