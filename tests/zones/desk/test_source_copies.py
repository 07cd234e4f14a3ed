"""Archived copies: kept as they were read, once, for the desk alone."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cbec_portal.china_time import now
from checklists.services.file_cleanup import sweep
from tests.checklists.files import PNG, pdf
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, person, proposed, published, row_of, submitted, written
from zones.desk.addresses import address_of_row
from zones.desk.copy_archive import keep_copy
from zones.models import AppliedRow, ChangeSet, Source, SourceCopy

pytestmark = pytest.mark.django_db

SLUG = "mof-gacc-sta-2018-49"
LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
PAGE = "<!DOCTYPE html><html><body><script>alert(1)</script>五千元</body></html>".encode()
TAKEN = {"notice.pdf": pdf(), "scan.png": PNG, "page.html": PAGE, "notice.txt": "限值".encode()}
REFUSED = {
    "notice.pdf": PAGE,
    "page.txt": PAGE,
    "page.exe": b"MZ\x90\x00" + bytes(200),
    "empty.pdf": b"",
}


def source() -> Source:
    return Source.objects.get(slug=SLUG)


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "copies").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_kept_with_its_hash(analyst: User, name: str, tmp_path: Path) -> None:
    copy = keep_copy(source(), SimpleUploadedFile(name, TAKEN[name]), analyst)
    assert copy.sha256 == hashlib.sha256(TAKEN[name]).hexdigest()
    assert (copy.file_name, copy.size, copy.name) == (name, len(TAKEN[name]), "ana")
    (path,) = stored(tmp_path)
    assert path.read_bytes() == TAKEN[name]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_nothing(analyst: User, name: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        keep_copy(source(), SimpleUploadedFile(name, REFUSED[name]), analyst)
    with pytest.raises(ValidationError):
        keep_copy(source(), None, analyst)
    with pytest.raises(ValidationError):
        keep_copy(source(), SimpleUploadedFile("a.pdf", pdf()), analyst, "javascript:alert(1)")
    assert (stored(tmp_path), SourceCopy.objects.count()) == ([], 0)


def test_the_same_bytes_are_kept_once_a_document(analyst: User, tmp_path: Path) -> None:
    content = pdf()
    first = keep_copy(source(), SimpleUploadedFile("a.pdf", content), analyst)
    again = keep_copy(source(), SimpleUploadedFile("b.pdf", content), person("ben", "analyst"))
    assert first == again
    assert len(stored(tmp_path)) == 1
    other = Source.objects.exclude(slug=SLUG)[0]
    assert keep_copy(other, SimpleUploadedFile("a.pdf", content), analyst) != first


def test_nobody_else_keeps_or_sees_one(analyst: User, outsiders: list[User]) -> None:
    copy = keep_copy(source(), SimpleUploadedFile("a.pdf", pdf()), analyst)
    address = reverse("admin:desk-copy", args=[SLUG, copy.pk])
    for who in outsiders:
        with pytest.raises(PermissionDenied):
            keep_copy(source(), SimpleUploadedFile("b.txt", b"b"), who)
        client = Client()
        client.force_login(who)
        assert client.get(address).status_code in (302, 403)
    assert Client().get(address).status_code == 302
    assert Client().get(f"/media/{copy.file.name}").status_code == 404


def test_a_copy_never_changes(analyst: User) -> None:
    copy = keep_copy(source(), SimpleUploadedFile("a.pdf", pdf()), analyst)
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceCopy.objects.filter(pk=copy.pk).update(sha256="0" * 64)


@pytest.mark.ignore_template_errors
def test_the_page_keeps_and_hands_out_copies_in_which_nothing_runs(analyst: User) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-copies", args=[SLUG])
    assert "No copy of this document" in client.get(page).content.decode()
    refused = client.post(page, {"do": "keep", "read_at": "https://www.mof.gov.cn/a"})
    assert refused.status_code == 400
    assert "https://www.mof.gov.cn/a" in refused.content.decode(), "what was typed stays"
    file = SimpleUploadedFile("通知.html", PAGE)
    assert client.post(page, {"do": "keep", "file": file}).status_code == 303
    copy = SourceCopy.objects.get()
    assert copy.sha256 in client.get(page).content.decode()
    answered = client.get(reverse("admin:desk-copy", args=[SLUG, copy.pk]))
    assert b"".join(answered.streaming_content) == PAGE  # type: ignore[attr-defined]
    assert answered["Content-Disposition"].startswith("attachment;")
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answered["Content-Security-Policy"]
    elsewhere = Source.objects.exclude(slug=SLUG)[0].slug
    assert client.get(reverse("admin:desk-copy", args=[elsewhere, copy.pk])).status_code == 404
    copy.file.storage.delete(copy.file.name)
    assert client.get(reverse("admin:desk-copy", args=[SLUG, copy.pk])).status_code == 404


@pytest.mark.ignore_template_errors
def test_a_row_names_the_copy_that_was_read_and_the_log_keeps_its_hash(
    analyst: User, reviewer: User
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst, written("policies", LIMIT, clause="第三条"))
    row = row_of(own)
    page = reverse("admin:desk-row", args=[own.pk, row.pk])

    def send(**beside: Any) -> Any:
        cells = {f"cell_{name}": cell for name, cell in {**row.before, **row.cells}.items()}
        seen = row_of(own).version
        return client.post(page, {"do": "save", "seen": seen, **cells, **beside})

    bad = send(copy_file=SimpleUploadedFile("a.pdf", PAGE), quote="五千元")
    assert bad.status_code == 400
    assert "五千元" in bad.content.decode()
    assert send(copy_file=SimpleUploadedFile("a.pdf", pdf()), quote="五千元").status_code == 303
    copy = SourceCopy.objects.get()
    assert (copy.source.slug, row_of(own).copy) == (SLUG, copy)
    shown = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert reverse("admin:desk-copy", args=[SLUG, copy.pk]) in shown
    assert send(copy=copy.sha256, quote="5000元").status_code == 303
    assert row_of(own).copy == copy, "it stays where no other is handed in"
    other = keep_copy(
        Source.objects.exclude(slug=SLUG)[0], SimpleUploadedFile("a.txt", b"other"), analyst
    )
    for stray in (other.sha256, str(copy.pk), "0" * 64):
        refused = send(copy=stray, quote="6000元")
        assert refused.status_code == 400, "a copy of another document proves nothing here"
        assert "is none of this document" in refused.context["wrong_beside"]["copy"][0]
        assert refused.context["copy"] is None, "what is sent again is without it"
        assert row_of(own).copy == copy
    published(analyst, reviewer, written("policies", LIMIT, clause="第一条")._replace(copy=copy))
    assert AppliedRow.objects.get().copy_sha256 == copy.sha256


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("is_marked", [True, False])
def test_a_refused_row_keeps_its_file_once(is_marked: bool, analyst: User, tmp_path: Path) -> None:
    """However often it is refused: what is sent again names the file by its bytes."""
    client = Client()
    log_in_staff(client, analyst)
    page, _blank, query = address_of_row("policies", LIMIT, "version").partition("?")
    cells = {f"cell_{name}": cell for name, cell in known("policies")[LIMIT].items()}
    typed = {**cells, "cell_clause": "9", "do": "save"}
    before = len(stored(tmp_path))
    for number in range(3):
        mark = {"form_mark": f"{number:032}"} if is_marked else {}
        file = SimpleUploadedFile("read.txt", "读过的原文".encode(), "text/plain")
        wrong = {**typed, **mark, "cell_effective_from": "nonsense", "copy_file": file}
        refused = client.post(f"{page}?{query}", wrong)
        assert refused.status_code == 400
        copy = SourceCopy.objects.get()
        assert refused.context["copy"] == copy
        assert f'name="copy" value="{copy.sha256}"' in refused.content.decode()
        assert len(stored(tmp_path)) == before + 1
    looked = client.post(f"{page}?{query}", {**typed, "do": "look", "copy": copy.sha256})
    assert looked.context["copy"] == copy
    mended = client.post(f"{page}?{query}", {**typed, "copy": copy.sha256})
    assert mended.status_code == 303, mended.context["errors"]
    assert ChangeSet.objects.get().rows.get().copy == copy


@pytest.mark.ignore_template_errors
def test_queries_of_a_set_do_not_grow_with_copies(analyst: User, reviewer: User) -> None:
    client = Client()
    log_in_staff(client, reviewer)
    counts = []
    for number in (2, 8):
        drafts = []
        for place, key in enumerate(sorted(known("policies"))[:number]):
            file = SimpleUploadedFile("a.txt", f"{number} {place}".encode())
            draft = written("policies", key, note=f"Read {number} times.")
            drafts.append(draft._replace(copy=keep_copy(source(), file, analyst)))
        own = submitted(analyst, *drafts)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
        assert shown.count("a.txt") == number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_a_killed_process_leaves_is_swept_and_nothing_else(
    analyst: User, tmp_path: Path
) -> None:
    copy = keep_copy(source(), SimpleUploadedFile("a.pdf", pdf()), analyst)
    stray = tmp_path / "copies" / "ab" / "abandoned"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"half")
    later = now() + timedelta(hours=1)
    assert sweep(before=now() - timedelta(hours=1)) == 0, "somebody may be storing it"
    assert sweep(before=later) == 1
    assert stored(tmp_path) == [Path(copy.file.path)]
