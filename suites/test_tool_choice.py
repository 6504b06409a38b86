"""The page's table of tool_choice values."""

from typing import Any

from messages_conformance.probing import (
    AUTO,
    BELL_PROMPT,
    EFFECT_TEST,
    MANNER_WORDS,
    PLAIN,
    TOO_BUSY,
    TOOLS_BY_NAME,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbePart,
    ProbeRun,
    attribute,
    broken,
    called_tools,
    costs_no_token,
    describe,
    four_results_with_manner,
    ignored,
    partial,
    row,
    tool,
    unclear,
    works,
)

WEATHER = tool("get_weather", "Tells the weather in a city.", city="string")
QUIZ_PROMPT = "Who wrote Hamlet?"
"""A question that needs no tool."""
ANY = {"type": "any"}
ROOM = 400
"""Tokens for a call that is forced: a cut one would be blamed on the endpoint."""


def calls_a_tool(exchange: Exchange) -> bool:
    """Whether the answer calls a tool."""
    return bool(exchange.tool_uses)


def calls_no_tool(exchange: Exchange) -> bool:
    """Whether the answer calls no tool."""
    return not exchange.tool_uses


def tools_are_lost(ask: Ask, *exchanges: Exchange) -> ProbePart[Behaviour | None]:
    """Where the model calls nothing: do tools reach it at all? None where they may.

    Tools that cost no token never reach the model, whatever is said of choosing among them.
    """
    control = ask.control(BELL_PROMPT)
    offered, without, other = yield [
        ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO),
        control,
        ask.control(**PLAIN),
    ]
    tokens = without.prompt_tokens
    if offered.prompt_tokens != tokens or not tokens or other.prompt_tokens == tokens:
        return None
    if not (yield from costs_no_token(offered, without, control)):
        return None
    summary = f"tools never reach the model: {tokens} input tokens with them and without"
    return ignored(summary, offered, without, *exchanges)


@row("tool_choice/none")
def none_calls_no_tool(ask: Ask) -> ProbeRun:
    """`none` keeps the model from calling tools, even when the prompt asks for one.

    To fix: do not offer the tools to the model, or prevent calls while it generates.

    Instead: leave `tools` out of a request that must not call any.
    """
    forbidden, free = yield [
        ask(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice={"type": "none"}),
        ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO),
    ]
    if forbidden.tool_uses:
        return ignored("a tool was called all the same", forbidden)
    for _ in range(EFFECT_TEST.most - 1):
        if calls_no_tool(free):
            free = yield ask.control(BELL_PROMPT, tools=TOOLS_BY_NAME)
    if calls_no_tool(free):
        summary = f"the model calls no tool when it may either: {describe(free)}"
        lost = yield from tools_are_lost(ask, forbidden, free)
        return lost or unclear(summary, forbidden, free)
    return works("no tool was called where one is called without it", forbidden, free)


@row("tool_choice/auto")
def auto_leaves_it_to_the_model(ask: Ask) -> ProbeRun:
    """`auto` lets the model call a tool when it needs one, and not when it does not.

    It is the default. To fix: treat `auto` and no `tool_choice` alike.

    Instead: leave `tool_choice` out.
    """
    needed: Exchange = yield ask(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO)
    needless: Exchange = yield ask.shared(**four_results_with_manner(AUTO))
    if not needless.answered or needless.tool_uses:
        needless = yield ask(QUIZ_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO)
    for prompt, first, is_odd in (
        (BELL_PROMPT, needed, calls_no_tool),
        (QUIZ_PROMPT, needless, calls_a_tool),
    ):
        if not is_odd(first):
            continue
        tested = ask(prompt, tools=TOOLS_BY_NAME, tool_choice=AUTO)
        control = ask.control(prompt, tools=TOOLS_BY_NAME)
        attribution = yield from attribute(is_odd, first, tested, control)
        if attribution.to_endpoint:
            return broken(
                f"each time, with auto: {describe(first)}; without tool_choice: "
                f"{describe(attribution.without[-1])}",
                *attribution.exchanges,
            )
        if not attribution.cleared:
            summary = f"the model does not use tools as needed: {describe(first)}"
            lost = yield from tools_are_lost(ask, first)
            return lost or unclear(summary, *attribution.exchanges)
    return works("a tool was called where it was needed, and only there", needed, needless)


@row("tool_choice/any")
def any_calls_some_tool(ask: Ask) -> ProbeRun:
    """`any` makes the model call one of the tools, whatever the prompt says.

    To fix: constrain generation to a tool call; `stop_reason` is then `tool_use`.

    Instead: say in the prompt that a tool must be called, check for a `tool_use` block, and ask
    again if there is none.
    """
    forced, free = yield [
        ask.shared(**four_results_with_manner(ANY)),
        ask.shared(**four_results_with_manner(AUTO)),
    ]
    if not forced.answered or not free.answered or free.tool_uses:
        forced, free = yield [
            ask(QUIZ_PROMPT, tools=TOOLS_BY_NAME, tool_choice=ANY),
            ask.control(QUIZ_PROMPT, tools=TOOLS_BY_NAME),
        ]
    if not forced.tool_uses:
        forced = yield ask(QUIZ_PROMPT, tools=TOOLS_BY_NAME, tool_choice=ANY, max_tokens=ROOM)
    if not forced.tool_uses:
        return ignored(f"no tool was called: {describe(forced)}", forced, free)
    if free.tool_uses:
        return unclear("the model calls the tool unforced as well", free, forced)
    behaviour = works("a tool was called for a prompt that calls none without it", free, forced)
    return (yield from system_counts_as_well(ask, behaviour, forced, free))


def system_counts_as_well(
    ask: Ask, behaviour: Behaviour, forced: Exchange, free: Exchange
) -> ProbeRun:
    """What works, or `partial` where a forced call costs less, whatever the system prompt says."""
    if not 0 < forced.prompt_tokens < free.prompt_tokens:
        return behaviour
    other: Exchange = yield ask.control(**four_results_with_manner(ANY, left_out=MANNER_WORDS[0]))
    if other.prompt_tokens != forced.prompt_tokens:
        return behaviour
    summary = (
        f"{behaviour.summary}; but the system prompt is lost where a call is forced: other words "
        f"in it cost the same {other.prompt_tokens} tokens"
    )
    return partial(summary, forced, other, free)


@row("tool_choice/disable_parallel_tool_use")
def one_call_at_a_time(ask: Ask) -> ProbeRun:
    """`disable_parallel_tool_use` limits the model to one call, where it would make several.

    To fix: end generation after the first call.

    Instead: be ready for several calls: run them one after the other, and answer all of them in
    the next turn.
    """
    prompt = "What is the weather in Oslo, and in Rome? Use the tool for each."
    one_call = {"type": "auto", "disable_parallel_tool_use": True}
    tested = ask(prompt, tools=[WEATHER], tool_choice=one_call)
    control = ask.control(prompt, tools=[WEATHER])
    single, free = yield [tested, control]
    for _ in range(EFFECT_TEST.most - 1):
        if calls_no_tool(single):
            single = yield tested
        if len(free.tool_uses) < 2:
            free = yield control
    if len(single.tool_uses) > 1:
        return ignored(f"{len(single.tool_uses)} tools were called at once", single)
    if len(free.tool_uses) < 2 or not single.tool_uses:
        lost = yield from tools_are_lost(ask, single, free)
        return lost or unclear("the model does not call several tools when it may", single, free)
    forced = yield ask.shared(
        prompt, tools=[WEATHER], tool_choice={**one_call, "type": "any"}, stream=True
    )
    if forced.refused or len(forced.tool_uses) > 1:
        summary = f"one tool is called with `auto`; but with `any`, streamed: {describe(forced)}"
        return partial(summary, forced, single, free)
    return works("one tool was called where several are without it", single, free, forced)


MANY = 40
"""Tools before the one that is named: more than agents offer by themselves."""
NAME = "Open_The_Wide_GarageDoor_Of_The_Old_Fire_Station_In_MillStreet-9"
"""As long as a name may be at many a vendor's, 64 characters, in upper and lower case."""
LONG_NAME = f"mcp__The_Village_Of_Upper_Slaughter__Buildings_And_Grounds_2031-v7__{NAME[:60]}"
"""As long as a name may be, 128 characters, as gateways of MCP servers make them."""


@row("tool_choice/tool")
def tool_calls_the_named_one(ask: Ask) -> ProbeRun:
    """`tool` makes the model call the tool it names, even when another fits better.

    The name is as long as it may be, 128 characters, in upper and lower case, and stands after
    forty others. To fix: constrain generation to a call of that tool, return its name as it was
    sent, and pass on all tools.

    Instead: send the one tool alone, say in the prompt to call it, and check that it was called.

    Instead, if partial: offer fewer tools in a request, or the most important ones first; give
    them names of at most 64 characters.
    """
    forced: Exchange = yield ask.shared(**forced_door(MANY))
    if LONG_NAME in called_tools(forced) and len(set(called_tools(forced))) == 1:
        return works("the named tool was called where another fits better", forced)
    named: Exchange = yield ask.shared(**forced_door(0))
    if set(called_tools(named)) != {LONG_NAME}:
        return (yield from a_shorter_name_is_called(ask, named))
    alone = works("the named tool was called where another fits better", named)
    again = yield [ask.shared(**forced_door(MANY))] * (EFFECT_TEST.most - 1)
    lost = [one for one in (forced, *again) if one.status and one.status < TOO_BUSY]
    if len(lost) < EFFECT_TEST.most or any(LONG_NAME in called_tools(one) for one in lost):
        return alone
    return partial(f"{alone.summary}; but not after {MANY} others: {describe(forced)}", *lost)


def forced_door(others: int, name: str = LONG_NAME) -> dict[str, Any]:
    """A forced call of a tool after so many others that are not asked for."""
    door = tool(name, times="integer")
    unused = [tool(f"file_form_{number}") for number in range(1, others + 1)]
    for one in unused[:1]:
        one["input_schema"] = {"type": "object"}
    return {
        "prompt": BELL_PROMPT,
        "tools": [*unused, door, *TOOLS_BY_NAME[1:]],
        "tool_choice": {"type": "tool", "name": name},
        "max_tokens": ROOM,
    }


def a_shorter_name_is_called(ask: Ask, first: Exchange) -> ProbeRun:
    """The named tool is called if its name is shorter, where one other is on offer.

    ``first`` is the answer to the same with `LONG_NAME`, which was not called.
    """
    shorter: Behaviour = yield from calls_the_door(ask)
    if shorter.kind is not Kind.WORKS:
        return shorter
    again = yield [ask.shared(**forced_door(0))] * (EFFECT_TEST.most - 1)
    lost = [one for one in (first, *again) if one.status and one.status < TOO_BUSY]
    if len(lost) < EFFECT_TEST.most or any(LONG_NAME in called_tools(one) for one in lost):
        return shorter
    came = ", ".join(called_tools(first))
    how = f"{came} is called" if came else describe(first)
    summary = f"{shorter.summary}; but not by a name of {len(LONG_NAME)} characters: {how}"
    return partial(summary, *lost, *shorter.exchanges)


def calls_the_door(ask: Ask) -> ProbeRun:
    """The named tool is called where one other is on offer."""
    forced: Exchange = yield ask(**forced_door(0, NAME))
    names = {str(use.get("name")) for use in forced.tool_uses}
    if names == {NAME}:
        return works("the named tool was called where another fits better", forced)
    if names:
        called = ", ".join(sorted(names))
        if names <= {str(offered["name"]) for offered in TOOLS_BY_NAME}:
            return ignored(f"called {called} instead of the named tool", forced)
        return broken(f"called {called}, which was never offered; named was {NAME}", forced)
    return ignored(f"no tool was called: {describe(forced)}", forced)
