"""Lines of the report for a terminal, and their styles."""

import re
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from messages_conformance.display import one_line, visible
from messages_conformance.rendering import legend

_STYLES: Final = {
    "good": "green",
    "warning": "yellow",
    "bad": "bold red",
    "observed": "cyan",
    "open": "dim",
    "absent": "dim",
}


def style_of(sign: legend.Sign) -> str:
    """Green and bold are for what was measured."""
    if sign.simulated:
        return "red" if sign.standing == "bad" else "dim"
    return _STYLES[sign.standing]


def break_name(name: str, width: int) -> str:
    """An id on as many lines as it needs, broken only after its separators."""
    lines = [""]
    for part in re.findall(r"[^/_-]*[/_-]?", one_line(name)):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def print_heading(console: Console, words: str) -> None:
    """Print what a part of the report is called."""
    console.print()
    print_line(console, words, "bold underline")


def print_line(console: Console, words: str, style: str = "") -> None:
    """Print words that may come from an endpoint."""
    console.print(Text(visible(words), style))


def print_indented(console: Console, words: str, style: str = "") -> None:
    """Print words that may come from an endpoint, below others."""
    console.print(Padding(Text(visible(words), style), (0, 0, 0, 2)))
