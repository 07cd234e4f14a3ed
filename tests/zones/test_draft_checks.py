"""What is no fit draft is not published, and the refusal says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.zones.datasets import change_rows
from tests.zones.test_publishing import limit, next_version, publish_as_two
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Choice, City, Coverage, InForce, Placement, Policy, Revision, Topic, Zone
from zones.rules.vocabulary import Change
from zones.services.publication import Publication, publish
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db


def copy(row: Any, **changes: Any) -> Any:
    """An unsaved draft with the values of another row."""
    draft = type(row).objects.get(pk=row.pk)
    draft.pk, draft.recorded_in, draft.replaced_in = None, None, None
    draft._state.adding = True
    for name, value in changes.items():
        setattr(draft, name, value)
    return draft


def saved(row: Any, **changes: Any) -> Any:
    draft = copy(row, **changes)
    draft.save()
    return draft


def a_zone(**of: Any) -> Zone:
    zone: Zone = Zone.objects.current().filter(ended_on=None, designated_day__gt="", **of).first()
    return zone


def a_placement() -> Placement:
    placement: Placement = Placement.objects.current().get(city__slug="hangzhou")
    return placement


def holding(*drafts: Any, replaced: tuple[Placement, ...] = ()) -> Publication:
    """A publication of drafts of any kind."""
    return Publication(
        policies=[draft for draft in drafts if isinstance(draft, Policy)],
        zones=[draft for draft in drafts if isinstance(draft, Zone)],
        placements=[draft for draft in drafts if isinstance(draft, Placement)],
        replaced_placements=list(replaced),
    )


def refused(publication: Publication) -> str:
    """Why a publication is refused; it leaves nothing behind."""
    before = [
        *Revision.objects.values_list("number"),
        *Policy.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        *Zone.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        *Placement.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        InForce.objects.current().count(),
    ]
    with pytest.raises(ValidationError) as error:
        publish_as_two(publication)
    assert before == [
        *Revision.objects.values_list("number"),
        *Policy.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        *Zone.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        *Placement.objects.order_by("pk").values_list("pk", "recorded_in", "replaced_in"),
        InForce.objects.current().count(),
    ]
    return " ".join(error.value.messages)


def a_policy_draft() -> Publication:
    return holding(next_version(limit(), value_number=6000))


def a_zone_draft() -> Publication:
    return holding(saved(zone := a_zone(), version=zone.version + 1, change="corrected"))


def a_placement_draft() -> Publication:
    return holding(saved(a_placement()), replaced=(a_placement(),))


@pytest.mark.parametrize("make", [a_policy_draft, a_zone_draft, a_placement_draft])
def test_publishing_twice_changes_nothing_and_says_so(make: Callable[[], Publication]) -> None:
    publication = make()
    revision = publish_as_two(publication)
    assert revision.number == 2
    assert "already published as revision 2" in refused(publication)
    assert broken_chains() == []


def test_a_draft_made_from_an_older_version_is_stale() -> None:
    old = limit()
    publish_as_two(holding(next_version(old, value_number=6000)))
    late = saved(old, version=4, change="corrected")
    assert "made from version 3, but version 2 is current" in refused(holding(late))
    zone = saved(a_zone(), version=9, change="corrected")
    assert "version 9) is refused: it was made from version 8" in refused(holding(zone))


def test_a_load_overtakes_a_draft_which_is_stale_then(folder: Path, tmp_path: Path) -> None:
    draft = next_version(limit(), value_number=7000)

    def correct(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        own = next(row for row in rows if ".".join(list(row.values())[:4]) == draft.identity)
        own["value"] = "6000"
        return rows

    change_rows(folder / "policies.csv", correct)
    load_dataset(folder)
    current = Policy.objects.current().get(identity=draft.identity)
    assert (current.version, draft.version, current.value_number) == (2, 2, 6000)
    assert "made from version 1, but version 2 is current" in refused(holding(draft))
    dump_dataset(tmp_path / "history", history=True)
    assert load_dataset(tmp_path / "history").revision is None


def test_what_is_said_beside_an_end_ends_nothing_alone(folder: Path) -> None:
    def name_successor(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        own = next(row for row in rows if not row["ended_on"] and row["designated_on"])
        own["successor"] = next(row["city"] for row in rows if row["city"] != own["city"])
        return rows

    change_rows(folder / "zones.csv", name_successor)
    load_dataset(folder)
    assert Zone.objects.current().get(version=2).change == Change.CORRECTED


def test_a_first_version_is_the_first() -> None:
    draft = copy(limit(), effective_from="2030", version=2, change="enacted")
    draft.identity = draft.natural_key
    draft.save()
    assert "the first one has the number 1" in refused(holding(draft))


def test_one_publication_holds_one_draft_of_an_identity_once() -> None:
    now = limit()
    draft, other = next_version(now), saved(now, version=3, change="corrected")
    assert "twice" in refused(holding(draft, draft))
    assert "another draft of the same identity" in refused(holding(draft, other))
    zone = saved(a_zone(), version=2, change="corrected")
    assert "twice" in refused(holding(zone, zone))
    placement = saved(a_placement())
    assert "twice" in refused(holding(placement, placement, replaced=(a_placement(),)))


def test_what_is_not_stored_is_not_published() -> None:
    gone = next_version(limit())
    Policy.objects.filter(pk=gone.pk).delete()
    assert "it was deleted" in refused(holding(gone))
    assert "save it first" in refused(holding(copy(limit(), version=2)))


def test_what_is_stored_is_published_whatever_was_read_before() -> None:
    draft = next_version(limit(), value_number=6000)
    Policy.objects.filter(pk=draft.pk).update(value_number=7000)
    publish_as_two(holding(draft))
    assert Policy.objects.current().get(identity=draft.identity).value_number == 7000


def as_first(policy: Policy, **changes: Any) -> Policy:
    """A first version of a policy that starts in 2030, under its natural key."""
    draft = copy(policy, version=1, effective_from="2030", effective_to=None, change="enacted")
    draft.identity = draft.natural_key
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save()
    return draft  # type: ignore[no-any-return]


BEGIN = "nothing stands that could be"
STANDS = "begins something, but version 1 stands"


@pytest.mark.parametrize(
    ("change", "first", "why"),
    [
        ("enacted", False, STANDS),
        ("researched", False, STANDS),
        ("amended", True, BEGIN),
        ("corrected", True, BEGIN),
        ("ended", True, BEGIN),
        ("withdrawn", True, BEGIN),
        ("ended", False, "it says that it ended, but not when"),
    ],
)
def test_a_change_needs_something_to_happen_to(change: str, first: bool, why: str) -> None:
    policy = limit()
    draft = as_first(policy, change=change) if first else next_version(policy, change=change)
    assert why in refused(holding(draft))
    zone = a_zone()
    if first:
        place = City.objects.exclude(zones__batch__programme=zone.batch.programme).first()
        other = copy(zone, city=place, version=1, change=change)
        other.identity = other.natural_key
        other.save()
    else:
        other = saved(zone, version=2, change=change)
    assert why in refused(holding(other))


def test_what_was_withdrawn_is_not_withdrawn_amended_or_ended_but_begins_or_is_corrected() -> None:
    first = limit()
    publish_as_two(holding(next_version(first, change=Change.WITHDRAWN)))
    for version, change in enumerate(("withdrawn", "amended", "ended"), start=3):
        draft = saved(first, version=3, change=change, effective_to="2030")
        assert BEGIN in refused(holding(draft)), version
        draft.delete()
    publish_as_two(holding(saved(first, version=3, change="corrected")))
    publish_as_two(holding(saved(first, version=4, change="withdrawn")))
    publish_as_two(holding(saved(first, version=5, change="researched")))
    assert broken_chains() == []


def test_an_identity_fits_its_row() -> None:
    policy = limit()
    topic = Topic.objects.filter(value_type="number").exclude(pk=policy.topic_id).first()
    city = City.objects.get(slug="hangzhou")
    moved = {"topic": topic}, {"scope_kind": "city", "city": city}
    for changes in moved:
        draft = next_version(policy, **changes)
        assert "that of another topic or scope" in refused(holding(draft))
        draft.delete()
    first = as_first(policy, identity=f"{policy.topic.slug}.nation.CN.2031")
    assert f"which is {policy.topic.slug}.nation.CN.2030" in refused(holding(first))
    zone = a_zone()
    other = Zone.objects.current().exclude(batch__programme=zone.batch.programme).first()
    for changes in ({"city": city}, {"batch": other.batch}):
        draft = saved(zone, version=2, change="corrected", **changes)
        assert "that of another programme or city" in refused(holding(draft))
        draft.delete()


def test_a_value_is_of_its_topic() -> None:
    policy = Policy.objects.current().exclude(value_choice=None).first()
    foreign = Choice.objects.exclude(topic=policy.topic).first()
    draft = next_version(policy, value_choice=foreign)
    assert f"{foreign.slug} is a choice of another topic" in refused(holding(draft))
    typed = next_version(
        limit(), value_type="text", value_number=None, value_text_en="much", value_text_zh="多"
    )
    assert "is answered by a number, not a text" in refused(holding(typed))


def test_a_zone_does_not_cover_its_own_city() -> None:
    zone = saved(a_zone(), version=2, change="corrected")
    covered = City.objects.exclude(pk=zone.city_id).first()
    assert covered
    Coverage.objects.create(zone=zone, city=covered, covered_from="2020", verification="unverified")
    Zone.objects.filter(pk=zone.pk).update(city=covered)
    assert "covers its own city" in refused(holding(zone))


def test_a_city_is_somewhere_at_any_time_and_once() -> None:
    now = a_placement()
    twin = saved(now)
    assert "in two places from the start on" in refused(holding(twin))
    assert "nowhere at the start" in refused(holding(replaced=(now,)))
    late = saved(now, since="2026")
    assert "nowhere at the start" in refused(holding(late, replaced=(now,)))
    publish_as_two(holding(twin, replaced=(now,)))
    third = saved(now)
    assert "it was replaced in revision 2 already" in refused(holding(third, replaced=(now,)))
    assert "it is a draft, and replaces nothing" in refused(holding(replaced=(third,)))


def test_a_stranger_word_is_no_longer_than_what_is_worth_reading() -> None:
    drafts = [saved(row, version=7) for row in Policy.objects.current()[:40]]
    with pytest.raises(ValidationError) as error:
        publish_as_two(holding(*drafts))
    assert len(error.value.messages) == 20


def test_reading_drafts_again_asks_no_more_for_more_drafts(
    django_assert_max_num_queries: Any,
) -> None:
    def publishing(count: int) -> int:
        rows = Policy.objects.current().filter(topic=limit().topic)[:count]
        drafts = [
            saved(row, version=row.version + 1, change="corrected", clause="x") for row in rows
        ]
        with django_assert_max_num_queries(200) as asked:
            publish(holding(*drafts), author="ada", publisher="bo", summary="x")
        return len(asked)

    assert publishing(1) == publishing(4)


def unguarded(sql: str, *values: object) -> None:
    """Write what the database would refuse, as a fault of a disk or an old program might."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql, values)
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("DROP TRIGGER zones_policy_frozen")
            cursor.execute(sql, values)


BREAKS = {
    "replaced_in_id = 3 WHERE identity = %s AND version = 2": "set aside in revision 3 by nothing",
    "version = 5 WHERE identity = %s AND version = 2": "version 1 is followed by version 5",
    "version = 4 WHERE identity = %s AND version = 1": "first version is 2, not 1",
    "replaced_in_id = 3 WHERE identity = %s AND version = 1": (
        "version 1 was replaced in revision 3, but version 2 is recorded in 2"
    ),
    "identity = %s || '.x' WHERE version = 2": "its first version is 2, not 1",
}


def test_a_broken_chain_of_versions_is_reported(capsys: Any) -> None:
    draft = next_version(limit(), value_number=6000)
    publish_as_two(holding(draft))
    publish_as_two(holding(saved(a_zone(), version=2, change="corrected")))
    call_command("rebuild_in_force", "--check", verbosity=0)
    for sql, why in BREAKS.items():
        with transaction.atomic():
            unguarded(f"UPDATE zones_policy SET {sql}", draft.identity)
            assert any(why in line for line in broken_chains()), sql
            transaction.set_rollback(True)
    unguarded(f"UPDATE zones_policy SET {next(iter(BREAKS))}", draft.identity)
    with pytest.raises(CommandError):
        call_command("rebuild_in_force", "--check", verbosity=0)
    assert "by nothing" in capsys.readouterr().out


@pytest.fixture
def answered_in_a_draft() -> Topic:
    """A new topic that no published policy answers, but a draft does."""
    like = Topic.objects.filter(value_type="boolean")[0]
    topic = Topic.objects.get(pk=like.pk)
    topic.pk, topic.slug, topic.position = None, "new-topic", 999
    topic._state.adding = True
    topic.save()
    known = Policy.objects.current().filter(topic=like, scope_kind="nation", state="stated")[0]
    born = f"new-topic.nation.CN.{known.effective_from}"
    saved(known, topic=topic, identity=born, version=1)
    return Topic.objects.get(slug="new-topic")


#: Else the draft is of another type than its topic, and a dump of both does not restore.
ANSWERED = "Drafts answer this in another way"


def test_a_topic_keeps_its_type_while_a_draft_answers_it(answered_in_a_draft: Topic) -> None:
    topic = answered_in_a_draft
    topic.question_en += "?"
    topic.clean()
    for value_type in ("number", "choice", "text"):
        topic.value_type = value_type
        with pytest.raises(ValidationError, match=ANSWERED) as refused:
            topic.clean()
        assert list(refused.value.message_dict) == ["value_type"]
    topic.policies.all().delete()
    topic.clean()


def test_a_load_keeps_the_type_of_a_topic_that_a_draft_answers(
    answered_in_a_draft: Topic, tmp_path: Path
) -> None:
    dump_dataset(tmp_path)
    (tmp_path / "policies.csv").unlink()

    def retype(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        new = {"value_type": "number", "unit": "CNY", "unit_zh": "元"}
        return [row | new if row["slug"] == answered_in_a_draft.slug else row for row in rows]

    change_rows(tmp_path / "topics.csv", retype)
    with pytest.raises(Refused, match=ANSWERED) as refused:
        load_dataset(tmp_path)
    (problem,) = refused.value.problems
    assert (problem.file, problem.column) == ("topics.csv", "value_type")
