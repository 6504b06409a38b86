"""One cheap request before anything is recorded: is this an endpoint, is this its key?

What is wrong with the setup must not look like what is wrong with the endpoint, so each
mistake that can be told apart gets a sentence of its own.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx2

from messages_conformance.claims import Model, Revision
from messages_conformance.exchange import Exchange, Request
from messages_conformance.probe import MAX_TOKENS, credential
from messages_conformance.transport import Endpoint, Limits, Sender, SetupError

_ARREARS = re.compile(r"arrear|overdue|insufficient.balance|credit balance|billing_error", re.I)
_OTHER_PLAN = re.compile(r"only available for coding agents", re.I)
_NO_MODEL = re.compile(
    r"model.{0,80}(not exist|not found|unknown)|(no such|unknown|invalid) model|model_not_found",
    re.I | re.S,
)
_LIMITS = Limits(whole=120)
_SAID = 160
"""Characters quoted of an answer."""


@dataclass(frozen=True)
class Preflight:
    """An endpoint that answers, with the header that works."""

    endpoint: Endpoint
    note: str
    """What is worth knowing, in one sentence; empty where all is as expected."""
    exchange: Exchange


async def preflight(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits = _LIMITS,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Preflight:
    """Send a plain request, and another with the key in the other header if that gets a 401.

    Any other answer that could be a Messages API's, be it an error, is left to the probes.

    Raises:
        SetupError: recording would tell nothing about the endpoint.
    """
    headers = (endpoint.auth, *(name for name in revision.target.auth if name != endpoint.auth))
    exchange = await _ask(revision, model, endpoint, limits, transport)
    note = ""
    for other in headers[1:]:
        if exchange.status != 401:
            break
        retried = replace(endpoint, auth=other)
        exchange = await _ask(revision, model, retried, limits, transport)
        if exchange.status != 401:
            note = f"{endpoint.host} refused the key in {endpoint.auth} and took it in {other}"
            endpoint = retried
    if (complaint := _complaint(exchange, endpoint, model, headers)) is not None:
        raise SetupError(complaint)
    return Preflight(endpoint, note, exchange)


async def _ask(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits,
    transport: httpx2.AsyncBaseTransport | None,
) -> Exchange:
    request = Request(
        {
            "model": model.id,
            "max_tokens": MAX_TOKENS,
            "messages": [{"role": "user", "content": "Say hello."}],
            **revision.target.defaults,
        },
        tuple(
            (name, value)
            for name, value in {
                **credential(endpoint.auth),
                "anthropic-version": revision.target.api_version,
            }.items()
            if value is not None
        ),
    )
    async with Sender(endpoint, limits, transport) as sender:
        try:
            return await sender.attempt(request)
        except httpx2.TransportError as problem:
            raise SetupError(_unreachable(problem, endpoint)) from problem


def _unreachable(problem: httpx2.TransportError, endpoint: Endpoint) -> str:
    host = endpoint.host
    causes = tuple(_causes(problem))
    if isinstance(problem, httpx2.ConnectTimeout):
        return f"{host} does not take the connection in time; check the host and any firewall"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"no secure connection to {host}: {_line(str(problem))}; check that it speaks HTTPS "
            "on that port and that its certificate is trusted here"
        )
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


def _complaint(
    exchange: Exchange, endpoint: Endpoint, model: Model, tried: tuple[str, ...]
) -> str | None:
    """What is wrong with the setup, told from one answer; None if it may be tested."""
    host, status, text = endpoint.host, exchange.status, exchange.body.decode(errors="replace")
    url = f"{endpoint.public_url}/v1/messages"
    said = f"(it said: {_said(exchange)})"
    if exchange.ended == "timeout":
        return f"{host} did not answer a plain request in time; try again or allow it longer"
    if status is None:
        return f"{host} closed the connection without an answer; check the base URL and its port"
    if 300 <= status < 400:
        return (
            f"{url} redirects to {exchange.header('location')}, and a request with a key is not "
            "sent on; give the base URL that it leads to"
        )
    if status >= 400 and _OTHER_PLAN.search(text):
        return (
            f"{host} serves only the coding tools its plan names {said}; "
            "use a pay-as-you-go key and its host"
        )
    if status == 402 or (400 <= status < 500 and _ARREARS.search(text)):
        return f"the account at {host} has nothing left to pay with {said}; top it up"
    if status == 401:
        return (
            f"{host} refuses the key, in {' and in '.join(tried)} {said}; it is wrong or "
            "expired, or of another host: keys of one region or plan do not open another's"
        )
    if status == 403:
        return (
            f"{host} knows the key but denies it {model.id} {said}; "
            "check what the key's plan and region include, and that the key is of this host"
        )
    if _is_page(exchange):
        return f"{url} answers with a web page, not an API; check the base URL"
    names_it = status == 404 and model.id in text
    if names_it or (status in (400, 404) and _NO_MODEL.search(text)):
        return f"{host} has no model {model.id!r} {said}; check the model's id there"
    if status == 404:
        return f"there is nothing at {url} {said}; check the path of the base URL"
    if status == 405:
        return f"{url} takes no POST {said}; check the path of the base URL"
    if status == 429:
        return f"{host} says 429 before anything was recorded {said}; wait, or raise the quota"
    return None


def _is_page(exchange: Exchange) -> bool:
    kind = (exchange.header("content-type") or "").lower()
    return kind.startswith("text/html") or exchange.body.lstrip()[:1] == b"<"


def _said(exchange: Exchange) -> str:
    if exchange.error:
        return _line(exchange.error.message)
    return _line(exchange.body.decode(errors="replace")) or f"only HTTP {exchange.status}"


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAID else f"{line[:_SAID]}…"
