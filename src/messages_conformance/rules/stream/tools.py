"""Rules ``ST-TOOL``: the JSON that the deltas of a tool call join to."""

from collections.abc import Iterator

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.stream.open_block import OpenBlock
from messages_conformance.rules.wording import shown


def take_input(block: OpenBlock, where: Where) -> Iterator[Finding]:
    """Put the input of a tool call into its block; readable input must be an object."""
    if block.input is None or block.input[1] is not None:
        return
    given = block.input[0]
    if isinstance(given, dict):
        block.block["input"] = given
    else:
        yield broken(
            "ST-TOOL-1",
            where,
            f"the call's `partial_json` joins to {shown(given)}; expected an object",
        )


def check_is_readable(block: OpenBlock, where: Where) -> Iterator[Finding]:
    """Check that the input of a tool call is JSON; a message that was cut may cut it too."""
    problem = block.input[1] if block.input else None
    if problem is None:
        return
    text = block.json
    if _breaks_off(text, problem):
        yield broken(
            "ST-TOOL-2",
            where,
            f"the call's JSON breaks off with {shown(text[-40:])}; expected a whole object",
        )
    else:
        yield broken(
            "ST-TOOL-1",
            where,
            f"the call's `partial_json` joins to {shown(text)}, which is not JSON ({problem}); "
            "expected an object",
        )


def _breaks_off(text: str, problem: ValueError) -> bool:
    """Whether JSON is valid as far as it goes."""
    at = getattr(problem, "pos", 0)
    # If a string, an escape or a literal is cut, the position is that of its start.
    cut_short = str(problem).startswith(("Unterminated", "Invalid \\"))
    return (
        at >= len(text.rstrip())
        or cut_short
        or text[at:] in ("t", "tr", "tru", "f", "fa", "fal", "fals", "n", "nu", "nul", "-")
    )
