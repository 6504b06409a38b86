"""A key that an endpoint echoes gets into no file, in whatever form."""

import base64
import json
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

import pytest

from messages_conformance.errors import SecretLeakError, SetupError
from support import recordings, small_project
from support.recordings import RESTRICTED, SECRET, record, tape
from support.small_project import Arrived

KEYS = '''
from messages_conformance.protocol.exchange import KEY, RESTRICTED_KEY
from messages_conformance.probing import credential, row, works

@row("header/all", opt_in="needs a second key")
def all_of_them(ask):
    """It shows every credential."""
    one = yield ask.invalid("Hi.", headers=credential("x-api-key", RESTRICTED_KEY))
    two = yield ask.invalid("Hi.", headers=credential("authorization", RESTRICTED_KEY))
    return works("seen", one, two)

@row("header/plain")
def plain(ask):
    """It shows the usual one."""
    return works("seen", (yield ask.invalid("Hi.")), (yield ask.invalid("Hi.", stream=True)))
'''


def echo(arrived: Arrived) -> Iterable[bytes | float]:
    """Say every header again, in every form, in headers and in the body."""
    keys = [arrived.headers.get(name, "") for name in ("x-api-key", "authorization")]
    forms = [
        form
        for key in keys
        for bare in [key.removeprefix("Bearer ")]
        for form in (
            key,
            json.dumps(bare).replace("/", "\\/"),
            urllib.parse.quote(bare, safe=""),
            base64.b64encode(f"user:{bare}".encode()).decode(),
            base64.b64encode(bare.encode()).decode(),
        )
    ]
    body = (
        small_project.error("authentication_error", " ".join(forms)) + b"\xff" + forms[0].encode()
    )
    answer = small_project.http(body, 401, x_echo=", ".join(forms), set_cookie=keys[0])
    return [answer[:-5], 0.01, answer[-5:]]


def test_no_key_is_in_any_file(tmp_path: Path) -> None:
    (done,), server = record(
        tmp_path,
        echo,
        "header/all",
        "header/plain",
        suites={"header": KEYS},
        opted_in=frozenset({"header/all"}),
        restricted_key=RESTRICTED,
    )
    assert {SECRET, RESTRICTED} <= {a.headers.get("x-api-key") for a in server.arrived}
    assert done.sent == 4
    files = [path for path in (tmp_path / "tapes").rglob("*") if path.is_file()]
    assert files
    marks = [
        form.encode()
        for secret in (SECRET, RESTRICTED)
        for form in (
            secret,
            secret.replace("/", "\\/"),
            urllib.parse.quote(secret, safe=""),
            base64.b64encode(secret.encode()).decode().rstrip("=")[:-1],
            base64.b64encode(b"12" + secret.encode()).decode()[3:-4],
        )
    ]
    recorded = [path.read_bytes() for path in files]
    recorded += [exchange.body for exchange in tape(tmp_path).exchanges]
    assert not [mark for mark in marks for written in recorded if mark in written]
    assert any(b"<restricted key>" in written for written in recorded)


def test_a_key_in_the_label_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(SecretLeakError, match=r"small-1: the recording contains a key"):
        record(tmp_path, server=f"started with --api-key {SECRET}")


@pytest.mark.parametrize("key", ["placeholder", "temperature", "anything"])
def test_a_key_that_is_a_word_stops_the_run_only_if_a_request_contains_it(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "SECRET", key)
    suite = small_project.SUITE.replace('"Hi."', '"Say anything."')
    said = small_project.http(small_project.message(f"This is a {key} for {key}s."))

    def run() -> list[Arrived]:
        return record(tmp_path, lambda _: said, suites={"basic": suite})[1].arrived

    if key == "placeholder":
        assert len(run()) == 3
        texts = [exchange.text for exchange in tape(tmp_path).exchanges]
        assert texts == ["This is a <key> for <key>s."] * 3
    else:
        with pytest.raises(
            SetupError, match=r"the key is a word .*; if the endpoint accepts any key, set"
        ):
            run()
    files = [path for path in (tmp_path / "tapes").rglob("*") if path.is_file()]
    assert not [path for path in files if key.encode() in path.read_bytes()]


def test_a_probe_that_needs_a_missing_key_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="ANTHROPIC_RESTRICTED_KEY") as problem:
        record(
            tmp_path,
            echo,
            "header/all",
            suites={"header": KEYS},
            opted_in=frozenset({"header/all"}),
        )
    assert problem.value.__notes__ == ["while recording row 'header/all' for small-1"]
