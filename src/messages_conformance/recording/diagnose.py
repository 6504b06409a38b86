"""What is wrong with a setup, and how to fix it, from one response or from there being none.

Each diagnosis is one sentence: what happened, the endpoint's own words in brackets, and what to do.
The endpoint's words contain no key and no control characters.
"""

import re
import socket
import ssl
from typing import Any

import httpx2

from messages_conformance.claims.page import Model
from messages_conformance.display import one_line
from messages_conformance.errors import causes_of
from messages_conformance.protocol.exchange import MESSAGES, Exchange
from messages_conformance.recording.address import proxy_for
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.retry import BUSY
from messages_conformance.recording.transport import Attempt
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
_CERTIFICATE_DATES = {9: "is not valid yet", 10: "has expired"}
"""OpenSSL's codes for a certificate outside of its dates."""
_DISCONNECTED = re.compile("disconnected")
"""How the HTTP libraries say that a connection was closed without a response."""
_QUOTED = 160
"""Characters quoted of an answer."""


def explain_unreachable(problem: httpx2.TransportError, endpoint: Endpoint) -> str:
    """Why no connection was established, and what to do."""
    host = endpoint.host
    causes = tuple(causes_of(problem))
    if isinstance(problem, httpx2.ProxyError):
        login = " with a user name and a password" if "407" in str(problem) else ""
        proxy = proxy_for(endpoint.base_url)
        return (
            f"the proxy {proxy} did not connect to {host}: {_line(str(problem))}; "
            f"set HTTPS_PROXY{login}, or add {host} to NO_PROXY"
        )
    for cause in causes:
        if (fault := _CERTIFICATE_DATES.get(getattr(cause, "verify_code", 0))) is not None:
            return (
                f"the TLS certificate of {host} {fault} according to this machine's clock; "
                "correct the clock, or have the certificate renewed"
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"no TLS connection to {host}: {_line(str(problem))}; check that its port speaks HTTPS "
            "and that this machine trusts its certificate"
        )
    if proxy := proxy_for(endpoint.base_url):
        return (
            f"the proxy {proxy}, which the environment names, cannot be reached: "
            f"{_line(str(problem))}; start it, correct or unset HTTPS_PROXY and ALL_PROXY, or add "
            f"{host} to NO_PROXY"
        )
    if isinstance(problem, httpx2.ConnectTimeout):
        return f"{host} did not accept a connection in time; check the host name and any firewall"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"the host name {host} does not resolve; check the spelling of the base URL"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refused the connection; check the port, and that the server is running"
    return f"{host} cannot be reached: {_line(str(problem))}; check the base URL and the network"


def diagnose(
    attempt: Attempt, endpoint: Endpoint, model: Model, tried: tuple[str, ...]
) -> str | None:
    """What is wrong with the setup, and what to do; None if the endpoint can be tested.

    ``tried`` are the headers in which the key was sent.
    """
    exchange = attempt.exchange
    if exchange.status is None or exchange.ended == "timeout":
        return _no_response(attempt, endpoint)
    if exchange.status < 400:
        return _no_error(exchange, exchange.status, endpoint)
    return _error(exchange, exchange.status, endpoint, model, tried)


def _no_response(attempt: Attempt, endpoint: Endpoint) -> str:
    host = endpoint.host
    if attempt.exchange.ended == "timeout":
        return (
            f"{host} did not answer a plain request in time; "
            "check the server, or give it more time with --timeout"
        )
    problem = attempt.problem
    if isinstance(problem, httpx2.RemoteProtocolError) and not _DISCONNECTED.search(str(problem)):
        scheme = "https" if endpoint.base_url.startswith("http:") else "http"
        return (
            f"{host} does not speak HTTP/1.1 on this port; check the port, and whether the base "
            f"URL must begin with {scheme}://"
        )
    return f"{host} closed the connection without an answer; check the base URL and its port"


def _no_error(exchange: Exchange, status: int, endpoint: Endpoint) -> str | None:
    url = endpoint.public_url + MESSAGES
    if status >= 300:
        return (
            f"{url} redirects to {_line(exchange.header('location') or '')}, and no key is sent to "
            "another address; set the base URL to the address it redirects to"
        )
    if _is_page(exchange):
        return _web_page(url)
    if is_message(exchange):
        return None
    if not exchange.body.strip():
        return (
            f"{url} answers a plain request with HTTP {status} and an empty body; "
            "check the path of the base URL, and the server's log"
        )
    if isinstance(exchange.json, dict) and "choices" in exchange.json:
        return (
            f"{url} answers in the format of OpenAI's Chat Completions; "
            "set the base URL to the Anthropic-compatible API of this endpoint"
        )
    return (
        f"{url} answers a plain request with HTTP {status} but with no message {_said(exchange)}; "
        "check the base URL and the model id, and the server's log"
    )


def is_message(exchange: Exchange) -> bool:
    """Whether an answer is meant as a message: its type says so, or it has a list of content.

    How well formed it is, is for the probes to find out; so is a stream in its place.
    """
    if exchange.status is None or exchange.status >= 300:
        return False
    document = exchange.json
    if isinstance(document, dict):
        return document.get("type") == "message" or isinstance(document.get("content"), list)
    return b"message_start" in exchange.body


def _web_page(url: str) -> str:
    return f"{url} answers with a web page instead of JSON; check the base URL"


def _error(
    exchange: Exchange, status: int, endpoint: Endpoint, model: Model, tried: tuple[str, ...]
) -> str:
    host, text = endpoint.host, exchange.body.decode(errors="replace")
    url = endpoint.public_url + MESSAGES
    quoted = _said(exchange)
    is_page = _is_page(exchange)
    if status == 407:
        return (
            f"a proxy in front of {host} requires a user name and a password {quoted}; "
            f"set them in HTTPS_PROXY, or add {host} to NO_PROXY"
        )
    if _OTHER_PLAN.search(text):
        return (
            f"{host} serves only the coding tools that its plan allows {quoted}; "
            "use a pay-as-you-go key and its host"
        )
    if status == 402 or (status < 500 and _ARREARS.search(text)):
        return f"the account at {host} has no credit left {quoted}; top it up"
    if status == 401:
        return (
            f"{host} rejected the key in {' and in '.join(tried)} {quoted}; the key is wrong or "
            "expired, or belongs to another host: keys are valid for one region and one plan only"
        )
    if status == 403 and not is_page:
        return (
            f"{host} accepted the key but denies it the model {model.id} {quoted}; "
            "check which models its plan and region include, and that the key belongs to this host"
        )
    if status in (502, 503, 504) and is_page:
        proxy = proxy_for(endpoint.base_url)
        through = f"the proxy {proxy}" if proxy else "a gateway in front of it"
        return (
            f"{host} was not reached: {through} answered HTTP {status} with a web page; "
            "try again later, or check the base URL and HTTPS_PROXY"
        )
    if is_page:
        return _web_page(url)
    if _FILTER.search(text):
        return (
            f"the content filter of {host} rejects a plain greeting {quoted}; "
            "ask the owner of the endpoint to turn it off, as it would hide everything else"
        )
    if (status == 404 and model.id in text) or (status in (400, 404) and _NO_MODEL.search(text)):
        return f"{host} has no model {model.id!r} {quoted}; check the model id"
    if status == 404:
        return f"there is no Messages API at {url} {quoted}; check the path of the base URL"
    if status == 405:
        return f"{url} does not accept POST {quoted}; check the path of the base URL"
    if status == 429:
        return (
            f"{host} answered HTTP 429 to the first request {quoted}; wait, or raise the rate limit"
        )
    if status in BUSY:
        return f"{host} is too busy: it answered HTTP {status} {quoted}; try again later"
    if status >= 500:
        return (
            f"{host} answers a plain request with HTTP {status}, also when asked again {quoted}; "
            "check the server's log, and the key: some gateways fail where they cannot check it"
        )
    return (
        f"{host} refuses a plain request with HTTP {status} {quoted}; "
        "check the key, the model id and the base URL"
    )


def is_in_arrears(exchange: Exchange) -> bool:
    """Whether an answer says that the account has no credit left."""
    return bool(_ARREARS.search(exchange.body.decode(errors="replace")))


def _is_page(exchange: Exchange) -> bool:
    kind = (exchange.header("content-type") or "").lower()
    return kind.startswith("text/html") or exchange.body.lstrip()[:1] == b"<"


def _said(exchange: Exchange) -> str:
    return f"(it said: {_quoted(exchange)})"


def _quoted(exchange: Exchange) -> str:
    """The message of an error of any shape."""
    if _is_page(exchange):
        return f"HTTP {exchange.status} with a web page"
    _, document = classify(exchange.body)
    message = _message(document) or exchange.body.decode(errors="replace")
    return _line(message) or f"only HTTP {exchange.status}"


def _message(document: Any) -> str:
    """The message of an error body, wherever it is; empty if it has none."""
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
    # What is cut off is not looked at, as it may be megabytes.
    line = one_line(text[: 8 * _QUOTED])
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"
