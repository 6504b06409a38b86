"""What the original API refuses of a request's form: its body, its key, its address.

As in `test_refusal`, each request has exactly one mistake in it. None of these rows needs a model
that does as it is told.
"""

from dataclasses import replace
from typing import Any

from messages_conformance.probing import (
    CLOCK,
    FEW,
    HELLO,
    Ask,
    Kind,
    ProbeRun,
    Question,
    broken,
    describe,
    ignored,
    malformed,
    partial,
    plain_request,
    prove_refused,
    row,
    unclear,
    works,
)

COUNTED = "Name the largest planet."
"""What another row counts as well."""


def refuses_body(ask: Ask, body: Any) -> ProbeRun:
    """Something else than a request is sent."""
    wrong = ask.invalid(HELLO, max_tokens=FEW)
    wrong = replace(wrong, request=replace(wrong.request, body=body))
    return prove_refused(plain_request(ask), wrong)


def refuses_messages(ask: Ask, messages: Any) -> ProbeRun:
    """`messages` has a wrong form."""
    return prove_refused(plain_request(ask), ask.invalid(messages, max_tokens=FEW))


def refused_as(ask: Ask, wrong: Question, status: int, type: str) -> ProbeRun:
    """A request is refused with a status and type other than those of an invalid body."""
    _, answer = yield [plain_request(ask), wrong]
    if answer.answered:
        return ignored(f"the request was answered: {describe(answer)}", answer)
    if answer.error is None or not answer.refused:
        return broken(describe(answer), answer)
    if (answer.status, answer.error.type) == (status, type):
        return works(f"refused with {describe(answer)}", answer)
    return partial(f"{describe(answer)}; documented is {status} {type}", answer)


# -- the body


@row("refusal/body_cut")
def body_cut(ask: Ask) -> ProbeRun:
    """A body that breaks off is no JSON (RQ-01). To fix: answer 400 in the error envelope.

    Instead: send bodies whole, with their `content-length`; take a connection that breaks as no
    answer.
    """
    request = ask.request(HELLO, max_tokens=FEW)
    return refuses_body(ask, malformed(request.content[:-9].decode()))


@row("refusal/body_list")
def body_list(ask: Ask) -> ProbeRun:
    """A request is an object, not a list (RQ-01). To fix: answer 400 in the error envelope.

    Instead: send one request at a time; a list of them goes to the batches of the original API.
    """
    return refuses_body(ask, [])


@row("refusal/messages_string")
def messages_string(ask: Ask) -> ProbeRun:
    """`messages` is a list, not a text (RQ-04). To fix: answer 400 rather than wrap it.

    Instead: send a list with one turn: `[{"role": "user", "content": …}]`.
    """
    wrong = ask.invalid(HELLO, max_tokens=FEW)
    return refuses_body(ask, {**wrong.request.body, "messages": HELLO})


@row("refusal/content_missing")
def content_missing(ask: Ask) -> ProbeRun:
    """A turn has content (RQ-16). To fix: answer 400 to a turn without it.

    Instead: drop turns without content before you send.
    """
    return refuses_messages(ask, [{"role": "user"}])


@row("refusal/content_number")
def content_number(ask: Ask) -> ProbeRun:
    """Content is a text or a list of blocks (RQ-16). To fix: answer 400 to a number.

    Instead: convert what you send as content to text.
    """
    return refuses_messages(ask, [{"role": "user", "content": 7}])


@row("refusal/content_blank")
def content_blank(ask: Ask) -> ProbeRun:
    """A user's turn is not empty (RQ-16). To fix: answer 400 to an empty text.

    Instead: check that there is something to ask before you send.
    """
    return refuses_messages(ask, [{"role": "user", "content": ""}])


@row("refusal/role_missing")
def role_missing(ask: Ask) -> ProbeRun:
    """A turn has a role (RQ-10). To fix: answer 400 rather than take the user's for granted.

    Instead: set the role of every turn.
    """
    return refuses_messages(ask, [{"content": HELLO}])


@row("refusal/system_number")
def system_number(ask: Ask) -> ProbeRun:
    """`system` is a text or a list of text blocks. To fix: answer 400 to anything else.

    Instead: send `system` as a text or a list of text blocks.
    """
    return prove_refused(plain_request(ask), ask.invalid(HELLO, system=7, max_tokens=FEW))


@row("refusal/temperature_string")
def temperature_string(ask: Ask) -> ProbeRun:
    """`temperature` is a number, not its digits (RQ-20). To fix: do not coerce; answer 400.

    Instead: convert settings to numbers where you read them.
    """
    return prove_refused(plain_request(ask), ask.invalid(HELLO, temperature="1", max_tokens=FEW))


@row("refusal/tools_object")
def tools_object(ask: Ask) -> ProbeRun:
    """`tools` is a list (RQ-28). To fix: answer 400 to a single tool.

    Instead: send a list, also for one tool.
    """
    return prove_refused(plain_request(ask), ask.invalid(HELLO, tools=CLOCK, max_tokens=FEW))


@row("refusal/choice_without_tools")
def choice_without_tools(ask: Ask) -> ProbeRun:
    """A call is forced, and no tools are there (RQ-31). To fix: answer 400, not 500.

    Instead: leave `tool_choice` out where you send no tools.
    """
    wrong = ask.invalid(HELLO, tool_choice={"type": "any"}, max_tokens=FEW)
    return prove_refused(plain_request(ask), wrong)


@row("refusal/choice_of_unknown_tool")
def choice_of_unknown_tool(ask: Ask) -> ProbeRun:
    """A call of a tool is forced that is not there (RQ-31). To fix: answer 400, not 500.

    Instead: check that the tool you name is among those you send.
    """
    unknown = {"type": "tool", "name": "no_such_tool"}
    right = ask.control(HELLO, tools=[CLOCK], max_tokens=FEW)
    return prove_refused(right, ask.invalid(HELLO, tools=[CLOCK], tool_choice=unknown))


@row("refusal/count_without_messages")
def count_without_messages(ask: Ask) -> ProbeRun:
    """Tokens of nothing cannot be counted. To fix: answer 400 in the error envelope.

    Where tokens cannot be counted at all, the row is unclear.

    Instead: check that there are messages before you count.
    """
    counted, answer = yield [ask.count(COUNTED), ask.count(None)]
    if counted.status != 200:
        return unclear(f"tokens cannot be counted: {describe(counted)}", counted)
    if answer.status == 200:
        return ignored("tokens of a request without messages were counted", answer)
    if not answer.refused:
        return broken(describe(answer), answer)
    return works(f"refused with {describe(answer)}", answer)


# -- the key and the address


@row("refusal/no_key")
def no_key(ask: Ask) -> ProbeRun:
    """A request without any key is refused with 401 `authentication_error`.

    No tokens are counted and no models are listed without one either. To fix: answer in the error
    envelope, also where a gateway in front checks the key; let it guard every path.

    Instead: check at the start of your application that a key is set, and treat 401 and 403 alike.
    """
    without: dict[str, str | None] = {"x-api-key": None, "authorization": None}
    wrong = ask.invalid(HELLO, max_tokens=FEW, headers=without)
    behaviour = yield from refused_as(ask, wrong, 401, "authentication_error")
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    others = yield [ask.count(HELLO, headers=without), ask.get("/v1/models?limit=1000", without)]
    for what, answer in zip(("tokens are counted", "models are listed"), others, strict=True):
        if answer.status == 200:
            summary = f"{behaviour.summary}; but {what} without one"
            return partial(summary, answer, *behaviour.exchanges)
    return behaviour


@row("refusal/unknown_path")
def unknown_path(ask: Ask) -> ProbeRun:
    """A path that does not exist is refused with 404 `not_found_error`.

    To fix: answer in the error envelope, also for what the framework refuses.

    Instead: check the base URL once at the start: SDKs add `/v1/messages` to it; match on the
    status 404.
    """
    wrong = ask.invalid(HELLO, max_tokens=FEW)
    wrong = replace(wrong, request=replace(wrong.request, path="/v1/no-such-path"))
    return refused_as(ask, wrong, 404, "not_found_error")
