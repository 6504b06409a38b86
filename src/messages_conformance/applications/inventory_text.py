"""An inventory for people, as plain text."""

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from messages_conformance.applications.feature import Feature
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import FIGURES, Inventory
from messages_conformance.display import console_of, one_line, plural
from messages_conformance.traffic.calls.call import Part

_MOST = 12


def render(inventory: Inventory, *, width: int | None = None, color: bool = False) -> str:
    """Say what is used, what is not visible, and what was not read."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        console.print(Text("What the application uses", "bold"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for column in ("feature", "calls", "values", "first seen"):
            table.add_column(column, justify="right" if column == "calls" else "left")
        for use in inventory.uses:
            title = FEATURES[use.feature].title
            place = one_line(use.places[0]) if use.places else ""
            table.add_row(Text(title), f"{use.calls:,}", one_line(str(use.values)), Text(place))
        console.print(table)
        for line in notes(inventory):
            console.print()
            console.print(Text(line))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def notes(inventory: Inventory) -> Iterator[str]:
    """What stands below the table, a paragraph each."""
    figures = [f"{FIGURES[n]}: {v}" for n, v in inventory.figures.items() if str(v)]
    if figures:
        yield f"Of one request: {'; '.join(figures)}."
    if inventory.uncovered:
        listed = [f"{one_line(u.mark)} ({u.calls:,})" for u in inventory.uncovered[:_MOST]]
        more = len(inventory.uncovered) - len(listed)
        yield f"Used, and covered by no row: {', '.join(listed)}" + (
            f", and {more:,} more." if more > 0 else "."
        )
    hidden = inventory.not_visible()
    code = [f for f in hidden if f.part is Part.CODE]
    rest = [f for f in hidden if f.part is not Part.CODE]
    if rest:
        yield f"Not visible in this log: {_titles(rest)}."
    if code:
        yield f"Visible in source alone, which was not scanned: {_titles(code)}."
    yield _read(inventory)


def _titles(features: Iterable[Feature]) -> str:
    return ", ".join(feature.title for feature in features)


def _read(inventory: Inventory) -> str:
    sources = [source for source in inventory.sources if source.calls or source.damaged]
    said = [f"Read {plural(inventory.calls, 'call')} from {plural(len(sources), 'source')}"]
    for source in sources:
        for why, count, place in source.damaged:
            name = one_line(source.name)
            said.append(f"{name}: could not read {count:,} {one_line(why)}, first at {place}")
        for why, count, _ in source.skipped:
            said.append(f"{one_line(source.name)}: skipped {count:,} {one_line(why)}")
    return "; ".join(said) + "."
