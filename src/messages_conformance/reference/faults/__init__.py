"""Named faults, to be composed onto an endpoint: sins that were met in the wild.

Each tells where it was met: an issue of a project (``owner/name#number``, or the name alone), a
vendor's page, or a measurement. Where none is named, no report is known, and the fault is the
plain opposite of what its row or rule demands.

`FAULTS` holds all of them by name; `with_faults` puts some into an endpoint's stages.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType, ModuleType

from messages_conformance.reference.faults import (
    accepts_invalid_fields,
    accepts_invalid_thinking,
    accepts_invalid_tools,
    accepts_invalid_turns,
    access,
    content,
    drift,
    errors,
    fields,
    figures,
    messages,
    streams,
    thinking,
    tools,
)
from messages_conformance.reference.faults.decorators import Fault
from messages_conformance.reference.pipeline import Stages


def _within(module: ModuleType) -> tuple[Fault, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Fault))


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        fault.name: fault
        for module in (
            access,
            fields,
            tools,
            content,
            thinking,
            errors,
            messages,
            streams,
            figures,
            accepts_invalid_fields,
            accepts_invalid_turns,
            accepts_invalid_tools,
            accepts_invalid_thinking,
            drift,
        )
        for fault in _within(module)
    }
)
"""Every fault by name, from the door inwards and out again."""


def with_faults(stages: Stages, faults: Iterable[Fault]) -> Stages:
    """The stages with faults put into them, one after another."""
    for fault in faults:
        stages = fault.put_into(stages)
    return stages


__all__ = ["FAULTS", "Fault", "with_faults"]
