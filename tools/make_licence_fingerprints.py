"""Make ``release/licence/data/fingerprints.bin`` from folders of licence texts.

    python tools/make_licence_fingerprints.py --root NAME=DIR …   (scancode, corpus, debian, models)

``licence_texts.txt`` beside this file says which text stands for which licence. Texts of the same
words are kept once. No text is written, only hashes.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from weighbridge.release.licence.fingerprints import DATA, Reference, gram_hashes, order_hash, pack
from weighbridge.release.licence.words import read_words

MANIFEST = Path(__file__).with_name("licence_texts.txt")


def read_text(root: Path, path: str, kind: str) -> str:
    """Return a text without the metadata that its collection puts before it."""
    if kind != "scancode":
        return (root / path).read_text("utf-8")
    text = (root / f"{path}.LICENSE").read_text("utf-8")
    return text.split("\n---\n", 1)[1] if text.startswith("---") else text


def cut(text: str, first: str | None, last: str | None) -> str:
    """Return the lines from the first that begins with ``first`` to the next ending in ``last``."""
    lines = text.splitlines()
    start = 0
    if first:
        start = next(n for n, line in enumerate(lines) if line.strip().startswith(first))
    if not last:
        return "\n".join(lines[start:])
    end = next(n for n in range(start, len(lines)) if lines[n].strip().endswith(last))
    return "\n".join(lines[start : end + 1])


def read_reference(line: str, roots: dict[str, Path]) -> Reference:
    """Return the reference that one line of the manifest names."""
    id, kind, path, *rest = shlex.split(line)
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    text = cut(read_text(roots[kind], path, kind), options.get("from"), options.get("to"))
    words = read_words(text).words
    variant = f"{kind}:{path.rsplit('/', 1)[-1]}{'#part' if options else ''}"
    return Reference(id, variant, frozenset(gram_hashes(words)), order_hash(words))


def read_manifest(roots: dict[str, Path]) -> list[Reference]:
    """Return all references of the manifest, each run of words once."""
    kept: dict[tuple[str, int], Reference] = {}
    for line in MANIFEST.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            reference = read_reference(line, roots)
            kept.setdefault((reference.id, reference.order), reference)
    return list(kept.values())


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--root", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--out", type=Path, default=DATA / "fingerprints.bin")
    call = parser.parse_args()
    roots = {name: Path(folder) for name, folder in (each.split("=", 1) for each in call.root)}
    references = read_manifest(roots)
    data = pack(references)
    call.out.write_bytes(data)
    print(f"{len(references)} texts, {len(data):,} bytes, {call.out.name}")


if __name__ == "__main__":
    main()
