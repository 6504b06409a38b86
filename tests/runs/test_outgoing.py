"""No key of the environment is printed or written, wherever it was set by mistake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from messages_conformance.runs import outgoing
from support import key_dumps, key_encodings

KEY = "sk-4f1d2e0b9c8a7766554433221100ffee"
URL = "https://gateway.example/apps"
RUN = ["run", "--target", "model-studio", "--model", "qwen-plus", "--row", "basic/temperature"]

SETUPS = {
    "swapped": {"ANTHROPIC_BASE_URL": KEY, "ANTHROPIC_API_KEY": URL},
    "key for a URL": {"ANTHROPIC_BASE_URL": KEY, "ANTHROPIC_API_KEY": KEY},
    "key twice": {"ANTHROPIC_API_KEY": f"{KEY} {KEY}"},
    "URL for a key": {"ANTHROPIC_BASE_URL": URL, "ANTHROPIC_API_KEY": f"https://a.example/{KEY}"},
    "login": {
        "ANTHROPIC_BASE_URL": f"https://user:{KEY}@gateway.example",
        "ANTHROPIC_API_KEY": "x",
    },
    "login without a key": {"ANTHROPIC_BASE_URL": f"https://user:{KEY}@gateway.example"},
    "query": {"ANTHROPIC_BASE_URL": f"{URL}?key={KEY}", "ANTHROPIC_API_KEY": "local-key"},
    "path": {"ANTHROPIC_BASE_URL": f"{URL}/{KEY}/v1", "ANTHROPIC_API_KEY": "local-key"},
    "path of the key": {"ANTHROPIC_BASE_URL": f"{URL}/{KEY}", "ANTHROPIC_API_KEY": KEY},
    "proxy": {"HTTPS_PROXY": f"http://u:{KEY}@127.0.0.1:1", "ANTHROPIC_API_KEY": "local-key"},
    "bad proxy": {"HTTPS_PROXY": f"http://u:{KEY}@[::1", "ANTHROPIC_API_KEY": "local-key"},
    "port of a proxy": {"ALL_PROXY": f"http://u:{KEY}@h:x", "ANTHROPIC_API_KEY": "local-key"},
    "brackets": {"ANTHROPIC_BASE_URL": f"http://[::1{KEY}", "ANTHROPIC_API_KEY": "local-key"},
    "snowmen": {"ANTHROPIC_BASE_URL": "http://☃☃-.invalid", "ANTHROPIC_API_KEY": KEY},
    "port": {"ANTHROPIC_BASE_URL": "http://a.example:70000", "ANTHROPIC_API_KEY": KEY},
    "no port": {"ANTHROPIC_BASE_URL": f"http://a.example:{KEY}", "ANTHROPIC_API_KEY": "x"},
    "control": {"ANTHROPIC_BASE_URL": "http://a.exa\x1bmple\x7f", "ANTHROPIC_API_KEY": KEY},
    "not UTF-8": {"ANTHROPIC_BASE_URL": URL, "ANTHROPIC_API_KEY": f"\udcff{KEY}\udcfe"},
    "a URL that is not UTF-8": {"ANTHROPIC_BASE_URL": f"{URL}/\udcff", "ANTHROPIC_API_KEY": KEY},
    "a proxy that is not UTF-8": {
        "HTTPS_PROXY": f"http://u\udcff:{KEY}@h",
        "ANTHROPIC_API_KEY": "x",
    },
    "a whole file": {"ANTHROPIC_BASE_URL": URL, "ANTHROPIC_API_KEY": KEY * 300},
    "label": {"ANTHROPIC_BASE_URL": f"http://{'a' * 70}.example", "ANTHROPIC_API_KEY": KEY},
}


def command(arguments: list[str], folder: Path, setup: dict[str, str]) -> tuple[int, bytes]:
    environ = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [sys.executable, "-c", "from messages_conformance.cli import main; main()", *arguments],
        cwd=folder,
        env={**environ, **setup},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
def test_a_mistake_in_the_setup_gets_one_sentence_without_the_key(
    setup: dict[str, str], tmp_path: Path
) -> None:
    code, printed = command(RUN, tmp_path, setup)
    lines = printed.decode().splitlines()
    assert (code, len(lines)) == (2, 1), printed.decode()
    assert lines[0].startswith("Error: ")
    assert len(lines[0]) < 600
    assert key_encodings.traces(printed, KEY) == []


def test_a_key_in_the_arguments_is_not_printed(tmp_path: Path) -> None:
    code, printed = command(["rows", KEY, f"--key={KEY}"], tmp_path, {"ANTHROPIC_API_KEY": KEY})
    assert code == 2
    assert key_encodings.traces(printed, KEY) == []


def test_a_traceback_has_no_key(tmp_path: Path) -> None:
    code = (
        "from messages_conformance.runs.outgoing import hide_keys; hide_keys();"
        f"raise ValueError('the key {KEY}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ANTHROPIC_API_KEY": KEY},
        capture_output=True,
        check=False,
    )
    assert b"ValueError: the key [key]" in done.stderr
    assert key_encodings.traces(done.stderr, KEY) == []


def test_a_report_of_strangers_recordings_has_no_key_of_ours(tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    code, _ = command(
        ["report", "--row", "basic/temperature", "--output", str(saved)], tmp_path, {}
    )
    assert code in (0, 1)
    text = saved.read_text(encoding="utf-8")
    echoed = f"{KEY} {key_dumps.hexdump(KEY)}".replace("\n", "\\n")
    saved.write_text(text.replace('"summary": "', f'"summary": "{echoed} ', 3), encoding="utf-8")
    for suffix in ("json", "md", "html", "txt", "xml"):
        output = tmp_path / f"again.{suffix}"
        arguments = ["report", "--from", str(saved), "--output", str(output)]
        code, printed = command(arguments, tmp_path, {"ANTHROPIC_API_KEY": KEY})
        assert code in (0, 1), printed
        assert suffix != "json" or "[key]" in output.read_text(encoding="utf-8")
        assert key_encodings.traces(output.read_bytes(), KEY) == []
    code, printed = command(["report", "--from", str(saved)], tmp_path, {"ANTHROPIC_API_KEY": KEY})
    assert key_encodings.traces(printed, KEY) == []


def test_a_url_where_a_key_belongs_is_no_secret() -> None:
    assert not outgoing.secrets_of({"ANTHROPIC_API_KEY": URL}).are_in(URL.encode())
