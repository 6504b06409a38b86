"""Claims files of made-up targets, to load as they are or to spoil."""

from pathlib import Path

MINIMAL = """
[target]
id = "tiny"
name = "Tiny"
base_url = "http://127.0.0.1:1"
auth = ["x-api-key"]
api_version = "2023-06-01"

[revision]
date = 2026-01-02
title = "Compatibility"
url = "https://tiny.example/compatibility"
note = "Made up."

[[section]]
id = "basic"
title = "Basic fields"

[[series]]
id = "small"
name = "Small Ones"
models = [{ id = "small", thinks = true }, { id = "small-2", thinks = false }]

[[series]]
id = "big"
name = "Big Ones"
models = [{ id = "big-1", thinks = false }]

[[row]]
id = "basic/model"
title = "model"
claim = "supported"
words = "Supported"
source = "the page"
basis = "quoted"

[[row]]
id = "basic/thinking"
title = "thinking"
claim = "supported"
words = "Supported by some"
source = "the page"
basis = "quoted"
exceptions = { small = "unsupported", small-2 = "ignored" }
"""
"""A whole claims file, to be spoilt one thing at a time."""


def write(folder: Path, text: str = MINIMAL, name: str = "tiny.toml") -> Path:
    """Write a claims file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def dated(date: str, *, target: str = "tiny", model: str = "small") -> str:
    """The same file for another date, target or first model."""
    text = MINIMAL.replace("2026-01-02", date).replace('id = "tiny"', f'id = "{target}"')
    return text.replace('{ id = "small", thinks', f'{{ id = "{model}", thinks')
