"""The official Python SDK's calls, fed with recorded answers: same bytes, same chunks, same ending.

Each answer is read by the calls that an application may have made: `messages.create()` for a
plain request; for a streaming one, iterating its events and `messages.stream()`, which joins
them to a message. Each call is made with the synchronous and the asynchronous client. Nothing is
sent over a network.

What is remembered and what ships of it depends on all that this module imports, so it imports
little.
"""

import asyncio
import contextlib
import warnings
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2

from messages_conformance.cassettes.response import response
from messages_conformance.clients import compare
from messages_conformance.clients.readable import asks_for_stream
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult, combine
from messages_conformance.protocol.exchange import Exchange

if TYPE_CHECKING:
    import anthropic

# The answer is fixed, so the request does not matter.
_REQUEST: dict[str, Any] = {
    "model": "any",
    "max_tokens": 1,
    "messages": [{"role": "user", "content": "Hello."}],
}
_CREATE, _ITERATE, _STREAM = "messages.create()", "iterating the stream", "messages.stream()"
_LONGEST = 80
"""How much of an exception's message is quoted, in characters."""


class _Served(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers every request with the exchange it was last given."""

    exchange: Exchange

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002
        return response(self.exchange)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:  # noqa: ARG002
        return response(self.exchange)


class Sdk:
    """Both clients over one transport; to make them takes longer than to read an answer."""

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
    def opened(cls) -> Iterator["Sdk"]:
        """Open the clients, and close them after use; their import takes most of a second."""
        import anthropic

        served = _Served()
        plain = {"api_key": "any", "base_url": "http://recorded", "max_retries": 0}
        with (
            warnings.catch_warnings(),
            asyncio.Runner() as runner,
            httpx2.Client(transport=served) as http,
            anthropic.Anthropic(http_client=http, **plain) as client,  # type: ignore[arg-type]
        ):
            # The SDK's serializer warns about undocumented values.
            warnings.simplefilter("ignore")
            asynchronous = anthropic.AsyncAnthropic(
                http_client=httpx2.AsyncClient(transport=served),
                **plain,  # type: ignore[arg-type]
            )
            try:
                yield cls(served, client, asynchronous, runner)
            finally:
                runner.run(asynchronous.close())

    def read(self, exchange: Exchange) -> ClientResult:
        """What the SDK makes of an answer, by all its calls."""
        self._served.exchange = exchange
        if not asks_for_stream(exchange):
            check = partial(compare.check_message, exchange, call=_CREATE)
            return combine(self._read_by(exchange, _CREATE, self._create, check))
        final = partial(compare.check_message, exchange, call=_STREAM)
        return combine(
            [
                *self._read_by(
                    exchange, _ITERATE, self._iterate, partial(compare.check_events, exchange)
                ),
                *self._read_by(exchange, _STREAM, self._stream, final),
            ]
        )

    def _read_by(
        self,
        exchange: Exchange,
        name: str,
        calls: tuple[Callable[[], Any], Callable[[], Coroutine[Any, Any, Any]]],
        check: Callable[[Any], ClientResult],
    ) -> Iterator[ClientResult]:
        """Make a call with both clients; the second counts only if its result differs."""
        blocking, awaiting = calls
        first = _try(blocking, exchange, name, check)
        # The runner's own `run` handles Ctrl-C anew each time, which takes as long as the call.
        loop = self._runner.get_loop()
        second = _try(lambda: loop.run_until_complete(awaiting()), exchange, name, check)
        yield first
        if second != first:
            yield ClientResult(
                second.outcome, f"with AsyncAnthropic, {second.message or 'it is fine'}"
            )


def _try(
    call: Callable[[], Any], exchange: Exchange, name: str, check: Callable[[Any], ClientResult]
) -> ClientResult:
    try:
        given = call()
    except Exception as problem:  # noqa: BLE001 - an application would get any of them
        return _check_exception(exchange, problem, name)
    return check(given)


def _check_exception(exchange: Exchange, problem: Exception, call: str) -> ClientResult:
    """Check an exception: expected is the SDK's own error of the status, or of the stream."""
    import anthropic

    name = type(problem).__name__
    expected = exchange.status is not None and exchange.status >= 300
    if not isinstance(problem, anthropic.APIStatusError) or not (
        expected or compare.has_error(exchange)
    ):
        return ClientResult(ClientOutcome.RAISES, f"{call} raises {_describe(problem)}")
    if not isinstance(problem.type, str) or not isinstance(problem.api_message, str):
        both = (("type", problem.type), ("message", problem.api_message))
        lost = " and ".join(what for what, value in both if not isinstance(value, str))
        return ClientResult(ClientOutcome.LOSES, f"the error's {lost} are lost: {name} has none")
    return FINE


def _describe(problem: Exception) -> str:
    """The name of an exception, with the beginning of its message if it has one."""
    module = type(problem).__module__.partition(".")[0]
    name = type(problem).__name__
    if isinstance(problem, httpx2.TransportError):
        return f"{module}.{name}, which is not an error of the SDK"
    words = " ".join(str(problem).split())
    if not words:
        return name
    return f"{name}: {words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}"


def _create(client: "anthropic.Anthropic") -> Any:
    return client.messages.create(**_REQUEST)


async def _create_async(client: "anthropic.AsyncAnthropic") -> Any:
    return await client.messages.create(**_REQUEST)


def _iterate(client: "anthropic.Anthropic") -> list[Any]:
    with client.messages.create(stream=True, **_REQUEST) as stream:
        return [getattr(event, "type", None) for event in stream]


async def _iterate_async(client: "anthropic.AsyncAnthropic") -> list[Any]:
    async with await client.messages.create(stream=True, **_REQUEST) as stream:
        return [getattr(event, "type", None) async for event in stream]


def _stream(client: "anthropic.Anthropic") -> Any:
    with client.messages.stream(**_REQUEST) as stream:
        return stream.get_final_message()


async def _stream_async(client: "anthropic.AsyncAnthropic") -> Any:
    async with client.messages.stream(**_REQUEST) as stream:
        return await stream.get_final_message()
