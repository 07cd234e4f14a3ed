"""Days that programs read (fields of forms, addresses, attributes) are written as ISO 8601; those
that people read are told in words, on public pages and on those of staff.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.languages import CODES
from tests.staff_pages import Asked, answered, staffed
from tests.zones.test_manners import PAGES
from zones.models.fields import CUT_SHORT

ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
ATTRIBUTE = re.compile(r'[\w:-]+="(?:[^"{]|{{.*?}}|{%.*?%})*"')
#: Attributes that people hear or see.
TOLD = ("aria-label=", "aria-valuetext=", "title=", "alt=")
IN_WORDS = re.compile(r"{{[^}]*\|day\b[^}]*}}")


def test_no_attribute_of_a_template_tells_a_day_in_words() -> None:
    templates = [
        path
        for app in ("cbec_portal", "checklists", "zones")
        for path in sorted(Path(settings.BASE_DIR, app, "templates").rglob("*.html"))
    ]
    wrong = [
        f"{path.relative_to(settings.BASE_DIR)}: {found[0]}"
        for path in templates
        for found in ATTRIBUTE.finditer(path.read_text(encoding="utf-8"))
        if IN_WORDS.search(found[0]) and not found[0].startswith(TOLD)
    ]
    assert len(templates) > 100
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db
@pytest.mark.parametrize("language", CODES)
def test_days_of_fields_and_addresses_are_written_for_programs(
    client: Client, language: str
) -> None:
    """On pages asked about a day, every field of a day has one or none, and links lead on."""
    seen = 0
    wrong = []
    for address in PAGES:
        asked = "" if "report" in address else "&as_of=2019-06-15"
        answer = client.get(f"{address}?lang={language}{asked}")
        if answer.status_code == 400:  # not every page is asked about a day
            answer = client.get(f"{address}?lang={language}")
        text = answer.content.decode()
        fields = re.findall(r'<input type="date"[^>]*?\bvalue="([^"]*)"', text)
        linked = re.findall(r'href="[^"]*?[?;&](?:as_of|from|to)=([^"&#]*)', text)
        columns = re.findall(r'href="[^"]*?cities=[^"]*?@([^",&#]*)', text)
        seen += len(fields) + len(linked) + len(columns)
        wrong += [
            (address, value)
            for value in (*fields, *linked, *columns)
            if value and not ISO.fullmatch(value)
        ]
    assert seen > 1000
    assert not wrong, "\n".join(map(str, wrong))


#: What is written for programs, or as somebody wrote it: boxes, keys, quotes, what cells may hold.
FOR_PROGRAMS = re.compile(
    r"<(script|style|textarea|code|pre|blockquote|q|option|head|title)\b.*?</\1>|<[^>]*>", re.DOTALL
)
RAW_DAY = re.compile(r"(?<![\w./:-])\d{4}-\d{2}(?:-\d{2})?(?![\w/-]|[.:]\S)")
#: Keys as the dataset has them, as Django's list of what goes with an account tells rows.
KEY = re.compile(r'\["[^\]]*"\]')
#: How a day is to be written, as boxes say it.
EXAMPLE = re.compile(r"(?:for example|例如) ?[\d-]+")


def days_told_raw(markup: str) -> list[str]:
    """The days that people read as programs write them, each with what stands around it."""
    text = " ".join(html.unescape(FOR_PROGRAMS.sub(" ", markup)).split())
    text = EXAMPLE.sub("", text)
    text = KEY.sub("", text.replace(str(CUT_SHORT), ""))  # how a day is to be written
    return [text[max(0, own.start() - 60) : own.end() + 20] for own in RAW_DAY.finditer(text)]


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("language", CODES)
def test_staff_read_days_in_words(language: str) -> None:
    client, pages = staffed()
    lists = [
        Asked(reverse(f"admin:{own._meta.app_label}_{own._meta.model_name}_changelist"))
        for own in admin.site._registry
    ]
    asked_for = [own for own in pages if own.sent is None]
    read = [
        (asked.address, answer.content.decode())
        for asked, answer in answered(client, [*asked_for, *lists], language)
        if "html" in answer["Content-Type"]
    ]
    with override(language):
        wrong = [(address, told) for address, page in read for told in days_told_raw(page)]
    assert len(read) > 100
    assert not wrong, "\n".join(map(str, wrong))
