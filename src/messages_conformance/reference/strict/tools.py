"""Offered tools, and the choice between them."""

import jsonschema

from messages_conformance.reference import json_schemas
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import client_tools


def tool_names_are_unique(request: AdmittedRequest) -> None:
    """No two tools have the same name (rule RQ-29)."""
    offered = request.body.get("tools") or []
    names = [tool["name"] for tool in offered if isinstance(tool.get("name"), str)]
    if len(set(names)) < len(names):
        raise invalid("tools", "Tool names must be unique.")


def input_schemas_are_schemas(request: AdmittedRequest) -> None:
    """The schema of a tool's input is a JSON Schema (rule RQ-28)."""
    for i, tool in enumerate(client_tools(request)):
        if problem := json_schemas.complaint(tool["input_schema"]):
            raise invalid(f"tools.{i}.custom.input_schema", f"JSON schema is invalid: {problem}")


def input_examples_match(request: AdmittedRequest) -> None:
    """Examples of a tool's input keep to its schema (rule RQ-40)."""
    for i, tool in enumerate(client_tools(request)):
        validator = jsonschema.Draft202012Validator(tool["input_schema"])
        for j, example in enumerate(tool.get("input_examples") or []):
            if not validator.is_valid(example):
                raise invalid(
                    f"tools.{i}.custom.input_examples.{j}", "Input example does not match schema"
                )


def chosen_tool_is_offered(request: AdmittedRequest) -> None:
    """A tool that must be called is offered (rule RQ-31)."""
    choice = request.body.get("tool_choice") or {}
    names = [tool.get("name") for tool in request.body.get("tools") or []]
    if choice.get("type") in ("any", "tool") and not names:
        raise invalid("tool_choice", "may only be specified while providing `tools`")
    if choice.get("type") == "tool" and choice["name"] not in names:
        raise invalid("tool_choice", f"Tool '{choice['name']}' not found in provided tools")
