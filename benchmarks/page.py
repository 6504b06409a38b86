"""How long the HTML page of a large report takes: to be rendered, and to be laid out.

    python benchmarks/page.py

The report has 13 models, all different, and 200 rows, each with its exchanges. The second figure
needs Chromium and playwright (``pip install '.[test]'``).
"""

import datetime
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from messages_conformance.claims.page import Model, Revision, Row, Section, Series, Target
from messages_conformance.protocol.exchange import KEY, Exchange, Place, Request
from messages_conformance.rendering import html
from messages_conformance.report import Provenance, Report, TargetReport
from messages_conformance.report.excerpt import excerpt
from messages_conformance.report.report import Cell
from messages_conformance.verdict import Behaviour, Claim, Evidence, Kind, judge

MODELS, ROWS, TIMES = 13, 200, 7
_KINDS = (Kind.WORKS, Kind.WORKS, Kind.WORKS, Kind.IGNORED, Kind.REFUSED, Kind.PARTIAL)


def large_report(models: int = MODELS, rows: int = ROWS) -> Report:
    """A report in which no two models come out alike."""
    revision = Revision(
        target=Target("acme", "Acme", "https://acme.example", ("x-api-key",), "2023-06-01"),
        date=datetime.date(2026, 1, 31),
        title="Acme's Messages API",
        url="https://acme.example/docs",
        note="Made up.",
        sections=tuple(Section(f"table{n}", f"Table {n}") for n in range(rows // 20)),
        series=tuple(
            Series(f"s{n}", f"Series {n}", (Model(f"model-{n}", f"s{n}", False),))
            for n in range(models)
        ),
        rows=tuple(
            Row(
                f"table{n // 20}/field_{n}",
                f"field_{n}",
                Claim.SUPPORTED,
                "Supported",
                "table 1",
                "quoted",
            )
            for n in range(rows)
        ),
    )
    cells = tuple(
        _cell(row, model, number * 7 + place * place)
        for place, model in enumerate(revision.models)
        for number, row in enumerate(revision.rows)
    )
    provenance = Provenance(Evidence.RECORDED, ("acme.example",), ("acme 1.2",))
    target = TargetReport(revision, provenance, revision.rows, revision.models, cells)
    return Report("0.1.0", "2026-02-02T08:00:00+00:00", (target,))


def _cell(row: Row, model: Model, number: int) -> Cell:
    kind = _KINDS[number % len(_KINDS)]
    request = Request(
        {"model": model.id, "messages": [{"role": "user", "content": "Hi."}], row.title: 1},
        (("anthropic-version", "2023-06-01"), ("x-api-key", KEY)),
    )
    place = Place(f"acme/{model.id}/{row.section}.yaml", number)
    answer = b'{"type": "message", "content": [{"type": "text", "text": "Hello there."}]}'
    exchange = Exchange(request, 200, (), answer, place=place)
    behaviour = Behaviour(kind, f"what was seen, case {number % 3}", (exchange,))
    verdict = judge(Claim.SUPPORTED, kind)
    cell = Cell.judged(model, row, Claim.SUPPORTED, behaviour, verdict, Evidence.RECORDED)
    return Cell(**{**vars(cell), "excerpts": (excerpt(exchange, "asked"),)})


def _layout(page: str) -> float | None:
    """Seconds until Chromium has laid the page out; None where it is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "page.html"
        path.write_text(page)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1440, "height": 1000})
        seconds = []
        for _ in range(TIMES):
            shown.goto(path.as_uri())
            took = "performance.getEntriesByType('navigation')[0].loadEventEnd"
            seconds.append(float(shown.evaluate(took)) / 1000)
        browser.close()
    return statistics.median(seconds)


def main() -> None:
    """Measure and print."""
    report = large_report()
    html.render(report)  # the templates are compiled once
    seconds, busy = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        page = html.render(report)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - used)
    print(f"{MODELS} models × {ROWS} rows, a page of {len(page) / 1e6:.1f} MB")
    print(
        f"rendered in {statistics.median(seconds):.2f} s, of which the processor {min(busy):.2f} s"
    )
    laid_out = _layout(page)
    print("no Chromium" if laid_out is None else f"loaded by Chromium in {laid_out:.2f} s")


if __name__ == "__main__":
    main()
