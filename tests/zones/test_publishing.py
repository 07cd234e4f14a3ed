"""Publishing: versions replace versions, the rows in force follow, and the past stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rounds import rounds
from tests.zones.datasets import change_rows
from zones.dataset.load import load_dataset
from zones.models import (
    Choice,
    City,
    Coverage,
    CustomsDistrict,
    InForce,
    Placement,
    Policy,
    Province,
    Revision,
    Topic,
    Zone,
)
from zones.models.querysets.in_force_sql import seek
from zones.models.triggers import put_on, take_off
from zones.rules.vocabulary import Change
from zones.services.in_force_rows import rebuild
from zones.services.publication import Publication, publish

pytestmark = pytest.mark.django_db


def next_version(policy: Policy, **changes: Any) -> Policy:
    """A saved draft that is to replace a policy."""
    draft = Policy.objects.get(pk=policy.pk)
    draft.pk, draft.recorded_in, draft.replaced_in = None, None, None
    draft._state.adding = True
    draft.version += 1
    for name, value in {"change": Change.CORRECTED, **changes}.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def publish_as_two(publication: Publication) -> Revision:
    return publish(publication, author="ada", publisher="bo", summary="A test")


def limit() -> Policy:
    policy: Policy = Policy.objects.get(
        identity="import-single-transaction-limit.nation.CN.2019-01-01"
    )
    return policy


def answers(city: str, topic: str, day: date, known_at: int | None = None) -> list[Policy]:
    found = seek(
        [(City.objects.get(slug=city).pk, day)],
        [Topic.objects.get(slug=topic).pk],
        known_at=known_at or Revision.objects.count(),
    )
    return [Policy.objects.get(pk=row.policy) for row in found]


def test_nobody_publishes_their_own_work(settings: Any) -> None:
    draft = next_version(limit())
    for language, told in (("en", "somebody else"), ("zh-hans", "他人")):
        with override(language), pytest.raises(ValidationError, match=told):
            publish(Publication(policies=[draft]), author="ada", publisher="ada", summary="x")
    assert Revision.objects.count() == 1
    settings.CBEC_OFFICE_OF_ONE = True
    publish(Publication(policies=[draft]), author="ada", publisher="ada", summary="x")
    assert Revision.objects.count() == 2


def test_nothing_is_not_published() -> None:
    with pytest.raises(ValidationError, match="nothing to publish"):
        publish_as_two(Publication())


def test_a_new_version_replaces_the_old_one_from_its_revision_on() -> None:
    old = limit()
    new = next_version(old, value_number=6000)
    revision = publish_as_two(Publication(policies=[new]))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.replaced_in, new.recorded_in) == (revision, revision)
    day = date(2020, 1, 1)
    assert [p.value_number for p in answers("hangzhou", new.topic.slug, day)] == [6000]
    assert [p.value_number for p in answers("hangzhou", new.topic.slug, day, 1)] == [5000]


def test_a_withdrawn_policy_lets_the_one_before_it_answer() -> None:
    draft = next_version(limit(), change=Change.WITHDRAWN)
    publish_as_two(Publication(policies=[draft]))
    found = answers("hangzhou", "import-single-transaction-limit", date(2020, 1, 1))
    assert [str(policy.effective_from) for policy in found] < ["2019-01-01"]
    assert rebuild(check=True) == []


def test_only_rows_that_change_are_written_anew() -> None:
    before = set(InForce.objects.values_list("pk", flat=True))
    draft = next_version(limit(), value_number=6000)
    publish_as_two(Publication(policies=[draft]))
    written = InForce.objects.exclude(pk__in=before)
    assert {row.topic.slug for row in written.select_related("topic")} == {
        "import-single-transaction-limit"
    }
    assert written.count() == InForce.objects.filter(replaced_in=2).count()


def test_a_refused_publication_leaves_nothing_behind() -> None:
    twin = next_version(limit(), identity="a-second-answer-of-the-same-day", version=1)
    with pytest.raises(ValidationError, match="refused"):
        publish_as_two(Publication(policies=[twin]))
    assert Revision.objects.count() == 1
    assert not Policy.objects.get(pk=twin.pk).is_published


def test_a_city_moves_with_its_rules_and_earlier_revisions_still_say_where_it_was(
    folder: Path,
) -> None:
    city = City.objects.get(slug="hangzhou")
    was = (city.province.iso_3166_2, city.customs_district.code)

    def move(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        for row in rows:
            if row["slug"] == "hangzhou":
                row |= {"province": "CN-SH", "customs_district": "2200"}
        return rows

    change_rows(folder / "cities.csv", move)
    former = {"city": "hangzhou", "until": "2026-01", "province": was[0]}
    change_rows(
        folder / "former_placements.csv",
        lambda rows: [*rows, {**former, "customs_district": was[1]}],
    )
    report = load_dataset(folder)
    assert report.revision is not None
    placements = Placement.objects.current().filter(city=city)
    assert {(p.since, p.province.iso_3166_2) for p in placements} == {
        (None, "CN-ZJ"),
        ("2026-01", "CN-SH"),
    }
    assert rebuild(check=True) == []
    bound = (
        Policy.objects.current().filter(customs_district__code=was[1], effective_to=None).first()
    )
    assert bound is not None
    days = date(2025, 12, 31), date(2026, 1, 1)
    before, after = (
        {p.identity for p in answers("hangzhou", bound.topic.slug, day)} for day in days
    )
    assert bound.identity in before
    assert bound.identity not in after
    known_before = {p.identity for p in answers("hangzhou", bound.topic.slug, days[1], 1)}
    assert bound.identity in known_before
    assert load_dataset(folder).revision is None


def test_a_move_of_an_unknown_city_is_refused(folder: Path) -> None:
    from zones.dataset.problems import Refused

    row = {"city": "atlantis", "until": "2026", "province": "CN-ZJ", "customs_district": "2900"}
    change_rows(folder / "former_placements.csv", lambda rows: [*rows, row])
    with pytest.raises(Refused, match="line 2, column city: there is no city “atlantis”"):
        load_dataset(folder)


def fitting(current: Policy | Zone) -> list[Change]:
    """What the version after a current one may say that happened."""
    if current.change == Change.WITHDRAWN:
        return [Change.ENACTED, Change.RESEARCHED, Change.CORRECTED]
    return [Change.AMENDED, Change.ENDED, Change.CORRECTED, Change.WITHDRAWN]


@settings(
    max_examples=rounds(12, on_sqlite=5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_whatever_is_published_the_rows_equal_a_fresh_resolution(
    data: st.DataObject,
) -> None:
    """A few random publications on the real data, each undone afterwards."""
    policies = list(Policy.objects.current().order_by("identity"))
    zones = list(Zone.objects.current().exclude(designated_on=None).order_by("identity"))
    districts = list(CustomsDistrict.objects.all())
    provinces = list(Province.objects.all())
    with transaction.atomic():
        for _ in range(data.draw(st.integers(1, 3))):
            publication = Publication()
            for policy in data.draw(st.lists(st.sampled_from(policies), max_size=4, unique=True)):
                current = Policy.objects.current().get(identity=policy.identity)
                change = data.draw(st.sampled_from(fitting(current)))
                first = policy.effective_from.first_day.isoformat()
                ends = data.draw(st.sampled_from([None, first, "2026-06-30"]))
                ends = ends if ends is None or ends >= first else first
                ends = ends or first if change == Change.ENDED else ends
                draft = next_version(current, change=change, effective_to=ends)
                publication.policies.append(draft)
            if data.draw(st.booleans()):
                zone = Zone.objects.current().get(
                    identity=data.draw(st.sampled_from(zones)).identity
                )
                changes = fitting(zone)
                zone.pk, zone.recorded_in, zone._state.adding = None, None, True
                zone.version += 1
                zone.ended_on = data.draw(st.sampled_from([None, "2027", "2030-02"]))
                zone.change = data.draw(st.sampled_from(changes))
                if zone.change == Change.ENDED:
                    zone.ended_on = "2030-02"
                zone.save()
                publication.zones.append(zone)
            if data.draw(st.booleans()):
                placed = data.draw(st.sampled_from(list(Placement.objects.current())))
                draft = Placement(
                    city=placed.city,
                    province=data.draw(st.sampled_from(provinces)),
                    customs_district=data.draw(st.sampled_from(districts)),
                    since=placed.since,
                )
                draft.save()
                publication.placements.append(draft)
                publication.replaced_placements.append(placed)
            if publication:
                publish_as_two(publication)
        assert rebuild(check=True) == []
        transaction.set_rollback(True)


def test_a_rebuild_mends_what_was_lost_and_what_was_added() -> None:
    lost = InForce.objects.filter(topic__slug="import-single-transaction-limit")
    take_off(connection)
    lost._raw_delete(lost.db)
    put_on(connection)
    row = InForce.objects.current().filter(topic__slug="bonded-import-1210").first()
    assert row is not None
    added = InForce.objects.create(
        city=row.city,
        topic=row.topic,
        policy=row.policy,
        from_day=date(2001, 1, 1),
        until_day=date(2001, 1, 2),
        since=date(2001, 1, 1),
        through=date(2001, 1, 2),
        recorded_in_id=1,
    )
    with pytest.raises(CommandError, match="rows in force differ"):
        call_command("rebuild_in_force", "--check", verbosity=0)
    known = InForce.objects.count()
    call_command("rebuild_in_force", verbosity=0)
    call_command("rebuild_in_force", "--check", verbosity=0)
    assert InForce.objects.count() > known
    added.refresh_from_db()
    assert added.replaced_in_id == added.recorded_in_id
    assert not [n for n in (1, 2, None) if InForce.objects.known_at(n).filter(pk=added.pk)]


def _publish_coverage() -> None:
    zone = Zone.objects.filter(coverages__isnull=False).first()
    city = City.objects.first()
    Coverage.objects.bulk_create([Coverage(zone=zone, city=city, covered_from="2020")])


FORBIDDEN = {
    "edit a policy": lambda: Policy.objects.filter(clause="").update(clause="x"),
    "unpublish a zone": lambda: Zone.objects.update(recorded_in=None),
    "delete policies": lambda: Policy.objects.all()._raw_delete("default"),
    "delete zones": lambda: Zone.objects.all()._raw_delete("default"),
    "delete placements": lambda: Placement.objects.all()._raw_delete("default"),
    "edit a coverage": lambda: Coverage.objects.update(covered_until="2030"),
    "delete a coverage": lambda: Coverage.objects.all().delete(),
    "add a coverage": _publish_coverage,
    "change the type of a topic": lambda: Topic.objects.filter(value_type="text").update(
        value_type="choice"
    ),
    "change the unit of a topic": lambda: Topic.objects.exclude(unit="").update(unit="EUR"),
    "rename a choice": lambda: Choice.objects.filter(slug="listed").update(slug="allowed"),
    "edit a row in force": lambda: InForce.objects.filter(also="").update(also="1"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_database_refuses_to(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FORBIDDEN[what]()
