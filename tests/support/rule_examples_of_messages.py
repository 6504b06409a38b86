"""Examples of the rules about messages as a whole, token counts and lists of models."""

import gzip
import json

from support.rule_examples import (
    BY_CODE,
    CALL,
    ENABLED,
    GOOD,
    JSON,
    REDACTED,
    SEARCHED,
    SERVER_CALL,
    STOPPED,
    TEXT,
    THOUGHT,
    TYPED,
    WEATHER,
    Data,
    answer,
    calling,
    example,
    message,
    usage,
    without,
)

OFF: Data = {"type": "disabled"}
SERVED = {"content": [SERVER_CALL], "stop_reason": "pause_turn"}
COUNT = "/v1/messages/count_tokens"
MODEL = {"type": "model", "id": "m", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"}
MODELS = {"data": [MODEL], "has_more": False, "first_id": "m", "last_id": "m"}
SERVED_BY_CODE = {
    **message({**CALL, "name": "weather", "caller": BY_CODE}),
    "usage": {"input_tokens": 0, "output_tokens": 0},
}
FOREIGN: tuple[Data, ...] = (
    {"choices": [{"message": {"role": "assistant", "content": "Hi."}}]},
    {"candidates": []},
    {"code": 200, "msg": "success", "data": message()},
)

MESSAGES = (
    *(
        example("RS-HTTP-1", bad=answer(body), good=GOOD)
        for body in (b"{'id': None}", b"{} undefined", b'{"a": NaN}', b"e30" * 9)
    ),
    *(example("RS-HTTP-1", bad=answer(other), good=GOOD) for other in FOREIGN),
    example("RS-HTTP-1", bad=answer(b"<html>"), good=GOOD),
    example("RS-HTTP-2", bad=answer(b"\xef\xbb\xbf" + GOOD.body), good=GOOD),
    example(
        "RS-HTTP-1",
        bad=answer(json.dumps(message()).encode()[:-1]),
        good=GOOD,
    ),
    example("RS-HTTP-1", bad=answer(gzip.compress(GOOD.body)), good=GOOD),
    example("RS-HTTP-1", bad=answer(message(), (("content-type", "text/plain"),)), good=GOOD),
    example("RS-HTTP-1", bad=answer(message(), status=201), good=GOOD),
    example(
        "RS-HTTP-1",
        bad=answer(b"data: {}\n\n", JSON),
        good=GOOD,
        also="ST-HTTP-1 ST-WIRE-1 ST-WIRE-2 ST-ORD-11",
    ),
    example("RS-MSG-1", bad=answer(message(type="chat.completion")), good=GOOD),
    example("RS-MSG-2", bad=answer(message(role="model")), good=GOOD),
    example("RS-MSG-3", bad=answer(message(id="")), good=GOOD),
    example("RS-MSG-3w", bad=answer(message(id="chatcmpl-1")), good=GOOD),
    example("RS-MSG-4", bad=answer(message(model=None)), good=GOOD),
    example(
        "RS-MSG-4w",
        bad=answer(message(model="m-character")),
        good=answer(message(model="m-20250929"), model="m-latest"),
    ),
    example(
        "RS-MSG-4w",
        bad=answer(message(model="gpt-4o"), model="claude-sonnet-4-5"),
        good=answer(message(model="claude-sonnet-4-20250514"), model="anthropic/claude-sonnet-4-0"),
    ),
    example("RS-MSG-5", bad=answer(message(content="Hello.")), good=GOOD),
    example("RS-MSG-6", bad=answer(message(choices=[])), good=answer(message(vendor_note=1))),
    example("RS-MSG-6", bad=answer(usage(prompt_tokens=9)), good=answer(usage(inference_geo="x"))),
    example("RS-STOP-0", bad=answer(without(message(), "stop_sequence")), good=GOOD),
    example(
        "RS-STOP-1",
        bad=answer(message(stop_reason="stop")),
        good=answer(
            message({"type": "compaction", "content": "So far."}, stop_reason="compaction")
        ),
    ),
    example("RS-STOP-1", bad=answer(message(stop_reason=None)), good=GOOD),
    example(
        "RS-STOP-2",
        bad=answer(message(**{**STOPPED, "stop_sequence": None}), stop_sequences=["END"]),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-STOP-2",
        bad=answer(message(stop_sequence="END"), stop_sequences=["END"]),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-STOP-2",
        bad=answer(message(stop_sequence="END")),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-STOP-3",
        bad=answer(message(CALL, stop_reason="end_turn"), tools=[WEATHER]),
        good=answer(message(CALL, stop_reason="max_tokens"), tools=[WEATHER]),
    ),
    example("RS-STOP-4", bad=answer(message(stop_reason="tool_use")), good=calling(CALL)),
    example(
        "RS-STOP-4",
        bad=answer(message(SERVER_CALL, stop_reason="tool_use")),
        good=answer(message(**SERVED)),
    ),
    example(
        "RS-STOP-5",
        bad=answer(message(stop_reason="max_tokens"), max_tokens=4),
        good=answer(message(stop_reason="max_tokens"), max_tokens=5),
    ),
    example(
        "RS-STOP-6",
        bad=answer(message(stop_details={"type": "refusal"})),
        good=answer(message(stop_reason="refusal", stop_details={"type": "refusal"})),
    ),
    example(
        "RS-STOP-7",
        bad=answer(message({**CALL, "input": {}}), tools=[TYPED], max_tokens=5),
        good=answer(message(CALL), tools=[TYPED], max_tokens=5),
        also="RS-TOOL-9",
    ),
    example(
        "RS-STOP-7",
        bad=answer(message({"type": "text", "text": "Hello, my"}), max_tokens=5),
        good=answer(message({"type": "text", "text": "Hello, my"}), max_tokens=6),
    ),
    # An answer may end by itself where the limit is; the token that ends it may be counted.
    example(
        "RS-STOP-7",
        bad=answer(message({"type": "text", "text": "Hello (my"}), max_tokens=5),
        good=answer(message({"type": "text", "text": 'Hello ("my").'}), max_tokens=5),
    ),
    example(
        "RS-STOP-7",
        bad=answer(message(), max_tokens=4),
        good=answer(message(SERVER_CALL, SEARCHED, TEXT), max_tokens=4),
    ),
    example(
        "RS-STOP-9",
        bad=answer(message(stop_reason="max_tokens"), max_tokens=40),
        good=answer(message(stop_reason="max_tokens"), max_tokens=6),
    ),
    example("RS-STOP-8", bad=answer(message(), stop_sequences=["el"]), good=GOOD),
    example("RS-USE-1", bad=answer(usage(input_tokens=9.5)), good=GOOD),
    example("RS-USE-1", bad=answer(without(message(), "usage")), good=GOOD),
    example(
        "RS-USE-1",
        bad=answer(usage(cache_read_input_tokens=-1)),
        good=answer(usage(cache_read_input_tokens=None)),
    ),
    example(
        "RS-USE-2",
        bad=answer(message(usage={"input_tokens": 9, "output_tokens": 0})),
        good=answer(
            message(
                usage={"input_tokens": 0, "output_tokens": 0}, content=[], stop_reason="refusal"
            )
        ),
    ),
    example(
        "RS-USE-2",
        bad=answer({**usage(output_tokens=0), "content": []}),
        good=answer(
            {**usage(output_tokens=0), "content": [], "stop_reason": "max_tokens"}, max_tokens=0
        ),
    ),
    example("RS-USE-2", bad=answer(usage(output_tokens=0)), good=GOOD),
    example(
        "RS-USE-2",
        bad=answer(message({"type": "text", "text": "A word. " * 20})),
        good=answer(message({"type": "text", "text": "Word " * 19})),
    ),
    example(
        "RS-USE-2",
        bad=answer(message({**CALL, "input": {"city": "a b " * 20}}), tools=[WEATHER]),
        good=answer(message({**CALL, "input": {"city": "a b " * 4}}), tools=[WEATHER]),
    ),
    example(
        "RS-USE-2",
        bad=answer(message({**THOUGHT, "thinking": "A word. " * 20}, TEXT), thinking=ENABLED),
        good=answer(message({**THOUGHT, "thinking": "A word. " * 4}, TEXT), thinking=ENABLED),
    ),
    example(
        "RS-USE-4",
        bad=answer(usage(output_tokens_details={"thinking_tokens": 6})),
        good=answer(usage(output_tokens_details={"thinking_tokens": 5})),
    ),
    example(
        "RS-USE-5",
        bad=answer(usage(service_tier="turbo")),
        good=answer(usage(service_tier="batch")),
    ),
    example(
        "RS-USE-6", bad=answer(usage(input_tokens=0)), good=answer(SERVED_BY_CODE, tools=[WEATHER])
    ),
    example(
        "RS-USE-6",
        bad=answer(usage(input_tokens=0, cache_read_input_tokens=0)),
        good=answer(usage(input_tokens=0, cache_read_input_tokens=9)),
    ),
    example(
        "RS-USE-6",
        bad=answer(usage(input_tokens=10), system="word " * 200),
        good=answer(usage(input_tokens=10), system="word " * 200, context_management={"edits": []}),
    ),
    example(
        "RS-USE-6",
        bad=answer(
            usage(input_tokens=10, cache_read_input_tokens=30),
            messages=[{"role": "user", "content": [{"type": "text", "text": "word " * 200}]}],
        ),
        good=answer(
            usage(input_tokens=10, cache_read_input_tokens=230),
            messages=[{"role": "user", "content": [{"type": "text", "text": "word " * 200}]}],
        ),
    ),
    example(
        "RS-USE-7",
        bad=answer(message(content=[], usage={"input_tokens": 9, "output_tokens": 40})),
        good=answer(message(content=[], usage={"input_tokens": 9, "output_tokens": 4})),
    ),
    example(
        "RS-USE-7",
        bad=answer(message(usage={"input_tokens": 9, "output_tokens": 900})),
        good=answer(message(THOUGHT, TEXT, usage={"input_tokens": 9, "output_tokens": 900})),
    ),
    example(
        "PC-8",
        bad=answer(usage(cache_creation_input_tokens=9, cache_creation={"a": 0})),
        good=answer(
            usage(
                cache_creation_input_tokens=9,
                cache_creation={"a": 0},
                server_tool_use={"web_search_requests": 3},
            )
        ),
    ),
    example(
        "PC-8",
        bad=answer(usage(cache_creation_input_tokens=9, cache_creation={"a": 4, "b": 4})),
        good=answer(usage(cache_creation_input_tokens=9, cache_creation={"a": 4, "b": 5})),
    ),
    example(
        "RS-CNT-1",
        bad=answer({"input_tokens": "12"}, path=COUNT),
        good=answer({"input_tokens": 12}, path=f"{COUNT}?beta=true"),
    ),
    example(
        "RS-MDL-1",
        bad=answer(without(MODELS, "has_more"), path="/v1/models"),
        good=answer(MODELS, path="/v1/models"),
    ),
    example(
        "RS-MDL-1",
        bad=answer({**MODEL, "type": "llm"}, path="/v1/models/m"),
        good=answer(MODEL, path="/v1/models/m"),
    ),
    example(
        "TH-15",
        bad=answer(message(), thinking=ENABLED),
        good=answer(message(REDACTED, TEXT), thinking=ENABLED),
    ),
    example(
        "TH-15",
        bad=answer(message(), thinking=ENABLED),
        good=calling(
            TEXT,
            thinking=ENABLED,
            messages=[
                {"role": "user", "content": "Rain?"},
                {"role": "assistant", "content": [THOUGHT, CALL]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]},
            ],
        ),
    ),
    example(
        "TH-17",
        bad=answer(message(THOUGHT, TEXT), thinking=None),
        good=answer(
            message(THOUGHT, TEXT, model="claude-sonnet-5"), model="claude-sonnet-5", thinking=None
        ),
    ),
    example(
        "TH-16",
        bad=answer(message(THOUGHT, TEXT), thinking=OFF),
        good=answer(message(), thinking=OFF),
    ),
)
