"""A string that a simple regular expression matches: letters, classes and counts, in a row."""

import re

_PART = re.compile(
    r"(?:\[(?P<first>[^\]^\\])[^\]]*\]|(?P<digit>\\d)|(?P<sign>[\w @#/:-]))"
    r"(?:\{(?P<times>\d+)\}|\+)?"
)


def example_of(pattern: str) -> str | None:
    """The first string that a pattern matches; None where it holds more than is read here."""
    written = pattern.removeprefix("^").removesuffix("$")
    parts = list(_PART.finditer(written))
    if "".join(part[0] for part in parts) != written:
        return None
    return "".join(
        (part["first"] or part["sign"] or "0") * min(int(part["times"] or 1), 1000)
        for part in parts
    )
