"""Where a request comes from: what the proxy saw, where one is believed, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from cbec_portal.networks import network_of

DIRECT = {
    "192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2::9": "2001:db8:1:2::/64",
    "2001:db8:1:3::9": "2001:db8:1:3::/64",
    "::ffff:192.0.2.7": "192.0.2.7",
    "fe80::1%eth0": "fe80::/64",
    "": "",
    "a socket": "",
}


@pytest.mark.parametrize("address", DIRECT)
def test_an_address_is_its_network(address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert network_of(request) == DIRECT[address]


@pytest.mark.parametrize(
    ("told", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("203.0.113.1, 192.0.2.7", "192.0.2.7"),
        ("unknown, 2001:db8::1", "2001:db8::/64"),
        ("192.0.2.7, nonsense", ""),
    ],
)
def test_what_the_proxy_saw_counts_where_it_is_believed(
    settings: Any, told: str, network: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=told)
    assert network_of(request) == "127.0.0.1", "anybody may have written it"
    settings.BEHIND_PROXY = True
    assert network_of(request) == network
    assert network_of(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")) == "127.0.0.1"
