"""Limits of the model: answer length, sampling, prompt length."""

from messages_conformance.protocol.canonical import canonical
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict import stages
from messages_conformance.reference.strict.blocks import type_of
from messages_conformance.reference.strict.current import is_current

MAX_TOKENS = 64_000
"""The most output tokens of the model."""
WINDOW = 200_000
"""The most input tokens of the model."""


def max_tokens_is_within_limit(request: AdmittedRequest) -> None:
    """`max_tokens` is within the model's maximum (rule RQ-07)."""
    asked = request.body["max_tokens"]
    if asked > MAX_TOKENS:
        raise Refusal(
            400,
            f"max_tokens: {asked} > {MAX_TOKENS}, which is the maximum allowed number of output "
            f"tokens for {request.claims.model.id}",
        )


def cache_warming_excludes_answers(request: AdmittedRequest) -> None:
    """`max_tokens` 0 only warms the cache, so it excludes fields about an answer (rule RQ-06)."""
    if request.body["max_tokens"] != 0:
        return
    body = request.body
    forms = {
        "stream": body.get("stream") is True,
        "thinking": type_of(body.get("thinking")) == "enabled",
        "output_config.format": bool((body.get("output_config") or {}).get("format")),
        "tool_choice": type_of(body.get("tool_choice")) in ("any", "tool"),
    }
    for name, asked in forms.items():
        if asked:
            raise invalid(name, "not allowed when `max_tokens` is 0")


def temperature_excludes_top_p(request: AdmittedRequest) -> None:
    """`temperature` and `top_p` exclude each other (rule RQ-22)."""
    if request.body.get("temperature") is not None and request.body.get("top_p") is not None:
        raise Refusal(
            400,
            "`temperature` and `top_p` cannot both be specified for this model. "
            "Please use only one.",
        )


def effort_is_unsupported(request: AdmittedRequest) -> None:
    """The model does not support levels of effort (rule RQ-45); the current one does."""
    effort = (request.body.get("output_config") or {}).get("effort")
    if effort is not None and not is_current(request):
        raise Refusal(400, "This model does not support the effort parameter.")


def prompt_fits_the_window(request: AdmittedRequest) -> None:
    """The prompt fits the context window (rule RQ-37)."""
    # A token has at least one character, so most prompts need not be counted.
    if len(canonical(request.body)) <= WINDOW:
        return
    count = stages.render(request.body).tokens
    if count > WINDOW:
        raise Refusal(400, f"prompt is too long: {count} tokens > {WINDOW} maximum")


def no_container(request: AdmittedRequest) -> None:
    """There are no containers here, so every id is unknown."""
    if request.body.get("container") is not None:
        raise invalid("container", "no container of that id was found")


def mcp_servers_are_reachable(request: AdmittedRequest) -> None:
    """No MCP server can be reached from here."""
    servers = request.body.get("mcp_servers")
    if not isinstance(servers, list | None):
        raise invalid("mcp_servers", "Input should be a valid array")
    for i, server in enumerate(servers or ()):
        if not isinstance(server, dict) or not isinstance(server.get("url"), str):
            raise invalid(f"mcp_servers.{i}.url", "Field required")
        raise invalid(f"mcp_servers.{i}", f"Connection error: could not connect to {server['url']}")
