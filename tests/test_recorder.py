"""Recording drives all probes against a real socket, sends little, and writes no secret."""

import asyncio
import base64
import datetime
import json
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import worlds
from messages_conformance import recorder
from messages_conformance.asking import GaveUpError
from messages_conformance.cassette import Tape
from messages_conformance.claims import Model
from messages_conformance.headway import OfModel, Progress
from messages_conformance.pacing import Pace
from messages_conformance.recording import SecretLeakError
from messages_conformance.transport import Endpoint, SetupError
from messages_conformance.waiting import Patience
from worlds import Arrived, Server

SECRET = "sk-marked-key/0123456789"
RESTRICTED = "sk-restricted-key-987654"
EAGER = Patience(first=0.0)
"""Tries again at once, as often as ever."""


def record(
    root: Path,
    script: worlds.Script = lambda _: worlds.http(worlds.message()),
    *rows: str,
    models: tuple[Model, ...] = (worlds.MODEL,),
    restricted_key: str | None = None,
    base: str = "",
    suites: dict[str, str] | None = None,
    patience: Patience = EAGER,
    **options: Any,
) -> tuple[tuple[OfModel, ...], Server]:
    """Record against a scripted server into ``root/tapes``."""
    world = worlds.revision(*rows, models=models)
    found = worlds.suites_of(root / "suites", **(suites or {}))

    async def main() -> tuple[tuple[OfModel, ...], Server]:
        async with worlds.serving(script) as server:
            endpoint = Endpoint(server.url + base, SECRET, restricted_key=restricted_key)
            done = await recorder.record(
                world,
                models,
                world.rows,
                found,
                endpoint,
                root / "tapes",
                patience=patience,
                **options,
            )
            return done, server

    return asyncio.run(main())


def tape(root: Path, model: Model = worlds.MODEL) -> Tape:
    return Tape.load(root / "tapes", worlds.TARGET.id, model.id)


def test_all_probes_are_recorded_for_every_model(tmp_path: Path) -> None:
    other = Model("small-2", "small", thinks=False)
    told: list[Progress] = []
    done, server = record(tmp_path, models=(worlds.MODEL, other), on_progress=told.append)
    assert [(d.model.id, d.done, d.sent, d.unanswered) for d in done] == [
        ("small-1", 2, 3, 0),
        ("small-2", 2, 3, 0),
    ]
    for model in (worlds.MODEL, other):
        assert tape(tmp_path, model).rows == {"basic/temperature", "basic/stop"}
    assert told[-1].models == done
    assert {p.of for p in told} == {4}
    assert sorted(told, key=lambda p: (p.done, p.sent)) == told
    assert told[-1].tokens == 6 * 5
    label = tape(tmp_path).label
    assert label is not None
    assert (label.base_url, label.evidence) == (server.url, "recorded")


TWO_ALIKE = '''
from messages_conformance.probe import row, works

@row("basic/a")
def a(ask):
    """It asks twice."""
    one = yield ask("Hi.")
    two = yield ask("Hi.")
    return works("seen", one, two)

@row("basic/b")
def b(ask):
    """It asks the same."""
    return works("seen", (yield ask("Hi.")))
'''


def test_equal_requests_are_sent_once_and_shared(tmp_path: Path) -> None:
    (done,), server = record(
        tmp_path,
        lambda _: [worlds.http(worlds.message())[:9], 0.05, worlds.http(worlds.message())[9:]],
        "basic/a",
        "basic/b",
        suites={"basic": TWO_ALIKE},
    )
    assert (done.sent, len(server.arrived)) == (2, 2)
    assert tape(tmp_path).find(worlds.request(), 0)
    assert tape(tmp_path).find(worlds.request(), 1)


MANY = '''
from messages_conformance.probe import row, works

@row("basic/many")
def many(ask):
    """It asks for much."""
    return works("seen", *(yield [ask(f"{n}") for n in range(9)]))

@row("basic/burst", opt_in="sends 9 requests at once")
def burst(ask):
    """It asks for much at once."""
    return works("seen", *(yield [ask(f"burst {n}") for n in range(9)]))
'''


def together(number: int) -> worlds.Script:
    """Answer nobody before so many have asked."""
    asked = []

    def script(arrived: Arrived) -> Iterable[bytes | float]:
        asked.append(arrived)
        for _ in range(500):
            if len(asked) >= number:
                break
            yield 0.01
        yield worlds.http(worlds.message())

    return script


def test_no_more_requests_are_in_flight_than_allowed(tmp_path: Path) -> None:
    _, server = record(tmp_path, together(3), "basic/many", suites={"basic": MANY}, pace=Pace(3))
    assert server.most_inside == 3


def test_a_burst_is_a_burst_and_comes_last(tmp_path: Path) -> None:
    ordinary, burst = together(1), together(9)
    _, server = record(
        tmp_path,
        lambda arrived: (burst if b"burst" in arrived.body else ordinary)(arrived),
        "basic/burst",
        "basic/many",
        suites={"basic": MANY},
        pace=Pace(2),
        opted_in=frozenset({"basic/burst"}),
    )
    assert server.most_inside == 9
    assert [b"burst" in arrived.body for arrived in server.arrived] == [False] * 9 + [True] * 9


def test_a_probe_not_opted_in_to_is_left_out(tmp_path: Path) -> None:
    (done,), _ = record(tmp_path, together(1), "basic/burst", "basic/many", suites={"basic": MANY})
    assert (done.done, done.sent) == (1, 9)


def at_first(answer: bytes, times: int = 1) -> worlds.Script:
    """Give this answer before the usual one, so often to each different request."""
    seen: Counter[bytes] = Counter()

    def script(arrived: Arrived) -> bytes:
        seen[arrived.body] += 1
        return answer if seen[arrived.body] <= times else worlds.http(worlds.message())

    return script


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_a_busy_or_failing_endpoint_is_asked_again_and_what_it_said_is_kept(
    tmp_path: Path, status: int
) -> None:
    (done,), server = record(
        tmp_path, at_first(worlds.http(worlds.error("overloaded_error"), status), 2)
    )
    assert (done.sent, done.passed_by, len(server.arrived)) == (9, 6, 9)
    found = tape(tmp_path)
    assert [entry.exchange.status for entry in found.answers] == [200, 200, 200]
    assert [exchange.status for exchange in found.passed_by] == [status] * 6
    assert len(found.exchanges) == 9
    assert sorted((e.tried or 3) for e in found.entries) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    asked = found.find(worlds.request("Hi.", temperature=0.5), 0)
    assert asked is not None
    assert asked.status == 200


def test_a_line_that_is_hung_up_is_tried_again(tmp_path: Path) -> None:
    (done,), _ = record(tmp_path, at_first(b""))
    assert (done.sent, done.passed_by, done.unanswered) == (6, 3, 0)
    assert {exchange.ended for exchange in tape(tmp_path).passed_by} == {"cut"}


@pytest.mark.parametrize("status", [400, 401, 404, 413, 501])
def test_a_plain_answer_is_never_asked_for_again(tmp_path: Path, status: int) -> None:
    answer = worlds.http(worlds.error("api_error"), status)
    (done,), _ = record(tmp_path, at_first(answer), "basic/many", suites={"basic": MANY})
    assert (done.sent, done.passed_by) == (9, 0)


def test_an_answer_that_is_cut_in_the_middle_stands(tmp_path: Path) -> None:
    answer = worlds.http(worlds.message())[:-5]
    (done,), _ = record(tmp_path, at_first(answer), "basic/many", suites={"basic": MANY})
    assert (done.sent, done.passed_by) == (9, 0)


@pytest.mark.parametrize(("status", "tries"), [(429, 10), (500, 3)])
def test_an_endpoint_that_stays_so_is_believed(tmp_path: Path, status: int, tries: int) -> None:
    answer = worlds.http(worlds.error("rate_limit_error"), status)
    (done,), _ = record(tmp_path, lambda _: answer, "basic/temperature")
    assert done.sent == tries
    assert [entry.exchange.status for entry in tape(tmp_path).answers] == [status]
    assert len(tape(tmp_path).passed_by) == tries - 1


def test_a_wait_that_is_too_long_is_not_waited_for(tmp_path: Path) -> None:
    answer = worlds.http(worlds.error("rate_limit_error"), 429, retry_after="3600")
    (done,), _ = record(tmp_path, lambda _: answer, "basic/temperature")
    assert done.sent == 1


def test_what_one_answer_asks_for_all_requests_wait_for(tmp_path: Path) -> None:
    """The first answer says when to come again; until then nothing else arrives."""
    arrived: list[float] = []

    def script(_: Arrived) -> bytes:
        arrived.append(time.monotonic())
        busy = worlds.http(worlds.error("rate_limit_error"), 429, retry_after="0.6")
        return busy if len(arrived) == 1 else worlds.http(worlds.message())

    record(tmp_path, script, "basic/many", suites={"basic": MANY}, pace=Pace(3))
    assert len(arrived) == 10
    early = [at for at in arrived if at < arrived[0] + 0.6]
    assert len(early) <= 4, "those that were in flight, and one that took the place of another"


def test_a_limit_that_is_used_up_is_waited_for(tmp_path: Path) -> None:
    arrived: list[float] = []

    def script(_: Arrived) -> bytes:
        arrived.append(time.monotonic())
        now = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.UTC)
        reset = now + datetime.timedelta(seconds=0.6)
        return worlds.http(
            worlds.message(),
            date="Mon, 23 Nov 2026 12:00:00 GMT",
            anthropic_ratelimit_requests_remaining="0" if len(arrived) == 1 else "5",
            anthropic_ratelimit_requests_reset=reset.isoformat(),
        )

    record(tmp_path, script, "basic/many", suites={"basic": MANY}, pace=Pace(1))
    assert arrived[1] - arrived[0] >= 0.6
    assert arrived[2] - arrived[1] < 0.5


def test_a_strict_limit_is_met_in_the_end_by_all(tmp_path: Path) -> None:
    """An endpoint that takes five requests in 200 ms refuses few, and answers all."""
    taken: list[float] = []

    def script(_: Arrived) -> bytes:
        now = time.monotonic()
        if len([at for at in taken if at > now - 0.2]) >= 5:
            return worlds.http(worlds.error("rate_limit_error"), 429, retry_after_ms="200")
        taken.append(now)
        return worlds.http(worlds.message())

    models = tuple(Model(f"small-{n}", "small", thinks=False) for n in range(4))
    done, _ = record(
        tmp_path, script, "basic/many", suites={"basic": MANY}, models=models, pace=Pace(16)
    )
    assert [model.sent - model.passed_by for model in done] == [9] * 4
    statuses = {e.exchange.status for m in models for e in tape(tmp_path, m).answers}
    assert statuses == {200}


def test_a_burst_is_never_repeated(tmp_path: Path) -> None:
    answer = worlds.http(worlds.error("rate_limit_error"), 429, retry_after="0.01")
    (done,), _ = record(
        tmp_path,
        lambda _: answer,
        "basic/burst",
        suites={"basic": MANY},
        opted_in=frozenset({"basic/burst"}),
    )
    assert done.sent == 9


def gone(tmp_path: Path, *rows: str) -> OfModel:
    """Record from a port where nobody listens."""
    world = worlds.revision(*rows)
    source = "from messages_conformance.probe import row, works\n" + "".join(
        f"@row({id!r})\ndef p{n}(ask):\n    return works('ok', (yield ask({id!r})))\n"
        for n, id in enumerate(rows)
    )
    found = worlds.suites_of(tmp_path / "suites", basic=source)
    endpoint = Endpoint("http://127.0.0.1:1", SECRET)
    (done,) = asyncio.run(
        recorder.record(
            world, world.models, world.rows, found, endpoint, tmp_path / "tapes", patience=EAGER
        )
    )
    return done


def test_a_server_that_is_gone_is_tried_again_and_then_recorded_as_gone(tmp_path: Path) -> None:
    done = gone(tmp_path, "basic/a")
    assert (done.sent, done.unanswered) == (10, 1)
    assert tape(tmp_path).exchanges[-1].ended == "unreachable"


def test_a_run_whose_endpoint_answers_nothing_any_more_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(GaveUpError, match=r"answers nothing any more; the last .* of 5 rows"):
        gone(tmp_path, *(f"basic/{n}" for n in range(20)))
    assert len(tape(tmp_path).exchanges) < 20 * 10


def test_resuming_sends_only_what_is_missing(tmp_path: Path) -> None:
    arrived = []
    world = worlds.revision()
    found = worlds.suites_of(tmp_path / "suites")

    def script(request: Arrived) -> bytes:
        arrived.append(request)
        return worlds.http(worlds.message())

    async def main() -> None:
        async with worlds.serving(script) as server:
            endpoint = Endpoint(server.url, SECRET)
            for rows in (world.rows[:1], world.rows):
                await recorder.record(
                    world, world.models, rows, found, endpoint, tmp_path / "tapes", resume=True
                )

    asyncio.run(main())
    assert len(arrived) == 3
    assert len(tape(tmp_path).entries) == 3


def test_resuming_asks_again_what_a_busy_endpoint_did_not_answer(tmp_path: Path) -> None:
    busy = worlds.http(worlds.error("rate_limit_error"), 429, retry_after="3600")
    said = [busy, worlds.http(worlds.message()), worlds.http(worlds.message())]
    world = worlds.revision("basic/temperature")
    found = worlds.suites_of(tmp_path / "suites")

    async def main() -> list[int]:
        sent = []
        async with worlds.serving(lambda _: said.pop(0)) as server:
            for _ in range(3):
                (done,) = await recorder.record(
                    world,
                    world.models,
                    world.rows,
                    found,
                    Endpoint(server.url, SECRET),
                    tmp_path / "tapes",
                    resume=True,
                )
                sent.append(done.sent)
        return sent

    assert asyncio.run(main()) == [1, 1, 0]
    assert [exchange.status for exchange in tape(tmp_path).exchanges] == [429, 200]
    assert [exchange.status for exchange in tape(tmp_path).passed_by] == [429]


def test_a_burst_that_met_its_limit_is_not_asked_again_on_resuming(tmp_path: Path) -> None:
    answer = worlds.http(worlds.error("rate_limit_error"), 429)
    world = worlds.revision("basic/burst")
    found = worlds.suites_of(tmp_path / "suites", basic=MANY)

    async def main() -> list[int]:
        async with worlds.serving(lambda _: answer) as server:
            return [
                (
                    await recorder.record(
                        world,
                        world.models,
                        world.rows,
                        found,
                        Endpoint(server.url, SECRET),
                        tmp_path / "tapes",
                        opted_in=frozenset({"basic/burst"}),
                        resume=True,
                    )
                )[0].sent
                for _ in range(2)
            ]

    assert asyncio.run(main()) == [9, 0]


def test_resuming_a_whole_recording_changes_no_file(tmp_path: Path) -> None:
    world = worlds.revision()
    found = worlds.suites_of(tmp_path / "suites")

    async def main() -> list[dict[Path, tuple[int, bytes]]]:
        states = []
        async with worlds.serving(lambda _: worlds.http(worlds.message())) as server:
            for _ in range(2):
                await recorder.record(
                    world,
                    world.models,
                    world.rows,
                    found,
                    Endpoint(server.url, SECRET),
                    tmp_path / "tapes",
                    resume=True,
                )
                files = (tmp_path / "tapes").rglob("*.*l")
                states.append({p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files})
        return states

    before, after = asyncio.run(main())
    assert before
    assert before == after


def test_evidence_is_what_the_answers_say(tmp_path: Path) -> None:
    record(tmp_path, lambda _: worlds.http(worlds.message(), x_messages_conformance="reference"))
    assert tape(tmp_path).simulated


DEFECT = '''
from messages_conformance.probe import row, works

@row("basic/bad")
def bad(ask):
    """It stumbles."""
    answer = yield ask("Hi.")
    return works(answer.no_such_thing)
'''


def test_a_defect_of_one_probe_costs_no_other_recording(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="no_such_thing") as defect:
        record(
            tmp_path,
            together(1),
            "basic/bad",
            "tools/temperature",
            suites={"basic": DEFECT, "tools": worlds.SUITE.replace("basic/", "tools/")},
        )
    assert defect.value.__notes__ == ["while recording row 'basic/bad' for small-1"]
    assert "tools/temperature" in tape(tmp_path).rows


KEYS = '''
from messages_conformance.exchange import KEY, RESTRICTED_KEY
from messages_conformance.probe import credential, row, works

@row("header/all", opt_in="needs a second key")
def all_of_them(ask):
    """It shows every credential."""
    one = yield ask.invalid("Hi.", headers=credential("x-api-key", RESTRICTED_KEY))
    two = yield ask.invalid("Hi.", headers=credential("authorization", RESTRICTED_KEY))
    return works("seen", one, two)

@row("header/plain")
def plain(ask):
    """It shows the usual one."""
    return works("seen", (yield ask.invalid("Hi.")), (yield ask.invalid("Hi.", stream=True)))
'''


def echo(arrived: Arrived) -> Iterable[bytes | float]:
    """Say every header again, in every form, in headers and in the body."""
    keys = [arrived.headers.get(name, "") for name in ("x-api-key", "authorization")]
    forms = [
        form
        for key in keys
        for bare in [key.removeprefix("Bearer ")]
        for form in (
            key,
            json.dumps(bare).replace("/", "\\/"),
            urllib.parse.quote(bare, safe=""),
            base64.b64encode(f"user:{bare}".encode()).decode(),
            base64.b64encode(bare.encode()).decode(),
        )
    ]
    body = worlds.error("authentication_error", " ".join(forms)) + b"\xff" + forms[0].encode()
    answer = worlds.http(body, 401, x_echo=", ".join(forms), set_cookie=keys[0])
    return [answer[:-5], 0.01, answer[-5:]]


def test_no_credential_is_in_any_file(tmp_path: Path) -> None:
    (done,), server = record(
        tmp_path,
        echo,
        "header/all",
        "header/plain",
        suites={"header": KEYS},
        opted_in=frozenset({"header/all"}),
        restricted_key=RESTRICTED,
    )
    assert {SECRET, RESTRICTED} <= {a.headers.get("x-api-key") for a in server.arrived}
    assert done.sent == 4
    files = [path for path in (tmp_path / "tapes").rglob("*") if path.is_file()]
    assert files
    marks = [
        form.encode()
        for secret in (SECRET, RESTRICTED)
        for form in (
            secret,
            secret.replace("/", "\\/"),
            urllib.parse.quote(secret, safe=""),
            base64.b64encode(secret.encode()).decode().rstrip("=")[:-1],
            base64.b64encode(b"12" + secret.encode()).decode()[3:-4],
        )
    ]
    recorded = [path.read_bytes() for path in files]
    recorded += [exchange.body for exchange in tape(tmp_path).exchanges]
    assert not [mark for mark in marks for written in recorded if mark in written]
    assert any(b"<restricted key>" in written for written in recorded)


def test_a_credential_that_got_into_a_file_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(SecretLeakError, match=r"small-1: what belongs there holds a credential"):
        record(tmp_path, server=f"started with --api-key {SECRET}")


def test_a_probe_that_needs_a_key_that_was_not_given_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="restricted key") as problem:
        record(
            tmp_path,
            echo,
            "header/all",
            suites={"header": KEYS},
            opted_in=frozenset({"header/all"}),
        )
    assert problem.value.__notes__ == ["while recording row 'header/all' for small-1"]
