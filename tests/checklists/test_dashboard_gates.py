"""The dashboard says how gates stand now, and where they moved since they were taken up."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist, Finding
from checklists.rules.applicability import Gate
from checklists.selectors.assessment import findings_not_withdrawn
from checklists.selectors.gate_states import gate_verdicts, gates_of
from checklists.services.accepted_changes import accept
from checklists.services.recorded_findings import record_finding, withdraw
from tests.checklists.browsing import logged_in, page
from tests.checklists.cast import someone, started
from tests.checklists.test_accepted_changes import fixed
from tests.checklists.test_standing import STANDING, law_says
from tests.growth import queries
from zones.models import Topic
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

MOVED = "moved since it was taken up"


def told(state: str = "open", lang: str = "en") -> str:
    """What the dashboard says in the heads of its rows."""
    shown = logged_in("alice").get(f"/checklists/?state={state}&lang={lang}").content.decode()
    heads = re.findall(r'<th scope="row">(.*?)</th>', shown, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(heads)).split())


def customs_says(checklist: Checklist, value: str) -> Finding:
    return record_finding(
        [checklist],
        checklist.places.all()[0],
        Topic.objects.get(slug=STANDING),
        value,
        actor=someone("alice"),
        said_by="Customs",
        found_on=checklist.as_of,
        expires_on=checklist.as_of + timedelta(days=365),
    )


def test_an_own_finding_opens_a_gate_on_the_dashboard_until_it_is_withdrawn() -> None:
    checklist = fixed("jinhua", template="import-1210-seller")
    assert "? confirm first: Jinhua" in told()
    assert MOVED not in told()
    finding = customs_says(checklist, "confirmed")
    assert "confirm first" not in told()
    assert f"✓ open: Jinhua · {MOVED}" in told()
    withdraw(finding, actor=someone("alice"))
    assert "? confirm first: Jinhua" in told()
    customs_says(checklist, "confirmed")
    accept(checklist, actor=someone("alice"))
    assert "Jinhua" not in told().replace(checklist.title, "")
    assert "open:" not in told()


def test_law_that_shuts_a_gate_is_told_on_the_dashboard_and_led_to() -> None:
    checklist = fixed("hangzhou", "jinhua", template="import-1210-seller")
    law_says("not-eligible")
    assert f"✕ not open: Hangzhou · {MOVED}" in told()
    assert "? confirm first: Jinhua" in told()
    assert told().count(MOVED) == 1
    shown = logged_in("alice").get("/checklists/").content.decode()
    assert f'<a href="{page(checklist, "changes")}">{MOVED}' in shown
    assert "列入后已有变动" in told(lang="zh-hans")


def test_a_finding_counts_in_its_own_checklist_and_on_its_own_day_alone() -> None:
    past = started("jinhua", as_of=date(2024, 6, 1))
    now = started("jinhua", as_of=today_in_china())
    customs_says(past, "confirmed")
    inquiry = Inquiry.of_now(current_snapshot())
    before = gate_verdicts([past, now], inquiry)
    assert Gate.of(before[past.places.get().pk]) is Gate.OPEN
    assert Gate.of(before[now.places.get().pk]) is Gate.CONFIRM
    customs_says(now, "confirmed")
    after = gate_verdicts([past, now], inquiry)
    assert {Gate.of(verdict) for verdict in after.values()} == {Gate.OPEN}


def test_the_dashboard_and_each_checklist_tell_the_same_gates() -> None:
    rows = [
        started("hangzhou", "jinhua", "shijiazhuang", template=template, as_of=day)
        for template in ("import-1210-seller", "export-9810-seller", "zone-readiness")
        for day in (date(2016, 1, 1), date(2024, 6, 1), today_in_china())
    ]
    for row in rows[:3]:
        for value in ("not-eligible", "confirmed"):
            customs_says(row, value)
    inquiry = Inquiry.of_now(current_snapshot())
    told = gate_verdicts(rows, inquiry)
    states = set()
    for row in rows:
        gates = [one.gate.state for one in gates_of(row, inquiry)]
        assert [Gate.of(told[p.pk]) for p in row.places.all() if p.pk in told] == gates
        states.update(gates)
    assert len(states) > 1
    assert len(findings_not_withdrawn(rows[0])) == 2


def test_the_dashboard_asks_the_same_of_one_checklist_and_of_ten() -> None:
    client, counts = logged_in("alice"), []
    for cities in (["jinhua"], *(["hangzhou", "jinhua"] for _ in range(9))):
        customs_says(started(*cities, as_of=today_in_china()), "confirmed")
        client.get("/checklists/")
        counts.append(queries(lambda: client.get("/checklists/")))
    assert counts[-1] == counts[0]
