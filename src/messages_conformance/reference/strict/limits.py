"""What the model can do: how long it answers, how it samples, what it reads."""

from messages_conformance.protocol.exchange import canonical
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict import stages
from messages_conformance.reference.strict.blocks import kind_of

MAX_TOKENS = 64_000
"""Output tokens the model makes at most."""
WINDOW = 200_000
"""Input tokens the model reads at most."""


def answer_is_not_too_long(call: Call) -> None:
    """No more is asked for than the model can say (rule RQ-07)."""
    asked = call.body["max_tokens"]
    if asked > MAX_TOKENS:
        raise Refusal(
            400,
            f"max_tokens: {asked} > {MAX_TOKENS}, which is the maximum allowed number of output "
            f"tokens for {call.promises.model.id}",
        )


def warming_says_nothing(call: Call) -> None:
    """With `max_tokens` 0 a cache is warmed and nothing is said, in no form (rule RQ-06)."""
    if call.body["max_tokens"] != 0:
        return
    body = call.body
    forms = {
        "stream": body.get("stream") is True,
        "thinking": kind_of(body.get("thinking")) == "enabled",
        "output_config.format": bool((body.get("output_config") or {}).get("format")),
        "tool_choice": kind_of(body.get("tool_choice")) in ("any", "tool"),
    }
    for name, asked in forms.items():
        if asked:
            raise invalid(name, "not allowed when `max_tokens` is 0")


def one_way_of_sampling(call: Call) -> None:
    """The model samples by temperature or by `top_p`, not by both (rule RQ-22)."""
    if call.body.get("temperature") is not None and call.body.get("top_p") is not None:
        raise Refusal(
            400,
            "`temperature` and `top_p` cannot both be specified for this model. "
            "Please use only one.",
        )


def effort_is_not_chosen(call: Call) -> None:
    """The model knows no levels of effort (rule RQ-45)."""
    if (call.body.get("output_config") or {}).get("effort") is not None:
        raise Refusal(400, "This model does not support the effort parameter.")


def prompt_fits(call: Call) -> None:
    """The prompt is within what the model reads (rule RQ-37)."""
    # A token has a character at least, so most prompts need not be counted.
    if len(canonical(call.body)) <= WINDOW:
        return
    count = stages.render(call.body).tokens
    if count > WINDOW:
        raise Refusal(400, f"prompt is too long: {count} tokens > {WINDOW} maximum")


def no_container(call: Call) -> None:
    """There are no containers here, so none of that name."""
    if call.body.get("container") is not None:
        raise invalid("container", "no container of that id was found")


def mcp_servers_are_reached(call: Call) -> None:
    """From here no server can be reached."""
    servers = call.body.get("mcp_servers")
    if not isinstance(servers, list | None):
        raise invalid("mcp_servers", "Input should be a valid array")
    for i, server in enumerate(servers or ()):
        if not isinstance(server, dict) or not isinstance(server.get("url"), str):
            raise invalid(f"mcp_servers.{i}.url", "Field required")
        raise invalid(f"mcp_servers.{i}", f"Connection error: could not connect to {server['url']}")
