#!/usr/bin/env python3
"""Capture what clients put on the wire, by running each against a server on this machine.

    scripts/capture_dialects.py                         every client and version of CLIENTS
    scripts/capture_dialects.py claude-code             the newest of one
    scripts/capture_dialects.py python-sdk@2.14.0 …     these

Each client is installed from its registry into a throw-away folder, started with an empty home and
a made-up key, and talks to nothing but the loopback server. What it sent is written to
``dialects/<client>@<version>.json``: method, path, headers that matter, and the body, in which
every text that is not ours is replaced by a placeholder of the form ``<text>``; names and shapes
are kept. Needs Python's venv; for the clients in JavaScript, node and npm.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "dialects"
KEY, MODEL = "captured-key", "some-model"
KEPT = {"anthropic-version", "anthropic-beta", "accept", "x-api-key", "authorization", "user-agent"}
"""The headers that are kept; the key's become placeholders."""
OURS = {"What is 2+2? Reply with the number only.", "Be brief.", "Paris", "sunny", "get_weather"}
"""Texts of this script, which are kept."""
SHORT = re.compile(r"[A-Za-z0-9_.:/-]{1,60}\Z")
"""What is a name or a value and no prose."""


@dataclass(frozen=True)
class Recipe:
    """How one client is installed and run."""

    kind: str
    """``python`` or ``node``: what installs and runs it; ``program``: a program of npm's."""
    packages: str
    """What is installed; ``{version}`` stands for the version."""
    versions: tuple[str, ...]
    """The versions that are captured by default, the newest first."""
    script: str
    """The program that makes the calls, one case after the other; its name is in ``CASE``."""


_HTTPX = "httpx<0.28"
"""What old versions of the Python SDK need and do not ask for."""
PYTHON_SDK = """
import os, anthropic
c = anthropic.Anthropic(base_url=os.environ["URL"], api_key=os.environ["KEY"], max_retries=0)
plain = dict(model=os.environ["MODEL"], max_tokens=2048,
             messages=[{"role": "user", "content": "What is 2+2? Reply with the number only."}])
weather = {"name": "get_weather", "description": "Be brief.", "input_schema":
           {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
case = os.environ["CASE"]
if case == "plain":
    c.messages.create(**plain)
if case == "stream":
    with c.messages.stream(**plain) as s:
        s.get_final_message()
if case == "thinking":
    c.messages.create(**plain, thinking={"type": "enabled", "budget_tokens": 1024})
if case == "caching":
    c.messages.create(**plain, system=[{"type": "text", "text": "Be brief.",
                                       "cache_control": {"type": "ephemeral"}}])
if case == "tools":
    first = c.messages.create(**plain, tools=[weather])
    use = next(b for b in first.content if b.type == "tool_use")
    turns = [*plain["messages"], {"role": "assistant", "content": first.content},
             {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id,
                                           "content": "sunny"}]}]
    c.messages.create(**{**plain, "messages": turns}, tools=[weather])
"""
LANGCHAIN = """
import os
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
def chat(**more):
    return ChatAnthropic(model=os.environ["MODEL"], base_url=os.environ["URL"],
                         api_key=os.environ["KEY"], max_retries=0, max_tokens=2048, **more)
ask = HumanMessage("What is 2+2? Reply with the number only.")
weather = {"name": "get_weather", "description": "Be brief.", "input_schema":
           {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
case = os.environ["CASE"]
if case == "plain": chat().invoke([SystemMessage("Be brief."), ask])
if case == "stream": list(chat().stream([ask]))
if case == "thinking": chat(thinking={"type": "enabled", "budget_tokens": 1024}).invoke([ask])
if case == "caching":
    chat().invoke([SystemMessage([{"type": "text", "text": "Be brief.",
                                   "cache_control": {"type": "ephemeral"}}]), ask])
if case == "tools":
    bound = chat().bind_tools([weather])
    first = bound.invoke([ask])
    bound.invoke([ask, first, ToolMessage("sunny", tool_call_id=first.tool_calls[0]["id"])])
"""
PYDANTIC_AI = """
import os
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider
model = AnthropicModel(os.environ["MODEL"], provider=AnthropicProvider(
    api_key=os.environ["KEY"], base_url=os.environ["URL"]))
ask = "What is 2+2? Reply with the number only."
case = os.environ["CASE"]
settings = {"max_tokens": 2048}
if case == "thinking":
    settings["anthropic_thinking"] = {"type": "enabled", "budget_tokens": 1024}
agent = Agent(model, system_prompt="Be brief.", model_settings=settings)
if case == "caching":
    agent = Agent(model, system_prompt="Be brief.",
                  model_settings={**settings, "anthropic_cache_instructions": True})
if case == "tools":
    @agent.tool_plain
    def get_weather(city: str) -> str:
        return "sunny"
if case == "stream":
    import asyncio
    async def main():
        async with agent.run_stream(ask) as result:
            await result.get_output()
    asyncio.run(main())
else:
    agent.run_sync(ask)
"""
TYPESCRIPT_SDK = """
import Anthropic from "@anthropic-ai/sdk";
const c = new Anthropic({baseURL: process.env.URL, apiKey: process.env.KEY, maxRetries: 0});
const plain = {model: process.env.MODEL, max_tokens: 2048,
  messages: [{role: "user", content: "What is 2+2? Reply with the number only."}]};
const weather = {name: "get_weather", description: "Be brief.", input_schema:
  {type: "object", properties: {city: {type: "string"}}, required: ["city"]}};
const kase = process.env.CASE;
if (kase === "plain") await c.messages.create(plain);
if (kase === "stream") await c.messages.stream(plain).finalMessage();
if (kase === "thinking")
  await c.messages.create({...plain, thinking: {type: "enabled", budget_tokens: 1024}});
if (kase === "caching") await c.messages.create({...plain, system:
  [{type: "text", text: "Be brief.", cache_control: {type: "ephemeral"}}]});
if (kase === "tools") {
  const first = await c.messages.create({...plain, tools: [weather]});
  const use = first.content.find((b) => b.type === "tool_use");
  await c.messages.create({...plain, tools: [weather], messages: [...plain.messages,
    {role: "assistant", content: first.content},
    {role: "user", content: [{type: "tool_result", tool_use_id: use.id, content: "sunny"}]}]});
}
"""
AI_SDK = """
import { createAnthropic } from "@ai-sdk/anthropic";
import { generateText, streamText, tool, jsonSchema, stepCountIs, isStepCount } from "ai";
const a = createAnthropic({baseURL: process.env.URL + "/v1", apiKey: process.env.KEY});
const plain = {model: a(process.env.MODEL), maxOutputTokens: 2048, maxRetries: 0,
  prompt: "What is 2+2? Reply with the number only."};
const kase = process.env.CASE;
if (kase === "plain") await generateText(plain);
if (kase === "stream") for await (const _ of streamText(plain).textStream) {}
if (kase === "thinking") await generateText({...plain, providerOptions:
  {anthropic: {thinking: {type: "enabled", budgetTokens: 1024}}}});
if (kase === "caching") await generateText({...plain, prompt: undefined,
  allowSystemInMessages: true, messages: [
  {role: "system", content: "Be brief.", providerOptions:
    {anthropic: {cacheControl: {type: "ephemeral"}}}},
  {role: "user", content: plain.prompt}]});
if (kase === "tools") await generateText({...plain, stopWhen: (stepCountIs ?? isStepCount)(2),
  tools: {get_weather: tool({description: "Be brief.", inputSchema: jsonSchema({type: "object",
    properties: {city: {type: "string"}}, required: ["city"]}), execute: async () => "sunny"})}});
"""
CLIENTS = {
    "python-sdk": Recipe(
        "python",
        "anthropic=={version} {httpx}",
        ("2.14.0", "1.17.0", "0.125.0", "0.39.0"),
        PYTHON_SDK,
    ),
    "typescript-sdk": Recipe(
        "node", "@anthropic-ai/sdk@{version}", ("1.14.0", "0.39.0"), TYPESCRIPT_SDK
    ),
    "ai-sdk": Recipe("node", "@ai-sdk/anthropic@{version} ai@7.0.173", ("4.0.105",), AI_SDK),
    "langchain-anthropic": Recipe(
        "python", "langchain-anthropic=={version}", ("1.7.10",), LANGCHAIN
    ),
    "pydantic-ai": Recipe(
        "python", "pydantic-ai-slim[anthropic]=={version}", ("2.68.0",), PYDANTIC_AI
    ),
    "claude-code": Recipe(
        "program", "@anthropic-ai/claude-code-{platform}@{version}", ("2.1.332",), ""
    ),
}
CASES = ("plain", "stream", "thinking", "caching", "tools")
NO_TOOLS = json.dumps(
    {
        "hooks": {
            "PreToolUse": [
                {
                    "matcher": "^(?!ToolSearch$)",
                    "hooks": [{"type": "command", "command": "exit 2"}],
                }
            ]
        }
    }
)
"""Settings of Claude Code by which every call of a tool is refused but a search for tools."""
PROGRAM_CASES = ("plain", "tools", "search")
SEARCH, SEARCHED = "ToolSearch", {"query": "select:WebFetch"}
"""The tool by which Claude Code loads a deferred tool, and what it is called with."""


def main() -> None:
    """Capture the clients that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clients", nargs="*", metavar="CLIENT[@VERSION]")
    named = parser.parse_args().clients or [
        f"{name}@{version}" for name, recipe in CLIENTS.items() for version in recipe.versions
    ]
    OUT.mkdir(exist_ok=True)
    failed = []
    for each in named:
        name, _, version = each.partition("@")
        if name not in CLIENTS:
            sys.exit(f"there is no client {name!r}; there are: {', '.join(CLIENTS)}")
        version = version or CLIENTS[name].versions[0]
        try:
            document = capture(name, version)
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"{name}@{version}: not captured: {problem}", file=sys.stderr)
            failed.append(each)
            continue
        path = OUT / f"{name}@{version}.json"
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(document['requests'])} requests")
    sys.exit(1 if failed else 0)


def capture(name: str, version: str) -> dict[str, Any]:
    """Install one client, run its cases and return what it sent."""
    recipe = CLIENTS[name]
    requests: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        run = install(recipe, version, Path(folder))
        for case in PROGRAM_CASES if recipe.kind == "program" else CASES:
            with server(case) as (url, seen):
                done = run(case, url)
                if not seen and case == "plain":
                    raise OSError(f"case {case} sent nothing: {done.stderr[-300:]}")
                if done.returncode:
                    print(f"{name}@{version}: case {case}: {done.stderr[-200:]}", file=sys.stderr)
            requests += [{"case": case, **scrubbed(each)} for each in seen]
    return {
        "client": name,
        "version": version,
        "captured": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "requests": requests,
    }


def install(recipe: Recipe, version: str, folder: Path) -> Any:
    """Install a client; returns a function that runs a case against an address."""
    packages = recipe.packages.format(
        version=version, platform="linux-x64", httpx=_HTTPX if version.startswith("0.3") else ""
    ).split()
    home = folder / "home"
    home.mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb"}
    given = {"KEY": KEY, "MODEL": MODEL}
    quiet: Any = {"check": True, "capture_output": True, "text": True, "timeout": 600}
    if recipe.kind == "python":
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], **quiet)
        python = folder / "venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], **quiet)
        command = [str(python), "-c", recipe.script]
    elif recipe.kind == "node":
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, *packages], **quiet)
        script = folder / "run.mjs"
        script.write_text(
            re.sub(
                r"^import \{ (.*) \} from \"ai\";$",
                r'import * as __ai from "ai"; const { \1 } = __ai;',
                recipe.script,
                flags=re.M,
            )
        )
        command = ["node", str(script)]
    else:
        command = [str(program(packages[0], folder))]

    def run(case: str, url: str) -> subprocess.CompletedProcess[str]:
        if recipe.kind == "program":
            return run_claude_code(command[0], home, url, turns=1 if case == "plain" else 2)
        env = {**environ, **given, "URL": url, "CASE": case}
        return subprocess.run(
            command, env=env, cwd=home, capture_output=True, text=True, timeout=120
        )

    return run


def program(package: str, folder: Path) -> Path:
    """Fetch a package that is one program; `CLAUDE_CODE` names one that is there."""
    if there := os.environ.get("CLAUDE_CODE"):
        return Path(there)
    quiet: Any = {
        "check": True,
        "capture_output": True,
        "text": True,
        "timeout": 900,
        "cwd": folder,
    }
    subprocess.run(["npm", "pack", "--silent", package], **quiet)
    (archive,) = folder.glob("*.tgz")
    subprocess.run(["tar", "xzf", archive], **quiet)
    archive.unlink()
    return folder / "package" / "claude"


def run_claude_code(
    path: str, home: Path, url: str, *, turns: int
) -> subprocess.CompletedProcess[str]:
    """Ask Claude Code one question, in an empty folder and with an empty home; it runs no tool."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "CLAUDE_CONFIG_DIR": str(home / "config"),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_AUTH_TOKEN": KEY,
        "ANTHROPIC_MODEL": MODEL,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": MODEL,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_MAX_RETRIES": "2",
    }
    asked = ["-p", "What is 2+2? Reply with the number only.", "--max-turns", str(turns)]
    asked += ["--settings", NO_TOOLS]
    return subprocess.run(
        [path, *asked],
        env=environ,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def server(case: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that answers every request well, and keeps what it was sent."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen.append({"path": self.path, "headers": headers, "body": body})
            turns = json.dumps(body.get("messages", []))
            names = [each["name"] for each in body.get("tools", ())]
            if case not in ("tools", "search") or not names or "tool_result" in turns:
                message = answer("")
            elif case == "search":
                message = answer(SEARCH, SEARCHED)
            else:
                message = answer("get_weather" if "get_weather" in names else names[0])
            stream = body.get("stream")
            content = "".join(events(message)) if stream else json.dumps(message)
            self.send_response(200)
            kind = "text/event-stream" if stream else "application/json"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def do_GET(self) -> None:
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", seen
    finally:
        running.shutdown()
        running.server_close()


def answer(tool: str, given: Mapping[str, str] = {"city": "Paris"}) -> dict[str, Any]:
    """A message with a text, or with a call of a tool, by its name."""
    call = {"type": "tool_use", "id": "toolu_1", "name": tool, "input": given}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [call if tool else {"type": "text", "text": "4"}],
        "stop_reason": "tool_use" if tool else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 2},
    }


def events(message: dict[str, Any]) -> Iterator[str]:
    """A message as the events of a stream."""
    (block,) = message["content"]
    text = block["type"] == "text"
    start = {**block, **({"text": ""} if text else {"input": {}})}
    delta = (
        {"type": "text_delta", "text": block["text"]}
        if text
        else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    )
    for event in (
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": start},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
    ):
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def scrubbed(request: dict[str, Any]) -> dict[str, Any]:
    """A request without keys, and without texts that are not ours."""
    headers = {
        name: value.replace(KEY, "<key>")
        for name, value in request["headers"].items()
        if name in KEPT
    }
    return {"path": request["path"], "headers": headers, "body": without_texts(request["body"])}


def without_texts(value: Any, name: str = "") -> Any:
    """A body with ``<text>`` for every text that is prose; descriptions of schemas are left out."""
    if isinstance(value, dict):
        kept = {
            key: inner
            for key, inner in value.items()
            if key not in ("description", "$comment") or not isinstance(inner, str) or inner in OURS
        }
        return {key: without_texts(inner, key) for key, inner in kept.items()}
    if isinstance(value, list):
        return [without_texts(each, name) for each in value]
    if not isinstance(value, str) or value in OURS:
        return value
    if name == "user_id":
        return "<user id>"
    return value if SHORT.match(value) else "<text>"


if __name__ == "__main__":
    main()
