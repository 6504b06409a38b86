"""One exchange whole, as HTTP text: every header, the body laid out, and how the answer ended."""

import json

from messages_conformance.display import visible
from messages_conformance.protocol.exchange import Exchange


def http_text(base_url: str, exchange: Exchange) -> str:
    """The request and the answer; nothing is cut, and nothing in it can steer a terminal."""
    request = exchange.request
    lines = [f"{request.method} {base_url.rstrip('/')}{request.path}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body is not None:
        lines += ["", _laid_out(json.loads(request.content))]
    lines += ["", f"→ {_answer(exchange)}"]
    lines += [f"{name}: {value}" for name, value in exchange.headers]
    if exchange.body:
        lines += ["", exchange.body.decode(errors="backslashreplace")]
    return visible("\n".join(lines)).rstrip("\n") + "\n"


def _laid_out(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)


def _answer(exchange: Exchange) -> str:
    """The status, how long it took and how it ended: ``HTTP 200 after 0.29 s, complete``."""
    if exchange.status is None:
        return f"no answer: {exchange.ended}"
    took = f" after {exchange.chunks[-1].at:.2f} s" if exchange.chunks else ""
    return f"HTTP {exchange.status}{took}, {exchange.ended}"
