"""Keeping the filters of a list under a name, for oneself or for all at the desk.

Whoever keeps one alone renames and deletes it; one that is not shared nobody else ever reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zones.desk.permissions import SetAction, require
from zones.models import SavedFilter
from zones.services.locks import hold_rows

#: So many of one list somebody keeps.
MOST = 50
LONGEST_QUERY = 2000
MOST_FIELDS = 60
#: What says where in a list one is, or in which language one reads: no filter of it.
NO_FILTERS = frozenset(
    {"p", "page", "after", "e", "all", "lang", "_changelist_filters", "_popup", "_to_field"}
)


def filters_in(query: str) -> str:
    """Return what of a question filters or orders a list, in one form."""
    try:
        pairs = parse_qsl(query[: LONGEST_QUERY + 1], max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    return urlencode([(name, value) for name, value in pairs if name not in NO_FILTERS])


def shown_to(person: Any, list_name: str) -> QuerySet[SavedFilter]:
    """Return the filters of a list that somebody sees: their own, and those that others share."""
    seen = Q(owner=person.pk) | Q(is_shared=True, owner__is_active=True)
    found = SavedFilter.objects.filter(seen, list_name=list_name)
    return found.select_related("owner").order_by("name", "pk")


def own_filters(person: Any) -> QuerySet[SavedFilter]:
    """Return the filters that somebody keeps, of whatever list."""
    return SavedFilter.objects.filter(owner=person.pk)


@transaction.atomic
def save_filter(
    person: Any, list_name: str, query: str, name: str, *, shared: bool, lists: Iterable[str]
) -> SavedFilter:
    """Keep the filters of a list under a name; those of that name before, if any, are these now.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: there is no such list or nothing is filtered, it has no name, or too many
            are kept already.
    """
    require(person, SetAction.SEE)
    if list_name not in lists:
        raise ValidationError(_("There is no such list."), code="list")
    kept = filters_in(query)
    if not kept:
        words = _("Nothing is filtered or ordered here: choose something first, then save it.")
        raise ValidationError(words, code="query")
    _refuse_wrong_name(name)
    own = own_filters(person).filter(list_name=list_name)
    found = own.filter(name=name).first() or SavedFilter(owner=person, list_name=list_name)
    if found.pk is None and own.count() >= MOST:
        words = _("You keep %s filters of this list already: delete some first.")
        raise ValidationError(words % MOST, code="most")
    found.name, found.query, found.is_shared = name, kept, shared
    found.clean_fields(exclude=["owner"])
    found.save()
    return found


@transaction.atomic
def change_filter(person: Any, number: int, name: str, *, shared: bool) -> None:
    """Call a filter of one's own otherwise, and share it or keep it to oneself.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: it is gone or another's, or another of that list is called so.
    """
    found = _own(person, number)
    _refuse_wrong_name(name)
    same = own_filters(person).filter(list_name=found.list_name, name=name).exclude(pk=found.pk)
    if same.exists():
        raise ValidationError(_("You call another filter of this list so."), code="name")
    found.name, found.is_shared = name, shared
    found.clean_fields(exclude=["owner"])
    found.save()


@transaction.atomic
def delete_filter(person: Any, number: int) -> None:
    """Delete a filter of one's own.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: it is gone or another's.
    """
    _own(person, number).delete()


def _refuse_wrong_name(name: str) -> None:
    """Refuse what no filter can be called, before the database is asked for one of that name."""
    SavedFilter(name=name).clean_fields(exclude={"owner", "list_name", "query", "is_shared"})


def _own(person: Any, number: int) -> SavedFilter:
    require(person, SetAction.SEE)
    found = hold_rows(own_filters(person).filter(pk=number)).first()
    if found is None:
        raise ValidationError(_("You keep no such filter."), code="gone")
    return found
