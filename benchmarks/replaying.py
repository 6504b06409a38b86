"""What a judged exchange costs, beside one that vcrpy replays and nobody looks at.

    python benchmarks/replaying.py [--rounds N]

The same shipped cassettes are read in three ways, each in a process of its own: vcrpy replays them
through the official SDK, which builds its types, and nothing is looked at; `report` judges all
exchanges by probes, rules and clients with an empty memory; and `report` again, with what it
remembered. Prints processor time per exchange, the least of the rounds, with all that a process
needs to start, and without: what a process that only imports takes is subtracted. Asserts nothing:
run it before and after a change, on the same machine, and compare.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import click

from messages_conformance import resources

TARGET = "model-studio"
REPORT = ["-m", "messages_conformance", "report", "--target", TARGET, "--format", "json"]
IMPORTS = ["-c", "import messages_conformance.cli.report, messages_conformance.report.json_format"]


def replay(root: Path) -> int:
    """Replay all cassettes below a folder by vcrpy, through the SDK; return how many exchanges."""
    import anthropic
    import vcr
    from anthropic.types import Message, RawMessageStreamEvent

    warnings.simplefilter("ignore")  # the SDK warns of values that it does not know
    replayed = 0
    clients: dict[str, anthropic.Anthropic] = {}
    for path in sorted(root.rglob("*.yaml")):
        with vcr.use_cassette(str(path), record_mode="none") as cassette:
            for request in list(cassette.requests):
                base, _, below = request.uri.partition("/v1/")
                if base not in clients:  # to make one takes longer than to read an answer
                    clients[base] = anthropic.Anthropic(api_key="any", base_url=base, max_retries=0)
                client = clients[base]
                try:
                    body = json.loads(request.body or b"null")
                except ValueError:  # of a long request the hash is stored
                    body = {}
                streamed = isinstance(body, dict) and body.get("stream") is True
                replayed += 1
                try:
                    if request.method == "GET":
                        client.get(f"/v1/{below}", cast_to=object)
                    elif streamed:
                        stream = client.post(
                            f"/v1/{below}",
                            cast_to=Message,
                            body=body,
                            stream=True,
                            stream_cls=anthropic.Stream[RawMessageStreamEvent],
                        )
                        list(stream)
                    else:
                        client.post(f"/v1/{below}", cast_to=Message, body=body)
                except anthropic.APIError:
                    pass
    return replayed


def seconds(arguments: list[str], memory: Path) -> float:
    """The processor time of one process."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"MESSAGES_CONFORMANCE_CACHE": str(memory)},
        capture_output=True,
        check=False,
    )
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        raise click.ClickException(done.stderr.decode(errors="replace"))
    after = os.times()
    return (
        after.children_user - before.children_user + after.children_system - before.children_system
    )


def least(rounds: int, measure: Callable[[], float]) -> float:
    """The least of some measurements."""
    return min(measure() for _ in range(rounds))


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--replay", "replays", is_flag=True, hidden=True)
def main(rounds: int, replays: bool) -> None:
    """Measure each way, round by round."""
    root = resources.folder("cassettes") / TARGET
    if replays:
        click.echo(replay(root))
        return
    this = str(Path(__file__).resolve())
    number = int(subprocess.check_output([sys.executable, this, "--replay"]))
    with tempfile.TemporaryDirectory() as folder:
        memory, nothing = Path(folder) / "memory", Path(folder) / "none"

        def first() -> float:
            with tempfile.TemporaryDirectory() as empty:
                return seconds(REPORT, Path(empty))

        seconds(REPORT, memory)
        ways = {
            "vcrpy through the SDK, looking at nothing": (
                lambda: seconds([this, "--replay"], nothing),
                lambda: seconds(["-c", "import anthropic, anthropic.types, vcr"], nothing),
            ),
            "judged, first use": (first, lambda: seconds(IMPORTS, nothing)),
            "judged, once remembered": (
                lambda: seconds(REPORT, memory),
                lambda: seconds(IMPORTS, nothing),
            ),
        }
        click.echo(f"{number:,} exchanges of {TARGET}; ms each, and without what starting takes")
        for name, (whole, start) in ways.items():
            took, started = least(rounds, whole), least(rounds, start)
            each = took / number * 1e3, (took - started) / number * 1e3
            click.echo(f"{name:45} {each[0]:6.2f} {each[1]:6.2f}")


if __name__ == "__main__":
    main()
