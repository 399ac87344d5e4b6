"""Pickles that try to get past a reader, each with what it shows and the verdict it must get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import pack

from tests.release.hazards.assembling import (
    APPEND,
    BINPERSID,
    BUILD,
    DANGER,
    DUP,
    EMPTY_DICT,
    EMPTY_LIST,
    EMPTY_TUPLE,
    EVIL,
    MARK,
    MEMOIZE,
    NEWOBJ,
    NEWOBJ_EX,
    NONE,
    OBJ,
    PAYLOAD,
    PLAIN,
    POP,
    POP_MARK,
    REDUCE,
    SETITEM,
    STACK_GLOBAL,
    STOP,
    SYSTEM,
    TUPLE1,
    TUPLE2,
    called,
    data,
    frame,
    get,
    named,
    proto,
    put,
    stacked,
    text,
    text2,
)

Builder = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: how it is made, what it must be called, and a word its findings hold."""

    name: str
    build: Builder
    verdict: str
    says: str


HOSTILE: list[Hostile] = []


def hostile(verdict: str = "dangerous", says: str = "os.system") -> Callable[[Builder], Builder]:
    def note(build: Builder) -> Builder:
        assert build.__doc__
        HOSTILE.append(Hostile(build.__name__, build, verdict, says))
        return build

    return note


# --- every way to call -------------------------------------------------------------------------


@hostile()
def protocol_0() -> bytes:
    """The oldest pickles are text and have no mark at their start."""
    return b"cos\nsystem\n(S'true'\ntR."


@hostile()
def protocol_1() -> bytes:
    """Protocol 1 has no mark either."""
    return b"cos\nsystem\n(U\x04truetR."


@hostile()
def protocol_2() -> bytes:
    """A plain call of protocol 2."""
    return EVIL


@hostile()
def protocol_4() -> bytes:
    """Names come from the stack."""
    return DANGER


@hostile()
def protocol_5_in_a_frame() -> bytes:
    """The call lies in a frame."""
    return proto(5) + frame(called(stacked("os", "system"), text("true")) + STOP)


@hostile()
def inst() -> bytes:
    """INST names and calls in one instruction."""
    return b"(S'true'\nios\nsystem\n."


@hostile()
def obj() -> bytes:
    """OBJ calls the first value behind a mark."""
    return proto(2) + MARK + SYSTEM + text2("true") + OBJ + STOP


@hostile()
def obj_then_pop() -> bytes:
    """The result of OBJ is thrown away, the call was made."""
    return proto(2) + MARK + SYSTEM + text2("true") + OBJ + POP + NONE + STOP


@hostile("dangerous", "subprocess.Popen")
def newobj() -> bytes:
    """NEWOBJ makes an object of a class."""
    return proto(2) + named("subprocess", "Popen") + text2("true") + TUPLE1 + NEWOBJ + STOP


@hostile("dangerous", "subprocess.Popen")
def newobj_with_names() -> bytes:
    """NEWOBJ_EX makes one with named arguments."""
    made = stacked("subprocess", "Popen") + EMPTY_TUPLE + EMPTY_DICT
    return proto(4) + made + text("args") + text("true") + SETITEM + NEWOBJ_EX + STOP


@hostile()
def setstate_slot() -> bytes:
    """A slot gives an object its own way of taking a state, the next state calls it."""
    made = named("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ
    slots = NONE + EMPTY_DICT + text2("__setstate__") + SYSTEM + SETITEM + TUPLE2
    return proto(2) + made + slots + BUILD + text2("true") + BUILD + STOP


@hostile("dangerous", "`__setstate__` of the pickle's own")
def setstate_slot_with_a_listed_name() -> bytes:
    """No name is dangerous here, the slot is."""
    made = named("argparse", "Namespace") + EMPTY_TUPLE + NEWOBJ
    listed = named("builtins", "len")
    slots = NONE + EMPTY_DICT + text2("__setstate__") + listed + SETITEM + TUPLE2
    return proto(3) + made + slots + BUILD + text2("true") + BUILD + STOP


@hostile("dangerous", "changes attributes of `argparse.Namespace` itself")
def state_of_a_class() -> bytes:
    """A state is given to a class, so that all its objects change."""
    state = EMPTY_DICT + text2("anything") + NONE + SETITEM
    return proto(2) + named("argparse", "Namespace") + state + BUILD + STOP


@hostile("dangerous", "copyreg.add_extension")
def extension_1() -> bytes:
    """A name is registered under a number and then called by it."""
    adding = named("copyreg", "add_extension") + MARK + text2("os") + text2("system")
    return proto(2) + adding + b"K\x01tR0" + called(b"\x82\x01", text2("true")) + STOP


@hostile("unlisted callables", "under the number 513")
def extension_2() -> bytes:
    """A number of two bytes stands for a name that the pickle does not say."""
    return proto(2) + called(b"\x83\x01\x02", text2("true")) + STOP


@hostile("unlisted callables", "under the number 67305985")
def extension_4() -> bytes:
    """A number of four bytes."""
    return proto(2) + called(b"\x84\x01\x02\x03\x04", text2("true")) + STOP


@hostile("unlisted callables", "by an identifier")
def persistent_line() -> bytes:
    """The loader is asked for an object by a line of text."""
    return proto(2) + b"Panything\n" + STOP


@hostile("unlisted callables", "by an identifier")
def persistent_value() -> bytes:
    """The loader is asked for an object by a value that is no storage."""
    return proto(2) + text2("anything") + BINPERSID + STOP


@hostile("unlisted callables", "what another call or the loader has returned")
def persistent_call() -> bytes:
    """What the loader returns is called."""
    return proto(2) + called(text2("anything") + BINPERSID, text2("true")) + STOP


@hostile("unlisted callables", "what another call or the loader has returned")
def call_of_a_result() -> bytes:
    """The result of a call is called."""
    made = named("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE
    return proto(2) + called(made, text2("true")) + STOP


@hostile("dangerous", "sys.path")
def append_to_a_name() -> bytes:
    """Nothing is called: a folder is put on the path of modules."""
    return proto(2) + named("sys", "path") + text2("evil") + APPEND + STOP


# --- the stack and the memo --------------------------------------------------------------------


@hostile()
def memoize_after_pop() -> bytes:
    """What is remembered is not what the last instruction wrote."""
    names = text("os") + text("decoy") + POP + MEMOIZE + POP + text("system") + get(0)
    order = names + MEMOIZE + POP + POP + get(0) + text("system") + STACK_GLOBAL
    return proto(4) + called(order, text("true")) + STOP


@hostile()
def put_after_pop() -> bytes:
    """The same with a numbered place."""
    names = text("os") + text("collections") + POP + put(7) + POP
    return proto(4) + called(names + get(7) + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def memo_overwritten() -> bytes:
    """A place of the memo first holds an innocent name."""
    names = text("collections") + put(0) + POP + text("os") + put(0) + POP
    return proto(4) + called(names + get(0) + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def put_and_memoize_mixed() -> bytes:
    """MEMOIZE counts places, whatever numbers PUT used."""
    names = text("collections") + put(1) + POP + text("os") + MEMOIZE + POP
    return proto(4) + called(names + get(1) + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def long_places() -> bytes:
    """Places of the memo beyond a million."""
    place = pack("<I", 1_234_567)
    names = text("os") + b"r" + place + POP + b"j" + place
    return proto(4) + called(names + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def places_as_lines() -> bytes:
    """Places of the memo as text."""
    return proto(4) + called(b"Vos\np12\n0g12\nVsystem\n" + STACK_GLOBAL, text("true")) + STOP


@hostile("dangerous", "os.os")
def dup_of_a_name() -> bytes:
    """One text serves as module and name."""
    return proto(4) + called(text("os") + DUP + STACK_GLOBAL, text("true")) + STOP


@hostile()
def pop_mark_of_decoys() -> bytes:
    """Decoys behind a mark are thrown away between the two halves of a name."""
    names = text("os") + MARK + text("collections") + text("OrderedDict") + POP_MARK
    return proto(4) + called(names + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def pop_of_a_mark() -> bytes:
    """POP takes a mark away where nothing lies above it."""
    names = text("os") + MARK + POP + text("system") + STACK_GLOBAL
    return proto(4) + called(names, text("true")) + STOP


@hostile()
def decoys_in_a_tuple() -> bytes:
    """Decoys are eaten by a tuple and the tuple is thrown away."""
    decoy = text("collections") + text("OrderedDict") + TUPLE2 + POP
    names = text("os") + decoy + text("system") + decoy + STACK_GLOBAL
    return proto(4) + called(names, text("true")) + STOP


@hostile("broken", "values behind")
def values_left_behind() -> bytes:
    """Values lie under the result that nothing uses."""
    return proto(4) + text("a") + text("b") + STOP


# --- how a name can be written -----------------------------------------------------------------


@hostile()
def old_strings() -> bytes:
    """The halves of a name are strings of Python 2."""
    return proto(4) + called(b"U\x02osT\x06\x00\x00\x00system" + STACK_GLOBAL, text("true")) + STOP


@hostile()
def long_text() -> bytes:
    """A text with a length of eight bytes."""
    module = b"\x8d" + pack("<Q", 2) + b"os"
    return proto(4) + called(module + text("system") + STACK_GLOBAL, text("true")) + STOP


@hostile()
def escaped_text() -> bytes:
    """A line of text with escapes."""
    return proto(4) + called(b"Vos\nV\\u0073ystem\n" + STACK_GLOBAL, text("true")) + STOP


@hostile()
def escaped_string() -> bytes:
    """A quoted line with escapes."""
    return proto(4) + called(b"S'\\x6f\\163'\nS'system'\n" + STACK_GLOBAL, text("true")) + STOP


@hostile("dangerous", "put together while loading")
def computed_name() -> bytes:
    """Half of a name is the result of a call."""
    half = called(named("builtins", "str"), text("system"))
    return proto(4) + called(text("os") + half + STACK_GLOBAL, text("true")) + STOP


@hostile("broken", "a name to import is no text")
def name_of_bytes() -> bytes:
    """Half of a name is bytes, which loaders refuse."""
    return proto(4) + text("os") + data(b"system") + STACK_GLOBAL + STOP


@hostile("dangerous", "torch.os.system")
def dotted_name() -> bytes:
    """A module that everybody trusts has imported another."""
    return proto(4) + called(stacked("torch", "os.system"), text("true")) + STOP


@hostile("dangerous", "__getitem__")
def dotted_to_all_modules() -> bytes:
    """A dotted name leads to the table of all modules."""
    target = stacked("collections", "_sys.modules.__getitem__")
    return proto(4) + called(target, text("os")) + STOP


@hostile("dangerous", "__globals__")
def dotted_to_globals() -> bytes:
    """A dotted name leads to what a function can see."""
    target = stacked("argparse", "Namespace.__init__.__globals__")
    return proto(4) + target + STOP


@hostile("dangerous", "asyncio.unix_events")
def submodule() -> bytes:
    """A list that names a module must mean those below it."""
    target = stacked("asyncio.unix_events", "_UnixSubprocessTransport._start")
    return proto(4) + called(target, text("true")) + STOP


@hostile("dangerous", "numpy.core.os")
def module_as_a_name() -> bytes:
    """A module is fetched as an attribute of another."""
    return proto(4) + stacked("numpy.core", "os") + STOP


@hostile("unlisted callables", "evil_package.run")
def nobody_knows() -> bytes:
    """A name that stands on no list."""
    return proto(2) + called(named("evil_package", "run"), text2("true")) + STOP


@hostile("unlisted callables", "collections.namedtuple")
def unlisted_in_a_listed_module() -> bytes:
    """That a module's other names are listed says nothing of this one."""
    return proto(4) + called(stacked("collections", "namedtuple"), text("true")) + STOP


def _simple(
    name: str, says: str, module: str, target: str, version: int = 4, doc: str = ""
) -> None:
    def build() -> bytes:
        find = named(module, target) if version < 4 else stacked(module, target)
        argument = text2("true") if version < 4 else text("true")
        return (proto(version) if version else b"") + called(find, argument) + STOP

    build.__name__, build.__doc__ = name, doc or f"`{module}.{target}` stands on few lists."
    hostile("dangerous", says)(build)


_OLD = "A name of Python 2 that Python 3 looks up elsewhere."
_simple("python2_pickle", "pickle.loads", "cPickle", "loads", 2, _OLD)
_simple("python2_execfile", "execfile", "__builtin__", "execfile", 0, _OLD)
_simple("python2_commands", "subprocess.getoutput", "commands", "getoutput", 2, _OLD)
_simple("python2_urlopen", "urllib.request.urlopen", "urllib2", "urlopen", 1, _OLD)
_simple("python2_map", "builtins.map", "itertools", "imap", 2, _OLD)
_simple("resolve_name", "pkgutil.resolve_name", "pkgutil", "resolve_name")
_simple("import_module", "importlib.import_module", "importlib", "import_module")
_simple("marshal", "marshal.loads", "marshal", "loads")
_simple("uuid", "uuid._get_command_stdout", "uuid", "_get_command_stdout")
_simple("spawnv_passfds", "multiprocessing.util", "multiprocessing.util", "spawnv_passfds")
_simple("imaplib", "imaplib.IMAP4_stream", "imaplib", "IMAP4_stream")
_simple("pyrepl", "_pyrepl", "_pyrepl.pager", "pipe_pager")
_simple("torch_hub", "torch.hub.load", "torch.hub", "load")
_simple("numpy_load", "numpy.load", "numpy", "load")
_simple("code_type", "types.CodeType", "types", "CodeType")
_simple("attrgetter", "operator.attrgetter", "operator", "attrgetter")


# --- beginnings, ends, and what follows --------------------------------------------------------


@hostile()
def no_stop() -> bytes:
    """The pickle ends without a STOP; the call was made by then."""
    return proto(2) + PAYLOAD


@hostile()
def invalid_instruction() -> bytes:
    """A byte that is no instruction stops the loader after the call."""
    return proto(2) + PAYLOAD + b"\xff" + b"garbage" * 3


@hostile()
def truncated_argument() -> bytes:
    """The last instruction is cut off after the call."""
    return proto(2) + PAYLOAD + b"X\xff\xff\xff\x7fabc"


@hostile()
def fault_before_the_call() -> bytes:
    """Loaders differ in what they forgive, so a fault hides nothing."""
    return proto(2) + get(9) + PAYLOAD + STOP


@hostile("broken", "ends within an instruction")
def truncated_data() -> bytes:
    """A pickle of data that is cut off is broken, not clean."""
    return proto(4) + EMPTY_LIST + text("a" * 30)[:12]


@hostile()
def second_pickle() -> bytes:
    """Loaders are called again and again on one file."""
    return PLAIN + EVIL


def _legacy(*parts: bytes) -> bytes:
    return b"".join(parts) + pack("<Q", 2) + b"\0" * 8


_MAGIC = proto(2) + b"\x8a\x0al\xfc\x9cF\xf9\x20j\xa8P\x19" + STOP
_VERSION = proto(2) + b"M\xe9\x03" + STOP
_SYSTEM_INFO = proto(2) + EMPTY_DICT + text2("little_endian") + b"\x88" + SETITEM + STOP
_KEYS = proto(2) + EMPTY_LIST + text2("0") + APPEND + STOP


@hostile()
def fourth_pickle_of_a_checkpoint() -> bytes:
    """The old layout of checkpoints is five pickles, then storages."""
    return _legacy(_MAGIC, _VERSION, _SYSTEM_INFO, EVIL, _KEYS)


@hostile()
def fifth_pickle_of_a_checkpoint() -> bytes:
    """The list of storages is a pickle too."""
    return _legacy(_MAGIC, _VERSION, _SYSTEM_INFO, PLAIN, EVIL)


@hostile("dangerous", "builtins.eval")
def magic_number_by_a_call() -> bytes:
    """The magic number is what a call returns."""
    number = called(named("builtins", "eval"), text2("119547037146038801333356"))
    return _legacy(proto(2) + number + STOP, _VERSION, _SYSTEM_INFO, PLAIN, _KEYS)


@hostile()
def a_million_idle_instructions() -> bytes:
    """More instructions than a short look takes, and then the call."""
    return proto(2) + (NONE + POP) * 600_000 + PAYLOAD + STOP


@hostile()
def straddling_frame() -> bytes:
    """An instruction lies across the end of its frame: one loader stops, another does not."""
    content = called(stacked("os", "system"), text("true")) + STOP
    return proto(4) + b"\x95" + pack("<Q", 5) + content


@hostile("broken", "frame")
def straddling_frame_of_data() -> bytes:
    """The same without a call is broken, not clean."""
    return proto(4) + b"\x95" + pack("<Q", 5) + text("a text") + STOP


@hostile()
def name_across_a_frame() -> bytes:
    """A loader with no more of the file at hand drops the part of a line within the frame."""
    module = b"ccollections_and_" + b"os\nsystem\n"
    return proto(4) + b"\x95" + pack("<Q", 17) + module + text("true") + TUPLE1 + REDUCE + STOP


@hostile()
def length_across_a_frame() -> bytes:
    """It drops a part of a text as well, so that what follows are other instructions."""
    hidden = b"x" * 40 + PAYLOAD + STOP
    shown = b"X" + pack("<I", 40) + b"y" * (len(hidden) - 40)
    return proto(4) + b"\x95" + pack("<Q", len(shown)) + shown + hidden


@hostile()
def frame_within_a_frame() -> bytes:
    """A frame that begins within another and ends behind it."""
    shown = b"\x95" + pack("<Q", len(PAYLOAD) + 1) + b"0" * 5
    return proto(4) + b"\x95" + pack("<Q", len(shown)) + shown + PAYLOAD + STOP


@hostile()
def frame_longer_than_the_file() -> bytes:
    """A frame promises more than there is."""
    return proto(4) + b"\x95" + pack("<Q", 1 << 40) + DANGER[2:]


@hostile()
def protocol_changes_on_the_way() -> bytes:
    """A later PROTO changes how names are looked up."""
    return proto(4) + called(stacked("os", "system"), text("true")) + POP + proto(2) + NONE + STOP


@hostile()
def mark_later() -> bytes:
    """The mark of a protocol stands behind the call."""
    return b"cos\nsystem\n(S'true'\ntR0" + proto(2) + NONE + STOP


@hostile("broken", "protocol 9")
def unknown_protocol() -> bytes:
    """A protocol that no loader knows."""
    return proto(4) + proto(9) + NONE + STOP


@hostile("not fully read", "refer to each other")
def unfolding_lists() -> bytes:
    """Lists of lists of lists, each ten times the one before."""
    start = EMPTY_LIST + MEMOIZE + MARK + b"K\x01" * 10 + b"e"
    step = b"".join(
        EMPTY_LIST + MEMOIZE + MARK + get(place) * 10 + b"e" + TUPLE2 + POP + get(place + 1)
        for place in range(20)
    )
    return proto(4) + start + step + STOP


# --- bytes that are loaded in turn -------------------------------------------------------------

_LOADER = named("torch.storage", "_load_from_bytes")


@hostile()
def bytes_loaded() -> bytes:
    """A listed name loads the bytes that it is given."""
    return proto(3) + called(_LOADER, data(EVIL)) + STOP


@hostile()
def text_loaded() -> bytes:
    """Protocol 2 writes bytes as text and a codec."""
    encoded = named("_codecs", "encode") + text2(EVIL.decode("latin-1")) + text2("latin1")
    return proto(2) + called(_LOADER, encoded + TUPLE2 + REDUCE) + STOP


@hostile()
def bytearray_loaded() -> bytes:
    """The bytes are wrapped once more."""
    return proto(3) + called(_LOADER, called(named("builtins", "bytearray"), data(EVIL))) + STOP


@hostile()
def bytes_loaded_thrice() -> bytes:
    """A pickle within a pickle within a pickle."""
    inner = proto(3) + called(_LOADER, data(EVIL)) + STOP
    return proto(3) + called(_LOADER, data(inner)) + STOP


@hostile("dangerous", "not in the file as such")
def computed_bytes_loaded() -> bytes:
    """Where the bytes come from, only loading knows."""
    made = called(named("collections", "deque"), data(b"abc"))
    return proto(3) + called(_LOADER, made) + STOP


@hostile("unlisted callables", "codec")
def odd_codec() -> bytes:
    """A codec that unpacks is no codec of text."""
    encoded = named("_codecs", "encode") + text2("abc") + text2("zlib_codec")
    return proto(2) + encoded + TUPLE2 + REDUCE + STOP


@hostile()
def pickle_loads() -> bytes:
    """What is dangerous by itself is looked into as well."""
    return proto(3) + called(named("pickle", "loads"), data(EVIL)) + STOP


def joblib_array(kind: str, count: int, raw: bytes, aligned: bool = True) -> bytes:
    """A pickle of joblib with one array in it."""
    dtype = stacked("numpy", "dtype") + text(kind) + b"\x89\x88" + b"\x87" + REDUCE
    state = EMPTY_DICT + MARK
    state += text("shape") + b"K" + bytes([count]) + TUPLE1 + text("order") + text("C")
    state += text("dtype") + dtype + text("allow_mmap") + b"\x88"
    if aligned:
        state += text("numpy_array_alignment_bytes") + b"K\x10"
    wrapper = stacked("joblib.numpy_pickle", "NumpyArrayWrapper") + EMPTY_TUPLE + NEWOBJ
    return proto(4) + wrapper + state + b"u" + BUILD + raw


@hostile()
def joblib_objects() -> bytes:
    """An array of objects is a pickle of its own, in the middle of another."""
    return joblib_array("O8", 1, EVIL + STOP)


@hostile()
def joblib_after_the_array() -> bytes:
    """What follows the raw bytes of an array is read on."""
    return joblib_array("f8", 2, b"\x02\0\0" + b"\xff" * 16 + POP + PAYLOAD + STOP)


@hostile()
def joblib_array_as_instructions() -> bytes:
    """The bytes of an array are instructions to any other loader."""
    raw = PAYLOAD + STOP
    return joblib_array("i1", len(raw), raw + STOP, aligned=False)
