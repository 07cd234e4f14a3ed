"""One module asks the clock, and days are China's days wherever a moment becomes a day."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings

from cbec_portal import china_time
from cbec_portal.day_words import day_as_time as time
from cbec_portal.day_words import day_in_words as day
from zones.dataset.columns import moment

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cbec_portal", "zones", "checklists")

#: What asks the clock, or turns a moment into a day by whatever zone is at hand.
ASKING = {
    *("now", "utcnow", "today", "localdate", "localtime", "fromtimestamp", "utcfromtimestamp"),
    *("Now", "TruncDate", "TruncDay", "ExtractDay"),
    *("gmtime", "ctime", "strftime", "make_aware", "make_naive", "ZoneInfo", "timezone"),
}
#: Arguments that ask it: fields stamped by themselves, and a database's look-up of a moment's day.
ARGUMENTS = ("auto_now", "auto_now_add", "__date")

ALLOWED = {
    # The one place.
    "cbec_portal/china_time.py": {*ASKING, "date()"},
    # What a workbook's cell holds is a wall clock of no zone: its day is the day that is typed.
    "zones/desk/grid_workbooks.py": {"date()"},
    # They stamp rows with moments, by the clock that china_time.now() asks; no day is made of them.
    "checklists/models/": {"auto_now", "auto_now_add"},
}


def uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a module that asks the clock."""
    ours: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "cbec_portal.china_time":
            ours |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module, names=names) if module != "cbec_portal.china_time":
                yield from ((node.lineno, one.name) for one in names if one.name in ASKING)
            case ast.Attribute(attr=name) if name in ASKING:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id=name)) if name in ASKING - ours:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="date"), args=[]):
                yield node.lineno, "date()"
            case ast.keyword(arg=str(name)) if name.endswith(ARGUMENTS):
                yield node.value.lineno, name


def sources() -> list[Path]:
    """Every module but migrations, which are history."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def test_nothing_else_asks_the_clock() -> None:
    asked = [
        f"{name}:{line} {what}"
        for path in sources()
        for name in [path.relative_to(ROOT).as_posix()]
        for line, what in uses(ast.parse(path.read_text(encoding="utf-8")))
        if not any(name.startswith(place) and what in ok for place, ok in ALLOWED.items())
    ]
    assert asked == []


@pytest.mark.parametrize(
    "code",
    [
        "timezone.now()",
        "timezone.localdate()",
        "date.today()",
        "datetime.now(UTC)",
        "from django.utils.timezone import now",
        "from django.utils.timezone import localtime as told",
        "from django.db.models.functions import TruncDate",
        "revision.published_at.date()",
        "rows.filter(published_at__date=day)",
        "models.DateTimeField(auto_now_add=True)",
        "ZoneInfo('Asia/Shanghai')",
    ],
)
def test_the_scan_sees_what_asks_the_clock(code: str) -> None:
    assert list(uses(ast.parse(code)))


def test_the_scan_lets_the_one_clock_be_asked() -> None:
    assert not list(uses(ast.parse("from cbec_portal.china_time import now\nnow()")))


def test_templates_do_not_ask_the_clock() -> None:
    templates = [path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*.*")]
    assert len(templates) > 100
    assert not [path for path in templates if "{% now" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    ("moment_", "expected"),
    [
        (datetime(2026, 11, 26, 19, 33, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 15, 59, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 27, 3, 33, tzinfo=china_time.CHINA), date(2026, 11, 27)),
        (datetime(2026, 11, 26, 11, tzinfo=timezone(timedelta(hours=-8))), date(2026, 11, 27)),
    ],
)
def test_the_day_of_a_moment_is_chinas(moment_: datetime, expected: date) -> None:
    assert china_time.china_day(moment_) == expected
    assert day(moment_) == day(expected)
    assert time(moment_) == time(expected)


def test_a_moment_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        china_time.china_day(datetime(2026, 11, 27, 3, 33))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize("cell", ["2026-11-27", "2026-11-27T03:33:00", "0001-01-01T00:00:00+14:00"])
def test_a_recorded_moment_says_its_offset(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as"):
        moment("published_at", "published at").value_of(cell)


def test_today_is_the_day_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(china_time, "now", lambda: datetime(2026, 11, 26, 19, 33, tzinfo=UTC))
    assert china_time.today_in_china() == date(2026, 11, 27)


def test_pages_show_moments_as_clocks_in_china_do() -> None:
    assert china_time.CHINA.key == settings.TIME_ZONE
    assert china_time.start_of(date(2026, 11, 27)) == datetime(2026, 11, 26, 16, tzinfo=UTC)
