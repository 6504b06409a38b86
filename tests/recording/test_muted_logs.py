"""The HTTP libraries log no headers while they serve us, and are otherwise left as they are."""

import asyncio
import logging
import subprocess
import sys

import pytest

from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.muted_logs import LOGGERS, muted_logs
from messages_conformance.recording.transport import Sender
from support import small_project
from support.small_project import Arrived

KEY = "sk-marked-key/0123456789"


def send() -> None:
    def echo(arrived: Arrived) -> bytes:
        return small_project.http(b"{}", x_echo=arrived.headers["x-api-key"])

    async def main() -> None:
        async with (
            small_project.serving(echo) as server,
            Sender(Endpoint(server.url, KEY)) as sender,
        ):
            await sender.send(small_project.request())

    asyncio.run(main())


def test_no_header_is_logged_even_where_a_library_is_set_to_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("", *LOGGERS):
        caplog.set_level(logging.DEBUG, logger=name)
    send()
    assert not [record for record in caplog.records if record.name.startswith("http")]
    assert KEY not in caplog.text


def test_warnings_are_logged_and_everything_is_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger(LOGGERS[0])
    caplog.set_level(logging.DEBUG, logger=logger.name)
    with muted_logs():
        logger.info("an info")
        logger.warning("a warning")
    logger.info("an info after it")
    assert caplog.messages == ["a warning", "an info after it"]


def test_muting_that_overlaps_lasts_until_the_last_ends(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger(LOGGERS[0])
    caplog.set_level(logging.DEBUG, logger=logger.name)
    first, second = muted_logs(), muted_logs()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    logger.info("an info")
    second.__exit__(None, None, None)
    assert caplog.messages == []


def test_every_logger_of_the_libraries_is_known() -> None:
    send()
    made = [
        name
        for name, logger in logging.root.manager.loggerDict.items()
        if name.startswith(("httpx2", "httpcore2")) and isinstance(logger, logging.Logger)
    ]
    assert set(made) <= {*LOGGERS, "httpcore2"}


def test_importing_the_package_changes_no_logger() -> None:
    code = """
import logging
from messages_conformance.recording import preflight, recorder
loggers = [each for each in logging.root.manager.loggerDict.values()
           if isinstance(each, logging.Logger) and each.name.startswith("http")]
assert loggers
print([each.name for each in loggers if each.level or each.filters or each.disabled])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
