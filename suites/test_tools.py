"""The page's table of the fields of a tool."""

from messages_conformance.probing import (
    AUTO,
    BELL_PROMPT,
    CACHE_CONTROL,
    FITTING_TOOLS,
    TOOLS_BY_NAME,
    Ask,
    Exchange,
    Kind,
    ProbeRun,
    all_codes,
    also_among_all_codes,
    also_empty,
    broken,
    called_tools,
    calls_as_dictated,
    long_text,
    place_is_cached,
    prove_by_effect,
    row,
    tool,
    tools_by_description,
    two_calls_streamed,
    whole_schema_counts,
    works,
)

DOOR_PROMPT = "Open the garage door twice. Use the tool."


@row("tools/name")
def name_reaches_the_model(ask: Ask) -> ProbeRun:
    """Of two tools that differ by name alone, the model calls the one whose name fits.

    To fix: pass the names to the model unchanged and return the one it chose as the
    `name` of a `tool_use` block.

    Instead: describe in `system` when to use which tool, and check the name of every call against
    your list.

    Instead, if broken: map the names that come back to those you sent, and refuse to run any
    other.
    """
    behaviour = yield from prove_by_effect(
        ask,
        lambda exchange: set(called_tools(exchange)) == {"ring_church_bell"},
        ask(BELL_PROMPT, tools=TOOLS_BY_NAME),
        shared=ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO),
        control=ask.control(BELL_PROMPT),
        shows="the model called the tool whose name fits",
        lost="the tools were accepted and did not reach the model",
    )
    for exchange in behaviour.exchanges:
        names = called_tools(exchange)
        if any(name not in ("open_garage_door", "ring_church_bell") for name in names):
            return broken(f"called {names}, which was never offered", exchange)
        if not names and '"ring_church_bell"' in exchange.text:
            return broken("the call stands in the text, not in a tool_use block", exchange)
    return (yield from also_empty(ask, behaviour, "tools"))


@row("tools/input_schema")
def input_schema_shapes_the_call(ask: Ask) -> ProbeRun:
    """The call's `input` is an object with the properties that the schema names.

    To fix: pass the schema to the model unchanged and return `input` as a JSON object,
    never as a string.

    Instead: name the properties in the tool's description, and validate every `input` before you
    use it.

    Instead, if broken: parse `input` if it is a string, and validate it before you use it.
    """
    finder = tool("find_book", "Finds a book in the library.", volume_title="string")
    without_schema = {**finder, "input_schema": {"type": "object"}}
    prompt = 'Find the book "Dune" in the library. Use the tool.'

    def follows_schema(exchange: Exchange) -> bool:
        inputs = [use.get("input") for use in exchange.tool_uses]
        return bool(inputs) and all(
            isinstance(value, dict) and {"volume_title", "strokes"} & value.keys()
            for value in inputs
        )

    behaviour = yield from prove_by_effect(
        ask,
        follows_schema,
        ask(prompt, tools=[finder]),
        shared=ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO),
        control=ask.control(prompt, tools=[without_schema]),
        shows="the call's input has the property that only the schema names",
        lost="the schema was accepted and did not reach the model",
    )
    for exchange in behaviour.exchanges:
        for use in exchange.tool_uses:
            if not isinstance(value := use.get("input"), dict):
                kind = type(value).__name__
                return broken(f"the call's input is not an object but {kind}", exchange)
    if behaviour.kind in (Kind.WORKS, Kind.UNCLEAR):
        behaviour = yield from whole_schema_counts(ask, behaviour)
    if behaviour.kind is Kind.WORKS:
        shared: Exchange = yield all_codes(ask)
        behaviour = yield from also_among_all_codes(ask, behaviour, shared, *SCHEMA_PLACES)
    if behaviour.kind in (Kind.WORKS, Kind.UNCLEAR):
        return (yield from calls_as_dictated(ask, behaviour))
    return behaviour


SCHEMA_PLACES = (
    "property",
    "inner property",
    "deep property",
    "inner choice",
    "default",
    "example",
    "further properties",
    "first alternative",
    "alternative",
    "title",
    "item",
    "only value",
    "reference",
)
"""The places of the shared conversation that a tool's schema holds."""


@row("tools/description")
def description_reaches_the_model(ask: Ask) -> ProbeRun:
    """Of eight tools that differ by description alone, the model calls those that fit.

    A long description reaches it whole. To fix: pass the descriptions to the model together with
    the names, and cut none.

    Instead: say in `system` what each tool is for, or put it into the name.
    """
    both: Exchange = yield two_calls_streamed(ask)
    if sorted(called_tools(both)) == FITTING_TOOLS:
        behaviour = works("the model called the two tools whose descriptions fit", both)
    else:
        behaviour = yield from description_selects(ask, BELL_PROMPT, FITTING_TOOLS[0])
        if behaviour.kind is Kind.WORKS:
            behaviour = yield from description_selects(ask, DOOR_PROMPT, FITTING_TOOLS[1])
    shared: Exchange = yield all_codes(ask)
    return (yield from also_among_all_codes(ask, behaviour, shared, "long description"))


def description_selects(ask: Ask, prompt: str, fitting: str) -> ProbeRun:
    """The model calls the one tool of several whose description fits."""
    return prove_by_effect(
        ask,
        lambda exchange: set(called_tools(exchange)) == {fitting},
        ask(prompt, tools=tools_by_description()),
        control=ask.control(prompt, tools=tools_by_description(described=False)),
        shows="each time the model called the tool whose description fits",
        lost="the descriptions were accepted and did not reach the model",
    )


@row("tools/cache_control")
def tools_are_cached(ask: Ask) -> ProbeRun:
    """With `cache_control` on a tool, the prompt up to it is cached.

    To fix: report that part as `cache_creation_input_tokens` the first time, and as
    `cache_read_input_tokens` when it comes again.

    Instead: drop the mark on tools; send the same tools first in every request, in the same order,
    as many endpoints cache equal beginnings by themselves; read `cache_read_input_tokens`.
    """
    manual = tool("look_up", long_text("amber tool"), entry="integer")
    alone = ask("Say hello.", tools=[{**manual, **CACHE_CONTROL}], max_tokens=4)
    return place_is_cached(ask, "tools", alone)
