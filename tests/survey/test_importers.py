"""Tables of others: what goes where, what stays unknown, and the vintage block."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.survey import arrow  # noqa: F401 - skips where it is absent
from weighbridge.survey.contract import read_contract
from weighbridge.survey.importers import FORMS
from weighbridge.survey.importers.mapping import read_forms
from weighbridge.survey.importers.rows import TheirRow
from weighbridge.survey.importers.telling import columns_of
from weighbridge.text.errors import InputError

extra = pytest.mark.extra


def imported(path: Path, form: str, tmp_path: Path, **more: Any) -> tuple[list[Any], Any]:
    needed("numpy", "numpy")
    pq = needed("pyarrow.parquet", "pyarrow")
    from weighbridge.survey.importers import import_table

    opened = import_table(str(path), form, shipped_law(), tmp_path / "scratch", **more)
    rows = [
        {name: value for name, value in row.items() if value is not None}
        for row in pq.read_table(opened.path).to_pylist()
    ]
    return rows, opened


@pytest.mark.parametrize("name", FORMS)
def test_every_mapping_fills_columns_of_the_contract(name: str) -> None:
    for form in read_forms(name):
        contract = read_contract(shipped_law(), ["release", "actor", *columns_of(form)])
        assert contract.facts
        law = shipped_law()
        for rule in form.rules:
            fact = law.vocabulary.get(rule.column)
            if fact is not None and fact.type == "enum" and rule.words:
                assert set(rule.words.values()) <= set(fact.values), rule.column


EPOCH = """\
Model,Organization,Publication date,Domain,Task,Parameters,Training compute (FLOP),\
Training compute lower bound,Training compute upper bound,Training dataset size (total),\
Base model,Finetune compute (FLOP),Model accessibility,Country (of organization),\
Organization categorization
Big,Lab,2026-07-15,Language,"Language modeling/generation,Chat",9e11,5.0000000000001e+26,,,4.5e13,\
,,Open weights (unrestricted),"France,Germany",Industry
Bounded,Lab,2025-03,"Language,Vision",Image generation,,3e25,2.1e25,,1e9,Big,1e21,\
API access,"France,China","Industry,Academia"
Silent,,,,,,,,,,,,,,
,Lab,2025-01-01,,,,,,,,,,,,
Odd,Lab,2025-01-01,,,seven,,,,,,,,,
"""


@extra
def test_epoch(tmp_path: Path) -> None:
    path = tmp_path / "epoch_2026-07-23.csv"
    path.write_text(EPOCH, encoding="utf-8")
    rows, opened = imported(path, "epoch", tmp_path)
    day = date(2026, 7, 15)
    assert rows[0] == {
        "release": "Big",
        "actor": "Lab",
        "model_name": "Big",
        "release_date_low": day,
        "release_date_high": day,
        "params_total": 9e11,
        "training_compute_low": 5e26,
        "training_compute_high": 5e26,
        "training_tokens": 4.5e13,
        "weights_public": True,
        "licence_non_commercial": False,
        "outputs_text": True,
        "actor_kind": "company",
        "based_in": "eu",
        "about__domain": "Language",
    }
    assert rows[1] == {
        "release": "Bounded",
        "actor": "Lab",
        "model_name": "Bounded",
        "release_date_low": date(2025, 3, 1),
        "release_date_high": date(2025, 3, 31),
        "training_compute_low": 2.1e25,
        "base_model": "Big",
        "has_base_model": True,
        "modification_compute": 1e21,
        "weights_public": False,
        "outputs_image": True,
        "about__domain": "Language,Vision",
    }
    assert rows[2] == {"release": "Silent", "model_name": "Silent"}
    assert rows[3] == {"release": "Odd", "actor": "Lab"}
    assert [str(each) for each in opened.bad.told] == [
        "row 4: it names no release: the row is left out",
        "row 5: `Parameters`: `seven` is not a number: of `Odd` only the name is taken",
    ]
    assert opened.vintage.to_json() == {
        "source": "Epoch AI, Data on AI Models",
        "date": "2026-07-23",
        "sha256": sha256(EPOCH.encode()).hexdigest(),
        "licence": "CC BY 4.0",
        "attribution": "Epoch AI, 'Data on AI Models', epoch.ai, CC BY 4.0",
    }


@extra
def test_the_hub(tmp_path: Path) -> None:
    pa = needed("pyarrow", "pyarrow")
    pq = needed("pyarrow.parquet", "pyarrow")
    table = [
        {
            "id": "org/plain",
            "tags": ["license:apache-2.0", "base_model:org/base", "base_model:finetune:org/base"],
            "pipeline_tag": "text-generation",
            "library_name": "transformers",
            "createdAt": datetime(2025, 8, 3, 12),
            "lastModified": datetime(2025, 9, 1),
            "gated": "False",
            "private": False,
            "safetensors": {"parameters": {"BF16": 7_000}, "total": 7_000},
            "cardData": '{"license": "mit", "language": ["en", "fr"]}',
            "downloads": 12,
        },
        {
            "id": "someone/adapter",
            "tags": ["license:other", "base_model:adapter:org/plain", "lora"],
            "library_name": "peft",
            "createdAt": datetime(2022, 3, 2, 23, 29, 4),
            "gated": "manual",
            "safetensors": {"parameters": {"F32": 5}, "total": 5},
            "downloads": None,
        },
        {"id": "q/quant", "tags": ["base_model:quantized:org/plain", "license:gemma"]},
        {"id": "n/nothing", "tags": []},
        {"id": "o/other", "tags": ["license:other"], "cardData": '{"license_name": "gemma"}'},
        {"id": "t/two", "tags": ["license:mit", "license:gemma"]},
    ]
    path = tmp_path / "hub.parquet"
    pq.write_table(pa.Table.from_pylist(table), path)
    rows, opened = imported(path, "hub", tmp_path, date="2026-05-12")
    assert rows[0] == {
        "release": "org/plain",
        "actor": "org",
        "model_name": "org/plain",
        "release_date_low": date(2025, 8, 3),
        "release_date_high": date(2025, 9, 1),
        "params_total": 7000.0,
        "licence_weights": "Apache-2.0",
        "weights_licence": "apache_2_0",
        "licence_allows_access": True,
        "licence_allows_use": True,
        "licence_allows_modification": True,
        "licence_allows_redistribution": True,
        "licence_non_commercial": False,
        "licence_scale_threshold": False,
        "licence_excludes_territory": False,
        "licence_excludes_eu": False,
        "licence_use_limits": False,
        "licence_commercial_separate": False,
        "base_model": "org/base",
        "has_base_model": True,
        "base_changed_how": "trained",
        "inputs_text": True,
        "outputs_text": True,
        "weights_public": True,
        "languages": "en,fr",
        "about__library": "transformers",
        "about__downloads": "12",
    }
    assert rows[1] == {
        "release": "someone/adapter",
        "actor": "someone",
        "model_name": "someone/adapter",
        "params_trainable": 5.0,
        "base_model": "org/plain",
        "has_base_model": True,
        "base_changed_how": "adapter",
        "is_adapter": True,
        "gated_download": True,
        "about__library": "peft",
    }
    assert rows[2]["is_quantised"] is True
    assert rows[2]["base_licence"] == "gemma"
    assert rows[3] == {"release": "n/nothing", "actor": "n", "model_name": "n/nothing"}
    assert rows[4]["weights_licence"] == "gemma"
    assert rows[5] == {"release": "t/two", "actor": "t", "model_name": "t/two"}
    assert opened.vintage.date == "2026-05-12"


OPENNESS = """\
framework: {name: Model Openness Framework, version: '1.0'}
release:
  name: Toy
  producer: Lab
  version: 7B
  date: 2025-05-22
  license: {distribution: {name: Apache-2.0, path: ''}}
  components:
    - {name: 'Model parameters (Final)', license: null}
    - {name: Model card, license: CC-BY-NC-4.0}
    - {name: 'Training code', license: MIT}
    - {name: 'Evaluation data', license: 'A licence of our own'}
"""


@extra
def test_the_openness_tool(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "toy.yml").write_text(OPENNESS, encoding="utf-8")
    (folder / "broken.yml").write_text("release: [", encoding="utf-8")
    rows, opened = imported(folder, "openness", tmp_path)
    told = rows[0]
    assert told["release"] == "Toy"
    assert told["actor"] == "Lab"
    assert told["weights_licence"] == "apache_2_0"
    assert (told["weights_public"], told["training_code_open"]) == (True, True)
    assert "model_card_open" not in told
    assert "evaluation_data_open" not in told
    assert "release_date_low" not in told
    assert [str(each) for each in opened.bad.told] == [
        "row 1: it names no release: the row is left out"
    ]


def test_a_row_is_read_by_path() -> None:
    row = TheirRow(
        {
            "card": '{"license": ["mit", "gemma"], "a": {"b": 7}}',
            "broken": '{"license": ',
            "listed": "['x', 'y']",
            "map": [("license", "mit")],
            "flag": True,
            "none": float("nan"),
            "tags": ["license:mit", "license:mit", "base_model:merge:a/b", "plain"],
        }
    )
    assert row.items("card.license") == ["mit", "gemma"]
    assert row.items("card.a.b") == ["7"]
    assert row.items("broken.license") == []
    assert row.items("listed") == ["x", "y"]
    assert row.items("map.license") == ["mit"]
    assert row.items("flag") == ["yes"]
    assert row.items("none") == row.items("absent.path") == []
    assert row.items("tags.license") == ["mit"]
    assert row.items("tags.base_model") == ["a/b"]
    assert row.items("tags.base_relation") == ["merge"]


@extra
def test_a_table_of_another_form(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Model,Year\nA,2020\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        imported(path, "epoch", tmp_path)
    assert str(error.value) == (
        f"`{path}` is not a table of `epoch`: it has no column `Publication date`\n"
        "  help: forms: models has Model, Training compute (FLOP), Publication date"
    )
    with pytest.raises(InputError) as error:
        imported(path, "epok", tmp_path)
    assert str(error.value) == "`--from` does not take `epok`\n  help: did you mean `epoch`?"
