"""A request as a command to run again: as curl, or as Python; whole, and without a key in it.

A key is named by the environment variable that the official SDKs read. Whoever runs the command
sets it; nothing here knows it.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from pprint import pformat

from messages_conformance.display import json_text
from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Json,
    Malformed,
    Place,
    Request,
)

VARIABLES = {
    KEY: "ANTHROPIC_API_KEY",
    RESTRICTED_KEY: "ANTHROPIC_RESTRICTED_KEY",
}
"""The environment variable that stands for a placeholder."""
WRONG = "sk-no-such-key"
"""What stands for a key that nobody has."""
ADDRESS = "ANTHROPIC_BASE_URL"
"""The environment variable that holds what stands before the path."""
_PLAIN = re.compile(r"https?://[\w.:/\[\]%~+-]+")
"""An address that needs no quoting within braces."""
_END = "JSON"
"""What ends the body in a shell: JSON on one line cannot hold a line of its own."""
_ALWAYS = ("content-type", "application/json")


def how_to_show(place: Place) -> str:
    """The command that prints a recorded exchange as curl; ``RUN`` stands for the run's folder."""
    return f"messages-conformance show RUN {shlex.quote(str(place))} --as curl"


def curl(base_url: str, request: Request) -> str:
    """The request as a curl command for a POSIX shell, which prints status, headers and body."""
    return _curl(shlex.quote(f"{base_url.rstrip('/')}{request.path}"), request)


def portable_curl(base_url: str, request: Request) -> str:
    """The same, sent to ``ANTHROPIC_BASE_URL`` where that is set: to be pasted anywhere."""
    plain = base_url.rstrip("/") if _PLAIN.fullmatch(base_url) else ""
    address = f"${{{ADDRESS}:-{plain}}}" if plain else f"${ADDRESS}"
    return _curl(f"{_in_double_quotes(address, request.path)}", request)


def _in_double_quotes(variable: str, path: str) -> str:
    escaped = re.sub(r'(["\\$`])', r"\\\1", json_text(path))
    return f'"{variable}{escaped}"'


def _curl(address: str, request: Request) -> str:
    """The command, given the address as a word of the shell."""
    head = ["curl --no-buffer --include", address]
    if request.method != "POST":
        head.insert(1, f"--request {request.method}")
    for name, value in _headers(request):
        head.append(f"--header {_in_shell(f'{name}: {value}')}")
    if request.body is None:
        return " \\\n  ".join(head) + "\n"
    if isinstance(request.body, Malformed):
        # Nothing may be added to it, not even the end of a line.
        return " \\\n  ".join([*head, f"--data-raw {shlex.quote(request.body)}"]) + "\n"
    command = " \\\n  ".join([*head, f"--data-binary @- <<'{_END}'"])
    return f"{command}\n{json_text(request.content.decode())}\n{_END}\n"


def python(base_url: str, request: Request) -> str:
    """The request as a Python program that needs httpx alone, and prints what came back."""
    url = f"{base_url.rstrip('/')}{request.path}"
    headers = [
        f"        {json.dumps(name)}: {_in_python(value)}," for name, value in _headers(request)
    ]
    body = [f"    {words}," for words in _body_in_python(request)]
    return "\n".join(
        (
            "import os",
            "",
            "import httpx",
            "",
            "answer = httpx.request(",
            f"    {json.dumps(request.method)},",
            f"    {json.dumps(url)},",
            "    headers={",
            *headers,
            "    },",
            *body,
            "    timeout=600,",
            ")",
            "print(answer.status_code)",
            "print(answer.text)",
            "",
        )
    )


def _body_in_python(request: Request) -> Iterator[str]:
    if isinstance(request.body, Malformed):
        yield f"content={json.dumps(request.body)}"
    elif request.body is not None:
        yield f"json={_literal(json.loads(request.content))}"


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    yield from request.headers
    if request.body is not None and "content-type" not in dict(request.headers):
        yield _ALWAYS


_PLACEHOLDER = re.compile("|".join(map(re.escape, (*VARIABLES, WRONG_KEY))))


def _pieces(value: str) -> Iterable[tuple[str, str]]:
    """A header's value in pairs: plain text, and the placeholder behind it, which may be empty."""
    at = 0
    for found in _PLACEHOLDER.finditer(value):
        yield value[at : found.start()], found[0]
        at = found.end()
    yield value[at:], ""


def _in_shell(text: str) -> str:
    """A header in double quotes, where a placeholder becomes a variable."""
    quoted = ""
    for plain, placeholder in _pieces(text):
        quoted += re.sub(r'(["\\$`])', r"\\\1", json_text(plain))
        quoted += f"${VARIABLES[placeholder]}" if placeholder in VARIABLES else ""
        quoted += WRONG if placeholder == WRONG_KEY else ""
    return f'"{quoted}"'


def _in_python(value: str) -> str:
    """A header's value as an expression, where a placeholder is read from the environment."""
    parts = []
    for plain, placeholder in _pieces(value):
        if plain:
            parts.append(json.dumps(plain))
        if placeholder in VARIABLES:
            parts.append(f'os.environ["{VARIABLES[placeholder]}"]')
        elif placeholder:
            parts.append(json.dumps(WRONG))
    return " + ".join(parts) or '""'


def _literal(body: Json) -> str:
    """A body as a Python expression, over several lines where it is long."""
    lines = pformat(body, width=92, sort_dicts=False).splitlines()
    return "\n".join([lines[0], *(f"    {line}" for line in lines[1:])])
