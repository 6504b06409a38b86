"""Citations: of sources, and in what was said."""

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import everywhere, kind_of
from messages_conformance.reference.strict.formats import cites

_SPAN = ("cited_text", "document_index")
_FIELDS = {
    "char_location": (*_SPAN, "start_char_index", "end_char_index"),
    "page_location": (*_SPAN, "start_page_number", "end_page_number"),
    "content_block_location": (*_SPAN, "start_block_index", "end_block_index"),
    "search_result_location": (
        *("cited_text", "source", "search_result_index"),
        *("start_block_index", "end_block_index"),
    ),
    "web_search_result_location": ("cited_text", "encrypted_index", "url"),
}
"""What a citation of each type must have."""


def citations_are_known(call: Call) -> None:
    """A citation is of a known type, with the fields of its type (rule CT-4)."""
    for placed in everywhere(call):
        given = placed.block.get("citations")
        for i, citation in enumerate(given if isinstance(given, list) else ()):
            path, kind = f"{placed.path}.{placed.kind}.citations.{i}", kind_of(citation)
            if kind not in _FIELDS:
                raise invalid(path, f"Input tag '{kind}' does not match any of the expected tags")
            for name in _FIELDS[kind]:
                if name not in citation:
                    raise invalid(f"{path}.{kind}.{name}", "Field required")


def all_sources_or_none_are_cited(call: Call) -> None:
    """Either every source may be cited or none (rule CT-3)."""
    sources = [p for p in everywhere(call) if p.kind in ("document", "search_result")]
    if len({cites(source.block) for source in sources}) > 1:
        raise invalid(
            sources[-1].path, "citations must be enabled on all documents or none of them"
        )


def users_cite_nothing(call: Call) -> None:
    """From 2026-10-21 on, what the user says cites nothing, wherever it stands (rule RQ-39)."""
    if call.headers.get("anthropic-version") != VERSIONS[1]:
        return
    for placed in everywhere(call):
        if placed.role == "user" and placed.kind == "text" and placed.block.get("citations"):
            raise invalid(f"{placed.path}.citations", "citations are not allowed in user messages")
