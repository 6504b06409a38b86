"""The pytest plugin: its hooks.

It is loaded in every pytest run of the environment that it is installed in. So it imports next to
nothing, and does nothing, until a run collects a suite or uses one of its options.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from messages_conformance import resources
from messages_conformance.pytest_plugin import live, options

if TYPE_CHECKING:
    from messages_conformance.pytest_plugin.items import SuiteFile
    from messages_conformance.pytest_plugin.judge import SuiteJudge

_PACKAGE = "messages_conformance"

_PASSED_TO_WORKERS = ("mc_cassettes", "mc_target")
"""What a live run decides, as attributes of ``config.option``."""

_CHOICES = (*("target", "revision", "claims", "model", "series", "row", "expectations", "shard"),)
"""The options in which a mistake is reported before anything is collected."""

_EVIDENCE = {
    "simulated": "simulated (no measurement of the vendor)",
    "none": "without evidence",
}
"""What the summary calls kinds of evidence whose names alone would mislead."""

_COUNTED = {"target", "row", "evidence", "verdict"}
"""Properties that the test of every row has."""

_judge: pytest.StashKey["SuiteJudge"] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Take over what xdist's controller decided, and look through the command line."""
    if decided := _decided_by_controller(config):
        for name in _PASSED_TO_WORKERS:
            setattr(config.option, name, decided[name])
    _resolve_package_argument(config)
    if config.getoption("markers", False) and any(map(_names_suites, config.args)):
        _register_markers(config)
    if reports := options.get(config, "report"):
        _check_suffixes(reports)


def _resolve_package_argument(config: pytest.Config) -> None:
    """Let ``--pyargs messages_conformance`` mean the suites, which no package contains.

    In a checkout they are at its top level, in a wheel in a folder of data files.
    """
    if config.getoption("pyargs"):
        suites = str(resources.folder("suites"))
        config.args = [suites if argument == _PACKAGE else argument for argument in config.args]


def _names_suites(argument: str) -> bool:
    """Whether a positional argument is a suite, or the folder of the suites."""
    path = Path(argument.partition("::")[0]).resolve()
    return path == resources.folder("suites") or _is_suite(path)


def _register_markers(config: pytest.Config) -> None:
    from messages_conformance.probing import loader
    from messages_conformance.pytest_plugin import markers

    markers.register(config, loader.load(resources.folder("suites")))


def _check_suffixes(reports: list[str]) -> None:
    from messages_conformance.errors import UserError
    from messages_conformance.rendering.render import format_of

    try:
        for name in reports:
            format_of(Path(name))
    except UserError as mistake:
        raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Record, if asked to, once and before xdist's workers start; the workers only judge.

    What is chosen by an option is looked up now, so that a mistake in it is a usage error.
    """
    config = session.config
    is_worker = bool(_decided_by_controller(config))
    if options.get(config, "live") and not (is_worker or config.option.collectonly):
        live.record(config)
    if any(options.get(config, name) for name in _CHOICES):
        from messages_conformance.errors import UserError

        try:
            _judge_of(config)
        except UserError as mistake:
            raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass on what a live run decided; a worker of xdist otherwise knows the command line only."""
    for name in _PASSED_TO_WORKERS:
        node.workerinput[name] = getattr(node.config.option, name)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> "SuiteFile | None":
    """Collect the modules of the suites; leave all others to pytest."""
    if not _is_suite(module_path):
        return None
    from messages_conformance.pytest_plugin.items import SuiteFile

    return SuiteFile.from_parent(parent, path=module_path, judge_of=_judge_of)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Judge all models before the first test, if most of their rows are tests of this session."""
    config = session.config
    judge = config.stash.get(_judge, None)
    if judge is None or config.option.collectonly:
        return
    from messages_conformance.pytest_plugin import ahead
    from messages_conformance.pytest_plugin.items import RowTest

    if ahead.is_worth_it(judge, sum(isinstance(item, RowTest) for item in session.items)):
        ahead.judge_ahead(judge, _number_of_worker(config))


def _is_suite(path: Path) -> bool:
    """Whether a file is one of the suites: as installed, or of a checkout of this project."""
    suites = resources.folder("suites")
    if path.parent == suites:
        return path.name.startswith("test_")
    in_checkout = path.parent.name == "suites" and (path.parents[1] / "src" / _PACKAGE).is_dir()
    return in_checkout and (suites / path.name).is_file()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Sum up the verdicts by target, and write the reports that were asked for.

    Judging is pure and quick, so everything chosen is judged again here, where all workers have
    ended. A report is therefore the same whatever -k and -m left out.
    """
    counts = _count_verdicts(terminalreporter)
    reports = [Path(name) for name in options.get(config, "report")]
    if not counts:
        if reports:
            terminalreporter.line("no suite was run, so no report is written", yellow=True)
        return
    terminalreporter.section("messages-conformance")
    for (target, evidence), verdicts in sorted(counts.items()):
        listed = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        terminalreporter.line(f"{target}, {_EVIDENCE.get(evidence, evidence)}: {listed}")
    if reports:
        _write_reports(reports, terminalreporter, config)


def _write_reports(
    reports: list[Path], terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    from messages_conformance.files import write_text
    from messages_conformance.rendering.render import format_of, render

    report = _judge_of(config).assess().report
    for path in reports:
        try:
            write_text(path, render(report, format_of(path)))
        except OSError as problem:
            raise pytest.UsageError(f"{path}: {problem.strerror}") from problem
        terminalreporter.line(f"report written to {path}")


def _count_verdicts(
    terminalreporter: pytest.TerminalReporter,
) -> dict[tuple[str, str], Counter[str]]:
    """How often each verdict was reached, by target and evidence; of all workers together."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for reports in terminalreporter.stats.values():
        for report in reports:
            properties = dict(getattr(report, "user_properties", ()))
            # The tests of others may have properties, too.
            if getattr(report, "when", None) == "call" and properties.keys() >= _COUNTED:
                key = properties["target"], properties["evidence"]
                counts[key][properties["verdict"]] += 1
    return counts


def _judge_of(config: pytest.Config) -> "SuiteJudge":
    """The judge of this session, made when it is first needed.

    Raises:
        ClaimsError, ExpectationsError, ShardError, SuiteError: something chosen or shipped
            cannot be used.
    """
    if _judge not in config.stash:
        from messages_conformance.pytest_plugin.judge import judge_of
        from messages_conformance.verdict import Evidence

        config.stash[_judge] = judge_of(
            options.selection_of(config),
            options.path_of(config, "cassettes") or resources.folder("cassettes"),
            Evidence.LIVE if options.get(config, "live") else None,
            shard=options.shard_of(config),
            expectations=options.path_of(config, "expectations"),
        )
    return config.stash[_judge]


def _number_of_worker(config: pytest.Config) -> int:
    """Which of xdist's workers this is, from 0; 0 without xdist."""
    worker = _decided_by_controller(config)
    workers: int = worker.get("workercount", 1)
    # Usually gw0, gw1 and so on; but a worker may be called anything.
    number = "".join(filter(str.isdecimal, worker.get("workerid", "")))[-4:]
    return int(number or 0) % workers


def _decided_by_controller(config: pytest.Config) -> dict[str, Any]:
    """What xdist's controller passed to this worker; empty where this is no worker."""
    return getattr(config, "workerinput", {})
