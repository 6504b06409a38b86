import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from messages_conformance.display import json_text, sentence, visible
from messages_conformance.rendering.legend import sign_of
from messages_conformance.rendering.markdown_escape import markdown
from messages_conformance.rendering.render import Format, render
from messages_conformance.report import TargetReport
from messages_conformance.report.json_format import to_document
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Evidence, Kind
from support import sample_reports

FORMATS = get_args(Format)
READABLE: tuple[Format, ...] = ("text", "markdown", "html")
NASTY = (
    "\x1b[2J\x1b]0;owned\x07\x9b31m|`</pre></code><script>alert(1)</script>"
    "\n\n# Heading\n| --- |\n```\n<img src=//evil.example> ![](https://evil.example/x.png) "
    "[a](javascript:b) {{ 7*7 }} [bold]x[/bold] @everyone \u202egnp.exe \ud800 www.evil.example"
)
VARIED = {
    ("basic/top_p", "s-1"): Kind.PARTIAL,
    ("basic/top_p", "s-2"): Kind.UNCLEAR,
    ("basic/top_p", "l-1"): Kind.BROKEN,
    ("basic/metadata", "s-1"): Kind.IGNORED,
    ("basic/metadata", "s-2"): Kind.WORKS,
    ("content/image", "s-1"): Kind.PARTIAL,
    ("content/image", "l-1"): Kind.UNMEASURED,
}


def shown(target: TargetReport, format: Format, width: int = 200) -> str:
    return render(sample_reports.report(target), format, width=width)


def hostile() -> TargetReport:
    """A report whose every word that others wrote is nasty."""
    bad = Behaviour(Kind.BROKEN, NASTY, (sample_reports.exchange(NASTY.encode(errors="replace")),))
    open_ = Behaviour(Kind.UNCLEAR, NASTY)
    target = sample_reports.target({("basic/top_p", "s-1"): bad, ("basic/top_p", "s-2"): open_})
    finding = sample_reports.finding(Severity.ADVISORY, where=NASTY, message=NASTY)
    seen = sample_reports.observation(finding, figures=NASTY)
    revision = replace(target.revision, title=NASTY, note=NASTY, url="javascript:alert(1)")
    return replace(target, revision=revision, observations=(seen,))


class Page(HTMLParser):
    """The tags of a page, with their attributes, and its words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def cells_of_html(source: str) -> list[str]:
    cells = re.findall(r'<td class="cell[^>]*>(.*?)</td>', source, re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", "", cell).split()) for cell in cells]


def test_every_cell_of_the_matrix_stands_in_every_rendering() -> None:
    target = sample_reports.target(VARIED)
    text, md, html = (shown(target, format) for format in READABLE)
    html_cells = cells_of_html(html)
    expected: dict[str, list[str]] = {row.id: [] for row in target.rows}
    for cell in target.cells:
        drawn = sign_of(cell)
        expected[cell.row.id].append(f"{drawn.glyph} {drawn.word}")
    assert len(html_cells) == len(target.cells)
    for row, words in expected.items():
        line = next(line for line in md.splitlines() if line.startswith(f"| `{row}` |"))
        drawn_md = [re.sub(r"&#(\d+);", lambda n: chr(int(n[1])), c) for c in line.split(" | ")[2:]]
        name = row.partition("/")[2]
        drawn_text = next(line for line in text.splitlines() if line.startswith(f"{name}  "))
        for word, html_cell, md_cell in zip(words, html_cells, drawn_md, strict=False):
            assert html_cell.startswith(word)
            assert md_cell.replace("\\", "").startswith(word)
            assert word in drawn_text
        html_cells = html_cells[len(words) :]


@pytest.mark.parametrize("format", READABLE)
def test_a_simulated_cell_cannot_be_taken_for_a_measured_one(format: Format) -> None:
    rendered = shown(sample_reports.target(evidence=Evidence.SIMULATED), format)
    mark = {"text": "≈ kept", "markdown": "≈ kept *(simulated)*", "html": "simulated"}[format]
    assert mark in " ".join(rendered.split())
    assert "Rehearsal: Acme was not asked" in rendered
    for measured in "✓✗◐○◇":
        assert measured not in rendered
    if format == "html":
        assert all(cell.endswith(" simulated") for cell in cells_of_html(rendered))


@pytest.mark.parametrize("format", READABLE)
def test_each_rendering_says_what_was_found_and_why_the_rest_was_not(format: Format) -> None:
    lost = Behaviour(Kind.UNMEASURED, "not opted in: it sends 32 MB")
    rendered = shown(sample_reports.target({**VARIED, ("content/image", "l-2"): lost}), format)
    words = " ".join(re.sub(r"<[^>]*>|[\\*]", "", rendered).split())
    assert "Measured on 2026-02-01 against acme.example (acme 1.2)" in words
    assert "What falls short" in words
    assert "Supported, below 1" in words
    assert "acme/s-1/basic.yaml#0" in words
    assert "POST /v1/messages" in words
    assert "What was not measured, and why" in words
    assert "not opted in: it sends 32 MB" in words
    assert "Copied by hand." in words


@pytest.mark.parametrize("format", READABLE)
def test_cells_that_were_not_chosen_are_drawn_as_such(format: Format) -> None:
    target = sample_reports.target()
    assert "not asked" in shown(replace(target, cells=target.cells[1:]), format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_without_targets_is_rendered(format: Format) -> None:
    rendered = render(sample_reports.report(), format)
    assert format in ("json", "junit", "csv", "badge") or "Nothing was judged" in rendered


@pytest.mark.parametrize("format", FORMATS)
def test_no_rendering_carries_what_steers_a_terminal_or_reorders_text(format: Format) -> None:
    rendered = shown(hostile(), format)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", rendered)
    assert rendered.encode()


def test_json_keeps_hostile_words_unchanged() -> None:
    report = sample_reports.report(hostile())
    assert json.loads(render(report, "json")) == to_document(report)


def test_hostile_words_stay_words_in_html() -> None:
    page = Page(shown(hostile(), "html"))
    assert not {"script", "img", "iframe", "link"} & {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.words
    assert all(not (a.get("href") or "").startswith("javascript:") for a in page.of("a"))


def test_hostile_words_stay_words_in_markdown() -> None:
    plain = sample_reports.target(
        {("basic/top_p", "s-1"): Kind.BROKEN, ("basic/top_p", "s-2"): Kind.UNCLEAR}
    )
    finding = sample_reports.finding(Severity.ADVISORY)
    seen = sample_reports.observation(finding, figures="measured")
    plain = replace(plain, observations=(seen,))
    assert structure(hostile()) == structure(plain)
    words = [token.content for token in tokens(hostile()) if token.type == "text"]
    assert not [said for said in words if "@everyone" in said or "www.evil" in said]


def structure(target: TargetReport) -> list[tuple[str, str]]:
    """The rendered Markdown without its words, but with what it holds of HTML."""
    return [
        (token.type, token.content if "html" in token.type else "")
        for token in tokens(target)
        if token.type not in ("text", "text_special", "softbreak")
    ]


def tokens(target: TargetReport) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable("table").parse(shown(target, "markdown"))
    return [leaf for token in parsed for leaf in (token, *(token.children or ()))]


@pytest.mark.parametrize(
    "words", ["1. a", "127.0.0.1:80", "- a", "+ a", "= a", "> a", "# a", "a | b", "**a**"]
)
def test_escaped_markdown_renders_as_the_words_themselves(words: str) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(markdown(words))
    plain = rendered.replace("&gt;", ">").strip()
    assert plain == f"<p>{words}</p>"


def test_control_characters_are_spelt_out() -> None:
    assert visible("a\x1b[0m\r\nb\x9b\u202e") == "a\\x1b[0m\nb\\x9b\\u202e"


def test_what_nobody_sees_is_spelt_out() -> None:
    assert visible("a\u200bb\u2060\U000e0041\ufe01") == "a\\u200bb\\u2060\\U000e0041\\ufe01"
    hidden = json.dumps("\u00adx\U000e0041", ensure_ascii=False)
    assert json_text(hidden) == '"\\u00adx\\udb40\\udc41"'


def test_a_message_is_one_line_of_bounded_length() -> None:
    told = sentence(f"a\nb {'x' * 10**7}; do this")
    assert len(told) < 2_100
    assert told.startswith("a b xx")
    assert told.endswith("; do this")


def test_the_page_loads_nothing_and_links_only_to_the_vendors_page() -> None:
    source = shown(sample_reports.target(VARIED), "html")
    page = Page(source)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not any("src" in attributes for _, attributes in page.tags)
    assert not re.search(r"url\(|@import", source)
    outside = {a["href"] for a in page.of("a") if not (a["href"] or "").startswith("#")}
    assert outside == {"https://acme.example/docs"}


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    page = shown(sample_reports.target(VARIED), "html")
    policy = html.unescape(page.partition('http-equiv="Content-Security-Policy" content="')[2])
    policy = policy.partition('"')[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert " style=" not in page


def test_the_page_can_be_read_by_a_screen_reader() -> None:
    page = Page(shown(sample_reports.target(VARIED), "html"))
    assert all(attributes.get("scope") for attributes in page.of("th"))
    assert next(page.of("html"))["lang"] == "en"
    assert "Messages conformance: Acme" in page.words


def test_every_link_to_a_red_cells_entry_leads_somewhere() -> None:
    page = Page(shown(sample_reports.target(VARIED), "html"))
    places = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {(a["href"] or "")[1:] for a in page.of("a") if (a["href"] or "").startswith("#")}
    assert links
    assert links <= places


@pytest.mark.parametrize("width", [40, 80, 100, 120])
def test_text_keeps_to_its_width_and_loses_no_cell(width: int) -> None:
    target = sample_reports.target(VARIED)
    rendered = shown(target, "text", width)
    assert max(map(len, rendered.splitlines())) <= width
    matrix = rendered.partition("What the page says")[2].partition("Cells by")[0]
    assert matrix.count("✓ kept") == sum(sign_of(cell).word == "kept" for cell in target.cells)


@pytest.mark.parametrize("evidence", [Evidence.RECORDED, Evidence.SIMULATED])
@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_the_short_text_keeps_to_its_width_and_loses_no_row(width: int, evidence: Evidence) -> None:
    report = sample_reports.report(sample_reports.target(VARIED, evidence))
    rendered = render(report, "text", width=width, detail="brief")
    assert max(map(len, rendered.splitlines())) <= width
    for row in sample_reports.REVISION.rows:
        assert row.id.partition("/")[2] in rendered


def test_the_short_text_puts_problems_before_the_matrix_and_the_sentence_last() -> None:
    report = sample_reports.report(sample_reports.target(VARIED))
    rendered = render(report, "text", detail="brief")
    places = [rendered.index(part) for part in ("Problems: ", "All 3 rows", "Acme: Measured")]
    assert places == sorted(places)
    assert render(report, "text", detail="end") in rendered


def test_colour_is_for_those_who_asked_and_not_refused_it(monkeypatch: pytest.MonkeyPatch) -> None:
    report = sample_reports.report(sample_reports.target(VARIED))
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in render(report, "text")
    assert "\x1b[32m" in render(report, "text", color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in render(report, "text", color=True)
