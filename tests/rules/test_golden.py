"""Exchanges and rules checked with genuine traffic of the original API.

The recordings are not part of the project: `GOLDEN_EXCHANGES` names their file, or it is in a
folder beside the checkout.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import schemas
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.check import check, check_stream
from messages_conformance.rules.finding import Severity

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "golden" / "anthropic.jsonl.gz"


@pytest.fixture(scope="module")
def golden() -> list[dict[str, Any]]:
    path = Path(os.environ.get("GOLDEN_EXCHANGES", BESIDE))
    if not path.is_file():
        pytest.skip("the golden exchanges are not here; GOLDEN_EXCHANGES names their file")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def exchange(line: dict[str, Any]) -> Exchange:
    return Exchange(
        Request(line["request"], path=line["path"]),
        line["status"],
        tuple(line["headers"].items()),
        line["body"].encode(),
    )


def test_every_genuine_message_and_stream_is_read(golden: list[dict[str, Any]]) -> None:
    unread = [
        line["source"]
        for line in golden
        if line["kind"] in ("message", "stream") and not exchange(line).answered
    ]
    assert unread == []


def test_every_genuine_error_is_read_as_a_refusal(golden: list[dict[str, Any]]) -> None:
    errors = [exchange(line) for line in golden if line["kind"] == "error"]
    assert errors
    assert all(error.refused for error in errors)


def test_no_genuine_message_lacks_its_figures(golden: list[dict[str, Any]]) -> None:
    for line in golden:
        if line["kind"] in ("message", "stream"):
            assert exchange(line).usage("output_tokens") > 0, line["source"]
            assert exchange(line).stop_reason, line["source"]


def test_no_genuine_exchange_breaks_a_rule_that_matters(golden: list[dict[str, Any]]) -> None:
    found = [
        f"{finding.rule.id} at {finding.where} of {line['source']}: {finding.message}"
        for line in golden
        for finding in check(exchange(line))
        if finding.rule.severity is not Severity.ADVISORY
    ]
    assert found == []


def test_genuine_streams_are_judged_alike_byte_by_byte(golden: list[dict[str, Any]]) -> None:
    for line in [line for line in golden if line["kind"] == "stream"][:5]:
        body = line["body"].encode()
        pieces = (body[at : at + 1] for at in range(len(body)))
        whole = list(check_stream([body], request=line["request"]))
        assert list(check_stream(pieces, request=line["request"])) == whole


@pytest.mark.parametrize("kind", ["message", "stream", "count_tokens", "error"])
def test_genuine_answers_keep_the_schemas(golden: list[dict[str, Any]], kind: str) -> None:
    name = {"stream": "stream-event", "count_tokens": "token-count"}.get(kind, kind)
    for line in golden:
        read = exchange(line)
        if line["kind"] == kind and (kind == "error" or not read.refused):
            documents = [e.json for e in read.events] if kind == "stream" else [read.json]
            for document in documents:
                assert schemas.complaint(document, name) is None, line["source"]


BETA = {"context_management", "mcp_servers", "output_format", "task_budget"}
"""Fields that a beta adds to a request."""


def test_genuine_requests_keep_the_schema(golden: list[dict[str, Any]]) -> None:
    for line in golden:
        if line["kind"] in ("message", "stream"):
            sent = dict(line["request"])
            config = sent.get("output_config")
            if not BETA.isdisjoint(sent) or not BETA.isdisjoint(config or ()):
                continue
            assert schemas.complaint(sent, "request-2023-06-01") is None, line["source"]
