"""The claims files the project ships say what the documentation says, no more and no less."""

import datetime
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from messages_conformance import resources
from messages_conformance.claims import library, load
from messages_conformance.claims.page import Revision
from messages_conformance.reference.profiles import PROFILES
from messages_conformance.verdict import Claim

FOLDER = resources.folder("claims")
SHIPPED = sorted(FOLDER.glob("*/*.toml"))
MODEL_STUDIO = FOLDER / "model-studio" / "2025-11-13.toml"
OTHERS = [path for path in SHIPPED if path.parent != MODEL_STUDIO.parent or path == MODEL_STUDIO]
"""The dated page, and the other vendors; its own later revisions have other rows."""
every_file = pytest.mark.parametrize(
    "path", SHIPPED, ids=[path.relative_to(FOLDER).as_posix() for path in SHIPPED]
)

beside_the_page = pytest.mark.parametrize(
    "path", OTHERS, ids=[path.relative_to(FOLDER).as_posix() for path in OTHERS]
)

ROWS_OF_A_SECTION = {
    "header": 3,
    "basic": 13,
    "tools": 4,
    "tool_choice": 4,
    "content": 23,
    "error": 8,
}


PAGE_ROWS = {row.id: row.carries_content for row in load.load(MODEL_STUDIO).rows}


@pytest.fixture(scope="module")
def page() -> Revision:
    return load.load(MODEL_STUDIO)


class TestShippedFiles:
    def test_all_targets_are_there(self) -> None:
        assert Counter(path.parent.name for path in SHIPPED) == {
            "anthropic": 1,
            "anthropic-2026-10-21": 1,
            "claude-code-router": 1,
            "deepseek": 3,
            "litellm": 1,
            "llama.cpp": 1,
            "lm-studio": 1,
            "minimax": 2,
            "model-studio": 6,
            "ollama": 1,
            "openrouter": 1,
            "sglang": 1,
            "siliconflow": 1,
            "streamlake": 1,
            "vllm": 1,
        }

    @every_file
    def test_lies_under_its_target_and_date(self, path: Path) -> None:
        revision = load.load(path)
        assert path.parent.name == revision.target.id
        assert path.stem == revision.date.isoformat()

    @beside_the_page
    def test_has_the_55_rows_of_the_page_section_by_section(self, path: Path) -> None:
        revision = load.load(path)
        ours = [row for row in revision.rows if row.id in PAGE_ROWS]
        assert Counter(row.section for row in ours) == ROWS_OF_A_SECTION
        order = [section.id for section in revision.sections]
        assert order[: len(ROWS_OF_A_SECTION)] == list(ROWS_OF_A_SECTION)

    @every_file
    def test_the_rows_of_a_section_stand_together_in_the_order_of_the_sections(
        self, path: Path
    ) -> None:
        revision = load.load(path)
        order = [section.id for section in revision.sections]
        places = [order.index(row.section) for row in revision.rows]
        assert places == sorted(places)

    @every_file
    def test_what_carries_content_is_the_same_for_all(self, path: Path) -> None:
        rows = {row.id: row.carries_content for row in load.load(path).rows}
        common = rows.keys() & PAGE_ROWS.keys()
        assert {id: rows[id] for id in common} == {id: PAGE_ROWS[id] for id in common}

    def test_only_the_original_api_says_what_must_be_refused(self) -> None:
        beyond = {
            path.parent.name: {row.id for row in load.load(path).rows} - set(PAGE_ROWS)
            for path in SHIPPED
        }
        refusing = {
            name for name, rows in beyond.items() if any(id.startswith("refusal/") for id in rows)
        }
        assert refusing == {"anthropic", "anthropic-2026-10-21"}
        either = beyond["anthropic"] ^ beyond["anthropic-2026-10-21"]
        assert either == {
            "refusal/citations_of_user",
            "refusal/document_of_assistant",
            "refusal/prefill_ending_in_blank",
            "refusal/temperature_beyond_range",
            "refusal/temperature_string",
            "refusal/temperature_with_thinking",
            "refusal/temperature_with_top_p",
            "refusal/top_k_negative",
            "refusal/top_k_with_thinking",
            "refusal/top_p_beyond_range",
            "refusal/top_p_with_thinking",
            "request/whole_number_temperature",
        }

    @every_file
    def test_the_reference_plays_every_target(self, path: Path) -> None:
        assert load.load(path).target.profile in PROFILES

    @every_file
    def test_its_own_address_is_one_of_its_hosts_and_all_are_its(self, path: Path) -> None:
        target = load.load(path).target
        filled = [host.base_url.replace("{workspace}", "mine") for host in target.addresses]
        assert target.base_url in [host.base_url for host in target.addresses]
        assert all(target.is_at(urlsplit(base_url).netloc) for base_url in filled)

    @every_file
    def test_a_row_that_was_not_found_in_the_page_promises_nothing(self, path: Path) -> None:
        for row in load.load(path).rows:
            if row.claim is Claim.UNKNOWN:
                assert (row.basis, row.range, row.example) == ("inferred", None, None), row.id


class TestModelStudio:
    def test_is_the_dated_page(self, page: Revision) -> None:
        assert page.date == datetime.date(2025, 11, 13)
        assert page.target.base_url == "https://dashscope-intl.aliyuncs.com/apps/anthropic"
        assert page.target.auth == ("x-api-key", "authorization")
        assert not page.target.defaults

    def test_counts_per_section_and_claim(self, page: Revision) -> None:
        assert Counter((row.section, row.claim) for row in page.rows) == {
            ("header", Claim.SUPPORTED): 2,
            ("header", Claim.UNSUPPORTED): 1,
            ("basic", Claim.SUPPORTED): 9,
            ("basic", Claim.UNSUPPORTED): 4,
            ("tools", Claim.SUPPORTED): 4,
            ("tool_choice", Claim.SUPPORTED): 4,
            ("content", Claim.SUPPORTED): 10,
            ("content", Claim.UNSUPPORTED): 13,
            ("error", Claim.SUPPORTED): 8,
        }

    def test_marks_are_recovered_and_errors_quoted(self, page: Revision) -> None:
        for row in page.rows:
            assert row.basis == ("quoted" if row.section == "error" else "recovered"), row.id

    def test_thinking_per_model(self, page: Revision) -> None:
        row = page.rows_by_id["basic/thinking"]
        assert {model.id: (model.thinks, row.claim_for(model).value) for model in page.models} == {
            "qwen3-max": (False, "unsupported"),
            "qwen3-max-2025-09-23": (False, "unsupported"),
            "qwen3-max-preview": (True, "supported"),
            "qwen-plus": (True, "supported"),
            "qwen-plus-latest": (True, "supported"),
            "qwen-plus-2025-09-11": (True, "supported"),
            "qwen-flash": (True, "supported"),
            "qwen-flash-2025-07-28": (True, "supported"),
            "qwen-turbo": (True, "supported"),
            "qwen-turbo-latest": (True, "supported"),
            "qwen3-coder-plus": (False, "unsupported"),
            "qwen3-coder-plus-2025-09-23": (False, "unsupported"),
            "qwen3-coder-flash": (False, "unsupported"),
        }

    def test_only_thinking_differs_between_models(self, page: Revision) -> None:
        assert [row.id for row in page.rows if row.exceptions] == ["basic/thinking"]

    def test_ranges_leave_out_their_maximum(self, page: Revision) -> None:
        assert {row.id: str(row.range) for row in page.rows if row.range} == {
            "basic/temperature": "[0, 2)",
            "basic/top_p": "[0, 1)",
        }

    def test_error_rows_give_the_documented_types(self, page: Revision) -> None:
        assert {row.id: row.example for row in page.rows if row.example is not None} == {
            "error/400": "invalid_request_error",
            "error/401": "authentication_error",
            "error/403": "permission_error",
            "error/404": "not_found_error",
            "error/413": "request_too_large",
            "error/429": "rate_limit_error",
            "error/500": "api_error",
            "error/529": "overloaded_error",
        }

    def test_rows_whose_block_carries_content_are_not_promised(self, page: Revision) -> None:
        rows = [row for row in page.rows if row.carries_content]
        assert len(rows) == 9
        assert {row.claim for row in rows} == {Claim.UNSUPPORTED}

    def test_the_note_says_first_what_the_file_is_not(self, page: Revision) -> None:
        assert "not a verbatim copy" in page.note[:200]
        assert "no copy of this dated page with its icons was found" in page.note


class TestLlamaCpp:
    def test_claims_only_what_its_readme_lists(self) -> None:
        revision = library.shipped("llama.cpp")
        promised = {row.id for row in revision.rows if row.claim is Claim.SUPPORTED}
        assert {row for row in promised if not row.startswith("combinations/")} == {
            "header/x-api-key",
            "basic/model",
            "basic/max_tokens",
            "basic/stop_sequences",
            "basic/stream",
            "basic/system",
            "basic/temperature",
            "basic/top_k",
            "basic/top_p",
            "tools/name",
            "tools/input_schema",
            "tools/description",
            "tool_choice/auto",
            "tool_choice/any",
            "tool_choice/tool",
            "content/string",
        }
        assert {row.claim for row in revision.rows} == {Claim.SUPPORTED, Claim.UNKNOWN}
        assert str(revision.rows_by_id["basic/temperature"].range) == "[0, 1]"
        assert revision.target.defaults == {"temperature": 0.0}


class TestModelStudioInTime:
    def test_how_sure_each_date_is(self) -> None:
        dated = {
            path.stem: load.load(path).date_is
            for path in SHIPPED
            if path.parent == MODEL_STUDIO.parent
        }
        assert dated == {
            "2025-11-13": "exact",
            "2026-02-16": "estimated",
            "2026-02-24": "exact",
            "2026-06-25": "exact",
            "2026-08-13": "at_least",
            "2026-09-02": "at_least",
        }

    def test_what_the_newest_page_says_is_missing(self) -> None:
        newest = library.shipped("model-studio")
        assert {row.id: [lack.tag for lack in row.lacks] for row in newest.rows if row.lacks} == {
            "basic/stop_sequences": ["stop_reason", "stop_sequence"],
            "output_config/format": ["schema", "json_in_prompt"],
            "response/thinking/signature": ["value"],
            "response/stop_reason": ["stop_sequence"],
            "response/stop_sequence": ["value"],
            "response/stream/message_start/usage": [
                "cache_creation_input_tokens",
                "cache_read_input_tokens",
            ],
        }
