"""The block to paste: what the client has to be told, in the form in which it is told."""

import json
import shlex
from collections.abc import Mapping
from typing import Final

from messages_conformance.protocol.exchange import KEY
from messages_conformance.readiness.result import Readiness

_KEY, _LIMIT = "YOUR_KEY", "<max_tokens>"

_FALLBACK: Final = 8192
"""The `max_tokens` that is set where the endpoint names no largest one."""
_IMPORTS: Final = {
    "python-sdk": ("import anthropic", ""),
    "typescript-sdk": ('import Anthropic from "@anthropic-ai/sdk";', ""),
    "ai-sdk": ('import { createAnthropic } from "@ai-sdk/anthropic";', ""),
    "langchain-anthropic": ("from langchain_anthropic import ChatAnthropic", ""),
    "pydantic-ai": (
        "from pydantic_ai.models.anthropic import AnthropicModel",
        "from pydantic_ai.providers.anthropic import AnthropicProvider",
        "",
    ),
}
"""What a program has to begin with, so that the constructor can be pasted as it is."""
_CAPABILITIES: Final = "CLAUDE_CODE_MODEL_CAPABILITIES"


def environment(found: Readiness, base_url: str) -> dict[str, str]:
    """The variables that make Claude Code use an endpoint, with `YOUR_KEY` where the key goes."""
    variables = {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_AUTH_TOKEN": _KEY}
    if any(each.swap_key for each in found.switched_off):
        del variables["ANTHROPIC_AUTH_TOKEN"]
    variables["ANTHROPIC_MODEL"] = found.model
    variables["ANTHROPIC_DEFAULT_HAIKU_MODEL"] = found.model
    return variables | settings(found)


def settings(found: Readiness) -> dict[str, str]:
    """The variables that leave out what the endpoint refuses."""
    variables: dict[str, str] = {}
    for feature in found.switched_off:
        for name, value in feature.environment.items():
            largest = str(found.largest or feature.largest or _FALLBACK)
            variables[name] = value.replace(_LIMIT, largest).replace(KEY, _KEY)
    if names := [each.capability for each in found.switched_off if each.capability]:
        off = ",".join(f"-{name}" for name in names)
        variables[_CAPABILITIES] = f"{found.model}={off}"
    return variables


def block(found: Readiness, base_url: str) -> str:
    """What to paste: lines for a shell, or the constructor of a library; empty where unknown."""
    of = {
        "claude-code": _shell,
        "python-sdk": _python,
        "typescript-sdk": _typescript,
        "ai-sdk": _ai_sdk,
        "langchain-anthropic": _langchain,
        "pydantic-ai": _pydantic_ai,
    }.get(found.dialect.client)
    lines = [*_IMPORTS.get(found.dialect.client, ()), *([of(found, base_url)] if of else [])]
    return "\n".join(lines)


def _shell(found: Readiness, base_url: str) -> str:
    return "\n".join(
        f"export {name}={shlex.quote(value)}"
        for name, value in environment(found, base_url).items()
    )


def _headers(found: Readiness) -> dict[str, str]:
    return {
        name: value.replace(KEY, _KEY)
        for each in found.switched_off
        for name, value in each.headers.items()
    }


def _key_argument(found: Readiness, usual: str) -> str:
    return next((each.argument for each in found.switched_off if each.argument), usual)


def _python(found: Readiness, base_url: str) -> str:
    return _call("client = anthropic.Anthropic(", _python_lines(found, base_url, "api_key"), ")")


def _python_lines(found: Readiness, base_url: str, key: str) -> list[str]:
    lines = [f"base_url={json.dumps(base_url)}", f'{_key_argument(found, key)}="{_KEY}"']
    if headers := _headers(found):
        lines.append(f"default_headers={json.dumps(headers)}")
    return lines


def _langchain(found: Readiness, base_url: str) -> str:
    lines = [f"model={json.dumps(found.model)}", *_python_lines(found, base_url, "api_key")]
    return _call("chat = ChatAnthropic(", lines, ")")


def _pydantic_ai(found: Readiness, base_url: str) -> str:
    provider = f'AnthropicProvider(base_url={json.dumps(base_url)}, api_key="{_KEY}")'
    return _call("model = AnthropicModel(", [json.dumps(found.model), f"provider={provider}"], ")")


def _typescript(found: Readiness, base_url: str) -> str:
    return _call("const client = new Anthropic({", _script_lines(found, base_url, "apiKey"), "})")


def _script_lines(found: Readiness, base_url: str, key: str) -> list[str]:
    lines = [f"baseURL: {json.dumps(base_url)}", f'{_key_argument(found, key)}: "{_KEY}"']
    if headers := _headers(found):
        lines.append(f"defaultHeaders: {json.dumps(headers)}")
    return lines


def _ai_sdk(found: Readiness, base_url: str) -> str:
    lines = _script_lines(found, f"{base_url.rstrip('/')}/v1", "apiKey")
    lines = [line.replace("defaultHeaders", "headers") for line in lines]
    return _call("const provider = createAnthropic({", lines, "})")


def _call(opening: str, arguments: list[str], closing: str) -> str:
    return "\n".join([opening, *(f"    {each}," for each in arguments), closing])


def differences(found: Readiness) -> Mapping[str, str]:
    """What each setting is for, in words, by its variable or header."""
    words: dict[str, list[str]] = {}
    for each in found.switched_off:
        names = [*each.environment, *each.headers, *([_CAPABILITIES] if each.capability else [])]
        for name in names or [each.argument]:
            words.setdefault(name, []).append(each.words)
    return {name: "leaves out " + ", ".join(said) for name, said in words.items()}
