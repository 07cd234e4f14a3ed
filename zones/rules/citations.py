"""What is cited, in the forms in which people write it: GB/T 7714, BibTeX, RIS, and plain words."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

#: What means something to BibTeX, and how it is written there.
_TEX = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
#: What no line of RIS may hold.
_BREAKS = re.compile(r"\s+")


class Citation(NamedTuple):
    """A page, or a document, as it is cited.

    ``authors`` are whoever says so, ``title`` what it is called, ``state`` of which day and which
    revision it is, in words, ``whole`` both in one; ``published`` the day on which that was
    published, as far as it is known, ``kind`` the letters of GB/T 7714 for what it is, ``taken``
    the day on which it was read.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    state: str
    whole: str
    published: str
    taken: date
    address: str
    language: str
    kind: str = "DB"


def gb_7714(cited: Citation) -> str:
    """Return a citation of an electronic resource by GB/T 7714-2015, 4.6."""
    published = f"({cited.published})" if cited.published else ""
    authors = ",".join(cited.authors)
    by = f"{authors}. " if authors else ""
    return (
        f"{by}{cited.whole}[{cited.kind}/OL]. {published}[{cited.taken.isoformat()}]. "
        f"{cited.address}."
    )


def bibtex(cited: Citation) -> str:
    """Return an entry for BibTeX and BibLaTeX."""
    fields = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "year": cited.published[:4],
        "date": cited.published,
        "howpublished": f"\\url{{{_address(cited)}}}",
        "url": _address(cited),
        "urldate": cited.taken.isoformat(),
        "note": _tex(cited.state),
    }
    told = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{cited.key},\n{told}\n}}\n"


def ris(cited: Citation) -> str:
    """Return a record of RIS, in which each line ends as on Windows."""
    lines = [
        ("TY", "ELEC"),
        *(("AU", author) for author in cited.authors),
        ("TI", cited.title),
        ("PY", cited.published[:4]),
        ("DA", cited.published.replace("-", "/")),
        ("Y2", cited.taken.isoformat().replace("-", "/")),
        ("N1", cited.state),
        ("LA", cited.language),
        ("UR", cited.address),
    ]
    told = "".join(f"{name}  - {_BREAKS.sub(' ', text)}\r\n" for name, text in lines if text)
    return f"{told}ER  - \r\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _address(cited: Citation) -> str:
    """The address without what would end a group of TeX."""
    return cited.address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
