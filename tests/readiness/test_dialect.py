"""The captured dialects are whole, and a damaged one is refused with a sentence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.errors import ClientsError
from messages_conformance.readiness import changes
from messages_conformance.readiness.dialect import dialect_of, load
from messages_conformance.resources import folder

FILES = sorted(folder("dialects").glob("*.json"))
OURS = {
    "Be brief.",
    "What is 2+2? Reply with the number only.",
    "Bearer <key>",
    "<user id>",
}
"""Texts of the script that captures, and placeholders."""
SETTINGS = sorted(folder("dialects").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_dialect_is_usable_and_named_by_its_client(path: Path) -> None:
    dialect = load(path)
    assert path.stem == f"{dialect.client}@{dialect.version}"
    assert dialect.of_case("plain")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_dialect_holds_a_key_or_a_prompt(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "captured-key" not in text
    assert {word for each in json.loads(text)["requests"] for word in prose(each["body"])} <= OURS


def prose(value: Any) -> Iterator[str]:
    """Every text of more than one word, and every description."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "description" and isinstance(inner, str):
                yield inner
            yield from prose(inner)
    elif isinstance(value, list):
        for each in value:
            yield from prose(each)
    elif isinstance(value, str) and len(value.split()) > 1:
        yield value


@pytest.mark.parametrize(
    "path", sorted(folder("dialects").glob("*.toml")), ids=lambda path: path.stem
)
def test_every_feature_is_in_the_requests_and_can_be_left_out(path: Path) -> None:
    assert path.with_name(f"{path.stem}.json").exists()
    dialect = load(path.with_name(f"{path.stem}.json"))
    for feature in dialect.features:
        for sent in dialect.requests[:1]:
            assert changes.has(sent.request, feature), feature.id
            left = changes.without(sent.request, [feature])
            assert not changes.has(left, feature) or feature.swap_key, feature.id


def test_the_newest_version_is_taken_unless_one_is_named() -> None:
    assert dialect_of("python-sdk").version.startswith("2.")
    assert dialect_of("python-sdk@0.125.0").version == "0.125.0"


def test_an_unknown_client_is_refused_with_those_there_are() -> None:
    with pytest.raises(ClientsError, match="python-sdk"):
        dialect_of("pyton-sdk")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"client": "x"}', json.dumps({"client": "x", "requests": []})]
)
def test_a_damaged_dialect_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x@1.0.json"
    path.write_text(text)
    with pytest.raises(ClientsError, match=r"x@1\.0"):
        load(path)
