"""Loads, publications and ordinary saves at the same time, with real commits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from tests.threads import at_once
from tests.zones.datasets import change_rows
from zones.dataset.load import load_dataset
from zones.models import City, Edition, Issuer, Policy, Programme, Province, Revision, Source, Topic
from zones.services.in_force_rows import rebuild
from zones.services.locks import hold_edition, lock_publication

pytestmark = pytest.mark.django_db(transaction=True)


def reworded(folder: Path, word: str) -> None:
    """Change every city and topic of a dataset, and one policy."""
    for name, column in (("cities", "name_en"), ("topics", "question_en")):
        change_rows(
            folder / f"{name}.csv",
            lambda rows, column=column: [row | {column: f"{row[column]} {word}"} for row in rows],
        )
    change_rows(
        folder / "policies.csv",
        lambda rows: [{**rows[0], "summary_en": f"Said {word}"}, *rows[1:]],
    )


def test_two_loads_of_one_file_publish_it_once(folder: Path) -> None:
    reworded(folder, "once")
    outcomes = at_once([lambda: load_dataset(folder)] * 2)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert list(Revision.objects.values_list("number", flat=True)) == [2, 1]
    assert sorted(outcome.corrected for outcome in outcomes)[0] == 0  # type: ignore[attr-defined]
    assert Policy.objects.filter(summary_en="Said once").count() == 1


def saving(model: Any, rounds: int, *, by: str = "pk", field: str = "") -> Callable[[], None]:
    """Save rows of a model as the admin does: two in one transaction, again and again."""

    def act() -> None:
        keys = list(model.objects.order_by(by).values_list("pk", flat=True))
        for place in range(rounds):
            with transaction.atomic():
                for pk in (keys[place % len(keys)], keys[-1 - place % len(keys)]):
                    row = model.objects.get(pk=pk)
                    row.save(update_fields=[field] if field else None)

    return act


@pytest.mark.skipif(connection.vendor == "sqlite", reason="there nobody can wait in a circle")
def test_loads_beside_ordinary_saves_wait_and_none_dies(folder: Path) -> None:
    rounds = 20

    def load() -> None:
        for place in range(2):
            reworded(folder, str(place))
            load_dataset(folder)

    before = Edition.objects.get().number
    acts = [
        load,
        saving(City, rounds, by="-pk", field="note"),
        saving(Topic, rounds, by="-slug", field="trade_modes"),
        saving(Source, rounds, by="-slug", field="note"),
        saving(Issuer, rounds),
        saving(Programme, rounds),
        saving(Province, rounds),
    ]
    outcomes = at_once(acts, patience=100)
    assert [outcome for outcome in outcomes if outcome is not None] == []
    assert list(Revision.objects.values_list("number", flat=True)) == [3, 2, 1]
    # Each of the two saves of every round was counted, and every load at least once.
    assert Edition.objects.get().number >= before + 6 * rounds * 2 + 2
    assert rebuild(check=True) == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="there one writes at a time anyway")
def test_those_who_hold_the_edition_without_a_pause_hold_off_no_publication() -> None:
    done = Event()
    end = monotonic() + 30

    def hold(place: int) -> None:
        sleep(place * 0.1)  # so that one always holds it
        while not done.is_set() and monotonic() < end:
            with transaction.atomic():
                hold_edition()
                sleep(0.2)

    def publish() -> float:
        sleep(0.5)
        began = monotonic()
        with transaction.atomic():
            lock_publication()
            done.set()
        return monotonic() - began

    *_, waited = at_once([*(partial(hold, place) for place in range(3)), publish])
    assert isinstance(waited, float), waited
    assert waited < 10
