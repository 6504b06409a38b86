"""The official Python SDK, fed with recorded answers: same bytes, same chunks, same ending.

Each answer goes through the ways an application may have asked for it: `messages.create()`
for a plain request; for a streaming one, the iteration of its events and `messages.stream()`,
which gathers them into a message. Every way is gone with the synchronous and the asynchronous
client. Nothing is sent over any network.
"""

import asyncio
import contextlib
import hashlib
import re
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2

from messages_conformance.cassettes.replay import response
from messages_conformance.clients import compare
from messages_conformance.clients.result import FINE, Reading, Result, together
from messages_conformance.protocol.exchange import Exchange

if TYPE_CHECKING:
    import anthropic

# The answer is fixed, so what is asked does not matter.
_ASKED: dict[str, Any] = {
    "model": "any",
    "max_tokens": 1,
    "messages": [{"role": "user", "content": "Hello."}],
}
_CREATE, _ITERATE, _STREAM = "messages.create()", "iterating the stream", "messages.stream()"
_LONGEST = 80
"""How much of an exception's own words is told, in characters."""


def python_sdk(exchanges: Iterable[Exchange]) -> tuple[Reading | None, ...]:
    """Tell how the SDK takes each of some answers; None for one that no such way leads to.

    That is what did not ask for a message, got no response, or was stopped by the recorder.
    """
    with _Sdk.opened() as sdk:
        return tuple(
            _read(sdk, exchange) if _concerns(exchange) else None for exchange in exchanges
        )


_known: dict[bytes, Reading] = {}
"""How answers were taken before, by what of them a reading depends on."""
_MOST_KNOWN = 20_000
_TELL_NOTHING = re.compile(r"(?i)(x-)?request-id$|date$|anthropic-ratelimit-")
"""Headers that differ from answer to answer and that no reading depends on."""


def _read(sdk: "_Sdk", exchange: Exchange) -> Reading:
    """Equal answers are taken equally, so each is read once."""
    asked = exchange.request.body
    told = (
        exchange.status,
        exchange.ended,
        [header for header in exchange.headers if not _TELL_NOTHING.match(header[0])],
        [chunk.size for chunk in exchange.chunks],
        isinstance(asked, dict) and asked.get("stream") is True,
    )
    key = hashlib.sha256(repr(told).encode() + exchange.body).digest()
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = sdk.read(exchange)
    return _known[key]


def version() -> str:
    """Which SDK is installed, as ``anthropic 2.12.0``."""
    import anthropic

    return f"anthropic {anthropic.__version__}"


def _concerns(exchange: Exchange) -> bool:
    asked = exchange.request
    return (
        (asked.method, asked.path.partition("?")[0]) == ("POST", "/v1/messages")
        and exchange.status is not None
        and exchange.ended != "too large"
    )


class _Served(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers every request with the exchange it was last given."""

    exchange: Exchange

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002
        return response(self.exchange)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002
        return response(self.exchange)


class _Sdk:
    """Both clients over one transport; making them costs more than most readings."""

    def __init__(
        self,
        served: _Served,
        client: "anthropic.Anthropic",
        asynchronous: "anthropic.AsyncAnthropic",
        runner: asyncio.Runner,
    ) -> None:
        self._served = served
        self._runner = runner
        self._create = (partial(_create, client), partial(_create_async, asynchronous))
        self._iterate = (partial(_iterate, client), partial(_iterate_async, asynchronous))
        self._stream = (partial(_stream, client), partial(_stream_async, asynchronous))

    @classmethod
    @contextlib.contextmanager
    def opened(cls) -> Iterator["_Sdk"]:
        """Open the clients, and close them after use; importing them takes most of a second."""
        import anthropic

        served = _Served()
        plain = {"api_key": "any", "base_url": "http://recorded", "max_retries": 0}
        with (
            warnings.catch_warnings(),
            asyncio.Runner() as runner,
            httpx2.Client(transport=served) as http,
            anthropic.Anthropic(http_client=http, **plain) as client,  # type: ignore[arg-type]
        ):
            # The SDK's serializer warns of values that are not as documented.
            warnings.simplefilter("ignore")
            asynchronous = anthropic.AsyncAnthropic(
                http_client=httpx2.AsyncClient(transport=served),
                **plain,  # type: ignore[arg-type]
            )
            try:
                yield cls(served, client, asynchronous, runner)
            finally:
                runner.run(asynchronous.close())

    def read(self, exchange: Exchange) -> Reading:
        """How the SDK takes an answer, by all ways together."""
        self._served.exchange = exchange
        asked = exchange.request.body
        if not isinstance(asked, dict) or asked.get("stream") is not True:
            judge = partial(compare.message, exchange, way=_CREATE)
            return together(self._way(exchange, _CREATE, self._create, judge))
        gathered = partial(compare.message, exchange, way=_STREAM)
        return together(
            [
                *self._way(exchange, _ITERATE, self._iterate, partial(compare.events, exchange)),
                *self._way(exchange, _STREAM, self._stream, gathered),
            ]
        )

    def _way(
        self,
        exchange: Exchange,
        way: str,
        calls: tuple[Callable[[], Any], Callable[[], Awaitable[Any]]],
        judge: Callable[[Any], Reading],
    ) -> Iterator[Reading]:
        """Go one way with both clients; the second is heard only if it says something else."""
        blocking, awaiting = calls
        first = _tried(blocking, exchange, way, judge)
        second = _tried(lambda: self._runner.run(_awaited(awaiting)), exchange, way, judge)
        yield first
        if second != first:
            yield Reading(second.result, f"with AsyncAnthropic, {second.says or 'it is fine'}")


def _tried(
    call: Callable[[], Any], exchange: Exchange, way: str, judge: Callable[[Any], Reading]
) -> Reading:
    try:
        given = call()
    except Exception as problem:  # noqa: BLE001 - whatever an application would meet
        return _raised(exchange, problem, way)
    return judge(given)


def _raised(exchange: Exchange, problem: Exception, way: str) -> Reading:
    """Judge an exception: the SDK's own error of the status, or of the stream, is due."""
    import anthropic

    name = type(problem).__name__
    due = exchange.status is not None and exchange.status >= 300
    if not isinstance(problem, anthropic.APIStatusError) or not (
        due or compare.tells_error(exchange)
    ):
        return Reading(Result.RAISES, f"{way} raises {_told(problem)}")
    if not isinstance(problem.type, str) or not isinstance(problem.api_message, str):
        both = (("type", problem.type), ("message", problem.api_message))
        lost = " and ".join(what for what, value in both if not isinstance(value, str))
        return Reading(Result.LOSES, f"the error's {lost} are lost: {name} has none")
    return FINE


def _told(problem: Exception) -> str:
    """Name an exception, with the beginning of its own words where it has some."""
    module = type(problem).__module__.partition(".")[0]
    name = type(problem).__name__
    if isinstance(problem, httpx2.TransportError):
        return f"{module}.{name}, which is no error of the SDK's own"
    words = " ".join(str(problem).split())
    if not words:
        return name
    return f"{name}: {words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}"


async def _awaited(call: Callable[[], Awaitable[Any]]) -> Any:
    return await call()


def _create(client: "anthropic.Anthropic") -> Any:
    return client.messages.create(**_ASKED)


async def _create_async(client: "anthropic.AsyncAnthropic") -> Any:
    return await client.messages.create(**_ASKED)


def _iterate(client: "anthropic.Anthropic") -> list[Any]:
    with client.messages.create(stream=True, **_ASKED) as stream:
        return [getattr(event, "type", None) for event in stream]


async def _iterate_async(client: "anthropic.AsyncAnthropic") -> list[Any]:
    async with await client.messages.create(stream=True, **_ASKED) as stream:
        return [getattr(event, "type", None) async for event in stream]


def _stream(client: "anthropic.Anthropic") -> Any:
    with client.messages.stream(**_ASKED) as stream:
        return stream.get_final_message()


async def _stream_async(client: "anthropic.AsyncAnthropic") -> Any:
    async with client.messages.stream(**_ASKED) as stream:
        return await stream.get_final_message()
