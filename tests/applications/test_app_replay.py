"""The program's own requests, chosen, sent to another endpoint, and compared."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from messages_conformance import reference
from messages_conformance.applications import inventory_json, inventory_text, replay
from messages_conformance.applications.replay import Replay, requests_of
from messages_conformance.applications.replay_choice import Choice, choose
from messages_conformance.applications.scan import scan
from messages_conformance.errors import TrafficError
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.reference.faults import FAULTS, with_faults
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import STRICT
from support.planted import GENUINE, KEY, applications, run

ENDPOINT = Endpoint("http://127.0.0.1:1", KEY)
MODEL = "claude-sonnet-4-5"


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("traffic") / "traffic.jsonl"
    names = ("agent", "labels", "forms", "typewriter", "accountant")
    text = "".join(ran.traffic for name in names for ran in run(applications()[name], GENUINE))
    path.write_text(text, encoding="utf-8")
    return str(path)


def replayed(traffic: str, *faults: str, stages: Stages = STRICT) -> Replay:
    faulty = with_faults(stages, [FAULTS[name] for name in faults])
    app = reference.app(GENUINE.revision, key=KEY, stages=faulty)
    return replay.replay(choose([traffic]), MODEL, ENDPOINT, httpx2.ASGITransport(app), pause=0)


def rows(done: Replay) -> set[str]:
    return {row for one in done.compared for d in one.differences if d.certain for row in d.rows}


def test_nothing_differs_where_the_traffic_comes_from(traffic: str) -> None:
    done = replayed(traffic)
    assert rows(done) == set()
    assert done.exit_code == 0


def test_every_feature_that_may_be_sent_is_covered_once(traffic: str) -> None:
    choice = choose([traffic])
    covered = [feature for one in choice.chosen for feature in one.covers]
    assert len(covered) == len(set(covered))
    assert {"tool_choice/any", "basic/stream", "endpoint/count_tokens"} <= set(covered)
    assert len(choice.chosen) < len(covered)


@pytest.mark.parametrize(
    ("fault", "row"),
    [
        ("stop_reason_stays_end_turn", "response/stop_reason"),
        ("stream_answered_in_json", "basic/stream"),
        ("any_dropped", "tool_choice/any"),
        ("nothing_can_be_counted", "endpoint/count_tokens"),
        ("no_message_stop", "wire/stream"),
        ("no_usage", "wire/tokens"),
        ("input_a_string_of_json", "tools/input_schema"),
        ("marks_on_text_dropped", ""),
    ],
)
def test_a_difference_names_the_row_it_points_at(fault: str, row: str, traffic: str) -> None:
    found = rows(replayed(traffic, fault))
    assert (row in found) if row else not found


def test_a_refusal_is_traced_to_the_feature_that_its_words_name(traffic: str) -> None:
    done = replayed(traffic, "documents_refused", "top_k_refused", "forced_calls_refused")
    assert rows(done) & {"tool_choice/any", "tool_choice/tool"}


def test_a_busy_endpoint_tells_nothing(traffic: str) -> None:
    busy = httpx2.MockTransport(lambda _: httpx2.Response(529, json={}))
    done = replay.replay(choose([traffic]), MODEL, ENDPOINT, busy, pause=0)
    assert {one.unanswered for one in done.compared} == {
        "HTTP 529",
        "not sent, as the endpoint does not answer any more",
    }
    assert done.exit_code == 2


class LosesTheLast(httpx2.AsyncBaseTransport):
    """Answers so many requests, and the next one with a status that says nothing of it."""

    def __init__(self, good: int, status: int) -> None:
        app = reference.app(GENUINE.revision, key=KEY, stages=STRICT)
        self._good, self._status, self._app = good, status, httpx2.ASGITransport(app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._good -= 1
        if self._good >= 0:
            return await self._app.handle_async_request(request)
        return httpx2.Response(self._status, json={})


@pytest.mark.parametrize("status", [401, 429])
def test_what_was_not_answered_is_not_taken_for_the_same(status: int, traffic: str) -> None:
    choice = choose([traffic])
    transport = LosesTheLast(len(choice.chosen) - 1, status)
    done = replay.replay(choice, MODEL, ENDPOINT, transport, pause=0)
    assert [one.unanswered for one in done.left] == [f"HTTP {status}"]
    assert done.exit_code == 2


def written(tmp_path: Path, *bodies: dict[str, Any]) -> str:
    plain = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "secret"}]}
    path = tmp_path / "traffic.jsonl"
    lines = [
        json.dumps(
            {"request": {**plain, **body}, "request_headers": {}, "status": 200, "body": "{}"}
        )
        for body in bodies
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def choice_of(tmp_path: Path, *bodies: dict[str, Any]) -> Choice:
    return choose([written(tmp_path, *bodies)])


def test_nothing_that_writes_is_sent(tmp_path: Path) -> None:
    server = {"mcp_servers": [{"type": "url", "url": "https://x", "name": "n"}]}
    choice = choice_of(tmp_path, {}, {**server, "top_k": 3}, {"container": "c"})
    assert all("mcp_servers" not in (one.call.body or {}) for one in choice.chosen)
    assert {"basic/mcp_servers", "basic/container", "basic/top_k"} <= {
        f for f, _ in choice.left_out
    }


def test_the_model_and_the_key_are_those_of_the_new_endpoint(tmp_path: Path) -> None:
    (request,) = requests_of(choice_of(tmp_path, {"betas": ["b-1"]}), "new-model", ENDPOINT)
    assert request.body["model"] == "new-model"
    assert "betas" not in request.body
    headers = dict(request.headers)
    assert headers["anthropic-beta"] == "b-1"
    assert headers["x-api-key"] == "<key>"


@pytest.mark.parametrize(
    "more",
    [
        {"betas": ["\ud800", "b-1"]},
        {"betas": {}},
        {"temperature": 10**400},
        {"temperature": 1e999},
        {"messages": [{"role": {}, "content": [{"type": {}}, {"type": []}]}]},
        {"tools": [{"name": {}}], "tool_choice": []},
        {"tools": {}, "thinking": 3},
        {"a b\x1b[2J": 1},
    ],
)
def test_values_of_any_type_are_counted_and_sent_again(
    more: dict[str, Any], tmp_path: Path
) -> None:
    path = written(tmp_path, more)
    said = inventory_text.render(scan([path])) + inventory_json.to_json(scan([path]))
    assert "\x1b" not in said
    done = replay.replay(
        choose([path]),
        MODEL,
        ENDPOINT,
        httpx2.MockTransport(lambda _: httpx2.Response(200, json={"type": "message"})),
    )
    assert done.compared[0].status == 200


@pytest.mark.parametrize(
    "answer",
    [
        {"type": "message", "content": [{"type": "tool_use", "name": {}, "input": []}]},
        {"type": "message", "content": [{"type": {}}, {"type": []}], "stop_reason": {}},
        {"type": "error", "error": {"type": "x" * 700_000, "message": "\x1b[2J\n"}},
        {"type": "message", "content": 3, "usage": []},
    ],
)
def test_an_answer_of_any_form_is_compared_and_told_in_short(
    answer: dict[str, Any], tmp_path: Path
) -> None:
    choice = choice_of(tmp_path, {"tools": [{"name": {}}]})
    status = 400 if "error" in answer else 200
    done = replay.replay(
        choice,
        MODEL,
        ENDPOINT,
        httpx2.MockTransport(lambda _: httpx2.Response(status, json=answer)),
    )
    assert done.exit_code == 1
    for said in (replay.to_text(done), replay.to_json(done)):
        assert "\x1b" not in said
        assert len(said) < 5_000


def test_the_cost_is_told_and_no_text_is(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, {"max_tokens": 700})
    cost = replay.cost_of(requests_of(choice, MODEL, ENDPOINT))
    said = replay.plan_text(choice, cost, "https://x", MODEL)
    assert "1 request to https://x" in said
    assert "700 of output" in said
    assert "secret" not in said


def test_traffic_without_requests_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"type": "message", "role": "assistant", "content": []}\n')
    with pytest.raises(TrafficError, match="no request was found that can be sent again"):
        choose([str(path)])
