"""Links that other sites hung parameters on."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from cbec_portal.tracking_parameters import FOREIGN, ForeignParameters
from checklists.pages import urls as checklist_pages
from zones.pages import urls as pages
from zones.pages.page_base import Page

NAMES = [
    *("utm_source", "utm_medium", "UTM_Campaign", "fbclid", "gclid", "gbraid", "wbraid", "msclkid"),
    *("mc_cid", "mc_eid", "yclid", "_hsenc", "_hsmi", "__hstc", "_ga", "_gl", "igshid", "spm"),
    *("bd_vid", "isappinstalled", "scene", "share_token", "nsukey", "dclid", "twclid", "ttclid"),
    *("ref", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "eqid", "referrer", "s_kwcid", "ef_id"),
    *("xsec_token", "xhsshare", "_openstat", "guccounter", "guce_referrer", "oly_anon_id"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_leaves_it_out(client: Client, name: str) -> None:
    answer = client.get(f"/compare/?cities=hangzhou&{name}=abc%2Fd&as_of=2019-12-31")
    assert answer.status_code == 302
    assert answer["Location"] == "/compare/?cities=hangzhou&as_of=2019-12-31"


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("utm_source=x", ""),
        ("city=b&utm_source=x&city=a&kind=", "?city=b&city=a&kind="),
        ("q=%E6%9D%AD+%2B&fbclid=1&x", "?q=%E6%9D%AD+%2B&x"),
        ("from=timeline&isappinstalled=0&city=hangzhou", "?city=hangzhou"),
        ("from=groupmessage&from=2018-01-01", "?from=2018-01-01"),
        ("utm%5Fsource=x&q=1", "?q=1"),
    ],
)
def test_the_rest_stays_as_it_was_written(client: Client, asked: str, left: str) -> None:
    answer = client.get(f"/changes/?{asked}")
    assert (answer.status_code, answer["Location"]) == (302, f"/changes/{left}")
    assert client.head(f"/changes/?{asked}").status_code == 302


def test_no_other_site_is_reached_by_it() -> None:
    request = RequestFactory().get("/", {"utm_source": "x"})
    request.path = request.path_info = "//elsewhere.example/"
    answer = ForeignParameters(lambda _request: HttpResponse())(request)
    assert answer["Location"] == "/%2Felsewhere.example/"


@pytest.mark.django_db
def test_the_api_refuses_it_and_writing_is_not_redirected(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"
    assert client.get("/api/v1/cities/?utm_source=x").status_code == 400
    assert client.post("/account/log-in/?utm_source=x").status_code != 302


def test_no_page_has_a_parameter_of_such_a_name() -> None:
    views = [
        getattr(pattern.callback, "view_class", None)
        for pattern in (*pages.urlpatterns, *checklist_pages.urlpatterns)
    ]
    known = {n for view in views if view and issubclass(view, Page) for n in view.known_parameters}
    assert {"cities", "from", "as_of"} <= known
    assert not [name for name in known if FOREIGN.fullmatch(name)]
