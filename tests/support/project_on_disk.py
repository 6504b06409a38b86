"""A small project on disk: claims, suites, expectations and recordings of one made-up target.

Of its rows, one works, one is silently ignored although it is promised, one was not recorded.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.cassettes.tape import Entry
from support import small_project

CLAIMS = """
[target]
id = "world"
name = "World"
base_url = "http://127.0.0.1:1"
auth = ["x-api-key", "authorization"]
api_version = "2023-06-01"

[revision]
date = 2025-11-13
title = "World's page"
url = "https://example.com/page"
note = "Made up."

[[section]]
id = "basic"
title = "Basic fields"

[[series]]
id = "small"
name = "Small"
models = [{ id = "small-1", thinks = false }, { id = "small-2", thinks = false }]

[[row]]
id = "basic/temperature"
title = "temperature"
claim = "supported"
words = "Yes"
source = "the page"
basis = "quoted"

[[row]]
id = "basic/stop"
title = "stop_sequences"
claim = "supported"
words = "Stops there"
source = "the page"
basis = "quoted"

[[row]]
id = "basic/huge"
title = "huge"
claim = "supported"
words = "Yes"
source = "the page"
basis = "quoted"
"""
LATER = (
    CLAIMS.replace("2025-11-13", "2026-03-04")
    .replace("date = 2026-03-04", 'date = 2026-03-04\ndate_is = "at_least"')
    .replace('id = "basic/huge"\ntitle = "huge"', 'id = "basic/fresh"\ntitle = "fresh"')
    .replace(
        'claim = "supported"\nwords = "Stops there"',
        'claim = "ignored"\nwords = "Does not stop"',
    )
    .replace('{ id = "small-2"', '{ id = "small-3"')
)
"""The same page of a later date: one row flipped, one gone, one new; one model gone, one new."""
SUITE = f'''{small_project.SUITE}
@row("basic/huge", opt_in="sends very much")
def huge(ask):
    """It is taken."""
    answer = yield ask("Hi.", huge=True)
    return works("taken", answer)
'''
ACCEPTED = """
[[deviation]]
row = "basic/stop"
model = "small-1"
behaviour = "ignored"
reason = "We never stop."
"""


@dataclass(frozen=True)
class ProjectOnDisk:
    """The folders of that project."""

    root: Path

    @property
    def cassettes(self) -> Path:
        return self.root / "cassettes"

    def accept(self, text: str = ACCEPTED) -> None:
        (self.root / "expectations" / "world.toml").write_text(text)

    def record(self, model: str = "small-1", *, stops: bool = False) -> None:
        """Write what a model answered; with ``stops`` it keeps all its promises."""
        asked = (
            ("basic/temperature", small_project.request(model=model, temperature=0.5), "Hello."),
            ("basic/stop", small_project.request("Count.", model=model), "1 2 3 4"),
            (
                "basic/stop",
                small_project.request("Count.", model=model, stop_sequences=["3"]),
                "1 2 " if stops else "1 2 3 4",
            ),
        )
        entries = [
            Entry(small_project.exchange(request, small_project.message(text)), row, 0)
            for row, request, text in asked
        ]
        small_project.cassette(self.cassettes, *entries, model=model)


def write_project(root: Path) -> ProjectOnDisk:
    """Write the project, without recordings, into a folder."""
    for name in ("claims/world", "suites", "expectations", "cassettes"):
        (root / name).mkdir(parents=True)
    (root / "claims" / "world" / "2025-11-13.toml").write_text(CLAIMS)
    (root / "suites" / "test_basic.py").write_text(SUITE)
    return ProjectOnDisk(root)


def install(root: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectOnDisk:
    """Write it, and make it what ships with the suite; the schemas stay the real ones."""
    project, real = write_project(root), resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: real(name) if name == "schemas" else root / name
    )
    return project
