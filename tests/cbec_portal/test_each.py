"""Long lists in templates: markup of which only texts differ from row to row."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import override


def rendered(markup: str, **names: object) -> str:
    return Template("{% load each i18n %}" + markup).render(Context(names))


def test_each_row_fills_in_its_texts() -> None:
    assert rendered("{% each rows %}<b>{1}</b> {0};{% endeach %}", rows=[(1, "a"), (2, "b")]) == (
        "<b>a</b> 1;<b>b</b> 2;"
    )
    assert rendered("{% each rows %}<b>{0}</b>{% endeach %}", rows=[]) == ""


def test_what_rows_say_is_escaped_and_fills_in_nothing() -> None:
    said = [("<script>", SafeString(" checked")), ("{1} & {missing}", "")]
    assert rendered("{% each rows %}<i{1}>{0}</i>{% endeach %}", rows=said) == (
        "<i checked>&lt;script&gt;</i><i>{1} &amp; {missing}</i>"
    )


def test_what_else_stands_in_it_is_escaped_too_and_in_the_language_of_the_page() -> None:
    markup = "{% each rows %}{{ own }} {% translate 'Cities' %} {0}{% endeach %}"
    with override("zh-hans"):
        assert rendered(markup, rows=[("a",)], own="{0} <b>") == "{0} &lt;b&gt; 城市 a"


def test_it_names_one_list() -> None:
    with pytest.raises(TemplateSyntaxError, match="each"):
        rendered("{% each %}{0}{% endeach %}")
