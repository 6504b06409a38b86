"""An endpoint in a process of its own, for benchmarks."""

import contextlib
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

# Started afresh, so that a process has its own peak of memory and not its parent's.
PROCESSES = multiprocessing.get_context("spawn")


@contextlib.contextmanager
def serving(serve: Callable[..., None], *arguments: Any) -> Iterator[str]:
    """Have ``serve(port, *arguments)`` run in a process of its own; yields its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = PROCESSES.Process(target=serve, args=(port, *arguments), daemon=True)
    server.start()
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.join()
