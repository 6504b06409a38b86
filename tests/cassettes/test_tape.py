"""Cassettes keep exactly what was recorded, and a hostile one does no harm."""

import dataclasses
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from messages_conformance.cassettes.tape import Entry, Tape, folder_of
from messages_conformance.cassettes.yaml_format import MAX_RECORDING
from messages_conformance.errors import CassetteError
from messages_conformance.protocol.exchange import Chunk, Exchange, Request
from messages_conformance.protocol.limits import DEFAULT
from support import small_project


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


def tape(root: Path) -> Tape:
    return Tape.load(root, small_project.TARGET.id, small_project.MODEL.id)


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    asked = small_project.request("Grüße 😀", temperature=0.5)
    body = b'event: ping\ndata: {"type": "ping"}\n\nevent: x\ndata: \xf0\x9f\x98\x80'
    cut = Exchange(
        asked,
        200,
        (("content-type", "text/event-stream"), ("via", "a"), ("via", "b")),
        body,
        (Chunk(10, 0.012), Chunk(len(body) - 10, 1.5)),
        "cut",
    )
    small_project.cassette(tmp_path, Entry(cut, "basic/temperature", 0))

    found = tape(tmp_path).find(asked, 0)

    assert found == cut
    assert str(found and found.place) == "world/small-1/basic.yaml#0"
    assert tape(tmp_path).exchanges == (cut,)
    assert tape(tmp_path).label == small_project.label()


AWKWARD = (
    *("a\rb", "a\r\nb\n", "\0", "\x85", "\u2028", "\ufeffx", " a\n", "\n", "\n\n a", "a \nb", "\t"),
    *("null", "1", "---\n", "...\n", "# x\n", "!!python/none x\n", "a\n  \n", "\ud7ff\ue000"),
    "x" * 99 + " " + "y" * 99,
)


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.text("ab {}:#-'\"\\\n\r\t\x00\x85\u2028\ufeff😀").map(str.encode)
    | st.sampled_from(AWKWARD).map(str.encode)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_byte_of_a_body_is_kept(tmp_path: Path, body: bytes) -> None:
    small_project.cassette(
        tmp_path, Entry(small_project.exchange(small_project.request(), body), "a/b", 0)
    )
    assert tape(tmp_path).exchanges[0].body == body


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
@example("\x85\U00010000")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_request_is_found_again(tmp_path: Path, value: object) -> None:
    asked = Request({"messages": value}, small_project.HEADERS)
    small_project.cassette(tmp_path, Entry(small_project.exchange(asked), "a/b", 0))
    assert tape(tmp_path).find(asked, 0) is not None


def test_a_stream_is_readable_text_in_the_file(tmp_path: Path) -> None:
    body = 'event: ping\ndata: {"type": "ping", "is": "😀"}\n\n'.encode()
    path = small_project.cassette(
        tmp_path, Entry(small_project.exchange(small_project.request(), body), "a/b", 0)
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "        event: ping" in lines
    assert '        data: {"type": "ping", "is": "😀"}' in lines
    assert f"    chunks: [[{len(body)}, 0.25]]" in lines


def test_a_text_too_long_to_be_read_is_escaped_and_kept(tmp_path: Path) -> None:
    body = json.dumps({"text": "😀é\u2028\ud800\x7f:# '" * 20_000}, ensure_ascii=True).encode()
    wide = ("😀 é \ufeff\x85\r\n\t- '\"" * 20_000).encode()
    entries = [
        Entry(small_project.exchange(small_project.request(), each), "a/b", nth)
        for nth, each in enumerate((body, wide))
    ]
    path = small_project.cassette(tmp_path, *entries)
    assert [exchange.body for exchange in tape(tmp_path).exchanges] == [body, wide]
    assert "😀" not in path.read_text(encoding="utf-8"), "the slow writer was taken"


def test_equal_requests_are_distinguished_by_their_number(tmp_path: Path) -> None:
    asked = small_project.request()
    first, second = (
        small_project.exchange(asked, small_project.message(text)) for text in ("one", "two")
    )
    small_project.cassette(tmp_path, Entry(second, "a/b", 1), Entry(first, "a/b", 0))
    found = [tape(tmp_path).find(asked, nth) for nth in range(3)]
    assert [exchange and exchange.text for exchange in found] == ["one", "two", None]


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(small_project.request(), headers=()),
        dataclasses.replace(small_project.request(), path="/v1/models"),
        dataclasses.replace(small_project.request(), method="GET"),
        small_project.request("Bye."),
    ],
)
def test_a_different_request_is_not_found(tmp_path: Path, other: Request) -> None:
    small_project.cassette(
        tmp_path, Entry(small_project.exchange(small_project.request()), "a/b", 0)
    )
    assert tape(tmp_path).find(other, 0) is None


def test_a_recording_from_any_host_and_path_is_found(tmp_path: Path) -> None:
    asked = small_project.request()
    small_project.cassette(
        tmp_path,
        Entry(small_project.exchange(asked), "a/b", 0),
        base_url="https://x.example/v9/api",
    )
    assert tape(tmp_path).find(asked, 0) is not None


def test_a_request_without_a_body_is_read_without_one(tmp_path: Path) -> None:
    asked = Request(None, small_project.HEADERS, "/v1/models?limit=2", "GET")
    small_project.cassette(tmp_path, Entry(small_project.exchange(asked), "a/b", 0))
    assert tape(tmp_path).exchanges[0].request == asked


def test_a_huge_request_is_kept_as_a_hash_and_found(tmp_path: Path) -> None:
    asked = small_project.request("a" * 70_000)
    path = small_project.cassette(tmp_path, Entry(small_project.exchange(asked), "a/b", 0))
    assert path.stat().st_size < 5_000
    found = tape(tmp_path).find(asked, 0)
    assert found is not None
    assert found.request == asked


def test_all_files_of_a_model_make_one_tape(tmp_path: Path) -> None:
    for suite in ("basic", "tools"):
        asked = small_project.request(suite)
        small_project.cassette(
            tmp_path, Entry(small_project.exchange(asked), f"{suite}/x", 0), suite=suite
        )
    assert tape(tmp_path).find(small_project.request("tools"), 0)
    assert tape(tmp_path).rows == {"basic/x", "tools/x"}


def test_without_files_a_tape_is_empty(tmp_path: Path) -> None:
    assert tape(tmp_path) == Tape((), ())
    assert tape(tmp_path).label is None


@pytest.mark.parametrize("id", ["a/b", "..", ".x", "provider,model", "a:b", "Ω", "x" * 300, "a\\b"])
def test_every_model_id_has_a_folder_of_its_own_inside_the_root(tmp_path: Path, id: str) -> None:
    folder = folder_of(tmp_path, "world", id)
    assert folder.parent == tmp_path / "world"
    assert folder.resolve().parent == (tmp_path / "world").resolve()
    small_project.cassette(
        tmp_path, Entry(small_project.exchange(small_project.request()), "a/b", 0), model=id
    )
    assert Tape.load(tmp_path, "world", id).label == small_project.label(model=id)


def test_answers_of_the_reference_endpoint_are_simulated_even_without_a_label(
    tmp_path: Path,
) -> None:
    answer = dataclasses.replace(
        small_project.exchange(small_project.request()),
        headers=(("X-Messages-Conformance", "reference"),),
    )
    small_project.cassette(tmp_path, Entry(answer, "a/b", 0), evidence="recorded")
    assert tape(tmp_path).simulated


def document(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    path = small_project.cassette(
        tmp_path, Entry(small_project.exchange(small_project.request()), "a/b", 0)
    )
    return path, yaml.safe_load(path.read_text())


HOSTILE = {
    "an object": "!!python/object/apply:os.system ['true']",
    "a tuple": "interactions: !!python/tuple []",
    "a depth": "[" * 200_000,
    "an alias": "a: &a [x]\nb: [*a, *a]",
    "no yaml": "a: [",
    "another thing": "- 1\n- 2",
    "nothing": "",
    "binary": "\0\1",
    "no recordings": "version: 1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_reported_in_one_sentence(tmp_path: Path, text: str) -> None:
    path, _ = document(tmp_path)
    path.write_text(text)
    with pytest.raises(CassetteError, match=r"basic\.yaml: is not a usable .* record again$"):
        tape(tmp_path)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("metadata", "format"), 2),
        (("metadata", "evidence"), "live"),
        (("metadata", "auth"), None),
        (("interactions", 0, "response", "status", "code"), "200"),
        (("interactions", 0, "response", "ended"), "badly"),
        (("interactions", 0, "response", "body"), {}),
        (("interactions", 0, "response", "chunks"), [[1]]),
        (("interactions", 0, "response", "nth"), True),
        (("interactions", 0, "response", "headers"), []),
        (("interactions", 0, "request", "uri"), "http://elsewhere/v1/messages"),
        (("interactions", 0, "request", "headers"), {"a": []}),
        (("interactions", 0), None),
    ],
)
def test_a_malformed_file_is_reported_in_one_sentence(
    tmp_path: Path, where: tuple[str | int, ...], value: object
) -> None:
    path, whole = document(tmp_path)
    part: object = whole
    for step in where[:-1]:
        part = part[step]  # type: ignore[index]
    part[where[-1]] = value  # type: ignore[index]
    path.write_text(json.dumps(whole))
    with pytest.raises(CassetteError, match=r"basic\.yaml: is not a usable .* record again$"):
        tape(tmp_path)


def test_a_file_in_the_folder_of_another_model_is_reported(tmp_path: Path) -> None:
    path, _ = document(tmp_path)
    other = folder_of(tmp_path, "world", "large-1")
    other.mkdir()
    (other / "basic.yaml").write_text(path.read_text())
    with pytest.raises(CassetteError, match="recording of 'small-1'"):
        Tape.load(tmp_path, "world", "large-1")


def test_recordings_after_one_that_ends_in_empty_lines_are_read(tmp_path: Path) -> None:
    ending = small_project.exchange(small_project.request("one"), b"a\n\n")
    entry = Entry(ending, "a/b\n\n", 0)
    small_project.cassette(
        tmp_path, entry, Entry(small_project.exchange(small_project.request("two")), "a/b", 0)
    )
    assert len(tape(tmp_path).entries) == 2


def test_a_recording_over_the_limits_is_reported(tmp_path: Path) -> None:
    said = r"basic\.yaml: is not a usable cassette \(it holds a recording longer than any"
    for body in (b"a" * (DEFAULT.size + 1), b"," * (DEFAULT.parts + 1)):
        small_project.cassette(
            tmp_path, Entry(small_project.exchange(small_project.request(), body), "a/b", 0)
        )
        with pytest.raises(CassetteError, match=said):
            tape(tmp_path)
    path, _ = document(tmp_path)
    with path.open("a") as file:
        file.write(f"- request: {'x' * (MAX_RECORDING + 100_000)}\n")
    with pytest.raises(CassetteError, match=said):
        tape(tmp_path)


def test_every_entry_carries_the_number_by_which_reports_name_it(tmp_path: Path) -> None:
    requests = [small_project.request(text) for text in ("One.", "Two.", "Three.")]
    answers = (small_project.exchange(one, small_project.message("Yes.")) for one in requests)
    small_project.cassette(tmp_path, *(Entry(one, "basic/stop", 0) for one in answers))
    (path,) = tmp_path.rglob("*.yaml")
    tape = Tape.load(tmp_path, small_project.TARGET.id, small_project.MODEL.id)
    text = path.read_text()
    for entry in tape.entries:
        number = str(entry.exchange.place).rpartition("/")[2]
        after = text.partition(f"# {number}\n")[2].partition("\n# ")[0]
        assert entry.exchange.request.body["messages"][0]["content"] in after
