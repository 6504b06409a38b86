"""Addresses from the environment: base URLs and proxies, checked without quoting what may be a key.

Someone who swaps two variables puts a key where a URL belongs, and a URL may hold a password or a
key anywhere. So a message names the variable or the host, never the value.
"""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from messages_conformance.errors import SetupError

_EXAMPLE: Final = "https://host/path, without /v1/messages"
_PROXY_SCHEMES: Final = ("http", "https", "socks5", "socks5h")


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL that requests can be sent to; None if it is malformed."""
    if not url.isprintable() or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        # Each of these fails in a way of its own for a host that no name server knows.
        host, port, _ = parts.hostname, parts.port, httpx2.Request("POST", url)
    except (ValueError, httpx2.InvalidURL):
        return None
    return parts if parts.scheme in ("http", "https") and host and port != 0 else None


def check_base_url(url: str) -> None:
    """Refuse a base URL to which no path can be added, or that may hold a key.

    Raises:
        SetupError: the message says how to set it.
    """
    parts = split_url(url)
    if parts is None:
        raise SetupError(
            f"the base URL is malformed; set ANTHROPIC_BASE_URL to a URL like {_EXAMPLE}, and the "
            "key in ANTHROPIC_API_KEY (what is set now is not shown, as it may be a key)"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SetupError(
            f"the base URL of {parts.hostname} contains a user name, a query or a fragment; set "
            "ANTHROPIC_BASE_URL to https://host/path alone, and the key in ANTHROPIC_API_KEY"
        )
    path = parts.path.rstrip("/")
    for end in ("/v1/messages", "/v1"):
        if path.endswith(end):
            raise SetupError(
                f"the base URL of {parts.hostname} ends in {end}, so requests would go to "
                f"{end}/v1/messages; remove {end} from its end"
            )


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
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        is_usable = bool(parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0)
        httpx2.Proxy(parts.geturl())
    except (ValueError, httpx2.InvalidURL):
        return None
    return parts if is_usable and value.isprintable() and " " not in value else None
