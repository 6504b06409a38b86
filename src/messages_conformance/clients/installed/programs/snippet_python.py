"""A first call as the page shows it: with thinking, and the text of the first block printed.

Key and address come from the variables that the page names; either variable of the key will do.
"""

import os

import anthropic

client = anthropic.Anthropic(
    api_key=os.environ.get("ANTHROPIC_API_KEY"), base_url=os.environ.get("ANTHROPIC_BASE_URL")
)
answer = client.messages.create(
    model=os.environ["MODEL"],
    max_tokens=1024,
    thinking={"type": "enabled", "budget_tokens": 1024},
    messages=[{"role": "user", "content": [{"type": "text", "text": "Who are you?"}]}],
)
print(answer.content[0].text)
