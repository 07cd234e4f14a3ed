"""The list of files in docs/files.md: what each module, script and style sheet says of itself.

``python -m tests.file_list`` writes it; a test fails while it says anything else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
LISTED = BASE / "docs" / "files.md"
PACKAGES = ("cbec_portal", "zones", "checklists")
HEAD = """# Files

What each file says of itself in its first sentence. The rooms, and what leads from one to the
other, are in [architecture.md](architecture.md). `python -m tests.file_list` writes this page.
"""
_SENTENCE = re.compile(r"^(.+?[.])(?:\s|$)")


def file_list() -> str:
    """Return the page: a heading for each folder, under it a line for each of its files."""
    return "\n".join(
        [
            HEAD.rstrip(),
            *(line for p in PACKAGES for folder in _folders(p) for line in _of_folder(folder)),
            "",
        ]
    )


def _folders(package: str) -> Iterator[Path]:
    root = BASE / package
    yield root
    yield from sorted(path for path in root.rglob("*") if path.is_dir())


def _of_folder(folder: Path) -> list[str]:
    lines = [
        f"- `{path.name}`: {said}"
        for path in sorted(folder.iterdir())
        if path.is_file() and (said := first_sentence(path))
    ]
    return [f"\n## {folder.relative_to(BASE)}/\n", *lines] if lines else []


def first_sentence(path: Path) -> str:
    """Return what a file says of itself first; blank for files that are not listed."""
    text = path.read_text(encoding="utf-8") if path.suffix in (".py", ".js", ".css") else ""
    match path.suffix:
        case ".py" if path.parent.name != "migrations":
            said = ast.get_docstring(ast.parse(text)) or ""
        case ".js":
            said = re.sub(r"^// ?", "", text.split("\n\n")[0].split('"use strict"')[0], flags=re.M)
        case ".css":
            said = text.split("/*")[1].split("*/")[0] if "/*" in text else ""
        case _:
            said = ""
    paragraph = " ".join(said.strip().split("\n\n")[0].split())
    found = _SENTENCE.match(paragraph)
    return found[1] if found else paragraph


if __name__ == "__main__":
    LISTED.write_text(file_list(), encoding="utf-8")
