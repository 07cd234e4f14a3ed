"""What to write in the box of a column, with an example. What a value is, its type says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from zones.dataset.model_table import ModelTable
from zones.dataset.table import Table
from zones.models.fields import KeyField
from zones.rules.vocabulary import ScopeKind


def asked_for_end(table: Table) -> str:
    """Return what asks for the day by which a row of a table ends, where none is given."""
    if table.ends_before:
        return _("Say the first day on which it no longer holds: 2027-01-01.")
    return _("Say the last day on which it holds: 2026-12-31.")


def _help_of_end(table: Table) -> str:
    if table.ends_before:
        return _("The first day on which it no longer holds, for example 2027-01-01.")
    return _("The last day on which it holds, for example 2026-12-31.")


#: What keys of tables look like, though none is one of a row; those of others as of topics.
EXAMPLES = {
    "cities": "lushan",
    "choices": "not-yet-open",
    "focus_areas": "goods-insurance",
    "indicators": "cbec-parcels",
    "issuers": "gacc-statistics",
    "programmes": "import-fairs",
    "sources": "gacc-2027-1",
}
OTHER = "parcel-weight-limit"


def _is_key(table: Table, column: str) -> bool:
    """Whether a column holds keys that somebody makes up."""
    own = next(one for one in table.columns if one.name == column)
    if not isinstance(table, ModelTable) or column not in table.key or "__" in own.path:
        return False
    return isinstance(table.model._meta.get_field(own.path), KeyField)


def _help_of_key(table: Table) -> str:
    words = _(
        "Small letters and digits, with single hyphens between them, for example %s. It stands in "
        "addresses and files; once something rests on it a change set alone changes it (“Another "
        "key”), and the former key leads on."
    )
    return words % EXAMPLES.get(table.name, OTHER)


def help_of_scope(kind: str) -> str:
    """Return what to write as the key of a scope, by its kind; of all where none is chosen yet."""
    told = {
        ScopeKind.NATION: _("CN, for the whole nation."),
        ScopeKind.PROGRAMME: _("A programme, by its name in either language or its key."),
        ScopeKind.PROVINCE: _("A province, by its name in either language or its code: CN-ZJ."),
        ScopeKind.CUSTOMS_DISTRICT: _(
            "A customs district, by its name in either language or its code: 2900."
        ),
        ScopeKind.CITY: _("A city, by its name in either language, its pinyin or its key."),
    }
    of_any = _(
        "Whom it binds: CN for the nation, else a programme, province, customs district or city, "
        "by name or key."
    )
    return next((words for own, words in told.items() if own == kind), of_any)


def help_of_change(way: str) -> str:
    """Return what the kinds of change say of a row, in the form of an end or in another."""
    if way == "end":
        return _("Ended: the rule itself ends. Corrected: the portal had noted its end wrongly.")
    return _(
        "Enacted, amended, ended: the law moved. Corrected: the portal was wrong. Newly "
        "researched: older law that the portal lacked. Left open, the cells say which."
    )


def help_of(table: Table, column: str, way: str = "") -> Any:
    """Return what to write in the box of a column, if the row is to end in that of an end; nothing
    where its name says it.
    """
    if way == "end" and column == table.ends_by[0]:
        return _help_of_end(table)
    if _is_key(table, column):
        return _help_of_key(table)
    match column:
        case "verified_on" if way == "end":
            return _(
                "The day on which you compared its end with the document that ended it: today, to "
                "begin with."
            )
        case "verified_on":
            return _(
                "The day on which somebody last compared the row with its document, for example "
                "2026-11-23."
            )
        case "current":
            return _("Write here the key that the row is to have. The former key leads on to it.")
        case "former":
            return _("The key that the row has, or had: it stays as it is.")
        case "note" if way == "end":
            return _(
                "Whatever else is to be known of its end; which document ended it is said below. "
                "The row keeps its own document; what holds instead is a row of its own, which "
                "names the new one."
            )
        case "note":
            return _(
                "For staff alone: how you read it, or what is to be looked into. Never public."
            )
        case _:
            return ""
