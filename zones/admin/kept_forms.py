"""What somebody typed in large forms of the desk, kept with the session so that it comes back.

Going back, loading a page anew or coming by a link asks for the page with no form: without this,
what was pasted would be gone. It goes with the session, as whoever logs out expects.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

#: So many characters are kept of all forms together, as they are packed. The session is read with
#: every page, so a grid of many thousand rows is not kept.
MOST_KEPT = 200_000
#: So many of one form, as it was typed: what comes back is read and judged anew.
LONGEST = 400_000
#: Each form has a name of its own in the session, so that tabs write over their own alone.
_KEPT = "typed at "


def keep_form(session: SessionBase, address: str, typed: QueryDict) -> bool:
    """Keep what was typed at an address in the place of what is kept of it, and return whether it
    was short enough. Of other forms those go that were typed longest ago.
    """
    name, text = f"{_KEPT}{address}", typed.urlencode()
    own = _packed(text)
    session.pop(name, None)
    fits = len(text) <= LONGEST and len(own) <= MOST_KEPT
    if fits:
        session[name] = own  # the last one
    kept = {one: len(packed) for one, packed in session.items() if one.startswith(_KEPT)}
    while sum(kept.values()) > MOST_KEPT:
        oldest = next(iter(kept))
        del kept[oldest], session[oldest]
    return fits


def kept_form(session: SessionBase, address: str) -> QueryDict | None:
    """Return what was typed last at an address, if it is kept."""
    packed = session.get(f"{_KEPT}{address}")
    return _unpacked(packed) if packed else None


def let_go_of_form(session: SessionBase, address: str) -> None:
    """Keep no longer what was typed at an address."""
    session.pop(f"{_KEPT}{address}", None)


def _packed(typed: str) -> str:
    return b64encode(zlib.compress(typed.encode())).decode()


def _unpacked(packed: str) -> QueryDict:
    return QueryDict(zlib.decompress(b64decode(packed)), mutable=True)
