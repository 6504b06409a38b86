"""A plan as text, for a terminal or a pipe."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from messages_conformance.display import console_of, duration, one_line, plural
from messages_conformance.planning.assumptions import Assumptions
from messages_conformance.planning.plan import ModelPlan, OptInRow, Plan, PlannedRequest
from messages_conformance.protocol.exchange import MESSAGES
from messages_conformance.recording.cost import DEFAULT_OUTPUT, Cost

_USUAL_FIELDS = ("max_tokens", "messages", "model")
"""Fields that every request has."""
_NOTES = (
    "Input and output are tokens. Expected: what the requests cost at an endpoint that behaves as "
    "the page documents. A request that it refuses costs no tokens, and its answers are as short "
    "as those of the reference endpoint.",
    "Upper bound: what the run never exceeds, whatever the endpoint answers. A request that might "
    "exceed it is not sent, and its row is unmeasured. Each byte of a request counts as one input "
    "token, with an allowance for templates, tools and pictures; the output counts as max_tokens, "
    f"or {DEFAULT_OUTPUT:,} where the request sets none. An endpoint that bills more than "
    "max_tokens can exceed the upper bound by the requests in flight.",
    "A request that is sent again, because the endpoint was busy or failed, is not counted as a "
    "request; its tokens are counted.",
)


def render(
    plan: Plan,
    assumptions: Assumptions,
    *,
    requests: bool = False,
    width: int | None = None,
    color: bool,
) -> str:
    """Format a plan for a terminal of some width; ``requests`` lists every single request."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        target = plan.revision.target.name
        _line(
            console, f"Plan for {target}, page of {plan.revision.date}. Nothing was sent.", "bold"
        )
        console.print()
        console.print(_models(plan, assumptions))
        console.print()
        for sentence in (_time(plan, assumptions), _sharing(plan)):
            _line(console, sentence)
        if plan.opt_in:
            _heading(console, "Rows that run only with --opt-in")
            for row in plan.opt_in:
                _line(console, _opt_in(row, assumptions))
        _heading(console, "How to read it")
        for note in (*_NOTES, _preflight(plan.preflight)):
            _line(console, note)
        if requests:
            for model in plan.models:
                _heading(console, f"Requests to {model.model.id}")
                console.print(_requests(model))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _models(plan: Plan, assumptions: Assumptions) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("\nmodel", overflow="fold")
    table.add_column("\nrows", justify="right")
    quantities = ("requests", "input", "output", *(["price"] if assumptions.price else []))
    for quantity in quantities:
        table.add_column(f"{quantity}\nexpected", justify="right")
        table.add_column("upper\nbound", justify="right")
    for model in plan.models:
        figures = _figures(model.expected, model.upper_bound, assumptions)
        table.add_row(one_line(model.model.id), f"{model.rows}", *figures)
    if len(plan.models) != 1:
        figures = _figures(plan.expected, plan.upper_bound, assumptions)
        table.add_row("total", f"{plan.rows:,}", *figures, style="bold")
    return table


def _figures(expected: Cost, bound: Cost, assumptions: Assumptions) -> Iterator[str]:
    """Of each quantity what is expected, then its upper bound."""
    for name in ("requests", "input", "output"):
        yield f"{getattr(expected, name):,}"
        yield f"{getattr(bound, name):,}"
    if assumptions.price:
        yield _money(assumptions.price.of(expected))
        yield _money(assumptions.price.of(bound))


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"


def _time(plan: Plan, assumptions: Assumptions) -> str:
    limit, seconds = assumptions.rate_limit, assumptions.seconds_per_answer
    limits = [f"{plural(limit.concurrency, 'request')} in flight"]
    limits += [f"{limit.requests_per_minute:,} a minute"] if limit.requests_per_minute else []
    limits += [f"{limit.tokens_per_minute:,} tokens a minute"] if limit.tokens_per_minute else []
    taken = duration(plan.seconds(limit, seconds))
    return (
        f"Takes about {taken}, with {', '.join(limits)} and {seconds:g} s per answer; stops rather "
        f"than wait {duration(limit.longest_wait)} for one request."
    )


def _sharing(plan: Plan) -> str:
    if plan.rows_per_request is None:
        return "There is nothing to send."
    most = max(len(request.rows) for model in plan.models for request in model.requests)
    cost = plan.expected
    return (
        f"A request serves {plan.rows_per_request:.2f} rows on average, and {most} at most. That "
        f"makes {cost.requests / plan.rows:.2f} requests and {cost.output / plan.rows:.1f} output "
        f"tokens for each of {plan.rows:,} rows."
    )


def _opt_in(row: OptInRow, assumptions: Assumptions) -> str:
    chosen = "included" if row.chosen else f"left out without --opt-in {row.row}"
    price = f", {_money(assumptions.price.of(row.upper_bound))}" if assumptions.price else ""
    return (
        f"{row.row}: {row.why}. At most {plural(row.upper_bound.requests, 'request')} and "
        f"{row.upper_bound.tokens:,} tokens{price} for each model ({chosen})."
    )


def _preflight(bound: Cost) -> str:
    return (
        "Before the run, the preflight sends a request with max_tokens 1 to find out whether the "
        "endpoint can be used, and sends it again where it is refused. It is not part of the "
        f"figures above: {plural(bound.requests, 'request')} and {bound.tokens:,} tokens at most."
    )


def _requests(model: ModelPlan) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("tokens", justify="right")
    table.add_column("upper bound", justify="right")
    table.add_column("request", max_width=48)
    table.add_column("rows", overflow="fold")
    for request in model.requests:
        table.add_row(
            f"{request.expected.tokens:,}",
            f"{request.upper_bound.tokens:,}",
            _request(request),
            ", ".join(request.rows),
        )
    return table


def _request(request: PlannedRequest) -> Text:
    """The beginning of its last message, and the fields that not every request has."""
    route = "" if request.path == MESSAGES else f"{request.method} {request.path} "
    fields = ", ".join(name for name in request.fields if name not in _USUAL_FIELDS)
    shown = f"{route}{request.preview}" + (f" ({fields})" if fields else "")
    return Text(one_line(shown), overflow="ellipsis", no_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    _line(console, text, "bold")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(one_line(text), style))
