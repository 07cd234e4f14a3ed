"""The interface speaks Chinese throughout, and the compiled texts are those of the source."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation

ROOT = Path(settings.BASE_DIR)
FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(
    r'^(?:msgctxt "(?P<context>.*)"\n)?msgid "(?P<id>.+)"\n(?P<plural>msgid_plural ".*"\n)?'
    r'msgstr(?:\[0\])? "(?P<text>.*)"$',
    re.M,
)
#: A text without context that a script of the framework's admin says.
SAID_BY_SCRIPTS = re.compile(r"(?<!p)gettext\((?P<quote>['\"])(?P<text>.*?)(?P=quote)")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def entries() -> list[tuple[str, str, str]]:
    """Context, which most have not, English and Chinese."""
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    return [
        (found["context"] or "", found["id"], found["text"]) for found in ENTRY.finditer(source)
    ]


def test_every_text_is_translated() -> None:
    assert len(entries()) > 250
    assert [text for _, text, chinese in entries() if not chinese] == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text(encoding="utf-8")


def test_what_is_compiled_is_what_is_written() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for context, english, chinese in entries():
        plain, expected = english.replace('\\"', '"'), chinese.replace('\\"', '"')
        # Python before 3.11.5 finds a text that has a plural by the plural alone.
        if context:
            counted = compiled.npgettext(context, plain, plain, 1)
            assert expected in (compiled.pgettext(context, plain), counted), plain
        else:
            assert expected in (compiled.gettext(plain), compiled.ngettext(plain, plain, 1)), plain


def test_no_placeholder_is_lost() -> None:
    lost = [
        english
        for _, english, chinese in entries()
        if not set(PLACEHOLDER.findall(chinese)) <= set(PLACEHOLDER.findall(english))
    ]
    assert lost == []


ROOMS = ("cbec_portal", "zones", "checklists")
#: A call of a function that translates, as templates are rewritten for whoever collects texts.
CALL = re.compile(
    r"""(?<![\w.])(n?p?gettext(?:_lazy|_noop)?|_)\(\s*(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""(?:\s*,\s*u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))*)"""
)


def calls_of_code(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """The functions that a module calls to translate, and the texts it hands them."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if CALL.match(f"{name}('')"):
                texts = [a.value for a in args if isinstance(a, ast.Constant)]
                if texts and all(isinstance(text, str) for text in texts[:2]):
                    yield name, [str(text) for text in texts]


def calls_of_template(text: str) -> Iterator[tuple[str, list[str]]]:
    """The functions that a template calls to translate, and the texts it hands them."""
    for name, texts in CALL.findall(templatize(text)):
        yield name, ast.literal_eval(f"[{texts}]")


def asked_of_code(tree: ast.AST) -> set[tuple[str, str]]:
    """Contexts and texts that a module asks to be translated."""
    return {said(*call) for call in calls_of_code(tree)}


def asked_of_template(text: str) -> set[tuple[str, str]]:
    """Contexts and texts that a template asks to be translated."""
    return {said(*call) for call in calls_of_template(text)}


def said(name: str, texts: list[str]) -> tuple[str, str]:
    return (texts[0], texts[1]) if "pgettext" in name else ("", texts[0])


def calls() -> Iterator[tuple[str, list[str]]]:
    """What the whole project calls to translate."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield from calls_of_code(ast.parse(path.read_text(encoding="utf-8")))
        for path in (ROOT / room).rglob("*.html"):
            yield from calls_of_template(path.read_text(encoding="utf-8"))


def test_every_text_that_is_asked_for_is_there() -> None:
    known = {(context, english.replace('\\"', '"')) for context, english, _ in entries()}
    assert sorted({said(*call) for call in calls()} - known) == []


def test_a_text_is_counted_everywhere_or_nowhere() -> None:
    """Without a number, Python before 3.11.5 finds no text that has a plural."""
    counted = {
        (found["context"] or "", found["id"].replace('\\"', '"')): bool(found["plural"])
        for found in ENTRY.finditer((FOLDER / "django.po").read_text(encoding="utf-8"))
    }
    # What is only marked for translation is asked for elsewhere.
    asked = {(said(*call), call[0].startswith("n")) for call in calls() if "noop" not in call[0]}
    assert len(asked) > 1500
    assert sorted(text for text, by_number in asked if counted.get(text) is not by_number) == []


def test_whoever_collects_texts_sees_each_kind() -> None:
    template = (
        '{% load i18n %}{% translate "One" %}{% translate "Two" context "button" %}{{ _("Three") }}'
        "{% blocktranslate count n=1 %}{{ n }} Four{% plural %}{{ n }} Fours{% endblocktranslate %}"
        "{% blocktranslate trimmed %}\n  Fi\n  ve\n{% endblocktranslate %}"
    )
    assert asked_of_template(template) == {
        *(("", "One"), ("button", "Two"), ("", "Three"), ("", "%(n)s Four"), ("", "Fi ve")),
    }
    code = "_('One'); pgettext('button', 'Two'); gettext(named); ngettext('%d a', '%d b', 2)"
    assert asked_of_code(ast.parse(code)) == {("", "One"), ("button", "Two"), ("", "%d a")}


def test_the_scripts_of_the_admin_speak_chinese_throughout() -> None:
    folder = Path(admin.__file__).parent
    scripts = folder.glob("static/admin/js/*.js")
    texts = {
        found["text"].replace("\\'", "'")
        for path in scripts
        for found in SAID_BY_SCRIPTS.finditer(path.read_text(encoding="utf-8"))
    }
    assert len(texts) > 30
    told = DjangoTranslation("zh-hans", "djangojs", [str(folder / "locale")])
    untold = {text for text in texts if told.gettext(text) == text}
    assert sorted(text for text in untold if told.ngettext(text, text, 1) == text) == []
