"""The same thing written in many ways: whatever a program calls it, source shows it."""

from pathlib import Path

import pytest

from messages_conformance.applications.inventory import Inventory
from messages_conformance.applications.scan import scan
from messages_conformance.errors import TrafficError


def found(path: Path, text: str) -> Inventory:
    path.write_text(text, encoding="utf-8")
    return scan([str(path)])


def python(tmp_path: Path, body: str) -> Inventory:
    return found(tmp_path / "a.py", f"import anthropic\n{body}\n")


def typescript(tmp_path: Path, body: str) -> Inventory:
    return found(tmp_path / "a.ts", f"import Anthropic from '@anthropic-ai/sdk';\n{body}\n")


ASK = "r = client.messages.create(model='m', max_tokens=9, messages=[])\n"
ASK_TS = "const r = await client.messages.create({model: 'm', max_tokens: 9, messages: []});\n"


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("content = r.content\nfirst = content[0]\nprint(first.text)", "reads/first_block"),
        ("block, *rest = r.content\nprint(block.text)", "reads/first_block"),
        ("print(next(iter(r.content)).text)", "reads/first_block"),
        ("print(f'{r.content[0].text}')", "reads/first_block"),
        ("def text_of(answer):\n    return answer['content'][0]['text']", "reads/first_block"),
        ("reason = r.stop_reason\nif reason == 'tool_use': pass", "answer/tool_use"),
        ("if 'stop_sequence' == r.stop_reason: pass", "answer/stop_sequence"),
        ("if r.stop_reason in {'max_tokens', 'x'}: pass", "answer/max_tokens"),
        ("match r.stop_reason:\n    case 'a' | 'tool_use': pass", "answer/tool_use"),
        ("match r:\n    case M(stop_reason='tool_use'): pass", "answer/tool_use"),
        ("match r:\n    case {'stop_reason': 'tool_use'}: pass", "answer/tool_use"),
        ("WORDS = {'tool_use': 'calls'}\nprint(WORDS[r.stop_reason])", "answer/tool_use"),
        ("WORDS = {'tool_use': 'calls'}\nprint(WORDS.get(r.stop_reason))", "answer/tool_use"),
        ("u = r.usage\nprint(u.input_tokens * 3)", "reads/usage"),
        ("u = r.usage.model_dump()\nprint(u['cache_read_input_tokens'])", "reads/cached_tokens"),
        ("getattr(r.usage, 'cache_read_input_tokens', 0)", "reads/cached_tokens"),
        ("for e in r:\n    if e.type == 'content_block_delta': pass", "reads/stream_events"),
        ("for e in r:\n    d = e.delta\n    print(d.partial_json)", "reads/stream_events"),
        ("from anthropic import RateLimitError as B\ntry: pass\nexcept B: pass", "error/429"),
        ("try: pass\nexcept E as e:\n    if e.status_code == 529: pass", "error/529"),
        (
            "try: pass\nexcept E as e:\n    d = e.response.json()\n    print(d['error']['type'])",
            "reads/error_body",
        ),
        (
            "try: pass\nexcept E as e:\n    x = e.body.get('error', {})\n"
            "    if x.get('type') == 'overloaded_error': pass",
            "reads/error_body",
        ),
        (
            "try: pass\nexcept E as e:\n    if 'too long' in str(e).lower(): pass",
            "reads/error_text",
        ),
        ("def f(e):\n    return isinstance(e, (anthropic.RateLimitError, X))", "error/429"),
        ("def f(e: Exception):\n    return 'overloaded' in str(e)", "reads/error_text"),
        (
            "try: pass\nexcept E as e:\n    wait(e.response.headers.get('retry-after'))",
            "reads/retry_after",
        ),
    ],
)
def test_python_that_reads_answers_is_found(code: str, feature: str, tmp_path: Path) -> None:
    assert feature in python(tmp_path, ASK + code).used
    assert feature not in python(tmp_path, ASK).used


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("const { content } = r; const [first] = content; f(first.text);", "reads/first_block"),
        ("f(r.content?.[0]?.text);", "reads/first_block"),
        ("f((r.content[0] as any)!.text);", "reads/first_block"),
        ("f(r.content.at(0)?.text);", "reads/first_block"),
        ("f(`${r.content[0].text}`);", "reads/first_block"),
        ("const { stop_reason: why } = r; if (why === 'tool_use') f();", "answer/tool_use"),
        ("if ('max_tokens' === r.stop_reason) f();", "answer/max_tokens"),
        ("if (['stop_sequence'].includes(r.stop_reason!)) f();", "answer/stop_sequence"),
        ("switch (r.stop_reason) { case 'tool_use': f(); }", "answer/tool_use"),
        ("const { usage: { input_tokens } } = r; f(input_tokens);", "reads/usage"),
        ("f(r.usage?.cache_read_input_tokens ?? 0);", "reads/cached_tokens"),
        ("for await (const { type, delta } of r) f(delta.text);", "reads/stream_events"),
        ("switch (e.type) { case 'message_delta': f(); }", "reads/stream_events"),
        ("try { f() } catch (e) { if (e.status === 529) f(); }", "error/529"),
        ("try { f() } catch (e) { f(e?.error?.error?.type); }", "reads/error_body"),
        ("try { f() } catch (e) { if (e.message.includes('long')) f(); }", "reads/error_text"),
        ("r.then(m => m.content[0].text);", "reads/first_block"),
    ],
)
def test_typescript_that_reads_answers_is_found(code: str, feature: str, tmp_path: Path) -> None:
    assert feature in typescript(tmp_path, ASK_TS + code).used
    assert feature not in typescript(tmp_path, ASK_TS).used


@pytest.mark.parametrize(
    "code",
    [
        "k = {'model': 'm'}\nk['temperature'] = 1.3\nclient.messages.create(**k)",
        "k = dict(model='m')\nk.update(temperature=1.3)\nclient.messages.create(**k)",
        "k = {}\nk.update({'temperature': 1.3})\nclient.messages.create(model='m', **k)",
        "k = {'model': 'm'}\nk |= {'temperature': 1.3}\nclient.messages.create(**k)",
        "k = {'model': 'm'}\nk.setdefault('temperature', 1.3)\nclient.messages.create(**k)",
        "k = {'model': 'm', **({'temperature': 1.3} if x else {})}\nclient.messages.create(**k)",
        "def build():\n    return {'model': 'm', 'temperature': 1.3}\n"
        "client.messages.create(**build())",
        "def ask(**rest):\n    client.messages.create(model='m', **rest)\nask(temperature=1.3)",
        "def ask(t=1.3):\n    client.messages.create(model='m', temperature=t)",
        "def ask(t):\n    client.messages.create(model='m', temperature=t)\nask(1.3)",
        "class A:\n    def __init__(self):\n        self.k = {'temperature': 1.3}\n"
        "    async def ask(self):\n        await self.c.messages.create(model='m', **self.k)",
        "create = client.messages.create\ncreate(model='m', temperature=1.3)",
        "m = client.messages\nm.create(model='m', temperature=1.3)",
        "C = {'temperature': 1.3}\nclient.messages.create(model='m', temperature=C['temperature'])",
        "import copy\nk = {'model': 'm', 'temperature': 1.3}\n"
        "client.messages.create(**copy.deepcopy(k))",
        "import requests\nrequests.post('u', json={'model': 'm', 'max_tokens': 9, 'messages': [], "
        "'temperature': 1.3})",
        "client.messages.create(model='m', extra_body={'temperature': 1.3})",
        "from anthropic.types.messages.batch_create_params import Request\n"
        "client.messages.batches.create(requests=[Request(custom_id='1', "
        "params=MessageCreateParamsNonStreaming(model='m', temperature=1.3))])",
    ],
)
def test_python_shows_what_it_passes_however_it_is_built(code: str, tmp_path: Path) -> None:
    used = python(tmp_path, code).used
    assert str(used["basic/temperature"].values) == "1.3"
    assert str(used["basic/model"].values) == "m (1)"


@pytest.mark.parametrize(
    "code",
    [
        "const k: any = { model: 'm' }; k.temperature = 1.3; client.messages.create(k);",
        "const k: any = { model: 'm' }; k['temperature'] = 1.3; client.messages.create(k);",
        "const k = { temperature: 1.3 }; client.messages.create({ model: 'm', ...k });",
        "const k = { model: 'm' }; Object.assign(k, { temperature: 1.3 }); "
        "client.messages.create(k);",
        "client.messages.create({ model: 'm', ...(x ? { temperature: 1.3 } : {}) });",
        "const { messages } = client; messages.create({ model: 'm', temperature: 1.3 });",
        "function build() { return { model: 'm', temperature: 1.3 }; } "
        "client.messages.create(build());",
        "const ask = (t = 1.3) => client.messages.create({ model: 'm', temperature: t });",
        "class A { k = { model: 'm', temperature: 1.3 }; "
        "ask() { return this.c.messages.create(this.k); } }",
        "fetch('https://api.anthropic.com/v1/messages', { body: JSON.stringify({ model: 'm', "
        "max_tokens: 9, messages: [], temperature: 1.3 }) });",
    ],
)
def test_typescript_shows_what_it_passes_however_it_is_built(code: str, tmp_path: Path) -> None:
    used = typescript(tmp_path, code).used
    assert str(used["basic/temperature"].values) == "1.3"
    assert str(used["basic/model"].values) == "m (1)"


def test_every_value_that_a_field_may_have_counts(tmp_path: Path) -> None:
    used = python(
        tmp_path,
        "k = {'model': 'm'}\nif x:\n    k['thinking'] = {'type': 'adaptive'}\n"
        "else:\n    k['thinking'] = {'type': 'enabled', 'budget_tokens': 2000}\n"
        "k['thinking']['display'] = 'omitted'\nbetas = []\nbetas.append('b-1')\n"
        "k['betas'] = betas\nclient.beta.messages.create(**k)",
    ).used
    assert {"basic/thinking/adaptive", "basic/thinking/enabled"} <= used.keys()
    assert {"basic/thinking/display", "header/beta"} <= used.keys()


def test_what_is_passed_is_used_though_its_value_is_computed(tmp_path: Path) -> None:
    inventory = python(
        tmp_path,
        "client.messages.create(model='m', system=make(), stop_sequences=stops(), top_k=k())",
    )
    assert {"basic/system", "basic/stop_sequences", "basic/top_k"} <= inventory.used.keys()
    assert {one.mark for one in inventory.uncovered} == {
        *("unread:system", "unread:stop_sequences", "unread:top_k")
    }


def test_a_none_among_values_that_are_not_known_says_nothing(tmp_path: Path) -> None:
    code = "def s():\n    if x: return ask()\n    return None\n"
    call = "client.messages.create(model='m', system=s())"
    assert "basic/system" in python(tmp_path, code + call).used


def test_a_cloud_client_has_to_be_changed_wherever_the_program_goes(tmp_path: Path) -> None:
    assert "client/cloud" in python(tmp_path, "client = anthropic.AsyncAnthropicBedrock()").used
    code = "import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';\nnew AnthropicVertex();"
    assert "client/cloud" in typescript(tmp_path, code).used


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        (
            "marked = {**block, 'cache_control': {'type': 'ephemeral'}}",
            "content/text/cache_control",
        ),
        ("m[-1]['content'][-1]['cache_control'] = {'ttl': '1h'}", "request/cache_ttl_1h"),
        ("tools[-1]['cache_control'] = {'type': 'ephemeral'}", "tools/cache_control"),
        ("x = TextBlockParam(type='text', text=t, cache_control=c)", "content/text/cache_control"),
        ("t = {'type': 'web_search_20250305', 'name': 'web_search'}", "tools/server"),
        ("x = {'type': 'image' if p else 'document', 'source': s}", "content/document"),
        ("client.beta.sessions.create(agent=a)", "endpoint/agents"),
    ],
)
def test_parts_of_a_request_are_found_where_they_are_made(
    code: str, feature: str, tmp_path: Path
) -> None:
    assert feature in python(tmp_path, ASK + code).used


def test_a_turn_that_begins_the_answer_is_a_prefill(tmp_path: Path) -> None:
    code = "m = []\nm.append({'role': 'assistant', 'content': '{'})\n"
    assert "basic/prefill" in python(tmp_path, code + ASK).used
    history = "m.append({'role': 'assistant', 'content': r.content})\n"
    assert "basic/prefill" not in python(tmp_path, "m = []\n" + ASK + history).used


@pytest.mark.parametrize(
    "code",
    [
        "openai.chat.completions.create(model='gpt', temperature=1, messages=[])",
        "x = {'type': 'thinking', 'delta': 'a'}",
        "x = {'type': 'image', 'base64_data': 'a'}",
        "t = messages.data[0].content[0].text.value",
        "self.stop_sequence = 1",
        "print({'model': 'm', 'temperature': 1})",
    ],
)
def test_what_is_of_another_api_or_of_the_program_itself_is_not_counted(
    code: str, tmp_path: Path
) -> None:
    assert python(tmp_path, ASK + code).used.keys() == python(tmp_path, ASK).used.keys()


def test_names_that_stand_for_each_other_are_survived(tmp_path: Path) -> None:
    circle = "".join(f"a{n} = a{n + 1} or a{n + 2}\n" for n in range(40))
    code = f"{circle}a40 = a0\na41 = [a1]\na1.append(a2)\na41.append(a41)\n"
    assert "basic/model" in python(tmp_path, f"{code}{ASK}client.messages.create(**a0)").used


def test_source_that_cannot_be_read_is_counted_in_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import anthropic\n" + ASK)
    (tmp_path / "b.py").write_text("import anthropic\ndef (:\n")
    (tmp_path / "c.py").write_text("def (:\n")
    (damaged,) = [source for source in scan([str(tmp_path)]).sources if source.damaged]
    assert Path(damaged.name).name == "b.py"


def test_a_mention_of_the_name_alone_is_no_use_of_the_sdk(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match="no call"):
        found(tmp_path / "a.py", "# not anthropic\nif e.status == 429: pass\n")
