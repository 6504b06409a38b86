"""What is known of a row, as text for people and as JSON (``schemas/explanation.schema.json``)."""

from typing import Any

from rich.console import Console
from rich.text import Text

from messages_conformance import __version__
from messages_conformance.display import console_of, one_line, plural
from messages_conformance.display.printing import print_indented, print_line, print_section
from messages_conformance.planning.explanation import Explanation, PageClaim, PlannedQuestion
from messages_conformance.protocol.exchange import Request
from messages_conformance.report.excerpt import shorten
from messages_conformance.verdict import Claim, Kind

_REPORTS = 5
"""How many reports of others are shown of a target."""


def to_text(known: Explanation, *, width: int | None, color: bool) -> str:
    """Format an explanation for a terminal of some width; None means 100 characters."""
    console = console_of(width, color=color)
    with console.capture() as capture:
        print_line(console, known.advice.row, "bold")
        for paragraph in (known.advice.meaning or "No probe tests this row.").split("\n\n"):
            print_line(console, paragraph)
        _do(console, known)
        _test(console, known)
        _claims(console, known)
        _reported(console, known)
        _faults(console, known)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _do(console: Console, known: Explanation) -> None:
    advice = known.advice
    if advice.fix:
        print_section(console, "What the owner of the endpoint does")
        print_line(console, advice.fix)
    if advice.instead:
        print_section(console, "What a caller does instead")
        print_line(console, advice.instead)
    for kind, words in advice.instead_if:
        print_line(console, f"If it is {_WORDS.get(kind, kind.value)}: {words}")


_WORDS = {Kind.PARTIAL: "there in part", Kind.WORKS: "there"}


def _test(console: Console, known: Explanation) -> None:
    print_section(console, "How it is put to the test")
    if known.is_inspection:
        print_line(console, "Everything recorded of a model is inspected for it; it asks nothing.")
        return
    if known.opt_in:
        print_line(console, f"Only with --opt-in: it {known.opt_in}.")
    if known.asked_of is None:
        print_line(console, "No request is sent for it.")
        return
    target, model = known.asked_of
    print_line(
        console,
        f"An endpoint that does as documented is asked this ({target}, {model}); "
        "others may be asked more, to tell the endpoint from the model.",
    )
    for question in known.questions:
        print_line(console, _question(question, known.advice.row), "bold dim")
        print_indented(console, _request(question.request))


def _question(question: PlannedQuestion, row: str) -> str:
    times = f", {question.times} times" if question.times > 1 else ""
    return f"{question.purpose.role_in(row)}{times}"


def _request(request: Request) -> str:
    body = "" if request.body is None else f" {shorten(request.body)}"
    headers = "".join(f"\n{name}: {value}" for name, value in request.headers)
    return f"{request.method} {request.path}{headers}\n{body.strip()}".rstrip()


def _claims(console: Console, known: Explanation) -> None:
    print_section(console, "What pages claim")
    if not known.claims:
        print_line(
            console, "No page has this row; an endpoint that calls itself compatible promises it."
        )
    silent = [claims for claims in _by_target(known.claims) if _is_silent(claims)]
    for claims in _by_target(known.claims):
        if claims in silent:
            continue
        newest = claims[-1]
        history = _history(claims)
        line = Text(f"{one_line(newest.revision.target.name)}  ", "bold")
        console.print(line.append(history, "not bold"))
        words = one_line(newest.row.words)
        if words and words not in ("-", "—"):
            print_indented(console, f"“{words}” ({newest.row.source}; {newest.row.basis})", "dim")
        for name, claim in newest.row.exceptions.items():
            print_indented(console, f"{name}: {claim}", "dim")
    if silent:
        names = ", ".join(claims[-1].revision.target.name for claims in silent)
        print_line(console, f"Not mentioned, so unknown: {names}", "dim")


def _is_silent(claims: list[PageClaim]) -> bool:
    """Whether no revision of a page says anything of the row."""
    return all(one.row.claim is Claim.UNKNOWN and not one.row.exceptions for one in claims)


def _by_target(claims: tuple[PageClaim, ...]) -> list[list[PageClaim]]:
    by_id: dict[str, list[PageClaim]] = {}
    for claim in claims:
        by_id.setdefault(claim.revision.target.id, []).append(claim)
    return list(by_id.values())


def _history(claims: list[PageClaim]) -> str:
    """The claims by the dates since which they hold, the newest first."""
    since = [
        claim
        for place, claim in enumerate(claims)
        if not place or claims[place - 1].row.claim is not claim.row.claim
    ]
    first, *earlier = reversed(since)
    words = f"{first.row.claim} (page of {claims[-1].revision.date})"
    return words + "".join(f"; {one.row.claim} in {one.revision.date}" for one in earlier)


def _reported(console: Console, known: Explanation) -> None:
    if not known.reported:
        return
    print_section(console, "What others reported")
    for target in dict.fromkeys(target for target, _ in known.reported):
        reports = [report for of, report in known.reported if of == target]
        for one in reports[:_REPORTS]:
            models = ", ".join(one.models)
            about = ", ".join(part for part in (target, one.date, one.host, models) if part)
            kind = f"{one.behaviour}: " if one.behaviour else ""
            print_line(console, f"{about}", "bold")
            print_indented(console, f"{kind}{one.summary}")
            print_indented(console, one.url or one.source, "dim")
        if len(reports) > _REPORTS:
            more = len(reports) - _REPORTS
            print_line(
                console, f"and {plural(more, 'older report')}; --format json lists all.", "dim"
            )


def _faults(console: Console, known: Explanation) -> None:
    if not known.faults:
        return
    print_section(console, "Faults it catches")
    for fault in known.faults:
        print_line(console, fault.name, "bold")
        print_indented(console, fault.says)


def to_document(known: Explanation) -> dict[str, Any]:
    """The explanation as a JSON document; requests with their whole bodies cut where long."""
    advice = known.advice
    return {
        "suite_version": __version__,
        "row": advice.row,
        "meaning": advice.meaning,
        "fix": advice.fix,
        "instead": advice.instead,
        "instead_if": {kind.value: words for kind, words in advice.instead_if},
        "opt_in": known.opt_in,
        "requests": [
            {
                "purpose": question.purpose.value,
                "times": question.times,
                "method": question.request.method,
                "path": question.request.path,
                "headers": dict(question.request.headers),
                "body": shorten(question.request.body),
            }
            for question in known.questions
        ],
        "claims": [
            {
                "target": claim.revision.target.id,
                "revision": claim.revision.date.isoformat(),
                "claim": claim.row.claim.value,
                "words": claim.row.words,
                "source": claim.row.source,
                "basis": claim.row.basis,
                "exceptions": {name: value.value for name, value in claim.row.exceptions.items()},
            }
            for claim in known.claims
        ],
        "reported": [
            {
                "target": target,
                "id": report.id,
                "date": report.date,
                "host": report.host,
                "models": list(report.models),
                "behaviour": report.behaviour.value if report.behaviour else None,
                "summary": report.summary,
                "source": report.source,
                "url": report.url,
                "grade": report.grade,
            }
            for target, report in known.reported
        ],
        "faults": [{"name": fault.name, "says": fault.says} for fault in known.faults],
    }
