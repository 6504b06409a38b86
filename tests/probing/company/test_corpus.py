"""The corpus of an exploration: rows in company and requests, read from a file of others."""

import json
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.errors import UserError
from messages_conformance.probing.company import corpus
from messages_conformance.probing.company.corpus import Entry
from messages_conformance.probing.generated.draft import Draft

BODY: dict[str, Any] = {
    "model": "<model>",
    "max_tokens": 16,
    "messages": [{"role": "user", "content": "Grüße!"}],
}


def read(path: Path, *lines: Any) -> tuple[corpus.Known, ...]:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return corpus.read(path)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    known = (
        Entry("basic/system", ("tool", "stream")),
        Draft({**BODY, "temperature": 3}, ("pdfs-2024-09-25",)),
    )
    corpus.write(tmp_path / "c.jsonl", (*known, *known))
    assert corpus.read(tmp_path / "c.jsonl") == known
    assert len((tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize("odd", ["\ud800", "a\u2028b", "a\x85b", "a\x0bb", "\u202e"])
def test_any_text_is_written_and_read_again(odd: str, tmp_path: Path) -> None:
    known = (Entry(odd, ("tool",)), Draft({**BODY, "system": odd, odd: odd}, ()))
    corpus.write(tmp_path / "c.jsonl", known)
    assert corpus.read(tmp_path / "c.jsonl") == known


def test_a_request_is_asked_of_whatever_model_is_asked(tmp_path: Path) -> None:
    (draft,) = read(tmp_path / "c.jsonl", {"request": {**BODY, "model": "another"}})
    assert isinstance(draft, Draft)
    assert draft.body["model"] == "<model>"


@pytest.mark.parametrize(
    "fields",
    [
        {"mcp_servers": [{"type": "url", "url": "http://10.0.0.1/"}]},
        {"container": "c-1"},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "url", "url": "http://10.0.0.1/"}}
        ]}]},
        {"messages": [{"role": "user", "content": [
            {"type": "document", "source": {"type": "file", "file_id": "f-1"}}
        ]}]},
        {"max_tokens": 0},
    ],
)  # fmt: skip
def test_what_makes_an_endpoint_fetch_or_run_is_left_out(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    assert read(tmp_path / "c.jsonl", {"request": {**BODY, **fields}}) == ()


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ([], "line 1: is no entry"),
        ({"request": []}, "line 1: is no entry"),
        ({"request": BODY, "betas": ["a\r\nx-api-key: b"]}, "letters, digits and hyphens"),
        ({"request": BODY, "betas": ["a"] * 11}, "letters, digits and hyphens"),
        ({"request": {**BODY, "system": "x" * 140_000}}, "characters"),
        ({"request": {**BODY, "stop_sequences": nested(60)}}, "nests too deeply"),
        ({"row": "basic/system"}, "line 1: is no entry"),
    ],
)
def test_what_is_no_corpus_is_refused(tmp_path: Path, line: Any, why: str) -> None:
    with pytest.raises(UserError, match=why):
        read(tmp_path / "c.jsonl", line)


def test_a_corpus_is_bounded(tmp_path: Path) -> None:
    line = {"row": "basic/system", "beside": ["tool"]}
    with pytest.raises(UserError, match="lines"):
        read(tmp_path / "c.jsonl", *[line] * 5_001)
    (tmp_path / "large.jsonl").write_bytes(b"\n" * (5 * 1024 * 1024))
    with pytest.raises(UserError, match="cannot be read"):
        corpus.read(tmp_path / "large.jsonl")
