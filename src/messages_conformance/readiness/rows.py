"""Rows `client/<name>@<version>`: one version of a client, by what it sends and what it reads.

*Sends*: what the endpoint makes of each thing that the client puts on the wire, alone and together,
as far as it was recorded. *Reads*: what the real client, in an environment of its own, makes of
every recorded answer; of a client that cannot be installed for that, what its table says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from messages_conformance.clients.by_table import read_by
from messages_conformance.clients.finding import finding_of
from messages_conformance.clients.installed import environments, real
from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.errors import ClientsError
from messages_conformance.probing.inspection import Inspection, InspectionResult
from messages_conformance.probing.loader import LoadedInspection
from messages_conformance.protocol.exchange import MESSAGES, Exchange
from messages_conformance.readiness import moved, snippets
from messages_conformance.readiness.dialect import Dialect, dialect_of, ready_clients
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.questions import client_of
from messages_conformance.readiness.record import judge_exchanges
from messages_conformance.readiness.result import Readiness, Seen, State, Verdict
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

ALL: Final = "all"
_EXTRAS: Final = {"snippets": snippets, "moved": moved}
"""What `--client` takes besides the names of clients."""
_SUITE: Final = "clients"
_DEAD: Final = (State.SET, State.FATAL, State.FAILED)
_STATES: Final = {
    (State.ACCEPTED, Effect.HONOURED): "accepted and honoured",
    (State.ACCEPTED, Effect.UNSEEN): "accepted",
    (State.ACCEPTED, Effect.IGNORED): "accepted and ignored",
    (State.HEALED, Effect.UNSEEN): "refused and healed",
    (State.SET, Effect.UNSEEN): "refused, a setting helps",
    (State.FATAL, Effect.UNSEEN): "refused and dead",
    (State.FAILED, Effect.UNSEEN): "failed",
    (State.UNASKED, Effect.UNSEEN): "not asked",
}
"""How often there was each, in this order."""


class _Side(NamedTuple):
    """What one of the two sides comes to."""

    exchanges: int
    figures: str
    findings: tuple[tuple[Exchange, Finding], ...] = ()


def inspections_of(names: Iterable[str]) -> Iterator[LoadedInspection]:
    """The rows of what was named: clients, snippets of pages, conversations that move.

    Raises:
        ClientsError: a client is not known.
    """
    names = tuple(names)
    yield from map(inspection_of, chosen_dialects(names))
    for extra in extras(names):
        yield from _EXTRAS[extra].inspections()


def extras(names: Iterable[str]) -> tuple[str, ...]:
    """What was named besides clients: ``snippets``, ``moved``, or with ``all`` both."""
    names = tuple(names)
    return tuple(extra for extra in _EXTRAS if extra in names or ALL in names)


def chosen_dialects(names: Iterable[str]) -> tuple[Dialect, ...]:
    """The clients among what was named: ``NAME``, ``NAME@VERSION``, or ``all``, each once.

    Raises:
        ClientsError: one is not known.
    """
    clients = (name for name in names if name not in _EXTRAS)
    wanted = [each for name in clients for each in (ready_clients() if name == ALL else (name,))]
    found = (dialect_of(each) for each in wanted)
    return tuple({(each.client, each.version): each for each in found}.values())


def inspection_of(dialect: Dialect) -> LoadedInspection:
    """The row of a client."""

    def inspect(exchanges: Sequence[Exchange]) -> InspectionResult:
        sends, reads = _sends(dialect, exchanges), _reads(dialect, exchanges)
        return InspectionResult(
            max(sends.exchanges, reads.exchanges),
            (*sends.findings, *reads.findings),
            f"sends: {sends.figures}; reads: {reads.figures}",
        )

    client = client_of(dialect)
    name = f"{client.name if client else dialect.client} {dialect.version}"
    inspect.__doc__ = (
        f"{name}.\n\n"
        "What this version sends is answered, alone and together, and it reads each recorded "
        "answer correctly. To fix: refuse in words after which the client goes on, and let the "
        "wire findings of the same exchange say what is wrong with the bytes.\n\n"
        f"Instead: use the settings that 'ready {dialect.client}' prints."
    )
    return LoadedInspection(
        _SUITE, Inspection(f"client/{dialect.client}@{dialect.version}", inspect)
    )


# -- what it sends


def _sends(dialect: Dialect, exchanges: Sequence[Exchange]) -> _Side:
    found = judge_exchanges(dialect, _model(exchanges), exchanges)
    if found.verdict is Verdict.UNKNOWN and not any(
        each.state is not State.UNASKED for each in found.seen
    ):
        return _Side(0, f"not measured ({found.unknown})")
    counts = Counter((each.state, each.effect) for each in found.seen)
    figures = ", ".join(
        f"{counts[each]} {words}" for each, words in _STATES.items() if counts[each]
    )
    return _Side(found.requests, figures, tuple(_deaths(found, exchanges)))


def _deaths(found: Readiness, exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """What the client does not get past by itself, with the answer that it ended with."""
    walk = found.plain_walk
    if found.verdict in (Verdict.WORKS, Verdict.UNKNOWN) or walk is None:
        return
    dead = [each for each in found.seen if each.state in _DEAD]
    last = walk.last or next((each for each in exchanges if each.status != 200), None)
    if last is not None:
        yield last, broken("CL-SEND-1", Where(), _sentence(found, dead))


def _sentence(found: Readiness, dead: Sequence[Seen]) -> str:
    of = ", ".join(each.words for each in dead)
    about = f" over {of}" if of else ""
    helps = "its settings help" if found.verdict is Verdict.WITH_SETTINGS else "no setting helps"
    why = found.plain_walk.why if found.plain_walk else ""
    name = f"{found.dialect.client} {found.dialect.version}"
    return f"{name} ends without an answer{about}: {why}; {helps}"


def _model(exchanges: Sequence[Exchange]) -> str:
    """The model that was asked: probes ask few questions of others."""
    names = Counter(
        body["model"]
        for each in exchanges
        if isinstance(body := each.request.body, dict)
        and each.request.path.startswith(MESSAGES)
        and isinstance(body.get("model"), str)
    )
    return names.most_common(1)[0][0] if names else ""


# -- what it reads


def _reads(dialect: Dialect, exchanges: Sequence[Exchange]) -> _Side:
    by = ""
    try:
        if dialect.client in environments.RECIPES:
            environment = environments.made(dialect.client, dialect.version)
            results: Sequence[ClientResult | None] = real.read_with(environment, exchanges)
        elif (client := client_of(dialect)) is not None:
            results = tuple(read_by(client, exchanges))
            by = "by its table, "
        else:
            return _Side(0, "not measured (no table of this client is known)")
    except ClientsError as problem:
        return _Side(0, f"not measured ({problem})")
    read = [
        (exchange, result)
        for exchange, result in zip(exchanges, results, strict=True)
        if result is not None
    ]
    counts = Counter(result.outcome for _, result in read)
    figures = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in ClientOutcome if counts[outcome]
    )
    findings = tuple(
        (exchange, finding)
        for exchange, result in read
        if (finding := finding_of(result)) is not None
    )
    return _Side(len(read), by + (figures or "nothing to read"), findings)
