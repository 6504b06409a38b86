"""Serve the reference endpoint on a socket, in the foreground or in a thread of a test."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


def serve(endpoint: ASGIApp, host: str = LOOPBACK, port: int = 8000) -> None:
    """Serve an endpoint until it is interrupted; only critical errors are logged."""
    uvicorn.Server(_config(endpoint, host, port)).run()


@contextlib.contextmanager
def running(endpoint: ASGIApp) -> Iterator[str]:
    """Serve an endpoint on a free loopback port in a thread; yields its base URL.

    Raises:
        OSError: this machine lacks what it needs, as file descriptors.
        RuntimeError: it did not start.
    """
    with socket.create_server((LOOPBACK, 0)) as listening:
        port = listening.getsockname()[1]
        server = _Announced(_config(endpoint, LOOPBACK, port))
        thread = threading.Thread(target=server.listen, args=(listening,), daemon=True)
        thread.start()
        try:
            if not server.ready.wait(timeout=30) or not server.started:
                raise server.problem or RuntimeError(f"no server has started on port {port}")
            yield f"http://{LOOPBACK}:{port}"
        finally:
            server.should_exit = True
            thread.join()


class _Announced(uvicorn.Server):
    """A server that says when it listens, or that it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.problem: OSError | None = None
        """Why it never will."""

    def listen(self, listening: socket.socket) -> None:
        """Serve until it is told to stop."""
        try:
            self.run([listening])
        except OSError as problem:
            self.problem = problem
        finally:
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


def _config(endpoint: ASGIApp, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        endpoint,
        host=host,
        port=port,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
