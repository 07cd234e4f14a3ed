"""The API of the desk: who may do what there, and rows that fare as on the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from cbec_portal.api.private_answers import PrivateAnswer
from tests.conftest import log_in_staff
from tests.router import PLACEHOLDER, every_address, names_of
from tests.zones.desk.acts import known, person, proposed, say_why_all, written
from zones.api.viewsets.desk_views import DeskAnswer
from zones.dataset.table_registry import table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.proposals import open_set
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet, Edition, ProposedRow, Revision, RowEdit
from zones.rules.vocabulary import SetState

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "plain", "staff", "analyst", "reviewer", "both", "superuser", "unverified")
SEEN = (401, 403, 403, 200, 200, 200, 200, 403)
PROPOSE = (401, 403, 403, 428, 403, 428, 428, 403)
REVIEW = (401, 403, 403, 403, 428, 428, 428, 403)
#: Name of the address, method, and the status for each of WHO: of writes without what was seen.
TABLE: list[tuple[str, str, tuple[int, ...]]] = [
    ("api-change-sets", "get", SEEN),
    ("api-change-sets", "post", (401, 403, 403, 400, 403, 400, 400, 403)),
    ("api-change-set", "get", SEEN),
    ("api-change-set", "patch", PROPOSE),
    ("api-change-set-rows", "get", SEEN),
    ("api-change-set-rows", "post", PROPOSE),
    ("api-change-set-row", "delete", PROPOSE),
    ("api-change-set-check", "post", (401, 403, 403, 400, 403, 400, 400, 403)),
    ("api-change-set-reasons", "post", (401, 403, 403, 428, 428, 428, 428, 403)),
    *((f"api-change-set-{step}", "post", PROPOSE) for step in ("submit", "take-back", "withdraw")),
    *((f"api-change-set-{step}", "post", REVIEW) for step in ("send-back", "publish")),
]
METHODS = ("get", "post", "put", "patch", "delete", "trace", "foo")


def client_of(name: str) -> Client:
    client = Client()
    match name:
        case "anonymous":
            pass
        case "plain":
            client.force_login(person("pia", is_staff=False))
        case "staff":
            log_in_staff(client, person("stan"))
        case "superuser":
            log_in_staff(client, person("sue", is_superuser=True))
        case "unverified":
            client.force_login(person("una", "analyst", "reviewer"))
        case _:
            groups = ("analyst", "reviewer") if name == "both" else (name,)
            log_in_staff(client, person(f"{name}-by-api", *groups))
    return client


def address(name: str, number: int, row: int = 0) -> str:
    more = {"row": row} if name == "api-change-set-row" else {}
    own = {} if name == "api-change-sets" else {"number": number, **more}
    return reverse(name, kwargs=own)


def test_every_address_of_the_desk_has_its_rows() -> None:
    assert names_of(DeskAnswer.__module__) == {name for name, *_rest in TABLE}


@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what_at_every_address_by_every_method(analyst: Any, who: str) -> None:
    own = proposed(analyst, written("provinces", ("CN-ZJ",), name_en="Zhejiang anew"))
    told = {(name, method): statuses[WHO.index(who)] for name, method, statuses in TABLE}
    client, row = client_of(who), own.rows.get().pk
    for name in sorted({name for name, *_rest in TABLE}):
        for method in METHODS:
            # Without its body, and without saying what was seen, nothing of it is done.
            body = {"warnings": [], "reason": "", "title": "x", "text": "x"}
            taken = {"reasons": ("warnings", "reason"), "send-back": ("text",)}
            members = taken.get(name.removeprefix("api-change-set-"), ())
            sent = json.dumps({member: body[member] for member in members})
            path = address(name, own.pk, row)
            sent = "" if method in ("get", "trace") else sent
            answer = client.generic(method.upper(), path, sent, "application/json")
            wanted = told.get((name, method))
            if wanted is None:
                # What an address lacks nobody may do: who asks is known first, and nothing else.
                unknown = {"anonymous": 401, "unverified": 403}
                assert answer.status_code == unknown.get(who, 405), (name, method)
            else:
                assert answer.status_code == wanted, (name, method, answer.content)
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json"
            # The second factor is asked for before any address is.
            assert who == "unverified" or "no-store" in answer["Cache-Control"]
    own.refresh_from_db()
    assert (own.state, own.rows.count(), ChangeSet.objects.count()) == (SetState.DRAFT, 1, 1)


class Desk:
    """Somebody's session with the API of the desk."""

    def __init__(self, someone: Any) -> None:
        self.client = Client()
        self.client.raise_request_exception = False
        log_in_staff(self.client, someone)

    def ask(
        self,
        name: str,
        own: ChangeSet | None = None,
        body: Any = None,
        *,
        method: str = "post",
        match: Any = "*",
        status: int = 200,
        row: int = 0,
        **headers: str,
    ) -> Any:
        path = address(name, own.pk if own else 0, row)
        sent = body if isinstance(body, str | bytes) else json.dumps(body or {})
        seen = match if match == "*" else f'"{match}"'
        if name == "api-change-set-publish" and own and match == "*":  # which none publishes
            seen = self.client.get(address("api-change-set", own.pk, 0))["ETag"]
        answer = self.client.generic(
            method.upper(),
            path,
            b"" if method == "get" else sent,
            "application/json",
            headers={"If-Match": seen, **headers},
        )
        assert answer.status_code == status, (answer.status_code, answer.content)
        return json.loads(answer.content)


LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def new_row(**more: str) -> dict[str, str]:
    """A row of policies as one is known, of a city that has none."""
    own = known("policies")[LIMIT]
    beside = {"quote": "原文如此。"}
    where = {"scope_kind": "city", "scope_code": "hangzhou", "effective_from": "2026-02-03"}
    return {**own, **where, "value": "6000", **beside, **more}


def rows_of_every_fate() -> list[dict[str, str]]:
    there = known("policies")
    same = next(own for place, own in there.items() if place != LIMIT)
    key = dict(zip(("topic", "scope_kind", "scope_code", "effective_from"), LIMIT, strict=True))
    return [
        new_row(),
        {**key, "note": "Read anew"},
        dict(same),
        new_row(scope_code="nowhere"),
        new_row(scope_code="宁波", value="7 000"),
        new_row(scope_code="ningbo", effective_from="2026-13-40"),
        new_row(scope_code="jinan", value="4.000"),
        new_row(scope_code="hefei", value="99999999999999999999999"),
        {"note": "It names nothing"},
        *[new_row(scope_code="changsha")] * 2,
    ]


def test_rows_fare_as_on_the_page_of_a_grid(analyst: Any) -> None:
    rows = rows_of_every_fate()
    own, desk = open_set(analyst, "By API"), Desk(analyst)
    before = Edition.objects.get().number, RowEdit.objects.count(), own.version
    told = desk.ask("api-change-set-check", own, {"table": "policies", "rows": rows})
    own.refresh_from_db()
    assert before == (Edition.objects.get().number, RowEdit.objects.count(), own.version)
    fates = []
    for line, row in enumerate(rows, start=1):
        lines = zip(*row.items(), strict=True)
        text = "\n".join("\t".join(f'"{cell}"' for cell in cells) for cells in lines)
        if "topic" not in row or line > len(rows) - 2:  # what only a head or another line tells
            continue
        reading = read_table(table_named("policies"), read_text(text))
        (page,) = judged_grid(reading, own).rows
        fates.append(page.fate)
        here = told["rows"][line - 1]
        assert here["fate"] == page.fate
        assert [(p["column"], p["why"]) for p in here["problems"]] == [
            (p.column, p.why) for p in page.problems
        ]
        assert {name: (c["before"], c["after"]) for name, c in here["cells"].items()} == page.moved
    assert {"new", "changed", "same", "refused"} == set(fates)
    assert {row["fate"] for row in told["rows"][-3:]} == {"refused"}
    assert told["rows"][4]["notes"]


def test_rows_are_proposed_all_or_none_and_go_on_to_be_published(
    analyst: Any, reviewer: Any
) -> None:
    desk, edition = Desk(analyst), Edition.objects.get().number
    made = desk.ask("api-change-sets", None, {"title": "By API"}, status=201)
    own = ChangeSet.objects.get(pk=made["number"])
    body = {"table": "policies", "rows": [new_row(), new_row(scope_code="nowhere")]}
    refused = desk.ask("api-change-set-rows", own, body, status=400)
    assert refused["written"] is False
    assert [row["fate"] for row in refused["rows"]] == ["new", "refused"]
    assert refused["rows"][1]["problems"][0]["column"] == "scope_code"
    assert own.rows.count() == 0
    body["rows"].pop()
    done = desk.ask("api-change-set-rows", own, body, match=own.version, status=201)
    assert done["counts"] == {"new": 1}
    stale = desk.ask("api-change-set-rows", own, body, match=own.version, status=412)
    assert "meanwhile" in stale["detail"]
    (row,) = desk.ask("api-change-set-rows", own, method="get")["results"]
    assert (row["fate"], row["quote"]) == ("new", "原文如此。")
    assert "Say why" in desk.ask("api-change-set-submit", own, status=400)["detail"]
    desk.ask("api-change-set", own, {"reason": "Read anew"}, method="patch")
    codes = sorted({warning["code"] for warning in row["warnings"]})
    assert codes
    assert "right all the same" in desk.ask("api-change-set-submit", own, status=400)["detail"]
    desk.ask("api-change-set-reasons", own, {"warnings": codes, "reason": "It is so."})
    assert desk.ask("api-change-set-submit", own)["state"] == SetState.IN_REVIEW
    desk.ask("api-change-set-rows", own, body, status=409)
    assert Edition.objects.get().number == edition
    published = Desk(reviewer).ask("api-change-set-publish", own)
    assert published["revision"] == Revision.objects.latest("number").number
    assert Edition.objects.get().number > edition
    (applied,) = desk.ask("api-change-set-rows", own, method="get")["results"]
    assert applied["cells"]["value"]["after"] == "6000"
    assert (
        str(published["revision"])
        in (Desk(reviewer).ask("api-change-set-publish", own, status=409)["detail"])
    )


def test_nobody_publishes_by_the_api_what_they_wrote_or_edited(
    analyst: Any, both: Any, reviewer: Any
) -> None:
    own = open_set(analyst, "Of two")
    row = written("provinces", ("CN-ZJ",), name_en="Zhejiang anew")._asdict()["cells"]
    body = {"table": "provinces", "rows": [{"iso_3166_2": "CN-ZJ", **row}]}
    Desk(both).ask("api-change-set-rows", own, body, status=201)
    number = own.rows.get().pk
    again = {"table": "provinces", "rows": [{"iso_3166_2": "CN-FJ", **row}]}
    Desk(analyst).ask("api-change-set-rows", own, again, status=201)
    Desk(analyst).ask("api-change-set-row", own, method="delete", row=number)
    say_why_all(own, analyst)
    submit(own, analyst)
    assert (
        "somebody else publishes it"
        in (Desk(both).ask("api-change-set-publish", own, status=403)["detail"])
    )
    assert Desk(reviewer).ask("api-change-set-publish", own)["state"] == SetState.PUBLISHED


def test_rows_of_others_are_written_over_only_once_they_were_seen(
    analyst: Any, other_analyst: Any
) -> None:
    own = open_set(analyst, "Of two")
    body = {"table": "provinces", "rows": [{"iso_3166_2": "CN-ZJ", "name_en": "One"}]}
    Desk(analyst).ask("api-change-set-rows", own, body, status=201)
    body["rows"] = [{"iso_3166_2": "CN-ZJ", "name_en": "Two"}]
    shown = Desk(other_analyst).ask("api-change-set-rows", own, body, status=409)
    assert shown["rows"][0]["held"]["writer"] == analyst.username
    assert own.rows.get().cells == {"name_en": "One"}
    Desk(other_analyst).ask("api-change-set-rows", own, body | {"held": shown["held"]}, status=201)
    assert own.rows.get().cells == {"name_en": "Two"}


ZJ = {"iso_3166_2": "CN-ZJ", "name_en": "x"}
WRONG: dict[str, Any] = {
    "no object": [],
    "no rows": {"table": "provinces"},
    "empty": {"table": "provinces", "rows": []},
    "not a list": {"table": "provinces", "rows": ZJ},
    "rows that are none": {"table": "provinces", "rows": [[]]},
    "null": {"table": "provinces", "rows": [None]},
    "unknown table": {"table": "province", "rows": [ZJ]},
    "table of a wrong type": {"table": 5, "rows": [ZJ]},
    "unknown column": {"table": "provinces", "rows": [ZJ | {"nane_en": "x"}]},
    "number": {"table": "provinces", "rows": [ZJ | {"name_en": 5}]},
    "nothing": {"table": "provinces", "rows": [ZJ | {"name_en": None}]},
    "list": {"table": "provinces", "rows": [ZJ | {"name_en": ["x"]}]},
    "too many": {"table": "provinces", "rows": [ZJ] * 10_001},
    "too long": {"table": "provinces", "rows": [ZJ | {"name_en": "长" * 100_000}]},
    "NUL": {"table": "provinces", "rows": [ZJ | {"name_en": "a\0b"}]},
    "surrogate": '{"table": "provinces", "rows": [{"name_en": "\\ud800"}]}',
    "beyond 64 bits": '{"table": "provinces", "rows": [{"name_en": 9223372036854775808}]}',
    "beyond a double": '{"table": "provinces", "rows": [{"name_en": 1e400}]}',
    "deep": '{"table": "provinces", "rows": ' + "[" * 5000 + "]" * 5000 + "}",
    "no JSON": "table=provinces",
    "not UTF-8": b'{"table": "\xff"}',
    "taken out by more than the key": {"table": "provinces", "take_out": [ZJ]},
    "taken out, and no list": {"table": "provinces", "rows": [ZJ], "take_out": {}},
    "another member": {"table": "provinces", "rows": [ZJ], "publish": True},
}


#: Cells that no column holds, as JSON, and what is told of each beside its column.
NO_CELLS = {
    "NUL": (r'"a\u0000b"', "NUL character"),
    "half a character": (r'"a\ud800b"', "half a character"),
    "the other half": (r'"\udfff"', "half a character"),
    "too long": (f'"{"x" * 10_001}"', "10001 characters"),
    "too long in Chinese": (f'"{"长" * 20_000}"', "20000 characters"),
    "a number": ("5", "a cell is a text"),
}


@pytest.mark.parametrize("case", sorted(NO_CELLS))
@pytest.mark.parametrize("member", ["rows", "take_out"])
def test_a_cell_that_no_column_holds_is_refused_by_its_column(
    analyst: Any, case: str, member: str
) -> None:
    cell, words = NO_CELLS[case]
    column = "name_en" if member == "rows" else "iso_3166_2"
    body = f'{{"table": "provinces", "{member}": [{{}}, {{"{column}": {cell}}}]}}'
    own, desk = open_set(analyst, "By API"), Desk(analyst)
    for name in ("api-change-set-check", "api-change-set-rows"):
        told = desk.ask(name, own, body, status=400)["detail"]
        assert words in told
        assert column in told
        assert any(place in told for place in (f"/{member}/1/{column}", "Row 2"))
    assert ProposedRow.objects.count() == 0


@pytest.mark.parametrize("case", sorted(WRONG))
def test_a_wrong_body_is_refused_in_words_and_writes_nothing(analyst: Any, case: str) -> None:
    own, desk = open_set(analyst, "By API"), Desk(analyst)
    for name in ("api-change-set-check", "api-change-set-rows"):
        told = desk.ask(name, own, WRONG[case] if WRONG[case] != [] else "[]", status=400)
        assert told["detail"]
    own.refresh_from_db()
    assert (own.version, ProposedRow.objects.count()) == (1, 0)


def test_every_column_that_a_table_lacks_is_named(analyst: Any) -> None:
    body = {"table": "provinces", "rows": [ZJ | {"nane_en": "x", "colour": "red"}]}
    told = Desk(analyst).ask("api-change-set-check", open_set(analyst, "x"), body, status=400)
    assert "“nane_en”" in told["detail"]
    assert "“colour”" in told["detail"]


def test_a_body_that_breaks_off_is_told_where(analyst: Any) -> None:
    own, desk = open_set(analyst, "x"), Desk(analyst)
    for body, where in (
        ('{"table": "provinces",\n "rows": }', "line 2, column 10"),
        (b'{"table": "\xff"}', "not a text in UTF-8"),
        (" ", "empty"),
    ):
        assert where in desk.ask("api-change-set-check", own, body, status=400)["detail"]


@pytest.mark.parametrize("ids", [["x"], [None], [-1], [0], [1.5], [10**9], "x", {}])
def test_rows_that_a_set_lacks_send_nothing_back(analyst: Any, reviewer: Any, ids: Any) -> None:
    own = proposed(analyst, written("provinces", ("CN-ZJ",), name_en="Zhejiang anew"))
    say_why_all(own, analyst)
    submit(own, analyst)
    body = {"text": "Why?", "rows": ids}
    assert Desk(reviewer).ask("api-change-set-send-back", own, body, status=400)["errors"]
    own.refresh_from_db()
    assert own.state == SetState.IN_REVIEW


SPEAK: dict[str, Callable[[Desk, ChangeSet], Any]] = {
    "a refused row": lambda desk, own: desk.ask(
        "api-change-set-check",
        own,
        {"table": "policies", "rows": [{"note": "x"}]},
        **{"Accept-Language": "zh"},
    )["rows"][0]["problems"][0]["why"],
    "what is not a text": lambda desk, own: desk.ask(
        "api-change-set-check",
        own,
        {"table": "policies", "rows": [{"note": 5}]},
        status=400,
        **{"Accept-Language": "zh"},
    )["detail"],
    "a set that brings nothing": lambda desk, own: desk.ask(
        "api-change-set-submit", own, status=400, **{"Accept-Language": "zh"}
    )["detail"],
}


@pytest.mark.parametrize("case", sorted(SPEAK))
def test_refusals_are_told_in_the_language_that_is_asked_for(analyst: Any, case: str) -> None:
    own = open_set(analyst, "By API", "Why")
    told = SPEAK[case](Desk(analyst), own)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told), told


def test_a_write_by_session_needs_its_csrf_token_and_one_by_token_none(analyst: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    log_in_staff(strict, analyst)
    path, body = reverse("api-change-sets"), json.dumps({"title": "By API"})
    assert strict.post(path, body, "application/json").status_code == 403
    _kept, token = AuthToken.objects.create(analyst)
    headers = {"Authorization": f"Token {token}"}
    stranger = Client(enforce_csrf_checks=True)
    made = stranger.post(path, body, "application/json", headers=headers)
    assert made.status_code == 201, made.content
    assert ChangeSet.objects.get().author == analyst
    analyst.staticdevice_set.all().delete()
    assert stranger.get(path, headers=headers).status_code == 401


def test_rows_are_taken_out_by_their_keys(analyst: Any) -> None:
    own, desk = open_set(analyst, "By API"), Desk(analyst)
    names = ("topic", "scope_kind", "scope_code", "effective_from")
    gone = dict(zip(names, LIMIT, strict=True))
    body = {"table": "policies", "rows": [new_row()], "take_out": [gone]}
    told = desk.ask("api-change-set-check", own, body)
    assert [(row["row"], row["fate"]) for row in told["rows"]] == [(1, "new"), (2, "taken-out")]
    desk.ask("api-change-set-rows", own, body, status=201)
    listed = desk.ask("api-change-set-rows", own, method="get")["results"]
    assert {(row["proposal"], row["fate"]) for row in listed} == {
        ("write", "new"),
        ("take-out", "taken-out"),
    }
    nothing = {"table": "policies", "take_out": [gone | {"effective_from": "1999-01-01"}]}
    (row,) = desk.ask("api-change-set-check", own, nothing)["rows"]
    assert row["fate"] == "refused"
    assert "There is no such row" in str(row)
    short = {"table": "policies", "take_out": [{"topic": LIMIT[0]}]}
    assert desk.ask("api-change-set-check", own, short)["rows"][0]["fate"] == "refused"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_set_that_is_not_there_is_told_as_such(language: str) -> None:
    client, own = client_of("both"), proposed(person("ana", "analyst"), title="One")
    headers = {"Accept-Language": language, "If-Match": "*"}
    told = {
        "en": ("no such change set", "no such row"),
        "zh-hans": ("没有这一变更集", "没有这一行"),
    }[language]
    for name in ("api-change-set", "api-change-set-rows"):
        answer = client.get(reverse(name, args=[own.pk + 7]), headers=headers)
        assert answer.status_code == 404
        assert told[0] in answer.json()["detail"]
    answer = client.delete(reverse("api-change-set-row", args=[own.pk, 7]), headers=headers)
    assert (answer.status_code, told[1] in answer.json()["detail"]) == (404, True)


def test_no_private_answer_says_that_nothing_is_published() -> None:
    """Whatever is not there, or not theirs, is no publication."""
    client, asked = client_of("superuser"), 0
    missing = {"int": "77", "uuid": str(UUID(int=7))}
    for one in every_address():
        if not (one.parts and one.view and issubclass(one.view, PrivateAnswer)):
            continue
        address = PLACEHOLDER.sub(lambda part: missing.get(part["kind"], "nobody"), one.path)
        answer = client.get(address)
        if answer.status_code == 404:
            asked += 1
            assert "published" not in answer.json()["detail"], address
    assert asked > 10


def test_the_sample_of_the_guide_is_answered_as_it_says(analyst: Any) -> None:
    """Its commands are read from the guide and asked as they stand, of the set that is opened."""
    guide = (settings.BASE_DIR / "docs" / "analysts.md").read_text(encoding="utf-8")
    (rows,) = re.findall(r"```json\n(.+?)```", guide, re.S)
    (sample,) = re.findall(r"```sh\n(.+?)```", guide, re.S)
    (tokens,) = re.findall(r"made under one's account, at `([^`]+)`", guide)
    assert reverse("account:tokens") == tokens
    log_in_staff(Client(), analyst)  # which gives them a second factor
    client, token = Client(), AuthToken.objects.create(user=analyst)[1]
    given = {"Authorization": f"Token {token}"}
    (first, *others) = re.findall(r"^ask -d ('[^']*'|\S+) (.*?)\"\$HOST([^\"]+)\"", sample, re.M)
    opened = client.post(first[2], first[0].strip("'"), "application/json", headers=given)
    assert opened.status_code == 201
    number = f"/{opened.json()['number']}/"
    told: Any = None
    for sent, with_tag, address in others:
        own = client.get(
            address.rpartition("change-sets/")[0] + f"change-sets{number}", headers=given
        )
        assert "If-Match" in with_tag
        assert own["ETag"].strip('"').isdigit()
        told = client.post(
            address.replace("/7/", number),
            rows if sent == "@rows.json" else sent.strip("'"),
            "application/json",
            headers={**given, "If-Match": own["ETag"]},
        )
        assert told.status_code in (200, 201), (address, told.content)
    assert told.json()["state"] == "in-review"


def test_a_set_that_is_not_open_takes_no_rows_whatever_they_say(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("provinces", ("CN-ZJ",), name_en="Zhejiang anew"))
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    own.refresh_from_db()
    client = client_of("both")
    same = {"iso_3166_2": "CN-ZJ", "name_en": "Zhejiang anew"}
    told = client.post(
        address("api-change-set-rows", own.pk),
        json.dumps({"table": "provinces", "rows": [same]}),
        "application/json",
        headers={"If-Match": f'"{own.version}"'},
    )
    assert told.status_code == 409, told.content


def test_an_etag_that_is_asked_for_looks_like_those_of_sets(analyst: Any) -> None:
    own = proposed(analyst, written("provinces", ("CN-ZJ",), name_en="Zhejiang anew"))
    client = client_of("both")
    where = address("api-change-set-submit", own.pk)
    for headers, status in (({}, 428), ({"If-Match": "x"}, 400)):
        told = client.post(where, "{}", "application/json", headers=headers)
        assert told.status_code == status
        assert '"1"' in json.dumps(told.json(), ensure_ascii=False).replace("\\", "")
