"""Entries of the research queue as pages of the desk show them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed
from zones.dataset.policy_table import Policies
from zones.dataset.source_tables import Sources
from zones.dataset.statistic_tables import Statistics
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_answer, address_of_new, address_of_row
from zones.desk.cell_words import CellWords
from zones.models.labels import label
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import programmes_known, topics_known
from zones.selectors.matching_cities import memberships
from zones.selectors.queue_entry import QueueEntry, QueuePart
from zones.selectors.queue_weights import ChecklistWeights
from zones.selectors.rendered_values import topic_label
from zones.selectors.research_queue import narrowed, research_queue
from zones.selectors.snapshot import current_snapshot


def inquiry_of_today(language: str) -> Inquiry:
    """Return the question of today that the queue answers, with all that is known."""
    snapshot = current_snapshot()
    return Inquiry(snapshot, snapshot.newest, today_in_china(), language, Certainty.UNVERIFIED)


def open_to(
    person: Any, inquiry: Inquiry, queue: Iterable[QueueEntry] | None = None
) -> list[QueueEntry]:
    """Return what waits and somebody could look into: nobody does, or he does; weightiest first.

    Args:
        person: who could.
        inquiry: the day of which the queue is.
        queue: what waits, where it was read already.
    """
    return [
        entry
        for entry in (research_queue(inquiry) if queue is None else queue)
        if not rests(entry, inquiry.day)
        and (entry.mark is None or entry.mark.assignee_id in (None, person.pk))
    ]


def rests(entry: QueueEntry, today: date) -> bool:
    """Return whether an entry waits for a day that is still to come."""
    return bool(entry.mark and entry.mark.rests_until and entry.mark.rests_until > today)


def is_mine(entry: QueueEntry, person: Any) -> bool:
    """Return whether somebody looks into an entry."""
    return bool(entry.mark and entry.mark.assignee_id == person.pk)


class QueueChoices:
    """What the queue is narrowed by: kind, focus area, topic and programme, each choice with how
    many entries there are of it beside what else is chosen.
    """

    names = ("kind", "focus_area", "topic", "programme")

    def __init__(
        self,
        entries: list[QueueEntry],
        inquiry: Inquiry,
        asked: Mapping[str, str],
        weights: ChecklistWeights,
    ) -> None:
        self._entries, self._inquiry, self._weights = entries, inquiry, weights
        self._topics = {topic.slug: topic for topic in topics_known(inquiry).values()}
        inside: dict[str, set[int]] = defaultdict(set)
        for member in memberships(inquiry):
            inside[member.programme].add(member.city)
        self._inside = inside
        known = {
            "kind": list(ToResearch),
            "focus_area": inquiry.snapshot.focus_areas,
            "topic": self._topics,
            "programme": inside,
        }
        self.chosen = {
            name: said if (said := asked.get(name, "")) in known[name] else ""
            for name in self.names
        }
        self._asked = asked

    @property
    def kind(self) -> str:
        """Return the kind that is chosen, if one is."""
        return self.chosen["kind"]

    def shown(self, without: str = "") -> list[QueueEntry]:
        """Return the entries that are chosen, whatever is chosen of one of the boxes."""
        chosen = {**self.chosen, without: ""}
        topics = {
            slug
            for slug, topic in self._topics.items()
            if chosen["topic"] in ("", slug) and chosen["focus_area"] in ("", topic.focus_area.slug)
        }
        narrows = chosen["topic"] or chosen["focus_area"]
        programme = chosen["programme"]
        return narrowed(
            (entry for entry in self._entries if chosen["kind"] in ("", entry.kind)),
            self._weights,
            topics=topics if narrows else None,
            places=self._inside[programme] if programme else None,
        )

    def boxes(self, language: str) -> list[dict[str, Any]]:
        """Return the boxes with their choices, each with its count; those of nothing are left out,
        but for one that is chosen.
        """
        by_name = {
            "kind": (_("Why"), self._kinds()),
            "focus_area": (_("Focus area"), self._areas(language)),
            "topic": (_("Topic"), self._of_topics(language)),
            "programme": (_("Programme"), self._programmes(language)),
        }
        return [
            {
                "name": name,
                "label": head,
                "choices": [
                    (value, bracketed(words, f"{count:,}", language), value == self.chosen[name])
                    for value, words, count in choices
                    if count or value == self.chosen[name]
                ],
            }
            for name, (head, choices) in by_name.items()
        ]

    def _kinds(self) -> list[tuple[str, str, int]]:
        counts = Counter(entry.kind for entry in self.shown("kind"))
        return [(one.value, label(one), counts[one]) for one in ToResearch]

    def _areas(self, language: str) -> list[tuple[str, str, int]]:
        counts: Counter[str] = Counter()
        for entry in self.shown("focus_area"):
            named = (self._topics[slug] for slug in entry.topics if slug in self._topics)
            counts.update({topic.focus_area.slug for topic in named})
        areas = self._inquiry.snapshot.focus_areas.items()
        return [(slug, in_language(own, "name", language), counts[slug]) for slug, own in areas]

    def _of_topics(self, language: str) -> list[tuple[str, str, int]]:
        counts = Counter(slug for entry in self.shown("topic") for slug in entry.topics)
        topics = self._topics.items()
        return [(slug, topic_label(own, language), counts[slug]) for slug, own in topics]

    def _programmes(self, language: str) -> list[tuple[str, str, int]]:
        entries = self.shown("programme")
        return [
            (
                own.slug,
                in_language(own, "name", language),
                sum(not entry.places.isdisjoint(self._inside[own.slug]) for entry in entries),
            )
            for own in programmes_known(self._inquiry).values()
        ]

    def address(self) -> str:
        """Return what asks for all entries that are chosen, where one of them stands alone."""
        return f"?{urlencode(kept_choices(self._asked))}"


def kept_choices(asked: Mapping[str, str]) -> dict[str, str]:
    """Return what a queue that was asked for is narrowed by, whatever entry or page is shown."""
    return {name: said for name, said in asked.items() if name not in ("subject", "page")}


#: So many rows or cells of an entry are shown where it stands among others.
FEW_PARTS = 5


def _act_words(one: QueueEntry | QueuePart) -> str:
    """What is done with what waits, by the table whose form is opened."""
    match Policies.name if one.cells else one.table:
        case Policies.name:
            return _("Propose an answer")
        case Sources.name:
            return _("Correct the document")
        case Statistics.name:
            return _("Correct the figure")
        case _:
            return _("Correct the row")


def shown_part(part: QueuePart, words: CellWords) -> dict[str, Any]:
    """Return a row or cell that an entry stands for: where it is, and where it is answered."""
    if part.cells:
        where = words.scope(part.cells["scope_kind"], part.cells["scope_code"])
        address = address_of_new(Policies.name, **part.cells)
    else:
        where = words.row(table_named(part.table), part.key)
        address = address_of_row(part.table, part.key)
    return {
        "where": where,
        "address": address,
        "act": _act_words(part),
        "subject": part.subject,
        "cities": len(part.places),
        "checklists": part.checklists,
    }


def shown_entry(
    entry: QueueEntry,
    words: CellWords,
    person: Any,
    *,
    asked: Mapping[str, str] | None = None,
    whole: bool = False,
) -> dict[str, Any]:
    """Return an entry with where it is, where one goes on with it, and the first of the rows or
    cells that it stands for; with ``whole`` all of them. ``asked`` is what the queue is narrowed
    by, as the entry is.
    """
    parts = entry.parts if whole else entry.parts[:FEW_PARTS]
    where = entry.beside or words.own_part(table_named(entry.table), entry.key)
    if len(entry.parts) > 1:
        where = ""
    elif entry.table == Policies.name and len(entry.key) == len(Policies.key):
        _topic, kind_of_scope, code, start = entry.key
        where = f"{words.scope(kind_of_scope, code)}{_(', ')}{day_in_words(start)}"
    only = entry.parts[0] if len(entry.parts) == 1 else None
    of_it = {"kind": entry.kind.value, "subject": entry.subject}
    every = f"{reverse('admin:desk-queue')}?{urlencode(of_it)}"
    if entry.change_set:
        table = table_named(entry.table)
        where = f"{table.label} · {words.row(table, entry.key)}"
        address = reverse("admin:desk-set", args=[entry.change_set])
    elif len(entry.parts) > 1:
        narrowed_to = urlencode({**kept_choices(asked or {}), **of_it})
        address = f"{reverse('admin:desk-queue')}?{narrowed_to}"
    elif entry.kind == ToResearch.REPORTED:
        address = _answered_then(entry)
    elif only and only.cells:
        where = words.scope(only.cells["scope_kind"], only.cells["scope_code"])
        address = address_of_new(Policies.name, **only.cells)
    elif entry.cells:
        address = address_of_new(Policies.name, **entry.cells)
    else:
        address = address_of_row(entry.table, entry.key)
    return {
        "entry": entry,
        "kind": label(entry.kind),
        "where": where,
        "check": _check_address(entry) if entry.kind == ToResearch.DEAD_LINK else "",
        "is_report": entry.kind == ToResearch.REPORTED,
        "address": address,
        "every": every,
        "act": _("Open the change set") if entry.change_set else _act_words(entry),
        "parts": [shown_part(part, words) for part in parts] if len(entry.parts) > 1 else [],
        "rows": len(entry.parts) if entry.kind == ToResearch.CAVEAT else 0,
        "cells": len(entry.parts) if entry.kind == ToResearch.NOT_RESEARCHED else 0,
        "is_mine": is_mine(entry, person),
    }


def _answered_then(entry: QueueEntry) -> str:
    """Where the row is corrected that answered on the day of a report, whomever it binds; a new one
    is proposed where none did, or where the place is known no more.
    """
    topic, place, day = entry.key
    asked = entry.cells.get("scope_code") or (place if ":" in place else "")
    return (
        address_of_answer(asked, topic, day)
        if asked
        else address_of_new(Policies.name, **entry.cells)
    )


def _check_address(entry: QueueEntry) -> str:
    """Where it is told what asking the address of a document found."""
    asked = urlencode({"q": entry.subject})
    return f"{reverse('admin:zones_linkcheck_changelist')}?{asked}"
