"""The first page of the admin: what waits for whoever reads, completeness, and the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from zones.admin.certainty_bars import certainty_bar
from zones.admin.desk_page import DeskPage
from zones.admin.queue_entries import inquiry_of_today, open_to, shown_entry
from zones.admin.reading_pages import named
from zones.desk.blind_readings import waiting_for
from zones.desk.cell_words import CellWords
from zones.desk.permissions import SetAction, may, publishable
from zones.desk.reading_settlements import settleable
from zones.models import ChangeSet, Revision, RowEdit
from zones.models.labels import label
from zones.rules.completeness import Completeness
from zones.rules.vocabulary import SetState, ToResearch
from zones.selectors.certainty_counts import certainty_counts
from zones.selectors.known_rows import programmes_known, topics_known
from zones.selectors.matching_cities import memberships
from zones.selectors.placements import cities_on
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.research_queue import research_queue
from zones.selectors.research_state import research_state

SHOWN = 8
#: So many entries of each kind of the research queue are shown first.
OF_A_KIND = 2

#: The models of the dataset in the order of the work; others follow, those of log-in last.
WORK = (
    *("policy", "zone", "city", "placement", "topic", "choice", "source", "batch", "programme"),
    *("focusarea", "issuer", "province", "customsdistrict", "indicator", "statistic"),
    *("template", "requirement", "intakequestion"),
    *("offeredfinding", "revision", "inforce", "edit", "alias", "edition", "linkcheck"),
)
LAST_APPS = ("auth", "axes", "knox", "otp_totp", "otp_static")


class DeskDashboard(DeskPage):
    """What waits for an analyst or a reviewer, and the tables of the admin."""

    template_name = "zones/desk/dashboard.html"
    needed = None
    #: The site whose tables are listed.
    site: AdminSite | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return sets, queue, last revisions, completeness, and the tables one may open."""
        if not may(self.request.user, SetAction.SEE):
            return super().get_context_data(apps=self._apps(), sees_sets=False, **kwargs)
        waiting = self._waiting()
        mine = self._open().filter(author=self.request.user.pk)
        return super().get_context_data(
            apps=self._apps(),
            sees_sets=True,
            mine=self._told(mine.exclude(pk__in=[one.pk for one in waiting])[:SHOWN]),
            waiting=self._told(waiting),
            none_of_mine=_("You have no other open change set.")
            if any(one.author_id == self.request.user.pk for one in waiting)
            else _("You have no open change set."),
            to_read=self._to_read(),
            diverging=self._diverging(),
            queue=self._queue(),
            revisions=Revision.objects.order_by("-number")[:SHOWN],
            **self._completeness(),
            **kwargs,
        )

    @cached_property
    def _research(self) -> list[QueueEntry]:
        """All that waits to be looked into, whoever does."""
        return research_queue(inquiry_of_today(self.language))

    def _open(self) -> Any:
        ended = (SetState.PUBLISHED, SetState.WITHDRAWN)
        sets = ChangeSet.objects.exclude(state__in=ended).order_by("-changed_at")
        return sets.annotate(row_count=Count("rows"))

    def _told(self, sets: Any) -> list[tuple[ChangeSet, str]]:
        found = list(sets)
        for one in found:
            one.why_waits = self._why(one)
        return [(one, label(SetState(one.state))) for one in found]

    def _why(self, one: ChangeSet) -> str:
        """Why a set waits that is in conflict with what is known; whoever proposes settles that."""
        if one.pk not in self._in_conflict:
            return ""
        if may(self.request.user, SetAction.PROPOSE):
            return _("It was changed here meanwhile: settle what holds.")
        return _("What this changes was changed here meanwhile. Send it back to settle that.")

    @cached_property
    def _in_conflict(self) -> set[int | None]:
        """The open sets of which a row is in conflict, whoever looks into that."""
        return {one.change_set for one in self._research if one.kind == ToResearch.CONFLICT}

    def _waiting(self) -> list[ChangeSet]:
        """Sets that whoever reads may act on: a reviewer on those in review that he may publish,
        an analyst on those that came back, and on those in conflict wherever they are, of what he
        opened or wrote a row of.
        """
        person = self.request.user
        found: list[ChangeSet] = []
        if may(person, SetAction.REVIEW):
            in_review = self._open().filter(state=SetState.IN_REVIEW)
            found += publishable(person, list(in_review))[:SHOWN]
        if may(person, SetAction.PROPOSE):
            wrote = RowEdit.objects.filter(person=person.pk).values("change_set")
            own = self._open().filter(Q(author=person.pk) | Q(pk__in=wrote))
            waits = Q(state=SetState.SENT_BACK) | Q(pk__in=self._in_conflict)
            there = {one.pk for one in found}
            found += [one for one in own.filter(waits)[:SHOWN] if one.pk not in there]
        return found

    def _to_read(self) -> list[tuple[str, str]]:
        """Answers that were drawn to be read again and that whoever reads may read: where, and
        what about.
        """
        person, words = self.request.user, CellWords(self.language)
        if not may(person, SetAction.PROPOSE):
            return []
        return [named(row, words) for row in waiting_for(person, most=SHOWN)]

    def _diverging(self) -> list[tuple[str, str]]:
        """Readings that diverge and that whoever reads may settle: where, and what about. One of
        which a set was named that corrects it waits for that.
        """
        person, words = self.request.user, CellWords(self.language)
        return [named(row, words) for row in settleable(person, most=SHOWN)]

    def _queue(self) -> list[dict[str, Any]]:
        """What is to be looked into, of what is nobody's or one's own: how much of each kind, and
        what comes first of it. The kind whose first weighs most is told first.
        """
        person, words = self.request.user, CellWords(self.language)
        by_kind: dict[ToResearch, list[QueueEntry]] = defaultdict(list)
        for entry in open_to(person, inquiry_of_today(self.language), self._research):
            by_kind[entry.kind].append(entry)
        return [
            {
                "kind": label(kind),
                "count": len(entries),
                "address": f"{reverse('admin:desk-queue')}?kind={kind.value}",
                "first": [shown_entry(entry, words, person) for entry in entries[:OF_A_KIND]],
            }
            for kind, entries in by_kind.items()
        ]

    def _completeness(self) -> dict[str, Any]:
        """How much is researched today and how sure it is, by focus area and by programme: of the
        cities that are in a zone of one.
        """
        inquiry = inquiry_of_today(self.language)
        snapshot = inquiry.snapshot
        topics = list(topics_known(inquiry).values())
        state = research_state(topics, inquiry, list(cities_on(inquiry).values()))
        counts = certainty_counts(inquiry)
        areas: dict[str, Completeness] = defaultdict(Completeness)
        for topic in topics:
            if topic.pk in state.states:
                areas[topic.focus_area.slug] += state.by_topic[topic.pk]
        inside: dict[str, set[int]] = defaultdict(set)
        for member in memberships(inquiry):
            inside[member.programme].add(member.city)
        return {
            "areas": [
                (
                    in_language(snapshot.focus_areas[slug], "name", self.language),
                    f"{reverse('zones:research')}?focus_area={slug}",
                    own,
                    certainty_bar(counts.by_area.get(slug, {})),
                )
                for slug, own in areas.items()
            ],
            "programmes": [
                (
                    in_language(programme, "name", self.language),
                    f"{reverse('zones:city-list')}?programme={programme.slug}",
                    sum((state.by_city[city] for city in cities), Completeness()),
                    certainty_bar(sum((counts.by_city[city] for city in cities), Counter())),
                )
                for programme in programmes_known(inquiry).values()
                for cities in [
                    inside[programme.slug] & counts.by_city.keys() & state.by_city.keys()
                ]
            ],
        }

    def _apps(self) -> list[dict[str, Any]]:
        """The apps of the admin with their tables, in the order of the work."""
        apps = self.site.get_app_list(self.request) if self.site else []
        places = {name: place for place, name in enumerate(WORK)}
        for app in apps:
            app["models"].sort(key=lambda own: places.get(own["object_name"].lower(), len(WORK)))
        order = {name: place for place, name in enumerate(LAST_APPS, start=1)}
        return sorted(
            apps,
            key=lambda app: (order.get(app["app_label"], 0), app["app_label"] != "zones"),
        )
