"""Work on checklists beside whoever loads, publishes, saves and deletes what it refers to.

Nothing fails, and nothing is lost: a write goes by what is there once it holds its rows, or is told
that something is gone. On PostgreSQL every service meets everything that others do; on SQLite, of
which one lock puts writes in a row, those that refer to public data or to people do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from cbec_portal.china_time import now
from checklists.models import (
    Checklist,
    EvidenceVersion,
    Notification,
    Requirement,
    Role,
    Share,
    Subject,
    Template,
)
from checklists.selectors.law_changes import moved, moves_tag
from checklists.selectors.template_snapshot import templates
from checklists.services.accepted_changes import accept
from checklists.services.checklist_creation import start
from checklists.services.conflicts import GoneError
from checklists.services.digests import send_digests
from checklists.services.file_cleanup import sweep
from checklists.services.locks import WRITES
from checklists.services.recorded_notifications import notify
from tests.checklists.cast import someone
from tests.checklists.files import pdf, upload
from tests.checklists.stage import DAY, TOLD, Stage, nothing_was_lost
from tests.checklists.test_requests_at_once import browser, wait_for_someone_waiting
from tests.conftest import log_in_staff
from tests.rounds import rounds
from tests.zones.datasets import change_rows, copy_of_fixtures, read_rows
from tests.zones.desk_forms import acknowledge_all, at_the_desk, known
from tests.zones.test_publishing import next_version, publish_as_two
from zones.dataset import load
from zones.dataset.load import load_dataset
from zones.dataset.table_registry import table_named
from zones.desk import proposals, set_steps
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.models import City, Policy
from zones.rules.vocabulary import Proposal
from zones.selectors.snapshot import current_snapshot
from zones.services.in_force_rows import rebuild
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = "import-single-transaction-limit.nation.CN.2019-01-01"

#: A template that no checklist uses before one is started of it.
UNUSED = "import-1239-seller"

#: Services that refer to public data or to other people, as all are tried on PostgreSQL alone.
REFERRING = (
    "accepted_changes.accept",
    "checklist_creation.start",
    "intake_answers.change_answers",
    "item_updates.assign",
    "recorded_notifications.notify_all",
    "recorded_findings.record_finding",
    "sharing.hand_over",
    "sharing.share",
)
#: What is told of a row that cannot go because others refer to it by then.
STAYS = ("others refer to it: it stays", "Some rows cannot be published", "so it stays")
ALL = WRITES if connection.vendor == "postgresql" else REFERRING
#: Whoever starts comes last: what a checklist uses is taken out no more.
TRIED = sorted(ALL, key="checklist_creation.start".__eq__)
ROUNDS = rounds(12, on_sqlite=3)


class Others:
    """What others do meanwhile: each is made ready, then given as an act."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.turn = stage, count(1)
        self.analyst, self.reviewer = at_the_desk("ann", "analyst"), at_the_desk("ray", "reviewer")
        self.staff = Client()
        log_in_staff(self.staff, User.objects.create_superuser("root"))
        whole = copy_of_fixtures(folder)
        self.requirements, self.policies, self.fewer = (
            folder / name for name in ("requirements", "policies", "fewer")
        )
        for own, name in (
            (self.requirements, "requirements"),
            (self.policies, "policies"),
            (self.fewer, "requirements"),
        ):
            own.mkdir()
            (own / f"{name}.csv").write_bytes((whole / f"{name}.csv").read_bytes())
        whole_rows = read_rows(self.fewer / "requirements.csv")
        change_rows(self.policies / "policies.csv", lambda rows: rows[:3])
        change_rows(self.fewer / "requirements.csv", lambda rows: [*filter(_stays, rows)])
        self.absent = len(whole_rows) - len(read_rows(self.fewer / "requirements.csv"))

    def corrects(self) -> Callable[[], object]:
        """A load that corrects policies."""
        said = f"Said at {next(self.turn)}"
        rows = self.policies / "policies.csv"
        change_rows(rows, lambda rows: [row | {"summary_en": said} for row in rows])
        return lambda: load_dataset(self.policies)

    def takes_out(self) -> Callable[[], object]:
        """A load that takes out duties that nobody uses yet."""
        load_dataset(self.requirements)
        self.stage.template = UNUSED
        return lambda: load_dataset(self.fewer, replace=True, allow_withdrawals=self.absent)

    def publishes_a_set(self) -> Callable[[], object]:
        """A reviewer publishes a set that changes a duty and a policy."""
        said = f"Said at {next(self.turn)}"
        duty = min(key for key in known("requirements") if key[0] != UNUSED)
        (policy,) = [key for key in known("policies") if ".".join(key) == LIMIT]
        return self._in_a_set(
            RowDraft(table_named("requirements"), duty, {"guidance_en": said}),
            RowDraft(table_named("policies"), policy, {"summary_en": said}),
        )

    def _in_a_set(self, *drafts: RowDraft) -> Callable[[], object]:
        """A set with these rows is ready to be published."""
        change_set = proposals.open_set(self.analyst, "Meanwhile")
        proposals.propose(change_set, self.analyst, drafts)
        acknowledge_all(change_set, self.analyst)
        set_steps.submit(change_set, self.analyst)
        return lambda: publish_set(change_set, self.reviewer)

    def publishes(self) -> Callable[[], object]:
        """A publication of one policy."""
        newest = Policy.objects.filter(identity=LIMIT).order_by("-version")[0]
        draft = next_version(newest, summary_en=f"Published at {next(self.turn)}")
        return lambda: publish_as_two(Publication(policies=[draft]))

    def saves(self) -> Callable[[], object]:
        """A save of public data that comes by no load."""
        row = self.stage.checklist.template.requirements.order_by("pk")[0]

        def save() -> None:
            row.guidance_en = f"Saved at {next(self.turn)}"
            row.save()

        return save

    def deletes_a_duty(self) -> Callable[[], object]:
        """A duty is taken out that came new into the template, and may be taken up."""
        row = Requirement.objects.filter(tested_topic=None, asked_choice=None).order_by("pk")[0]
        row.template, row.number = self.stage.checklist.template, f"10.{next(self.turn)}"
        row.pk, row._state.adding = None, True
        row.save()
        return self._in_a_set(taken_out("requirements", (row.template.slug, row.number)))

    def deletes_a_person(self) -> Callable[[], object]:
        """The admin deletes the person with whom others share, to whom they assign."""
        zed = someone(f"zed{next(self.turn)}")
        Share.objects.create(checklist=self.stage.checklist, user=zed, role=Role.EDITOR)
        self.stage.bystander = zed
        page = f"/admin/auth/user/{zed.pk}/delete/"
        return lambda: self.staff.post(page, {"post": "yes"})

    def deletes_a_city(self) -> Callable[[], object]:
        """A city is taken out that nothing published rests on."""
        self.stage.city = new_city(next(self.turn))
        return self._in_a_set(taken_out("cities", (self.stage.city,)))


def taken_out(table: str, key: tuple[str, ...]) -> RowDraft:
    return RowDraft(table_named(table), key, {}, Proposal.TAKE_OUT)


def _stays(row: dict[str, str]) -> bool:
    return row["template"] != UNUSED or not row["number"].startswith("1.")


def new_city(number: int) -> str:
    """A city that was never published, by natural key."""
    city = City.objects.get(slug="ningbo")
    city.pk, city.slug, city.name_en, city.name_zh = None, f"newtown-{number}", "Newtown", "新城"
    city.adcode = f"{990_000 + number}"
    city._state.adding = True
    city.save()
    return str(city.slug)


@pytest.fixture
def others(stage: Stage, tmp_path: Path) -> Others:
    return Others(stage, tmp_path)


ACTS = [name for name in vars(Others) if not name.startswith("_")]


@pytest.mark.parametrize("beside", ACTS)
def test_no_service_fails_or_loses_a_write_beside_others(
    stage: Stage, others: Others, two: Callable[..., list[object]], beside: str
) -> None:
    for turn, service in enumerate(TRIED):
        stage.set_again()
        theirs = getattr(others, beside)()
        ours, other = two(stage.act(service, turn), theirs)
        assert not isinstance(ours, Exception) or isinstance(ours, TOLD), (service, ours)
        if isinstance(other, HttpResponse):
            assert other.status_code in (200, 302), (service, other.status_code)
        elif not any(told in str(other) for told in STAYS):
            assert not isinstance(other, Exception), (service, other)
    nothing_is_lost(stage)


def nothing_is_lost(stage: Stage) -> None:
    checklist = Checklist.objects.get(pk=stage.checklist.pk)
    assert checklist.version == 1 + checklist.log.count()
    assert nothing_was_lost(checklist)
    assert rebuild(check=True) == []
    connection.check_constraints()


def test_a_checklist_is_started_by_what_a_load_leaves(
    stage: Stage,
    others: Others,
    two: Callable[..., list[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its template was read before the load took duties out, and it is written before the end."""
    written, write = Event(), load.write_tables

    def then(*args: Any) -> None:
        write(*args)
        written.set()
        wait_for_someone_waiting()

    take_out = others.takes_out()
    begin = stage.act("checklist_creation.start", 0)
    monkeypatch.setattr(load, "write_tables", then)
    taken, made = two(take_out, after(written, begin))
    assert not isinstance(taken, Exception), taken
    assert isinstance(made, Checklist), made
    left = {row.pk for row in Requirement.objects.filter(template__slug=UNUSED)}
    assert {item.requirement_id for item in made.items.all()} <= left
    assert made.items.exists()


def after(begun: Event, act: Callable[[], object]) -> Callable[[], object]:
    """The act, begun once something else is on its way."""

    def later() -> object:
        assert begun.wait(30)
        return act()

    return later


#: Services with the kind of row that is being deleted, and what they tell.
DELETED: dict[str, tuple[type[Model], type[Exception]]] = {
    "sharing.share": (User, ValidationError),
    "sharing.hand_over": (User, ValidationError),
    "item_updates.assign": (User, ValidationError),
    "checklist_creation.start": (City, GoneError),
}


@pytest.mark.parametrize("service", DELETED)
def test_who_refers_to_what_is_being_deleted_is_told(
    stage: Stage, two: Callable[..., list[object]], service: str
) -> None:
    kind, told = DELETED[service]
    stage.bystander, stage.city = someone("zed"), new_city(1)
    if service != "sharing.share":
        Share.objects.create(checklist=stage.checklist, user=stage.bystander, role=Role.EDITOR)
    number = {User: stage.bystander.pk, City: City.objects.get(slug=stage.city).pk}[kind]
    begun, before = Event(), Checklist.objects.count()
    act = stage.act(service, 0)
    deleted, ours = two(being_deleted(kind, number, begun), after(begun, act))
    assert deleted is None
    assert isinstance(ours, told), ours
    assert Checklist.objects.count() == before
    nothing_is_lost(stage)


def being_deleted(kind: type[Model], number: int, begun: Event) -> Callable[[], None]:
    """The deletion of a row, which ends no sooner than someone waits for it."""

    def delete() -> None:
        with transaction.atomic():
            kind._default_manager.get(pk=number).delete()
            begun.set()
            wait_for_someone_waiting()

    return delete


def test_nobody_is_told_of_a_checklist_after_they_are_gone(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    zed, begun = someone("zed"), Event()
    Share.objects.create(checklist=stage.checklist, user=zed, role=Role.VIEWER)
    stage.call("item_updates.set_due", stage.item(0), DAY, actor=stage.alice)
    correct("Read anew.")
    tell = stage.act("recorded_notifications.notify_all", 0)
    outcomes = two(being_deleted(User, zed.pk, begun), after(begun, tell))
    assert outcomes == [None, None]
    assert Notification.objects.filter(user=stage.vera).exists()


def test_a_checklist_that_was_closed_meanwhile_is_told_of_no_more(stage: Stage) -> None:
    correct("Read anew.")
    tell = stage.act("recorded_notifications.notify_all", 0)
    stage.call("checklist_status.close", stage.row(), actor=stage.alice)
    tell()
    assert not Notification.objects.exists()


def test_that_a_template_is_gone_is_told_by_the_api_and_on_pages(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is deleted after it was found, and before it is written; cities once known never are."""
    from checklists.api.viewsets import checklist_views
    from checklists.pages import start_page

    template = Template.objects.create(slug="short", position=999, name_en="Short", name_zh="短")

    def then(**asked: Any) -> Checklist:
        template.delete()
        return start(**asked)

    monkeypatch.setattr(checklist_views, "start", then)
    monkeypatch.setattr(start_page, "start", then)
    client = browser(stage.alice)
    body = {"template": "short", "places": ["ningbo"], "title": "X"}
    answer = client.post("/api/v1/checklists/", body, content_type="application/json")
    assert answer.status_code == 409, answer.content
    assert answer.json()["detail"].endswith("Nothing was written; look again.")
    template.save()
    form = {"do": "start", "template": "short", "cities": "ningbo", "title": "X"}
    # A page of a template that is gone is none.
    assert client.post("/checklists/start/", form).status_code == 404
    assert not Checklist.objects.filter(title="X").exists()


def test_a_city_that_no_revision_knows_is_no_place_of_a_checklist(stage: Stage) -> None:
    body = {"template": "import-1210-seller", "places": [new_city(1)], "title": "X"}
    client = browser(stage.alice)
    answer = client.post("/api/v1/checklists/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "knows no city" in answer.json()["detail"]
    assert not Checklist.objects.filter(title="X").exists()


def correct(said: str) -> None:
    """Publish a correction of what decides duties of the checklist."""
    rows = Policy.objects.filter(topic__slug="code-9610-available", replaced_in=None)
    row = rows.filter(city__slug="hangzhou").first() or rows[0]
    publish_as_two(Publication(policies=[next_version(row, summary_en=said)]))


def reword(said: str) -> None:
    """Give every duty of the checklist's template other words, and publish something."""
    for row in Requirement.objects.filter(template__slug="import-9610-seller"):
        row.guidance_en = said
        row.save()
    correct(said)


@pytest.mark.parametrize("meanwhile", [True, False], ids=["accepted", "published"])
def test_nobody_accepts_an_older_revision_than_there_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, meanwhile: bool
) -> None:
    """After a request read what is known, something newer is published, and perhaps accepted."""
    from checklists.api.viewsets.private_views import OfChecklist
    from checklists.pages.private_pages import ChecklistPage

    reword("Older words.")
    said = iter(("Newer words.", "Newest words.", "Last words."))

    def then(view: Any, *_asked: object) -> None:
        templates(view.snapshot)  # they were read before
        reword(next(said))
        if meanwhile:
            accept(stage.row(), actor=stage.alice)

    for private in (ChecklistPage, OfChecklist):
        monkeypatch.setattr(private, "ask_at_the_door", then)
    root = f"/checklists/{stage.checklist.key}"
    options: dict[str, Any] = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    client = browser(stage.bob)
    assert client.post(f"/api/v1{root}/changes/", {}, **options).status_code == 200
    assert stands_on(stage) == (current_snapshot().newest, {"Newer words."})
    body = {"answers": ["goods-kinds:food"]}
    assert client.put(f"/api/v1{root}/answers/", body, **options).status_code == 200
    if meanwhile:
        assert stands_on(stage) == (current_snapshot().newest, {"Newest words."})
    form = {"do": "accept-all", "seen": moves_tag(moved(stage.row(), current_snapshot()))}
    page = client.post(f"{root}/changes/", form)
    assert page.status_code == (303 if form["seen"] == moves_tag([]) and meanwhile else 409)
    now = moved(stage.row(), current_snapshot())
    assert f'value="{moves_tag(now)}"' in page.content.decode() or not now


def stands_on(stage: Stage) -> tuple[int, set[str]]:
    row = stage.row()
    return row.known_at, set(row.items.values_list("guidance_en", flat=True))


EVIDENCE = [name for name in sorted(WRITES) if name.startswith("evidence_versions.")]


def test_a_finding_with_evidence_beside_all_that_is_done_with_it(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    for turn, service in enumerate(EVIDENCE):
        for evidence in (stage.serving, stage.loose):
            stage.set_again()
            ours, other = two(lambda: stage.found(evidence), stage.act(service, turn))  # noqa: B023
            for outcome in (ours, other):
                told = not isinstance(outcome, Exception) or isinstance(outcome, TOLD)
                assert told, (service, outcome)
    nothing_is_lost(stage)


MAILED = [name for name in sorted(WRITES) if name.startswith(("notif", "sharing", "item_upd"))]


def test_mails_are_sent_beside_all_that_tells_people_something(
    stage: Stage, others: Others, two: Callable[..., list[object]]
) -> None:
    failed: list[str] = []
    for turn, service in enumerate(MAILED):
        stage.set_again()
        for theirs in (stage.act(service, turn), others.deletes_a_person()):
            for user in filter(None, (stage.bob, stage.vera, stage.bystander)):
                notify(user, stage.checklist, Subject.SHARED, f"{turn} {user.pk}", by="alice")
            outcomes = two(lambda: send_digests(failed.append), theirs)
            for outcome in outcomes:
                told = not isinstance(outcome, Exception) or isinstance(outcome, TOLD)
                assert told, (service, outcome)
    assert failed == []
    assert not Notification.objects.exclude(claim=None).exists()
    nothing_is_lost(stage)


def test_files_are_swept_beside_those_that_are_stored_and_discarded(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    for turn in range(ROUNDS):
        stage.set_again()
        acts: list[Callable[[], object]] = [
            lambda: stage.call(
                "evidence_versions.bring", stage.alice, "File", upload=upload("a.pdf", pdf())
            ),
            lambda: stage.call(
                "evidence_versions.renew",
                stage.unserved(),
                actor=stage.alice,
                upload=upload("b.pdf", pdf()),
            ),
            stage.act("evidence_versions.discard", turn),
        ]
        swept, other = two(lambda: sweep(before=now() - timedelta(hours=1)), acts[turn % 3])
        assert swept == 0
        assert not isinstance(other, Exception) or isinstance(other, TOLD), other
    for version in EvidenceVersion.objects.filter(evidence__discarded_at=None).exclude(file=""):
        assert Path(version.file.path).exists()


def test_a_file_that_others_removed_while_files_are_swept_is_let_alone(
    tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    gone, old = tmp_path / "a.upload", tmp_path / "b.upload"
    gone.symlink_to(tmp_path / "nothing")  # it is listed, and then it is not there
    old.write_text("left")
    assert sweep(before=now() + timedelta(hours=1)) == 1
    assert not old.exists()
