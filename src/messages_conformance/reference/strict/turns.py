"""Turns: their roles, their order, and their text."""

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.content import as_blocks
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.blocks import is_prefilled, outer_blocks, turns
from messages_conformance.reference.strict.current import is_current


def no_system_turns(request: AdmittedRequest) -> None:
    """No turn has the role `system`, neither the first nor a later one (rules RQ-11, RQ-12).

    The current model takes such a turn after one of the user, at the end or before an answer.
    """
    roles = [message["role"] for message in request.body["messages"]]
    allowed = {
        at
        for at, role in enumerate(roles)
        if is_current(request)
        and role == "system"
        and roles[:at][-1:] == ["user"]
        and roles[at + 1 :][:1] in ([], ["assistant"])
    }
    if any(role == "system" and at not in allowed for at, role in enumerate(roles)):
        raise Refusal(
            400,
            'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
            'parameter, not "system" as an input message role.',
        )


def first_turn_is_of_the_user(request: AdmittedRequest) -> None:
    """The first turn is the user's (rule RQ-09)."""
    if request.body["messages"][0]["role"] != "user":
        raise invalid("messages", 'first message must use the "user" role')


def text_is_not_blank(request: AdmittedRequest) -> None:
    """Text is more than white space (rule RQ-15)."""
    for placed in outer_blocks(request):
        if placed.kind == "text" and not placed.block["text"].strip():
            raise invalid(placed.path, "text content blocks must contain non-whitespace text")
    for i, block in enumerate(as_blocks(request.body.get("system"))):
        if not block["text"].strip() and isinstance(request.body["system"], list):
            raise invalid(f"system.{i}", "text content blocks must contain non-whitespace text")


def prefill_ends_in_a_word(request: AdmittedRequest) -> None:
    """A prefilled answer does not end in white space (rule RQ-17)."""
    if is_prefilled(request):
        said = turns(request)[-1][1][-1]["text"]
        if said != said.rstrip():
            raise invalid("messages", "final assistant content cannot end with trailing whitespace")
