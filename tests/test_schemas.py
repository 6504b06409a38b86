"""The published schemas: valid themselves, complete without a network, and described."""

import datetime
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from messages_conformance import resources as shipped
from messages_conformance import schemas
from support import damage

FOLDER = shipped.folder("schemas")
PATHS = sorted(FOLDER.rglob("*.json"))
every_schema = pytest.mark.parametrize(
    "path", PATHS, ids=[path.relative_to(FOLDER).as_posix() for path in PATHS]
)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def walk(schema: Any, place: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a schema document, with the way to it."""
    if isinstance(schema, dict):
        yield place, schema
        for name, value in schema.items():
            yield from walk(value, f"{place}.{name}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from walk(value, f"{place}[{number}]")


def test_there_are_schemas() -> None:
    assert FOLDER / "claims.schema.json" in PATHS


@every_schema
def test_is_a_valid_schema_of_2020_12(path: Path) -> None:
    document = read(path)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(document)


@every_schema
def test_has_an_id_of_its_short_name_and_says_what_it_is(path: Path) -> None:
    document = read(path)
    short, _, suffix = path.name.partition(".")
    assert suffix == "schema.json"
    assert document["$id"].startswith("urn:messages-conformance:")
    assert document["$id"].rpartition(":")[2] == short
    assert document["description"]
    assert schemas.validator(short).schema == document


def test_no_two_schemas_share_a_short_name() -> None:
    names = [path.name for path in PATHS]
    assert len(set(names)) == len(names)


@every_schema
def test_every_reference_resolves_within_the_folder(path: Path) -> None:
    resources = [Resource.from_contents(read(each)) for each in PATHS]
    registry: Registry[Any] = Registry().with_resources(
        (resource.id() or "", resource) for resource in resources
    )
    document = read(path)
    resolver = registry.resolver(document["$id"])
    for place, schema in walk(document):
        if isinstance(schema.get("$ref"), str):
            assert isinstance(resolver.lookup(schema["$ref"]).contents, dict), place


@every_schema
def test_every_property_is_described(path: Path) -> None:
    bare = [
        f"{place}.properties.{name}"
        for place, schema in walk(read(path))
        if isinstance(schema.get("properties"), dict) and not place.endswith(".properties")
        for name, property in schema["properties"].items()
        if isinstance(property, bool) or not property.get("description")
    ]
    assert not bare


SAMPLES = {
    "claims": json.loads(
        json.dumps(
            tomllib.loads(
                min((shipped.folder("claims") / "ollama").glob("*.toml")).read_text(
                    encoding="utf-8"
                )
            ),
            default=str,
        )
    ),
    "error": {"type": "error", "error": {"type": "api_error", "message": "No."}},
    "request-2023-06-01": {
        "model": "claude-sonnet-4-5",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "Be short.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "Hello."},
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "toolu_1", "name": "a", "input": {}}],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "b"}],
            },
        ],
        "tools": [{"name": "a", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "any"},
        "stop_sequences": ["x"],
        "temperature": 0.5,
    },
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_compiled_validator_accepts_exactly_what_the_wording_one_accepts(name: str) -> None:
    dice = random.Random(name)
    accepted = 0
    for _ in range(400):
        document = damage.damaged(SAMPLES[name], dice)
        if next(schemas.validator(name).iter_errors(document), None) is None:
            accepted += 1
        else:
            assert next(schemas.errors(document, name), None) is not None, document
    assert not list(schemas.errors(SAMPLES[name], name))
    assert 0 < accepted < 400


def dated(value: Any, dice: random.Random) -> Any:
    """The same with a date, as TOML has them, in the place of some values."""
    if dice.random() < 0.02:
        return datetime.date(2026, 9, 2)
    if isinstance(value, dict):
        return {name: dated(inner, dice) for name, inner in value.items()}
    return [dated(inner, dice) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["claims", "observations", "expectations"])
def test_of_what_has_dates_both_validators_accept_the_same(name: str) -> None:
    """Of each form of file that people write in TOML."""
    dice = random.Random(name)
    accepted = 0
    for path in sorted(shipped.folder(name).rglob("*.toml"))[:4]:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        small = {
            key: value[:2] if isinstance(value, list) else value for key, value in written.items()
        }
        assert schemas._keeps(small, name)
        for _ in range(60):
            document = dated(small, dice)
            keeps = next(schemas.validator(name).iter_errors(document), None) is None
            assert schemas._keeps(document, name) is keeps, document
            accepted += keeps
    assert accepted


def test_what_is_no_json_is_left_to_the_wording_validator() -> None:
    dated = {"date": datetime.date(2026, 9, 2)}
    assert [each.message for each in schemas.errors(dated, "error")] == [
        each.message for each in schemas.validator("error").iter_errors(dated)
    ]
