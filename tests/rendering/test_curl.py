"""A request as curl and as Python: what is sent is what was recorded, and no key stands in it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Malformed,
    Request,
)
from messages_conformance.rendering import curl

FAKE = """#!{python}
import json, sys
print(json.dumps([sys.argv[1:], sys.stdin.buffer.read().decode()]))
"""
"""A curl that says what it was given."""

text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
nasty = st.sampled_from(["$HOME", "`id`", "$(id)", "'", '"', "\\", "JSON", "!x", "\nJSON\n"]) | text
values = st.recursive(
    st.none() | st.booleans() | st.integers() | nasty,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(nasty, values, max_size=4)
header_values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bin")
    (folder / "curl").write_text(FAKE.format(python=sys.executable))
    (folder / "curl").chmod(0o755)
    return folder


def run_in_shell(command: str, folder: Path) -> tuple[list[str], str]:
    environment = {
        **os.environ,
        "PATH": f"{folder}:/usr/bin:/bin",
        "ANTHROPIC_API_KEY": "secret",
        "ANTHROPIC_RESTRICTED_KEY": "limited",
    }
    done = subprocess.run(
        ["sh", "-c", command], env=environment, capture_output=True, text=True, check=True
    )
    arguments, body = json.loads(done.stdout)
    return arguments, body


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies, value=header_values)
def test_a_shell_sends_exactly_what_was_recorded(
    folder: Path, body: dict[str, Any], value: str
) -> None:
    request = Request(body, (("x-other", value),))
    arguments, sent = run_in_shell(curl.curl("http://a.example/x", request), folder)
    assert json.loads(sent) == body
    assert f"x-other: {value}" in arguments
    assert "http://a.example/x/v1/messages" in arguments


@pytest.mark.parametrize(
    ("placeholder", "sent"),
    [(KEY, "secret"), (RESTRICTED_KEY, "limited"), (WRONG_KEY, curl.WRONG)],
)
def test_a_key_is_a_variable_of_the_shell(folder: Path, placeholder: str, sent: str) -> None:
    request = Request({}, (("authorization", f"Bearer {placeholder}"),))
    command = curl.curl("http://a.example", request)
    assert "secret" not in command
    assert f"authorization: Bearer {sent}" in run_in_shell(command, folder)[0]


@pytest.mark.parametrize(
    ("address", "base_url"),
    [(None, "http://a.example/x"), ("http://b.example:1/y", "http://b.example:1/y")],
)
def test_a_portable_command_goes_where_the_environment_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, base_url: str
) -> None:
    monkeypatch.delenv(curl.ADDRESS, raising=False)
    if address:
        monkeypatch.setenv(curl.ADDRESS, address)
    request = Request({"a": "'$HOME'"}, (), "/v1/$(id)")
    arguments, sent = run_in_shell(curl.portable_curl("http://a.example/x/", request), folder)
    assert f"{base_url}/v1/$(id)" in arguments
    assert json.loads(sent) == {"a": "'$HOME'"}


@pytest.mark.parametrize("base_url", ["", "http://a.example/}$(id)", "http://`id`"])
def test_an_odd_address_never_becomes_part_of_a_portable_command(base_url: str) -> None:
    assert '"$ANTHROPIC_BASE_URL/v1/messages"' in curl.portable_curl(base_url, Request({}))


@pytest.mark.parametrize("body", ['{"a": 1', "@/etc/passwd", "it's", '{"a": "$HOME"'])
def test_a_malformed_body_is_sent_as_it_stands(folder: Path, body: str) -> None:
    request = Request(Malformed(body))
    arguments, sent = run_in_shell(curl.curl("http://a.example", request), folder)
    assert arguments[arguments.index("--data-raw") + 1] == body
    assert sent == ""
    assert f"content={json.dumps(body)}" in curl.python("http://a.example", request)


def test_a_request_without_a_body_names_its_method(folder: Path) -> None:
    command = curl.curl("http://a.example", Request(None, (), "/v1/models", "GET"))
    arguments, sent = run_in_shell(command, folder)
    assert (arguments[-3:], sent) == (
        ["--request", "GET", "http://a.example/v1/models"][-3:],
        "",
    ) or ("GET" in arguments and sent == "")


@settings(max_examples=40, deadline=None)
@given(body=bodies, value=header_values)
def test_python_sends_exactly_what_was_recorded(body: dict[str, Any], value: str) -> None:
    request = Request(body, (("x-other", value), ("x-api-key", KEY)))
    called: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def record(*positional: Any, **named: Any) -> SimpleNamespace:
        called.append((positional, named))
        return SimpleNamespace(status_code=200, text="")

    program = curl.python("http://a.example", request).replace("import httpx\n", "")
    environment = SimpleNamespace(environ={"ANTHROPIC_API_KEY": "secret"})
    program = program.replace("import os\n", "")
    exec(
        program,
        {"httpx": SimpleNamespace(request=record), "os": environment, "print": lambda *_: None},
    )
    ((method, url), named) = called[0]
    assert (method, url) == ("POST", "http://a.example/v1/messages")
    assert named["json"] == body
    assert named["headers"]["x-other"] == value
    assert named["headers"]["x-api-key"] == "secret"
    assert "secret" not in program


def test_what_could_steer_a_terminal_is_escaped() -> None:
    shown = curl.curl("http://a.example", Request({"text": "\x1b[2J\u202e"}))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
