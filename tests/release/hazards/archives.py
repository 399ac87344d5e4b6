"""Hostile archives and arrays, each with what it shows; what they hold is never run."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from struct import pack

from tests.release.hazards.assembling import DANGER, EVIL, PLAIN
from tests.release.hazards.hostile import Hostile

Builder = Callable[[], bytes]
ARCHIVES: list[Hostile] = []


def hostile(verdict: str = "dangerous", says: str = "os.system") -> Callable[[Builder], Builder]:
    def note(build: Builder) -> Builder:
        assert build.__doc__
        ARCHIVES.append(Hostile(build.__name__, build, verdict, says))
        return build

    return note


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive; entries may share a name."""
    whole = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(whole, "w", method) as archive:
            for name, content in entries:
                info = zipfile.ZipInfo(name)
                info.compress_type = method
                archive.writestr(info, content)
    return whole.getvalue()


def patched(content: bytes, mark: bytes, at: int, new: bytes, which: int = 0) -> bytes:
    """Return an archive with bytes behind one of its marks replaced."""
    place = -1
    for _ in range(which + 1):
        place = content.index(mark, place + 1)
    return content[: place + at] + new + content[place + at + len(new) :]


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
CHECKPOINT = (
    ("archive/data.pkl", EVIL),
    ("archive/version", b"3\n"),
    ("archive/data/0", b"\0" * 8),
)


@hostile()
def checkpoint() -> bytes:
    """A checkpoint is a zip archive with a pickle in it."""
    return zipped(*CHECKPOINT)


@hostile()
def renamed_pickle() -> bytes:
    """The pickle in the archive has another name."""
    return zipped(("weights/0.json", EVIL), ("readme", b"text"))


@hostile("dangerous", "two entries are called")
def evil_entry_first() -> bytes:
    """Two entries of one name: one loader reads the first."""
    return zipped(("data.pkl", EVIL), ("data.pkl", PLAIN))


@hostile()
def evil_entry_last() -> bytes:
    """Another loader reads the last."""
    return zipped(("data.pkl", PLAIN), ("data.pkl", EVIL))


@hostile("broken", "two entries are called")
def two_entries_of_one_name() -> bytes:
    """Nothing evil, but nobody can say which one is meant."""
    return zipped(("data.pkl", PLAIN), ("data.pkl", PLAIN + b" "))


@hostile("dangerous", "the sum of")
def wrong_sum() -> bytes:
    """Some loaders do not check the sum."""
    both = patched(zipped(("data.pkl", EVIL)), LOCAL, 14, b"\1\2\3\4")
    return patched(both, CENTRAL, 16, b"\1\2\3\4")


@hostile()
def version_of_the_future() -> bytes:
    """A version that no reader claims to know stops some readers."""
    both = patched(zipped(("data.pkl", EVIL)), LOCAL, 4, b"\x63\0")
    return patched(both, CENTRAL, 6, b"\x63\0")


@hostile("dangerous", "disagree about its name")
def another_name_in_the_local_header() -> bytes:
    """The two headers of an entry give two names."""
    return patched(zipped(("data.pkl", EVIL)), LOCAL, 30, b"datx")


@hostile("dangerous", "disagree about its length")
def another_length_in_the_local_header() -> bytes:
    """The directory shows a short harmless piece of a longer entry."""
    content = PLAIN + EVIL
    return patched(zipped(("data.pkl", content)), CENTRAL, 20, pack("<II", 5, 5))


@hostile()
def deflated() -> bytes:
    """The pickle is compressed."""
    return zipped(("data.pkl", EVIL), method=zipfile.ZIP_DEFLATED)


@hostile()
def packed_by_bzip2() -> bytes:
    """Another method."""
    return zipped(("data.pkl", EVIL), method=zipfile.ZIP_BZIP2)


@hostile()
def packed_by_lzma() -> bytes:
    """And another."""
    return zipped(("data.pkl", EVIL), method=zipfile.ZIP_LZMA)


@hostile("not fully read", "packed in a way that is not read")
def packed_in_an_unknown_way() -> bytes:
    """A method that nobody knows is not clean."""
    both = patched(zipped(("data.pkl", PLAIN)), LOCAL, 8, b"\x5d\0")
    return patched(both, CENTRAL, 10, b"\x5d\0")


@hostile("dangerous", "said to be encrypted")
def falsely_encrypted() -> bytes:
    """A flag says encrypted, the bytes are not."""
    both = patched(zipped(("data.pkl", EVIL)), LOCAL, 6, b"\1\0")
    return patched(both, CENTRAL, 8, b"\1\0")


@hostile("dangerous", "disagree about its flags")
def falsely_encrypted_in_the_directory() -> bytes:
    """The flag stands in one header alone."""
    return patched(zipped(("data.pkl", EVIL)), CENTRAL, 8, b"\1\0")


@hostile("not fully read", "encrypted")
def encrypted() -> bytes:
    """Bytes that nobody can read without the key."""
    both = patched(zipped(("data.pkl", b"\xd3\x8c\xfe" * 20)), LOCAL, 6, b"\1\0")
    return patched(both, CENTRAL, 8, b"\1\0")


@hostile()
def behind_junk() -> bytes:
    """An archive may begin anywhere in a file."""
    return b"\xff\xd8\xff\xe0 a picture" * 30 + zipped(*CHECKPOINT)


@hostile()
def before_junk() -> bytes:
    """And end before its end."""
    return zipped(*CHECKPOINT) + b"\0" * 20_000


@hostile("dangerous", "no directory lists")
def entry_that_no_directory_lists() -> bytes:
    """An entry is reached only from its own header."""
    hidden, seen = zipped(("hidden.pkl", EVIL)), zipped(("data.pkl", PLAIN))
    hidden = hidden[: hidden.index(CENTRAL)]
    end = pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(seen) - 22 - seen.index(CENTRAL), 0, 0)
    directory = patched(seen[seen.index(CENTRAL) : -22], CENTRAL, 42, pack("<I", len(hidden)))
    body = hidden + seen[: seen.index(CENTRAL)]
    return body + directory + end[:16] + pack("<IH", len(body), 0)


@hostile("dangerous", "has no directory")
def no_directory() -> bytes:
    """The archive is cut off before its directory."""
    whole = zipped(*CHECKPOINT)
    return whole[: whole.index(CENTRAL)]


@hostile("dangerous", "more than one directory")
def two_directories() -> bytes:
    """A second archive hides in the comment of the first."""
    outer, inner = zipped(("data.pkl", PLAIN)), zipped(("data.pkl", EVIL))
    return outer[:-2] + pack("<H", len(inner)) + inner


@hostile("dangerous", "outer.zip!data.pkl")
def zip_in_zip() -> bytes:
    """An archive in an archive."""
    return zipped(("outer.zip", zipped(("data.pkl", EVIL))))


@hostile("dangerous", "outside the folder unpacked into")
def path_that_leaves() -> bytes:
    """Unpacking would write outside the folder."""
    return zipped(("../../home/.profile", b"true\n"))


@hostile("dangerous", "outside the folder unpacked into")
def absolute_path() -> bytes:
    """Or anywhere."""
    return zipped(("/etc/profile", b"true\n"))


@hostile("dangerous", "is a link to")
def link_in_a_zip() -> bytes:
    """A link leads out, a later entry would be written through it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        info = zipfile.ZipInfo("folder")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "../../home")
    return whole.getvalue()


@hostile()
def bomb_with_a_payload() -> bytes:
    """The pickle unpacks to a thousand times its size, and calls at its end."""
    content = b"\x80\x03B" + pack("<I", 40_000_000) + b"\0" * 40_000_000 + b"0" + EVIL[2:]
    return zipped(("data.pkl", content), method=zipfile.ZIP_DEFLATED)


@hostile("not fully read", "too deep")
def boxes_in_boxes() -> bytes:
    """Archives in archives, deeper than is read."""
    content = EVIL
    for _ in range(12):
        content = zipped(("inner.zip", content))
    return content


@hostile("dangerous", "is longer than the archive")
def truncated_zip() -> bytes:
    """The last entry is cut off."""
    whole = zipped(("data.pkl", EVIL), ("weights", b"\0" * 1000))
    return whole[: whole.index(b"weights") + 100]


@hostile()
def script_pickle() -> bytes:
    """TorchScript has two pickles; the second one counts as well."""
    return zipped(
        ("m/data.pkl", PLAIN), ("m/code/m.py", b"def f(): pass"), ("m/constants.pkl", EVIL)
    )


def tarred(*entries: tuple[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=kind) as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return whole.getvalue()


@hostile()
def tar() -> bytes:
    """A checkpoint in a tar archive."""
    return tarred(("model_config.yaml", b"a: 1\n"), ("weights.ckpt", EVIL))


@hostile("dangerous", "weights.ckpt!archive/data.pkl")
def zip_in_tar() -> bytes:
    """A zip archive in a tar archive."""
    return tarred(("./weights.ckpt", zipped(*CHECKPOINT)))


@hostile()
def tar_of_the_oldest_kind() -> bytes:
    """Without the mark of newer ones."""
    whole = bytearray(tarred(("weights", EVIL), kind=tarfile.USTAR_FORMAT))
    whole[257:265] = bytes(8)
    whole[148:156] = b" " * 8
    whole[148:156] = b"%06o\0 " % sum(whole[:512])
    return bytes(whole)


@hostile()
def tar_behind_its_end() -> bytes:
    """A member stands behind the mark of the end."""
    return tarred(("plain", PLAIN)) + tarred(("weights", EVIL))


@hostile("dangerous", "outside the folder unpacked into")
def tar_path_that_leaves() -> bytes:
    """Unpacking would write outside the folder."""
    return tarred(("../../home/.profile", b"true\n"))


@hostile("dangerous", "outside the folder unpacked into")
def tar_long_path_that_leaves() -> bytes:
    """The long name of an older dialect replaces the short one."""
    return tarred(("a/" * 100 + "../" * 110 + "profile", b"true\n"), kind=tarfile.GNU_FORMAT)


@hostile("dangerous", "outside the folder unpacked into")
def tar_record_that_leaves() -> bytes:
    """A record before the header replaces its name."""
    return tarred(("../" + "ü" * 120, b"true\n"))


@hostile("dangerous", "is a link to")
def link_in_a_tar() -> bytes:
    """A link leads out of the folder."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        info = tarfile.TarInfo("folder/link")
        info.type, info.linkname = tarfile.SYMTYPE, "../../home"
        archive.addfile(info)
    return whole.getvalue()


@hostile("dangerous", "is longer than the archive")
def truncated_tar() -> bytes:
    """The last member is cut off."""
    return tarred(("data.pkl", EVIL), ("weights", b"\0" * 3000))[:2600]


@hostile()
def gzipped() -> bytes:
    """A pickle in gzip."""
    return gzip.compress(DANGER, mtime=0)


@hostile("dangerous", "content 2")
def gzipped_twice() -> bytes:
    """The second of two streams, which some readers never reach."""
    return gzip.compress(PLAIN, mtime=0) + gzip.compress(DANGER, mtime=0)


@hostile()
def bzipped() -> bytes:
    """A pickle in bzip2."""
    return bz2.compress(DANGER)


@hostile()
def xz() -> bytes:
    """A pickle in xz."""
    return lzma.compress(DANGER)


@hostile()
def old_lzma() -> bytes:
    """A pickle in the older format of the same."""
    return lzma.compress(DANGER, lzma.FORMAT_ALONE)


@hostile()
def bare_zlib() -> bytes:
    """A pickle in zlib, as joblib writes it."""
    return zlib.compress(DANGER, 3)


@hostile()
def old_joblib() -> bytes:
    """An older form with a length before."""
    return b"ZF" + hex(len(DANGER)).encode().ljust(19) + zlib.compress(DANGER)


@hostile("dangerous", "ends too early")
def truncated_gzip() -> bytes:
    """The stream is cut off behind the payload."""
    filler = bytes(byte * 7 & 255 for byte in range(5000))
    return gzip.compress(DANGER + filler, mtime=0)[:-20]


@hostile("not fully read", "lz4")
def lz4() -> bytes:
    """What cannot be unpacked is not clean."""
    return b"\x04\x22\x4d\x18" + b"\0" * 20


def npy(descr: str, shape: str, content: bytes, version: int = 1) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    length = pack("<H" if version == 1 else "<I", len(header) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + b"\n" + content


@hostile()
def objects_1() -> bytes:
    """An array of objects is a header and a pickle."""
    return npy("'|O'", "(1,)", EVIL)


@hostile()
def objects_2() -> bytes:
    """The second version of the header."""
    return npy("'|O'", "(1,)", EVIL, 2)


@hostile()
def objects_3() -> bytes:
    """The third."""
    return npy("'|O'", "()", EVIL, 3)


@hostile()
def objects_in_fields() -> bytes:
    """Objects lie in a field of a field."""
    return npy("[('a', '<f4'), ('b', [('c', '|O', (2,))])]", "(1,)", EVIL)


@hostile()
def objects_behind_numbers() -> bytes:
    """A second array stands behind the first."""
    return npy("'<f8'", "(2,)", b"\0" * 16) + npy("'|O'", "(1,)", EVIL)


@hostile("broken", "no known type or shape")
def array_of_an_unknown_type() -> bytes:
    """A type that nobody knows."""
    return npy("'<q9z'", "(1,)", b"\0" * 16)


@hostile("broken", "is longer than the file")
def truncated_array() -> bytes:
    """Numbers are missing."""
    return npy("'<f8'", "(1000000000000,)", b"\0" * 16)


@hostile("broken", "cannot be read")
def deep_header() -> bytes:
    """A header that is nested without end."""
    return npy("(" * 20_000, "(1,)", b"")


@hostile()
def npz() -> bytes:
    """An archive of arrays."""
    return zipped(("a.npy", npy("'<f8'", "(1,)", b"\0" * 8)), ("b.npy", npy("'|O'", "(1,)", EVIL)))


@hostile()
def keras_weights_as_a_pickle() -> bytes:
    """The weights in a Keras archive are a pickle."""
    weights = npy("'|O'", "(1,)", EVIL)
    return zipped(("config.json", b"{}"), ("model.weights.npz", zipped(("w.npy", weights))))


@hostile("dangerous", "bytes at")
def zip_in_a_pickle() -> bytes:
    """A pickle carries a checkpoint and loads it."""
    inner = zipped(*CHECKPOINT)
    loader = b"\x80\x03ctorch.storage\n_load_from_bytes\n"
    return loader + b"B" + pack("<I", len(inner)) + inner + b"\x85R."


@hostile("not fully read", "way that is not read")
def seven_unknown() -> bytes:
    """A 7z archive whose method nobody knows."""
    streams = b"\x06\x00\x01\x09\x04\x00" + b"\x07\x0b\x01\x00\x01\x01\x77\x0c\x04\x00" + b"\x00"
    return seven(b"\0\0\0\0", b"\x01\x04" + streams + b"\x00")


@hostile()
def seven_stored() -> bytes:
    """A 7z archive that stores its files as they are."""
    size = bytes([len(DANGER)])
    streams = b"\x06\x00\x01\x09" + size + b"\x00"
    streams += b"\x07\x0b\x01\x00\x01\x01\x00\x0c" + size + b"\x00" + b"\x00"
    return seven(DANGER, b"\x01\x04" + streams + b"\x00")


def seven(packed: bytes, header: bytes) -> bytes:
    start = pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + pack("<I", zlib.crc32(start)) + start + packed + header


def hostile_zip(
    name: bytes,
    content: bytes,
    entries: list[tuple[bytes, int]],
    extra: bytes = b"",
    size: int | None = None,
) -> bytes:
    """An archive of one stored content; every entry of its directory is a stretch of it."""
    length = len(content) if size is None else size
    sizes = pack("<IIHH", length, length, len(name), len(extra))
    body = pack("<4sHHHHHI", LOCAL, 20, 0, 0, 0, 33, 0) + sizes + name + extra + content
    listed = b"".join(
        pack(
            "<4sHHHHHHIIIHHHHHII",
            *(CENTRAL, 20, 20, 0, 0, 0, 33, 0, packed, packed, len(each), 0, 0, 0, 0, 0, 0),
        )
        + each
        for each, packed in entries
    )
    end = pack("<4sHHHHIIH", b"PK\5\6", 0, 0, *[len(entries)] * 2, len(listed), len(body), 0)
    return body + listed + end
