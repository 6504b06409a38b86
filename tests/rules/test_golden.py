"""Exchanges and rules checked with genuine traffic of the original API.

The recordings are not part of the project: `GOLDEN_EXCHANGES` names their file, or it is in a
folder beside the checkout.
"""

import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import schemas
from messages_conformance.healing.conditions import conditions
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.check import check, check_stream
from messages_conformance.rules.finding import Severity
from messages_conformance.rules.repeated_answers import check_answers

NAMES = ("anthropic.jsonl.gz", "anthropic-2.jsonl.gz")


@pytest.fixture(scope="module")
def golden() -> list[dict[str, Any]]:
    files = golden_files()
    if not files:
        pytest.skip("the golden exchanges are not here; GOLDEN_EXCHANGES names their files")
    return [
        json.loads(line)
        for path in files
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]


def golden_files() -> list[Path]:
    """The files that `GOLDEN_EXCHANGES` names, or those in a folder beside the checkout."""
    named = os.environ.get("GOLDEN_EXCHANGES")
    if named:
        return [Path(each) for each in named.split(os.pathsep)]
    beside = (folder / "shared" / "golden" for folder in Path(__file__).resolve().parents[3:])
    folder = next((folder for folder in beside if folder.is_dir()), None)
    return [path for name in NAMES if folder and (path := folder / name).is_file()]


def exchange(line: dict[str, Any]) -> Exchange:
    return Exchange(
        Request(line["request"], path=line["path"]),
        line["status"],
        tuple(line["headers"].items()),
        line["body"].encode(),
    )


def is_message(line: dict[str, Any]) -> bool:
    """Whether a line is a message, in one piece or streamed; some are lists of models."""
    return line["kind"] in ("message", "stream") and line["path"].startswith("/v1/messages")


def test_every_genuine_message_and_stream_is_read(golden: list[dict[str, Any]]) -> None:
    unread = [line["source"] for line in golden if is_message(line) and not exchange(line).answered]
    assert unread == []


def test_every_genuine_error_is_read_as_a_refusal(golden: list[dict[str, Any]]) -> None:
    errors = [exchange(line) for line in golden if line["kind"] == "error"]
    assert errors
    assert all(error.refused for error in errors)


def test_no_genuine_message_lacks_its_figures(golden: list[dict[str, Any]]) -> None:
    for line in golden:
        if is_message(line):
            read = exchange(line)
            by_code = any("caller" in call for call in read.tool_uses)
            assert read.usage("output_tokens") > 0 or by_code, line["source"]
            assert read.stop_reason, line["source"]


def test_no_genuine_exchange_breaks_a_rule_that_matters(golden: list[dict[str, Any]]) -> None:
    found = [
        f"{finding.rule.id} at {finding.where} of {line['source']}: {finding.message}"
        for line in golden
        for finding in check(exchange(line))
        if finding.rule.severity is not Severity.ADVISORY
    ]
    assert found == []


def test_no_genuine_answer_is_of_a_kind_that_breaks_clients(golden: list[dict[str, Any]]) -> None:
    found = Counter(name for line in golden for name in conditions(exchange(line)))
    assert found == {}


def test_what_the_rules_advise_on_genuine_exchanges_is_known(golden: list[dict[str, Any]]) -> None:
    """A model that puts a text where a number belongs, and one that writes a call as text."""
    found = Counter(finding.rule.id for line in golden for finding in check(exchange(line)))
    assert found in ({}, {"RS-TOOL-7": 2, "RS-BLK-4w": 1})


def test_genuine_answers_are_answers_of_their_own(golden: list[dict[str, Any]]) -> None:
    assert [finding.rule.id for _, finding in check_answers(map(exchange, golden))] == []


def test_genuine_streams_are_judged_alike_byte_by_byte(golden: list[dict[str, Any]]) -> None:
    for line in [line for line in golden if line["kind"] == "stream"][:5]:
        body = line["body"].encode()
        pieces = (body[at : at + 1] for at in range(len(body)))
        whole = list(check_stream([body], request=line["request"]))
        assert list(check_stream(pieces, request=line["request"])) == whole


@pytest.mark.parametrize("kind", ["message", "stream", "count_tokens", "error"])
def test_genuine_answers_keep_the_schemas(golden: list[dict[str, Any]], kind: str) -> None:
    for line in golden:
        read = exchange(line)
        if line["kind"] == kind and (kind == "error" or not read.refused):
            documents = [e.json for e in read.events] if read.streamed else [read.json]
            for document in documents:
                said = schemas.complaint(document, schema_of(line, read))
                assert said is None, line["source"]


def schema_of(line: dict[str, Any], read: Exchange) -> str:
    if read.streamed:
        return "stream-event"
    if line["path"] == "/v1/models" and line["kind"] != "error":
        return "model-list"
    return {"count_tokens": "token-count"}.get(str(line["kind"]), str(line["kind"]))


BETA = {"context_management", "mcp_servers", "output_format", "task_budget"}
"""Fields that a beta adds to a request."""


def test_genuine_requests_keep_the_schema(golden: list[dict[str, Any]]) -> None:
    for line in golden:
        if is_message(line) and line["request"] is not None:
            sent = dict(line["request"])
            config = sent.get("output_config")
            if not BETA.isdisjoint(sent) or not BETA.isdisjoint(config or ()):
                continue
            assert schemas.complaint(sent, "request-2023-06-01") is None, line["source"]
