"""A dump is of one moment and always ends, though others write without a pause."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
from django.db import transaction

from tests.rounds import rounds
from tests.threads import at_once
from tests.zones.datasets import read_rows
from zones.dataset.dump import dump_dataset
from zones.models import City, Edit, Statistic
from zones.services.locks import lock_publication

pytestmark = pytest.mark.django_db(transaction=True)

#: SQLite lets the same writer go on and on; a second may wait for seconds until it writes at all.
WRITERS = rounds(3, on_sqlite=1)
DUMPS = rounds(3, on_sqlite=1)


@pytest.mark.parametrize("history", [False, True])
def test_a_dump_beside_writers_who_never_pause_is_of_one_moment(
    tmp_path: Path, history: bool
) -> None:
    """Each says the same in the first and the last of the tables, and counts it as an edit."""
    done, written = Event(), [0] * WRITERS

    def write(writer: int) -> None:
        while not done.is_set():
            with transaction.atomic():
                lock_publication()
                number = str(Edit.note().number)
                City.objects.filter(slug="beijing").update(note=number)
                Statistic.objects.update(note=number)
            written[writer] += 1

    def dump() -> list[int]:
        try:
            while not all(written):
                done.wait(0.01)
            for place in range(DUMPS):
                dump_dataset(tmp_path / str(place), history=history)
            return list(written)
        finally:
            done.set()

    *_, at_the_end = at_once([*(lambda one=one: write(one) for one in range(WRITERS)), dump])
    assert isinstance(at_the_end, list), at_the_end
    assert all(at_the_end)
    for place in range(DUMPS):
        folder = tmp_path / str(place)
        cities = {row["slug"]: row for row in read_rows(folder / "cities.csv")}
        said = {row["staff_note"] for row in read_rows(folder / "statistics.csv")}
        assert said == {cities["beijing"]["note"]}
        assert json.loads((folder / "datapackage.json").read_text())["edit"] == int(*said)
