"""Rules about arrival times, about several exchanges and about clients: examples of each.

Each rule has an example that breaks it and one that keeps it, checked by the shipped
inspections. For the rules about one answer by itself see `rule_examples_of_*`.
"""

from dataclasses import dataclass
from functools import cache

import pytest

from messages_conformance import resources
from messages_conformance.probing import loader
from messages_conformance.protocol.exchange import COUNT_TOKENS, Exchange, Request
from messages_conformance.readiness import rows
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.reference.client_cases import CLIENT_CASES
from messages_conformance.rules.catalogue import rules_of
from messages_conformance.rules.finding import RuleKind
from rules.test_timing_and_tokens import plain, stream
from support.clients_at import MODEL, answers_of
from support.rule_examples import CALL, JSON, SSE, STREAM, WEATHER, answer, message

ACROSS = rules_of(RuleKind.RUN, RuleKind.CLIENT).keys()


@dataclass(frozen=True)
class Example:
    """One rule, exchanges that break it and exchanges that keep it."""

    rule: str
    bad: tuple[Exchange, ...]
    good: tuple[Exchange, ...]


def counted(tokens: int) -> Exchange:
    return answer({"input_tokens": tokens}, path=COUNT_TOKENS)


def called(id_of_call: str = "toolu_1", **fields: object) -> Exchange:
    return answer(message({**CALL, "id": id_of_call}, **fields), tools=[WEATHER])


def costing(*tokens: int) -> tuple[Exchange, ...]:
    """Answers to short requests, no two alike, that cost so many input tokens."""
    usage = {"output_tokens": 1}
    return tuple(
        answer(
            message(id=f"msg_{number}", usage={**usage, "input_tokens": each}),
            messages=[{"role": "user", "content": f"Say {number}."}],
        )
        for number, each in enumerate(tokens)
    )


PACED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
ENVELOPE = {"type": "error", "error": {"type": "invalid_request_error", "message": "No."}}
WITHOUT_USAGE = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message",'
    b'"role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null}}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn",'
    b'"stop_sequence":null},"usage":{"output_tokens":1}}\n\n'
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)


def asked_for_claude_code(case: str) -> tuple[Exchange, ...]:
    """What an endpoint answers to all that Claude Code sends."""
    answer, found = answers_of(CLIENT_CASES[case].stages), list[Exchange]()

    def keep(batch: tuple[Request, ...]) -> list[Exchange]:
        found.extend(answers := answer(batch))
        return answers

    answer_all(questions(dialect_of("claude-code"), MODEL), keep)
    return tuple(found)


def refusals(*sentences: str) -> tuple[Exchange, ...]:
    """Refusals of as many different requests."""
    return tuple(
        answer(
            {"type": "error", "error": {"type": "invalid_request_error", "message": said}},
            status=400,
            system=f"Request {number}",
        )
        for number, said in enumerate(sentences)
    )


NUMBERED = [(*JSON[:1], ("request-id", f"req_{number}")) for number in range(7)]
EXAMPLES = (
    Example("ST-INC-2", bad=(stream(2.0),), good=(stream(*PACED),)),
    Example("ST-INC-3", bad=(stream(0.1, 0.2, 2.0),), good=(stream(*PACED),)),
    Example("RS-USE-3", bad=(plain(25), plain(26)), good=(plain(25), plain(25))),
    Example("RS-USE-8", bad=costing(*[900] * 5), good=costing(*[900] * 4, 60)),
    Example("ST-USE-4", bad=(plain(25), stream(*PACED, used=0)), good=(plain(3), stream(*PACED))),
    Example(
        "RS-MSG-7",
        bad=(answer(message()), answer(message({"type": "text", "text": "Bye."}))),
        good=(answer(message()), answer(message({"type": "text", "text": "Bye."}, id="msg_2"))),
    ),
    Example(
        "RS-MSG-8",
        bad=(answer(message()), answer(message(), system="Be brief.")),
        good=(answer(message()), answer(message(id="msg_2"), system="Be brief.")),
    ),
    Example(
        "RS-TOOL-10",
        bad=(called(), called(id="msg_2")),
        good=(called(), called("toolu_2", id="msg_2")),
    ),
    Example(
        "HD-13",
        bad=tuple(answer(message(id=f"msg_{number}"), NUMBERED[0]) for number in range(7)),
        good=tuple(
            answer(message(id=f"msg_{number}"), headers) for number, headers in enumerate(NUMBERED)
        ),
    ),
    Example(
        "ER-9",
        bad=refusals(*["Bad request"] * 6),
        good=refusals(*["Bad request"] * 5, "max_tokens: Field required"),
    ),
    Example("RS-CNT-2", bad=(answer(message()), counted(90)), good=(answer(message()), counted(9))),
    Example("CL-READ-1", bad=(answer(ENVELOPE),), good=(answer(ENVELOPE, status=400),)),
    Example(
        "CL-READ-2",
        bad=(answer({"code": "InvalidParameter", "message": "No."}, status=400),),
        good=(answer(ENVELOPE, status=400),),
    ),
    Example(
        "CL-SEND-1",
        bad=asked_for_claude_code("adaptive_as_vendor_flat"),
        good=asked_for_claude_code("adaptive_known_documented"),
    ),
    Example("CL-MOVE-1", bad=(called("call.1"),), good=(called(),)),
    Example("CL-READ-3", bad=(answer(WITHOUT_USAGE, SSE, stream=True),), good=(STREAM,)),
)


@cache
def inspections() -> loader.Suites:
    return loader.load(resources.folder("suites"))


def broken(exchanges: tuple[Exchange, ...]) -> set[str]:
    """Those of these rules that the shipped inspections find broken."""
    further = rows.inspections_of(("claude-code", "moved"))
    return ACROSS & {
        finding.rule.id
        for _, inspection in (*inspections().inspections, *further)
        for _, finding in inspection.function(exchanges).findings
    }


def test_every_such_rule_has_an_example() -> None:
    assert {example.rule for example in EXAMPLES} == ACROSS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_the_bad_exchanges_break_the_rule_and_the_good_ones_none(example: Example) -> None:
    found = broken(example.bad)
    # What one client cannot read at all, another may misread.
    also = {rule for rule in found if rule.startswith("CL-") and example.rule.startswith("CL-")}
    assert found == {example.rule} | also
    assert broken(example.good) == set()
