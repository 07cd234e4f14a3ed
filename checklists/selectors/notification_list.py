"""Someone's notifications, and what they say."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_never

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import active_language, in_language
from cbec_portal.punctuation import enumerated
from checklists.models import Act, Notification, Subject
from checklists.permissions import Action, checklist_policy
from checklists.rules.change_detection import Move
from zones.selectors.snapshot import Snapshot, current_snapshot


def notifications_of(user: User) -> QuerySet[Notification]:
    """Return someone's notifications about checklists that they still see, newest first."""
    seen = checklist_policy.rows(Action.SEE, user).values("pk")
    return Notification.objects.filter(user=user, checklist__in=seen).select_related(
        "checklist", "item"
    )


def words_of(notification: Notification, snapshot: Snapshot | None = None) -> str:
    """Return what a notification says, in one sentence.

    Args:
        snapshot: the snapshot, for whoever tells of many notifications.
    """
    detail, snapshot = notification.detail, snapshot or current_snapshot()
    subject = Subject(notification.subject)
    match subject:
        case Subject.MOVED:
            return _sentences(
                _gate_moved(detail, snapshot), _moved(detail["count"], detail["items"])
            )
        case Subject.COMING:
            return _sentences(_gate_coming(detail, snapshot), _coming(detail))
        case Subject.FINDING_EXPIRES:
            told = gettext("Your own finding on “%(topic)s” expires on %(day)s.")
            return told % {"topic": _question(detail["topic"], snapshot), "day": _day(detail)}
        case Subject.EVIDENCE:
            return _evidence(detail)
        case Subject.DUE:
            return gettext("%(item)s is due on %(day)s.") % _item(notification)
        case Subject.OVERDUE:
            return gettext("%(item)s was due on %(day)s and is overdue.") % _item(notification)
        case Subject.ASSIGNED:
            told = gettext("%(who)s assigned %(item)s to you.")
            return told % {"who": detail["by"], "item": _title(notification)}
        case Subject.SHARED:
            return gettext("%(who)s shared this checklist with you.") % {"who": detail["by"]}
    assert_never(subject)


EVIDENCE = {
    Act.ATTACHED: gettext_lazy("%(who)s attached your evidence “%(title)s”."),
    Act.DETACHED: gettext_lazy("%(who)s detached your evidence “%(title)s”."),
    Act.RENEWED: gettext_lazy("%(who)s handed in a newer version of your evidence “%(title)s”."),
    Act.KEPT: gettext_lazy("%(who)s said until when your evidence “%(title)s” is kept."),
    Act.DISCARDED: gettext_lazy("%(who)s discarded the files of your evidence “%(title)s”."),
}


def _evidence(detail: dict[str, Any]) -> str:
    """Return what someone else did with one's evidence; in a checklist one does not see,
    only that.
    """
    shown = {"who": detail["by"], "title": detail["title"]}
    if detail["act"] == Act.ATTACHED and detail["elsewhere"]:
        told = gettext("%(who)s let your evidence “%(title)s” serve another checklist.")
        return told % shown
    return str(EVIDENCE[detail["act"]]) % shown


def _question(topic: str, snapshot: Snapshot) -> str:
    found = snapshot.topics_by_slug.get(topic)
    return in_language(found, "question", active_language()) if found else topic


def _sentences(*told: str) -> str:
    return " ".join(sentence for sentence in told if sentence)


GATE_MOVED = {
    Move.FALLS_AWAY: gettext_lazy("STOP: this trade mode is no longer open in %(places)s."),
    Move.TO_CONFIRM: gettext_lazy(
        "Confirm first: nobody has confirmed that this trade mode is open in %(places)s."
    ),
    Move.NEW: gettext_lazy("This trade mode is open now, or may be, in %(places)s."),
    Move.CHANGED: gettext_lazy("The rule that opens this trade mode has changed in %(places)s."),
}
GATE_COMING = {
    Move.FALLS_AWAY: gettext_lazy(
        "STOP: %(when)s this trade mode is no longer open in %(places)s."
    ),
    Move.TO_CONFIRM: gettext_lazy(
        "Confirm first: %(when)s nobody has confirmed that this trade mode is open in %(places)s."
    ),
    Move.NEW: gettext_lazy("This trade mode is open, or may be, %(when)s in %(places)s."),
    Move.CHANGED: gettext_lazy("Another rule opens this trade mode %(when)s in %(places)s."),
}


def _gate_moved(detail: dict[str, Any], snapshot: Snapshot) -> str:
    if not (gate := detail.get("gate")):
        return ""
    return str(GATE_MOVED[gate["move"]]) % {"places": _places(gate["places"], snapshot)}


def _gate_coming(detail: dict[str, Any], snapshot: Snapshot) -> str:
    if not (gate := detail.get("gate")):
        return ""
    shown = {"when": _when(detail), "places": _places(gate["places"], snapshot)}
    return str(GATE_COMING[gate["move"]]) % shown


def _places(keys: list[str], snapshot: Snapshot) -> str:
    """Return places in the reader's language; those without pilot status have a name alone."""
    cities, language = snapshot.cities_by_slug, active_language()
    names = (in_language(cities[key], "name", language) if key in cities else key for key in keys)
    return enumerated(names, language)


def _coming(detail: dict[str, Any]) -> str:
    numbers = detail["numbers"]
    if not numbers:
        return ""
    told = ngettext(
        "The law moves %(when)s for %(count)d requirement: %(numbers)s",
        "The law moves %(when)s for %(count)d requirements: %(numbers)s",
        len(numbers),
    )
    shown = {"count": len(numbers), "numbers": ", ".join(numbers)}
    return told % {"when": _when(detail), **shown}


def _when(detail: dict[str, Any]) -> str:
    """Return the time from which something moves, no finer than the documents write it."""
    written = detail.get("written", detail["day"])
    told = day_in_words(written)
    return told if " " in written else gettext("from %s on") % told


def _moved(count: int, items: int) -> str:
    if not count:
        return ""
    told = ngettext(
        "The law moved: %(count)d of %(items)d items changed since you took them up.",
        "The law moved: %(count)d of %(items)d items changed since you took them up.",
        count,
    )
    return told % {"count": count, "items": items}


def _item(notification: Notification) -> dict[str, str]:
    return {"item": _title(notification), "day": _day(notification.detail)}


def _title(notification: Notification) -> str:
    """Return the duty's number and title in the reader's language."""
    item = notification.item
    return f"{item.number} {in_language(item, 'title', active_language())}" if item else ""


def _day(detail: dict[str, str]) -> str:
    return day_in_words(date.fromisoformat(detail["day"]))
