"""Faults of what clients send today: refused, or accepted and lost."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_check,
    of_headers,
    of_message,
    of_model_input,
    of_request,
    of_stages,
)
from messages_conformance.reference.faults.edits import objects, with_changes, with_tools, without
from messages_conformance.reference.pipeline import Message, ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.context_edits import edits_are_known


@of_check("request/two_user_turns", endpoints=(STRICT,))
def turns_must_alternate(request: AdmittedRequest) -> None:
    """Two turns of one role in a row are refused, as before 2024 and by some chat templates."""
    roles = [turn.get("role") for turn in objects(request.sent.get("messages"))]
    if any(one == other for one, other in itertools.pairwise(roles)):
        raise invalid("messages", "roles must alternate between user and assistant")


@of_model_input("request/two_user_turns", endpoints=(STRICT,))
def last_of_equal_turns_wins(body: Body) -> Body:
    """Of several turns of one role in a row only the last is read."""
    kept: list[Body] = []
    for turn in objects(body.get("messages")):
        if kept and kept[-1].get("role") == turn.get("role"):
            kept.pop()
        kept.append(turn)
    return {**body, "messages": kept}


@of_check("request/turn_without_text", endpoints=(STRICT,))
def results_need_text(request: AdmittedRequest) -> None:
    """A turn of the user that has no text is refused."""
    turns = objects(request.sent.get("messages"))
    content = turns[-1].get("content") if turns else None
    if isinstance(content, list) and all(b.get("type") != "text" for b in objects(content)):
        raise invalid("messages", "the last message must contain text")


@of_check("request/tool_type_custom", endpoints=(STRICT,))
def custom_tools_refused(request: AdmittedRequest) -> None:
    """A tool whose type is `custom` is refused as unknown."""
    if any(tool.get("type") == "custom" for tool in objects(request.sent.get("tools"))):
        raise invalid("tools.0.type", "Input should be 'function'")


@of_request("request/strict_tools", endpoints=(STRICT,))
def strict_dropped(body: Body) -> Body:
    """`strict` is dropped, whatever it says."""
    return with_tools(body, lambda tool: without(tool, "strict"))


@of_message("request/cache_ttl_1h", endpoints=(STRICT,))
def lifetimes_never_told(_request: AdmittedRequest, message: Message) -> Message:
    """The usage does not tell for how long something was written to the cache."""
    return with_changes(message, usage=without(message["usage"], "cache_creation"))


@of_check("request/cache_ttl_1h", endpoints=(STRICT,), side_effects=("refusal/hour_after_minutes",))
def an_hour_refused(request: AdmittedRequest) -> None:
    """A lifetime of one hour is refused."""
    if '"ttl": "1h"' in str(request.sent).replace("'", '"'):
        raise invalid("messages.0.content.0.cache_control.ttl", "Extra inputs are not permitted")


@of_stages("request/beta_query", endpoints=(STRICT,))
def queries_not_found(stages: Stages) -> Stages:
    """A path with a query is not found (vllm-ascend#8634)."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        if "beta" in request.query:
            raise Refusal(404, "Not Found")
        return stages.receive(request)

    return replace(stages, receive=receive)


@of_check("request/whole_number_temperature", endpoints=(STRICT,))
def temperatures_need_a_point(request: AdmittedRequest) -> None:
    """A temperature without a decimal point is refused as no number."""
    if type(request.sent.get("temperature")) is int:
        raise invalid("temperature", "Input should be a valid number with a decimal point")


def _searches(body: Body) -> bool:
    """Whether a body offers the search that the endpoint runs."""
    kinds = [str(tool.get("type")) for tool in objects(body.get("tools"))]
    return any(kind.startswith("web_search") for kind in kinds)


@of_check("request/web_search", endpoints=(STRICT,))
def web_search_refused(request: AdmittedRequest) -> None:
    """The search that the endpoint is to run is refused as an unknown type of tool."""
    if _searches(request.sent):
        raise invalid("tools.0.type", "Input should be 'custom'")


@of_request("request/web_search", endpoints=(STRICT,))
def web_search_dropped(body: Body) -> Body:
    """The search is dropped, and the model answers from memory (reported of Alibaba Cloud)."""
    return without(without(body, "tools"), "tool_choice") if _searches(body) else body


@of_message("request/web_search", endpoints=(STRICT,))
def search_left_to_the_client(request: AdmittedRequest, message: Message) -> Message:
    """The search is a call of an ordinary tool, which the client is to run."""
    calls = [
        {**block, "type": "tool_use", "id": str(block["id"]).replace("srvtoolu", "toolu")}
        for block in message["content"]
        if block["type"] == "server_tool_use"
    ]
    if not _searches(request.body) or not calls:
        return message
    return with_changes(message, content=calls, stop_reason="tool_use")


@of_message("request/web_search", endpoints=(STRICT,))
def search_results_lost(_request: AdmittedRequest, message: Message) -> Message:
    """The call of the search is sent, and not what it found."""
    kept = [block for block in message["content"] if block["type"] != "web_search_tool_result"]
    return with_changes(message, content=kept)


@of_message("request/web_search", endpoints=(STRICT,))
def searches_not_counted(_request: AdmittedRequest, message: Message) -> Message:
    """The usage does not count searches, which are paid for one by one."""
    return with_changes(message, usage=without(message["usage"], "server_tool_use"))


@of_check("request/context_management", endpoints=(STRICT,))
def edits_refused(request: AdmittedRequest) -> None:
    """`context_management` is refused as an unknown field (9router#1468)."""
    if "context_management" in request.sent:
        raise invalid("context_management", "Extra inputs are not permitted")


@of_request("request/context_management", endpoints=(STRICT,))
def edits_dropped(body: Body) -> Body:
    """`context_management` is dropped, whatever it says."""
    return without(body, "context_management")


@of_message("request/context_management", endpoints=(STRICT,))
def edits_never_told(_request: AdmittedRequest, message: Message) -> Message:
    """The answer does not tell which edits were applied."""
    return without(message, "context_management")


@of_stages("request/context_management", endpoints=(STRICT,))
def edits_not_checked(stages: Stages) -> Stages:
    """An edit of an unknown type is accepted, and the answer says that none was applied."""
    kept = tuple(check for check in stages.checks if check is not edits_are_known)
    return replace(stages, checks=kept)


@of_headers("request/beta_query", endpoints=(STRICT,))
def second_beta_is_unknown(headers: Mapping[str, str]) -> Mapping[str, str]:
    """A list of betas is read as the name of one, which nobody knows (devised)."""
    if "," in headers.get("anthropic-beta", ""):
        raise invalid("anthropic-beta", "Unexpected value(s) for the `anthropic-beta` header")
    return headers


@of_request("request/cache_ttl_1h", endpoints=(STRICT,))
def marks_on_system_ignored(body: Body) -> Body:
    """Cache breakpoints count in messages, and not on the system prompt (devised)."""
    system = body.get("system")
    if not isinstance(system, list):
        return body
    return {**body, "system": [without(block, "cache_control") for block in objects(system)]}
