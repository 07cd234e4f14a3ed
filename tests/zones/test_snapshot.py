"""What workers keep of an edition: bounded, built once, and never of another database's time."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import OperationalError, connections, transaction
from django.test import Client

from cbec_portal import database_files
from cbec_portal.availability import seconds_to_wait
from cbec_portal.sqlite.base import DatabaseWrapper
from zones.models import Edition, FocusArea
from zones.selectors import snapshot as keeping
from zones.selectors.snapshot import current_snapshot


@pytest.mark.django_db
def test_an_edition_that_was_rolled_back_is_not_taken_for_the_next() -> None:
    """Both count the same number; what was kept of the first never shows in the second."""
    area: Any = FocusArea.objects.first()

    def rename(name: str) -> tuple[int, str]:
        FocusArea.objects.filter(pk=area.pk).update(name_en=name)
        kept = current_snapshot()
        return kept.edition, kept.focus_areas[area.slug].name_en

    with transaction.atomic():
        first, told = rename("never published")
        transaction.set_rollback(True)
    assert told == "never published"
    assert rename("published") == (first, "published")


@pytest.mark.django_db
def test_a_database_restored_to_an_older_edition_is_read_anew() -> None:
    area: Any = FocusArea.objects.first()
    backup = Edition.objects.values("number", "timeline").get()
    FocusArea.objects.filter(pk=area.pk).update(name_en="lost by the restore")
    lost = current_snapshot()
    # A restore brings back rows and the edition as they were; then work goes on.
    FocusArea.objects.filter(pk=area.pk).update(name_en=area.name_en)
    Edition.objects.update(**backup)
    assert current_snapshot().focus_areas[area.slug].name_en == area.name_en
    FocusArea.objects.filter(pk=area.pk).update(name_en="after the restore")
    now = current_snapshot()
    assert (now.edition, now.newest) == (lost.edition, lost.newest)
    assert now.tag != lost.tag
    assert now.focus_areas[area.slug].name_en == "after the restore"


@pytest.mark.django_db
def test_counts_of_lists_are_kept_for_one_timeline(client: Client) -> None:
    address = "/api/v1/focus-areas/?limit=1"
    backup = Edition.objects.values("number", "timeline").get()
    rows = [
        FocusArea(slug=f"new-{n}", name_en="N", name_zh="新", position=90 + n) for n in range(3)
    ]
    FocusArea.objects.bulk_create(rows[:1])
    many = client.get(address).json()["count"]
    FocusArea.objects.filter(slug__startswith="new-").delete()
    Edition.objects.update(**backup)
    FocusArea.objects.bulk_create(rows[1:])
    assert client.get(address).json()["count"] == many + 1


@pytest.mark.django_db
def test_the_snapshot_is_kept_for_one_edition_only() -> None:
    for number in range(5):
        FocusArea.objects.update(description_en=f"{number}")
        current_snapshot()
    assert len(keeping._kept) == 1


QUESTIONS = (
    "/api/v1/changes/?known_at={}&limit=1",
    "/api/v1/compare/?cities=hangzhou&known_at={}",
    "/api/v1/profiles/?known_at={}",
    "/changes/?known_at={}",
    "/topics/spread/?known_at={}",
    "/topics/bonded-import-1210/?known_at={}",
)


@pytest.mark.django_db
def test_many_revisions_asked_for_are_not_all_kept(client: Client) -> None:
    """What is kept of whole revisions is kept of a few, so that a worker does not grow."""
    from zones.models import Revision

    newest: Any = Revision.objects.first()
    Revision.objects.bulk_create(
        Revision(
            number=number,
            published_at=newest.published_at,
            author="dataset",
            publisher="dataset",
            summary="nothing",
        )
        for number in range(newest.number + 1, newest.number + 13)
    )
    for number in range(newest.number, newest.number + 13):
        for question in QUESTIONS:
            assert client.get(question.format(number)).status_code == 200, question
    kept = current_snapshot()
    assert len(kept.lately("changes of law", 0)) == 3
    assert len(kept.lately("every spread", 0)) == 3
    assert len(kept._remembered) <= keeping.MOST_REMEMBERED
    names = [name for name in kept._remembered._things if any(c.isdigit() for c in name)]
    assert names == []


@pytest.mark.django_db
def test_threads_that_ask_after_an_edit_read_one_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    read, together = [], Barrier(8)
    make = keeping._read

    def counted(*now: Any) -> Any:
        read.append(now)
        return make(*now)

    monkeypatch.setattr(keeping, "_read", counted)
    keeping.forget()  # as an edit does: what is kept is of another edition

    def ask(_: int) -> Any:
        try:
            together.wait()
            return current_snapshot()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(read) == 1
    assert all(one is found[0] for one in found)


@pytest.mark.django_db
def test_a_database_file_that_was_replaced_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a restore does under running workers: the old file is held open, and would be read on."""
    live, backup = tmp_path / "live.sqlite3", tmp_path / "backup.sqlite3"
    for path, words in ((live, "old"), (backup, "restored")):
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE told (words)")
            made.execute("INSERT INTO told VALUES (?)", [words])
            made.commit()
    settings = {**connections.settings["default"], "ENGINE": "cbec_portal.sqlite"}
    own: Any = DatabaseWrapper({**settings, "NAME": str(live), "OPTIONS": {}}, "restored")
    alone = SimpleNamespace(all=lambda **_: [own])
    monkeypatch.setattr(database_files, "connections", alone)
    try:

        def told() -> str:
            request_started.send(sender=None, environ={})
            with own.cursor() as cursor:
                words: str = cursor.execute("SELECT words FROM told").fetchone()[0]
                return words

        assert told() == "old"
        held = own.connection
        assert told() == "old"
        assert own.connection is held
        live.unlink()
        with pytest.raises(OperationalError, match="is gone") as gone:
            told()
        assert seconds_to_wait(gone.value) == 10
        shutil.move(backup, live)
        assert told() == "restored"
    finally:
        own.close()
