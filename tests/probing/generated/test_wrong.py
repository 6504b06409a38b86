"""What is wrong with a request, mistake by mistake, and what a refusal of it must name."""

from typing import Any

import pytest

from messages_conformance.claims import library
from messages_conformance.probing.content import (
    assistant,
    banded_png,
    call,
    result,
    text,
    tool,
    user,
)
from messages_conformance.probing.generated.doubtful import is_doubtful
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.kinds import KINDS
from messages_conformance.probing.generated.wrong import is_right, what_is_wrong
from messages_conformance.protocol.versions import VERSIONS

OLD, NEW = VERSIONS
HELLO = [user("Say hello.")]
CLOCK = tool("clock", city="string")
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}
LOOP = [user("Go."), assistant(call("c1", "clock", {})), user(result("c1", "5 o'clock"))]
PNG = {"type": "base64", "media_type": "image/png", "data": banded_png(["red"])}


def draft(**fields: Any) -> Draft:
    return Draft({"model": "<model>", "max_tokens": 16, "messages": HELLO, **fields})


def cited(enabled: bool) -> dict[str, Any]:
    source = {"type": "text", "media_type": "text/plain", "data": "Water boils."}
    return {"type": "document", "source": source, "citations": {"enabled": enabled}}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"messages": LOOP, "tools": [CLOCK]},
        {"temperature": 1.0, **THINKING},
        {"messages": [user("Hi."), user("Say hello.")]},
        {"messages": [user(cited(True), cited(True), "What boils?")]},
        {"system": [text("Be kind.", cache_control={"type": "ephemeral", "ttl": "1h"})]},
    ],
)
def test_a_legal_request(fields: dict[str, Any]) -> None:
    assert what_is_wrong(draft(**fields), OLD) == ()
    assert is_right(draft(**fields), OLD)


@pytest.mark.parametrize(
    ("kind", "name", "fields"),
    [
        ("wrong type", "max_tokens", {"max_tokens": "16"}),
        ("out of range", "max_tokens", {"max_tokens": -1}),
        ("unknown field", "max_token", {"max_token": 16}),
        ("unknown value", "type", {"tool_choice": {"type": "required"}}),
        ("malformed", "name", {"tools": [{**CLOCK, "name": "a clock"}]}),
        ("empty", "messages", {"messages": []}),
        ("too long", "user_id", {"metadata": {"user_id": "u" * 513}}),
        ("missing", "input_schema", {"tools": [{"name": "clock"}]}),
        ("temperature_with_top_p", "top_p", {"temperature": 1, "top_p": 0.9}),
        ("assistant_first", "role", {"messages": [assistant("Hi."), *HELLO]}),
        ("blank_text", "text", {"messages": [user(text(" "))]}),
        ("duplicate_tool_names", "name", {"tools": [CLOCK, CLOCK]}),
        ("choice_without_tools", "tools", {"tool_choice": {"type": "any"}}),
        ("image_mislabelled", "media_type", {
            "messages": [user({"type": "image", "source": {**PNG, "media_type": "image/gif"}})]
        }),
        ("image_undecodable", "image", {
            "messages": [user({"type": "image", "source": {**PNG, "data": "bm8="}})]
        }),
        ("call_without_result", "tool_result", {"messages": [*LOOP[:2], *HELLO], "tools": [CLOCK]}),
        ("result_without_call", "tool_use_id", {
            "messages": [*LOOP[:2], user(result("c1", "5"), result("c2", "6"))], "tools": [CLOCK]
        }),
        ("results of one call", "tool_use_id", {
            "messages": [*LOOP[:2], user(result("c1", "5"), result("c1", "6"))], "tools": [CLOCK]
        }),
        ("call_without_thought", "thinking", {"messages": LOOP, "tools": [CLOCK], **THINKING}),
        ("budget_beyond_max_tokens", "max_tokens", {**THINKING, "max_tokens": 1024}),
        ("top_k_with_thinking", "top_k", {**THINKING, "top_k": 5}),
        ("some sources cited", "citations", {"messages": [user(cited(True), cited(False))]}),
        ("five_cache_marks", "cache_control", {
            "system": [text("A.", cache_control={"type": "ephemeral"})] * 5
        }),
    ],
)  # fmt: skip
def test_a_mistake(kind: str, name: str, fields: dict[str, Any]) -> None:
    (wrong,) = what_is_wrong(draft(**fields), OLD)
    assert wrong.kind == kind
    assert name in wrong.names
    assert not is_right(draft(**fields), OLD)


def test_a_version_has_fields_of_its_own() -> None:
    (wrong,) = what_is_wrong(draft(temperature=1), NEW)
    assert (wrong.kind, set(wrong.names)) == ("unknown field", {"temperature"})


@pytest.mark.parametrize(
    "fields",
    [
        {"max_tokens": 0},
        {"messages": LOOP},
        {"tool_choice": {"type": "auto"}},
        {"tools": [{**CLOCK, "strict": True}]},
        {"messages": [*HELLO, assistant("Well")], "tools": [CLOCK]},
        {"thinking": {"type": "adaptive"}},
    ],
)
def test_what_is_not_settled_is_neither(fields: dict[str, Any]) -> None:
    assert is_doubtful(draft(**fields))
    assert not is_doubtful(draft())


@pytest.mark.parametrize("target", ["anthropic", "anthropic-2026-10-21"])
def test_the_original_promises_to_refuse_all_that_has_a_row(target: str) -> None:
    page = library.shipped(target)
    of_2023 = {"temperature_with_top_p", "prefill_ending_in_blank"} | {
        f"{name}_with_thinking" for name in ("temperature", "top_k", "top_p")
    }
    for name, kind in KINDS.items():
        unknown = [row for row in kind.rows if row not in page.rows_by_id]
        assert not unknown or (name in of_2023 and target != "anthropic"), (name, unknown)
