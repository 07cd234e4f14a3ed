"""Blind second readings: drawing them, those that wait, one of them, and how often they diverge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed, by_commas
from zones.admin.desk_page import Confirmation, DeskPage
from zones.admin.missing_documents import of_document
from zones.admin.offered_rows import TAKE, readings_with_buttons, words_with_buttons
from zones.admin.row_links import links_of_documents
from zones.dataset.problems import words_of
from zones.desk import blind_readings, reading_settlements
from zones.desk.addresses import address_of_row
from zones.desk.blind_readings import (
    MOST_LISTED,
    Divergence,
    SaidAgain,
    changed_since,
    divergence_rates,
    is_blind_for,
    waiting_for,
)
from zones.desk.cell_words import CellWords
from zones.desk.permissions import SetAction, may
from zones.desk.pickers import NotPickedError, UnknownPickError, label_of
from zones.desk.reading_settlements import corrections_of
from zones.models import FocusArea, Policy, SecondReading, Topic
from zones.models.labels import RECORDED_STATE_CHOICES, label
from zones.models.value_types import REFERRING
from zones.rules.vocabulary import SetState, Settlement, State
from zones.selectors.codebook import codebook_of
from zones.selectors.rendered_values import display_of, state_words, topic_label
from zones.selectors.snapshot import current_snapshot

#: So many readings that diverge are listed, and so many that agree on a page.
SHOWN = 100


class ReadingsPage(DeskPage):
    """The readings that wait for whoever looks, those that diverge, and the rates."""

    template_name = "zones/desk/readings.html"
    acts = {"draw": "draw"}
    once = ("draw",)

    def draw(self) -> None:
        """Draw a share of the answers."""
        share = self.posted_number("share")
        drawn = blind_readings.draw_readings(
            self.request.user,
            share or 0,
            focus_area=self.posted("focus_area"),
            topic=self.posted("topic"),
            programme=self.posted("programme"),
            city=self.posted("city"),
        )
        count = drawn.readings.count()
        words = ngettext("%d reading was drawn now.", "%d readings were drawn now.", count)
        self.tell(words % count)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the readings of whoever looks, without a word of what was answered first."""
        person, words = self.request.user, CellWords(self.language)
        done = SecondReading.objects.select_related(
            "policy__topic", *(f"policy__{name}" for name in (*Policy.body_columns, *REFERRING))
        )
        agreeing = Paginator(done.filter(agrees=True).order_by("-read_at", "-pk"), SHOWN)
        page = agreeing.get_page(self.request.GET.get("page"))
        snapshot = current_snapshot()
        rates = divergence_rates()
        topics = {topic.slug: topic for topic in Topic.objects.select_related("focus_area")}
        may_read = may(person, SetAction.PROPOSE)
        waiting = waiting_for(person) if may_read else []
        waiting_count = SecondReading.objects.filter(read_at=None).count()
        return super().get_context_data(
            waiting=[named(row, words) for row in waiting],
            waiting_count=waiting_count,
            why_not_read=_why_not_read(len(waiting), waiting_count, may_read=may_read),
            diverging=[
                (
                    *named(row, words),
                    row.diverges_in_document,
                    label(Settlement(row.settlement)) if row.settlement else "",
                )
                for row in done.filter(agrees=False).order_by("settlement", "-pk")[:SHOWN]
            ],
            page=page,
            agreeing=[(*named(row, words), row.name, row.read_at) for row in page],
            agreeing_count=agreeing.count,
            whole=_rate_words(rates.whole),
            by_topic=[(words.topic(slug), own) for slug, own in rates.by_topic.items()],
            by_reader=list(rates.by_reader.items()),
            areas=[
                (area.slug, in_language(area, "name", self.language))
                for area in FocusArea.objects.all()
            ],
            topics=[(slug, topic_label(own, self.language)) for slug, own in topics.items()],
            programmes=[
                (own.slug, in_language(own, "name", self.language))
                for own in snapshot.related["programme"].values()
            ],
            cities=[
                (own.slug, in_language(own, "name", self.language))
                for own in snapshot.cities_now.values()
            ],
            **kwargs,
        )


def _why_not_read(own: int, count: int, *, may_read: bool) -> str:
    """Why whoever looks reads nothing of what waits, or not all; nothing where they read it all."""
    if not count or own >= min(count, MOST_LISTED):
        return ""
    if not may_read:
        return _("Analysts answer again, and you are not one of them.")
    if own:
        return _("The others are of answers in which you took part, or which you know by now.")
    return _("You took part in these answers, or know them by now: somebody else reads them.")


def _rate_words(rate: Divergence) -> str:
    """How often readings diverge, in words; nothing where none was read twice."""
    if not rate.read:
        return ""
    read = ngettext("%s reading", "%s readings", rate.read) % rate.read
    told = {"diverging": rate.diverging, "read": read, "percent": rate.percent}
    words = ngettext(
        "%(diverging)s of %(read)s diverges (%(percent)s%%).",
        "%(diverging)s of %(read)s diverge (%(percent)s%%).",
        rate.diverging,
    )
    return words % told


def named(row: SecondReading, words: CellWords) -> tuple[str, str]:
    """Return where a reading is done, and what it is about: its topic, and whom it binds."""
    policy = row.policy
    scope = words.scope(policy.scope_kind, policy.scope_code)
    name = by_commas([words.topic(policy.topic.slug), scope])
    return reverse("admin:desk-reading", args=[row.pk]), name


class ReadingPage(DeskPage):
    """One reading: its form while it waits, both answers once it was read."""

    template_name = "zones/desk/reading.html"
    acts = {"read": "read", "settle": "settle", TAKE: "take"}
    once = ("read", "settle")

    @cached_property
    def reading(self) -> SecondReading:
        """Return the reading that the address names."""
        related = (
            "policy__topic",
            "policy__source",
            *(f"policy__{n}" for n in Policy.body_columns),
        )
        rows = SecondReading.objects.select_related("draw", "correction", *related)
        return get_object_or_404(rows, pk=self.kwargs["reading"])

    def forget(self) -> None:
        """Let go of the reading as it was before an act."""
        self.__dict__.pop("reading", None)

    def read(self) -> str:
        """Answer again, and lead to both answers."""
        blind_readings.read_again(self.reading, self.request.user, self._said)
        return reverse("admin:desk-reading", args=[self.reading.pk])

    @property
    def _said(self) -> SaidAgain:
        return SaidAgain(*(self.posted(name) for name in SaidAgain._fields))

    def sure_about(self, act: str) -> Confirmation | None:
        """Return, of an answer that is read otherwise than it was written, how it is read: once it
        is sent it stays.
        """
        reading, person = self.reading, self.request.user
        if act != "read" or reading.read_at or not blind_readings.may_read(reading, person):
            return None
        said, topic = self._said, reading.policy.topic
        try:
            read = blind_readings.as_read(said, topic)
        except ValidationError:
            return None  # it is refused beside its boxes
        if read.value == said.value.strip():
            return None
        told = {"written": said.value, "read": self._answer_of(read._asdict())}
        words = _("Your answer %(written)s is read as: %(read)s. Once it is sent it stays.")
        return Confirmation(words % told, _("Send the reading"))

    def take(self) -> str | None:
        """Put what a button offers into its box."""
        self.put_what_is_taken()
        raise ValidationError([])

    def _beside_boxes(self, refused: ValidationError) -> dict[str, list[str]]:
        """What was refused, by its boxes; what was meant can be taken there."""
        wrong = super()._beside_boxes(refused)
        offered = {}
        try:
            blind_readings.source_named(self.posted("source"))
        except NotPickedError as unknown:
            offered[str(unknown)] = words_with_buttons(unknown, "source")
        try:
            blind_readings.value_as_read(self.posted("value"), self.reading.policy.topic)
        except ValueError as unread:
            offered[words_of(unread)] = readings_with_buttons(unread, "value")
        return {box: [offered.get(one, one) for one in told] for box, told in wrong.items()}

    def settle(self) -> None:
        """Say which answer holds."""
        reading_settlements.settle_reading(
            self.reading,
            self.request.user,
            self.posted("settlement"),
            self.posted("note"),
            self.posted_number("correction"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form while the reading waits, and both answers once it was read, to those who
        may not do another of the same.
        """
        row, words = self.reading, CellWords(self.language)
        policy, topic = row.policy, row.policy.topic
        own = topic.answer_type
        options, unit = own.options(topic, self.language), topic.unit_in(self.language)
        shown: dict[str, Any] = {
            "topic": topic,
            "question": in_language(topic, "question", self.language),
            "scope": words.scope(policy.scope_kind, policy.scope_code),
            "day": row.draw.day,
            "codebook": codebook_of(topic, topic.choices.all(), self.language),
            "back": reverse("admin:desk-readings"),
            "reading": row,
        }
        if row.read_at is None:
            shown |= {
                "may_read": blind_readings.may_read(row, self.request.user),
                "is_analyst": may(self.request.user, SetAction.PROPOSE),
                "states": RECORDED_STATE_CHOICES,
                "options": options,
                "label": bracketed(_("Answer"), unit) if unit else _("Answer"),
                **self._lacking(),
            }
        elif is_blind_for(row, self.request.user):
            shown["blind"] = True
        else:
            shown |= self._links(words) | {
                "changed": changed_since(row),
                "first": display_of(policy, topic, self.language),
                "first_summary": in_language(policy, "summary", self.language),
                "first_source": in_language(policy.source, "title", self.language),
                "second": self._second(),
                "second_source": self._second_source(),
                "again": bracketed(_("Again"), row.name),
                "may_settle": reading_settlements.may_settle(row, self.request.user),
                "corrections": corrections_of(row) if self._waits else [],
                "correction": row.correction,
                "correction_state": row.correction and label(SetState(row.correction.state)),
                "settlements": [(one.value, label(one)) for one in Settlement],
                "settlement": label(Settlement(row.settlement)) if row.settlement else "",
                "propose": _proposed(policy),
            }
        return super().get_context_data(**shown, **kwargs)

    def _lacking(self) -> dict[str, Any]:
        """Whether what is typed names no document of the portal, which may lack it, and where such
        a one is proposed: what is typed of it is all that anybody learns there.
        """
        typed = self.posted("source")
        if not typed:
            return {"lacks": False}
        try:
            blind_readings.source_named(typed)
        except UnknownPickError:
            asked = urlencode(of_document(typed))
            page = reverse("admin:desk-propose", args=["sources"])
            return {"lacks": True, "propose_document": f"{page}?{asked}"}
        except NotPickedError:
            pass
        return {"lacks": False}

    def _links(self, words: CellWords) -> dict[str, Any]:
        """Where the documents of both answers are looked up, of those that are known."""
        named = (self.reading.policy.source.slug, (self.reading.said or {}).get("source", ""))
        links = links_of_documents(words, named)
        first, second = ([links[slug]] if slug in links else [] for slug in named)
        return {"first_links": first, "second_links": second}

    @property
    def _waits(self) -> bool:
        """Whether the two answers diverge and nobody has settled which holds."""
        return self.reading.agrees is False and not self.reading.settlement

    def _second(self) -> str:
        """What was answered again, as an answer is read."""
        return self._answer_of(self.reading.said or {})

    def _answer_of(self, said: Mapping[str, Any]) -> str:
        """What is said in answer, as an answer is read."""
        if said.get("state") != State.STATED:
            return state_words(said.get("state", ""), self.language)
        topic = self.reading.policy.topic.slug
        cells = {"topic": topic, "state": said["state"], "value": said["value"], "value_zh": ""}
        return CellWords(self.language).answer(cells)

    def _second_source(self) -> str:
        """The document by its title; of a reading from before it had to be known what was typed."""
        said: Any = self.reading.said or {}
        source = said.get("source", "")
        return label_of("sources", (source,)) if source else ""


def _proposed(policy: Policy) -> str:
    return address_of_row("policies", policy.key_parts)
