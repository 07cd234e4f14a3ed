"""What became of an answer, as markup: a place's page tells many changes."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.punctuation import blank
from zones.pages.desk_tags import address_of_cell, pencil
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
