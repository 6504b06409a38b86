"""Reads answers with langchain-anthropic; started by `clients.installed.real`.

A framework gives an application text and calls, so these are what it is asked for.
"""

import json
import sys
import warnings

from langchain_anthropic import ChatAnthropic


def found_in(message):
    content = message.content
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    # Pieces of a stream may be joined to a list that has bare strings in it.
    text = "".join(
        block if isinstance(block, str) else block.get("text") or ""
        for block in blocks
        if isinstance(block, str) or block.get("type") == "text"
    )
    calls = [{"name": each["name"], "input": each["args"]} for each in message.tool_calls]
    return {"text": text, "calls": calls}


def streamed(chat):
    whole = None
    for piece in chat.stream("Hello."):
        whole = piece if whole is None else whole + piece
    if whole is None:
        return {"text": "", "calls": []}
    return found_in(whole)


def main():
    warnings.simplefilter("ignore")
    # One client for all, as making one takes longer than reading an answer.
    chat = ChatAnthropic(
        model="any", api_key="any", base_url=sys.argv[1], max_retries=0, max_tokens=64, timeout=20
    )
    for line in sys.stdin:
        job = json.loads(line)
        chat._client.base_url = f"{sys.argv[1]}/{job['number']}"
        try:
            found = chat.invoke("Hello.") if job["call"] == "create" else None
            found = streamed(chat) if found is None else found_in(found)
        except Exception as error:
            found = {"raised": type(error).__name__, "own": True, "said": str(error)[:4000]}
        print(json.dumps({**job, **found}, default=str), flush=True)


main()
