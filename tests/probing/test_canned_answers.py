"""What rows say of a server that gives one and the same answer, whatever is asked."""

import pytest

from messages_conformance import resources
from messages_conformance.probing import loader
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support import probes

PROBES = loader.load(resources.folder("suites")).probes


@pytest.mark.parametrize("tokens", [0, 10])
@pytest.mark.parametrize("row", ["content/image", "content/document", "content/text/text"])
def test_counts_that_never_change_are_no_evidence(row: str, tokens: int) -> None:
    def answer(request: Request, _: int) -> Exchange:
        return probes.said(request, "I am a mock.", input_tokens=tokens, output_tokens=5)

    assert probes.run(PROBES[row].probe, answer).kind is Kind.UNCLEAR


@pytest.mark.parametrize("row", ["content/text/cache_control", "request/cache_ttl_1h"])
def test_where_nothing_is_counted_nothing_is_said_of_caches(row: str) -> None:
    def answer(request: Request, _: int) -> Exchange:
        return probes.said(request, "I am a mock.", input_tokens=0, output_tokens=5)

    seen = probes.run(PROBES[row].probe, answer)
    assert seen.kind is Kind.UNCLEAR
    assert seen.summary.startswith("no answer tells in whole numbers")


def test_a_list_of_models_of_another_form_is_not_called_a_message() -> None:
    def answer(request: Request, _: int) -> Exchange:
        return probes.answered(request, 200, {"object": "list", "data": []})

    seen = probes.run(PROBES["endpoint/models"].probe, answer)
    assert seen.summary.startswith("HTTP 200 without a list of models as documented: ")
