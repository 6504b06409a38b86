"""The page's table of the fields of a tool."""

from messages_conformance.exchange import Exchange
from messages_conformance.material import long_text, text, tool, user
from messages_conformance.patterns import cached, reached
from messages_conformance.probe import Ask, Walk, broken, row

BELL = "Ring the church bell twice. Use the tool."
DOOR = "Open the garage door twice. Use the tool."


def called(exchange: Exchange) -> list[str]:
    """The names of the tools the answer calls."""
    return [str(use.get("name")) for use in exchange.tool_uses]


@row("tools/name")
def name_reaches_the_model(ask: Ask) -> Walk:
    """Two tools that differ by name alone: the model calls the one whose name fits.

    To mend: hand the names to the model unchanged and return the one it chose as the
    `name` of a `tool_use` block.
    """
    tools = [tool("open_garage_door", times="integer"), tool("ring_church_bell", times="integer")]
    chosen: Exchange = yield ask(BELL, tools=tools)
    names = called(chosen)
    if any(name not in ("open_garage_door", "ring_church_bell") for name in names):
        return broken(f"called {names}, which was never offered", chosen)
    if not names and '"ring_church_bell"' in chosen.text:
        return broken("the call stands in the text, not in a tool_use block", chosen)
    return (
        yield from reached(
            set(names) == {"ring_church_bell"},
            chosen,
            ask.control(BELL),
            yes="the model called the tool whose name fits",
            no="the tools were accepted and did not reach the model",
        )
    )


@row("tools/input_schema")
def input_schema_shapes_the_call(ask: Ask) -> Walk:
    """The call's `input` is an object of the properties the schema names.

    To mend: hand the schema to the model unchanged and return `input` as a JSON object,
    never as a string.
    """
    shelf = tool("find_book", "Finds a book in the library.", volume_title="string")
    bare = {**shelf, "input_schema": {"type": "object"}}
    prompt = 'Find the book "Dune" in the library. Use the tool.'
    found: Exchange = yield ask(prompt, tools=[shelf])
    given = found.tool_uses[0].get("input") if found.tool_uses else {}
    if not isinstance(given, dict):
        return broken(f"the call's input is no object but {type(given).__name__}", found)
    return (
        yield from reached(
            isinstance(given.get("volume_title"), str),
            found,
            ask.control(prompt, tools=[bare]),
            yes="the call's input has the property that only the schema names",
            no="the schema was accepted and did not reach the model",
        )
    )


@row("tools/description")
def description_reaches_the_model(ask: Ask) -> Walk:
    """Two tools that differ by description alone: the model calls the one that fits.

    To mend: hand the descriptions to the model together with the names.
    """
    opener = tool("tool_a", "Opens the garage door.", times="integer")
    ringer = tool("tool_b", "Rings the church bell.", times="integer")
    silent = [tool("tool_a", times="integer"), tool("tool_b", times="integer")]
    bell, door = yield [
        ask(BELL, tools=[opener, ringer]),
        ask(DOOR, tools=[opener, ringer]),
    ]
    return (
        yield from reached(
            set(called(bell)) == {"tool_b"} and set(called(door)) == {"tool_a"},
            bell,
            ask.control(BELL, tools=silent),
            yes="each time the model called the tool whose description fits",
            no="the descriptions were accepted and did not reach the model",
        )
    )


@row("tools/cache_control")
def tools_are_cached(ask: Ask) -> Walk:
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
            ask("Say hello.", tools=[manual], max_tokens=4),
            ask.control([user(text(long_text("plain")), "Say hello.")], max_tokens=4),
        )
    )
