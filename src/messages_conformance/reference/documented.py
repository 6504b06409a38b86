"""The endpoint as its page documents it: what the page promises it does, in the genuine API's way.

Of routes, headers and fields that only some pages promise, the genuine API's own checks are used.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from messages_conformance.claims.page import Revision
from messages_conformance.protocol.exchange import COUNT_TOKENS
from messages_conformance.reference import pipeline, validation
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import PromptUsage
from messages_conformance.reference.completion import Completion
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Refusal, Response
from messages_conformance.reference.strict import citations, headers, routes
from messages_conformance.verdict import Claim


def count_tokens(stages: Stages, request: AdmittedRequest) -> Response:
    """Count the tokens of a request, where the page has the route.

    Raises:
        Refusal: 404, the page has none; or the message would be refused.
    """
    if request.claims.claim("endpoint/count_tokens") is not Claim.SUPPORTED:
        raise Refusal(404, f"there is no POST {COUNT_TOKENS} here")
    return routes.count_tokens(stages, request)


def models(revision: Revision, rest: str, query: Mapping[str, str]) -> Response:
    """List the models, or describe one, where the page has the route.

    Raises:
        Refusal: 404, the page has none, or there is no such model or page of them.
    """
    row = revision.rows_by_id.get("endpoint/models")
    if row is None or row.claim is not Claim.SUPPORTED:
        raise Refusal(404, "there is no GET /v1/models here")
    return routes.models(revision, rest, query)


def _where_promised(check: validation.Check, row: str) -> validation.Check:
    def checked(request: AdmittedRequest) -> None:
        if request.claims.claim(row) is Claim.SUPPORTED:
            check(request)

    return checked


def compose(request: AdmittedRequest, prompt: PromptUsage, completion: Completion) -> Message:
    """The whole message, with the container that was used where the page has containers."""
    message = pipeline.compose(request, prompt, completion)
    container = request.body.get("container")
    if not container or request.claims.claim("basic/container") is not Claim.SUPPORTED:
        return message
    return {**message, "container": {"id": container, "expires_at": _EXPIRES_AT}}


_EXPIRES_AT: Final = "2099-01-01T00:00:00Z"
_OF_HEADERS: Final = (
    headers.version_is_given,
    headers.version_is_known,
    headers.betas_are_known,
)

DOCUMENTED: Final = Stages(
    checks=(
        *(_where_promised(check, "header/anthropic-beta+version") for check in _OF_HEADERS),
        *validation.CHECKS,
        _where_promised(citations.citations_are_known, "content/text/citations"),
    ),
    compose=compose,
    routes=MappingProxyType({COUNT_TOKENS: count_tokens}),
    models=models,
)
"""The endpoint as its page documents it."""
