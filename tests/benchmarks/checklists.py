"""Opening a checklist of 200 items and ticking one, among 10 and among 10,000 checklists."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.benchmarks.servers import ROOT

SIZES = (10, 10_000)
ITEMS, TURNS = 200, 20
START, END = "<!-- checklists -->\n", "<!-- end of checklists -->\n"


def table() -> str:
    """Measure both sizes, each in a process of its own, as rows of a table."""
    lines = [
        "| checklists | items | open: queries | open: ms | tick: queries | tick: ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for count in SIZES:
        with tempfile.TemporaryDirectory(prefix="cbec-bench-") as folder:
            environment = {
                **os.environ,
                "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
                "DJANGO_SETTINGS_MODULE": "cbec_portal.settings",
            }
            for command in (
                ["manage.py", "migrate", "-v0"],
                ["manage.py", "load_dataset", "fixtures", "-v0"],
                ["-m", "tests.benchmarks.checklists", str(count)],
            ):
                told = subprocess.run(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=environment,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
            lines.append(told.strip().splitlines()[-1])
            sys.stderr.write(lines[-1] + "\n")
    return "\n".join(lines) + "\n"


def write(path: Path) -> None:
    """Measure, and write the table into its place."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(START)
    told = table()
    path.write_text(f"{before}{START}{told}{END}{rest.split(END)[1]}", encoding="utf-8")


def measure(count: int) -> str:
    """One row of the table, on the database of the environment."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    checklist, user = _seed(count)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/checklists/{checklist.key}/"
    waiting = iter(checklist.items.filter(recurrence="once").order_by("position"))

    def tick() -> None:
        item: Any = next(waiting)
        form = {"do": "status", "item": item.pk, "seen": item.tag, "status": "done"}
        answer = client.post(page, form, headers={"HX-Target": f"item-{item.pk}"})
        assert answer.status_code == 200, answer.status_code

    def look() -> None:
        answer = client.get(page)
        assert answer.status_code == 200, answer.status_code

    cells: list[str] = []
    for act in (look, tick):
        act()
        with CaptureQueriesContext(connection) as asked:
            act()
        cells += [str(len(asked)), f"{_timed(act):.0f}"]
    return f"| {count:,} | {checklist.items.count()} | {' | '.join(cells)} |"


def _timed(act: Callable[[], None]) -> float:
    """The median time of an act, in ms."""
    times = []
    for _turn in range(TURNS):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def _seed(count: int) -> tuple[Any, Any]:
    """So many checklists of other people and sizes as they are, and one of 200 items."""
    from django.contrib.auth.models import User

    from checklists.models import Checklist, Item, ItemBasis, Place, Requirement, Template
    from checklists.selectors.template_snapshot import templates
    from checklists.services.checklist_creation import start
    from zones.selectors.snapshot import current_snapshot, forget

    large = Template.objects.create(slug="large", position=999, name_en="Large", name_zh="大")
    rows = list(Requirement.objects.filter(tested_topic=None, asked_choice=None))
    Requirement.objects.bulk_create(_copy(rows[n % len(rows)], large, n) for n in range(ITEMS))
    forget()
    kept = current_snapshot()
    owner, other = (User.objects.create_user(name) for name in ("owner", "other"))
    day = date(2026, 11, 23)

    def begun(slug: str, user: User) -> Checklist:
        return start(
            owner=user,
            title=slug,
            template=templates(kept).templates[slug],
            places=[kept.cities_by_slug["hangzhou"]],
            as_of=day,
            answers={},
        )

    mine, model = begun("large", owner), begun("import-1210-seller", other)
    items = list(model.items.all())
    bases = {basis.item_id: basis for basis in ItemBasis.objects.filter(item__in=items)}
    place = model.places.get()
    for _batch in range(0, count - 2, 500):
        made = Checklist.objects.bulk_create(
            Checklist(
                title="Other",
                template=model.template,
                owner=other,
                as_of=model.as_of,
                known_at=model.known_at,
            )
            for _ in range(min(500, count - 2))
        )
        places = Place.objects.bulk_create(
            Place(checklist=one, position=1, city=place.city) for one in made
        )
        copies = Item.objects.bulk_create(_copied(item, one) for one in made for item in items)
        ItemBasis.objects.bulk_create(
            ItemBasis(
                item=copy,
                place=places[number // len(items)],
                verdict=bases[items[number % len(items)].pk].verdict,
                why=bases[items[number % len(items)].pk].why,
                policy_id=bases[items[number % len(items)].pk].policy_id,
            )
            for number, copy in enumerate(copies)
        )
    return mine, owner


def _copy(row: Any, template: Any, number: int) -> Any:
    row = type(row).objects.get(pk=row.pk)
    section, place = divmod(number, 99)
    row.pk, row.template, row.position = None, template, number
    row.number = f"{section + 1}.{place + 1}"
    row.effective_from = row.effective_to = None
    row.recurrence = "once"
    return row


def _copied(item: Any, checklist: Any) -> Any:
    values = {
        field.attname: getattr(item, field.attname)
        for field in item._meta.concrete_fields
        if field.name not in ("id", "checklist")
    }
    return type(item)(checklist=checklist, **values)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
    django.setup()
    sys.stdout.write(measure(int(sys.argv[1])) + "\n")
