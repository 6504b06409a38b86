"""The revision of a page that a session judges by."""

from support.inner_pytest import Run
from support.project_on_disk import LATER, ProjectOnDisk


def test_it_is_the_one_recorded_for_or_the_one_that_is_named(
    project: ProjectOnDisk, run: Run
) -> None:
    (project.root / "claims" / "world" / "2026-03-04.toml").write_text(LATER)
    project.record("small-1")
    chosen = ("suites", "--mc-model", "small-1", "--mc-row", "basic/stop")
    run(*chosen).assert_outcomes(failed=1)
    run(*chosen, "--mc-revision", "2025-11-13").assert_outcomes(failed=1)
    run(*chosen, "--mc-revision", "2026-03-04").assert_outcomes(passed=1)


def test_one_that_is_not_there_is_a_usage_error(project: ProjectOnDisk, run: Run) -> None:
    project.record("small-1")
    result = run("suites", "--mc-target", "world", "--mc-revision", "2025-11-14")
    result.stderr.fnmatch_lines(["ERROR: *no revision '2025-11-14'; did you mean '2025-11-13'?"])
