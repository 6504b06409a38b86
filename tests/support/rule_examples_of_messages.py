"""Examples of the rules about messages, token counts and lists of models."""

import gzip
import json

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
SECOND = {**CALL, "id": "toolu_2", "input": {"city": "Oslo"}}
SERVER_CALL = {**CALL, "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}
STOPPED = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
SERVED = {"content": [SERVER_CALL], "stop_reason": "pause_turn"}
COUNT = "/v1/messages/count_tokens"
MODEL = {"type": "model", "id": "m", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"}
MODELS = {"data": [MODEL], "has_more": False, "first_id": "m", "last_id": "m"}
REDACTED = {"type": "redacted_thinking", "data": "eA=="}
SEARCHED = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
FORCED: Data = {"type": "tool", "name": "web_search"}
BY_CODE: Data = {"type": "code_execution_20250825", "tool_id": "srvtoolu_1"}
SERVED_BY_CODE = {
    **message({**CALL, "name": "weather", "caller": BY_CODE}),
    "usage": {"input_tokens": 0, "output_tokens": 0},
}
LOOP: list[Data] = [
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": [CALL]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]},
]
TYPED: Data = {
    **WEATHER,
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["C", "F"]},
            "days": {"type": "integer"},
            "at": {"$ref": "#/$defs/time"},
        },
        "required": ["city"],
        "$defs": {"time": {"type": "object", "properties": {"hour": {"type": "integer"}}}},
    },
}

LONG = "Precipitation throughout Northumberland tomorrow."
FOREIGN: tuple[Data, ...] = (
    {"choices": [{"message": {"role": "assistant", "content": "Hi."}}]},
    {"candidates": []},
    {"code": 200, "msg": "success", "data": message()},
)
LONG_TEXT: Data = {"type": "text", "text": LONG}
MESSAGES = (
    example("RS-STOP-8", bad=answer(message(), stop_sequences=["el"]), good=GOOD),
    example(
        "RS-STOP-7",
        bad=answer(message({**CALL, "input": {}}), tools=[TYPED], max_tokens=5),
        good=answer(message(CALL), tools=[TYPED], max_tokens=5),
        also="RS-TOOL-9",
    ),
    example(
        "RS-BLK-7",
        bad=answer(message(LONG_TEXT, LONG_TEXT)),
        good=answer(message(LONG_TEXT, {"type": "text", "text": "Rain."})),
    ),
    example(
        "RS-BLK-7",
        bad=answer(
            message({**THOUGHT, "thinking": LONG}, {"type": "text", "text": f"{LONG} Yes."})
        ),
        good=answer(message({**THOUGHT, "thinking": LONG}, {"type": "text", "text": "Yes."})),
    ),
    example(
        "RS-BLK-11",
        bad=answer(message({"type": "output_text", "text": "Hello."})),
        good=answer(message({"type": "of_tomorrow", "text": "Hello."})),
    ),
    *(
        example("RS-HTTP-1", bad=answer(body), good=GOOD)
        for body in (b"{'id': None}", b"{} undefined", b'{"a": NaN}', b"e30" * 9)
    ),
    example(
        "RS-THK-7",
        bad=answer(message(TEXT, REDACTED)),
        good=answer(message(REDACTED, TEXT)),
    ),
    example("RS-THK-7", bad=answer(message(TEXT, THOUGHT)), good=answer(message(THOUGHT))),
    example(
        "RS-BLK-6w",
        bad=answer(message({"type": "text", "text": "if (a &lt; b &amp;&amp; c &gt; d) stop"})),
        good=answer(message({"type": "text", "text": "Write `&lt;`, `&gt;` and `&amp;` in HTML."})),
    ),
    example(
        "RS-BLK-4w",
        bad=calling({**CALL, "input": {"city": 'Rome</parameter>\n<parameter name="x">1'}}),
        good=calling({**CALL, "input": {"city": "Rome"}}),
    ),
    example(
        "RS-BLK-8w",
        bad=answer(message({"type": "text", "text": 'API Error: 429 {"error": "quota"}'})),
        good=answer(message({"type": "text", "text": "An API error of 429 asks you to wait."})),
    ),
    example(
        "RS-BLK-9",
        bad=answer(
            message(*({"type": "text", "text": word} for word in ("It ", "rains ", "a lot")))
        ),
        good=answer(message({**TEXT, "citations": []}, TEXT, {**TEXT, "citations": []}, TEXT)),
    ),
    example(
        "RS-BLK-10",
        bad=answer(message({**TEXT, "reasoning_content": "Hm."})),
        good=answer(message({**TEXT, "citations": None})),
    ),
    example(
        "RS-TOOL-11",
        bad=calling(CALL, {**CALL, "id": "toolu_2"}),
        good=calling({**CALL, "input": {}}, {**CALL, "id": "toolu_2", "input": {}}),
    ),
    example(
        "RS-TOOL-2",
        bad=answer(message({**CALL, "name": "web_search"}), tools=[SEARCH]),
        good=answer(
            message({**CALL, "name": "click", "toolset_name": "browser"}),
            tools=[{"type": "browser_toolset_20260801"}],
        ),
    ),
    example(
        "RS-TOOL-2",
        bad=answer(message({**CALL, "name": "added"}), tools=[WEATHER]),
        good=answer(
            message({**CALL, "name": "added"}),
            tools=[WEATHER],
            messages=[
                {"role": "user", "content": "Rain?"},
                {
                    "role": "system",
                    "content": [{"type": "tool_addition", "tool": {"name": "added"}}],
                },
            ],
        ),
    ),
    example(
        "RS-BLK-4w",
        bad=answer(
            message({"type": "text", "text": '{"name": "weather", "arguments": {"city": "Rome"}}'}),
            tools=[WEATHER],
        ),
        good=answer(
            message({"type": "text", "text": '{"name": "weather", "arguments": {"city": "Rome"}}'})
        ),
    ),
    example(
        "RS-BLK-4w",
        bad=calling({**CALL, "input": {"city": "Rome<|im_end|>"}}),
        good=calling({**CALL, "input": {"page": "<html><body>Rome</body></html>"}}),
    ),
    example(
        "RS-BLK-6w",
        bad=calling({**CALL, "input": {"city": "MÃ¼nchen"}}),
        good=calling({**CALL, "input": {"city": "München"}}),
    ),
    example(
        "RS-BLK-6w",
        bad=answer(message({"type": "text", "text": 'He said \\"Yes.\\"\\n\\nThen he left.'})),
        good=answer(message({"type": "text", "text": "In C, \\n ends a line and \\t is a tab."})),
    ),
    *(example("RS-HTTP-1", bad=answer(other), good=GOOD) for other in FOREIGN),
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
        "RS-USE-2",
        bad=answer(message(usage={"input_tokens": 9, "output_tokens": 0})),
        good=answer(
            message(
                usage={"input_tokens": 0, "output_tokens": 0}, content=[], stop_reason="refusal"
            )
        ),
    ),
    example("RS-HTTP-1", bad=answer(b"<html>"), good=GOOD),
    example("RS-MSG-1", bad=answer(message(type="chat.completion")), good=GOOD),
    example("RS-MSG-2", bad=answer(message(role="model")), good=GOOD),
    example("RS-MSG-3", bad=answer(message(id="")), good=GOOD),
    example("RS-MSG-3w", bad=answer(message(id="chatcmpl-1")), good=GOOD),
    example("RS-MSG-4", bad=answer(message(model=None)), good=GOOD),
    example("RS-MSG-5", bad=answer(message(content="Hello.")), good=GOOD),
    example("RS-MSG-6", bad=answer(message(choices=[])), good=answer(message(vendor_note=1))),
    example("RS-STOP-0", bad=answer(without(message(), "stop_sequence")), good=GOOD),
    example(
        "RS-STOP-1",
        bad=answer(message(stop_reason="stop")),
        good=answer(
            message({"type": "compaction", "content": "So far."}, stop_reason="compaction")
        ),
    ),
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
    example(
        "RS-STOP-5",
        bad=answer(message(stop_reason="max_tokens"), max_tokens=4),
        good=answer(message(stop_reason="max_tokens"), max_tokens=5),
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
        "RS-MSG-4w",
        bad=answer(message(model="m-character")),
        good=answer(message(model="m-20250929"), model="m-latest"),
    ),
    example(
        "RS-MSG-4w",
        bad=answer(message(model="gpt-4o"), model="claude-sonnet-4-5"),
        good=answer(message(model="claude-sonnet-4-20250514"), model="anthropic/claude-sonnet-4-0"),
    ),
    example(
        "RS-BLK-4w",
        bad=answer(message({**TEXT, "text": "<think>\nHm.\n</think>\n\nHi."})),
        good=answer(message({**TEXT, "text": "1 < 2, and [1] is a list. I <think> so."})),
    ),
    *(
        example("RS-BLK-4w", bad=answer(message({**TEXT, "text": markup})), good=GOOD)
        for markup in (
            "Hm.</think>Hi.",
            '<tool_call>\n{"name": "weather"}\n</tool_call>',
            "[TOOL_CALLS]weather{}",
            "<｜tool▁calls▁begin｜>",
            "<|tool_calls_section_begin|>",
            '<invoke name="weather">',
            "<function=weather>",
            "Hello.<|im_end|>",
            "<|channel|>analysis",
            "Hi.<end_of_turn>",
        )
    ),
    *(
        example(
            "RS-BLK-6w",
            bad=answer(message({**TEXT, "text": lost})),
            good=answer(message({**TEXT, "text": kept})),
        )
        for lost, kept in (
            ("Zoë".encode().decode("latin-1"), "Zoë, São, Ã and â"),
            ("It’s".encode().decode("cp1252"), "It’s «done» – 5 €"),
            ("🎈".encode().decode("latin-1"), "🎈 中文 Ünïcödé"),
            ("Zo\ufffd", "Zo?"),
        )
    ),
    example(
        "RS-BLK-5",
        bad=calling({**TEXT, "text": ""}, CALL),
        good=answer(message({**TEXT, "text": ""})),
    ),
    example(
        "RS-TOOL-6",
        bad=calling({**CALL, "name": "weather"}, messages=LOOP),
        good=calling({**CALL, "id": "toolu_3"}, messages=LOOP),
    ),
    example(
        "RS-TOOL-7",
        bad=answer(message({**CALL, "input": {"city": 3}}), tools=[TYPED]),
        good=answer(message(CALL), tools=[TYPED]),
    ),
    *(
        example(
            "RS-TOOL-7",
            bad=answer(message({**CALL, "input": wrong}), tools=[TYPED]),
            good=answer(message({**CALL, "input": right}), tools=[TYPED]),
        )
        for wrong, right in (
            ({"town": "Rome"}, {"city": "Rome"}),
            ({"city": "Rome", "unit": "K"}, {"city": "Rome", "unit": "C"}),
            ({"city": "Rome", "days": "2"}, {"city": "Rome", "days": 2}),
            ({"city": "Rome", "at": {"hour": "1"}}, {"city": "Rome", "at": {"hour": 0}}),
        )
    ),
    example(
        "RS-TOOL-8",
        bad=answer(message({**CALL, "input": {"town": "Rome"}}), tools=[{**TYPED, "strict": True}]),
        good=answer(message(CALL), tools=[{**TYPED, "strict": True}]),
    ),
    example(
        "RS-TOOL-8",
        bad=answer(message({**CALL, "input": {}}), tools=[{**TYPED, "strict": True}]),
        good=answer(message({**CALL, "input": {}}), tools=[{**WEATHER, "strict": True}]),
    ),
    example(
        "RS-TOOL-9",
        bad=answer(message({**CALL, "input": {}}), tools=[TYPED]),
        good=answer(message({**CALL, "input": {}}, stop_reason="max_tokens"), tools=[TYPED]),
    ),
    example(
        "RS-THK-6",
        bad=answer(message({**THOUGHT, "thinking": ""}, TEXT), thinking=ENABLED),
        good=answer(
            message({**THOUGHT, "thinking": ""}, TEXT), thinking={**ENABLED, "display": "omitted"}
        ),
    ),
    example(
        "RS-THK-6",
        bad=answer(message({**THOUGHT, "thinking": "", "signature": ""}, TEXT)),
        good=answer(message({**THOUGHT, "thinking": ""}, TEXT)),
        also="RS-THK-3",
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
        "RS-BLK-4w",
        bad=answer(message({"type": "text", "text": "Yes.<|im_end|>"})),
        good=answer(
            message({"type": "text", "text": "Yes.<|im_end|>"}),
            messages=[{"role": "user", "content": "Write: Yes.<|im_end|>"}],
        ),
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
        "RS-USE-2",
        bad=answer({**usage(output_tokens=0), "content": []}),
        good=answer(
            {**usage(output_tokens=0), "content": [], "stop_reason": "max_tokens"}, max_tokens=0
        ),
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
        "RS-STOP-2",
        bad=answer(message(stop_sequence="END"), stop_sequences=["END"]),
        good=answer(message(**STOPPED), stop_sequences=["END"]),
    ),
    example(
        "RS-TOOL-5",
        bad=answer(message(TEXT), tools=[SEARCH], tool_choice=FORCED),
        good=answer(message(SERVER_CALL, SEARCHED, TEXT), tools=[SEARCH], tool_choice=FORCED),
    ),
    example(
        "RS-TOOL-5",
        bad=answer(message(TEXT), tools=[SEARCH], tool_choice=ANY),
        good=answer(message(SERVER_CALL, SEARCHED, TEXT), tools=[SEARCH], tool_choice=ANY),
    ),
    example(
        "RS-TOOL-4",
        bad=calling(CALL, SECOND, tool_choice=ONE),
        good=calling({**CALL, "caller": BY_CODE}, {**SECOND, "caller": BY_CODE}, tool_choice=ONE),
    ),
    example(
        "RS-HTTP-1",
        bad=answer(json.dumps(message()).encode()[:-1]),
        good=GOOD,
    ),
    example("RS-HTTP-1", bad=answer(gzip.compress(GOOD.body)), good=GOOD),
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
    example(
        "RS-TOOL-1", bad=calling(CALL, {**SECOND, "id": "toolu_1"}), good=calling(CALL, SECOND)
    ),
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
