"""The behaviours that a probe can return, and what an exchange brought in a few words."""

from messages_conformance.probing.foreign_errors import describe_foreign
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind, Samples

TOO_BUSY = 429
"""The status of a refusal that says nothing of the request."""


def works(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """The documented effect was there."""
    return Behaviour(Kind.WORKS, summary, exchanges, samples)


def partial(
    summary: str,
    *exchanges: Exchange,
    samples: Samples | None = None,
    lacking: tuple[str, ...] = (),
) -> Behaviour:
    """Part of the effect was there; the summary names what is missing.

    ``lacking`` are the tags of what is missing, as claims files name it, where a page may do so.
    """
    return Behaviour(Kind.PARTIAL, summary, exchanges, samples, lacking)


def ignored(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """The request was accepted, and it made no difference."""
    return Behaviour(Kind.IGNORED, summary, exchanges, samples)


def refused(exchange: Exchange, *others: Exchange) -> Behaviour:
    """The request was refused with a clean 4xx in the documented envelope."""
    return Behaviour(Kind.REFUSED, f"refused with {describe(exchange)}", (exchange, *others))


def broken(summary: str, *exchanges: Exchange) -> Behaviour:
    """The answer was a 5xx, malformed, in a wrong envelope or of a wrong effect."""
    return Behaviour(Kind.BROKEN, summary, exchanges)


def unclear(summary: str, *exchanges: Exchange, samples: Samples | None = None) -> Behaviour:
    """The model did not do as instructed, so nothing can be said about the endpoint."""
    return Behaviour(Kind.UNCLEAR, summary, exchanges, samples)


def unmeasured(summary: str, *exchanges: Exchange) -> Behaviour:
    """Nothing was recorded or opted in, no client can provoke it, or what it needs is not there."""
    return Behaviour(Kind.UNMEASURED, summary, exchanges)


def describe(exchange: Exchange) -> str:
    """Say in a few words what came back: ``HTTP 200, said 'Hello.'``."""
    if exchange.status is None:
        return f"no response: {exchange.ended}"
    status = f"HTTP {exchange.status}"
    if exchange.ended != "complete":
        return f"{status}, {exchange.ended}"
    if exchange.error:
        return f"{status} {exchange.error.type}: {shortened(exchange.error.message)}"
    if exchange.answered:
        calls = ", ".join(str(use.get("name")) for use in exchange.tool_uses)
        return (
            f"{status}, called {calls}" if calls else f"{status}, said {shortened(exchange.text)!r}"
        )
    if not 200 <= exchange.status < 300:
        return f"{status}{_foreign_error(exchange.status, exchange.body)}"
    if lacking := _stream_lacks(exchange):
        return f"{status}, {lacking}"
    body = shortened(exchange.body.decode(errors="replace"))
    return f"{status} without {_awaited(exchange)}: {body}"


def _foreign_error(status: int, body: bytes) -> str:
    said, form = describe_foreign(status, body)
    if not said:
        return f" without a message: {form}, not the documented error envelope"
    return f": {shortened(said, 130)} ({form}, not the documented error envelope)"


def _awaited(exchange: Exchange) -> str:
    """What a successful answer is to hold, by the path that was asked."""
    path = exchange.request.path.partition("?")[0]
    if path.endswith("/count_tokens"):
        return "a count of tokens"
    if path.endswith("/models"):
        return "a list of models as documented"
    return "a model as documented" if "/models/" in path else "a message"


def _stream_lacks(exchange: Exchange) -> str:
    """Why the events of a stream make no message; empty for any other body."""
    told = (str((event.json or {}).get("type") or event.name) for event in exchange.events)
    kinds = [kind for kind in told if kind != "ping"]
    if not kinds:
        return ""
    if kinds[0] not in ("message_start", "error"):
        return f"a stream that begins with {shortened(kinds[0], 40)} instead of message_start"
    if "message_stop" not in kinds:
        return f"a stream that ends with {shortened(kinds[-1], 40)} instead of message_stop"
    return ""


def shortened(text: str, length: int = 100) -> str:
    """A text as one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
