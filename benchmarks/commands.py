"""What the commands cost that people wait for, in processor time.

    python benchmarks/commands.py [--rounds N]

Each command runs in a process of its own, the commands interleaved, so that a load on the machine
falls on all of them alike. Prints the least processor time (user and system) of the rounds, which
other processes hardly change, and the least time that passed, which depends on them. `report` and
`plan` are measured with an empty memory and with a full one, and with Python's compiled files
there, as it is for users.
Asserts nothing: run it before and after a change, on the same machine, and compare.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

COMMANDS = {
    "--help": ["--help"],
    "report, first use": ["report", "--format", "json"],
    "report, after that": ["report", "--format", "json"],
    "plan, one model": ["plan", "--target", "model-studio", "--model", "qwen-plus"],
    "plan, after that": ["plan", "--target", "model-studio", "--model", "qwen-plus"],
}

_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, each process compiles every module anew."""


def seconds(arguments: list[str], memory: Path) -> tuple[float, float]:
    """The processor time of one command, and the time that passed."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "messages_conformance", *arguments],
        env={**os.environ, "MESSAGES_CONFORMANCE_CACHE": str(memory), _UNCOMPILED: ""},
        capture_output=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise click.ClickException(done.stderr.decode(errors="replace"))
    after = os.times()
    worked = (
        after.children_user - before.children_user + after.children_system - before.children_system
    )
    return worked, after.elapsed - before.elapsed


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
def main(rounds: int) -> None:
    """Measure each command, round by round."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        memory = Path(folder) / "memory"
        for arguments in COMMANDS.values():
            seconds(arguments, memory)  # compiles all modules
        for _ in range(rounds):
            shutil.rmtree(memory, ignore_errors=True)
            for name, arguments in COMMANDS.items():
                taken[name].append(seconds(arguments, memory))
    for name, figures in taken.items():
        worked, passed = map(min, zip(*figures, strict=True))
        click.echo(f"{name:20} {worked:5.2f} s of processor time, {passed:5.2f} s passed")


if __name__ == "__main__":
    main()
