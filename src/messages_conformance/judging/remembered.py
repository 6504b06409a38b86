"""What was judged of a model's recordings, remembered on disk.

A judgement depends on nothing but the bytes of the recordings, the page, the rows, the suites and
the code; its key is a digest of all of them. So whatever changes, it is judged anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from messages_conformance import files, memory
from messages_conformance.cassettes.tape import files_of, folder_of
from messages_conformance.claims import document as claims
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.judging.judged_model import JudgedModel, TapeSource
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.report.json_format import adapter
from messages_conformance.report.report import Cell, Observation
from messages_conformance.verdict import Evidence

_KIND: Final = "judged"
_Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Keys:
    """The keys of all that the judgements of a target's models depend on."""

    revision: Revision
    rows: Sequence[Row]
    inspections: Sequence[Inspection]
    suites: Suites
    cassettes: Path
    evidence: Evidence | None

    def of(self, model: Model) -> str | None:
        """The key of one model; None where its judgement is not to be remembered."""
        if not self.suites.source or memory.folder() is None:
            return None
        recorded = folder_of(self.cassettes, self.revision.target.id, model.id)
        try:
            contents = [(path.name, files.digest(path)) for path in files_of(recorded)]
        except OSError:
            return None  # whoever reads them says what is wrong
        return memory.digest(
            self._common,
            model.id,
            recorded.relative_to(self.cassettes).as_posix(),
            *(part for content in contents for part in content),
        )

    @cached_property
    def _common(self) -> str:
        """What all models have in common."""
        return memory.digest(
            memory.state(),
            self.suites.source,
            json.dumps(claims.to_document(self.revision)),
            json.dumps([row.id for row in self.rows]),
            json.dumps([inspection.row for inspection in self.inspections]),
            str(self.evidence),
        )


def is_there(key: str | None) -> bool:
    """Whether something is remembered under a key, perhaps nothing that can be used."""
    return key is not None and memory.is_there(_KIND, key)


def recall(
    key: str | None, model: Model, rows: Sequence[Row], inspections: Sequence[Inspection]
) -> JudgedModel | None:
    """What is remembered of a model; None if nothing is, or nothing of these rows."""
    document = memory.recall(_KIND, key) if key else None
    if document is None:
        return None
    by_id = {row.id: row for row in rows}
    try:
        cells = [
            adapter(Cell).validate_python({**cell, "model": model, "row": by_id[cell["row"]]})
            for cell in document["cells"]
        ]
        observations = [
            adapter(Observation).validate_python(
                {
                    **seen,
                    "model": model,
                    "findings": [{**finding, "model": model} for finding in seen["findings"]],
                }
            )
            for seen in document["observations"]
        ]
        source = adapter(TapeSource).validate_python(document["source"])
    except (KeyError, TypeError, ValidationError):
        return None
    asked = [row.id for row in rows], [inspection.row for inspection in inspections]
    if ([one.row_id for one in cells], [one.row_id for one in observations]) != asked:
        return None
    return JudgedModel(tuple(cells), tuple(observations), source)


def remember(key: str | None, judged: JudgedModel) -> None:
    """Remember what was judged."""
    if key:
        memory.remember(_KIND, key, _to_document(judged))


def _to_document(judged: JudgedModel) -> _Document:
    return {
        "cells": [
            _dump(Cell, cell, {"model": True, "row": True}) | {"row": cell.row.id}
            for cell in judged.cells
        ],
        "observations": [
            {"findings": []}
            | _dump(Observation, seen, {"model": True, "findings": {"__all__": {"model"}}})
            for seen in judged.observations
        ],
        "source": _dump(TapeSource, judged.source, {}),
    }


def _dump(kind: Any, value: Any, without: dict[str, Any]) -> _Document:
    written: _Document = adapter(kind).dump_python(
        value, mode="json", by_alias=True, exclude_defaults=True, exclude=without
    )
    return written
