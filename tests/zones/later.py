"""What may come after a revision: corrections, moves, and rows that nobody knew of before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import models

from checklists.models import Requirement
from tests.zones.datasets import Row, change_rows
from tests.zones.test_publishing import next_version, publish_as_two
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.models import (
    Batch,
    Choice,
    City,
    CustomsDistrict,
    FocusArea,
    Indicator,
    Issuer,
    Placement,
    Policy,
    Programme,
    Province,
    Revision,
    Source,
    Statistic,
    Topic,
    Zone,
)
from zones.rules.vocabulary import Change
from zones.services.publication import Publication

MOVED = "xiongan"


def like(row: models.Model, **changes: Any) -> Any:
    """A copy of a row, saved, with something changed; of a published version a draft."""
    copy = type(row)._default_manager.get(pk=row.pk)
    copy.pk, copy._state.adding = None, True
    if hasattr(copy, "recorded_in"):
        copy.recorded_in = copy.replaced_in = None
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save()
    return copy


def zone_draft(zone: Zone, **changes: Any) -> Zone:
    """The next version of a zone."""
    draft: Zone = like(zone, version=zone.version + 1, **changes)
    return draft


def correct_something() -> Revision:
    """Publish another wording of a policy."""
    policy = Policy.objects.current().not_withdrawn().filter(state="stated").order_by("pk")[3]
    return publish_as_two(Publication(policies=[next_version(policy, summary_en="Corrected")]))


def move_on() -> None:
    """A correction, a withdrawal, a moved city, an edited requirement, and an ended zone."""
    stated = Policy.objects.current().not_withdrawn().filter(state="stated").order_by("identity")
    wrong = stated.filter(value_type="boolean", scope_kind="nation").first()
    ours = [
        next_version(wrong, value_boolean=not wrong.value_boolean),
        next_version(stated.filter(scope_kind="city").first(), change=Change.WITHDRAWN),
        next_version(stated.filter(scope_kind="province").first(), effective_from="2016-03-01"),
    ]
    publish_as_two(Publication(policies=ours))
    move_city()
    zone = Zone.objects.current().get(identity=f"comprehensive.{MOVED}")
    publish_as_two(
        Publication(zones=[zone_draft(zone, change=Change.ENDED, ended_on="2026-01-01")])
    )
    Requirement.objects.filter(pk=Requirement.objects.first().pk).update(title_en="Edited")


def move_city() -> None:
    """Publish that a city lies in another province."""
    city = City.objects.get(slug=MOVED)
    was = Placement.objects.current().get(city=city)
    beijing = Province.objects.get(iso_3166_2="CN-BJ")
    district = CustomsDistrict.objects.get(name_en__startswith="Beijing")
    there = Placement.objects.create(city=city, province=beijing, customs_district=district)
    publish_as_two(Publication(placements=[there], replaced_placements=[was]))
    City.objects.filter(pk=city.pk).update(province=beijing, customs_district=district)


def correct_cities(folder: Path) -> None:
    """Load another rank, another place on the map and further customs districts of cities, and a
    code of one that had none.
    """
    dump_dataset(folder)

    def corrected(rows: list[Row]) -> list[Row]:
        for number, row in enumerate(rows):
            row["adcode"] = row["adcode"] or "133100"
            if number % 3 == 0:
                row["level"] = "county-level city" if "prefecture" in row["level"] else "prefecture"
            if number % 5 == 0:
                row["lat"], row["lon"] = "30.5", "100.25"
            if number % 7 == 0:
                row["other_customs_districts"] = "" if row["other_customs_districts"] else "2900"
        return rows

    change_rows(folder / "cities.csv", corrected)
    load_dataset(folder)


def correct_what_has_no_revisions() -> None:
    """Other figures, counted otherwise."""
    Statistic.objects.update(value=models.F("value") + 1)
    Indicator.objects.update(note_en="Counted otherwise", note_zh="统计口径不同")


def add_rows() -> None:
    """Rows without versions that nobody knew of: with something published on them, and without."""
    area = like(
        FocusArea.objects.first(),
        slug="of-tomorrow",
        position=0,
        name_en="Tomorrow",
        name_zh="明天",
    )
    topics = [
        like(
            Topic.objects.filter(value_type="boolean").first(),
            focus_area=area,
            slug=f"of-tomorrow-{number}",
            question_en=f"Of tomorrow {number}?",
            begins_on=None,
        )
        for number in range(2)
    ]
    of_choices = Topic.objects.filter(value_type="choice", policies__isnull=False).first()
    like(of_choices.choices.first(), slug="of-tomorrow", position=0, label_en="Tomorrow")
    like(Source.objects.first(), slug="of-tomorrow-2026", title_en="Tomorrow's document")
    like(Issuer.objects.first(), slug="of-tomorrow", name_en="Tomorrow's ministry")
    province = like(
        Province.objects.get(iso_3166_2="CN-HL"), iso_3166_2="CN-XX", gb2260="010000", name_en="X"
    )
    district = like(CustomsDistrict.objects.first(), code="0001", name_en="Nowhere", name_zh="无")
    batch, zone = add_programme()
    cities = [add_city("of-tomorrow-1", province, district), add_city("of-tomorrow-2")]
    city = add_city("of-tomorrow-3", Province.objects.get(iso_3166_2="CN-HL"), district)
    zones = [
        like(
            zone,
            batch=batch,
            city=one,
            identity=f"{batch.programme.slug}.{one.slug}",
            version=1,
            designated_on="2013-01-01",
            change=Change.RESEARCHED,
        )
        for one in (cities[0], city, City.objects.get(slug="hangzhou"))
    ]
    policy = Policy.objects.current().filter(value_type="boolean", scope_kind="nation").first()
    born = {"effective_from": "2013-01-01", "version": 1, "change": Change.RESEARCHED}
    policies = [
        like(
            policy,
            topic=topics[0],
            identity=f"{topics[0].slug}.nation.CN.2013-01-01",
            **born,
        ),
        like(
            policy,
            scope_kind="programme",
            programme=batch.programme,
            identity=f"{policy.topic.slug}.programme.{batch.programme.slug}.2013-01-01",
            **born,
        ),
    ]
    placements = list(Placement.objects.drafts())
    publish_as_two(Publication(policies=policies, zones=zones, placements=placements))


def add_programme(slug: str = "of-tomorrow", position: int = 9) -> tuple[Batch, Zone]:
    """A fourth pilot with a batch, and a zone to make its own after."""
    zone = Zone.objects.current().not_withdrawn().filter(ended_on=None, successor=None).first()
    programme = like(
        Programme.objects.first(), slug=slug, position=position, name_en="Pilot of tomorrow"
    )
    return like(zone.batch, programme=programme, number=5), zone


def add_city(
    slug: str, province: Province | None = None, district: CustomsDistrict | None = None
) -> City:
    """A city, with a draft of where it lies if that is said."""
    first = City.objects.first()
    city: City = like(first, slug=slug, adcode="", name_en=f"City {slug}", name_zh=f"{slug}市")
    if province and district:
        City.objects.filter(pk=city.pk).update(province=province, customs_district=district)
        Placement.objects.create(city=city, province=province, customs_district=district)
    return city


def orders() -> list[models.QuerySet[Any]]:
    """The rows whose places in an order older answers show, each with something resting on it."""
    used: dict[str, Any] = {"policies__recorded_in__isnull": False}
    return [
        Topic.objects.filter(pk=Topic.objects.filter(**used).first().pk),
        FocusArea.objects.filter(pk=FocusArea.objects.filter(topics__isnull=False).first().pk),
        Choice.objects.filter(
            pk=Choice.objects.filter(topic__policies__recorded_in__isnull=False).first().pk
        ),
        Programme.objects.filter(pk=Programme.objects.first().pk),
    ]
