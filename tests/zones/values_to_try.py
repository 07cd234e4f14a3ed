"""Values of every type of answer, to try: all tests of types go by these, each type is a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Values:
    """What is tried of a type.

    ``plain`` draws what policies may say plainly. ``spelled`` gives cells as people write them,
    with what is read of each; of the first two the second comes later where the type has an order.
    ``topic`` has the cells that a topic of the type needs besides, ``chinese`` the cells of both
    policies where the type is written in each language.
    """

    plain: st.SearchStrategy[Any]
    spelled: Mapping[str, str]
    topic: Mapping[str, str] = field(default_factory=dict)
    chinese: tuple[str, str] = ("", "")


TRIED = {
    "boolean": Values(
        st.booleans(),
        {"ｆａｌｓｅ": "false", "是": "true", "TRUE": "true"},
    ),
    "number": Values(
        st.decimals(-(10**9), 10**9, places=4),
        {"4,000": "4000", "５，０００": "5000"},
        topic={"unit": "CNY", "unit_zh": "元"},
    ),
    "choice": Values(
        st.from_regex("[a-z]{1,9}", fullmatch=True),
        {"one": "one", "two": "two", "TRUE": "TRUE", "4,000": "4,000"},
        topic={"choices": "one;two"},
    ),
    "text": Values(
        st.text("abc 省", min_size=1),
        {"By one window": "By one window", "4,000": "4,000", "是": "是"},
        chinese=("经一个窗口", "四千"),
    ),
}
