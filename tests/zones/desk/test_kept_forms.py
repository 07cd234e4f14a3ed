"""What was typed in a grid or for many places comes back, whichever way somebody comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from cbec_portal.sessions import SessionStore
from tests.conftest import log_in_staff
from tests.zones.desk.grids import separated, workbook
from tests.zones.desk.test_grid_page import HEAD, block
from tests.zones.desk.test_places_page import Form
from zones.admin import kept_forms
from zones.admin.kept_forms import keep_form, kept_form, let_go_of_form
from zones.desk.proposals import open_set
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

GOOD = ("2900", "2027-01-01", "4000")
WRONG = ("3100", "2027-01-01", "four")


class Grid:
    """The page of a grid, of an analyst with a set."""

    def __init__(self, someone: Any, language: str = "en") -> None:
        self.change_set = open_set(someone, "A grid")
        self.client = Client()
        log_in_staff(self.client, someone)
        self.client.cookies["django_language"] = language
        self.address = reverse("admin:desk-grid", args=[self.change_set.pk])

    def send(self, do: str, **said: Any) -> Any:
        return self.client.post(self.address, {"do": do, **said})

    def back(self) -> Any:
        return self.client.get(self.address)

    @property
    def rows(self) -> int:
        return ChangeSet.objects.get(pk=self.change_set.pk).rows.count()


@pytest.fixture
def grid(analyst: Any) -> Grid:
    return Grid(analyst)


def as_text(text: str) -> dict[str, Any]:
    return {"text": text}


def as_csv(text: str) -> dict[str, Any]:
    rows = [line.split("\t") for line in text.split("\n")]
    return {"file": SimpleUploadedFile("grid.csv", separated(rows).encode())}


def as_workbook(text: str) -> dict[str, Any]:
    rows = [line.split("\t") for line in text.split("\n")]
    return {"file": SimpleUploadedFile("grid.xlsx", workbook(rows))}


@pytest.mark.parametrize("form", [as_text, as_csv, as_workbook])
def test_back_after_all_is_proposed_shows_the_grid_and_proposes_nothing_twice(
    form: Callable[[str], dict[str, Any]], grid: Grid
) -> None:
    text = block(GOOD)
    assert grid.send("propose", **form(text)).status_code == 303
    back = grid.back()
    assert back.status_code == 200
    assert back.context["grid_text"] == text
    (row,) = back.context["judged"].rows
    assert row.fate == Fate.HELD
    again = grid.send("propose", text=back.context["grid_text"])
    assert again.status_code == 400
    assert "nothing to do" in again.content.decode()
    assert grid.rows == 1


@pytest.mark.parametrize("do", ["look", "mend", "propose"])
def test_what_is_left_to_mend_comes_back_with_the_numbers_of_its_lines(do: str, grid: Grid) -> None:
    text = block(GOOD, WRONG)
    sent = grid.send(do, text=text)
    back = grid.back()
    assert back.context["grid_text"] == sent.context["grid_text"]
    assert [one["line"] for one in back.context["shown"]] == [
        one["line"] for one in sent.context["shown"]
    ]
    assert back.context["only_errors"] == (do == "mend")
    assert "data-unsaved" not in back.content.decode(), "leaving it loses nothing"
    assert grid.rows == (do == "propose")


def test_a_cell_that_was_typed_anew_comes_back_as_typed(grid: Grid) -> None:
    sent = grid.send("mend", text=block(WRONG))
    ((box,),) = [one["boxes"] for one in sent.context["shown"]]
    grid.send("mend", text=sent.context["grid_text"], **{box.name: "five"})
    assert "five" in grid.back().context["grid_text"]


def test_what_cannot_be_read_comes_back_with_why(grid: Grid) -> None:
    text = 'topic\tvalue\n"a\tb'
    refused = grid.send("look", text=text)
    assert refused.status_code == 400
    back = grid.back()
    assert back.context["grid_text"] == text
    assert back.context["errors"] == refused.context["errors"]


def test_what_all_rows_share_comes_back(grid: Grid) -> None:
    said = {"table": "matrix", "scope_kind": "city", "shared_summary_zh": "试点。"}
    grid.send("look", text="\t郑州\nimport-single-transaction-limit\t4,500", **said)
    page = grid.back()
    assert (page.context["grid_table"], page.context["grid_kind"]) == ("matrix", "city")
    assert 'value="试点。"' in page.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Start with an empty form"), ("zh-hans", "清空，重新填写")],
)
def test_a_grid_that_comes_back_says_so_and_can_be_let_go_of(
    language: str, words: str, analyst: Any
) -> None:
    grid = Grid(analyst, language)
    assert words not in grid.back().content.decode()
    grid.send("look", text=block(GOOD))
    assert words in grid.back().content.decode()
    assert grid.send("empty", text=block(GOOD)).status_code == 303
    anew = grid.back()
    assert anew.context["grid_text"] == ""
    assert words not in anew.content.decode()


def test_lines_that_were_left_out_do_not_come_back(grid: Grid) -> None:
    sent = grid.send("mend", text=block(WRONG))
    assert grid.send("leave 2", text=sent.context["grid_text"]).status_code == 303
    assert grid.back().context["grid_text"] == ""


def test_it_is_kept_for_whoever_typed_it_and_for_its_set_alone(
    grid: Grid, other_analyst: Any
) -> None:
    grid.send("look", text=block(GOOD))
    other = Client()
    log_in_staff(other, other_analyst)
    assert other.get(grid.address).context["grid_text"] == ""
    elsewhere = open_set(other_analyst, "Another")
    page = reverse("admin:desk-grid", args=[elsewhere.pk])
    assert grid.client.get(page).context["grid_text"] == ""
    grid.send("look", text="")
    assert grid.back().context["grid_text"] == block(GOOD), "nothing was typed in its place"


def test_a_grid_that_is_too_long_to_be_kept_says_so(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 300)
    short = grid.send("look", text=f"{HEAD}\n")
    assert not short.context["is_too_long"]
    long = grid.send("look", text=block(*((code, *GOOD[1:]) for code in map(str, range(2900)))))
    assert "too long to be kept" in long.content.decode()
    assert grid.back().context["grid_text"] == "", "what was kept of it before is another"


def test_a_grid_that_packs_well_is_kept_only_as_long_as_it_is_soon_read(grid: Grid) -> None:
    many = block(*[GOOD] * 20_000)
    session = SessionStore()
    assert not keep_form(session, grid.address, QueryDict(f"text={many}"))
    assert kept_form(session, grid.address) is None


def test_tabs_write_over_what_they_kept_themselves_alone() -> None:
    """A grid that takes long ends after what another tab kept, and after what it let go of."""
    first = SessionStore()
    keep_form(first, "/old/", QueryDict("text=old"))
    first.save()
    slow, quick = SessionStore(first.session_key), SessionStore(first.session_key)
    assert kept_form(slow, "/old/")
    keep_form(quick, "/places/", QueryDict("places=2900"))
    let_go_of_form(quick, "/old/")
    quick.save()
    keep_form(slow, "/grid/", QueryDict("text=a"))
    slow.save()
    after = SessionStore(first.session_key)
    assert [bool(kept_form(after, page)) for page in ("/old/", "/places/", "/grid/")] == [
        *(False, True, True)
    ]
    again = SessionStore(first.session_key)
    keep_form(slow, "/grid/", QueryDict("text=b"))
    slow.save()
    keep_form(again, "/grid/", QueryDict("text=c"))
    again.save()
    told = kept_form(SessionStore(first.session_key), "/grid/")
    assert told is not None
    assert told["text"] == "c", "of one page the last counts"


def test_what_was_typed_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    session, typed = SessionStore(), QueryDict("text=A%20grid", mutable=True)
    keep_form(session, "/first/", typed)
    room = len(session["typed at /first/"])
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 2 * room)
    for page in ("/second/", "/first/", "/third/"):
        assert keep_form(session, page, typed)
    kept = [page for page in ("/first/", "/second/", "/third/") if kept_form(session, page)]
    assert kept == ["/first/", "/third/"]


def test_places_come_back_until_they_are_proposed_and_then_where_it_is_asked_for(
    analyst: Any,
) -> None:
    form = Form(analyst)
    form.send("look", places="2900\nNowhere")
    back = form.client.get(form.address)
    assert back.context["places"].split() == ["2900", "Nowhere"]
    assert len(back.context["judged"].rows) == 2
    assert form.client.get(form.address, {"topic": "other"}).context["places"] == ""
    assert form.send(places="2900").status_code == 303
    anew = form.client.get(form.address)
    assert anew.context["places"] == ""
    again = form.client.get(anew.context["kept_before"])
    assert again.context["places"] == "2900"
    assert [row.fate for row in again.context["judged"].rows] == [Fate.HELD]
    assert again.context["kept_before"] == ""
