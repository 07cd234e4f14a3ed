"""Where a request comes from, for the bound on reports by readers of one network."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

#: Whoever has one IPv6 address has a whole network of this length.
IPV6_PREFIX = 64


def network_of(request: HttpRequest) -> str:
    """Return the network that a request comes from: an IPv4 address, or the network of an IPv6 one.

    Behind a proxy that is believed, it is the address that the proxy saw: the last one that it
    adds to ``X-Forwarded-For``. What stands before it anybody may have written.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY and (told := request.headers.get("X-Forwarded-For", "")):
        address = told.rpartition(",")[2].strip()
    try:
        own = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(own, ipaddress.IPv6Address):
        if own.ipv4_mapped:
            return str(own.ipv4_mapped)
        return str(ipaddress.ip_network((own, IPV6_PREFIX), strict=False))
    return str(own)
