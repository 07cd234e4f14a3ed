"""What no text holds, wherever a form says it: acts would ask databases for it, which fail."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.http import QueryDict

#: What databases do not keep: the null character, and halves of a pair.
NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")


def boxes_of_no_text(posted: QueryDict) -> list[str]:
    """Return the names of the boxes of a form that hold, or bear, what no text has."""
    return [
        name
        for name, values in posted.lists()
        if any(NO_TEXT.search(text) for text in (name, *values))
    ]


def without_no_text(posted: QueryDict, boxes: Collection[str]) -> QueryDict:
    """Return what a form says, in some boxes without what no text has, to be shown again."""
    kept = posted.copy()
    for name in boxes:
        kept.setlist(name, [NO_TEXT.sub("", text) for text in posted.getlist(name)])
    return kept
