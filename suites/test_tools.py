"""The page's table of the fields of a tool."""

from messages_conformance.probing.assertions import cached, reached
from messages_conformance.probing.content import long_text, text, tool, user
from messages_conformance.probing.probe import Ask, ProbeRun, broken, row, works
from messages_conformance.probing.shared_conversation import MARKED, marked_further
from messages_conformance.probing.shared_tools import (
    AUTO,
    BELL,
    FITTING,
    NAMED,
    called,
    called_in_a_stream,
    described,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Kind

DOOR = "Open the garage door twice. Use the tool."


@row("tools/name")
def name_reaches_the_model(ask: Ask) -> ProbeRun:
    """Two tools that differ by name alone: the model calls the one whose name fits.

    To mend: hand the names to the model unchanged and return the one it chose as the
    `name` of a `tool_use` block.
    """
    behaviour = yield from reached(
        ask,
        lambda exchange: set(called(exchange)) == {"ring_church_bell"},
        ask(BELL, tools=NAMED),
        among=ask.invalid(BELL, tools=NAMED, tool_choice=AUTO),
        without=ask.control(BELL),
        yes="the model called the tool whose name fits",
        no="the tools were accepted and did not reach the model",
    )
    for exchange in behaviour.exchanges:
        names = called(exchange)
        if any(name not in ("open_garage_door", "ring_church_bell") for name in names):
            return broken(f"called {names}, which was never offered", exchange)
        if not names and '"ring_church_bell"' in exchange.text:
            return broken("the call stands in the text, not in a tool_use block", exchange)
    return behaviour


@row("tools/input_schema")
def input_schema_shapes_the_call(ask: Ask) -> ProbeRun:
    """The call's `input` is an object of the properties the schema names.

    To mend: hand the schema to the model unchanged and return `input` as a JSON object,
    never as a string.
    """
    shelf = tool("find_book", "Finds a book in the library.", volume_title="string")
    bare = {**shelf, "input_schema": {"type": "object"}}
    prompt = 'Find the book "Dune" in the library. Use the tool.'

    def shaped(exchange: Exchange) -> bool:
        inputs = [use.get("input") for use in exchange.tool_uses]
        return bool(inputs) and all(
            isinstance(given, dict) and {"volume_title", "strokes"} & given.keys()
            for given in inputs
        )

    behaviour = yield from reached(
        ask,
        shaped,
        ask(prompt, tools=[shelf]),
        among=ask.invalid(BELL, tools=NAMED, tool_choice=AUTO),
        without=ask.control(prompt, tools=[bare]),
        yes="the call's input has the property that only the schema names",
        no="the schema was accepted and did not reach the model",
    )
    for exchange in behaviour.exchanges:
        for use in exchange.tool_uses:
            if not isinstance(given := use.get("input"), dict):
                return broken(f"the call's input is no object but {type(given).__name__}", exchange)
    return behaviour


@row("tools/description")
def description_reaches_the_model(ask: Ask) -> ProbeRun:
    """Of five tools that differ by description alone, the model calls those that fit.

    To mend: hand the descriptions to the model together with the names.
    """
    both: Exchange = yield called_in_a_stream(ask)
    if sorted(called(both)) == FITTING:
        return works("the model called the two tools whose descriptions fit", both)
    bell = yield from described_by(ask, BELL, FITTING[0])
    if bell.kind is not Kind.WORKS:
        return bell
    return (yield from described_by(ask, DOOR, FITTING[1]))


def described_by(ask: Ask, prompt: str, fitting: str) -> ProbeRun:
    """The model calls the one tool of several whose description fits."""
    return reached(
        ask,
        lambda exchange: set(called(exchange)) == {fitting},
        ask(prompt, tools=described()),
        without=ask.control(prompt, tools=described(purposes=False)),
        yes="each time the model called the tool whose description fits",
        no="the descriptions were accepted and did not reach the model",
    )


@row("tools/cache_control")
def tools_are_cached(ask: Ask) -> ProbeRun:
    """A tool marked with `cache_control` ends a prefix that is cached.

    To mend: count the marked prefix as `cache_creation_input_tokens` the first time and as
    `cache_read_input_tokens` when it comes again.
    """
    manual = {
        **tool("look_up", long_text("amber tool"), entry="integer"),
        "cache_control": {"type": "ephemeral"},
    }
    return (
        yield from cached(
            [ask.invalid(**link) for link in marked_further()],
            MARKED.index("tools"),
            marked=ask("Say hello.", tools=[manual], max_tokens=4),
            unmarked=ask.control([user(text(long_text("plain")), "Say hello.")], max_tokens=4),
        )
    )
