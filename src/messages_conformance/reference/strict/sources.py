"""Images, documents and files: whether they are what they are labelled as."""

import base64

from messages_conformance.reference import media
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.blocks import all_blocks

_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def images_match_their_label(request: AdmittedRequest) -> None:
    """The bytes are of the type they are labelled with (rule RQ-33)."""
    for placed in all_blocks(request):
        source = placed.block.get("source")
        if placed.kind != "image" or not isinstance(source, dict) or source["type"] != "base64":
            continue
        label = source["media_type"]
        # Bytes of no known type are left to `sources_can_be_read`.
        raw = _decoded(source["data"])
        found = [kind for kind, starts in _BEGINNINGS.items() if raw.startswith(starts)]
        if found and label not in found:
            raise invalid(
                f"{placed.path}.image.source.base64.data",
                f"Image does not match the provided media type {label}",
            )


def sources_can_be_read(request: AdmittedRequest) -> None:
    """Images and documents can be decoded (rule RQ-34)."""
    for placed in all_blocks(request):
        source = placed.block.get("source")
        if placed.kind not in ("image", "document") or not isinstance(source, dict):
            continue
        if source["type"] == "file":
            continue
        try:
            media.words(placed.block)
        except media.MediaError as problem:
            if placed.kind == "image":
                raise Refusal(400, "Could not process image") from problem
            raise invalid(f"{placed.path}.document.source", str(problem)) from problem
        if placed.kind == "image" and not _begins_like_an_image(source):
            raise Refusal(400, "Could not process image")


def files_were_uploaded(request: AdmittedRequest) -> None:
    """There are no files here, so every id is unknown."""
    for placed in all_blocks(request):
        source = placed.block.get("source")
        holder = source if isinstance(source, dict) else placed.block
        if holder.get("type") in ("file", "container_upload"):
            raise invalid(placed.path, f"File not found: {holder.get('file_id')}")


def _begins_like_an_image(source: dict[str, str]) -> bool:
    if source["type"] != "base64":
        return True
    return _decoded(source["data"]).startswith(_BEGINNINGS[source["media_type"]])


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        return b""
