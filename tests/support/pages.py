"""The HTML report without the one script that is our own."""

from pathlib import Path

from messages_conformance import rendering

SCRIPT = Path(rendering.__file__).with_name("templates").joinpath("report.js").read_text("utf-8")


def without_own_script(page: str) -> str:
    """The page without its script, which must be there once, to the letter."""
    own = f"<script>{SCRIPT.rstrip()}</script>"
    assert page.count(own) == 1
    return page.replace(own, "")
