"""The tables of the clients, as they ship with the project: ``healing/<client>@<version>.toml``."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from messages_conformance import resources, schemas
from messages_conformance.errors import ClientsError
from messages_conformance.healing.client import Answer, Client, Outcome, Refusal, Retry


@cache
def clients() -> tuple[Client, ...]:
    """All clients, by id, and of one client the newest version first.

    Raises:
        ClientsError: a table cannot be used.
    """
    found = [load(path) for path in resources.folder("healing").glob("*.toml")]
    newest_first = sorted(found, key=lambda each: _parts(each.version), reverse=True)
    return tuple(sorted(newest_first, key=lambda each: each.id))


def newest(id: str) -> Client | None:
    """The newest version of a client; None where there is no table of it."""
    return next((each for each in clients() if each.id == id), None)


def load(path: Path) -> Client:
    """Read one table.

    Raises:
        ClientsError: it is not TOML, breaks ``schemas/healing.schema.json``, or holds a pattern
            that is none.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ClientsError(f"{path}: cannot be read as TOML ({problem}); correct it") from problem
    written = {**document, "client": {**document.get("client", {})}}
    measured = written["client"].get("measured")
    written["client"]["measured"] = str(measured)
    if complaint := schemas.complaint(written, "healing"):
        raise ClientsError(f"{path}: {complaint}; see schemas/healing.schema.json")
    try:
        return _client(written)
    except re.error as problem:
        raise ClientsError(f"{path}: a pattern is no regular expression ({problem})") from problem
    except LookupError as problem:
        raise ClientsError(f"{path}: names a source that [sources] lacks: {problem}") from problem


def _client(document: Mapping[str, Any]) -> Client:
    sources, of = document["sources"], document["client"]
    return Client(
        **of,
        retries=tuple(
            Retry(
                frozenset(each["statuses"]),
                each["requests"],
                sources[each["source"]],
                each.get("waits", ""),
            )
            for each in document.get("retry", ())
        ),
        refusals=tuple(
            Refusal(
                each["feature"],
                frozenset(each["statuses"]),
                tuple(re.compile(pattern, re.IGNORECASE) for pattern in each["patterns"]),
                each["then"],
                sources[each["source"]],
                each.get("wording", ""),
                each.get("otherwise", 1),
                each.get("cure", ""),
            )
            for each in document.get("refusal", ())
        ),
        answers=tuple(
            Answer(
                each["condition"],
                Outcome(each["outcome"]),
                sources[each["source"]],
                each.get("detail", ""),
                each.get("requests", 1),
            )
            for each in document.get("answer", ())
        ),
    )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
