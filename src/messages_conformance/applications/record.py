"""Records what a program sends: a loopback server that passes everything on, and keeps it.

Streams are passed on piece by piece as they come. Credentials are replaced in what is kept, not in
what is passed on. What is kept are JSON lines, as `lint`, `app scan` and `app replay` read them.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import IO, Final

import httpx2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from messages_conformance.applications.kept_traffic import Kept, Passed
from messages_conformance.claims.base_url import check_url
from messages_conformance.display import plural
from messages_conformance.errors import RunError, SetupError
from messages_conformance.files import open_to_append
from messages_conformance.recording.address import check_proxies, is_local
from messages_conformance.reference.server import running

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
_KEPT: Final = 4 * 1024 * 1024
"""Bytes of an answer that are kept; all of it is passed on."""
_SILENCE: Final = 600
"""Seconds between two pieces of an answer; the SDKs wait as long."""


def recorder(
    upstream: str, kept: Kept, transport: httpx2.AsyncBaseTransport | None = None
) -> Starlette:
    """A server that passes on to an endpoint; ``transport`` replaces the network."""
    base = upstream.rstrip("/")

    async def handle(request: Request) -> Response:
        await run_in_threadpool(kept.wait_for_room)
        sent = await request.body()
        path = _path(request)
        # A client of its own: a request that is dropped must not hold up another.
        client = _client(base, transport)
        try:
            outgoing = client.build_request(
                request.method,
                base + path,
                headers=[*_passed_on(request.headers.raw), (b"accept-encoding", b"identity")],
                content=sent or None,
            )
            answer = await client.send(outgoing, stream=True)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as problem:
            await client.aclose()
            kept.add(_passed(request, path, sent))
            return _unreachable(base, problem)
        pieces = _pieces(client, answer, _passed(request, path, sent), kept)
        response = StreamingResponse(pieces, answer.status_code)
        # Set as they came: a mapping would join the headers that are repeated.
        response.raw_headers = list(_passed_on(answer.headers.raw))
        return response

    return Starlette(routes=[Route("/{path:path}", handle, methods=_METHODS)])


def _client(base: str, transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """A client for one request; no proxy leads to this machine itself."""
    try:
        return httpx2.AsyncClient(
            timeout=httpx2.Timeout(_SILENCE, connect=30),
            follow_redirects=False,
            trust_env=not is_local(base),
            transport=transport,
        )
    except (ImportError, OSError, ValueError) as problem:
        # What the library says may quote a proxy's password.
        raise SetupError(
            "the proxy or the certificates that the environment names cannot be used; correct or "
            "unset HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE"
        ) from problem


def _path(request: Request) -> str:
    """The path and query as they were sent, with their escapes."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope.get("query_string", b"")
    return (raw.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def _passed_on(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        if name.decode("latin-1").lower() not in _NOT_PASSED_ON:
            yield name.lower(), value


def _texts(headers: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in headers)


def _passed(request: Request, path: str, sent: bytes) -> Passed:
    """A request, as yet without an answer."""
    headers = _texts(request.headers.raw)
    return Passed(request.method, path, headers, sent, None, is_complete=False)


async def _pieces(
    client: httpx2.AsyncClient, answer: httpx2.Response, passed: Passed, kept: Kept
) -> AsyncIterator[bytes]:
    """The pieces of an answer as they come; it is kept at its end, or when it is cut off."""
    body = bytearray()
    size, is_complete = 0, False
    try:
        async for piece in answer.aiter_raw():
            body += piece[: max(0, _KEPT - size)]
            size += len(piece)
            yield piece
        is_complete = size <= _KEPT
    finally:
        kept.add(
            replace(
                passed,
                status=answer.status_code,
                headers=_texts(answer.headers.raw),
                body=bytes(body),
                is_complete=is_complete,
            )
        )
        await answer.aclose()
        await client.aclose()


def _unreachable(base: str, problem: Exception) -> Response:
    message = f"the recorder cannot reach {base}: {type(problem).__name__}"
    error = {"type": "error", "error": {"type": "api_error", "message": message}}
    return JSONResponse(error, 502)


def record(command: Sequence[str], upstream: str, output: Path) -> tuple[int, int]:
    """Run a program against the recorder; returns its exit code and how many requests were kept.

    Raises:
        RunError: the program cannot be started, or what it sent cannot be kept.
        SetupError: the address to pass on to, or a proxy, cannot be used.
        OSError: the file cannot be written to.
    """
    check_url(upstream)
    check_proxies()
    _client(upstream)
    output.parent.mkdir(parents=True, exist_ok=True)
    with open_to_append(output) as file:
        code, kept = _record(command, upstream, file)
    if kept.problem is not None:
        raise RunError(
            f"{output}: {kept.problem.strerror} after {plural(kept.count, 'exchange')}, so what "
            "the program sent then is not kept; make room, and record again"
        )
    if not kept.count and not output.stat().st_size:
        output.unlink()
    return code, kept.count


def _record(command: Sequence[str], upstream: str, file: IO[str]) -> tuple[int, Kept]:
    with Kept(file, os.environ.items()) as kept, running(recorder(upstream, kept)) as base_url:
        exempt = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost")))
        environment = {**os.environ, BASE_URL: base_url, "NO_PROXY": exempt, "no_proxy": exempt}
        return _run(command, environment), kept


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end; returns its exit code, as a shell does."""
    try:
        program = subprocess.Popen(command, env=environment)  # noqa: S603
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise RunError(
            f"{command[0]}: cannot be started ({why}); name the program and its arguments after "
            "'--'"
        ) from problem
    with _signals_for(program):
        code = program.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _signals_for(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave it to the program what Ctrl-C and SIGTERM do; what it sends then is kept as well."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def pass_on(number: int, _: FrameType | None) -> None:
        # A terminal sends Ctrl-C to the program as well.
        if number != signal.SIGINT or not sys.stdin.isatty():
            program.send_signal(number)

    before = {
        number: signal.signal(number, pass_on)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
