#!/usr/bin/env python3
"""Measure what clients make of answers that break a wire rule; the entries are those of healing/.

    scripts/measure_healing.py                         every client that can be installed
    scripts/measure_healing.py python-sdk@0.39.0 …     these
    scripts/measure_healing.py --write …               and put them into their tables

A valid answer with a thought, a text and a call of a tool, plain and streamed, is broken by each of
the suite's mutations that break a rule of severity `breaking`, unless a condition of
``healing/conditions.py`` stands for that rule. Each broken answer is given to the
real client over loopback (see ``clients/installed``). For each rule the worst that happened is
printed, as an ``[[answer]]`` entry of the client's table whose condition is the id of the rule.
"""

import argparse
import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from messages_conformance.clients.installed import environments, real
from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.healing.conditions import CONDITIONS, conditions
from messages_conformance.healing.tables import load as load_table
from messages_conformance.protocol.build import (
    json_exchange,
    request_for,
    serialise,
    stream_exchange,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.sse import Event
from messages_conformance.readiness.dialect import load
from messages_conformance.resources import folder
from messages_conformance.rules.catalogue import RULES
from messages_conformance.rules.finding import Severity
from messages_conformance.testing.mutations import MUTATIONS

MESSAGE = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": "any",
    "content": [
        {"type": "thinking", "thinking": "They ask for the weather.", "signature": "c2lnbmVk"},
        {"type": "text", "text": "I look it up."},
        {
            "type": "tool_use",
            "id": "toolu_01",
            "name": "get_weather",
            "input": {"city": "Paris", "days": 2},
        },
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 25, "output_tokens": 30},
}
PIECES = {
    0: [
        {"type": "thinking_delta", "thinking": "They ask "},
        {"type": "thinking_delta", "thinking": "for the weather."},
        {"type": "signature_delta", "signature": "c2lnbmVk"},
    ],
    1: [
        {"type": "text_delta", "text": "I look "},
        {"type": "text_delta", "text": "it up."},
    ],
    2: [
        {"type": "input_json_delta", "partial_json": '{"city": "Par'},
        {"type": "input_json_delta", "partial_json": 'is", "days": 2}'},
    ],
}
STARTS = {
    0: {"type": "thinking", "thinking": "", "signature": ""},
    1: {"type": "text", "text": ""},
    2: {"type": "tool_use", "id": "toolu_01", "name": "get_weather", "input": {}},
}
OUTCOMES = {
    ClientOutcome.RAISES: "raises",
    ClientOutcome.LOSES: "loses",
    ClientOutcome.MISREADS: "garbles",
    ClientOutcome.FINE: "fine",
}


def main() -> None:
    """Print the entries of the clients that are named, or of all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clients", nargs="*", metavar="CLIENT@VERSION")
    parser.add_argument("--write", action="store_true", help="write the entries to healing/")
    parser.add_argument("--alike", metavar="CLIENT@VERSION", help="take over the entries of this "
                        "one for each condition whose examples both read alike")  # fmt: skip
    given = parser.parse_args()
    broken = list(answers())
    for name in given.clients or list(installable()):
        environment = environments.made(*name.split("@"))
        results = real.read_with(environment, [exchange for _, exchange in broken])
        worst: dict[str, ClientResult] = {}
        for (rule, _), result in zip(broken, results, strict=True):
            if result is not None and (rule not in worst or _rank(result) < _rank(worst[rule])):
                worst[rule] = result
        entries = "".join(entry(rule, result) for rule, result in sorted(worst.items()))
        if given.alike:
            entries = "".join(taken_over(name, given.alike)) + entries
        if given.write:
            write(name, entries)
        else:
            print(f"# {name}{entries}", flush=True)


def taken_over(name: str, other: str) -> Iterator[str]:
    """The entries of another version, for conditions whose examples both read alike."""
    examples = list(of_conditions())
    first, second = (
        real.read_with(environments.made(*each.split("@")), [e for _, e in examples])
        for each in (name, other)
    )
    same: dict[str, bool] = {}
    for (condition, _), ours, theirs in zip(examples, first, second, strict=True):
        same[condition] = same.get(condition, True) and ours == theirs
    table = load_table(folder("healing") / f"{other}.toml")
    for each in table.answers:
        if same.get(each.condition):
            lines = ["", "[[answer]]", f'condition = "{each.condition}"']
            lines += [f'outcome = "{each.outcome}"']
            lines += [f"detail = {json.dumps(each.detail)}"] if each.detail else []
            yield "\n".join([*lines, 'source = "mutated"', ""])


def of_conditions() -> Iterator[tuple[str, Exchange]]:
    """Answers with one condition each."""
    for mutation in MUTATIONS:
        exchange = mutation.exchange(MESSAGE, events())
        if exchange is not None and len(found := conditions(exchange)) == 1:
            yield next(iter(found)), exchange
    stream = stream_exchange(request_for(MESSAGE, stream=True), serialise(events()))
    plain = json_exchange(request_for(MESSAGE), MESSAGE)
    strange = Event("strange", '{"type": "strange"}')
    flat = Event("error", '{"code": "InternalError", "message": "No."}')
    error = Event("", '{"type": "error", "error": {"type": "api_error", "message": "No."}}')
    inner = {"type": "invalid_request_error", "message": "No."}
    yield "cut", replace(stream, body=stream.body[:600], ended="cut")
    yield "unknown_event", replace(stream, body=serialise((events()[0], strange, *events()[1:])))
    yield "error_first_flat", replace(stream, body=serialise((flat,)))
    yield "error_unnamed", replace(stream, body=serialise((events()[0], error)))
    yield "empty_body", replace(plain, body=b"")
    html = (("content-type", "text/html"),)
    yield "html_with_200", replace(plain, body=b"<html>No.</html>", headers=html)
    yield "stream_for_plain", replace(stream, request=request_for(MESSAGE))
    for condition, body in (
        ("envelope_openai", json.dumps({"error": inner}).encode()),
        ("envelope_detail", b'{"detail": "No."}'),
        ("envelope_empty", b""),
    ):
        yield condition, replace(plain, status=400, body=body)
    yield "envelope_html", replace(plain, status=400, body=b"<html>No.</html>", headers=html)
    yield "envelope_stream", replace(stream, status=400, body=serialise((error,)))


def entry(rule: str, result: ClientResult) -> str:
    """One entry of a table."""
    # Where one call raises and another does not, the exception is what people meet.
    raises = " raises " in result.message.split("; ")[-1]
    outcome = "raises" if raises else OUTCOMES[result.outcome]
    lines = ["", "[[answer]]", f'condition = "{rule}"', f'outcome = "{outcome}"']
    if outcome in ("loses", "garbles"):
        lines.append(f"detail = {json.dumps(detail(result.message), ensure_ascii=False)}")
    return "\n".join([*lines, 'source = "mutated"', ""])


def detail(message: str) -> str:
    """What is lost or wrong, as a phrase after "loses" or "reads it wrongly"."""
    said = message.split("; ")[-1]
    for lead in (r".* loses ", r".* returns (?:a Message whose )?", r"the error's "):
        if found := re.match(lead, said):
            said = said[found.end() :]
            break
    return re.sub(r" (?:is|are) lost: .*", "", said)


def write(name: str, entries: str) -> None:
    """Put the entries at the end of a table, in place of those of an earlier run."""
    path = folder("healing") / f"{name}.toml"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    source = (
        f'mutated = "measured on {today}: the real client, fed over loopback with answers that '
        'break a rule; see scripts/measure_healing.py"'
    )
    text = path.read_text(encoding="utf-8")
    kept = [
        part
        for part in re.split(r"\n(?=\[\[|\[)", text.rstrip("\n"))
        if 'source = "mutated"' not in part
    ]
    kept = [re.sub(r"\nmutated = .*", "", part) for part in kept]
    kept = [
        f"{part.rstrip()}\n{source}\n" if part.startswith("[sources]") else part for part in kept
    ]
    path.write_text("\n".join(kept).rstrip("\n") + "\n" + entries, encoding="utf-8")
    print(f"{path.name}: {entries.count('[[answer]]')} entries", flush=True)


def installable() -> Iterator[str]:
    """The captured clients that can be installed to read answers."""
    for path in sorted(folder("dialects").glob("*.json")):
        dialect = load(path)
        if dialect.client in environments.RECIPES:
            yield f"{dialect.client}@{dialect.version}"


def answers() -> Iterator[tuple[str, Exchange]]:
    """Answers that break a rule that no condition stands for, each with the rule."""
    covered = {rule for rules in CONDITIONS.values() for rule in rules}
    for mutation in MUTATIONS:
        rule = RULES[mutation.rule]
        if rule.severity is Severity.BREAKING and rule.id not in covered:
            exchange = mutation.exchange(MESSAGE, events())
            if exchange is not None:
                yield rule.id, exchange


def events() -> tuple[Event, ...]:
    """The valid answer as a stream."""
    opening = {**MESSAGE, "content": [], "stop_reason": None}
    found: list[dict[str, object]] = [{"type": "message_start", "message": opening}]
    for index, pieces in PIECES.items():
        start = {"type": "content_block_start", "index": index, "content_block": STARTS[index]}
        deltas = [{"type": "content_block_delta", "index": index, "delta": p} for p in pieces]
        found += [start, *deltas, {"type": "content_block_stop", "index": index}]
    end = {"stop_reason": "tool_use", "stop_sequence": None}
    found += [
        {"type": "message_delta", "delta": end, "usage": {"output_tokens": 30}},
        {"type": "message_stop"},
    ]
    return tuple(Event(str(each["type"]), json.dumps(each)) for each in found)


def _rank(result: ClientResult) -> int:
    order = [ClientOutcome.MISREADS, ClientOutcome.LOSES, ClientOutcome.RAISES, ClientOutcome.FINE]
    return order.index(result.outcome)


if __name__ == "__main__":
    main()
