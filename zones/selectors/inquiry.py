"""Reading what is asked: cities, days, topics and the revision whose knowledge is meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cbec_portal.api.errors import ParameterError, Refusal
from cbec_portal.api.parameters import Parameters, checked_options, parse_day, shown
from zones.models import City, CustomsDistrict, Province, Topic
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.known_rows import topics_known
from zones.selectors.place_names import cities_named, city_named, pilot_in
from zones.selectors.placements import cities_on, districts_by_province
from zones.selectors.representations import in_language
from zones.selectors.snapshot import Snapshot, revision_numbers

MOST_COLUMNS = 20
LONGEST_NAME = 60
#: What parts the parts of an address, and so cannot stand in a name.
PARTING = frozenset(":,@/")


class Column(NamedTuple):
    """A city, or a place without pilot status, on a day."""

    city: City | HypotheticalPlace
    day: date

    @property
    def key(self) -> str:
        """As it is asked for and answered: ``hangzhou@2019-12-31``, or a place described so."""
        return f"{self.city.slug}@{self.day.isoformat()}"


def known_at(parameters: Parameters, kept: Snapshot) -> int:
    """The revision asked for, else the newest of this edition; 0 before there is any.

    A question names its revision even when it asks for what is known now: so an answer is of one
    revision, though another be published while it is read.

    Raises:
        ParameterError: there is no such revision.
    """
    asked = parameters.whole_number("known_at", 1, 2_147_483_647)
    if asked is None or asked == kept.newest:
        return kept.newest
    if asked in kept.remembered("revisions", revision_numbers) and asked < kept.newest:
        return asked
    numbers = revisions_of(kept)
    if asked not in numbers:
        there = f"{numbers[0]} to {numbers[-1]}" if numbers else "none yet"
        raise ParameterError(
            "known_at",
            f"There is no revision {asked}; there are: {there}.",
            value=str(asked),
            words=_("There is no revision “%d”; this is what is known now.") % asked,
        )
    return asked


def revisions_of(kept: Snapshot) -> list[int]:
    """The revisions of the edition, oldest first: one published since is not answered yet."""
    return [number for number in revision_numbers() if number <= kept.newest]


def columns(parameters: Parameters, kept: Snapshot, *, most: int = MOST_COLUMNS) -> list[Column]:
    """The columns of a comparison, the first being the baseline.

    Raises:
        ParameterError: none or too many, an unknown city, a wrong day, or one twice.
    """
    day = parameters.day()
    asked = parameters.many("cities")
    if not 1 <= len(asked) <= most:
        raise ParameterError(
            "cities",
            f"Name 1 to {most} cities; {len(asked)} were named.",
            value=",".join(asked[most:]),
            words=_("Up to %(most)d cities stand side by side; %(more)d were left out: %(names)s.")
            % {
                "most": most,
                "more": len(asked[most:]),
                "names": shown(", ".join(asked[most:])),
            },
        )
    known = known_at(parameters, kept)
    found = [_column(text, day, kept, known, asked) for text in asked]
    keys = [column.key for column in found]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        again = [text for place, text in enumerate(asked) if keys[place] in keys[:place]]
        raise ParameterError(
            "cities",
            f"Named twice: {', '.join(twice)}.",
            value=",".join(again),
            words=_("Named twice, shown once: %s.") % shown(", ".join(again)),
        )
    return found


def topics(parameters: Parameters, kept: Snapshot) -> list[Topic]:
    """The topics asked about, in order: by ``topic``, by ``focus_area``, or all that are known.

    Every key that a list gives can be asked for; one on which the revision knows nothing yet gives
    no topic.

    Raises:
        ParameterError: there is no such topic, or no such focus area.
    """
    topics = topics_known(kept, known_at(parameters, kept)).values()
    slugs = parameters.choices("topic", kept.topics_by_slug)
    areas = parameters.choices("focus_area", kept.focus_areas)
    return [
        topic
        for topic in topics
        if (not slugs or topic.slug in slugs) and (not areas or topic.focus_area.slug in areas)
    ]


def conditions(texts: Sequence[str], kept: Snapshot) -> list[tuple[Topic, str]]:
    """Conditions ``topic:value``; the first colon splits, commas are literal.

    Raises:
        ParameterError: a topic is unknown or a value is missing.
    """
    found = []
    for text in texts:
        slug, colon, value = text.partition(":")
        topic = kept.topics_by_slug.get(slug)
        if not colon or not value or topic is None:
            raise ParameterError(
                "policy",
                f"{text[:80]!r} is not a known topic, a colon and a value.",
                value=text,
                words=_("“%s” is no topic with an answer.") % shown(text),
            )
        found.append((topic, value))
    return found


def described(
    parameter: str, text: str, kept: Snapshot, cities: Mapping[int, City], *, known_at: int
) -> HypotheticalPlace:
    """A place without pilot status, written NAME:PROVINCE:DISTRICT, as in ``Suihua:CN-HL:1900``.

    Where all cities of a province lie in one customs district, it may be left out.

    Args:
        cities: those known at the revision, where they lay on the day.
        known_at: the revision.

    Raises:
        ParameterError: it is not so written, a body is unknown, or it cannot lie in both.
    """
    name, *codes = (part.strip() for part in text.split(":"))
    if len(codes) not in (1, 2):
        raise ParameterError(
            parameter,
            f"“{shown(text)}” is not a place written NAME:PROVINCE:DISTRICT.",
            value=text,
            words=_("“%s” is no place written as name, province and customs district.")
            % shown(text),
        )
    province, district = codes[0], codes[1] if len(codes) == 2 else None
    try:
        return described_by(
            name, province, district, kept, cities, known_at=known_at, called=(parameter,) * 3
        )
    except ParameterError as wrong:
        (one,) = wrong.refusals
        better = (_put_in(part, one, name, codes) for part in one.instead)
        instead = [key for key in better if _is_place(key, kept, cities, known_at)]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None


def _is_place(key: str, kept: Snapshot, cities: Mapping[int, City], known_at: int) -> bool:
    """Whether what might be suggested is a city, or a place that can be."""
    try:
        return ":" not in key or bool(described("", key, kept, cities, known_at=known_at))
    except ParameterError:
        return False


def _put_in(better: str, refusal: Refusal, name: str, codes: Sequence[str]) -> str:
    """A place with what is suggested for the part of it that was refused; or another altogether."""
    if refusal.value not in codes:
        return better
    return ":".join([name, *(better if code == refusal.value else code for code in codes)])


def described_by(
    name: str,
    province: str,
    district: str | None,
    kept: Snapshot,
    cities: Mapping[int, City],
    *,
    known_at: int,
    called: tuple[str, str, str] = ("name", "province", "customs_district"),
) -> HypotheticalPlace:
    """A place without pilot status by its name and the codes of the bodies it lies in.

    Args:
        district: may be none where all cities of the province lie in one.
        cities: those known at the revision, where they lay on the day.
        known_at: the revision.
        called: the parameters in which the three were given.

    Raises:
        ParameterError: the name is none that an address can hold or that of a pilot city there,
            whose answers are others, a body is unknown, or nothing lies in both.
    """
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & PARTING:
        raise ParameterError(
            called[0],
            f"“{shown(name)}” is not a name of a place in NAME:PROVINCE:DISTRICT.",
            value=name,
            words=_("“%(name)s” is no name of a place: up to %(most)d letters, none of %(signs)s.")
            % {"name": shown(name), "most": LONGEST_NAME, "signs": " ".join(sorted(PARTING))},
        )
    provinces = {row.iso_3166_2: row for row in kept.related["province"].values()}
    districts = {row.code: row for row in kept.related["customs_district"].values()}
    checked_options(called[1], [province], provinces)
    if pilot := pilot_in(name, province, kept):
        raise ParameterError(
            called[0],
            f"“{shown(name)}” of {province} is a pilot city: ask for {pilot.slug}.",
            value=name,
            words=_("“%s” is a pilot city there, which more rules bind. Ask for it as a city.")
            % shown(name),
            instead=[pilot.slug],
        )
    if district is None:
        own = districts_of(provinces[province], cities)
        if len(own) != 1:
            raise _undetermined(called[2], f"{name}:{province}", own)
        (district,) = own
    checked_options(called[2], [district], districts)
    place = HypotheticalPlace(name, provinces[province], districts[district])
    refuse_apart(place.province, place.customs_district, kept, known_at=known_at, called=called[2])
    return place


def refuse_apart(
    province: Province,
    district: CustomsDistrict,
    kept: Snapshot,
    *,
    known_at: int,
    called: str = "customs_district",
) -> None:
    """Refuse a customs district in which nothing of a province can lie, as far as is recorded.

    A district may reach into provinces of which it holds no city here: it is refused where cities
    of other provinces lie in it, and those of this province in others.

    Args:
        known_at: the revision whose records count, and those of earlier ones.
        called: the parameter in which the district was given.

    Raises:
        ParameterError: it is such a district.
    """
    by_province = districts_by_province(kept, known_at=known_at)
    own = by_province.get(province.pk, frozenset())
    if not own or district.pk in own or not any(district.pk in d for d in by_province.values()):
        return
    language = get_language() or "en"
    codes = sorted(kept.related["customs_district"][pk].code for pk in own)
    raise ParameterError(
        called,
        f"Nothing of {province.iso_3166_2} lies in customs district {district.code}, as far as is "
        f"recorded; its cities lie in: {', '.join(codes)}.",
        value=district.code,
        words=_("Nothing of %(province)s lies under %(district)s, as far as is recorded.")
        % {
            "province": in_language(province, "name", language),
            "district": in_language(district, "name", language),
        },
        instead=codes,
    )


def _undetermined(parameter: str, text: str, own: Sequence[str]) -> ParameterError:
    told = ", ".join(own) or "any"
    return ParameterError(
        parameter,
        f"“{shown(text)}” does not say its customs district; in question: {told}.",
        words=_(
            "This province lies in several customs districts. Say in which one the place lies."
        ),
        instead=[f"{text}:{code}" for code in own] if parameter == "cities" else (),
    )


def districts_of(province: Province, cities: Mapping[int, City]) -> list[str]:
    """Codes of the customs districts in which those of the cities lie that lie in a province."""
    own = (city for city in cities.values() if city.province_id == province.pk)
    return sorted({city.customs_district.code for city in own})


def _column(text: str, day: date, kept: Snapshot, known_at: int, asked: Sequence[str]) -> Column:
    """A column as somebody gave it; what was given for another is not suggested for it."""
    name, at, own = text.partition("@")
    given = _given_for(own if at else day.isoformat(), asked, day, kept)
    try:
        city = _place(name, day, kept, known_at, given)
    except ParameterError as wrong:
        (one,) = wrong.refusals
        instead = [f"{key}{at}{own}" for key in one.instead if key not in given]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None
    try:
        on = parse_day("cities", own) if at else day
    except ParameterError as wrong:
        (one,) = wrong.refusals
        instead = [] if city.slug in _given_for(day.isoformat(), asked, day, kept) else [city.slug]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None
    if isinstance(city, HypotheticalPlace):
        return Column(city, on)
    there = cities_on(kept, on, known_at=known_at).get(city.pk)
    if there is None:
        told = f"Revision {known_at} knows no city “{city.slug}”."
        words = _("Revision %(revision)d does not know %(city)s yet.")
        known = {"revision": known_at, "city": city.slug}
        raise ParameterError("cities", told, value=text, words=words % known)
    return Column(there, on)


def _given_for(on: str, asked: Sequence[str], day: date, kept: Snapshot) -> set[str]:
    """What is asked about on a day, as it was written there, by key where it is a city's name."""
    given = set()
    for text in asked:
        name, at, own = text.partition("@")
        if (own if at else day.isoformat()) == on:
            named = cities_named(name, kept)
            given.add(named[0] if len(named) == 1 else name)
    return given


def _place(
    name: str, day: date, kept: Snapshot, known_at: int, given: Collection[str]
) -> City | HypotheticalPlace:
    if ":" in name:
        cities = cities_on(kept, day, known_at=known_at)
        return described("cities", name, kept, cities, known_at=known_at)
    otherwise = " A place without pilot status is written NAME:PROVINCE:DISTRICT."
    return city_named("cities", name, kept, given=given, otherwise=otherwise)
