"""A refused PDF does not hide that documents of text are dropped."""

from dataclasses import replace

import pytest

from messages_conformance import resources
from messages_conformance.probing import loader
from messages_conformance.probing.driver import run_probe
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Claim, Kind
from support import probes

PROBE = loader.load(resources.folder("suites")).probes["content/document"].probe


@pytest.mark.parametrize(
    ("refuses_all", "kind"), [(False, Kind.IGNORED), (True, Kind.REFUSED)], ids=["a PDF", "all"]
)
def test_a_refusal_is_one_of_all_documents(refuses_all: bool, kind: Kind) -> None:
    def answer(request: Request, _: int) -> Exchange:
        told = request.content
        if b"application/pdf" in told or (refuses_all and b'"document"' in told):
            return probes.error(request, 400)
        words = "tundra" if b'"document"' in told else "The vault code is quokka-4711."
        return probes.said(request, words, input_tokens=20, output_tokens=5)

    ask = replace(probes.ASK, row=replace(probes.ROW, claim=Claim.UNKNOWN))
    seen = run_probe(PROBE, ask, lambda steps: [answer(s.question.request, s.nth) for s in steps])
    assert seen.kind is kind
