"""What answers or law would change is shown first, and what moved meanwhile is shown again."""

from __future__ import annotations

import pytest

from checklists.models import Checklist
from tests.checklists.browsing import hidden, logged_in, page
from tests.checklists.cast import started
from tests.checklists.test_accepted_changes import deciding, duties_testing, fixed
from tests.zones.test_publishing import next_version, publish_as_two
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db


def test_other_answers_are_weighed_before_they_are_given() -> None:
    checklist, client = started(goods_kinds=["food"]), logged_in("alice")
    before = checklist.items.live().count()
    weighed = client.get(f"{page(checklist, 'answers')}?weigh=1&answer=goods-kinds:cosmetics")
    assert "This would change" in weighed.content.decode()
    assert checklist.items.live().count() == before
    form = {"do": "answer", "answer": "goods-kinds:cosmetics", "seen": hidden(weighed, "seen")}
    given = client.post(page(checklist, "answers"), form)
    assert given.status_code == 303
    assert checklist.items.live().count() != before


def test_what_moved_again_is_shown_before_it_is_accepted() -> None:
    checklist, client = fixed("hangzhou", template="import-9610-seller"), logged_in("alice")
    number = moves_anew()
    form = {
        "do": "accept",
        "number": number,
        "seen": hidden(client.get(changes(checklist)), "seen"),
    }
    moves_anew()
    refused = client.post(changes(checklist), form)
    assert refused.status_code == 409
    assert "Something has moved again since you saw this" in refused.content.decode()
    assert "Read anew, time 2" in refused.content.decode()
    assert not checklist.log.filter(act="accepted").exists()
    assert client.post(changes(checklist), {"do": "accept-all"}).status_code == 409
    seen = hidden(refused, "seen")
    assert client.post(changes(checklist), {**form, "seen": seen}).status_code == 303
    assert checklist.log.filter(act="accepted").count() == 1


def changes(checklist: Checklist) -> str:
    return page(checklist, "changes")


def moves_anew() -> str:
    """Publish that the rule which opens 9610 was read anew; a duty that stands on it."""
    policy = deciding("hangzhou", "code-9610-available")
    told = f"Read anew, time {policy.version}"
    draft = next_version(policy, change=Change.CORRECTED, summary_en=told)
    publish_as_two(Publication(policies=[draft]))
    forget()
    return min(duties_testing("import-9610-seller", "code-9610-available"))


def test_answers_weighed_against_other_law_are_weighed_anew() -> None:
    checklist, client = started(goods_kinds=["food"]), logged_in("alice")
    weigh = f"{page(checklist, 'answers')}?weigh=1&answer=goods-kinds:cosmetics"
    form = {"do": "answer", "answer": "goods-kinds:cosmetics"}
    form |= {"seen": hidden(client.get(weigh), "seen")}
    moves_anew()
    refused = client.post(weigh, form)
    assert refused.status_code == 409
    assert "Weigh them anew" in refused.content.decode()
    form |= {"seen": hidden(refused, "seen")}
    assert client.post(weigh, form).status_code == 303
