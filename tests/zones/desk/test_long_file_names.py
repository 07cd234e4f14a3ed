"""A form is read whatever its file is called; what was typed beside it is kept."""

from __future__ import annotations

import io

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from cbec_portal.file_types import LONGEST_FILE_NAME
from cbec_portal.long_file_names import MOST_OF_A_HEAD
from checklists.models import EvidenceVersion
from tests.checklists.cast import someone, started
from tests.checklists.files import PNG
from tests.conftest import log_in_staff
from tests.zones.desk.acts import person
from zones.desk.proposals import open_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


class Upload(io.BytesIO):
    """A file as a browser sends it, whose name Django did not shorten yet."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


LENGTHS = (255, 1_000, 5_000, 50_000)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("letter", ["a", "文"])
def test_every_form_is_read_with_a_file_of_a_long_name(length: int, letter: str) -> None:
    name = f"{letter * (length // len(letter.encode()))}.csv"
    for field in ("file", "copy_file"):
        sent = {"text": "typed", field: Upload(name, b"a")}
        request = RequestFactory().post("/", sent)
        assert request.POST["text"] == "typed"
        assert request.FILES[field].read() == b"a"


@pytest.mark.parametrize("length", LENGTHS)
def test_a_grid_is_read_whatever_its_file_is_called(length: int, client: Client) -> None:
    analyst = person("ana", "analyst")
    own = open_set(analyst, "A try")
    log_in_staff(client, analyst)
    grid = Upload(f"{'a' * length}.csv", b"slug,name_en\nhangzhou,Hang\n")
    body = {"do": "propose", "table": "cities", "file": grid}
    answer = client.post(reverse("admin:desk-grid", args=[own.pk]), body)
    assert answer.status_code == 303, answer.content.decode()
    assert own.rows.get().cells == {"name_en": "Hang"}


@pytest.mark.parametrize("do", ["keep", "save"])
def test_a_row_keeps_what_was_typed_beside_a_copy_of_a_long_name(do: str, client: Client) -> None:
    analyst = person("ana", "analyst")
    log_in_staff(client, analyst)
    copy = Upload(f"{'a' * 5_000}.pdf", b"no copy")
    page = f"{reverse('admin:desk-propose', args=['cities'])}?key=hangzhou"
    answer = client.post(page, {"do": do, "cell_name_en": "Hangchow", "copy_file": copy})
    assert answer.status_code in (303, 400)
    assert answer.status_code == 303 or "Hangchow" in answer.content.decode()


@pytest.mark.parametrize("length", LENGTHS)
def test_evidence_of_a_long_name_is_handed_in_under_a_shorter_one(
    length: int, client: Client
) -> None:
    own = started()
    item = own.items.first()
    assert item is not None
    client.force_login(someone("alice"))
    body = {"do": "hand-in", "title": "A licence", "file": Upload(f"{'a' * length}.png", PNG)}
    answer = client.post(reverse("checklists:item", args=[own.key, item.pk]), body)
    assert answer.status_code in (302, 303), answer.content.decode()
    version = EvidenceVersion.objects.get()
    assert len(version.file_name) <= LONGEST_FILE_NAME
    assert version.file_name.endswith("a.png")


def test_a_name_beyond_that_is_told_as_such(client: Client) -> None:
    analyst = person("ana", "analyst")
    own = open_set(analyst, "A try")
    log_in_staff(client, analyst)
    grid = Upload("a" * (2 * MOST_OF_A_HEAD), b"slug\n")
    answer = client.post(reverse("admin:desk-grid", args=[own.pk]), {"do": "look", "file": grid})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "the name of a file in it is too long" in text
    assert "文件的名称过长" in text
