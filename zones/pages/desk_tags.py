"""Links from public pages to the desk, for analysts alone: whoever else reads gets the same bytes
as ever, and pages differ by their cookie as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cbec_portal.languages import active_language, in_language
from zones.desk.addresses import (
    address_of_answer,
    address_of_new,
    address_of_policy,
    address_of_row,
)
from zones.desk.permissions import SetAction, may
from zones.models import City, Policy, Topic
from zones.rules.vocabulary import FOUND_ROWS, Change, HitKind, ScopeKind
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.search_hits import Hit

register = template.Library()


@register.simple_tag(takes_context=True)
def propose_change(context: template.Context, table: str, *key: Any) -> SafeString | str:
    """Return a small link to a new version of a row, beside a cell that says what the row says."""
    if not may_propose(context):
        return ""
    return pencil(address_of_row(table, tuple(map(str, key))))


@register.simple_tag(takes_context=True)
def propose_cell(
    context: template.Context, identity: str | None, topic: str, place: Any = None
) -> SafeString | str:
    """Return a small link to the policy of an answer, else to a new rule of the place."""
    if not may_propose(context):
        return ""
    return pencil(address_of_cell(identity, topic, place))


@register.simple_tag(takes_context=True)
def propose_answer_of(
    context: template.Context, city: str, topic: str, day: Any
) -> SafeString | str:
    """Return a small link to the policy that answers in a city on a day, whichever it is."""
    if not may_propose(context):
        return ""
    return pencil(address_of_answer(city, topic, day))


@register.simple_tag(takes_context=True)
def answers_named(
    context: template.Context, topics: Iterable[Topic], city: str, day: Any
) -> SafeString:
    """Return the short heads of topics in one line; for analysts each leads to what answers it in
    a city on a day.
    """
    proposes, language = may_propose(context), active_language()
    return format_html_join(
        _("; "),
        "{}{}",
        (
            (
                in_language(topic, "label", language),
                pencil(address_of_answer(city, topic.slug, day)) if proposes else "",
            )
            for topic in topics
        ),
    )


@register.simple_tag(takes_context=True)
def propose_event(context: template.Context, event: Mapping[str, Any]) -> SafeString | str:
    """Return a small link to what changed; a zone that was withdrawn is there no more."""
    if not may_propose(context):
        return ""
    if event["what"] == "policy":
        return pencil(address_of_policy(event["identity"]))
    if event["kind"] == Change.WITHDRAWN:
        return ""
    if event["what"] == "zone":
        return pencil(address_of_row("zones", (event["programme"], event["scope"]["code"])))
    covered = (event["zone_city"], event["scope"]["code"], str(event["covered_from"]))
    return pencil(address_of_row("zone_coverage", (event["programme"], *covered)))


@register.simple_tag(takes_context=True)
def propose_hit(context: template.Context, hit: Hit, day: Any) -> SafeString | str:
    """Return a small link to the row that was found, or to the policy that answers."""
    if not may_propose(context):
        return ""
    match hit.kind:
        case HitKind.COMPARISON | HitKind.REGIONAL_ANSWER:
            return ""  # of several cities, each with its own answer
        case HitKind.ANSWER:
            return pencil(address_of_answer(hit.city, hit.topic, day))
        case HitKind.POLICY:
            return pencil(address_of_policy(hit.key))
        case HitKind.BATCH | HitKind.ZONE:
            return pencil(address_of_row(FOUND_ROWS[hit.kind].table, tuple(hit.key.split(".", 1))))
        case (
            HitKind.CITY
            | HitKind.PROVINCE
            | HitKind.CUSTOMS_DISTRICT
            | HitKind.FOCUS_AREA
            | HitKind.PROGRAMME
            | HitKind.TOPIC
            | HitKind.SOURCE
        ):
            return pencil(address_of_row(FOUND_ROWS[hit.kind].table, (hit.key,)))
    assert_never(hit.kind)


@register.simple_tag(takes_context=True)
def propose_row(context: template.Context, table: str, key: str) -> SafeString | str:
    """Return a link to a new version of a row that is named by one key."""
    if not may_propose(context):
        return ""
    return _links([(address_of_row(table, (key,)), _("For analysts: propose a new version"))])


@register.simple_tag(takes_context=True)
def propose_policy(context: template.Context, topic: str) -> SafeString | str:
    """Return a link to a new answer to a topic."""
    if not may_propose(context):
        return ""
    return _links([(address_of_new("policies", topic=topic), _("For analysts: propose an answer"))])


@register.simple_tag(takes_context=True)
def propose_answer(
    context: template.Context, topic: str, place: City | HypotheticalPlace, identity: str | None
) -> SafeString | str:
    """Return links to a new version of the policy that answers, and to a rule of the place."""
    if not may_propose(context):
        return ""
    links = []
    policy = Policy.objects.current().select_related("topic", *Policy.body_columns)
    if identity and (own := policy.filter(identity=identity).first()):
        key = (own.topic.slug, own.scope_kind, own.scope_code, str(own.effective_from))
        words = _("For analysts: propose a new version")
        links.append((address_of_row("policies", key), words))
    own_rule = address_of_cell(None, topic, place)
    links.append((own_rule, _("For analysts: propose a local rule")))
    return _links(links)


def address_of_cell(identity: str | None, topic: str, place: Any) -> str:
    """Return where the policy of a cell is changed; where none answers, where a rule of the place,
    or an answer to the topic, is proposed.
    """
    if identity:
        return address_of_policy(identity)
    if place is None:
        return address_of_new("policies", topic=topic)
    kind, code = (
        (ScopeKind.CITY, place.slug)
        if isinstance(place, City)
        else (ScopeKind.CUSTOMS_DISTRICT, place.customs_district.code)
    )
    return address_of_new("policies", topic=topic, scope_kind=kind.value, scope_code=code)


def pencil(address: str) -> SafeString:
    """Return a small link to the desk, with its words for whoever points at it or hears it."""
    words = _("For analysts: propose a change")
    return format_html(
        ' <a class="pencil no-print" href="{}" title="{}" aria-label="{}">✎</a>',
        address,
        words,
        words,
    )


def may_propose(context: template.Context) -> bool:
    """Return whether whoever reads is an analyst, who is led on to the desk."""
    user: Any = context.get("user")
    return user is not None and user.is_authenticated and may(user, SetAction.PROPOSE)


def _links(links: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", ' <a class="go no-print" href="{}">{}</a>', links)
