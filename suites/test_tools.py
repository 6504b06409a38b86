"""The page's table of the fields of a tool."""

from messages_conformance.probing import (
    AUTO,
    BELL_PROMPT,
    CACHE_CONTROL,
    FITTING_TOOLS,
    LENDING,
    LENDING_FLAT,
    LENDING_IN_WORDS,
    LENDING_OTHER_VALUES,
    LENDING_PLAIN,
    RULES,
    TITLE,
    TOOLS_BY_NAME,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbePart,
    ProbeRun,
    all_codes,
    also_among_all_codes,
    also_empty,
    breaks_rules,
    broken,
    called_tools,
    calls_as_dictated,
    describe,
    lending,
    lending_without,
    long_text,
    mistake_in,
    partial,
    place_is_cached,
    problems_of_input,
    prove_by_effect,
    row,
    tool,
    tools_by_description,
    two_calls_streamed,
    unclear,
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
    "inner choice",
    "default",
    "example",
    "further properties",
    "alternative",
    "item",
    "only value",
    "reference",
)
"""The places of the shared conversation that a tool's schema holds."""


def whole_schema_counts(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """Required properties, choices and inner objects reach the model, and its values the client.

    What a call lacks may be the model's fault. It is blamed on the endpoint only where token counts
    show that a keyword never reached the model, or where a value comes unless it is 0 or false.
    """
    tested = ask.shared(**lending())
    first: Exchange = yield tested
    if not first.answered and first.status is not None:
        return (yield from plain_schema_is_taken(ask, behaviour, first))
    if (title := title_in(first)) and (mistake := mistake_in(title, TITLE)):
        summary = f"{behaviour.summary}; but {TITLE!r} comes as {title!r}: {mistake}"
        others = yield [tested] * 2
        if all(title_in(other) == title for other in others):
            return partial(summary, first, *others, *behaviour.exchanges)
    complaint = complaint_about(first)
    if complaint is None:
        return (yield from each_rule_counts(ask, behaviour, first))
    said = f"{behaviour.summary}; but the call breaks its schema: {complaint}"
    keyword = "enum" if "enum" in complaint else "required"
    without = yield from keyword_costs_nothing(ask, keyword, first)
    if without is not None:
        cost = f"{keyword!r} costs no token, so it never reaches the model"
        return partial(f"{said}; {cost}", first, without, *behaviour.exchanges)
    falsy = yield [tested, *[ask.control(**lending(LENDING_IN_WORDS))] * 3]
    truthy = yield [ask.control(**lending(LENDING_OTHER_VALUES))] * 3
    if all(complaint_about(one) == complaint for one in falsy) and not any(
        complaint_about(one) or not one.tool_uses for one in truthy
    ):
        lost = "each time the right value is 0 or false, and never for others"
        return partial(f"{said}, {lost}", first, *falsy, *truthy, *behaviour.exchanges)
    if not all(complaint_about(one) for one in (*falsy, *truthy)):
        return behaviour
    flat = yield [ask.control(**lending(schema=LENDING_FLAT))] * 2
    if all(inner_values(one) == {} for one in (first, *falsy, *truthy)) and all(
        one.tool_uses and not problems_of_input(one.tool_uses[0].get("input"), LENDING_FLAT)
        for one in flat
    ):
        lost = "an object within the input is always empty; the same values come outside of it"
        return partial(f"{said}; {lost}", first, *falsy, *truthy, *flat, *behaviour.exchanges)
    return unclear(
        f"{said}, as do all of {len(falsy) + len(truthy)} others, even if the prompt names each "
        "value; a weak model may explain that",
        first,
        *falsy,
        *truthy,
        *behaviour.exchanges,
    )


def plain_schema_is_taken(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """A schema is refused, or breaks something, that is taken without its less usual keywords."""
    plain, again = yield [
        ask.shared(**lending(schema=LENDING_PLAIN)),
        ask.shared(**lending()),
    ]
    if not plain.answered or again.status != first.status:
        return behaviour
    keywords = ", ".join(dict.fromkeys(one for names in RULES.values() for one in names))
    summary = f"{behaviour.summary}; but a schema with {keywords}: {describe(first)}"
    return partial(summary, first, again, plain, *behaviour.exchanges)


MOST_RULES = 2
"""Properties whose keywords are left out to see what they cost; more of them say nothing new."""


def each_rule_counts(ask: Ask, behaviour: Behaviour, called: Exchange) -> ProbeRun:
    """Each keyword that tells the value of a property reaches the model.

    A value that breaks one is a model's fault as well. It is blamed on the endpoint only where the
    keyword costs no token.
    """
    inputs = [use.get("input") for use in called.tool_uses]
    broken_rules = breaks_rules(inputs[0]) if inputs else []
    for name in broken_rules[:MOST_RULES]:
        for keyword in RULES[name]:
            without: Exchange = yield ask.control(**lending(schema=lending_without(name, keyword)))
            if called.prompt_tokens and called.prompt_tokens == without.prompt_tokens:
                summary = (
                    f"{behaviour.summary}; but the call's {name!r} breaks its schema, whose "
                    f"{keyword!r} costs no token, so it never reaches the model"
                )
                return partial(summary, called, without, *behaviour.exchanges)
    return behaviour


def inner_values(exchange: Exchange) -> object:
    """What the call gives for the object within its input; None where there is no such call."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    return inputs[0].get("options") if inputs and isinstance(inputs[0], dict) else None


def keyword_costs_nothing(ask: Ask, keyword: str, asked: Exchange) -> ProbePart[Exchange | None]:
    """The answer without a keyword, of all depths or of the inner ones, that costs as much.

    None where it costs tokens.
    """
    for schema in (without_keyword(keyword), inner_without_keyword(keyword)):
        without: Exchange = yield ask.control(**lending(schema=schema))
        if asked.prompt_tokens and asked.prompt_tokens == without.prompt_tokens:
            return without
    return None


def without_keyword(keyword: str, schema: object = LENDING) -> object:
    """The schema without a keyword, at every depth."""
    if isinstance(schema, dict):
        return {n: without_keyword(keyword, one) for n, one in schema.items() if n != keyword}
    return schema


def inner_without_keyword(keyword: str) -> object:
    """The schema without a keyword in its properties, which keeps its own."""
    inner = without_keyword(keyword, LENDING["properties"])
    return {**LENDING, "properties": inner}


def title_in(exchange: Exchange) -> str | None:
    """The title in the call's input; None where there is none."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    title = inputs[0].get("title") if inputs and isinstance(inputs[0], dict) else None
    return title if isinstance(title, str) else None


def complaint_about(exchange: Exchange) -> str | None:
    """How the call's input breaks `LENDING`; None where it does not, or nothing was called."""
    inputs = [use.get("input") for use in exchange.tool_uses]
    if not inputs or exchange.stop_reason == "max_tokens":
        return None
    found = problems_of_input(inputs[0], LENDING_PLAIN)
    return f"{found[0][1]} (at {found[0][0] or 'the root'})" if found else None


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
