"""How signs and names look in the report for a terminal."""

import re
from typing import Final

from messages_conformance.display import one_line
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
