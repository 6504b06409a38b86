#!/usr/bin/env python3
"""Make the tables of docs/clients.md: clients, snippets and moved conversations at endpoints.

    scripts/clients_table.py --write
    scripts/clients_table.py [--live NAME=URL=MODEL …] [--from NAME=FOLDER …]

Against the profiles of the reference endpoint everything is asked in this process, so these columns
are simulated; llama.cpp's server was asked by ``run --client``, and the shipped recordings of that
are judged. `--live` adds a column for an endpoint without a key, `--from` one for a recording that
``ready`` or ``run --client`` made. `--write` puts the tables into the page; else they are printed.
How answers are read is measured with the real clients, which are installed on demand (see
``clients/installed``); where one cannot be installed the cell says so.
"""

import argparse
import asyncio
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library
from messages_conformance.probing.loader import LoadedInspection
from messages_conformance.protocol.exchange import Chunk, Exchange, Request
from messages_conformance.readiness import moved, record, snippets
from messages_conformance.readiness.dialect import Dialect, load
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.result import Readiness, State, Verdict
from messages_conformance.readiness.rows import inspection_of
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.in_process import KEYS, ask
from messages_conformance.reference.profiles import PROFILES
from messages_conformance.reference.strict import current

TARGETS = {"strict": "anthropic"}
"""The target that a profile simulates, if it is not Model Studio."""
RECORDED = "llama.cpp"
PAGE = Path(__file__).parents[1] / "docs" / "clients.md"
BEGIN, END = "<!-- made by scripts/clients_table.py -->", "<!-- as far as here -->"
"""What stands around the tables in the page."""
WORDS = {
    Verdict.WORKS: "works",
    Verdict.WITH_SETTINGS: "with settings",
    Verdict.UNKNOWN: "not known",
    Verdict.NOT: "does not work",
}
ERRORS = (
    re.compile(r"anthropic\.(\w+): Error code: (\d+) - \{.*?'message': '(.*?)(?:'.*|$)"),
    re.compile(r"(\w+): (\d+) \{.*?\"message\":\"((?:[^\"\\]|\\.)*)(?:\".*|$)"),
)
"""An error as the Python and the TypeScript SDK print it, perhaps cut short."""
Answer = Callable[[Sequence[Request]], list[Exchange]]


@dataclass(frozen=True)
class Endpoint:
    """A column: an endpoint that is asked, or a recording."""

    title: str
    model: str
    basis: str
    answer: Answer | None = None
    cassettes: Path | None = None
    target: str = ""

    def judge(self, dialect: Dialect) -> tuple[Readiness, tuple[Exchange, ...]]:
        """What is said of a client, and the exchanges that it rests on."""
        if self.answer is None:
            assert self.cassettes is not None
            tape = Tape.load(self.cassettes, self.target, self.model)
            return record.judge(dialect, self.cassettes, self.target, self.model), tape.exchanges
        kept: list[Exchange] = []
        return answer_all(questions(dialect, self.model), keeping(self.answer, kept)), tuple(kept)

    def histories(self) -> tuple[Exchange, ...]:
        """The conversations that move, and the page's snippets."""
        if self.answer is None:
            assert self.cassettes is not None
            return Tape.load(self.cassettes, self.target, self.model).exchanges
        kept: list[Exchange] = []
        ask_them = keeping(self.answer, kept)
        ask_them(snippets.requests_of(self.model))
        asking = moved.histories(self.model)
        batch = next(asking)
        while True:
            try:
                batch = asking.send(tuple(ask_them(batch)))
            except StopIteration:
                return tuple(kept)


def main() -> None:
    """Make the tables as Markdown, and print them or write them into the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--live", action="append", default=[], metavar="NAME=URL=MODEL")
    parser.add_argument("--from", dest="recorded", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--write", action="store_true", help="write them into docs/clients.md")
    given = parser.parse_args()
    endpoints = [*simulated(), *map(live, given.live), *map(recording, given.recorded), shipped()]
    made = "\n".join(lines(endpoints))
    if not given.write:
        print(made)
        return
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")


def lines(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    """The three tables."""
    yield from head("client", endpoints)
    for dialect in dialects():
        name = f"{dialect.client} {dialect.version}"
        yield row(name, (client_cell(dialect, each) for each in endpoints))
    known = [(each, each.histories()) for each in endpoints]
    for title, inspections in (
        ("snippet", tuple(snippets.inspections())),
        ("conversation", tuple(moved.inspections())),
    ):
        yield ""
        yield from head(title, endpoints)
        for each in inspections:
            cells = (figures(each, exchanges) for _, exchanges in known)
            yield row(each.inspection.row, cells)


def dialects() -> list[Dialect]:
    """The clients, one a line."""
    return [load(path) for path in sorted(resources.folder("dialects").glob("*.json"))]


def head(first: str, endpoints: Iterable[Endpoint]) -> Iterator[str]:
    """The head of a table."""
    titles = [f"{each.title}, {each.basis}" for each in endpoints]
    yield f"| {first} | {' | '.join(titles)} |"
    yield f"| --- | {' | '.join('---' for _ in titles)} |"


def row(first: str, cells: Iterable[str]) -> str:
    """A line of a table."""
    return f"| {first} | {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def client_cell(dialect: Dialect, endpoint: Endpoint) -> str:
    """A cell: the verdict, what was refused, and how the answers are read."""
    found, exchanges = endpoint.judge(dialect)
    return f"{words(found)}; reads {reads(dialect, exchanges)}"


def reads(dialect: Dialect, exchanges: Sequence[Exchange]) -> str:
    """What a client reads of some answers."""
    return figures(inspection_of(dialect), exchanges).partition("reads: ")[2]


def words(found: Readiness) -> str:
    """The verdict, what was refused, what is ignored, and what it rests on."""
    refused = [
        each.id
        for each in found.seen
        if each.state in (State.SET, State.HEALED, State.FATAL, State.FAILED)
    ]
    said = WORDS[found.verdict]
    if refused:
        said += f": {', '.join(f'`{id}`' for id in refused)}"
    elif found.verdict is Verdict.UNKNOWN:
        unasked = sum(each.state is State.UNASKED for each in found.seen)
        said += f": {unasked} of {len(found.seen)} things were not asked"
    if ignored := [each.id for each in found.seen if each.effect is Effect.IGNORED]:
        said += f"; ignored: {', '.join(f'`{id}`' for id in ignored)}"
    return f"{said}; {found.requests} requests"


def figures(loaded: LoadedInspection, exchanges: Sequence[Exchange]) -> str:
    """What a row comes to, in words; of an error, its message alone."""
    said = loaded.inspection.function(exchanges).figures
    return without_envelope(said.removeprefix("with either variable: "))


def without_envelope(said: str) -> str:
    """A sentence with the message alone of an error that stands in it."""
    for error in ERRORS:
        said = error.sub(r"\1 \2: \3", said)
    return said.replace('\\"', '"')


def keeping(answer: Answer, kept: list[Exchange]) -> Answer:
    """The same, with the exchanges kept."""

    def ask_and_keep(batch: Sequence[Request]) -> list[Exchange]:
        found = answer(batch)
        kept.extend(found)
        return found

    return ask_and_keep


def simulated() -> Iterator[Endpoint]:
    """The profiles of the reference endpoint; the strict one with both its models."""
    for profile, stages in PROFILES.items():
        page = library.read(library.known().of(TARGETS.get(profile, "model-studio"))[0])
        endpoint = ReferenceEndpoint(page, KEYS, stages=stages, crowding=0.0)

        def answer(batch: Any, endpoint: ReferenceEndpoint = endpoint) -> list[Exchange]:
            async def all_of_them() -> list[Exchange]:
                return [await ask(endpoint, request) for request in batch]

            return asyncio.run(all_of_them())

        models = [page.models[0].id, *([current.MODEL] if profile == "strict" else [])]
        for model in models:
            yield Endpoint(f"`{profile}` {model}", model, "simulated", answer)


def shipped() -> Endpoint:
    """The recordings of llama.cpp's server, asked for all clients, that ship with the project."""
    cassettes = resources.folder("cassettes")
    (asked,) = (cassettes / RECORDED).glob("*/ready.yaml")
    model = asked.parent.name
    return Endpoint(
        f"`{RECORDED}` {model}", model, "recorded", cassettes=cassettes, target=RECORDED
    )


def recording(given: str) -> Endpoint:
    """A recording that somebody made."""
    name, _, folder = given.partition("=")
    root, target, model = next(record.recorded_models(Path(folder), None, ()))
    return Endpoint(f"{name} {model}", model, "recorded", cassettes=root, target=target)


def live(given: str) -> Endpoint:
    """An endpoint that is asked now, without a key."""
    name, url, model = given.split("=")

    def one(request: Request) -> Exchange:
        headers = {**dict(request.headers), "content-type": "application/json"}
        asked = urllib.request.Request(url + request.path, request.content, headers)
        try:
            with urllib.request.urlopen(asked, timeout=600) as response:
                status, found, body = response.status, response.headers, response.read()
        except urllib.error.HTTPError as refusal:
            status, found, body = refusal.code, refusal.headers, refusal.read()
        return Exchange(
            request, status, tuple(found.items()), body, (Chunk(len(body), 0.0),), "complete"
        )

    return Endpoint(f"{name} {model}", model, "live", lambda batch: [one(each) for each in batch])


if __name__ == "__main__":
    main()
