"""What is drawn: the same for the same seed, legal or with one mistake, and something of all."""

from collections.abc import Iterator
from random import Random

import pytest

from messages_conformance.probing.company.features import FEATURES
from messages_conformance.probing.generated import uses
from messages_conformance.probing.generated.doubtful import is_doubtful
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.drawing import draw, drawn_of, row_of
from messages_conformance.probing.generated.kinds import KINDS
from messages_conformance.probing.generated.legal import some_legal
from messages_conformance.probing.generated.mistakes import some_illegal
from messages_conformance.probing.generated.probe import Drawn
from messages_conformance.probing.generated.wrong import what_is_wrong
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.selftest.run import clean_endpoint
from messages_conformance.verdict import Claim

MODEL = clean_endpoint("strict").model
OLD, NEW = VERSIONS


def drawn(seed: int, number: int, version: str = OLD) -> list[Drawn]:
    return list(draw(seed, number, MODEL, version, lambda _: True, FEATURES))


def test_the_same_seed_draws_the_same_and_a_longer_one_begins_so() -> None:
    assert drawn(1, 12) == drawn(1, 12)
    assert drawn(1, 6) == drawn(1, 12)[:6]
    assert drawn(1, 6) != drawn(2, 6)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_request_is_legal_or_has_a_mistake_and_so_in_company(version: str) -> None:
    found = drawn(3, 60, version)
    assert {bool(one.wrongs) for one in found} == {True, False}
    assert any(one.company for one in found)
    for one in found:
        assert not is_doubtful(one.draft)
        assert one.wrongs == what_is_wrong(one.draft, version)
        if one.company:
            beside = {wrong.kind for wrong in what_is_wrong(one.company, version)}
            assert beside == {wrong.kind for wrong in one.wrongs}


def legal_ones(number: int, version: str = OLD) -> Iterator[tuple[Random, Draft]]:
    for seed in range(number):
        rng = Random(f"legal {seed}")
        yield rng, some_legal(rng, version, lambda _: True)


def test_the_walk_comes_to_all_features() -> None:
    found = {row for _, draft in legal_ones(350) for row in uses.rows_used(draft)}
    blocks = ("text/text", "image", "document", "search_result", "tool_use/id")
    fields = ("system", "stop_sequences", "stream", "temperature", "top_p", "top_k", "metadata")
    assert found >= {
        *(f"content/{one}" for one in (*blocks, "string", "tool_result/is_error")),
        *(f"content/{one}/cache_control" for one in ("text", "tool_use", "tool_result")),
        *(f"basic/{one}" for one in (*fields, "service_tier", "thinking", "thinking/display")),
        *(f"tool_choice/{one}" for one in ("auto", "any", "tool", "none")),
        *("tools/name", "tools/cache_control", "request/strict_tools", "request/cache_ttl_1h"),
        *("request/two_user_turns", "content/text/citations", "output_config/format"),
        *(uses.PREFILL, uses.EXAMPLES, uses.BETA, "tool_choice/disable_parallel_tool_use"),
    }


def test_what_the_page_does_not_promise_is_drawn_seldom() -> None:
    drafts = [
        some_legal(Random(seed), OLD, lambda row: row != "basic/system") for seed in range(120)
    ]
    with_system = sum("system" in draft.body for draft in drafts)
    assert 0 < with_system < 15


def test_the_version_of_2026_has_no_sampling() -> None:
    used = {row for _, draft in legal_ones(60, NEW) for row in uses.rows_used(draft)}
    assert not {"basic/temperature", "basic/top_p", "basic/top_k"} & used


def test_all_kinds_of_mistakes_are_drawn() -> None:
    kinds = {
        wrong.kind
        for rng, draft in legal_ones(250)
        for _ in range(3)
        for wrong in some_illegal(rng, draft, OLD)[1]
    }
    assert set(KINDS) - kinds <= {"mixed search results", "mark_on_empty_text"}


def test_a_page_promises_what_it_claims_of_all_that_a_request_uses() -> None:
    (legal,) = (one for one in drawn(1, 1) if not one.wrongs)
    rows = uses.rows_used(legal.draft)
    assert rows

    def of(*missing: str) -> Claim:
        found = drawn_of(legal.draft, MODEL, OLD, lambda row: row not in missing)
        return row_of(found, "explore", "r1", "the page").claim

    assert of() is Claim.SUPPORTED
    assert of(*rows) is Claim.UNKNOWN
    assert of(min(rows)) is Claim.UNKNOWN
