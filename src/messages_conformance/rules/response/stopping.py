"""Rules ``RS-STOP``: why a message stopped."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.exchange import is_token_count
from messages_conformance.protocol.stop_reasons import CUT, OF_BETA, REASONS
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView, mapping
from messages_conformance.rules.response import blocks
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.wording import one_of, shown

_ENDS: Final = tuple(".!?…。！？؟।\"'”’»)]}`*")
"""Signs with which a text ends; some servers count the token that ends an answer, so a text that
ends by itself may take exactly what it is allowed."""
_FEW: Final = 4
"""Tokens that an answer may have by chance: it may then end where the limit happens to be."""


def check_keys(message: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    """Check that a message has both keys that say why it stopped."""
    for key in ("stop_reason", "stop_sequence"):
        if key not in message:
            yield broken(
                "RS-STOP-0",
                where.at(f"/{key}"),
                f"the key `{key}` is missing; expected it, null where it does not apply",
            )


def check_reason(
    message: Mapping[str, Any], content: Content, request: RequestView
) -> Iterator[Finding]:
    """Check the stop reason of a message, and the fields that depend on it."""
    here, reason = Where(pointer="/stop_reason"), message.get("stop_reason")
    if reason not in REASONS and reason not in OF_BETA:
        yield broken(
            "RS-STOP-1", here, f"`stop_reason` is {shown(reason)}; expected {one_of(REASONS)}"
        )
    if content.calls and reason != "tool_use" and reason not in CUT:
        yield broken(
            "RS-STOP-3",
            here,
            f"`stop_reason` is {shown(reason)} though a tool is called; expected `tool_use`",
        )
    if reason == "tool_use" and not content.calls:
        yield broken(
            "RS-STOP-4",
            here,
            "`stop_reason` is `tool_use` but there is no `tool_use` block; expected one, or "
            "another reason",
        )
    yield from _check_sequence(message.get("stop_sequence"), reason, content, request)
    if message.get("stop_details") is not None and reason != "refusal":
        yield broken(
            "RS-STOP-6",
            here.at("/stop_details"),
            f"`stop_details` is {shown(message['stop_details'])} though `stop_reason` is not "
            "`refusal`; expected null",
        )


def check_is_cut(
    message: Mapping[str, Any], request: RequestView, content: Content
) -> Iterable[Finding]:
    """Check that a message that used up ``max_tokens`` does not say that it ended by itself."""
    output, most = mapping(message.get("usage")).get("output_tokens"), request.max_tokens
    if most is None or most < 1 or content.served or not is_token_count(output) or output < most:
        return ()
    reason, used = message.get("stop_reason"), output
    if reason == "end_turn":
        is_cut = used > most or (most > _FEW and not _ends_by_itself(content))
    else:
        is_cut = reason == "tool_use" and most > _FEW and content.is_incomplete
    if not is_cut:
        return ()
    share = "all" if used == most else f"{shown(used)} tokens, more than the"
    call = " and its last call is incomplete" if reason == "tool_use" else ""
    said = (
        f"`stop_reason` is `{reason}` though the message used {share} "
        f"{shown(most)} of `max_tokens`{call}; expected `max_tokens`"
    )
    return (broken("RS-STOP-7", Where(pointer="/stop_reason"), said),)


def _ends_by_itself(content: Content) -> bool:
    return content.tail.rstrip().endswith(_ENDS)


def check_is_used_up(
    message: Mapping[str, Any], request: RequestView, content: Content
) -> Iterable[Finding]:
    """Check that a message that says it was cut at ``max_tokens`` had so many tokens."""
    output, most = mapping(message.get("usage")).get("output_tokens"), request.max_tokens
    if message.get("stop_reason") != "max_tokens" or most is None or content.served:
        return ()
    # An endpoint may count the end of an answer, or what a letter of several tokens needs.
    if not is_token_count(output) or output >= most - max(_FEW, most // 10):
        return ()
    said = (
        f"`stop_reason` is `max_tokens` though only {shown(output)} tokens of {shown(most)} "
        "came; expected the reason why it ended"
    )
    return (broken("RS-STOP-9", Where(pointer="/stop_reason"), said),)


def check_is_stopped(
    block: dict[str, Any], request: RequestView, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check that no text goes on after a stop sequence of the request."""
    text = block.get("text")
    if block.get("type") != "text" or not isinstance(text, str):
        return ()
    for sequence in request.stop_sequences:
        at = text.find(sequence)
        if at >= 0 and text[at + len(sequence) :].strip():
            said = (
                f"the text goes on after the stop sequence {shown(sequence)}; expected it to end "
                "before"
            )
            return (broken("RS-STOP-8", where.at(f"{pointer}/text"), said),)
    return ()


def check_length(
    message: Mapping[str, Any], request: RequestView, content: Content, where: Where
) -> Iterable[Finding]:
    """Check that a message is within ``max_tokens``; tools of the server may add to its tokens.

    One that says that it ended by itself breaks another rule (`check_is_cut`).
    """
    output, most = mapping(message.get("usage")).get("output_tokens"), request.max_tokens
    if most is None or content.served or not is_token_count(output):
        return ()
    if not output > most >= 1 or message.get("stop_reason") == "end_turn":
        return ()
    said = f"`output_tokens` is {shown(output)}; expected no more than `max_tokens`, {shown(most)}"
    return (broken("RS-STOP-5", where.at("/usage/output_tokens"), said),)


def _check_sequence(
    sequence: Any, reason: Any, content: Content, request: RequestView
) -> Iterable[Finding]:
    if sequence is None and reason != "stop_sequence":
        return ()
    here, known = Where(pointer="/stop_sequence"), request.stop_sequences
    if reason != "stop_sequence":
        if sequence in known:
            # An endpoint that names the sequence saw it: it is the reason that is wrong.
            here = here.at("/stop_reason")
            said = (
                f"`stop_reason` is {shown(reason)} though the `stop_sequence` {shown(sequence)} "
                "of the request was met; expected `stop_sequence`"
            )
        else:
            said = (
                f"`stop_sequence` is {shown(sequence)} though `stop_reason` is {shown(reason)}; "
                "expected null"
            )
    elif not isinstance(sequence, str) or (request.known and sequence not in known):
        expected = one_of(known) if known else "the stop sequence that was found"
        said = f"`stop_sequence` is {shown(sequence)}; expected {expected}"
    else:
        return blocks.check_stop_sequence(sequence, content, here)
    return (broken("RS-STOP-2", here, said),)
