"""The profiles of the reference endpoint by name, and which of them simulates a target."""

from collections.abc import Mapping
from types import MappingProxyType

from messages_conformance.claims.page import DOCUMENTED_PROFILE, Target
from messages_conformance.errors import ClaimsError
from messages_conformance.reference.documented import DOCUMENTED
from messages_conformance.reference.observed import OBSERVED
from messages_conformance.reference.observed import PROFILE as OBSERVED_PROFILE
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import STRICT

PROFILES: Mapping[str, Stages] = MappingProxyType(
    {DOCUMENTED_PROFILE: DOCUMENTED, "strict": STRICT, OBSERVED_PROFILE: OBSERVED}
)
"""``documented`` does what a page documents, ``strict`` what the genuine API does, and
``model-studio-2026-08`` what users of Model Studio observed in August 2026."""


def stages_of(target: Target) -> Stages:
    """The stages of the profile that a target's claims file names.

    Raises:
        ClaimsError: the reference has no profile of that name.
    """
    if target.profile not in PROFILES:
        raise ClaimsError(
            f"target {target.id!r} names the profile {target.profile!r}, which the reference "
            f"endpoint lacks; it has {', '.join(PROFILES)}"
        )
    return PROFILES[target.profile]
