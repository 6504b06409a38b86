"""`revisions`, `revisions diff` and `targets`, and the page by which other commands judge."""

import json
from pathlib import Path

import pytest

from messages_conformance import reference, schemas
from messages_conformance.claims import library
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import load_suites
from messages_conformance.runs import live
from support.claims_files import MINIMAL, write
from support.commands import call, refused
from support.project_on_disk import CLAIMS, LATER, ProjectOnDisk

pytestmark = pytest.mark.usefixtures("no_key")


@pytest.fixture
def twice(project: ProjectOnDisk) -> ProjectOnDisk:
    """The project with a later revision of its page, and recordings for the earlier one."""
    (project.root / "claims" / "world" / "2026-03-04.toml").write_text(LATER)
    project.record("small-1")
    project.record("small-2")
    return project


class TestListing:
    def test_revisions_with_how_sure_their_dates_are(self, twice: ProjectOnDisk) -> None:
        lines = [line.split() for line in call("revisions").stdout.splitlines()]
        assert lines[0] == ["world,", "World"]
        assert lines[1][:4] == ["*", "2026-03-04", "or", "later"]
        assert lines[2][:5] == ["2025-11-13", "3", "rows", "2", "models"]

    def test_revisions_as_json(self, twice: ProjectOnDisk) -> None:
        listed = json.loads(call("revisions", "--format", "json").stdout)
        assert [(one["date"], one["date_is"], one["default"]) for one in listed] == [
            ("2026-03-04", "at_least", True),
            ("2025-11-13", "exact", False),
        ]

    def test_targets(self, twice: ProjectOnDisk) -> None:
        printed = call("targets").stdout
        assert (
            "world  World\n    http://127.0.0.1:1\n    2 revisions: 2025-11-13, 2026-03-04"
            in printed
        )
        assert "page of 2026-03-04 or later: 3 rows, 2 models" in printed
        (document,) = json.loads(call("targets", "--format", "json").stdout)
        assert document["models"] == ["small-1", "small-3"]

    def test_one_target_in_full(self) -> None:
        printed = call("targets", "--target", "model-studio").stdout
        assert "https://{workspace}.cn-beijing.maas.aliyuncs.com/apps/anthropic  China" in printed
        assert (
            "        qwen3.8-max  thinks: on; sees; max_tokens counts text_and_thinking" in printed
        )

    @pytest.mark.parametrize("command", [("revisions",), ("targets",), ("rows",), ("report",)])
    def test_a_target_that_is_not_there(self, command: tuple[str, ...]) -> None:
        message = refused(call(*command, "--target", "model-studi"))
        assert message.startswith("no target 'model-studi'; did you mean 'model-studio'")


class TestDiff:
    def test_what_changed_and_what_it_means(self, twice: ProjectOnDisk) -> None:
        printed = call("revisions", "diff", "2025-11-13", "2026-03-04").stdout
        for line in (
            "World: what changed from 2025-11-13 to 2026-03-04 or later",
            "  basic/stop  supported → ignored",
            "      before: Stops there",
            "      now: Does not stop",
            "Gone: supported before (1)",
            "New (1)",
            "Models gone (1)",
            "  small  small-2",
            "Recorded verdicts that the page changes",
            "  basic/stop  silently ignored → kept, 1 model (claimed supported before)",
            "Recorded models that are gone",
        ):
            assert line in printed.splitlines(), line
        assert "Rows: 1 gone, 1 new, 1 flipped (basic/stop)." in printed

    def test_a_verdict_that_rests_on_a_promise_no_longer_made(self, twice: ProjectOnDisk) -> None:
        later = LATER.replace('id = "basic/temperature"', 'id = "basic/warmth"')
        (twice.root / "claims" / "world" / "2026-03-04.toml").write_text(later)
        document = json.loads(
            call("revisions", "diff", "2025-11-13", "2026-03-04", "--format", "json").stdout
        )
        assert schemas.complaint(document, "revision-changes") is None
        assert document["recorded"]["models"] == ["small-1", "small-2"]
        assert document["recorded"]["models_gone"] == ["small-2"]
        assert document["recorded"]["verdicts"][0] == {
            "row": "basic/temperature",
            "claim": "supported",
            "before": "kept",
            "after": None,
            "rests_on_a_lost_promise": True,
            "models": ["small-1"],
        }
        printed = call(
            "revisions", "diff", "2025-11-13", "2026-03-04", "--format", "markdown"
        ).stdout
        assert (
            "## Recorded verdicts that rest on a promise no longer made (1 verdict, 1 row)"
            in printed
        )
        assert "- `basic/temperature`: kept, 1 model (claimed supported before)" in printed

    def test_without_recordings_it_says_so(self, project: ProjectOnDisk) -> None:
        (project.root / "claims" / "world" / "2026-03-04.toml").write_text(LATER)
        printed = call("revisions", "diff", "2025-11-13", "2026-03-04").stdout
        assert "Recorded verdicts: none of this target" in " ".join(printed.split())

    def test_dates_that_are_not_there(self, twice: ProjectOnDisk) -> None:
        message = refused(call("revisions", "diff", "2025-11-13", "2026-03-05"))
        assert message == "no target has a revision '2026-03-05'; did you mean '2026-03-04'?"
        message = refused(call("revisions", "diff", "2025-11-13", "x", "--target", "world"))
        assert message == "target 'world' has no revision 'x'; there are: 2025-11-13, 2026-03-04"

    def test_the_shipped_pages_of_model_studio(self) -> None:
        result = call("revisions", "diff", "2025-11-13", "2026-09-02")
        gist = " ".join(result.stdout.split())
        assert result.exit_code == 0
        assert (
            "Rows: 26 gone, 11 new, 1 flipped (content/image), 1 narrowed (basic/stop_sequences), "
            "1 with another claim for some models, 1 with other limits, 25 reworded. "
            "Models: 2 gone, 52 new."
        ) in gist
        assert "simulated by the reference endpoint, no measurement of the vendor" in gist
        assert "error/429 kept, 11 models (claimed supported before)" in gist


class TestWhichPage:
    def test_recordings_are_judged_by_the_page_they_are_for(self, twice: ProjectOnDisk) -> None:
        document = json.loads(call("report", "--format", "json").stdout)
        assert {cell["revision"] for cell in document["cells"]} == {"2025-11-13"}

    def test_another_page_may_be_named(self, twice: ProjectOnDisk) -> None:
        result = call("report", "--revision", "2026-03-04", "--format", "json")
        cells = json.loads(result.stdout)["cells"]
        found = {(cell["model"], cell["row"]): cell for cell in cells}
        assert found["small-1", "basic/stop"]["verdict"] == "kept"
        fresh = found["small-1", "basic/fresh"]
        assert (fresh["verdict"], fresh["summary"]) == (
            "unmeasured",
            "no probe puts this row to the test",
        )
        assert found["small-3", "basic/stop"]["verdict"] == "unmeasured"

    def test_rows_and_plans_are_of_the_newest(self, twice: ProjectOnDisk) -> None:
        assert "World, 2026-03-04 or later" in call("rows").stdout
        assert "—  (no probe)" in call("rows").stdout
        assert "page of 2026-03-04" in call("plan", "--target", "world").stdout
        older = call("plan", "--target", "world", "--model", "small-2")
        assert "page of 2025-11-13" in older.stdout
        named = call("plan", "--target", "world", "--revision", "2025-11-13")
        assert "page of 2025-11-13" in named.stdout

    def test_a_plan_to_go_on_is_of_the_page_recorded_for(self, twice: ProjectOnDisk) -> None:
        printed = call("plan", "--target", "world", "--cassettes", twice.cassettes)
        assert "page of 2025-11-13" in printed.stdout

    def test_a_run_that_is_resumed_keeps_its_page(self, twice: ProjectOnDisk) -> None:
        environ = {"ANTHROPIC_API_KEY": "k"}

        def date_of(*, resume: bool) -> str:
            run = live.prepare(
                Selection(("world",)),
                load_suites(),
                environ,
                cassettes=twice.cassettes,
                resume=resume,
            )
            return str(run.chosen[0].revision.date)

        assert date_of(resume=True) == "2025-11-13"
        assert date_of(resume=False) == "2026-03-04"

    def test_serve_simulates_the_page_that_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reference, "serve", lambda *_: None)
        printed = call("serve", "--revision", "2025-11-13", "--port", 48787)
        assert "page of 2025-11-13" in printed.output
        assert "page of 2026-09-02 or later" in call("serve", "--port", 48787).output


class TestSeveralTargets:
    @pytest.fixture
    def two(self, twice: ProjectOnDisk) -> ProjectOnDisk:
        other = CLAIMS.replace('id = "world"', 'id = "moon"').replace('"World"', '"Moon"')
        write(twice.root / "claims", other, "moon/2025-11-13.toml")
        return twice

    def test_one_that_is_named_and_not_recorded_says_so(self, two: ProjectOnDisk) -> None:
        result = call("report", "--target", "world", "--target", "moon", "--format", "json")
        cells = json.loads(result.stdout)["cells"]
        assert {cell["target"] for cell in cells} == {"world", "moon"}
        assert {c["verdict"] for c in cells if c["target"] == "moon"} == {"unmeasured"}
        assert (
            "contains no recordings of target 'moon': all its rows are unmeasured" in result.stderr
        )

    def test_none_that_is_named_is_recorded(self, two: ProjectOnDisk) -> None:
        message = refused(call("report", "--target", "moon", "--row", "basic/stop"))
        assert "contains no recordings of target 'moon'; make some" in message

    def test_each_has_a_plan(self, two: ProjectOnDisk) -> None:
        printed = call("plan", "--target", "world", "--target", "moon").stdout
        assert printed.index("Plan for Moon") < printed.index("Plan for World")
        plans = json.loads(call("plan", *("--target", "world") * 1, "--format", "json").stdout)
        assert plans["target"] == "world"
        both = call("plan", "--target", "world", "--target", "moon", "--format", "json").stdout
        assert [plan["target"] for plan in json.loads(both)] == ["moon", "world"]

    def test_a_run_asks_one(self, two: ProjectOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
        message = refused(call("run", "--target", "world", "--target", "moon"))
        assert message == "a run asks one endpoint: name one target, not 2"

    def test_rows_of_both(self, two: ProjectOnDisk) -> None:
        printed = call("rows", "--target", "world", "--target", "moon").stdout
        assert "World, 2026-03-04 or later\n" in printed
        assert "Moon, 2025-11-13\n" in printed


class TestOwnClaims:
    def test_a_file_a_folder_the_environment_and_here(
        self, project: ProjectOnDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(tmp_path, MINIMAL, "own/tiny.toml")
        assert "Tiny, 2026-01-02" in call("rows", "--target", "tiny", "--claims", path).stdout
        assert "Tiny" in call("rows", "--target", "tiny", "--claims", path.parent).stdout
        assert "no target 'tiny'" in refused(call("rows", "--target", "tiny"))
        monkeypatch.setenv(library.ENVIRONMENT, str(path))
        assert "Tiny" in call("targets").stdout
        monkeypatch.delenv(library.ENVIRONMENT)
        write(Path(), MINIMAL, "claims/tiny/2026-01-02.toml")
        assert "Tiny" in call("targets").stdout

    @pytest.mark.parametrize("command", ["report", "rows", "plan", "revisions", "targets", "serve"])
    def test_every_mistake_in_one_is_said(self, tmp_path: Path, command: str) -> None:
        bad = MINIMAL.replace('claim = "supported"', 'claim = "yes"').replace("[[series]]", "[[s]]")
        result = call(command, "--claims", write(tmp_path, bad))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "6 mistakes, none of the file is used:" in result.stderr
        lines = result.stderr.splitlines()
        assert [line[:7] for line in lines[1:]] == ["  line "] * 6
        assert any("line 32, at $.row['basic/model'].claim: 'yes'" in line for line in lines)
        assert "there is no key 's' here; known here: target" in result.stderr

    def test_a_report_rests_on_them(self, project: ProjectOnDisk, tmp_path: Path) -> None:
        project.record("small-1")
        own = write(tmp_path, CLAIMS.replace('"Stops there"', '"Ours"').replace("World's", "Our"))
        document = json.loads(call("report", "--claims", own, "--format", "json").stdout)
        assert "Ours" in json.dumps(document)


def test_a_rule_that_is_not_there_is_answered_with_one_that_is_near() -> None:
    misspelt = "ST-ORD-1".replace("ORD", "ODR")
    assert "did you mean 'ST-ORD-" in refused(call("rules", misspelt))
