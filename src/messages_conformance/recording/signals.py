"""Stopping in good order, by Ctrl-C or by SIGTERM, which a system sends before it kills."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt; outside of the main thread this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Await some work, and let Ctrl-C or SIGTERM cancel it.

    Only the first signal counts. A second one must not interrupt the cancelling: tasks would be
    left half-way, and the loop could wait for them forever.

    Raises:
        KeyboardInterrupt: a signal cancelled it.
    """
    task, stopped = asyncio.ensure_future(work), False

    def stop() -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            task.cancel()

    with _handling(stop):
        try:
            return await task
        except asyncio.CancelledError:
            if stopped:
                raise KeyboardInterrupt from None
            raise


@contextlib.contextmanager
def _handling(stop: Callable[[], None]) -> Iterator[None]:
    """Let the running loop call ``stop`` at each signal; where it cannot, change nothing."""
    loop, before = asyncio.get_running_loop(), dict[signal.Signals, Any]()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            # A shell lets what it runs in the background ignore Ctrl-C, and so it stays.
            if handler is signal.SIG_IGN:
                continue
            # Only the main thread handles signals, and on some systems no event loop does.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, stop)
                before[number] = handler
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
