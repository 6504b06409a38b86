"""What marks a text as damaged, or as something that belongs elsewhere."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from messages_conformance.rules.wording import shown

_MARKUP: Final = re.compile(
    r"(?P<thinking>\A\s*<(?:think|seed:think)>|</think>|\[/?THINK\]|◁/?think▷"
    r"|<\|channel\|>\s*(?:analysis|commentary))"
    r"|(?P<call></?tool_calls?>|<function=\w|<function_calls\b|<invoke name=|\[/?TOOL_CALLS?\]"
    r"|<\|?/?(?:tool_call|tool_calls|python_tag|tool▁call|tool▁calls)[\w▁]*\|?>"
    r"|<｜tool▁calls?▁(?:begin|end)｜>|</?｜DSML｜|<minimax:tool_call>|<arg_key>|<\|channel\|>)"
    r"|(?P<template><\|(?:im_start|im_end|im_sep|eot_id|eom_id|endoftext|end_of_text|start_header_id"
    r"|end_header_id|begin_of_text|assistant|user|system|end|start|message|return)\|>"
    r"|<(?:start|end)_of_turn>|\[/?INST\]|<｜(?:User|Assistant|end▁of▁sentence)｜>)"
)
"""Markup of models and their chat templates, which a server should have parsed."""
_END_OF_ARGUMENT: Final = re.compile(
    r"(?:<\|[a-z_]{2,20}\|>|</?(?:parameter|invoke|arg_key|arg_value|tool_call)[^<>]{0,80}>)\s*\Z"
)
"""Markup that ends an argument of a tool call, where a parser took too much."""
_WITHIN_ARGUMENT: Final = re.compile(r"</(?:parameter|arg_value)>\s*<(?:parameter|arg_key)\b")
"""Markup between two arguments, where a parser took both as one."""
_ENTITY: Final = re.compile(r"&(?:lt|gt|amp|quot|#39|#x27);")
_FURTHER: Final = r"[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
"""What a byte after the first of a letter in UTF-8 is read as."""
_DECODED_TWICE: Final = re.compile(
    r"Ã[\x80-\xbf]|Â[\xa0-\xbf]|â\x80[\x80-\xbf]|â€[œ\x9d™˜¦“”]|ð\x9f[\x80-\xbf]|ðŸ"
    rf"|(?:[à-ï]{_FURTHER}{{2}}){{2}}|(?:[ÐÑØÙ]{_FURTHER}){{3}}"
)
"""Letters, quotation marks and emoji in UTF-8 that was read as Latin-1 or Windows-1252; of letters
that are common in such encodings only several in a row."""
_MAY_BEGIN_TWICE: Final = re.compile(r"[ÂÃÐÑØÙâðà-ï]")
"""What a letter in UTF-8 that was decoded twice begins with."""
_ESCAPES: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4}){3}")
"""Several letters in a row that are escaped; of one alone the answer may speak."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_LOST: Final = "\ufffd"
_SEVERAL: Final = 3
_LONGEST_CALL: Final = 10_000
_MOST_STRINGS: Final = 1_000
_FAILURES: Final = re.compile(
    r"\s*(?:\[?(?:API |Upstream |Gateway )?Error\]?[:：]\s*(?:\{|\d{3}\b|upstream|request failed)"
    r"|(?:API Error|Upstream error|Error code): ?\d{3}\b"
    r"|\[(?:Error|ERROR|错误)\]"
    r"|upstream (?:request failed|error|connect error)"
    r"|Provider returned error|You exceeded your current quota|\[Image failed to load"
    r"|(?:系统|服务器?|模型)(?:繁忙|暂时不可用|暂不可用)|请求过于频繁|(?:账户)?余额不足|上游(?:请求|服务|返回)"
    r"|(?:API|Upstream|Server|Gateway|Provider|Network|Internal Server|Bad Gateway) [Ee]rror[:：.]"
    r"|(?:undefined|\[object Object\])\s*\Z"
    r"|[(\[](?:no|empty) (?:content|response|message|output)[)\]]\s*\Z"
    r"|\{\"(?:error|type\":\s*\"error)\"\s*[:,])"
)
"""How the failure of a server begins that was answered as if a model had said it, and what a
gateway says for it where no content came."""
_LONGEST_FAILURE: Final = 400
"""Characters of such an answer; a model that explains an error says more."""


def markup(text: str) -> tuple[str, str] | None:
    """Markup in a text, and what it is of; None if there is none."""
    if "<" not in text and "[" not in text and "◁" not in text:
        return None
    found = _MARKUP.search(text)
    return (found.lastgroup or "", found[0].strip()) if found else None


def markup_of_argument(text: str) -> str | None:
    """Markup of a call in one of its arguments, within it or at its end; None if there is none."""
    if ">" not in text:
        return None
    found = _WITHIN_ARGUMENT.search(text)
    if not found and text.rstrip().endswith(">"):
        found = _END_OF_ARGUMENT.search(text[-200:])
    return found[0].strip() if found else None


def call_in_text(text: str, tools: Collection[str]) -> str | None:
    """The tool that a text calls, as JSON that should have been a block; None if it calls none."""
    if not tools or len(text) > _LONGEST_CALL or "{" not in text:
        return None
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    call: Mapping[str, Any] = value if isinstance(value, dict) else {}
    name = call.get("name")
    has_arguments = not {"arguments", "parameters", "input"}.isdisjoint(call)
    return name if isinstance(name, str) and name in tools and has_arguments else None


_PRINTED: Final = re.compile(
    r"\s*\[?\s*(?:TextBlock|ThinkingBlock|ToolUseBlock|TextContent|ContentBlock|Message)\("
    r"(?:id|text|type|thinking|citations|signature|input|name|content)="
)
_BLOCK_TYPES: Final = ("text", "thinking", "tool_use", "output_text")


def blocks_in_text(text: str) -> bool:
    """Whether a text is the blocks of a message, as JSON or as a library prints them."""
    if _PRINTED.match(text):
        return True
    bare = text.strip()
    if not bare.startswith(("[", "{")) or '"type"' not in bare or len(bare) > _LONGEST_CALL:
        return False
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        return False
    held = value if isinstance(value, list) else [value]
    return bool(held) and all(
        isinstance(one, dict)
        and one.get("type") in _BLOCK_TYPES
        and one.keys() & {"text", "thinking", "input"}
        for one in held
    )


def damage(text: str) -> str | None:
    """What is wrong with the letters of a text; None if nothing shows it."""
    if text.isascii():
        return _escaped(text) or _as_html(text)
    twice = _DECODED_TWICE.search(text) if _MAY_BEGIN_TWICE.search(text) else None
    if twice:
        said = shown(text[twice.start() : twice.end() + 3])
        return f"has {said}, UTF-8 that was read in another encoding"
    if _SURROGATE.search(text):
        return "has half of a letter, whose other half was lost"
    if _LOST in text:
        return f"has {shown(_LOST)}, where a character was lost"
    return _escaped(text) or _as_html(text)


def _as_html(text: str) -> str | None:
    """Whether signs stand as entities throughout; a text about HTML has such signs as well."""
    if "&" not in text or not {"<", ">", '"', "`"}.isdisjoint(text):
        return None
    found = set(_ENTITY.findall(text))
    return (
        f"has {shown(min(found))} and others in place of signs" if len(found) >= _SEVERAL else None
    )


def _escaped(text: str) -> str | None:
    """Whether letters, or line ends and quotes, are escaped, as in JSON that was written twice.

    One of the two alone may be what the answer is about.
    """
    if "`" in text:
        return None
    if "\\" not in text:
        return None
    if found := _ESCAPES.search(text):
        return f"has {shown(found[0])}, letters as JSON escapes them"
    if "\\n" not in text or "\n" in text:
        return None
    if '\\"' not in text and "\\u" not in text:
        return None
    return "has `\\n` in place of line ends, as JSON does that was escaped twice"


def is_failure(text: str) -> bool:
    """Whether a text is the message of a server's failure, which no model has said."""
    return len(text) <= _LONGEST_FAILURE and bool(_FAILURES.match(text))


def strings_in(value: Any) -> list[str]:
    """The strings in a JSON value, as far as they are not too many."""
    found: list[str] = []
    left = [value]
    while left and len(found) < _MOST_STRINGS:
        one = left.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found
