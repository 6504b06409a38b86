"""Named faults to inject into an endpoint, most of them met in the wild.

Each says where it was met: an issue of a project (``owner/name#number``, or the name alone), a
vendor's page, or a measurement. Where none is named, no report is known, and the fault is the
plain opposite of what its row or rule demands.

`FAULTS` holds all of them by name; `with_faults` injects some into an endpoint's stages.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType, ModuleType

from messages_conformance.reference.faults import (
    accepts_invalid_fields,
    accepts_invalid_forms,
    accepts_invalid_thinking,
    accepts_invalid_tools,
    accepts_invalid_turns,
    access,
    alphabets,
    call_inputs,
    clients_today,
    company,
    conversation_parts,
    earlier_parts,
    errors,
    fields,
    filters,
    further_routes,
    history_blocks,
    input_values,
    intermittent,
    joined_results,
    long_answers,
    long_histories,
    long_values,
    many_tools,
    media_blocks,
    messages,
    newer_pages,
    other_vendors,
    rare_answers,
    refused_in_company,
    repeated_answers,
    said_twice,
    sampling_in_company,
    schema_keywords,
    schema_parts,
    schema_values,
    stream_bytes,
    stream_content,
    stream_errors,
    stream_order,
    text_blocks,
    thinking,
    tools,
    translations,
    usage,
    verbatim_text,
    white_space,
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
            text_blocks,
            media_blocks,
            history_blocks,
            company,
            alphabets,
            verbatim_text,
            white_space,
            call_inputs,
            input_values,
            conversation_parts,
            earlier_parts,
            joined_results,
            long_histories,
            long_values,
            filters,
            other_vendors,
            schema_keywords,
            schema_parts,
            schema_values,
            many_tools,
            refused_in_company,
            thinking,
            errors,
            messages,
            repeated_answers,
            rare_answers,
            sampling_in_company,
            long_answers,
            said_twice,
            stream_bytes,
            stream_order,
            stream_content,
            stream_errors,
            translations,
            usage,
            further_routes,
            newer_pages,
            clients_today,
            accepts_invalid_forms,
            accepts_invalid_fields,
            accepts_invalid_turns,
            accepts_invalid_tools,
            accepts_invalid_thinking,
            intermittent,
        )
        for fault in _within(module)
    }
)
"""Every fault by name, in the order of the way through the endpoint: request, answer, response."""


def with_faults(stages: Stages, faults: Iterable[Fault]) -> Stages:
    """The stages with faults injected, one after another."""
    for fault in faults:
        stages = fault.inject_into(stages)
    return stages


__all__ = ["FAULTS", "Fault", "with_faults"]
