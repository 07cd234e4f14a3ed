"""Moving: what falls away, changes, comes new and stays, against the plain oracle."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from checklists.models import Checklist
from checklists.rules.change_detection import Move
from checklists.selectors.relocation import relocation
from checklists.services import evidence_versions
from tests.checklists import oracle
from tests.checklists.cast import someone, started
from tests.checklists.files import pdf, upload
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def verdicts(template: str, city: str, day: str) -> dict[str, str]:
    return {
        row["number"]: oracle.verdict(row, city, day, {})
        for row in oracle.REQUIREMENTS
        if row["template"] == template
    }


@pytest.mark.parametrize("template", ["import-1210-seller", "import-1239-seller", "zone-readiness"])
@pytest.mark.parametrize(("here", "there"), [("hangzhou", "zhengzhou"), ("urumqi", "xiongan")])
def test_duties_here_and_there_agree_with_the_oracle(template: str, here: str, there: str) -> None:
    kept, day = current_snapshot(), "2019-06-30"
    if there not in kept.cities_by_slug:
        there = "shijiazhuang"
    checklist = started(here, template=template, as_of=date(2019, 6, 30))
    found = relocation(
        checklist, checklist.places.get(), kept.cities_by_slug[there], Inquiry.of_now(kept)
    ).duties
    before, after = verdicts(template, here, day), verdicts(template, there, day)
    live = [n for n in before if before[n] != "excluded" or after[n] != "excluded"]
    assert [one.requirement.number for one in found] == live
    for one in found:
        number = one.requirement.number
        was, is_now = before[number] != "excluded", after[number] != "excluded"
        assert (one.move is Move.NEW) == (is_now and not was)
        assert (one.move is Move.FALLS_AWAY) == (was and not is_now)
        if before[number] != after[number] and was and is_now:
            assert one.move is Move.CHANGED


def test_nothing_changes_where_nothing_moves() -> None:
    kept, checklist = current_snapshot(), started("hangzhou")
    found = relocation(
        checklist, checklist.places.get(), kept.cities_by_slug["hangzhou"], Inquiry.of_now(kept)
    ).duties
    assert {one.move for one in found} == {None}
    assert len(found) == checklist.items.count()


def test_the_page_offers_evidence_that_can_be_used_again() -> None:
    alice = someone("alice")
    checklist: Checklist = started("hangzhou")
    item = checklist.items.filter(requirement__tested_topic=None).first()
    assert item is not None
    version = evidence_versions.bring(alice, "Licence", upload=upload("licence.pdf", pdf()))
    evidence_versions.attach(item, version.evidence, actor=alice)
    client = Client()
    client.force_login(alice)
    page = client.get(f"/checklists/{checklist.key}/relocation/?to=郑州")
    assert page.status_code == 200
    assert "1 piece of evidence can be used again there." in page.content.decode()
    assert "Licence" in page.content.decode()
    assert client.get(f"/checklists/{checklist.key}/relocation/").status_code == 200
    assert client.get(f"/checklists/{checklist.key}/relocation/?to=atlantis").status_code == 400
