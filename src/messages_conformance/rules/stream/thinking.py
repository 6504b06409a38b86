"""Rules ``ST-THK``: the deltas of thinking blocks."""

from collections.abc import Iterable, Iterator

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.stream.open_block import OpenBlock


def is_omitted(request: RequestView) -> bool:
    """Whether the request asks for thinking without its text."""
    return request.thinking.get("display") == "omitted"


def check_is_displayed(request: RequestView, where: Where) -> Iterator[Finding]:
    """Check that a thinking_delta is sent only where thinking is displayed."""
    if is_omitted(request):
        yield broken(
            "ST-THK-2",
            where,
            "a thinking_delta is sent though the request says `display: omitted`; expected only "
            "the signature_delta",
        )


def check_signatures(block: OpenBlock, where: Where) -> Iterable[Finding]:
    """Check that no second signature and no thinking follows a signature."""
    if block.signatures > 1:
        said = f"the thinking block got {block.signatures} signature_deltas; expected one"
    elif block.continues_after_signature:
        said = "more thinking follows the signature; expected the signature last"
    else:
        return ()
    return (broken("ST-THK-1", where, said),)


def check_is_signed(block: OpenBlock, where: Where) -> Iterable[Finding]:
    """Check that a thinking block was signed; one in which the message was cut need not be."""
    if block.kind != "thinking" or block.signatures:
        return ()
    said = "the thinking block got no signature_delta; expected one before it stops"
    return (broken("ST-THK-1", where, said),)
