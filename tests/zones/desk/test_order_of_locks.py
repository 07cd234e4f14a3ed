"""What is done at the desk holds rows in one order, so that no two acts wait for each other."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model

from cbec_portal.china_time import today_in_china
from tests.zones.desk.acts import again, person, proposed, row_of, submitted, written
from tests.zones.desk.test_reader_reports import DRAFT
from tests.zones.desk.test_second_readings import LIMIT, drawn
from zones.desk import entry_assignments, filter_storage, proposals, set_steps
from zones.desk.blind_readings import read_again
from zones.desk.reading_settlements import settle_reading
from zones.desk.report_intake import settle_report, take_report
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.models import (
    ChangeSet,
    Edition,
    Revision,
    SecondReading,
    Topic,
)
from zones.models.keys import Keyed
from zones.models.revisions import Recorded
from zones.rules.vocabulary import Settlement
from zones.services import locks
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """The places in the order that each act holds, by the savepoint that stands for it."""
    acts: dict[str, list[int]] = {}
    place_of = locks.place_of

    def noting(table: type[Model]) -> int:
        place = place_of(table)
        own = acts.setdefault(str(connection.savepoint_ids[0]), [])
        # What is held again is held already.
        if place not in own:
            own.append(place)
        return place

    monkeypatch.setattr(locks, "place_of", noting)
    return acts


def test_every_act_of_the_desk_holds_rows_in_the_one_order(
    analyst: Any, other_analyst: Any, reviewer: Any, held: dict[str, list[int]]
) -> None:
    reading = drawn(reviewer)
    read_again(reading, other_analyst, again("stated", "6000"))
    own = submitted(analyst, written("policies", LIMIT, value="6000"))
    settle_reading(reading, person("tess", "reviewer"), Settlement.CORRECTED, "Article 3.", own.pk)
    propose_undo(publish_set(own, reviewer), analyst)
    reading.refresh_from_db()
    assert reading.settlement == Settlement.CORRECTED
    given_up = proposed(analyst, written("policies", LIMIT, value="7000"))
    proposals.repropose(row_of(given_up), analyst, written("policies", LIMIT, value="7001"))
    set_steps.reopen(set_steps.withdraw(given_up, analyst), analyst)
    report = take_report(DRAFT, "192.0.2.1")
    settle_report(report.pk, analyst, "right", "It is 5,000.")
    other = str(take_report(DRAFT._replace(text="It is another."), "192.0.2.1").pk)
    entry_assignments.assign("reported", other, analyst, to=analyst)
    tomorrow = today_in_china() + timedelta(days=1)
    entry_assignments.let_rest(
        "reported", other, analyst, until=tomorrow, reason="Asked the office."
    )
    kept = filter_storage.save_filter(
        analyst, "desk-queue", "kind=diverged", "Mine", shared=False, lists=["desk-queue"]
    )
    filter_storage.change_filter(analyst, kept.pk, "Ours", shared=True)
    filter_storage.delete_filter(analyst, kept.pk)
    rename(Topic.objects.get(slug=LIMIT[0]), "limit-of-one-transaction")
    assert [places for places in held.values() if places != sorted(places)] == []
    seen = {place for places in held.values() for place in places}
    unseen = {locks.ORDER.index(Edition)} if connection.vendor == "sqlite" else set()
    assert seen | unseen == set(range(len(locks.ORDER)))
    whole = [locks.ORDER.index(table) for table in (ChangeSet, Recorded, SecondReading)]
    assert any(set(whole) <= set(places) for places in held.values()), "a publication holds these"


def test_a_table_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place in the order"):
        locks.hold_rows(Revision.objects.all())
    assert locks.place_of(Topic) == locks.ORDER.index(Keyed)


def test_rows_are_locked_in_the_one_module() -> None:
    root = Path(settings.BASE_DIR, "zones")
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"select_for_update|FOR (NO KEY )?(UPDATE|SHARE)\b", path.read_text())
    }
    assert found == {"services/locks.py"}
