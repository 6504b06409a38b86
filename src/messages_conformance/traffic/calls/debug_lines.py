"""What the SDKs log with ``ANTHROPIC_LOG=debug``: requests, and never the body of an answer.

The one of Python prints the whole request as Python writes values. The one of JavaScript prints
its keys, and of what is nested only that it is there; that shows which fields are used.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.traffic.calls.call import NOTHING_HIDDEN, Call, NotRead, Part, Record
from messages_conformance.traffic.saved_file import SavedFile

PYTHON: Final = b"Request options: {"
JAVASCRIPT: Final = re.compile(rb"^\[log_[0-9a-f]+\] sending request \{", re.MULTILINE)
_HIDES: Final = NOTHING_HIDDEN | {Part.ANSWER, Part.ERROR, Part.HEADERS}
_HIDES_NESTED: Final = _HIDES | {
    *(Part.CACHE_CONTROL, Part.BETAS, Part.TOOL_CHOICE, Part.THINKING, Part.BODY, Part.METADATA),
}
_BODY: Final = "'json_data': "
_BETAS: Final = re.compile(r"'anthropic-beta': '([\w,. -]*)'", re.ASCII)
_FIELD: Final = re.compile(r"^ {6}(\w+): (.*?),?$", re.MULTILINE | re.ASCII)
_BODY_OF_JAVASCRIPT: Final = re.compile(r"^ {4}body: \{\n(.*?)^ {4}\}", re.MULTILINE | re.DOTALL)
_MOST: Final = 4_000_000
"""Characters of one request."""


def read_python(file: SavedFile) -> Iterator[Record]:
    """The requests in a log of the SDK of Python, a line each."""
    for number, line in enumerate(file.lines(), 1):
        if PYTHON in line:
            yield _of_python(f"line {number}", line.decode("utf-8", "replace"))


def _of_python(place: str, line: str) -> Record:
    if "'url': '/v1/messages" not in line:
        return NotRead(place, "not to a Messages API")
    text = _balanced(line, line.find(_BODY) + len(_BODY))
    try:
        # What follows may hold objects that Python cannot read back; the body holds none.
        body: Any = ast.literal_eval(text) if len(text) < _MOST else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return NotRead(place, "with a body that cannot be read", damaged=True)
    betas = _BETAS.search(line)
    headers = (("anthropic-beta", betas[1]),) if betas else ()
    path = "/v1/messages/count_tokens" if "/count_tokens'" in line else "/v1/messages"
    return Call(place, body, headers, path, hides=_HIDES)


def _balanced(line: str, at: int) -> str:
    """The value that begins somewhere, to its closing bracket."""
    depth, quote, n = 0, "", at
    while n < len(line):
        character = line[n]
        if quote:
            if character == "\\":
                n += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character in "{[(":
            depth += 1
        elif character in "}])":
            depth -= 1
            if depth == 0:
                return line[at : n + 1]
        n += 1
    return ""


def read_javascript(file: SavedFile) -> Iterator[Record]:
    """The requests in a log of the SDK of JavaScript, as far as it prints them."""
    text = file.whole().decode("utf-8", "replace")
    begun = [found.start() for found in re.finditer(JAVASCRIPT.pattern.decode(), text, re.M)]
    for number, start in enumerate(begun):
        end = begun[number + 1] if number + 1 < len(begun) else len(text)
        found = _BODY_OF_JAVASCRIPT.search(text, start, end)
        line = text.count("\n", 0, start) + 1
        if found is None:
            yield NotRead(f"line {line}", "without a body")
            continue
        yield Call(f"line {line}", dict(_fields(found[1])), hides=_HIDES_NESTED)


def _fields(text: str) -> Iterator[tuple[str, Any]]:
    for field in _FIELD.finditer(text):
        name, value = field[1], field[2]
        try:
            read = ast.literal_eval({"true": "True", "false": "False"}.get(value, value))
        except (ValueError, SyntaxError):
            read = [{}] if value.startswith("[") else {}
        if name != "messages":
            yield name, read
