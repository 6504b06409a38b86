"""The recorder runs all probes over a real socket, shares requests, retries, and keeps limits."""

import asyncio
import datetime
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import GaveUpError
from messages_conformance.probing.driver import ProbeDefectError
from messages_conformance.recording import client, recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from support import small_project
from support.recordings import EAGER, MANY, SECRET, record, tape
from support.small_project import Arrived


def test_a_name_of_the_server_that_is_not_utf_8_is_recorded_and_read_again(tmp_path: Path) -> None:
    """An argument's bytes that are not UTF-8 come as lone surrogates."""
    record(tmp_path, server="llama-\udcff")
    read = tape(tmp_path)
    assert read.rows == {"basic/temperature", "basic/stop"}
    assert [label.server for label in read.labels] == ["llama-?"]
    for path in (tmp_path / "tapes").rglob("*.yaml"):
        path.read_text(encoding="utf-8")


def test_all_probes_are_recorded_for_every_model(tmp_path: Path) -> None:
    other = Model("small-2", "small", thinks=False)
    told: list[Progress] = []
    done, server = record(tmp_path, models=(small_project.MODEL, other), on_progress=told.append)
    assert [(d.model.id, d.done, d.sent, d.unanswered) for d in done] == [
        ("small-1", 2, 3, 0),
        ("small-2", 2, 3, 0),
    ]
    for model in (small_project.MODEL, other):
        assert tape(tmp_path, model).rows == {"basic/temperature", "basic/stop"}
    assert told[-1].models == done
    assert {p.total for p in told} == {4}
    assert sorted(told, key=lambda p: (p.done, p.sent)) == told
    assert told[-1].tokens == 6 * 5
    label = tape(tmp_path).label
    assert label is not None
    assert (label.base_url, label.evidence) == (server.url, "recorded")


def test_each_model_may_have_its_own_rows(tmp_path: Path) -> None:
    other = Model("small-2", "small", thinks=False)
    world = small_project.revision(models=(small_project.MODEL, other))
    suites = small_project.suites_of(tmp_path / "suites")
    chosen = (
        Chosen(world, (small_project.MODEL,), world.rows[:1]),
        Chosen(world, (other,), world.rows),
    )

    async def main() -> tuple[ModelProgress, ...]:
        async with small_project.serving(lambda _: small_project.http(small_project.message())) as (
            server
        ):
            endpoint = Endpoint(server.url, SECRET)
            return await recorder.record(chosen, suites, endpoint, tmp_path / "tapes")

    done = asyncio.run(main())
    assert [(d.total, d.done, d.sent) for d in done] == [(1, 1, 1), (2, 2, 3)]


TWO_ALIKE = '''
from messages_conformance.probing import row, works

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
        lambda _: [
            small_project.http(small_project.message())[:9],
            0.05,
            small_project.http(small_project.message())[9:],
        ],
        "basic/a",
        "basic/b",
        suites={"basic": TWO_ALIKE},
    )
    assert (done.sent, len(server.arrived)) == (2, 2)
    assert tape(tmp_path).find(small_project.request(), 0)
    assert tape(tmp_path).find(small_project.request(), 1)


NOBODYS = '''
from messages_conformance.probing import row, works

@row("basic/a")
def a(ask):
    """It asks for a model that nobody has."""
    missing = yield ask.invalid("Hi.", model="no-such-model")
    return works("seen", missing, (yield ask("Hi.")))

@row("basic/b")
def b(ask):
    """It asks the same."""
    return works("seen", (yield ask.invalid("Hi.", model="no-such-model")))
'''


def test_a_request_that_names_no_model_is_sent_once_for_all_models(tmp_path: Path) -> None:
    models = (small_project.MODEL, *(Model(f"small-{n}", "small", thinks=False) for n in (2, 3)))
    rows = ("basic/a", "basic/b")

    def script(_: Arrived) -> Iterable[bytes | float]:
        return [0.05, small_project.http(small_project.message())]

    done, server = record(tmp_path, script, *rows, models=models, suites={"basic": NOBODYS})
    assert [model.sent for model in done] == [2, 1, 1]
    assert len(server.arrived) == 4
    missing = small_project.request("Hi.", model="no-such-model")
    for model in models:
        found = [e for e in tape(tmp_path, model).entries if e.key == missing.key]
        assert len(found) == 1


def together(number: int) -> small_project.Script:
    """Answer nobody before so many have asked."""
    asked = []

    def script(arrived: Arrived) -> Iterable[bytes | float]:
        asked.append(arrived)
        for _ in range(500):
            if len(asked) >= number:
                break
            yield 0.01
        yield small_project.http(small_project.message())

    return script


def test_no_more_requests_are_in_flight_than_allowed(tmp_path: Path) -> None:
    _, server = record(
        tmp_path, together(3), "basic/many", suites={"basic": MANY}, rate_limit=RateLimit(3)
    )
    assert server.most_inside == 3


def test_a_burst_is_sent_at_once_and_last(tmp_path: Path) -> None:
    ordinary, burst = together(1), together(9)
    _, server = record(
        tmp_path,
        lambda arrived: (burst if b"burst" in arrived.body else ordinary)(arrived),
        "basic/burst",
        "basic/many",
        suites={"basic": MANY},
        rate_limit=RateLimit(2),
        opted_in=frozenset({"basic/burst"}),
    )
    assert server.most_inside == 9
    assert [b"burst" in arrived.body for arrived in server.arrived] == [False] * 9 + [True] * 9


def test_a_probe_not_opted_in_to_is_left_out(tmp_path: Path) -> None:
    (done,), _ = record(tmp_path, together(1), "basic/burst", "basic/many", suites={"basic": MANY})
    assert (done.done, done.sent) == (1, 9)


def at_first(answer: bytes, times: int = 1) -> small_project.Script:
    """Give this answer before the usual one, so often to each different request."""
    seen: Counter[bytes] = Counter()

    def script(arrived: Arrived) -> bytes:
        seen[arrived.body] += 1
        return (
            answer if seen[arrived.body] <= times else small_project.http(small_project.message())
        )

    return script


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_a_busy_or_failing_endpoint_is_asked_again_and_its_errors_are_kept(
    tmp_path: Path, status: int
) -> None:
    (done,), server = record(
        tmp_path, at_first(small_project.http(small_project.error("overloaded_error"), status), 2)
    )
    assert (done.sent, done.superseded, len(server.arrived)) == (9, 6, 9)
    found = tape(tmp_path)
    assert [entry.exchange.status for entry in found.answers] == [200, 200, 200]
    assert [exchange.status for exchange in found.superseded] == [status] * 6
    assert len(found.exchanges) == 9
    assert sorted((e.tried or 3) for e in found.entries) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    asked = found.find(small_project.request("Hi.", temperature=0.5), 0)
    assert asked is not None
    assert asked.status == 200


def test_a_request_is_sent_again_after_a_closed_connection(tmp_path: Path) -> None:
    (done,), _ = record(tmp_path, at_first(b""))
    assert (done.sent, done.superseded, done.unanswered) == (6, 3, 0)
    assert {exchange.ended for exchange in tape(tmp_path).superseded} == {"cut"}


@pytest.mark.parametrize("status", [400, 401, 404, 413, 501])
def test_a_final_answer_is_not_requested_again(tmp_path: Path, status: int) -> None:
    answer = small_project.http(small_project.error("api_error"), status)
    (done,), _ = record(tmp_path, at_first(answer), "basic/many", suites={"basic": MANY})
    assert (done.sent, done.superseded) == (9, 0)


def test_an_answer_that_is_cut_in_the_middle_is_final(tmp_path: Path) -> None:
    answer = small_project.http(small_project.message())[:-5]
    (done,), _ = record(tmp_path, at_first(answer), "basic/many", suites={"basic": MANY})
    assert (done.sent, done.superseded) == (9, 0)


@pytest.mark.parametrize(("status", "tries"), [(429, 10), (500, 3)])
def test_the_last_error_is_final_after_enough_tries(
    tmp_path: Path, status: int, tries: int
) -> None:
    answer = small_project.http(small_project.error("rate_limit_error"), status)
    (done,), _ = record(tmp_path, lambda _: answer, "basic/temperature")
    assert done.sent == tries
    assert [entry.exchange.status for entry in tape(tmp_path).answers] == [status]
    assert len(tape(tmp_path).superseded) == tries - 1


def test_an_answer_that_asks_for_too_long_a_wait_is_final(tmp_path: Path) -> None:
    answer = small_project.http(small_project.error("rate_limit_error"), 429, retry_after="3600")
    (done,), _ = record(tmp_path, lambda _: answer, "basic/temperature")
    assert done.sent == 1


def test_a_requested_wait_holds_all_requests(tmp_path: Path) -> None:
    """The first answer says when to come again; until then nothing else arrives."""
    arrived: list[float] = []

    def script(_: Arrived) -> bytes:
        arrived.append(time.monotonic())
        busy = small_project.http(small_project.error("rate_limit_error"), 429, retry_after="0.6")
        return busy if len(arrived) == 1 else small_project.http(small_project.message())

    record(tmp_path, script, "basic/many", suites={"basic": MANY}, rate_limit=RateLimit(3))
    assert len(arrived) == 10
    early = [at for at in arrived if at < arrived[0] + 0.6]
    assert len(early) <= 4, "those that were in flight, and one that took the place of another"


def test_an_exhausted_limit_is_waited_for(tmp_path: Path) -> None:
    arrived: list[float] = []

    def script(_: Arrived) -> bytes:
        arrived.append(time.monotonic())
        now = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.UTC)
        reset = now + datetime.timedelta(seconds=0.6)
        return small_project.http(
            small_project.message(),
            date="Mon, 23 Nov 2026 12:00:00 GMT",
            anthropic_ratelimit_requests_remaining="0" if len(arrived) == 1 else "5",
            anthropic_ratelimit_requests_reset=reset.isoformat(),
        )

    record(tmp_path, script, "basic/many", suites={"basic": MANY}, rate_limit=RateLimit(1))
    assert arrived[1] - arrived[0] >= 0.6
    assert arrived[2] - arrived[1] < 0.5


def test_all_requests_are_answered_under_a_strict_limit(tmp_path: Path) -> None:
    """An endpoint that takes five requests in 200 ms refuses few, and answers all."""
    taken: list[float] = []

    def script(_: Arrived) -> bytes:
        now = time.monotonic()
        if len([at for at in taken if at > now - 0.2]) >= 5:
            return small_project.http(
                small_project.error("rate_limit_error"), 429, retry_after_ms="200"
            )
        taken.append(now)
        return small_project.http(small_project.message())

    models = tuple(Model(f"small-{n}", "small", thinks=False) for n in range(4))
    done, _ = record(
        tmp_path,
        script,
        "basic/many",
        suites={"basic": MANY},
        models=models,
        rate_limit=RateLimit(16),
    )
    assert [model.sent - model.superseded for model in done] == [9] * 4
    statuses = {e.exchange.status for m in models for e in tape(tmp_path, m).answers}
    assert statuses == {200}


def test_a_burst_is_never_repeated(tmp_path: Path) -> None:
    answer = small_project.http(small_project.error("rate_limit_error"), 429, retry_after="0.01")
    (done,), _ = record(
        tmp_path,
        lambda _: answer,
        "basic/burst",
        suites={"basic": MANY},
        opted_in=frozenset({"basic/burst"}),
    )
    assert done.sent == 9


def test_no_burst_is_sent_if_the_limit_was_met_before(tmp_path: Path) -> None:
    probe = Path(__file__).parents[2] / "suites" / "test_error.py"
    rows = ("basic/many", "error/429")
    opted_in = frozenset({"error/429"})
    both = {"basic": MANY, "error": probe.read_text()}
    busy = at_first(small_project.http(small_project.error("rate_limit_error"), 429))
    for name in ("met", "never"):
        (tmp_path / name).mkdir()
    (met,), _ = record(tmp_path / "met", busy, *rows, suites=both, opted_in=opted_in)
    assert (met.sent, met.superseded) == (18, 9)
    (never,), _ = record(
        tmp_path / "never",
        lambda _: small_project.http(small_project.message()),
        *rows,
        suites=both,
        opted_in=opted_in,
    )
    assert (never.sent, never.superseded) == (9 + 40, 0)


@pytest.mark.parametrize(
    ("limit", "most", "text"),
    [("MAX_TOTAL_BYTES", 5_000, "a" * 2_000), ("MAX_TOTAL_PARTS", 500, ",{" * 100)],
)
def test_a_run_stops_if_all_answers_together_are_far_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, text: str
) -> None:
    monkeypatch.setattr(client, limit, most)
    answer = small_project.http(small_project.message(text))
    with pytest.raises(GaveUpError, match=r"has sent 0 MB with \d+ .* in 3 answers, far more than"):
        record(
            tmp_path,
            lambda _: answer,
            "basic/many",
            suites={"basic": MANY},
            rate_limit=RateLimit(1),
        )
    assert len(tape(tmp_path).exchanges) == 3


def gone(tmp_path: Path, *rows: str) -> ModelProgress:
    """Record from a port where nobody listens."""
    world = small_project.revision(*rows)
    source = "from messages_conformance.probing import row, works\n" + "".join(
        f"@row({id!r})\ndef p{n}(ask):\n    return works('ok', (yield ask({id!r})))\n"
        for n, id in enumerate(rows)
    )
    found = small_project.suites_of(tmp_path / "suites", basic=source)
    endpoint = Endpoint("http://127.0.0.1:1", SECRET)
    (done,) = asyncio.run(
        recorder.record(
            (Chosen(world, world.models, world.rows),),
            found,
            endpoint,
            tmp_path / "tapes",
            RecordingOptions(retries=EAGER),
        )
    )
    return done


def test_an_unreachable_server_is_tried_again_and_then_recorded_so(tmp_path: Path) -> None:
    done = gone(tmp_path, "basic/a")
    assert (done.sent, done.unanswered) == (10, 1)
    assert tape(tmp_path).exchanges[-1].ended == "unreachable"


def test_a_run_stops_if_the_endpoint_does_not_answer_any_more(tmp_path: Path) -> None:
    with pytest.raises(GaveUpError, match=r"does not answer any more: the last .* of 5 rows"):
        gone(tmp_path, *(f"basic/{n}" for n in range(20)))
    assert len(tape(tmp_path).exchanges) < 20 * 10


def test_evidence_follows_from_the_answers(tmp_path: Path) -> None:
    record(
        tmp_path,
        lambda _: small_project.http(small_project.message(), x_messages_conformance="reference"),
    )
    assert tape(tmp_path).simulated


DEFECT = '''
from messages_conformance.probing import row, works

@row("basic/bad")
def bad(ask):
    """It stumbles."""
    answer = yield ask("Hi.")
    return works(answer.no_such_thing)
'''


def test_a_defect_of_one_probe_costs_no_other_recording(tmp_path: Path) -> None:
    with pytest.raises(ProbeDefectError, match="no_such_thing") as defect:
        record(
            tmp_path,
            together(1),
            "basic/bad",
            "tools/temperature",
            suites={"basic": DEFECT, "tools": small_project.SUITE.replace("basic/", "tools/")},
        )
    assert defect.value.__notes__ == ["while recording row 'basic/bad' for small-1"]
    assert "tools/temperature" in tape(tmp_path).rows
