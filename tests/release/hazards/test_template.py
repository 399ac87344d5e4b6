"""Chat templates judged by token: what reaches into Python is found however it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.release.hazards.template import template_hazards
from weighbridge.release.hazards.verdict import Grade

# Each reaches Python's internals, or spells a name of them, in a way of its own.
DANGEROUS = {
    "attributes of a text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "attributes of a number in parentheses": "{{ (1).__class__ }}",
    "a subscript": "{{ x['__class__'] }}",
    "a subscript of a joiner": "{{ joiner['__init__'] }}",
    "hexadecimal escapes": r"{{ x['\x5f\x5fclass\x5f\x5f'] }}",
    "Unicode escapes": r"{{ x['\u005f\u005fglobals\u005f\u005f'] }}",
    "octal escapes": r"{{ x['\137\137class\137\137'] }}",
    "escapes by name": r"{{ x['\N{LOW LINE}_class__'] }}",
    "the filter attr": "{{ x|attr('__class__') }}",
    "the filter attr, a variable": "{% set n = y %}{{ x|attr(n) }}",
    "the filter attr after another": "{{ x|string|attr('__init__') }}",
    "two texts joined by ~": "{{ x['__cl' ~ 'ass__'] }}",
    "two texts joined by +": "{{ x['__glob' + 'als__'] }}",
    "texts side by side": "{{ x['__cl' 'ass__'] }}",
    "a list joined": "{{ x[['__', 'class', '__']|join] }}",
    "a text repeated": "{{ x['_'*2 ~ 'class' ~ '_'*2] }}",
    "a text reversed": "{{ x['__ssalc__'[::-1]] }}",
    "pieces kept in variables": "{% set a = '__cla' %}{% set b = 'ss__' %}{{ x[a ~ b] }}",
    "pieces kept, names elsewhere": "{% set a='__cla' %}{% set b='ss__' %}{% set c=a~b %}{{x[c]}}",
    "letters by their numbers": "{{ x['%c%cclass%c%c'|format(95, 95, 95, 95)] }}",
    "the filter map": "{{ [x]|map(attribute='__class__')|list }}",
    "the filter map, a path": "{{ [x]|map(attribute='a.__class__.b')|list }}",
    "the filter groupby": "{{ [x]|groupby('__class__') }}",
    "the filter sum": "{{ [x]|sum(attribute='__doc__') }}",
    "a format string": "{{ '{0.__class__}'.format(x) }}",
    "the global cycler": "{{ cycler.next }}",
    "the global lipsum": "{{ lipsum.func_globals.os }}",
    "the global joiner with a subscript": "{{ joiner['x'] }}",
    "a process": "{{ a.os.popen('id').read() }}",
    "the shell": "{{ a.b.system('id') }}",
    "frames": "{{ (x for_ y).gi_frame.f_globals }}".replace("for_ ", "~ "),
    "a name with two underscores": "{{ self._TemplateReference__context }}",
    "a variable of Python": "{{ __builtins__ }}",
    "inside a condition": "{% if x.__class__ %}a{% endif %}",
    "inside a set": "{% set y = x.__init__ %}",
    "inside a macro": "{% macro f(a=x.__class__) %}{% endmacro %}",
    "inside a call": "{{ f(g(h(x.__class__))) }}",
    "after a comment": "{# nothing here #}{{ x.__class__ }}",
    "after raw text": "{% raw %}{{ a }}{% endraw %}{{ x.__class__ }}",
    "with trimmed spaces": "{{- x . __class__ -}}",
    "over two lines": "{{ x\n.\n__class__ }}",
}
# Each asks for more than a template needs, and harms by itself nothing.
ODD = {
    "import": "{% import 'other' as o %}",
    "from": "{% from 'other' import o %}",
    "include": "{%- include '/etc/passwd' %}",
    "extends": "{% extends 'base' %}",
    "a private attribute": "{{ x._secret }}",
    "attr with a plain name": "{{ x|attr('content') }}",
    "format with fields": "{{ '{a.b}'.format(a=x) }}",
    "format of a variable": "{{ x.format(y) }}",
    "a name put together": "{{ x['a' ~ y] }}",
    "a name put together by a filter": "{{ x[y|replace('a', 'b')] }}",
    "underscores put in place": "{% set q = 'aaclassaa'|replace('aa', '__') %}{{ x[q] }}",
}
# Taken from what published templates do: none of it is more than text.
PLAIN = {
    "a loop": "{% for m in messages %}{{ m['role'] }}: {{ m.content|trim }}\n{% endfor %}",
    "marks of media": "{{ '<__media__>' }}{{ '__image__' }}",
    "texts joined": "{{ '<|' ~ message.role ~ '|>' + '\\n' }}",
    "filters by attribute": "{{ messages|selectattr('role', 'equalto', 'system')|list }}",
    "a map": "{{ tools|map(attribute='function.name')|join(', ') }}",
    "a namespace": "{% set ns = namespace(found=false) %}{% set ns.found = true %}",
    "indices": "{{ messages[loop.index0 + 1].role }}{{ messages[-1]['content'] }}",
    "slices": "{% set rest = messages[1:] %}{{ messages[::-1] }}",
    "an underscore replaced": "{{ name|replace('_', ' ')|title }}",
    "printf": "{{ '%s: %d'|format(name, n) }}",
    "a cycle": "{% set c = cycler('a', 'b') %}{{ c.next() }}",
    "a role called system": "{{ message.system }}{{ roles.system.name }}",
    "an exception": "{{ raise_exception('Conversation roles must alternate') }}",
    "raw text": "{% raw %}{{ x.__class__ }}{% endraw %}",
    "a comment": "{# x.__class__ #}{{ y }}",
    "no template at all": "x.__class__ and {} and { { x.__class__ } }",
    "an empty text": "",
    "json": "{{ tool|tojson(indent=4) }}",
    "split": "{{ content.split('</think>')[-1].lstrip('\\n') }}",
}


@pytest.mark.parametrize("how", DANGEROUS)
def test_what_reaches_into_python_is_dangerous(how: str) -> None:
    grades = [each.grade for each in template_hazards(DANGEROUS[how])]
    assert Grade.DANGEROUS in grades, grades


@pytest.mark.parametrize("how", ODD)
def test_what_asks_for_more_is_named(how: str) -> None:
    grades = [each.grade for each in template_hazards(ODD[how])]
    assert grades
    assert max(grades) is Grade.UNLISTED


@pytest.mark.parametrize("how", PLAIN)
def test_what_templates_do_is_nothing(how: str) -> None:
    assert template_hazards(PLAIN[how]) == []


def test_a_finding_says_where() -> None:
    text = "é\n{{ a }}\r\n{{ x.__class__ }}"
    (found,) = template_hazards(text)
    assert found.at == len("é\n{{ a }}\r\n".encode())
    assert found.message == "reaches into Python by `__class__`: rendering it could run any code"


def test_each_thing_is_told_once() -> None:
    assert len(template_hazards("{{ x.__class__ }}\n" * 50)) == 1


def test_a_template_that_cannot_be_read_keeps_what_was_found() -> None:
    found = template_hazards("{{ x.__class__ }}{{ '__ }}")
    assert [each.id for each in found] == ["template-internals", "template-broken"]


def test_a_long_template_is_not_read() -> None:
    found = template_hazards("{{ x.__class__ }}" + " " * (1 << 20))
    assert [each.id for each in found] == ["template-not-read"]


@given(st.text(alphabet="{}%#-+~|.[]()'\"_\\x5fclas attr\n", max_size=120))
def test_no_text_makes_it_fail(text: str) -> None:
    template_hazards(text)
    template_hazards("{{ __" + text)
