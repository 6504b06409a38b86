"""What leads to an endpoint: this machine itself, or the proxies of the environment.

A proxy's address may hold a password, so a message names the variable, never the value.
"""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from messages_conformance.claims.base_url import split_url
from messages_conformance.errors import SetupError

_PROXY_SCHEMES: Final = ("http", "https", "socks5", "socks5h")


def is_local(url: str) -> bool:
    """Whether a URL leads to this machine, however its host is written; no proxy leads there."""
    parts = split_url(url)
    host = ((parts.hostname if parts else None) or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and (address.is_loopback or address.is_unspecified)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is; None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        # 127.1, 0x7f000001 and 2130706433 are addresses to the system.
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def proxy_for(url: str) -> str:
    """Host and port of the proxy that the environment names for a URL; empty if none."""
    parts = split_url(url)
    if parts is None or is_local(url) or proxy_bypass(parts.hostname or ""):
        return ""
    proxies = getproxies()
    proxy = _split_proxy(proxies.get(parts.scheme) or proxies.get("all") or "")
    return proxy.netloc.rpartition("@")[2] if proxy else ""


def check_proxies() -> None:
    """Refuse proxies of the environment that cannot be used.

    Raises:
        SetupError: it names the variable, and not its value, which may hold a password.
    """
    for name in ("http", "https", "all"):
        value = getproxies().get(name)
        if value and _split_proxy(value) is None:
            raise SetupError(
                f"the environment variable {name.upper()}_PROXY is no address of a proxy; set it "
                "to one like http://host:3128, or unset it"
            )


def passwords_of_proxies() -> Iterator[str]:
    """The passwords in the proxies of the environment, as they are written and as they are sent."""
    for value in getproxies().values():
        login, at, _ = value.rpartition("@")
        password = login.rpartition("://")[2].partition(":")[2] if at else ""
        yield from {password, unquote(password)} - {""}


def _split_proxy(value: str) -> SplitResult | None:
    import httpx2  # takes a while, and most environments name no proxy

    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        is_usable = bool(parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0)
        httpx2.Proxy(parts.geturl())
    except (ValueError, httpx2.InvalidURL):
        return None
    return parts if is_usable and value.isprintable() and " " not in value else None
