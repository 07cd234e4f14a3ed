"""What a set changes tells the words of rows, whatever else the set does: from what to what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from checklists.selectors.affected_checklists import affected_checklists
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, written
from zones.admin.changed_rows import changed_rows
from zones.desk.cell_words import CellWords
from zones.desk.effect import effect_of, impact_of
from zones.desk.judgement import judge
from zones.models import ChangeSet

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def shown(someone: Any, change_set: ChangeSet, language: str = "en") -> str:
    """The page of a set, as text."""
    client = Client()
    log_in_staff(client, someone)
    client.cookies["django_language"] = language
    page = client.get(reverse("admin:desk-set", args=[change_set.pk])).content.decode()
    section = page[page.index('aria-labelledby="effect"') :]
    return " ".join(strip_tags(section[: section.index("</section>")]).split())


@pytest.mark.parametrize(
    ("language", "changes", "column"),
    [("en", "Hangzhou changes: English name: ", "English"), ("zh-hans", "杭州市有变：", "英文")],
)
def test_words_of_rows_are_told_beside_an_answer_that_changes(
    analyst: Any, language: str, changes: str, column: str
) -> None:
    topic = known("topics")[(LIMIT[0],)]
    own = proposed(
        analyst,
        written("policies", LIMIT, value="6000"),
        written("cities", ("hangzhou",), name_en="Hangchow"),
        written("topics", (LIMIT[0],), label_en="Order limit"),
    )
    told = shown(analyst, own, language)
    assert changes in told
    assert "“Hangzhou” → “Hangchow”" in told.replace("”→“", "” → “")
    assert f"“{topic['label_en']}” → “Order limit”" in told.replace("”→“", "” → “")
    assert column in told


def test_rows_of_every_table_are_told(analyst: Any) -> None:
    cells = {
        "cities": {"name_zh": "新名市"},
        "issuers": {"name_en": "Anew"},
        "sources": {"title_en": "Anew"},
        "zones": {"zone_name_en": "Anew"},
        "topics": {"pitfalls_en": "Anew"},
        "choices": {"label_en": "Anew"},
        "provinces": {"name_en": "Anew"},
        "programmes": {"description_en": "Anew"},
        "indicators": {"note_en": "Anew"},
        "templates": {"name_en": "Anew"},
        "policies": {"summary_en": "Anew"},
        "focus_areas": {"name_en": "Anew"},
        "customs_districts": {"name_en": "Anew"},
    }
    drafts = [written(name, next(iter(known(name))), **own) for name, own in cells.items()]
    found = judge(proposed(analyst, *drafts))
    tables = changed_rows(found, CellWords("en")).tables
    assert len(tables) == len(cells)
    for _label, lines in tables:
        (line,) = lines
        assert "”" in line
        assert ("→ “Anew”" in line) or ("→ “新名市”" in line)


def test_of_many_rows_the_first_are_told_and_how_many_more(analyst: Any) -> None:
    drafts = [
        written("cities", key, note=f"Seen {number}")
        for number, key in enumerate(list(known("cities"))[:25])
    ]
    topic = written("topics", (LIMIT[0],), pitfalls_en="Long. " * 300)
    found = judge(proposed(analyst, *drafts, topic))
    cities, topics = changed_rows(found, CellWords("en")).tables
    assert len(cities.lines) == 21
    assert cities.lines[-1] == "and 5 rows more that change, which stand among the rows"
    assert len(topics.lines[0]) < 700
    assert topics.lines[0].endswith("…”")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "severity: “mandatory” → “recommended”"), ("zh-hans", "重要程度：“强制”→“建议”")],
)
def test_choices_days_and_sources_of_a_requirement_are_told_in_words(
    analyst: Any, language: str, told: str
) -> None:
    rows = known("requirements").items()
    key, before = next(row for row in rows if row[1]["severity"] == "mandatory")
    source = next(key[0] for key in known("sources") if key[0] != before["source_id"])
    draft = written(
        "requirements",
        key,
        severity="recommended",
        source_id=source,
        effective_to="2027-12-31",
    )
    found = judge(proposed(analyst, draft))
    with translation.override(language):
        words = CellWords(language)
        impact = impact_of(found, effect_of(found), words)
        (line, *_more) = [one.words for one in affected_checklists(impact)]
        called = words.label("sources", (source,))
    assert told in line
    assert called[:15] in line
    assert called != source
    assert {"en": "31 Dec 2027", "zh-hans": "2027年12月31日"}[language] in line
