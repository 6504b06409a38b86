"""The line of each value in a TOML text."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance import resources
from messages_conformance.claims.toml_lines import KeyPath, line_of, lines

TEXT = '''title = "one" # [[not]] = a table
[b]
"a key".c = [
  1, # x
  { d = 2, 'e f'.g = [[], [3]] },
]

[[t]]
x = """
[[t]]
y = "\\"""" # still x
[t.u]
v = 1979-05-27 07:32:00
[[t]]
y = { }
z = \'\'\'two\'\'\'
'''
LINES = {
    ("title",): 1,
    ("b",): 2,
    ("b", "a key", "c"): 3,
    ("b", "a key", "c", 0): 4,
    ("b", "a key", "c", 1): 5,
    ("b", "a key", "c", 1, "d"): 5,
    ("b", "a key", "c", 1, "e f", "g"): 5,
    ("b", "a key", "c", 1, "e f", "g", 0): 5,
    ("b", "a key", "c", 1, "e f", "g", 1): 5,
    ("b", "a key", "c", 1, "e f", "g", 1, 0): 5,
    ("t", 0): 8,
    ("t", 0, "x"): 9,
    ("t", 0, "u"): 12,
    ("t", 0, "u", "v"): 13,
    ("t", 1): 14,
    ("t", 1, "y"): 15,
    ("t", 1, "z"): 16,
}


def leaves(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The ways to all values that hold no others."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in items:
        if isinstance(one, dict | list) and one:
            yield from leaves(one, (*path, name))
        else:
            yield (*path, name)


def test_each_value_has_the_line_in_which_it_begins() -> None:
    tomllib.loads(TEXT)
    assert lines(TEXT) == LINES


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    assert line_of(LINES, ("t", 1, "missing")) == 14
    assert line_of(LINES, ("nowhere", 3)) == 1
    assert line_of(LINES, ()) == 1


@pytest.mark.parametrize(
    "path", sorted(resources.folder("claims").glob("*/*.toml")), ids=lambda path: path.stem
)
def test_every_value_of_a_shipped_file_has_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = lines(text)
    assert set(leaves(tomllib.loads(text))) <= set(found)
    assert max(found.values()) <= text.count("\n") + 1


names = st.text(max_size=4)
values = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=6) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(names, values, max_size=4), st.booleans())
def test_so_has_every_value_of_any_text(document: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(document, multiline_strings=multiline)
    assert set(leaves(tomllib.loads(text))) <= set(lines(text))
