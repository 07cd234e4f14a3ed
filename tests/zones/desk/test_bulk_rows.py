"""Several rows of a set at once: one cell in all of them, or all taken out, or nothing."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, submitted, taken_out, written
from zones.dataset.table_registry import table_named
from zones.desk.bulk_rows import columns_of, drop_rows, set_in_rows
from zones.desk.cell_words import CellWords
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import judge
from zones.models import ChangeSet, RowEdit
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def some(person: Any, count: int = 3) -> ChangeSet:
    """A set that says policies of one topic anew."""
    keys = sorted(known("policies"))[:count]
    return proposed(person, *(written("policies", key, note=f"No {key}") for key in keys))


def numbers(change_set: ChangeSet) -> list[int]:
    return list(change_set.rows.order_by("pk").values_list("pk", flat=True))


def test_one_cell_is_set_in_the_rows_that_are_named(analyst: Any, other_analyst: Any) -> None:
    own = some(analyst)
    first, second, third = numbers(own)
    assert set_in_rows(own, other_analyst, [first, third], "verified_on", "2026/3/1") == (
        2,
        [("2026/3/1", "2026-03-01")],
    )
    cells = {row.pk: row.cells for row in own.rows.all()}
    assert cells[first]["verified_on"] == cells[third]["verified_on"] == "2026-03-01"
    assert "verified_on" not in cells[second]
    assert all("note" in said for said in cells.values()), "what was said stays"
    writers = RowEdit.objects.filter(change_set=own, person=other_analyst)
    assert {edit.row_id for edit in writers} == {first, third}, "four eyes count them"
    assert {one.fate for one in judge(own).rows} == {Fate.CHANGED}


def test_a_quote_is_set_in_all_and_lets_their_certainty_rise(analyst: Any) -> None:
    keys = [key for key, own in known("policies").items() if own["verification"] == "secondary"]
    own = proposed(analyst, *(written("policies", key, clause="第三条") for key in keys[:4]))
    with pytest.raises(ValidationError, match="add the words of the document"):
        set_in_rows(own, analyst, numbers(own), "verification", "official text read")
    assert {one.fate for one in judge(own).rows} == {Fate.CHANGED}, "nothing was set"
    set_in_rows(own, analyst, numbers(own), "quote", "第三条：如上。")
    set_in_rows(own, analyst, numbers(own), "verification", "official text read")
    assert {row.cells["verification"] for row in own.rows.all()} == {"primary"}
    assert {one.fate for one in judge(own).rows} == {Fate.CHANGED}
    assert {row.cells["clause"] for row in own.rows.all()} == {"第三条"}
    set_in_rows(own, analyst, numbers(own), "clause", "第四条")
    assert {row.quote for row in own.rows.all()} == {"第三条：如上。"}


@pytest.mark.parametrize(
    ("column", "cell"), [("value", "seven"), ("source_id", "no-such"), ("effective_to", "1999")]
)
def test_no_good_row_is_made_wrong(analyst: Any, column: str, cell: str) -> None:
    keys = [key for key in known("policies") if key[0] == "import-single-transaction-limit"]
    own = proposed(analyst, *(written("policies", key, note="Seen") for key in keys))
    before = [row.cells for row in own.rows.order_by("pk")]
    with pytest.raises(ValidationError) as refused:
        set_in_rows(own, analyst, numbers(own), column, cell)
    words = CellWords("en")
    named = [words.row(table_named("policies"), key) for key in keys]
    assert all(any(name in why for why in refused.value.messages) for name in named)
    assert not any(" ".join(keys[0]) in why for why in refused.value.messages)
    assert [row.cells for row in own.rows.order_by("pk")] == before


def test_what_was_wrong_already_hinders_nothing(analyst: Any) -> None:
    (key, *_) = [key for key in known("policies") if key[0] == "import-single-transaction-limit"]
    own = proposed(analyst, written("policies", key, value="seven"))
    assert set_in_rows(own, analyst, numbers(own), "note", "Seen") == (1, [])
    assert set_in_rows(own, analyst, numbers(own), "value", "6000") == (1, [])
    assert {one.fate for one in judge(own).rows} == {Fate.CHANGED}


def test_all_or_none_and_each_row_that_hinders_is_named(analyst: Any) -> None:
    keys = sorted(known("policies"))
    own = proposed(
        analyst,
        written("policies", keys[0], note="x"),
        taken_out("policies", keys[1]),
        written("cities", ("hangzhou",), name_en="Hang"),
    )
    with pytest.raises(ValidationError) as refused:
        set_in_rows(own, analyst, numbers(own), "caveat_en", "Mind this.")
    assert len(refused.value.messages) == 2
    out = CellWords("en").row(table_named("policies"), keys[1])
    assert any(out in message for message in refused.value.messages)
    assert any("Hangzhou" in message for message in refused.value.messages)
    assert not any("caveat_en" in row.cells for row in own.rows.all())
    for wrong in ("effective_from", "nothing", "topic"):
        with pytest.raises(ValidationError):
            set_in_rows(own, analyst, numbers(own)[:1], wrong, "2020")
    with pytest.raises(ValidationError):
        set_in_rows(own, analyst, [], "note", "y")
    names = dict(chain.from_iterable(one.columns for one in columns_of(own)))
    assert {"caveat_en", "name_en", "quote"} <= names.keys()
    assert not {"topic", "slug"} & names.keys()


def test_rows_are_taken_out_together(analyst: Any) -> None:
    own = some(analyst)
    first, second, third = numbers(own)
    assert drop_rows(own, analyst, [first, third]) == 2
    assert numbers(own) == [second]
    assert RowEdit.objects.filter(change_set=own, said__isnull=True).count() == 2
    with pytest.raises(MovedOnError):
        drop_rows(own, analyst, [first, second])
    assert numbers(own) == [second]


def test_who_may_and_when(analyst: Any, reviewer: Any, outsiders: list[Any]) -> None:
    own = some(analyst)
    for who in (reviewer, *outsiders):
        with pytest.raises(PermissionDenied):
            set_in_rows(own, who, numbers(own), "note", "y")
        with pytest.raises(PermissionDenied):
            drop_rows(own, who, numbers(own))
    with pytest.raises(MovedOnError):
        set_in_rows(own, analyst, numbers(own), "note", "y", seen=own.version + 7)
    other = numbers(some(analyst))
    with pytest.raises(MovedOnError):
        set_in_rows(own, analyst, other, "note", "y")
    closed = submitted(analyst, written("cities", ("ningbo",), name_en="Ning"))
    with pytest.raises(ValidationError):
        set_in_rows(closed, analyst, numbers(closed), "name_en", "y")


def test_the_page_sets_takes_out_and_keeps_what_was_typed(analyst: Any) -> None:
    own = some(analyst)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    own.refresh_from_db()
    first, second, _third = numbers(own)
    sent = {"do": "set_cell", "rows": [first, second], "column": "verified_on", "cell": "1/2/26"}
    refused = client.post(page, {**sent, "seen": own.version})
    assert refused.status_code == 400
    shown = refused.content.decode()
    assert 'value="1/2/26"' in shown
    assert shown.count(" checked") == 2
    own.refresh_from_db()
    assert client.post(page, {**sent, "cell": "2026-02-01", "seen": 1}).status_code == 409
    good = {**sent, "cell": "2026/2/1", "seen": own.version}
    said = client.post(page, good, follow=True).content.decode()
    assert "read 2026/2/1 as 2026-02-01" in said
    own.refresh_from_db()
    taken = {"do": "drop_rows", "sure": "1", "rows": [first], "seen": own.version}
    assert client.post(page, taken).status_code == 303
    assert first not in numbers(own)


def test_more_rows_take_no_more_queries(analyst: Any) -> None:
    counts = []
    for count in (2, 20):
        own = some(analyst, count)
        with CaptureQueriesContext(connection) as asked:
            set_in_rows(own, analyst, numbers(own), "caveat_en", f"Mind {count}.")
            drop_rows(own, analyst, numbers(own))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_one_refusal_of_many_rows_is_told_once_with_links_to_them(analyst: Any) -> None:
    keys = sorted(known("policies"))[:30]
    own = proposed(analyst, *(taken_out("policies", key) for key in keys))
    own.refresh_from_db()
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    sent = {"rows": numbers(own), "column": "caveat_en", "cell": "Mind this.", "seen": own.version}
    refused = client.post(page, {"do": "set_cell", **sent})
    (told,) = refused.context["errors"]
    assert told.count("The row is taken out") == 1
    assert told.count("<a href=") == 20
    assert "; and 10 rows more: The row is taken out" in told
    assert f'href="{reverse("admin:desk-row", args=[own.pk, numbers(own)[0]])}"' in told
    assert " ".join(keys[0]) not in told
    assert told in refused.content.decode(), "its links are links"


def test_what_is_refused_is_written_as_text(analyst: Any) -> None:
    own = some(analyst)
    own.refresh_from_db()
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    sent = {"rows": numbers(own), "column": "source_id", "cell": "<b>x</b>", "seen": own.version}
    refused = client.post(page, {"do": "set_cell", **sent})
    assert refused.status_code == 400
    assert len(refused.context["errors"]) == 1
    assert "<b>" not in refused.content.decode()


def test_all_rows_are_ticked_at_once_and_it_is_said_how_many_were_set(analyst: Any) -> None:
    keys = sorted(known("policies"))[:60]
    own = proposed(analyst, *(written("policies", key, note=f"No {key}") for key in keys))
    own.refresh_from_db()
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    typed = {"column": "verified_on", "cell": "2026-03-01", "seen": own.version}
    assert 'value="tick_none"' not in client.get(page).content.decode()
    all_ticked = client.post(page, {"do": "tick_all", **typed})
    assert list(all_ticked.context["ticked"]) == numbers(own)
    html = all_ticked.content.decode()
    assert 'value="2026-03-01"' in html
    assert 'value="tick_none"' in html
    assert html.count(" checked") == 50
    assert "10 rows on other pages are ticked" in html
    none = client.post(page, {"do": "tick_none", "rows": numbers(own), **typed})
    assert not none.context["ticked"]
    sent = {"do": "set_cell", "rows": numbers(own), **typed}
    assert "It is set in 60 rows." in client.post(page, sent, follow=True).content.decode()
    own.refresh_from_db()
    out = {"do": "drop_rows", "sure": "1", "rows": numbers(own)[:2], "seen": own.version}
    said = client.post(page, out, follow=True).content.decode()
    assert "2 rows were taken out of the set." in said


def test_a_warning_of_many_rows_is_told_once_with_links_to_them(analyst: Any) -> None:
    keys = [key for key in sorted(known("policies")) if key[0] == "import-single-transaction-limit"]
    own = proposed(
        analyst,
        *(written("policies", key, value="777777", verified_on="2026-11-24") for key in keys[:4]),
    )
    client = Client()
    log_in_staff(client, analyst)
    shown = client.get(reverse("admin:desk-set", args=[own.pk]))
    told = [pair for one in shown.context["waiting"] for pair in one["told"]]
    words = [said for _rows, said in told]
    assert words
    assert len(words) == len(set(words))
    rows, said = next(pair for pair in told if "777,777" in pair[1])
    assert rows.count("<a href=") == len(keys[:4])
    assert f"{rows}: {said}" in shown.content.decode()


def test_what_was_ticked_stays_so_once_it_is_set(analyst: Any) -> None:
    own = some(analyst)
    own.refresh_from_db()
    first, _second, third = numbers(own)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    said = {"do": "set_cell", "seen": own.version, "column": "verified_on", "cell": "2026-03-01"}
    shown = client.post(page, {**said, "rows": [first, third]}, follow=True)
    assert shown.redirect_chain
    assert set(shown.context["ticked"]) == {first, third}
    assert len(re.findall(r'name="rows" value="\d+" checked', shown.content.decode())) == 2
    # They are kept for what follows, not for whoever comes back later.
    assert not client.get(page).context["ticked"]


def test_what_a_reviewer_ticked_stays_so_once_warnings_are_acknowledged(
    analyst: Any, reviewer: Any
) -> None:
    key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    own = submitted(analyst, written("policies", key, value="777777", verified_on="2026-11-24"))
    row = own.rows.get()
    row.acknowledgements.all().delete()
    client = Client()
    log_in_staff(client, reviewer)
    page = reverse("admin:desk-set", args=[own.pk])
    (kind,) = (one["code"] for one in client.get(page).context["waiting"])
    said = {"do": "acknowledge", "seen": own.version, f"reason-{kind}": "So.", "rows": [row.pk]}
    shown = client.post(page, said, follow=True)
    assert set(shown.context["ticked"]) == {row.pk}
