"""A worker that tells refusals and failures apart, and says so in its log."""

import anthropic
from anthropic import AsyncAnthropic

from support.planted import step


@step
async def falls_back_from_an_unknown_model(client: AsyncAnthropic, model: str) -> None:
    try:
        await client.messages.create(
            model="a-model-of-tomorrow",
            max_tokens=10,
            messages=[{"role": "user", "content": "Hi."}],
        )
    except anthropic.NotFoundError:
        return
    raise AssertionError("no NotFoundError")


@step
async def reports_a_wrong_key(client: AsyncAnthropic, model: str) -> None:
    try:
        await client.with_options(api_key="sk-somebody-elses-key").messages.create(
            model=model, max_tokens=10, messages=[{"role": "user", "content": "Hi."}]
        )
    except anthropic.AuthenticationError:
        return
    raise AssertionError("no AuthenticationError")


@step
async def logs_the_type_of_an_error(client: AsyncAnthropic, model: str) -> None:
    try:
        await client.messages.create(
            model=model, max_tokens=-1, messages=[{"role": "user", "content": "Hi."}]
        )
    except anthropic.BadRequestError as refused:
        kind = refused.body["error"]["type"]  # type: ignore[index]
        if kind != "invalid_request_error":
            raise AssertionError(kind) from refused
        return
    raise AssertionError("no BadRequestError")
