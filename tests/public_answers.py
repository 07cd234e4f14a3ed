"""Everything that is answered in public: a walk over pages and API, and over what is in them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode
from zipfile import ZipFile

from django.http import HttpResponse
from django.test import Client

from checklists.models import IntakeQuestion, Template
from zones.models import (
    Batch,
    Choice,
    City,
    CustomsDistrict,
    FocusArea,
    Policy,
    Programme,
    Province,
    Revision,
    Source,
    Statistic,
    Topic,
    Zone,
)

#: Parts of a page that are drawn anew for each visit.
_DRAWN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
#: The edition that /about/ tells, in both languages: it is counted anew after a restore.
_EDITION = re.compile(r"edition \d+|更新号\d+".encode())
_WRITTEN = re.compile(rb"csrf[^\n]*")

LISTS = (
    *("provinces", "customs-districts", "cities", "programmes", "batches", "zones", "focus-areas"),
    *("topics", "policies", "sources", "statistics", "revisions", "templates"),
)
PAGES = (
    *("/", "/cities/", "/zones/", "/batches/", "/topics/", "/topics/spread/", "/statistics/"),
    *("/changes/", "/profiles/", "/sources/", "/places/", "/search/", "/templates/"),
    *("/compare/", "/sitemap.xml", "/changes/feed/", "/changes/calendar.ics", "/about/"),
)


def address(path: str, **asked: object) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def lists() -> Iterator[str]:
    """Every list of the API whole, and what other formats show otherwise."""
    for name in LISTS:
        yield address(f"/api/v1/{name}/", limit=1000)
    for name in ("topics", "batches", "statistics", "templates"):
        yield address(f"/api/v1/{name}/", limit=1000, format="csv", lang="zh-hans")
    yield address("/api/v1/sources/", limit=1000, format="xlsx")
    yield address("/api/v1/changes/", limit=1000, by="law")
    yield address("/api/v1/changes/", limit=1000, since=0)
    yield address("/api/v1/changes/", limit=1000, since=0, lang="zh-hans", format="csv")
    for number in Revision.objects.order_by("number").values_list("number", flat=True)[:2]:
        yield address("/api/v1/policies/", limit=1000, known_at=number)
        yield address("/api/v1/zones/", limit=1000, known_at=number)


def pages() -> Iterator[str]:
    """Every page of which there is one, every other in Chinese."""
    for turn, path in enumerate(PAGES):
        yield address(path, lang="zh-hans") if turn % 2 else path


def questions(cities: Iterable[str]) -> Iterator[str]:
    """Comparisons and profiles of cities, by all the topics."""
    named = ",".join(cities)
    yield address("/api/v1/compare/", cities=named)
    yield address("/api/v1/compare/", cities=named, as_of="2019-12-31", lang="zh-hans")
    yield address("/api/v1/compare/", cities=named, known_at=1, format="csv")
    yield address("/compare/", cities=named)
    yield address("/api/v1/profiles/", topics="all")


#: The addresses of one row of each model, on pages and in the API, from its natural key.
OF_ROWS: dict[Any, Callable[[Any], Iterable[str]]] = {
    City: lambda row: (
        f"/cities/{row.slug}/",
        f"/cities/{row.slug}/changes/",
        f"/api/v1/cities/{row.slug}/",
        address("/api/v1/compare/", cities=row.slug),
        address("/changes/feed/", city=row.slug),
        address("/changes/calendar.ics", city=row.slug),
        address("/search/", q=row.name_zh),
        address("/compare/", cities=row.slug),
        f"/cities/{row.slug}/{some_topic()}/",
    ),
    Province: lambda row: (
        f"/api/v1/provinces/{row.iso_3166_2}/",
        address("/cities/", province=row.iso_3166_2),
        address("/zones/", province=row.iso_3166_2),
        f"/places/{quote(f'Somewhere:{row.iso_3166_2}:{some_district(row)}')}/",
    ),
    CustomsDistrict: lambda row: (
        f"/api/v1/customs-districts/{row.code}/",
        address("/api/v1/cities/", customs_district=row.code),
    ),
    Programme: lambda row: (
        f"/api/v1/programmes/{row.slug}/",
        address("/zones/", programme=row.slug),
        address("/cities/", programme=row.slug),
    ),
    Batch: lambda row: (address("/batches/"),),
    Zone: lambda row: (f"/api/v1/zones/{row.identity}/",),
    FocusArea: lambda row: (f"/api/v1/focus-areas/{row.slug}/",),
    Topic: lambda row: (
        f"/topics/{row.slug}/",
        f"/api/v1/topics/{row.slug}/",
        address("/changes/feed/", topic=row.slug),
        address("/search/", q=row.question_en),
    ),
    Choice: lambda row: (
        f"/topics/{row.topic.slug}/",
        address("/api/v1/cities/", policy=f"{row.topic.slug}:{row.slug}"),
        address("/cities/", policy=f"{row.topic.slug}:{row.slug}"),
    ),
    Policy: lambda row: (f"/api/v1/policies/{row.identity}/",),
    Source: lambda row: (
        f"/sources/{row.slug}/",
        f"/api/v1/sources/{row.slug}/",
        address("/sources/", q=row.document_number or row.title_zh),
        address("/search/", q=row.document_number or row.title_zh),
    ),
    Statistic: lambda row: (
        address("/api/v1/statistics/", indicator=row.indicator.slug, format="csv"),
    ),
    Template: lambda row: (
        f"/templates/{row.slug}/",
        f"/templates/{row.slug}/preview/?city=hangzhou",
        f"/api/v1/templates/{row.slug}/",
        address(f"/api/v1/templates/{row.slug}/preview/", city="hangzhou", lang="zh-hans"),
    ),
    IntakeQuestion: lambda row: tuple(
        address(
            f"/api/v1/templates/{template}/preview/",
            city="hangzhou",
            answer=f"{row.slug}:{choice.slug}",
        )
        for template in Template.objects.values_list("slug", flat=True)[:1]
        for choice in row.choices.all()
    ),
}


def some_district(province: Province) -> str:
    """The code of a customs district in which a city of a province lies; any where none does."""
    own = CustomsDistrict.objects.filter(cities__province=province).order_by("code")
    return str((own.first() or CustomsDistrict.objects.all()[0]).code)


def some_topic() -> str:
    return str(Topic.objects.filter(policies__isnull=False).order_by("slug")[0].slug)


def of_rows(rows: Iterable[Any]) -> Iterator[str]:
    """The addresses of rows."""
    for row in rows:
        yield from OF_ROWS.get(type(row), lambda _row: ())(row)


def answer(client: Client, asked: str) -> HttpResponse:
    """What is answered; a former key leads on, and so does a name that is no key."""
    client.cookies.clear()  # a language that was asked for is kept
    answered = client.get(asked)
    if answered.status_code in {301, 302}:
        answered = client.get(answered["Location"])
    return answered


def bytes_of(answered: HttpResponse) -> object:
    """What was answered, without what is drawn for each visit; of a workbook its parts, as the file
    tells when it was written.
    """
    content = b"".join(answered) if answered.streaming else answered.content
    if "spreadsheetml" in answered["Content-Type"]:
        with ZipFile(io.BytesIO(content)) as parts:
            return {n: parts.read(n) for n in parts.namelist() if "docProps" not in n}
    return _WRITTEN.sub(b"", _EDITION.sub(b"", _DRAWN.sub(b"", content)))
