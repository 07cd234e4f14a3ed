"""No line of a template is too long to be read beside another, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

LONGEST = 160


def test_no_line_of_a_template_is_too_long() -> None:
    """The rule of the linter does not see what stands within a translation."""
    pages = [
        path
        for app in ("cbec_portal", "checklists", "zones")
        for path in sorted(Path(settings.BASE_DIR, app, "templates").rglob("*"))
        if path.is_file()
    ]
    assert len(pages) > 100
    long = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert long == []
