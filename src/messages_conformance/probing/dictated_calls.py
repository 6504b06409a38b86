"""Three calls whose inputs are dictated, after words that are dictated too, plain and streamed.

The inputs hold what is easily lost: nested lists and objects, null, 0, false and the empty string,
quotes and backslashes, white space, letters beyond ASCII, names in several cases, large numbers,
long texts, and texts that a parser may take for a number, a literal or JSON.
"""

import json
from collections.abc import Collection
from typing import Any

from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import dictation
from messages_conformance.protocol.exchange import Exchange

SAID_BEFORE = "Both of them are filed now, the lantern in the north wing and the anchor by the gate"
CALLED: dict[str, Any] = {
    "file_lantern": {
        "itemTitle": 'Žofie & the <b>"Brävo"</b> 楡 🦊',
        "File_Path": "C:\\new\\table",
        "Lines": "one\n\ttwo  three\n",
        "Route": (
            "From the quay it goes up the long stairs to the old mill, then left along the canal "
            "as far as the third lock, over the footbridge, past the bakery with the green door, "
            "and down the lane to the yard behind the chapel, where a bell hangs by the gate"
        ),
        "tags": ["amber", "birch", "cedar"],
        "grid": [[1, 2], [3, 0]],
        "owner": {"firstName": "Ada", "pets": [{"kind": "cat", "age": 7}, {"kind": "dog"}]},
        "count": 0,
        "urgent": False,
        "note": "",
        "until": None,
        "ratio": 12.0625,
        "serial": 9007199254740993,
        "none_yet": [],
        "options": {},
        "postcode": "40217",
        "answer": "true",
        "filter": '{"size": [1, 2]}',
    },
    "file_anchor": {
        "receiptNo": "heron-88",
        "paid": True,
        "parts": [{"sku": "a1", "qty": 2}, {"sku": "b2", "qty": 0}],
        "remark": "it's a 5\" \\ 3' one",
    },
    "mcp__yard__file_compass": {"bearing": "north by east"},
}
"""The tools that are to be called, in that order, and the inputs of the calls."""


def schema_of(value: Any) -> dict[str, Any]:
    """A schema that a value satisfies, in which every property is required."""
    if isinstance(value, dict):
        properties = {name: schema_of(one) for name, one in value.items()}
        return {"type": "object", "properties": properties, "required": list(value)}
    if isinstance(value, list):
        items = {"items": schema_of(value[0])} if value else {}
        if value and isinstance(value[0], dict):
            items["items"]["required"] = [
                name for name in value[0] if all(name in one for one in value)
            ]
        return {"type": "array", **items}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds.get(type(value), "null")}


def dictated_calls(*, said: bool = True, only: Collection[str] = CALLED) -> dict[str, Any]:
    """The request for all calls, as arguments of `Ask`.

    ``said`` dictates words before them, and ``only`` names the tools that are to be called.
    """
    wanted = {name: given for name, given in CALLED.items() if name in only}
    inputs = "\n".join(f"{name}: {_written(given)}" for name, given in wanted.items())
    before = f'First write the sentence "{SAID_BEFORE}" Then call ' if said else "Call "
    tools = "all three tools, each once" if len(wanted) == len(CALLED) else "only the tools below"
    return {
        "prompt": f"{before}{tools}, with exactly these inputs.\n{inputs}",
        "tools": [
            {"name": name, "description": "Files a thing.", "input_schema": schema_of(given)}
            for name, given in CALLED.items()
        ],
        "max_tokens": 1000,
    }


def inputs_as_text(ask: Ask) -> Question:
    """Dictate the same inputs as text: a model that writes them right can write them in a call."""
    return ask.control(
        **{**dictation("\n".join(map(_written, CALLED.values()))), "max_tokens": 1000}
    )


def writes_inputs(exchange: Exchange) -> bool:
    """Whether an answer to `inputs_as_text` holds the same inputs."""
    try:
        return [json.loads(line) for line in exchange.text.strip().splitlines()] == list(
            CALLED.values()
        )
    except ValueError:
        return False


def calls_of(exchange: Exchange) -> list[tuple[str, Any]]:
    """The names and inputs of an answer's calls."""
    return [(str(use.get("name")), use.get("input")) for use in exchange.tool_uses]


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
