"""The content blocks of valid messages.

Tool ids stay empty here: they are unique in a message, so the message sets them.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Block = dict[str, Any]

_WORD = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=12)
_BASE64 = st.binary(min_size=3, max_size=12).map(lambda data: data.hex())
_TEXT = st.text(max_size=20)
_FIGURE = st.integers(0, 2**53)

leaves: SearchStrategy[Any] = st.one_of(
    _TEXT,
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
)
"""JSON values that are no arrays or objects."""

_nested: SearchStrategy[Any] = st.one_of(
    leaves,
    st.lists(leaves, max_size=2),
    st.dictionaries(_TEXT, st.one_of(leaves, st.lists(leaves, max_size=2)), max_size=2),
)

extras: SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.dictionaries(st.sampled_from(["x_note", "x_trace"]), _nested, max_size=2)
)
"""Undocumented keys, most often none (rule RS-MSG-6)."""


def _block(kind: str, **fields: SearchStrategy[Any]) -> SearchStrategy[Block]:
    """A block with these fields, and sometimes with unknown ones."""
    known = st.fixed_dictionaries({"type": st.just(kind), **fields})
    return st.builds(lambda block, more: {**more, **block}, known, extras)


_citations: SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("char_location"),
            "cited_text": _TEXT,
            "document_index": _FIGURE,
            "document_title": st.none() | _TEXT,
            "start_char_index": st.just(0),
            "end_char_index": st.integers(1, 99),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("web_search_result_location"),
            "cited_text": _TEXT,
            "encrypted_index": _BASE64,
            "title": st.none() | _TEXT,
            "url": st.just("https://example.org/a?b=c"),
        }
    ),
)

texts: SearchStrategy[Block] = st.one_of(
    _block("text", text=_TEXT),
    _block("text", text=_TEXT, citations=st.none() | st.lists(_citations, max_size=2)),
)
"""Text, empty too, with its citations absent, null or listed (RS-BLK-2)."""

thoughts: SearchStrategy[Block] = st.one_of(
    _block("thinking", thinking=_TEXT, signature=_BASE64),
    _block("redacted_thinking", data=_BASE64),
)
"""Thinking, empty where its display is omitted, or redacted (RS-THK-1 to RS-THK-4)."""

inputs: SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.dictionaries(_TEXT, _nested, max_size=3)
)
"""The input of a tool: an object, often empty, with nested values and text in any script."""

tool_calls: SearchStrategy[Block] = st.one_of(
    _block("tool_use", id=st.just(""), name=_WORD, input=inputs),
    _block(
        "tool_use",
        id=st.just(""),
        name=_WORD,
        input=inputs,
        caller=st.just({"type": "direct"}),
    ),
)
"""A call to one of the client's tools (RS-TOOL-1 to RS-TOOL-3)."""


def _server_pair(name: str, result: str) -> SearchStrategy[tuple[Block, ...]]:
    use = _block("server_tool_use", id=st.just(""), name=st.just(name), input=inputs)
    content = st.lists(st.fixed_dictionaries({"type": st.just(f"{name}_result")}), max_size=1)
    return st.tuples(use, _block(result, tool_use_id=st.just(""), content=content))


server_pairs: SearchStrategy[tuple[Block, ...]] = st.one_of(
    _server_pair("web_search", "web_search_tool_result"),
    _server_pair("bash_code_execution", "bash_code_execution_tool_result"),
)
"""A call of a server's own tool, and its result (ST-BLK-4, CT-7)."""

strangers: SearchStrategy[Block] = st.one_of(
    _block("container_upload", file_id=_WORD),
    _block("vendor_chart", series=_nested),
)
"""Blocks of types that clients do not know (RS-BLK-1)."""
