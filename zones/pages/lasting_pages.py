"""Pages with an address at which the same is always answered, and files of them beside it."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from zones.pages.page_base import Page

#: What the address of a file of a page has behind that of the page.
FILE = re.compile(r"((table|cite)\.[a-z]+|pictures/\w+\.[a-z]+|card\.png)$")


class LastingPage(Page):
    """A page whose question can be asked again for ever: of a day, at a revision.

    What is shown on a page that takes no revision has none: it is told as it is known when it is
    looked up, so that it says that day, and no revision.
    """

    def is_of_a_day(self) -> bool:
        """Return whether the page answers for one day, today where none is asked for."""
        return "as_of" in self.known_parameters

    def is_of_a_revision(self) -> bool:
        """Return whether the page answers for one revision, the newest where none is asked for."""
        return "known_at" in self.known_parameters

    def day_answered(self) -> date:
        """Return the day that the page answers for, today where it is of none."""
        return self.parameters.day() if self.is_of_a_day() else today_in_china()

    def lasting_address(self) -> str:
        """Return the address at which the same is always answered: of a day and a revision, where
        what is shown has any.
        """
        return self.request.build_absolute_uri(self.own_path("", self.lasting_question()))

    def lasting_question(self) -> str:
        """Return the question with its day and its revision, whatever the language."""
        asked = {name: values for name, values in self.request.GET.lists() if name != "lang"}
        if self.is_of_a_day():
            asked["as_of"] = [self.day_answered().isoformat()]
        if self.is_of_a_revision():
            asked["known_at"] = [str(self.known_at)]
        return urlencode(asked, doseq=True, safe="@,:.")

    def state_in_words(self) -> str:
        """Return of which day and revision the page is, as a citation says it; of what has none,
        the day of looking it up.
        """
        if not self.is_of_a_revision():
            return gettext("looked up on %(day)s") % {"day": day_in_words(today_in_china())}
        told = {"day": day_in_words(self.day_answered()), "revision": self.known_at}
        if self.is_of_a_day():
            return gettext("law of %(day)s, as known at revision %(revision)s") % told
        return gettext("as known at revision %(revision)s") % told

    def canonical(self) -> str:
        """Return the page's address, of which that of a file is a part."""
        return super().canonical().replace(self.request.path, self.page_path(), 1)

    def page_path(self) -> str:
        """Return the path of the page, whichever file of it this is."""
        return FILE.sub("", self.request.path)

    def own_path(self, end: str, question: str) -> str:
        """Return the address of the page, or of a file of it, with a question."""
        return f"{self.page_path()}{end}{'?' if question else ''}{question}"
