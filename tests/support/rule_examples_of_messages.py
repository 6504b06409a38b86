"""Examples of the rules about messages, token counts and lists of models."""

from support.rule_examples import (
    CALL,
    ENABLED,
    GOOD,
    JSON,
    TEXT,
    THOUGHT,
    WEATHER,
    Data,
    answer,
    calling,
    example,
    message,
    usage,
    without,
)

ANY: Data = {"type": "any"}
ONE: Data = {"type": "auto", "disable_parallel_tool_use": True}
OFF: Data = {"type": "disabled"}
SECOND = {**CALL, "id": "toolu_2"}
SERVER_CALL = {**CALL, "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}
STOPPED = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
SERVED = {"content": [SERVER_CALL], "stop_reason": "pause_turn"}
COUNT = "/v1/messages/count_tokens"
MODEL = {"type": "model", "id": "m", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"}
MODELS = {"data": [MODEL], "has_more": False, "first_id": "m", "last_id": "m"}
REDACTED = {"type": "redacted_thinking", "data": "eA=="}

MESSAGES = (
    example("RS-HTTP-1", bad=answer(b"<html>"), good=GOOD),
    example("RS-MSG-1", bad=answer(message(type="chat.completion")), good=GOOD),
    example("RS-MSG-2", bad=answer(message(role="model")), good=GOOD),
    example("RS-MSG-3", bad=answer(message(id="")), good=GOOD),
    example("RS-MSG-3w", bad=answer(message(id="chatcmpl-1")), good=GOOD),
    example("RS-MSG-4", bad=answer(message(model=None)), good=GOOD),
    example("RS-MSG-5", bad=answer(message(content="Hello.")), good=GOOD),
    example("RS-MSG-6", bad=answer(message(choices=[])), good=answer(message(vendor_note=1))),
    example("RS-STOP-0", bad=answer(without(message(), "stop_sequence")), good=GOOD),
    example("RS-STOP-1", bad=answer(message(stop_reason="stop")), good=GOOD),
    example(
        "RS-STOP-2",
        bad=answer(message(**{**STOPPED, "stop_sequence": None}), stop_sequences=["END"]),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-STOP-3",
        bad=answer(message(CALL, stop_reason="end_turn"), tools=[WEATHER]),
        good=answer(message(CALL, stop_reason="max_tokens"), tools=[WEATHER]),
    ),
    example("RS-STOP-4", bad=answer(message(stop_reason="tool_use")), good=calling(CALL)),
    example("RS-STOP-5", bad=answer(message(), max_tokens=4), good=answer(message(), max_tokens=5)),
    example(
        "RS-STOP-6",
        bad=answer(message(stop_details={"type": "refusal"})),
        good=answer(message(stop_reason="refusal", stop_details={"type": "refusal"})),
    ),
    example(
        "RS-BLK-1", bad=answer(message({"text": "Hello."})), good=answer(message({"type": "x"}))
    ),
    example(
        "RS-BLK-2",
        bad=answer(message({**TEXT, "text": None})),
        good=answer(message({**TEXT, "text": "", "citations": None})),
    ),
    example(
        "RS-BLK-3",
        bad=answer(message({**TEXT, "text": "1 2 END"}, **STOPPED), stop_sequences=["END"]),
        good=answer(message({**TEXT, "text": "1 2 "}, **STOPPED), stop_sequences=["END"]),
    ),
    example("RS-TOOL-1", bad=calling(CALL, CALL), good=calling(CALL, SECOND)),
    example("RS-TOOL-1w", bad=calling({**CALL, "id": "call_1"}), good=calling(CALL)),
    example("RS-TOOL-2", bad=calling({**CALL, "name": "wheather"}), good=calling(CALL)),
    example("RS-TOOL-3", bad=calling({**CALL, "input": "{}"}), good=calling({**CALL, "input": {}})),
    example(
        "RS-TOOL-4",
        bad=calling(CALL, SECOND, tool_choice=ONE),
        good=calling(CALL, tool_choice=ONE),
    ),
    example(
        "RS-TOOL-5", bad=calling(TEXT, CALL, tool_choice=ANY), good=calling(CALL, tool_choice=ANY)
    ),
    example("RS-THK-1", bad=answer(message({**THOUGHT, "thinking": None}, TEXT)), good=GOOD),
    example(
        "RS-THK-2",
        bad=answer(message(without(THOUGHT, "signature"), TEXT)),
        good=answer(message({**THOUGHT, "thinking": ""}, TEXT)),
    ),
    example(
        "RS-THK-3",
        bad=answer(message({**THOUGHT, "signature": ""}, TEXT)),
        good=answer(message(THOUGHT, TEXT)),
    ),
    example(
        "RS-THK-4",
        bad=answer(message({**REDACTED, "data": ""}, TEXT)),
        good=answer(message(REDACTED, TEXT)),
    ),
    example(
        "RS-THK-5",
        bad=answer(message(TEXT, THOUGHT, TEXT), thinking=ENABLED),
        good=answer(message(TEXT, THOUGHT, TEXT), thinking={"type": "adaptive"}),
    ),
    example("RS-USE-1", bad=answer(usage(input_tokens=9.5)), good=GOOD),
    example("RS-USE-2", bad=answer(usage(output_tokens=0)), good=GOOD),
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
        "TH-16",
        bad=answer(message(THOUGHT, TEXT), thinking=OFF),
        good=answer(message(), thinking=OFF),
    ),
    # Further ways to break a rule, and to keep it where it seems broken.
    example("RS-HTTP-1", bad=answer(message(), (("content-type", "text/plain"),)), good=GOOD),
    example("RS-HTTP-1", bad=answer(message(), status=201), good=GOOD),
    example(
        "RS-HTTP-1",
        bad=answer(b"data: {}\n\n", JSON),
        good=GOOD,
        also="ST-HTTP-1 ST-WIRE-1 ST-WIRE-2 ST-ORD-11",
    ),
    example("RS-MSG-6", bad=answer(usage(prompt_tokens=9)), good=answer(usage(inference_geo="x"))),
    example("RS-STOP-1", bad=answer(message(stop_reason=None)), good=GOOD),
    example(
        "RS-STOP-2",
        bad=answer(message(stop_sequence="END")),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-STOP-4",
        bad=answer(message(SERVER_CALL, stop_reason="tool_use")),
        good=answer(message(**SERVED)),
    ),
    example("RS-TOOL-1", bad=calling({**CALL, "id": "functions.weather:0"}), good=calling(CALL)),
    example(
        "RS-TOOL-5",
        bad=calling(TEXT, tool_choice=ANY),
        good=answer(message(stop_reason="max_tokens"), tool_choice=ANY),
    ),
    example("RS-TOOL-5", bad=calling(CALL, tool_choice={"type": "none"}), good=GOOD),
    example(
        "RS-TOOL-5",
        bad=calling(CALL, tool_choice={"type": "tool", "name": "stocks"}),
        good=calling(CALL, tool_choice={"type": "tool", "name": "weather"}),
    ),
    example("RS-USE-1", bad=answer(without(message(), "usage")), good=GOOD),
    example(
        "RS-USE-1",
        bad=answer(usage(cache_read_input_tokens=-1)),
        good=answer(usage(cache_read_input_tokens=None)),
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
)
