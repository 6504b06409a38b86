"""Faults of images, documents and search results: dropped, refused, or answered with a crash."""

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import STRICT, Body, of_check, of_request
from messages_conformance.reference.faults.edits import holds, without_blocks
from messages_conformance.reference.response import Refusal, invalid


@of_request(
    "content/image",
    side_effects=(
        "refusal/image_mislabelled",
        "refusal/image_of_unknown_type",
        "refusal/image_undecodable",
    ),
)
def images_dropped(body: Body) -> Body:
    """Images are dropped, and the model answers without them."""
    return without_blocks(body, "image")


@of_check("content/image")
def images_crash(request: AdmittedRequest) -> None:
    """An image gets 500 from a model that cannot read images (llama.cpp build 11434, measured)."""
    if holds(request.body, "image") or holds(request.sent, "image"):
        raise Refusal(500, "image input is not supported")


@of_request(
    "content/document",
    side_effects=("refusal/answer_schema_with_citations",),
)
def documents_dropped(body: Body) -> Body:
    """Documents are dropped, and the model answers without them."""
    return without_blocks(body, "document")


@of_check("content/document", endpoints=(STRICT,))
def documents_refused(request: AdmittedRequest) -> None:
    """Documents are refused (MoonshotAI/Kimi-K2.5#27)."""
    if holds(request.body, "document"):
        raise invalid("messages.0.content.0", "Input tag 'document' does not match")


@of_request("content/search_result")
def search_results_dropped(body: Body) -> Body:
    """Search results are dropped, and the model answers without them."""
    return without_blocks(body, "search_result")
