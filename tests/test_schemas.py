"""The published schemas: valid themselves, complete without a network, and described."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from messages_conformance import resources as shipped
from messages_conformance import schemas

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
