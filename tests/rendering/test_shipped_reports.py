"""The reports that ship are what the shipped recordings show today.

The measured one is made anew and compared. Of the simulated one, which has many models, one is
judged anew: how reports look is the same for both, and one command makes both.
"""

import html
import re
import runpy
from pathlib import Path

from messages_conformance import resources
from messages_conformance.claims import selection
from messages_conformance.claims.selection import Selection
from messages_conformance.judging import judge
from messages_conformance.probing import loader

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "ship_reports.py"))
AGAIN = "run 'python scripts/ship_reports.py'"


def test_the_measured_report_is_what_its_recordings_show() -> None:
    for path, text in SCRIPT["files"]("llama.cpp"):
        is_fresh = path.is_file() and path.read_text() == text
        assert is_fresh, f"{path} is not fresh; {AGAIN}"


def test_the_simulated_report_says_of_a_model_what_its_recordings_show() -> None:
    root = resources.folder("cassettes")
    (chosen,) = selection.choose(Selection(("model-studio",), ("qwen-plus",)), root)
    suites = loader.load(resources.folder("suites"))
    target = judge.judge_target(chosen.revision, chosen.rows, chosen.models, suites, root)
    page = (ROOT / "reports" / "model-studio.html").read_text()
    words = html.unescape(re.sub(r"<[^>]*>", "", page))
    for cell in target.cells:
        assert f'id="cell/1/{cell.row.id}/qwen-plus"' in page, AGAIN
        assert cell.summary.replace("`", "") in words.replace("`", ""), AGAIN
        assert f'id="row/{cell.row.id}/1/{cell.claim}/{cell.verdict.name}'.replace(" ", "-") in page


def test_every_target_that_is_recorded_has_its_reports() -> None:
    there = {path.name for path in (ROOT / "reports").iterdir()}
    for target in SCRIPT["targets"]():
        assert {f"{target}.md", f"{target}.html"} <= there, AGAIN
