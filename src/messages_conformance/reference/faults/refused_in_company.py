"""Faults that refuse fields only beside tools or in streams, or only where a request is large.

Translations check what another vendor's API takes together; limits are those of other models.
"""

from collections.abc import Callable

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    Fault,
    of_check,
    of_request,
)
from messages_conformance.reference.faults.edits import holds
from messages_conformance.reference.response import invalid

_PAIRS = "combinations/pairs"
_MOST_TOKENS, _MOST_TURNS = 8_192, 10


def _has_tools(body: Body) -> bool:
    return bool(body.get("tools"))


def _streams(body: Body) -> bool:
    return body.get("stream") is True


def _refused(
    name: str,
    field: str,
    beside: Callable[[Body], bool],
    says: str,
    endpoints: tuple[str, ...] = ("documented", STRICT),
) -> Fault:
    """The fault that a field is refused in a company that it may have."""

    def check(request: AdmittedRequest) -> None:
        if request.body.get(field) is not None and beside(request.body):
            raise invalid(field, "Extra inputs are not permitted")

    check.__name__, check.__doc__ = name, says
    return of_check(_PAIRS, endpoints=endpoints)(check)


temperature_refused_with_tools = _refused(
    "temperature_refused_with_tools",
    "temperature",
    _has_tools,
    "`temperature` is refused where tools are on offer (devised).",
)
top_p_refused_with_tools = _refused(
    "top_p_refused_with_tools",
    "top_p",
    _has_tools,
    "`top_p` is refused where tools are on offer (devised).",
)
service_tier_refused_with_tools = _refused(
    "service_tier_refused_with_tools",
    "service_tier",
    _has_tools,
    "`service_tier` is refused where tools are on offer (devised).",
    endpoints=(STRICT,),
)
top_k_refused_in_streams = _refused(
    "top_k_refused_in_streams",
    "top_k",
    _streams,
    "`top_k` is refused where the answer is streamed (devised).",
)
temperature_refused_with_stops = _refused(
    "temperature_refused_with_stops",
    "temperature",
    lambda body: bool(body.get("stop_sequences")),
    "`temperature` is refused beside stop sequences (devised).",
)


@of_check(_PAIRS, endpoints=(STRICT,), side_effects=("content/tool_result/content",))
def images_refused_with_tools(request: AdmittedRequest) -> None:
    """An image is refused where tools are on offer (devised)."""
    if _has_tools(request.body) and holds(request.body, "image"):
        raise invalid("messages", "images and tools exclude each other")


@of_check(
    "basic/max_tokens",
    endpoints=(STRICT,),
    side_effects=("basic/thinking", "endpoint/count_tokens"),
)
def long_limits_refused(request: AdmittedRequest) -> None:
    """More than 8,192 tokens may not be allowed, though the page has more.

    Source: Model Studio, musistudio/claude-code-router#1327.
    """
    limit = request.body.get("max_tokens")
    if type(limit) is int and limit > _MOST_TOKENS:
        raise invalid("max_tokens", f"Range of max_tokens should be [1, {_MOST_TOKENS}]")


@of_request("basic/thinking", endpoints=(STRICT,), side_effects=("refusal/max_tokens_too_large",))
def long_limits_lowered(body: Body) -> Body:
    """A limit of more than 8,192 tokens is lowered to that, so that large budgets are refused."""
    limit = body.get("max_tokens")
    return {**body, "max_tokens": min(limit, _MOST_TOKENS)} if type(limit) is int else body


@of_check("content/string", side_effects=("basic/stop_sequences",))
def long_conversations_refused(request: AdmittedRequest) -> None:
    """A conversation of more than ten turns is refused (devised)."""
    if len(request.body.get("messages") or []) > _MOST_TURNS:
        raise invalid("messages", f"at most {_MOST_TURNS} messages are supported")


@of_check("basic/temperature", side_effects=("request/whole_number_temperature",))
def default_temperature_refused(request: AdmittedRequest) -> None:
    """A temperature of 1, the default, is refused where a request says it (devised)."""
    if request.body.get("temperature") == 1:
        raise invalid("temperature", "Input should be less than 1")
