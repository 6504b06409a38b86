"""What the documentation says is there: links, files, options, counts and code."""

import re
from pathlib import Path

import pytest

from messages_conformance.reference.faults import FAULTS
from messages_conformance.testing.mutations import MUTATIONS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")],
)
every_page = pytest.mark.parametrize(
    "page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES]
)
COUNTED = (
    (r"(\d+) named\s+faults", len(FAULTS)),
    (r"(\d+) named mutations", len(MUTATIONS)),
)


def without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]*)\)", without_blocks(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page}: {link}"
        assert not anchor or anchor in anchors(target), f"{page}: {link}"


@every_page
def test_every_file_that_is_named_is_there(page: Path) -> None:
    """A path in backquotes that begins with a folder of the project; ``<…>`` may be anything."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"runs", "reports"}
    for name in re.findall(r"`([\w.]+/[^` ]*)`", without_blocks(page)):
        if name.partition("/")[0] in tops:
            pattern = re.sub(r"<\w+>", "*", name)
            assert list(ROOT.glob(pattern.rstrip("/"))), f"{page}: {name}"


@every_page
def test_every_count_is_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for pattern, number in COUNTED:
        assert {int(found) for found in re.findall(pattern, text)} <= {number}, pattern


def test_the_page_on_pytest_has_the_options_that_there_are(pytester: pytest.Pytester) -> None:
    there = set(re.findall(r"--mc-[a-z-]+", pytester.runpytest("--help").stdout.str()))
    page = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(--mc-[a-z-]+)", page, re.MULTILINE)) == there
    assert set(re.findall(r"--mc-[a-z-]*[a-z]", page)) <= there


def test_the_probe_that_is_shown_is_one() -> None:
    from messages_conformance.probing.probe import Probe

    page = (ROOT / "docs" / "writing-suites.md").read_text(encoding="utf-8")
    imports, probe, _ = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    suite: dict[str, object] = {}
    exec(f"{imports}\n{probe}", suite)
    shown = suite["any_calls_some_tool"]
    assert isinstance(shown, Probe)
    assert "To fix:" in shown.meaning
