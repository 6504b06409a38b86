"""A server on this machine that gives recorded answers to real clients, over real HTTP.

The answer number 7 is given to whatever is posted below ``/7/``. Its bytes come in the recorded
chunks, and where the recording broke off, the connection is closed.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, Request

_OURS: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
"""Headers about the connection, which is another one now."""
_LARGEST: Final = 1024 * 1024
"""Bytes of a request that are read; a client asks in a few hundred."""


@contextmanager
def serving(exchanges: Mapping[int, Exchange], asked: list[Request] | None = None) -> Iterator[str]:
    """Serve answers by their numbers; yields the address. What is asked is added to ``asked``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), _LARGEST))
            number, _, path = self.path[1:].partition("/")
            if asked is not None:
                headers = tuple((name.lower(), value) for name, value in self.headers.items())
                asked.append(Request(_json(body), headers, f"/{path}"))
            exchange = exchanges.get(int(number)) if number.isdigit() else None
            if exchange is None:
                self.send_error(404)
                return
            with suppress(OSError):
                _answer(self, exchange)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _answer(handler: BaseHTTPRequestHandler, exchange: Exchange) -> None:
    handler.close_connection = True
    handler.send_response_only(exchange.status or 500)
    for name, value in exchange.headers:
        if name.lower() not in _OURS:
            clean = " ".join(value.encode("latin-1", "replace").decode("latin-1").split())
            handler.send_header(name, clean)
    handler.send_header("connection", "close")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for piece in _pieces(exchange):
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.flush()
    if exchange.ended == "complete":
        handler.wfile.write(b"0\r\n\r\n")


def _pieces(exchange: Exchange) -> Iterator[bytes]:
    rest = exchange.body
    for chunk in exchange.chunks:
        piece, rest = rest[: chunk.size], rest[chunk.size :]
        if piece:
            yield piece
    if rest:
        yield rest
