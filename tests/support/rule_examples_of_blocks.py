"""Examples of the rules about the content of messages: texts, calls, thinking and citations."""

from support.rule_examples import (
    BY_CODE,
    CALL,
    ENABLED,
    GOOD,
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
    without,
)

ANY: Data = {"type": "any"}
ONE: Data = {"type": "auto", "disable_parallel_tool_use": True}
SECOND = {**CALL, "id": "toolu_2", "input": {"city": "Oslo"}}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
FORCED: Data = {"type": "tool", "name": "web_search"}
LOOP: list[Data] = [
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": [CALL]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]},
]
LONG = "Precipitation throughout Northumberland tomorrow."
LONG_TEXT: Data = {"type": "text", "text": LONG}

BLOCKS = (
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
        "RS-BLK-4w",
        bad=calling({**CALL, "input": {"city": 'Rome</parameter>\n<parameter name="x">1'}}),
        good=calling({**CALL, "input": {"city": "Rome"}}),
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
            '<｜DSML｜function_calls>\n<｜DSML｜invoke name="weather">',
            '<invoke name="weather">',
            "<function=weather>",
            "Hello.<|im_end|>",
            "<|channel|>analysis",
            "Hi.<end_of_turn>",
        )
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
        "RS-BLK-5",
        bad=calling({**TEXT, "text": ""}, CALL),
        good=answer(message({**TEXT, "text": ""})),
    ),
    example(
        "RS-BLK-6w",
        bad=answer(message({"type": "text", "text": "if (a &lt; b &amp;&amp; c &gt; d) stop"})),
        good=answer(message({"type": "text", "text": "Write `&lt;`, `&gt;` and `&amp;` in HTML."})),
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
    *(
        example(
            "RS-BLK-6w",
            bad=answer(message({**TEXT, "text": lost})),
            good=answer(message({**TEXT, "text": kept})),
        )
        for lost, kept in (
            ("Zoë".encode().decode("latin-1"), "Zoë, São, Ã and â"),
            ("It’s".encode().decode("cp1252"), "It’s «done» – 5 €"),
            ("世界 好吧".encode().decode("cp1252", "ignore"), "世界 好吧, à – é „…“ ï"),
            ("Привет".encode().decode("latin-1"), "Привет, Ð and Ñ"),
            (r"\u4f60\u597d\uff0c \u4e16", r"\u00e9 is é in JSON"),
            ("🎈".encode().decode("latin-1"), "🎈 中文 Ünïcödé"),
            ("Zo\ufffd", "Zo?"),
            ("Well \ud83d", "Well \U0001f388"),
        )
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
        "RS-BLK-8w",
        bad=answer(message({"type": "text", "text": 'API Error: 429 {"error": "quota"}'})),
        good=answer(message({"type": "text", "text": "An API error of 429 asks you to wait."})),
    ),
    *(
        example(
            "RS-BLK-8w",
            bad=answer(message({**TEXT, "text": failure})),
            good=answer(message({**TEXT, "text": f"It said: {failure}"})),
        )
        for failure in (
            "Provider returned error",
            "You exceeded your current quota, please check your plan.",
            "[Image failed to load: https://example.org/a.png]",
            "系统繁忙，请稍后再试",
            "(no content)",
        )
    ),
    *(
        example(
            "RS-BLK-8w",
            bad=answer(message({**TEXT, "text": failure})),
            good=answer(message({**TEXT, "text": kept})),
        )
        for failure, kept in (
            ("undefined", "undefined is what JavaScript says for a missing property."),
            ("[object Object]", "[object Object] is how JavaScript prints an object."),
            ("API Error: Request timed out.", "An API error: the request timed out."),
        )
    ),
    *(
        example(
            "RS-BLK-12w",
            bad=answer(message({**TEXT, "text": printed})),
            good=answer(message({**TEXT, "text": printed}), system='Answer with {"type": "text"}.'),
        )
        for printed in ('[{"type": "text", "text": "Hello."}]', "[TextBlock(text='Hello.')]")
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
        "RS-BLK-10",
        bad=answer(message({**TEXT, "refusal": None, "annotations": []})),
        good=answer(message({**TEXT, "citations": []})),
    ),
    example(
        "RS-BLK-11",
        bad=answer(message({"type": "image", "source": {"type": "url", "url": "https://a.b/c"}})),
        good=answer(message({"type": "container_upload", "file_id": "file_1"})),
    ),
    example(
        "RS-BLK-11",
        bad=answer(message({"type": "output_text", "text": "Hello."})),
        good=answer(message({"type": "of_tomorrow", "text": "Hello."})),
    ),
    example(
        "RS-TOOL-12w",
        bad=calling(CALL, TEXT),
        good=calling(CALL, SERVER_CALL, SEARCHED, TEXT),
    ),
    example(
        "RS-TOOL-1", bad=calling(CALL, {**SECOND, "id": "toolu_1"}), good=calling(CALL, SECOND)
    ),
    example("RS-TOOL-1", bad=calling({**CALL, "id": "functions.weather:0"}), good=calling(CALL)),
    example("RS-TOOL-1w", bad=calling({**CALL, "id": "call_1"}), good=calling(CALL)),
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
    example("RS-TOOL-2", bad=calling({**CALL, "name": "wheather"}), good=calling(CALL)),
    example("RS-TOOL-3", bad=calling({**CALL, "input": "{}"}), good=calling({**CALL, "input": {}})),
    example(
        "RS-TOOL-4",
        bad=calling(CALL, SECOND, tool_choice=ONE),
        good=calling({**CALL, "caller": BY_CODE}, {**SECOND, "caller": BY_CODE}, tool_choice=ONE),
    ),
    example(
        "RS-TOOL-4",
        bad=calling(CALL, SECOND, tool_choice=ONE),
        good=calling(CALL, tool_choice=ONE),
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
        "RS-TOOL-5", bad=calling(TEXT, CALL, tool_choice=ANY), good=calling(CALL, tool_choice=ANY)
    ),
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
        "RS-TOOL-11",
        bad=calling(CALL, {**CALL, "id": "toolu_2"}),
        good=calling({**CALL, "input": {}}, {**CALL, "id": "toolu_2", "input": {}}),
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
        "RS-THK-8",
        bad=answer(message({**THOUGHT, "signature": "skip_thought_signature_validator"}, TEXT)),
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
    example(
        "RS-THK-6w",
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
        "RS-THK-7",
        bad=answer(message(TEXT, REDACTED)),
        good=answer(message(REDACTED, TEXT)),
    ),
    example("RS-THK-7", bad=answer(message(TEXT, THOUGHT)), good=answer(message(THOUGHT))),
)
