"""Pages of the admin are headed by what they show: none but those of sets as a change set.

Each of them is read by test_languages_of_texts.py, which opens them all.
"""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.utils.translation import gettext, override

from zones.models import ChangeSet

#: What a page of the admin may be headed as, beside a change set's own: in each language.
SETS = {"en": "change set", "zh-hans": "变更集"}
#: The heads of a page: its title and its first heading.
HEADS = re.compile(r"<(title|h1)[^>]*>(.*?)</\1>", re.DOTALL)


@pytest.mark.parametrize("language", SETS)
def test_no_table_is_called_so_that_its_form_is_headed_as_a_change_set(language: str) -> None:
    with override(language):
        for model in admin.site._registry:
            for words in ("Change %s", "View %s", "Add %s", "Select %s to change"):
                head = (gettext(words) % model._meta.verbose_name).casefold()
                assert (SETS[language] in head) == (model is ChangeSet), (model, head)


def heads_as_sets(text: str, language: str) -> list[str]:
    """The title and the headings of a page that call what it shows a change set."""
    heads = [re.sub("<[^>]+>", " ", head) for _tag, head in HEADS.findall(text)]
    assert heads
    return [head for head in heads if SETS[language] in head.casefold()]
