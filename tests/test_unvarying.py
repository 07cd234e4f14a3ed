"""What is the same on every page of a language is rendered once for each."""

from __future__ import annotations

from django.template import Context, Template
from django.test import RequestFactory
from django.urls import set_script_prefix
from django.utils.translation import override

OWN = "{% translate 'Cities' %} {% url 'zones:home' %}"
MARKUP = f"{{% load i18n unvarying %}}{{% unvarying %}}{OWN}{{% endunvarying %}}"


def test_each_language_has_its_own() -> None:
    template = Template(MARKUP)
    for _ in range(2):
        with override("en"):
            assert template.render(Context()) == "Cities /"
        with override("zh-hans"):
            assert template.render(Context()) == "城市 /"


def test_addresses_begin_as_all_do() -> None:
    template = Template(MARKUP)
    with override("en"):
        assert template.render(Context()) == "Cities /"
        set_script_prefix("/portal/")
        try:
            assert template.render(Context()) == "Cities /portal/"
        finally:
            set_script_prefix("/")


def test_it_knows_nothing_of_the_page() -> None:
    template = Template(
        "{% load unvarying %}{% unvarying %}{% if own %}{{ own }}{% endif %}{% endunvarying %}"
    )
    assert template.render(Context({"own": "a secret"})) == ""


def test_of_links_that_are_kept_the_one_to_this_page_is_marked() -> None:
    links = "{% nav_link 'zones:home' 'Home' %} {% nav_link 'zones:atlas' 'Atlas' %}"
    template = Template(
        f"{{% load navigation unvarying %}}{{% unvarying_links %}}{links}{{% endunvarying_links %}}"
    )

    def shown(path: str) -> str:
        return template.render(Context({"request": RequestFactory().get(path)}))

    plain = '<a href="/">Home</a> <a href="/atlas/">Atlas</a>'
    for _ in range(2):
        assert shown("/cities/") == plain
        assert shown("/atlas/") == plain.replace('"/atlas/"', '"/atlas/" aria-current="page"')
