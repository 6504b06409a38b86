"""An inventory for people, as plain text."""

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

from rich.table import Table
from rich.text import Text

from messages_conformance.applications.feature import Feature
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import FIGURES, Inventory, Source
from messages_conformance.display import console_of, one_line, plural
from messages_conformance.traffic.calls.call import Part

_MOST = 12
_UNREAD = "unread:"


def render(inventory: Inventory, *, width: int | None = None, color: bool = False) -> str:
    """Say what is used, what is not visible, and what was not read."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        console.print(Text("What the application uses", "bold"))
        folder = _folder(inventory)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for column in ("feature", "calls", "values", "first seen"):
            right = column == "calls"
            table.add_column(column, justify="right" if right else "left", overflow="fold")
        for use in inventory.uses:
            title = FEATURES[use.feature].title
            place = one_line(use.places[0].removeprefix(folder)) if use.places else ""
            table.add_row(Text(title), f"{use.calls:,}", one_line(str(use.values)), Text(place))
        console.print(table)
        for line in notes(inventory):
            console.print()
            console.print(Text(line))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _folder(inventory: Inventory) -> str:
    """The folder that all sources lie in, with a slash; places are shown below it."""
    folders = [str(PurePath(source.name).parent) for source in inventory.sources if source.calls]
    with contextlib.suppress(ValueError):
        whole = os.path.commonpath(folders)
        return f"{whole}/" if whole not in ("", "/") else ""
    return ""


def notes(inventory: Inventory) -> Iterator[str]:
    """What stands below the table, a paragraph each."""
    figures = [f"{FIGURES[n]}: {v}" for n, v in inventory.figures.items() if str(v)]
    if figures:
        yield f"Of one request: {'; '.join(figures)}."
    unread = [u for u in inventory.uncovered if u.mark.startswith(_UNREAD)]
    if unread:
        listed = [f"{u.mark.removeprefix(_UNREAD)} ({one_line(u.place)})" for u in unread[:_MOST]]
        yield f"Passed, and computed, so that the source does not show it: {', '.join(listed)}."
    others = [u for u in inventory.uncovered if u not in unread]
    if others:
        listed = [f"{one_line(u.mark)} ({u.calls:,})" for u in others[:_MOST]]
        more = len(others) - len(listed)
        yield f"Used, and covered by no row: {', '.join(listed)}" + (
            f", and {more:,} more." if more > 0 else "."
        )
    hidden = inventory.not_visible()
    code = [f for f in hidden if f.part is Part.CODE]
    rest = [f for f in hidden if f.part is not Part.CODE]
    if inventory.sources and all(one.format.endswith(" source") for one in inventory.sources):
        yield (
            f"Source shows what is written in it: {len(rest)} further features may be used all the "
            "same, computed or set elsewhere. Scan traffic too ('app record')."
        )
    elif rest:
        yield f"Not visible in this log: {_titles(rest)}."
    if code:
        yield f"Visible in source alone, which was not scanned: {_titles(code)}."
    yield _read(inventory)


def _titles(features: Iterable[Feature]) -> str:
    return ", ".join(feature.title for feature in features)


def _read(inventory: Inventory) -> str:
    sources = [source for source in inventory.sources if source.calls or source.damaged]
    said = [f"Read {plural(inventory.calls, 'call')} from {plural(len(sources), 'source')}"]
    said += _counted(inventory, "could not read", lambda source: source.damaged)
    said += _counted(inventory, "skipped", lambda source: source.skipped)
    return "; ".join(said) + "."


def _counted(
    inventory: Inventory,
    verb: str,
    of: Callable[[Source], tuple[tuple[str, int, str], ...]],
) -> Iterator[str]:
    """What was not read of all sources, by reason, with the place of the first."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for source in inventory.sources:
        for why, count, place in of(source):
            counts[why] += count
            first.setdefault(why, f"{source.name}: {place}")
    for why, count in counts.most_common(_MOST):
        yield f"{verb} {count:,} {one_line(why)} (first: {one_line(first[why])})"
