"""What is ours, or our account's, stops a run and is never held against the endpoint."""

import asyncio
import errno
import json
from pathlib import Path

import httpx2
import pytest

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import GaveUpError
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import plain_request
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from support import small_project

KEY = "sk-marked-0123456789abcdef"
DENIALS = {
    "revoked": (401, "invalid_request_error", "API key revoked", "rejected the key"),
    "dry": (400, "Arrearage", "Your account is in arrears.", "has no credit left"),
    "no credit": (402, "billing_error", "Top up.", "has no credit left"),
    "forbidden": (403, "permission_error", "No.", "accepted the key but denies it the model"),
}


def record(folder: Path, handler: httpx2.MockTransport, *, resume: bool = False) -> None:
    revision = small_project.revision()
    chosen = Chosen(revision, revision.models, revision.rows)
    options = RecordingOptions(checks_key=True, resume=resume, rate_limit=RateLimit(concurrency=1))
    asyncio.run(
        recorder.record(
            (chosen,),
            small_project.suites_of(folder / "suites"),
            Endpoint("https://endpoint.example/apps", KEY),
            folder / "cassettes",
            options,
            transport=handler,
        )
    )


def recorded(folder: Path) -> tuple[Exchange, ...]:
    revision = small_project.revision()
    tapes = (Tape.load(folder / "cassettes", revision.target.id, m.id) for m in revision.models)
    return tuple(exchange for tape in tapes for exchange in tape.exchanges)


class Account:
    """An endpoint whose account answers only so many requests."""

    def __init__(self, denial: str, good: int) -> None:
        status, kind, message, _ = DENIALS[denial]
        self._denied = httpx2.Response(status, content=small_project.error(kind, message))
        self.good = good
        self.arrived = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.arrived += 1
        if self.arrived > self.good:
            return httpx2.Response(self._denied.status_code, content=self._denied.content)
        return httpx2.Response(200, content=small_project.message())


@pytest.mark.parametrize("denial", DENIALS)
def test_a_key_that_stops_working_stops_the_run_and_resuming_goes_on(
    denial: str, tmp_path: Path
) -> None:
    account = Account(denial, good=1)
    with pytest.raises(GaveUpError, match=DENIALS[denial][3]) as stopped:
        record(tmp_path, httpx2.MockTransport(account))
    assert "\n" not in str(stopped.value)
    assert [exchange.status for exchange in recorded(tmp_path)] == [200]

    account.good = 99
    before = account.arrived
    record(tmp_path, httpx2.MockTransport(account), resume=True)
    assert {exchange.status for exchange in recorded(tmp_path)} == {200}
    assert account.arrived - before == len(recorded(tmp_path)) - 1


def test_a_row_that_is_denied_while_the_key_works_is_the_endpoints(tmp_path: Path) -> None:
    plain = plain_request(small_project.revision(), small_project.MODEL, "x-api-key")

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.content == plain.content:
            return httpx2.Response(200, content=small_project.message())
        return httpx2.Response(403, content=small_project.error("permission_error", "No."))

    record(tmp_path, httpx2.MockTransport(answer))
    assert {exchange.status for exchange in recorded(tmp_path)} == {403}


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL])
def test_our_own_limits_are_not_the_endpoints(code: int, tmp_path: Path) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("All connection attempts failed") from OSError(code, "ours")

    with pytest.raises(GaveUpError, match="this machine cannot open another connection"):
        record(tmp_path, httpx2.MockTransport(answer))
    assert recorded(tmp_path) == ()


@pytest.mark.parametrize("tokens", [10**12, 10**400, -5, -(10**400), 1e999, "9", True])
def test_absurd_figures_neither_break_nor_block_a_run(tokens: object, tmp_path: Path) -> None:
    usage = {"input_tokens": tokens, "output_tokens": tokens}
    body = small_project.message().replace(b'"usage"', b'"was"')
    body = body.rstrip()[:-1] + f', "usage": {json.dumps(usage)}}}'.encode()

    async def main() -> None:
        revision = small_project.revision()
        options = RecordingOptions(rate_limit=RateLimit(tokens_per_minute=10**9))
        await recorder.record(
            (Chosen(revision, revision.models, revision.rows),),
            small_project.suites_of(tmp_path / "suites"),
            Endpoint("https://endpoint.example/apps", KEY),
            tmp_path / "cassettes",
            options,
            transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=body)),
        )

    if tokens == 10**12:
        with pytest.raises(GaveUpError, match="longer waits with --max-wait"):
            asyncio.run(asyncio.wait_for(main(), 60))
    else:
        asyncio.run(asyncio.wait_for(main(), 60))
