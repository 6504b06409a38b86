"""Two calls whose inputs are dictated, after words that are dictated too, plain and streamed.

The inputs hold what is easily lost: nested lists and objects, null, 0, false and the empty string,
quotes and backslashes, white space, letters beyond ASCII, names in several cases, large numbers.
"""

import json
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
        "tags": ["amber", "birch", "cedar"],
        "grid": [[1, 2], [3, 0]],
        "owner": {"firstName": "Ada", "pets": [{"kind": "cat", "age": 7}, {"kind": "dog"}]},
        "count": 0,
        "urgent": False,
        "note": "",
        "until": None,
        "ratio": 1.5,
        "serial": 9007199254740993,
        "none_yet": [],
    },
    "file_anchor": {
        "receiptNo": "heron-88",
        "paid": True,
        "parts": [{"sku": "a1", "qty": 2}, {"sku": "b2", "qty": 0}],
        "remark": "it's a 5\" \\ 3' one",
    },
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


def dictated_calls(*, said: bool = True) -> dict[str, Any]:
    """The request for both calls, as arguments of `Ask`; ``said`` dictates words before them."""
    inputs = "\n".join(f"{name}: {_written(given)}" for name, given in CALLED.items())
    before = f'First write the sentence "{SAID_BEFORE}" Then call ' if said else "Call "
    return {
        "prompt": f"{before}both tools, each once, with exactly these inputs.\n{inputs}",
        "tools": [
            {"name": name, "description": "Files a thing.", "input_schema": schema_of(given)}
            for name, given in CALLED.items()
        ],
        "max_tokens": 800,
    }


def inputs_as_text(ask: Ask) -> Question:
    """Dictate the same inputs as text: a model that writes them right can write them in a call."""
    return ask.control(
        **{**dictation("\n".join(map(_written, CALLED.values()))), "max_tokens": 800}
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
