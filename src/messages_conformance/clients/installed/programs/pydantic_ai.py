"""Reads answers with whichever pydantic-ai is installed; started by `clients.installed.real`.

It asks for streams alone, whichever of its calls is made. A framework gives an application text and
calls, so these are what it is asked for.
"""

import asyncio
import json
import sys
import warnings

from anthropic import AsyncAnthropic
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import ModelRequest, TextPart, ToolCallPart
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider


async def read(model, call):
    asked = [ModelRequest.user_text_prompt("Hello.")]
    if call == "create":
        response = await model_request(model, asked)
    else:
        async with model_request_stream(model, asked) as stream:
            async for _ in stream:
                pass
            response = stream.get()
    text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
    calls = [
        {"name": part.tool_name, "input": part.args_as_dict()}
        for part in response.parts
        if isinstance(part, ToolCallPart)
    ]
    return {"text": text, "calls": calls}


def main():
    warnings.simplefilter("ignore")
    # One client for all, as making one takes longer than reading an answer.
    client = AsyncAnthropic(api_key="any", base_url=sys.argv[1], max_retries=0, timeout=20)
    model = AnthropicModel("any", provider=AnthropicProvider(anthropic_client=client))
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        job = json.loads(line)
        client.base_url = f"{sys.argv[1]}/{job['number']}"
        try:
            found = loop.run_until_complete(read(model, job["call"]))
        except Exception as error:
            found = {"raised": type(error).__name__, "own": True, "said": str(error)[:4000]}
        print(json.dumps({**job, **found}, default=str), flush=True)


main()
