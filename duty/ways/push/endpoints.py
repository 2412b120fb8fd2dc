"""Addresses of push services: given by a browser, so believed in nothing but their form.

A push leaves only to a listed host or what lies below it, over HTTPS on port 443, at an address of
the public network. The name is looked up when the connection is made, and it is made to the very
address that was looked at, so that no second look-up can lead elsewhere.
"""

import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from zalo.outside import is_public

LONGEST: Final = 2000
# What may stand in an address that we write again as it was given.
_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?&=%+,;!$'()*|]+", re.ASCII)
_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII)
# Public by their number, yet another address is inside: of the inner network as well.


class Refused(ValueError):
    """Nothing may be sent to this address; the message says why and repeats none of it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that may be sent to: `origin` is scheme and host, `target` the rest."""

    origin: str
    host: str
    target: str


def check(address: str) -> Endpoint:
    """The parts of an address that a browser gave. Raises Refused."""
    if len(address) > LONGEST or not _PLAIN.fullmatch(address):
        raise Refused("not the form of an address")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("not an address") from None
    if "@" in parts.netloc or parts.fragment or not parts.path.startswith("/"):
        raise Refused("user, fragment or no path")
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if parts.scheme == "http":
        origin = f"http://{host}:{port}"
        if origin != f"http://{parts.netloc}" or origin not in settings.PUSH_HOSTS:
            raise Refused("not HTTPS")
        return Endpoint(origin, host, target)
    if parts.scheme != "https" or port not in (None, 443):
        raise Refused("not HTTPS on its own port")
    if not _NAME.fullmatch(host) or not _is_listed(host):
        raise Refused("host of no push service")
    return Endpoint(f"https://{host}", host, target)


def _is_listed(host: str) -> bool:
    names = [entry for entry in settings.PUSH_HOSTS if "://" not in entry]
    return any(host == name or host.endswith(f".{name}") for name in names)


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, all of them public. Raises Refused, or OSError without any."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = list(dict.fromkeys(str(one) for one in found))
    if not addresses:
        raise OSError("no address")
    if not all(is_public(one) for one in addresses):
        raise Refused("an address that is not of the public network")
    return addresses
