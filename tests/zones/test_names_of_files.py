"""Files are called what they are about, and a name that is too long never ends within a part."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cbec_portal.file_names import LONGEST, MOST_BYTES, name_of_file
from zones.models import Source

PARTS = st.lists(
    st.sampled_from(
        ["Cross-Border", "2018", "第194号", "of", "公告", "3,000.50", "（2018）", "e-", "a" * 30]
    ),
    min_size=1,
    max_size=60,
)


@given(parts=PARTS)
def test_no_number_and_no_word_is_cut(parts: list[str]) -> None:
    title = " ".join(parts)
    name = name_of_file(title)
    assert len(name) <= LONGEST
    assert len(name.encode()) <= MOST_BYTES
    if name != title:
        assert name.endswith("…")
        kept = name.removesuffix("…").split()
        assert [one.rstrip("-") for one in kept] == [one.rstrip("-") for one in parts[: len(kept)]]


def test_chinese_is_cut_where_a_part_ends() -> None:
    name = name_of_file("杭州市、" * 40)
    assert name == "杭州市、" * 16 + "杭州市…"
    # A number that does not fit is left out as a whole.
    told = "关" * 68
    assert name_of_file(f"{told}关12345678") == f"{told}…"
    assert name_of_file("1" * 300) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_number_of_a_document_is_whole_in_the_name_of_its_file(
    client: Client, language: str
) -> None:
    for source in Source.objects.exclude(document_number="").order_by("slug")[::7]:
        answer = client.get(f"/sources/{source.slug}/table.csv", {"lang": language})
        assert name_of_file(source.document_number) in unquote(answer["Content-Disposition"])
