"""A resumed recording sends only what is missing, and loses nothing."""

from pathlib import Path

from support import small_project
from support.recordings import MANY, again, tape

BOTH = ("basic/temperature", "basic/stop")


def fine(_: small_project.Arrived) -> bytes:
    return small_project.http(small_project.message())


def test_only_what_is_missing_is_sent(tmp_path: Path) -> None:
    assert again(tmp_path, fine, BOTH[:1], BOTH) == [1, 2]
    assert len(tape(tmp_path).entries) == 3


def test_a_request_that_a_busy_endpoint_did_not_answer_is_sent_again(tmp_path: Path) -> None:
    said = [small_project.http(small_project.error("rate_limit_error"), 429, retry_after="3600")]

    def script(arrived: small_project.Arrived) -> bytes:
        return said.pop() if said else fine(arrived)

    assert again(tmp_path, script, BOTH[:1], BOTH[:1], BOTH[:1]) == [1, 1, 0]
    assert [exchange.status for exchange in tape(tmp_path).exchanges] == [429, 200]
    assert [exchange.status for exchange in tape(tmp_path).superseded] == [429]


def test_a_burst_that_met_its_limit_is_not_repeated(tmp_path: Path) -> None:
    answer = small_project.http(small_project.error("rate_limit_error"), 429)
    burst = ("basic/burst",)
    suites = {"basic": MANY}
    sent = again(tmp_path, lambda _: answer, burst, burst, suites=suites, opted_in=frozenset(burst))
    assert sent == [9, 0]


def test_a_complete_recording_is_not_changed(tmp_path: Path) -> None:
    states: list[dict[Path, tuple[int, bytes]]] = []

    def look() -> None:
        found = (tmp_path / "tapes").rglob("*.*l")
        states.append({path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found})

    assert again(tmp_path, fine, BOTH, BOTH, after=look) == [3, 0]
    before, after = states
    assert before
    assert before == after
