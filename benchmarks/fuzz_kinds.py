"""The kinds of input that `fuzz.py` makes, and what is done with each."""

import contextlib
import json
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx2

from messages_conformance import resources
from messages_conformance.applications import (
    check_text,
    inventory_json,
    inventory_text,
    replay,
    what_is_known,
)
from messages_conformance.applications.check import check
from messages_conformance.applications.check_view import View
from messages_conformance.applications.replay_choice import choose
from messages_conformance.applications.replay_compare import compare
from messages_conformance.applications.scan import scan
from messages_conformance.applications.what_is_known import Asked
from messages_conformance.cassettes import journal, tape
from messages_conformance.cassettes.entry import Entry
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.cassettes.tape import FoundEntry, Tape
from messages_conformance.claims import library
from messages_conformance.display import one_line, visible
from messages_conformance.errors import TrafficError, UserError
from messages_conformance.judging import expectations_file, judge
from messages_conformance.judging.expectations_file import Scope
from messages_conformance.lint.events import FileUnreadable
from messages_conformance.lint.linter import LintOptions, lint
from messages_conformance.probing import loader
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.render import document, text, to_json
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.rendering import curl
from messages_conformance.rendering import differences as rendered_differences
from messages_conformance.rendering.http_text import http_text
from messages_conformance.rendering.render import FORMAT_OF_SUFFIX, render
from messages_conformance.report import differences
from messages_conformance.report.json_format import from_document
from messages_conformance.report.provenance import Provenance
from messages_conformance.report.report import Report, TargetReport
from messages_conformance.verdict import Evidence

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support import damage, hostile, saved_files

KEY = "sk-marked-key/0123456789-abcdefghijklmnop"
REVISION = library.shipped("model-studio", "2025-11-13")
MODEL = next(model for model in REVISION.models if model.id == "qwen-plus")
SUITES = loader.load(resources.folder("suites"))
SCOPE = Scope(REVISION)
ENDPOINT = Endpoint("http://127.0.0.1:1", KEY)
SECRETS = Secrets({KEY: "<key>"})
_SETTINGS = ("", " ", "http://", "http://[::1", "\x00", "☃☃-.invalid", "a" * 70_000, KEY, "%", "::")


def _recorded() -> tuple[FoundEntry, ...]:
    root = resources.folder("cassettes")
    found = tape.read_entries(root, REVISION.target.id, MODEL.id)
    return tuple(each for each in found if len(each.entry.exchange.body) < 20_000)


RECORDED = _recorded()


@dataclass
class Case:
    """One input: how to run it, and its bytes, to be kept where it fails."""

    run: Callable[[], object]
    input: bytes


def damaged_entry(chance: random.Random) -> FoundEntry:
    """A recorded exchange with something wrong in it."""
    found = chance.choice(RECORDED)
    exchange = found.entry.exchange
    broken = replace(
        exchange,
        headers=damage.damaged_headers(exchange.headers, chance),
        body=damage.damaged_body(exchange.body, chance),
        status=chance.choice([exchange.status, 200, 400, 529, 999]),
    )
    return replace(found, entry=replace(found.entry, exchange=broken))


def answers(chance: random.Random, _: Path) -> Case:
    """An answer that is judged, rendered in every format, and read again."""
    found = damaged_entry(chance)
    row = REVISION.rows_by_id.get(found.entry.row)

    def run() -> None:
        if row is None:
            return
        exchange, slot = found.entry.exchange, found.entry.slot
        entries = tuple(found.entry if each.entry.slot == slot else each.entry for each in RECORDED)
        judged = Tape((found.label,), entries)
        hostile.inspect(exchange)
        inspected = [
            judge.inspect_model(MODEL, each.inspection, Tape((), (found.entry,)))
            for each in SUITES.inspections
        ]
        report = judge.make_report(
            [
                TargetReport(
                    revision=REVISION,
                    provenance=Provenance(Evidence.RECORDED, (), (), None, ()),
                    rows=(row,),
                    models=(MODEL,),
                    cells=judge.judge_model(REVISION, MODEL, (row,), SUITES, judged),
                    observations=tuple(inspected),
                )
            ]
        )
        written = {format: render(report, format) for format in FORMAT_OF_SUFFIX.values()}
        assert from_document(json.loads(written["json"])) == report, "it is read back differently"
        assert len(written["json"]) < 1_000_000, "the report is larger than 1 MB"

    return Case(run, found.entry.exchange.body)


def recordings(chance: random.Random, folder: Path) -> Case:
    """An exchange that is written to a journal and to a cassette, and read back."""
    found = damaged_entry(chance)

    def run() -> None:
        exchange = replace(found.entry.exchange, chunks=(), place=None)
        entry = Entry(exchange, found.entry.row, found.entry.nth)
        line, path = folder / journal.NAME, folder / "basic.yaml"
        line.write_bytes(journal.to_line(found.label, "basic", 0, entry))
        tape.write(path, found.label, [entry])
        for read in (line, path):
            (again,) = tape._read(read, "x")
            assert again.entry.exchange == exchange, "it is read back differently"

    return Case(run, found.entry.exchange.body)


def damaged_recordings(chance: random.Random, folder: Path) -> Case:
    """A cassette or a journal of which some bytes are wrong."""
    found = chance.choice(RECORDED)
    path = folder / chance.choice([journal.NAME, "basic.yaml"])
    if path.name == journal.NAME:
        line = journal.to_line(found.label, "basic", 0, found.entry)
        data = damage.written(damage.damaged(json.loads(line), chance)) + b"\n"
    else:
        tape.write(path, found.label, [found.entry])
        data = damage.damaged_bytes(path.read_bytes(), chance)
    path.write_bytes(data)
    return Case(lambda: list(tape._read(path, "x")), data)


def _linted(path: Path, data: bytes) -> Case:
    path.write_bytes(data)

    def run() -> None:
        unreadable = [e for e in lint([str(path)], LintOptions()) if isinstance(e, FileUnreadable)]
        if unreadable:
            raise TrafficError(one_line(str(unreadable[0])))

    return Case(run, data)


def har(chance: random.Random, folder: Path) -> Case:
    """A HAR file for `lint`."""
    document = json.loads(saved_files.as_har())
    return _linted(folder / "x.har", damage.written(damage.damaged(document, chance)))


def json_lines(chance: random.Random, folder: Path) -> Case:
    """JSON lines for `lint`."""
    line = json.loads(saved_files.line(chance.choice(saved_files.EXCHANGES)))
    return _linted(folder / "x.jsonl", damage.written(damage.damaged(line, chance)))


def streams_and_bodies(chance: random.Random, folder: Path) -> Case:
    """A stream, a body or the output of curl for `lint`."""
    body = damage.damaged_body(chance.choice(RECORDED).entry.exchange.body, chance)
    if chance.random() < 0.3:
        body = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + body
    return _linted(folder / "x", body)


def foreign_cassettes(chance: random.Random, folder: Path) -> Case:
    """A cassette of another project for `lint`."""
    data = saved_files.as_yaml(saved_files.interaction(body={"string": "x"}))
    return _linted(folder / "x.yaml", damage.damaged_bytes(data, chance))


def settings(chance: random.Random, folder: Path) -> Case:
    """A base URL, a key, and a file of known deviations."""
    login = chance.choice([b"", b"", b"u:p@"])
    values = [
        damage.damaged_bytes(text, chance).decode(errors="replace")
        for text in (b"https://%bgateway.example:8443/apps" % login, KEY.encode())
    ]
    url, key = (chance.choice([value, chance.choice(_SETTINGS)]) for value in values)
    shipped = sorted(resources.folder("expectations").glob("*.toml"))[0].read_bytes()
    path = folder / "known.toml"
    path.write_bytes(damage.damaged_bytes(shipped, chance))

    def run() -> None:
        with contextlib.suppress(UserError):
            expectations_file.read_file(path, [SCOPE])
        Endpoint(url, key)

    return Case(run, path.read_bytes() + b"\n" + url.encode() + b"\n" + key.encode())


def keys(chance: random.Random, _: Path) -> Case:
    """An echoed key in a damaged answer: nothing is left of it."""
    body = chance.choice(RECORDED).entry.exchange.body
    at = chance.randrange(len(body) + 1)
    body = damage.damaged_bytes(body[:at] + KEY.encode() + body[at:], chance)

    def run() -> None:
        scrubbed, _ = SECRETS.body(body, ())
        assert not SECRETS.are_in(scrubbed), "the key is left"
        assert KEY.encode() not in scrubbed, "the key is left"

    return Case(run, body)


RICH = {
    "model": "m-1",
    "max_tokens": 20,
    "temperature": 0.5,
    "stream": False,
    "system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "tools": [{"name": "get", "description": "d", "input_schema": {"type": "object"}}],
    "tool_choice": {"type": "auto"},
    "stop_sequences": ["x"],
    "metadata": {"user_id": "u"},
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "toolu_1", "name": "get", "input": {}}],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": [], "is_error": False},
                {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
            ],
        },
    ],
}
"""A request that uses much of the API."""
LINE = {
    "method": "POST",
    "path": "/v1/messages?beta=true",
    "request_headers": {"anthropic-version": "2023-06-01", "anthropic-beta": "a-1,b-2"},
    "request": RICH,
    "status": 200,
    "headers": {"content-type": "application/json"},
    "body": json.dumps(saved_files.MESSAGE),
}
"""What `app record` keeps of it."""
SOURCE = {
    "x.py": b"""
import anthropic
TOOLS = [{"name": "get", "description": "d", "input_schema": {"type": "object"}}]
client = anthropic.Anthropic()
with client.beta.messages.stream(model="m", max_tokens=10, tools=TOOLS, **more) as stream:
    if stream.get_final_message().stop_reason in ("tool_use", "max_tokens"):
        print(stream.content[0].text, f"{stream.usage.input_tokens}", {"type": "thinking"})
try: client.messages.batches.create(requests=[{"params": {"model": "m"}}])
except (anthropic.RateLimitError, anthropic.BadRequestError) as e: print(e.body["error"]["type"])
""",
    "x.ts": b"""
import Anthropic from "@anthropic-ai/sdk";
const tools = [{ name: "get", description: "d", input_schema: { type: "object" } }];
const m = await client.beta.messages.create({ model: "m", max_tokens: 1_000, tools, ...more });
switch (m.stop_reason) { case "tool_use": break; }
if (e instanceof Anthropic.RateLimitError || e.status === 529) console.log(m.content[0].text);
const { text } = await generateText({ model, maxTokens: 5, toolChoice: "required" });
""",
}


def programs(chance: random.Random, folder: Path) -> Case:
    """A program's traffic: scanned, checked, and chosen from to be sent again."""
    data = damage.written(damage.damaged(LINE, chance))
    path = folder / "x.jsonl"
    path.write_bytes(data + b"\n")

    def run() -> None:
        inventory = scan([str(path)])
        written = inventory_json.to_json(inventory)
        assert inventory_json.from_document(json.loads(written)) == inventory
        inventory_text.render(inventory)
        is_safe(check_text.render(View(check(inventory, *_known())), width=None, color=False))
        choice = choose([str(path)])
        requests = replay.requests_of(choice, "m", ENDPOINT)
        for request in requests:
            httpx2.Request(
                request.method, f"{ENDPOINT.base_url}{request.path}", headers=dict(request.headers)
            )
            if request.body is not None:
                json.loads(request.content)
        is_safe(replay.plan_text(choice, replay.cost_of(requests), ENDPOINT.public_url, "m"))

    return Case(run, data)


def answers_to_programs(chance: random.Random, folder: Path) -> Case:
    """An answer to a program's request that was sent again."""
    path = folder / "x.jsonl"
    path.write_bytes(damage.written(LINE) + b"\n")
    body = damage.damaged_body(chance.choice(RECORDED).entry.exchange.body, chance)

    def run() -> None:
        choice = choose([str(path)])
        (request,) = replay.requests_of(choice, "m", ENDPOINT)
        status = chance.choice([200, 400, 401, 529, 999])
        answer = Exchange(request, status, headers=_headers(chance), body=body)
        done = replay.Replay(choice, (compare(choice.chosen[0], answer),))
        is_safe(replay.to_text(done))
        json.loads(replay.to_json(done))

    return Case(run, body)


def source(chance: random.Random, folder: Path) -> Case:
    """A file of source."""
    name = chance.choice([*SOURCE])
    path = folder / name
    path.write_bytes(damage.damaged_bytes(SOURCE[name], chance))

    def run() -> None:
        inventory_text.render(scan([str(path)]))

    return Case(run, path.read_bytes())


def readiness(chance: random.Random, _: Path) -> Case:
    """An answer to everything that a client sends."""
    body = damage.damaged_body(chance.choice(RECORDED).entry.exchange.body, chance)
    status, headers = chance.choice([200, 400, 404, 529]), _headers(chance)
    client = chance.choice(["claude-code", "python-sdk", "ai-sdk"])

    def run() -> None:
        found = answer_all(
            questions(dialect_of(client), "m"),
            lambda batch: [Exchange(each, status, headers=headers, body=body) for each in batch],
        )
        is_safe(text(found, "http://127.0.0.1:1"))
        json.loads(to_json([document(found, "http://127.0.0.1:1")]))

    return Case(run, body)


def shown(chance: random.Random, _: Path) -> Case:
    """An exchange that is shown whole, and as commands."""
    exchange = damaged_entry(chance).entry.exchange

    def run() -> None:
        is_safe(http_text("http://127.0.0.1:1", exchange))
        is_safe(curl.curl("http://127.0.0.1:1", exchange.request))
        is_safe(curl.python("http://127.0.0.1:1", exchange.request))

    return Case(run, exchange.body)


def reports(chance: random.Random, _: Path) -> Case:
    """A report of which a value is wrong."""
    data = damage.written(damage.damaged(_report_document(), chance))

    def run() -> None:
        report = from_document(json.loads(data))
        for format in FORMAT_OF_SUFFIX.values():
            render(report, format)
        rendered_differences.to_text(differences.compare(_report(), report))

    return Case(run, data)


def _headers(chance: random.Random) -> tuple[tuple[str, str], ...]:
    return damage.damaged_headers((("content-type", "application/json"),), chance)


@cache
def _known() -> tuple[Any, ...]:
    knowledge, models = what_is_known.gather(Asked("model-studio", ("qwen-plus",)), SUITES)
    return knowledge, models, what_is_known.instead_of(SUITES)


@cache
def _report() -> Report:
    rows = tuple(row for row in REVISION.rows if row.id.startswith("basic/"))
    judged = Tape((RECORDED[0].label,), tuple(each.entry for each in RECORDED))
    cells = judge.judge_model(REVISION, MODEL, rows, SUITES, judged)
    provenance = Provenance(Evidence.RECORDED, (), (), None, ())
    target = TargetReport(
        revision=REVISION,
        provenance=provenance,
        rows=rows,
        models=(MODEL,),
        cells=cells,
        observations=(),
    )
    return judge.make_report([target])


@cache
def _report_document() -> Any:
    return json.loads(render(_report(), "json"))


def is_safe(text: str) -> None:
    """Assert that a text can be printed in any terminal."""
    assert text == visible(text), "something in it steers a terminal"


KINDS: Mapping[str, Callable[[random.Random, Path], Case]] = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        answers,
        recordings,
        damaged_recordings,
        har,
        json_lines,
        streams_and_bodies,
        foreign_cassettes,
        settings,
        keys,
        programs,
        answers_to_programs,
        source,
        readiness,
        shown,
        reports,
    )
}
