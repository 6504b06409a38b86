"""Which profile of the reference simulates a target is what its claims file says."""

from dataclasses import replace

import pytest

from messages_conformance.claims import library
from messages_conformance.claims.page import Target
from messages_conformance.errors import ClaimsError
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.profiles import PROFILES, stages_of
from messages_conformance.reference.strict import STRICT

TARGETS = {revision.target.id: revision.target for revision in library.newest_shipped()}


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.id)
def test_every_shipped_target_names_a_known_profile(target: Target) -> None:
    assert stages_of(target) is PROFILES[target.profile]


def test_the_genuine_api_is_strict_and_a_vendor_is_as_documented() -> None:
    assert stages_of(TARGETS["anthropic"]) is STRICT
    assert stages_of(TARGETS["anthropic-2026-10-21"]) is STRICT
    assert stages_of(TARGETS["model-studio"]) is DOCUMENTED


def test_the_name_of_a_target_does_not_decide() -> None:
    lookalike = Target("anthropic-like", "A", "https://a.test", ("x-api-key",), "2023-06-01")
    assert stages_of(lookalike) is DOCUMENTED


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    odd = replace(TARGETS["model-studio"], profile="strictest")
    with pytest.raises(ClaimsError, match=r"'strictest'.* it has documented, strict,"):
        stages_of(odd)
