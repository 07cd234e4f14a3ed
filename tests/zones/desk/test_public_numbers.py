"""Which numbers are of the public internet, and which lead into somebody's own network."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from zones.desk.link_visits import is_public


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        "0.0.0.0",  # noqa: S104 (asked about, not listened at)
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1"),
        *("ff02::1", "no number", "::127.0.0.1", "2002:101:101::", "64:ff9b::c058:6301"),
    ],
)
def test_numbers_of_ones_own_network_are_not_public(number: str) -> None:
    assert not is_public(number)


#: IANA's registries of special addresses, but for what they call globally reachable, and what its
#: registry of IPv6 leaves unassigned or to other uses.
SPECIAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.0.8/32", "192.0.2.0/24", "192.88.99.0/24"),
    *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4"),
    *("240.0.0.0/4", "::/128", "::1/128", "::/96", "64:ff9b:1::/48", "100::/64"),
    *("100:0:0:1::/64", "2001::/32", "2001::/23", "2001:2::/48", "2001:10::/28"),
    *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
    *("fec0::/10", "ff00::/8"),
)


@pytest.mark.parametrize("block", SPECIAL)
def test_no_number_of_a_special_block_is_public(block: str) -> None:
    own = ip_network(block)
    for place in (0, own.num_addresses // 3, own.num_addresses // 2, -1):
        assert not is_public(str(own[place])), own[place]


@pytest.mark.parametrize("before", ["::ffff:0:0/96", "64:ff9b::/96"])
def test_what_a_number_leads_to_is_looked_at(before: str) -> None:
    outer = ip_network(before)
    for block in filter(lambda own: own.version == 4, map(ip_network, SPECIAL)):
        for place in (0, -1):
            assert not is_public(str(outer[int(block[place])])), block
    assert is_public(str(outer[int(ip_address("1.1.1.1"))]))


@pytest.mark.parametrize(
    "number",
    [
        *("1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "192.88.98.255", "192.88.100.0"),
        *("192.0.1.0", "3ffe:ffff::", "240e::1", "2001:200::1"),
    ],
)
def test_numbers_of_the_internet_are_public(number: str) -> None:
    assert is_public(number)
