"""Faults that lose tools, or what tools say of themselves, where many are on offer."""

from messages_conformance.reference.faults.decorators import STRICT, Body, of_model_input
from messages_conformance.reference.faults.edits import is_object, with_tools, without
from messages_conformance.reference.faults.schema_keywords import with_schemas

_PAIRS = "combinations/pairs"
_MANY, _SHORT = 10, 20


def _has_many(body: Body) -> bool:
    tools = body.get("tools")
    return isinstance(tools, list) and len(tools) > _MANY


@of_model_input(_PAIRS)
def descriptions_lost_with_many_tools(body: Body) -> Body:
    """Where more than ten tools are on offer their descriptions are lost, to save tokens."""
    return with_tools(body, lambda tool: without(tool, "description")) if _has_many(body) else body


@of_model_input(_PAIRS)
def descriptions_cut_with_many_tools(body: Body) -> Body:
    """Where more than ten tools are on offer their descriptions are cut, to save tokens."""
    if not _has_many(body):
        return body
    return with_tools(
        body, lambda tool: {**tool, "description": str(tool.get("description"))[:_SHORT]}
    )


@of_model_input(_PAIRS)
def properties_undescribed_with_many_tools(body: Body) -> Body:
    """Where more than ten tools are on offer, descriptions of their properties are lost."""
    if not _has_many(body):
        return body
    return with_schemas(body, lambda schema: without(schema, "description"))


@of_model_input(_PAIRS)
def only_the_last_tools_offered(body: Body) -> Body:
    """Of many tools only the last sixteen reach the model (devised)."""
    tools = body.get("tools")
    return {**body, "tools": tools[-16:]} if isinstance(tools, list) else body


@of_model_input(_PAIRS, side_effects=("request/tool_type_custom",))
def second_tool_lost(body: Body) -> Body:
    """The second of several tools never reaches the model (devised)."""
    tools = body.get("tools")
    return {**body, "tools": [*tools[:1], *tools[2:]]} if isinstance(tools, list) else body


@of_model_input("tools/input_schema")
def long_descriptions_of_properties_cut(body: Body) -> Body:
    """The description of a property is cut after 100 characters (devised)."""
    return with_schemas(
        body,
        lambda schema: (
            {**schema, "description": schema["description"][:100]}
            if isinstance(schema.get("description"), str)
            else schema
        ),
    )


@of_model_input("content/image", endpoints=(STRICT,))
def images_lost_with_tools(body: Body) -> Body:
    """Images of users are lost where tools are on offer (devised)."""
    if not body.get("tools"):
        return body
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    return {**body, "messages": [_without_images(one) if is_object(one) else one for one in turns]}


def _without_images(turn: Body) -> Body:
    content = turn.get("content")
    if not isinstance(content, list):
        return turn
    kept = [block for block in content if not is_object(block) or block.get("type") != "image"]
    return {**turn, "content": kept or [{"type": "text", "text": "…"}]}
