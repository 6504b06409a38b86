"""The page's table of tool_choice values."""

from messages_conformance.probing.assertions import SHOWN, only_with_it
from messages_conformance.probing.content import tool
from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    broken,
    ignored,
    row,
    seen,
    unclear,
    works,
)
from messages_conformance.probing.shared_conversation import harbours
from messages_conformance.probing.shared_tools import AUTO, BELL, NAMED
from messages_conformance.protocol.exchange import Exchange

WEATHER = tool("get_weather", "Tells the weather in a city.", city="string")
WANTS_NONE = "Who wrote Hamlet?"
ANY = {"type": "any"}


def calls_one(exchange: Exchange) -> bool:
    """Whether the answer calls a tool."""
    return bool(exchange.tool_uses)


def calls_none(exchange: Exchange) -> bool:
    """Whether the answer calls no tool."""
    return not exchange.tool_uses


@row("tool_choice/none")
def none_calls_no_tool(ask: Ask) -> ProbeRun:
    """`none` keeps the model from calling tools, even when the prompt asks for one.

    To mend: do not offer the tools to the model, or forbid calls while it generates.
    """
    forbidden, free = yield [
        ask(BELL, tools=NAMED, tool_choice={"type": "none"}),
        ask.invalid(BELL, tools=NAMED, tool_choice=AUTO),
    ]
    if forbidden.tool_uses:
        return ignored("a tool was called all the same", forbidden)
    for _ in range(SHOWN.most - 1):
        free = free if free.tool_uses else (yield ask.control(BELL, tools=NAMED))
    if not free.tool_uses:
        return unclear(f"the model calls no tool when it may either: {seen(free)}", forbidden, free)
    return works("no tool was called where one is called without it", forbidden, free)


@row("tool_choice/auto")
def auto_leaves_it_to_the_model(ask: Ask) -> ProbeRun:
    """`auto` lets the model call a tool when it needs one, and not when it does not.

    It is what happens without `tool_choice`. To mend: treat both alike.
    """
    needed: Exchange = yield ask(BELL, tools=NAMED, tool_choice=AUTO)
    needless: Exchange = yield ask.invalid(**harbours())
    if not needless.answered or needless.tool_uses:
        needless = yield ask(WANTS_NONE, tools=NAMED, tool_choice=AUTO)
    for prompt, first, odd in ((BELL, needed, calls_none), (WANTS_NONE, needless, calls_one)):
        if not odd(first):
            continue
        tested = ask(prompt, tools=NAMED, tool_choice=AUTO)
        control = ask.control(prompt, tools=NAMED)
        blame = yield from only_with_it(odd, first, tested, control)
        if blame.due:
            return broken(
                f"time and again, with auto: {seen(first)}; without tool_choice: "
                f"{seen(blame.without[-1])}",
                *blame.all,
            )
        if not blame.settled:
            return unclear(f"the model does not use tools as needed: {seen(first)}", *blame.all)
    return works("a tool was called where it was needed, and only there", needed, needless)


@row("tool_choice/any")
def any_calls_some_tool(ask: Ask) -> ProbeRun:
    """`any` makes the model call one of the tools, whatever the prompt says.

    To mend: constrain generation to a tool call; `stop_reason` is then `tool_use`.
    """
    forced, free = yield [
        ask.invalid(**harbours(ANY)),
        ask.invalid(**harbours()),
    ]
    if not forced.answered or not free.answered or free.tool_uses:
        forced, free = yield [
            ask(WANTS_NONE, tools=NAMED, tool_choice=ANY),
            ask.control(WANTS_NONE, tools=NAMED),
        ]
    if not forced.tool_uses:
        return ignored(f"no tool was called: {seen(forced)}", forced, free)
    if free.tool_uses:
        return unclear("the model calls the tool unforced as well", free, forced)
    return works("a tool was called for a prompt that calls none without it", free, forced)


@row("tool_choice/disable_parallel_tool_use")
def one_call_at_a_time(ask: Ask) -> ProbeRun:
    """`disable_parallel_tool_use` keeps the model to one call, where it would make several.

    To mend: end generation after the first call.
    """
    both = "What is the weather in Oslo, and in Rome? Use the tool for each."
    alone = {"type": "auto", "disable_parallel_tool_use": True}
    tested, control = (
        ask(both, tools=[WEATHER], tool_choice=alone),
        ask.control(both, tools=[WEATHER]),
    )
    single, free = yield [tested, control]
    for _ in range(SHOWN.most - 1):
        single = single if single.tool_uses else (yield tested)
        free = free if len(free.tool_uses) > 1 else (yield control)
    if len(single.tool_uses) > 1:
        return ignored(f"{len(single.tool_uses)} tools were called at once", single)
    if len(free.tool_uses) < 2 or not single.tool_uses:
        return unclear("the model does not call several tools when it may", single, free)
    return works("one tool was called where several are without it", single, free)


@row("tool_choice/tool")
def tool_calls_the_named_one(ask: Ask) -> ProbeRun:
    """`tool` makes the model call the tool it names, even when another fits better.

    To mend: constrain generation to a call of that very tool.
    """
    forced: Exchange = yield ask(
        BELL, tools=NAMED, tool_choice={"type": "tool", "name": "open_garage_door"}
    )
    names = {str(use.get("name")) for use in forced.tool_uses}
    if names == {"open_garage_door"}:
        return works("the named tool was called where another fits better", forced)
    if names:
        return ignored(f"called {', '.join(sorted(names))} instead of the named tool", forced)
    return ignored(f"no tool was called: {seen(forced)}", forced)
