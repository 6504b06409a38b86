"""Finds the credentials of a program: in its environment, and in the requests that it sends.

Recognised by the names of what holds them, since what a credential looks like is anybody's choice.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

_NAMES: Final = re.compile(
    r"(^|[-_.])(x-?)?(api-?key|apikey|key|auth|authorization|token|secret|password|passwd|pass|"
    r"credentials?|cookie|signature|sig|session|jwt)s?([-_.]|$)",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(r"anthropic-ratelimit-.*|.*-tokens?-(limit|used|remaining|reset).*")
"""Headers that count tokens."""
_SHORTEST: Final = 12
"""Characters of what a variable must hold to be a credential; a switch or a name is shorter."""
_SHORTEST_SENT: Final = 8
_LOGIN: Final = re.compile(r"://[^/@\s:]*:([^/@\s]+)@")
_SCHEME: Final = re.compile(r"(?i)(bearer|basic|token|key|apikey)\s+")


def is_credential(name: str) -> bool:
    """Whether a header, a parameter or a variable of this name holds a credential."""
    return _NAMES.search(name) is not None and _PUBLIC.fullmatch(name.lower()) is None


def of_environment(environ: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The values of variables that are credentials, and the passwords in addresses."""
    for name, value in environ:
        if passwords := _LOGIN.findall(value):
            yield from _long(*passwords, *map(unquote, passwords))
        elif is_credential(name) and not value.startswith(("/", "http://", "https://")):
            yield from (part for part in (value.strip(),) if len(part) >= _SHORTEST)


def of_headers(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The credentials that headers hold, without the words before them."""
    for name, value in headers:
        if name.lower() in ("cookie", "set-cookie"):
            yield from _long(*_of_cookies(value))
        elif is_credential(name):
            bare = _SCHEME.sub("", value.strip(), count=1)
            yield from _long(bare, *_of_basic(value))


def of_query(path: str) -> Iterator[str]:
    """The credentials in the query of a path."""
    _, _, query = path.partition("?")
    try:
        given = parse_qsl(query, max_num_fields=1_000)
    except ValueError:
        return
    yield from _long(*(value for name, value in given if is_credential(name)))


def of_body(body: bytes) -> Iterator[str]:
    """The tokens by which servers of tools are reached."""
    try:
        content = json.loads(body) if b"authorization_token" in body else None
    except (ValueError, RecursionError):
        return
    servers = content.get("mcp_servers") if isinstance(content, dict) else None
    for server in servers if isinstance(servers, list) else []:
        token: Any = server.get("authorization_token") if isinstance(server, dict) else None
        if isinstance(token, str):
            yield from _long(_SCHEME.sub("", token, count=1))


def _of_cookies(value: str) -> Iterator[str]:
    try:
        yield from (morsel.value for morsel in SimpleCookie(value).values())
    except CookieError:
        yield from (part.partition("=")[2] for part in value.split(";"))


def _of_basic(value: str) -> Iterator[str]:
    """The password of a name and a password in base64."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(rest).decode().partition(":")[2]
        except ValueError:
            return


def _long(*values: str) -> Iterator[str]:
    yield from (value for value in values if len(value) >= _SHORTEST_SENT)
