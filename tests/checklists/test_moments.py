"""Every answer tells a moment as a clock in China shows it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from openpyxl import load_workbook

from cbec_portal.api.renderers import cell_text, dump_json
from checklists.services import checklist_status, evidence_versions, item_updates
from checklists.services.recorded_findings import offer, withdraw
from checklists.services.recorded_notifications import mark_read
from tests.checklists.cast import someone
from tests.checklists.stage import DAY, LATE, Stage
from tests.checklists.test_permissions import TABLE, address_of

pytestmark = pytest.mark.django_db

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
#: Moments that nobody is told: of mail, of secrets, and of rows that are told by others.
UNTOLD = {
    *("Notification.mailed_at", "Notification.claimed_at", "Notification.mail_after"),
    *("CalendarAddress.made_at", "Attachment.attached_at", "Finding.created_at"),
}
FORMATS = {"json": "application/json", "csv": "text/csv", "xlsx": "officedocument", "pack": "zip"}


@pytest.fixture
def addresses(stage: Stage) -> list[str]:
    """All private addresses, of a checklist on which everything was done that has a moment."""
    alice = stage.alice
    withdraw(stage.known(), actor=alice)
    offer(stage.found(), actor=alice)
    item_updates.comment(stage.item(0), "Asked.", actor=alice)
    item_updates.assign(stage.item(1), stage.bob, actor=alice)
    item_updates.set_status(stage.item(0), "done", actor=alice)
    evidence_versions.keep_until(stage.unserved(), DAY, actor=alice)
    evidence_versions.discard(stage.unserved(), actor=alice, on=LATE)
    mark_read(stage.bob)
    checklist_status.close(stage.row(), actor=alice)
    told = {
        "checklist": stage.row(),
        "item": stage.items[0].pk,
        "evidence": stage.serving.key,
        "finding": stage.finding.key,
    }
    names = sorted({name for name, method, _ in TABLE if method == "get"} - {"checklists:pdf"})
    return [address_of(name, told) for name in names]


def texts(content: bytes, kind: str) -> Iterator[str]:
    """All texts of an answer: of a table each cell, of a pack each file."""
    if kind == "xlsx":
        for sheet in load_workbook(io.BytesIO(content)):
            yield from (str(value) for row in sheet.values for value in row)
    elif kind == "pack":
        with ZipFile(io.BytesIO(content)) as pack:
            yield from (pack.read(name).decode() for name in pack.namelist() if "/" not in name)
    else:
        yield content.decode()


def answers(client: Client, address: str) -> Iterator[tuple[str, str]]:
    """What is answered at an address in each format that there is, with the format."""
    private = address.startswith("/api/")
    for form in ("", "?state=all", "?format=csv", "?format=xlsx") if private else ("",):
        answer: Any = client.get(address + form)
        if answer.status_code != 200:
            continue
        kind = next((k for k, v in FORMATS.items() if v in answer["Content-Type"]), "text")
        content = answer.getvalue()
        if not content.startswith(b"%PDF"):
            yield from ((kind, text) for text in texts(content, kind))


def test_every_private_answer_tells_moments_in_the_time_of_china(addresses: list[str]) -> None:
    told: set[tuple[str, datetime]] = set()
    for name in ("alice", "bob"):
        client = Client()
        client.force_login(someone(name))
        for address in addresses:
            for kind, text in answers(client, address):
                for moment in MOMENT.findall(text):
                    assert moment.endswith("+08:00"), (address, kind, moment)
                    told.add((kind, datetime.fromisoformat(moment)))
    for kind, most in (("json", UNTOLD), ("csv", None), ("xlsx", None), ("pack", None)):
        known = {moment for own, moment in told if own == kind}
        silent = {column for column, moments in stored() if not moments & known}
        assert silent == most if most is not None else known


def stored() -> Iterator[tuple[str, set[datetime]]]:
    """The moments that are kept in each column of the app."""
    for model in apps.get_app_config("checklists").get_models():
        for column in model._meta.local_concrete_fields:
            if isinstance(column, models.DateTimeField):
                found = model._default_manager.values_list(column.name, flat=True)
                yield f"{model.__name__}.{column.name}", {*found} - {None}


@pytest.mark.parametrize(
    "written", ["2026-11-29T19:33:00+00:00", "2026-11-29T19:33:00Z", "2026-11-29T14:33:00-05:00"]
)
def test_whatever_zone_a_moment_comes_in_it_is_written_the_same(written: str) -> None:
    moment = datetime.fromisoformat(written)
    assert dump_json({"at": moment}) == b'{"at":"2026-11-30T03:33:00+08:00"}'
    assert cell_text(moment) == "2026-11-30T03:33:00+08:00"


def test_a_day_stays_the_day_it_is() -> None:
    day = date(2026, 11, 30)
    assert dump_json({day: [day, time(9, 30)]}) == b'{"2026-11-30":["2026-11-30","09:30:00"]}'
    assert cell_text([day, time(9, 30)]) == "2026-11-30; 09:30:00"
