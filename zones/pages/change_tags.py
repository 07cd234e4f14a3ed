"""What became another, as markup: pages tell many changes, which templates took too long for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.day_words import day_as_time
from cbec_portal.punctuation import blank
from zones.pages.cell_tags import caveat_told, sign, source_link
from zones.pages.desk_tags import address_of_cell, pencil, propose_event
from zones.pages.number_tags import unbroken
from zones.pages.row_cells import marked_policy, reader_of
from zones.selectors.rendered_cells import RenderedPolicy

register = template.Library()


@register.simple_tag(takes_context=True)
def changed_answer(context: template.Context, change: Mapping[str, Any]) -> SafeString:
    """Return a change of an answer: of which topic, from what to what, and by which rule.

    Args:
        context: what the page knows, and who reads it.
        change: the ``topic``, the ``link`` to where the answer stands in full, and the cells
            ``before`` and ``after``, of which one may be none.
    """
    reader, topic = reader_of(context), change["topic"]
    before: RenderedPolicy | None = change["before"] and change["before"].policy
    after: RenderedPolicy | None = change["after"] and change["after"].policy
    is_same = before is not None and after is not None and before.display == after.display
    was = f"{unbroken(before.display)} → " if before is not None and not is_same else ""
    told = after or before
    own = ""
    if reader.proposes and told is not None:
        own = pencil(address_of_cell(told.identity, topic["slug"], None))
    if after is None:
        ends = gettext("ends, and no other recorded rule answers")
        now = f'\n  <span class="state">{ends}</span>{own}\n'
    else:
        marked, number = marked_policy(after, reader.language), after["source"]["document_number"]
        same = f'<span class="fine">{gettext("same answer, new rule")}</span>' if is_same else ""
        now = (
            f'\n  <span class="value">{marked.display}</span>'
            f"\n  {same}"
            f"\n  {marked.sign}{own}"
            f'\n  <p class="fine">{marked.summary}{blank(reader.language)}{unbroken(number)}</p>'
            f"\n  {marked.caveat}\n"
        )
    question = escape(topic["question"])
    return SafeString(f'\n<a href="{escape(change["link"])}">{question}</a><br>\n{was}\n{now}\n')


@register.simple_tag(takes_context=True)
def change_rows(context: template.Context, rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return changes as entries of a story: of what kind, whose, from what to what, by which rule.

    Args:
        context: what the page knows, and who reads it.
        rows: the changes as `changes_shape` gives them, each with the ``sign`` and the ``words`` of
            its kind, the ``doubt``, ``of_zone`` what begins a zone, where it is ``answered``, and
            what was ``corrected``.
    """
    return SafeString("".join(_change(context, row) for row in rows))


def _change(context: template.Context, row: Mapping[str, Any]) -> str:
    scope, gap = row["scope"], blank()
    if row["topic"]:
        before = f"{unbroken(row['before'])} → " if row["before"] else ""
        after = (
            f'<span class="value">{unbroken(row["after"])}</span>'
            if row["after"]
            else f'<span class="state">{gettext("no longer holds")}</span>'
        )
        told = (
            f'<a href="{escape(row["answered"])}">{escape(row["question"])}</a><br>'
            f"\n    {before}\n    {after}"
        )
    else:
        name = escape(row["after"] or row["before"] or "")
        page = reverse("zones:city", args=[scope["code"]])
        told = f'<a href="{page}">{escape(row["of_zone"])}{gap}{name}</a>'
    written = row["written"]
    notes = [f"⚠ {row['doubt']}" if row["doubt"] else "", row["corrected"]]
    noted = "".join(f'<span class="fine">{escape(note)}</span>' for note in notes if note)
    # A day that is known no better than by its month or year.
    is_short = written and len(written) < len("2026-12-31")
    as_written = gettext("date as written:")
    beside = (
        f'<span class="fine">{as_written}{gap}{day_as_time(written)}</span>' if is_short else ""
    )
    return (
        f'<li>\n  <span class="kind kind-{row["kind"]}">'
        f'<span class="sign" aria-hidden="true">{escape(row["sign"])}</span> '
        f"{escape(row['words'])}</span>"
        f"\n  <strong>{escape(scope['name'])}</strong>"
        f"\n  {told}"
        f"\n  {sign(row['verification'])}{propose_event(context, row)}"
        f"\n  {beside}"
        f"{noted}"
        f'\n  <p class="fine">{unbroken(row["summary"])}{gap}{source_link(row["source"])} '
        f"{unbroken(row['clause'])}</p>"
        f"{caveat_told(row['caveat']) if row['caveat'] else ''}\n</li>\n"
    )
