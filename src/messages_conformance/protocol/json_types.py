"""The names that JSON Schema has for the types of values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_NAMES: Final[Mapping[type, str]] = MappingProxyType(
    {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        type(None): "null",
    }
)


def json_type(value: Any) -> str:
    """The type of a value that was read from JSON."""
    return _NAMES[type(value)]
