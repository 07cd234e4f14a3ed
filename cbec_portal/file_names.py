"""What files are called that people take along."""

from __future__ import annotations

import re

from cbec_portal.chinese_characters import CHINESE_CHARACTERS

#: What no name of a file may hold on every system.
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
#: How long one is at most, its day and ending left out: characters to be read, and bytes, of which
#: systems take 255.
LONGEST, MOST_BYTES = 100, 210
_CUT = "…"
#: Where a name may be cut: behind a blank or a sign, else between two characters of Chinese, which
#: has no blanks. Neither ever stands within a number or a Latin word.
_PARTINGS = (
    re.compile(r"(?<=[\s，；、。：！？》）)\]])"),
    re.compile(f"(?<=[{CHINESE_CHARACTERS}])(?=[{CHINESE_CHARACTERS}])"),
)
_HANGING = " ,;，；、：（([《-"


def name_of_file(title: str) -> str:
    """Return a title as the name of a file without its ending.

    What is too long is cut where a part of it ends, never within a number or a word, and says so.

    >>> name_of_file("Which goods? 1/2")
    'Which goods 1 2'
    """
    name = " ".join(_NO_NAME.sub(" ", title).split())
    if _fits(name, 0):
        return name
    for parting in _PARTINGS:
        ends = (place.start() for place in parting.finditer(name, 0, LONGEST))
        fitting = [kept for end in ends if _fits(kept := name[:end].rstrip(_HANGING), len(_CUT))]
        if fitting and fitting[-1]:
            return fitting[-1] + _CUT
    return ""


def _fits(name: str, more: int) -> bool:
    return len(name) + more <= LONGEST and len(name.encode()) + 3 * more <= MOST_BYTES
