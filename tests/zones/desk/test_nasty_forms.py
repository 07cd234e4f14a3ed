"""Whatever is sent to a form of the desk is taken or refused in words: it is no error of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, person, proposed, said, written
from zones.desk.blind_readings import draw_readings
from zones.models import ChangeSet, Source

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = "import-single-transaction-limit"
NASTY = {
    "null": "a\x00b",
    "lost": "a\ufffdb",
    "bidi": "a\u202eb",
    "control": "a\x1bb",
    "long": "x" * 20_000,
    "lines": "a\r\nb\n\tc",
    "full width": "６０００；，",
    "number": "9" * 400,
    "sql": "'; DROP TABLE zones_policy; --",
    "braces": "{{ 7 * 7 }} %(name)s %s",
}
SHARED = {"shared_effective_from": "2027", "shared_source_id": "mof-gacc-sta-2018-49"}
#: Sent in each field alone, among others that are well.
FIELD_BY_FIELD = ("null", "long")
#: By address: a form as it is sent well, but for what nobody fills in.
FORMS: dict[str, dict[str, str]] = {
    "desk-places": {
        "do": "propose",
        "topic": LIMIT,
        "cell_value": "6000",
        "places": "2900",
        "scope_kind": "customs_district",
        "shared_quote": "q",
        "shared_read_at": "",
        **SHARED,
    },
    "desk-set": {"do": "set_cell", "column": "note", "cell": "x", "rows": "", "seen": ""},
    "desk-readings": {"do": "draw", "share": "1", "focus_area": "", "topic": LIMIT},
    "desk-reading": {"do": "read", "state": "stated", "value": "1", "source": "", "quote": ""},
    "desk-queue": {"do": "settle", "subject": "1", "outcome": "right", "note": "x"},
    "desk-copies": {"do": "keep", "read_at": ""},
    "desk-filters": {
        "do": "save",
        "list": "admin:desk-queue",
        "query": "kind=dead-link",
        "name": "x",
        "shared": "",
        "filter": "",
    },
    "desk-row-new": {
        "do": "save",
        "cell_topic": LIMIT,
        "quote": "",
        "quote_en": "",
        "read_at": "",
        "copy": "",
        "change": "",
    },
}


@pytest.fixture
def everybody(analyst: Any) -> Client:
    """One who may do everything at the desk."""
    client = Client(raise_request_exception=True)
    log_in_staff(client, person("all", "analyst", "reviewer", is_superuser=True))
    return client


def address(name: str, change_set: ChangeSet, reading: int) -> str:
    arguments: Mapping[str, list[Any]] = {
        "desk-places": [change_set.pk],
        "desk-set": [change_set.pk],
        "desk-row-new": [change_set.pk],
        "desk-reading": [reading],
        "desk-copies": [Source.objects.order_by("slug")[0].slug],
    }
    return reverse(f"admin:{name}", args=arguments.get(name, []))


@pytest.mark.parametrize("name", FORMS)
def test_nothing_that_is_sent_is_an_error_of_ours(
    everybody: Client, analyst: Any, reviewer: Any, name: str
) -> None:
    new = {**next(iter(known("policies").values())), "effective_from": "2031"}
    key = next(iter(known("policies")))
    own = proposed(analyst, written("policies", key, note="x"), said("policies", new))
    (reading,) = draw_readings(reviewer, 100, topic=LIMIT).readings.all()
    form = FORMS[name]
    rows = list(own.rows.values_list("pk", flat=True))
    mixed = [({field}, what) for field in form if field != "do" for what in FIELD_BY_FIELD]
    for fields, what in (*mixed, *((form.keys() - {"do"}, what) for what in NASTY)):
        own.refresh_from_db()
        sent: dict[str, Any] = {**form, **dict.fromkeys(fields, NASTY[what])}
        if name == "desk-set":
            sent |= {"rows": rows} if "rows" not in fields else {}
            sent |= {"seen": own.version} if "seen" not in fields else {}
        if name == "desk-copies":
            sent["file"] = SimpleUploadedFile(f"{what}.txt", what.encode())
        status = everybody.post(address(name, own, reading.pk), sent).status_code
        assert status in (200, 303, 400, 403, 404, 409, 413), (fields, what)
    assert everybody.get(reverse("admin:desk-set", args=[own.pk])).status_code == 200


#: What each act of the research queue reads by hand.
QUEUE = {
    "take": ("kind", "subject"),
    "give_back": ("kind", "subject"),
    "give": ("kind", "subject", "to"),
    "rest": ("kind", "subject", "until", "reason"),
    "wake": ("kind", "subject"),
    "settle": ("subject", "outcome", "note"),
}


@pytest.mark.parametrize("do", QUEUE)
def test_no_database_is_asked_for_what_none_can_hold(everybody: Client, do: str) -> None:
    """One of them fails of it, the other would keep it."""
    well = {"kind": "caveat", "subject": "1", "to": "all", "reason": "x", "until": "2099-01-01"}
    for field in QUEUE[do]:
        sent = {**well, "do": do, field: NASTY["null"]}
        answer = everybody.post(reverse("admin:desk-queue"), sent)
        assert answer.status_code == 400, field
        assert gettext("It holds characters that no text has.") in answer.content.decode()
        assert "\x00" not in answer.content.decode()
        assert list(answer.context["wrong"]) == [field]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_desk_refuses_what_no_database_can_hold(
    everybody: Client, analyst: Any, reviewer: Any, name: str
) -> None:
    key = next(iter(known("policies")))
    own = proposed(analyst, written("policies", key, note="x"))
    (reading,) = draw_readings(reviewer, 100, topic=LIMIT).readings.all()
    acted = {"do": FORMS[name]["do"], "any": NASTY["null"]}
    answer = everybody.post(address(name, own, reading.pk), acted)
    assert answer.status_code == 400
    assert gettext("It holds characters that no text has.") in answer.content.decode()
