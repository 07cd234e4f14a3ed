"""A comparison as pages show it: what is local first, then what is not known everywhere, the
national baseline folded below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from zones.api.representations.comparison_shape import summary_key
from zones.rules.vocabulary import Layer, Outcome


def sections_of(
    answer: Mapping[str, Any], records: Mapping[str, str], *, opened: bool
) -> dict[str, Any]:
    """Return the rows of a comparison by what their topics are, under their focus areas.

    Args:
        answer: the comparison.
        records: the topics that record the operation of others, by keys.
        opened: whether what is folded elsewhere is open, since somebody asked for it.
    """
    rows: dict[Layer, list[Any]] = {layer: [] for layer in Layer}
    by_key = {row["topic"]["slug"]: row for row in answer["rows"]}
    beside = {id(record): row for row, record in _pairs(by_key, records)}
    for row in answer["rows"]:
        rows[Layer(beside.get(id(row), row)["layer"])].append(row)
    compares, summary = len(answer["columns"]) > 1, answer["summary"]
    gone = [row for row in answer["rows"] if row["layer"] != beside.get(id(row), row)["layer"]]
    areas: dict[Layer, list[Any]] = {
        layer: _areas(layer, own, gone, summary.get(summary_key(layer), summary), records, compares)
        for layer, own in rows.items()
    }
    _name_anchors(areas)
    opened = opened or not rows[Layer.LOCAL] or bool(summary["national"]["differs"])
    below = {
        Layer.PARTLY_KNOWN: _partly_known(summary, compares),
        Layer.NATIONAL: _baseline(summary, compares),
        Layer.DESCRIPTIVE: _names(summary),
    }
    return {
        "local": areas[Layer.LOCAL],
        "folded": [
            {
                "layer": layer.value,
                # What opens by itself is another part than what a reader opened or closed.
                "key": f"{layer.value}-{'open' if _is_open(layer, opened) else 'folded'}",
                "open": _is_open(layer, opened),
                "title": title,
                "areas": areas[layer],
            }
            for layer, title in below.items()
            if areas[layer]
        ],
        "areas": [area for own in areas.values() for area in own],
        "contents": _contents(areas),
    }


def local_words(answer: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return in one line what is local and what the nation has in common.

    Args:
        answer: the comparison.
        names: the columns by name, in their order.
    """
    summary = answer["summary"]
    local, national = summary["local"], summary["national"]
    if len(names) > 1:
        told, rest = _local_compared(local), _national_compared(national)
    else:
        told, rest = _local_alone(local), _national_alone(national)
    gaps = [
        gettext("%(count)s not researched for %(city)s") % {"count": count, "city": name}
        for count, name in zip(local["not_researched"], names, strict=True)
        if count
    ]
    partly = [_partly(summary["partly_known"])] if summary["partly_known"]["topics"] else []
    return gettext("; ").join([gettext(", ").join([told, *gaps]), *partly, rest]) + gettext(".")


def _local_compared(local: Mapping[str, Any]) -> str:
    if not local["topics"]:
        return _nothing_varies()
    words = ngettext(
        "%(differs)s of %(topics)s local topic differs",
        "%(differs)s of %(topics)s local topics differ",
        local["topics"],
    )
    return words % local


def _local_alone(local: Mapping[str, Any]) -> str:
    if not local["topics"]:
        return _nothing_varies()
    words = ngettext(
        "%(topics)s local topic, answered differently from city to city",
        "%(topics)s local topics, answered differently from city to city",
        local["topics"],
    )
    return words % local


def _nothing_varies() -> str:
    return gettext("On this day no two cities are known to differ in these topics")


def _national_compared(national: Mapping[str, Any]) -> str:
    if national["same"] == national["topics"]:
        return _national_alone(national)
    words = ngettext(
        "%(same)s of %(topics)s national rule is the same here",
        "%(same)s of %(topics)s national rules are the same here",
        national["topics"],
    )
    return words % national


def _national_alone(national: Mapping[str, Any]) -> str:
    words = ngettext(
        "%(topics)s national rule is the same everywhere",
        "%(topics)s national rules are the same everywhere",
        national["topics"],
    )
    return words % national


def _partly(partly: Mapping[str, Any]) -> str:
    words = ngettext(
        "%(topics)s more topic is not known everywhere",
        "%(topics)s more topics are not known everywhere",
        partly["topics"],
    )
    return words % partly


def _partly_known(summary: Mapping[str, Any], compares: bool) -> str:
    """What the part of topics is called that are not known of every city."""
    told = summary["partly_known"]
    words = ngettext(
        "Not known everywhere: %(topics)s topic, alike as far as it is known",
        "Not known everywhere: %(topics)s topics, alike as far as they are known",
        told["topics"],
    )
    return f"{words % told}{_lacking(told) if compares else ''}"


def _baseline(summary: Mapping[str, Any], compares: bool) -> str:
    """What the fold of national topics is called."""
    told = summary["national"]
    if not compares:
        words = gettext("National baseline: %(topics)s topics, the same everywhere")
        return f"{words % told}"
    words = gettext("National baseline: %(same)s of %(topics)s the same")
    return f"{words % told}{_differing(told)}{_lacking(told)}"


def _names(summary: Mapping[str, Any]) -> str:
    """What the fold of topics that only name things is called."""
    words = ngettext(
        "Names, plans and platforms: %(count)s topic, shown and not compared",
        "Names, plans and platforms: %(count)s topics, shown and not compared",
        summary["described"],
    )
    return words % {"count": summary["described"]}


def _differing(tally: Mapping[str, Any]) -> str:
    if not tally["differs"]:
        return ""
    return gettext(", ") + gettext("%(differs)s differ") % tally


def _lacking(tally: Mapping[str, Any]) -> str:
    gaps = tally["incomplete"] + tally["unknown"]
    return gettext(", ") + gettext("%(count)s with gaps") % {"count": gaps} if gaps else ""


def _is_open(layer: Layer, opened: bool) -> bool:
    """Whether a part is open from the start: what is not known everywhere may differ, so it is."""
    return opened or layer is Layer.PARTLY_KNOWN


def _areas(
    layer: Layer,
    rows: Sequence[Mapping[str, Any]],
    gone: Sequence[Mapping[str, Any]],
    counted: Mapping[str, Any],
    records: Mapping[str, str],
    compares: bool,
) -> list[dict[str, Any]]:
    """Rows under their focus areas, empty ones left out, each with what it comes to in words: all
    that stand there, those too that count elsewhere, and not those that are ``gone`` from there.
    """
    groups = []
    for tally in counted["by_focus_area"]:
        area = tally["focus_area"]
        own = [row for row in rows if row["topic"]["focus_area"] == area]
        if own:
            _head_pairs(own, records)
            came = [row for row in own if row["layer"] != layer]
            went = [row for row in gone if row["layer"] == layer and _is_under(row, area)]
            words = _area_words(own, _retallied(tally, came, went)) if compares else ""
            groups.append({"tally": tally, "rows": own, "counted": words})
    return groups


def _is_under(row: Mapping[str, Any], area: str) -> bool:
    return bool(row["topic"]["focus_area"] == area)


def _retallied(
    tally: Mapping[str, Any],
    came: Sequence[Mapping[str, Any]],
    went: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any]:
    """A tally with rows that came to its area, and without those that went."""
    told = dict(tally)
    for rows, sign in ((came, 1), (went, -1)):
        for row in rows:
            told["topics"] += sign
            told[row["outcome"]] += sign
    return told


def _pairs(by_key: Mapping[str, Any], records: Mapping[str, str]) -> list[tuple[Any, Any]]:
    """The rows of what the law allows, each with that of its record, where both are there."""
    return [
        (by_key[key], by_key[record])
        for key, record in records.items()
        if key in by_key and record in by_key
    ]


def _head_pairs(rows: Sequence[Any], records: Mapping[str, str]) -> None:
    """Give the two rows of what the law allows and of what is recorded one head: the first bears
    it, both say that they are a pair.
    """
    by_key = {row["topic"]["slug"]: row for row in rows}
    for row, record in _pairs(by_key, records):
        words = gettext("%(topic)s: what the law allows, and what is recorded") % {
            "topic": row["topic"]["label"]
        }
        if record["layer"] == Layer.PARTLY_KNOWN != row["layer"]:
            words += gettext(" (the record counts among what is not known everywhere)")
        row["pair"] = words
        row["in_pair"] = record["in_pair"] = True


def _area_words(rows: Sequence[Mapping[str, Any]], tally: Mapping[str, Any]) -> str:
    if all(row["outcome"] == Outcome.DESCRIBED for row in rows):
        return ""
    if tally["same"] == tally["topics"] > 1:
        return gettext("the same in all %(topics)s") % tally
    return gettext("%(same)s of %(topics)s the same") % tally + _differing(tally)


def _name_anchors(areas: Mapping[Layer, list[dict[str, Any]]]) -> None:
    """Give each focus area an anchor; where it first stands it has the one it always had."""
    taken: set[str] = set()
    for layer, own in areas.items():
        for area in own:
            slug = area["tally"]["focus_area"]
            area["anchor"] = f"{layer.value}-{slug}" if slug in taken else f"area-{slug}"
            taken.add(slug)


def _contents(areas: Mapping[Layer, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """The focus areas in order of their first anchors, each once, with their names."""
    return [
        (area["anchor"], area["tally"]["name"])
        for own in areas.values()
        for area in own
        if area["anchor"].startswith("area-")
    ]
