"""One English text has one sense, or says which: else one Chinese text would serve two."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext

APPS = ("cbec_portal", "zones", "checklists")
CALLS = {"_", "gettext", "gettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(r"{%\s*(?:translate|trans)\s+([\"'])(?P<text>.*?)\1(?P<more>.*?)%}")

#: Short texts that models and pages, or two apps, use in the same sense, which is this.
ONE_SENSE = {
    "CBEC portal": "the name of the portal",
    ": ": "between a label and what it labels",
    ", ": "between parts of a list",
    "or": "between ways of what may have been meant",
    "?": "ends the question what was meant",
    "As of": "the day whose law is asked for",
    "Bytes.": "the unit of a size",
    "Save": "keep what was typed",
    "Dashboard": "the first page of the admin",
    "File": "what is handed in",
    "No": "an answer",
    "Permalink": "the address at which a page says the same for ever",
    "Person": "somebody with an account",
    "Places": "where something holds",
    "Reason": "why something is so or is done",
    "Revision": "one publication of data",
    "Title": "what something is headed",
    "Until": "the last day of something",
    "Yes": "an answer",
    "sent back": "to those who wrote it",
    "Answer": "what a rule answers to a topic, or what a finding answers in its place",
    "City": "a city to choose or in a column",
    "Compare cities": "the page that compares",
    "Customs district": "a district to choose or in a column",
    "Focus area": "the heading of topics",
    "From": "the first day of something",
    "Go on": "to the next step",
    "My checklists": "the page of one's checklists",
    "Name": "what something is called",
    "Province": "a province to choose or in a column",
    "Search": "finding whatever the portal has, and the page that does",
    "Show": "the button that asks anew",
    "Source": "the document something rests on",
    "Sources": "the documents something rests on",
    "Topic": "a comparable question",
    "not researched": "of an answer: nobody has looked yet",
    "title": "what something is headed",
    "all": "no choice made among some",
    "expired": "it holds no longer, as its time is over",
    "expires on": "the day from which a finding no longer answers",
    "from": "the first day of a span",
    "in force": "it holds on the day",
    "keep until": "the last day evidence is kept",
    "not applicable": "it is not for this case",
    "overdue": "its due day is past",
    "until": "the last day of a span",
    "reported": "how sure",
    "unverified": "how sure",
}


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def contexts() -> Iterator[tuple[str, str]]:
    """Every context with its text, as code and templates ask for them."""
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.html"):
            for found in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
                if context := re.search(r'context "(.*?)"', found["more"]):
                    yield context[1], found["text"]
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WITH_CONTEXT:
                    context, text = (ast.literal_eval(argument) for argument in node.args)
                    yield context, text


def in_template(path: Path) -> Iterator[str]:
    for found in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
        if "context" not in found["more"]:
            yield found["text"]


def places() -> dict[str, set[str]]:
    """In which rooms each text without a context is used: an app's models and rules, or pages."""
    found = defaultdict(set)
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.*"):
            read = {".py": in_python, ".html": in_template}.get(path.suffix)
            if read and "migrations" not in path.parts:
                room = "models" if {"models", "rules"} & set(path.parts) else "pages"
                for text in read(path):
                    found[text].add(f"{app} {room}")
    return found


def test_a_short_text_of_two_rooms_has_a_context_or_one_sense() -> None:
    shared = {text for text, rooms in places().items() if len(text.split()) <= 2 and len(rooms) > 1}
    assert sorted(shared - set(ONE_SENSE)) == [], "give a context, or say the one sense"
    assert sorted(set(ONE_SENSE) - shared) == [], "is no longer shared"


def test_texts_of_two_senses_have_two_translations() -> None:
    with translation.override("zh-hans"):
        assert pgettext("status of an item", "open") == "待办"
        assert pgettext("gate", "open") == "当地可开展"
        assert gettext("not open") == "当地不得开展该业务"
        assert pgettext("status of a document", "unknown") == "未知"
        assert gettext("unknown") == "无法判断"
        assert pgettext("button", "Start") != gettext("Start")
        assert pgettext("verdict", "Applies") != gettext("Applies")
        assert pgettext("zone", "revoked") == "已撤销"
        assert gettext("withdrawn") == gettext("Withdraw") == "撤回"
        assert pgettext("finding", "withdrawn") == pgettext("standing", "withdrawn") == "已撤回"
        assert gettext("Until") == gettext("To") == "截止日"


def test_every_text_with_a_context_is_translated_in_it() -> None:
    asked = set(contexts())
    assert len(asked) >= 8
    with translation.override("zh-hans"):
        assert [(context, text) for context, text in asked if pgettext(context, text) == text] == []
