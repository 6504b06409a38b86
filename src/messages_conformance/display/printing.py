"""Lines on a terminal, of words that may come from an endpoint or a file."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from messages_conformance.display.safe_text import visible


def print_line(console: Console, words: str, style: str = "") -> None:
    """Print some words."""
    console.print(Text(visible(words), style))


def print_indented(console: Console, words: str, style: str = "") -> None:
    """Print some words below others, which they are about."""
    console.print(Padding(Text(visible(words), style), (0, 0, 0, 2)))


def print_heading(console: Console, words: str) -> None:
    """Print what follows is called."""
    print_line(console, words, "bold underline")


def print_section(console: Console, words: str) -> None:
    """Begin another part, below an empty line."""
    console.print()
    print_heading(console, words)
