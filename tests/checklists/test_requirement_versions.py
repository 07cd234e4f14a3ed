"""Requirements are versions: what a revision said of them is told for ever, and none is deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from checklists.models import Item, Requirement, RequirementVersion
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import moved
from checklists.services.accepted_changes import accept
from tests.checklists.cast import someone, started
from tests.zones.datasets import change_rows, copy_of_fixtures
from tests.zones.desk.acts import (
    judged,
    known,
    person,
    problems_of,
    proposed,
    published,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.test_desk_dump import Elsewhere
from tests.zones.test_for_ever import body, without_what_is_now
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.desk.judgement import judge
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import Revision
from zones.rules.vocabulary import Fate
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

TEMPLATE = "import-1210-seller"


@pytest.fixture
def two(db: None) -> tuple[Any, Any]:
    """Who proposes, and who publishes."""
    return person("ana", "analyst"), person("rui", "reviewer")


def held() -> Item:
    """An item of an open checklist, made of a requirement that tests nothing."""
    items = started("hangzhou").items.live().select_related("requirement", "checklist")
    found = items.filter(requirement__tested_topic=None, requirement__asked_choice=None).first()
    assert found is not None
    return found


def addresses(known_at: int) -> list[str]:
    asked = f"city=hangzhou&as_of=2026-11-23&known_at={known_at}"
    return [
        f"/api/v1/templates/{TEMPLATE}/preview/?{asked}",
        f"/api/v1/templates/{TEMPLATE}/preview/?{asked}&format=csv&lang=zh-hans",
        f"/templates/{TEMPLATE}/preview/?{asked}",
        f"/api/v1/templates/{TEMPLATE}/?known_at={known_at}",
        f"/templates/{TEMPLATE}/?known_at={known_at}",
        f"/api/v1/templates/?known_at={known_at}",
        f"/templates/?known_at={known_at}",
    ]


def told(client: Client, known_at: int) -> list[object]:
    return [without_what_is_now(body(client, address)) for address in addresses(known_at)]


def test_every_requirement_has_a_version_of_the_revision_that_brought_it() -> None:
    assert Requirement.objects.exists()
    versions = RequirementVersion.objects.current()
    assert versions.count() == Requirement.objects.count()
    assert set(versions.values_list("recorded_in", flat=True)) == {1}


def test_words_conditions_and_withdrawal_are_answered_as_a_revision_knew_them(
    client: Client, two: tuple[Any, Any]
) -> None:
    numbers = [number for template, number in known("requirements") if template == TEMPLATE]
    one, other, third = numbers[:3]
    published(*two, written("cities", ("hangzhou",), note="Seen"))  # so that 1 is an older one
    first = told(client, 1)
    published(
        *two,
        written("requirements", (TEMPLATE, one), title_en="Said anew", title_zh="新的说法"),
        written("requirements", (TEMPLATE, other), applies_when="programme=comprehensive"),
    )
    assert told(client, 1) == first
    second = [client.get(address).content.decode() for address in addresses(3)]
    assert sum("Said anew" in page for page in second) >= 3
    published(*two, taken_out("requirements", (TEMPLATE, third)))
    now = client.get(f"/api/v1/templates/{TEMPLATE}/").json()["requirements"]
    assert [row["number"] for row in now] == [n for n in numbers if n != third]
    then = client.get(f"/api/v1/templates/{TEMPLATE}/?known_at=3").json()["requirements"]
    assert [row["number"] for row in then] == numbers
    assert told(client, 1) == first
    assert Requirement.objects.filter(template__slug=TEMPLATE, number=third).exists()


def test_a_published_version_is_never_edited_nor_deleted() -> None:
    own = RequirementVersion.objects.filter(pk=RequirementVersion.objects.first().pk)
    for act in (
        lambda: own.update(title_en="X"),
        lambda: own.update(recorded_in=None),
        lambda: own._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="published records never"), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.filter(pk=own.get().requirement_id)._raw_delete("default")


def test_a_checklist_keeps_the_item_of_a_withdrawn_requirement_and_what_it_stood_on(
    two: tuple[Any, Any],
) -> None:
    item = held()
    key = (TEMPLATE, item.number)
    stood = list(item.bases.values_list("place", "verdict", "policy"))
    own = proposed(two[0], taken_out("requirements", key))
    assert judged(own).fate == Fate.TAKEN_OUT, problems_of([judged(own)])
    revision = publish_set(submit(own, two[0]), two[1])
    item.refresh_from_db()
    assert item.requirement is not None
    assert list(item.bases.values_list("place", "verdict", "policy")) == stood
    (one,) = (m for m in moved(item.checklist, current_snapshot()) if m.item == item)
    assert one.move is Move.FALLS_AWAY
    accept(item.checklist, actor=someone("alice"), numbers=[item.number])
    item.refresh_from_db()
    assert item.requirement is not None
    assert not any(m.item == item for m in moved(item.checklist, current_snapshot()))
    undo = propose_undo(revision, two[0])
    say_why_all(undo, two[0])
    publish_set(submit(undo, two[0]), two[1])
    assert key in known("requirements")
    (again,) = (m for m in moved(item.checklist, current_snapshot()) if m.number == item.number)
    assert (again.move, again.item) == (Move.NEW, item)


def test_a_load_withdraws_what_its_files_lack(tmp_path: Path) -> None:
    item = held()
    folder = copy_of_fixtures(tmp_path)
    change_rows(
        folder / "requirements.csv",
        lambda rows: [
            row for row in rows if (row["template"], row["number"]) != (TEMPLATE, item.number)
        ],
    )
    report = load_dataset(folder, replace=True)
    assert report.revision == Revision.objects.get(number=2)
    item.refresh_from_db()
    assert item.requirement is not None
    assert (TEMPLATE, item.number) not in known("requirements")


def test_what_a_requirement_named_once_stays_and_that_is_told(two: tuple[Any, Any]) -> None:
    tested = Requirement.objects.exclude(tested_topic=None).select_related("template").first()
    assert tested is not None
    key = (tested.template.slug, tested.number)
    own = proposed(two[0], taken_out("requirements", key), taken_out("templates", (key[0],)))
    (template,) = (row for row in judge(own).rows if row.table.name == "templates")
    assert template.fate == Fate.REFUSED
    assert "so it stays" in str(problems_of([template]))


def test_a_history_carries_the_versions(
    two: tuple[Any, Any], tmp_path: Path, client: Client, elsewhere: Elsewhere
) -> None:
    one, other = [key for key in known("requirements") if key[0] == TEMPLATE][:2]
    published(*two, written("requirements", one, title_en="Said anew"))
    published(*two, taken_out("requirements", other))
    published(*two, written("cities", ("hangzhou",), note="Seen"))
    asked = {number: told(client, number)[:2] for number in (1, 2, 3, 4)}
    assert asked[1] != asked[2] != asked[3]
    dump_dataset(tmp_path / "now")
    assert "requirement_versions" not in {path.stem for path in (tmp_path / "now").iterdir()}
    dump_dataset(tmp_path / "one", history=True)
    with elsewhere():
        load_dataset(tmp_path / "one")
        assert {number: told(client, number)[:2] for number in asked} == asked
        assert other not in known("requirements")
        dump_dataset(tmp_path / "two", history=True)
        assert load_dataset(tmp_path / "two").revision is None
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_history_from_before_versions_gives_each_requirement_its_first(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    dump_dataset(tmp_path / "older", history=True)
    (tmp_path / "older" / "requirement_versions.csv").unlink()
    (tmp_path / "older" / "datapackage.json").unlink()
    with elsewhere():
        load_dataset(tmp_path / "older")
        versions = RequirementVersion.objects.current()
        assert versions.count() == Requirement.objects.count() > 0
