"""What the original API refuses of a history: broken tool loops, thoughts and cache marks.

As in `test_refusal`, each request has exactly one mistake in it.
"""

from typing import Any

from messages_conformance.probing.assertions import mistaken
from messages_conformance.probing.content import assistant, call, result, text, tool, user
from messages_conformance.probing.probe import Ask, ProbeRun, Question, row, unclear
from messages_conformance.protocol.exchange import Exchange

HELLO = "Say hello."
FEW = 4
CLOCK = tool("get_time", "Tells the time in a city.", city="string")
SUM = "What is 17 + 25? Answer with the number."
THINKING = {"type": "enabled", "budget_tokens": 1024}
EPHEMERAL = {"type": "ephemeral"}


def plain(ask: Ask) -> Question:
    """The request without any mistake that most of these are held against."""
    return ask.control(HELLO, max_tokens=FEW)


# -- the tool loop


def loop(*answers: dict[str, Any] | str, calls: int = 1, id: str = "toolu_time") -> list[Any]:
    """A question, calls of the clock, and what the user answers to them."""
    called = [call(f"{id}{n}", "get_time", {"city": "Lima"}) for n in range(1, calls + 1)]
    return [user("What time is it?"), assistant(*called), user(*answers)]


def looped(ask: Ask, wrong: list[Any]) -> ProbeRun:
    """A tool loop is broken where a whole one is answered."""
    right = ask.control(loop(result("toolu_time1", "12:00")), tools=[CLOCK], max_tokens=FEW)
    return mistaken(right, ask.invalid(wrong, tools=[CLOCK], max_tokens=FEW))


@row("refusal/call_without_result")
def call_without_result(ask: Ask) -> ProbeRun:
    """A call is answered in the next turn (TU-1). To mend: answer 400 and name the call's id."""
    return looped(ask, loop("Never mind."))


@row("refusal/text_before_result")
def text_before_result(ask: Ask) -> ProbeRun:
    """Results come before text (TU-2). To mend: answer 400 rather than reorder."""
    return looped(ask, loop("Here it is:", result("toolu_time1", "12:00")))


@row("refusal/result_without_call")
def result_without_call(ask: Ask) -> ProbeRun:
    """A result answers a call of the turn before (TU-3). To mend: answer 400 and name its id."""
    return looped(ask, loop(result("toolu_time1", "12:00"), result("toolu_other", "13:00")))


@row("refusal/some_results_missing")
def some_results_missing(ask: Ask) -> ProbeRun:
    """Of several calls every one is answered (TU-4). To mend: answer 400."""
    return looped(ask, loop(result("toolu_time1", "12:00"), calls=2))


@row("refusal/call_id_with_blank")
def call_id_with_blank(ask: Ask) -> ProbeRun:
    """An id is of letters, digits, `_` and `-` (TU-7). To mend: answer 400."""
    return looped(ask, loop(result("call no 1", "12:00"), id="call no "))


# -- thinking


def thoughtful(ask: Ask, **fields: Any) -> Question:
    """A request with thinking and one mistake."""
    return ask.invalid(SUM, **{"thinking": THINKING, "max_tokens": 2048, **fields})


def thought(ask: Ask, **fields: Any) -> ProbeRun:
    """What is asked of thinking is wrong, where a right wish is granted."""
    right = ask.control(SUM, thinking=THINKING, max_tokens=2048, temperature=None)
    return mistaken(right, thoughtful(ask, **{"temperature": None, **fields}))


@row("refusal/budget_too_small")
def budget_too_small(ask: Ask) -> ProbeRun:
    """`budget_tokens` is 1,024 at least (TH-1). To mend: answer 400."""
    return thought(ask, thinking={"type": "enabled", "budget_tokens": 100})


@row("refusal/budget_beyond_max_tokens")
def budget_beyond_max_tokens(ask: Ask) -> ProbeRun:
    """`budget_tokens` is below `max_tokens` (TH-2). To mend: answer 400 to equality, too."""
    return thought(ask, max_tokens=1024)


@row("refusal/budget_missing")
def budget_missing(ask: Ask) -> ProbeRun:
    """`enabled` comes with a budget (TH-3). To mend: answer 400 rather than take a default."""
    return thought(ask, thinking={"type": "enabled"})


@row("refusal/unknown_thinking")
def unknown_thinking(ask: Ask) -> ProbeRun:
    """Thinking is of a documented type (TH-3). To mend: answer 400."""
    return thought(ask, thinking={"type": "hard", "budget_tokens": 1024})


@row("refusal/temperature_with_thinking")
def temperature_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking `temperature` is 1 or left out (TH-4). To mend: answer 400."""
    return thought(ask, temperature=0.5)


@row("refusal/top_k_with_thinking")
def top_k_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking `top_k` is left out (TH-5). To mend: answer 400."""
    return thought(ask, top_k=5)


@row("refusal/top_p_with_thinking")
def top_p_with_thinking(ask: Ask) -> ProbeRun:
    """With thinking `top_p` is 0.95 at least (TH-5). To mend: answer 400."""
    return thought(ask, top_p=0.5)


@row("refusal/display_when_disabled")
def display_when_disabled(ask: Ask) -> ProbeRun:
    """Without thinking there is nothing to display (TH-14). To mend: answer 400."""
    return thought(ask, thinking={"type": "disabled", "display": "omitted"}, max_tokens=FEW)


@row("refusal/forced_call_with_thinking")
def forced_call_with_thinking(ask: Ask) -> ProbeRun:
    """A forced call excludes thinking (TH-6). To mend: answer 400 rather than drop one of both."""
    return thought(ask, tools=[CLOCK], tool_choice={"type": "any"})


@row("refusal/prefill_with_thinking")
def prefill_with_thinking(ask: Ask) -> ProbeRun:
    """A prefilled answer excludes thinking (TH-7). To mend: answer 400."""
    begun = [user(SUM), assistant("The number is")]
    right = ask.control(begun, max_tokens=FEW)
    wrong = ask.invalid(begun, thinking=THINKING, max_tokens=2048, temperature=None)
    return mistaken(right, wrong)


@row("refusal/altered_thinking")
def altered_thinking(ask: Ask) -> ProbeRun:
    """A thought that was altered no longer fits its signature (TH-8).

    To mend: sign what you send and check it when it comes back; an empty signature protects
    nothing.
    """
    first: Exchange = yield ask(SUM, thinking=THINKING, max_tokens=2048, temperature=None)
    if not first.blocks("thinking"):
        return unclear("no thinking came that could be altered", first)
    block = first.blocks("thinking")[0]
    forged = {**block, "thinking": f"{block.get('thinking')} So it is 43."}

    def history(sent: dict[str, Any]) -> list[Any]:
        return [user(SUM), assistant(sent, text("42")), user(HELLO)]

    return (
        yield from mistaken(
            ask.control(history(block), max_tokens=FEW),
            ask.invalid(history(forged), max_tokens=FEW),
        )
    )


@row("refusal/unsigned_thinking")
def unsigned_thinking(ask: Ask) -> ProbeRun:
    """A thought has a signature (TH-9). To mend: answer 400 to a block without it."""
    bare = {"type": "thinking", "thinking": "17 + 25 is 42."}
    history = [user(SUM), assistant(bare, text("42")), user(HELLO)]
    thinking = {"thinking": THINKING, "max_tokens": 2048, "temperature": None}
    return mistaken(ask.control(SUM, **thinking), ask.invalid(history, **thinking))


@row("refusal/call_without_thought")
def call_without_thought(ask: Ask) -> ProbeRun:
    """While a tool loop goes on, its calls keep the thoughts before them (TH-10).

    To mend: answer 400 where thinking is on and the last assistant turn begins with a call.
    """
    history = loop(result("toolu_time1", "12:00"))
    right = ask.control(history, tools=[CLOCK], max_tokens=FEW)
    wrong = ask.invalid(
        history, tools=[CLOCK], thinking=THINKING, max_tokens=2048, temperature=None
    )
    return mistaken(right, wrong)


# -- cache marks


def marked(ask: Ask, *blocks: dict[str, Any]) -> ProbeRun:
    """A turn's marks are wrong where a right one is taken."""
    right = ask.control([user(text(HELLO, cache_control=EPHEMERAL))], max_tokens=FEW)
    return mistaken(right, ask.invalid([user(*blocks)], max_tokens=FEW))


@row("refusal/unknown_cache_type")
def unknown_cache_type(ask: Ask) -> ProbeRun:
    """A mark is `ephemeral` (PC-2). To mend: answer 400 to other types."""
    return marked(ask, text(HELLO, cache_control={"type": "persistent"}))


@row("refusal/unknown_cache_lifetime")
def unknown_cache_lifetime(ask: Ask) -> ProbeRun:
    """A mark's `ttl` is 5m or 1h (PC-2). To mend: answer 400 to others."""
    return marked(ask, text(HELLO, cache_control={**EPHEMERAL, "ttl": "1d"}))


@row("refusal/five_cache_marks")
def five_cache_marks(ask: Ask) -> ProbeRun:
    """There are four marks at most (PC-3). To mend: answer 400 rather than use the first four."""
    return marked(ask, *(text(f"Part {n}.", cache_control=EPHEMERAL) for n in range(5)))


@row("refusal/hour_after_minutes")
def hour_after_minutes(ask: Ask) -> ProbeRun:
    """A mark of one hour does not follow one of five minutes (PC-4). To mend: answer 400."""
    long = {**EPHEMERAL, "ttl": "1h"}
    return marked(ask, text("Once.", cache_control=EPHEMERAL), text(HELLO, cache_control=long))


@row("refusal/mark_on_empty_text")
def mark_on_empty_text(ask: Ask) -> ProbeRun:
    """Empty text takes no mark (PC-5). To mend: answer 400."""
    return marked(ask, text("", cache_control=EPHEMERAL), text(HELLO))


@row("refusal/mark_on_thinking")
def mark_on_thinking(ask: Ask) -> ProbeRun:
    """A thought takes no mark (PC-5). To mend: answer 400 and have the block after it marked."""
    first: Exchange = yield ask(SUM, thinking=THINKING, max_tokens=2048, temperature=None)
    if not first.blocks("thinking"):
        return unclear("no thinking came that could be marked", first)
    block = first.blocks("thinking")[0]

    def history(sent: dict[str, Any]) -> list[Any]:
        return [user(SUM), assistant(sent, text("42")), user(HELLO)]

    return (
        yield from mistaken(
            ask.control(history(block), max_tokens=FEW),
            ask.invalid(history({**block, "cache_control": EPHEMERAL}), max_tokens=FEW),
        )
    )
