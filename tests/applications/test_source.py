"""What source shows: calls of the SDKs with what they pass, and code that reads answers."""

import subprocess
import sys
from pathlib import Path

import pytest

from messages_conformance.applications import inventory_json
from messages_conformance.applications.inventory import Inventory
from messages_conformance.applications.scan import scan
from messages_conformance.errors import TrafficError
from support.planted import FOLDER


def found(tmp_path: Path, name: str, text: str) -> Inventory:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return scan([str(path)])


PYTHON = """
import anthropic

client = anthropic.Anthropic()
TOOLS = [{"name": "get.weather", "description": "d", "input_schema": {"type": "object"}}]

def ask(picture, thinking):
    message = client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=1_000,
        temperature=0.7,
        thinking=thinking,
        tools=TOOLS,
        tool_choice={"type": "any", "disable_parallel_tool_use": True},
        extra_headers={"anthropic-beta": "a-1,b-2"},
        messages=[{"role": "user", "content": [
            {"type": "image", "source": {"type": "url", "url": picture}},
        ]}],
    )
    if message.stop_reason in ("stop_sequence", "max_tokens"):
        print(message.stop_sequence)
    return message.content[0].text, message.usage.input_tokens

def show():
    with client.beta.messages.stream(model="m", max_tokens=10, messages=[]) as stream:
        for text in stream.text_stream:
            print(text)
        return stream.get_final_message()

try:
    ask(None, None)
except anthropic.RateLimitError as busy:
    print(busy.body["error"]["type"])
"""
TYPESCRIPT = """
import Anthropic from "@anthropic-ai/sdk";
const client = new Anthropic();
const tools = [{ name: "get.weather", description: "d", input_schema: { type: "object" } }];
async function ask(picture: string, thinking: any) {
  const message = await client.messages.create({
    model: "claude-sonnet-4-5",
    max_tokens: 1_000,
    temperature: 0.7,
    thinking,
    tools,
    tool_choice: { type: "any", disable_parallel_tool_use: true },
    messages: [{ role: "user", content: [
      { type: "image", source: { type: "url", url: picture } },
    ] }],
  }, { headers: { "anthropic-beta": "a-1,b-2" } });
  if (message.stop_reason === "stop_sequence" || message.stop_reason === "max_tokens")
    console.log(message.stop_sequence);
  return [message.content[0].text, message.usage.input_tokens];
}
async function show() {
  const stream = client.beta.messages.stream({ model: "m", max_tokens: 10, messages: [] });
  stream.on("text", (text) => console.log(text));
  return await stream.finalMessage();
}
try { await ask("", null); } catch (busy) {
  if (busy instanceof Anthropic.RateLimitError) console.log(busy.error.error.type);
}
"""
WANTED = {
    *("header/beta", "basic/model", "basic/max_tokens", "basic/stream", "basic/answer"),
    *("basic/temperature", "tools/name", "tools/unusual_name", "tools/input_schema"),
    *("tools/description", "tool_choice/any", "tool_choice/disable_parallel_tool_use"),
    *("content/image", "content/image/url", "error/429", "reads/error_body"),
    *("answer/stop_sequence", "answer/which_sequence", "answer/max_tokens"),
    *("reads/first_block", "reads/usage", "reads/final_message", "reads/text_stream"),
    "request/beta_query",
}


@pytest.mark.parametrize(("name", "text"), [("a.py", PYTHON), ("a.ts", TYPESCRIPT)])
def test_the_same_program_shows_the_same_in_both_languages(
    name: str, text: str, tmp_path: Path
) -> None:
    inventory = found(tmp_path, name, text)
    assert inventory.used.keys() == WANTED
    assert str(inventory.used["basic/temperature"].values) == "0.7"
    assert [each.mark for each in inventory.uncovered] == ["unread:thinking"]


def test_what_source_computes_is_said_to_be_computed(tmp_path: Path) -> None:
    text = "import anthropic\ndef f(client, p):\n    return client.messages.create(**p)\n"
    inventory = found(tmp_path, "a.py", text)
    assert [each.mark for each in inventory.uncovered] == ["unread:arguments"]


def test_a_wrapper_of_the_response_hides_no_call(tmp_path: Path) -> None:
    call = "client.beta.messages.with_raw_response.create(model='m', max_tokens=9, messages=[])"
    inventory = found(tmp_path, "a.py", f"import anthropic\ndef f(client):\n    {call}\n")
    assert {"basic/max_tokens", "request/beta_query"} <= inventory.used.keys()


def test_a_place_is_file_and_line(tmp_path: Path) -> None:
    (place,) = found(tmp_path, "a.py", PYTHON).used["reads/first_block"].places
    line = next(n for n, text in enumerate(PYTHON.splitlines(), 1) if "content[0]" in text)
    assert place == f"{tmp_path / 'a.py'}:{line}"


def test_a_program_in_typescript_shows_what_its_twin_does() -> None:
    twin, original = scan([str(FOLDER / "review_bot.py")]), scan([str(FOLDER / "review_bot.ts")])
    assert original.used.keys() == twin.used.keys()


def test_source_never_says_that_something_is_not_used(tmp_path: Path) -> None:
    not_used = found(tmp_path, "a.py", PYTHON).not_used()
    assert {feature.part.value for feature in not_used} == {"code"}


def test_source_that_uses_no_sdk_shows_nothing(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match="no call of a Messages API was found"):
        found(tmp_path, "a.py", "x = thing.content[0].text\n")


def test_source_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match=r"a\.py: is no Python"):
        found(tmp_path, "a.py", "import anthropic\ndef (:\n")


NESTED = {
    "brackets.py": "x = " + "(" * 100_000,
    "signs.py": "x = " + "-" * 90_000 + "1",
    "names.py": "x = a" + ".b" * 60_000,
    "sums.py": "x = a" + " + a" * 60_000,
    "names.ts": "const x = a" + ".b" * 60_000,
    "objects.ts": "const x = " + "{a: " * 50_000,
}
"""What ended a parser of source, or kept it busy for minutes."""


@pytest.mark.parametrize("name", NESTED)
def test_no_source_ends_or_holds_up_the_parser(name: str, tmp_path: Path) -> None:
    """In a process of its own, as it may be the process that ends."""
    path = tmp_path / name
    path.write_text(f'import Anthropic from "@anthropic-ai/sdk";\n{NESTED[name]}\n')
    if name.endswith(".py"):
        path.write_text(f"import anthropic\n{NESTED[name]}\n")
    code = f"from messages_conformance.applications.scan import scan; scan([{str(path)!r}])"
    limit = ("import resource", "resource.setrlimit(resource.RLIMIT_CPU, (20, 20))", code)
    done = subprocess.run(
        [sys.executable, "-c", "; ".join(limit)], capture_output=True, text=True, check=False
    )
    assert "TrafficError: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("suffix", "comma"), [("py", ""), ("ts", ";")])
def test_names_that_stand_for_lists_of_each_other_are_bounded(
    suffix: str, comma: str, tmp_path: Path
) -> None:
    block = '{"type": "tool_result", "tool_use_id": "t", "content": l%d}'
    lines = ["import anthropic", 'import Anthropic from "anthropic"'][suffix == "ts" :][:1]
    declare = "const " if suffix == "ts" else ""
    lines.append(f'{declare}l0 = [{{"type": "text", "text": "x"}}]{comma}')
    for number in range(6):
        listed = ", ".join([block % number] * 40)
        lines.append(f"{declare}l{number + 1} = [{listed}]{comma}")
    call = '{"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": l6}]}'
    given = f"**{call}" if suffix == "py" else call
    used = found(
        tmp_path, f"a.{suffix}", "\n".join([*lines, f"client.messages.create({given}){comma}"])
    ).used
    assert used["basic/max_tokens"].calls == 1


@pytest.mark.parametrize(
    "call",
    [
        "client.messages.batches.create(requests=build())",
        "client.messages.batches.create(requests=5)",
        "client.messages.create(model='m', max_tokens=0x" + "f" * 5_000 + ", messages=[])",
        "client.messages.create(model='m', max_tokens=1, **{'a b\\x1b': 1})",
    ],
)
def test_values_of_any_type_are_counted_and_written(call: str, tmp_path: Path) -> None:
    inventory = found(tmp_path, "a.py", f"import anthropic\n{call}\n")
    assert "\\u001b" not in inventory_json.to_json(inventory)


def test_a_folder_is_scanned_and_what_others_installed_is_not(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "src" / "a.py").write_text(PYTHON)
    (tmp_path / "node_modules" / "b.py").write_text(PYTHON)
    assert [Path(s.name).name for s in scan([str(tmp_path)]).sources] == ["a.py"]


def test_a_deeply_nested_expression_is_survived(tmp_path: Path) -> None:
    deep = "import Anthropic from 'x';\nconst a = " + "[" * 5_000 + "]" * 5_000 + ";\n"
    text = deep + "client.messages.create({model: 'm', max_tokens: 1, messages: []});\n"
    assert "basic/model" in found(tmp_path, "a.ts", text).used
