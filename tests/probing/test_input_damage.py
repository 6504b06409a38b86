"""What becomes of dictated inputs is named where an endpoint does it, and not where a model may."""

import json
from typing import Any

import pytest

from messages_conformance.probing.dictated_calls import CALLED
from messages_conformance.probing.input_damage import calls_left, damage_of_calls, merged

FIRST, SECOND, THIRD, *_ = CALLED.items()


def calls(first: dict[str, Any], second: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
    return [(FIRST[0], first), (SECOND[0], SECOND[1] if second is None else second)]


def changed(**values: Any) -> list[tuple[str, Any]]:
    return calls({**FIRST[1], **values})


def left_out(*names: str) -> list[tuple[str, Any]]:
    return calls({name: value for name, value in FIRST[1].items() if name not in names})


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (calls(FIRST[1], {}), "the input of file_anchor is lost"),
        (calls(SECOND[1], FIRST[1]), "swapped"),
        (calls(FIRST[1], FIRST[1]), "with the input of another call"),
        (changed(tags=["amber"]), "only 1 of 3 items of tags"),
        (changed(tags='["amber", "birch", "cedar"]'), "tags comes as a string"),
        (changed(grid=[[1], [3]]), "items of an item of grid"),
        (changed(grid=[1, 2, 3, 0]), "come as one"),
        (changed(owner={}), "owner is emptied"),
        (changed(count="0"), 'count: 0 comes as "0"'),
        (changed(serial=9007199254740992), "serial"),
        (changed(ratio=12.06), "ratio: 12.0625 comes as 12.06"),
        (changed(drift=7), "drift: -7 comes as 7"),
        (changed(ratio=12), "ratio: 12.0625 comes as 12"),
        (changed(urgent=0), "urgent: false comes as 0"),
        (changed(until="None"), 'until: null comes as "None"'),
        (changed(count=[0]), "count comes in a list"),
        (changed(berths="quay-9"), "berths comes as a string"),
        (changed(none_yet={}), "none_yet comes as {}, not as []"),
        (changed(since="2031-05-07T00:00:00Z"), "a time is added to a date"),
        (
            calls(
                {
                    **{n: v for n, v in FIRST[1].items() if n != "owner"},
                    **{f"owner.{n}": v for n, v in FIRST[1]["owner"].items()},
                }
            ),
            "the property owner comes as several, as of owner.firstName",
        ),
        (changed(postcode=40217), 'postcode: "40217" comes as 40217'),
        (changed(answer=True), 'answer: "true" comes as true'),
        (changed(filter={"size": [1, 2]}), "filter"),
        (changed(Route=FIRST[1]["Route"][:200]), "Route is cut after 200 characters"),
        (left_out("options"), "options, which is {}, is left out"),
        (changed(File_Path="C:\\\\new\\\\table"), "comes as"),
        (changed(Lines="one\\n\\ttwo  three\\n"), "escapes"),
        (left_out("until"), "until, which is null, is left out"),
        (left_out("note"), 'note, which is "", is left out'),
        (
            calls({{"itemTitle": "item_title"}.get(n, n): v for n, v in FIRST[1].items()}),
            "the property itemTitle comes as item_title",
        ),
        (calls({"arguments": FIRST[1]}), "comes within another object, as its arguments"),
        (calls({"raw": json.dumps(FIRST[1])}), "comes within another object, as its raw"),
        (
            changed(Route=json.dumps([{"type": "text", "text": FIRST[1]["Route"]}])),
            "Route comes as the JSON of what holds it",
        ),
        (
            changed(Route=str([{"type": "text", "text": FIRST[1]["Route"]}])),
            "Route comes as the JSON of what holds it",
        ),
    ],
)
def test_what_an_endpoint_does_to_inputs_is_named(
    received: list[tuple[str, Any]], said: str
) -> None:
    assert said in (damage_of_calls(received, [FIRST, SECOND]) or "")


@pytest.mark.parametrize(
    "received",
    [
        [],
        [FIRST],
        changed(itemTitle="Sofie and the brave one"),
        changed(tags=["amber", "birch", "cedar", "elm"]),
        changed(count=4),
        changed(ratio=12.5),
        changed(colour="red"),
        calls({"arguments": {"itemTitle": "Sofie"}}),
        changed(Route='["From the quay", "to the mill"]'),
    ],
)
def test_what_a_model_may_do_is_not(received: list[tuple[str, Any]]) -> None:
    assert damage_of_calls(received, [FIRST, SECOND]) is None


def test_what_is_dictated_is_no_damage() -> None:
    assert damage_of_calls([FIRST, SECOND], [FIRST, SECOND]) == ""


def test_calls_that_are_lost_leave_others_as_they_were_dictated() -> None:
    sent = [FIRST, SECOND, THIRD]
    assert calls_left([FIRST], sent) == [FIRST[0]]
    assert calls_left([FIRST, THIRD], sent) == [FIRST[0], THIRD[0]]


def test_no_call_is_lost_where_all_come_or_others_do() -> None:
    sent = [FIRST, SECOND, THIRD]
    damaged = (FIRST[0], {**FIRST[1], "count": 4})
    for received in (sent, [], [damaged], [SECOND, FIRST], [FIRST, ("other", {})]):
        assert calls_left(received, sent) == []


def test_calls_are_merged_where_one_has_the_inputs_of_several() -> None:
    sent = [FIRST, SECOND, THIRD]
    together = {**FIRST[1], **SECOND[1]}
    assert merged([(FIRST[0], together)], sent)
    assert merged([(FIRST[0], {**together, **THIRD[1]})], sent)


def test_a_model_that_makes_one_call_of_several_merges_none() -> None:
    """One of the tools takes no input, which stands in every other."""
    assert any(not given for given in CALLED.values())
    assert not merged([FIRST], [*CALLED.items()])


def test_no_calls_are_merged_where_each_has_its_own_input() -> None:
    sent = [FIRST, SECOND, THIRD]
    for received in (sent, [], [FIRST], [FIRST, SECOND], [(FIRST[0], {**FIRST[1], "parts": []})]):
        assert not merged(received, sent)


@pytest.mark.parametrize("mask", ["<PASSWORD>", "***", "[redacted]"])
def test_a_masked_part_is_damage(mask: str) -> None:
    sent = "write to the keeper, password=Yard-5520, for the key"
    received = sent.replace("Yard-5520", mask)
    assert "masked" in (
        damage_of_calls([("file", {"note": received})], [("file", {"note": sent})]) or ""
    )


@pytest.mark.parametrize(
    "received", ["write to keeper, password=***", "*** for the key", "Yard-5521"]
)
def test_a_mask_in_other_words_is_none(received: str) -> None:
    sent = "write to the keeper, password=Yard-5520"
    assert damage_of_calls([("file", {"note": received})], [("file", {"note": sent})]) is None
