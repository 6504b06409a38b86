"""A plan for the terminal, or for a pipe."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, duration, one_line, plural
from messages_conformance.planning.plan import OfModel, OptIn, Plan, Planned
from messages_conformance.planning.price import Tariff
from messages_conformance.protocol.exchange import MESSAGES
from messages_conformance.recording.cost import DEFAULT_OUTPUT, Cost

_USUAL = ("max_tokens", "messages", "model")
"""Fields that every request has."""
_NOTES = (
    "Input and output are tokens. Expected is what an endpoint sends back that behaves as the page "
    "documents. Refused requests cost no tokens there, and answers are as short as those of the "
    "reference endpoint.",
    "At most is what the run keeps to, whatever comes back: a request that might exceed it is not "
    "sent, and its row is left unmeasured. A request counts as one token of input for each of its "
    "bytes, with what templates, tools and pictures add, and as all of its max_tokens; where it "
    f"has none, as {DEFAULT_OUTPUT:,}. An endpoint that bills more than it was allowed can exceed "
    "it by what is in flight.",
    "A request that is sent again, because the endpoint was busy or failed, comes on top of the "
    "requests, but its tokens are among those.",
)


def render(
    plan: Plan, tariff: Tariff, *, requests: bool = False, width: int | None = None, color: bool
) -> str:
    """Format a plan for a terminal of some width; with ``requests``, every single one is listed."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        target = plan.revision.target.name
        _line(
            console, f"Plan for {target}, page of {plan.revision.date}. Nothing was sent.", "bold"
        )
        console.print()
        console.print(_models(plan, tariff))
        console.print()
        for sentence in (_time(plan, tariff), _sharing(plan)):
            _line(console, sentence)
        if plan.opt_in:
            _heading(console, "Rows that have to be opted in to")
            for row in plan.opt_in:
                _line(console, _opt_in(row, tariff))
        _heading(console, "How to read it")
        for note in (*_NOTES, _preflight(plan.preflight)):
            _line(console, note)
        if requests:
            for model in plan.models:
                _heading(console, f"Requests to {model.model.id}")
                console.print(_requests(model))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _models(plan: Plan, tariff: Tariff) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("\nmodel", overflow="fold")
    table.add_column("\nrows", justify="right")
    counted = ("requests", "input", "output", *(["price"] if tariff.price else []))
    for heading in counted:
        table.add_column(f"{heading}\nexpected", justify="right")
        table.add_column("\nat most", justify="right")
    for model in plan.models:
        table.add_row(
            one_line(model.model.id), f"{model.rows}", *_both(model.expected, model.ceiling, tariff)
        )
    if len(plan.models) != 1:
        rows = sum(model.rows for model in plan.models)
        figures = _both(plan.expected, plan.ceiling, tariff)
        table.add_row("in all", f"{rows:,}", *figures, style="bold")
    return table


def _both(expected: Cost, ceiling: Cost, tariff: Tariff) -> Iterator[str]:
    """What is expected, and at most, in turns."""
    for name in ("requests", "input", "output"):
        yield f"{getattr(expected, name):,}"
        yield f"{getattr(ceiling, name):,}"
    if tariff.price:
        yield _money(tariff.price.of(expected))
        yield _money(tariff.price.of(ceiling))


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"


def _time(plan: Plan, tariff: Tariff) -> str:
    pace = tariff.pace
    limits = [f"{plural(pace.concurrency, 'request')} in flight"]
    limits += [f"{pace.requests_per_minute:,} a minute"] if pace.requests_per_minute else []
    limits += [f"{pace.tokens_per_minute:,} tokens a minute"] if pace.tokens_per_minute else []
    taken = duration(plan.seconds(pace, tariff.seconds))
    return f"Takes about {taken}, at {', '.join(limits)}, and {tariff.seconds:g} s an answer."


def _sharing(plan: Plan) -> str:
    if plan.shared is None:
        return "There is nothing to send."
    most = max(len(planned.rows) for model in plan.models for planned in model.requests)
    cost = plan.expected
    return (
        f"Each request serves {plan.shared:.2f} rows on average, the one that is shared most "
        f"{most}. That makes {cost.requests / plan.rows:.2f} requests and "
        f"{cost.output / plan.rows:.1f} output tokens for each of {plan.rows:,} rows."
    )


def _opt_in(row: OptIn, tariff: Tariff) -> str:
    chosen = "opted in" if row.chosen else f"left out without --opt-in {row.row}"
    price = f", {_money(tariff.price.of(row.ceiling))}" if tariff.price else ""
    return (
        f"{row.row}: {row.why}. For each model {plural(row.ceiling.requests, 'request')} and "
        f"{row.ceiling.tokens:,} tokens{price} at most ({chosen})."
    )


def _preflight(most: Cost) -> str:
    return (
        "Before all, a request with max_tokens 1 looks whether the endpoint can be used. It comes "
        f"on top, and is sent again where it is refused: {plural(most.requests, 'request')} and "
        f"{most.tokens:,} tokens at most."
    )


def _requests(model: OfModel) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("tokens", justify="right")
    table.add_column("at most", justify="right")
    table.add_column("request", max_width=48)
    table.add_column("rows", overflow="fold")
    for planned in model.requests:
        table.add_row(
            f"{planned.expected.tokens:,}",
            f"{planned.most.tokens:,}",
            _request(planned),
            ", ".join(planned.rows),
        )
    return table


def _request(planned: Planned) -> Text:
    """How its last message begins, and the fields that not every request has."""
    place = "" if planned.path == MESSAGES else f"{planned.method} {planned.path} "
    more = ", ".join(name for name in planned.fields if name not in _USUAL)
    said = f"{place}{planned.words}" + (f" ({more})" if more else "")
    return Text(one_line(said), overflow="ellipsis", no_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    _line(console, text, "bold")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(one_line(text), style))
