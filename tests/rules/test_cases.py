"""What `lint` says of answers that people reported, and of hostile files.

An input whose name begins with ``a`` holds a fault of a real endpoint, with the report it is made
after; one that begins with ``f`` is as the original API sends it. The others are hostile.
"""

from pathlib import Path

import pytest

from messages_conformance.lint.events import FileUnreadable, RuleBroken
from messages_conformance.lint.linter import LintOptions, lint

CASES = Path(__file__).parent / "cases"
FOUND: dict[str, set[str]] = {
    "a04-ccrelay119-input-in-start": {"ST-BLK-5"},
    "a06-litellm24850-cache-counted-twice": {"ST-USE-5"},
    "a07-lobehub18612-no-input-at-all": {"RS-USE-6"},
    "a07c-zero-input-json": {"RS-USE-6"},
    "a17-wso25231-truncated-json": {"RS-HTTP-1"},
    "a23-crs1030-gzip-as-text": {"HD-11"},
    "a27-litellm40903-filtered-as-end-turn": {"RS-USE-2"},
    "a30-litellm29491-no-deltas": {"ST-TOOL-3"},
    "a34-kimi-id-reused-across-turns": {"RS-TOOL-6", "RS-TOOL-1w"},
    "a41-two-message-deltas-last-without-stop": {"ST-MSG-4"},
    "a43-think-tags-in-text": {"RS-BLK-4w"},
    "a45-duplicate-ids-in-history-answered": {"TU-12"},
    "f01-forced-server-tool": set(),
    "f02-programmatic-call-whole-in-start": set(),
    "f02b-programmatic-client-call": set(),
    "f03-prepopulated-message-start": set(),
    "f04-server-tools-cache-sum": set(),
    "f05-compaction-delta": set(),
    # In form it is as the original API sends it; its stop reason is wrong all the same.
    "f06-events-one-a-line": {"RS-STOP-3"},
    "rid": {"RS-MSG-6", "HD-7", "RS-TOOL-2", "RS-BLK-5", "RS-STOP-7"},
    "stack": {"ER-7", "RS-STOP-2"},
    "streamerr": {"ER-2", "ER-7"},
    "surrogate-in-request": {"HD-7"},
}
SAID = {
    "a17-wso25231-truncated-json": "JSON that breaks off",
    "a23-crs1030-gzip-as-text": "damaged gzip data",
    "a41-two-message-deltas-last-without-stop": 'takes back the `stop_reason` `"end_turn"`',
    "a06-litellm24850-cache-counted-twice": "cached tokens are counted twice",
    "a30-litellm29491-no-deltas": "arguments are lost",
    "stack": "expected `stop_sequence`",
    "streamerr": "internal_error",
}
UNREADABLE = {
    "alias-bomb-headers": "holds the alias *a0",
    "alias-bomb-parsed-body": "holds the alias *a0",
}


def linted(name: str) -> tuple[list[RuleBroken], list[FileUnreadable]]:
    (path,) = CASES.glob(f"{name}.*")
    events = [*lint([str(path)], LintOptions())]
    return (
        [event for event in events if isinstance(event, RuleBroken)],
        [event for event in events if isinstance(event, FileUnreadable)],
    )


def test_every_case_is_here() -> None:
    assert {path.stem for path in CASES.iterdir()} == {*FOUND, *UNREADABLE}


@pytest.mark.parametrize("name", FOUND)
def test_a_case_is_named_rightly(name: str) -> None:
    broken, unreadable = linted(name)
    assert unreadable == []
    assert {event.finding.rule.id for event in broken} == FOUND[name]


@pytest.mark.parametrize("name", SAID)
def test_the_point_is_said(name: str) -> None:
    broken, _ = linted(name)
    assert any(SAID[name] in event.finding.message for event in broken)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    broken, unreadable = linted(name)
    assert broken == []
    (problem,) = unreadable
    assert UNREADABLE[name] in problem.why
    assert len(problem.why) < 300


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("big-status.jsonl", b'{"status": ' + b"9" * 4_300 + b', "body": ""}\n'),
        (
            "hex-status.yaml",
            b"interactions:\n- request: {method: POST, uri: 'https://a/v1/messages', body: null,"
            b" headers: {}}\n  response: {status: {code: 0x" + b"f" * 4_000 + b"}, headers: {},"
            b" body: {string: ''}}\n",
        ),
    ],
)
def test_a_status_of_thousands_of_digits_is_refused(
    name: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (unreadable,) = (e for e in lint([str(path)], LintOptions()) if isinstance(e, FileUnreadable))
    assert len(str(unreadable)) < 500 + len(str(path))
