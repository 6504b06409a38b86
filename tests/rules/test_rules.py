"""Every rule about answers is broken by its bad example and kept by its good one."""

import pytest

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.catalogue import rules_of
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import RuleKind
from support.rule_examples import GOOD, STREAM, Example
from support.rule_examples_of_blocks import BLOCKS
from support.rule_examples_of_messages import MESSAGES
from support.rule_examples_of_requests import REQUESTS
from support.rule_examples_of_streams import STREAMS

RULES = rules_of(RuleKind.ANSWER)
EXAMPLES = (*MESSAGES, *BLOCKS, *STREAMS, *REQUESTS)
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)


def broken(exchange: Exchange, version: str = VERSIONS[0]) -> set[str]:
    return {finding.rule.id for finding in check(exchange, version)}


@each_example
def test_the_bad_exchange_breaks_the_rule_and_no_other(example: Example) -> None:
    assert broken(example.bad) == {example.rule, *example.also}


@each_example
def test_the_good_exchange_keeps_every_rule(example: Example) -> None:
    assert broken(example.good) == set()


@each_example
def test_a_finding_says_where_and_what_was_expected(example: Example) -> None:
    for finding in check(example.bad):
        assert str(finding.where)
        assert "expected" in finding.message or "the original API" in finding.message


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_holds_in_its_api_versions_and_in_no_other(id: str) -> None:
    bad = [example.bad for example in EXAMPLES if example.rule == id]
    for version in VERSIONS:
        found = [id in broken(exchange, version) for exchange in bad]
        assert all(found) if version in RULES[id].versions else not any(found)


def test_a_good_message_and_a_good_stream_break_nothing_in_any_version() -> None:
    for version in VERSIONS:
        assert check(GOOD, version) == ()
        assert check(STREAM, version) == ()
