"""What is wrong with what all rows of a matrix share: told once, beside its box."""

from __future__ import annotations

from collections.abc import Collection

from zones.admin.offered_rows import offers_with_buttons
from zones.desk.grid_judgement import JudgedGrid

#: The columns that a value which is given once for all places decides.
OF_THE_VALUE = ("value", "value_zh", "state")


def take_shared(
    judged: JudgedGrid, names: Collection[str], *, value: bool = False
) -> dict[str, list[str]]:
    """Take out of the rows what is wrong with what they share, and return it by its box.

    Shared is what is wrong with a box in the same words in every row whose place is known, and does
    not name that place: a row that has a cell of its own, or a fault of its own, keeps that.

    Args:
        judged: the rows; they stay refused.
        names: the columns that are given once.
        value: whether the value is given once as well; what is wrong with it is called so.
    """
    placed = [row for row in judged.rows if not row.row.wrong_heads] or judged.rows
    boxes = {name: name for name in names} | dict.fromkeys(OF_THE_VALUE if value else (), "value")
    told = [
        {
            (boxes[problem.of], problem.why)
            for problem in row.problems
            if problem.of in boxes
            and row.row.cells.get("scope_code", "") not in problem.why.split()
        }
        for row in placed
    ]
    shared = set.intersection(*told) if told else set()
    found: dict[str, list[str]] = {}
    for row in judged.rows:
        left = []
        for problem in row.problems:
            box = boxes.get(problem.of, "")
            if (box, problem.why) not in shared:
                left.append(problem)
            else:
                told_of = found.setdefault(box, [])
                named = "cell_value" if box == "value" else f"shared_{box}"
                why = offers_with_buttons(problem.why, problem.offers, named)
                if why not in told_of:
                    told_of.append(why)
        row.problems = left
    return found
