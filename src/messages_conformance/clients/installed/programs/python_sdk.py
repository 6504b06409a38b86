"""Reads answers with whichever Python SDK is installed; started by `clients.installed.real`.

Its argument is the address; its input has a line for each answer: its number, and how it is read.
It prints a line of JSON for each. It runs with every version of the SDK, so it names little of it.
"""

import json
import sys
import warnings

import anthropic

ASKED = {
    "model": "any",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Hello."}],
}


def create(client):
    return client.messages.create(**ASKED)


def iterate(client):
    with client.messages.create(stream=True, **ASKED) as stream:
        return {"events": [getattr(event, "type", None) for event in stream]}


def stream(client):
    with client.messages.stream(**ASKED) as stream:
        return stream.get_final_message()


def plain(value):
    """What came back, as JSON."""
    if isinstance(value, dict):
        return value
    if hasattr(value, "model_dump"):
        return {"kind": type(value).__name__, "value": value.model_dump(mode="json")}
    return {"kind": type(value).__name__, "value": None}


def problem(error):
    """What an application can tell of an exception."""
    body = getattr(error, "body", None)
    inner = body.get("error") if isinstance(body, dict) else None
    inner = inner if isinstance(inner, dict) else {}
    return {
        "raised": type(error).__name__,
        "own": isinstance(error, anthropic.APIStatusError),
        "said": str(error)[:4000],
        "type": inner.get("type"),
        "message": inner.get("message"),
    }


def main():
    warnings.simplefilter("ignore")
    calls = {"create": create, "iterate": iterate, "stream": stream}
    # One client for all, as making one takes longer than reading an answer.
    client = anthropic.Anthropic(api_key="any", base_url=sys.argv[1], max_retries=0, timeout=20)
    for line in sys.stdin:
        job = json.loads(line)
        client.base_url = f"{sys.argv[1]}/{job['number']}"
        try:
            found = plain(calls[job["call"]](client))
        except Exception as error:
            found = problem(error)
        print(json.dumps({**job, **found}), flush=True)


main()
