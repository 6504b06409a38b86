"""Citations: of sources, and in text."""

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import all_blocks, type_of
from messages_conformance.reference.strict.output_format import has_citations_enabled

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
"""The required fields of each type of citation."""


def citations_are_known(request: AdmittedRequest) -> None:
    """A citation is of a known type, with the fields of its type (rule CT-4)."""
    for placed in all_blocks(request):
        given = placed.block.get("citations")
        for i, citation in enumerate(given if isinstance(given, list) else ()):
            path, kind = f"{placed.path}.{placed.kind}.citations.{i}", type_of(citation)
            if kind not in _FIELDS:
                raise invalid(path, f"Input tag '{kind}' does not match any of the expected tags")
            for name in _FIELDS[kind]:
                if name not in citation:
                    raise invalid(f"{path}.{kind}.{name}", "Field required")


def all_sources_or_none_are_cited(request: AdmittedRequest) -> None:
    """Citations are enabled for every source or for none (rule CT-3)."""
    sources = [p for p in all_blocks(request) if p.kind in ("document", "search_result")]
    if len({has_citations_enabled(source.block) for source in sources}) > 1:
        raise invalid(
            sources[-1].path, "citations must be enabled on all documents or none of them"
        )


def user_text_has_no_citations(request: AdmittedRequest) -> None:
    """Since version 2026-10-21 no text of the user has citations (rule RQ-39)."""
    if request.headers.get("anthropic-version") != VERSIONS[1]:
        return
    for placed in all_blocks(request):
        if placed.role == "user" and placed.kind == "text" and placed.block.get("citations"):
            raise invalid(f"{placed.path}.citations", "citations are not allowed in user messages")
