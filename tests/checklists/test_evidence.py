"""Evidence: what is taken, what is refused, what is kept, and who may see it."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from cbec_portal import file_types as evidence_files
from checklists.models import Act, Checklist, Evidence, EvidenceVersion, Item
from checklists.models.evidence import evidence_storage
from checklists.permissions import EvidenceAction, evidence_policy
from checklists.services import checklist_status, evidence_versions, item_updates
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import PNG, archive, pdf, stored, upload, workbook

pytestmark = pytest.mark.django_db


def session(person: User) -> Client:
    """Someone's browser."""
    client = Client()
    client.force_login(person)
    return client


def first_item(checklist: Checklist) -> Item:
    found = checklist.items.filter(recurrence="once").first()
    assert found is not None
    return found


def posing(kind: str) -> bytes:
    """A zip that says it is something else."""
    out = io.BytesIO()
    with ZipFile(out, "w") as container:
        container.writestr("mimetype", kind)
        container.writestr("tool.exe", b"MZ")
    return out.getvalue()


def sealed() -> bytes:
    """A zip whose first member is marked as encrypted."""
    whole = bytearray(posing("application/vnd.oasis.opendocument.text"))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def crushed() -> bytes:
    """A zip packed in a way that nobody knows."""
    whole = bytearray(posing("application/vnd.oasis.opendocument.text"))
    whole[8] = whole[whole.index(b"PK\x01\x02") + 10] = 99
    return bytes(whole)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("letter.pdf", pdf(), "application/pdf"),
        ("SCAN.PNG", PNG, "image/png"),
        ("申报清单.xlsx", workbook(), evidence_files.OPEN_XML + "spreadsheetml.sheet"),
        ("invoice.ofd", archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("notes.txt", "海关回函".encode(), "text/plain"),
        ("notes.csv", "海关,回函".encode("gb18030"), "text/plain"),
        ("excel.csv", "海关,回函".encode("utf-8-sig"), "text/plain"),
    ],
)
def test_a_file_is_kept_under_a_random_name_with_its_hash(
    folder: Path, name: str, content: bytes, kind: str
) -> None:
    version = evidence_versions.bring(someone("alice"), "Proof", upload=upload(name, content))
    assert (version.number, version.file_name, version.media_type) == (1, name, kind)
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    (path,) = stored(folder)
    assert path.read_bytes() == content
    assert Path(name).stem not in str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>", "which is not taken"),
        ("page.html", b"<html></html>", "which is not taken"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "which is not taken"),
        ("page.txt", b" <!doctype html><p>", "which is not taken"),
        ("tool.exe", b"MZ\x90\0" + b"\0" * 100, "which is not taken"),
        ("letter.docx", pdf(), "not what its name says"),
        ("letter", pdf(), "not what its name says"),
        ("all.xlsx", archive("a.txt"), "which is not taken"),
        ("torn.xlsx", workbook()[:200], "which is not taken"),
        ("empty.pdf", b"", "empty"),
        ("bytes.txt", b"\xff\xfe\x00\x00", "which is not taken"),
        ("bell.txt", b"ring\x07", "which is not taken"),
        ("posing.pdf", posing("application/pdf"), "which is not taken"),
        ("posing.txt", posing("text/plain"), "which is not taken"),
        ("sealed.odt", sealed(), "which is not taken"),
        ("crushed.odt", crushed(), "which is not taken"),
    ],
)
def test_what_a_file_is_not_it_is_refused_for_and_nothing_is_kept(
    folder: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        evidence_versions.bring(someone("alice"), "Proof", upload=upload(name, content))
    assert not Evidence.objects.exists()
    assert stored(folder) == []


def test_a_file_too_large_is_refused_with_the_size_allowed(folder: Path, settings: object) -> None:
    settings.CBEC_EVIDENCE_BYTES = 1_000_000  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="at most 1 MB"):
        evidence_versions.bring(someone("alice"), "Proof", upload=upload("a.txt", b"x" * 1_000_001))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\letters\\reply.pdf", "reply.pdf"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("reply: no.pdf", "reply_ no.pdf"),
        ('a<b>"c|d?e*.txt', "a_b__c_d_e_.txt"),
        ("海关" * 200 + ".pdf", ("海关" * 200)[:196] + ".pdf"),
    ],
)
def test_a_file_name_holds_no_path_and_nothing_that_deceives(given: str, kept: str) -> None:
    assert evidence_files.clean_name(given) == kept


def test_evidence_is_a_file_or_a_link() -> None:
    alice = someone("alice")
    link = evidence_versions.bring(alice, "Page", url="https://example.org/reply")
    assert (link.url, link.sha256) == ("https://example.org/reply", "")
    for wrong in ({}, {"url": "javascript:alert(1)"}, {"url": "no address"}):
        with pytest.raises(ValidationError):
            evidence_versions.bring(alice, "Page", **wrong)
    assert Evidence.objects.count() == 1
    untitled = evidence_versions.bring(alice, " ", url="https://example.org/")
    assert untitled.evidence.title == "https://example.org/"


def test_a_newer_version_stands_beside_the_older(folder: Path) -> None:
    alice = someone("alice")
    first = evidence_versions.bring(alice, "Letter", upload=upload("a.pdf", pdf("a")))
    second = evidence_versions.renew(first.evidence, actor=alice, upload=upload("b.pdf", pdf("b")))
    assert (second.number, len(stored(folder))) == (2, 2)
    for refused in (
        lambda: EvidenceVersion.objects.filter(pk=first.pk).update(sha256="0" * 64),
        lambda: EvidenceVersion.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_one_piece_serves_several_items_and_what_is_signed_names_it(folder: Path) -> None:
    alice, one, other = someone("alice"), started(), started("zhengzhou")
    version = evidence_versions.bring(alice, "Letter", upload=upload("a.pdf", pdf()))
    for item in (first_item(one), first_item(other)):
        evidence_versions.attach(item, version.evidence, actor=alice)
        evidence_versions.attach(item, version.evidence, actor=alice)
    item = first_item(one)
    assert one.log.filter(act=Act.ATTACHED).count() == 1
    item_updates.set_status(item, "done", actor=alice)
    evidence_versions.renew(version.evidence, actor=alice, upload=upload("b.pdf", pdf("b")))
    evidence_versions.detach(item, version.evidence, actor=alice)
    (signed,) = item.signed_periods.get().signed["evidence"]
    assert (signed["version"], signed["sha256"]) == (1, version.sha256)
    assert version.evidence.attachments.count() == 1


def test_only_those_who_see_a_checklist_see_what_serves_it(folder: Path) -> None:
    alice, checklist = someone("alice"), shared(started())
    evidence = evidence_versions.bring(alice, "Letter", upload=upload("a.pdf", pdf())).evidence

    def seen_by(name: str) -> bool:
        return evidence_policy.may(EvidenceAction.SEE, evidence, someone(name))

    assert [seen_by(name) for name in ("alice", "bob", "vera", "charlie")] == [True] + 3 * [False]
    evidence_versions.attach(first_item(checklist), evidence, actor=alice)
    assert [seen_by(name) for name in ("alice", "bob", "vera", "charlie")] == 3 * [True] + [False]


@pytest.mark.django_db(transaction=False)
def test_files_are_discarded_only_after_the_day_they_are_kept_until(
    folder: Path, django_capture_on_commit_callbacks: object
) -> None:
    alice = someone("alice")
    version = evidence_versions.bring(alice, "Letter", upload=upload("a.pdf", pdf()))
    evidence = version.evidence
    for day in (None, date(2026, 12, 31)):
        evidence_versions.keep_until(evidence, day, actor=someone("alice"))
        with pytest.raises(ValidationError, match="must still be kept"):
            evidence_versions.discard(evidence, actor=someone("alice"), on=date(2026, 12, 31))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        evidence_versions.discard(evidence, actor=someone("alice"), on=date(2027, 1, 1))
    assert stored(folder) == []
    assert evidence.versions.get().sha256 == version.sha256
    with pytest.raises(ValidationError, match="discarded"):
        evidence_versions.attach(first_item(started()), evidence, actor=alice)


def test_what_could_not_be_stored_whole_leaves_no_file(folder: Path) -> None:
    class Failing(ContentFile):  # type: ignore[type-arg]  # generic to the type checker only
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            Path("/dev/full").write_bytes(b"0" * 100_000)

    with pytest.raises(OSError, match="No space left"):
        evidence_storage().save("ab/half", Failing(b"whole"))
    assert stored(folder) == []


def test_only_old_files_that_no_evidence_names_are_swept(folder: Path) -> None:
    evidence_versions.bring(someone("alice"), "Proof", upload=upload("letter.pdf", pdf()))
    (kept,) = stored(folder)
    old, fresh = kept.parent / "old", kept.parent / "fresh"
    for stray in (old, fresh):
        stray.write_bytes(b"half")
    for path in (kept, old):
        os.utime(path, (0, 0))
    call_command("sweep_evidence")
    assert set(stored(folder)) == {kept, fresh}


def test_uploads_that_a_killed_process_left_are_swept_up(
    folder: Path, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    old, fresh = tmp_path / "tmpold.upload.pdf", tmp_path / "tmpfresh.upload.pdf"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    call_command("sweep_evidence")
    assert (old.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "BM 型号: 100".encode(),
        b"From: customs@example.org\nSubject: 1210\n",
        b"Subject: reply\n\nYes.",
        b"import 1210, export 9610\n",
        b'{"answer": true}',
        "海关回函".encode("utf-16"),
        "海关回函".encode("gb18030"),
        b"\xef\xbb\xbfa;b\r\n1;2\r\n\x1a",
    ],
)
def test_text_is_text_whatever_its_first_letters_look_like(folder: Path, text: bytes) -> None:
    version = evidence_versions.bring(someone("alice"), "Text", upload=upload("reply.txt", text))
    assert version.media_type == "text/plain"


@pytest.mark.parametrize("url", ["ftps://example.org/a", "javascript:alert(1)", "example.org"])
def test_a_link_leads_to_the_web(url: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        evidence_versions.bring(someone("alice"), "Link", url=url)


def test_what_happens_to_evidence_is_logged_wherever_it_serves(folder: Path) -> None:
    alice, one, two = someone("alice"), started(), started("zhengzhou")
    version = evidence_versions.bring(alice, "Proof", upload=upload("a.pdf", pdf()))
    for checklist in (one, two):
        evidence_versions.attach(first_item(checklist), version.evidence, actor=alice)
    checklist_status.close(two, actor=alice)
    renewed = evidence_versions.renew(
        version.evidence, actor=alice, upload=upload("b.pdf", pdf("b"))
    )
    evidence_versions.keep_until(version.evidence, date(2026, 12, 31), actor=alice)
    evidence_versions.keep_until(version.evidence, date(2026, 12, 31), actor=alice)
    evidence_versions.discard(version.evidence, actor=alice, on=date(2027, 1, 1))
    for checklist in (one, two):
        entries = list(checklist.log.filter(act__in=["renewed", "kept", "discarded"]))
        assert [entry.act for entry in entries] == ["discarded", "kept", "renewed"]
        assert entries[2].detail["sha256"] == renewed.sha256
        assert (entries[1].detail["before"], entries[1].detail["after"]) == (None, "2026-12-31")
    with pytest.raises(ValidationError, match="were discarded"):
        evidence_versions.renew(version.evidence, actor=alice, upload=upload("c.pdf", pdf("c")))
    with pytest.raises(ValidationError, match="were discarded"):
        evidence_versions.discard(version.evidence, actor=alice, on=date(2027, 1, 1))


def test_editors_of_a_closed_checklist_renew_its_evidence_no_more(folder: Path) -> None:
    checklist = shared(started())
    version = evidence_versions.bring(someone("alice"), "Proof", upload=upload("a.pdf", pdf()))
    evidence_versions.attach(first_item(checklist), version.evidence, actor=someone("alice"))
    checklist_status.close(checklist, actor=someone("alice"))
    page = f"/evidence/{version.evidence.key}/"
    form = {"do": "renew", "url": "https://example.org/"}
    assert session(someone("bob")).post(page, form).status_code == 404
    assert session(someone("alice")).post(page, form).status_code == 303


def test_whoever_only_views_carries_no_evidence_into_a_checklist_of_their_own(
    folder: Path,
) -> None:
    theirs = shared(started())
    item, own = first_item(theirs), started(owner="vera")
    version = evidence_versions.bring(someone("alice"), "Proof", upload=upload("letter.pdf", pdf()))
    evidence_versions.attach(item, version.evidence, actor=someone("alice"))
    evidence_versions.keep_until(version.evidence, date(2040, 1, 1), actor=someone("alice"))
    vera = session(someone("vera"))
    key, mine = version.evidence.key, first_item(own)
    assert vera.get(f"/evidence/{key}/").status_code == 200
    api = f"/api/v1/checklists/{own.key}/items/{mine.pk}/evidence/"
    body = {"evidence": str(key)}
    assert vera.post(api, body, content_type="application/json").status_code == 400
    page = f"/checklists/{own.key}/items/{mine.pk}/"
    assert vera.post(page, {"do": "attach", "evidence": version.evidence.pk}).status_code == 404
    assert not mine.attachments.exists()
    for person, status in (("vera", 404), ("bob", 404), ("alice", 303)):
        answer = session(someone(person)).post(
            f"/evidence/{key}/", {"do": "keep", "keep_until": "2041-01-01"}
        )
        assert answer.status_code == status, person
