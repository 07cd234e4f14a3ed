"""Ordinary mistakes are told beside their boxes, in the desk's form of every table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.zones.desk_forms import TABLES, Desk, kept, known, refused, set_of, wrong
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.models import ChangeSet, Policy, ProposedRow, Source, Statistic, Topic

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"
NASTY = [
    "",
    "x\x00y",
    "a\x0bb",
    "\u202eabc",
    "9" * 40,
    "-1",
    "1e999",
    "NaN",
    "x" * 10_001,
    "two\r\nlines",
    "2025-99-99",
    "99999-01-01",
    "http://user:word@example.org/",
    "ftp://example.org",
    "一",
]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.mark.parametrize("table", TABLES)
def test_nothing_at_all_is_told_beside_every_box_that_must_be_filled(
    table: str, desk: Desk
) -> None:
    told = refused(desk.send(table, {}))
    must = {column.name for column in table_named(table).columns if column.required}
    assert told == {name: ["is empty, but must be filled"] for name in must}
    assert set(table_named(table).key) <= must | {"former", "scope_code"}
    for sent in ({}, {"do": "save"}, {"do": "keep"}, {"do": "x"}):
        answered = desk.client.post(desk.address(table), sent)
        assert refused(answered) is not None


@pytest.mark.parametrize("table", TABLES)
def test_no_form_answers_rubbish_with_an_error_page(table: str, desk: Desk) -> None:
    rows = known(table)
    key = min(rows, default=None)
    names = [column.name for column in table_named(table).columns]
    like = dict(rows[key]) if key else {}
    for turn, nasty in enumerate(NASTY):
        # The form of a new row and of an old one share them, and meet every one between them; two
        # boxes in three hold what they held, so that more than the first mistake is met.
        some = {name: nasty for at, name in enumerate(names) if (at + turn) % 3 == 0}
        of = key if turn % 2 else None
        act = "keep" if turn % 5 == 0 else "save"
        answered = desk.send(table, {**like, **some}, of, do=act)
        assert answered.status_code in (303, 400), (nasty, some)
        if answered.status_code == 400:
            assert answered.context["errors"]
            held = kept(answered)
            assert all(held[name] == nasty for name in some if name in held)
        else:
            # What was kept unfinished is shown as it is, and neither sent in nor published.
            assert desk.client.get(answered["Location"]).status_code == 200


def test_what_stands_beside_the_cells_is_refused_beside_its_box(desk: Desk) -> None:
    mistakes = {
        "change": "perhaps",
        "quote": "a\x0bb",
        "read_at": "ftp://example.org/",
        "new_set": "x" * 201,
    }
    for name, nasty in mistakes.items():
        answered = desk.send("policies", a_policy(), **{name: nasty})
        assert list(refused(answered)) == [name]
        assert answered.context[f"said_{name}"] == nasty
    assert refused(desk.send("policies", a_policy(), set="999999")) == {}
    assert refused(desk.send("policies", a_policy(), set="x")) == {}
    assert desk.send("policies", a_policy()).status_code == 303


def a_policy(**changes: str) -> Cells:
    return {
        "topic": LIMIT,
        "scope_kind": "nation",
        "scope_code": "CN",
        "effective_from": "2027",
        "state": "stated",
        "value": "7000",
        "summary_en": "A higher limit.",
        "summary_zh": "提高限值。",
        "source_id": "mof-2018-157",
        "verification": "primary",
        **changes,
    }


def another_choice() -> str:
    topic = Topic.objects.filter(value_type="choice").exclude(slug="bonded-import-1210")[0]
    return str(topic.choices.all()[0].slug)


MISTAKES: dict[str, tuple[dict[str, str | Callable[[], str]], str]] = {
    "a value of another type": ({"value": "true"}, "value"),
    "no value": ({"value": ""}, "value"),
    "a value and nothing found": ({"state": "none-found"}, "value"),
    "an end before the start": ({"effective_to": "2026-12-31"}, "effective_to"),
    "a day that is none": ({"effective_from": "2027-02-30"}, "effective_from"),
    "no topic": ({"topic": "no-such-topic"}, "topic"),
    "no kind of scope": ({"scope_kind": "county"}, "scope_kind"),
    "no body": ({"scope_kind": "city"}, "scope_code"),
    "nothing for a body": ({"scope_kind": "city", "scope_code": ""}, "scope_code"),
    "a body too many": ({"scope_code": "hangzhou"}, "scope_code"),
    "no source": ({"source_id": "no-such-source"}, "source_id"),
    "a number that is none": ({"value": "1,00,0"}, "value"),
    "a number too long": ({"value": "9" * 16}, "value"),
    "text that turns its direction": ({"summary_en": "a\u202eb"}, "summary_en"),
    "a control character": ({"summary_zh": "a\x0bb"}, "summary_zh"),
    "a null character": ({"topic": "a\x00b"}, "topic"),
    "a day of reading that has not come": (
        {"verified_on": lambda: (today_in_china() + timedelta(days=1)).isoformat()},
        "verified_on",
    ),
    "text too long": ({"summary_en": "x" * 5001}, "summary_en"),
    "a key too long": ({"topic": "x" * 5001}, "topic"),
    "an address with a password": ({"evidence_url": "https://a:b@example.org/"}, "evidence_url"),
    "an address of another kind": ({"evidence_url": "ftp://example.org/"}, "evidence_url"),
    "a choice of another topic": (
        {"topic": "bonded-import-1210", "value": another_choice},
        "value",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_policy_is_told_beside_its_box(mistake: str, desk: Desk) -> None:
    changes, name = MISTAKES[mistake]
    sent = a_policy(**{n: v() if callable(v) else v for n, v in changes.items()})
    answered = desk.send("policies", sent)
    assert name in refused(answered)
    assert kept(answered) == {**kept(answered), **sent}


def test_several_mistakes_are_told_at_once(desk: Desk) -> None:
    sent = a_policy(effective_from="soon", summary_en="", verification="sure")
    told = refused(desk.send("policies", sent))
    assert told.keys() == {"effective_from", "summary_en", "verification"}


def test_what_the_form_takes_is_published_in_its_normal_form(desk: Desk) -> None:
    sent = a_policy(summary_en="  One line,\r\nand another. ", value="７０００．５０")
    desk.publishes("policies", sent)
    policy = Policy.objects.current().get(topic__slug=LIMIT, effective_from="2027")
    assert (policy.summary_en, str(policy.value_number)) == (
        "One line,\nand another.",
        "7000.5000",
    )
    assert policy.identity == f"{LIMIT}.nation.CN.2027"


def test_a_row_that_is_there_is_not_entered_again(desk: Desk) -> None:
    (own, *_) = [key for key in known("policies") if key[:2] == (LIMIT, "nation")]
    again = a_policy(scope_code=own[2], effective_from=own[3])
    told = refused(desk.send("policies", again))
    assert list(told) == ["effective_from"]
    refused(desk.send("policies", again, do="keep"))
    change_set = desk.proposes("policies", a_policy())
    twice = desk.send("policies", a_policy(value="1"), set=str(change_set.pk))
    assert "holds such a row already" in str(wrong(twice))
    assert change_set.rows.get().cells["value"] == "7000"
    # In another set it may stand: whichever is published first, the other learns of it.
    assert desk.proposes("policies", a_policy()) != change_set
    row = change_set.rows.get()
    page = reverse("admin:desk-set", args=[change_set.pk])
    dropped = {"do": "drop", "sure": "1", "row": row.pk, "seen": row.version}
    assert desk.client.post(page, dropped).status_code == 303
    desk.proposes("policies", a_policy(), set=str(change_set.pk))
    assert change_set.rows.count() == 1


def test_a_set_is_opened_only_with_its_first_row(desk: Desk) -> None:
    refused(desk.send("policies", a_policy(), read_at="ftp://example.org/"))
    answered = desk.send("policies", a_policy(), new_set="Higher limits", quote="限值 7000 元")
    assert set_of(answered).title == "Higher limits"
    assert set_of(answered).rows.get().quote == "限值 7000 元"


def a_zone(**changes: str) -> Cells:
    return {
        "programme": "comprehensive",
        "batch": "1",
        "city": "hefei",
        "designated_on": "2016",
        "verification": "primary",
        **changes,
    }


def test_mistakes_in_zones_and_moves_are_told_beside_their_boxes(desk: Desk) -> None:
    (hefei,) = [key for key in known("zones") if key == ("comprehensive", "hefei")]
    assert "ended_on" in refused(desk.send("zones", {"ended_on": "1999-01-01"}, hefei))
    assert list(refused(desk.send("zones", a_zone()))) == ["city"]
    assert "city" in refused(desk.send("zones", a_zone(city="nowhere")))
    taken = {city for programme, city in known("zones") if programme == "comprehensive"}
    (free, *_) = [city for (city,) in known("cities") if city not in taken]
    assert "batch" in refused(desk.send("zones", a_zone(city=free, batch="999")))
    city = known("cities")["hefei",]
    move = {
        "city": "hefei",
        "until": "2020",
        "province": city["province"],
        "customs_district": city["customs_district"],
    }
    assert "province" in refused(desk.send("former_placements", {**move, "province": "CN-XX"}))
    assert "until" in refused(desk.send("former_placements", {**move, "until": "soon"}))


def test_mistakes_in_a_city_are_told_beside_their_boxes(desk: Desk) -> None:
    wrongs = {"adcode": "33052", "lat": "91", "lon": "x", "level": "town"}
    for name, value in wrongs.items():
        assert list(refused(desk.send("cities", {name: value}, ("hangzhou",)))) == [name]
    desk.publishes("cities", {"lat": "31.5"}, ("hangzhou",))
    city = known("cities")["hangzhou",]
    assert Decimal(city["lat"]) == Decimal("31.5")


OTHERS: list[tuple[str, dict[str, str], str]] = [
    ("cities", {"slug": "lu'an"}, "slug"),
    ("cities", {"name_en": "two\nlines"}, "name_en"),
    ("indicators", {"position": "99999"}, "position"),
    ("indicators", {"slug": "A_b"}, "slug"),
    ("statistics", {"value": "-1"}, "value"),
    ("statistics", {"value": "1.25E"}, "value"),
    ("statistics", {"year": "99999"}, "year"),
    ("issuers", {"aliases": "State Council"}, "aliases"),
    ("issuers", {"official_site": "javascript:alert(1)"}, "official_site"),
    ("topics", {"trade_modes": "1210,9610"}, "trade_modes"),
    ("topics", {"focus_area": "nowhere"}, "focus_area"),
    ("sources", {"issuers": "Nobody knows"}, "issuers"),
    ("sources", {"kind": "rumour"}, "kind"),
    ("choices", {"position": "x"}, "position"),
    ("zone_coverage", {"covered_until": "1999"}, "covered_until"),
    ("requirements", {"severity": "perhaps"}, "severity"),
    ("requirements", {"source_id": "nowhere"}, "source_id"),
    ("intake_questions", {"multiple": "perhaps"}, "multiple"),
    ("templates", {"position": "perhaps"}, "position"),
    ("templates", {"gate_topic": "nowhere"}, "gate_topic"),
]


@pytest.mark.parametrize(("table", "changes", "name"), OTHERS, ids=str)
def test_a_mistake_in_another_form_is_told_beside_its_box(
    table: str, changes: dict[str, str], name: str, desk: Desk
) -> None:
    keys = [key for key in known(table) if key != ("state-council",)]
    answered = desk.send(table, changes, keys[0])
    assert name in refused(answered)
    assert {**kept(answered), **changes} == kept(answered)


def test_an_issuer_is_called_as_it_is(desk: Desk) -> None:
    source = Source.objects.filter(issued_by__isnull=False).first()
    assert source is not None
    issuer = source.issued_by.all()[0].issuer
    desk.publishes("sources", {"issuers": issuer.name_zh}, (source.slug,))
    assert [own.spelling for own in source.issued_by.all()] == [issuer.name_zh]


def test_bytes_that_are_no_text_are_told_beside_their_boxes(desk: Desk) -> None:
    wrongs = {"summary_en": b"a\xff\xfeb", "clause": b"\xff\xfe", "note": "\ufffd"}
    cells = {f"cell_{name}": cell for name, cell in {**a_policy(), **wrongs}.items()}
    form = "application/x-www-form-urlencoded"
    body = urlencode({"do": "save", **cells})
    answered: Any = desk.client.generic("POST", desk.address("policies"), body, content_type=form)
    names = {column.name for column in table_named("policies").columns}
    assert refused(answered).keys() == (wrongs.keys() & names) | {"verification", "quote"}, (
        "it quotes nothing"
    )


def test_a_day_of_reading_is_taken_up_to_today(desk: Desk) -> None:
    desk.publishes("policies", a_policy(verified_on=today_in_china().isoformat()))


def test_figures_are_kept_as_they_were_published(desk: Desk) -> None:
    key = next(iter(known("statistics")))
    for nasty in ("9" * 25, "1e999", "1.25.0"):
        assert "value" in refused(desk.send("statistics", {"value": nasty}, key))
    desk.publishes("statistics", {"value": "７.5"}, key)
    assert Statistic.objects.filter(value="7.5").exists()


KEYS = {
    "a number": "5",
    "a number that is too long": "9" * 400,
    "no list": '{"a": 1}',
    "nothing": "null",
    "a text": '"CN"',
    "a list too long": '["a", "b", "c", "d", "e"]',
    "a list in a list": "[[1], 2]",
    "lists without end": "[" * 100_000,
    "half a list": '["a"',
    "a null character": '["\\u0000"]',
    "half a character": '["\\ud800"]',
    "a row that is not there": '["nowhere"]',
    "only blanks": " ",
}


@pytest.mark.parametrize("table", ["policies", "provinces", "zones"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_that_names_no_row_leads_nowhere(desk: Desk, table: str, key: str) -> None:
    page = reverse("admin:desk-propose", args=[table])
    for way in ("version", "end", "withdraw", "copy", "x"):
        asked = f"{page}?{urlencode({'key': key, 'as': way}, errors='surrogatepass')}"
        assert desk.client.get(asked).status_code == 404
        assert desk.client.post(asked, {"do": "save"}).status_code == 404


def test_cells_that_an_address_gives_are_shown_and_refused_like_typed_ones(desk: Desk) -> None:
    for nasty in NASTY:
        asked = {**a_policy(), "topic": nasty, "scope_kind": nasty, "value": nasty}
        opened = desk.client.get(f"{desk.address('policies')}?{urlencode(asked)}")
        assert opened.status_code == 200
        assert kept(opened)["topic"] == nasty


def test_numbers_of_sets_and_rows_that_no_database_has_are_refused(desk: Desk) -> None:
    change_set = desk.proposes("policies", a_policy())
    page = reverse("admin:desk-set", args=[change_set.pk])
    big = "9" * 30
    for number in (big, "²", "-1", "x", "1e3"):
        for sent in (
            {"do": "drop", "row": number},
            {"do": "comment", "text": "x", "row": number},
            {"do": "settle", "row": number, "keep": "mine", "column": "value"},
        ):
            assert desk.client.post(page, sent).status_code == 404, sent
        answered = desk.client.post(page, {"do": "submit", "seen": number})
        assert answered.status_code in (303, 400, 409)
        answered = desk.send("policies", a_policy(effective_from="2030"), set=number)
        assert answered.status_code == 400
    for name, args in (("desk-set", [big]), ("desk-row-new", [big]), ("desk-row", [big, big])):
        assert desk.client.get(reverse(f"admin:{name}", args=args)).status_code == 404
    assert ChangeSet.objects.count() == ProposedRow.objects.count() == 1
