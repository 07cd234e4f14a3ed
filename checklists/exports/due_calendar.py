"""Due days as iCalendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, timedelta
from uuid import uuid5

from django.utils.translation import gettext

from cbec_portal.choice_labels import chosen_label
from cbec_portal.languages import in_language
from checklists.models import Item

ONE_DAY = timedelta(days=1)


def due_calendar(items: Iterable[Item], address: Callable[[Item], str], *, language: str) -> bytes:
    """Return the due days of items as all-day events.

    Args:
        items: those with a due day and a checklist; others are left out.
        address: the page of an item.
    """
    from icalendar import Calendar, Event  # it takes 3 MB, and few ask for it

    calendar = Calendar()
    calendar.add("prodid", "-//CBEC portal//due days//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", gettext("Due days of checklists"))
    for item in items:
        if item.due_on is None:
            continue
        event = Event()
        event.add("uid", str(uuid5(item.checklist.key, f"{item.pk}:{item.period}")))
        event.add("dtstamp", item.checklist.created_at.astimezone(UTC))
        event.add("sequence", item.version)
        event.add("dtstart", item.due_on)
        event.add("dtend", item.due_on + ONE_DAY)
        event.add("transp", "TRANSPARENT")
        event.add("summary", f"{item.number} {in_language(item, 'title', language)}")
        event.add("description", f"{item.checklist.title}\n{chosen_label(item, 'status')}")
        event.add("url", address(item))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
