"""A backup restores, whatever was typed into the forms of the admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import unified_diff
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from checklists.models import Requirement
from tests import odd_values, public_answers
from tests.odd_values import ODD, Odd
from tests.rounds import rounds
from tests.zones.admin_forms import Door, Sent, boxes, typed_in
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.models import Placement, Policy, Revision, Zone
from zones.models.revisions import Recorded
from zones.rules.vocabulary import Change
from zones.services.publication import Publication, publish

pytestmark = pytest.mark.django_db

T = TypeVar("T")
Elsewhere = Callable[[], AbstractContextManager[None]]

#: How many forms are sent. Each finds what it breaks only when all are dumped and restored.
FORMS = rounds(120, on_sqlite=60)


class Filling:
    """Fills one form after the other, and keeps what became of each."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.models = [*door.writable(), Policy, Zone, Placement]
        self.taken: list[Any] = []
        self.refused = 0
        self.numbers = count(1)

    def fill(self, model_at: int, row_at: int, is_new: bool, odd: Sequence[Odd]) -> None:
        """Open a form, type into some of its boxes and send it."""
        model = one_of(self.models, model_at)
        rows = model._default_manager.order_by("pk")
        before = list(rows.values_list("pk", flat=True))
        row = rows.get(pk=one_of(before, row_at))
        is_new = self.door.can_add(model) and (is_new or getattr(row, "is_published", False))
        context = self.door.opened(model, None if is_new else row)
        sent = self.as_new(model, row, context) if is_new else typed_in(context)
        there = boxes(context)
        if row_at % 2:
            for formset in context["inline_admin_formsets"]:
                self.add_row(formset.formset, sent, there, row_at)
        names = [name for name in there if not name.endswith(("-id", "-DELETE"))]
        for one in odd:
            name = one_of(names, one.place)
            sent[name] = typed(there[name], one)
        if self.door.send(model, sent, None if is_new else row):
            self.refused += 1
        else:
            self.taken += rows.exclude(pk__in=before) if is_new else rows.filter(pk=row.pk)

    def as_new(self, model: type[models.Model], row: Any, empty: Mapping[str, Any]) -> Sent:
        """What the form of a new row would hold if another was copied into it under another key."""
        return self.under_another_key(model, typed_in(empty) | self.values_of(model, row))

    def add_row(self, formset: Any, sent: Sent, there: dict[str, forms.Field], row_at: int) -> None:
        """Add a row within a form, copied from any there is."""
        rows = formset.model._default_manager.order_by("pk")
        place, copied = len(formset.forms), one_of(rows, row_at)
        values = self.under_another_key(formset.model, self.values_of(formset.model, copied))
        for name, box in formset.empty_form.fields.items():
            if name in values and name != formset.fk.name:
                sent[f"{formset.prefix}-{place}-{name}"] = values[name]
                there[f"{formset.prefix}-{place}-{name}"] = box
        sent[f"{formset.prefix}-TOTAL_FORMS"] = str(place + 1)

    def under_another_key(self, model: type[models.Model], sent: Sent) -> Sent:
        """What was copied, with keys and names that nothing else has."""
        number = next(self.numbers)
        fresh: dict[str, Any] = {
            "slug": f"new-{number}",
            "position": str(1000 + number),
            "iso_3166_2": f"CN-{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}",
            "gb2260": str(900_000 + number),
            "code": str(9000 + number),
            "adcode": "",
            "number": f"10.{number % 99 + 1}z" if model is Requirement else str(1000 + number),
            "aliases": f"A body {number}",
            "name_en": f"Another {number}",
            "name_zh": f"另一个{number}",
            "abbreviation": "",
            "year": str(1950 + number % 100),
            "change": "corrected",
            "is_default": "",
        }
        return sent | {name: value for name, value in fresh.items() if name in sent}

    @staticmethod
    def values_of(model: type[models.Model], row: Any) -> Sent:
        """What the boxes for the fields of a row would hold."""
        found: Sent = {}
        for field in model._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.editable and value not in (None, False, ""):
                found[field.name] = str(value)
        return found


def one_of(there: Sequence[T], at: int) -> T:
    return there[at % len(there)]


def typed(box: forms.Field, odd: Odd) -> str | list[str]:
    """What is typed into a box: mostly something odd of its own kind, now and then anything."""
    if not odd.is_of_its_kind:
        return odd.text
    match box:
        case forms.ModelMultipleChoiceField() | forms.ModelChoiceField():
            keys = [str(row.pk) for row in box.queryset.order_by("pk")]  # type: ignore[union-attr]
            one = one_of([*keys, *keys, "", "0", "-1", "9" * 30], odd.row)
            return [one] if isinstance(box, forms.ModelMultipleChoiceField) else one
        case forms.ChoiceField():
            options = [str(value) for value, _label in box.choices]  # type: ignore[union-attr]
            return one_of([*options, *options, "no such thing"], odd.row)
        case forms.BooleanField():
            return one_of(["on", "true", ""], odd.row)
        case forms.IntegerField() | forms.DecimalField():
            return odd.number
        case forms.DateField():
            return odd.day
    if getattr(box, "max_length", None) == 10:
        return odd.day
    if isinstance(box.widget, forms.URLInput):
        return odd.address
    return odd.key if isinstance(box, forms.SlugField) else odd.text


def publish_what_can_be(drafts: list[Any]) -> None:
    """Publish drafts together, or each alone where one of them is refused."""
    if not drafts:
        return
    placements = [draft for draft in drafts if isinstance(draft, Placement)]
    publication = Publication(
        policies=[draft for draft in drafts if isinstance(draft, Policy)],
        zones=[draft for draft in drafts if isinstance(draft, Zone)],
        placements=placements,
        replaced_placements=[
            row
            for row in Placement.objects.current().filter(
                city__in=[placement.city_id for placement in placements]
            )
            if (row.city_id, row.since) in {(p.city_id, p.since) for p in placements}
        ],
    )
    try:
        publish(publication, author="Ada, «a»; 'b'", publisher="bo", summary="Lines\nof =1+1")
    except ValidationError:
        if len(drafts) > 1:
            for draft in drafts:
                publish_what_can_be([draft])


def asked(taken: list[Any]) -> list[str]:
    """What is asked before and after: everything public, and whatever was written."""
    rows = {(type(row), row.pk): row for row in taken}
    stored = [type(row)._default_manager.get(pk=row.pk) for row in rows.values()]
    # Drafts are nobody's business yet, and what was withdrawn no more.
    touched = [
        row
        for row in stored
        if getattr(row, "is_published", True) and getattr(row, "change", "") != Change.WITHDRAWN
    ]
    return list(
        dict.fromkeys(
            [
                *public_answers.lists(),
                *public_answers.pages(),
                *public_answers.questions(["hangzhou", "xiongan", "zhengzhou"]),
                *public_answers.of_rows(touched),
            ]
        )
    )


def answers(client: Client, addresses: list[str]) -> dict[str, tuple[int, object]]:
    found = {}
    for address in addresses:
        answered = public_answers.answer(client, address)
        found[address] = (answered.status_code, public_answers.bytes_of(answered))
    return found


def parted(before: object, after: object) -> list[str]:
    """The lines in which two answers part."""
    if not (isinstance(before, bytes) and isinstance(after, bytes)):
        return [str(before)[:200], str(after)[:200]]
    lines = (answer.decode().replace("},", "},\n").splitlines() for answer in (before, after))
    return list(unified_diff(*lines, lineterm="", n=0))[:12]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_whatever_was_typed_into_the_admin_is_restored_from_a_backup(
    admin_user: Any, client: Client, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    filling = Filling(Door(admin_user))

    @settings(
        max_examples=FORMS,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        odd_values.PLACES, odd_values.PLACES, st.booleans(), st.lists(ODD, min_size=1, max_size=2)
    )
    def fill(model_at: int, row_at: int, is_new: bool, odd: list[Odd]) -> None:
        filling.fill(model_at, row_at, is_new, odd)

    for versioned in (Policy, Zone, Placement):
        # Chance may give no draft that can be published, so there is one of each.
        filling.fill(filling.models.index(versioned), 7, True, [])
    assert len(filling.taken) == 3
    fill()
    assert len(filling.taken) > FORMS // 10
    assert filling.refused > FORMS // 10
    drafts = [row for row in filling.taken if isinstance(row, Recorded)]
    publish_what_can_be([type(row)._default_manager.get(pk=row.pk) for row in drafts])
    assert Revision.objects.count() > 1

    dump_dataset(tmp_path / "history", history=True)
    dump_dataset(tmp_path / "plain")
    addresses = asked(filling.taken)
    before = answers(client, addresses)
    wrong = {address: told for address, (status, told) in before.items() if status != 200}
    assert wrong == {}
    with elsewhere():
        load_dataset(tmp_path / "history")
        after = answers(client, addresses)
        dump_dataset(tmp_path / "again", history=True)
    assert contents(tmp_path / "again") == contents(tmp_path / "history")
    assert {a: parted(before[a][1], after[a][1]) for a in addresses if after[a] != before[a]} == {}
    # The tables of today are read by the same rules, and say what is there.
    report = load_dataset(tmp_path / "plain")
    assert (report.added, report.corrected, report.revision) == (0, 0, None)
