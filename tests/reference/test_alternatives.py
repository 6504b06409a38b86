"""The simulated model fills the alternative of a schema that the request mentions."""

from typing import Any

import pytest

from messages_conformance.reference.simulated_model.tool_inputs import fill_input

BY_TRAIN = {"type": "object", "properties": {"train": {"type": "integer"}}, "required": ["train"]}
BY_SHIP = {"type": "object", "properties": {"ship": {"type": "integer"}}, "required": ["ship"]}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"oneOf": [{"const": "red"}, {"const": "blue"}, {"const": "green"}]}, "blue"),
        ({"anyOf": [{"enum": ["red"]}, {"enum": ["green", "blue"]}]}, "blue"),
        ({"anyOf": [BY_TRAIN, BY_SHIP]}, {"ship": 7}),
        ({"anyOf": [{"const": "oak"}, {"const": "elm"}]}, "oak"),
    ],
)
def test_the_alternative_that_is_mentioned_is_chosen(
    schema: dict[str, Any], expected: object
) -> None:
    tool = {"type": "object", "properties": {"way": schema}, "required": ["way"]}
    assert fill_input(tool, "Send the blue parcel by ship 7.") == {"way": expected}


def test_a_number_that_is_told_of_a_property_goes_before_one_that_is_not_used_yet() -> None:
    kinds = {name: {"type": "integer"} for name in ("all", "number")}
    tool = {"type": "object", "properties": kinds, "required": [*kinds]}
    assert fill_input(tool, "It is number 40 of 212.")["number"] == 40
