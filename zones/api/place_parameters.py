"""Reading a place without pilot status: where it may lie, and what cannot be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.api.parameters import checked_options
from cbec_portal.languages import in_language
from cbec_portal.refusals import ParameterError, Refusal, shown
from zones.models import City, CustomsDistrict, Province
from zones.models.scopes import PLACES
from zones.rules.written_keys import WrittenKey
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import pilot_in
from zones.selectors.placements import cities_on, districts_by_province
from zones.selectors.snapshot import Snapshot

LONGEST_NAME = 60
#: What parts the parts of an address, and so cannot stand in a name.
PARTING = frozenset(":,@/")


def described(parameter: str, text: str, inquiry: Inquiry) -> HypotheticalPlace:
    """Return a place without pilot status, written as ``Suihua:CN-HL:1900``.

    These are its name, its province and its customs district.

    Where all cities of a province lie in one customs district, it may be left out.

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
        return described_by(name, province, district, inquiry, called=(parameter,) * 3)
    except ParameterError as wrong:
        (one,) = wrong.refusals
        better = (_put_in(part, one, name, codes) for part in one.instead)
        instead = [key for key in better if _is_place(key, inquiry)]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None


def _is_place(key: str, inquiry: Inquiry) -> bool:
    """Whether what might be suggested is a city, or a place that can be."""
    try:
        return ":" not in key or bool(described("", key, inquiry))
    except ParameterError:
        return False


def _put_in(better: str, refusal: Refusal, name: str, codes: Sequence[str]) -> str:
    """A place with what is suggested for the part of it that was refused; or another altogether."""
    if refusal.value not in codes:
        return better
    return ":".join([name, *(better if code == refusal.value else code for code in codes)])


def bodies_known(province: str, district: str, snapshot: Snapshot) -> bool:
    """Return whether there are a province and a customs district of these codes."""
    provinces, districts = bodies_by_code(snapshot).values()
    return province in provinces and district in districts


def bodies_by_code(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Return the provinces and the customs districts by the codes by which one names them, each
    under the column that names one.
    """
    related = snapshot.related
    return {
        body.column: {getattr(row, body.key): row for row in related[body.column].values()}
        for body in PLACES
    }


def described_by(
    name: str,
    province: str,
    district: str | None,
    inquiry: Inquiry,
    *,
    called: tuple[str, str, str] = ("name", "province", "customs_district"),
) -> HypotheticalPlace:
    """Return a place without pilot status by its name and the codes of the bodies it lies in.

    Args:
        district: may be none where all cities of the province lie in one.
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
    snapshot = inquiry.snapshot
    province = snapshot.key_today(WrittenKey("province", province))
    if district is not None:
        district = snapshot.key_today(WrittenKey("customsdistrict", district))
    provinces, districts = bodies_by_code(snapshot).values()
    checked_options(called[1], [province], provinces)
    if pilot := pilot_in(name, province, snapshot):
        raise ParameterError(
            called[0],
            f"“{shown(name)}” of {province} is a pilot city: ask for {pilot.slug}.",
            value=name,
            words=_("“%s” is a pilot city there, which more rules bind. Ask for it as a city.")
            % shown(name),
            instead=[pilot.slug],
        )
    if district is None:
        own = districts_of(provinces[province], cities_on(inquiry))
        if len(own) != 1:
            raise _undetermined(called[2], f"{name}:{province}", own)
        (district,) = own
    checked_options(called[2], [district], districts)
    place = HypotheticalPlace(name, provinces[province], districts[district])
    refuse_apart(place.province, place.customs_district, inquiry, called=called[2])
    return place


def refuse_apart(
    province: Province,
    district: CustomsDistrict,
    inquiry: Inquiry,
    *,
    called: str = "customs_district",
) -> None:
    """Refuse a customs district in which nothing of a province can lie, as far as is recorded.

    A district may reach into provinces of which it holds no city here: it is refused where cities
    of other provinces lie in it, and those of this province in others.

    Args:
        called: the parameter in which the district was given.

    Raises:
        ParameterError: it is such a district.
    """
    by_province = districts_by_province(inquiry)
    own = by_province.get(province.pk, frozenset())
    if not own or district.pk in own or not any(district.pk in d for d in by_province.values()):
        return
    codes = sorted(inquiry.snapshot.related["customs_district"][pk].code for pk in own)
    raise ParameterError(
        called,
        f"Nothing of {province.iso_3166_2} lies in customs district {district.code}, as far as is "
        f"recorded; its cities lie in: {', '.join(codes)}.",
        value=district.code,
        words=_("Nothing of %(province)s lies under %(district)s, as far as is recorded.")
        % {
            "province": in_language(province, "name", inquiry.language),
            "district": in_language(district, "name", inquiry.language),
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
    """Return codes of the customs districts in which those of the cities lie that lie in a
    province.
    """
    own = (city for city in cities.values() if city.province_id == province.pk)
    return sorted({city.customs_district.code for city in own})
