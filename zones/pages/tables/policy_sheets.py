"""What is said of a topic, and what rests on a document, as sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet, Value
from cbec_portal.choice_labels import chosen_label
from cbec_portal.languages import in_language
from zones.models import Topic
from zones.pages.cell_tags import STARTS
from zones.pages.tables.sheet_parts import (
    LONG,
    NAME,
    NARROW,
    SHORT,
    TEXT,
    PageTable,
    References,
    day_value,
    details,
    of_policy,
    policy_values,
    sheet,
)
from zones.selectors.rendered_cells import RenderedCell, RenderedPolicy
from zones.selectors.rendered_values import verification_words


def policies_sheet(
    policies: Iterable[tuple[Mapping[str, Any], RenderedPolicy]], cited: References, language: str
) -> TableSheet:
    """Return policies, each with its topic, as a sheet of details."""
    return details(
        [
            (_("Topic"), TEXT),
            (_("From"), SHORT),
            (_("Until"), SHORT),
            (_("How the start is known"), SHORT),
            (_("Answer"), NAME),
            *of_policy(),
        ],
        [
            [
                topic["question"],
                day_value(own["effective_from"]),
                day_value(own["effective_to"]),
                str(STARTS[own["start_qualifier"]]) if own["start_qualifier"] else None,
                own["display"],
                *policy_values(own, topic["unit"], cited, language, own.identity),
            ]
            for topic, own in policies
        ],
    )


def topic_table(context: Mapping[str, Any], language: str) -> PageTable:
    """Return what every city answers to a topic, how the rule spread, and its policies."""
    topic, cited = context["topic"], References()
    seen = sheet(
        _("As shown"),
        [(_("Answer"), TEXT), (_("City"), NAME), (pgettext("column", "Note"), TEXT)],
        [
            [group["display"], name, note or group["note"]]
            for group in context["groups"]
            for _link, name, note, _box in group["cities"]
        ],
    )
    policies = policies_sheet(((topic, own) for own in context["policies"]), cited, language)
    spread = sheet(
        _("How it spread"),
        [(_("Answer"), NAME), (_("From"), SHORT), (_("Cities"), NARROW)],
        [[one["label"], day, count] for one in context["spreads"] for day, count in one["steps"]],
    )
    return PageTable(topic["question"], seen, [policies, spread], cited)


def document_table(context: Mapping[str, Any], language: str) -> PageTable:
    """Return what rests on one document."""
    source, cited = context["source"], References()
    seen = sheet(
        _("As shown"),
        [
            (_("Topic"), TEXT),
            (_("Scope"), NAME),
            (_("From"), SHORT),
            (_("Answer"), NAME),
            (pgettext("column", "Clause"), NAME),
        ],
        [
            [
                rests["topic"]["question"],
                rests["policy"]["scope"]["name"],
                day_value(rests["policy"]["effective_from"]),
                rests["policy"].display,
                rests["policy"]["clause"],
            ]
            for rests in context["policies"]
        ],
    )
    cited.number(context["cited"])
    told = policies_sheet(
        ((rests["topic"], rests["policy"]) for rests in context["policies"]), cited, language
    )
    # Its number is first, so that it stands in the name of a file however long the title is.
    title = f"{source.document_number} {context['title']}".strip()
    return PageTable(title, seen, [told], cited)


def history_table(
    title: str, history: Sequence[RenderedCell], unit: str | None, language: str
) -> PageTable:
    """Return what a place answered to a topic in time, earliest first.

    Args:
        title: what the table is called.
        history: the answers.
        unit: what they are measured in, where they are numbers.
        language: the reader's.
    """
    cited = References()
    heads = [(_("From"), SHORT), (_("Until"), SHORT), (_("Answer"), NAME)]
    told = [
        [day_value(cell["from_written"]), day_value(cell["until_written"]), cell["display"]]
        for cell in history
    ]
    seen = sheet(
        _("As shown"),
        [*heads, (_("Scope"), NAME), (_("Certainty"), SHORT)],
        [
            [*row, cell["scope"]["name"], verification_words(cell["verification"], language)]
            for row, cell in zip(told, history, strict=True)
        ],
    )
    beside = details(
        [*heads, (_("How the start is known"), SHORT), *of_policy()],
        [
            [
                *row,
                str(STARTS[cell["start_qualifier"]]) if cell["start_qualifier"] else None,
                *policy_values(cell, unit, cited, language, cell["policy"]),
            ]
            for row, cell in zip(told, history, strict=True)
        ],
    )
    return PageTable(title, seen, [beside], cited)


def topics_table(
    topics: Sequence[tuple[Topic, int]], cited: References, language: str
) -> PageTable:
    """Return the questions by which cities are compared.

    Args:
        topics: each with the number of its policies.
        cited: the documents by which they are answered.
        language: the reader's.
    """
    heads = [(_("Topic"), TEXT), (_("Focus area"), NAME), (_("Policies"), NARROW)]
    told: list[list[Value]] = [
        [
            in_language(topic, "question", language),
            in_language(topic.focus_area, "name", language),
            count,
        ]
        for topic, count in topics
    ]
    seen = sheet(_("As shown"), heads, told, fixed=1)
    beside = details(
        [
            *heads,
            (_("Why it matters"), LONG),
            (_("Kind"), SHORT),
            (_("Unit"), SHORT),
            (_("Identifier"), NAME),
        ],
        [
            [
                *row,
                in_language(topic, "why_it_matters", language),
                chosen_label(topic, "value_type"),
                topic.unit_in(language),
                topic.slug,
            ]
            for row, (topic, _count) in zip(told, topics, strict=True)
        ],
    )
    return PageTable(_("Topics"), seen, [beside], cited)
