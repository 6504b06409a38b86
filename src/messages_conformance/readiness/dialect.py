"""What a client puts on the wire: captured requests, and what of them its settings switch off.

``dialects/<client>@<version>.json`` holds what was captured by ``scripts/capture_dialects.py``;
the file of the same name with the ending ``toml`` says what can be changed, and how.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from messages_conformance import resources, schemas
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import ClientsError
from messages_conformance.protocol.exchange import Request

_PLACEHOLDERS: Final = {
    "<text>": "Be brief, and answer in plain words.",
    "<user id>": '{"device_id":"0","account_uuid":"","session_id":"0"}',
}
"""What stands where the client's own texts stood."""
_SENT: Final = ("anthropic-version", "anthropic-beta", "x-api-key", "authorization")
"""The headers that are sent; a request does not pretend to come from the client."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of a client's requests that can be left out or changed, and how the client is told."""

    id: str
    words: str
    needs: tuple[str, ...] = ()
    """Features without which it cannot be sent."""
    unset: tuple[str, ...] = ()
    """Fields of the body that it is made of."""
    tool_fields: tuple[str, ...] = ()
    """Tools that have one of these fields belong to it."""
    result_blocks: tuple[str, ...] = ()
    """Blocks of these types in the results of tools belong to it; a text takes their place."""
    roles: tuple[str, ...] = ()
    """Turns of these roles belong to it."""
    everywhere: tuple[str, ...] = ()
    """Fields that belong to it wherever they stand."""
    betas: tuple[str, ...] = ()
    """Beginnings of the values of ``anthropic-beta`` that belong to it."""
    budget: bool = False
    """Whether thinking with a budget takes its place."""
    largest: int | None = None
    """The `max_tokens` that takes its place."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Headers that take its place."""
    swap_key: bool = False
    """Whether the key is in the other of the two headers instead."""
    capability: str = ""
    """The capability of Claude Code's that is switched off."""
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The variables that are set."""
    argument: str = ""
    """The argument by which the key is given instead."""

    @property
    def has_setting(self) -> bool:
        """Whether the client can be told to leave it out."""
        return bool(self.capability or self.environment or self.argument or self.headers)


@dataclass(frozen=True, slots=True)
class Sent:
    """A captured request, and the case that it is of: ``plain``, ``tools`` and so on."""

    case: str
    request: Request


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one version of a client sends."""

    client: str
    version: str
    captured: str
    """The ISO date."""
    requests: tuple[Sent, ...]
    features: tuple[Feature, ...] = ()

    @property
    def is_library(self) -> bool:
        """Whether a caller chooses what it sends; a program streams all of its own accord."""
        return bool(self.of_case("stream"))

    def of_case(self, case: str) -> tuple[Request, ...]:
        """The requests of a case, in their order."""
        return tuple(each.request for each in self.requests if each.case == case)


def dialect_of(client: str) -> Dialect:
    """The newest dialect of a client, or the one of ``<client>@<version>``.

    Raises:
        ClientsError: there is none of that name, or a file cannot be used.
    """
    there = _files()
    names = [name for name in there if client in (name, name.partition("@")[0])]
    if not names:
        hint = did_you_mean(client, [*ready_clients(), *there], f"known: {', '.join(there)}")
        raise ClientsError(f"no client {client!r} is known{hint}")
    return load(there[max(names, key=_version)])


def ready_clients() -> tuple[str, ...]:
    """The clients that dialects are known of."""
    return tuple(dict.fromkeys(name.partition("@")[0] for name in _files()))


def load(path: Path) -> Dialect:
    """Read a dialect.

    Raises:
        ClientsError: a file is damaged or breaks ``schemas/dialect.schema.json``.
    """
    settings = path.with_name(f"{path.stem}.toml")
    try:
        captured = json.loads(path.read_text(encoding="utf-8"))
        known = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    except (OSError, ValueError) as problem:
        raise ClientsError(f"{path}: the dialect cannot be read ({problem}); restore it") from None
    features = known.get("feature", [])
    document = {**captured, "features": features} if isinstance(captured, dict) else captured
    if complaint := schemas.complaint(document, "dialect"):
        raise ClientsError(f"{path}: {complaint}; see schemas/dialect.schema.json")
    return Dialect(
        captured["client"],
        captured["version"],
        captured["captured"],
        tuple(Sent(each["case"], _request(each)) for each in captured["requests"]),
        tuple(
            Feature(**{name: _frozen(value) for name, value in each.items()}) for each in features
        ),
    )


@cache
def _files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(resources.folder("dialects").glob("*.json"))}


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", name.partition("@")[2]))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType(value)
    return tuple(value) if isinstance(value, list) else value


def _request(captured: Mapping[str, Any]) -> Request:
    headers = sorted(
        (name, captured["headers"][name]) for name in _SENT if name in captured["headers"]
    )
    return Request(_with_texts(captured["body"]), tuple(headers), captured["path"])


def _with_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_texts(each) for each in value]
    return _PLACEHOLDERS.get(value, value) if isinstance(value, str) else value
