"""What is read of a document is what vcrpy reads of it."""

import copy
from typing import Any

import pytest
import vcr.serialize
from hypothesis import example, given
from hypothesis import strategies as st

from messages_conformance.cassettes.stored_form import from_document

MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
names = st.sampled_from(["a", "A", "b", "content-type", "Content-Type", ""])
headers = st.dictionaries(names, st.lists(st.text(max_size=3), max_size=2) | anything) | anything
uris = st.sampled_from(["http://a/v1", "http://[", "", "/v1/messages"]) | st.text()
surrogates = st.text(st.characters(categories=["Cs"]), max_size=1)
requests = st.fixed_dictionaries(
    {
        "method": st.just("POST"),
        "uri": uris,
        "body": st.text() | surrogates | anything,
        "headers": headers,
    },
    optional={"more": st.just(1)},
)
responses = (
    st.fixed_dictionaries(
        {"status": st.just(200)},
        optional={
            "body": st.fixed_dictionaries({"string": st.text() | surrogates | anything}) | anything
        },
    )
    | anything
)
interactions = st.fixed_dictionaries({"request": requests, "response": responses})
documents = st.fixed_dictionaries(
    {"interactions": st.lists(interactions, max_size=2), "metadata": st.just({"a": "b"})}
)


def interaction(response: Any, headers: Any = None) -> Any:
    """A request, and something in place of its answer."""
    asked = {"method": "POST", "uri": "http://a/v1", "body": "", "headers": headers}
    return {"request": asked, "response": response}


class _Values:
    @staticmethod
    def deserialize(document: Any) -> Any:
        return document


def by_vcrpy(document: Any) -> Any:
    try:
        requests, responses, metadata = vcr.serialize.deserialize(document, _Values)
        read = [(one.method, one.uri, one.body, dict(one.headers.items())) for one in requests]
    except MALFORMED:
        return "malformed"
    return read, responses, metadata


def by_us(document: Any) -> Any:
    try:
        stored = from_document(document)
        read = [
            (one.method, one.uri, one.body, dict(one.headers.items())) for one in stored["requests"]
        ]
    except MALFORMED:
        return "malformed"
    return read, stored["responses"], stored["metadata"]


@given(documents)
@example({"interactions": [interaction({"body": {"string": []}})], "metadata": {"a": "b"}})
@example({"interactions": [interaction({}, headers=False)], "metadata": {"a": "b"}})
def test_a_document_is_read_as_vcrpy_reads_it(document: Any) -> None:
    assert by_us(copy.deepcopy(document)) == by_vcrpy(copy.deepcopy(document))


def test_an_address_that_is_no_text_is_malformed() -> None:
    request = {"method": "POST", "uri": 1, "body": None, "headers": {}}
    with pytest.raises(TypeError):
        from_document({"interactions": [{"request": request, "response": {}}], "metadata": {}})


def test_a_request_has_bytes_and_the_last_value_of_a_header() -> None:
    request = {
        "method": "POST",
        "uri": "http://a/v1",
        "body": "\N{SNOWMAN}",
        "headers": {"A": ["1"], "b": ["2"], "a": ["3"]},
    }
    document = {"interactions": [{"request": request, "response": {}}], "metadata": {"x": 1}}
    (read,) = from_document(document)["requests"]
    assert read.body == b"\xe2\x98\x83"
    assert dict(read.headers) == {"A": "3", "b": "2"}
