"""The password of a proxy is as secret as a key, whichever variable names the proxy."""

import os
from urllib.parse import unquote

import pytest

from messages_conformance.recording import address
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.runs.outgoing import secrets_of

PASSWORD = "p%40ss-0123456789-word"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "all_proxy", "FTP_PROXY"])
@pytest.mark.parametrize("written", [PASSWORD, unquote(PASSWORD)], ids=["as written", "as sent"])
def test_it_is_replaced_in_what_is_kept_and_in_what_is_printed(
    name: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"http://user:{PASSWORD}@proxy.example:3128")
    assert {*address.passwords_of_proxies()} == {PASSWORD, unquote(PASSWORD)}
    kept = Endpoint("https://endpoint.example", "sk-marked-key/0123456789").secrets
    body = f"407 of proxy.example: user, {written}".encode()
    assert kept.body(body, ())[0] == b"407 of proxy.example: user, <proxy password>"
    assert secrets_of(os.environ).text(body.decode()) == "407 of proxy.example: user, [key]"


@pytest.mark.parametrize("login", ["", "user@", "user:@"])
def test_where_there_is_none_nothing_is_replaced(
    login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{login}proxy.example:3128")
    assert [*address.passwords_of_proxies()] == []
