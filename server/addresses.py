"""Network addresses: which are this machine's own, and which are one visitor's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

VISITORS_IPV6_BITS = 64
"""what one household is given: counting single addresses of it would count nothing"""


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host that a `Host` header names, without its port: `[::1]:8765` is `::1`. Empty for nonsense."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def visitors_network(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), VISITORS_IPV6_BITS), strict=False))
