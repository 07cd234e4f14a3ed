"""Rows that are read in the admin and written elsewhere: by services, or through change sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.db.models import BooleanField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import ENGLISH, active_language, other_language
from cbec_portal.posted_texts import NO_TEXT
from cbec_portal.templatetags.spoken import spoken
from zones.desk.permissions import SetAction, may
from zones.models import Topic
from zones.models.fields import LineField, LinesField, PartialDateField, YesNoField
from zones.selectors.rendered_values import topic_label
from zones.selectors.search import keys_found
from zones.selectors.snapshot import current_snapshot

#: A search is of so many words and characters at most: each word is asked of each column.
MOST_WORDS = 12
LONGEST_SEARCH = 200
_BEGINS = re.compile("[A-Za-z0-9]")


def beginning(word: str) -> str:
    """Return what finds a word at the beginning of one, in any database; nothing of a word that
    begins with no Latin letter and no figure.
    """
    own = word.strip("\"'")
    return f"(^|[^A-Za-z0-9]){re.escape(own)}" if _BEGINS.match(own) else ""


def searched_words(typed: str) -> list[str]:
    """Return the words that are searched for: each once, however often it is typed."""
    words = typed[:LONGEST_SEARCH].split()
    return list({word.casefold(): word for word in words}.values())[:MOST_WORDS]


def leaves_out(typed: str) -> bool:
    """Return whether more is typed than is searched for."""
    typed = typed.strip()
    different = {word.casefold() for word in typed.split()}
    return len(typed) > LONGEST_SEARCH or len(different) > MOST_WORDS


class YesNoFilter(admin.BooleanFieldListFilter):
    """A filter by yes or no, whose columns read no 1 and 0, by which Django's own asks."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that say what is chosen."""
        chosen = {"1": True, "0": False}.get(str(self.lookup_val))
        return queryset if chosen is None else queryset.filter(**{self.field_path: chosen})


admin.FieldListFilter.register(
    lambda field: isinstance(field, YesNoField), YesNoFilter, take_priority=True
)


class BoundedList(admin.ModelAdmin):
    """An admin whose list bears whatever is asked of it, and its search whatever is typed.

    ``none_yet`` says what is to be done where there is no row at all, ``meaning`` what rows are
    whose name alone does not tell.
    """

    none_yet: Any = ""
    meaning: Any = ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the list; a value that no column holds is told as any other that is wrong, and so
        is a row that none can be.
        """
        if not all(map(self._may_be_a_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            self.message_user(
                request, gettext("There is no such row: choose from the list."), messages.ERROR
            )
            return HttpResponseRedirect(request.get_full_path_info())
        try:
            with transaction.atomic():
                told: dict[str, Any] = {"none_yet": self.none_yet, "meaning": self.meaning}
                told |= self._told_of_search(request)
                told |= extra_context or {}
                shown = super().changelist_view(request, told)
        except (OverflowError, DataError):
            if request.method == "POST":
                raise
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        # Django takes a wrong question that says already that it is wrong for a broken database.
        is_asked = len(request.GET) > 1
        if is_asked and getattr(shown, "template_name", "") == "admin/invalid_setup.html":
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return shown

    def _may_be_a_key(self, ticked: str) -> bool:
        """Whether a row could have a key that a form says was ticked: databases fail of others."""
        try:
            self.opts.pk.clean(ticked, None)
        except ValidationError:
            return False
        return not NO_TEXT.search(ticked)

    def _told_of_search(self, request: HttpRequest) -> dict[str, Any]:
        """How much is searched for, where more is typed in a list that is searched."""
        typed = request.GET.get(SEARCH_VAR, "") if self.get_search_fields(request) else ""
        if not leaves_out(typed):
            return {}
        return {"searched": {"words": MOST_WORDS, "characters": LONGEST_SEARCH}}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows by the first words that are typed, each of which begins a word of theirs:
        Hangzhou does not ask for Zhangzhou. Chinese has no blanks between words, and may stand
        anywhere.
        """
        words = searched_words(search_term)
        found, doubled = super().get_search_results(request, queryset, " ".join(words))
        columns = [column.lstrip("^=@") for column in self.get_search_fields(request)]
        for word in words:
            if begins := beginning(word):
                asked = reduce(or_, (Q(**{f"{column}__iregex": begins}) for column in columns), Q())
                if doubled:
                    # A join a word to many parts would find as many rows as there are ways to
                    # choose a part a word.
                    asked = Q(pk__in=self.model._default_manager.filter(asked).values("pk"))
                found = found.filter(asked)
        return found, doubled


class Seen:
    """What analysts and reviewers may look at, and nobody writes by hand."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether whoever asks works with change sets, or was given this very table."""
        given: bool = super().has_view_permission(request, obj)  # type: ignore[misc]  # a mixin
        return may(request.user, SetAction.SEE) or given

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to add rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to change rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete rows by hand."""
        return False


#: How the names of columns end of which there is one for each language.
SPOKEN = {"_en": ENGLISH, "_zh": other_language(ENGLISH)}


#: The pictures of the admin that stand for yes and no.
SIGNS = {True: "yes", False: "no"}


@cache
def in_its_language(model: type[Model], name: Any) -> Any:
    """Return a column that shows a text marked as of its language, where that can be told: by the
    name of the column, by one beside it for Chinese, else by what it says. What is yes or no,
    or a date, is said in the reader's language; any other column is as it was.
    """
    fields = {own.name: own for own in model._meta.fields}
    field = fields.get(name) if isinstance(name, str) else None
    if shown := yes_or_no_shown(model, name) or day_shown(model, name):
        return shown
    if not isinstance(field, LineField | LinesField) or field.choices:
        return name
    code = SPOKEN.get(name[-3:], ENGLISH if f"{name}_zh" in fields else "")

    @admin.display(description=field.verbose_name, ordering=name)
    def told(row: Model) -> str:
        said = getattr(row, name)
        if not said:
            return ""
        if not code:
            return spoken(said)
        return format_html('<span lang="{}">{}</span>', code, linebreaksbr(said, autoescape=True))

    told.__name__ = name
    return told


@cache
def yes_or_no_shown(model: type[Model], name: Any) -> Any:
    """Return a column that shows yes or no by a sign which is said in the reader's language;
    nothing for any other column.
    """
    field = next((own for own in model._meta.fields if own.name == name), None)
    if not isinstance(field, BooleanField):
        return None

    @admin.display(description=field.verbose_name, ordering=name)
    def told(row: Model) -> str:
        said = getattr(row, name)
        words = {True: gettext("Yes"), False: gettext("No")}.get(said, gettext("not stated"))
        image = static(f"admin/img/icon-{SIGNS.get(said, 'unknown')}.svg")
        return format_html('<img src="{}" alt="{}">', image, words)

    told.__name__ = name
    return told


@cache
def day_shown(model: type[Model], name: Any) -> Any:
    """Return a column that tells a date as pages do, as precisely as it is known; nothing for any
    other column.
    """
    field = next((own for own in model._meta.fields if own.name == name), None)
    if not isinstance(field, PartialDateField):
        return None

    @admin.display(description=field.verbose_name, ordering=name)
    def told(row: Model) -> str:
        return day_in_words(getattr(row, name))

    told.__name__ = name
    return told


@cache
def topic_shown(model: type[Model], name: Any) -> Any:
    """Return a column that tells a topic by its short head; of any other column its name."""
    field = next((own for own in model._meta.fields if own.name == name), None)
    if field is None or field.related_model is not Topic:
        return name

    @admin.display(description=field.verbose_name, ordering=f"{name}__slug")
    def told(row: Any) -> str | None:
        topic = getattr(row, name)
        return topic_label(topic, active_language()) if topic else None

    told.__name__ = name
    return told


class Spoken:
    """Shows texts on the page of a row as of the language of their columns."""

    model: type[Model]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what is never typed, as all texts are."""
        own: list[Any] = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]  # a mixin
        marked = (in_its_language(self.model, field.name) for field in self.model._meta.fields)
        return [*own, *filter(callable, marked)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the boxes of the page, each text in its language once."""
        boxes = super().get_fieldsets(request, obj)  # type: ignore[misc]  # a mixin
        return [(box, {**own, "fields": self._marked(own["fields"])}) for box, own in boxes]

    def _marked(self, fields: Iterable[Any]) -> list[Any]:
        return list(dict.fromkeys(in_its_language(self.model, name) for name in fields))


class ReadOnly(Spoken, Seen, BoundedList):
    """Rows to look at: a list with filters, and a page each. Texts are marked as of their language.

    ``found_by`` are paths to keys of what the portal's own search finds by any of its names, in
    Chinese, English or pinyin, and the kind of each.
    """

    actions = None
    found_by: ClassVar[Mapping[str, str]] = {}
    change_form_template = "zones/desk/admin_row.html"

    def history_of(self, row: Any) -> str:
        """Return where the desk tells what became of a row; nothing of one of which it tells
        nothing.
        """
        return ""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Show the page of a row, with where its history is told."""
        row = kwargs.get("obj")
        if row is not None and may(request.user, SetAction.SEE):
            context["history"] = self.history_of(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the history of the desk: what is written by no form of the admin has none of its
        own.

        Raises:
            PermissionDenied: whoever asks may not see the row.
        """
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        told = self.history_of(row) if row is not None else ""
        return HttpResponseRedirect(told or reverse("admin:desk-history"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list."""
        columns = (topic_shown(self.model, name) for name in super().get_list_display(request))
        return self._marked(columns)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks works with change sets, or was given some table."""
        return may(request.user, SetAction.SEE) or super().has_module_permission(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows that hold what is typed, and those of what has that name; of several words each
        may be held, or name something, apart from the others: a topic and a place.
        """
        found, doubled = super().get_search_results(request, queryset, search_term)
        typed = search_term[:LONGEST_SEARCH].strip()
        if not (typed and self.found_by):
            return found, doubled
        either = self._named(typed)
        words = searched_words(typed)
        if len(words) > 1 and any(by_word := [self._named(word) for word in words]):
            each = Q()
            for word, named in zip(words, by_word, strict=True):
                held, more = super().get_search_results(request, queryset, word)
                each &= Q(pk__in=held.order_by().values("pk")) | named
                doubled = doubled or more
            either |= each
        if not either:
            return found, doubled
        return queryset.filter(Q(pk__in=found.order_by().values("pk")) | either), doubled

    def _named(self, typed: str) -> Q:
        """The condition that a row is of something that has a name; an empty one if nothing has."""
        named, snapshot = Q(), current_snapshot()
        for path, kind in self.found_by.items():
            if keys := keys_found(typed, snapshot, kind):
                named |= Q(**{f"{path}__in": keys})
        return named


class ReadOnlyInline(Spoken, Seen, admin.TabularInline):
    """Parts of a row, to look at on its page."""

    extra = 0
    can_delete = False
