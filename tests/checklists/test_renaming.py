"""Names of tables and columns change under rows that stay as they are, there and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from checklists.models import SignedPeriod
from checklists.services.recorded_notifications import notify_all
from tests.checklists.stage import DAY, Stage
from tests.steps import back_to
from zones.models.triggers import installed_triggers

pytestmark = pytest.mark.django_db(transaction=True)

#: Each table by its names, and a column of it by its names.
BEFORE = {"round": "number", "ground": "why", "gateground": "why", "notice": "subject"}
BEFORE |= {"item": "round", "proof": "round_id"}
AFTER = {"signedperiod": "number", "itembasis": "why", "gatebasis": "why"}
AFTER |= {"notification": "subject", "item": "period", "proof": "period_id"}


def rows(names: dict[str, str]) -> list[list[Any]]:
    with connection.cursor() as cursor:
        found = []
        for table, column in names.items():
            cursor.execute(f"SELECT id, {column} FROM checklists_{table} ORDER BY id")
            found.append(list(cursor.fetchall()))
        return found


def test_rows_stay_while_tables_and_columns_are_renamed(stage: Stage) -> None:
    stage.call("item_updates.set_status", stage.item(0), "done", actor=stage.alice)
    stage.call("sharing.share", stage.row(), stage.vera, "editor", actor=stage.alice)
    stage.call("item_updates.assign", stage.item(1), stage.bob, actor=stage.alice)
    notify_all(stage.row(), on=DAY)
    before = rows(AFTER)
    assert all(before)
    try:
        back_to("checklists", "0012_keys_have_their_form")
        assert rows(BEFORE) == before
        assert not installed_triggers(connection)
    finally:
        call_command("migrate", verbosity=0)
    assert rows(AFTER) == before
    assert not installed_triggers(connection)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        SignedPeriod.objects.update(reason="changed my mind")
