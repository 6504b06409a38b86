"""Markdown escapes: text of a model or an endpoint may be hostile and must show as itself."""

import re

from messages_conformance.display import one_line, visible

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~#&$!]")
_ACTIVE = re.compile(r"@|://|\bwww(?=\.)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)
_BLOCK = re.compile(r"\A[-+=>]|\A\d{1,9}(?=[.)](?:\s|\Z))")


def markdown(text: str) -> str:
    """The text as one line of Markdown that renders as itself, in a table as elsewhere."""
    return _escape(one_line(text))


def _escape(line: str) -> str:
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], line)
    escaped = _BLOCK.sub(lambda found: found[0][:-1] + _entity(found[0][-1]), escaped)
    return _ACTIVE.sub(_defuse, escaped)


def prose(text: str) -> str:
    """As `markdown`, but what stands between single backticks stays a code span."""
    parts = re.split(r"(?<!`)`([^`]+)`(?!`)", one_line(text))
    return "".join(code(part) if place % 2 else _escape(part) for place, part in enumerate(parts))


def code(text: str) -> str:
    """The text as a Markdown code span, in a table as elsewhere."""
    line = one_line(text).replace("|", "\\|")
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def link(address: str) -> str:
    """An address as a Markdown link to itself; what is not plainly an address, as text."""
    return f"<{address}>" if _ADDRESS.fullmatch(address) else markdown(address)


def fenced(text: str, language: str = "text") -> str:
    """The text as a Markdown code block that nothing inside it can close."""
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def _defuse(found: re.Match[str]) -> str:
    """Split what a forge would turn into a mention or a link, with a zero-width space."""
    gap = _entity("\u200b")
    return f":{gap}//" if found[0] == "://" else f"{found[0]}{gap}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
