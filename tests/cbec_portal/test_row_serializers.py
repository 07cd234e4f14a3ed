"""Fields of rows: worked out once, and yet those of one answer alone."""

from __future__ import annotations

import pytest
from django.utils import translation

from cbec_portal.api.row_serializers import RowSerializer
from zones.api import serializers

KINDS = [
    kind
    for kind in (getattr(serializers, name) for name in serializers.__all__)
    if issubclass(kind, RowSerializer)
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_answers_share_a_field(kind: type[RowSerializer]) -> None:
    one, other = kind().fields, kind().fields
    assert list(one) == list(other)
    assert not {id(field) for field in one.values()} & {id(field) for field in other.values()}
    assert all(field.parent.fields is one for field in one.values())
    holders = [field for field in one.values() if hasattr(field, "child")]
    assert all(field.child.parent is field for field in holders)


@pytest.mark.parametrize("kind", KINDS)
def test_titles_of_fields_are_in_the_language_of_the_answer(kind: type[RowSerializer]) -> None:
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            plain = super(RowSerializer, kind()).get_fields()
            assert {n: (type(f), f.label) for n, f in kind().get_fields().items()} == {
                n: (type(f), f.label) for n, f in plain.items()
            }


def test_every_serializer_of_a_table_is_one() -> None:
    assert len(KINDS) >= 10
