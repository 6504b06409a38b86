"""What the original API refuses in a history: broken tool loops, thinking and cache breakpoints.

As in `test_refusal`, each request has exactly one mistake in it.
"""

from typing import Any

from messages_conformance.probing import (
    CACHE_CONTROL,
    CLOCK,
    FEW,
    HELLO,
    Ask,
    Exchange,
    ProbeRun,
    assistant,
    call,
    prove_refused,
    result,
    row,
    text,
    unmeasured,
    user,
)

SUM = "What is 17 + 25? Answer with the number."
THINKING = {"type": "enabled", "budget_tokens": 1024}


# -- the tool loop


def tool_loop(*answers: dict[str, Any] | str, calls: int = 1, id: str = "toolu_time") -> list[Any]:
    """A question, calls of the clock, and the user's answers to them."""
    called = [call(f"{id}{n}", "get_time", {"city": "Lima"}) for n in range(1, calls + 1)]
    return [user("What time is it?"), assistant(*called), user(*answers)]


def refuses_loop(ask: Ask, wrong: list[Any]) -> ProbeRun:
    """A tool loop is broken, and a complete one is accepted."""
    right = ask.control(tool_loop(result("toolu_time1", "12:00")), tools=[CLOCK], max_tokens=FEW)
    return prove_refused(right, ask.invalid(wrong, tools=[CLOCK], max_tokens=FEW))


@row("refusal/call_without_result")
def call_without_result(ask: Ask) -> ProbeRun:
    """A call is answered in the next turn (TU-1). To fix: answer 400 and name the call's id.

    Instead: answer every call, also one that you gave up: with `is_error` and a word why.
    """
    return refuses_loop(ask, tool_loop("Never mind."))


@row("refusal/text_before_result")
def text_before_result(ask: Ask) -> ProbeRun:
    """Results come before text (TU-2). To fix: answer 400 rather than reorder.

    Instead: put results first in the turn, and text after them.
    """
    return refuses_loop(ask, tool_loop("Here it is:", result("toolu_time1", "12:00")))


@row("refusal/result_without_call")
def result_without_call(ask: Ask) -> ProbeRun:
    """A result answers a call of the previous turn (TU-3). To fix: answer 400 and name its id.

    Instead: when you cut off old turns, cut a call and its result together.
    """
    return refuses_loop(
        ask, tool_loop(result("toolu_time1", "12:00"), result("toolu_other", "13:00"))
    )


@row("refusal/some_results_missing")
def some_results_missing(ask: Ask) -> ProbeRun:
    """Every one of several calls is answered (TU-4). To fix: answer 400.

    Instead: send the results of all calls of a turn together in the next one.
    """
    return refuses_loop(ask, tool_loop(result("toolu_time1", "12:00"), calls=2))


@row("refusal/call_id_with_blank")
def call_id_with_blank(ask: Ask) -> ProbeRun:
    """An id consists of letters, digits, `_` and `-` (TU-7). To fix: answer 400.

    Instead: keep the ids as they came; make your own of letters, digits, `_` and `-`.
    """
    return refuses_loop(ask, tool_loop(result("call no 1", "12:00"), id="call no "))


@row("refusal/call_id_twice")
def call_id_twice(ask: Ask) -> ProbeRun:
    """No two calls of a history have one id (TU-12). To fix: answer 400 and name the id.

    Instead: make ids of your own unique over the whole conversation, not over one turn.
    """
    again = [assistant("It is noon."), *tool_loop(result("toolu_time1", "13:00"))]
    return refuses_loop(ask, [*tool_loop(result("toolu_time1", "12:00")), *again])


@row("refusal/two_results_for_a_call")
def two_results_for_a_call(ask: Ask) -> ProbeRun:
    """A call has one result (TU-13). To fix: answer 400 rather than take the last.

    Instead: send what a tool returns piece by piece as several blocks of one result.
    """
    return refuses_loop(
        ask, tool_loop(result("toolu_time1", "12:00"), result("toolu_time1", "13:00"))
    )


# -- thinking


THINKING_REQUEST: dict[str, Any] = {"thinking": THINKING, "max_tokens": 2048, "temperature": None}


def refuses_thinking(ask: Ask, **fields: Any) -> ProbeRun:
    """A request with thinking has a wrong field, and one without the mistake is accepted."""
    right = ask.control(SUM, **THINKING_REQUEST)
    return prove_refused(right, ask.invalid(SUM, **{**THINKING_REQUEST, **fields}))


@row("refusal/budget_too_small")
def budget_too_small(ask: Ask) -> ProbeRun:
    """`budget_tokens` is at least 1,024 (TH-1). To fix: answer 400.

    Instead: set `budget_tokens` to at least 1,024, or disable thinking.
    """
    return refuses_thinking(ask, thinking={"type": "enabled", "budget_tokens": 100})


@row("refusal/budget_beyond_max_tokens")
def budget_beyond_max_tokens(ask: Ask) -> ProbeRun:
    """`budget_tokens` is below `max_tokens` (TH-2). To fix: answer 400, also if they are equal.

    Instead: set `max_tokens` to the budget and the length of the answer together.
    """
    return refuses_thinking(ask, max_tokens=1024)


@row("refusal/budget_missing")
def budget_missing(ask: Ask) -> ProbeRun:
    """`enabled` comes with a budget (TH-3). To fix: answer 400 rather than take a default.

    Instead: set `budget_tokens` whenever you enable thinking.
    """
    return refuses_thinking(ask, thinking={"type": "enabled"})


@row("refusal/unknown_thinking")
def unknown_thinking(ask: Ask) -> ProbeRun:
    """Thinking has a documented type (TH-3). To fix: answer 400.

    Instead: send `enabled`, `disabled` or, where the page has it, `adaptive`.
    """
    return refuses_thinking(ask, thinking={"type": "hard", "budget_tokens": 1024})


@row("refusal/temperature_with_thinking")
def temperature_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking, `temperature` is 1 or left out (TH-4). To fix: answer 400.

    Instead: leave `temperature` out where thinking is on.
    """
    return refuses_thinking(ask, temperature=0.5)


@row("refusal/top_k_with_thinking")
def top_k_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking, `top_k` is left out (TH-5). To fix: answer 400.

    Instead: leave `top_k` out where thinking is on.
    """
    return refuses_thinking(ask, top_k=5)


@row("refusal/top_p_with_thinking")
def top_p_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking, `top_p` is at least 0.95 (TH-5). To fix: answer 400.

    Instead: leave `top_p` out where thinking is on.
    """
    return refuses_thinking(ask, top_p=0.5)


@row("refusal/display_when_disabled")
def display_when_disabled(ask: Ask) -> ProbeRun:
    """Without thinking there is nothing to display (TH-14). To fix: answer 400.

    Instead: send `display` only where thinking is on.
    """
    return refuses_thinking(
        ask, thinking={"type": "disabled", "display": "omitted"}, max_tokens=FEW
    )


@row("refusal/forced_call_with_thinking")
def forced_call_with_thinking(ask: Ask) -> ProbeRun:
    """A forced call excludes thinking (TH-6). To fix: answer 400 rather than drop either.

    Instead: leave `tool_choice` at `auto` where thinking is on, and say in the prompt to call a
    tool.
    """
    forced = {"tools": [CLOCK], "tool_choice": {"type": "any"}}
    rights = [
        ask.control(SUM, **THINKING_REQUEST),
        ask.control(SUM, tools=[CLOCK], **THINKING_REQUEST),
    ]
    return prove_refused(rights, ask.invalid(SUM, **THINKING_REQUEST, **forced))


@row("refusal/prefill_with_thinking")
def prefill_with_thinking(ask: Ask) -> ProbeRun:
    """A prefilled answer excludes thinking (TH-7). To fix: answer 400.

    Instead: do not prefill where thinking is on; say in the prompt how the answer begins.
    """
    begun = [user("Say hello."), assistant("Hello to")]
    rights = [ask.control(begun, max_tokens=FEW), ask.control(SUM, **THINKING_REQUEST)]
    return prove_refused(rights, ask.invalid(begun, **THINKING_REQUEST))


@row("refusal/altered_thinking")
def altered_thinking(ask: Ask) -> ProbeRun:
    """A thinking block that was altered no longer matches its signature (TH-8).

    To fix: sign what you send and check it when it comes back; an empty signature protects
    nothing.

    Instead: store thinking blocks as they came; take no signature of this endpoint as proof.
    """
    first: Exchange = yield ask.control(SUM, **THINKING_REQUEST)
    if not first.blocks("thinking"):
        return unmeasured("no thinking came that could be altered", first)
    block = first.blocks("thinking")[0]
    forged = {**block, "thinking": f"{block.get('thinking')} So it is 43."}
    return (yield from refuses_block(ask, block, forged))


def refuses_block(ask: Ask, right: dict[str, Any], wrong: dict[str, Any]) -> ProbeRun:
    """A thinking block in the history is wrong, and the received one is accepted."""

    def history(block: dict[str, Any]) -> list[Any]:
        return [user(SUM), assistant(block, text("42")), user(HELLO)]

    return prove_refused(
        ask.control(history(right), max_tokens=FEW), ask.invalid(history(wrong), max_tokens=FEW)
    )


@row("refusal/unsigned_thinking")
def unsigned_thinking(ask: Ask) -> ProbeRun:
    """A thinking block has a signature (TH-9). To fix: answer 400 to a block without it.

    Instead: send thinking blocks back with their signature, or not at all.
    """
    bare = {"type": "thinking", "thinking": "17 + 25 is 42."}
    history = [user(SUM), assistant(bare, text("42")), user(HELLO)]
    right = ask.control(SUM, **THINKING_REQUEST)
    return prove_refused(right, ask.invalid(history, **THINKING_REQUEST))


@row("refusal/call_without_thought")
def call_without_thought(ask: Ask) -> ProbeRun:
    """In an unfinished tool loop, calls keep the thinking blocks before them (TH-10).

    To fix: answer 400 if thinking is on and the last assistant turn begins with a call.

    Instead: within a tool loop, send the assistant's turn back whole, thinking blocks first.
    """
    history = tool_loop(result("toolu_time1", "12:00"))
    rights = [
        ask.control(history, tools=[CLOCK], max_tokens=FEW),
        ask.control(SUM, **THINKING_REQUEST),
    ]
    return prove_refused(rights, ask.invalid(history, tools=[CLOCK], **THINKING_REQUEST))


# -- cache breakpoints


def refuses_cache_control(ask: Ask, *blocks: dict[str, Any]) -> ProbeRun:
    """The `cache_control` of a turn is wrong, and a right one is accepted."""
    right = ask.control([user(text(HELLO, **CACHE_CONTROL))], max_tokens=FEW)
    return prove_refused(right, ask.invalid([user(*blocks)], max_tokens=FEW))


@row("refusal/unknown_cache_type")
def unknown_cache_type(ask: Ask) -> ProbeRun:
    """`cache_control` has type `ephemeral` (PC-2). To fix: answer 400 to other types.

    Instead: send `{"type": "ephemeral"}`.
    """
    return refuses_cache_control(ask, text(HELLO, cache_control={"type": "persistent"}))


@row("refusal/unknown_cache_lifetime")
def unknown_cache_lifetime(ask: Ask) -> ProbeRun:
    """The `ttl` of `cache_control` is 5m or 1h (PC-2). To fix: answer 400 to others.

    Instead: send `5m` or `1h` as `ttl`, or none.
    """
    return refuses_cache_control(ask, text(HELLO, cache_control={"type": "ephemeral", "ttl": "1d"}))


@row("refusal/five_cache_marks")
def five_cache_marks(ask: Ask) -> ProbeRun:
    """There are at most four breakpoints (PC-3). To fix: answer 400; do not use the first four.

    Instead: count the marks of `tools`, `system` and `messages` together; keep four at most.
    """
    return refuses_cache_control(ask, *(text(f"Part {n}.", **CACHE_CONTROL) for n in range(5)))


@row("refusal/hour_after_minutes")
def hour_after_minutes(ask: Ask) -> ProbeRun:
    """A breakpoint of one hour does not follow one of five minutes (PC-4). To fix: answer 400.

    Instead: mark what lasts an hour first, and what lasts five minutes after it.
    """
    one_hour = {"type": "ephemeral", "ttl": "1h"}
    return refuses_cache_control(
        ask, text("Once.", **CACHE_CONTROL), text(HELLO, cache_control=one_hour)
    )


@row("refusal/mark_on_empty_text")
def mark_on_empty_text(ask: Ask) -> ProbeRun:
    """Empty text takes no `cache_control` (PC-5). To fix: answer 400.

    Instead: put the mark on the last block that holds something.
    """
    return refuses_cache_control(ask, text("", **CACHE_CONTROL), text(HELLO))


@row("refusal/mark_on_thinking")
def mark_on_thinking(ask: Ask) -> ProbeRun:
    """Thinking takes no `cache_control` (PC-5). To fix: answer 400; the next block may have it.

    Instead: put the mark on the block after the thinking.
    """
    first: Exchange = yield ask.control(SUM, **THINKING_REQUEST)
    if not first.blocks("thinking"):
        return unmeasured("no thinking came that could be a breakpoint", first)
    block = first.blocks("thinking")[0]
    return (yield from refuses_block(ask, block, {**block, **CACHE_CONTROL}))
