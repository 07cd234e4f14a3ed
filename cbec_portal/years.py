"""The years in which a date can lie that anybody types."""

from __future__ import annotations

#: Those of the People's Republic, and two centuries ahead. A year beyond is a slip of the pen, or
#: somebody's word for "for ever", which is said by leaving an end out.
YEARS = range(1949, 2200)
