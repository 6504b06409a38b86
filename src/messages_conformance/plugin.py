"""pytest's door: the probes of the suites as tests, one for each model.

It is loaded into every pytest run where the package is installed, so it imports next to
nothing until it meets a suite.
"""

import os
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from messages_conformance import shipped

if TYPE_CHECKING:
    from messages_conformance.items import Judging, Suite
    from messages_conformance.selection import Selection
    from messages_conformance.shards import Shard

_HANDED_OVER = ("conformance_cassettes", "conformance_target")
"""What a live run decides, by the names pytest keeps it under."""

_CHOOSING = ("target", "model", "series", "row", "expectations", "shard")
"""The options in which a mistake is told before anything is collected."""

_judging: pytest.StashKey["Judging"] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what the command line offers; paths stay strings on their way to xdist's workers."""
    group = parser.getgroup("messages-conformance", "conformance to the Messages API")
    for name, metavar, meaning in (
        ("model", "PATTERN", "only these models, such as 'qwen3-*'"),
        ("series", "NAME", "only the models of this series"),
        ("row", "PATTERN", "only these rows, such as 'content/*'"),
        ("opt-in", "ROW", "with --live: also run this row's probe, or 'all' that cost extra"),
        ("report", "FILE", "write a report; its suffix is .json, .md, .html, .txt or .xml"),
    ):
        group.addoption(
            f"--{name}",
            dest=_dest(name),
            action="append",
            default=[],
            metavar=metavar,
            help=f"{meaning}; may be repeated",
        )
    group.addoption(
        "--target", dest=_dest("target"), metavar="ID", help="only this target (default: all)"
    )
    group.addoption(
        "--cassettes",
        dest=_dest("cassettes"),
        metavar="DIR",
        help="judge the recordings in this folder (default: those that come with the suite)",
    )
    group.addoption(
        "--expectations",
        dest=_dest("expectations"),
        metavar="FILE",
        help="your own known deviations (default: those that come with the suite)",
    )
    group.addoption(
        "--shard",
        dest=_dest("shard"),
        metavar="N/M",
        help="only this part of the work; 'messages-conformance combine' puts it together",
    )
    group.addoption(
        "--live",
        dest=_dest("live"),
        action="store_true",
        help="record first, from the endpoint that ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY "
        "name, into --cassettes or a new folder in runs/; a hosted endpoint bills that",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take over what the controller found, and refuse a report file of unknown format."""
    if told := _told(config):
        for name in _HANDED_OVER:
            setattr(config.option, name, told[name])
    if reports := config.getoption(_dest("report")):
        from messages_conformance.report import files

        try:
            for name in reports:
                files.format_of(Path(name))
        except files.SuffixError as mistake:
            raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Record, if asked to, once and before xdist's workers start; they then only judge.

    Where something particular is chosen, it is looked up now: a mistake in it is the user's.
    """
    config = session.config
    if config.getoption(_dest("live")) and not (_told(config) or config.option.collectonly):
        _record(config)
    if any(config.getoption(_dest(name)) for name in _CHOOSING):
        from messages_conformance.mistakes import MISTAKES

        try:
            _judging_of(config)
        except MISTAKES as mistake:
            raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist, which is told only the command line, what the controller found."""
    for name in _HANDED_OVER:
        node.workerinput[name] = getattr(node.config.option, name)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> "Suite | None":
    """Take over the modules of the suites folder; all others are pytest's own."""
    if not _is_suite(module_path):
        return None
    from messages_conformance.items import Suite

    return Suite.from_parent(parent, path=module_path, judging_of=_judging_of)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Sum up what was judged of each target, and write the reports asked for.

    Judging is pure and quick, so for a report all that was chosen is simply judged again here,
    where all workers have ended; it is the same whichever of the tests were picked.
    """
    counted = _counted(terminalreporter)
    wanted = [Path(name) for name in config.getoption(_dest("report"))]
    if not counted:
        if wanted:
            terminalreporter.line("no suite was run, so no report is written", yellow=True)
        return
    terminalreporter.section("messages-conformance")
    for (target, evidence), verdicts in sorted(counted.items()):
        told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        terminalreporter.line(f"{target}, {_GROUND.get(evidence, evidence)}: {told}")
    if not wanted:
        return
    from messages_conformance.report import files
    from messages_conformance.report.document import to_document
    from messages_conformance.report.render import render

    document = to_document(_judging_of(config).assess().report)
    for path in wanted:
        try:
            files.write(path, render(document, files.format_of(path)))
        except OSError as problem:
            raise pytest.UsageError(f"{path}: {problem.strerror}") from problem
        terminalreporter.line(f"report written to {path}")


_GROUND = {
    "simulated": "simulated (no measurement of the vendor)",
    "none": "without evidence",
}
"""What some evidence is called where it stands alone."""


def _counted(terminalreporter: pytest.TerminalReporter) -> dict[tuple[str, str], Counter[str]]:
    """How often each verdict was found, by target and evidence; of all workers together."""
    counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for reports in terminalreporter.stats.values():
        for report in reports:
            said = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", None) == "call" and "verdict" in said:
                counted[said["target"], said["evidence"]][said["verdict"]] += 1
    return counted


def _is_suite(path: Path) -> bool:
    """Whether it is one of the suites, where they are installed or in a checkout of them."""
    suites = shipped.folder("suites")
    in_checkout = path.parent.name == "suites" and (path.parents[1] / "claims").is_dir()
    return path.parent == suites or (in_checkout and (suites / path.name).is_file())


def _judging_of(config: pytest.Config) -> "Judging":
    """What is judged in this session, looked up when it is first needed.

    Raises:
        ClaimsError, ExpectationsError, ShardError, SuiteError: something chosen or shipped
            cannot be used.
    """
    if _judging not in config.stash:
        from messages_conformance.items import judging
        from messages_conformance.verdict import Evidence

        config.stash[_judging] = judging(
            _selection(config),
            _cassettes(config) or shipped.folder("cassettes"),
            Evidence.LIVE if config.getoption(_dest("live")) else None,
            part=_part(config),
            own=Path(own) if (own := config.getoption(_dest("expectations"))) else None,
        )
    return config.stash[_judging]


def _record(config: pytest.Config) -> None:
    """Make the recordings that are then judged, and point the session at them."""
    from messages_conformance import live, shards, suites
    from messages_conformance.mistakes import MISTAKES
    from messages_conformance.progress import progress

    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        plan = live.plan(
            _selection(config),
            suites.load(shipped.folder("suites")),
            os.environ,
            wanted=config.getoption(_dest("opt-in")),
            cassettes=_cassettes(config),
        )
        part = _part(config)
        chosen = shards.shard((plan.chosen,), part) if part else (plan.chosen,)
        models = [model for choice in chosen for model in choice.models]
        with capture.global_and_fixture_disabled(), progress(models) as on_progress:
            checked = live.check(plan)[0]
            for choice in chosen:
                live.record(replace(checked, chosen=choice), on_progress)
    except MISTAKES as mistake:
        raise pytest.UsageError(str(mistake)) from mistake
    except OSError as problem:
        raise pytest.UsageError(f"{problem}; the recordings are in {plan.cassettes}") from problem
    except KeyboardInterrupt:
        pytest.exit(f"interrupted; what was recorded until now is in {plan.cassettes}", 2)
    config.option.conformance_cassettes = str(plan.cassettes.absolute())
    config.option.conformance_target = plan.chosen.revision.target.id


def _selection(config: pytest.Config) -> "Selection":
    from messages_conformance.selection import Selection

    return Selection(
        config.getoption(_dest("target")),
        tuple(config.getoption(_dest("model"))),
        tuple(config.getoption(_dest("series"))),
        tuple(config.getoption(_dest("row"))),
    )


def _part(config: pytest.Config) -> "Shard | None":
    from messages_conformance.shards import Shard

    given = config.getoption(_dest("shard"))
    return Shard.parse(given) if given else None


def _cassettes(config: pytest.Config) -> Path | None:
    given = config.getoption(_dest("cassettes"))
    return Path(given) if given else None


def _dest(option: str) -> str:
    """Where pytest keeps an option: under a name that no other plugin takes."""
    return f"conformance_{option.replace('-', '_')}"


def _told(config: pytest.Config) -> dict[str, Any]:
    """What xdist's controller told this worker; empty where this is no worker."""
    return getattr(config, "workerinput", {})
