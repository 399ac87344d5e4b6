"""One claim in the many shapes and languages of real cards, and claims beyond size and tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import findings, line_of, ranges, seen_in

from weighbridge.facts.values import read_range

TITLE = "# Toy\n\n"
SEVEN = (6.5e9, 7.5e9)


@pytest.mark.parametrize(
    "text",
    [
        "![Params](https://img.shields.io/badge/Params-7B-blue)",
        '<img alt="size" src="https://img.shields.io/badge/Model_Size-7B-blue.svg">',
        "[![p](https://badgen.net/badge/parameters/7B)](https://example.org)",
        "**Parameters** 7B",
        "**Parameters:** 7B",
        "<b>Parameters</b> 7B",
        "- **Parameters** 7B",
        "<ul>\n<li>Parameters: 7B</li>\n<li>Layers: 32</li>\n</ul>",
        "Parameters\n: 7B",
        "Parameters — 7B",
        "| | |\n|---|---|\n| Parameters | 7B |",
        "| Model | Params |\n|---|---|\n| Toy | 7B |",
        "| | Toy | Llama-2 |\n|---|---|---|\n| Params | 7B | 70B |",
        "| Model | Params |\n|---|---|\n| Toy | 7B |\n| Llama-2-70B | 70B |",
        "<table><tr><td>Parameters</td><td>7B</td></tr></table>",
        "Das Modell hat 7 Milliarden Parameter.",
        "Ein Sprachmodell mit 7 Mrd. Parametern.",
        "Le modèle compte 7 milliards de paramètres.",
        "El modelo tiene 7 mil millones de parámetros.",
        "O modelo tem 7 bilhões de parâmetros.",
        "Il modello ha 7 miliardi di parametri.",
        "模型参数量为70亿。",
        "该模型拥有70亿个参数。",
        "參數規模：70億",
        "このモデルは70億パラメータです。",
        "パラメータ数：７０億",
        "이 모델은 70억 개의 매개변수를 가집니다.",
    ],
)
def test_one_size_in_many_shapes(tmp_path: Path, text: str) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "params_total") == [SEVEN]


@pytest.mark.parametrize(
    "text",
    [
        "Paramètres : 1,234 milliards",
        "Das Modell hat 7 Billionen Parameter.",
        "El modelo tiene 7 billones de parámetros.",
        "参数量：7 兆",
        "参数量 1兆5000亿3000万",
        "![7B](https://img.shields.io/github/stars/7B-parameters)",
        "Parameters 1.500 Millionen",
    ],
)
def test_figures_that_mean_two_things_are_left(tmp_path: Path, text: str) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "params_total") == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("在14.8万亿个词元上预训练。", 14.726e12, 14.874e12),
        ("2兆トークンで学習されました。", 1.5e12, 2.5e12),
        ("1兆5000億トークンで学習した。", 1.45e12, 1.55e12),
        ("2조 토큰으로 학습되었다.", 1.5e12, 2.5e12),
        ("Es wurde mit 1,5 Milliarden Token trainiert.", 1.45e9, 1.55e9),
        ("Each model saw 300B tokens during training.", 295e9, 305e9),
        (
            "Trained on 2 trillion tokens.\n\n| Model | Tokens |\n|---|---|\n| Toy | 2.0T |",
            1.95e12,
            2.05e12,
        ),
    ],
)
def test_tokens_in_other_languages(tmp_path: Path, text: str, low: float, high: float) -> None:
    found = ranges(seen_in(tmp_path, TITLE + text), "training_tokens")
    assert found == [(pytest.approx(low), pytest.approx(high))]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("训练消耗了278.8万H800 GPU小时。", 2.788e6),
        ("学習には12,345 GPU時間かかった。", 12345),
        ("Das Training dauerte 12,345 GPU-Stunden.", 12345),
        ("Training: 12,345 A100 GPU-h.", 12345),
        ("L'entraînement a pris 12,345 heures GPU.", 12345),
    ],
)
def test_hours_in_other_languages(tmp_path: Path, text: str, hours: float) -> None:
    ((low, high),) = ranges(seen_in(tmp_path, TITLE + text), "training_gpu_hours")
    assert low is not None and high is not None
    assert low <= hours <= high <= 1.01 * low


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Context length: 8192", 8192, 8192),
        ("- **Context Length:** 128K", 128_000, 131_072),
        ("Toy has a context window of 32k tokens.", 32_000, 32_768),
        ("It supports a 1M-token context.", 1e6, 1024**2),
        ("| Model | Context Length |\n|---|---|\n| Toy | 4k |", 4_000, 4_096),
        ("上下文长度：128K", 128_000, 131_072),
        ("支持128K上下文。", 128_000, 131_072),
    ],
)
def test_context(tmp_path: Path, text: str, low: float, high: float) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "context_length") == [(low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "llama.cpp uses a 2048-token context by default.",
        "Context length: 4K, 8K",
        "It supports a context length of 8K, extended to 32K.",
        "It was trained with a context length of 4096 tokens.",
        "Llama-2 has a context length of 4096 tokens.",
        "Context length: 4096\n\n## Large\n\nContext length: 8192",
        "Evaluated at a context length of 128K tokens.",
        "## Quickstart\n\nSet the context length to 4096 tokens.",
        "The family has sizes of 7B and 13B parameters.\n\nContext length: 4096",
    ],
)
def test_other_contexts_are_not_the_model_s(tmp_path: Path, text: str) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "context_length") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Toy is a large language model.", {"inputs_text", "outputs_text"}),
        (
            "We present Toy, a strong Mixture-of-Experts language model.",
            {"inputs_text", "outputs_text"},
        ),
        ("- **Model type:** Diffusion-based text-to-image model", {"inputs_text", "outputs_image"}),
        ("This is a vision-language model.", {"inputs_text", "inputs_image", "outputs_text"}),
        ("This model is a speech recognition system.", {"inputs_audio", "outputs_text"}),
        (
            "**Input** Models input text only.\n\n**Output** Models generate text and code.",
            {"inputs_text", "outputs_text"},
        ),
        (
            "| Name | Input types | Output types |\n|---|---|---|\n| Toy | Text, image | Text |",
            {"inputs_text", "inputs_image", "outputs_text"},
        ),
        ("本模型是一个大语言模型。", {"inputs_text", "outputs_text"}),
    ],
)
def test_media(tmp_path: Path, text: str, told: set[str]) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    media = {each.name for each in seen.facts if each.name.startswith(("inputs_", "outputs_"))}
    assert media == told


@pytest.mark.parametrize(
    "text",
    [
        "Toy is a filter for language models.",
        "Toy is a masked language model.",
        "We use a text-to-image model to make the data.",
        "Llama-2 is a large language model.",
        "This is a reward model of language models.",
        "Toy is not a text-to-image model.",
        "Output: text descriptions of what the image shows",
        "Toy is made available under the LLM License.",
    ],
)
def test_media_of_other_things(tmp_path: Path, text: str) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert [each.name for each in seen.facts if "puts_" in each.name] == []


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("**Release Date Estimate:** Monday, 11.July.2022", "2022-07-11"),
        ("Veröffentlicht am: 18. Dezember 2024", "2024-12-18"),
        ("Date de publication : 18 décembre 2024", "2024-12-18"),
        ("发布日期：2024年12月18日", "2024-12-18"),
        ("Release date: 2024-01-02 (v1), 2024-06-01 (v2)", "2024-01-02..2024-06-01"),
        ("공개일: 2024년 12월 18일", "2024-12-18"),
        ("Toy was released on December 18, 2024.", "2024-12-18"),
        (
            "## Release date\n\nSeptember 2022 (small), December 2022 (large)",
            "2022-09-01..2022-12-31",
        ),
        ("## News\n\n- 2024.12.18: We release the Toy models.", "2024-12-18"),
        (
            "## News\n\n- 2025.01.02: Toy-2 released.\n- 2024.12.18: We release Toy.",
            "2024-12-18..2025-01-02",
        ),
        ("![d](https://img.shields.io/badge/Release_date-2024--12--18-blue)", "2024-12-18"),
    ],
)
def test_release_dates(tmp_path: Path, text: str, iso: str) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert [fact.value for fact in seen.named("release_date")] == [read_range(iso, dates=True)]


@pytest.mark.parametrize(
    "text",
    [
        "The previous version (released on Nov 5, 2023) is kept.",
        "The dataset was released on May 1, 2024.",
        "## News\n\n- 2024.12.18: We release the dataset of Toy.",
        "## News\n\n- 2024.12.18: We release Other.",
        "## News\n\n- 2024.12.18: Toy is used by many.",
        "Llama-2 was released on July 18, 2023.",
    ],
)
def test_dates_of_other_things(tmp_path: Path, text: str) -> None:
    assert seen_in(tmp_path, TITLE + text).named("release_date") == []


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("**Developed by:** Toy Works", "developer_name", "Toy Works"),
        ("**Model Developers** Toy Works", "developer_name", "Toy Works"),
        ("### Model developers\n\nToy Works", "developer_name", "Toy Works"),
        ("Toy is a model developed and released by Toy Works.", "developer_name", "Toy Works"),
        ("开发者：玩具工坊", "developer_name", "玩具工坊"),
        (
            "## Limitations\n\n- It errs.\n- It repeats itself.",
            "limitations",
            "It errs.; It repeats itself.",
        ),
        ("## Intended use\n\nMade for:\n\n- chat\n- games", "intended_use", "chat; games"),
        ("联系方式：toy@example.org", "contact", "toy@example.org"),
        ("支持语言：中文、英文", "languages", "中文、英文"),
        ("学習データ：新聞", "training_datasets", "新聞"),
        (
            "## Evaluation\n\n| Benchmark | Toy |\n|---|---|\n| MMLU | 70.1 |\n| GSM8K | 50.2 |",
            "evaluations",
            "MMLU, GSM8K",
        ),
        (
            "## Benchmarks\n\n| Model | MMLU | GSM8K |\n|---|---|---|\n| Toy | 70.1 | 50.2 |",
            "evaluations",
            "MMLU, GSM8K",
        ),
    ],
)
def test_texts(tmp_path: Path, text: str, fact: str, value: str) -> None:
    assert [each.value for each in seen_in(tmp_path, TITLE + text).named(fact)] == [value]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("**Developed by:** https://example.org\n\n**Model type:** decoder", "developer_name"),
        ("The dataset was created by Toy Works.", "developer_name"),
        ("## Limitations\n\nThis section addresses limits.", "limitations"),
        ("## Limitations\n\nClick to expand", "limitations"),
        ("## Evaluation\n\n| Params | Layers |\n|---|---|\n| 7 | 32 |", "evaluations"),
    ],
)
def test_texts_that_tell_nothing(tmp_path: Path, text: str, fact: str) -> None:
    assert seen_in(tmp_path, TITLE + text).named(fact) == []


def test_results_of_the_front_matter_name_their_tests(tmp_path: Path) -> None:
    text = (
        "---\nmodel-index:\n- name: toy\n  results:\n  - dataset:\n      name: Fairy tales\n"
        "  - dataset:\n      name: 5\n---\n# Toy\n"
    )
    seen = seen_in(tmp_path, text)
    assert seen.named("evaluations")[0].value == "Fairy tales, 5"
    assert line_of(seen, "evaluations") == 6


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- **Tensor type:** BF16", "BF16"),
        ("Precision: float16", "F16"),
        ("The weights are stored in float32.", "F32"),
        ("权重精度：bfloat16", "BF16"),
    ],
)
def test_number_formats(tmp_path: Path, text: str, name: str) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert [each.value for each in seen.named("weight_dtypes")] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Precision: bf16 mixed training",
        "Precision: BF16 or FP16",
        "Training precision: bf16",
        "Precision: float16\n\n## Other file\n\nPrecision: float32",
        "Load it with torch_dtype=torch.bfloat16.",
    ],
)
def test_number_formats_of_other_things(tmp_path: Path, text: str) -> None:
    assert seen_in(tmp_path, TITLE + text).named("weight_dtypes") == []


@pytest.mark.parametrize(
    "text",
    [
        "---\nbase_model_relation: quantized\n---\n# Toy",
        "# Toy\n\nThis is a 4-bit quantized version of Other.",
        "# Toy\n\nThis repository contains GPTQ quantized weights.",
        "# Toy\n\nQuantization: Q4_K_M",
    ],
)
def test_quantised(tmp_path: Path, text: str) -> None:
    (fact,) = seen_in(tmp_path, text).named("is_quantised")
    assert fact.value is True


@pytest.mark.parametrize(
    "text",
    [
        "We provide AWQ-quantized weights as well.",
        "It can be quantized to 4 bits.",
        "Quantization: none",
        "This is not a quantized version.",
    ],
)
def test_not_quantised(tmp_path: Path, text: str) -> None:
    assert seen_in(tmp_path, TITLE + text).named("is_quantised") == []


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("Toy is trained based on Other-V3-Base.", "Other-V3-Base"),
        ("Toy was fine-tuned on top of org/other-7b.", "org/other-7b"),
    ],
)
def test_bases_in_prose(tmp_path: Path, text: str, base: str) -> None:
    assert [each.value for each in seen_in(tmp_path, TITLE + text).named("base_model")] == [base]


def test_a_right_to_left_card_keeps_its_latin_claims(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, "# Toy\n\nنموذج لغوي كبير\n\n- Parameters: 7B\n")
    assert ranges(seen, "params_total") == [SEVEN]
    assert findings(seen) == []
