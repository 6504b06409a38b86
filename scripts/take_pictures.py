"""Take the README's two pictures anew, both of measured cells: a terminal, and the page.

    python scripts/take_pictures.py

Needs Chromium, and playwright (``pip install '.[test]'``). The page is the one in `reports/`.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
COMMAND = ("messages-conformance", "report", "--target", "llama.cpp")
COLORS = [
    (29, 33, 38),
    (163, 39, 31),
    (31, 106, 60),
    (122, 82, 0),
    (39, 90, 135),
    (110, 60, 120),
    (20, 110, 120),
    (90, 97, 105),
]
THEME = TerminalTheme((252, 252, 250), COLORS[0], COLORS, [*COLORS[::-1][:1], *COLORS[1:]])
FORM = (
    '<body style="margin:0; background:#fcfcfa; color:#1d2126"><pre style="margin:0; padding:18px '
    "22px; font:13px/1.42 'DejaVu Sans Mono', monospace; display:inline-block\">{code}</pre>"
)


def terminal() -> str:
    """What the command prints on a terminal of 100 characters, as HTML."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100"}
    module = (sys.executable, "-m", "messages_conformance", *COMMAND[1:])
    done = subprocess.run(module, env=environment, capture_output=True, text=True, check=True)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), " ".join(COMMAND), "\n"))
    console.print(Text.from_ansi(done.stdout))
    return console.export_html(theme=THEME, inline_styles=True, code_format=FORM)


def take(browser: Browser, folder: Path) -> None:
    """Take both pictures."""
    screen = folder / "terminal.html"
    screen.write_text(terminal())
    page = browser.new_page(viewport={"width": 900, "height": 600}, device_scale_factor=1.5)
    page.goto(screen.as_uri())
    page.locator("pre").screenshot(path=ROOT / "docs" / "terminal.png")
    page = browser.new_page(viewport={"width": 1180, "height": 1120}, device_scale_factor=1.25)
    page.goto((ROOT / "reports" / "llama.cpp.html").as_uri())
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    page.screenshot(path=ROOT / "docs" / "llama.cpp.png")


def main() -> None:
    """Start a browser, and take them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
