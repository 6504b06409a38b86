"""What is left when a run, its continuation, `combine` or `report` is killed at a random moment.

    python benchmarks/kills.py [--kills 200] [--seed N] [--only KIND]

The reference endpoint counts what it is asked. Runs are killed with SIGKILL before they ask, while
they ask, and while they write their reports, and are continued with `--resume` until one gets to
its end. `combine` and `report` are killed and repeated. Held against each kill:

- what was answered is recorded, except for what was in flight;
- what is recorded stays, and is not asked again;
- a report is there as a whole or not at all;
- at its end everything is as if nothing had been killed.

Commands are processes of their own, forked from one that has read the code already. Prints the
figures; exits with 1, and says which kill it was, if one of these does not hold.
"""

import contextlib
import json
import multiprocessing
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from messages_conformance import cli
from messages_conformance.cassettes.tape import Tape
from messages_conformance.cli.common import load_suites
from messages_conformance.protocol.canonical import canonical
from messages_conformance.recording.signals import terminable

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.killed_runs import AT_ONCE, KEY, Runs, kept, running

DELAY = 0.1
"""Seconds that an answer takes."""
_POLL = 0.005
_LATE = 0.5
"""Seconds in which what a killed process had sent arrives."""
_JITTER = 0.2
_WRITES = 1.5
"""Seconds after the last request in which a run judges, and writes its reports."""
_MOST_IN_A_ROW = 8
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)?")
"""When something was written, which is another time whenever it is written again."""
_SUFFIXES = ("json", "html", "md", "xml")
TARGET, MODEL = "model-studio", "qwen-plus"
_RUN = (
    *("run", "--target", TARGET, "--revision", "2025-11-13", "--model", MODEL),
    *("--concurrency", str(AT_ONCE), "--row", "basic/t*", "--row", "basic/s*", "--row", "tools/*"),
)
_FORKED = multiprocessing.get_context("forkserver")


@dataclass
class Figures:
    """What all kills of one kind left behind."""

    kills: int = 0
    completed: int = 0
    lost: int = 0
    twice: int = 0
    """Requests that were sent again, as they were in flight at a kill."""
    failed: list[str] = field(default_factory=list)

    def check(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.failed.append(f"kill {self.kills}: {what}")


def start(arguments: list[str], environ: Mapping[str, str], said: Path) -> ForkServerProcess:
    """Start a command; what it prints is added to a file."""
    process = _FORKED.Process(target=_command, args=(arguments, dict(environ), str(said)))
    process.start()
    return process


def _command(arguments: list[str], environ: dict[str, str], said: str) -> None:
    os.environ.update(environ)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    cli.main(arguments)


def finish(arguments: list[str], environ: Mapping[str, str], said: Path) -> float:
    """Run a command to its end; returns the seconds that it took."""
    began = time.perf_counter()
    process = start(arguments, environ, said)
    process.join()
    if process.exitcode not in (0, 1):
        raise click.ClickException(f"{arguments[0]} ended with {process.exitcode}: {said}")
    return time.perf_counter() - began


def killed_runs(
    chance: random.Random, folder: Path, plan: Counter[tuple[str, ...]]
) -> Generator[Figures]:
    """Runs and their continuations; yields the figures after each kill."""
    figures = Figures()
    said = folder.with_suffix(".txt")
    for number in range(10**6):
        into = folder / f"run-{number}"
        with running(DELAY) as runs:
            environ = {"ANTHROPIC_BASE_URL": runs.url, "ANTHROPIC_API_KEY": KEY}
            arrived: Counter[tuple[str, ...]] = Counter()
            kills = 0
            for _ in range(chance.randint(1, _MOST_IN_A_ROW)):
                before, asked = kept(into), len(runs.endpoint.arrived)
                process = start(_run(into, resumes=kills > 0), environ, said)
                was_running = _kill_run(runs, process, plan.total() - before, chance)
                # The first request is the one that tries the key.
                sent = runs.endpoint.arrived[asked + 1 :]
                arrived += Counter(sent)
                if not was_running:
                    break
                figures.kills += 1
                kills += 1
                lost = max(0, len(sent) - AT_ONCE - (kept(into) - before))
                figures.lost += lost
                figures.check(lost == 0, f"{lost} answers were lost")
                figures.check(kept(into) >= before, "recordings were lost")
                yield figures
            asked = len(runs.endpoint.arrived)
            finish(_run(into, resumes=True), environ, said)
            arrived += Counter(runs.endpoint.arrived[asked + 1 :])
        figures.completed += 1
        twice = (arrived - plan).total()
        figures.twice += twice
        figures.check(not plan - arrived, "some requests were not sent")
        figures.check(twice <= kills * AT_ONCE, f"{twice} requests were sent twice")
        recorded = _recorded(into)
        missing = (_bodies(plan) - recorded).total()
        figures.check(not missing, f"{missing} requests are not recorded")
        # A row that depends on chance may ask more often than the first run did.
        unsent = (recorded - _bodies(arrived)).total()
        figures.check(not unsent, f"{unsent} requests are recorded and were not sent")
        figures.check(not list(into.rglob("*.jsonl")), "a journal was left")
        figures.check(_is_report(into / "report.json"), "there is no report")


def _bodies(requests: Counter[tuple[str, ...]]) -> Counter[bytes]:
    bodies: Counter[bytes] = Counter()
    for (*_, body), times in requests.items():
        bodies[canonical(json.loads(body or "null"))] += times
    return bodies


def _recorded(into: Path) -> Counter[bytes]:
    entries = Tape.load(into / "cassettes", TARGET, MODEL).entries
    return Counter(canonical(entry.exchange.request.body) for entry in entries)


def _run(into: Path, *, resumes: bool) -> list[str]:
    return [*_RUN, "--output", str(into), *(["--resume"] if resumes else [])]


def _kill_run(runs: Runs, process: ForkServerProcess, left: int, chance: random.Random) -> bool:
    """Kill a run before, while or after it asks; whether it was still running."""
    begun = len(runs.endpoint.arrived)
    writes = chance.random() < 0.25
    wanted = begun + (left + 1 if writes else chance.randint(0, left))
    while process.is_alive() and len(runs.endpoint.arrived) < wanted:
        time.sleep(_POLL)
    time.sleep(chance.uniform(0, _WRITES if writes else _JITTER))
    return _kill(process)


def _kill(process: ForkServerProcess) -> bool:
    process.kill()
    process.join()
    was_running = process.exitcode is not None and process.exitcode < 0
    time.sleep(_LATE if was_running else 0)
    return was_running


def _is_report(path: Path) -> bool:
    return path.is_file() and bool(json.loads(path.read_text("utf-8"))["cells"])


def killed_commands(
    chance: random.Random, folder: Path, command: Callable[[Path], list[str]]
) -> Generator[Figures]:
    """A command that writes, killed and repeated; yields the figures after each kill."""
    figures = Figures()
    said = folder.with_suffix(".txt")
    whole = folder / "whole"
    seconds = finish(command(whole), {}, said)
    expected = _contents(whole)
    for number in range(10**6):
        into = folder / f"again-{number}"
        for _ in range(chance.randint(1, _MOST_IN_A_ROW)):
            process = start(command(into), {}, said)
            time.sleep(chance.uniform(0, seconds))
            if not _kill(process):
                break
            figures.kills += 1
            for name, content in _contents(into).items():
                figures.check(expected.get(name) == content, f"{name} is there in part")
            yield figures
        seconds = finish(command(into), {}, said)
        figures.completed += 1
        figures.check(_contents(into) == expected, "what was written differs")


def _contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder that have their names already, without the times in them."""
    return {
        path.relative_to(folder).as_posix(): _TIME.sub(b"", path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not _is_temporary(path, folder)
    }


def _is_temporary(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _report_as(suffix: str, cassettes: Path) -> Callable[[Path], list[str]]:
    return lambda into: [
        *("report", "--cassettes", str(cassettes), "--output", f"{into}/report.{suffix}")
    ]


def _kinds(
    kills: int, chance: random.Random, folder: Path
) -> dict[str, tuple[int, Generator[Figures]]]:
    """How often each is killed, and what kills it."""
    plan: Counter[tuple[str, ...]] = Counter()
    with running(0) as runs:
        environ = {"ANTHROPIC_BASE_URL": runs.url, "ANTHROPIC_API_KEY": KEY}
        finish(_run(folder / "plan", resumes=False), environ, folder / "plan.txt")
        plan += Counter(runs.endpoint.arrived[1:])
        shards = [folder / f"shard-{number}" for number in (1, 2)]
        for shard in shards:
            part = f"{shard.name[-1]}/2"
            arguments = [*_run(shard, resumes=False), "--shard", part]
            finish(arguments, environ, folder / "shards.txt")
    parts = list(map(str, shards))
    return {
        "run and --resume": (kills * 6 // 10, killed_runs(chance, folder / "runs", plan)),
        "combine": (
            kills * 2 // 10,
            killed_commands(
                chance, folder / "combined", lambda into: ["combine", *parts, "--output", str(into)]
            ),
        ),
        **{
            f"report as {suffix}": (
                kills * 2 // 10 // len(_SUFFIXES),
                killed_commands(
                    chance, folder / suffix, _report_as(suffix, folder / "plan" / "cassettes")
                ),
            )
            for suffix in _SUFFIXES
        },
    }


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--only", default="", help="Only the kinds whose name begins so.")
def main(kills: int, seed: int, only: str) -> None:
    """Kill, continue, and print what was left; Ctrl-C prints what was found so far."""
    found: dict[str, Figures] = {}
    with (
        contextlib.suppress(KeyboardInterrupt),
        terminable(),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
    ):
        for what, (wanted, steps) in _kinds(kills, random.Random(seed), Path(name)).items():
            if what.startswith(only):
                found[what] = next(steps)
                while found[what].kills < wanted:
                    next(steps)
                steps.close()
    table = Table("killed", "kills", "got to the end", "answers lost", "sent twice", "failed")
    failed: list[str] = []
    for what, figures in found.items():
        numbers = figures.kills, figures.completed, figures.lost, figures.twice
        table.add_row(what, *map(str, numbers), str(len(figures.failed)))
        failed += [f"{what}, {each}" for each in figures.failed]
    console = Console(soft_wrap=True)
    console.print(table)
    for each in failed[:40]:
        console.print(each, markup=False)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    _FORKED.set_forkserver_preload(["__main__"])
    main()
else:
    # In the process that commands are forked from: all that they would import.
    load_suites()
