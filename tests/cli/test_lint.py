"""The command `lint`: what it prints and how it exits; and `rules`."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from messages_conformance import cli, schemas
from messages_conformance.lint import linter
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.catalogue import RULES
from messages_conformance.rules.finding import Finding, Rule, Severity, Where
from messages_conformance.traffic.items import UNKNOWN_REQUEST
from rules.test_golden import golden_files
from support import saved_files
from support.saved_files import BODY, EXCHANGES, STREAM

FOUND = {severity: Rule(f"X-{severity}", severity, "Says.", "here") for severity in Severity}
Told = list[tuple[Any, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Rules that find what a body names (``!breaking``), and tell what they were given."""
    given: Told = []

    def check(exchange: Exchange, version: str) -> tuple[Finding, ...]:
        given.append((exchange.request.body, version))
        return tuple(
            Finding(rule, Where(offset=number), f"saw !{severity} \x1b[31m\u202e")
            for severity, rule in FOUND.items()
            for number in range(exchange.body.count(f"!{severity}".encode()))
        )

    def check_stream(pieces: Any, *, request: Any, version: str) -> tuple[Finding, ...]:
        request = request and Request(request)
        return check(Exchange(request or UNKNOWN_REQUEST, 200, (), b"".join(pieces)), version)

    monkeypatch.setattr(linter, "check", check)
    monkeypatch.setattr(linter, "check_stream", check_stream)
    return given


def call(*arguments: str | Path, input: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.main, ["lint", *map(str, arguments)], input=input)


def document(result: Result) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(result.stdout)
    assert schemas.complaint(parsed, "lint") is None
    return parsed


def body(*severities: str) -> bytes:
    return json.dumps({"text": "".join(f"!{severity}" for severity in severities)}).encode()


@pytest.mark.parametrize(
    ("severities", "options", "exit_code"),
    [
        ((), (), 0),
        (("advisory", "advisory"), (), 0),
        (("contract",), (), 1),
        (("breaking", "advisory"), (), 1),
        (("contract",), ("--severity", "breaking"), 0),
        (("breaking",), ("--severity", "breaking"), 1),
        (("contract",), ("--severity", "contract"), 1),
    ],
)
@pytest.mark.usefixtures("told")
def test_the_exit_code_tells_faults_from_advisories(
    tmp_path: Path, severities: tuple[str, ...], options: tuple[str, ...], exit_code: int
) -> None:
    path = saved_files.written(tmp_path, body(*severities))
    assert call(path, *options).exit_code == exit_code
    assert call(path, *options, "--format", "json").exit_code == exit_code


@pytest.mark.usefixtures("told")
def test_findings_stand_under_their_exchange_and_escape_what_was_saved(tmp_path: Path) -> None:
    lines = saved_files.line(EXCHANGES[0]) + saved_files.line(
        EXCHANGES[0], body="!advisory !breaking"
    )
    path = saved_files.written(tmp_path, lines, "two\x1b[1m.jsonl")
    shown = call(path).stdout.splitlines()
    assert shown == [
        f"{tmp_path}/two\\x1b[1m.jsonl#1  POST /v1/messages?beta=true: answer with status 200",
        "  ✗ X-breaking  byte 0: saw !breaking \\x1b[31m\\u202e",
        "  · X-advisory  byte 0: saw !advisory \\x1b[31m\\u202e",
        "2 exchanges: 1 breaking (✗), 0 contract (!), 1 advisory (·); worst: X-breaking",
    ]


@pytest.mark.usefixtures("told")
def test_the_document_counts_what_was_judged_and_passed_over(tmp_path: Path) -> None:
    other = saved_files.har_entry(EXCHANGES[0], "https://example.com/v1/chat/completions")
    ours = saved_files.har_entry(EXCHANGES[0])
    ours["response"]["content"]["text"] = "!contract"
    har = saved_files.written(tmp_path, saved_files.as_har([other, ours, other]), "a.har")
    sse = saved_files.written(tmp_path, STREAM, "b.sse")
    result = call(har, sse, "--format", "json")
    assert "\x1b" not in result.stdout
    found = document(result)
    assert found["findings"] == [
        {
            "file": str(har),
            "exchange": 1,
            "rule": "X-contract",
            "severity": "contract",
            "where": "byte 0",
            "message": "saw !contract \x1b[31m\u202e",
        }
    ]
    assert (found["exchanges"], found["skipped"]) == (2, 2)
    assert found["severities"] == {"breaking": 0, "contract": 1, "advisory": 0}
    assert [(file["format"], file["skipped"]) for file in found["files"]] == [
        ("har", {"not to a Messages API": 2}),
        ("sse", {}),
    ]
    assert "skipped: 2 not to a Messages API" in call(har).stdout


@pytest.mark.usefixtures("told")
def test_a_document_without_findings_keeps_to_its_schema(tmp_path: Path) -> None:
    found = document(call(saved_files.written(tmp_path, BODY), "--format", "json"))
    assert (found["findings"], found["exchanges"]) == ([], 1)


@pytest.mark.usefixtures("told")
def test_one_file_that_cannot_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    bad = saved_files.written(tmp_path, b"\x1b]0;title\x07", "bad")
    good = saved_files.written(tmp_path, body("breaking"), "good")
    result = call(bad, tmp_path / "missing", tmp_path, good)
    assert result.exit_code == 2
    assert "X-breaking" in result.stdout
    first, second, third = result.stderr.splitlines()
    assert first.startswith(f"Error: {bad}: is neither")
    assert second == f"Error: {tmp_path / 'missing'}: No such file or directory"
    assert third == f"Error: {tmp_path}: Is a directory"
    found = document(call(bad, good, "--format", "json"))
    assert [each["file"] for each in found["unreadable"]] == [str(bad)]
    assert len(found["findings"]) == 1


@pytest.mark.usefixtures("told")
def test_a_recording_of_other_things_is_nothing_to_judge(tmp_path: Path) -> None:
    other = saved_files.har_entry(EXCHANGES[0], "https://example.com/")
    path = saved_files.written(tmp_path, saved_files.as_har([other]))
    result = call(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        f"Error: {path}: has no answer of a Messages API; skipped: 1 not to a Messages API"
    )


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", saved_files.FORMATS)
def test_every_form_is_read_from_a_file_and_from_standard_input(
    told: Told, tmp_path: Path, name: str, zipped: bool
) -> None:
    path = saved_files.written(tmp_path, saved_files.FORMATS[name][1](), zipped=zipped)
    assert call(path).exit_code == 0
    assert call("-", input=path.read_bytes()).exit_code == 0
    assert len(told) == 6


@pytest.mark.usefixtures("told")
def test_standard_input_is_left_open_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    standard = io.TextIOWrapper(io.BytesIO(body("breaking")))
    monkeypatch.setattr(sys, "stdin", standard)
    events = list(linter.lint(["-"], linter.LintOptions()))
    assert events[0].file == "standard input"  # type: ignore[union-attr]
    assert not standard.buffer.closed


def test_the_form_that_is_named_goes_before_what_the_content_says(
    told: Told, tmp_path: Path
) -> None:
    html = saved_files.written(tmp_path, b"<html>")
    assert call(html).exit_code == 2
    assert call(html, "--as", "json").exit_code == 0
    assert len(told) == 1


@pytest.mark.parametrize("saved_as", [BODY, STREAM, saved_files.as_curl(EXCHANGES[:1])])
def test_a_lone_answer_is_judged_by_the_request_given(
    told: Told, tmp_path: Path, saved_as: bytes
) -> None:
    path = saved_files.written(tmp_path, saved_as)
    request = saved_files.written(tmp_path, b'{"model": "m"}', "request.json")
    call(path, "--request", request)
    call(path)
    assert [request for request, _ in told] == [{"model": "m"}, None]


def test_a_request_that_was_saved_with_its_answer_goes_before_the_one_given(
    told: Told, tmp_path: Path
) -> None:
    path = saved_files.written(tmp_path, saved_files.line(EXCHANGES[0]))
    call(path, "--request", saved_files.written(tmp_path, b'{"model": "m"}', "request.json"))
    assert told[0][0] == saved_files.ASKED


def test_a_request_that_is_no_object_is_told(tmp_path: Path) -> None:
    path = saved_files.written(tmp_path, b"[1]", "request.json")
    result = call(path, "--request", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a JSON object" in result.stderr


def test_the_version_is_what_the_request_asked_unless_one_is_named(
    told: Told, tmp_path: Path
) -> None:
    recorded = [saved_files.interaction(body={"string": "x"}) for _ in range(3)]
    for each, version in zip(recorded, ("2026-10-21", "1999-01-01", ""), strict=True):
        each["request"]["headers"] = {"Anthropic-Version": [version]} if version else {}
    path = saved_files.written(tmp_path, saved_files.as_yaml(*recorded))
    call(path)
    assert [version for _, version in told] == ["2026-10-21", "2023-06-01", "2023-06-01"]
    call(path, "--api-version", "2026-10-21")
    assert {version for _, version in told[3:]} == {"2026-10-21"}


# With the rules themselves


def test_good_answers_have_no_findings(tmp_path: Path) -> None:
    for name, (_, build) in saved_files.FORMATS.items():
        assert "no findings" in call(saved_files.written(tmp_path, build())).stdout, name
    for content in (BODY, STREAM, saved_files.REFUSAL):
        result = call(saved_files.written(tmp_path, content))
        assert (result.exit_code, "no findings" in result.stdout) == (0, True)


def test_the_original_apis_recordings_are_clean() -> None:
    files = golden_files()
    if not files:
        pytest.skip("the golden exchanges are not here; GOLDEN_EXCHANGES names their files")
    result = call(*files)
    assert (result.exit_code, result.stderr) == (0, "")
    assert " exchanges: 0 breaking (✗), 0 contract (!), 3 advisories" in result.stdout


@pytest.mark.parametrize(
    "content",
    [
        STREAM[: STREAM.index(b"event: message_stop")],
        STREAM.replace(b"event: content_block_stop", b"event: content_block_end"),
        json.dumps({**saved_files.MESSAGE, "content": None}).encode(),
        json.dumps({**saved_files.MESSAGE, "usage": {}}).encode(),
        BODY[:-9],
    ],
    ids=["no message_stop", "wrong name", "no content", "no usage", "cut"],
)
def test_a_bad_answer_is_found(tmp_path: Path, content: bytes) -> None:
    path = saved_files.written(tmp_path, content)
    result = call(path, "--format", "json")
    assert result.exit_code == 1
    for finding in document(result)["findings"]:
        assert finding["rule"] in RULES


# rules


def test_rules_are_listed_with_what_they_say() -> None:
    result = CliRunner().invoke(cli.main, ["rules"])
    assert result.exit_code == 0
    for rule in RULES.values():
        assert f"{rule.id}  {rule.severity}, " in result.stdout
        assert f"    {rule.says}\n    {rule.source}\n" in result.stdout


def test_one_rule_is_told_with_the_versions_it_holds_for() -> None:
    result = CliRunner().invoke(cli.main, ["rules", "TH-4"])
    assert result.stdout.startswith("TH-4  contract, 2023-06-01, checked on every answer\n")
    assert (
        CliRunner()
        .invoke(cli.main, ["rules", "RS-MSG-1"])
        .stdout.startswith("RS-MSG-1  contract, every version, checked on every answer\n")
    )


def test_a_rule_that_is_not_there_is_told() -> None:
    result = CliRunner().invoke(cli.main, ["rules", "XX-1"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule is called 'XX-1'" in result.stderr
