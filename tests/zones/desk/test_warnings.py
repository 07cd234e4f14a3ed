"""What a reviewer looks at twice: each kind, until somebody says why it is right all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import override

from cbec_portal.day_words import day_in_words
from tests.zones.desk.acts import (
    DOCUMENT,
    known,
    proposed,
    published,
    row_of,
    said,
    say_why,
    say_why_all,
    taken_out,
    warned_of,
    written,
)
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk import row_warnings
from zones.desk.cell_words import CellWords
from zones.desk.judgement import judge
from zones.desk.proposals import repropose
from zones.desk.row_drafts import RowDraft
from zones.desk.row_warnings import MOST, acknowledged, unacknowledged, warnings_of
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import Placement, Policy, Topic, ValueType, Zone
from zones.models.value_types import AnswerType, Number
from zones.rules.intervals import Interval
from zones.rules.partial_dates import whole_day
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def limit(**cells: str) -> Cells:
    return {**known("policies")[LIMIT], **cells}


def local(**cells: str) -> RowDraft:
    where = {"scope_kind": "city", "scope_code": "hangzhou", "effective_from": "2020-01-01"}
    return said("policies", limit(**where, **cells))


def source_where(**cells: str) -> str:
    return next(
        key[0]
        for key, own in known("sources").items()
        if all(own[name] == cell for name, cell in cells.items())
    )


#: The kinds of scopes of which policies are local.
LOCAL = ("programme", "province", "customs_district", "city")


def open_local(kind: str = "city") -> Cells:
    """A known policy of a kind of scope that has no recorded end, the newest of its scope."""
    rows = known("policies").values()
    newest: dict[tuple[str, str], Cells] = {}
    for own in sorted(rows, key=lambda own: own["effective_from"]):
        newest[own["topic"], own["scope_code"]] = own
    return next(
        own
        for own in newest.values()
        if own["scope_kind"] == kind and not own["effective_to"] and own["state"] == "stated"
    )


KINDS: dict[str, Callable[[], RowDraft]] = {
    "overlap": lambda: said("policies", limit(effective_from="2018-06", effective_to="2020-01")),
    "follows": lambda: said("policies", {**open_local(), "effective_from": "2026-01-01"}),
    "masks": lambda: local(value="4000"),
    "equal": lambda: local(),
    "repealed": lambda: written("policies", LIMIT, source_id=source_where(status="repealed")),
    "early": lambda: said("policies", limit(effective_from="1990-01-01", effective_to="1990-02")),
    "unusual": lambda: written("policies", LIMIT, value="777777", verified_on="2026-11-24"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_number_below_zero_in_a_unit_is_warned_of_where_no_other_is_known(
    analyst: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Number, "is_far", lambda *_given: False)
    topics = Topic.objects.filter(value_type="number")
    assert topics.exclude(unit="").count() > 5
    for topic in topics:
        cells = limit(topic=topic.slug, value="-1", effective_from="2031-01-01")
        own = proposed(analyst, said("policies", cells))
        words = [one.words for one in warnings_of(judge(own)) if one.code == "unusual"]
        assert len(words) == bool(topic.unit), topic.slug
        with override(language):
            told = [one.words for one in warnings_of(judge(own)) if one.code == "unusual"]
        assert all("-1" in one for one in told)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_waits_until_somebody_says_why(
    analyst: Any, reviewer: Any, other_analyst: Any, kind: str
) -> None:
    own = proposed(analyst, KINDS[kind]())
    told = [(code, about) for code, about in warned_of(judge(own)) if code == kind]
    assert told, warned_of(judge(own))
    assert all(warning.words for warning in warnings_of(judge(own)))
    for code, about in set(warned_of(judge(own))) - set(told):
        say_why(row_of(own), analyst, code, about, "It is meant so.")
    with pytest.raises(ValidationError, match="Say why it is right"):
        submit(own, analyst)
    for code, about in told:
        say_why(row_of(own), other_analyst, code, about, "The law says so.")
    assert unacknowledged(own, judge(own)) == []
    (why,) = {a.reason for key, a in acknowledged(own).items() if key[1] == kind}
    assert why == "The law says so."
    submit(own, analyst)
    assert publish_set(own, reviewer).number == 2


#: What rests on documents, by its table: the columns of its first day and of its last.
RESTING = {
    "batches": ("announced_on", ""),
    "policies": ("effective_from", "effective_to"),
    "requirements": ("effective_from", "effective_to"),
    "zone_coverage": ("covered_from", "covered_until"),
    "zones": ("designated_on", "ended_on"),
}


def batch_of(table: str, cells: Cells) -> Key:
    """The batch on whose document a zone or what it covers rests."""
    zone = cells
    if table == "zone_coverage":
        zone = known("zones")[cells["programme"], cells["zone_city"]]
    return zone["programme"], zone["batch"]


def resting_on(table: str, source: str, **days: str) -> list[RowDraft]:
    """A row of a table that rests on a document from and to some days, with its batch."""
    first, last = RESTING[table]
    moved = {first: days["first"]} | ({last: days["last"]} if last else {})
    if table == "batches":
        moved["approved_on"] = ""
    key, cells = next(
        (key, own)
        for key, own in known(table).items()
        if not last or (own[first] and (table != "requirements" or not own["asks"]))
    )
    if "source_id" in cells:
        return [written(table, key, source_id=source, **moved)]
    drafts = [written("batches", batch_of(table, cells), source_id=source)]
    if first in table_named(table).key:
        return [*drafts, said(table, {**cells, **moved})]
    return [*drafts, written(table, key, **moved)]


@pytest.mark.parametrize("table", RESTING)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_whatever_rests_on_a_document_is_told_of_while_that_is_not_in_force(
    analyst: Any, table: str, language: str
) -> None:
    gone = "gacc-decree-237"
    own = known("sources")[gone,]
    assert (own["effective_on"], own["repealed_on"]) == ("2018-05-01", "2021-11-01")

    def told(first: str, last: str) -> list[tuple[str, str]]:
        found = judge(proposed(analyst, *resting_on(table, gone, first=first, last=last)))
        assert not [row.problems for row in found.rows if row.problems]
        with override(language):
            return [
                (one.code, one.words)
                for one in warnings_of(found)
                if one.judged.table.name == table and one.code in ("early", "repealed")
            ]

    early, repealed = told("2018-04-30", "2021-10-31"), told("2021-11-02", "2021-11-03")
    assert [code for code, _words in early] == ["early"]
    assert [code for code, _words in repealed] == ["repealed"]
    with override(language):
        assert day_in_words("2018-05-01") in early[0][1], "days are told as pages tell them"
        assert day_in_words("2021-11-01") in repealed[0][1]
    assert told("2018-05-01", "2021-10-31") == []


class Since(AnswerType):
    """A type with an order that is no number: it stands in a column that holds days."""

    word = ValueType.NUMBER
    column = "verified_on"
    range_name = "value_day"

    def plain_of(self, text: str) -> date:
        return whole_day(text)

    def text(self, plain: date) -> str:
        return plain.isoformat()

    def display(self, row: Any, topic: Any, language: str) -> str:
        raise AssertionError

    def to_write(self, topic: Any) -> str:
        raise AssertionError


class FarSince(Since):
    """One that says of every day that it is far from those known."""

    def is_far(self, plain: date, least: date, most: date) -> bool:
        return isinstance(plain, date) and least <= most


@pytest.mark.parametrize(("own", "told"), [(Since(), False), (FarSince(), True)])
def test_what_is_far_from_usual_is_said_by_the_type(
    analyst: Any, monkeypatch: pytest.MonkeyPatch, own: AnswerType, told: bool
) -> None:
    monkeypatch.setattr(row_warnings, "RANGED", (own,))
    found = judge(proposed(analyst, written("policies", LIMIT, value="7777")))
    (row,) = found.rows
    usual = row_warnings._Usual([LIMIT[0]], CellWords("en"))
    days = replace(row, after={**known("policies")[LIMIT], "value": "2016-03-15"})
    warned = list(usual.outside(days))
    assert len(warned) == told
    for code, about, tell, own_words in warned:
        assert (code, about) == ("unusual", "2016-03-15")
        assert str(known("policies")[LIMIT]["verified_on"]) in tell(*own_words)


@pytest.mark.parametrize(("language", "told"), [("en", "777,777 CNY"), ("zh-hans", "777,777元")])
def test_numbers_that_are_far_from_usual_are_told_as_everywhere(
    analyst: Any, language: str, told: str
) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="777777", verified_on="2026-11-24"))
    with override(language):
        words = [one.words for one in warnings_of(judge(own)) if one.code == "unusual"]
    assert len(words) == 1
    assert told in words[0]
    assert not re.search(r"[0-9]{4}", words[0])


def test_a_warning_comes_back_once_it_says_something_else(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="777777", verified_on="2026-11-24"))
    say_why_all(own, analyst)
    assert unacknowledged(own, judge(own)) == []
    repropose(
        row_of(own), analyst, written("policies", LIMIT, value="777778", verified_on="2026-11-24")
    )
    assert [w.about for w in unacknowledged(own, judge(own))] == ["777778"]
    repropose(
        row_of(own), analyst, written("policies", LIMIT, value="777777", verified_on="2026-11-24")
    )
    assert unacknowledged(own, judge(own)) == []


def test_what_appears_while_a_set_is_reviewed_waits_too(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, local(value="4000"))
    say_why_all(own, analyst)
    submit(own, analyst)
    published(
        other_analyst, reviewer, said("policies", limit(effective_from="2024-03", value="8000"))
    )
    with pytest.raises(ValidationError, match="Some warnings wait"):
        publish_set(own, reviewer)
    say_why_all(own, reviewer, "Looked up")
    assert publish_set(own, reviewer).number == 3


def test_what_found_nothing_hides_nothing_and_what_does_not_apply_does(analyst: Any) -> None:
    for state, hides in (("none-found", False), ("not-applicable", True)):
        found = judge(proposed(analyst, local(value="", state=state)))
        assert [(row.fate, row.problems) for row in found.rows] == [(Fate.NEW, [])]
        assert ("masks" in dict(warned_of(found))) is hides


def test_a_wider_answer_that_the_set_takes_out_hides_behind_nothing(analyst: Any) -> None:
    own = proposed(analyst, local(value="4000"))
    wider = [about for code, about in warned_of(judge(own)) if code == "masks"]
    assert wider
    both = proposed(
        analyst,
        local(value="4000"),
        *(
            taken_out("policies", key)
            for key in known("policies")
            if key[0] == LIMIT[0] and key[1:] != ("city", "hangzhou", "2020-01-01")
        ),
    )
    assert "masks" not in dict(warned_of(judge(both)))


@pytest.mark.parametrize(
    ("kind", "code", "cities"),
    [
        ("city", "hangzhou", ["hangzhou"]),
        ("customs_district", "2900", {"customs_district__code": "2900"}),
        ("province", "CN-ZJ", {"province__iso_3166_2": "CN-ZJ"}),
    ],
)
def test_a_row_hides_nothing_from_cities_that_it_does_not_bind(
    analyst: Any, kind: str, code: str, cities: Any
) -> None:
    """Of every topic that something local answers, a row for each scope: it hides nothing but what
    binds some of its cities, as a look at where they lie tells.
    """
    places = Placement.objects.current().filter(
        **({"city__slug__in": cities} if isinstance(cities, list) else cities)
    )
    bodies: set[tuple[str, str]] = {("nation", "CN")}
    for placement in places:
        bodies |= {
            ("customs_district", placement.customs_district.code),
            ("province", placement.province.iso_3166_2),
        }
        bodies |= {
            ("customs_district", other.code)
            for other in placement.city.other_customs_districts.all()
        }
        zones = Zone.objects.current().not_withdrawn()
        covering = Q(city=placement.city) | Q(coverages__city=placement.city)
        bodies |= {("programme", zone.batch.programme.slug) for zone in zones.filter(covering)}
    local = Policy.objects.current().not_withdrawn().exclude(scope_kind__in=["nation", "city"])
    topics = sorted({*local.values_list("topic__slug", flat=True)})
    like = {key[0]: cells for key, cells in known("policies").items()}
    where = {"scope_kind": kind, "scope_code": code, "effective_from": "2026-10-02"}
    own = proposed(
        analyst,
        *(
            said("policies", {**like[topic], **where, "effective_to": "", "state": "stated"})
            for topic in topics
        ),
    )
    about = [about for code, about in warned_of(judge(own)) if code in ("masks", "equal")]
    # What its own scope says it does not hide, but may say again.
    hidden = {tuple(one.split(" ")[:2]) for one in about} - {(kind, code)}
    assert hidden
    assert hidden <= bodies


def test_words_and_notes_alone_are_no_matter(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, summary_en="Said anew", note="Seen"))
    assert warned_of(judge(own)) == []


def test_warnings_take_no_more_queries_for_more_rows(
    analyst: Any, django_assert_max_num_queries: Any
) -> None:
    from tests.growth import queries

    few, many = (
        proposed(
            analyst,
            *(
                said(
                    "policies",
                    limit(scope_kind="city", scope_code=key[0], effective_from="2020-01-01"),
                )
                for key in list(known("cities"))[:number]
            ),
        )
        for number in (2, 40)
    )
    found = judge(few), judge(many)
    assert queries(lambda: warnings_of(found[0])) == queries(lambda: warnings_of(found[1]))
    assert {code for code, _ in warned_of(found[1])} >= {"equal"}


def test_warnings_of_a_row_that_meets_many_are_told_as_one(analyst: Any) -> None:
    ended = [
        said("policies", limit(effective_from=f"2018-01-{day:02}", effective_to="2018-12-31"))
        for day in range(1, MOST + 4)
    ]
    own = proposed(analyst, *ended)
    found = warnings_of(judge(own))
    told = [one for one in found if one.code == "overlap"]
    assert len(told) == len(ended)
    assert all(f" {MOST + 1} " in one.words for one in told), told[0].words
    say_why_all(own, analyst)
    assert unacknowledged(own, judge(own)) == []
    proposed_last = own.rows.order_by("pk").last()
    assert proposed_last
    shorter = limit(effective_from=f"2018-01-{MOST + 3}", effective_to="2018-12-30")
    repropose(proposed_last, analyst, said("policies", shorter))
    again = {one.judged.row.pk for one in unacknowledged(own, judge(own))}
    assert again == {row.pk for row in own.rows.all()} - {proposed_last.pk}


def test_warnings_of_rows_side_by_side_are_held_against_their_neighbours(analyst: Any) -> None:
    """Twice the rows of one scope are twice the comparisons, and the labels that are read."""

    def work(number: int) -> int:
        own = proposed(
            analyst,
            *(
                said("policies", limit(effective_from=f"20{20 + n // 12}-{n % 12 + 1:02}-05"))
                for n in range(number)
            ),
        )
        found = judge(own)
        met = mock.Mock(side_effect=Interval.meet)
        with mock.patch.object(Interval, "meet", lambda one, other: met(one, other)):
            warnings_of(found)
        return int(met.call_count)

    assert work(40) <= 2 * work(20) + 10


def test_sending_names_every_warning_that_waits(analyst: Any) -> None:
    drafts = [KINDS[kind]() for kind in ("early", "unusual", "masks")]
    own = proposed(analyst, *drafts)
    waiting = warnings_of(judge(own))
    assert len(waiting) > 2
    with pytest.raises(ValidationError) as refused:
        submit(own, analyst)
    told = " ".join(refused.value.messages)
    assert [one.words for one in waiting if one.words not in told] == []


@pytest.mark.parametrize("kind", LOCAL)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_local_policy_that_takes_the_place_of_an_open_one_is_told_of(
    analyst: Any, kind: str, language: str
) -> None:
    earlier = open_local(kind)
    new = said("policies", {**earlier, "effective_from": "2026-05-01", "effective_to": ""})
    with override(language):
        (told,) = [
            one for one in warnings_of(judge(proposed(analyst, new))) if one.code == "follows"
        ]
    assert told.about == earlier["effective_from"]
    with override(language):
        assert day_in_words("2026-05-01") in told.words


def follows(analyst: Any, *drafts: RowDraft) -> list[tuple[str, str]]:
    return [one for one in warned_of(judge(proposed(analyst, *drafts))) if one[0] == "follows"]


@pytest.mark.parametrize("kind", LOCAL)
def test_what_replaces_or_ends_the_open_policy_is_not_told_of(analyst: Any, kind: str) -> None:
    earlier = open_local(kind)
    key = table_named("policies").key_of(earlier)
    later = {**earlier, "effective_from": "2026-05-01"}
    # A new version of it, its move to another start, its end, and its end beside the new one.
    assert not follows(analyst, written("policies", key, summary_en="Another wording."))
    assert not follows(analyst, written("policies", key, effective_from="2026-05-01"))
    assert not follows(analyst, written("policies", key, effective_to="2026-04-30"))
    ended = written("policies", key, effective_to="2026-04-30")
    assert not follows(analyst, said("policies", later), ended)
    assert not follows(analyst, said("policies", later), taken_out("policies", key))
    # One before it takes nobody's place, and one of another scope neither.
    early = said("policies", {**earlier, "effective_from": "2001-01-01"})
    assert not follows(analyst, early)
    other = {"scope_kind": "nation", "scope_code": "CN"}
    assert not follows(analyst, said("policies", {**later, **other}))
    # To find nothing is told of otherwise, and follows nothing that was found.
    nothing = {"state": "none-found", "value": "", "value_zh": ""}
    assert not follows(analyst, said("policies", {**later, **nothing}))


def known_of(kind: str) -> Cells:
    """A stated policy of a kind of scope without an end, whose scope has no later one."""
    if kind == "nation":
        return {**known("policies")[LIMIT]}
    return open_local(kind)


@pytest.mark.parametrize("kind", ["nation", *LOCAL])
def test_whatever_says_what_its_own_scope_says_already_is_told_of(analyst: Any, kind: str) -> None:
    earlier = known_of(kind)
    about = f"{earlier['scope_kind']} {earlier['scope_code']} {earlier['effective_from']}"
    for cells in (
        {"effective_from": "2027-01-01"},
        {"effective_from": "2027-01-01", "effective_to": "2027-06-30"},
        {"effective_from": "2027-01-01", "source_id": DOCUMENT, "note": "Again"},
    ):
        own = proposed(analyst, said("policies", {**earlier, **cells}))
        assert ("equal", about) in warned_of(judge(own)), cells
        row_of(own).delete()
    ended = {"effective_from": "1990", "effective_to": "1991", "start_qualifier": ""}
    for cells in (ended, {"effective_from": "2027-01-01", "state": "none-found", "value": ""}):
        own = proposed(analyst, said("policies", {**earlier, **cells}))
        assert ("equal", about) not in warned_of(judge(own)), cells
        row_of(own).delete()


def test_what_follows_an_end_of_the_same_set_is_no_repetition(analyst: Any) -> None:
    end = written("policies", LIMIT, effective_to="2026-12-31")
    own = proposed(analyst, end, said("policies", limit(effective_from="2027-01-01")))
    assert not [about for code, about in warned_of(judge(own)) if code == "equal"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_always_answered_alike_is_told_once(language: str) -> None:
    usual = row_warnings._Usual([], CellWords(language))
    least = most = 24
    usual._bounds[LIMIT[0]] = (next(iter(row_warnings.RANGED)), least, most)
    policy = {**known("policies")[LIMIT], "value": "777777"}
    with override(language):
        judged = SimpleNamespace(before=None, after=policy, table=table_named("policies"))
        ((_code, _about, tell, own),) = usual.outside(judged)
    assert len(re.findall("24", tell(*own))) == 1


#: Of a policy that was published with a warning of a kind: a change of what that is about, by which
#: it is told. What follows another is told of a new row alone.
MOVED: dict[str, dict[str, str]] = {
    "overlap": {"effective_to": "2020-02"},
    "follows": {},
    "masks": {"value": "4100"},
    "equal": {"effective_to": "2031-12-31"},
    "repealed": {"effective_to": "2031-12-31"},
    "early": {"effective_to": "1990-03"},
    # Far from that too, which is known by then.
    "unusual": {"value": "777777777"},
}


def certain(cells: Cells) -> dict[str, str]:
    """How sure a policy is, otherwise than it was; with its clause a second look, without a fact of
    any warning.
    """
    other = "secondary" if cells["verification"] != "secondary" else "unverified"
    return {"clause": "Art. 9", "verification": other}


def published_key(analyst: Any, reviewer: Any, draft: RowDraft) -> Key:
    """The key of a row that is published though it is warned of."""
    own = proposed(analyst, draft)
    key = judge(own).rows[0].applied_key
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    return key


@pytest.mark.parametrize("kind", KINDS)
def test_what_held_of_a_row_as_it_was_published_is_not_told_again(
    analyst: Any, reviewer: Any, kind: str
) -> None:
    """A row brings a warning only by what that is about."""
    key = published_key(analyst, reviewer, KINDS[kind]())
    same = written("policies", key, **certain(known("policies")[key]))
    found = judge(proposed(analyst, same))
    assert [(one.fate, one.problems) for one in found.rows] == [(Fate.CHANGED, [])]
    assert {code for code, _about in warned_of(found)} & KINDS.keys() == set()
    if MOVED[kind]:
        moved = written("policies", key, **MOVED[kind], verified_on="2026-11-24")
        assert kind in dict(warned_of(judge(proposed(analyst, moved))))


def test_what_a_row_meets_anew_is_told_though_it_stays_as_it_was(
    analyst: Any, reviewer: Any
) -> None:
    """The other of two that contradict each other may be the new one, of the same set."""
    key = published_key(analyst, reviewer, local(value="4000"))
    again = written("policies", key, **certain(known("policies")[key]))
    wider = said("policies", limit(effective_from="2024-03-01", value="8000"))
    found = judge(proposed(analyst, again, wider))
    told = {(one.judged.key, one.code, one.about) for one in warnings_of(found)}
    assert (key, "masks", "nation CN 2024-03-01") in told
    assert (key, "masks", "nation CN 2019-01-01") not in told


#: Of what rests on a document: a cell that decides, and is about neither that nor its days.
BESIDE = {"batches": {"document_number": "X"}, "requirements": {"verification": "secondary"}}


@pytest.mark.parametrize("table", BESIDE)
def test_a_document_that_was_out_of_force_as_a_row_was_published_is_not_told_again(
    analyst: Any, reviewer: Any, table: str
) -> None:
    gone = "gacc-decree-237"
    rows = resting_on(table, gone, first="2021-11-02", last="2021-11-03")
    key = published_key(analyst, reviewer, rows[-1])
    again = judge(proposed(analyst, written(table, key, **BESIDE[table])))
    assert [one.fate for one in again.rows] == [Fate.CHANGED]
    assert "repealed" not in dict(warned_of(again))
    day = RESTING[table][0]
    moved = judge(proposed(analyst, written(table, key, **{day: "2021-11-03"})))
    assert [one.fate for one in moved.rows] == [Fate.CHANGED]
    assert "repealed" in dict(warned_of(moved))
