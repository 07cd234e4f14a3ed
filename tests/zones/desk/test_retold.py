"""What the program says of a set is in the language of its reader, whoever made it say so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import published, row_of, submitted, written
from zones.desk.key_proposals import propose_key
from zones.desk.reversal import propose_undo
from zones.desk.set_steps import send_back
from zones.models import ChangeSet
from zones.models.made_texts import retold

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: How each maker of a set is told in either language.
WORDS = {
    "undo": {"en": "Undo of revision ", "zh-hans": "撤销数据版本"},
    "key": {"en": "Another key: ", "zh-hans": "更改键："},
    "part": {"en": "of its rows goes on in ", "zh-hans": "行转入"},
}


def undone(analyst: Any, reviewer: Any) -> ChangeSet:
    revision = published(analyst, reviewer, written("cities", ("suzhou",), name_en="Suzhou!"))
    return propose_undo(revision, analyst)


def another_key(analyst: Any, _reviewer: Any) -> ChangeSet:
    return propose_key(analyst, "city", "wuhan", "wu-han")


def parted(analyst: Any, reviewer: Any) -> ChangeSet:
    name = written("cities", ("hangzhou",), name_en="Hangzhou!")
    own = submitted(analyst, written("policies", LIMIT, note="Seen"), name)
    send_back(own, reviewer, "Not so.", [row_of(own, ("hangzhou",))])
    return own


MAKERS = {"undo": undone, "key": another_key, "part": parted}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(("made_in", "read_in"), [("en", "zh-hans"), ("zh-hans", "en")])
def test_what_is_made_of_a_set_is_told_in_the_language_of_its_reader(
    analyst: Any, reviewer: Any, maker: str, made_in: str, read_in: str
) -> None:
    with override(made_in):
        own = MAKERS[maker](analyst, reviewer)
    client = Client()
    log_in_staff(client, analyst)
    pages = [reverse("admin:desk-set", args=[own.pk])]
    pages += [reverse("admin:desk-sets"), reverse("admin:index")] if maker != "part" else []
    for page in pages:
        shown = client.get(f"{page}?lang={read_in}").content.decode()
        # What stands in a box to be changed is what is kept.
        shown = shown.partition('<details class="no-print" id="set-title"')[0]
        if maker != "part":
            assert WORDS[maker][made_in] not in shown.partition("<main")[2], page
        else:
            shown = client.get(f"{page}?lang={read_in}").content.decode()
        assert WORDS[maker][read_in] in shown, page


@pytest.mark.parametrize("maker", ["undo", "key"])
@pytest.mark.parametrize(("made_in", "read_in"), [("en", "zh-hans"), ("zh-hans", "en")])
def test_pages_that_only_name_a_set_name_it_in_the_language_of_their_reader(
    analyst: Any, reviewer: Any, maker: str, made_in: str, read_in: str
) -> None:
    with override(made_in):
        own = MAKERS[maker](analyst, reviewer)
    client = Client()
    log_in_staff(client, analyst)
    new_row = reverse("admin:desk-propose", args=["cities"])
    pages = [new_row, reverse("admin:desk-move", args=["hangzhou"])]
    pages += [reverse("admin:desk-row", args=[own.pk, own.rows.get().pk])]
    pages += [reverse(f"admin:desk-{name}", args=[own.pk]) for name in ("grid", "places")]
    shown = {page: client.get(f"{page}?lang={read_in}").content.decode() for page in pages}
    form = {"do": "withdraw", "seen": own.version}
    page = reverse("admin:desk-set", args=[own.pk])
    shown["sure"] = client.post(f"{page}?lang={read_in}", form).content.decode()
    for address, html in shown.items():
        assert WORDS[maker][made_in] not in html, address
        assert WORDS[maker][read_in] in html, address


def test_what_somebody_wrote_stays_as_it_is() -> None:
    with override("zh-hans"):
        for text in ("Undo of it all", "Limits of 2026\nUndo it", "限值"):
            assert retold(text) == text
        assert retold("2 of its rows go on in change set 7.") == "其中2行转入变更集7。"
        assert retold("Its rows come from change set 7.") == "本变更集的行来自变更集7。"
        assert retold("Undo of revision 3: Undo of revision 2") == "撤销数据版本3：撤销数据版本2"
