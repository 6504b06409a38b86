"""Further routes of the strict profile: counting tokens, and the list of models."""

from typing import Any

import pytest

from messages_conformance.probing.content import result
from support.strict_endpoint import BELL, MODEL, PNG, Answered, asked, called, picture


class TestCountTokens:
    path = "/v1/messages/count_tokens"

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"system": "Be brief.", "tools": [BELL]},
            picture("image/png", PNG),
            called(result("toolu_1", "It rang.")),
        ],
    )
    def test_counts_what_a_message_costs(self, fields: dict[str, Any]) -> None:
        counted = asked(path=self.path, max_tokens=None, **fields)
        assert counted.status == 200
        assert counted.body == {"input_tokens": asked(**fields).body["usage"]["input_tokens"]}

    def test_refuses_what_a_message_is_refused_for(self) -> None:
        assert "messages" in asked(path=self.path, max_tokens=None, messages=[]).refusal
        assert "Extra inputs" in asked(path=self.path).refusal
        assert asked(path=self.path, max_tokens=None, model="none").status == 404


class TestModels:
    def listed(self, path: str = "/v1/models", **query: str) -> Answered:
        return asked(path=path, method="GET", query=query)

    def test_lists_all_and_describes_one(self) -> None:
        page = self.listed().body
        assert [model["id"] for model in page["data"]] == [MODEL, "claude-haiku-4-5"]
        assert (page["has_more"], page["first_id"], page["last_id"]) == (
            False,
            MODEL,
            "claude-haiku-4-5",
        )
        assert self.listed(f"/v1/models/{MODEL}").body == page["data"][0]

    @pytest.mark.parametrize(
        ("query", "ids", "more"),
        [
            ({"limit": "1"}, [MODEL], True),
            ({"limit": "1", "after_id": MODEL}, ["claude-haiku-4-5"], False),
            ({"after_id": "claude-haiku-4-5"}, [], False),
            ({"before_id": "claude-haiku-4-5"}, [MODEL], False),
        ],
    )
    def test_goes_page_by_page(self, query: dict[str, str], ids: list[str], more: bool) -> None:
        page = self.listed(**query).body
        assert ([model["id"] for model in page["data"]], page["has_more"]) == (ids, more)

    @pytest.mark.parametrize(
        "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"after_id": "none"}]
    )
    def test_refuses_invalid_pages(self, query: dict[str, str]) -> None:
        assert next(iter(query)) in self.listed(**query).refusal

    def test_an_unknown_one_is_not_found(self) -> None:
        answer = self.listed("/v1/models/none")
        assert (answer.status, answer.body["error"]["type"]) == (404, "not_found_error")

    def test_only_with_a_key(self) -> None:
        assert asked(path="/v1/models", method="GET", headers={}).status == 401
