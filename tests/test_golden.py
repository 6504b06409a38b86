"""The reading of exchanges, held against genuine traffic of the original API.

The recordings are not part of the project: `GOLDEN_EXCHANGES` names the file, or it lies
beside the checkout.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.exchange import Exchange, Request

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "golden" / "anthropic.jsonl.gz"


@pytest.fixture(scope="module")
def golden() -> list[dict[str, Any]]:
    path = Path(os.environ.get("GOLDEN_EXCHANGES", BESIDE))
    if not path.is_file():
        pytest.skip("the golden exchanges are not here; GOLDEN_EXCHANGES names their file")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def exchange(line: dict[str, Any]) -> Exchange:
    return Exchange(
        Request(line["request"]),
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
