"""Keys and tokens: each form is found, what looks like one and is none is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.release.hazards.secrets import secrets

# Letters that vary as an issuer's do. The forms are put together here so that no whole one stands
# in this file.
LETTERS = "kD3vQz8RtY2mWp7LsX4nBc6HgJ9fTqZe5VaUy1CiKoMxNrPbEwGdShAjFlOvIuXzQmRtYpLkWs"
UPPER = "".join(each for each in LETTERS.upper() if each.isalpha() or each in "234567")
HEX = "3f9a0c7e5b18d264f0a7c93e1d5b8264" * 2
TOKENS = {
    "hf": "hf" + "_" + LETTERS[:34],
    "hf organisation": "api_" + "org_" + LETTERS[:34],
    "anthropic": "sk-" + "ant-" + "api03-" + LETTERS[:70] + "-" + LETTERS[:20] + "AA",
    "openrouter": "sk-" + "or-v1-" + HEX,
    "openai": "sk-" + "proj-" + LETTERS[:60] + "_" + LETTERS[5:40],
    "openai, old": "sk-" + LETTERS[:48],
    "github": "gh" + "p_" + LETTERS[:36],
    "github, fine": "github" + "_pat_" + LETTERS[:22] + "_" + LETTERS[:59],
    "gitlab": "gl" + "pat-" + LETTERS[:20],
    "aws": "AK" + "IA" + UPPER[:16],
    "google": "AI" + "za" + LETTERS[:35],
    "slack": "xo" + "xb-" + "482910374651-" + LETTERS[:24],
    "npm": "np" + "m_" + LETTERS[:36],
    "pypi": "py" + "pi-AgE" + LETTERS[:60],
    "groq": "gs" + "k_" + LETTERS[:52],
    "replicate": "r" + "8_" + LETTERS[:37],
    "nvidia": "nv" + "api-" + LETTERS[:64],
    "stripe": "sk" + "_live_" + LETTERS[:24],
    "a key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAq7Bf",
    "a key in JSON": "-----BEGIN " + "PRIVATE KEY-----\\nMIIEowIBAAKCAQEAq7Bf",
    "an encrypted key": "-----BEGIN " + "ENCRYPTED PRIVATE KEY-----\nMIIFHDBOBgkqhkiG",
}
AROUND = ("{}", 'token = "{}"\n', "https://user:{}@host/x", '{{"a": "{}"}}', "line\\n{}\\n", "({})")
NONE = {
    "a digest": HEX,
    "a commit": "commit " + HEX[:40],
    "base64": "data:image/png;base64," + LETTERS * 20,
    "a word": "task-" + LETTERS[:40],
    "a variable": "hf_" + "model_name_or_path_of_the_base_model",
    "a longer word": "x" + TOKENS["hf"],
    "a placeholder of x": "hf_" + "x" * 34,
    "a placeholder": "sk-" + "YOUR" + LETTERS[:40],
    "an example": "AK" + "IA" + "IOSFODNN7EXAMPLE",
    "digits in a row": "gh" + "p_" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "too short": "hf_" + LETTERS[:12],
    "a certificate": "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEAq7Bf",
    "the head of a key alone": "-----BEGIN " + "PRIVATE KEY-----",
    "a public key": "-----BEGIN PUBLIC KEY-----\nMIIEowIBAAKCAQEAq7Bf",
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("kind", TOKENS)
def test_each_form_is_found_and_never_repeated(kind: str, around: str) -> None:
    text = "é " + around.format(TOKENS[kind])
    (found,) = secrets(text.encode())
    assert text.encode()[found.at :].startswith(TOKENS[kind][:6].encode())
    assert TOKENS[kind][8:20] not in found.message
    assert found.message.endswith("stands here for everybody who has the file to use")


@pytest.mark.parametrize("kind", NONE)
def test_what_is_none_is_not_found(kind: str) -> None:
    assert list(secrets(NONE[kind].encode())) == []


def test_many_are_told_up_to_a_bound() -> None:
    assert len(list(secrets((TOKENS["hf"] + " ").encode() * 500))) == 20


def test_the_corpus_holds_none(corpus: Path) -> None:
    found = {}
    for path in sorted(corpus.rglob("*")):
        if path.is_file() and path.stat().st_size <= 2 << 20:
            each = [one.message for one in secrets(path.read_bytes())]
            if each:
                found[str(path.relative_to(corpus))] = each
    assert found == {}
