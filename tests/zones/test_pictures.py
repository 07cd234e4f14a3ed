"""Charts and maps are taken along as pictures that say what they show where no page is around."""

from __future__ import annotations

import re
import struct
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from cbec_portal import drawings
from cbec_portal.china_time import today_in_china
from cbec_portal.costly_responses import FILES
from cbec_portal.day_words import day_in_words
from cbec_portal.drawings import can_draw, few_lines, letters_wide, lines_of, png_of
from cbec_portal.languages import CODES
from tests.addresses import public_addresses

pytestmark = pytest.mark.django_db

DRAWN = [one for one in public_addresses() if "/pictures/" in one]
#: What has no revisions.
FIGURES = "/statistics/"
SPACE = "{http://www.w3.org/2000/svg}"
PORTAL_CSS = Path(settings.BASE_DIR) / "cbec_portal/static/cbec_portal/portal.css"
PICTURE_CSS = Path(settings.BASE_DIR) / "zones/templates/zones/drawings/picture.css"
TOKEN = re.compile(r"--(\w+): (#[0-9a-f]{6});")


def page_of(address: str) -> str:
    return address.partition("pictures/")[0]


def words_of(drawing: bytes) -> str:
    """What a drawing says, its lines one after the other."""
    tree = ET.fromstring(drawing)  # noqa: S314 (our own)
    return " ".join("".join(text.itertext()).strip() for text in tree.iter(f"{SPACE}text"))


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("address", DRAWN)
def test_a_picture_says_what_it_shows_of_which_day_and_whence(
    client: Client, address: str, language: str
) -> None:
    answer = client.get(f"{address}?lang={language}")
    assert answer.status_code == 200, address
    tree = ET.fromstring(answer.content)  # noqa: S314 (our own)
    title = tree.findtext(f"{SPACE}title")
    told = words_of(answer.content)
    packed = told.replace(" ", "")
    assert title
    assert title.replace(" ", "") in packed
    with override(language):
        assert day_in_words(today_in_china()).replace(" ", "") in packed
    revision = {"en": "revision 1", "zh-hans": "数据版本1"}[language]
    assert (revision in told) == (page_of(address) != FIGURES)
    assert {"en": "Source of the data: ", "zh-hans": "数据来源："}[language] in told
    assert f"http://testserver{page_of(address)}" in packed
    if language != "en":
        assert not re.search(r"[a-z]{3,} [a-z]{3,}", told), told


@pytest.mark.parametrize("address", DRAWN)
def test_the_page_offers_its_pictures_and_they_are_named_after_the_question(
    client: Client, address: str
) -> None:
    asked = "?shown=years" if "years" in address else ""
    page = client.get(f"{page_of(address)}{asked}").content.decode()
    name = address.rpartition("/")[2].removesuffix(".svg")
    offered = re.findall(rf'href="[^"]*pictures/{name}\.(\w+)[^"]*"', page)
    assert offered == (["svg", "png"] if can_draw() else ["svg"])
    answer = client.get(f"{address}?lang=zh-hans")
    told = unquote(answer.headers["Content-Disposition"])
    assert told.startswith("attachment; filename*=utf-8''")
    assert re.search(r"[一-鿿].* \d{4}-\d\d-\d\d\.svg$", told)
    assert answer.headers["ETag"]
    assert FILES.search(address)


@pytest.mark.skipif(not can_draw(), reason="no Chinese font")
def test_other_threads_work_while_a_picture_is_drawn() -> None:
    words = "".join(f'<text x="{9 * n % 700}" y="{2 * n}">杭州 {n}</text>' for n in range(300))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">{words}</svg>'
    with ThreadPoolExecutor(1) as pool:
        began = last = time.monotonic()
        drawn, longest = pool.submit(png_of, drawing, 800, 600), 0.0
        while not drawn.done():
            time.sleep(0.001)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert drawn.result().startswith(b"\x89PNG")
    assert longest < (last - began) / 2


@pytest.mark.skipif(not can_draw(), reason="no Chinese font")
def test_what_cannot_be_drawn_says_why() -> None:
    with pytest.raises(RuntimeError, match="root node"):
        png_of("<svg", 10, 10)


@pytest.mark.skipif(not can_draw(), reason="no Chinese font")
@pytest.mark.parametrize("address", [one.replace(".svg", ".png") for one in DRAWN])
def test_a_picture_of_points_is_as_large_as_its_drawing_at_least(
    client: Client, address: str
) -> None:
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", answer.content[16:24])
    drawing = ET.fromstring(client.get(address.replace(".png", ".svg")).content)  # noqa: S314
    assert width >= int(drawing.get("width") or 0)
    assert height >= int(drawing.get("height") or 0)


def test_a_picture_is_of_the_day_and_revision_asked_for(client: Client) -> None:
    address = "/topics/bonded-import-1210/pictures/map.svg?as_of=2018-06-30&known_at=1"
    told = words_of(client.get(address).content)
    assert "Law of 30 Jun 2018, as known at revision 1" in told
    assert "/topics/bonded-import-1210/?as_of=2018-06-30&known_at=1" in told
    assert client.get("/topics/bonded-import-1210/pictures/map.svg?as_of=never").status_code == 400


def test_without_a_chinese_font_drawings_alone_are_offered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawings, "chinese_font", lambda: None)
    answer = client.get("/topics/spread/pictures/spread.png")
    assert answer.status_code == 501
    assert "/topics/spread/pictures/spread.svg" in answer.content.decode()
    page = client.get("/topics/spread/?ordering=cities").content.decode()
    assert "pictures/spread.svg" in page
    assert "pictures/spread.png" not in page


def test_a_picture_that_the_page_does_not_show_is_not_there(client: Client) -> None:
    assert client.get("/topics/bonded-import-1210/pictures/none.svg").status_code == 404
    nowhere = client.get("/atlas/pictures/answers.svg?as_of=2012-01-01")
    assert nowhere.status_code == 404


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("杭州市跨境电子商务综合试验区，今天（1210）有效。", 10),
        ("A question of many words, and of http://testserver/topics/bonded-import-1210/", 12),
        ("", 5),
    ],
)
def test_words_are_broken_into_lines_that_fit(text: str, width: int) -> None:
    lines = lines_of(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(letters_wide(line) <= width + 2 for line in lines)
    assert not any(line.startswith(("，", "。", "）")) for line in lines)
    cut = few_lines(text, width, 1)
    assert len(cut) == min(1, len(lines))
    assert all(line.endswith(" …") for line in cut) or len(lines) < 2


def test_pictures_have_the_colours_of_the_pages_by_day() -> None:
    styles = PORTAL_CSS.read_text("utf-8")
    light = styles[: styles.index("prefers-color-scheme: dark")]
    tokens = dict(TOKEN.findall(light))
    mixed = {
        _mixed(tokens["data"], tokens[ground], int(share))
        for share, ground in re.findall(r"var\(--data\) (\d+)%, var\(--(\w+)\)", styles)
    }
    used = set(re.findall(r"#[0-9a-f]{6}", PICTURE_CSS.read_text("utf-8")))
    assert used - set(tokens.values()) - mixed == set()


def _mixed(one: str, other: str, share: int) -> str:
    def parts(colour: str) -> list[int]:
        return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]

    mixed = (
        round((a * share + b * (100 - share)) / 100)
        for a, b in zip(parts(one), parts(other), strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)
