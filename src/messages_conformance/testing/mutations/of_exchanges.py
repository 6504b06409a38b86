"""Mutations: answers of the wrong kind, or with wrong headers."""

from dataclasses import replace

from messages_conformance.protocol.build import json_exchange
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.testing.mutations.edits import lacking
from messages_conformance.testing.mutations.mutation import of_exchange

_ERROR = {"type": "error", "error": {"type": "api_error", "message": "It went wrong."}}


def _unstreamed(request: Request) -> Request:
    return replace(request, body=lacking(request.body, "stream"))


def _labelled(exchange: Exchange, kind: str) -> Exchange:
    others = (header for header in exchange.headers if header[0] != "content-type")
    return replace(exchange, headers=(("content-type", kind), *others))


@of_exchange("ST-HTTP-1")
def stream_labelled_as_text(exchange: Exchange) -> Exchange:
    """The stream's content type is plain text."""
    return _labelled(exchange, "text/plain")


@of_exchange("RS-HTTP-1")
def message_labelled_as_text(exchange: Exchange) -> Exchange:
    """The message's content type is plain text: the JavaScript client returns a string."""
    request = _unstreamed(exchange.request)
    return _labelled(json_exchange(request, exchange.message), "text/plain")


@of_exchange("HD-11")
def message_instead_of_stream(exchange: Exchange) -> Exchange:
    """A stream was requested and the whole message came: the Python client then sees nothing."""
    return json_exchange(exchange.request, exchange.message)


@of_exchange("ER-5")
def error_with_status_200(exchange: Exchange) -> Exchange:
    """The request failed, and the error came with status 200: clients read it as a message."""
    return json_exchange(_unstreamed(exchange.request), _ERROR)


@of_exchange("ST-REQ-1")
def error_instead_of_stream(exchange: Exchange) -> Exchange:
    """A stream was requested, and an error came with status 200: the Python client sees nothing."""
    return json_exchange(exchange.request, _ERROR)


@of_exchange("ER-1")
def flat_error(exchange: Exchange) -> Exchange:
    """The request was refused with an error that has no envelope."""
    flat = {"code": "InvalidParameter", "message": "It went wrong.", "request_id": "1"}
    return replace(json_exchange(exchange.request, flat), status=400)


@of_exchange("ER-2")
def error_of_another_status(exchange: Exchange) -> Exchange:
    """The request was refused with status 429 and the type of a server error."""
    return replace(json_exchange(exchange.request, _ERROR), status=429)


@of_exchange("HD-7")
def no_request_id(exchange: Exchange) -> Exchange:
    """The answer has no request-id header, which one needs to report a problem."""
    others = tuple(header for header in exchange.headers if header[0] != "request-id")
    return replace(exchange, headers=others)
