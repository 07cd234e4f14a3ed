"""Change sets that remarks name, as links."""

from __future__ import annotations

import re
from functools import cache

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop

from cbec_portal.languages import CODES
from zones.models.labels import words


@cache
def _named_sets() -> re.Pattern[str]:
    """How a text names a change set, in either language."""
    named = {words(gettext_noop("change set %s"), language) for language in CODES}
    # Remarks of former days may have a blank where the words of today have none.
    heads = {one.replace("%s", "").rstrip() for one in named}
    return re.compile("|".join(f"{re.escape(one)} ?[0-9]{{1,9}}" for one in heads))


def with_links(text: str) -> SafeString:
    """Return a text in which each change set that it names is a link to that."""
    escaped = escape(text)

    def link(found: re.Match[str]) -> str:
        number = re.sub("[^0-9]", "", found[0])
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:desk-set", args=[number]), found[0]
        )

    return mark_safe(_named_sets().sub(link, escaped))  # noqa: S308 (it is escaped before)
