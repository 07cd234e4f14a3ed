"""Policies, what is in force, and the revisions that published them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.languages import CHINESE_TAG, active_language
from cbec_portal.punctuation import bracketed
from cbec_portal.templatetags.spoken import spoken, spoken_lang
from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnly
from zones.dataset.load_summaries import called_writer, told
from zones.dataset.policy_table import Policies
from zones.dataset.table import Key
from zones.desk.addresses import address_of_history
from zones.desk.history import of_object
from zones.models import Alias, AppliedRow, Edit, Edition, InForce, Policy, Revision
from zones.models.labels import label
from zones.models.scopes import BODIES
from zones.models.value_types import REFERRING
from zones.rules.excerpts import shortened
from zones.rules.vocabulary import ScopeKind
from zones.selectors.rendered_values import display_of, scope_shape, topic_label

#: So much of a long answer stands in a list.
LONGEST_SHOWN = 80


def _verified(name: str) -> SafeString:
    """Who verified a version, in words; nothing where that is not known."""
    if not name:
        return SafeString()
    return format_html("<p>{}{}{}</p>", gettext("Verified by"), gettext(": "), name)


@admin.register(Policy)
class PolicyAdmin(DatasetAdmin):
    """Policies."""

    list_display = [
        "topic_words",
        "answer",
        "place",
        "source",
        "state",
        "verification",
        "effective_from",
        "effective_to",
    ]
    fields = [
        *("topic", "whole_answer", "chinese_answer", "place", "state"),
        *("effective_from", "start_qualifier", "effective_to"),
        *("summary_en", "summary_zh", "source", "clause", "clause_zh", "quoted", "verification"),
        *("verified_on", "evidence_url", "caveat_en", "caveat_zh", "note", "change", "identity"),
        *("version", "recorded_in", "replaced_in"),
    ]
    readonly_fields = ["whole_answer", "chinese_answer", "place", "quoted"]
    list_filter = [
        "topic__focus_area",
        "scope_kind",
        "verification",
        "state",
        "change",
    ]
    list_select_related = ["topic", "source", *Policy.body_columns, *REFERRING]
    search_fields = [
        "identity",
        "summary_en",
        "summary_zh",
        "topic__question_en",
        "topic__question_zh",
        "source__document_number",
    ]
    found_by: ClassVar = {
        "topic__slug": "topic",
        "source__slug": "source",
        **{own.path: own.column for own in BODIES.values() if own.is_place},
    }

    @admin.display(description=pgettext_lazy("field", "topic"), ordering="topic__slug")
    def topic_words(self, policy: Policy) -> str:
        """Return the short head of the topic."""
        return topic_label(policy.topic, active_language())

    @admin.display(description=pgettext_lazy("field", "value"))
    def answer(self, policy: Policy) -> str:
        """Return the answer as it is read."""
        words = display_of(policy, policy.topic, active_language())
        return shortened(words, LONGEST_SHOWN)

    @admin.display(description=pgettext_lazy("field", "value"))
    def whole_answer(self, policy: Policy) -> str:
        """Return all of the answer, as it is read."""
        return spoken(display_of(policy, policy.topic, active_language()))

    @admin.display(description=pgettext_lazy("field", "value: Chinese text"))
    def chinese_answer(self, policy: Policy) -> str:
        """Return the Chinese words of an answer that is a text."""
        own = linebreaksbr(policy.value_text_zh, autoescape=True)
        return format_html('<span lang="{}">{}</span>', CHINESE_TAG, own)

    @admin.display(description=pgettext_lazy("field", "quote"))
    def quoted(self, policy: Policy) -> str:
        """Return the words that were quoted for this version; a dash where none were."""
        rows = of_object(self.table, self.key_of(policy)).rows
        said = next((row for row in rows if row.revision == policy.recorded_in_id), None)
        words = [own for own in ((said.quote, said.quote_en) if said else ()) if own]
        told = format_html_join(
            "",
            "<blockquote{}>{}</blockquote>",
            ((spoken_lang(own), linebreaksbr(own, autoescape=True)) for own in words),
        )
        return told + _verified(said.verified_by if said else "") or "—"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is shown of a version: Chinese words of the answer where there are any."""
        fields = super().get_fields(request, obj)
        if obj is not None and obj.value_text_zh:
            return fields
        return [name for name in fields if name != "chinese_answer"]

    @admin.display(description=pgettext_lazy("field", "place"), ordering="scope_kind")
    def place(self, policy: Policy) -> str:
        """Return whom it binds."""
        name = scope_shape(policy, active_language())["name"]
        kind = ScopeKind(policy.scope_kind)
        return name if kind == ScopeKind.NATION else bracketed(name, label(kind))

    def key_of(self, row: Policy) -> Key:
        """Return topic, kind and code of scope, and start."""
        return row.topic.slug, row.scope_kind, row.scope_code, str(row.effective_from)

    def public_address(self, row: Policy) -> str:
        """Return the answer of the city that it binds, or the topic across all cities."""
        if row.scope_kind == ScopeKind.CITY:
            return reverse("zones:answer", args=[row.scope_code, row.topic.slug])
        return reverse("zones:topic", args=[row.topic.slug])


@admin.register(InForce)
class InForceAdmin(ReadOnly):
    """Rows in force, made by resolution."""

    none_yet = _("There is no row yet: they are made of policies, when these are published.")
    list_display = ["city", "topic", "policy", "since", "through", "recorded_in", "replaced_in"]
    list_filter = ["topic__focus_area"]
    list_select_related = [
        *("city", "topic", "policy__topic", "recorded_in", "replaced_in"),
        *(f"policy__{name}" for name in Policy.body_columns),
    ]
    search_fields = ["city__slug", "topic__slug"]
    found_by: ClassVar = {"city__slug": "city", "topic__slug": "topic"}
    ordering = ["-pk"]

    def history_of(self, row: InForce) -> str:
        """Return where the desk tells what became of the policy that answers."""
        return address_of_history(Policies.name, row.policy.key_parts)


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """Revisions."""

    none_yet = _(
        "Nothing is published yet: load a folder of data by the command “manage.py load_dataset”, "
        "or publish a change set."
    )
    list_display = ["number", "published_at", "written_by", "published_by", "said"]
    fields = ["number", "published_at", "written_by", "published_by", "said"]
    search_fields = ["summary", "author"]

    def history_of(self, row: Revision) -> str:
        """Return where the desk tells what the revision changed."""
        return f"{reverse('admin:desk-history')}?revision={row.number}"

    @admin.display(description=pgettext_lazy("field", "author"), ordering="author")
    def written_by(self, revision: Revision) -> str:
        """Return who wrote it."""
        return called_writer(revision.author)

    @admin.display(description=pgettext_lazy("field", "publisher"), ordering="publisher")
    def published_by(self, revision: Revision) -> str:
        """Return who published it."""
        return called_writer(revision.publisher)

    @admin.display(description=pgettext_lazy("field", "summary"))
    def said(self, revision: Revision) -> str:
        """Return what it says of itself, in its language."""
        summary, language = told(revision.summary)
        return format_html('<span lang="{}">{}</span>', language, linebreaksbr(summary))


@admin.register(Edit)
class EditAdmin(ReadOnly):
    """What rows without versions said before, and which folders were loaded."""

    meaning = _(
        "Each time rows without versions became others, such as names, documents and topics, by a "
        "load or a change set: what they said before is kept, so that a folder of data that was "
        "made earlier is not taken for news."
    )
    list_display = ["number", "revision"]
    fields = ["number", "revision"]

    def history_of(self, row: Edit) -> str:
        """Return where the desk tells what was edited or loaded, if it changed a row."""
        applied = AppliedRow.objects.filter(edit=row.pk).first()
        if applied is None:
            return ""
        asked = f"revision={applied.revision_id}" if applied.revision_id else f"edit={row.pk}"
        return f"{reverse('admin:desk-history')}?{asked}"


@admin.register(Alias)
class AliasAdmin(ReadOnly):
    """Former keys of rows."""

    none_yet = _("No key was changed yet: a key that is no more is kept here, and leads on.")
    list_display = ["kind", "former", "target"]
    list_filter = ["kind"]
    search_fields = ["former"]


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    """The edition."""

    meaning = _(
        "It counts every change of anything public. Answers that are kept say of which edition "
        "they are, and hold until the next."
    )
    list_display = ["number"]
