"""Asking the reference endpoint in this process, without sockets."""

from urllib.parse import parse_qsl

from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Chunk,
    Exchange,
    Place,
    Request,
)
from messages_conformance.reference.endpoint import MAX_BODY, Arrival, Endpoint
from messages_conformance.reference.pipeline import Keys

_KEYS = {KEY: "the-key", RESTRICTED_KEY: "the-restricted-key", WRONG_KEY: "no-such-key"}
KEYS = Keys(_KEYS[KEY], _KEYS[RESTRICTED_KEY])
"""What the endpoint must take for its keys."""
_BETWEEN_CHUNKS = 0.01
"""Seconds that pieces of an answer are apart, as far as their recording says."""
_CAME_WITH = (("date", "Mon, 23 Nov 2026 12:00:00 GMT"),)
"""What every answer over HTTP carries beside the endpoint's own headers."""


async def ask(endpoint: Endpoint, request: Request, place: Place | None = None) -> Exchange:
    """Ask an endpoint that knows `KEYS`; the exchange is what a recording of it would hold."""
    path, _, query = request.path.partition("?")
    body = b"" if request.body is None else request.content
    answer = await endpoint.answer(
        Arrival(
            request.method,
            path,
            {name: _filled(value) for name, value in request.headers},
            body if len(body) <= MAX_BODY else None,
            dict(parse_qsl(query)),
        )
    )
    return Exchange(
        request,
        answer.status,
        (*answer.headers, *_CAME_WITH),
        answer.body,
        tuple(
            Chunk(len(piece), _BETWEEN_CHUNKS * number)
            for number, piece in enumerate(answer.chunks, start=1)
        ),
        "cut" if answer.cut else "complete",
        place,
    )


def _filled(value: str) -> str:
    for placeholder, key in _KEYS.items():
        value = value.replace(placeholder, key)
    return value
