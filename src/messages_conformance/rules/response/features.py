"""Rules ``CT``: citations, tools that the server runs, and answer formats."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView, objects
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.response.input_schema import problems
from messages_conformance.rules.wording import one_of, seen, shown

Block = dict[str, Any]

_CITED: Final[Mapping[str, tuple[str, ...]]] = {
    "char_location": ("cited_text", "document_index", "start_char_index", "end_char_index"),
    "page_location": ("cited_text", "document_index", "start_page_number", "end_page_number"),
    "content_block_location": (
        *("cited_text", "document_index", "start_block_index", "end_block_index"),
    ),
    "search_result_location": (
        *("cited_text", "search_result_index", "source", "start_block_index", "end_block_index"),
    ),
    "web_search_result_location": ("cited_text", "url", "encrypted_index"),
}
"""The fields that each type of citation has, apart from those that may be null."""
_IDS: Final = ("srvtoolu_", "mcptoolu_")
"""How ids begin that nobody has blanked in a recording."""
_TEXTS: Final = ("mcp_tool_result",)


def check_citations(citations: Any, where: Where, pointer: str) -> Iterator[Finding]:
    """Check that each citation of a text has the fields of its type; an unknown type is told."""
    for number, citation in enumerate(objects(citations)):
        kind = citation.get("type")
        if isinstance(kind, str) and kind not in _CITED:
            yield broken(
                "CT-4w",
                where.at(f"{pointer}/citations/{number}/type"),
                f"the citation's type {shown(kind)} is not documented; expected {one_of(_CITED)}",
            )
        needed = _CITED.get(kind, ()) if isinstance(kind, str) else ("type",)
        missing = next((key for key in needed if citation.get(key) is None), None)
        if missing:
            yield broken(
                "CT-4",
                where.at(f"{pointer}/citations/{number}/{missing}"),
                f"the citation's `{missing}` is {seen(citation, missing)}; expected every field "
                f"of {shown(kind)}",
            )


def is_result(kind: Any) -> bool:
    """Whether a block of that type is the result of a tool that the server runs."""
    return isinstance(kind, str) and kind.endswith("_tool_result")


def check_result(
    block: Block, content: Content, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check the result of a tool that the server runs, which follows its call."""
    kind, id = block.get("type"), block.get("tool_use_id")
    if not isinstance(id, str):
        yield broken(
            "CT-7",
            where.at(f"{pointer}/tool_use_id"),
            f"the result's `tool_use_id` is {seen(block, 'tool_use_id')}; expected the id of its "
            "call",
        )
    elif (
        request.known
        and id.startswith(_IDS)
        and id not in content.at_server
        and id not in request.server_call_ids
    ):
        yield broken(
            "CT-7",
            where.at(f"{pointer}/tool_use_id"),
            f"the result is that of the call {shown(id)}, which was not made; expected the id of "
            "a call before it",
        )
    given = block.get("content")
    if not isinstance(given, list | dict) and kind not in _TEXTS:
        yield broken(
            "CT-7",
            where.at(f"{pointer}/content"),
            f"the `content` of a {shown(kind)} is {seen(block, 'content')}; expected an array of "
            "results or an object",
        )


def check_are_answered(content: Content, reason: Any, where: Where) -> Iterable[Finding]:
    """Check that a message that ended by itself has a result for each call of the server's tools.

    In one that pauses, or that calls tools of the client too, results may come later.
    """
    ended = reason in ("end_turn", "stop_sequence")
    if content.unanswered <= 0 or content.made_by_code or not ended:
        return ()
    said = (
        f"{content.unanswered} of the calls of the server's tools have no result; expected one "
        "for each before the message ends"
    )
    return (broken("CT-7", where.at("/content"), said),)


def check_format(
    content: Content, request: RequestView, reason: Any, where: Where
) -> Iterable[Finding]:
    """Check that the text of a message that ended by itself has the format that was asked for."""
    schema, text = request.answer_format, content.tail
    if not schema or reason != "end_turn" or not content.is_tail_whole or not text.strip():
        return ()
    return _check_is_as(schema, text, content, request, where)


def _check_is_as(
    schema: Mapping[str, Any], text: str, content: Content, request: RequestView, where: Where
) -> Iterator[Finding]:
    at = where.at(f"/content/{content.count - 1}/text")
    begun = _begun(request)
    try:
        value = json.loads(begun + text)
    except (ValueError, RecursionError):
        yield broken(
            "CT-9",
            at,
            f"the text is not JSON though the request gives a schema for it: {shown(text)}; "
            "expected JSON alone",
        )
        return
    for pointer, problem in problems(value, dict(schema)):
        yield broken(
            "CT-9",
            at,
            f"the text does not match the schema of the request: {problem}"
            f"{' at ' + pointer if pointer else ''}; expected what the schema allows",
        )


def _begun(request: RequestView) -> str:
    """What the request has put into the answer's mouth."""
    last: Mapping[str, Any] = request.messages[-1] if request.messages else {}
    if last.get("role") != "assistant":
        return ""
    given = last.get("content")
    if isinstance(given, str):
        return given
    return "".join(block["text"] for block in objects(given) if isinstance(block.get("text"), str))
