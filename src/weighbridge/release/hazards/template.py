"""Chat templates judged by their tokens: never parsed to a tree, never compiled, never rendered.

A template comes with the weights (in the tokenizer's config, in a file of its own, in the metadata
of one-file weights) and whoever chats with the model runs it. What a template needs for that is
names, tests, loops and plain filters; what reaches into Python needs other words, and those are
found here whatever is written around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.hazards.found import Found, collected, shown
from weighbridge.release.hazards.verdict import Grade

MOST_BYTES = 1 << 20

_MARKS = re.compile(r"\{\{|\{%")
_LINE_END = re.compile(r"\r\n|\r|\n")
# Without any of these words a template cannot reach anything: most are settled without a lexer.
_TELLING = re.compile(
    r"__|\\[xuUN0-7]|\battr\b|\bimport\b|\binclude\b|\bextends\b|\bformat(?:_map)?\b|\bcycler\b"
    r"|\blipsum\b|\bjoiner\b|\._|popen|\bmro\b|_frame|_globals|_code\b|\bself\b"
    r"|['\"]_|_['\"]|\bsystem\s*\(|\bsubprocess\b|\battribute\b|\bbuiltins\b"
    r"|\[[^\[\]]{0,200}[~+|]"
)
_DUNDER = re.compile(r"__[A-Za-z]\w*__")
_GADGETS = frozenset(
    "__class__ __base__ __bases__ __mro__ __subclasses__ __globals__ __builtins__ __import__ "
    "__init__ __dict__ __getattribute__ __getattr__ __getitem__ __code__ __closure__ __func__ "
    "__self__ __module__ __loader__ __spec__ __reduce__ __reduce_ex__ __call__ __new__ "
    "__wrapped__ __file__ __doc__ __annotations__ __init_subclass__".split()
)
_INNER_WORDS = frozenset("class globals builtins subclasses bases getattribute".split())
_ENDS_A_VALUE = ("name", "string", "rparen", "rbracket", "rbrace")
_SPELLS = frozenset("join replace format reverse lower upper trim".split())
_SPELLED = ("string", "mul", "integer")
_FRAMES = frozenset(
    "mro gi_frame gi_code cr_frame cr_code ag_frame ag_code tb_frame f_globals f_locals f_builtins "
    "f_back func_globals func_code func_closure co_code co_consts im_func im_self".split()
)
_CALLS = frozenset("popen system subprocess importlib builtins".split())
_GLOBALS = frozenset("cycler joiner lipsum".split())
_LOADS = frozenset("import from include extends".split())
_BY_NAME = frozenset("map selectattr rejectattr groupby sort sum unique min max".split())
_FIELD_ACCESS = re.compile(r"\{[^{}]*[.\[]")
_LONGEST_REPEAT = 16
_LONGEST_CALL = 200


@dataclass(frozen=True, slots=True)
class _Token:
    """One token of an expression or a tag: its line, kind and value."""

    line: int
    kind: str
    value: str


def template_hazards(text: str) -> list[Found]:
    """Return what a Jinja template would do beyond filling in text, each thing once a line.

    A template that cannot be read into tokens is ``template-broken``; one without telling words
    costs one pass of a pattern.
    """
    if not _MARKS.search(text) or not _TELLING.search(text):
        return []
    if len(text) > MOST_BYTES:
        message = f"a template of more than {MOST_BYTES >> 20} MiB was not read"
        return [Found("template-not-read", Grade.UNLISTED, message)]
    starts = _line_starts(text)
    return collected(
        Found(each.id, each.grade, each.message, starts[min(line, len(starts)) - 1])
        for each, line in _judge(text)
    )


def _line_starts(text: str) -> list[int]:
    """Return where each line begins, in bytes of the text's UTF-8."""
    starts, last, at = [0], 0, 0
    for match in _LINE_END.finditer(text):
        at += len(text[last : match.end()].encode("utf-8", "surrogatepass"))
        last = match.end()
        starts.append(at)
    return starts


def _judge(text: str) -> Iterator[tuple[Found, int]]:
    from jinja2 import TemplateSyntaxError

    everything: list[_Token] = []
    try:
        for tokens in _expressions(text):
            yield from _judge_names(tokens)
            yield from _judge_filters(tokens)
            yield from _judge_texts(tokens)
            yield from _judge_built(tokens)
            yield from _judge_subscripts(tokens)
            everything.extend(each for each in tokens if each.kind in _SPELLED)
        yield from _judge_built(everything)
    except TemplateSyntaxError as error:
        message = f"the template cannot be read into tokens: {shown(error.message or 'broken')}"
        yield Found("template-broken", Grade.INERT, message), error.lineno
    except ValueError:  # a number longer than Python reads
        message = "the template cannot be read into tokens: a number is too long"
        yield Found("template-broken", Grade.INERT, message), 1


def _expressions(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each expression and each tag, in order."""
    from jinja2.lexer import get_lexer
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    lexer = get_lexer(ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True))
    current: list[_Token] = []
    for token in lexer.tokenize(text):
        if token.type in ("variable_begin", "block_begin"):
            current = [_Token(token.lineno, token.type, "")]
        elif token.type in ("variable_end", "block_end"):
            yield current
            current = []
        elif token.type != "data":
            current.append(_Token(token.lineno, token.type, str(token.value)))
    if current:
        yield current


def _after(tokens: list[_Token], place: int) -> _Token:
    return tokens[place] if place < len(tokens) else _Token(0, "end", "")


def _judge_names(tokens: list[_Token]) -> Iterator[tuple[Found, int]]:
    """Look at names: tags that load other templates, attributes, globals."""
    for place, token in enumerate(tokens):
        if token.kind != "name":
            continue
        before, after = tokens[place - 1] if place else token, _after(tokens, place + 1)
        if before.kind == "block_begin" and token.value in _LOADS:
            message = f"`{token.value}` loads another template or file when this one is rendered"
            yield Found("template-loads", Grade.UNLISTED, message), token.line
        if _is_internal(token.value) or (
            before.kind == "dot" and _leads_to_code(token.value, after)
        ):
            yield _internals(token.value, token.line)
        elif before.kind == "dot" and token.value.startswith("_"):
            message = f"reads the private attribute `{shown(token.value)}` of an object"
            yield Found("template-private", Grade.UNLISTED, message), token.line
        elif before.kind != "dot" and token.value in _GLOBALS and after.kind in ("dot", "lbracket"):
            message = f"reaches through `{token.value}`, a function of the renderer, into Python"
            yield Found("template-internals", Grade.DANGEROUS, message), token.line


def _is_internal(name: str) -> bool:
    return name in _GADGETS or bool(_DUNDER.fullmatch(name))


def _leads_to_code(name: str, after: _Token) -> bool:
    return name in _FRAMES or "__" in name or (name in _CALLS and after.kind in ("lparen", "dot"))


def _internals(name: str, line: int) -> tuple[Found, int]:
    message = f"reaches into Python by `{shown(name)}`: rendering it could run any code"
    return Found("template-internals", Grade.DANGEROUS, message), line


def _judge_filters(tokens: list[_Token]) -> Iterator[tuple[Found, int]]:
    """Look at `attr`, at filters that take an attribute by name, and at formatting."""
    spells = any("%c" in each.value for each in tokens if each.kind == "string")
    for place, token in enumerate(tokens):
        if token.kind != "name" or not place:
            continue
        before = tokens[place - 1]
        if before.kind == "pipe" and token.value == "attr":
            yield _attr(tokens, place), token.line
        elif before.kind == "pipe" and token.value == "format":
            message = "puts a text together by `format`, which can spell any name"
            if spells:
                yield Found("template-built-name", Grade.DANGEROUS, message), token.line
        elif before.kind == "dot" and token.value in ("format", "format_map"):
            base = tokens[place - 2] if place > 1 else before
            if base.kind != "string" or _FIELD_ACCESS.search(base.value):
                message = f"`{token.value}` of a text can read attributes of what it is given"
                yield Found("template-format", Grade.UNLISTED, message), token.line
        elif before.kind == "pipe" and token.value in _BY_NAME:
            for name in _texts_in_call(tokens, place + 1):
                if any(part.startswith("_") or part in _FRAMES for part in name.split(".")):
                    yield _internals(name, token.line)


def _attr(tokens: list[_Token], place: int) -> Found:
    """Judge the use of the filter `attr` by what it is given."""
    given = _after(tokens, place + 2)
    plain = given.kind == "string" and _after(tokens, place + 3).kind == "rparen"
    if plain and not given.value.startswith("_") and given.value not in _FRAMES:
        message = f"reads the attribute `{shown(given.value)}` by the filter `attr`"
        return Found("template-attr", Grade.UNLISTED, message)
    what = f"`{shown(given.value)}`" if plain else "a name that is put together"
    message = f"reads {what} by the filter `attr`: rendering it could run any code"
    return Found("template-internals", Grade.DANGEROUS, message)


def _texts_in_call(tokens: list[_Token], place: int) -> Iterator[str]:
    """Yield the texts that stand between the parentheses opened at ``place``."""
    if _after(tokens, place).kind != "lparen":
        return
    depth = 0
    for token in tokens[place : place + _LONGEST_CALL]:
        depth += (token.kind == "lparen") - (token.kind == "rparen")
        if depth == 0:
            return
        if token.kind == "string":
            yield token.value


def _judge_texts(tokens: list[_Token]) -> Iterator[tuple[Found, int]]:
    """Look at texts that are names of Python's internals."""
    for place, token in enumerate(tokens):
        if token.kind != "string":
            continue
        subscript = place > 0 and tokens[place - 1].kind == "lbracket"
        named = _DUNDER.fullmatch(token.value) or token.value in _FRAMES
        within = any(name in _GADGETS for name in _DUNDER.findall(token.value))
        if (
            token.value in _GADGETS
            or (subscript and named)
            or (within and _is_formatted(tokens, place))
        ):
            yield _internals(token.value, token.line)


def _is_formatted(tokens: list[_Token], place: int) -> bool:
    after = [(each.kind, each.value) for each in tokens[place + 1 : place + 3]]
    return after[:1] == [("pipe", "|")] or after in (
        [("dot", "."), ("name", "format")],
        [("dot", "."), ("name", "format_map")],
    )


def _judge_subscripts(tokens: list[_Token]) -> Iterator[tuple[Found, int]]:
    """Look at members taken by a name that is put together on the spot."""
    opened: list[bool] = []
    inside = 0
    for place, token in enumerate(tokens):
        before, after = tokens[place - 1] if place else token, _after(tokens, place + 1)
        if token.kind in ("lbracket", "lparen", "lbrace"):
            opened.append(token.kind == "lbracket" and before.kind in _ENDS_A_VALUE)
            inside += opened[-1]
        elif token.kind in ("rbracket", "rparen", "rbrace"):
            inside -= opened.pop() if opened else 0
        elif inside and (
            token.kind == "tilde"
            or (token.kind == "add" and "string" in (before.kind, after.kind))
            or (token.kind == "pipe" and after.value in _SPELLS)
        ):
            message = "takes a member of an object by a name that is put together"
            yield Found("template-computed-name", Grade.UNLISTED, message), token.line


def _judge_built(tokens: list[_Token]) -> Iterator[tuple[Found, int]]:
    """Look at names of internals that are put together out of pieces."""
    pieces = list(_pieces(tokens))
    if len(pieces) < 2:
        return
    line = tokens[0].line
    whole = "".join(pieces)
    for text in (whole, whole[::-1]):
        built = [each for each in _DUNDER.findall(text) if each in _GADGETS]
        if built and not any(built[0] in (piece, piece[::-1]) for piece in pieces):
            message = f"puts the name `{built[0]}` together out of pieces: rendering could run code"
            yield Found("template-built-name", Grade.DANGEROUS, message), line
            return
    spells = any(each.kind == "name" and each.value in _SPELLS for each in tokens)
    bars = {piece for piece in pieces if piece and not piece.strip("_")}
    named = any(word in piece for piece in pieces for word in _INNER_WORDS)
    if bars and (named or (spells and any(len(each) > 1 for each in bars))):
        message = "puts texts with underscores together to a name of Python's internals"
        yield Found("template-built-name", Grade.UNLISTED, message), line


def _pieces(tokens: list[_Token]) -> Iterator[str]:
    """Yield the texts of an expression, one repeated by a number as often as it says."""
    for place, token in enumerate(tokens):
        if token.kind != "string":
            continue
        times = 1
        if _after(tokens, place + 1).kind == "mul" and _after(tokens, place + 2).kind == "integer":
            times = min(int(tokens[place + 2].value[:4]), _LONGEST_REPEAT)
        yield token.value[:64] * times
