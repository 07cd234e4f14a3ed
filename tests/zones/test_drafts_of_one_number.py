"""Several drafts of one identity and number are dumped, restored and published one as the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from checklists.exports.law_file import policies_of
from tests.checklists.cast import started
from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.desk_forms import Desk, known
from tests.zones.test_draft_checks import saved
from tests.zones.test_publishing import limit, publish_as_two
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Choice, City, Coverage, Placement, Policy, Source, Zone
from zones.rules.vocabulary import Change
from zones.services.in_force_rows import rebuild
from zones.services.publication import Publication

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

Elsewhere = Callable[[], AbstractContextManager[None]]


def make_drafts() -> None:
    """Drafts that share a number: of policies, zones with coverage, and placements, made in turn so
    that those of one key are never next to each other.
    """
    policy, chosen = limit(), Policy.objects.current().filter(value_choice__isnull=False).first()
    zone = Zone.objects.current().get(identity="comprehensive.hangzhou")
    new = Zone.objects.current().get(identity="comprehensive.hefei")
    place = Placement.objects.current().get(city__slug="hefei")
    sources = Source.objects.order_by("slug")
    choices = Choice.objects.filter(topic=chosen.topic).order_by("slug")
    cities = City.objects.exclude(pk__in=[zone.city_id, new.city_id]).order_by("slug")
    for turn in range(3):
        corrected = {"change": Change.CORRECTED, "version": 2, "source": sources[turn]}
        saved(policy, value_number=7000 - turn, summary_en=f"Number {turn}", **corrected)
        saved(chosen, value_choice=choices[turn % len(choices)], clause=f"item {turn}", **corrected)
        for of, name in ((zone, "Hangzhou"), (new, "Hefei"))[: turn + 1]:
            draft = saved(of, change=Change.CORRECTED, version=2, name_en=f"{name} {turn}")
            for city in cities[turn : turn + 2]:
                Coverage.objects.create(
                    zone=draft,
                    city=city,
                    covered_from=f"202{turn}",
                    verification="primary",
                    note=f"of {name} {turn}",
                )
        saved(place, since="2026-12", province_id=place.province_id)


def told(draft: Any) -> list[str]:
    """What a draft says, whatever its id."""
    own = [str(draft), *map(str, (getattr(draft, n, "") for n in ("value", "source", "name_en")))]
    if isinstance(draft, Policy):
        own += [draft.summary_en, str(draft.value_number), str(draft.value_choice), draft.clause]
    if isinstance(draft, Zone):
        rows = draft.coverages.order_by("city__slug")
        own += [f"{c.city.slug} {c.covered_from} {c.note}" for c in rows]
    return own


def drafts() -> Iterator[Any]:
    for model in (Policy, Zone, Placement):
        yield from model.objects.drafts().order_by("pk")


def publication(draft: Any) -> Publication:
    return Publication(
        policies=[draft] if isinstance(draft, Policy) else [],
        zones=[draft] if isinstance(draft, Zone) else [],
        placements=[draft] if isinstance(draft, Placement) else [],
    )


def fates() -> list[tuple[list[str], list[str]]]:
    """What becomes of every other draft when it is published, and of those of its key after it."""
    found = []
    for draft in sorted(drafts(), key=told)[::2]:
        alike = [one.pk for one in drafts() if str(one) == str(draft)]
        with transaction.atomic():
            publish_as_two(publication(draft))
            others: list[str] = []
            for other in type(draft).objects.drafts().filter(pk__in=alike).order_by("pk"):
                try:
                    with transaction.atomic():
                        publish_as_two(publication(other))
                        others.append("published")
                        transaction.set_rollback(True)
                except ValidationError as refused:
                    others.append(" ".join(refused.messages))
            found.append((told(draft), others))
            transaction.set_rollback(True)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_drafts_that_share_a_number_are_restored_each_with_what_is_its_own(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    make_drafts()
    said = sorted(map(told, drafts()))
    assert len(said) == 3 + 3 + 5 + 3
    dump_dataset(tmp_path / "dump", history=True)
    fate = fates()
    with elsewhere():
        load_dataset(tmp_path / "dump")
        assert load_dataset(tmp_path / "dump").revision is None
        assert sorted(map(told, drafts())) == said
        dump_dataset(tmp_path / "again", history=True)
        # An overtaken draft stays one, so nobody can publish two of one number.
        assert sorted(fates()) == sorted(fate)
    assert contents(tmp_path / "again") == contents(tmp_path / "dump")
    assert all(why != "published" for _, others in fate for why in others)
    assert all(1 <= len(others) <= 2 for _, others in fate)


def test_files_of_before_drafts_had_numbers_are_restored(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    saved(limit(), value_number=7000, change=Change.CORRECTED, version=2)
    zone = Zone.objects.current().get(identity="comprehensive.hangzhou")
    draft = saved(zone, change=Change.CORRECTED, version=2, name_en="Another")
    Coverage.objects.create(
        zone=draft,
        city=City.objects.get(slug="hefei"),
        covered_from="2020",
        verification="primary",
    )
    dump_dataset(tmp_path / "dump", history=True)
    before = contents(tmp_path / "dump")
    for path in (tmp_path / "dump").glob("*_versions.csv"):
        rows = [{n: c for n, c in row.items() if n != "draft"} for row in read_rows(path)]
        head = ",".join(rows[0])
        path.write_text(f"{head}\n", encoding="utf-8")
        change_rows(path, lambda _, rows=rows: rows)
    assert contents(tmp_path / "dump") != before
    with elsewhere():
        load_dataset(tmp_path / "dump")
        dump_dataset(tmp_path / "again", history=True)
    assert contents(tmp_path / "again") == before


def numbered(rows: list[Row]) -> list[Row]:
    return [row | {"draft": "1"} for row in rows]


def twice(rows: list[Row]) -> list[Row]:
    return [*rows, rows[-1]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (numbered, "line 2, column draft: numbers drafts, but this is published"),
        (twice, "1 stands on line"),
    ],
)
def test_a_number_is_that_of_one_draft_and_of_nothing_published(
    change: Callable[[list[Row]], list[Row]], why: str, tmp_path: Path
) -> None:
    saved(limit(), value_number=7000, change=Change.CORRECTED, version=2)
    dump_dataset(tmp_path, history=True)
    change_rows(tmp_path / "policy_versions.csv", change)
    with pytest.raises(Refused, match=why):
        load_dataset(tmp_path)


def test_drafts_that_came_with_an_older_portal_are_read_and_keep_no_set_from_publishing(
    admin_client: Client,
) -> None:
    make_drafts()
    before = sorted(map(told, drafts()))
    for draft in drafts():
        name = f"admin:zones_{type(draft)._meta.model_name}_change"
        page = reverse(name, args=[draft.pk])
        assert admin_client.get(page).status_code == 200
        assert admin_client.post(page, {"summary_en": "x"}).status_code == 403
    desk, key = Desk(), ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    assert desk.publishes("policies", {"value": "6500"}, key).number > 1
    zone = ("comprehensive", "hangzhou")
    desk.publishes("zones", {"zone_name_en": "Said anew"}, zone)
    desk.publishes("cities", {"lat": "31.5"}, ("hefei",))
    assert known("policies")[key]["value"] == "6500"
    assert known("zones")[zone]["zone_name_en"] == "Said anew"
    # They stay what they were, and nobody can publish one over what is public by now.
    assert sorted(map(told, drafts())) == before
    assert rebuild(check=True) == []


def test_a_draft_is_never_taken_for_the_version_whose_number_it_has() -> None:
    """An audit pack, which leaves the house, holds the versions that were published."""
    checklist = started()
    law = policies_of(checklist, [])
    assert law
    for policy in law:
        saved(policy, summary_en="Not public.")
    assert policies_of(checklist, []) == law
