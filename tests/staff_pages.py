"""Every page of staff with something on it: lists, forms, the desk in all its states, and what asks
whether one is sure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import person, proposed, published, submitted, written
from tests.zones.desk.test_permissions import TABLE, filled, others, rows_of_models
from zones.dataset.table_registry import registry
from zones.desk.blind_readings import draw_readings
from zones.desk.copy_archive import keep_copy
from zones.desk.set_steps import comment
from zones.models import Source

KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OTHER = ("import-annual-transaction-limit", "nation", "CN", "2019-01-01")
QUOTE, QUOTE_IN_ENGLISH = "单次交易限值提高至人民币5000元。", "The limit for one order is raised."
#: What sets are called here: one that is published, one in review, one that is open.
TITLES = ("已经发布的一批", "待审的一批", "A set that is open")
REMARK, REASON = "请再看一遍原文第九条。", "The notice reads so in its ninth article."
#: Files, what is for scripts, and where one is led on from.
NO_PAGES = {
    *("admin:desk-copy", "admin:desk-export", "admin:desk-pick", "admin:jsi18n", "admin:login"),
    *("admin:logout", "admin:autocomplete", "admin:view_on_site"),
}


class Asked(NamedTuple):
    """An address, and what is sent to it, if anything is."""

    address: str
    sent: dict[str, Any] | None = None

    def by(self, client: Client, language: str) -> Any:
        """Return the answer in a language."""
        joined = f"{self.address}{'&' if '?' in self.address else '?'}lang={language}"
        if self.sent is None:
            return client.get(joined)
        return client.post(joined, self.sent)


def answered(client: Client, pages: list[Asked], language: str) -> Iterator[tuple[Asked, Any]]:
    """What is answered in a language; where several lead on to one page, that page once."""
    led_to: set[str] = set()
    for asked in pages:
        answer = asked.by(client, language)
        if answer.status_code not in (302, 303):
            yield asked, answer
        elif (place := answer["Location"]) not in led_to:
            led_to.add(place)
            followed = client.get(urljoin(asked.address, place))
            yield asked, followed


def staffed() -> tuple[Client, list[Asked]]:
    """Return one who may see all of the admin, and its pages with something on each."""
    client = Client()
    log_in_staff(client, person("sue", is_superuser=True))
    world, more = _written()
    others("table")
    rows = rows_of_models()
    pages = [
        Asked(filled(name, world, rows) + may.asked)
        for name, may in sorted(TABLE.items())
        if name not in NO_PAGES and may.get.split()[-1] == "200"
    ]
    return client, [*pages, *more, *_sure()]


def _written() -> tuple[dict[str, Any], list[Asked]]:
    """What people wrote at the desk: the parts of addresses, and pages beside the plain ones."""
    ana, rui, dora = person("ana", "analyst"), person("rui", "reviewer"), person("dora", "reviewer")
    said: dict[str, Any] = {"quote": QUOTE, "quote_en": QUOTE_IN_ENGLISH}
    first = written("policies", KEY, clause="item 9", clause_zh="第九项")._replace(**said)
    revision = published(ana, rui, first, title=TITLES[0])
    anew = {"summary_en": "It is said in other words.", "summary_zh": "换一种说法。"}
    row = written("policies", KEY, source_id="mof-2018-157", **anew)._replace(**said)
    new = {"title_zh": "关于另一件事的通知", "title_en": "Notice about another matter"}
    source = written("sources", ("sc-2025-40",), **new)
    requirement = written("requirements", ("import-1210-seller", "1.1"), detail_zh="另行说明。")
    own = proposed(ana, row, source, requirement, title=TITLES[2])
    comment(own, ana, REMARK, own.rows.get(table="policies"))
    comment(own, rui, REASON, own.rows.get(table="sources"))
    other = written("policies", OTHER, clause="item 2", clause_zh="第二项")
    waiting = submitted(ana, other, title=TITLES[1])
    document = Source.objects.order_by("slug")[0]
    copy = keep_copy(document, SimpleUploadedFile("notice.txt", b"said"), ana)
    draw = draw_readings(dora, 100, topic=KEY[0])
    history = reverse("admin:desk-history")
    key = json.dumps(list(KEY))
    sets = [reverse("admin:desk-set", args=[one.pk]) for one in (waiting, revision.change_set)]
    more = [
        *sets,
        f"{history}?revision={revision.number}",
        f"{history}?person=ana",
        f"{history}?table=policies&key={key}",
        f"{history}?table=policies&key={key}&column=clause",
        *(reverse("admin:desk-propose", args=[table.name]) for table in registry),
        f"{reverse('admin:desk-propose', args=['policies'])}?key={key}&as=version",
        f"{reverse('admin:desk-propose', args=['policies'])}?key={key}&as=withdraw",
        f"{reverse('admin:desk-propose', args=['policies'])}?key={key}&as=end",
        f"{reverse('admin:desk-move', args=['hangzhou'])}?until=2031-01-01",
        f"{reverse('admin:desk-sets')}?state=published",
    ]
    refused = [
        Asked(reverse("admin:desk-grid", args=[own.pk]), {"do": "check", "table": "policies"}),
        Asked(reverse("admin:desk-sets"), {"do": "open", "title": ""}),
        Asked(reverse("admin:desk-set", args=[own.pk]), {"do": "comment", "text": ""}),
        Asked(reverse("admin:desk-readings"), {"do": "draw", "share": "0"}),
        Asked(reverse("admin:desk-queue"), {"do": "rest"}),
        Asked(reverse("admin:desk-filters"), {"do": "save", "name": ""}),
        Asked(
            reverse("admin:desk-row-new", args=[own.pk]) + "?table=policies",
            {"do": "save", "cell_value": "x"},
        ),
    ]
    named = {"number": own.pk, "row": own.rows.get(table="policies").pk, "table": "policies"}
    named |= {"city": "hangzhou", "slug": document.slug, "copy": copy.pk}
    return named | {"reading": draw.readings.get().pk}, [*map(Asked, more), *refused]


def _sure() -> Iterator[Asked]:
    """What asks whether one is sure, what is refused, and lists that are searched in vain."""
    for model, own in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{start}_changelist")
        yield Asked(f"{listed}?e=1")
        if own.get_search_fields(None):  # type: ignore[arg-type]
            yield Asked(f"{listed}?q=zzzz")
        yield Asked(listed, {"action": "delete_selected"})
    ana, group = User.objects.get(username="ana"), Group.objects.latest("pk")
    for name, row in (("user", ana), ("group", group)):
        ticked: dict[str, Any] = {"action": "delete_selected", "_selected_action": [row.pk]}
        yield Asked(reverse(f"admin:auth_{name}_changelist"), ticked)
        yield Asked(reverse(f"admin:auth_{name}_delete", args=[row.pk]))
    attempts = reverse("admin:axes_accessattempt_changelist")
    yield Asked(attempts, {"action": "cleanup_expired_attempts", "_selected_action": [1]})
    wrong = {"username": "ana", "password1": "a", "password2": "b"}
    yield Asked(reverse("admin:auth_user_add"), {"username": ""})
    yield Asked(reverse("admin:auth_user_add"), wrong)
    yield Asked(reverse("admin:auth_group_add"), {"name": ""})
    typed = {"old_password": "x", "new_password1": "1", "new_password2": "2"}
    yield Asked(reverse("admin:password_change"), typed)
