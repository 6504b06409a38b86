"""Records what a program sends: a loopback server that passes everything on, and keeps it.

Streams are passed on piece by piece as they come. Credentials are replaced in what is kept, not in
what is passed on. What is kept are JSON lines, as `lint`, `app scan` and `app replay` read them.
"""

import json
import os
import subprocess
import threading
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.claims.base_url import check_url
from messages_conformance.errors import RunError
from messages_conformance.protocol.exchange import KEY
from messages_conformance.reference.server import running
from messages_conformance.traffic.encoding import decode_body

BASE_URL: Final = "ANTHROPIC_BASE_URL"
DEFAULT_UPSTREAM: Final = "https://api.anthropic.com"
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_NOT_PASSED_ON: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "transfer-encoding", "upgrade", "host", "content-length"),
        "accept-encoding",
    }
)
"""Headers that belong to one connection; an encoding would hide a key from what is kept."""
_CREDENTIALS: Final = frozenset({"x-api-key", "authorization", "cookie", "set-cookie"})
_KEPT: Final = 64 * 1024 * 1024
"""Bytes of an answer that are kept; all of it is passed on."""


@dataclass(slots=True)
class Kept:
    """Writes exchanges to a file, a line each, without credentials."""

    file: IO[str]
    count: int = 0
    _keys: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        request: Request,
        sent: bytes,
        status: int | None,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        complete: bool,
    ) -> None:
        """Keep one exchange."""
        with self._lock:
            self._learn(request.headers)
            secrets = Secrets(self._keys)
            encoding = dict(headers).get("content-encoding")
            decoded = decode_body(body, encoding) or b""
            kept, _ = secrets.body(decoded, ())
            asked, _ = secrets.body(sent, ())
            query = f"?{request.url.query}" if request.url.query else ""
            line: dict[str, Any] = {
                "method": request.method,
                "path": secrets.text(request.url.path + query),
                "request_headers": dict(secrets.headers(_shown(request.headers.items()))),
                "request": _json(asked),
                "status": status,
                "headers": dict(secrets.headers(_shown(headers))),
                "body": kept.decode("utf-8", "replace"),
                **({} if complete else {"ended": "cut"}),
            }
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.file.flush()
            self.count += 1

    def _learn(self, headers: Mapping[str, str]) -> None:
        """Note the credentials of a request, to find them wherever they are echoed."""
        for name in ("x-api-key", "authorization"):
            value = headers.get(name, "").removeprefix("Bearer ").strip()
            if value:
                self._keys[value] = KEY


def recorder(
    upstream: str, kept: Kept, transport: httpx2.AsyncBaseTransport | None = None
) -> Starlette:
    """A server that passes on to an endpoint; ``transport`` replaces the network."""
    base = upstream.rstrip("/")

    async def handle(request: Request) -> Response:
        sent = await request.body()
        query = f"?{request.url.query}" if request.url.query else ""
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _NOT_PASSED_ON
        ]
        # A client of its own: a request that is dropped must not hold up another.
        client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(600, connect=30), follow_redirects=False, transport=transport
        )
        outgoing = client.build_request(
            request.method,
            base + request.url.path + query,
            headers=[*headers, ("accept-encoding", "identity")],
            content=sent or None,
        )
        try:
            answer = await client.send(outgoing, stream=True)
        except httpx2.TransportError as problem:
            await client.aclose()
            kept.add(request, sent, None, (), b"", complete=False)
            return _unreachable(base, problem)
        return StreamingResponse(
            _passed_on(client, answer, request, sent, kept),
            answer.status_code,
            {n: v for n, v in answer.headers.items() if n.lower() not in _NOT_PASSED_ON},
        )

    return Starlette(routes=[Route("/{path:path}", handle, methods=_METHODS)])


async def _passed_on(
    client: httpx2.AsyncClient,
    answer: httpx2.Response,
    request: Request,
    sent: bytes,
    kept: Kept,
) -> AsyncIterator[bytes]:
    """The pieces of an answer as they come; it is kept at its end, or when it is cut off."""
    pieces: list[bytes] = []
    size, complete = 0, False
    try:
        async for piece in answer.aiter_raw():
            if size < _KEPT:
                pieces.append(piece)
            size += len(piece)
            yield piece
        complete = size <= _KEPT
    finally:
        headers = tuple((n.lower(), v) for n, v in answer.headers.items())
        kept.add(request, sent, answer.status_code, headers, b"".join(pieces), complete=complete)
        await answer.aclose()
        await client.aclose()


def _unreachable(base: str, problem: Exception) -> Response:
    message = f"the recorder cannot reach {base}: {type(problem).__name__}"
    error = {"type": "error", "error": {"type": "api_error", "message": message}}
    return JSONResponse(error, 502)


def record(command: Sequence[str], upstream: str, output: Path) -> tuple[int, int]:
    """Run a program against the recorder; returns its exit code and how many requests were kept.

    Raises:
        RunError: the program cannot be started.
        SetupError: the address to pass on to cannot be used.
    """
    check_url(upstream)
    output.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        kept = Kept(file)
        with running(recorder(upstream, kept)) as base_url:
            exempt = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost")))
            environment = {**os.environ, BASE_URL: base_url, "NO_PROXY": exempt, "no_proxy": exempt}
            try:
                code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
            except OSError as problem:
                raise RunError(
                    f"{command[0]}: cannot be started ({problem.strerror}); name the program and "
                    "its arguments after '--'"
                ) from problem
        return code, kept.count


def _shown(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers without credentials, whatever they are."""
    return [
        (name, KEY if name.lower() in _CREDENTIALS else value)
        for name, value in headers
        if name.lower() not in ("cookie", "set-cookie")
    ]


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")
