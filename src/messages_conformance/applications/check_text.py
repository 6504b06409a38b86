"""A check for people: one table, then the edits, then what is not known."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from messages_conformance.applications.check import Answer
from messages_conformance.applications.check_view import View, cell, why
from messages_conformance.applications.inventory_text import notes
from messages_conformance.display import console_of, one_line, plural

_STYLES = {
    Answer.GO: "green",
    Answer.CHANGES: "yellow",
    Answer.NO_GO: "red",
    Answer.NOT_KNOWN: "dim",
}


def render(view: View, *, width: int | None = None, color: bool = False) -> str:
    """The whole answer as text."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        console.print(Text(one_line(view.headline), "bold"))
        console.print(Text(one_line(view.basis)))
        console.print()
        _table(console, view)
        _edits(console, view)
        _open(console, view)
        console.print()
        for line in notes(view.check.inventory):
            console.print(Text(line, "dim"))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _table(console: Console, view: View) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("feature")
    table.add_column("calls", justify="right")
    for model in view.shown:
        table.add_column(one_line(model.model.id))
    for number, use in enumerate(view.check.inventory.uses):
        answers = [model.features[number] for model in view.shown]
        title = answers[0].feature.title if answers else use.feature
        cells = [Text(cell(each), _STYLES[each.answer]) for each in answers]
        table.add_row(Text(title), f"{use.calls:,}", *cells)
    totals = [Text(model.answer.value, _STYLES[model.answer]) for model in view.shown]
    table.add_row(Text("the application", "bold"), f"{view.check.inventory.calls:,}", *totals)
    console.print(table)
    if (more := len(view.check.models) - len(view.shown)) > 0:
        console.print(Text(f"{plural(more, 'further model')} rank below; --format json has all."))


def _edits(console: Console, view: View) -> None:
    edits = list(view.edits())
    if edits:
        console.print()
        console.print(Text(f"What to change for {view.check.models[0].model.id}", "bold"))
    for answer, places in edits:
        console.print(Text(f"- {answer.feature.title}: {one_line(answer.edit)}"))
        console.print(Text(f"  because {one_line(why(answer))}", "dim"))
        console.print(Text(f"  at {one_line(places)}", "dim"))


def _open(console: Console, view: View) -> None:
    listed = list(view.open())
    if listed:
        console.print()
        console.print(Text(f"Not known for {view.check.models[0].model.id}", "bold"))
    for answer in listed:
        console.print(Text(f"- {answer.feature.title}: {one_line(why(answer))}"))
        console.print(Text(f"  if it does not hold: {one_line(answer.edit)}", "dim"))
    for asking in view.asking:
        cost = f"{plural(asking.cost.requests, 'request')}, {asking.cost.tokens:,} tokens"
        again = "" if asking.of_page else "; its folder is then a --report of 'app check'"
        console.print(Text(f"  This would tell ({cost}){again}:"))
        console.print(Text(f"    {view.command(asking)}"), soft_wrap=True)
    if listed:
        console.print(
            Text("  'app replay' sends the program's own requests, whatever the page says.")
        )
