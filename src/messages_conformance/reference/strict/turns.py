"""Who speaks, in which order, and with what words."""

from messages_conformance.reference.content import as_blocks
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.blocks import is_prefilled, outer, turns


def nobody_but_two_speaks(call: Call) -> None:
    """This model takes no system turns, neither first nor later (rules RQ-11, RQ-12)."""
    if any(message["role"] == "system" for message in call.body["messages"]):
        raise Refusal(
            400,
            'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
            'parameter, not "system" as an input message role.',
        )


def the_user_begins(call: Call) -> None:
    """The first turn is the user's (rule RQ-09)."""
    if call.body["messages"][0]["role"] != "user":
        raise invalid("messages", 'first message must use the "user" role')


def text_is_not_blank(call: Call) -> None:
    """Text has more than white space in it (rule RQ-15)."""
    for placed in outer(call):
        if placed.kind == "text" and not placed.block["text"].strip():
            raise invalid(placed.path, "text content blocks must contain non-whitespace text")
    for i, block in enumerate(as_blocks(call.body.get("system"))):
        if not block["text"].strip() and isinstance(call.body["system"], list):
            raise invalid(f"system.{i}", "text content blocks must contain non-whitespace text")


def prefill_ends_in_a_word(call: Call) -> None:
    """An answer that is begun does not end in white space (rule RQ-17)."""
    if is_prefilled(call):
        said = turns(call)[-1][1][-1]["text"]
        if said != said.rstrip():
            raise invalid("messages", "final assistant content cannot end with trailing whitespace")
