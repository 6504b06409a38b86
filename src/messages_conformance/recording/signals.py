"""Being told to stop: SIGTERM, which a system sends before it kills, is taken for Ctrl-C."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Within it, SIGTERM raises KeyboardInterrupt; outside of the main thread it does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of an event loop; SIGTERM cancels it in good order, as Ctrl-C does.

    Raises:
        KeyboardInterrupt: it was stopped so.
    """
    loop, task, stopped = asyncio.get_running_loop(), asyncio.ensure_future(work), False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    before = signal.getsignal(signal.SIGTERM)
    # Some systems' loops take no signals, and no thread but the main one does.
    heeding = True
    try:
        loop.add_signal_handler(signal.SIGTERM, stop)
    except (NotImplementedError, RuntimeError, ValueError):
        heeding = False
    try:
        return await task
    except asyncio.CancelledError:
        if stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        if heeding:
            loop.remove_signal_handler(signal.SIGTERM)
            signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
