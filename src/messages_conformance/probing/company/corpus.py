"""The corpus of an exploration: what failed so far, as small as possible, asked first next time.

A file of JSON lines that people may keep, share and edit. A line is a row and the company in which
it failed, or a request that nobody wrote::

    {"row": "basic/system", "beside": ["tool", "stream"]}
    {"request": {"model": "<model>", "max_tokens": 16, "messages": […]}, "betas": []}

A line whose row or feature no longer exists is left out. Others may have written the file: it is
read within bounds, and a request that would make an endpoint fetch or run something is left out.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from messages_conformance.display import json_text
from messages_conformance.errors import UserError
from messages_conformance.files import LARGEST_SETTINGS, read_text, write_text
from messages_conformance.probing.company.features import FEATURES, Feature
from messages_conformance.probing.generated.doubtful import is_doubtful, is_harmless
from messages_conformance.probing.generated.draft import MODEL, Draft

_BY_NAME: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}
_MOST: Final = 5_000
"""Lines that are read."""
_LONGEST: Final = 128 * 1024
"""Characters of a line that holds a request."""
_DEEPEST: Final = 40
_BETA: Final = re.compile(r"[a-z0-9-]{1,64}")
_MOST_BETAS: Final = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, and the smallest company in which it failed."""

    row: str
    beside: tuple[str, ...]
    """The names of the features."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features; none where one of them no longer exists."""
        found = tuple(_BY_NAME[name] for name in self.beside if name in _BY_NAME)
        return found if len(found) == len(self.beside) else ()


Known: TypeAlias = Entry | Draft
"""What a line of a corpus holds."""


def read(path: Path) -> tuple[Known, ...]:
    """What a file holds, each once; nothing where there is no file yet.

    Raises:
        UserError: it is no corpus.
    """
    if not path.exists():
        return ()
    try:
        lines = read_text(path, LARGEST_SETTINGS).removesuffix("\n").split("\n")
    except OSError as problem:
        raise UserError(f"{path}: cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise UserError(f"{path}: is no corpus of an exploration ({problem})") from problem
    if len(lines) > _MOST:
        raise UserError(f"{path}: has {len(lines)} lines, and {_MOST} are read of a corpus")
    known = [_known(f"{path}: line {at}", line) for at, line in enumerate(lines, 1) if line.strip()]
    return tuple(dict.fromkeys(one for one in known if one is not None))


def _known(where: str, line: str) -> Known | None:
    try:
        one = json.loads(line)
    except (ValueError, RecursionError):
        one = None
    match one:
        case {"row": str(row), "beside": [*beside]} if all(isinstance(b, str) for b in beside):
            return Entry(row, tuple(beside))
        case {"request": dict(body)}:
            return _draft(where, line, body, one.get("betas", []))
    raise UserError(
        f"{where}: is no entry, so this is no corpus of an exploration; each line is like "
        '{"row": "basic/system", "beside": ["tool", "stream"]}, or holds a request'
    )


def _draft(where: str, line: str, body: dict[str, Any], betas: Any) -> Draft | None:
    if len(line) > _LONGEST:
        raise UserError(f"{where}: has {len(line)} characters, and {_LONGEST} are read")
    if not isinstance(betas, list) or len(betas) > _MOST_BETAS or not all(map(_is_beta, betas)):
        raise UserError(
            f"{where}: the betas of a request are at most {_MOST_BETAS} names of letters, digits "
            "and hyphens"
        )
    if _depth(body) > _DEEPEST:
        raise UserError(f"{where}: the request nests too deeply")
    # The model is the one that is asked, whatever a request says.
    named = {"model": MODEL} if isinstance(body.get("model"), str) else {}
    draft = Draft({**body, **named}, tuple(betas))
    return draft if is_harmless(draft) and not is_doubtful(draft) else None


def _is_beta(name: Any) -> bool:
    return isinstance(name, str) and _BETA.fullmatch(name) is not None


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def write(path: Path, known: Iterable[Known]) -> None:
    """Write what is known, one a line, each once."""
    # No file can hold a lone surrogate, and readers break lines at more than line feeds.
    lines = [json_text(json.dumps(_line(one), ensure_ascii=False)) for one in dict.fromkeys(known)]
    write_text(path, "".join(f"{line}\n" for line in lines))


def _line(one: Known) -> dict[str, Any]:
    if isinstance(one, Entry):
        return {"row": one.row, "beside": list(one.beside)}
    return {"request": one.body, "betas": list(one.betas)}
