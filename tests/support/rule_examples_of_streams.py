"""Examples of the rules about streams."""

import gzip

from messages_conformance.protocol.exchange import Chunk, Exchange
from support.rule_examples import (
    BY_CODE,
    CALL,
    EMPTY,
    END,
    JSON,
    PING,
    REDACTED,
    SIGNS,
    SSE,
    START,
    STOP,
    STREAM,
    TEXT,
    THINKS,
    WEATHER,
    Data,
    add,
    answer,
    begin,
    call,
    delta,
    example,
    failure,
    message,
    of,
    raw,
    start,
    stop,
    stream,
    text,
    thought,
    without,
    written,
)

WHOLE = STREAM.body
LAST = written(STOP)
RESULT: Data = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
CALLS = of(*call("", '{"city": ', '"Rome"}'), reason="tool_use")
THINKS_FIRST = of(*thought(THINKS, SIGNS), *text(1))
OVERLOADED = failure("overloaded_error")
OMITTED: Data = {"type": "adaptive", "display": "omitted"}


SEARCHING: list[Data] = [
    {"role": "user", "content": "Hi."},
    {
        "role": "assistant",
        "content": [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}],
    },
]
SAID = ("The quick ", "brown fox ", "jumps over ", "the lazy dog.")
FETCH: Data = {
    "type": "server_tool_use",
    "id": "srvtoolu_2",
    "name": "web_fetch",
    "caller": BY_CODE,
}
UNSIGNED_START = [
    begin({"type": "thinking", "thinking": ""}),
    add(**THINKS),
    add(**SIGNS),
    stop(),
]
PLAIN: Data = {**WEATHER, "input_schema": {"type": "object", "properties": {}}}
NONE_YET: Data = {"input_tokens": 0, "output_tokens": 0}
USED: Data = {
    "input_tokens": 9,
    "output_tokens": 1,
    "cache_read_input_tokens": 40,
    "cache_creation_input_tokens": 20,
}
CALLED_BY_CODE = start(
    content=[{**CALL, "caller": BY_CODE}],
    stop_reason="tool_use",
    usage=NONE_YET,
)
SUMMARY: Data = {"type": "compaction", "content": ""}
TYPED: Data = {
    **WEATHER,
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


LONG = written(START, begin(EMPTY), *[add()] * 8, stop(), END, STOP)


def long_stream(*chunks: Chunk) -> Exchange:
    return Exchange(STREAM.request, 200, SSE, LONG, chunks)


BYTES = (
    example("ST-HTTP-1", bad=raw(WHOLE, JSON), good=STREAM),
    example("HD-11", bad=answer(message(), stream=True), good=STREAM),
    example("HD-11", bad=answer(b"", (), stream=True), good=STREAM),
    example("ST-WIRE-1", bad=raw(WHOLE.replace(b"event: ping\n", b"")), good=STREAM),
    example("ST-WIRE-2", bad=raw(WHOLE.replace(b'"type": "message_delta", ', b"")), good=STREAM),
    example(
        "ST-WIRE-3",
        bad=raw(WHOLE.replace(b"\n\nevent: ping", b"\nevent: ping")),
        good=raw(WHOLE.replace(b"\n", b"\r\n")),
        also="ST-ORD-1",
    ),
    example("ST-WIRE-4", bad=raw(WHOLE[:-1]), good=raw(b": begun\n\n" + WHOLE + b"\n\n")),
    example(
        "ST-WIRE-5",
        bad=raw(WHOLE.replace(b"Hello.", b"Hell\xf6.")),
        good=raw(WHOLE.replace(b"Hello.", "Hellö.".encode())),
        also="RS-BLK-6w",
    ),
    example("ST-WIRE-6", bad=raw(b"\xef\xbb\xbf" + WHOLE), good=STREAM),
    example("ST-WIRE-7", bad=raw(WHOLE + b"event: done\ndata: [DONE]\n\n"), good=STREAM),
    example("ST-WIRE-7u", bad=raw(WHOLE + b"data: [DONE]\n\n"), good=STREAM),
    example("ST-WIRE-8", bad=raw(WHOLE.replace(b'"ping"', b'"pong"')), good=STREAM),
    example("ST-WIRE-8", bad=raw(WHOLE.replace(b'data: {"type": "ping"}\n', b"")), good=STREAM),
    example(
        "ST-WIRE-10",
        bad=raw(WHOLE + b"<html><body>502 Bad Gateway</body></html>"),
        good=raw(WHOLE + b": done\n\n"),
    ),
    example(
        "ST-WIRE-9", bad=raw(WHOLE.replace(b"event: message_stop", b"event: end")), good=STREAM
    ),
    example(
        "ST-INC-1",
        bad=long_stream(Chunk(len(LONG), 0.5)),
        good=long_stream(Chunk(100, 0.5), Chunk(len(LONG) - 100, 0.6)),
    ),
)

ORDER = (
    example("ST-ORD-0", bad=raw(b""), good=STREAM),
    example("ST-ORD-0", bad=stream(PING), good=STREAM),
    example("ST-ORD-1", bad=stream(*text(), START, END, STOP), good=STREAM, also="ST-ORD-2"),
    example("ST-ORD-2", bad=stream(START, START, *text(), END, STOP), good=STREAM),
    example("ST-ORD-3", bad=of(begin(EMPTY), add(), *text(1)), good=of(*text(), *text(1))),
    example("ST-ORD-4", bad=of(begin(EMPTY), add(1), add(), stop()), good=of(*text())),
    example("ST-ORD-4", bad=of(add(), *text()), good=of(*text())),
    example("ST-ORD-5", bad=of(*text(), stop()), good=of(*text())),
    example("ST-ORD-5", bad=of(begin(EMPTY), add(), stop(1), stop()), good=of(*text())),
    example("ST-ORD-6", bad=of(begin(EMPTY), add()), good=of(*text())),
    example("ST-ORD-7", bad=stream(START, *text(), END, *text(1), STOP), good=STREAM),
    example("ST-ORD-8", bad=stream(START, *text(), STOP), good=STREAM, also="ST-MSG-4"),
    example("ST-ORD-9", bad=raw(WHOLE + written(STOP)), good=raw(WHOLE + written(PING))),
    example("ST-ORD-10w", bad=of(*text(), {"type": "news"}), good=STREAM),
    example(
        "ST-ORD-10w",
        bad=of(begin(EMPTY), add(type="news_delta"), stop()),
        good=of(begin({"type": "news"}), add(), stop()),
    ),
    example("ST-ORD-11", bad=raw(WHOLE.removesuffix(LAST)), good=STREAM),
    example("ST-ORD-11", bad=raw(WHOLE[:-20]), good=stream(START, OVERLOADED)),
    example("ST-IDX-1", bad=of(begin(EMPTY, "0"), add(), stop()), good=of(*text())),
    example("ST-IDX-1", bad=of(begin(EMPTY), without(add(), "index"), stop()), good=of(*text())),
    example("ST-IDX-2", bad=of(*text(1)), good=of(*text())),
    example("ST-IDX-2", bad=of(*text(), *text()), good=of(*text(), *text(1))),
)

CONTENT = (
    example("ST-MSG-1", bad=stream(start(content=[EMPTY]), *text(), END, STOP), good=STREAM),
    example("ST-MSG-1", bad=stream({"type": "message_start"}, *text(), END, STOP), good=STREAM),
    example(
        "ST-MSG-3",
        bad=stream(start(usage={"input_tokens": 9}), *text(), END, STOP),
        good=STREAM,
    ),
    example("RS-MSG-2", bad=stream(start(role="model"), *text(), END, STOP), good=STREAM),
    example("ST-MSG-4", bad=stream(START, *text(), delta(None), STOP), good=STREAM),
    example(
        "ST-MSG-5",
        bad=stream(START, *text(), {**END, "delta": {"stop_reason": "end_turn"}}, STOP),
        good=STREAM,
    ),
    example(
        "ST-BLK-1", bad=of(begin({"type": "text", "text": "He"}), add(), stop()), good=of(*text())
    ),
    example("ST-BLK-2", bad=of(*thought(THINKS, SIGNS, thinking="H")), good=THINKS_FIRST),
    example("ST-BLK-3", bad=of(*call("{}", input="{}"), reason="tool_use"), good=CALLS),
    example("ST-BLK-2w", bad=of(*UNSIGNED_START, *text(1)), good=THINKS_FIRST),
    example(
        "ST-BLK-5",
        bad=of(*call(input={"city": "Rome"}), reason="tool_use"),
        good=of(*call(input={"city": "Rome"}, caller=BY_CODE), reason="tool_use"),
    ),
    example(
        "ST-BLK-5",
        bad=of(*call("{}", input={"city": "Rome"}), reason="tool_use"),
        good=of(*call(input={"url": "x"}, **FETCH), *text(1)),
    ),
    example(
        "ST-BLK-4",
        bad=of(begin(RESULT), add(), stop(), messages=SEARCHING),
        good=of(begin(RESULT), stop(), begin(REDACTED, 1), stop(1), messages=SEARCHING),
    ),
    example(
        "RS-BLK-10",
        bad=of(begin(EMPTY), add(type="text_delta", text="Hi.", reasoning_content="Hm."), stop()),
        good=of(begin(EMPTY), add(type="text_delta", text="Hi.", of_tomorrow=1), stop()),
    ),
    *(
        example(
            "ST-DELTA-3",
            bad=of(begin(EMPTY), *(add(type="text_delta", text=each) for each in bad), stop()),
            good=of(begin(EMPTY), *(add(type="text_delta", text=each) for each in good), stop()),
        )
        for bad, good in (
            # Each has all before it, each comes twice, and the last has all.
            (("The", "The quick", "The quick brown fox"), ("ha", "haha", "hahaha")),
            (
                ("The ", "The ", "quick ", "quick ", "brown ", "brown "),
                ("no ", "no ", "no ", "no ", "no ", "no "),
            ),
            ((*SAID, "".join(SAID)), (*SAID, " ", "".join(SAID))),
        )
    ),
    example(
        "ST-DELTA-1",
        bad=of(begin(EMPTY), add(type="text", text="Hello."), stop()),
        good=STREAM,
    ),
    example(
        "ST-ERR-1",
        bad=raw(written(START) + b'data: {"error": {"message": "No.", "code": 429}}\n\n'),
        good=stream(START, OVERLOADED),
    ),
    example(
        "ST-WIRE-2",
        bad=raw(
            written(START)
            + b'event: message\ndata: {"object": "chat.completion.chunk", "choices": []}\n\n'
            + WHOLE[len(written(START)) :]
        ),
        good=STREAM,
    ),
    example(
        "ST-WIRE-1",
        bad=raw(WHOLE.replace(b"event: message_delta\n", b"event: message_delta\n: wait\n\n")),
        good=raw(WHOLE.replace(b"event: message_delta\n", b"event: message_delta\n: wait\n")),
        also="ST-WIRE-8",
    ),
    example(
        "ST-DELTA-1",
        bad=of(begin(EMPTY), add(**THINKS), stop()),
        good=of(begin(EMPTY), add(type="citations_delta", citation={}), stop()),
    ),
    example("ST-DELTA-1", bad=of(begin(EMPTY), add(text="Hello."), stop()), good=of(*text())),
    example(
        "ST-DELTA-2", bad=of(begin(EMPTY), add(type="text_delta", text=None), stop()), good=STREAM
    ),
    example(
        "RS-BLK-1",
        bad=of(without(begin(EMPTY), "content_block"), stop()),
        good=of(begin({"type": "news"}), stop()),
    ),
    example("ST-THK-1", bad=of(*thought(SIGNS, THINKS)), good=of(*thought(THINKS, SIGNS))),
    example("ST-THK-1", bad=of(*thought(THINKS, SIGNS, SIGNS)), good=THINKS_FIRST),
    example(
        "ST-THK-1",
        bad=of(*thought(THINKS), reason="end_turn"),
        good=of(*thought(THINKS), reason="max_tokens"),
        also="RS-THK-3",
    ),
    example("RS-THK-3", bad=of(*thought(THINKS, {**SIGNS, "signature": ""})), good=THINKS_FIRST),
    example(
        "ST-THK-2",
        bad=of(*thought(THINKS, SIGNS), thinking=OMITTED),
        good=of(*thought(SIGNS), thinking=OMITTED),
    ),
    example("ST-TOOL-1", bad=of(*call("[1]"), reason="tool_use"), good=CALLS),
    example("ST-TOOL-1", bad=of(*call("null"), reason="tool_use"), good=CALLS),
    example(
        "ST-TOOL-1",
        bad=of(*call("{'a': 1}"), reason="tool_use"),
        good=of(*call(""), reason="tool_use"),
    ),
    example(
        "ST-TOOL-2",
        bad=of(*call('{"city": "Ro'), reason="tool_use"),
        good=of(*call('{"city": "Ro'), reason="max_tokens"),
    ),
    example(
        "ST-TOOL-2",
        bad=of(*call('{"city": '), *text(1), reason="max_tokens"),
        good=stream(
            START,
            *call('{"city": '),
            delta("tool_use"),
            STOP,
            tools=[{**WEATHER, "eager_input_streaming": True}],
        ),
        also="RS-TOOL-12w",
    ),
    example("ST-TOOL-3", bad=of(*call(), reason="tool_use"), good=of(*call(), reason="max_tokens")),
    example(
        "ST-TOOL-3",
        bad=of(*text(), *call(index=1), reason="tool_use"),
        good=of(*call(caller=BY_CODE), reason="tool_use"),
    ),
    example(
        "ST-TOOL-3w",
        bad=stream(START, *call(), delta("tool_use"), STOP, tools=[PLAIN]),
        good=stream(START, *call(""), delta("tool_use"), STOP, tools=[PLAIN]),
    ),
    example("RS-TOOL-1", bad=of(*call("{}", id="a.b"), reason="tool_use"), good=CALLS),
    example("RS-STOP-3", bad=of(*call("{}")), good=CALLS),
    example("ST-USE-1", bad=stream(START, *text(), without(END, "usage"), STOP), good=STREAM),
    example(
        "ST-USE-2",
        bad=stream(START, *text(), delta(output_tokens=4), delta(output_tokens=3), STOP),
        good=stream(START, *text(), delta(output_tokens=3), delta(output_tokens=3), STOP),
    ),
    example(
        "ST-USE-3w",
        bad=stream(START, *text(), delta(input_tokens=10), STOP),
        good=stream(START, *text(), delta(input_tokens=9), STOP),
    ),
    example(
        "ST-USE-3w",
        bad=stream(start(usage=NONE_YET), *text(), delta(input_tokens=9), STOP),
        good=stream(START, *text(), delta(input_tokens=9), STOP),
    ),
    *(
        example(
            "ST-USE-5",
            bad=stream(start(usage=USED), *text(), delta(input_tokens=more), STOP),
            good=stream(start(usage=USED), *text(), delta(input_tokens=9), STOP),
        )
        for more in (49, 29, 69)
    ),
    example(
        "ST-USE-5",
        bad=stream(start(usage={**USED, "input_tokens": 49}), *text(), delta(input_tokens=9), STOP),
        good=stream(start(usage=USED), *text(), delta(cache_read_input_tokens=40), STOP),
    ),
    example(
        "ST-USE-3w",
        bad=stream(START, *text(), delta(input_tokens=9, cache_read_input_tokens=40), STOP),
        good=stream(START, *text(), delta(input_tokens=9, cache_read_input_tokens=0), STOP),
    ),
    example(
        "ST-MSG-4w",
        bad=stream(START, *text(), delta(None), END, STOP),
        good=stream(START, *text(), END, END, STOP),
    ),
    example(
        "ST-MSG-4",
        bad=stream(START, *text(), END, {**END, "delta": {"stop_sequence": None}}, STOP),
        good=stream(START, *text(), END, END, STOP),
    ),
    example(
        "RS-USE-6",
        bad=stream(start(usage=NONE_YET), *text(), END, STOP),
        good=stream(CALLED_BY_CODE, STOP, tools=[WEATHER]),
    ),
    example(
        "ST-MSG-1",
        bad=stream(start(content=[TEXT], stop_reason="end_turn"), STOP),
        good=stream(CALLED_BY_CODE, STOP, tools=[WEATHER]),
    ),
    example(
        "ST-MSG-4",
        bad=stream(START, *text(), END, delta(None), STOP),
        good=STREAM,
    ),
    example(
        "RS-TOOL-7",
        bad=stream(START, *call('{"city": 3}'), delta("tool_use"), STOP, tools=[TYPED]),
        good=stream(START, *call('{"city": 3'), delta("max_tokens"), STOP, tools=[TYPED]),
    ),
    example("RS-BLK-5", bad=of(begin(EMPTY), stop(), *text(1)), good=of(begin(EMPTY), stop())),
    example(
        "RS-THK-6",
        bad=of(*thought(SIGNS), *text(1), thinking={"type": "adaptive", "display": "summarized"}),
        good=of(*thought(SIGNS), *text(1), thinking={"type": "adaptive"}),
    ),
    example(
        "ST-DELTA-1",
        bad=of(begin(SUMMARY), add(), stop(), *text(1)),
        good=of(begin(SUMMARY), add(type="compaction_delta", content="So far."), stop(), *text(1)),
    ),
    example(
        "ST-DELTA-2",
        bad=of(begin(SUMMARY), add(type="compaction_delta", content=3), stop(), *text(1)),
        good=of(begin(SUMMARY), add(type="compaction_delta", content=None), stop(), *text(1)),
    ),
    example(
        "ER-2",
        bad=stream(START, failure("internal_error")),
        good=stream(START, OVERLOADED),
    ),
    example("HD-11", bad=raw(bytes(range(128, 256)) * 4), good=STREAM),
    example("HD-11", bad=raw(gzip.compress(STREAM.body)), good=STREAM),
    example("HD-11", bad=raw(b'{"type": "message", "cont'), good=STREAM),
    example(
        "HD-11",
        bad=raw(gzip.compress(STREAM.body).decode(errors="replace").encode()),
        good=STREAM,
    ),
    example(
        "ST-ERR-1",
        bad=stream(START, {"type": "error", "code": "Oops", "message": "It broke."}),
        good=stream(START, *text(), OVERLOADED),
    ),
    example("ST-ERR-1", bad=stream(START, OVERLOADED, STOP), good=stream(START, OVERLOADED)),
    example(
        "ST-ERR-1",
        bad=raw(written(START, OVERLOADED).replace(b"event: error", b"event: message")),
        good=stream(START, OVERLOADED),
    ),
    example("ST-REQ-1", bad=stream(failure()), good=stream(OVERLOADED)),
    example("ST-REQ-1", bad=answer(failure(), stream=True), good=answer(failure(), status=400)),
)

STREAMS = (*BYTES, *ORDER, *CONTENT)
