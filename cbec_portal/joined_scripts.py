"""The scripts that every page has, collected as one file: a first visit waits for each further one,
and together they shrink to a third less. Each stays a small file of its matter beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER = Path(__file__).parent / "static" / "cbec_portal"
#: In the order in which they run: what morphs and what is held before what changes pages in place.
NAMES = (
    *("morph", "holdings", "in_place", "returning", "live_forms", "days", "arrows"),
    *("columns", "history", "ticked", "copying", "suggest", "palette", "folds"),
)
JOINED = "cbec_portal/page.js"


def joined() -> str:
    """Return the scripts one after the other, as they would run apart."""
    return "\n".join((FOLDER / f"{name}.js").read_text("utf-8") for name in NAMES)


class JoinedScripts(BaseFinder):
    """Finds the one file, and writes it where it can be collected from."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = FileSystemStorage(settings.VAR_DIR / "joined")

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """Return where the file lies, for whoever develops."""
        if path != JOINED:
            return []
        place = str(self._written())
        return [place] if find_all else place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the file, to be collected."""
        self._written()
        yield JOINED, self.storage

    def _written(self) -> Path:
        place = Path(self.storage.path(JOINED))
        text = joined()
        if not place.exists() or place.read_text("utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        return place
