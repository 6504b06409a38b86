"""`serve` simulates a target by the profile in its claims file, unless an option names another."""

import socket

import pytest

from messages_conformance import reference
from support.commands import call

pytestmark = pytest.mark.usefixtures("no_key")


@pytest.mark.parametrize(
    ("options", "simulated"),
    [
        ((), "simulates Alibaba Cloud Model Studio, page of"),
        (("--target", "llama.cpp"), "simulates llama.cpp server, page of"),
        (("--profile", "model-studio-2026-08"), "profile model-studio-2026-08"),
        (("--profile", "strict"), "simulates Anthropic, page of"),
        (("--target", "anthropic"), "profile strict"),
        (("--target", "model-studio", "--profile", "strict"), "profile strict"),
        (("--target", "anthropic", "--profile", "documented"), "profile documented"),
    ],
)
def test_target_and_profile_follow_from_each_other(
    options: tuple[str, ...], simulated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "serve", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    assert simulated in call("serve", "--port", port, *options).stdout
