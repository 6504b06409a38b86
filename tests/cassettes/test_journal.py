"""A journal and a cassette read back exactly what was written."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages_conformance.cassettes import journal, tape
from messages_conformance.cassettes.entry import Entry, Label
from messages_conformance.protocol.exchange import Chunk, Exchange
from support import small_project

NAMES = st.sampled_from(["base64", "a", "b", "null", "1", "~", "status", "Set", "x:y"]) | st.text(
    min_size=1
)
HEADERS = st.lists(st.tuples(NAMES, st.text()), max_size=6).map(tuple)
BODIES = st.binary() | st.text().map(str.encode) | st.just(b'{"base64": "QQ=="}')


def exchange(headers: tuple[tuple[str, str], ...], body: bytes) -> Exchange:
    chunks = (Chunk(len(body), 0.5),) if body else ()
    return Exchange(small_project.request(), 200, headers, body, chunks)


def read_journal(tmp: Path, label: Label, given: Exchange) -> tuple[Label, Exchange]:
    path = tmp / journal.NAME
    path.write_bytes(journal.to_line(label, "basic", 0, Entry(given, "a/b", 0)))
    ((found, _, _, entry),) = journal.read(path, "x")
    return found, entry.exchange


def read_cassette(tmp: Path, label: Label, given: Exchange) -> tuple[Label, Exchange]:
    path = tmp / "basic.yaml"
    tape.write(path, label, [Entry(given, "a/b", 0)])
    (found,) = tape._read(path, "x")
    return found.label, found.entry.exchange


@given(HEADERS, BODIES)
@example((("base64", "QQ=="),), b"\xff")
@example((("base64", "QQ=="), ("base64", "%")), b"")
@example((("a", "1"), ("b", "2"), ("a", "3")), b"")
def test_what_was_written_is_read(
    tmp_path_factory: object, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("x")  # type: ignore[attr-defined]
    given = exchange(headers, body)
    for read in (read_journal, read_cassette):
        assert read(folder, small_project.label(), given) == (small_project.label(), given)


@given(st.text())
@example("\ufffd")
@example("a\nb: c")
def test_any_name_of_a_server_is_read(tmp_path_factory: object, server: str) -> None:
    folder = tmp_path_factory.mktemp("x")  # type: ignore[attr-defined]
    label = replace(small_project.label(), server=server)
    for read in (read_journal, read_cassette):
        assert read(folder, label, exchange((), b""))[0] == label


@given(st.lists(st.binary(min_size=1).map(lambda line: line.replace(b"\n", b" "))), st.binary())
def test_only_a_journal_that_ends_within_a_line_is_cut_off(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut-off.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    assert not journal.is_cut_off(path)
    path.write_bytes(path.read_bytes() + rest + b"{")
    assert journal.is_cut_off(path)
