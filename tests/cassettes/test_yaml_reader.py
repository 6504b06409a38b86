"""The reader of vcrpy's YAML makes plain data of any file, within its bounds."""

import io
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.cassettes.yaml_reader import Bounds, TooLongError, read_interactions

BOUNDS = Bounds(size=2**20, depth=4, values=50)


def read(text: str | bytes, bounds: Bounds = BOUNDS) -> list[tuple[dict[str, Any], Any]]:
    data = text.encode() if isinstance(text, str) else text
    found = read_interactions(io.BytesIO(data), bounds)
    return [(dict(head), interaction) for head, interaction in found]


def test_each_interaction_comes_with_the_head_of_the_document() -> None:
    found = read("version: 1\nmetadata: {a: b}\ninteractions:\n- {n: 1}\n- {n: 2}\nlast: 3\n")
    head = {"version": 1, "metadata": {"a": "b"}}
    assert found == [(head, {"n": 1}), (head, {"n": 2})]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_data_is_read_as_pyyaml_reads_it(value: object) -> None:
    text = yaml.safe_dump({"interactions": [value]}, allow_unicode=True)
    if "&id" in text:
        return
    expected = yaml.safe_load(text)["interactions"]
    assert [item for _, item in read(text, Bounds(2**20, 100, 10_000))] == expected


def test_equal_letters_are_the_value_that_their_writing_makes_them() -> None:
    ((_, item),) = read('interactions:\n- [1, "1", !!str 1, !!float 1, 1, yes, "yes", 1, yes]\n')
    assert list(map(repr, item)) == ["1", "'1'", "'1'", "1.0", "1", "True", "'yes'", "1", "True"]


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("[[[[[]]]]]", "nests deeper"),
        ("[" + "1, " * 60 + "]", "more values"),
        ("&a [*a]", r"alias \*a"),
        ("!!python/tuple [1]", "tag tag:yaml.org,2002:python/tuple"),
        ("!!set {a, b}", "tag tag:yaml.org,2002:set"),
        ("!!python/name:os.system x", "could not determine a constructor"),
        ("{<<: {a: 1}}", "could not determine a constructor"),
        ("!!int 1" + ":1" * 99, "too long for one"),
        ("[1", "expected"),
    ],
)
def test_aliases_tags_depth_and_excess_are_refused(item: str, says: str) -> None:
    with pytest.raises(yaml.YAMLError, match=says):
        read(f"interactions:\n- {item}\n")


@pytest.mark.parametrize("text", ["", "- 1\n", "interactions: 3\n", "!!map {interactions: []}"])
def test_a_file_without_a_list_of_interactions_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match=r"a list of interactions|ends too early"):
        read(text)


@pytest.mark.parametrize("text", ["interactions:\n- ", "interactions: [", "before: "])
def test_a_value_over_its_size_is_not_read_to_its_end(text: str) -> None:
    file = io.BytesIO(text.encode() + b"x" * 2**23)
    with pytest.raises(TooLongError):
        list(read_interactions(file, BOUNDS))
    assert file.tell() < 2**21


def test_a_long_number_of_base_60_is_text_and_costs_no_time() -> None:
    number = "1" + ":1" * 400_000
    began = time.process_time()
    assert read(f"interactions:\n- {number}\n")[0][1] == number
    assert time.process_time() - began < 2
