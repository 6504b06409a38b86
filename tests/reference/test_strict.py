"""The strict profile refuses each mistake with its reason, and accepts valid requests."""

from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.probing.content import assistant, call, result, text, user
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys
from messages_conformance.reference.response import Refusal
from messages_conformance.reference.strict import CHECKS, STRICT
from messages_conformance.reference.validation import Check
from support.strict_endpoint import (
    BELL,
    BUDGET,
    CITED,
    FOUND,
    HI,
    NEW,
    OLD,
    PNG,
    RANG,
    RANG_TOO,
    REVISION,
    SEARCHED,
    THOUGHT,
    asked,
    beta,
    called,
    document,
    formed,
    marked,
    picture,
)

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "HD-1 no version": ({"version": None}, "anthropic-version: header is required"),
    "HD-2 no such version": ({"version": "2020-01-01"}, "is not a valid version"),
    "HD-2 two versions": ({"version": f"{OLD}, {OLD}"}, "is not a valid version"),
    "HD-4 unknown beta": ({"headers": beta("effort-2025-11-24, nonsense")}, "`nonsense`"),
    "unknown edit": (
        {
            "headers": beta("context-management-2025-06-27"),
            "context_management": {"edits": [{"type": "no_such_edit"}]},
        },
        "context_management.edits.0: ",
    ),
    "RQ-01 no JSON": ({"raw": b"{"}, "not valid JSON"),
    "RQ-01 half a surrogate pair": ({"raw": b'{"model": "\\ud83d"}'}, "not valid JSON"),
    "RQ-02": ({"model": None}, "model: Field required"),
    "RQ-03": ({"max_tokens": None}, "max_tokens: Field required"),
    "RQ-04": ({"messages": None}, "messages: Field required"),
    "RQ-05 negative": ({"max_tokens": -1}, "max_tokens: "),
    "RQ-05 string": ({"max_tokens": "10"}, "max_tokens: Input should be a valid integer"),
    "RQ-05 fraction": ({"max_tokens": 1.5}, "max_tokens: Input should be a valid integer"),
    "RQ-06 stream": ({"max_tokens": 0, "stream": True}, "stream: "),
    "RQ-06 tool": (
        {"max_tokens": 0, "tools": [BELL], "tool_choice": {"type": "any"}},
        "tool_choice: ",
    ),
    "RQ-06 format": ({"max_tokens": 0, **formed()}, "output_config.format: "),
    "RQ-06 thinking": ({"max_tokens": 0, "thinking": BUDGET}, "thinking: "),
    "RQ-07": ({"max_tokens": 64_001}, "max_tokens: 64001 > 64000"),
    "RQ-08": ({"messages": []}, "messages: "),
    "RQ-09": ({"messages": [assistant("Hi."), HI]}, "first message must use"),
    "RQ-10": ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role: "),
    "RQ-11": ({"messages": [{"role": "system", "content": "x"}, HI]}, 'Unexpected role "system"'),
    "RQ-12": ({"messages": [HI, {"role": "system", "content": "x"}]}, 'Unexpected role "system"'),
    "RQ-14": ({"messages": [user(text(""))]}, "messages.0.content.0.text: "),
    "RQ-15": ({"messages": [user(text(" \n"))]}, "non-whitespace"),
    "RQ-15 in a string": ({"messages": [user(" ")]}, "non-whitespace"),
    "RQ-16 string": ({"messages": [user("")]}, "messages.0.content: "),
    "RQ-16 list": (
        {"messages": [HI, {"role": "assistant", "content": []}, HI]},
        "messages.1.content: ",
    ),
    "RQ-17": ({"messages": [HI, assistant("Well, ")]}, "trailing whitespace"),
    "RQ-19": ({"max_token": 1}, "max_token: Extra inputs are not permitted"),
    "RQ-19 block": ({"messages": [user(text("a", x=1))]}, "messages.0.content.0.x: Extra"),
    "RQ-19 metadata": ({"metadata": {"x": 1}}, "metadata.x: Extra"),
    "RQ-20 low": ({"temperature": -1}, "temperature: "),
    "RQ-20 high": ({"temperature": 1.5}, "temperature: "),
    "RQ-21 temperature": ({"version": NEW, "temperature": 1}, "temperature: Extra"),
    "RQ-21 top_p": ({"version": NEW, "top_p": 1}, "top_p: Extra"),
    "RQ-21 top_k": ({"version": NEW, "top_k": 1}, "top_k: Extra"),
    "RQ-22": ({"temperature": 0.5, "top_p": 0.5}, "cannot both be specified"),
    "RQ-24 top_p": ({"top_p": 2}, "top_p: "),
    "RQ-24 top_k": ({"top_k": -1}, "top_k: "),
    "RQ-25 empty": ({"stop_sequences": [""]}, "stop_sequences.0: "),
    "RQ-25 blank": ({"stop_sequences": ["\n"]}, "stop_sequences.0: "),
    "RQ-26": ({"stop_sequences": "x"}, "stop_sequences: "),
    "RQ-27": ({"messages": [user({"type": "video"})]}, "messages.0.content.0.type: "),
    "RQ-28 name": ({"tools": [{"input_schema": {"type": "object"}}]}, "tools.0.name: "),
    "RQ-28 schema": ({"tools": [{"name": "a"}]}, "tools.0.input_schema: Field required"),
    "RQ-28 no object": (
        {"tools": [{"name": "a", "input_schema": {"type": "array"}}]},
        "tools.0.input_schema.type: ",
    ),
    "RQ-28 no schema": (
        {"tools": [{"name": "a", "input_schema": {"type": "object", "required": 1}}]},
        "JSON schema is invalid",
    ),
    "RQ-28 space": ({"tools": [{**BELL, "name": "a b"}]}, "tools.0.name: "),
    "RQ-28 long": ({"tools": [{**BELL, "name": "a" * 129}]}, "tools.0.name: "),
    "RQ-29": ({"tools": [BELL, BELL]}, "Tool names must be unique"),
    "RQ-30 string": ({"tools": [BELL], "tool_choice": "auto"}, "tool_choice: "),
    "RQ-30 unknown": ({"tools": [BELL], "tool_choice": {"type": "required"}}, "'required'"),
    "RQ-30 nameless": ({"tools": [BELL], "tool_choice": {"type": "tool"}}, "tool_choice.name: "),
    "RQ-31": ({"tools": [BELL], "tool_choice": {"type": "tool", "name": "x"}}, "'x' not found"),
    "RQ-31 no tools": ({"tool_choice": {"type": "any"}}, "while providing `tools`"),
    "RQ-32": (picture("image/bmp", PNG), "media_type: Input should be 'image/jpeg'"),
    "RQ-33": (picture("image/jpeg", PNG), "does not match the provided media type image/jpeg"),
    "RQ-34 png": (picture("image/png", "bm8="), "Could not process image"),
    "RQ-34 jpeg": (picture("image/jpeg", "bm8="), "Could not process image"),
    "RQ-34 no base64": (picture("image/png", "@"), "Could not process image"),
    "RQ-35 type": ({"metadata": {"user_id": 1}}, "metadata.user_id: "),
    "RQ-35 length": ({"metadata": {"user_id": "u" * 513}}, "metadata.user_id: "),
    "RQ-36": ({"stream": "true"}, "stream: Input should be a valid boolean"),
    "RQ-37": ({"messages": [user("word " * 210_000)]}, "prompt is too long: "),
    "RQ-38": (
        {"version": NEW, "messages": [HI, assistant(document()), HI]},
        "messages.1.content.0.type: ",
    ),
    "RQ-39": (
        {"version": NEW, "messages": [user(text("a", citations=[CITED]))]},
        "messages.0.content.0.citations: ",
    ),
    "RQ-39 in a search result": (
        {
            "version": NEW,
            "messages": [user({**FOUND, "content": [text("a", citations=[CITED])]}, "Hi.")],
        },
        "messages.0.content.0.content.0.citations: ",
    ),
    "RQ-40": ({"tools": [{**BELL, "input_examples": [{}]}]}, "input_examples.0: "),
    "RQ-41 open": (formed(additionalProperties=True), "'additionalProperties' must be"),
    "RQ-41 unsupported": (
        formed(properties={"n": {"type": "integer", "minimum": 1}}),
        "schema.properties.n: property 'minimum' is not supported",
    ),
    "RQ-42": (
        {**formed(), "messages": [user(document(citations={"enabled": True}), "Hi.")]},
        "output_config.format: ",
    ),
    "RQ-45": ({"output_config": {"effort": "low"}}, "does not support the effort parameter"),
    "RQ-45 unknown": ({"output_config": {"effort": "some"}}, "output_config.effort: "),
    "TU-1": (called("Never mind."), "without `tool_result` blocks immediately after: toolu_1"),
    "TU-1 at the end": (
        {"tools": [BELL], "messages": [HI, assistant(RANG)]},
        "without `tool_result` blocks immediately after: toolu_1",
    ),
    "TU-2": (called("Here.", result("toolu_1", "It rang.")), "immediately after: toolu_1"),
    "TU-3": (
        called(result("toolu_1", "a"), result("toolu_9", "b")),
        "messages.2.content.1: unexpected `tool_use_id`",
    ),
    "TU-4": (
        called(result("toolu_1", "a"), calls=(RANG, RANG_TOO)),
        "immediately after: call_2",
    ),
    "TU-6": (called(result("toolu_1", [FOUND, text("More.")])), "cannot be mixed"),
    "TU-7": (
        called(result("a b", "x"), calls=(call("a b", "ring_bell", {}),)),
        "String should match pattern",
    ),
    "TU-13": (
        called(result("toolu_1", "a"), result("toolu_1", "b")),
        "messages.2.content.1: each tool_use must have a single result",
    ),
    "TU-7 twice": (called(result("toolu_1", "x"), calls=(RANG, RANG)), "ids must be unique"),
    "TH-1": ({"max_tokens": 2048, "thinking": {**BUDGET, "budget_tokens": 1023}}, "1024"),
    "TH-2": ({"max_tokens": 1024, "thinking": BUDGET}, "must be greater than `thinking"),
    "TH-3 budget": ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens: Field required"),
    "TH-3 type": ({"thinking": {"type": "on"}}, "thinking: Input tag 'on'"),
    "TH-4": ({"max_tokens": 2048, "thinking": BUDGET, "temperature": 0.5}, "only be set to 1"),
    "TH-5 top_k": ({"max_tokens": 2048, "thinking": BUDGET, "top_k": 5}, "`top_k` must be unset"),
    "TH-5 top_p": ({"max_tokens": 2048, "thinking": BUDGET, "top_p": 0.5}, "at least 0.95"),
    "TH-6": (
        {
            "max_tokens": 2048,
            "thinking": BUDGET,
            "tools": [BELL],
            "tool_choice": {"type": "tool", "name": "ring_bell"},
        },
        "when tool_choice forces tool use",
    ),
    "TH-7": (
        {"max_tokens": 2048, "thinking": BUDGET, "messages": [HI, assistant("Well")]},
        "Prefilling",
    ),
    "TH-8": (
        {"messages": [HI, assistant(THOUGHT, "Hello."), HI]},
        "messages.1.content.0: Invalid `signature` in `thinking` block",
    ),
    "TH-8 redacted": (
        {"messages": [HI, assistant({"type": "redacted_thinking", "data": "x"}, "Hi."), HI]},
        "Invalid `data`",
    ),
    "TH-9": (
        {"messages": [HI, assistant({"type": "thinking", "thinking": "Hm."}, "Hello."), HI]},
        "messages.1.content.0.signature: Field required",
    ),
    "TH-10": (
        {"max_tokens": 2048, "thinking": BUDGET, **called(result("toolu_1", "It rang."))},
        "but found `tool_use`",
    ),
    "TH-13": ({"thinking": {"type": "adaptive"}}, "adaptive thinking is not supported"),
    "TH-14": ({"thinking": {"type": "disabled", "display": "omitted"}}, "thinking.display: "),
    "PC-2 type": ({"cache_control": {"type": "forever"}}, "cache_control: "),
    "PC-2 ttl": ({"cache_control": {"type": "ephemeral", "ttl": "2h"}}, "cache_control.ttl: "),
    "PC-3": (marked(*["5m"] * 5), "A maximum of 4 blocks with cache_control"),
    "PC-3 automatic": (
        {**marked(*["5m"] * 4), "cache_control": {"type": "ephemeral"}},
        "Found 5",
    ),
    "PC-4": (marked("5m", "1h"), "must not come after"),
    "PC-4 across": (
        {**marked("1h"), "system": [text("Be kind.", cache_control={"type": "ephemeral"})]},
        "messages.0.content.0.cache_control.ttl: ",
    ),
    "PC-5": (
        {"messages": [user(text("", cache_control={"type": "ephemeral"}), "Hi.")]},
        "messages.0.content.0.text: ",
    ),
    "CT-3": (
        {"messages": [user(document(citations={"enabled": True}), document(), "Hi.")]},
        "all documents or none",
    ),
    "CT-4": (
        {"messages": [HI, assistant(text("a", citations=[{"type": "x"}])), HI]},
        "messages.1.content.0.text.citations.0: ",
    ),
    "CT-4 incomplete": (
        {"messages": [HI, assistant(text("a", citations=[{"type": "char_location"}])), HI]},
        "cited_text: Field required",
    ),
    "CT-7 id": (
        {"messages": [HI, assistant({**SEARCHED, "id": "toolu_1"}, "Done."), HI]},
        "srvtoolu_",
    ),
    "CT-7 result": (
        {
            "messages": [
                HI,
                assistant(
                    {"type": "web_search_tool_result", "tool_use_id": "x", "content": []}, "Done."
                ),
                HI,
            ]
        },
        "messages.1.content.0: unexpected `tool_use_id`",
    ),
    "a container": ({"container": "container_1"}, "container: "),
    "a file": (
        {"messages": [user({"type": "image", "source": {"type": "file", "file_id": "f1"}}, "Hi")]},
        "File not found: f1",
    ),
    "an upload": (
        {"messages": [user({"type": "container_upload", "file_id": "f1"}, "Hi.")]},
        "File not found: f1",
    ),
    "MCP without its beta": ({"mcp_servers": []}, "mcp_servers: Extra"),
    "MCP out of reach": (
        {
            "headers": beta("mcp-client-2025-11-20"),
            "mcp_servers": [{"type": "url", "url": "https://mcp.test/sse", "name": "m"}],
        },
        "could not connect to https://mcp.test/sse",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_reason(mistake: str) -> None:
    fields, said = MISTAKES[mistake]
    assert said in asked(**fields).refusal


VALID: dict[str, dict[str, Any]] = {
    "HD-3 the newer version": {"version": NEW},
    "HD-4 several betas": {"headers": beta("effort-2025-11-24,files-api-2025-04-14")},
    "HD-5 a Bearer token": {"headers": {"authorization": "Bearer right"}},
    "HD-5 both": {"headers": {"authorization": "Bearer other", "x-api-key": "right"}},
    "HD-12 headers of SDKs": {"headers": {"x-api-key": "right", "x-stainless-lang": "python"}},
    "RQ-06 a cache is warmed": {"max_tokens": 0},
    "RQ-07 the most tokens": {"max_tokens": 64_000},
    "RQ-13 neighbours of one role": {
        "messages": [HI, user("Please."), assistant("Yes?"), assistant("I am here."), HI]
    },
    "RQ-16 an empty answer at the end": {"messages": [HI, {"role": "assistant", "content": []}]},
    "RQ-18 a prefill": {"messages": [HI, assistant("Well")]},
    "RQ-20 temperature 0": {"temperature": 0},
    "RQ-38 a document of the assistant's": {"messages": [HI, assistant(document(), "a"), HI]},
    "RQ-39 citations of the user's": {"messages": [user(text("a", citations=[CITED]))]},
    "RQ-39 none in the newer version": {
        "version": NEW,
        "messages": [user(text("a", citations=[]))],
    },
    "RQ-40 an example": {"tools": [{**BELL, "input_examples": [{"times": 1}]}]},
    "TU-5 results and then text": called(
        result("call_2", "b"), result("toolu_1", "a"), "Well?", calls=(RANG, RANG_TOO)
    ),
    "TU-5 results in neighbouring messages": {
        "tools": [BELL],
        "messages": [
            HI,
            assistant(RANG, RANG_TOO),
            user(result("toolu_1", "a")),
            user(result("call_2", "b")),
        ],
    },
    "TU-6 a result without content": called({"type": "tool_result", "tool_use_id": "toolu_1"}),
    "TU-6 an empty string": called(result("toolu_1", "")),
    "TU-6 text": called(result("toolu_1", [text("It rang.")], is_error=True)),
    "TU-6 text and an image": called(
        result("toolu_1", [text("See:"), picture("image/png", PNG)["messages"][0]["content"][0]])
    ),
    "TU-6 a document": called(result("toolu_1", [document()])),
    "TU-6 search results alone": called(result("toolu_1", [FOUND, FOUND])),
    "TU-8 ids of the client's": called(
        result("call_0-x_Y", "a"), calls=(call("call_0-x_Y", "ring_bell", {}),)
    ),
    "TU-10 nested input": called(
        result("toolu_1", "a"), calls=({**RANG, "input": {"a": [{"ö": None}], "b": 0.5}},)
    ),
    "TU-11 calls without tools": {"messages": called(result("toolu_1", "a"))["messages"]},
    "TH-2 interleaved": {
        "max_tokens": 1024,
        "thinking": {**BUDGET, "budget_tokens": 4096},
        "headers": beta("interleaved-thinking-2025-05-14"),
    },
    "TH-4 temperature 1": {"max_tokens": 2048, "thinking": BUDGET, "temperature": 1},
    "TH-5 a high top_p": {"max_tokens": 2048, "thinking": BUDGET, "top_p": 0.95},
    "TH-8 altered, but earlier": {
        "messages": [HI, assistant(THOUGHT, "Hello."), HI, assistant("Hello again."), HI]
    },
    "TH-12 dropped from an earlier turn": {
        "max_tokens": 2048,
        "thinking": BUDGET,
        "tools": [BELL],
        "messages": [*called(result("toolu_1", "a"))["messages"], assistant("It rang."), HI],
    },
    "PC-1 marks everywhere": {
        "tools": [{**BELL, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "system": [text("Be kind.", cache_control={"type": "ephemeral"})],
        "messages": [
            HI,
            assistant({**RANG, "cache_control": {"type": "ephemeral"}}),
            user(result("toolu_1", "a", cache_control={"type": "ephemeral"})),
        ],
    },
    "PC-1 automatic": {"cache_control": {"type": "ephemeral"}},
    "PC-4 long before short": marked("1h", "5m"),
    "server tools": {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
    "blocks of server tools": {
        "messages": [
            HI,
            assistant(
                SEARCHED,
                {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
                "Done.",
            ),
            HI,
        ]
    },
}


@pytest.mark.parametrize("valid", VALID)
def test_a_valid_request_is_answered(valid: str) -> None:
    answer = asked(**VALID[valid])
    assert answer.status == 200, answer.body
    assert answer.body["type"] == "message"


def test_each_check_refuses_some_mistake() -> None:
    """Some mistake is refused by each check, and by none that runs before it."""
    refusing: set[str] = set()

    def watched(check: Check) -> Check:
        def watch(request: AdmittedRequest) -> None:
            try:
                check(request)
            except Refusal:
                refusing.add(check.__name__)
                raise

        return watch

    stages = replace(STRICT, checks=tuple(map(watched, CHECKS)))
    endpoint = ReferenceEndpoint(REVISION, Keys("right"), stages=stages, crowding=0)
    for fields, _ in MISTAKES.values():
        asked(endpoint, **fields)
    assert [check.__name__ for check in CHECKS if check.__name__ not in refusing] == []
