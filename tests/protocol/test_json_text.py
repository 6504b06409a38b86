"""Both parsers of JSON text give the same, so the fast one may come first."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from messages_conformance.protocol.json_text import loads, loads_leniently

PARTS = [*'{}[]:,"\\ \t\n\x0b0123456789-+.eEunlltrfasN', "null", "true", "NaN", '"a"', "\\ud83d"]
PARTS += ["\\u00e9", "é", "\ufeff", "\ud83d", "1e999", "-0", "0.1", "9" * 30, "[" * 300]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
texts = st.one_of(
    st.lists(st.sampled_from(PARTS)).map("".join),
    st.builds(json.dumps, values, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 1])),
)
"""Text that is nearly JSON, and JSON in several forms."""


def no_constant(name: str) -> Any:
    raise ValueError(name)


def read(text: str, parse: Any) -> str:
    """What a parser makes of a text, with the types of all values."""
    try:
        return repr(parse(text))
    except (ValueError, RecursionError):
        return "no JSON"


@given(texts, st.data())
def test_they_read_the_same(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for each in (text, text[:at] + data.draw(st.sampled_from(PARTS)) + text[at + 1 :]):
        standard = read(each, lambda given: json.loads(given, parse_constant=no_constant))
        assert read(each, loads) == standard


@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_constants_and_bytes_are_read_as_the_standard_library_does(text: str, coded: str) -> None:
    assert read(text, loads_leniently) == read(text, json.loads)
    data: Any = text.encode(coded, "surrogatepass")
    assert read(data, loads_leniently) == read(data, json.loads)


@pytest.mark.parametrize("text", ["{}", '{"a": 1, "b": 2, "a": 3}', "1e400", "-0", "9" * 30])
def test_the_fast_one_reads_what_is_usual(text: str) -> None:
    assert repr(from_json(text, allow_inf_nan=False)) == repr(json.loads(text))
