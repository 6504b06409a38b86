"""The page in a browser: at three widths, by mouse, by key, without scripts, and on paper.

Skipped where there is no Chromium. ``PAGE_SCREENSHOTS=folder`` keeps the pictures, to be looked at.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.rendering.render import render
from messages_conformance.verdict import Evidence, Kind
from support import sample_reports

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed; Debian and Ubuntu have it: chromium"
)
SHIPPED = Path(__file__).parents[2] / "reports"
WIDTHS = (320, 768, 1440)
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    quiet = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(quiet))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A measured page that ships, and a small one of two targets; their addresses."""
    bad = {("basic/top_p", "s-1"): Kind.IGNORED, ("content/image", "l-1"): Kind.BROKEN}
    measured = sample_reports.target(bad)
    rehearsed = sample_reports.target(evidence=Evidence.SIMULATED)
    other = replace(rehearsed.revision.target, id="other", name="Other")
    rehearsed = replace(rehearsed, revision=replace(rehearsed.revision, target=other))
    both = tmp_path_factory.mktemp("page") / "both.html"
    both.write_text(render(sample_reports.report(measured, rehearsed), "html"))
    return {"llama.cpp": (SHIPPED / "llama.cpp.html").as_uri(), "both": both.as_uri()}


def keep_picture(page: Any, name: str) -> None:
    if folder := os.environ.get("PAGE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_any_screen_and_can_be_read_by_all(
    browser: Any, pages: dict[str, str], width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for name, address in pages.items():
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(address)
        keep_picture(page, f"{name}-{width}-top")
        page.evaluate("document.querySelector('#matrix').scrollIntoView({behavior: 'instant'})")
        keep_picture(page, f"{name}-{width}-matrix")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(LINES_WITHOUT_A_VISIBLE_VERDICT) == [], name
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        keep_picture(page, f"{name}-{width}-open")
        if name == "both":  # the other has the same parts, and many more of them
            for scheme in ("light", "dark")[: 2 if width == max(WIDTHS) else 1]:
                page.emulate_media(color_scheme=scheme)
                found = Axe().run(page).response["violations"]
                assert [one["id"] for one in found if one["impact"] in GRAVE] == [], scheme
        page.close()


LINES_WITHOUT_A_VISIBLE_VERDICT = """
[...document.querySelectorAll("tr.line")].filter((line) =>
  ![...line.querySelectorAll(".cell .glyph, .groups .glyph")].some((sign) => {
    const box = sign.getBoundingClientRect();
    return box.width > 0 && box.left >= 0 && box.right <= innerWidth;
  })).map((line) => line.dataset.row)
"""
SHOWN = "[...document.querySelectorAll('tr.line')].filter((one) => !one.hidden).length"


def test_rows_are_found_filtered_and_put_side_by_side(browser: Any, pages: dict[str, str]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["both"])
    every = page.evaluate(SHOWN)
    page.keyboard.press("/")
    page.keyboard.type("top_p")
    assert page.evaluate(SHOWN) == 1
    assert page.locator("#rows > details:visible").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate(SHOWN) == every
    page.get_by_label("only problems").check()
    assert page.evaluate(SHOWN) == 2
    page.get_by_label("only problems").uncheck()
    page.get_by_label("Verdict").select_option("broken")
    assert page.locator("tr.line:visible").get_attribute("data-row") == "content/image"
    page.get_by_label("Verdict").select_option("")
    page.get_by_label("only differences").check()
    differing = page.evaluate(SHOWN)
    page.get_by_text("Side by side: choose").click()
    page.get_by_role("checkbox", name="Acme").uncheck()
    assert page.evaluate(SHOWN) < differing
    assert page.get_by_role("columnheader", name="Acme").count() == 0
    assert page.get_by_role("columnheader", name="Other").is_visible()
    page.close()


def test_keys_lead_from_cell_to_cell_and_into_its_evidence(
    browser: Any, pages: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(pages["llama.cpp"])
    for key in ("j", "j", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    name = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert name.startswith("row/header/anthropic-beta+version/1/unknown/")
    shown = page.locator(f"[id='{name}']")
    assert shown.is_visible()
    shown.locator(".exchange summary").first.click()
    assert "POST /v1/messages" in shown.locator("pre").first.inner_text()
    shown.get_by_text("As curl").first.click()
    assert "$ANTHROPIC_API_KEY" in shown.locator("pre.command").first.inner_text()
    heads = page.locator("table.matrix thead th").first
    line = "document.querySelectorAll('tr.line')[30]"
    page.evaluate(f"{line}.scrollIntoView({{behavior: 'instant'}})")
    assert heads.bounding_box()["y"] == 0
    page.close()


def test_without_scripts_everything_is_there_and_links_unfold_it(
    browser: Any, pages: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["llama.cpp"])
    assert page.locator("form.filter").is_hidden()
    link = page.locator("td.cell a").first
    target = link.get_attribute("href")
    link.click()
    assert page.locator(f"[id='{target[1:]}']").is_visible()
    context.close()


def test_on_paper_all_evidence_is_open(browser: Any, pages: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(pages["both"])
    folded = "document.querySelector('pre.command').checkVisibility({contentVisibilityAuto: true})"
    page.emulate_media(media="print")
    height = page.evaluate("document.querySelector('pre.command').getBoundingClientRect().height")
    assert height > 0
    assert page.evaluate(folded)
    assert page.locator("form.filter").is_hidden()
    page.close()
