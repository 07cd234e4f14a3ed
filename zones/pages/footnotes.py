"""The documents that a page cites, numbered as footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from zones.models import SourceStatus
from zones.pages.links import cell_link
from zones.selectors.inquiry import Column
from zones.selectors.rendered_cells import RenderedCell


def number_sources(
    areas: list[dict[str, Any]], columns: Sequence[Column], past: str
) -> list[dict[str, Any]]:
    """Number the documents in the order they are cited, as footnotes.

    Each row of an area gets ``noted``: its cells with their footnote numbers and where they stand
    in full.
    """
    numbers: dict[str, int] = {}
    sources: list[dict[str, Any]] = []
    for area in areas:
        for row in area["rows"]:
            row["noted"] = []
            for cell, column in zip(row["cells"], columns, strict=True):
                # What a policy says alone is read without putting the cell together.
                is_stated = isinstance(cell, RenderedCell)
                source = cell.policy["source"] if is_stated else cell["source"]
                if source and source["id"] not in numbers:
                    numbers[source["id"]] = len(numbers) + 1
                    state = SourceStatus(source["status"]).label
                    sources.append({**source, "status_words": state})
                topic = row["topic"]["slug"]
                noted = {
                    "cell": cell,
                    "note": numbers[source["id"]] if source else None,
                    "topic": topic,
                    "place": column.city,
                }
                if is_stated:
                    noted["link"] = cell_link(column.city, topic, column.day, past)
                else:
                    noted["own"] = cell_link(column.city, topic, column.day, past)
                if not is_stated and cell["ended"]:
                    last = date.fromisoformat(cell["ended"]["until"])
                    noted["link"] = cell_link(column.city, topic, last, past)
                row["noted"].append(noted)
    return sources
