"""Faults of images, documents and search results: dropped, refused, or answered with a crash."""

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_check,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import (
    Block,
    contents,
    holds,
    is_object,
    with_blocks,
    without_blocks,
)
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


@of_model_input("content/document", endpoints=(STRICT,))
def long_documents_cut(body: Body) -> Body:
    """Of the text of a document only the first 1,000 characters reach the model (devised)."""

    def cut(block: Block, _role: str) -> Block:
        if block.get("type") != "document" or _source(block).get("type") != "text":
            return block
        return {**block, "source": {**block["source"], "data": block["source"]["data"][:1000]}}

    return with_blocks(body, cut)


@of_model_input("content/search_result", endpoints=(STRICT,))
def long_search_results_cut(body: Body) -> Body:
    """Of each text of a search result only the first 1,000 characters reach the model (devised)."""

    def cut(block: Block, _role: str) -> Block:
        if block.get("type") != "search_result":
            return block
        texts = [{**one, "text": one["text"][:1000]} for one in block["content"]]
        return {**block, "content": texts}

    return with_blocks(body, cut)


@of_check("content/document", endpoints=(STRICT,))
def documents_refused(request: AdmittedRequest) -> None:
    """Documents are refused (MoonshotAI/Kimi-K2.5#27)."""
    if holds(request.body, "document"):
        raise invalid("messages.0.content.0", "Input tag 'document' does not match")


@of_request("content/search_result")
def search_results_dropped(body: Body) -> Body:
    """Search results are dropped, and the model answers without them."""
    return without_blocks(body, "search_result")


@of_request("content/image", endpoints=(STRICT,))
def images_at_addresses_dropped(body: Body) -> Body:
    """Images that are given by their address are dropped (devised)."""
    return with_blocks(body, lambda block, _: None if _is_address(block, "image") else block)


@of_request("content/document", endpoints=(STRICT,))
def documents_at_addresses_dropped(body: Body) -> Body:
    """Documents that are given by their address are dropped (devised)."""
    return with_blocks(body, lambda block, _: None if _is_address(block, "document") else block)


@of_model_input("content/document", endpoints=(STRICT,))
def pdfs_dropped(body: Body) -> Body:
    """Of documents, those of text reach the model, and PDF do not (devised)."""
    return with_blocks(body, lambda block, _: None if _is_pdf(block) else block)


@of_check("content/document", endpoints=(STRICT,))
def pdfs_refused(request: AdmittedRequest) -> None:
    """Of documents, those of text are read, and a PDF is refused (devised)."""
    if any(_is_pdf(block) for content in contents(request.body) for block in content):
        raise invalid(
            "messages.0.content.1.document.source.media_type", "Input should be text/plain"
        )


@of_model_input("content/tool_result/content", endpoints=(STRICT,))
def images_of_earlier_turns_dropped(body: Body) -> Body:
    """Images of earlier turns are dropped to save tokens (devised)."""
    *earlier, last = body["messages"]
    without_images = without_blocks({"messages": earlier}, "image")
    return {**body, "messages": [*without_images["messages"], last]}


def _is_address(block: Block, kind: str) -> bool:
    return block.get("type") == kind and _source(block).get("type") == "url"


def _is_pdf(block: Block) -> bool:
    return block.get("type") == "document" and _source(block).get("type") == "base64"


def _source(block: Block) -> Body:
    source = block.get("source")
    return source if is_object(source) else {}
