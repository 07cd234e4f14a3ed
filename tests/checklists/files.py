"""Files as people hand them in, made by the programs that make such files."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from pypdf import PdfWriter

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00"
    b"\x00\x00IEND\xaeB`\x82"
)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as it arrives with a form."""
    return SimpleUploadedFile(name, content)


def pdf(title: str = "Letter") -> bytes:
    """A PDF of one empty page."""
    made, out = PdfWriter(), io.BytesIO()
    made.add_blank_page(200, 200)
    made.add_metadata({"/Title": title})
    made.write(out)
    return out.getvalue()


def workbook() -> bytes:
    """An empty workbook."""
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    """A zip of empty files."""
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "")
    return out.getvalue()


def stored(folder: Path) -> list[Path]:
    """Every file of evidence kept."""
    return [path for path in (folder / "evidence").rglob("*") if path.is_file()]
