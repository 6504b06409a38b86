"""The layout of a delta is known only if another text in it would be the delta's text."""

import json
from typing import Any

import pytest

from messages_conformance.rules.stream.layout import Layout, layout_of


def delta(text: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": text},
        **more,
    }


def event(data: str) -> str:
    return f"event: content_block_delta\ndata: {data}"


def layout(data: str) -> Layout:
    found = layout_of(data, "text_delta")
    assert found is not None
    return found


@pytest.mark.parametrize("order", [False, True])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_deltas_in_the_same_layout_are_read(order: bool, separators: tuple[str, str]) -> None:
    texts = ["a", "", ' "b"\n', "\\", "é"]
    written = [json.dumps(delta(each), sort_keys=order, separators=separators) for each in texts]
    assert layout(written[0]).texts(list(map(event, written)), 1) == texts[1:]


def test_spaces_before_the_last_brace_are_no_other_layout() -> None:
    plain = json.dumps(delta("a"))
    filled = f"{plain[:-1]}    }}"
    assert layout(plain).texts([event(filled)], 0) == ["a"]
    assert layout(filled).texts([event(plain)], 0) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        json.dumps(delta("b", more=1)),
        json.dumps({**delta("b"), "index": 1}),
        json.dumps(delta("b"), sort_keys=True),
        json.dumps(delta("b"))[:-1],
        json.dumps(delta("b")) + "\nid: 1",
        json.dumps(delta("b")).replace("b", "\t"),
        json.dumps(delta("b")).replace("text_delta", "text _delta"),
    ],
)
def test_the_first_other_event_ends_what_is_read(other: str) -> None:
    data = json.dumps(delta("a"))
    assert layout(data).texts([event(data), event(other), event(data)], 0) == ["a"]


def test_strings_after_the_text_are_compared_with_their_spaces() -> None:
    data = json.dumps(delta("a"), sort_keys=True)
    other = data.replace("text_delta", "text _delta")
    assert layout(data).texts([event(data), event(other)], 0) == ["a"]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"text": "a", **delta("b")}),
        '{"delta": {"text": "a"}, ' + json.dumps(delta("b"))[1:],
        json.dumps(delta("b")).replace('"text":', '"\\u0074ext":'),
        json.dumps(delta("b")).replace('"text": "b"', '"text": "b", "text": "c"'),
        json.dumps(delta("b", more="x" * 1000)),
    ],
)
def test_where_the_text_cannot_be_told_there_is_no_layout(data: str) -> None:
    assert layout_of(data, "text_delta") is None
