"""The title of a revision and why it was published stand apart wherever both are shown."""

from __future__ import annotations

import pytest

from zones.pages.summary_tags import revision_summary


@pytest.mark.django_db
@pytest.mark.parametrize("most", [0, 40])
@pytest.mark.parametrize(
    ("title", "reason"), [("Limits of 2026", "A notice says so."), ("限值", "据公告。")]
)
def test_title_and_reason_stand_apart(title: str, reason: str, most: int) -> None:
    told = revision_summary(f"{title}\n{reason}", most)
    assert f"<strong>{title}</strong><br>{reason}" in told


@pytest.mark.django_db
def test_a_title_alone_is_no_more_than_it_says() -> None:
    assert revision_summary("Limits <of> 2026") == "Limits &lt;of&gt; 2026"
