"""Reading what is asked about the rules: the inquiry, columns, topics, and what narrows lists.

API views and pages read by these, so that both take the same words and refuse the same mistakes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from cbec_portal.api.parameters import Parameters
from cbec_portal.asked_days import parse_day
from cbec_portal.refusals import ParameterError, shown
from zones.api.city_parameters import too_many, where_it_lay
from zones.api.place_parameters import described
from zones.models import Batch, City, Topic
from zones.rules.vocabulary import Certainty, Change, Only, ScopeKind
from zones.selectors.change_feed import BY, WHAT, ChangeQuestion
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.matching_cities import CityQuestion, batch_key
from zones.selectors.place_names import cities_named, city_named
from zones.selectors.snapshot import Snapshot, revision_numbers

MOST_COLUMNS = 20


def known_at_of(parameters: Parameters, snapshot: Snapshot) -> int:
    """Return the revision asked for, else the newest of this edition; 0 before there is any.

    A question names its revision even when it asks for what is known now: so an answer is of one
    revision, though another be published while it is read.

    Raises:
        ParameterError: there is no such revision.
    """
    asked = parameters.whole_number("known_at", 1, 2_147_483_647)
    if asked is None or asked == snapshot.newest:
        return snapshot.newest
    if asked in snapshot.remembered("revisions", revision_numbers) and asked < snapshot.newest:
        return asked
    numbers = revisions_of(snapshot)
    if asked not in numbers:
        there = f"{numbers[0]} to {numbers[-1]}" if numbers else "none yet"
        raise ParameterError(
            "known_at",
            f"There is no revision {asked}; there are: {there}.",
            value=str(asked),
            words=_("There is no revision “%d”; this is what is known now.") % asked,
        )
    return asked


def refuse_revision_of_figures(query: QueryDict) -> None:
    """Refuse to answer for a revision about published figures.

    Raises:
        ParameterError: one is asked for.
    """
    if "known_at" in query:
        raise ParameterError(
            "known_at",
            "Published figures have no revisions: they are told as they are known now.",
            words=_("Published figures have no revisions: they stand here as they are known now."),
        )


def revisions_of(snapshot: Snapshot) -> list[int]:
    """Return the edition's revisions, oldest first: one published since is not answered yet."""
    return [number for number in revision_numbers() if number <= snapshot.newest]


def certainty_of(parameters: Parameters) -> Certainty:
    """Return how sure answers must at least be.

    Raises:
        ParameterError: it is no certainty.
    """
    return Certainty(parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED))


def inquiry_of(parameters: Parameters, snapshot: Snapshot, language: str) -> Inquiry:
    """Return the inquiry that ``as_of``, ``known_at`` and ``certainty`` make.

    Raises:
        ParameterError: one of them is wrong.
    """
    day, revision = parameters.day(), known_at_of(parameters, snapshot)
    return Inquiry(snapshot, revision, day, language, certainty_of(parameters))


def columns_of(parameters: Parameters, inquiry: Inquiry) -> list[Column]:
    """Return the columns of a comparison, the first being the baseline.

    Raises:
        ParameterError: none or too many, an unknown city, a wrong day, or one twice.
    """
    asked = parameters.many("cities")
    if not 1 <= len(asked) <= MOST_COLUMNS:
        raise too_many("cities", asked, MOST_COLUMNS, inquiry)
    found = [_column(text, inquiry, asked) for text in asked]
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


def topics_of(parameters: Parameters, inquiry: Inquiry) -> list[Topic]:
    """Return the topics asked about, in order: by ``topic``, by ``focus_area``, or all that are
    known.

    Every key that a list gives can be asked for; one on which the revision knows nothing yet gives
    no topic.

    Raises:
        ParameterError: there is no such topic, or no such focus area.
    """
    topics = topics_known(inquiry).values()
    slugs = parameters.choices("topic", inquiry.snapshot.topics_by_slug)
    areas = parameters.choices("focus_area", inquiry.snapshot.focus_areas)
    return [
        topic
        for topic in topics
        if (not slugs or topic.slug in slugs) and (not areas or topic.focus_area.slug in areas)
    ]


def only_of(parameters: Parameters) -> list[Only]:
    """Return what a comparison is narrowed to.

    Raises:
        ParameterError: a value is none of those.
    """
    return [Only(value) for value in parameters.choices("only", list(Only))]


def conditions_in(texts: Sequence[str], snapshot: Snapshot) -> list[tuple[Topic, str]]:
    """Return conditions ``topic:value``; the first colon splits, commas are literal.

    Raises:
        ParameterError: a topic is unknown or a value is missing.
    """
    found = []
    for text in texts:
        slug, colon, value = text.partition(":")
        topic = snapshot.topics_by_slug.get(slug)
        if not colon or not value or topic is None:
            raise ParameterError(
                "policy",
                f"{text[:80]!r} is not a known topic, a colon and a value.",
                value=text,
                words=_("“%s” is no topic with an answer.") % shown(text),
            )
        found.append((topic, value))
    return found


def _column(text: str, inquiry: Inquiry, asked: Sequence[str]) -> Column:
    """A column as somebody gave it; what was given for another is not suggested for it."""
    name, at, own = text.partition("@")
    given = _given_for(own if at else inquiry.day.isoformat(), asked, inquiry)
    try:
        city = _place(name, inquiry, given)
    except ParameterError as wrong:
        (one,) = wrong.refusals
        instead = [f"{key}{at}{own}" for key in one.instead if key not in given]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None
    try:
        on = parse_day("cities", own) if at else inquiry.day
    except ParameterError as wrong:
        (one,) = wrong.refusals
        there = _given_for(inquiry.day.isoformat(), asked, inquiry)
        instead = [] if city.slug in there else [city.slug]
        raise ParameterError.several([one._replace(value=text, instead=instead)]) from None
    if isinstance(city, HypotheticalPlace):
        return Column(city, on)
    return Column(where_it_lay("cities", text, city, inquiry.on(on)), on)


def _given_for(on: str, asked: Sequence[str], inquiry: Inquiry) -> set[str]:
    """What is asked about on a day, as it was written there, by key where it is a city's name."""
    given = set()
    for text in asked:
        name, at, own = text.partition("@")
        if (own if at else inquiry.day.isoformat()) == on:
            named = cities_named(name, inquiry.snapshot)
            given.add(named[0] if len(named) == 1 else name)
    return given


def _place(name: str, inquiry: Inquiry, given: Collection[str]) -> City | HypotheticalPlace:
    if ":" in name:
        return described("cities", name, inquiry)
    otherwise = " A place without pilot status is written NAME:PROVINCE:DISTRICT."
    return city_named("cities", name, inquiry.snapshot, given=given, otherwise=otherwise)


def city_question(parameters: Parameters, snapshot: Snapshot) -> CityQuestion:
    """Read ``programme``, ``batch`` and ``policy``.

    Raises:
        ParameterError: one of them is wrong.
    """
    programmes = [row.slug for row in snapshot.related["programme"].values()]
    return CityQuestion(
        parameters.choices("programme", programmes),
        _batches(parameters) if "batch" in parameters else [],
        conditions_in(parameters.repeated("policy"), snapshot),
    )


def _batches(parameters: Parameters) -> list[str]:
    """Natural keys of the batches asked for: ``comprehensive.5``, or ``5`` of every programme."""
    there = list(Batch.objects.values_list("programme__slug", "number"))
    named = {batch_key(*batch): [batch_key(*batch)] for batch in there}
    for programme, number in there:
        named.setdefault(str(number), []).append(batch_key(programme, number))
    return [key for name in parameters.choices("batch", named) for key in named[name]]


#: The parameters of a question about changes, with what each means.
CHANGE_PARAMETERS = {
    "by": "`law` (the default) tells on which day the law moved, `publication` in which revision "
    "the portal learned or corrected it.",
    "since": "Only revisions after this one; asks by publication.",
    "from": "The first day of law, YYYY-MM-DD.",
    "to": "The last day of law, YYYY-MM-DD.",
    "kind": "enacted, amended, ended; by publication also corrected, withdrawn, researched.",
    "what": "policy, zone or coverage (a city that a zone of another covers).",
    "focus_area": "Only policies on topics of these focus areas.",
    "topic": "Only policies on these topics.",
    "city": "Only what binds one of these cities, or places without pilot status written as "
    "NAME:PROVINCE:DISTRICT: its own, its district's, its province's, its programmes' and the "
    "nation's.",
    "programme": "Only zones and policies of these programmes.",
    "scope_kind": "Only policies that bind bodies of these kinds.",
    "known_at": "The number of the revision whose knowledge is asked for.",
}


def change_question(parameters: Parameters, inquiry: Inquiry) -> ChangeQuestion:
    """Return what is asked about changes.

    Raises:
        ParameterError: a value is unknown, or two of them contradict each other.
    """
    snapshot = inquiry.snapshot
    since = parameters.whole_number("since", 0, 2_147_483_647)
    by = parameters.choice("by", BY, "law" if since is None else "publication")
    if since is not None and by == "law":
        raise ParameterError(
            "since",
            "Changes since a revision are asked for by=publication.",
            words=_("Revisions are asked for where it is shown what the portal published."),
        )
    numbers = revisions_of(snapshot)
    if since and since not in numbers:
        raise ParameterError(
            "since",
            f"There is no revision {since}; the newest is {snapshot.newest}.",
            value=str(since),
            words=_("There is no revision %(asked)d; the newest is %(newest)d.")
            % {"asked": since, "newest": snapshot.newest},
        )
    first, last = parameters.day("from", default=None), parameters.day("to", default=None)
    if by == "publication" and (first or last):
        named = "from" if first else "to"
        raise ParameterError(
            named,
            "Days are days of law; by publication ask `since` a revision.",
            words=_("Days are asked for where the days of law are shown."),
        )
    if first and last and last < first:
        raise ParameterError(
            "to",
            f"“{last}” is before “{first}”.",
            value=last.isoformat(),
            words=_("The end, %(last)s, is before the start, %(first)s.")
            % {"last": last, "first": first},
        )
    about = "topic" in parameters or "focus_area" in parameters
    programmes = {row.slug: pk for pk, row in snapshot.related["programme"].items()}
    chosen = parameters.choices("programme", programmes)
    return ChangeQuestion(
        by=by,
        since=since,
        first=first,
        last=last,
        kinds=parameters.choices("kind", list(Change)),
        what=parameters.choices("what", WHAT),
        topics={topic.pk for topic in topics_of(parameters, inquiry)} if about else None,
        places=_places(parameters, inquiry),
        programmes={programmes[slug] for slug in chosen} if chosen else None,
        scopes=parameters.choices("scope_kind", list(ScopeKind)),
    )


def _places(parameters: Parameters, inquiry: Inquiry) -> list[City | HypotheticalPlace]:
    names = parameters.many("city")
    if len(names) > MOST_COLUMNS:
        raise too_many("city", names, MOST_COLUMNS, inquiry)
    return [
        described("city", name, inquiry)
        if ":" in name
        else city_named("city", name, inquiry.snapshot)
        for name in names
    ]
