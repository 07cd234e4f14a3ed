"""A duty that a checklist holds is not taken out, and that is told as soon as it is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from checklists.models import Requirement
from tests.checklists.cast import started
from tests.zones.datasets import change_rows, copy_of_fixtures
from tests.zones.desk.acts import judged, person, problems_of, proposed, taken_out
from tests.zones.desk_forms import Desk
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db


def held() -> tuple[str, str]:
    """The key of a duty of which an item is made."""
    item = started("hangzhou").items.select_related("requirement__template").first()
    assert item is not None
    assert item.requirement is not None
    return item.requirement.template.slug, item.requirement.number


def test_it_is_said_once_it_is_proposed_and_on_the_page_of_the_set() -> None:
    key = held()
    analyst = person("ana", "analyst")
    own = proposed(analyst, taken_out("requirements", key))
    found = judged(own)
    assert found.fate == Fate.REFUSED
    assert "items refer to it, so it stays." in str(problems_of([found]))
    page = Desk().client.get(f"/admin/desk/sets/{own.pk}/").content.decode()
    assert "items refer to it, so it stays." in page


def test_a_load_says_it_before_anything_is_written(tmp_path: Path) -> None:
    key = held()
    folder = copy_of_fixtures(tmp_path)
    change_rows(
        folder / "requirements.csv",
        lambda rows: [row for row in rows if (row["template"], row["number"]) != key],
    )
    with pytest.raises(Refused, match="items refer to it, so it stays"):
        load_dataset(folder, replace=True)


def test_what_no_checklist_holds_is_taken_out() -> None:
    held()
    free = Requirement.objects.filter(items=None).select_related("template").first()
    assert free is not None
    own = proposed(
        person("ana", "analyst"), taken_out("requirements", (free.template.slug, free.number))
    )
    assert judged(own).fate == Fate.TAKEN_OUT
