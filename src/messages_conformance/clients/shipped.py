"""What the official Python SDK makes of the answers that ship, made beforehand.

To read them all takes longer than all else of their report. A result holds for the bytes of the
answer, which its key is a digest of, for the code that reads and compares, and for the environments
in which it was made; any other makes it anew. `scripts/ship_reports.py` writes the file.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from messages_conformance import resources
from messages_conformance.clients import state
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult

FILE: Final = "python-sdk.json"
"""The file beside the cassettes."""


@cache
def results(reader: str) -> dict[str, ClientResult]:
    """The results by the keys of the answers; none if the code or the environment is another."""
    path = resources.folder("cassettes") / FILE
    if not path.is_file():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    is_current = document["code"] == state.code(reader)
    return _read(document) if is_current and state.environment() in document["made_by"] else {}


def _read(document: Mapping[str, Any]) -> dict[str, ClientResult]:
    """The results that a document holds."""
    found = dict.fromkeys(document["fine"], FINE)
    for result in document["others"]:
        other = ClientResult(ClientOutcome(result["outcome"]), result["message"])
        found |= dict.fromkeys(result["answers"], other)
    return found


def document(reader: str, made: Mapping[str, ClientResult], before: Any = None) -> dict[str, Any]:
    """The document of results that were made in this environment.

    The environments of an earlier document are kept where its code and its results are the same.
    """
    others: dict[ClientResult, list[str]] = {}
    for key, result in sorted(made.items()):
        others.setdefault(result, []).append(key)
    fine = others.pop(FINE, [])
    here = {
        "code": state.code(reader),
        "made_by": [state.environment()],
        "fine": fine,
        "others": [
            {"outcome": result.outcome, "message": result.message, "answers": keys}
            for result, keys in sorted(others.items(), key=lambda one: one[1])
        ],
    }
    if isinstance(before, dict) and {**before, "made_by": here["made_by"]} == here:
        earlier = [each for each in before["made_by"] if each not in here["made_by"]]
        return here | {"made_by": [*here["made_by"], *earlier]}
    return here


def to_text(document: Mapping[str, Any]) -> str:
    """The document as JSON, a line for each result."""
    return json.dumps(document, indent=0, separators=(",", ":"), ensure_ascii=False) + "\n"
