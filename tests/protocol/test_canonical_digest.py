"""The digest of a request is the one of its canonical bytes, however long its texts are."""

import hashlib
import tracemalloc
from typing import Any

import pytest

from messages_conformance.protocol.canonical import canonical, canonical_digest

LONG = 'é\ud800"\\' * 400_000
DEEP: Any = "end"
for _ in range(600):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [
        {"model": "m", "messages": []},
        LONG,
        {"z": LONG, "a": 1},
        {"b": [LONG, LONG + "x"], "a": {"c": LONG}},
        {LONG: LONG},
        {"a": "x" + LONG},
        [DEEP, LONG],
        [],
    ],
    ids=["none", "alone", "last", "several", "name", "other slices", "deep", "empty"],
)
def test_it_is_the_hash_of_the_canonical_bytes(value: Any) -> None:
    expected = hashlib.sha256(canonical(value)).hexdigest()
    assert canonical_digest(value) == expected
    assert canonical_digest(value) == expected


def test_a_long_text_is_not_copied_whole() -> None:
    text = "x" * (32 << 20)
    tracemalloc.start()
    try:
        canonical_digest({"messages": [text], "digest": "of another request than any other test's"})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20
