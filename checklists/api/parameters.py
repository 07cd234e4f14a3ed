"""Reading what a preview is asked for: the template, the place, and the company's answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from cbec_portal.api.parameters import Parameters, checked_options
from cbec_portal.refusals import ParameterError, shown
from checklists.selectors.preview import KnownPlace, described_place, place_of
from checklists.selectors.template_snapshot import TemplateSnapshot
from zones.api.city_parameters import unknown_then, where_it_lay
from zones.api.place_parameters import bodies_by_code, refuse_apart
from zones.models import City
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import city_named
from zones.selectors.snapshot import Snapshot

#: How programs name a place that is no pilot city.
OTHERWISE = " A place without pilot status is named by its province and its customs district."


def city_asked(parameters: Parameters, inquiry: Inquiry) -> City:
    """Return the city asked about, where it lay on the day.

    Raises:
        ParameterError: none is named, there is none of that name, or the revision does not know it.
    """
    name = parameters.one("city")
    if name is None:
        raise ParameterError("city", "Name a city, as in city=hangzhou; see /api/v1/cities/.")
    named = city_named("city", name, inquiry.snapshot, otherwise=OTHERWISE)
    return where_it_lay("city", name, named, inquiry)


def place_asked(parameters: Parameters, topics: Collection[int], inquiry: Inquiry) -> KnownPlace:
    """Return what is known of the place asked about: a city, or a province and a customs district.

    Raises:
        ParameterError: neither is named, both are, or one of them is unknown.
    """
    bodies = bodies_by_code(inquiry.snapshot)
    asked = {name: parameters.choice(name, rows) for name, rows in bodies.items()}
    if "city" in parameters or not any(asked.values()):
        if any(asked.values()):
            raise ParameterError(
                "city",
                "Name a city, or a province and a customs district.",
                words=_("A place is named by its city, or by province and customs district."),
            )
        return place_of(city_asked(parameters, inquiry), topics, inquiry)
    for name, value in asked.items():
        if value is None:
            raise ParameterError(
                name,
                "A place without pilot status needs both.",
                words=_("A place without pilot status needs both, province and customs district."),
            )
    province, district = (bodies[name][value or ""] for name, value in asked.items())
    refuse_apart(province, district, inquiry)
    return described_place(province, district, topics, inquiry)


def city_of(parameter: str, name: str, snapshot: Snapshot, *, given: Collection[str] = ()) -> City:
    """Return the city of a key or of any other name, in a question that places without pilot status
    can be asked about as well.

    Args:
        given: every name that is asked for.

    Raises:
        ParameterError: there is none of that name that the newest revision knows, or more than
            one.
    """
    named = city_named(parameter, name, snapshot, given=given, otherwise=OTHERWISE)
    if named.pk not in snapshot.cities_now:
        raise unknown_then(parameter, name, named, snapshot.newest)
    return named


def answers_asked(parameters: Parameters, every: TemplateSnapshot) -> dict[str, list[str]]:
    """Return the company's answers, given as repeated ``answer=question:choice``; see
    `answers_in`.
    """
    return answers_in(parameters.repeated("answer"), every)


def answers_in(texts: Iterable[str], every: TemplateSnapshot) -> dict[str, list[str]]:
    """Return answers by question, each given as ``question:choice``.

    Raises:
        ParameterError: a question or a choice is unknown, or a question of one answer is answered
            twice.
    """
    given: dict[str, list[str]] = {}
    for text in texts:
        question, colon, choice = text.partition(":")
        if not colon or not choice:
            raise ParameterError(
                "answer",
                f"“{shown(text)}” is not a question, a colon and an answer.",
                value=text,
                words=_("“%s” is not a known value here.") % shown(text),
            )
        try:
            checked_options("answer", [question], every.questions)
            offered = [c.slug for c in every.questions[question].choices.all()]
            checked_options("answer", [choice], offered)
        except ParameterError as wrong:
            (one,) = wrong.refusals
            raise ParameterError.several([one._replace(value=text, instead=[])]) from None
        if choice not in given.setdefault(question, []):
            given[question].append(choice)
    for question, choices in given.items():
        if len(choices) > 1 and not every.questions[question].multiple:
            raise ParameterError(
                "answer",
                f"“{question}” takes one answer only.",
                value=",".join(f"{question}:{choice}" for choice in choices[1:]),
                words=_("A question of one answer was given several; the first counts."),
            )
    return given
