"""A dump with its history carries the desk: a restore has the same sets, log and answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from cbec_portal.china_time import now, today_in_china
from tests.zones.desk.acts import (
    again,
    known,
    person,
    proposed,
    published,
    row_of,
    say_why,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from zones.dataset.desk_tables import DESK
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.table_registry import registry, table_named
from zones.desk.blind_readings import draw_readings, may_read, read_again
from zones.desk.copy_archive import keep_copy
from zones.desk.effect import effect_of
from zones.desk.entry_assignments import let_rest
from zones.desk.history import of_object, of_revision
from zones.desk.judgement import judge
from zones.desk.link_schedule import note
from zones.desk.link_visits import Visit
from zones.desk.proposals import propose
from zones.desk.reading_settlements import settle_reading
from zones.desk.report_intake import ReportDraft, settle_report, take_report
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.desk.set_steps import comment, send_back, submit
from zones.desk.settlement import settle
from zones.models import (
    Acknowledgement,
    AppliedRow,
    ChangeSet,
    LinkCheck,
    ProposedRow,
    ReaderReport,
    ReadingDraw,
    ResearchMark,
    Revision,
    RowEdit,
    SecondReading,
    SetComment,
    Source,
    SourceCopy,
)
from zones.rules.vocabulary import LinkState
from zones.services.in_force_rows import rebuild

pytestmark = pytest.mark.django_db(transaction=True)

Elsewhere = Callable[[], AbstractContextManager[None]]
LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OTHER_LIMIT = ("import-annual-transaction-limit", "nation", "CN", "2019-01-01")
ASKED = [
    "/api/v1/compare/?cities=hangzhou,ningbo,xiongan&as_of=2020-01-01",
    "/api/v1/compare/?cities=hangzhou,ningbo&as_of=2020-01-01&known_at=1",
    "/api/v1/policies/?limit=50",
    "/api/v1/cities/?limit=200",
    "/api/v1/changes/?limit=50",
]


#: A row whose table has no columns for clauses.
BATCH = ("comprehensive", "1")


def busy() -> dict[str, int]:
    """A desk on which there is something of every kind; the numbers of its sets."""
    ana, ben, rui = (
        person("ana", "analyst"),
        person("ben", "analyst"),
        person("rui", "reviewer"),
    )
    quoted = {"quote": "6000元\n整", "quote_en": "6,000 yuan", "copy": copy_of("mof-2018-157")}
    published(ana, rui, written("policies", LIMIT, value="6000")._replace(**quoted))
    clauses = {"quote": "第一批", "clause": "Item 1", "clause_zh": "第一项"}
    published(ana, rui, written("batches", BATCH, note="Seen")._replace(**clauses))
    proposed(ana, written("batches", BATCH, note="Seen again")._replace(**clauses))
    moment = now()
    for at in (moment - timedelta(days=2), moment):
        note("https://www.mof.gov.cn/gone", Visit(LinkState.FAILS, 404), at)
    note("https://www.mof.gov.cn/", Visit(LinkState.ANSWERS, 200), moment)
    own = proposed(ana, written("cities", ("hangzhou",), name_en="Hang", note="“Seen”, yes"))
    propose(own, ben, [written("cities", ("ningbo",), name_en="Ning")])
    submit(own, ana)
    part = send_back(own, rui, "No name", [row_of(own, ("ningbo",))])
    draft = proposed(
        ben,
        written("policies", LIMIT, value="777777", verified_on="2026-11-24"),
        taken_out("cities", ("wuhan",)),
    )
    comment(draft, ana, "Is that so?\nReally?", row_of(draft, LIMIT))
    say_why(row_of(draft, LIMIT), ana, "unusual", "777777", "It is said so")
    published(ana, rui, written("policies", LIMIT, value="7000"))
    undo = propose_undo(Revision.objects.get(number=2), ana)
    until = today_in_china() + timedelta(days=30)
    report = ReportDraft(LIMIT[0], "hangzhou", today_in_china(), 1, "5,000 CNY", "It is\n6,000.")
    waits = take_report(report._replace(contact="reader@example.org"), "192.0.2.1")
    let_rest("reported", str(waits.pk), ana, until=until, reason="Next month,\nthey say.")
    settled = take_report(report._replace(text="Wrong."), "192.0.2.1")
    settle_report(settled.pk, ben, "right", "Article 3.")
    readers = (person("cleo", "analyst"), person("dan", "analyst"))
    for seed, value in enumerate(("7000", "1")):
        (reading,) = draw_readings(rui, 100, topic=LIMIT[0], seed=seed).readings.all()
        read_again(reading, readers[seed], again("stated", value, quote="限值“7000”"))
    settle_reading(reading, person("tess", "reviewer"), "kept", "Article 3.")
    (last,) = draw_readings(rui, 100, topic=LIMIT[0], city="hangzhou", seed=2).readings.all()
    read_again(last, person("uma", "analyst"), again("stated", "1"))
    open_one = proposed(ana, written("policies", LIMIT, value="1"), title="Read again")
    settle_reading(last, User.objects.get(username="tess"), "corrected", "Article 3.", open_one.pk)
    draw_readings(rui, 100, topic=LIMIT[0], seed=3)
    return {"review": own.pk, "back": part.pk, "draft": draft.pk, "undo": undo.pk}


def copy_of(source: str) -> SourceCopy:
    """An archived copy of a document."""
    file = SimpleUploadedFile("notice.txt", "六千元".encode())
    ana = User.objects.get(username="ana")
    return keep_copy(Source.objects.get(slug=source), file, ana, "https://www.mof.gov.cn/a")


def told() -> dict[str, Any]:
    """What the desk says, by names of people."""
    models = (
        LinkCheck,
        SourceCopy,
        ChangeSet,
        ProposedRow,
        RowEdit,
        SetComment,
        Acknowledgement,
        AppliedRow,
        ResearchMark,
        ReaderReport,
        ReadingDraw,
        SecondReading,
    )
    # Accounts are in no dump, nor whoever reports something; a policy has another id.
    accounts = {"author_id", "publisher_id", "person_id", "assignee_id", "reader_id"}
    accounts |= {"settled_by_id", "contact", "network", "policy_id"}
    return {
        model.__name__: [
            {k: v for k, v in row.items() if k not in accounts}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def answers() -> list[bytes]:
    client = Client()
    return [client.get(address).content for address in ASKED]


def fates() -> dict[int, Any]:
    return {
        own.pk: [(row.key, row.fate, row.conflicts) for row in judge(own).rows]
        for own in ChangeSet.objects.all()
    }


def test_a_restore_has_the_same_sets_log_and_answers(tmp_path: Path, elsewhere: Elsewhere) -> None:
    numbers = busy()
    desk, public, judged = told(), answers(), fates()
    changes = effect_of(judge(ChangeSet.objects.get(pk=numbers["draft"]))).changes
    log = of_object(table_named("policies"), LIMIT), of_revision(3)
    dump_dataset(tmp_path / "one", history=True)
    with elsewhere():
        load_dataset(tmp_path / "one")
        assert told() == desk
        assert answers() == public
        assert fates() == judged
        assert effect_of(judge(ChangeSet.objects.get(pk=numbers["draft"]))).changes == changes
        assert (of_object(table_named("policies"), LIMIT), of_revision(3)) == log
        assert not ChangeSet.objects.exclude(author=None).exists()
        assert not ReaderReport.objects.exclude(contact="", network="").exists()
        drawn = {row.policy.version for row in SecondReading.objects.select_related("policy")}
        assert drawn == {3}
        dump_dataset(tmp_path / "two", history=True)
        assert load_dataset(tmp_path / "two").revision is None
        go_on(numbers)
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes(), path.name


def go_on(numbers: dict[str, int]) -> None:
    """The work goes on there, by names: nobody publishes what bears their name."""
    ana, ben, rui = (
        person("ana", "analyst", "reviewer"),
        person("BEN", "analyst", "reviewer"),
        person("zoe", "analyst", "reviewer"),
    )
    own = ChangeSet.objects.get(pk=numbers["review"])
    for one in (ana, ben):
        with pytest.raises(PermissionDenied, match="You wrote part of this"):
            publish_set(own, one)
    revision = publish_set(own, rui)
    assert known("cities")["hangzhou",]["name_en"] == "Hang"
    for closed in ChangeSet.objects.filter(state="published"):
        with pytest.raises(AlreadyPublishedError):
            publish_set(closed, rui)
        with pytest.raises(IntegrityError), transaction.atomic():
            closed.rows.update(quote="Other")
    undo = ChangeSet.objects.get(pk=numbers["undo"])
    for row in judge(undo).rows:
        for conflict in row.conflicts:
            settle(row.row, ana, conflict.column, mine=True)
    say_why_all(undo, ana)
    publish_set(submit(undo, ana), rui)
    assert known("policies")[LIMIT]["value"] == "5000"
    # Numbers go on where they were.
    assert submitted(ana, written("cities", ("beijing",), note="N")).pk > numbers["undo"]
    assert rebuild(check=True) == []
    assert Revision.objects.count() == revision.number + 1


def test_after_a_restore_nobody_reviews_what_was_written_under_an_earlier_name(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    ana, rui = person("ana", "analyst"), person("rui", "reviewer")
    both = person("both", "analyst", "reviewer")
    published(both, rui, written("policies", LIMIT, value="6000"))
    published(ana, both, written("policies", OTHER_LIMIT, value="30000"))
    waiting = proposed(ana, written("cities", ("ningbo",), name_en="Ning"))
    propose(waiting, both, [written("cities", ("hangzhou",), name_en="Hang")])
    submit(waiting, ana)
    opened = submitted(both, written("cities", ("beijing",), note="N"))
    draw_readings(rui, 100, topic=LIMIT[0])
    draw_readings(rui, 100, topic=OTHER_LIMIT[0])
    User.objects.filter(pk=both.pk).update(username="renamed")
    dump_dataset(tmp_path / "one", history=True)
    with elsewhere():
        load_dataset(tmp_path / "one")
        again_here = person("renamed", "analyst", "reviewer")
        for own in (waiting, opened):
            with pytest.raises(PermissionDenied, match="You wrote part of this"):
                publish_set(ChangeSet.objects.get(pk=own.pk), again_here)
        readings = SecondReading.objects.select_related("policy")
        own_keys = {".".join(LIMIT), ".".join(OTHER_LIMIT)}
        known_to = [one for one in readings if one.policy.identity in own_keys]
        assert len(known_to) == 2
        assert not any(may_read(one, again_here) for one in known_to)
        other = person("zoe", "analyst", "reviewer")
        assert all(may_read(one, other) for one in known_to)
        assert publish_set(ChangeSet.objects.get(pk=opened.pk), other)


def test_a_plain_dump_tells_nothing_of_the_desk(tmp_path: Path) -> None:
    busy()
    dump_dataset(tmp_path / "plain")
    files = {path.name for path in (tmp_path / "plain").iterdir()}
    assert files.isdisjoint({table.file for table in DESK})
    assert {table.name for table in registry}.isdisjoint({table.name for table in DESK})


def test_a_history_from_before_there_was_a_desk_is_restored(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    busy()
    public = answers()
    dump_dataset(tmp_path / "older", history=True)
    described = tmp_path / "older" / "datapackage.json"
    described.unlink()
    for table in DESK:
        (tmp_path / "older" / table.file).unlink()
    with elsewhere():
        load_dataset(tmp_path / "older")
        assert answers() == public
        assert not ChangeSet.objects.exists()
