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
from messages_conformance.reference.endpoint import MAX_BODY, IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys

_KEYS = {KEY: "the-key", RESTRICTED_KEY: "the-restricted-key", WRONG_KEY: "no-such-key"}
KEYS = Keys(_KEYS[KEY], _KEYS[RESTRICTED_KEY])
"""The keys that the asked endpoint must know."""
_BETWEEN_CHUNKS = 0.01
"""Seconds between the pieces of a response, as its recording states them."""
_SERVER_HEADERS = (("date", "Mon, 23 Nov 2026 12:00:00 GMT"),)
"""Headers that an HTTP server adds to the endpoint's own."""


async def ask(
    endpoint: ReferenceEndpoint, request: Request, place: Place | None = None
) -> Exchange:
    """Ask an endpoint that knows `KEYS`; the exchange is what a recording of it would hold."""
    path, _, query = request.path.partition("?")
    body = b"" if request.body is None else request.content
    response = await endpoint.respond(
        IncomingRequest(
            request.method,
            path,
            {name: _with_keys(value) for name, value in request.headers},
            body if len(body) <= MAX_BODY else None,
            dict(parse_qsl(query)),
        )
    )
    return Exchange(
        request,
        response.status,
        (*response.headers, *_SERVER_HEADERS),
        response.body,
        tuple(
            Chunk(len(piece), _BETWEEN_CHUNKS * number)
            for number, piece in enumerate(response.chunks, start=1)
        ),
        "cut" if response.cut else "complete",
        place,
    )


def _with_keys(value: str) -> str:
    for placeholder, key in _KEYS.items():
        value = value.replace(placeholder, key)
    return value
