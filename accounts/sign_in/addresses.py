"""The client's address behind proxies, and the network it belongs to.

The address lives as long as the request. Of tries to sign in the block is kept, else nothing.
"""

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_LONGEST = 60  # the longest address with a zone and a port
_V4_PREFIX: Final = 24
_V6_PREFIX: Final = 48  # what one subscriber of IPv6 may be given
_V6_BLOCK: Final = 64  # what one household or office shares
_GATEWAY: Final = ipaddress.IPv6Network("64:ff9b::/96")


def client_address(request: HttpRequest) -> str:
    """The address as the outermost of our own proxies saw it; blank where there is none."""
    direct = str(request.META.get("REMOTE_ADDR") or "")
    passed = str(request.META.get("HTTP_X_FORWARDED_FOR") or "")
    return address_behind(direct, passed, settings.PROXY_COUNT)


def address_behind(direct: str, passed: str, proxies: int) -> str:
    """The same from the connection's own address and the `X-Forwarded-For` that `proxies` added to.

    Entries that the client wrote into the header itself stand further left and are not looked at.
    """
    entries = passed.split(",")
    if not proxies or len(entries) < proxies:
        return direct
    seen = _parsed(entries[-proxies].strip())
    return str(seen) if seen is not None else direct


def line_of(address: str) -> str:
    """The share of one line: an address of IPv4, a /64 of IPv6; other text as it is."""
    found = _parsed(address.strip())
    if found is None:
        return address
    return str(found) if found.version == 4 else network_of(address, _V6_BLOCK)


def network_of(address: str, v6_prefix: int = _V6_PREFIX) -> str:
    """`203.0.113.0/24` or `2001:db8:1::/48`; blank for what is no address.

    An address of IPv4 that travels inside one of IPv6 counts as itself.
    """
    found = _parsed(address.strip())
    if found is None:
        return ""
    prefix = _V4_PREFIX if found.version == 4 else v6_prefix
    # by number, for an address may name a zone of the machine as well
    return str(ipaddress.ip_network((found.packed, prefix), strict=False))


def block_of(request: HttpRequest) -> str | None:
    """First address of the /24 or /64 that tries to sign in come from; all that is kept of them."""
    network = network_of(client_address(request), _V6_BLOCK)
    return network.partition("/")[0] or None


def block_words(block: str | None) -> str:
    """`203.0.113.0/24` for what `block_of` returned."""
    return network_of(block or "", _V6_BLOCK) or "không rõ mạng"


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
