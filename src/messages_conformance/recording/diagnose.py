"""What is wrong with a setup, told from one answer or from there being none, and what to do.

Each is one sentence; the endpoint's own words in it have no credential and no control
characters left.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from messages_conformance.claims.page import Model
from messages_conformance.display import one_line
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.transport import Attempt, Endpoint, is_loopback
from messages_conformance.rules.error_shape import classify

_ARREARS = re.compile(
    r"arrear|overdue|insufficient.(balance|quota|credit)|credit balance|billing_error", re.I
)
_OTHER_PLAN = re.compile(r"only available for coding agents", re.I)
_FILTER = re.compile(r"data.?inspection.?failed", re.I)
_NO_MODEL = re.compile(
    r"model.{0,80}(not exist|not found|unknown)|(no such|unknown|invalid) model|model_not_found",
    re.I | re.S,
)
_UNTIMELY = {9: "is not valid yet", 10: "has expired"}
"""What some of OpenSSL's codes say of a certificate."""
_CLOSED = re.compile("disconnected")
"""How the client's libraries say that nothing came at all."""
_SAID = 160
"""Characters quoted of an answer."""


def unreachable(problem: httpx2.TransportError, endpoint: Endpoint) -> str:
    """Why no connection came about."""
    host = endpoint.host
    causes = tuple(_causes(problem))
    if isinstance(problem, httpx2.ProxyError):
        asks = " with its user name and password" if "407" in str(problem) else ""
        return (
            f"the proxy {_proxy(endpoint)} does not lead to {host}: {_line(str(problem))}; "
            f"set HTTPS_PROXY{asks}, or name {host} in NO_PROXY"
        )
    for cause in causes:
        if (is_what := _UNTIMELY.get(getattr(cause, "verify_code", 0))) is not None:
            return (
                f"no secure connection to {host}: its certificate {is_what} by this machine's "
                "clock; set the clock, or have the certificate renewed"
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"no secure connection to {host}: {_line(str(problem))}; check that it speaks HTTPS "
            "on that port and that its certificate is trusted here"
        )
    if proxy := _proxy(endpoint):
        return (
            f"the proxy {proxy}, which the environment names, cannot be reached: "
            f"{_line(str(problem))}; start it, mend or unset HTTPS_PROXY and ALL_PROXY, or name "
            f"{host} in NO_PROXY"
        )
    if isinstance(problem, httpx2.ConnectTimeout):
        return f"{host} does not take the connection in time; check the host and any firewall"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"{host} is not known: its name does not resolve; check the base URL's spelling"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refuses the connection; check the port and that the server is running"
    return f"{host} cannot be reached: {_line(str(problem))}; check the base URL and the network"


def _causes(problem: BaseException) -> Iterator[BaseException]:
    yield problem
    inner = problem.exceptions if isinstance(problem, BaseExceptionGroup) else ()
    for cause in (problem.__cause__, problem.__context__, *inner):
        if cause is not None:
            yield from _causes(cause)


def _proxy(endpoint: Endpoint) -> str:
    """Host and port of the proxy that the environment names for an endpoint; empty for none."""
    address = urlsplit(endpoint.base_url)
    if is_loopback(endpoint.base_url) or proxy_bypass(address.hostname or ""):
        return ""
    proxies = getproxies()
    named = proxies.get(address.scheme) or proxies.get("all") or ""
    return urlsplit(named if "://" in named else f"//{named}").netloc.rpartition("@")[2]


def complaint(
    attempt: Attempt, endpoint: Endpoint, model: Model, tried: tuple[str, ...]
) -> str | None:
    """What is wrong, told from one answer; None if the endpoint may be tested.

    ``tried`` are the headers in which the key was presented.
    """
    exchange = attempt.exchange
    if exchange.status is None or exchange.ended == "timeout":
        return _unanswered(attempt, endpoint)
    if exchange.status < 400:
        return _misled(exchange, endpoint)
    return _refused(exchange, endpoint, model, tried)


def _unanswered(attempt: Attempt, endpoint: Endpoint) -> str:
    host = endpoint.host
    if attempt.exchange.ended == "timeout":
        return f"{host} did not answer a plain request in time; try again or allow it longer"
    problem = attempt.problem
    if isinstance(problem, httpx2.RemoteProtocolError) and not _CLOSED.search(str(problem)):
        scheme = "https" if endpoint.base_url.startswith("http:") else "http"
        return (
            f"{host} answers with something that is not HTTP/1.1; check the port, and whether "
            f"the base URL should begin with {scheme}://"
        )
    return f"{host} closed the connection without an answer; check the base URL and its port"


def _misled(exchange: Exchange, endpoint: Endpoint) -> str | None:
    url = f"{endpoint.public_url}/v1/messages"
    if exchange.status is not None and exchange.status >= 300:
        return (
            f"{url} redirects to {_line(exchange.header('location') or '')}, and a request with a "
            "key is not sent on; give the base URL that it leads to"
        )
    if _is_page(exchange):
        return f"{url} answers with a web page, not an API; check the base URL"
    return None


def _refused(
    exchange: Exchange, endpoint: Endpoint, model: Model, tried: tuple[str, ...]
) -> str | None:
    host, status, text = endpoint.host, exchange.status, exchange.body.decode(errors="replace")
    url = f"{endpoint.public_url}/v1/messages"
    said = f"(it said: {_said(exchange)})"
    if status == 407:
        return (
            f"a proxy between here and {host} asks for a user name and password {said}; "
            f"give them in HTTPS_PROXY, or name {host} in NO_PROXY"
        )
    if _OTHER_PLAN.search(text):
        return (
            f"{host} serves only the coding tools its plan names {said}; "
            "use a pay-as-you-go key and its host"
        )
    if status == 402 or (status is not None and status < 500 and _ARREARS.search(text)):
        return f"the account at {host} has nothing left to pay with {said}; top it up"
    if status == 401:
        return (
            f"{host} refuses the key, in {' and in '.join(tried)} {said}; it is wrong or "
            "expired, or of another host: keys of one region or plan do not open another's"
        )
    if status == 403 and not _is_page(exchange):
        return (
            f"{host} knows the key but denies it {model.id} {said}; "
            "check what the key's plan and region include, and that the key is of this host"
        )
    if status in (502, 503, 504) and _is_page(exchange):
        through = f"the proxy {proxy}" if (proxy := _proxy(endpoint)) else "a gateway before it"
        return (
            f"{host} is not reached: {through} answers with HTTP {status} and a web page; "
            "try again later, and check the base URL and HTTPS_PROXY"
        )
    if _is_page(exchange):
        return f"{url} answers with a web page, not an API; check the base URL"
    if _FILTER.search(text):
        return (
            f"the content filter of {host} refuses a plain greeting {said}; "
            "ask its owner, for nothing could be judged behind it"
        )
    names_it = status == 404 and model.id in text
    if names_it or (status in (400, 404) and _NO_MODEL.search(text)):
        return f"{host} has no model {model.id!r} {said}; check the model's id there"
    if status == 404:
        return f"there is nothing at {url} {said}; check the path of the base URL"
    if status == 405:
        return f"{url} takes no POST {said}; check the path of the base URL"
    if status == 429:
        return f"{host} says 429 before anything was recorded {said}; wait, or raise the quota"
    if status in (503, 529):
        return f"{host} is too busy: it says {status} to a plain request {said}; try again later"
    return None


def _is_page(exchange: Exchange) -> bool:
    kind = (exchange.header("content-type") or "").lower()
    return kind.startswith("text/html") or exchange.body.lstrip()[:1] == b"<"


def _said(exchange: Exchange) -> str:
    """What an error says for people, whatever its shape."""
    if _is_page(exchange):
        return f"HTTP {exchange.status}, with a web page"
    _, document = classify(exchange.body)
    told = _message(document) or exchange.body.decode(errors="replace")
    return _line(told) or f"only HTTP {exchange.status}"


def _message(document: Any) -> str:
    """The words of an error, wherever it keeps them; empty where it has none."""
    if isinstance(document, str):
        return document
    if not isinstance(document, dict):
        return ""
    for name in ("message", "detail", "code"):
        if isinstance(document.get(name), str):
            return str(document[name])
    inner = document.get("error")
    return _message(inner) if isinstance(inner, str) or _is_flat(inner) else ""


def _is_flat(inner: Any) -> bool:
    return isinstance(inner, dict) and "error" not in inner


def _line(text: str) -> str:
    # What is cut off is not looked at, be it megabytes.
    line = one_line(text[: 8 * _SAID])
    return line if len(line) <= _SAID else f"{line[:_SAID]}…"
