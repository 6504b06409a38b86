"""Kinds of input for `fuzz.py` that people write or keep: settings, corpora, recordings."""

import datetime
import json
import random
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from fuzz_kinds import ENDPOINT, MODEL, RECORDED, REVISION, SUITES, Case, damaged_entry, is_safe
from messages_conformance import resources
from messages_conformance.claims.load import load
from messages_conformance.judging import expectations_file
from messages_conformance.judging.expectations_file import Scope
from messages_conformance.probing.company import corpus
from messages_conformance.probing.company.exploration import explore
from messages_conformance.readiness import record, render
from messages_conformance.readiness.dialect import dialect_of, ready_clients
from messages_conformance.runs import replay
from support import damage

_FAMILIAR = resources.folder("claims") / "model-studio" / "2025-11-13.toml"
_DATE = "date {}"
_ENTRIES = [
    {"row": "basic/system", "beside": ["tools", "stream"]},
    {"row": "basic/max_tokens", "beside": ["system"]},
]


def claims(chance: random.Random, folder: Path) -> Case:
    """A claims file of which a value is wrong, or some bytes."""
    path = folder / "2026-01-01.toml"
    path.write_bytes(_damaged_toml(_FAMILIAR.read_bytes(), chance))

    def run() -> None:
        load(path)

    return Case(run, path.read_bytes())


def known_deviations(chance: random.Random, folder: Path) -> Case:
    """A file of known deviations of which a value is wrong, or some bytes."""
    path = folder / "known.toml"
    path.write_bytes(_damaged_toml(_deviations(), chance))

    def run() -> None:
        expectations_file.read_file(path, [Scope(REVISION)])

    return Case(run, path.read_bytes())


def corpora(chance: random.Random, folder: Path) -> Case:
    """What an exploration asked before; what is drawn of it, and written again."""
    path = folder / "corpus.jsonl"
    data = b"\n".join(damage.written(damage.damaged(each, chance)) for each in _ENTRIES)
    path.write_bytes(damage.damaged_bytes(data, chance) if chance.random() < 0.3 else data)

    def run() -> None:
        entries = corpus.read(path)
        explore(REVISION, MODEL, SUITES, seed=1, draws=2, corpus=entries, only={"basic/system"})
        corpus.write(path, entries)
        assert corpus.read(path) == entries, "it is read back differently"

    return Case(run, path.read_bytes())


def strangers_recordings(chance: random.Random, _: Path) -> Case:
    """A recording of anything, of which a client is judged."""
    found = damaged_entry(chance)
    asked = found.entry.exchange.request
    body = damage.damaged(asked.body, chance)
    exchange = replace(found.entry.exchange, request=replace(asked, body=body))
    client = chance.choice(ready_clients())

    def run() -> None:
        exchanges = [each.entry.exchange for each in RECORDED[:40]]
        judged = record.judge_exchanges(dialect_of(client), MODEL.id, [*exchanges, exchange])
        is_safe(render.text(judged, ENDPOINT.public_url))
        json.loads(render.to_json([render.document(judged, ENDPOINT.public_url)]))
        replay.fields_of(exchange)

    return Case(run, exchange.body)


def _damaged_toml(text: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.4:
        return damage.damaged_bytes(text, chance)
    document = json.loads(json.dumps(tomllib.loads(text.decode()), default=_DATE.format))
    try:
        return tomli_w.dumps(_for_toml(damage.damaged(document, chance))).encode("utf-8", "replace")
    except (AttributeError, RecursionError, TypeError):
        return b"row = " + b"[" * 3000 + b"]" * 3000


def _for_toml(value: Any) -> Any:
    """A value without what TOML has no word for, and with its dates."""
    if isinstance(value, dict):
        return {name: _for_toml(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_for_toml(inner) for inner in value if inner is not None]
    if isinstance(value, str) and value.startswith(_DATE[:5]):
        return datetime.date.fromisoformat(value[5:])
    return value


@cache
def _deviations() -> bytes:
    return tomli_w.dumps(
        {
            "target": REVISION.target.id,
            "deviation": [
                {"row": "basic/*", "model": "qwen-*", "behaviour": "ignored", "reason": "known"},
                {"row": "error/400", "model": "*", "behaviour": "broken", "reason": "told"},
            ],
        }
    ).encode()


FILES: Mapping[str, Callable[[random.Random, Path], Case]] = {
    kind.__name__.replace("_", " "): kind
    for kind in (claims, known_deviations, corpora, strangers_recordings)
}
