"""The form of the desk, opened and sent as an analyst does, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from zones.dataset.model_table import ModelTable
from zones.dataset.table import Key
from zones.dataset.table_registry import registry, table_named
from zones.desk import set_steps
from zones.desk.acknowledgements import acknowledge
from zones.desk.judgement import judge
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Policy, ProposedRow, Revision, Zone

TABLES = [table.name for table in registry]


def at_the_desk(name: str, *groups: str, **given: Any) -> Any:
    """Somebody of staff in these groups."""
    own = User.objects.create_user(name, **({"is_staff": True} | given))
    own.groups.set(Group.objects.filter(name__in=groups))
    return User.objects.get(pk=own.pk)


class Desk:
    """The form of the desk as one analyst meets it; another person reviews what comes of it."""

    def __init__(self) -> None:
        self.analyst = at_the_desk("ann", "analyst")
        self.reviewer = at_the_desk("ray", "reviewer")
        self.client = Client()
        log_in_staff(self.client, self.analyst)

    @staticmethod
    def address(table: str, key: Key | None = None, way: str = "version") -> str:
        page = reverse("admin:desk-propose", args=[table])
        asked = json.dumps(list(key), ensure_ascii=False) if key else ""
        return f"{page}?{'&'.join(_asked(key=asked, **{'as': way}))}" if key else page

    def boxes(self, table: str, key: Key | None = None, way: str = "version") -> dict[str, Any]:
        """The boxes of an opened form, by column."""
        opened = self.client.get(self.address(table, key, way))
        assert opened.status_code == 200
        return {box.column.name: box for box in opened.context["boxes"]}

    def send(
        self,
        table: str,
        cells: Mapping[str, Any],
        key: Key | None = None,
        way: str = "version",
        **beside: Any,
    ) -> Any:
        """Send the form with these cells: of a row that is there, those left out as they are.

        One that says how sure it is quotes what makes it so, unless told otherwise.
        """
        held = known(table)[key] if key and way != "withdraw" else {}
        sent = {f"cell_{name}": cell for name, cell in {**held, **cells}.items()}
        quoted = {"quote": "原文如此。"} if "verification" in cells else {}
        posted = {"do": "save", **sent, **quoted, **beside}
        return self.client.post(self.address(table, key, way), posted)

    def proposes(
        self,
        table: str,
        cells: Mapping[str, Any],
        key: Key | None = None,
        way: str = "version",
        **beside: Any,
    ) -> ChangeSet:
        """Send the form, which is taken, and return the set that it went into."""
        answered = self.send(table, cells, key, way, **beside)
        assert answered.status_code == 303, wrong(answered)
        return set_of(answered)

    def publishes(
        self,
        table: str,
        cells: Mapping[str, Any],
        key: Key | None = None,
        way: str = "version",
        **beside: Any,
    ) -> Revision:
        """Send the form, which is taken, and let the other person publish it."""
        return self.review(self.proposes(table, cells, key, way, **beside))

    def review(self, change_set: ChangeSet) -> Revision:
        """Send a set to the reviewer, who publishes it; say why all that it is warned of is right.

        Raises:
            ValidationError: it cannot be published.
        """
        acknowledge_all(change_set, self.analyst)
        set_steps.submit(change_set, self.analyst)
        return publish_set(change_set, self.reviewer)


def acknowledge_all(change_set: ChangeSet, analyst: Any) -> None:
    """Say that all is meant so that a set is warned of."""
    for own in unacknowledged(change_set, judge(change_set)):
        about = [(own.judged.row, own.code, own.about)]
        acknowledge(change_set, analyst, about, "It is meant so.")


def _asked(**asked: str) -> list[str]:
    from urllib.parse import quote

    return [f"{name}={quote(value)}" for name, value in asked.items() if value]


def set_of(answered: Any) -> ChangeSet:
    """The set to which the form led on."""
    return ChangeSet.objects.get(pk=int(answered["Location"].split("/sets/")[1].split("/")[0]))


def wrong(answered: Any) -> dict[str, list[str]]:
    """What is said beside each box, and under no name what is said of the whole."""
    beside = {box.column.name: box.errors for box in answered.context["boxes"] if box.errors}
    for name, said in answered.context["wrong_beside"].items():
        beside |= {name: said} if said else {}
    return beside | {"": answered.context["errors"]}


def kept(answered: Any) -> dict[str, str]:
    """What the boxes hold."""
    return {box.column.name: box.cell for box in answered.context["boxes"]}


def refused(answered: Any) -> dict[str, list[str]]:
    """What is said beside the boxes of a form that was refused and wrote nothing."""
    assert answered.status_code == 400, (answered.status_code, answered.get("Location"))
    assert not ProposedRow.objects.exists()
    assert not ChangeSet.objects.exists()
    told = wrong(answered)
    assert told.pop("")
    return told


def row_stored(table: str, key: Key) -> Any:
    """The row of a model that a row of a table is, as it is known now; none where it is only part
    of another.
    """
    own = table_named(table)
    if isinstance(own, ModelTable):
        return own.by_key([key]).get(key)
    match table:
        case "policies":
            rows = Policy.objects.current().filter(topic__slug=key[0], effective_from=key[3])
            return next((row for row in rows if row.scope_code == key[2]), None)
        case "zones":
            programme, city = key
            rows = Zone.objects.current().filter(batch__programme__slug=programme)
            return rows.filter(city__slug=city).first()
    return None
