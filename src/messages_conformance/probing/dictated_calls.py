"""Four calls whose inputs are dictated, after words that are dictated too, plain and streamed.

One input is written in the prompt, one stands in an earlier call, and one in its result. So what
is changed on the way in shows as well as what is changed on the way out.

The inputs hold what is easily lost: nested lists and objects, null, 0, false and the empty string,
quotes and backslashes, white space, letters beyond ASCII, names in several cases, large numbers,
long texts, and texts that a parser may take for a number, a literal or JSON.
"""

import json
from collections.abc import Collection
from typing import Any, Literal

from messages_conformance.probing.content import assistant, call, long_text, result, text, user
from messages_conformance.probing.probe import Ask, Question
from messages_conformance.probing.shared_plain import dictation
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.json_types import json_type

SAID_BEFORE = "Both of them are filed now, the lantern in the north wing and the anchor by the gate"
CALLED: dict[str, Any] = {
    "file_lantern": {
        "itemTitle": 'Žofie & the <b>"Brävo"</b> 楡 🦊 ½',
        "File_Path": "C:\\new\\table",
        "Lines": "one\n\ttwo  three\n",
        "Route": (
            "From the quay it goes up the long stairs to the old mill, then left along the canal "
            "as far as the third lock, over the footbridge, past the bakery with the green door, "
            "and down the lane to the yard behind the chapel, where a bell hangs by the gate"
        ),
        "tags": ["amber", "birch", "cedar"],
        "berths": ["quay-9"],
        "grid": [[1, 2], [3, 0]],
        "owner": {"firstName": "Ada", "pets": [{"kind": "cat", "age": 7}, {"kind": "dog"}]},
        "count": 0,
        "urgent": False,
        "note": "",
        "until": None,
        "ratio": 12.0625,
        "drift": -7,
        "since": "2031-05-07",
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
        "tide": -2.8125,
        "marks": [True, False],
        "gaps": [None, 3],
        "parts": [{"sku": "a1", "qty": 2}, {"sku": "b2", "qty": 0}],
        "remark": "it's a 5\" \\ 3' one,\n\tlike <b>Žofie's</b> & 🦊's",
        "serial": 9007199254740995,
        "weight": 80.9375,
        "chain": (
            "Nine shackles of it lie in the forward locker, the tenth is kept ashore in the shed "
            "by the slip, where the boatman counts the links in spring and paints the old ones red"
        ),
    },
    "mcp__Yard__file-Compass": {
        "bearing": (
            'north by "east", C:\\half\n\tnorth <b>ž</b> & 🦊\'s, number 9007199254740997;\n'
            "the names of the winds stand on its rim,   and a lily where others have an arrow, as "
            "the harbour master wishes it, so that nobody takes it for the one in the chapel; "
            "whoever does may write to keeper@example.org, password=Yard-5520"
        ),
    },
    "close_the_book": {},
}
"""The tools that are to be called, in that order, and the inputs of the calls."""
FROM_CALL, FROM_RESULT = list(CALLED)[1:3]
"""Those whose inputs stand in an earlier call, and in its result, and not in the prompt."""
_FIELD = "bearing"
"""The property that takes the result."""
_IDS = ("toolu_slip01", "toolu_slip02", "toolu_slip03", "toolu_slip04")
_FILED = {"content": "Filed."}


def schema_of(value: Any) -> dict[str, Any]:
    """A schema that a value satisfies, in which every property is required."""
    if isinstance(value, dict):
        properties = {name: schema_of(one) for name, one in value.items()}
        return {"type": "object", "properties": properties, "required": list(value)}
    if isinstance(value, list):
        return {"type": "array", **({"items": _items_of(value)} if value else {})}
    return {"type": json_type(value)}


def _items_of(values: list[Any]) -> dict[str, Any]:
    kinds = [*dict.fromkeys(map(json_type, values))]
    if kinds == ["object"]:
        required = [name for name in values[0] if all(name in one for one in values)]
        return {**schema_of(values[0]), "required": required}
    return schema_of(values[0]) if len(kinds) == 1 else {"type": kinds}


def dictated_calls(
    *,
    said: bool = True,
    only: Collection[str] = CALLED,
    written: bool = False,
    empty: bool = True,
    reverse: bool = False,
    spread: Literal["nowhere", "system", "turn"] = "nowhere",
) -> dict[str, Any]:
    """The request for all calls, as arguments of `Ask`.

    ``said`` dictates words before them, and ``only`` names the tools that are to be called.
    ``written`` writes out all inputs in the prompt; else an earlier call has one, and its result
    another. Before these are a call with a long input, one with a long block of result, others with
    nothing in their results, unless they are not to be ``empty``. ``reverse`` asks for the calls
    in reverse order. ``spread`` says where lines are indented.
    """
    yard = long_text("yard", 24)
    nothing: list[dict[str, Any]] = [{"content": ""}, {"content": []}, {}]
    where = {
        FROM_CALL: f"the same input as in the call of {FROM_CALL} above",
        FROM_RESULT: f"the text of the last result above as its {_FIELD}",
    }
    inputs = "\n".join(
        f"{name}: {_written(given) if written else where.get(name, _written(given))}"
        for name, given in (reversed(CALLED.items()) if reverse else CALLED.items())
        if name in only
    )
    before = f'First write the sentence "{SAID_BEFORE}" Then call ' if said else "Call "
    if spread == "turn":
        inputs = _spread(f"\n{inputs}")
    every = set(only) >= set(CALLED)
    tools = "all of the tools, each once" if every else "only the tools below"
    order = "in this order and with exactly these inputs"
    return {
        "prompt": [
            user("Look up in the yard's book how things are filed there."),
            assistant(
                *(
                    call(id, FROM_RESULT, {_FIELD: long_text(id, 20) if id == _IDS[0] else "south"})
                    for id in _IDS
                )
            ),
            user(
                *(
                    {"type": "tool_result", "tool_use_id": id, **(held if empty else _FILED)}
                    for id, held in zip(
                        _IDS, [*nothing, {"content": [text(long_text("quay", 20))]}], strict=True
                    )
                )
            ),
            assistant(call("toolu_yard01", FROM_CALL, CALLED[FROM_CALL])),
            user(result("toolu_yard01", CALLED[FROM_RESULT][_FIELD])),
            assistant("I have looked it up."),
            user(f"{before}{tools}, {order}.\n{inputs}"),
        ],
        "system": [
            text("You keep the book of a yard."),
            text(_spread(yard) if spread == "system" else yard),
        ],
        "tools": [
            {"name": name, "description": "Files a thing.", "input_schema": schema_of(given)}
            for name, given in CALLED.items()
        ],
        "max_tokens": 1200,
    }


def inputs_as_text(ask: Ask) -> Question:
    """Dictate the same inputs as text: a model that writes them right can write them in a call."""
    return ask.control(
        **{**dictation("\n".join(map(_written, CALLED.values()))), "max_tokens": 1200}
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


def _spread(words: str) -> str:
    return words.replace("\n", "\n\t  ")


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
