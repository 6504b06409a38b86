"""What others wrote steers no terminal and no page, in whatever form it is shown."""

import json
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messages_conformance import display
from messages_conformance.cli import main
from messages_conformance.rendering import markdown_escape
from messages_conformance.rendering.render import Format, render
from messages_conformance.report.report import Report
from messages_conformance.verdict import Behaviour, Kind
from support import sample_reports, small_project

STEERING = st.sampled_from(
    [
        *("\x1b[2J", "\x1b]8;;http://evil.example\x07", "\x9b31m", "\r", "\x08", "\x00"),
        *("\u202e", "\u2066", "\u2028", "\u061c", "\ufeff", "\ud800"),
        *("</pre>", "<script>alert(1)</script>", "<img src=x>", "&lt;", "]]>", "{{ 1 }}"),
        *("`", "```", "|", "[a](b)", "![a](b)", "\n# a", "@all", "[bold]"),
    ]
)
WORDS = st.lists(st.one_of(STEERING, st.text(max_size=20)), max_size=8).map("".join)


def steers(text: str) -> list[str]:
    """The characters of a text that do more than stand there; line ends are fine."""
    reordering = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        character
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
            or unicodedata.bidirectional(character) in reordering
            or character in "\u200e\u200f\u061c\ufeff"
        )
    ]


@given(WORDS)
@example("".join(chr(code) for code in range(0x3100)))
def test_no_escaped_text_steers_a_terminal(words: str) -> None:
    for form in (
        display.visible,
        display.one_line,
        markdown_escape.markdown,
        markdown_escape.code,
        markdown_escape.fenced,
    ):
        assert steers(form(words)) == [], form
    for line in (
        display.one_line(words),
        markdown_escape.markdown(words),
        markdown_escape.code(words),
    ):
        assert "\n" not in line


@given(WORDS)
def test_escaped_json_means_the_same(words: str) -> None:
    serialised = display.json_text(json.dumps(words, ensure_ascii=False))
    assert steers(serialised) == []
    assert json.loads(serialised) == words


class _Tags(HTMLParser):
    """The tags of a page, with the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def report(words: str) -> Report:
    """A report in which an endpoint's words stand wherever they can."""
    shows = sample_reports.exchange(words.encode(errors="replace"))
    bad = Behaviour(Kind.BROKEN, words, (shows,))
    target = sample_reports.target({("basic/top_p", "s-1"): bad})
    finding = sample_reports.finding(where=words, message=words)
    seen = sample_reports.observation(finding, figures=words)
    return sample_reports.report(replace(target, observations=(seen,)))


@settings(max_examples=10, deadline=None)
@given(WORDS)
def test_no_rendering_of_an_endpoints_words_steers_a_terminal(words: str) -> None:
    formats: tuple[Format, ...] = ("json", "text", "markdown", "html")
    for format in formats:
        assert steers(render(report(words), format)) == [], format
    ours = {*_Tags(render(report("words"), "html")).seen, ("br", ())}
    assert ours.issuperset(_Tags(render(report(words), "html")).seen)


@settings(max_examples=15, deadline=None)
@given(WORDS)
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_finding_of_lint_steers_a_terminal(
    tmp_path_factory: pytest.TempPathFactory, format: str, words: str
) -> None:
    path = tmp_path_factory.mktemp("lint") / "saved.json"
    body = json.loads(small_project.message(words.encode(errors="replace").decode()))
    body["stop_reason"] = words
    body["content"].append({"type": words})
    path.write_text(json.dumps(body))
    result = CliRunner().invoke(main, ["lint", "--format", format, str(path)])
    assert result.exit_code == 1
    assert steers(result.output) == []


def test_an_error_in_a_hostile_file_is_reported_without_steering_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "world" / "small-1"
    folder.mkdir(parents=True)
    (folder / "basic.yaml").write_text('metadata: {format: "\\e[2J\\u202e"}\nversion: 1\n')
    result = CliRunner().invoke(main, ["report", "--cassettes", str(tmp_path)])
    assert steers(result.output) == []
