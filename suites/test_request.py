"""What clients send today, and no table of Model Studio's page names.

Such requests are legal. An endpoint that refuses one, or loses what it holds, breaks the clients
that send it.
"""

from dataclasses import replace
from typing import Any

from messages_conformance.probing import (
    BELL_PROMPT,
    PLAIN,
    TOOLS_BY_NAME,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    VERSIONS,
    Ask,
    Exchange,
    ProbeRun,
    Question,
    assistant,
    broken,
    call,
    called_tools,
    describe,
    ignored,
    long_text,
    no_count,
    partial,
    prove_by_canary,
    prove_by_effect,
    prove_checked,
    prove_validated,
    result,
    row,
    text,
    tool,
    unclear,
    user,
    works,
)

SERVED = "server_tool_use"


BETAS = "interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14"
"""Two betas in one header, as SDKs send them; neither changes an answer without tools."""


def like_an_sdk(ask: Ask) -> Question:
    """Two user turns, a whole number, two betas and a query in one request, for several rows."""
    # The newest version of the API knows no temperature.
    temperature = 1 if ask.target.api_version == VERSIONS[0] else None
    turns = [user(VAULT), user(VAULT_QUESTION)]
    headers = {"anthropic-beta": BETAS}
    return with_query(ask.shared(turns, temperature=temperature, headers=headers))


def with_query(asked: Question) -> Question:
    """The same, as SDKs send it for betas."""
    return replace(asked, request=replace(asked.request, path="/v1/messages?beta=true"))


@row("request/two_user_turns")
def two_user_turns_are_one(ask: Ask) -> ProbeRun:
    """Two turns of the user in a row are read as one (RQ-13).

    Clients send them where a tool's result or a reminder follows what the user said. To fix: join
    turns of one role before you render the prompt. Instead: join them in the client.
    """
    shared: Exchange = yield like_an_sdk(ask)
    if VAULT_CODE in shared.text:
        return works(
            f"the model repeated what only the first of two turns holds: {VAULT_CODE!r}", shared
        )
    return (yield from the_first_turn_carries(ask))


def the_first_turn_carries(ask: Ask) -> ProbeRun:
    """Of two turns of the user in a row, the first reaches the model."""
    return prove_by_canary(
        ask([user(VAULT), user(VAULT_QUESTION)]),
        canary=VAULT_CODE,
        what="the first of two turns",
        control=ask.control(VAULT_QUESTION),
        in_plain_text=ask.control(f"{VAULT} {VAULT_QUESTION}"),
    )


@row("request/turn_without_text")
def result_without_text(ask: Ask) -> ProbeRun:
    """A turn that holds a tool's result and no text is answered: so every tool loop goes on.

    To fix: let the model answer after a result, without waiting for words of the user. Instead:
    add a short text after the result.
    """
    tools = [tool("look_up", "Looks things up.", what="string")]

    def loop(found: str) -> list[Any]:
        return [
            user("Look up the vault code, then answer with the code only."),
            assistant(call("toolu_look07", "look_up", {"what": "vault code"})),
            user(result("toolu_look07", found)),
        ]

    return prove_by_canary(
        ask(loop(VAULT), tools=tools),
        canary=VAULT_CODE,
        what="a result without text",
        control=ask.control(loop("Nothing found."), tools=tools),
        in_plain_text=ask.control(f"{VAULT} {VAULT_QUESTION}", tools=tools),
    )


@row("request/tool_type_custom")
def tools_may_say_custom(ask: Ask) -> ProbeRun:
    """A tool may say that its type is `custom`, which is the default (RQ-28).

    To fix: treat it like a tool without a type. Instead: leave the type out.
    """
    tools = [{"type": "custom", **one} for one in TOOLS_BY_NAME]
    return prove_by_effect(
        ask,
        lambda exchange: set(called_tools(exchange)) == {"ring_church_bell"},
        ask(BELL_PROMPT, tools=tools),
        shared=custom_and_strict(ask),
        control=ask.control(BELL_PROMPT),
        shows="the model called the tool whose type is custom",
        lost="tools of type custom were accepted and did not reach the model",
    )


@row("request/strict_tools")
def strict_is_read(ask: Ask) -> ProbeRun:
    """A tool may be `strict`, so that its calls always match its schema.

    The proof that it is read is that a malformed value is refused; calls of strict tools are held
    to their schema by the wire rules. To fix: constrain generation to the schema, or refuse the
    field. Instead: check the inputs of calls in the client.
    """

    malformed = ask.invalid(BELL_PROMPT, tools=strict("certainly"))
    shared: Exchange = yield custom_and_strict(ask)
    if shared.answered:
        return (yield from prove_checked(shared, malformed, "strict"))
    valid = ask(BELL_PROMPT, tools=strict(True))
    return (yield from prove_validated(valid, malformed, "strict"))


def strict(value: object) -> list[dict[str, Any]]:
    """A tool that is strict, if the value says so."""
    closed = {**TOOLS_BY_NAME[1]["input_schema"], "additionalProperties": False}
    return [{**TOOLS_BY_NAME[1], "input_schema": closed, "strict": value}]


def custom_and_strict(ask: Ask) -> Question:
    """Tools of type custom, one of them strict, for two rows."""
    tools = [TOOLS_BY_NAME[0], *strict(True)]
    return ask.shared(BELL_PROMPT, tools=[{"type": "custom", **one} for one in tools])


@row("request/cache_ttl_1h")
def an_hour_in_the_cache(ask: Ask) -> ProbeRun:
    """A cache breakpoint may last an hour, and the usage says what was written for how long.

    It stands on the system prompt here, as in every request of Claude Code.

    To fix: keep the prefix for an hour and report `usage.cache_creation`, or answer 400. Instead:
    leave `ttl` out; a cache then lasts five minutes.
    """
    an_hour = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    willow = text(long_text("willow"), **an_hour)
    of_text = ask([user(willow, "Say hello.")], max_tokens=4)
    tested = ask.shared("Say hello.", system=[willow], max_tokens=4)
    first: Exchange = yield tested
    if not first.answered:  # Such a system prompt may be refused by itself.
        tested = of_text
        first = yield tested
    again: Exchange = yield tested
    if not again.usage("cache_read_input_tokens") and tested is not of_text:
        *_, of_user = yield [of_text] * 2
        if of_user.usage("cache_read_input_tokens"):
            summary = (
                "a mark on the user's text lasts an hour; one on the system prompt does nothing"
            )
            return partial(summary, first, again, of_user)
    if untold := no_count(first, again):
        return untold
    if not again.usage("cache_read_input_tokens"):
        return ignored("the same prompt was sent again and nothing was read from a cache", first)
    written = first.usage("cache_creation_input_tokens")
    usage = (first.message or {}).get("usage")
    lifetimes = usage.get("cache_creation") if isinstance(usage, dict) else None
    if first.usage("cache_read_input_tokens"):
        return unclear("the prompt was in a cache already", first, again)
    if not written:
        return partial("it was read again, and the usage never says that it was written", first)
    if not isinstance(lifetimes, dict) or lifetimes.get("ephemeral_1h_input_tokens") != written:
        summary = f"{written} tokens were written, and the usage does not say that it was for 1h"
        return partial(summary, first, again)
    return works(f"{written} tokens were written for an hour and read again", first, again)


@row("request/beta_query")
def query_makes_no_difference(ask: Ask) -> ProbeRun:
    """The query `?beta=true`, which SDKs add for betas, makes no difference; nor do two betas.

    To fix: match the path without its query, and read `anthropic-beta` as a list. Instead: call the
    plain resource of the SDK, not that below `beta`.
    """
    shared: Exchange = yield like_an_sdk(ask)
    if shared.answered:
        return works("answered as without the query and betas", shared)
    yield ask.control(**PLAIN)
    answer: Exchange = yield with_query(ask(**PLAIN))
    betas: Exchange = yield with_query(ask.shared(**PLAIN, headers={"anthropic-beta": BETAS}))
    if betas.answered or betas.status is None:
        return works("answered as without the query", answer)
    one: Exchange = yield with_query(
        ask.shared(**PLAIN, headers={"anthropic-beta": BETAS.partition(",")[0]})
    )
    if not one.answered:
        return works(f"answered as without the query; a beta is not known: {describe(one)}", answer)
    return partial(f"the query and one beta are accepted; two: {describe(betas)}", betas, one)


@row("request/whole_number_temperature")
def temperature_may_be_whole(ask: Ask) -> ProbeRun:
    """A temperature may be written as a whole number: 1 for 1.0, as JSON knows one number only.

    To fix: do not check for a decimal point. Instead: send 1.0.
    """
    answer: Exchange = yield like_an_sdk(ask)
    if not answer.answered:
        answer = yield ask(**{**PLAIN, "temperature": 1})
    return works("a temperature of 1 is accepted", answer)


@row("request/web_search")
def the_server_searches(ask: Ask) -> ProbeRun:
    """The endpoint runs a search of the web itself, or it refuses the tool.

    An answer from memory that came without a search looks like one that was looked up. To fix: run
    the search and send its blocks, or refuse the tool with 400. Instead: offer a search tool of
    your own, and run it in the client.
    """
    name = "web_search"
    answer: Exchange = yield ask(
        "Search the web for the length of the river Elbe.",
        tools=[{"type": "web_search_20250305", "name": name, "max_uses": 1}],
        tool_choice={"type": "tool", "name": name},
        max_tokens=400,
    )
    content = (answer.message or {}).get("content")
    blocks = [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
    calls = [b.get("id") for b in blocks if (b.get("type"), b.get("name")) == (SERVED, name)]
    results = [b for b in blocks if b.get("type") == "web_search_tool_result"]
    if name in called_tools(answer) and not calls:
        return broken("the search was left to the client, as a call of a tool it lacks", answer)
    if not results and answer.stop_reason in ("max_tokens", "pause_turn"):
        return unclear("the answer ended before the search did", answer)
    if not calls and not results:
        return ignored("the tool was accepted, and nothing was searched", answer)
    if not calls or not results:
        return partial(f"the search has no {'result' if calls else 'call'}", answer)
    if any(one.get("tool_use_id") not in calls for one in results):
        return partial("a result does not name its call", answer)
    if not any(isinstance(one.get("content"), list) for one in results):
        return unclear("the search was run, and failed", answer)
    usage = (answer.message or {}).get("usage")
    counted = usage.get(SERVED) if isinstance(usage, dict) else None
    if not isinstance(counted, dict) or not counted.get("web_search_requests"):
        return partial("it was searched, and the usage counts no search", answer)
    return works("the endpoint searched, and sent call, result and count", answer)


@row("request/context_management")
def edits_are_told(ask: Ask) -> ProbeRun:
    """With its beta, `context_management` is read, and the answer tells which edits were applied.

    A short conversation needs no edit, so that none is applied. The proof that the field is read
    is that a malformed edit is refused. To fix: apply the edits and tell `applied_edits`, or answer
    `context_management: Extra inputs are not permitted`. Instead: shorten the history in the
    client.
    """
    headers = {"anthropic-beta": "context-management-2025-06-27"}

    def edits(kind: str) -> dict[str, Any]:
        return {**PLAIN, "context_management": {"edits": [{"type": kind}]}, "headers": headers}

    accepted: Exchange = yield ask(**edits("clear_tool_uses_20250919"))
    malformed: Exchange = yield ask.invalid(**edits("no_such_edit"))
    told = (accepted.message or {}).get("context_management")
    is_told = isinstance(told, dict) and isinstance(told.get("applied_edits"), list)
    if not is_told and malformed.answered:
        return ignored("edits made no difference, well-formed or malformed", accepted, malformed)
    if not is_told:
        return partial("the answer does not tell which edits were applied", accepted, malformed)
    if not malformed.refused:
        return partial("an edit of an unknown type is not refused", malformed, accepted)
    return works("edits are told, and a malformed one is refused", accepted, malformed)
