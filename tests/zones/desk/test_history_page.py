"""The page of what became of rows, and taking a revision back from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, published, say_why_all, written
from zones.dataset.applied_rows import key_text
from zones.dataset.table_registry import table_named
from zones.desk import set_steps
from zones.desk.history import of_revision
from zones.desk.set_publication import publish_set
from zones.models import AppliedRow, ChangeSet

pytestmark = pytest.mark.django_db

KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def logged_in(person: Any) -> Client:
    client = Client()
    log_in_staff(client, person)
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_change_is_told_by_object_person_and_revision(
    analyst: Any, reviewer: Any, language: str
) -> None:
    draft = written("policies", KEY, clause="Article 99")
    revision = published(analyst, reviewer, draft, title="A clause")
    client, page = logged_in(analyst), reverse("admin:desk-history")
    for asked in (
        {"table": "policies", "key": key_text(KEY)},
        {"person": "ana"},
        {"person": "rui"},
        {"revision": revision.number},
    ):
        told = client.get(page, {**asked, "lang": language}).content.decode()
        assert "Article 99" in told, asked
        assert "ana → rui" in told
    assert "Article 99" not in client.get(page, {"person": "nobody"}).content.decode()
    assert "A clause" in client.get(page).content.decode()


def test_a_revision_is_taken_back_by_a_set_that_somebody_reviews(
    analyst: Any, reviewer: Any
) -> None:
    before = known("policies")
    revision = published(analyst, reviewer, written("policies", KEY, value="6000"))
    assert known("policies") != before
    page = reverse("admin:desk-history")
    told = logged_in(analyst).post(
        f"{page}?revision={revision.number}", {"do": "undo", "revision": revision.number}
    )
    undo = ChangeSet.objects.get(undoes=revision)
    assert told.headers["Location"] == reverse("admin:desk-set", args=[undo.pk])
    say_why_all(undo, analyst)
    publish_set(set_steps.submit(undo, analyst), reviewer)
    assert known("policies") == before


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"table": "no-such", "key": "[]"}, 404),
        ({"table": "policies", "key": "{"}, 404),
        ({"table": "policies", "key": "7"}, 404),
        ({"table": "policies", "key": '["one"]'}, 404),
        ({"revision": "99999999999"}, 404),
        ({"revision": "99"}, 404),
        ({"revision": "0"}, 404),
        ({"revision": "x", "after": "-1"}, 404),
        ({"revision": "", "after": "-1"}, 200),
        ({"table": "policies", "key": key_text(KEY), "column": "no-such"}, 404),
        ({"edit": "99"}, 200),
        ({"person": "x" * 5000}, 200),
    ],
)
def test_odd_questions_are_answered(analyst: Any, asked: dict[str, str], status: int) -> None:
    client = logged_in(analyst)
    assert client.get(reverse("admin:desk-history"), asked).status_code == status


def test_what_cannot_be_undone_is_told(analyst: Any) -> None:
    client, page = logged_in(analyst), reverse("admin:desk-history")
    first = client.post(f"{page}?revision=1", {"do": "undo", "revision": 1})
    assert first.status_code == 400
    assert client.post(page, {"do": "undo"}).status_code == 400
    assert client.post(page, {"do": "undo", "revision": "77"}).status_code == 404
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"table": "policies", "key": '["a","b","c","x"]'},
        {"table": "policies", "key": '["\\u0000","a","b","c"]'},
        {"table": "policies", "key": "[null,null,null,null]"},
        {"table": "topics", "key": '["a\\u0000"]'},
        {"person": "\x00"},
        {"person": "a\x00b"},
        {"revision": "9" * 40},
        {"after": "9" * 40, "person": "ana"},
    ],
)
def test_what_nobody_can_have_written_is_not_found(analyst: Any, asked: dict[str, str]) -> None:
    client = Client()
    log_in_staff(client, analyst)
    assert client.get(reverse("admin:desk-history"), asked).status_code in (200, 404)


@pytest.mark.ignore_template_errors
def test_tables_of_the_desk_are_cards_on_phones_and_name_their_cells() -> None:
    """Where the head is hidden, each cell says by which column it stands."""
    folder = settings.BASE_DIR / "zones" / "templates" / "zones" / "desk"
    seen = 0
    for path in sorted(folder.rglob("*.html")):
        for table in re.findall(r'<table class="rules.*?</table>', path.read_text("utf-8"), re.S):
            if "grid-rows" in table:  # its cells are heads and boxes of their own
                continue
            seen += 1
            assert re.match(r'<table class="[^"]*\bcards\b', table), path.name
            heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table, re.S)
            named = re.findall(r'<td data-label="(.*?)">', table)
            assert set(named) <= set(heads), path.name
            assert set(heads[1:]) <= set(named), path.name
    assert seen > 10


def keys_found(client: Client, **asked: Any) -> list[tuple[str, ...]]:
    page = client.get(reverse("admin:desk-history"), asked)
    assert page.status_code == 200
    return [one["row"].key for one in page.context["shown"] if not one["is_first"]]


@pytest.fixture
def three(analyst: Any, other_analyst: Any, reviewer: Any) -> list[Any]:
    """Revisions of a policy, of two cities, and of one of these again by somebody else."""
    cities = [written("cities", (slug,), note="Seen") for slug in ("hangzhou", "ningbo")]
    return [
        published(analyst, reviewer, written("policies", KEY, clause="Article 99")),
        published(analyst, reviewer, *cities),
        published(other_analyst, reviewer, written("cities", ("hangzhou",), note="Again")),
    ]


def test_history_is_searched_by_table_and_row_in_a_box(analyst: Any, three: list[Any]) -> None:
    client = logged_in(analyst)
    hangzhou, ningbo = ("hangzhou",), ("ningbo",)
    assert keys_found(client, table="cities") == [hangzhou, ningbo, hangzhou]
    assert keys_found(client, table="policies") == [KEY]
    for typed in ("hangzhou", "Hangzhou", "杭州", " HANGZHOU "):
        assert keys_found(client, table="cities", row=typed) == [hangzhou, hangzhou], typed
    for typed in (" ".join(KEY), "import-single 2019", "single-transaction"):
        assert keys_found(client, table="policies", row=typed) == [KEY], typed
    assert keys_found(client, row="angzho") == [hangzhou, hangzhou]
    assert keys_found(client, table="cities", row="nobody") == []


def test_what_is_typed_in_several_boxes_narrows_together(analyst: Any, three: list[Any]) -> None:
    client, number = logged_in(analyst), three[1].number
    assert keys_found(client, table="cities", revision=number, row="ningbo") == [("ningbo",)]
    assert keys_found(client, person="ben", table="cities") == [("hangzhou",)]
    assert keys_found(client, person="rui", revision=number) == [("ningbo",), ("hangzhou",)]
    assert keys_found(client, person="ben", revision=number) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_boxes_give_back_what_was_typed(analyst: Any, three: list[Any], language: str) -> None:
    asked = {"table": "cities", "row": "hangzhou", "person": "ana", "revision": three[1].number}
    page = logged_in(analyst).get(reverse("admin:desk-history"), {**asked, "lang": language})
    told = page.content.decode()
    assert '<option value="cities" selected>' in told
    for name, value in asked.items():
        if name != "table":
            assert re.search(rf'name="{name}"[^>]*value="{value}"', told), name


@pytest.mark.parametrize("typed", ["\x00", "%", "_", '"', "\\", "x" * 5000, "'", "[", "\u202e"])
def test_whatever_is_typed_for_a_row_is_answered(
    analyst: Any, three: list[Any], typed: str
) -> None:
    client = logged_in(analyst)
    for table in ("", "policies", "cities"):
        keys_found(client, table=table, row=typed)


def test_cells_of_a_row_stand_in_the_order_of_its_table(analyst: Any, reviewer: Any) -> None:
    """Whatever order a database keeps them in; columns that the table has no more come last."""
    revision = published(analyst, reviewer, written("policies", KEY, value="6000"))
    after = {**known("policies")[KEY], "gone_column": "x"}
    for cells in (dict(sorted(after.items())), dict(sorted(after.items(), reverse=True))):
        made = AppliedRow.objects.create(
            edit=revision.pk,
            revision=revision,
            at=revision.published_at,
            table="policies",
            key=key_text(KEY),
            before=None,
            after=cells,
            authors="ana",
            reviewer="rui",
        )
        (told,) = (row for row in of_revision(revision.number).rows if row.number == made.pk)
        columns = [column.name for column in table_named("policies").columns]
        filled = [name for name in told.moved if name in columns]
        assert filled == [name for name in columns if name in cells]
        assert [*told.moved][-1] == "gone_column"
