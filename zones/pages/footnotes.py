"""The documents that a page cites, numbered as footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from zones.models import SourceStatus
from zones.pages.links import cell_link, cell_links
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
    standing = [(column.city, cell_links(column.city, column.day, past)) for column in columns]
    for area in areas:
        for row in area["rows"]:
            row["noted"], topic = [], row["topic"]["slug"]
            for cell, (place, link_of) in zip(row["cells"], standing, strict=True):
                # What a policy says alone is read without putting the cell together.
                is_stated = isinstance(cell, RenderedCell)
                source = cell.policy["source"] if is_stated else cell["source"]
                if source and source["id"] not in numbers:
                    numbers[source["id"]] = len(numbers) + 1
                    state = SourceStatus(source["status"]).label
                    sources.append({**source, "status_words": state})
                noted = {
                    "cell": cell,
                    "note": numbers[source["id"]] if source else None,
                    "topic": topic,
                    "place": place,
                    "link" if is_stated else "own": link_of(topic),
                }
                if not is_stated and cell["ended"]:
                    last = date.fromisoformat(cell["ended"]["until"])
                    noted["link"] = cell_link(place, topic, last, past)
                row["noted"].append(noted)
    return sources
