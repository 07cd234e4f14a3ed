"""Proposing another key of a row: a change set like any other, which somebody else publishes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.languages import active_language
from cbec_portal.quotation import quoted
from zones.dataset.alias_table import Aliases
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.judgement import judge
from zones.desk.proposals import propose_in
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet
from zones.models.former_keys import keys_of_kind, row_named
from zones.rules.vocabulary import Fate


def title_of_key(kind: str, former: str, key: str) -> str:
    """Return what a set is called that gives a row another key, however it is proposed."""
    told = {"row": CellWords(active_language()).renamed_row(kind, former), "key": key}
    return _("Another key: %(row)s becomes %(key)s") % told


@transaction.atomic
def propose_key(person: Any, kind: str, former: str, key: str, reason: str = "") -> ChangeSet:
    """Propose that a row be called otherwise, in a set of its own.

    The key of a row within another begins with that one's; its new one is its own part alone.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: there is no such row, or it cannot get this key.
    """
    if row_named(kind, former) is None:
        told = {"what": kind, "key": quoted(former)}
        raise ValidationError(_("there is no %(what)s %(key)s") % told)
    keys = keys_of_kind(kind)
    whole = f"{former.partition(keys.joint)[0]}{keys.joint}" if keys.scope else ""
    draft = RowDraft(table_named(Aliases.name), (kind, former), {"current": f"{whole}{key}"})
    title = title_of_key(kind, former, key)
    change_set, _rows = propose_in(None, person, [draft], title=title[:200], reason=reason)
    (judged,) = judge(change_set).rows
    if judged.problems:
        raise ValidationError([problem.why for problem in judged.problems])
    if judged.fate == Fate.SAME:
        raise ValidationError(_("It says what is known already: there is nothing to propose."))
    return change_set
