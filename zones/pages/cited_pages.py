"""Pages that say how they are cited: with their day, their revision, and an address that stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, pgettext

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import enumerated
from zones.pages.lasting_pages import LastingPage
from zones.rules.citations import Citation, bibtex, gb_7714, ris
from zones.selectors.snapshot import publication_days

#: The forms in which a citation is taken along, and what each is to a browser.
KINDS = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
#: What a key tells by itself, or what is the same citation.
NOT_IN_KEYS = {"as_of", "known_at", "lang"}
#: What no key of BibTeX has.
_NO_KEY = re.compile(r"[^a-z0-9]+")


class CitedPage(LastingPage):
    """A page that is cited, and answers its citation at its own address and ``cite.bib``."""

    #: The form of the citation in which this is answered: none as the page itself.
    cited_as = ""
    #: The name of the address at which the same stands in a frame of another site, if any does.
    embedded_by = ""

    def setup(self, *args: Any, **kwargs: Any) -> None:
        """Begin an answer; a file answers no question that is wrong in part."""
        super().setup(*args, **kwargs)
        if self.cited_as:
            self.answers_the_rest = False

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the page is called where it is cited."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the citations in each form, and where each is taken along from."""
        context = super().get_context_data(**kwargs)
        if not self.is_cited(context):
            return {"citations": [], **context}
        cited = self.cited(context)
        asked = self.request.GET.urlencode(safe="@,:")
        files = [(form.upper(), self.own_path(f"cite.{form}", asked)) for form in KINDS]
        told = [
            ("gb-7714", "GB/T 7714", gb_7714(cited)),
            ("plain", gettext("In plain words"), plain(cited)),
            ("bibtex", "BibTeX", bibtex(cited)),
            ("ris", "RIS", ris(cited)),
        ]
        return {
            "citations": told,
            "citation_files": files,
            "lasting_address": self.lasting_address(),
            "feed": self.feed(),
            "embedded": self.embedded(context),
            **context,
        }

    def feed(self) -> str:
        """Return the feed of what changes in what the page shows; blank where there is none."""
        return ""

    def embedded(self, context: dict[str, Any]) -> str:
        """Return the markup that shows the same on another site; blank where nothing does."""
        if not self.embedded_by:
            return ""
        there = reverse(self.embedded_by, kwargs=self.kwargs)
        asked = f"{self.lasting_question()}&lang={self.language}"
        address = escape(self.request.build_absolute_uri(f"{there}?{asked}"))
        title = escape(self.cited_title(context))
        return (
            f'<iframe src="{address}" title="{title}" width="100%" height="480" loading="lazy">'
            "</iframe>"
        )

    def is_cited(self, context: dict[str, Any]) -> bool:
        """Return whether the page answers anything that could be cited."""
        return True

    def cited(self, context: dict[str, Any]) -> Citation:
        """Return the page as it is cited."""
        title, of_revision = self.cited_title(context), self.is_of_a_revision()
        # Every form of a citation says on which day it was taken: that is all there is to say of
        # what has no revisions.
        state = self.state_in_words() if of_revision else ""
        published = self.snapshot.remembered("publications", publication_days)
        return Citation(
            self._citation_key(),
            (gettext("CBEC portal"),),
            title,
            state,
            gettext("%(title)s (%(state)s)") % {"title": title, "state": state} if state else title,
            published.get(self.known_at, "") if of_revision else "",
            today_in_china(),
            self.lasting_address(),
            self.language,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Return the page, or its citation as a file."""
        if not self.cited_as:
            return super().render_to_response(context, **kwargs)
        cited = self.cited(context)
        told = {
            "txt": lambda: f"{gb_7714(cited)}\n\n{plain(cited)}\n",
            "bib": lambda: bibtex(cited),
            "ris": lambda: ris(cited),
        }[self.cited_as]()
        response = HttpResponse(told, content_type=KINDS[self.cited_as])
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{cited.key}.{self.cited_as}"
        )
        return response

    def _citation_key(self) -> str:
        """A key of letters and digits that is the same for the same question."""
        asked = [
            value
            for name, values in self.request.GET.lists()
            if name not in NOT_IN_KEYS
            for value in values
        ]
        named = _NO_KEY.sub("-", " ".join([self.page_path(), *asked]).casefold())
        told = named.strip("-")[:60].rstrip("-")
        revision = f"-r{self.known_at}" if self.is_of_a_revision() else ""
        return f"cbec-{told}-{self.day_answered():%Y%m%d}{revision}"


def plain(cited: Citation) -> str:
    """Return a citation as a sentence of the reader's language."""
    words = {
        "authors": enumerated(cited.authors),
        "title": cited.title,
        "state": cited.state,
        "taken": day_in_words(cited.taken),
        "address": cited.address,
    }
    if not cited.state:
        form = pgettext(
            "citation", "%(authors)s: “%(title)s”. Retrieved on %(taken)s from %(address)s"
        )
    else:
        form = pgettext(
            "citation",
            "%(authors)s: “%(title)s”, %(state)s. Retrieved on %(taken)s from %(address)s",
        )
    return form % words


def with_citation(route: str, page: type[CitedPage], name: str) -> Sequence[URLPattern]:
    """Return the addresses of a page's citation in each form."""
    view: Callable[..., Any] = page.as_view
    return [
        path(f"{route}cite.{form}", view(cited_as=form), name=f"{name}-cite-{form}")
        for form in KINDS
    ]
