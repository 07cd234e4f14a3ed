"""Reading which cities are asked about, by any of their names, as API views and pages do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.api.parameters import Parameters
from cbec_portal.refusals import ParameterError, shown
from zones.api.place_parameters import described
from zones.models import City
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import cities_named, city_name, city_named
from zones.selectors.placements import cities_on


def cities_asked(
    name: str, parameters: Parameters, inquiry: Inquiry, *, most: int | None = None
) -> list[City]:
    """Return the cities that a parameter names, in the order asked for and where they lay on the
    day; none where none is named.

    Raises:
        ParameterError: too many, no city, one that the revision does not know, or one twice.
    """
    asked = parameters.many(name)
    if most and len(asked) > most:
        raise too_many(name, asked, most, inquiry)
    found: list[City] = []
    for text in asked:
        city = known_city(name, text, inquiry, asked)
        if city in found:
            told = f"Named twice: {city.slug}."
            words = _("Named twice, shown once: %s.") % shown(text)
            raise ParameterError(name, told, value=text, words=words)
        found.append(city)
    return found


def cities_in(parameters: Parameters, inquiry: Inquiry) -> list[City]:
    """Return the cities asked about in their usual order: by ``city``, by ``province``, or all that
    are known, where they lay on the day.

    Raises:
        ParameterError: there is no such city, or no such province.
    """
    there = {row.iso_3166_2 for row in inquiry.snapshot.related["province"].values()}
    provinces = parameters.choices("province", sorted(there))
    named = {city.pk for city in cities_asked("city", parameters, inquiry)}
    return [
        city
        for city in cities_on(inquiry).values()
        if (not named or city.pk in named)
        and (not provinces or city.province.iso_3166_2 in provinces)
    ]


def too_many(name: str, asked: Sequence[str], most: int, inquiry: Inquiry) -> ParameterError:
    """Return what to say where more cities are named than stand side by side."""
    more = asked[most:]
    words = ngettext(
        "Up to %(most)d cities stand side by side; %(more)d was left out: %(names)s.",
        "Up to %(most)d cities stand side by side; %(more)d were left out: %(names)s.",
        len(more),
    )
    names = _(", ").join(_called(text, inquiry) for text in more)
    return ParameterError(
        name,
        f"Name 1 to {most} cities; {len(asked)} were named.",
        value=",".join(more),
        words=words % {"most": most, "more": len(more), "names": shown(names)},
    )


def _called(text: str, inquiry: Inquiry) -> str:
    """A column as a reader knows it: the name of its city in the reader's language, and its day."""
    key, at, day = text.partition("@")
    named = cities_named(key, inquiry.snapshot)
    if len(named) != 1:
        return text
    city = inquiry.snapshot.cities_by_slug[named[0]]
    return f"{city_name(city, inquiry.snapshot, inquiry.language)}{at}{day}"


def known_city(name: str, text: str, inquiry: Inquiry, asked: Sequence[str]) -> City:
    """Return the city of a name, whichever of its names that is, where it lay on the day.

    Raises:
        ParameterError: there is none of that name or more than one, the revision knows none, it is
            a place without pilot status, or a day is given to it alone.
    """
    if "@" in text:
        raise _day_of_its_own(name, text, inquiry, asked)
    if ":" in text:
        raise _without_pilot_status(name, text, inquiry)
    city = city_named(name, text, inquiry.snapshot, given=asked)
    return where_it_lay(name, text, city, inquiry)


def _day_of_its_own(name: str, text: str, inquiry: Inquiry, asked: Sequence[str]) -> ParameterError:
    others = (other for other in asked if other != text)
    given = {key for other in others for key in cities_named(other, inquiry.snapshot)}
    named = cities_named(text.partition("@")[0], inquiry.snapshot)
    return ParameterError(
        name,
        f"“{shown(text)}” gives a day to one city; here all are asked about on one day: as_of.",
        value=text,
        words=_("“%s” gives a day to one city. Here all are asked about on one day.") % shown(text),
        instead=[key for key in named if key not in given],
    )


def _without_pilot_status(name: str, text: str, inquiry: Inquiry) -> ParameterError:
    """What to say of a place; where it is none either, why not."""
    try:
        place = described(name, text, inquiry)
    except ParameterError as wrong:
        (one,) = wrong.refusals
        cities = [key for key in one.instead if ":" not in key]
        return ParameterError.several([one._replace(instead=cities)])
    told = f"“{shown(text)}” has no pilot status; only pilot cities are asked about here."
    return ParameterError(
        name,
        f"{told} /api/v1/compare/ takes such places in cities.",
        value=text,
        words=_("“%s” has no pilot status. Only pilot cities are asked about here.") % place.name,
        place=place.slug,
    )


def where_it_lay(name: str, text: str, city: City, inquiry: Inquiry) -> City:
    """Return a city where it lay on the day.

    Raises:
        ParameterError: the revision does not know it.
    """
    known = cities_on(inquiry).get(city.pk)
    if known is None:
        raise unknown_then(name, text, city, inquiry.known_at)
    return known


def unknown_then(name: str, text: str, city: City, revision: int) -> ParameterError:
    """Return what to say where a revision does not know a city that others do."""
    words = _("Revision %(revision)d does not know %(city)s.")
    return ParameterError(
        name,
        f"Revision {revision} knows no city “{city.slug}”.",
        value=text,
        words=words % {"revision": revision, "city": city.slug},
    )
