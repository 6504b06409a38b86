"""Reads calls from formats that keep HTTP: HAR, vcrpy's cassettes, `curl -i`, answers alone."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from messages_conformance.files import read_text
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.traffic.calls.call import (
    ANSWER_ALONE,
    NOTHING_HIDDEN,
    Call,
    NotRead,
    Part,
    Record,
    shown_headers,
)
from messages_conformance.traffic.encoding import decode_body
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NOT_MESSAGES_API,
    UNKNOWN_REQUEST,
    as_bytes,
    header_pairs,
    json_object,
    messages_request,
    status_code,
)
from messages_conformance.traffic.readers import READERS, cassette, har
from messages_conformance.traffic.saved_file import LARGEST, SavedFile

BATCHES: Final = "/v1/messages/batches"
_FURTHER: Final = re.compile(r"/v1/(?:messages/batches|files|skills)(?=/|\Z)")
"""Paths of the API that `lint` has no rules for."""
MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a record raises that is not as its format has it."""


def call_of(
    place: str,
    method: str,
    url: str,
    body: object,
    sent: tuple[tuple[str, str], ...],
    answered: Exchange | None,
    hides: frozenset[Part] = NOTHING_HIDDEN,
) -> Record:
    """The call of a recorded exchange; ``answered`` is None where no answer was kept."""
    request = messages_request(method, url, body)
    if request is None and (further := _FURTHER.search(urlsplit(url).path)) is not None:
        request = Request(json_object(body), path=further[0], method="GET")
    if request is None:
        return NotRead(place, NOT_MESSAGES_API.why)
    parsed = body if isinstance(body, Mapping) else request.body
    if request.method == "POST" and parsed is None:
        return NotRead(place, "with a request body that is no JSON object", damaged=True)
    size = len(body) if isinstance(body, str | bytes) else None
    if answered is None:
        hides = hides | {Part.ANSWER, Part.ERROR}
    return Call(
        place,
        parsed,
        shown_headers(sent),
        request.path,
        answered.status if answered else None,
        answered.message if answered else None,
        (answered.json if not answered.streamed else None)
        if answered and answered.message is None
        else None,
        hides,
        size,
    )


def read_har(file: SavedFile) -> Iterator[Record]:
    """The entries of a HAR file.

    Raises:
        TrafficError: it is no HAR file.
    """
    folder = Path(file.name).parent
    for number, entry in enumerate(har.entries(file.whole())):
        yield guarded(f"entry {number}", entry, lambda place, one: _har_entry(place, one, folder))


def read_cassette(file: SavedFile) -> Iterator[Record]:
    """The interactions of a cassette.

    Raises:
        TrafficError: it is no cassette, or no longer is one from some interaction on.
    """
    for number, interaction in enumerate(cassette.interactions(file)):
        yield guarded(f"interaction {number}", interaction, read_interaction)


def read_curl(file: SavedFile) -> Iterator[Record]:
    """The answers that `curl -i` printed."""
    for number, item in enumerate(READERS["curl"](file)):
        place = f"answer {number}"
        if isinstance(item, Exchange):
            yield answer_alone(place, item)
        else:
            yield NotRead(place, getattr(item, "why", NO_ANSWER.why))


def read_answer(file: SavedFile) -> Iterator[Record]:
    """An event stream, or the JSON of one answer."""
    body = file.whole()
    streamed = not body.lstrip().startswith((b"{", b"["))
    kind = "text/event-stream" if streamed else "application/json"
    yield answer_alone("answer 0", Exchange(UNKNOWN_REQUEST, 200, (("content-type", kind),), body))


def answer_alone(place: str, answered: Exchange) -> Record:
    """The call of an answer whose request was not kept."""
    if answered.message is None and answered.error is None:
        return NotRead(place, "without a readable answer")
    return Call(
        place,
        None,
        status=answered.status,
        answer=answered.message,
        error=answered.json if answered.message is None else None,
        hides=ANSWER_ALONE,
    )


def guarded(place: str, record: Any, read: Callable[[str, Any], Record]) -> Record:
    """Read one record; what is not as its format has it is counted, not raised."""
    try:
        return read(place, record)
    except (*MALFORMED, RecursionError) as problem:
        return NotRead(place, f"not as its format has it ({type(problem).__name__})", damaged=True)


def _har_entry(place: str, entry: Mapping[str, Any], folder: Path) -> Record:
    sent, answered = entry["request"], entry["response"]
    headers = tuple((str(each["name"]), str(each["value"])) for each in sent.get("headers", []))
    posted = _with_file(sent.get("postData") or {}, folder)
    if posted is None:
        why = "with a body in another file that is not there; keep the files together"
        return NotRead(place, why, True)
    content = _with_file(answered.get("content") or {}, folder) or {}
    answer = _har_answer(answered, content)
    return call_of(place, sent["method"], sent["url"], posted.get("text"), headers, answer)


def _with_file(content: Mapping[str, Any], folder: Path) -> Mapping[str, Any] | None:
    """A body that Playwright may have put into a file beside; None if that cannot be read."""
    name = content.get("_file")
    if not name:
        return content
    if not isinstance(name, str) or PurePath(name).name != name:
        return None
    try:
        return {"text": read_text(folder / name, LARGEST)}
    except (OSError, ValueError):
        return None


def _har_answer(answered: Mapping[str, Any], content: Mapping[str, Any]) -> Exchange | None:
    if not answered.get("status") or content.get("text") is None:
        return None
    text = as_bytes(content["text"])
    body = base64.b64decode(text) if content.get("encoding") == "base64" else text
    headers = tuple((str(each["name"]), str(each["value"])) for each in answered.get("headers", []))
    return Exchange(UNKNOWN_REQUEST, status_code(answered["status"]), headers, body)


def read_interaction(place: str, interaction: Mapping[str, Any]) -> Record:
    """The call of an interaction of vcrpy, of VCR for Ruby, or of go-vcr."""
    sent, response = interaction["request"], interaction["response"]
    body = cassette.body_of(sent)
    url = str(sent.get("uri") or sent["url"])
    headers = header_pairs(sent.get("headers") or {})
    return call_of(place, str(sent["method"]), url, body, headers, _cassette_answer(response))


def _cassette_answer(response: Mapping[str, Any]) -> Exchange | None:
    status, body = cassette.status_of(response), cassette.body_of(response)
    if status is None or not isinstance(body, bytes):
        return None
    headers = header_pairs(response.get("headers") or {})
    encodings = (value for name, value in headers if name.lower() == "content-encoding")
    decoded = decode_body(body, next(encodings, None))
    return None if decoded is None else Exchange(UNKNOWN_REQUEST, status, headers, decoded)
