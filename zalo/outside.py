"""Calls to other hosts than Zalo's: which addresses are public, and a call without content."""

import ipaddress
from typing import Final

from zalo.client.errors import ZaloError
from zalo.client.transport import Request, exchange

PATIENCE_S: Final = 10.0
# Networks whose addresses stand for IPv4 addresses, perhaps our own: NAT64, 6to4, Teredo.
TRANSLATED: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


def is_public(text: str) -> bool:
    """Whether an IP address is reached by everybody alike; none, or one in disguise, is not."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast


def knock(address: str) -> int:
    """Post nothing to an address, once and without following it elsewhere; returns the status.

    0 where nobody answered.
    """
    request = Request("POST", address, "knock", headers={}, is_repeatable=True)
    try:
        return exchange(request, timeout=(PATIENCE_S, PATIENCE_S)).status_code
    except ZaloError:
        return 0
