"""JSON that nobody expects where it is put."""

from typing import Any

from hypothesis import strategies as st

LEAVES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, -0.0, 1e300, 10**400, -(10**400), 2**63, "", "x", "\ud800"),
    *("\x00", "end_turn", "tool_use", "text", "é" * 300, [], {}, [[]], [{}], {"type": {}}),
    *(
        {"type": []},
        {"type": "text"},
        {"type": "tool_use"},
        {"": None},
        [None],
        ["text"],
        "REDACTED",
    ),
]
strange = st.sampled_from(LEAVES) | st.recursive(
    st.sampled_from(LEAVES), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
