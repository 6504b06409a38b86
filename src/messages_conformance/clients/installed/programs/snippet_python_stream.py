"""A streamed call as the page shows it: thinking and text are printed as they come."""

import os

import anthropic

client = anthropic.Anthropic(
    api_key=os.environ.get("ANTHROPIC_API_KEY"), base_url=os.environ.get("ANTHROPIC_BASE_URL")
)
events = client.messages.create(
    model=os.environ["MODEL"],
    max_tokens=1024,
    thinking={"type": "enabled", "budget_tokens": 1024},
    stream=True,
    messages=[{"role": "user", "content": [{"type": "text", "text": "Who are you?"}]}],
)
for event in events:
    if event.type == "content_block_delta":
        for kind in ("thinking", "text"):
            if hasattr(event.delta, kind):
                print(getattr(event.delta, kind), end="", flush=True)
