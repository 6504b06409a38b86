"""Faults that accept a request of a wrong form, or refuse it in a form that clients cannot read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    accepts_invalid,
    of_refusal,
    of_stages,
)
from messages_conformance.reference.faults.edits import objects, with_field, with_turns, without
from messages_conformance.reference.faults.response_edits import with_body, with_json
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.response import Refusal, Response, json_response


@of_refusal("refusal/body_cut", 400, endpoints=(STRICT,))
def parse_errors_in_html(refusal: Refusal, response: Response) -> Response:
    """What the framework refuses comes as its page in HTML."""
    if "not valid JSON" not in refusal.message:
        return response
    return with_body(response, 400, b"<h1>Bad Request</h1>", "text/html")


@of_refusal("refusal/body_list", 400, endpoints=(STRICT,))
def lists_crash(refusal: Refusal, response: Response) -> Response:
    """A body that is a list is answered with 500, as its `model` is looked up."""
    if "JSON object" not in refusal.message:
        return response
    return with_json(response, 500, {"detail": "'list' object has no attribute 'get'"})


@accepts_invalid("messages_string")
def messages_in_a_string(body: Body) -> Body:
    """`messages` as a string is taken as one turn of the user."""

    def listed(messages: Any) -> Any:
        return [{"role": "user", "content": messages}] if isinstance(messages, str) else messages

    return with_field("messages", listed)(body)


def _with_content(
    body: Body, is_wrong: Callable[[Body], bool], right: Callable[[Any], str]
) -> Body:
    return with_turns(
        body,
        lambda turn: {**turn, "content": right(turn.get("content"))} if is_wrong(turn) else turn,
    )


@accepts_invalid("content_missing")
def content_may_be_missing(body: Body) -> Body:
    """A turn without content is taken as an empty one."""
    return _with_content(body, lambda turn: "content" not in turn, lambda _: "…")


@accepts_invalid("content_number")
def numbers_are_content(body: Body) -> Body:
    """Content that is a number is taken as its digits."""
    return _with_content(body, lambda turn: type(turn.get("content")) is int, str)


@accepts_invalid("content_blank", "refusal/empty_content")
def empty_content_filled(body: Body) -> Body:
    """An empty turn of the user is filled with something."""
    return _with_content(body, lambda turn: turn.get("content") == "", lambda _: "…")


@accepts_invalid("role_missing")
def users_without_role(body: Body) -> Body:
    """A turn without role is taken as the user's."""
    return with_turns(body, lambda turn: {"role": "user", **turn})


@accepts_invalid("system_number")
def numbers_are_system_prompts(body: Body) -> Body:
    """A system prompt that is a number is taken as its digits."""
    return with_field("system", lambda one: str(one) if type(one) is int else one)(body)


@accepts_invalid("temperature_string")
def temperatures_in_strings(body: Body) -> Body:
    """A temperature as a string is read as a number."""
    return with_field("temperature", lambda one: float(one) if isinstance(one, str) else one)(body)


@accepts_invalid("tools_object")
def one_tool_for_a_list(body: Body) -> Body:
    """A single tool is taken as a list of one."""
    return with_field("tools", lambda tools: [tools] if isinstance(tools, dict) else tools)(body)


@accepts_invalid("choice_without_tools")
def choices_without_tools_dropped(body: Body) -> Body:
    """A forced call without tools is dropped, and the model answers in text."""
    return body if body.get("tools") else without(body, "tool_choice")


@accepts_invalid("choice_of_unknown_tool", "tool_choice/tool")
def unknown_choices_dropped(body: Body) -> Body:
    """A forced call of a tool that is not there is dropped."""
    choice = body.get("tool_choice")
    names = [tool.get("name") for tool in objects(body.get("tools"))]
    if isinstance(choice, dict) and choice.get("name") not in (None, *names):
        return without(body, "tool_choice")
    return body


@of_stages("refusal/count_without_messages", endpoints=(STRICT,))
def nothing_is_counted_too(stages: Stages) -> Stages:
    """The tokens of a request without messages are counted."""
    path = "/v1/messages/count_tokens"

    def count(inner: Stages, request: AdmittedRequest) -> Response:
        if "messages" not in request.sent:
            return json_response({"input_tokens": 3})
        return stages.routes[path](inner, request)

    return replace(stages, routes={**stages.routes, path: count})


@of_refusal("refusal/no_key", 401, endpoints=(STRICT,))
def gateways_refuse_without_key(refusal: Refusal, response: Response) -> Response:
    """A request without a key is refused by a gateway, in an envelope of its own."""
    if "is required" not in refusal.message:
        return response
    return with_json(response, 401, {"message": "No API key found in request"})


@of_refusal(
    "refusal/unknown_path", 404, endpoints=(STRICT,), side_effects=("endpoint/models", "error/404")
)
def unknown_paths_in_fastapi_detail(refusal: Refusal, response: Response) -> Response:
    """An unknown path is refused by the framework: `{"detail": "Not Found"}`."""
    if "there is no" not in refusal.message:
        return response
    return with_json(response, 404, {"detail": "Not Found"})
