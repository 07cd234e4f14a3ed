"""Following changes from outside: an Atom feed, and a calendar of coming starts and ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.translation import gettext

from cbec_portal.api.parameters import Parameters
from cbec_portal.china_time import now, start_of, today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.kept_pages import public_answer
from cbec_portal.languages import active_language, in_language
from cbec_portal.punctuation import by_commas, enumerated
from cbec_portal.refusals import ParameterError
from zones.api.parameters import CHANGE_PARAMETERS, change_question, inquiry_of
from zones.api.representations.changes import changes_shape
from zones.models import City, Revision
from zones.pages.change_pages import KINDS, corrected_words, doubt_of
from zones.rules.event_names import event_uid
from zones.rules.partial_dates import edge_as_written
from zones.rules.vocabulary import Change
from zones.selectors.change_feed import changes
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot, public_state

if TYPE_CHECKING:
    from icalendar import Event as Appointment

NEWEST = 100
#: The beginning of every name in a feed (RFC 4287, RFC 4151).
TAG = "tag:cbec-portal,2026"
ONE_DAY = timedelta(days=1)


class AskedChanges(NamedTuple):
    """The changes of one question: how it was asked, and when its revision was published.

    One object of the feed serves all requests at once, so nothing of a request is kept in it.
    """

    rows: list[dict[str, Any]]
    asked: str
    about: str
    published_at: datetime


class LastingFeed(Atom1Feed):
    """A feed that is the same each time it is asked for while nothing changes."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry was published; of no entries, when the revision was."""
        if self.items:
            return super().latest_post_date()
        moment: datetime = self.feed["published_at"]
        return moment


class ChangesFeed(Feed):
    """The newest changes as Atom; the page's question narrows it."""

    feed_type = LastingFeed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # it may be kept
        """The feed, or a page that says what was wrong with the question."""

        def make() -> HttpResponse:
            try:
                return super(ChangesFeed, self).__call__(request, *args, **kwargs)
            except ParameterError as wrong:
                return render(request, "400.html", {"errors": wrong.errors}, status=400)

        return public_answer(request, public_state, make)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> AskedChanges:
        """Return the changes asked for, as pages tell them."""
        parameters = Parameters(request.GET, (*CHANGE_PARAMETERS, "lang"))
        inquiry = inquiry_of(parameters, current_snapshot(), active_language())
        asked = change_question(parameters, inquiry)
        events = changes(asked, inquiry)
        if "from" not in parameters and "to" not in parameters and "since" not in parameters:
            events = [e for e in events if e.day is None or e.day <= today_in_china()]
        rows = changes_shape(events[:NEWEST], inquiry)
        published = Revision.objects.filter(number=inquiry.known_at)
        moment = published.values_list("published_at", flat=True).first()
        about = _about(asked.places, parameters, inquiry)
        return AskedChanges(rows, request.GET.urlencode(), about, moment or now())

    def feed_extra_kwargs(self, found: AskedChanges) -> dict[str, Any]:
        """Return when the revision was published."""
        return {"published_at": found.published_at}

    def title(self, found: AskedChanges) -> str:
        """Return what the feed is called: what it is about, by which readers tell their feeds
        apart.
        """
        called = gettext("Changes of cross-border e-commerce rules")
        return gettext(": ").join(filter(None, [found.about, called]))

    def subtitle(self, _found: AskedChanges) -> str:
        """Return what the feed holds."""
        return gettext("What was enacted, amended, ended or corrected, with its source.")

    def link(self, found: AskedChanges) -> str:
        """Return the page of the same question."""
        return f"{reverse('zones:changes')}?{found.asked}"

    def feed_url(self, found: AskedChanges) -> str:
        """Return the feed's own address."""
        return f"{reverse('zones:changes-feed')}?{found.asked}"

    def feed_guid(self, found: AskedChanges) -> str:
        """Return an id that is the same for the same question."""
        return f"{TAG}:changes?{found.asked}"

    def items(self, found: AskedChanges) -> list[dict[str, Any]]:
        """Return the changes."""
        return found.rows

    def item_title(self, item: Any) -> str:
        """Return what changed, on one line."""
        return title_of(item)

    def item_description(self, item: Any) -> str:
        """Return what it says, and who says so, each in a paragraph, since readers of feeds join
        lines.
        """
        return format_html_join("", "<p>{}</p>", ([line] for line in lines_of(item)))

    def item_link(self, item: Any) -> str:
        """Return the page of what changed."""
        return address_of(item)

    def item_guid(self, item: Any) -> str:
        """Return an id that is the same for the same change, whatever is asked for."""
        return f"{TAG}:{item['name']}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime:
        """Return when the law moved, or when it was published here."""
        if item["day"] is None:
            return item["published_at"]  # type: ignore[no-any-return]  # an answer is Any
        return start_of(item["day"])

    def item_updateddate(self, item: Any) -> datetime:
        """Return when it was published here."""
        return item["published_at"]  # type: ignore[no-any-return]  # an answer is Any

    def item_categories(self, item: Any) -> list[str]:
        """Return the kind of change, and the focus area."""
        return [name for name in (item["kind"], item["focus_area"]) if name]


def _about(
    places: Sequence[City | HypotheticalPlace], parameters: Parameters, inquiry: Inquiry
) -> str:
    """What a feed is about: the places, topics and focus areas that it was narrowed down to."""
    snapshot, language = inquiry.snapshot, inquiry.language
    topics = (snapshot.topics_by_slug[slug] for slug in parameters.many("topic"))
    areas = (snapshot.focus_areas[slug] for slug in parameters.many("focus_area"))
    return enumerated(
        [
            *(in_language(place, "name", language) for place in places),
            *(in_language(topic, "label", language) for topic in topics),
            *(in_language(area, "name", language) for area in areas),
        ]
    )


def changes_calendar(request: HttpRequest) -> HttpResponseBase:
    """Answer with coming starts and ends as iCalendar, or with those from ``from`` on."""
    return public_answer(request, public_state, lambda: _calendar(request))


def _calendar(request: HttpRequest) -> HttpResponse:
    try:
        parameters = Parameters(request.GET, (*CHANGE_PARAMETERS, "lang"))
        inquiry = inquiry_of(parameters, current_snapshot(), active_language())
        asked = change_question(parameters, inquiry)
        if asked.by != "law":
            raise ParameterError("by", "A calendar holds days of law; leave `by` out.")
    except ParameterError as wrong:
        return render(request, "400.html", {"errors": wrong.errors}, status=400)
    first = asked.first or today_in_china()
    events = [e for e in changes(asked, inquiry) if e.day is not None and e.day >= first]
    from icalendar import Calendar  # it takes 3 MB, and few ask for it

    calendar = Calendar()
    calendar.add("prodid", "-//CBEC portal//changes//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", gettext("Coming changes of cross-border e-commerce rules"))
    for row in changes_shape(events, inquiry):
        calendar.add_component(_appointment(row, request))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="changes.ics"'
    return response


def _appointment(row: dict[str, Any], request: HttpRequest) -> Appointment:
    from icalendar import Event as Appointment

    appointment = Appointment()
    appointment.add("uid", str(event_uid(row["name"])))
    appointment.add("dtstamp", row["published_at"].astimezone(UTC))
    appointment.add("dtstart", row["day"])
    appointment.add("dtend", row["day"] + ONE_DAY)
    appointment.add("transp", "TRANSPARENT")
    appointment.add("summary", _summary_of(row))
    appointment.add("description", description_of(row))
    appointment.add("url", request.build_absolute_uri(address_of(row)))
    return appointment


def _summary_of(row: dict[str, Any]) -> str:
    """A change on one line, with its date where the day of the entry is finer than that."""
    written = edge_as_written(row["written"], row["day"].isoformat())
    if written == row["day"].isoformat():
        return title_of(row)
    words = {"title": title_of(row), "written": day_in_words(written)}
    return gettext("%(title)s, date as written: %(written)s") % words


def title_of(row: dict[str, Any]) -> str:
    """Return a change on one line."""
    what = row["question"] or row["after"] or row["before"]
    kind = by_commas(filter(None, [str(KINDS[Change(row["kind"])][1]), doubt_of(row)]))
    words = {"kind": kind, "scope": row["scope"]["name"], "what": what}
    return gettext("%(scope)s: %(what)s (%(kind)s)") % words


def description_of(row: dict[str, Any]) -> str:
    """Return a change in full, on lines."""
    return "\n".join(lines_of(row))


def lines_of(row: dict[str, Any]) -> list[str]:
    """Return a change in full: before and after, the dates as written, the source."""
    lines = []
    if row["question"]:
        lines.append(f"{row['before'] or '–'} → {row['after'] or '–'}")
    lines.append(corrected_words(row["moved"]))
    if row["written"]:
        lines.append(gettext("Date as written: %s") % day_in_words(str(row["written"])))
    if row["start_qualifier"]:
        lines.append(gettext("The date is not exact: %s") % gettext(row["start_qualifier"]))
    source = row["source"]
    lines += [row["summary"], row["caveat"]]
    cited = [source["document_number"], source["title"], row["clause"]]
    lines.append(" ".join(filter(None, cited)))
    return [line for line in lines if line.strip()]


def address_of(row: dict[str, Any]) -> str:
    """Return the page of what changed, on the day of the change."""
    on = f"?as_of={row['day']}" if row["day"] else ""
    if row["topic"] is None:
        return reverse("zones:city", args=[row["scope"]["code"]])
    if row["scope"]["kind"] == "city":
        return reverse("zones:answer", args=[row["scope"]["code"], row["topic"]]) + on
    return reverse("zones:topic", args=[row["topic"]]) + on
