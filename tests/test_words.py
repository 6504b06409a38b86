"""The project uses the field's terms: none of the words that once stood for them is left.

Claims and recordings are left out: they hold the words of others.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {".json", ".md", ".py", ".sh", ".toml", ".txt", ".yml", ".html", ".jinja", ""}
OTHERS = {"claims", "observations", "reports"}
"""Folders that quote what vendors and users wrote, and what endpoints answered."""
STORIES = ROOT / "src/messages_conformance/reference/simulated_model/invention.py"
"""What the simulated model tells: words that are meant as they are in any story."""

INSTEAD = {
    r"mend(s|ed|ing)?": "fix",
    r"telltales?": "canary",
    r"whims?": "uncooperative (model)",
    r"moody": "uncooperative (model)",
    r"nicet(y|ies)": "advisory",
    r"toothless": "detects nothing",
    r"pass(ed)?[\s_]?by": "superseded",
    r"sins?": "fault",
    r"let(s|ting)?\b[^.;:]{0,40}\bloose": "inject",
    r"zoos?": "selftest",
    r"followers?": "simulated model",
    r"turns?\sbesides": "side effect",
}
"""A word of our own, and the field's term for it."""

# An underscore parts the words of a name.
PATTERNS = [
    (re.compile(rf"(?<![a-z]){word}(?![a-z])", re.IGNORECASE), term)
    for word, term in INSTEAD.items()
]


def packages() -> dict[str, list[Path]]:
    """Every text of the project that is its own, by the package or folder that it belongs to."""
    found: dict[str, list[Path]] = {}
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or path.suffix not in TEXT or path in (STORIES, Path(__file__)):
            continue
        if path.name == ".git":  # A file where the checkout is a worktree of another.
            continue
        if parts[0] in OTHERS or any(_is_made_by_a_tool(part) for part in parts[:-1]):
            continue
        depth = 3 if parts[0] == "src" else 2 if parts[0] == "tests" else 1
        found.setdefault("/".join(parts[: min(depth, len(parts) - 1)]) or ".", []).append(path)
    return found


def _is_made_by_a_tool(folder: str) -> bool:
    return folder in ("__pycache__", "runs", "build", "dist") or (
        folder.startswith(".") and folder != ".ci"
    )


def private_words(path: Path) -> Iterator[str]:
    """Each of them in a file: where it stands, and what to write instead."""
    text = path.read_text(encoding="utf-8")
    for pattern, term in PATTERNS:
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            word = " ".join(found[0].split())
            yield f"{path.relative_to(ROOT)}:{line}: write {term!r} for {word!r}"


PACKAGES = packages()


@pytest.mark.parametrize("name", PACKAGES)
def test_no_private_word_is_left(name: str) -> None:
    found = [hit for path in PACKAGES[name] for hit in private_words(path)]
    assert not found, "\n".join([f"{len(found)} words that only we understand:", *found])


def test_the_search_finds_what_it_looks_for() -> None:
    for text in ("To mend:", "PassedBy", "passed_by", "Lets every fault loose.", "ZOO", "a sin"):
        assert any(pattern.search(text) for pattern, _ in PATTERNS), text
    for text in ("recommend", "single", "zoology", "following", "let go; the screw is loose"):
        assert not any(pattern.search(text) for pattern, _ in PATTERNS), text
