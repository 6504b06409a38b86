"""Shards: all of the work, each part of it once, evenly, and together what belongs together."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance import resources
from messages_conformance.claims import selection
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.claims.shards import Shard, shard
from messages_conformance.errors import ShardError
from support import small_project


@st.composite
def chosen(draw: st.DrawFn) -> tuple[Chosen, ...]:
    """What might be chosen: some targets, with some models and some rows of some sections."""
    choices = []
    for number in range(draw(st.integers(1, 2))):
        rows = [
            f"{section}/{row}"
            for section in draw(st.lists(st.sampled_from("abcdef"), max_size=5, unique=True))
            for row in range(draw(st.integers(1, 9)))
        ]
        models = [Model(f"m-{m}", "small", False) for m in range(draw(st.integers(1, 7)))]
        page = replace(
            small_project.revision(*rows, models=tuple(models)),
            target=replace(small_project.TARGET, id=f"target-{number}"),
            rows=tuple(small_project.row(id) for id in rows),
        )
        choices.append(Chosen(page, tuple(models), page.rows))
    return tuple(choices)


def cells(choices: tuple[Chosen, ...]) -> list[tuple[str, str, str]]:
    return [
        (choice.revision.target.id, model.id, row.id)
        for choice in choices
        for model in choice.models
        for row in choice.rows
    ]


def pieces(choices: tuple[Chosen, ...]) -> list[int]:
    """How many rows each section has for each model."""
    return [
        size
        for choice in choices
        for _ in choice.models
        for size in Counter(row.section for row in choice.rows).values() or [1]
    ]


@given(chosen(), st.data())
def test_shards_are_the_whole_and_disjoint_and_none_is_empty(
    choices: tuple[Chosen, ...], data: st.DataObject
) -> None:
    of = data.draw(st.integers(1, len(pieces(choices))))
    parts = [shard(choices, Shard(number, of)) for number in range(1, of + 1)]
    assert [cell for part in parts for cell in cells(part)] == cells(choices)
    models = [[(c.revision.target.id, m) for c in part for m in c.models] for part in parts]
    assert all(models)
    assert all(len(set(named)) == len(named) for named in models)


@given(chosen(), st.data())
def test_no_shard_has_more_than_an_even_share_and_one_piece(
    choices: tuple[Chosen, ...], data: st.DataObject
) -> None:
    sizes = pieces(choices)
    of = data.draw(st.integers(1, len(sizes)))
    parts = [shard(choices, Shard(number, of)) for number in range(1, of + 1)]
    assert max(len(cells(part)) for part in parts) <= sum(sizes) / of + max(sizes)


@given(chosen(), st.data())
def test_a_section_is_never_cut_and_few_models_are(
    choices: tuple[Chosen, ...], data: st.DataObject
) -> None:
    of = data.draw(st.integers(1, len(pieces(choices))))
    parts = [shard(choices, Shard(number, of)) for number in range(1, of + 1)]
    sections = Counter(
        slot
        for part in parts
        for slot in {(target, model, row.partition("/")[0]) for target, model, row in cells(part)}
    )
    assert set(sections.values()) <= {1}
    cut = {(c.revision.target.id, m) for part in parts for c in part if c.partial for m in c.models}
    assert len(cut) <= of - 1


def test_the_shipped_target_is_split_evenly() -> None:
    choices = selection.choose(Selection(("model-studio",)), resources.folder("cassettes"))
    sizes = [len(cells(shard(choices, Shard(number, 5)))) for number in range(1, 6)]
    assert sum(sizes) == 57 * 13
    assert max(sizes) <= 1.1 * sum(sizes) / 5


def test_rows_that_are_only_inspected_are_split_by_models() -> None:
    page = small_project.revision(models=tuple(Model(f"m-{m}", "small", False) for m in range(4)))
    choice = Chosen(page, page.models, (), ("wire/*",))
    parts = [shard((choice,), Shard(number, 2)) for number in (1, 2)]
    assert [[m.id for c in part for m in c.models] for part in parts] == [
        ["m-0", "m-1"],
        ["m-2", "m-3"],
    ]
    assert not any(c.partial for part in parts for c in part)


def test_more_shards_than_pieces_are_refused_by_all_of_them() -> None:
    choice = Chosen(
        small_project.revision(), small_project.revision().models, small_project.revision().rows
    )
    for number in (1, 2):
        with pytest.raises(ShardError, match=r"falls into 1 pieces.*use at most 1 shards"):
            shard((choice,), Shard(number, 2))


@pytest.mark.parametrize("text", ["1/1", "2/5", "120/300"])
def test_a_shard_is_read_as_it_is_written(text: str) -> None:
    assert str(Shard.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "/", "2", "0/5", "6/5", "1/0", "-1/5", "a/b", "1/5/2", "²/5", "1/" + "9" * 5000]
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ShardError, match=re.escape("write N/M with N from 1 to M")):
        Shard.parse(text)
