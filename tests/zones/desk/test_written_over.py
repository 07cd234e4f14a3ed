"""Whatever way a row comes into a set: what the set says of it already is shown, and nothing is
written over before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known_row, proposed, published, row_of, said, taken_out, written
from zones.admin.desk_urls import PAGES
from zones.dataset.applied_rows import key_text
from zones.desk.city_moves import address_of_move
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
QUOTE = "原文如此。"


def new_limit() -> dict[str, str]:
    """A policy that nobody knows, of a customs district."""
    own = known_row("policies", LIMIT)
    scope = {"scope_kind": "customs_district", "scope_code": "2900"}
    return {**own, **scope, "effective_from": "2027-01-01"}


def theirs_is_known() -> RowDraft:
    return written("policies", LIMIT, note="Theirs.")


def theirs_is_new() -> RowDraft:
    return said("policies", {**new_limit(), "value": "4000"})


def theirs_is_of_the_city() -> RowDraft:
    return written("cities", ("jiaxing",), name_en="Theirs")


def theirs_takes_out_the_city() -> RowDraft:
    return taken_out("cities", ("jiaxing",))


def theirs_is_another_key() -> RowDraft:
    return written("aliases", ("topic", LIMIT[0]), current="theirs")


def cells(own: Mapping[str, str]) -> dict[str, str]:
    return {f"cell_{name}": cell for name, cell in own.items()}


def form(way: str, table: str = "policies", key: tuple[str, ...] = LIMIT, **typed: str) -> Any:
    """Send the form of a row that is known, which is to go into the set."""

    def send(client: Client, own: ChangeSet, do: str) -> Any:
        asked = f"?key={key_text(key)}&as={way}"
        is_alias = table == "aliases"
        there = {"kind": key[0], "former": key[1]} if is_alias else known_row(table, key)
        body = {} if way == "withdraw" else cells(there | typed)
        page = reverse("admin:desk-propose", args=[table]) + asked
        return client.post(page, {"do": do, "set": own.pk, "quote": QUOTE, **body})

    return send


def new_row(client: Client, own: ChangeSet, do: str) -> Any:
    page = reverse("admin:desk-row-new", args=[own.pk])
    body = cells({**new_limit(), "value": "4500"})
    return client.post(f"{page}?table=policies", {"do": do, "quote": QUOTE, **body})


def of_another_key(client: Client, own: ChangeSet, do: str) -> Any:
    """Give a row of the set the key that another of it has."""
    mine = proposed(client.who, said("policies", {**new_limit(), "scope_code": "3100"}))  # type: ignore[attr-defined]
    row = mine.rows.get()
    own.rows.add(row)
    page = reverse("admin:desk-row", args=[own.pk, row.pk])
    body = cells({**new_limit(), "value": "4500"})
    return client.post(page, {"do": do, "quote": QUOTE, "seen": row.version, **body})


def move(client: Client, own: ChangeSet, do: str) -> Any:
    body = cells({"until": "2024-05-01", "province": "CN-AH", "customs_district": "3300"})
    page = address_of_move("jiaxing")
    return client.post(page, {"do": do, "set": own.pk, "quote": QUOTE, **body})


def grid(client: Client, own: ChangeSet, do: str) -> Any:
    row = {**new_limit(), "value": "4500", "quote": QUOTE}
    text = "\n".join("\t".join(line) for line in (row, row.values()))
    page = reverse("admin:desk-grid", args=[own.pk])
    return client.post(page, {"do": do, "table": "policies", "text": text})


def matrix(client: Client, own: ChangeSet, do: str) -> Any:
    shared = {
        f"shared_{name}": new_limit()[name]
        for name in ("effective_from", "source_id", "verification", "summary_en", "summary_zh")
    }
    body = {"do": do, "table": "matrix", "scope_kind": "customs_district", "shared_quote": QUOTE}
    text = f"topic\t2900\n{LIMIT[0]}\t4500"
    page = reverse("admin:desk-grid", args=[own.pk])
    return client.post(page, {**body, **shared, "text": text})


def places(client: Client, own: ChangeSet, do: str) -> Any:
    shared = {
        f"shared_{name}": new_limit()[name]
        for name in ("effective_from", "source_id", "verification", "summary_en", "summary_zh")
    }
    body = {"topic": LIMIT[0], "places": "2900", "cell_value": "4500", "shared_quote": QUOTE}
    body |= {"scope_kind": "customs_district", **shared}
    page = reverse("admin:desk-places", args=[own.pk])
    looked = client.post(page, {"do": "look", **body})
    ready = looked.context["ready"]
    assert ready, looked.content.decode()
    return client.post(page, {"do": do, "ready": ready, **body})


def program(**handed: Any) -> Any:
    def send(client: Client, own: ChangeSet, _do: str) -> Any:
        page = f"/api/v1/change-sets/{own.pk}/"
        etag = client.get(page)["ETag"]
        body = {"table": "policies", **handed}
        return client.post(
            f"{page}rows/", json.dumps(body), "application/json", headers={"If-Match": etag}
        )

    return send


def rows_of_a_program(client: Client, own: ChangeSet, do: str) -> Any:
    row = {**new_limit(), "value": "4500", "quote": QUOTE}
    return program(rows=[row])(client, own, do)


def gone_by_a_program(client: Client, own: ChangeSet, do: str) -> Any:
    key = dict(zip(("topic", "scope_kind", "scope_code", "effective_from"), LIMIT, strict=True))
    return program(rows=[], take_out=[key])(client, own, do)


#: Each way: what the set holds, what is sent, and by which acts.
WAYS: dict[str, tuple[Callable[[], RowDraft], Callable[..., Any], tuple[str, ...]]] = {
    "new row": (theirs_is_new, new_row, ("save", "keep", "document source_id")),
    "row of another key": (theirs_is_new, of_another_key, ("save", "keep")),
    "new version": (theirs_is_known, form("version", note="Mine."), ("save", "keep")),
    "document": (theirs_is_known, form("version", note="Mine."), ("document source_id",)),
    "end": (theirs_is_known, form("end", effective_to="2030-12-31"), ("save", "keep")),
    "withdraw": (theirs_is_known, form("withdraw"), ("save", "keep")),
    "copy": (
        theirs_is_new,
        form("copy", scope_kind="customs_district", scope_code="2900", effective_from="2027-01-01"),
        ("save", "keep"),
    ),
    "another key": (
        theirs_is_another_key,
        form("version", "aliases", ("topic", LIMIT[0]), current="mine"),
        ("save", "keep"),
    ),
    "move": (theirs_is_of_the_city, move, ("save",)),
    "move of what goes": (theirs_takes_out_the_city, move, ("save",)),
    "grid": (theirs_is_new, grid, ("propose",)),
    "topics by places": (theirs_is_new, matrix, ("propose",)),
    "one answer in many places": (theirs_is_new, places, ("propose",)),
    "program": (theirs_is_new, rows_of_a_program, ("",)),
    "program that takes out": (theirs_is_known, gone_by_a_program, ("",)),
}
#: Pages whose acts write rows, and those that write none but such as were shown by themselves: the
#: page of a set changes ticked rows, and settles what stands beside what was shown.
WRITING = {"desk-row-new", "desk-row", "desk-propose", "desk-move", "desk-grid", "desk-places"}
BY_THEMSELVES = {"desk-set"}
#: In these a row goes into a set that is opened for it.
INTO_NEW_ONES = {"desk-history", "desk-sets"}
OTHERS = {"desk-queue", "desk-readings", "desk-reading", "desk-copies", "desk-filters"}


def test_every_page_that_acts_is_known() -> None:
    acting = {name for name, (_route, page) in PAGES.items() if getattr(page, "acts", {})}
    assert acting == WRITING | BY_THEMSELVES | INTO_NEW_ONES | OTHERS


@pytest.mark.parametrize(
    ("name", "do"), [(name, do) for name, (*_way, acts) in WAYS.items() for do in acts]
)
def test_what_a_set_says_already_is_told_before_it_is_written_over(
    name: str, do: str, analyst: Any, other_analyst: Any
) -> None:
    draft, send, _acts = WAYS[name]
    own = proposed(other_analyst, draft())
    row = row_of(own)
    client = Client()
    log_in_staff(client, analyst)
    client.who = analyst  # type: ignore[attr-defined]
    answer = send(client, own, do)
    assert answer.status_code in (400, 409), (answer.status_code, answer.get("Location"))
    text = answer.content.decode()
    told = ("In this set already, by ben", "holds such a row already", "by somebody else", "held")
    assert any(words in text for words in told), answer.context and answer.context["errors"]
    there = own.rows.get(pk=row.pk)
    assert (there.cells, there.proposal, there.quote) == (row.cells, row.proposal, row.quote)
    assert there.version == row.version


def test_a_move_is_proposed_once_what_the_set_says_was_shown(
    analyst: Any, other_analyst: Any
) -> None:
    own = proposed(other_analyst, theirs_is_of_the_city())
    client = Client()
    log_in_staff(client, analyst)
    shown = move(client, own, "save").context
    assert [one["writer"] for one in shown["held"]] == ["ben"]
    body = cells({"until": "2024-05-01", "province": "CN-AH", "customs_district": "3300"})
    sent = {"do": "save", "set": own.pk, "quote": QUOTE, "held": shown["held_mark"], **body}
    assert client.post(address_of_move("jiaxing"), sent).status_code == 303
    assert row_of(own, ("jiaxing",)).cells == {
        "name_en": "Theirs",
        "province": "CN-AH",
        "customs_district": "3300",
    }


def test_an_undo_goes_into_a_set_of_its_own(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    published(analyst, reviewer, written("policies", LIMIT, note="Once."))
    own = proposed(other_analyst, theirs_is_known())
    row, client = row_of(own), Client()
    log_in_staff(client, analyst)
    newest = Revision.objects.order_by("-number")[0].number
    sent = {"do": "undo", "revision": newest}
    assert client.post(reverse("admin:desk-history"), sent).status_code == 303
    assert own.rows.get().version == row.version
