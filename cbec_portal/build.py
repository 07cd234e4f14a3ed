"""Which program this is: another may answer the same question otherwise."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

#: What decides the words and the form of answers, beside the libraries.
ENDINGS = ("py", "mo", "html", "css", "js", "svg", "png")
PARTS = tuple(
    f"{app}/**/*.{ending}" for app in ("cbec_portal", "zones", "checklists") for ending in ENDINGS
)
LIBRARIES = "requirements.txt"


@cache
def build() -> str:
    """Return a text that differs for every other program, and is the same wherever it runs."""
    return digest_of(settings.BASE_DIR)


def digest_of(folder: Path) -> str:
    """Return the digest of the program in a folder."""
    found = sha256()
    for path in sorted({folder / LIBRARIES, *(one for part in PARTS for one in folder.glob(part))}):
        content = path.read_bytes() if path.exists() else b""
        found.update(f"{path.relative_to(folder)} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()
