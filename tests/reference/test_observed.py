"""Profile `model-studio-2026-08` is made of public observations, and of nothing else."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.claims import field_reports, library
from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Exchange, Request
from messages_conformance.reference import in_process, observed
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.rules.check import check

PAGE = library.shipped("model-studio", "2026-09-02")
KNOWN = {report.id: report for report in field_reports.of_target(observed.TARGET)}
TRANSCRIPTS = Path(__file__).parents[2].parent / "shared/golden/model-studio.jsonl"
NOT_PLAYED = {"RS-STOP-5"}
"""What a transcript shows and the profile does not play: two tokens more than max_tokens."""


def ask(body: dict[str, Any], key: str = KEY, path: str = "/v1/messages") -> Exchange:
    endpoint = ReferenceEndpoint(
        PAGE, in_process.KEYS, 0, stages=observed.OBSERVED, crowding=0, played=observed.PROFILE
    )
    headers = (("anthropic-version", "2023-06-01"), ("x-api-key", key))
    return asyncio.run(in_process.ask(endpoint, Request(body, headers, path)))


def rules_of(exchange: Exchange, headers: tuple[tuple[str, str], ...]) -> set[str]:
    """The rules that an answer breaks, by the headers that the transcript has as well."""
    alike = Exchange(exchange.request, exchange.status, headers, exchange.body)
    return {finding.rule.id for finding in check(alike)}


@pytest.mark.parametrize("deviation", observed.DEVIATIONS, ids=lambda one: one.observations[0])
def test_every_deviation_names_observations_that_there_are(deviation: observed.Deviation) -> None:
    assert deviation.observations
    for id in deviation.observations:
        assert KNOWN[id].source
        assert KNOWN[id].date


def test_every_observation_of_august_is_played_or_says_why_not() -> None:
    of_august = {id for id, report in KNOWN.items() if report.date.startswith("2026-08")}
    assert of_august <= observed.PLAYED | observed.NOT_PLAYED.keys()
    assert not observed.PLAYED & observed.NOT_PLAYED.keys()
    assert all(observed.NOT_PLAYED.values())
    assert observed.PLAYED | observed.NOT_PLAYED.keys() <= KNOWN.keys()


def transcripts() -> list[dict[str, Any]]:
    if not TRANSCRIPTS.is_file():
        pytest.skip("the transcripts of the real service are not beside this checkout")
    found = [json.loads(line) for line in TRANSCRIPTS.read_text(encoding="utf-8").splitlines()]
    return [one for one in found if "request" in one]


def test_its_answers_break_the_rules_that_genuine_ones_break_and_no_others() -> None:
    compared = 0
    for real in transcripts():
        request, headers = real["request"], tuple(real["headers"].items())
        played = ask(request, WRONG_KEY if "key" in real["case"] else KEY, real["path"])
        genuine = Exchange(played.request, real["status"], headers, real["body"].encode())
        assert played.status == real["status"], real["case"]
        alike = rules_of(genuine, headers) - NOT_PLAYED
        assert rules_of(played, headers) == alike, real["case"]
        compared += 1
    assert compared >= 7


def test_its_answers_say_which_profile_was_played() -> None:
    answer = ask({"model": "qwen-plus", "max_tokens": 8, "messages": []})
    assert answer.header("x-messages-conformance-played") == observed.PROFILE
