"""Who publishes a set while it is being published is told so, however long that takes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import person, submitted, written
from zones.desk.held_sets import MovedOnError
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.models import ChangeSet, Revision

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ignore_template_errors]

WAITED = 0.3


@pytest.fixture
def impatient() -> Any:
    """Locks are waited for but a moment, as though somebody held them for long."""
    settings = ("lock_timeout", f"'{WAITED}s'") if connection.vendor == "postgresql" else ()
    with connection.cursor() as cursor:
        if settings:
            cursor.execute(f"SET {settings[0]} = {settings[1]}")
        else:
            cursor.execute(f"PRAGMA busy_timeout = {int(WAITED * 1000)}")
    yield
    connection.close()


class Publishing:
    """Somebody who publishes a set in a thread, and stands still before it is public."""

    def __init__(
        self, change_set: ChangeSet, reviewer: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.number = 0
        self.thread = threading.Thread(target=self._run, args=(change_set.pk, reviewer))
        monkeypatch.setattr("zones.desk.set_publication.settle_corrected", self._stand_still)

    def _stand_still(self, _held: ChangeSet) -> None:
        self.reached.set()
        assert self.go_on.wait(60)

    def _run(self, key: int, reviewer: Any) -> None:
        self.number = publish_set(ChangeSet.objects.get(pk=key), reviewer).number
        connection.close()

    def __enter__(self) -> Publishing:
        self.thread.start()
        assert self.reached.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join(60)


@pytest.mark.usefixtures("impatient")
def test_a_second_click_is_told_what_became_of_the_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray, rex = person("ray", "reviewer"), person("rex", "reviewer")
    own = submitted(person("ana", "analyst"), written("cities", ("hangzhou",), name_en="Hang"))
    page = reverse("admin:desk-set", args=[own.pk])
    log_in_staff(client, rex)
    shown = client.get(page)
    sent = {"do": "publish", "seen": own.version, "mark": shown.context["mark"]}
    with Publishing(own, ray, monkeypatch) as first:
        with pytest.raises(MovedOnError, match="perhaps this very change set"):
            publish_set(ChangeSet.objects.get(pk=own.pk), rex)
        clicked = client.post(page, sent)
        assert clicked.status_code == 409
        assert "perhaps this very change set" in clicked.content.decode()
        assert "Nothing was changed" not in clicked.content.decode()
    assert first.number == Revision.objects.count()
    with pytest.raises(AlreadyPublishedError):
        publish_set(ChangeSet.objects.get(pk=own.pk), rex)
    told = client.post(page, sent, follow=True)
    assert f"Already published as revision {first.number}" in told.content.decode()
