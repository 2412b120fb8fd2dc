"""The client's address behind proxies, and the network it belongs to.

The address lives as long as the request: nothing here is stored or logged.
"""

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_LONGEST = 60  # the longest address with a zone and a port
_V4_PREFIX: Final = 24
_V6_PREFIX: Final = 48  # what one subscriber of IPv6 may be given
_GATEWAY: Final = ipaddress.IPv6Network("64:ff9b::/96")


def client_address(request: HttpRequest) -> str:
    """The address as the outermost of our own proxies saw it; blank where there is none.

    Entries that the client wrote into the header itself stand further left and are not looked at.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    proxies = settings.PROXY_COUNT
    passed = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    if not proxies or len(passed) < proxies:
        return direct
    seen = _parsed(passed[-proxies].strip())
    return str(seen) if seen is not None else direct


def network_of(address: str) -> str:
    """`203.0.113.0/24` or `2001:db8:1::/48`; blank for what is no address.

    An address of IPv4 that travels inside one of IPv6 counts as itself.
    """
    found = _parsed(address.strip())
    if found is None:
        return ""
    prefix = _V4_PREFIX if found.version == 4 else _V6_PREFIX
    # by number, for an address may name a zone of the machine as well
    return str(ipaddress.ip_network((found.packed, prefix), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if len(address) > _LONGEST:
        return None
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return _carried(found) or found if isinstance(found, ipaddress.IPv6Address) else found


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of IPv4 inside."""
    if address in _GATEWAY:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else None)
