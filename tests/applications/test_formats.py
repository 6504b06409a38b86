"""Whatever kept an application's traffic, the same features are found, or said to be hidden."""

from functools import cache
from pathlib import Path

import pytest

from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import Inventory
from messages_conformance.applications.scan import scan
from messages_conformance.traffic.calls.call import Part
from support.call_formats import FORMATS
from support.planted import GENUINE, applications, run

NAMES = sorted(set(applications()) - {"careful_worker"})
LOST_BY_NATURE = {
    "genai spans": {
        *("content/string", "content/text/text", "content/document", "content/search_result"),
        *("content/text/citations", "content/tool_result/is_error", "basic/top_k", "basic/stream"),
        *("content/server_tool_use", "content/web_search_tool_result", "content/mcp_tool_use"),
        *("content/mcp_tool_result", "basic/temperature", "basic/stop_sequences"),
        *("answer/stop_sequence", "answer/max_tokens", "content/redacted_thinking"),
    },
    "langfuse": {"basic/stream"},
    "batch": {"basic/stream"},
}
"""What the rewriting here leaves out, as those tools do, apart from what they are said to hide."""


@cache
def traffic_of(name: str) -> str:
    return "".join(ran.traffic for ran in run(applications()[name], GENUINE))


def found(path: Path, content: str) -> Inventory:
    path.write_text(content, encoding="utf-8")
    return scan([str(path)])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_format_shows_what_it_does_not_hide(name: str, form: str, tmp_path: Path) -> None:
    recorded = found(tmp_path / "traffic.jsonl", traffic_of(name))
    file, rewrite = FORMATS[form]
    read = found(tmp_path / file, rewrite(traffic_of(name)))
    of_paths = {id for id, feature in FEATURES.items() if feature.part is Part.PATH}
    hidden = {feature.id for feature in read.not_visible()} | LOST_BY_NATURE.get(form, set())
    if form in ("har", "cassette", "claude-trace"):
        assert read.used.keys() == recorded.used.keys()
        assert {u.feature: u.calls for u in read.uses} == {
            u.feature: u.calls for u in recorded.uses
        }
    else:
        wanted = recorded.used.keys() - hidden - of_paths
        assert not wanted - read.used.keys()
    assert (
        not read.used.keys()
        - recorded.used.keys()
        - {"endpoint/batches", "basic/answer"}
        - ({"content/text/text", "content/string"} if form == "genai spans" else set())
    )


@pytest.mark.parametrize("form", FORMATS)
def test_no_text_of_the_traffic_is_in_an_inventory(form: str, tmp_path: Path) -> None:
    from messages_conformance.applications.inventory_json import to_json

    file, rewrite = FORMATS[form]
    said = to_json(found(tmp_path / file, rewrite(traffic_of("agent"))))
    for secret in ("Hamburg", "order 4711", "look_up_order", "Look up", "planted-key"):
        assert secret not in said
