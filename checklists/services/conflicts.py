"""Writing only what was seen: nobody overwrites a state they have not looked at."""

from __future__ import annotations

from django.utils.translation import gettext as _

from checklists.models import Item


class StaleError(Exception):
    """Something is no longer as it was seen.

    Args:
        tag: what names the state it is in now, as its ETag does.
    """

    def __init__(self, told: str, tag: str) -> None:
        super().__init__(told)
        self.tag = tag


class GoneError(Exception):
    """What a write refers to was removed since it was read; nothing was written."""

    def __init__(self) -> None:
        told = _("What this refers to was removed meanwhile. Nothing was written; look again.")
        super().__init__(told)


class StaleItemError(StaleError):
    """Someone else has changed the item since it was seen; ``item`` is how it stands now."""

    def __init__(self, item: Item) -> None:
        told = _("Someone else has changed this item since you saw it.")
        super().__init__(told, item.tag)
        self.item = item
