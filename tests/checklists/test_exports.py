"""What leaves the portal with a checklist is what it says, and can be checked."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from cbec_portal import pdf as pdf_export
from cbec_portal.chinese_fonts import FONT
from checklists.exports.audit_pack import audit_pack
from checklists.models import Checklist, Item, Share
from checklists.services import evidence_versions, item_updates
from checklists.services.accepted_changes import accept
from checklists.services.recorded_findings import offer, record_finding
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import pdf, upload
from tests.checklists.test_accepted_changes import deciding, fixed
from tests.conftest import log_in_staff
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Topic
from zones.rules.vocabulary import Change
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(someone(name))
    return client


def worked_on() -> Checklist:
    """A checklist with a signed item, evidence of two versions, a due day, and a shared reader."""
    alice = someone("alice")
    checklist = shared(fixed("hangzhou", template="import-1210-seller", goods_kinds=["food"]))
    item = checklist.items.filter(
        requirement__tested_topic__slug="food-recall-domestic-agent-required"
    ).get()
    version = evidence_versions.bring(alice, "=1+1 回函", upload=upload("海关回函.pdf", pdf("one")))
    evidence_versions.attach(item, version.evidence, actor=alice)
    item_updates.set_status(item, "done", actor=alice)
    evidence_versions.renew(version.evidence, actor=alice, upload=upload("b.pdf", pdf("two")))
    other = checklist.items.exclude(pk=item.pk).filter(recurrence="once").first()
    assert other is not None
    item_updates.set_due(other, date(2027, 3, 31), actor=alice)
    item_updates.comment(other, "@SUM(A1)", actor=alice)
    return checklist


def unpacked(checklist: Checklist, folder: Path) -> Path:
    unpacked_into = folder / "pack"
    with audit_pack(checklist, Inquiry.of_now(current_snapshot())) as made, ZipFile(made) as pack:
        assert pack.testzip() is None
        pack.extractall(unpacked_into)
    return unpacked_into


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_table_holds_every_item_and_never_a_formula() -> None:
    checklist = worked_on()
    client = logged_in("vera")
    told = client.get(f"/checklists/{checklist.key}/items.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["number"] for row in rows] == list(
        checklist.items.live().order_by("position").values_list("number", flat=True)
    )
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@", "+"))]
    (done,) = [row for row in rows if row["evidence"]]
    assert len(done["evidence_sha256"]) == 64
    book = load_workbook(io.BytesIO(client.get(f"/checklists/{checklist.key}/items.xlsx").content))
    assert book.active is not None
    assert book.active.max_row == len(rows) + 1
    narrowed = client.get(f"/checklists/{checklist.key}/items.csv?due=none").content.decode()
    assert len(list(csv.DictReader(io.StringIO(narrowed)))) < len(rows)
    assert client.get(f"/checklists/{checklist.key}/items.csv?colour=red").status_code == 400


@pytest.mark.parametrize("asked", ["en", "zh-hans"])
def test_a_pack_tells_the_law_in_both_languages_and_leaves_other_answers_alone(asked: str) -> None:
    checklist = worked_on()
    compared = "/api/v1/compare/?cities=hangzhou&lang="
    alone = {code: Client().get(compared + code).json()["rows"] for code in ("en", "zh-hans")}
    forget()
    address = f"/api/v1/checklists/{checklist.key}/audit-pack/?lang={asked}"
    content = b"".join(logged_in("alice").get(address).streaming_content)  # type: ignore[attr-defined]
    with ZipFile(io.BytesIO(content)) as pack:
        law = json.loads(pack.read("law.json"))
    said = {code: {row[code]["display"] for row in law} for code in ("en", "zh-hans")}
    assert said["en"] & {"Yes", "No"}
    assert said["zh-hans"] & {"是", "否"}
    assert not said["en"] & said["zh-hans"]
    assert all(row["en"]["scope"]["name"].isascii() for row in law)
    for code, rows in alone.items():
        assert Client().get(compared + code).json()["rows"] == rows


def test_due_days_are_a_calendar() -> None:
    checklist = worked_on()
    told = logged_in("vera").get(f"/checklists/{checklist.key}/due.ics").content
    (event,) = Calendar.from_ical(told).walk("VEVENT")
    assert event["DTSTART"].dt == date(2027, 3, 31)
    assert str(checklist.key) in event["URL"]


def test_a_pack_is_checked_by_the_tool_everybody_has(tmp_path: Path) -> None:
    checklist = worked_on()
    folder = unpacked(checklist, tmp_path)
    checked = subprocess.run(
        ["sha256sum", "-c", "MANIFEST.sha256"],  # noqa: S607 (where the system has it)
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    listed = {
        line.split("  ", 1)[1] for line in (folder / "MANIFEST.sha256").read_text().splitlines()
    }
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert listed == there - {"MANIFEST.sha256"}


def test_a_pack_says_in_both_languages_what_each_of_its_files_is(tmp_path: Path) -> None:
    folder = unpacked(worked_on(), tmp_path)
    english, chinese = (folder / "README.txt").read_text(encoding="utf-8").split("本文件包", 1)
    for file in folder.iterdir():
        name = f"{file.name}/" if file.is_dir() else file.name
        assert name == "README.txt" or (name in english and name in chinese), name


def test_a_pack_holds_the_gate_the_sources_of_every_duty_and_what_was_said(
    tmp_path: Path,
) -> None:
    checklist = worked_on()
    folder = unpacked(checklist, tmp_path)
    (place,) = read(folder, "checklist.json")["places"]
    law = {(p["policy"], p["version"]) for p in read(folder, "law.json")}
    assert place["gate"]["verdict"] == "included"
    assert (place["gate"]["policy"], place["gate"]["policy_version"]) in law
    sources = {source["source"]: source for source in read(folder, "sources.json")}
    assert set(checklist.items.values_list("source__slug", flat=True)) <= set(sources)
    assert all(source["title_zh"] and source["issuers"] for source in sources.values())
    assert [comment["text"] for comment in read(folder, "comments.json")] == ["@SUM(A1)"]


def test_a_pack_says_what_was_signed_and_the_law_it_stood_on(tmp_path: Path) -> None:
    checklist = worked_on()
    policy = deciding("hangzhou", "food-recall-domestic-agent-required")
    publish_as_two(
        Publication(policies=[next_version(policy, change=Change.CORRECTED, clause="Article 99")])
    )
    forget()
    accept(checklist, actor=someone("alice"))
    folder = unpacked(checklist, tmp_path)
    (signed,) = read(folder, "rounds.json")
    assert signed["signed"]["grounds"][0]["policy_version"] == policy.version
    law = {(p["policy"], p["version"]): p for p in read(folder, "law.json")}
    before, after = (law[policy.identity, v] for v in (policy.version, policy.version + 1))
    assert (before["replaced_in_revision"], after["en"]["clause"]) == (2, "Article 99")
    assert before["en"]["source"]["id"] == before["zh-hans"]["source"]["id"]
    evidence = read(folder, "evidence.json")
    assert [e["version"] for e in evidence] == [1, 2]
    assert all(e["sha256"] == e["as_packed"] for e in evidence)
    assert (folder / evidence[0]["path"]).read_bytes() == pdf("one")
    assert signed["signed"]["evidence"][0]["sha256"] == evidence[0]["sha256"]
    log = (folder / "log.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(log)))) == checklist.log.count()


def test_the_same_state_gives_the_same_bytes() -> None:
    checklist = worked_on()
    packs = [audit_pack(checklist, Inquiry.of_now(current_snapshot())) for _ in range(2)]
    one, other = (pack.read() for pack in packs)
    assert one == other
    for pack in packs:
        pack.close()


def test_a_large_pack_is_served_from_disk() -> None:
    checklist = worked_on()
    item: Any = checklist.items.first()
    big = b"%PDF-1.7\n" + b"x" * 12_000_000
    version = evidence_versions.bring(someone("alice"), "Big", upload=upload("big.pdf", big))
    evidence_versions.attach(item, version.evidence, actor=someone("alice"))
    answer = logged_in("bob").get(f"/checklists/{checklist.key}/audit-pack.zip")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].endswith('.zip"')
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as pack:  # type: ignore[attr-defined]
        assert max(member.file_size for member in pack.infolist()) == len(big)


def test_the_page_to_print_tells_every_item_with_its_sources() -> None:
    checklist = worked_on()
    page = logged_in("vera").get(f"/checklists/{checklist.key}/print/").content.decode()
    items: list[Item] = list(checklist.items.live())
    assert all(f"{item.number} {item.title_en}" in page.replace("&#x27;", "'") for item in items)
    assert "Sign-off" in page
    assert "海关回函.pdf" not in page  # the newest version is named
    assert "b.pdf" in page


#: First and last days of duties as they may be written.
DAYS = (("2024-01", "2026-11"), ("2024-01-02", "2026"), (None, "2026-11-29"), ("2025", None))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            (
                *("from Jan 2024 until Nov 2026", "from 2 Jan 2024 until 2026"),
                *("start not recorded until 29 Nov 2026", "from 2025"),
            ),
        ),
        (
            "zh-hans",
            (
                *("自2024年1月至2026年11月", "自2024年1月2日至2026"),
                *("起始未收录至2026年11月29日", "自2025"),
            ),
        ),
    ],
)
def test_first_and_last_days_of_a_duty_are_told_as_written_wherever_it_is_read(
    language: str, told: tuple[str, ...]
) -> None:
    checklist, client = worked_on(), logged_in("vera")
    items = list(checklist.items.live().order_by("position")[: len(DAYS)])
    for item, (first, last) in zip(items, DAYS, strict=True):
        Item.objects.filter(pk=item.pk).update(effective_from=first, effective_to=last)
    root = f"/checklists/{checklist.key}/"
    sheet = client.get(f"{root}print/?lang={language}").content.decode()
    sections = {read_aloud(own).split()[0]: own for own in sheet.split("<h3>")[1:]}
    printed = client.get(f"{root}checklist.pdf?lang={language}")
    pages = PdfReader(io.BytesIO(printed.content)).pages if printed.status_code == 200 else []
    paper = re.sub(r"\s", "", "".join(one.extract_text() for one in pages))
    for item, words in zip(items, told, strict=True):
        page = client.get(f"{root}items/{item.pk}/?lang={language}").content.decode()
        for where in (sections[item.number], page):
            assert words in read_aloud(where)
        assert re.sub(r"\s", "", words) in paper or not pages


def read_aloud(html: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


@pytest.mark.parametrize(
    "name", ["items.csv", "items.xlsx", "due.ics", "audit-pack.zip", "print/", "checklist.pdf"]
)
def test_nobody_else_gets_any_of_it(name: str) -> None:
    checklist = worked_on()
    address = f"/checklists/{checklist.key}/{name}"
    assert logged_in("charlie").get(address).status_code == 404
    assert Client().get(address).status_code == 302
    staff = Client()
    log_in_staff(staff, someone("stella", is_staff=True, is_superuser=True))
    assert staff.get(address).status_code == 404


@pytest.mark.parametrize(
    ("lost", "packages"),
    [
        *[([name], [package]) for name, package in pdf_export.LIBRARIES.items()],
        (list(pdf_export.LIBRARIES), list(pdf_export.LIBRARIES.values())),
    ],
    ids=lambda names: names[0] if len(names) == 1 else "all",
)
def test_without_its_libraries_a_pdf_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, lost: list[str], packages: list[str]
) -> None:
    others = {
        n: p for n, p in pdf_export.LIBRARIES.items() if n not in lost and pdf_export._loads(n)
    }
    absent = {f"absent-{name}": pdf_export.LIBRARIES[name] for name in lost}
    monkeypatch.setattr(pdf_export, "LIBRARIES", {**others, **absent})
    monkeypatch.setattr(pdf_export, "missing_font_packages", list)
    with pytest.raises(pdf_export.CannotPrintError) as refused:
        pdf_export.refuse_missing()
    assert str(refused.value).endswith(f"apt-get install {' '.join(packages)}")


def test_a_pdf_that_cannot_be_made_says_everything_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checklist = worked_on()
    monkeypatch.setattr(pdf_export, "LIBRARIES", {"absent.so.0": "libharfbuzz-subset0"})
    monkeypatch.setenv("PATH", "/nowhere")
    answer = logged_in("vera").get(f"/checklists/{checklist.key}/checklist.pdf")
    assert answer.status_code == 501
    told = "apt-get install libharfbuzz-subset0 fontconfig fonts-wqy-microhei"
    assert told in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]  # else a 501 may be kept


def test_a_pdf_is_made_or_its_missing_parts_are_named() -> None:
    checklist = worked_on()
    answer = logged_in("vera").get(f"/checklists/{checklist.key}/checklist.pdf")
    if pdf_export.missing_packages() or not find_spec("weasyprint"):
        assert answer.status_code == 501
    else:
        assert PdfReader(io.BytesIO(answer.content)).pages


def test_the_readme_names_everything_that_a_pdf_needs() -> None:
    told = (settings.BASE_DIR / "README.md").read_text()
    for package in (*pdf_export.LIBRARIES.values(), "fontconfig", FONT):
        assert f"`{package}`" in told, package


def test_a_private_calendar_is_followed_without_logging_in_until_it_is_revoked() -> None:
    checklist, vera = worked_on(), logged_in("vera")
    page = vera.post("/checklists/notices/", {"do": "make-address"}).content.decode()
    (address,) = re.findall(r"http://testserver(/calendar/\S+?\.ics)", page)
    assert address not in vera.get("/checklists/notices/").content.decode()

    def events() -> int:
        told = Client().get(address)
        return (
            len(Calendar.from_ical(told.content).walk("VEVENT")) if told.status_code == 200 else -1
        )

    assert events() == 1
    Share.objects.filter(checklist=checklist, user=someone("vera")).delete()
    assert events() == 0
    User.objects.filter(username="vera").update(is_active=False)
    assert events() == -1
    User.objects.filter(username="vera").update(is_active=True)
    vera = logged_in("vera")
    vera.post("/checklists/notices/", {"do": "make-address"})
    assert events() == -1
    assert Client().get("/calendar/guess.ics").status_code == 404


def test_an_offered_finding_is_read_by_analysts_and_nothing_else_is(admin_client: Client) -> None:
    checklist = started("shijiazhuang", template="export-9810-seller")
    topic = Topic.objects.get(slug="b2b-export-9710-9810-available")
    details: Any = {"found_on": date(2026, 11, 23), "expires_on": date(2027, 11, 23)}
    for said_by in ("kept to ourselves", "told to the analysts"):
        finding = record_finding(
            [checklist],
            checklist.places.get(),
            topic,
            "true",
            actor=someone("alice"),
            said_by=said_by,
            **details,
        )
    offer(finding, actor=someone("alice"))
    listed = admin_client.get("/admin/checklists/offeredfinding/").content.decode()
    assert "told to the analysts" in listed
    assert "kept to ourselves" not in listed
    page = f"/admin/checklists/offeredfinding/{finding.pk}/change/"
    assert checklist.title not in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"said_by": "x"}).status_code == 403
