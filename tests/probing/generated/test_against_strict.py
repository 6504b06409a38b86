"""What is legal is decided twice, and independently: here, and by the strict reference endpoint.

2,000 requests, 1,000 legal ones and 1,000 with a mistake, and not one difference: neither is a
legal one refused, nor an illegal one answered, nor refused without a word on the mistake.
"""

import asyncio
from random import Random

import pytest

from messages_conformance.probing.generated import faults
from messages_conformance.probing.generated.draft import Draft
from messages_conformance.probing.generated.legal import some_legal
from messages_conformance.probing.generated.mistakes import some_illegal
from messages_conformance.probing.probe import Ask
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.selftest.run import clean_endpoint

PAIRS = 125
"""Of a legal request and one with a mistake, for each seed."""


def differences(name: str, seed: int, pairs: int) -> list[str]:
    clean = clean_endpoint(name)
    page = clean.revision
    endpoint = ReferenceEndpoint(page, in_process.KEYS, 0, stages=clean.stages, crowding=0)
    ask = Ask(clean.model, page.rows[0], page.target, page.target.auth[0])
    version = page.target.api_version
    rng = Random(f"against {seed}")

    async def answer(draft: Draft) -> Exchange:
        return await in_process.ask(endpoint, draft.question(ask).request)

    async def all_of_them() -> list[str]:
        found = []
        for _ in range(pairs):
            legal = some_legal(rng, version, lambda _: True)
            illegal, wrongs = some_illegal(rng, legal, version)
            found += [
                f"{fault.summary} ({draft.body})"
                for draft, fault in (
                    (legal, faults.of_legal(await answer(legal), version)),
                    (illegal, faults.of_illegal(await answer(illegal), wrongs)),
                )
                if fault
            ]
        return found

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("seed", range(8))
def test_both_agree_on_what_is_legal(seed: int) -> None:
    assert differences("strict", seed, PAIRS) == []


def test_both_agree_on_what_the_newer_version_takes() -> None:
    assert differences("strict-2026-10-21", 0, PAIRS) == []
